"""Photos with planted faults, each under the name of its fault: what a check of photos must find, and nothing else.

Two people in one picture are also a picture in its own right (`photograph_pair`), with two skeletons.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from PIL import Image, ImageFilter

from miniature.canvas import Canvas
from miniature.captions import describe_pair
from miniature.drawing import draw_doll
from miniature.people import Doll, Outfit, random_doll, random_outfit
from miniature.poses import ACTIONS, Figure, Point, random_figure
from miniature.scenes import BACKGROUNDS, draw_background
from miniature.skeleton import draw_skeleton
from miniature.world import Photo, photograph

_BESIDE = tuple(action for action in ACTIONS if action not in ("drums", "guitar", "running", "skateboard"))
"""What two people can do side by side without covering one another."""
_SHRUNK = 0.62
_LEFT, _RIGHT = 0.27, 0.73
"""Where the middles of the two stand, as shares of the width."""


@dataclass(frozen=True)
class PairPhoto:
    """Two people in one picture (RGB, square); the one on the left comes first everywhere."""

    image: Image.Image
    seed: int
    caption: str
    figures: tuple[Figure, Figure]
    dolls: tuple[Doll, Doll]
    outfits: tuple[Outfit, Outfit]
    background: str

    @property
    def skeleton(self) -> Image.Image:
        """The OpenPose map of both."""
        people = [figure.key_points for figure in self.figures]
        return draw_skeleton(people, self.image.width, self.image.height)


@dataclass(frozen=True)
class FaultyPhoto:
    """A photo and the name of its fault (one of FAULTS, or "none"); `like` is the seed of the photo it repeats."""

    image: Image.Image
    fault: str
    seed: int
    like: int | None = None


def photograph_pair(
    seed: int, *, size: int = 512, dolls: tuple[Doll, Doll] | None = None, background: str | None = None
) -> PairPhoto:
    """Two whole figures side by side; whatever is given is used, the rest follows from the seed."""
    rng = Random(f"paper dolls/{seed}/pair")
    first, second = dolls or (random_doll(rng), random_doll(rng))
    outfits = (random_outfit(rng, first), random_outfit(rng, second))
    background = background or rng.choice(BACKGROUNDS)
    ground = rng.uniform(0.88, 0.92)
    left, right = (
        _beside(random_figure(rng, rng.choice(_BESIDE), "full"), middle, ground) for middle in (_LEFT, _RIGHT)
    )
    canvas = Canvas(size)
    draw_background(canvas, background, rng)
    for doll, outfit, figure in zip((first, second), outfits, (left, right), strict=True):
        draw_doll(canvas, doll, outfit, figure)
    caption = describe_pair(rng, (first, second), outfits, background)
    return PairPhoto(canvas.picture(), seed, caption, (left, right), (first, second), outfits, background)


def _beside(figure: Figure, middle: float, ground: float) -> Figure:
    """The figure smaller, its middle at `middle`, its soles on `ground`, its arms within its half of the picture."""
    joints = [joint for joint in figure.joints if joint]
    left, right = min(x for x, _ in joints), max(x for x, _ in joints)
    left = min(left, figure.head[0] - figure.head_radius)
    right = max(right, figure.head[0] + figure.head_radius)
    scale = min(_SHRUNK, 0.40 / (right - left))
    soles, centre = max(y for _, y in joints), (left + right) / 2

    def place(point: Point) -> Point:
        return (middle + (point[0] - centre) * scale, ground + (point[1] - soles) * scale)

    placed = tuple(place(joint) if joint else None for joint in figure.joints)
    return replace(figure, joints=placed, head=place(figure.head), head_radius=figure.head_radius * scale)


def _blurred(photo: Photo) -> Image.Image:
    return photo.image.filter(ImageFilter.GaussianBlur(photo.image.width / 40))


def _too_dark(photo: Photo) -> Image.Image:
    return photo.image.point(lambda value: value * 0.12)


def _nobody(photo: Photo) -> Image.Image:
    canvas = Canvas(photo.image.width)
    draw_background(canvas, photo.background, Random(f"paper dolls/{photo.seed}/nobody"))
    return canvas.picture()


def _two_people(photo: Photo) -> Image.Image:
    other = random_doll(Random(f"paper dolls/{photo.seed}/other"))
    return photograph_pair(photo.seed, size=photo.image.width, dolls=(photo.doll, other)).image


def _tiny(photo: Photo) -> Image.Image:
    side = max(16, photo.image.width // 8)
    return photo.image.resize((side, side), Image.Resampling.BOX)


def _same(photo: Photo) -> Image.Image:
    return photo.image.copy()


def _nearly_the_same(photo: Photo) -> Image.Image:
    """Cut a little closer, brought back to its size and a shade lighter: what a second export of a photo is."""
    side = photo.image.width
    rim = max(1, side // 40)
    closer = photo.image.crop((rim, rim, side - rim, side - rim)).resize(
        (side, side), Image.Resampling.BICUBIC
    )
    return closer.point(lambda value: value * 1.04)


_PLANTED: dict[str, Callable[[Photo], Image.Image]] = {
    "blurred": _blurred,
    "too dark": _too_dark,
    "no person": _nobody,
    "two people": _two_people,
    "tiny": _tiny,
    "exact duplicate": _same,
    "near duplicate": _nearly_the_same,
}
FAULTS = tuple(_PLANTED)
DUPLICATES = ("exact duplicate", "near duplicate")


def plant(photo: Photo, fault: str) -> FaultyPhoto:
    """This photo with this fault. ValueError for one that is not among FAULTS."""
    if fault not in _PLANTED:
        raise ValueError(f"no fault is called {fault!r}, only {', '.join(FAULTS)}")
    return FaultyPhoto(_PLANTED[fault](photo), fault, photo.seed, photo.seed if fault in DUPLICATES else None)


def faulty_session(doll: Doll, *, good: int = 6, size: int = 512, seed: int = 0) -> list[FaultyPhoto]:
    """`good` faultless photos of a subject and one of each fault, shuffled as an album is; duplicates repeat a good
    one. Seeds lie below zero, where nothing is trained or measured.
    """
    numbers = [-1_000_000 - 1_000 * abs(seed) - i for i in range(good + len(FAULTS))]
    photos = [
        photograph(n, size=size, doll=doll, framing=("portrait", "half", "full")[n % 3]) for n in numbers
    ]
    kept, rest = photos[:good], photos[good:]
    if not kept:
        raise ValueError("a session needs at least one good photo: a duplicate is one of it")
    album = [FaultyPhoto(photo.image, "none", photo.seed) for photo in kept]
    for i, (fault, photo) in enumerate(zip(FAULTS, rest, strict=True)):
        album.append(plant(kept[i % good] if fault in DUPLICATES else photo, fault))
    Random(f"album/{seed}").shuffle(album)
    return album
