"""An open studio on a fresh data folder, and the people in it. No engine runs: the tests do a runner's part."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import inspect, text

from consent.people import Actor
from studio import approvals, grants, parties, subjects, work
from studio.house import Studio, open_studio
from studio.settings import Settings
from studio.train import NewPhoto, ask_training
from studio.views import TO_APPROVE, JobView
from studio.work import TrainingWork
from tests.postgres import made, postgres


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    yield from postgres()


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path, new_home: Path) -> Settings:
    """A fresh data folder, with SQLite in it or a fresh PostgreSQL beside it."""
    home = tmp_path / "data"
    if request.param == "postgresql":
        return Settings.from_environment({"DATABASE_URL": made(request.getfixturevalue("server"))}, home=home)
    shutil.copytree(new_home, home)
    return Settings.from_environment({}, home=home)


@pytest.fixture
def studio(settings: Settings) -> Iterator[Studio]:
    opened = open_studio(settings)
    yield opened
    opened.close()


@dataclass(frozen=True)
class People:
    """Radke is the subject, Anna asks and trains, Mo moderates."""

    radke: Actor
    anna: Actor
    mo: Actor


@pytest.fixture
def people(studio: Studio) -> People:
    return People(
        radke=parties.actor(studio, "discord", "1", "radke"),
        anna=parties.actor(studio, "discord", "2", "anna"),
        mo=parties.actor(studio, "discord", "3", "mo", is_moderator=True),
    )


@pytest.fixture
def subject(studio: Studio, people: People) -> str:
    """A subject called radke whom nobody has asked yet."""
    return subjects.add_subject(studio, people.anna, "radke", owner=people.radke).handle


@pytest.fixture
def consenting(studio: Studio, people: People, subject: str) -> str:
    """Radke with an active consent to be trained and drawn."""
    grants.ask(studio, people.anna, subject)
    grants.give(studio, people.radke, subject)
    grants.verify(studio, people.mo, subject)
    return subject


@pytest.fixture
def trained(studio: Studio, people: People, consenting: str) -> str:
    """Radke with an adapter; its bytes are a stand-in, because nothing here draws with them."""
    job = queue_training(studio, people.anna, consenting, photos(6))
    claimed = work.claim(studio, job.id)
    assert isinstance(claimed, TrainingWork)
    work.finish_training(studio, claimed, b"adapter of radke", {"loss": 0.1})
    studio.queue.cancel(job.id)  # no runner took it out
    return consenting


def queue_training(studio: Studio, trainer: Actor, handle: str, handed_in: list[NewPhoto], **more: Any) -> JobView:
    """Ask for a training, and have Mo approve its photos and captions: from here on a runner may take it."""
    job = ask_training(studio, trainer, handle, handed_in, **more)
    if job.state != TO_APPROVE:
        return job
    return approvals.approve(studio, parties.actor(studio, "discord", "3", "mo", is_moderator=True), job.id)


def photos(count: int, start: int = 0) -> list[NewPhoto]:
    """Different pictures of nobody."""
    return [NewPhoto(f"{n}.png", png(colour=(n * 9 % 256, 80, 200))) for n in range(start, start + count)]


def png(size: tuple[int, int] = (96, 128), colour: tuple[int, int, int] = (200, 30, 60)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "PNG")
    return buffer.getvalue()


def vault_files(studio: Studio) -> set[Path]:
    return {path for path in (studio.settings.home / "vault").rglob("*") if path.is_file()}


def every_byte(studio: Studio) -> bytes:
    """The bytes of every file in the data folder, and every row of every table, the queue's included."""
    files = [path.read_bytes() for path in studio.settings.home.rglob("*") if path.is_file()]
    inspector = inspect(studio.engine)
    with studio.engine.connect() as connection:
        for schema in {"dbos", inspector.default_schema_name} & set(inspector.get_schema_names()):
            for name in inspector.get_table_names(schema):
                rows = connection.execute(text(f'SELECT * FROM "{schema}"."{name}"'))  # noqa: S608
                files.append(repr(rows.all()).encode())
    return b"".join(files)
