"""Files that people name on the command line: photos read, pictures and adapters written.

A file is written beside its place under another name, flushed, and only then renamed, so that a full disk or
a lost cable leaves either the old file or the new one, and never half of one.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from cli.errors import FileTrouble

PICTURES = (".png", ".jpg", ".jpeg", ".webp")
MOST_BYTES = (
    64 * 1024 * 1024
)  # the studio's own limit is lower; this one keeps a mistyped disk image out of memory


def photo_paths(named: list[Path]) -> list[Path]:
    """The photos people named, folders opened (pictures only, by name, not their subfolders)."""
    paths: list[Path] = []
    for path in named:
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if p.suffix.lower() in PICTURES and p.is_file())
            if not inside:
                raise FileTrouble(
                    f"There is no picture in the folder {path}. Pictures end in {', '.join(PICTURES)}."
                )
            paths += inside
        else:
            paths.append(path)
    return paths


def read(path: Path) -> bytes:
    """The bytes of a file, or a sentence why not."""
    try:
        if path.is_dir():
            raise FileTrouble(f"{path} is a folder; name a file.")
        if path.stat().st_size > MOST_BYTES:
            raise FileTrouble(f"{path} is larger than {MOST_BYTES // 2**20} MB. Send a smaller copy.")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise FileTrouble(
            f"There is no file {path}. Look at the name, and at the folder you are in."
        ) from error
    except OSError as error:
        raise FileTrouble(f"{path} cannot be read ({_why(error)}).") from error


def caption_beside(photo: Path) -> str | None:
    """The caption in `photo.txt` beside `photo.jpg`, if there is one."""
    beside = photo.with_suffix(".txt")
    if beside == photo or not beside.is_file():
        return None
    try:
        return read(beside).decode("utf-8").strip() or None
    except UnicodeDecodeError as error:
        raise FileTrouble(f"The caption {beside} is not text in UTF-8. Save it as UTF-8.") from error


def check_place(path: Path) -> None:
    """Raise FileTrouble when nothing could be written at `path`; asked before the work, not after it."""
    if path.is_dir():
        raise FileTrouble(f"{path} is a folder; add the name of the file to write.")
    if path.exists() and not path.is_file():
        raise FileTrouble(f"{path} is not an ordinary file; name another.")
    if not path.parent.is_dir():
        raise FileTrouble(f"There is no folder {path.parent} to write {path.name} in. Make it first.")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise FileTrouble(f"Nothing can be written in {path.parent}. Name another place with -o.")


def make_folder(folder: Path) -> None:
    """A folder and those above it, made where they are missing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileTrouble(f"The folder {folder} cannot be made ({_why(error)}). Name another.") from error


def write(path: Path, data: bytes) -> None:
    """Put `data` at `path`, whole or not at all."""
    with writing(path) as file:
        file.write(data)


def lines_to(path: Path, lines: Iterable[str]) -> int:
    """Put lines into a file that its owner alone may read, as they come; returns how many there were."""
    number = 0
    with writing(path, private=True) as file:
        for line in lines:
            file.write(line.encode() + b"\n")
            number += 1
    return number


@contextmanager
def writing(path: Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """A file to write into that stands at `path` once the block has ended well, and leaves nothing if it has not.

    `private`: from its first byte on, its owner alone may read it.
    """
    check_place(path)
    part = path.with_name(
        f".likeness-{os.getpid()}.part"
    )  # not from its name, which may be as long as allowed
    try:
        with open(part, "wb", opener=_private if private else None) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise FileTrouble(f"{path} could not be written ({_why(error)}).") from error
        raise


def _private(name: str, flags: int) -> int:
    return os.open(name, flags | os.O_EXCL, 0o600)


def _why(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return "the disk is full"
    if error.errno == errno.EROFS:
        return "the disk is read-only"
    return (error.strerror or str(error)).lower()
