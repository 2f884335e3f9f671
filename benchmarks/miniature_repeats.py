"""Does the same seed give the same miniature, and a resumed run the same as an unbroken one?

    python benchmarks/miniature_repeats.py [--steps 200] [--batch 8]

Teaches the real text encoder, UNet and ControlNet from the same untaught start three times, each in a process of its
own: twice unbroken, once interrupted half-way and resumed in another process. Compares every tensor of the three
checkpoints (weights, moving averages, AdamW's moments) bit for bit, and ends with 0 when all are equal. A step of batch
8 takes about a quarter of a second on two quiet cores: 200 steps, three times, a little over two minutes.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROWS = 256


def main() -> int:
    """Run the three, compare, tell."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--teach", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--until", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.teach:
        teach(arguments.teach, arguments.steps, arguments.batch, arguments.until)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        runs = {"first": [None], "second": [None], "broken": [arguments.steps // 2, None]}
        for name, ends in runs.items():
            for until in ends:
                words = [
                    "--teach",
                    f"{folder}/{name}",
                    "--steps",
                    str(arguments.steps),
                    "--batch",
                    str(arguments.batch),
                ]
                words += [] if until is None else ["--until", str(until)]
                subprocess.run([sys.executable, __file__, *words], check=True)
            print(f"{name}: {time.monotonic() - began:.0f} s", flush=True)
        verdicts = {
            "the same seed, twice": differing(Path(folder, "first"), Path(folder, "second")),
            "interrupted and resumed": differing(Path(folder, "first"), Path(folder, "broken")),
        }
    for what, tensors in verdicts.items():
        print(
            f"{what}, {arguments.steps} steps: "
            + (f"DIFFERENT in {len(tensors)} tensors" if tensors else "equal")
        )
    return int(any(verdicts.values()))


def teach(folder: Path, steps: int, batch: int, until: int | None) -> None:
    """One run on latents of chance: what the networks learn does not matter here, only that it is the same."""
    import numpy as np
    import torch
    from transformers import CLIPTokenizer

    from miniature import WEIGHTS, diffusion
    from miniature.data import open_rows, render
    from miniature.loop import Schedule
    from miniature.world import TRAINING_SEEDS

    rows = folder.parent / "rows"
    if not (rows / "captions.json").is_file():
        render(rows, TRAINING_SEEDS[:ROWS], tell=lambda done: None)
    latents = torch.from_numpy(
        np.random.default_rng(0).standard_normal((ROWS, 4, 16, 16), dtype=np.float32)
    ).half()
    torch.manual_seed(0)
    painter = diffusion.Painter.new(CLIPTokenizer.from_pretrained(WEIGHTS / "tokenizer"))
    schedule = Schedule(steps, batch, 1e-3, warmup=20)
    diffusion.learn(
        painter, open_rows(rows), latents, folder, schedule, until=until, tell=lambda step, loss: None
    )


def differing(a: Path, b: Path) -> list[str]:
    """Names of the tensors in which two checkpoints differ."""
    import torch
    from safetensors.torch import load_file

    first, second = (load_file(folder / "checkpoint.safetensors") for folder in (a, b))
    return [name for name in first if not torch.equal(first[name], second[name])]


if __name__ == "__main__":
    sys.exit(main())
