"""What does a figure's face gain by being drawn once more?  python benchmarks/faces.py [--adapter FILE] [--sheet FILE]

Figures of the demo's doll in 48 strangers' poses, each drawn four ways with the same seed: plainly (the peer), enlarged
by a quarter with half of it drawn anew, with the face drawn once more, and with both. Prints for each way the share of
the doll's five attributes that the miniature's probe reads, how many of the skeleton's key points it reads within a
tenth of the side of where they belong (PCK@0.1), and how long a picture took.

`--adapter FILE` reads an exported LoRA instead of training one, `--sheet FILE` writes what was drawn.
"""

from __future__ import annotations

import argparse
import platform
import time
from pathlib import Path

from identities import score
from subject_lora import ACTIONS, pose_of, sheet, train

from generation.base import load_base
from generation.painter import paint
from generation.request import FACE_DENOISE, ImageWish
from miniature.evaluate import measure_pose
from miniature.people import RADKE
from miniature.world import photograph

FIGURES = 48
LARGER = {"hires": 1.25, "hires_denoise": 0.5}
AGAIN = {"face_denoise": FACE_DENOISE}
WAYS = {"plainly": {}, "a quarter larger": LARGER, "face once more": AGAIN, "both": LARGER | AGAIN}


def main() -> None:
    """Train or read, draw, read, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--adapter", type=Path, help="an exported LoRA of radke")
    parser.add_argument("--sheet", type=Path, help="write what was drawn here")
    arguments = parser.parse_args()
    adapters = {"radke": arguments.adapter.read_bytes() if arguments.adapter else train()}
    base = load_base("miniature")
    models = [photograph(6_000 + n, action=ACTIONS[n % len(ACTIONS)], framing="full") for n in range(FIGURES)]
    skeletons = [model.figure.key_points for model in models]
    rows, plainly = [], 0.0
    print(f"{'':20}{'attributes':>12}{'PCK@0.1':>10}{'seconds':>10}{'times':>8}")
    for way, more in WAYS.items():
        began = time.monotonic()
        drawn = [
            paint(base, ImageWish(f"<lora:radke:1> radke {model.action}", seed=seed, **more), adapters, pose_of(model))
            for seed, model in enumerate(models)
        ]
        seconds = (time.monotonic() - began) / FIGURES
        rows.append([picture.image for picture in drawn])
        plainly = plainly or seconds
        read = f"{score(rows[-1], RADKE):12.3f}{measure_pose(rows[-1], skeletons):10.3f}"
        print(f"{way:20}{read}{seconds:10.2f}{seconds / plainly:8.1f}", flush=True)
    print(f"{FIGURES} figures each way; {platform.machine()}, {base.device}")
    if arguments.sheet:
        sheet(rows, columns=FIGURES).save(arguments.sheet)


if __name__ == "__main__":
    main()
