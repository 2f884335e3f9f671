"""The paper-doll world: any number of photos of people who do not exist, each with its caption and its
pose.

A photo is a pure function of its seed and of what was asked for: the same call gives the same pixels on every
machine with the same Pillow. Seeds for learning and seeds for measuring are disjoint by construction (`TRAINING_SEEDS`,
`TEST_SEEDS`): the recipe renders what is learnt from the first, and what is measured from the second.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from PIL import Image

from miniature.canvas import Canvas
from miniature.captions import describe
from miniature.drawing import draw_doll
from miniature.people import Doll, Outfit, random_doll, random_outfit
from miniature.poses import ACTIONS, FRAMINGS, Figure, random_figure
from miniature.scenes import BACKGROUNDS, draw_background
from miniature.skeleton import draw_skeleton

TEST_SEEDS = range(0, 1_000_000)
"""Seeds of photos no base is ever trained on. (The sessions of a subject have seeds below zero.)"""
TRAINING_SEEDS = range(1_000_000, 1_000_000_000)
"""Seeds of photos a base may be trained on."""

SESSION_PHOTOS = 18
_SESSION_FRAMINGS = ("portrait", "half", "portrait", "full", "portrait", "half")
_SESSION_ACTIONS = tuple(action for action in ACTIONS if action not in ("guitar", "drums"))


@dataclass(frozen=True)
class Photo:
    """A picture (RGB, square) with everything that is true of it."""

    image: Image.Image
    seed: int
    caption: str
    figure: Figure
    doll: Doll
    outfit: Outfit
    background: str
    action: str
    framing: str

    @property
    def skeleton(self) -> Image.Image:
        """The OpenPose map of the figure, as large as the picture."""
        return draw_skeleton([self.figure.key_points], self.image.width, self.image.height)


def photograph(
    seed: int,
    *,
    size: int = 512,
    doll: Doll | None = None,
    outfit: Outfit | None = None,
    subject: str | None = None,
    action: str | None = None,
    framing: str | None = None,
    background: str | None = None,
) -> Photo:
    """The photo of this seed, `size` pixels square; whatever is given is used, the rest is chance.

    `subject` is a name for the caption, which then never describes the face. Guitars and drums are always seen whole.
    Doll, outfit, deed, place and figure have streams of chance of their own, so that fixing one leaves the others as
    they were; only the figure follows the deed and the framing that it is drawn for.

    Raises ValueError for a word the world does not know.
    """
    for word, known in ((action, ACTIONS), (framing, FRAMINGS), (background, BACKGROUNDS)):
        if word is not None and word not in known:
            raise ValueError(f"the doll world knows no {word!r}, only {', '.join(known)}")
    doll = doll or random_doll(_chance(seed, "doll"))
    outfit = outfit or random_outfit(_chance(seed, "outfit"), doll)
    action = action or _chance(seed, "action").choice(ACTIONS)
    framing = "full" if action in ("guitar", "drums") else framing
    background = background or _chance(seed, "background").choice(BACKGROUNDS)
    figure = random_figure(_chance(seed, "figure"), action, framing)
    canvas = Canvas(size)
    draw_background(canvas, background, _chance(seed, "scene"))
    draw_doll(canvas, doll, outfit, figure)
    caption = describe(_chance(seed, "caption"), doll, outfit, figure, background, subject=subject)
    return Photo(canvas.picture(), seed, caption, figure, doll, outfit, background, figure.action, figure.framing)


def more_captions(photo: Photo, count: int) -> list[str]:
    """`count` further captions of this photo, each leaving out something else; none says who it is."""
    return [
        describe(_chance(photo.seed, f"caption {i}"), photo.doll, photo.outfit, photo.figure, photo.background)
        for i in range(count)
    ]


def portrait_session(
    doll: Doll, subject: str, photos: int = SESSION_PHOTOS, size: int = 512, seed: int = 0
) -> list[Photo]:
    """Photos of one subject as a person would take them to train on: half of them portraits, the rest half
    and full body, in changing clothes and ten places; no drums and no guitar, which the
    adapter shall meet new.
    """
    session = []
    for i in range(photos):
        number = -1 - i - 1_000 * abs(seed)
        session.append(
            photograph(
                number,
                size=size,
                doll=doll,
                outfit=random_outfit(_chance(number, "session"), doll),
                subject=subject,
                action=_SESSION_ACTIONS[i % len(_SESSION_ACTIONS)],
                framing=_SESSION_FRAMINGS[i % len(_SESSION_FRAMINGS)],
                background=BACKGROUNDS[(i + seed) % len(BACKGROUNDS)],
            )
        )
    return session


def _chance(seed: int, what: str) -> Random:
    """The stream of chance that decides `what` in the photo of this seed."""
    return Random(f"paper dolls/{seed}/{what}")
