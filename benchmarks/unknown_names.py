"""Is a name the base never heard anybody?  python benchmarks/unknown_names.py [--names 48] [--seeds 8] [--processes 1]

For each of so many names made of syllables, and a doll of the world drawn by chance for each: "a portrait of NAME"
without a LoRA, read by the miniature's probe. Prints

* the share of the doll's five attributes that its name's pictures show: what somebody's pictures show of them before
  anything was learnt. The peers are all pictures read as each of a thousand dolls (no luck of the names in it), and
  what two people of the world share by chance;
* how often each word of each attribute was drawn, beside how often the world has it: where the base leans.
"""

from __future__ import annotations

import argparse
import platform
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from random import Random
from statistics import fmean

from identities import anybody, attributes_of, by_chance

from generation.base import load_base
from generation.painter import paint
from generation.request import ImageWish
from miniature.people import Doll, random_doll
from miniature.probe import read

FIRST_SEED = 1_000_000
"""Of the first name's first picture; no other benchmark draws from here on."""
Words = dict[str, str]
"""What the probe reads off one picture: a word of each attribute."""


def main() -> None:
    """Draw, read, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--names", type=int, default=48, help="how many names (48)")
    parser.add_argument("--seeds", type=int, default=8, help="pictures of each name (8)")
    parser.add_argument("--processes", type=int, default=1, help="names at once; with OMP_NUM_THREADS=1 (1)")
    parser.add_argument("--base", default="miniature", help="the base model (miniature)")
    arguments = parser.parse_args()
    with ProcessPoolExecutor(arguments.processes, get_context("spawn")) as pool:
        drawn = list(pool.map(partial(words_of, arguments.base, arguments.seeds), range(arguments.names)))
    dolls = [random_doll(Random(f"doll of unknown name {number}")) for number in range(arguments.names)]
    world = anybody(1000)
    everything = [words for several in drawn for words in several]
    print(f"shown of the doll of each name  {fmean(map(shown, dolls, drawn)):.3f}")
    print(f"of each of {len(world)} dolls          {fmean(shown(doll, everything) for doll in world):.3f}")
    print(f"by chance                       {fmean(map(by_chance, dolls)):.3f}")
    for attribute in attributes_of(world[0]):
        here = Counter(words[attribute] for words in everything)
        there = Counter(attributes_of(doll)[attribute] for doll in world)
        told = (f"{word} {here[word] / len(everything):.2f} ({there[word] / len(world):.2f})" for word in sorted(there))
        print(f"{attribute:12}{', '.join(told)}")
    print(f"{arguments.names} names, {arguments.seeds} pictures each; in brackets the world's; {platform.machine()}")


def words_of(base: str, seeds: int, number: int) -> list[Words]:
    """What can be read off the portraits of one name."""
    start = FIRST_SEED + number * seeds
    wishes = [ImageWish(f"a portrait of {name(number)}", seed=seed) for seed in range(start, start + seeds)]
    painter = load_base(base)
    return [reading.words for reading in read([paint(painter, wish, {}).image for wish in wishes])]


def name(number: int) -> str:
    """Two or three syllables; always the same for a number."""
    chance = Random(f"unknown name {number}")
    return "".join(chance.choice("bdfgklmnprstvz") + chance.choice("aeiou") for _ in range(chance.choice((2, 3))))


def shown(doll: Doll, pictures: list[Words]) -> float:
    """Mean share of the doll's attributes that the pictures show."""
    return fmean(words[attribute] == word for words in pictures for attribute, word in attributes_of(doll).items())


if __name__ == "__main__":
    main()
