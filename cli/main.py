"""`likeness`: reads the command line, performs the command, turns what went wrong into one sentence."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

from cli.commands import build_parser

if TYPE_CHECKING:
    from collections.abc import Sequence

_EXTRAS = {
    "discord": "bot",
    "aiohttp": "bot",
    "torch": "runner",
    "diffusers": "runner",
    "transformers": "runner",
    "peft": "runner",
    "safetensors": "runner",
    "numpy": "runner",
    "accelerate": "runner",
    "ai_edge_litert": "runner",
}
DONE, REFUSED, USAGE, INTERRUPTED = 0, 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Performs one command; returns the exit code.

    A refusal, a bad file, a full disk are part of life: one sentence on stderr, no traceback. Anything else
    is our mistake and keeps its traceback, which is what a bug report needs.
    """
    arguments = build_parser().parse_args(argv)
    module, _, function = arguments.run.partition(":")
    try:
        perform = getattr(import_module(module), function)
        return int(perform(arguments) or DONE)
    except KeyboardInterrupt as stop:
        return _say(str(stop) or "Interrupted.", INTERRUPTED)
    except BrokenPipeError:  # `likeness audit log | head`
        sys.stderr.close()
        return DONE
    except Exception as trouble:
        sentence = _sentence(trouble)
        if sentence is None:
            raise
        return _say(sentence, REFUSED)


def _say(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code


def _sentence(trouble: Exception) -> str | None:
    """What to tell people about `trouble`, or None when it is a mistake of ours."""
    if isinstance(trouble, ModuleNotFoundError):
        return _missing(trouble.name or "")
    from sqlalchemy.exc import OperationalError

    from cli.errors import TerminalError
    from studio.errors import SPOKEN, UnknownSubject

    if isinstance(trouble, UnknownSubject) and trouble.known:  # whoever has a shell here could look
        return f"{trouble} Known: {', '.join(trouble.known)}."
    if isinstance(trouble, (TerminalError, *SPOKEN)):
        return str(trouble)
    if isinstance(trouble, OperationalError):
        return f"The database did not do its part: {trouble.orig}. `likeness doctor` looks for the cause."
    if isinstance(trouble, OSError) and trouble.strerror:
        where = trouble.filename or "A file"
        return f"{where}: {trouble.strerror.lower()}. Make room or allow writing there, then ask again."
    return None


def _missing(module: str) -> str | None:
    extra = _EXTRAS.get(module.split(".")[0])
    if extra is None:
        return None
    from studio.machine import install

    return f"This needs {module}, which is not installed here: {install(extra)}."


if __name__ == "__main__":
    sys.exit(main())
