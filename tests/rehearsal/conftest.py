from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from rehearsal.server import Discord
from tests.rehearsal.stage import PATIENCE, Stage, set_up


@pytest_asyncio.fixture
async def discord() -> AsyncIterator[Discord]:
    async with Discord(first_answer=PATIENCE) as server:
        yield server


@pytest_asyncio.fixture
async def stage(discord: Discord, tmp_path: Path, new_home: Path) -> AsyncIterator[Stage]:
    async with set_up(discord, Path(shutil.copytree(new_home, tmp_path / "data"))) as ready:
        yield ready
