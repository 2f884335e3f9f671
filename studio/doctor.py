"""What this installation has and lacks, and how to mend it: `examine` looks at everything.

Never raises, never shows a secret, changes nothing.
"""

from __future__ import annotations

import os
import re
import stat
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from db import migrate
from db.errors import DatabaseError
from studio import machine
from studio.machine import GIB, Finding, nearest, version
from studio.settings import Settings

_MODELS = "Set BASE_MODEL to a diffusers folder, a .safetensors file, a hub id or miniature."
_PICKLES = {".ckpt", ".pt", ".pth", ".bin", ".pkl"}  # what the runner refuses as well (generation/base.py)


def examine(settings: Settings) -> list[Finding]:
    """Look at everything, in the order in which a newcomer meets it."""
    return [
        machine.python(),
        machine.packages(),
        machine.torch(),
        machine.memory(settings),
        _data_folder(settings),
        machine.disk(settings),
        _database(settings),
        _model(settings),
        _pose(),
        _master_key(settings),
        _discord(settings),
    ]


def _data_folder(settings: Settings) -> Finding:
    folder = nearest(settings.home)
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        return Finding(
            "data folder",
            "missing",
            f"{settings.home} cannot be written",
            "Choose another with LIKENESS_HOME or --data, or make it writable.",
        )
    if folder != settings.home:
        return Finding("data folder", "good", f"{settings.home} (made at first use)")
    return Finding("data folder", "good", str(settings.home))


def _database(settings: Settings) -> Finding:
    try:
        url = make_url(settings.database_url)
        shown = url.render_as_string(hide_password=True)
        if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).exists():
            return Finding("database", "good", f"{shown} (made at first use)")
        if migrate.current(settings.database_url) is None:
            return Finding("database", "note", f"{shown} is empty", "`likeness db upgrade` fills it.")
        migrate.check(settings.database_url)
    except (ArgumentError, ImportError):
        return Finding(
            "database",
            "missing",
            "DATABASE_URL is not an address of a database",
            "Like sqlite:////srv/likeness/likeness.db or postgresql://user:password@host/likeness.",
        )
    except DatabaseError as error:
        return Finding("database", "missing", str(error), "The sentence says it.")
    except SQLAlchemyError as error:
        first = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        return Finding(
            "database", "missing", f"{shown} does not answer: {first}", "Is it running, and the URL right?"
        )
    return Finding("database", "good", f"{shown}, at {migrate.HEAD}")


def _model(settings: Settings) -> Finding:
    base = settings.base_model
    if base == "miniature":
        spec = find_spec("miniature")
        places = list(spec.submodule_search_locations or ()) if spec else []
        folder = Path(places[0]) / "weights" if places else None
        if folder is None or not (folder / "unet" / "diffusion_pytorch_model.safetensors").is_file():
            return Finding(
                "base model",
                "missing",
                "the miniature's weights are not here",
                "Clone the repository again, or reinstall.",
            )
        return Finding("base model", "good", "miniature: embedded, no download")
    path = Path(base).expanduser()
    if path.suffix.lower() in _PICKLES:
        return Finding(
            "base model",
            "missing",
            f"{path} is a pickle, which could run code when opened, so it is never read",
            "Set BASE_MODEL to the model's .safetensors file or its diffusers folder.",
        )
    if path.is_dir():
        if (path / "model_index.json").is_file():
            return Finding("base model", "good", f"{path}")
        return Finding(
            "base model",
            "missing",
            f"{path} is no diffusers folder (no model_index.json)",
            _MODELS,
        )
    if path.is_file() and path.suffix.lower() == ".safetensors":
        return Finding("base model", "good", f"{path}, {path.stat().st_size / GIB:.1f} GB")
    if re.fullmatch(r"[\w.-]+/[\w.-]+", base) and not base.startswith((".", "/")):
        return Finding("base model", "note", f"{base}, from the model hub at first use (some gigabytes)")
    says = f"{path} is no .safetensors file" if path.exists() else f"there is no {base}"
    return Finding("base model", "missing", says, _MODELS)


def _pose() -> Finding:
    if version("ai-edge-litert") is None:
        return Finding(
            "pose detector",
            "note",
            "a photo as pose picture needs ai-edge-litert; skeleton maps and OpenPose JSON work without",
            machine.install("runner"),
        )
    return Finding("pose detector", "good", f"BlazePose through ai-edge-litert {version('ai-edge-litert')}")


def _master_key(settings: Settings) -> Finding:
    if settings.master_key:
        return Finding("master key", "good", "from LIKENESS_MASTER_KEY")
    file = settings.home / "master.key"
    if not file.exists():
        return Finding(
            "master key",
            "note",
            f"none yet; made at first use as {file}",
            "To keep it apart from the data, set LIKENESS_MASTER_KEY.",
        )
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        return Finding("master key", "missing", f"{file} can be read by others", f"chmod 600 {file}")
    return Finding(
        "master key",
        "note",
        f"{file}, beside the data it opens",
        "A backup of the whole folder opens itself: keep the key elsewhere with LIKENESS_MASTER_KEY.",
    )


def _discord(settings: Settings) -> Finding:
    if not settings.discord_token:
        return Finding(
            "Discord token",
            "note",
            "none: the terminal works without",
            "For `likeness bot` set DISCORD_TOKEN (docs/guide/discord.md).",
        )
    if version("discord.py") is None:
        return Finding(
            "Discord token", "note", "set, but discord.py is not installed", machine.install("bot")
        )
    if len(settings.discord_token.split(".")) != 3:
        return Finding(
            "Discord token",
            "note",
            "set, but it does not look like one (three parts with dots)",
            "Copy it again from the Discord developer portal, page Bot.",
        )
    return Finding("Discord token", "good", f"set; discord.py {version('discord.py')}")
