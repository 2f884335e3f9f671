"""The key of keys: from the environment, or from a file in the data folder.

Nothing is encrypted with it but the keys of the owners of files (`db/vault.py`), so that it can be changed without
touching a file (`db/rotation.py`).
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from contextlib import suppress
from pathlib import Path

from db import errors
from db.disk import named, sync_folder

KEY_BYTES = 32
FILE = "master.key"
NEXT = "master.key.next"
"""The key that a rotation is changing to; it takes the other's place once every file key is wrapped by it."""

_PART = ".part"


def master_key(from_environment: str | None, home: Path) -> bytes:
    """LIKENESS_MASTER_KEY (URL-safe base64 of 32 bytes), or `home/master.key`, made on first use.

    Raises MasterKeyInvalid, and VaultReadOnly or VaultFull when the file has to be made and cannot be.
    """
    if from_environment:
        return read_key(from_environment, "LIKENESS_MASTER_KEY")
    return key_in(home / FILE)


def key_in(file: Path) -> bytes:
    """The key in a file; where there is no file, a new key and a file for this account alone."""
    with named():
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            _make_key(file)
        return read_key(file.read_text("ascii", errors="replace"), str(file))


def put_next_in_place(home: Path) -> None:
    """The end of a rotation: `master.key.next` becomes `master.key`, in one step."""
    with named():
        (home / NEXT).replace(home / FILE)
        sync_folder(home)


def read_key(text: str, where: str) -> bytes:
    """The 32 bytes that `text` stands for; MasterKeyInvalid names `where` it stands, never what it is."""
    try:
        key = base64.b64decode(text.strip().encode("ascii", errors="replace"), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise errors.MasterKeyInvalid(errors.say(
            errors.MasterKeyInvalid, f"{where} has to be 32 bytes in URL-safe base64"))
    return key


def _make_key(file: Path) -> None:
    """Write a new key under a temporary name and link it: of two programs that start at once, one wins."""
    part = file.with_name(f".master.{secrets.token_hex(8)}{_PART}")
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        with suppress(FileExistsError):
            os.link(part, file)
        sync_folder(file.parent)
    finally:
        part.unlink(missing_ok=True)
