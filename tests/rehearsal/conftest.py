from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from rehearsal.server import Discord
from studio.house import open_studio
from studio.settings import Settings
from tests.rehearsal.stage import PATIENCE, Stage, set_up


@pytest.fixture(scope="session")
def new_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with its tables made and nothing in it: made once, copied for every test."""
    home = tmp_path_factory.mktemp("new") / "data"
    open_studio(Settings.from_environment({}, home=home)).close()
    return home


@pytest_asyncio.fixture
async def discord() -> AsyncIterator[Discord]:
    async with Discord(first_answer=PATIENCE) as server:
        yield server


@pytest_asyncio.fixture
async def stage(discord: Discord, tmp_path: Path, new_home: Path) -> AsyncIterator[Stage]:
    async with set_up(discord, Path(shutil.copytree(new_home, tmp_path / "data"))) as ready:
        yield ready
