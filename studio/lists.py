"""The lists of what may not be asked for, as this studio reads them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from consent.contexts import Lists, read


@cache
def read_lists() -> Lists:
    """The lists that come with the studio, read once."""
    folder = files("consent")
    return read(
        folder.joinpath("contexts.toml").read_text("utf-8"), folder.joinpath("names.toml").read_text("utf-8")
    )
