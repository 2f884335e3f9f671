"""Does a trained LoRA draw its subject, and does a pose picture move the figure?  python benchmarks/subject_lora.py

Trains the demo's doll on its 18 photos with the plan every training gets, then draws 24 seeds each. The peer is the
base model itself at the same seed: without the LoRA, and without the pose. Prints means and differences:

* portraits of radke, read with `miniature.likeness` (0..1);
* "a man" and "a woman" with the LoRA attached: what leaks to others;
* full figures after 24 skeletons, read with `miniature.stance` (0..1).

`--adapter FILE` reads an exported LoRA instead of training one, `--keep FILE` writes the trained one, and
`--sheet FILE` what was drawn.
"""

from __future__ import annotations

import argparse
import io
import platform
import time
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from statistics import fmean

from PIL import Image

from generation.adapters import load_adapter, unload_adapters, use_adapters
from generation.base import Base, load_base
from generation.diffusion import draw
from generation.painter import paint
from generation.pose import Pose, read_pose
from generation.request import ImageWish
from miniature.likeness import read_likeness
from miniature.people import RADKE
from miniature.stance import figure_evidence
from miniature.world import Photo, photograph, portrait_session
from training.photos import Example
from training.plan import plan_for
from training.session import Training
from training.verify import verify_adapter

SEEDS = range(24)
ACTIONS = ("cheering", "running", "jumping", "drums", "skateboard", "basketball")


def main() -> None:
    """Train or read, draw, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--adapter", type=Path, help="an exported LoRA of radke")
    parser.add_argument("--keep", type=Path, help="write the trained LoRA here")
    parser.add_argument("--sheet", type=Path, help="write the pictures here")
    arguments = parser.parse_args()
    adapter = arguments.adapter.read_bytes() if arguments.adapter else train()
    if arguments.keep:
        arguments.keep.write_bytes(adapter)
    base = load_base("miniature")

    rows = {
        "portrait of radke, base": portraits(base, "a portrait of radke", b""),
        "portrait of radke, LoRA": portraits(base, "<lora:radke:1> a portrait of radke", adapter),
        "portrait of a man, base": portraits(base, "a portrait of a man", b""),
        "portrait of a man, LoRA": [unnamed(base, "a portrait of a man", adapter, seed) for seed in SEEDS],
        "portrait of a woman, base": portraits(base, "a portrait of a woman", b""),
        "portrait of a woman, LoRA": [unnamed(base, "a portrait of a woman", adapter, seed) for seed in SEEDS],
    }
    scores = {
        name: fmean(read_likeness(image, RADKE).score for image in images) for name, images in rows.items()
    }
    strangers = [photograph(5_000 + seed, action=ACTIONS[seed % 6], framing="full") for seed in SEEDS]
    for pose in (False, True):
        name = f"figure of radke, {'with' if pose else 'without'} pose"
        rows[name] = [
            figure(base, seed, stranger, adapter, pose)
            for seed, stranger in zip(SEEDS, strangers, strict=True)
        ]
        scores[name] = fmean(
            figure_evidence(image, stranger.figure.key_points)
            for image, stranger in zip(rows[name], strangers, strict=True)
        )
    for name, score in scores.items():
        print(f"{name:32} {score:.3f}")
    names = list(scores)
    for without, with_it in zip(names[::2], names[1::2], strict=True):
        print(f"{with_it} − {without}: {scores[with_it] - scores[without]:+.3f}")
    same = sum(a.tobytes() == b.tobytes() for a, b in zip(rows[names[0]], rows[names[1]], strict=True))
    print(f"pictures the LoRA left as they were: {same} of {len(SEEDS)}; {platform.machine()}, {base.device}")
    if arguments.sheet:
        sheet(rows.values()).save(arguments.sheet)


def train() -> bytes:
    """The demo's training, without studio and runner."""
    began = time.monotonic()
    photos = portrait_session(RADKE, "radke")
    examples = [Example(photo.image, photo.caption) for photo in photos]
    training = Training(load_base("miniature"), examples, plan_for("miniature", "radke", len(examples)))
    while not training.done:
        report = training.run_epoch(lambda step: None)
        print(f"epoch {report.epoch} of {report.epochs}: loss {report.loss:.3f}, {report.seconds:.0f} s")
    adapter = training.finish()
    proof = verify_adapter("miniature", adapter, "radke")
    print(f"trained in {time.monotonic() - began:.0f} s, {len(adapter)} bytes, {asdict(proof)}")
    return adapter


def portraits(base: Base, prompt: str, adapter: bytes) -> list[Image.Image]:
    """One picture a seed."""
    return [paint(base, ImageWish(prompt=prompt, seed=seed), {"radke": adapter}).image for seed in SEEDS]


def unnamed(base: Base, prompt: str, adapter: bytes, seed: int) -> Image.Image:
    """A picture with the LoRA attached and its name unsaid: what leaks. `paint` would say the name for it."""
    side = base.native_size
    liked = {"guidance": base.default_guidance, "sampler": base.default_sampler}
    wish = ImageWish(prompt, seed=seed, width=side, height=side, **liked)
    load_adapter(base, "unnamed", adapter)
    use_adapters(base, [("unnamed", 1.0, 1.0)])
    try:
        return draw(base, prompt, wish, None, None)
    finally:
        unload_adapters(base)


def figure(base: Base, seed: int, stranger: Photo, adapter: bytes, with_pose: bool) -> Image.Image:
    """Radke doing what the stranger does, with or without being shown the stranger's skeleton."""
    wish = ImageWish(prompt=f"<lora:radke:1> radke {stranger.action}", seed=seed)
    return paint(base, wish, {"radke": adapter}, pose_of(stranger) if with_pose else None).image


def pose_of(photo: Photo) -> Pose:
    """The photo's skeleton as somebody would hand it in: a skeleton map."""
    buffer = io.BytesIO()
    photo.skeleton.save(buffer, "PNG")
    return read_pose(buffer.getvalue())


def sheet(rows: Iterable[list[Image.Image]], side: int = 128, columns: int = len(SEEDS)) -> Image.Image:
    """The rows below one another, enlarged so that a person can see them."""
    rows = list(rows)
    canvas = Image.new("RGB", (side * columns, side * len(rows)))
    for y, images in enumerate(rows):
        for x, image in enumerate(images):
            canvas.paste(image.resize((side, side), Image.Resampling.BICUBIC), (x * side, y * side))
    return canvas


if __name__ == "__main__":
    main()
