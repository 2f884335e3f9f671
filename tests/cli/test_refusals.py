"""What cannot be done is refused in one sentence, and leaves nothing behind but the refusal itself."""

from __future__ import annotations

import ctypes
import io
import random
import resource
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.conftest import Terminal, consenting, write_photos


def jpeg(size: tuple[int, int]) -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(buffer, "JPEG")
    return buffer.getvalue()


def png(size: tuple[int, int]) -> bytes:
    buffer = io.BytesIO()
    Image.new("1", size).save(buffer, "PNG")
    return buffer.getvalue()


BAD_PHOTOS: dict[str, Callable[[], bytes]] = {
    "text.png": lambda: b"I am no picture.\n" * 20,
    "cut-off.jpg": lambda: jpeg((400, 300))[:4000],
    "one-pixel.png": lambda: png((1, 1)),
    "hundred-megapixels.png": lambda: png((10_000, 10_000)),
    "empty.png": lambda: b"",
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """One studio with radke's yes for all these tests: a refusal leaves it as it was."""
    folder = tmp_path_factory.mktemp("house")
    write_photos(folder / "photos", 6, 96)
    return consenting(Terminal(folder / "data", folder))


def state_of(house: Terminal) -> tuple[set[str], int, list[str]]:
    return house.files(), len(house.jobs()), house.events()


@pytest.mark.parametrize("name", BAD_PHOTOS)
def test_a_bad_photo_is_named_and_nothing_is_stored(house: Terminal, name: str) -> None:
    before = state_of(house)
    bad = house.folder / name
    bad.write_bytes(BAD_PHOTOS[name]())
    said = house("train", "radke", house.folder / "photos", bad)
    assert said.code == 1
    assert name in said.sentence
    assert state_of(house) == before


@pytest.mark.parametrize("name", BAD_PHOTOS)
def test_a_bad_pose_picture_is_named_and_nothing_is_stored(house: Terminal, name: str) -> None:
    before = state_of(house)
    bad = house.folder / name
    bad.write_bytes(BAD_PHOTOS[name]())
    said = house("imagine", "a man on a beach", "--pose", bad, "-o", house.folder / "out.png")
    assert said.code == 1
    assert name in said.sentence
    assert state_of(house) == before
    assert not (house.folder / "out.png").exists()


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["imagine", "word " * 5000], "1000"),
        (["imagine", "   "], "words"),
        (["imagine", "<lora:nobody:1> a man"], "nobody"),
        (["imagine", "<lora:radke:1> radke"], "trained"),
        (["imagine", "a man", "--sampler", "Magic"], "Euler a"),
        (["imagine", "a man", "--steps", "100000"], "150"),
        (["imagine", "a man", "--pose", "nowhere.png"], "nowhere.png"),
        (["imagine", "a man", "-o", "."], "folder"),
        (["compare", "a man"], "nothing to weigh"),
        (["compare", "a man", "--axis", "seed", "--values", "1,2,3,4,5,6,7,8,9,10"], "At most 9"),
        (["compare", "a man", "--axis", "steps", "--values", "few"], "a number"),
        (["compare", "<lora:radke:1> radke"], "trained"),
        (["compare", "a man", "--axis", "cfg", "-o", "nowhere/out.png"], "nowhere"),
        (["imagine", "a man", "-o", "nowhere/out.png"], "nowhere"),
        (["train", "nobody", "photos"], "nobody"),
        (["train", "radke", "nowhere.jpg"], "nowhere.jpg"),
        (["train", "radke", "photos/radke-01.png"], "4"),
        (["export", "adapter", "radke", "-o", "radke.safetensors"], "trained"),
        (["jobs", "show", "picture-none"], "picture-none"),
        (["consent", "ask", "radke", "--purpose", "laughing"], "laughing"),
        (["subject", "add", "Not A Handle", "--owner", "x"], "Not A Handle"),
        (["demo"], "real radke"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else None,
)
def test_a_wish_that_cannot_be_is_one_sentence(house: Terminal, words: list[str], hint: str) -> None:
    before = state_of(house)
    said = house(*words)
    assert said.code == 1
    assert hint in said.sentence
    assert said.out == ""
    assert state_of(house) == before


def test_a_training_without_consent_leaves_the_refusal_alone(terminal: Terminal) -> None:
    terminal("subject", "add", "radke", "--owner", "radke")
    before = terminal.files()
    said = terminal("train", "radke", *write_photos(terminal.folder / "photos", 6, 96))
    assert said.code == 1
    assert "radke" in said.sentence
    assert "ask" in said.sentence.lower()  # what to do
    assert terminal.files() == before
    assert terminal.jobs() == []
    assert terminal.events() == ["subject.created", "training.refused"]


def test_a_picture_without_consent_leaves_the_refusal_alone(terminal: Terminal) -> None:
    terminal("subject", "add", "radke", "--owner", "radke")
    said = terminal("imagine", "<lora:radke:1> radke on a beach", "-o", "out.png")
    assert said.code == 1
    assert "radke" in said.sentence
    assert not (terminal.folder / "out.png").exists()
    assert terminal.jobs() == []
    assert terminal.events() == ["subject.created", "image.refused"]


def test_a_read_only_data_folder_is_one_sentence(terminal: Terminal) -> None:
    terminal.home.mkdir(mode=0o555)
    said = terminal("imagine", "a man", before=without_root_rights)
    assert said.code == 1
    assert str(terminal.home) in said.sentence
    assert "--data" in said.sentence
    assert list(terminal.home.iterdir()) == []


def test_a_full_disk_is_one_sentence_and_stores_no_photo(house: Terminal) -> None:
    before = state_of(house)
    noise = random.Random(1).randbytes(3 * 1200 * 1200)
    for number in range(4):
        picture = Image.frombytes("RGB", (1200, 1200), noise[number:] + noise[:number])
        picture.save(house.folder / f"noise-{number}.png")
    said = house("train", "radke", *sorted(house.folder.glob("noise-*.png")), before=on_a_full_disk)
    assert said.code == 1
    assert "room" in said.sentence
    assert state_of(house) == before


def test_a_database_of_a_newer_version_is_left_alone(agreed: Terminal) -> None:
    with closing(sqlite3.connect(agreed.home / "likeness.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    for words in (["jobs"], ["db", "upgrade"], ["imagine", "a man"]):
        said = agreed(*words)
        assert said.code == 1
        assert "newer" in said.sentence
    with closing(sqlite3.connect(agreed.home / "likeness.db")) as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]


def without_root_rights() -> None:
    """Give up root's right to write where the mode forbids it (PR_CAPBSET_DROP), from the next exec on."""
    libc = ctypes.CDLL(None)
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        libc.prctl(24, capability, 0, 0, 0)


def on_a_full_disk() -> None:
    """No file may grow beyond 2 MB: room for the database, and not for a photo of noise."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))


def test_the_data_folder_may_be_a_place_that_does_not_exist(tmp_path: Path) -> None:
    said = Terminal(tmp_path / "deep" / "down", tmp_path)("subject", "list", "--json")
    assert said.code == 0
    assert said.json == []
