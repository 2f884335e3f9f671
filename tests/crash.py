"""A real death at a chosen moment: a forked process that kills itself, with SIGKILL, at its n-th write.

A write is a statement that changes the database, a commit, and a file that is made, renamed or deleted: the moments
between which a power cut leaves different things behind. `writes` counts them; `die_at` is the cut.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable

from sqlalchemy import Engine, event

_FILES = ("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link")
_READS = ("SELECT", "PRAGMA query_only", "PRAGMA busy", "PRAGMA foreign", "PRAGMA secure", "BEGIN")
_count = 0
_die_at: int | None = None
_on = False


def _write() -> None:
    global _count
    if not _on:
        return
    _count += 1
    if _count == _die_at:
        os.kill(os.getpid(), signal.SIGKILL)


def _file(kind: str, arguments: tuple[object, ...]) -> None:
    mode = arguments[1] if kind == "open" else None
    if kind in _FILES or (isinstance(mode, str) and set(mode) & set("wxa+")):
        _write()


def _statement(connection: object, cursor: object, statement: str, *more: object) -> None:
    if not statement.lstrip().startswith(_READS):
        _write()


def _commit(connection: object) -> None:
    _write()


def _listen() -> None:
    global _on
    event.listen(Engine, "before_cursor_execute", _statement)
    event.listen(Engine, "commit", _commit)
    sys.addaudithook(_file)
    _on = True


def run_and_die(act: Callable[[], object], die_at: int | None) -> tuple[int, int]:
    """Run `act` in a process of its own that dies at its n-th write; returns (signal or 0, writes done).

    With None it lives and only counts. `act` opens its own connections: what is open here must not be used there.
    """
    global _die_at
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            _die_at = die_at
            _listen()
            act()
            os.write(writer, b"%d" % _count)
        except BaseException as error:
            os.write(writer, f"-1 {error!r}".encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as said:
        words = said.read().decode()
    _, status = os.waitpid(child, 0)
    if words.startswith("-1"):
        raise AssertionError(words)
    return (os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0), int(words or 0)
