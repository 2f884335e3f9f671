"""Do LoRAs carry people, and only them?  python benchmarks/identities.py [--people radke tiban …] [--seeds 24]

For each of eight dolls nobody has trained on, who together look like their world: 18 photos, the plan every training
gets, then pictures through the studio's own painter, read by the miniature's probe. The score of a picture is the share
of the five attributes (hair shape, hair colour, glasses, beard, skin) that it shows. The peer is the base itself at the
same seeds:

* portraits ("a portrait of NAME"), with the LoRA and without;
* full figures in another's pose ("NAME playing guitar", …, with the pose picture), with the LoRA and without;
* "a portrait of a man" and "… a woman", with the LoRA and without: what leaks.

Prints a row per person and the means, beside them what a doll drawn by chance would show, and how long each
training took. `--sheet FILE` writes what was drawn.
"""

from __future__ import annotations

import argparse
import itertools
import math
import platform
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from random import Random
from statistics import fmean

from PIL import Image
from subject_lora import pose_of, sheet, unnamed

from generation.base import Base, load_base
from generation.painter import paint
from generation.request import ImageWish
from miniature.people import RADKE, Doll, random_doll
from miniature.probe import read
from miniature.world import photograph, portrait_session
from training.photos import Example
from training.plan import plan_for
from training.session import Training

BALANCED = ("torvald", "wilma", "ondra", "yusra", "grigor", "ludmila", "anselm", "gesa")
"""Nothing of the plan was chosen by looking at them, and together they are like the world, beards and all."""
NAMES = (
    "radke", "velmora", "tiban", "osk", "murelle", "jadu", "kestrin", "bolvar", "sunnea", "pim", "oderic", "lazuli",
    *BALANCED,
)  # fmt: skip
"""A name's place decides whose it is, and the seeds of its pictures. The plan was chosen by looking at radke, velmora
and jadu (0028, 0034); of the others before BALANCED nobody happens to wear a beard.
"""
DEEDS = {
    "guitar": "playing guitar", "drums": "playing drums", "waving": "waving", "jumping": "jumping",
    "skateboard": "riding a skateboard", "cheering": "cheering",
}  # fmt: skip
COLUMNS = ("portrait", "portrait, base", "scene", "scene, base", "others", "others, base")


def main() -> None:
    """Train, draw, read, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--people", nargs="+", choices=NAMES, default=BALANCED, metavar="NAME",
        help=f"of {', '.join(NAMES)} (the last {len(BALANCED)})",
    )  # fmt: skip
    parser.add_argument("--seeds", type=int, default=24, help="pictures of each kind (24)")
    parser.add_argument("--processes", type=int, default=1, help="people at once; with OMP_NUM_THREADS=1 (1)")
    parser.add_argument("--base", default="miniature", help="the base model (miniature)")
    parser.add_argument("--sheet", type=Path, help="write the pictures here")
    arguments = parser.parse_args()
    rows, chances, sheets = [], [], []
    print(f"{'':10}" + "".join(f"{column:>16}" for column in COLUMNS) + f"{'chance':>10}{'seconds':>10}")
    with ProcessPoolExecutor(arguments.processes, get_context("spawn")) as pool:
        measured = partial(measure, arguments.base, arguments.seeds)
        results = zip(arguments.people, pool.map(measured, arguments.people), strict=True)
        for name, (seconds, scores, drawn) in results:
            rows.append(scores)
            chances.append(by_chance(doll_of(name)))
            sheets += drawn
            figures = "".join(f"{value:16.3f}" for value in scores)
            print(f"{name:10}{figures}{chances[-1]:10.3f}{seconds:10.0f}", flush=True)
            if arguments.sheet:
                sheet(sheets, side=64, columns=arguments.seeds).save(arguments.sheet)
    means = [fmean(column) for column in zip(*rows, strict=True)]
    print(f"{'mean':10}" + "".join(f"{value:16.3f}" for value in means) + f"{fmean(chances):10.3f}")
    print(f"leak: {means[4] - means[5]:+.3f}; {arguments.seeds} pictures each; {platform.machine()}")


def doll_of(name: str) -> Doll:
    """Whose name it is."""
    if name in BALANCED:
        return balanced(len(BALANCED))[BALANCED.index(name)]
    return RADKE if name == "radke" else random_doll(Random(f"identity {NAMES.index(name)}"))


@cache
def balanced(count: int) -> list[Doll]:
    """The first of a row of random dolls that fit together: of no word more than `count` people of the world have."""
    world = [item for doll in anybody(2000) for item in attributes_of(doll).items()]
    free = {item: math.ceil(count * number / 2000 - 0.2) for item, number in Counter(world).items()}
    chosen: list[Doll] = []
    candidates = (random_doll(Random(f"balanced {i}")) for i in itertools.count())
    while len(chosen) < count:
        doll = next(candidates)
        items = list(attributes_of(doll).items())
        if all(free[item] for item in items):
            chosen.append(doll)
            for item in items:
                free[item] -= 1
    return chosen


def anybody(count: int) -> list[Doll]:
    """People of the world, drawn by chance."""
    return [random_doll(Random(f"anybody {i}")) for i in range(count)]


def measure(base: str, seeds: int, name: str) -> tuple[float, list[float], list[list[Image.Image]]]:
    """One person: seconds of training, the score of each of COLUMNS, and what was drawn for it."""
    doll = doll_of(name)
    began = time.monotonic()
    adapter = train(base, name, doll)
    seconds = time.monotonic() - began
    drawn = draw(load_base(base), name, adapter, seeds)
    return seconds, [score(images, doll) for images in drawn], drawn


def train(base: str, name: str, doll: Doll) -> bytes:
    """The training a subject gets in the studio, from 18 photos."""
    examples = [Example(photo.image, photo.caption) for photo in portrait_session(doll, name, seed=len(name))]
    training = Training(load_base(base), examples, plan_for("miniature", name, len(examples)))
    while not training.done:
        training.run_epoch(lambda step: None)
    return training.finish()


def draw(base: Base, name: str, adapter: bytes, count: int) -> list[list[Image.Image]]:
    """The pictures of each of COLUMNS. Everybody has seeds of their own: the base hardly hears a new name, and would
    draw the same few people for all of them.
    """
    lora, loras = f"<lora:{name}:1> ", {name: adapter}
    seeds = range(100 * NAMES.index(name), 100 * NAMES.index(name) + count)
    strangers = {seed: f"a portrait of {('a man', 'a woman')[seed % 2]}" for seed in seeds}
    models = {
        seed: photograph(5_000 + seed, size=512, action=tuple(DEEDS)[seed % len(DEEDS)], framing="full")
        for seed in seeds
    }
    portraits, scenes = [], []
    for with_lora in (lora, ""):
        adapters = loras if with_lora else {}
        portraits.append(
            [
                paint(base, ImageWish(f"{with_lora}a portrait of {name}", seed=s), adapters).image
                for s in seeds
            ]
        )
        scenes.append(
            [
                paint(
                    base, ImageWish(f"{with_lora}{name} {DEEDS[m.action]}", seed=s), adapters, pose_of(m)
                ).image
                for s, m in models.items()
            ]
        )
    others = [
        [unnamed(base, prompt, adapter, s) for s, prompt in strangers.items()],
        [paint(base, ImageWish(prompt, seed=s), {}).image for s, prompt in strangers.items()],
    ]
    return [*portraits, *scenes, *others]


def attributes_of(doll: Doll) -> dict[str, str]:
    """The words the score asks for."""
    return {
        "hair shape": doll.hair_shape, "hair colour": doll.hair_colour, "glasses": doll.glasses, "beard": doll.beard,
        "skin": doll.skin,
    }  # fmt: skip


def score(images: list[Image.Image], doll: Doll) -> float:
    """Mean share of the doll's attributes that the pictures show."""
    true = attributes_of(doll)
    return fmean(reading.words[name] == word for reading in read(images) for name, word in true.items())


def by_chance(doll: Doll, count: int = 2000) -> float:
    """Mean share of the doll's attributes that other people of the world show."""
    true = attributes_of(doll).items()
    others = [attributes_of(other) for other in anybody(count)]
    return fmean(other[name] == word for other in others for name, word in true)


if __name__ == "__main__":
    main()
