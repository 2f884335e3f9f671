"""A runner as it really runs: a process of its own over a data folder with a consenting doll."""

from __future__ import annotations

import io
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from consent.people import Actor
from miniature.people import RADKE
from miniature.world import portrait_session
from studio import approvals, grants, jobs, parties, plans, subjects, train
from studio.house import Studio, open_studio
from studio.settings import Settings
from studio.views import JobView
from tests import warm

PATIENCE = 240  # seconds; a loaded machine is no failure


@dataclass
class House:
    """An open studio, its people, and the means to run a runner over it."""

    studio: Studio
    radke: Actor
    anna: Actor

    def runner(self, *more: str) -> AbstractContextManager[warm.Runner]:
        """A runner process that takes jobs; killed at the end if it is still there."""
        settings = self.studio.settings
        return warm.runner(settings.home, {**os.environ, "DATABASE_URL": settings.database_url}, *more)

    def learn(self) -> JobView:
        """Anna asks for a training, and Radke approves the photos."""
        asked = train.ask_training(self.studio, self.anna, "radke", photos())
        return approvals.approve(self.studio, self.radke, asked.id)

    def wait(self, job_id: str, until: Callable[[JobView], bool] = lambda job: job.finished) -> JobView:
        """The job once it is as wanted; fails when that takes too long."""
        deadline = time.monotonic() + PATIENCE
        while not until(job := jobs.view(self.studio, job_id)):
            assert time.monotonic() < deadline, job
            time.sleep(0.1)
        return job

    def files(self) -> set[Path]:
        """Every file in the vault."""
        return {path for path in (self.studio.settings.home / "vault").rglob("*") if path.is_file()}


@pytest.fixture
def house(tmp_path: Path, new_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Radke has an active consent, and trainings are short: what is tested is that they end once, not how well."""
    settings = Settings.from_environment({}, home=Path(shutil.copytree(new_home, tmp_path / "data")))
    studio = open_studio(settings)
    radke = parties.actor(studio, "terminal", "radke", "radke")
    anna = parties.actor(studio, "terminal", "anna", "anna")
    mo = parties.actor(studio, "terminal", "mo", "mo", is_moderator=True)
    subjects.add_subject(studio, anna, "radke", owner=radke)
    grants.ask(studio, anna, "radke")
    grants.give(studio, radke, "radke")
    grants.verify(studio, mo, "radke")
    monkeypatch.setattr(plans, "plan_for", plans.plan_for)  # as it is, once this is over
    warm.short_trainings(epochs=4, steps_per_epoch=8)
    yield House(studio, radke, anna)
    studio.close()


def photos(count: int = 6) -> list[train.NewPhoto]:
    """Photos of radke, with captions."""
    taken = []
    for number, photo in enumerate(portrait_session(RADKE, "radke", photos=count, size=128)):
        buffer = io.BytesIO()
        photo.image.save(buffer, "PNG")
        taken.append(train.NewPhoto(f"{number}.png", buffer.getvalue(), photo.caption))
    return taken
