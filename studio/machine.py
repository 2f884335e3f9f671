"""The machine itself: Python, the runner's packages, what torch computes with, memory, disk.

Nothing heavy is loaded here. Whether torch works, and on what, is asked of another process: the studio may
not import it, and a broken CUDA installation can take its whole process down.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

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
    """One thing looked at: `good`, a `note` that may matter, or `missing` and needed, with what to do."""

    name: str
    level: Level
    says: str
    mend: str | None = None


def install(extra: str, more: str = "") -> str:
    """How to install what an extra needs: by path, never by name, for likeness on PyPI is somebody else's package."""
    return f"pip install {more}-c constraints.txt -e '.[{extra}]' in the project's folder"


def python() -> Finding:
    """The interpreter."""
    here = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < FEWEST_PYTHON:
        return Finding("Python", "missing", here, "Install Python 3.11 or newer.")
    return Finding("Python", "good", here)


def packages() -> Finding:
    """What a runner needs to train and draw."""
    lacking = [name for name in RUNNER_PACKAGES if version(name) is None]
    if len(lacking) == len(RUNNER_PACKAGES):
        return Finding(
            "runner",
            "note",
            "not installed: this machine can ask, but not train or draw.",
            f"{install('runner')}, if it is to do the work itself.",
        )
    if lacking:
        return Finding("runner", "missing", f"lacks {', '.join(lacking)}", install("runner"))
    return Finding("runner", "good", ", ".join(f"{name} {version(name)}" for name in RUNNER_PACKAGES[:4]))


def torch() -> Finding:
    """What torch computes with, as another process of this Python sees it."""
    if version("torch") is None:
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
            install("runner", "--force-reinstall "),
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


def memory(settings: Settings) -> Finding:
    """Memory of the whole machine."""
    wanted = 3 if settings.base_model == "miniature" else 12
    size = _total_memory()
    if size is None:
        return Finding("memory", "note", "this system does not say how much there is")
    if size < wanted * GIB:
        return Finding("memory", "note", f"{size / GIB:.1f} GB", f"{settings.base_model} wants {wanted} GB.")
    return Finding("memory", "good", f"{size / GIB:.1f} GB")


def disk(settings: Settings) -> Finding:
    """Room where the data folder is, or will be."""
    wanted = 1 if settings.base_model == "miniature" else 10
    free = shutil.disk_usage(nearest(settings.home)).free
    if free < 0.2 * GIB:
        return Finding(
            "disk", "missing", f"{free / GIB:.2f} GB free", "Make room: a training needs some of it."
        )
    if free < wanted * GIB:
        return Finding(
            "disk", "note", f"{free / GIB:.1f} GB free", f"{settings.base_model} is at ease with {wanted}."
        )
    return Finding("disk", "good", f"{free / GIB:.0f} GB free")


def version(distribution: str) -> str | None:
    """The installed version of a distribution, without importing it."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def nearest(path: Path) -> Path:
    """`path`, or the closest folder above it that exists."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return path


def _total_memory() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None
