"""Does the miniature stand as people stand?  python benchmarks/photo_skeletons.py [--seeds 5] [--sheet FILE]

The full-body photos of the PyPI package `openpeople` (people who do not exist; MIT) go the way of any pose picture:
read by the studio's pose reader, fitted into the miniature's square, drawn as a skeleton map. Diffusers' own pipelines
draw `--seeds` dolls in each pose, in words of every place and shirt, with the ControlNet and without; the miniature's
probe reads the key points off. Prints the share of key points within a tenth of the side (PCK@0.1) of both.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import openpeople
import torch
from PIL import Image

from generation.pose import read_pose
from miniature import NATIVE_SIZE, WEIGHTS
from miniature.captions import tell_all
from miniature.evaluate import Pipelines, measure_pose
from miniature.skeleton import draw_skeleton
from miniature.world import TEST_SEEDS, photograph

PHOTOS = ("studio_posture.jpg", "amateur_posture.jpg")


def main() -> None:
    """Read, draw, measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=5, help="dolls in each pose (5)")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="a packed folder (the one shipped)")
    parser.add_argument("--sheet", type=Path, help="write photos, skeletons and pictures here")
    arguments = parser.parse_args()
    folder = Path(openpeople.__file__).parent / "data" / "curated"
    files = sorted(file for name in PHOTOS for file in folder.glob(f"*/assets/{name}"))
    poses = [read_pose(file.read_bytes()) for file in files]
    people = [pose.fitted(NATIVE_SIZE, NATIVE_SIZE)[0] for pose in poses]
    shown = [[point and (min(max(point[0], 0), 1), min(max(point[1], 0), 1)) for point in person] for person in people]
    skeletons = [points for points in shown for _ in range(arguments.seeds)]
    dolls = [
        photograph(seed, size=NATIVE_SIZE, action="standing", framing="full")
        for seed in TEST_SEEDS[850_000 : 850_000 + len(skeletons)]
    ]
    captions, seeds = [tell_all(doll) for doll in dolls], [doll.seed for doll in dolls]
    maps = [draw_skeleton([points], NATIVE_SIZE, NATIVE_SIZE) for points in skeletons]
    pipelines = Pipelines(arguments.weights)
    torch.set_num_threads(1)
    drawn = {
        "with the ControlNet": pipelines.draw(captions, seeds, maps),
        "without": pipelines.draw(captions, seeds),
    }
    print(f"{len(files)} full-body photos, {arguments.seeds} dolls each")
    for name, images in drawn.items():
        print(f"PCK@0.1 {name}: {measure_pose(images, skeletons):.3f}", flush=True)
    if arguments.sheet:
        maps = [pose.skeleton(NATIVE_SIZE, NATIVE_SIZE) for pose in poses]
        _sheet(files, maps, drawn["with the ControlNet"], arguments.seeds).save(arguments.sheet)


def _sheet(
    files: list[Path], maps: list[Image.Image], images: list[Image.Image], seeds: int, side: int = 128
) -> Image.Image:
    """A row for each photo: itself, its skeleton, the dolls."""
    sheet = Image.new("RGB", (side * (2 + seeds), side * len(files)), "white")
    for row, (file, skeleton) in enumerate(zip(files, maps, strict=True)):
        with Image.open(file) as photo:
            photo.thumbnail((side, side))
            cells = [photo.convert("RGB"), skeleton, *images[row * seeds : (row + 1) * seeds]]
        for column, cell in enumerate(cells):
            picture = cell if column == 0 else cell.resize((side, side), Image.Resampling.NEAREST)
            sheet.paste(picture, (column * side, row * side))
    return sheet


if __name__ == "__main__":
    main()
