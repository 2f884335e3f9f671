"""What tests of several folders share."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.house import open_studio
from studio.settings import Settings


@pytest.fixture(scope="session")
def new_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with its tables made and nothing in it: made once, copied for every test."""
    home = tmp_path_factory.mktemp("new") / "data"
    open_studio(Settings.from_environment({}, home=home)).close()
    return home
