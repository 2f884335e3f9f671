"""The vault: files encrypted under their owner's key, so that destroying one key destroys them all.

    master key (environment or <home>/master.key)
    └── file key of an owner, wrapped by it in `file_keys`      `subject:<id>` or `studio`
        └── a key of each file, derived from it, the file's salt, owner and name (HKDF-SHA256)
            └── chunks of 1 MiB, AES-256-GCM; the nonce is the chunk's number and whether it is the last

A file that is cut, extended, reordered, moved to another name or another owner does not open. Plain bytes
never touch the disk: a file is written as cipher text to a temporary name, synced, and renamed.

Source of the chunking: Hoang, Reyhanitabar, Rogaway, Vizár, "Online Authenticated-Encryption and its
Nonce-Reuse Misuse-Resistance" (2015), the STREAM construction.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Container, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db import errors
from db.disk import named, sync_folder
from db.master_key import KEY_BYTES
from db.rotation import unwrap, wrap
from db.tables import KeyRow

CHUNK_BYTES = 1024 * 1024
TAG_BYTES = 16
SALT_BYTES = 32
MAGIC = b"LKVAULT1"
"""Eight bytes, the last of them the format's version."""

STUDIO = "studio"

# Names are made of random ids by us, never of what somebody typed: hexadecimal, dashes, and a short ending.
_NAME = re.compile(r"[0-9a-f][0-9a-f-]{7,79}(\.[a-z0-9]{1,12})?")
_PART = ".part"
_UNFINISHED = re.compile(rf"\.(?P<name>{_NAME.pattern})\.[0-9a-f]{{16}}\.part")


class Vault:
    """Encrypted files in a folder, their keys in the database."""

    def __init__(self, root: Path, master_key: bytes) -> None:
        if len(master_key) != KEY_BYTES:
            raise errors.MasterKeyInvalid(errors.say(errors.MasterKeyInvalid, "it has to be 32 bytes long"))
        self._root = root
        self._master = AESGCM(master_key)

    def at(self, root: Path) -> Vault:
        """A vault in another folder under the same keys: for what is nobody's and stays."""
        other = Vault.__new__(Vault)
        other._root, other._master = root, self._master
        return other

    def create_key(self, session: Session, owner: str) -> None:
        """Give an owner a key, in the caller's transaction; one that is there stays.

        Raises MasterKeyInvalid in a program that was started before the master key was changed.
        """
        _folder(owner)
        if self._wrapped(session, owner) is None:
            wrapped = wrap(self._master, secrets.token_bytes(KEY_BYTES), owner)
            session.add(KeyRow(owner=owner, wrapped=wrapped, created_at=datetime.now(UTC)))
            session.flush()
            # After the insert, which waits for a rotation: what is there now was wrapped by the key in force.
            other = session.execute(
                select(KeyRow.owner, KeyRow.wrapped).where(KeyRow.owner != owner).limit(1)).first()
            if other is not None and unwrap(self._master, other.wrapped, other.owner) is None:
                raise errors.MasterKeyInvalid(errors.say(errors.MasterKeyInvalid))

    def destroy_key(self, session: Session, owner: str) -> bool:
        """Make everything of an owner unreadable at the commit; says whether there was a key."""
        gone = session.execute(delete(KeyRow).where(KeyRow.owner == owner).returning(KeyRow.owner))
        return gone.first() is not None

    def seal(self, data: bytes, use: str) -> bytes:
        """A few bytes that have to outlive a kill by minutes, encrypted for one use under the master key itself."""
        return wrap(self._master, data, use)

    def unseal(self, sealed: bytes, use: str) -> bytes | None:
        """What was sealed for this use; None for anything else, also after a change of the master key."""
        return unwrap(self._master, sealed, use)

    def write(self, session: Session, owner: str, name: str, data: bytes | Iterable[bytes]) -> str:
        """Encrypt `data` under `name` (a random id, with an ending); replaces what was there, or nothing is
        changed.

        Given in pieces, no more of it than a piece and a chunk is in memory. Returns the file's path within the
        vault. Raises KeyDestroyed, VaultFull, VaultReadOnly, and whatever the pieces raise.
        """
        file = self.file_of(owner, name)
        salt = secrets.token_bytes(SALT_BYTES)
        cipher = self._cipher(session, owner, name, salt)
        target = self._root / file
        part = target.parent / f".{name}.{secrets.token_hex(8)}{_PART}"
        with named():
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                with part.open("xb") as stream:
                    stream.write(MAGIC + salt)
                    for index, chunk, last in _chunks(data):
                        stream.write(cipher.encrypt(_nonce(index, last), chunk, MAGIC))
                    stream.flush()
                    os.fsync(stream.fileno())
                part.replace(target)
                sync_folder(target.parent)
            except BaseException:
                with suppress(OSError):
                    part.unlink(missing_ok=True)
                raise
        return file

    def read(self, session: Session, owner: str, file: str) -> bytes:
        """What was written; raises FileMissing, FileTampered or KeyDestroyed."""
        return b"".join(self.pieces(session, owner, file))

    def pieces(self, session: Session, owner: str, file: str) -> Iterator[bytes]:
        """What was written, a chunk at a time; raises what `read` raises.

        Each piece is as it was written. That the file was cut shows only at its end: whoever passes pieces on takes
        them back when FileTampered comes.
        """
        name = self._name_of(owner, file)
        with named():
            stream = (self._root / file).open("rb")
        with stream:
            head = stream.read(len(MAGIC) + SALT_BYTES)
            if len(head) < len(MAGIC) + SALT_BYTES or not head.startswith(MAGIC):
                raise errors.FileTampered(errors.say(errors.FileTampered, file))
            cipher = self._cipher(session, owner, name, head[len(MAGIC):])
            try:
                for index, sealed, last in _sealed_chunks(stream):
                    yield cipher.decrypt(_nonce(index, last), sealed, MAGIC)
            except InvalidTag as error:
                raise errors.FileTampered(errors.say(errors.FileTampered, file)) from error

    def delete(self, file: str) -> bool:
        """Delete one file, of whichever owner; says whether it was there."""
        owner_folder, _, name = file.partition("/")
        if not _FOLDER.fullmatch(owner_folder):
            raise ValueError(f"{file!r} is not a file of the vault")
        path = self._root / owner_folder / (name if _UNFINISHED.fullmatch(name) else _checked(name))
        with named():
            there = path.exists()
            path.unlink(missing_ok=True)
        return there

    def delete_all(self, owner: str) -> int:
        """Delete every file of an owner, half-written ones too, and the folder; returns how many were."""
        folder = self._root / _folder(owner)
        whole = self.files(owner)
        with named():
            for path in sorted(folder.iterdir()) if folder.exists() else []:
                path.unlink(missing_ok=True)
            with suppress(FileNotFoundError):
                folder.rmdir()
        return len(whole)

    def file_of(self, owner: str, name: str) -> str:
        """Where `write` puts this name of this owner, whether it is there or not."""
        return f"{_folder(owner)}/{_checked(name)}"

    def has(self, file: str) -> bool:
        """Whether there is such a file."""
        return (self._root / file).is_file()

    def older_than(self, seconds: float) -> list[str]:
        """Files of anybody, half-written ones too, that were written longer ago than that, sorted."""
        limit = time.time() - seconds
        old = []
        for file, path, _ in self._everything():
            with suppress(FileNotFoundError):  # a half-written file is about to get its name
                if path.stat().st_mtime < limit:
                    old.append(file)
        return old

    def named(self, names: Container[str]) -> list[str]:
        """Files of these names, whoever their owner is, half-written ones too."""
        return [file for file, _, name in self._everything() if name in names]

    def _everything(self) -> list[tuple[str, Path, str]]:
        """(file, where it is, the name it has or was to have), sorted."""
        found = []
        for path in self._root.glob("*/*"):
            unfinished = _UNFINISHED.fullmatch(path.name)
            if _FOLDER.fullmatch(path.parent.name) and (unfinished or _NAME.fullmatch(path.name)):
                name = unfinished["name"] if unfinished else path.name
                found.append((f"{path.parent.name}/{path.name}", path, name))
        return sorted(found)

    def files(self, owner: str) -> list[str]:
        """The whole files of an owner, sorted; what a killed program left half-written is not among them."""
        folder = self._root / _folder(owner)
        if not folder.exists():
            return []
        return sorted(f"{folder.name}/{path.name}" for path in folder.iterdir() if _NAME.fullmatch(path.name))

    def _wrapped(self, session: Session, owner: str) -> bytes | None:
        # The column, not the row: a session that has seen the key before must not remember it after its end.
        return session.execute(select(KeyRow.wrapped).where(KeyRow.owner == owner)).scalar_one_or_none()

    def _cipher(self, session: Session, owner: str, name: str, salt: bytes) -> AESGCM:
        """The cipher of one file. Its key is used for this file alone, so that counting nonces is safe."""
        wrapped = self._wrapped(session, owner)
        if wrapped is None:
            raise errors.KeyDestroyed(errors.say(errors.KeyDestroyed, owner))
        key = unwrap(self._master, wrapped, owner)
        if key is None:
            raise errors.MasterKeyInvalid(errors.say(errors.MasterKeyInvalid))
        derived = HKDF(SHA256(), KEY_BYTES, salt, MAGIC + f"{owner}\0{name}".encode()).derive(key)
        return AESGCM(derived)

    def _name_of(self, owner: str, file: str) -> str:
        folder, _, name = file.partition("/")
        if folder != _folder(owner):
            raise errors.FileTampered(errors.say(errors.FileTampered, f"{file} is not of {owner}"))
        return _checked(name)


_FOLDER = re.compile(r"studio|subject-[0-9a-f]{32}")


def _folder(owner: str) -> str:
    """An owner's folder; ValueError for anything that is no owner."""
    if owner == STUDIO:
        return STUDIO
    kind, _, identity = owner.partition(":")
    if kind != "subject":
        raise ValueError(f"{owner!r} cannot own files")
    return f"subject-{UUID(identity).hex}"


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not made of a random id")
    return name


def _chunks(data: bytes | Iterable[bytes]) -> Iterator[tuple[int, bytes, bool]]:
    """(number, bytes, whether it is the last), each but the last CHUNK_BYTES long; no data is one empty chunk."""
    waiting, index = bytearray(), 0
    for piece in _views(data) if isinstance(data, bytes) else data:
        waiting += piece
        while len(waiting) > CHUNK_BYTES:
            yield index, bytes(waiting[:CHUNK_BYTES]), False
            del waiting[:CHUNK_BYTES]
            index += 1
    yield index, bytes(waiting), True


def _views(data: bytes) -> Iterator[memoryview]:
    """Bytes in pieces, without a second copy of the whole."""
    whole = memoryview(data)
    return (whole[start:start + CHUNK_BYTES] for start in range(0, len(data), CHUNK_BYTES))


def _sealed_chunks(stream: BinaryIO) -> Iterator[tuple[int, bytes, bool]]:
    """The same of a file, after its head; a file that ends there has one empty chunk, which does not open."""
    index, sealed = 0, stream.read(CHUNK_BYTES + TAG_BYTES)
    while following := stream.read(CHUNK_BYTES + TAG_BYTES):
        yield index, sealed, False
        index, sealed = index + 1, following
    yield index, sealed, True


def _nonce(index: int, last: bool) -> bytes:
    """12 bytes: the chunk's number in 11, then 1 for the last and 0 for any other."""
    return index.to_bytes(11, "big") + (b"\1" if last else b"\0")
