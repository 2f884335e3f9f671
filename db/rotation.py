"""Another master key: every owner's file key is wrapped anew, and no file is touched.

All of it is one transaction, so that a rotation that is killed has either happened or not. Run again it finds out
which: a key that already opens under the new master key is left as it is.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from db import errors
from db.tables import KeyRow

NONCE_BYTES = 12


@dataclass(frozen=True)
class Rotation:
    """How many file keys were wrapped anew, and how many an earlier rotation had done."""

    rewrapped: int
    already: int


def wrap(master: AESGCM, key: bytes, owner: str) -> bytes:
    """An owner's file key, sealed: a random nonce, then AES-256-GCM bound to the owner's name."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + master.encrypt(nonce, key, owner.encode())


def unwrap(master: AESGCM, wrapped: bytes, owner: str) -> bytes | None:
    """The file key, or None when this is not the master key it was wrapped by."""
    try:
        return master.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], owner.encode())
    except InvalidTag:
        return None


def rotate(session: Session, old: bytes, new: bytes) -> Rotation:
    """Wrap every file key by `new`, in the caller's transaction; MasterKeyInvalid when one opens under neither."""
    if session.get_bind().dialect.name == "postgresql":
        # Nobody may add a key wrapped by the old one while this goes on; SQLite's writers are alone anyhow.
        session.execute(text("LOCK TABLE file_keys IN SHARE ROW EXCLUSIVE MODE"))
    before, after = AESGCM(old), AESGCM(new)
    rewrapped = already = 0
    for row in session.scalars(select(KeyRow).order_by(KeyRow.owner)).all():
        if unwrap(after, row.wrapped, row.owner) is not None:
            already += 1
            continue
        key = unwrap(before, row.wrapped, row.owner)
        if key is None:
            raise errors.MasterKeyInvalid(errors.say(errors.MasterKeyInvalid, row.owner))
        row.wrapped = wrap(after, key, row.owner)
        rewrapped += 1
    session.flush()
    return Rotation(rewrapped, already)
