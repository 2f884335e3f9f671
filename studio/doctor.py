"""What this machine has and lacks, and how to mend it.

Nothing heavy is loaded here: whether torch works, and on what, is asked of another process, because the studio must
not import it and because a broken CUDA installation can take its whole process down.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from db import migrate
from db.errors import DatabaseError
from studio.settings import Settings

Level = Literal["good", "note", "missing"]

GIB = 1024**3
FEWEST_PYTHON = (3, 11)
RUNNER_PACKAGES = ("torch", "diffusers", "transformers", "peft", "accelerate", "safetensors", "numpy")
_ASK_TORCH = """
import json, torch
cuda = torch.cuda.is_available()
print(json.dumps({
    "version": torch.__version__, "threads": torch.get_num_threads(), "built_for": torch.version.cuda,
    "device": torch.cuda.get_device_name(0) if cuda else "cpu",
    "memory": torch.cuda.get_device_properties(0).total_memory if cuda else 0,
    "bf16": bool(cuda and torch.cuda.is_bf16_supported()),
}))
"""


@dataclass(frozen=True)
class Finding:
    """One thing looked at: `good`, a `note` that may matter, or `missing` and needed. `mend` says what to do."""

    name: str
    level: Level
    says: str
    mend: str | None = None


def examine(settings: Settings) -> list[Finding]:
    """Look at everything, in the order in which a newcomer meets it. Never raises; secrets are never shown."""
    return [
        _python(),
        _packages(),
        _torch(),
        _memory(settings),
        _data_folder(settings),
        _disk(settings),
        _database(settings),
        _model(settings),
        _pose(),
        _master_key(settings),
        _discord(settings),
    ]


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < FEWEST_PYTHON:
        return Finding("Python", "missing", version, "Install Python 3.11 or newer.")
    return Finding("Python", "good", version)


def _packages() -> Finding:
    lacking = [name for name in RUNNER_PACKAGES if _version(name) is None]
    if len(lacking) == len(RUNNER_PACKAGES):
        return Finding(
            "runner",
            "note",
            "not installed: this machine can ask, but not train or draw.",
            "pip install 'likeness[runner]', if it is to do the work itself.",
        )
    if lacking:
        return Finding("runner", "missing", f"lacks {', '.join(lacking)}", "pip install 'likeness[runner]'")
    return Finding("runner", "good", ", ".join(f"{name} {_version(name)}" for name in RUNNER_PACKAGES[:4]))


def _torch() -> Finding:
    if _version("torch") is None:
        return Finding("torch device", "note", "no torch here")
    try:
        asked = subprocess.run(
            [sys.executable, "-P", "-c", _ASK_TORCH], capture_output=True, text=True, timeout=120, check=True
        )
        said = json.loads(asked.stdout.strip().splitlines()[-1])
    except (OSError, subprocess.SubprocessError, ValueError, IndexError) as error:
        why = (getattr(error, "stderr", None) or str(error)).strip().splitlines()[-1:]
        return Finding(
            "torch device",
            "missing",
            f"torch does not start: {''.join(why)}",
            "pip install --force-reinstall 'likeness[runner]'",
        )
    if said["device"] != "cpu":
        size = said["memory"] / GIB
        if size < 5:
            return Finding(
                "torch device",
                "note",
                f"{said['device']}, {size:.0f} GB",
                "SD 1.5 wants 6 GB to draw and 8 GB to train; the miniature fits anywhere.",
            )
        return Finding(
            "torch device", "good", f"{said['device']}, {size:.0f} GB, bf16 {'yes' if said['bf16'] else 'no'}"
        )
    mend = None
    if shutil.which("nvidia-smi"):
        mend = "There is an NVIDIA driver, but this torch does not use it. Install the CUDA build of torch."
    return Finding(
        "torch device",
        "note",
        f"no GPU, {said['threads']} threads: enough for the miniature; SD 1.5 takes minutes a picture",
        mend,
    )


def _memory(settings: Settings) -> Finding:
    wanted = 3 if settings.base_model == "miniature" else 12
    size = _total_memory()
    if size is None:
        return Finding("memory", "note", "this system does not say how much there is")
    if size < wanted * GIB:
        return Finding("memory", "note", f"{size / GIB:.1f} GB", f"{settings.base_model} wants {wanted} GB.")
    return Finding("memory", "good", f"{size / GIB:.1f} GB")


def _data_folder(settings: Settings) -> Finding:
    nearest = _nearest(settings.home)
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        return Finding(
            "data folder",
            "missing",
            f"{settings.home} cannot be written",
            "Choose another with LIKENESS_HOME or --data, or make it writable.",
        )
    if nearest != settings.home:
        return Finding("data folder", "good", f"{settings.home} (made at first use)")
    return Finding("data folder", "good", str(settings.home))


def _disk(settings: Settings) -> Finding:
    wanted = 1 if settings.base_model == "miniature" else 10
    free = shutil.disk_usage(_nearest(settings.home)).free
    if free < 0.2 * GIB:
        return Finding(
            "disk", "missing", f"{free / GIB:.2f} GB free", "Make room: a training needs some of it."
        )
    if free < wanted * GIB:
        return Finding(
            "disk", "note", f"{free / GIB:.1f} GB free", f"{settings.base_model} is at ease with {wanted}."
        )
    return Finding("disk", "good", f"{free / GIB:.0f} GB free")


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
    return Finding("database", "good", f"{shown}, at {migrate.head()}")


def _model(settings: Settings) -> Finding:
    base = settings.base_model
    if base == "miniature":
        spec = find_spec("miniature")
        folder = Path(spec.origin).parent / "weights" if spec and spec.origin else None
        if folder is None or not (folder / "unet" / "diffusion_pytorch_model.safetensors").is_file():
            return Finding(
                "base model",
                "missing",
                "the miniature's weights are not here",
                "Clone the repository again, or reinstall.",
            )
        return Finding("base model", "good", "miniature: embedded, no download")
    path = Path(base).expanduser()
    if path.is_dir():
        if (path / "model_index.json").is_file():
            return Finding("base model", "good", f"{path}")
        return Finding(
            "base model",
            "missing",
            f"{path} is no diffusers folder (no model_index.json)",
            "Set BASE_MODEL to a diffusers folder, a .safetensors file, a hub id or miniature.",
        )
    if path.is_file() and path.suffix == ".safetensors":
        return Finding("base model", "good", f"{path}, {path.stat().st_size / GIB:.1f} GB")
    if re.fullmatch(r"[\w.-]+/[\w.-]+", base) and not base.startswith((".", "/")):
        return Finding("base model", "note", f"{base}, from the model hub at first use (some gigabytes)")
    return Finding(
        "base model",
        "missing",
        f"there is no {base}",
        "Set BASE_MODEL to a diffusers folder, a .safetensors file, a hub id or miniature.",
    )


def _pose() -> Finding:
    if _version("ai-edge-litert") is None:
        return Finding(
            "pose detector",
            "note",
            "photos as pose pictures need ai-edge-litert; skeletons and JSON work",
            "pip install 'likeness[runner]'",
        )
    return Finding("pose detector", "good", f"BlazePose through ai-edge-litert {_version('ai-edge-litert')}")


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
    if _version("discord.py") is None:
        return Finding(
            "Discord token", "note", "set, but discord.py is not installed", "pip install 'likeness[bot]'"
        )
    if len(settings.discord_token.split(".")) != 3:
        return Finding(
            "Discord token",
            "note",
            "set, but it does not look like one (three parts with dots)",
            "Copy it again from the Discord developer portal, page Bot.",
        )
    return Finding("Discord token", "good", f"set; discord.py {_version('discord.py')}")


def _version(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def _nearest(path: Path) -> Path:
    """`path`, or the closest folder above it that exists."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return path


def _total_memory() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None
