"""What does the look-up "did we make this?" withstand?  python benchmarks/tracing.py [--pictures 60] [FILE …]

Takes pictures of the doll world at 512 pixels (or the files named), does to each what happens to pictures on their way
through the world, and prints how many of the dHash's 64 bits differ afterwards: the median, the largest, and the share
that the look-up would still find. Then the same between different pictures, which must not be found, and how long a
look through 10,000 fingerprints takes.
"""

from __future__ import annotations

import argparse
import io
import secrets
import time
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from statistics import median

from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from miniature.people import RADKE
from miniature.world import photograph, portrait_session
from studio.fingerprints import NEAR, dhash, distance

Change = Callable[[Image.Image], Image.Image]


def _saved(quality: int, kind: str = "JPEG") -> Change:
    def change(image: Image.Image) -> Image.Image:
        buffer = io.BytesIO()
        image.save(buffer, kind, quality=quality)
        return Image.open(buffer).convert("RGB")

    return change


def _scaled(factor: float) -> Change:
    return lambda image: image.resize((round(image.width * factor), round(image.height * factor)))


def _cropped(share: float) -> Change:
    def change(image: Image.Image) -> Image.Image:
        edge = round(image.width * share / 2), round(image.height * share / 2)
        return image.crop((*edge, image.width - edge[0], image.height - edge[1]))

    return change


def _captioned(image: Image.Image) -> Image.Image:
    shown = image.copy()
    ImageDraw.Draw(shown).rectangle((0, image.height * 6 // 7, image.width, image.height), fill="white")
    return shown


CHANGES: dict[str, Change] = {
    "saved as JPEG, quality 90": _saved(90),
    "saved as JPEG, quality 60": _saved(60),
    "saved as WebP, quality 60": _saved(60, "WEBP"),
    "half its size": _scaled(0.5),
    "half its size and JPEG 60": lambda image: _saved(60)(_scaled(0.5)(image)),
    "twice its size": _scaled(2),
    "a quarter of its size": _scaled(0.25),
    "brighter by a fifth": lambda image: ImageEnhance.Brightness(image).enhance(1.2),
    "grey": lambda image: ImageOps.grayscale(image).convert("RGB"),
    "5 % cropped": _cropped(0.05),
    "15 % cropped": _cropped(0.15),
    "a caption across its foot": _captioned,
    "mirrored": ImageOps.mirror,
    "turned by 90°": lambda image: image.rotate(90, expand=True),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--pictures", type=int, default=60)
    arguments = parser.parse_args()
    if arguments.files:
        pictures = [Image.open(path).convert("RGB") for path in arguments.files]
    else:
        pictures = [photograph(number, size=512).image.convert("RGB") for number in range(arguments.pictures)]
    plain = [dhash(picture) or "0" * 16 for picture in pictures]
    print(f"{len(pictures)} pictures; found is at most {NEAR} bits apart\n")
    print(f"{'':<28}{'median':>8}{'largest':>9}{'found':>8}")
    for name, change in CHANGES.items():
        apart = [
            distance(before, dhash(change(picture)) or "0" * 16)
            for before, picture in zip(plain, pictures, strict=True)
        ]
        _line(name, apart)
    _line("two different pictures", [distance(*pair) for pair in combinations(plain, 2)])
    session = [dhash(photo.image.convert("RGB")) or "0" * 16 for photo in portrait_session(RADKE, "radke", 60)]
    _line("two of one doll's photos", [distance(*pair) for pair in combinations(session, 2)])

    many = [secrets.token_hex(8) for _ in range(10_000)]
    began = time.perf_counter()
    for one in many:
        distance(one, plain[0])
    print(f"\n10,000 fingerprints compared in {1000 * (time.perf_counter() - began):.1f} ms")


def _line(name: str, apart: list[int]) -> None:
    found = sum(bits <= NEAR for bits in apart) / len(apart)
    print(f"{name:<28}{median(apart):>8g}{max(apart):>9}{found:>8.1%}")


if __name__ == "__main__":
    main()
