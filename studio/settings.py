"""The settings: the only file that reads the environment. Each is explained in `.env.example` and the guide."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dotenv import dotenv_values

from studio.errors import BadSetting

MOST = 1_000_000


@dataclass(frozen=True)
class Settings:
    """How this installation is set up. Secrets are left out of its printed form."""

    home: Path
    database_url: str
    base_model: str = "miniature"
    openpose_model: str | None = None
    acting_as: str | None = None
    controller: str | None = None
    jurisdiction: str | None = None
    approve_own_photos: bool = False
    discord_api_url: str | None = None
    discord_gateway_url: str | None = None
    discord_cdn_url: str | None = None
    discord_guilds: tuple[str, ...] = ()
    most_waiting: int = 20
    pictures_a_day: int = 200
    discord_token: str | None = field(default=None, repr=False)
    master_key: str | None = field(default=None, repr=False)
    new_master_key: str | None = field(default=None, repr=False)

    @classmethod
    def from_environment(
        cls, environ: Mapping[str, str] | None = None, *, home: Path | None = None
    ) -> Settings:
        """Read the settings from the environment, and where it is silent from `.env` in the working folder.

        `home` (a `--data` on the command line) wins over LIKENESS_HOME. With neither, the data folder is `./data`.
        An empty value counts as absent.
        """
        if environ is None:
            from_file = {name: value or "" for name, value in dotenv_values(".env").items()}
            environ = {**from_file, **os.environ}

        def read(name: str) -> str | None:
            return environ.get(name, "").strip() or None

        def number(name: str, default: int) -> int:
            text = read(name) or str(default)
            if not text.isdecimal() or not 1 <= int(text) <= MOST:
                raise BadSetting(f"{name} is a number from 1 to {MOST}, not “{text}”.")
            return int(text)

        home = (home or Path(read("LIKENESS_HOME") or "data")).absolute()
        return cls(
            home=home,
            database_url=read("DATABASE_URL") or f"sqlite:///{home / 'likeness.db'}",
            base_model=read("BASE_MODEL") or "miniature",
            openpose_model=read("OPENPOSE_MODEL"),
            acting_as=read("LIKENESS_AS"),
            controller=read("LIKENESS_CONTROLLER"),
            jurisdiction=read("LIKENESS_JURISDICTION"),
            approve_own_photos=(read("LIKENESS_APPROVE_OWN_PHOTOS") or "no").lower() in ("yes", "true", "on", "1"),
            discord_api_url=read("DISCORD_API_URL"),
            discord_gateway_url=read("DISCORD_GATEWAY_URL"),
            discord_cdn_url=read("DISCORD_CDN_URL"),
            most_waiting=number("LIKENESS_MOST_WAITING", cls.most_waiting),
            pictures_a_day=number("LIKENESS_PICTURES_A_DAY", cls.pictures_a_day),
            discord_guilds=tuple((read("DISCORD_GUILDS") or "").replace(",", " ").split()),
            discord_token=read("DISCORD_TOKEN"),
            master_key=read("LIKENESS_MASTER_KEY"),
            new_master_key=read("LIKENESS_NEW_MASTER_KEY"),
        )
