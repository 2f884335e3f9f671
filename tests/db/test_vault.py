"""The vault keeps files so that only the right key opens them, and only as they were written."""

from __future__ import annotations

import resource
import secrets
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy.orm import Session, sessionmaker

from db import errors, migrate, vault
from db.engine import open_engine, sessions
from db.tables import KeyRow
from db.vault import CHUNK_BYTES, MAGIC, SALT_BYTES, TAG_BYTES, Vault

RADKE, ADA, STUDIO = f"subject:{uuid4()}", f"subject:{uuid4()}", "studio"
NEEDLE = b"the face of radke, in plain bytes"


@pytest.fixture(scope="module")
def writing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sessionmaker[Session]]:
    """A database in which radke, Ada and the studio can get keys."""
    url = f"sqlite:///{tmp_path_factory.mktemp('vault') / 'studio.db'}"
    migrate.upgrade(url)
    engine = open_engine(url)
    yield sessions(engine)
    engine.dispose()


@pytest.fixture
def session(writing: sessionmaker[Session]) -> Iterator[Session]:
    """A transaction that is rolled back."""
    with writing() as session:
        yield session
        session.rollback()


@pytest.fixture
def store(tmp_path: Path, session: Session) -> Vault:
    """A vault in which everybody has a key."""
    store = Vault(tmp_path / "vault", secrets.token_bytes(32))
    for owner in (RADKE, ADA, STUDIO):
        store.create_key(session, owner)
    return store


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> int:
    """Chunks of 64 bytes, so that a file of many is quickly made."""
    monkeypatch.setattr(vault, "CHUNK_BYTES", 64)
    return 64


def name() -> str:
    return f"{uuid4()}.png"


def everything(root: Path) -> bytes:
    return b"".join(file.read_bytes() for file in root.rglob("*") if file.is_file())


@settings(max_examples=60, deadline=None)
@given(data=some.binary(max_size=400))
def test_any_bytes_of_any_length_come_back(writing: sessionmaker[Session], data: bytes) -> None:
    with tempfile.TemporaryDirectory() as root, pytest.MonkeyPatch.context() as patch, writing() as session:
        patch.setattr(vault, "CHUNK_BYTES", 64)
        store = Vault(Path(root), bytes(32))
        store.create_key(session, RADKE)
        file = store.write(session, RADKE, name(), data)
        assert store.read(session, RADKE, file) == data
        session.rollback()


@pytest.mark.parametrize("length", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES])
def test_lengths_around_a_chunk_come_back(store: Vault, session: Session, length: int) -> None:
    data = secrets.token_bytes(length)
    file = store.write(session, RADKE, name(), data)
    assert store.read(session, RADKE, file) == data
    chunks = max(1, -(-length // CHUNK_BYTES))
    stored = (store_root(store) / file).stat().st_size
    assert stored == len(MAGIC) + SALT_BYTES + length + chunks * TAG_BYTES


def store_root(store: Vault) -> Path:
    return store._root


def test_no_plain_byte_is_in_the_vault_or_the_database(store: Vault, session: Session) -> None:
    data = NEEDLE + secrets.token_bytes(CHUNK_BYTES) + NEEDLE
    file = store.write(session, RADKE, name(), data)
    session.commit()
    database = Path(str(session.get_bind().engine.url.database)).parent
    assert NEEDLE not in everything(store_root(store))
    assert NEEDLE not in everything(database)
    assert store.read(session, RADKE, file).count(NEEDLE) == 2
    for owner in (RADKE, ADA, STUDIO):
        store.destroy_key(session, owner)
    session.commit()


def test_the_same_bytes_written_twice_look_different(store: Vault, session: Session) -> None:
    files = [store.write(session, RADKE, name(), NEEDLE) for _ in range(2)]
    first, second = ((store_root(store) / file).read_bytes()[len(MAGIC):] for file in files)
    assert first[:SALT_BYTES] != second[:SALT_BYTES]
    assert first[SALT_BYTES:] != second[SALT_BYTES:]


def test_writing_under_the_same_name_replaces(store: Vault, session: Session) -> None:
    same = name()
    store.write(session, RADKE, same, b"first")
    file = store.write(session, RADKE, same, b"second")
    assert store.read(session, RADKE, file) == b"second"
    assert store.files(RADKE) == [file]


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "cut by a byte": lambda sealed: sealed[:-1],
    "cut by a chunk": lambda sealed: sealed[:40 + 80 * 2],
    "cut to its header": lambda sealed: sealed[:40],
    "emptied": lambda sealed: b"",
    "lengthened": lambda sealed: sealed + b"\0",
    "lengthened by a chunk": lambda sealed: sealed + sealed[40:120],
    "chunks swapped": lambda sealed: sealed[:40] + sealed[120:200] + sealed[40:120] + sealed[200:],
    "first chunk dropped": lambda sealed: sealed[:40] + sealed[120:],
    "of another version": lambda sealed: b"LKVAULT2" + sealed[8:],
    "in plain": lambda sealed: NEEDLE * 8,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_file_that_was_changed_does_not_open(store: Vault, session: Session, small_chunks: int,
                                               change: Callable[[bytes], bytes]) -> None:
    file = store.write(session, RADKE, name(), secrets.token_bytes(4 * small_chunks))
    path = store_root(store) / file
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(errors.FileTampered):
        store.read(session, RADKE, file)


def test_no_bit_can_be_turned(store: Vault, session: Session, small_chunks: int) -> None:
    file = store.write(session, RADKE, name(), secrets.token_bytes(small_chunks + 9))
    path = store_root(store) / file
    sealed = path.read_bytes()
    for position in range(len(sealed)):
        turned = bytearray(sealed)
        turned[position] ^= 1 << position % 8
        path.write_bytes(turned)
        with pytest.raises(errors.FileTampered):
            store.read(session, RADKE, file)


def test_two_files_of_one_owner_cannot_take_each_others_place(store: Vault, session: Session) -> None:
    mine, other = (store.write(session, RADKE, name(), data) for data in (b"mine", b"other"))
    (store_root(store) / other).replace(store_root(store) / mine)
    with pytest.raises(errors.FileTampered):
        store.read(session, RADKE, mine)


def test_a_file_of_another_owner_does_not_open_under_the_same_name(store: Vault, session: Session) -> None:
    same = name()
    hers = store.write(session, ADA, same, b"hers")
    his = store.write(session, RADKE, same, b"his")
    with pytest.raises(errors.FileTampered, match="is not of"):
        store.read(session, RADKE, hers)
    (store_root(store) / hers).replace(store_root(store) / his)
    with pytest.raises(errors.FileTampered):
        store.read(session, RADKE, his)


def test_a_destroyed_key_opens_nothing_and_seals_nothing(store: Vault, session: Session) -> None:
    file = store.write(session, RADKE, name(), b"forget me")
    kept = store.write(session, ADA, name(), b"keep me")
    assert store.destroy_key(session, RADKE)
    assert not store.destroy_key(session, RADKE)
    with pytest.raises(errors.KeyDestroyed):
        store.read(session, RADKE, file)
    with pytest.raises(errors.KeyDestroyed):
        store.write(session, RADKE, name(), b"more")
    assert store.read(session, ADA, kept) == b"keep me"
    store.create_key(session, RADKE)
    with pytest.raises(errors.FileTampered):
        store.read(session, RADKE, file)


def test_making_a_key_again_keeps_the_first(store: Vault, session: Session) -> None:
    file = store.write(session, RADKE, name(), b"mine")
    store.create_key(session, RADKE)
    assert store.read(session, RADKE, file) == b"mine"


def test_another_master_key_opens_nothing(store: Vault, session: Session) -> None:
    file = store.write(session, RADKE, name(), b"mine")
    stranger = Vault(store_root(store), secrets.token_bytes(32))
    with pytest.raises(errors.MasterKeyInvalid):
        stranger.read(session, RADKE, file)


def test_a_wrapped_key_cannot_be_moved_to_another_owner(store: Vault, session: Session) -> None:
    rows = {owner: session.get_one(KeyRow, owner) for owner in (RADKE, ADA)}
    rows[ADA].wrapped = rows[RADKE].wrapped
    session.flush()
    with pytest.raises(errors.MasterKeyInvalid):
        store.write(session, ADA, name(), b"mine")


@pytest.mark.parametrize("typed", [
    "radke.png", "../../etc/passwd", "/etc/passwd", "", ".", "deadbeef/../../x", "DEADBEEF", "deadbee",
    "a" * 81, "deadbeef.PNG", "deadbeef.png.png", "deadbeef\n", "deadbeef\0", ".deadbeef.part", "dеadbeef",
])
def test_a_name_somebody_typed_is_no_name_of_a_file(store: Vault, session: Session, typed: str) -> None:
    with pytest.raises(ValueError, match="random id"):
        store.write(session, RADKE, typed, b"data")
    with pytest.raises(ValueError, match="random id"):
        store.read(session, STUDIO, f"studio/{typed}")
    with pytest.raises(ValueError, match="random id"):
        store.delete(f"studio/{typed}")
    assert not store_root(store).exists()


@pytest.mark.parametrize("owner", [
    "", "radke", "subject:", "subject:radke", "subject:../x", "studio/..", "Studio"])
def test_only_a_subject_by_its_id_and_the_studio_own_files(
        store: Vault, session: Session, owner: str) -> None:
    with pytest.raises(ValueError, match=r"own files|UUID"):
        store.create_key(session, owner)
    with pytest.raises(ValueError, match=r"own files|UUID"):
        store.write(session, owner, name(), b"data")
    with pytest.raises(ValueError, match="not a file"):
        store.delete(f"../{uuid4()}")


def test_deleting_says_whether_there_was_something(store: Vault, session: Session) -> None:
    file = store.write(session, RADKE, name(), b"data")
    assert store.delete(file)
    assert not store.delete(file)
    with pytest.raises(errors.FileMissing):
        store.read(session, RADKE, file)


def test_deleting_all_of_an_owner_takes_half_written_files_too_and_nobody_elses(
        store: Vault, session: Session) -> None:
    files = sorted(store.write(session, RADKE, name(), b"data") for _ in range(3))
    kept = store.write(session, ADA, name(), b"data")
    folder = (store_root(store) / files[0]).parent
    (folder / f".{name()}.0123.part").write_bytes(b"what a killed runner left")
    assert store.files(RADKE) == files
    assert store.delete_all(RADKE) == 3
    assert store.files(RADKE) == []
    assert not folder.exists()
    assert store.files(ADA) == [kept]
    assert store.delete_all(RADKE) == 0


def test_a_full_disk_leaves_the_old_file_and_nothing_else(store: Vault, session: Session) -> None:
    """The system's limit on a file's size stands in for the disk's end: the write does stop half-way."""
    same = name()
    file = store.write(session, RADKE, same, b"old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (CHUNK_BYTES, limits[1]))
    try:
        with pytest.raises(errors.VaultFull, match="no room"):
            store.write(session, RADKE, same, bytes(3 * CHUNK_BYTES))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert store.read(session, RADKE, file) == b"old"
    assert [path.name for path in (store_root(store) / file).parent.iterdir()] == [same]


def test_a_folder_that_cannot_be_written_says_so(session: Session, read_only_folder: Path) -> None:
    store = Vault(read_only_folder / "vault", bytes(32))
    store.create_key(session, RADKE)
    with pytest.raises(errors.VaultReadOnly):
        store.write(session, RADKE, name(), b"data")


def test_a_large_file_streams_in_and_out_with_a_few_chunks_in_memory(store: Vault, session: Session) -> None:
    piece, count = secrets.token_bytes(300_000), 200  # 57 MiB
    tracemalloc.start()
    try:
        file = store.write(session, RADKE, name(), (piece for _ in range(count)))
        length, digest = 0, sha256()
        for opened in store.pieces(session, RADKE, file):
            length += len(opened)
            digest.update(opened)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert length == count * len(piece)
    assert digest.digest() == sha256(piece * count).digest()
    assert peak < 12 * CHUNK_BYTES


def test_pieces_that_break_off_leave_what_was_there(store: Vault, session: Session) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half of it"
        raise OSError("the line went dead")

    same = name()
    file = store.write(session, RADKE, same, b"old")
    with pytest.raises(OSError, match="dead"):
        store.write(session, RADKE, same, broken())
    assert store.read(session, RADKE, file) == b"old"
    assert [path.name for path in (store_root(store) / file).parent.iterdir()] == [same]


def test_a_file_cut_at_a_chunk_shows_at_its_end(store: Vault, session: Session, small_chunks: int) -> None:
    file = store.write(session, RADKE, name(), secrets.token_bytes(3 * small_chunks))
    path = store_root(store) / file
    path.write_bytes(path.read_bytes()[:40 + 2 * (small_chunks + TAG_BYTES)])
    pieces = store.pieces(session, RADKE, file)
    next(pieces)
    with pytest.raises(errors.FileTampered):
        list(pieces)
