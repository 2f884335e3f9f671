"""Who stands before the camera: dolls, and what they wear.

An easy world is learnt; a rich one is not: few attributes, each with a handful of clearly different values
whose names are the very words of the captions. Around each named value a little jitter, so that no two dolls
are the same person although both have "long blond hair". Colours are sRGB, 0..255; sizes are factors around
1.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

Colour = tuple[int, int, int]

CLOTH: dict[str, Colour] = {
    "red": (208, 38, 45), "orange": (245, 140, 30), "yellow": (250, 220, 60), "green": (50, 155, 70),
    "blue": (40, 85, 210), "purple": (125, 55, 170), "pink": (245, 135, 185), "black": (35, 35, 40),
    "white": (243, 243, 240),
}  # fmt: skip
TROUSERS: dict[str, Colour] = {
    "blue": (50, 75, 145), "black": (40, 40, 46), "white": (232, 232, 228), "red": (165, 40, 45),
}  # fmt: skip
HAIR: dict[str, Colour] = {
    "black": (32, 28, 32), "blond": (240, 200, 90), "red": (200, 72, 28), "blue": (45, 105, 225),
    "pink": (240, 92, 165), "green": (55, 170, 90),
}  # fmt: skip
SKIN: dict[str, Colour] = {
    "light": (244, 200, 166), "tan": (206, 148, 102), "brown": (146, 92, 60), "dark": (86, 54, 40),
}  # fmt: skip

GENDERS = ("man", "woman", "person")
HAIR_SHAPES = ("short", "long", "curly", "mohawk")
GLASSES = ("none", "glasses")
BEARDS = ("none", "beard")
TOPS = ("shirt", "longsleeve", "striped", "dress", "hoodie")

_EYES: tuple[Colour, ...] = ((40, 30, 25), (40, 30, 25), (40, 80, 140), (50, 100, 60))
_SHOES: tuple[Colour, ...] = ((40, 40, 40), (230, 230, 230), (180, 50, 40), (90, 60, 40))


@dataclass(frozen=True)
class Doll:
    """A person of paper: what stays the same from photo to photo. Words first, their exact shade and size
    after.
    """

    gender: str
    skin: str
    hair_colour: str
    hair_shape: str
    glasses: str
    beard: str
    skin_rgb: Colour
    hair_rgb: Colour
    eye_rgb: Colour = (40, 30, 25)
    face_width: float = 0.9
    eye_size: float = 1.0
    hair_volume: float = 1.05
    lip: float = 0.9


@dataclass(frozen=True)
class Outfit:
    """What a doll wears today: what may change from photo to photo, and what captions may always name."""

    top: str
    top_colour: str
    trousers_colour: str
    top_rgb: Colour
    stripe_rgb: Colour
    trousers_rgb: Colour
    shoe_rgb: Colour = (40, 40, 40)


def jitter(rng: Random, colour: Colour, amount: float) -> Colour:
    """`colour` with each channel moved by at most `amount` (of 255), kept within 0..255."""
    r, g, b = (int(min(255.0, max(0.0, channel + rng.uniform(-amount, amount)))) for channel in colour)
    return (r, g, b)


def shaded(colour: Colour, factor: float) -> Colour:
    """`colour` darker (factor < 1) or lighter (factor > 1)."""
    r, g, b = (int(min(255.0, max(0.0, channel * factor))) for channel in colour)
    return (r, g, b)


def random_doll(rng: Random) -> Doll:
    """Somebody new: every grown-up combination of the words above, women without beards."""
    gender = rng.choice(GENDERS)
    skin, hair_colour = rng.choice(tuple(SKIN)), rng.choice(tuple(HAIR))
    hair_shape, glasses = rng.choice(HAIR_SHAPES), rng.choice(GLASSES)
    beard = "none" if gender == "woman" else rng.choices(BEARDS, (0.4, 0.6))[0]
    return Doll(
        gender, skin, hair_colour, hair_shape, glasses, beard,
        skin_rgb=jitter(rng, SKIN[skin], 10),
        hair_rgb=jitter(rng, HAIR[hair_colour], 12),
        eye_rgb=rng.choice(_EYES),
        face_width=rng.uniform(0.86, 1.0),
        eye_size=rng.uniform(0.9, 1.3),
        hair_volume=rng.uniform(0.95, 1.2),
        lip=rng.uniform(0.6, 1.2),
    )  # fmt: skip


def random_outfit(rng: Random, doll: Doll) -> Outfit:
    """Today's clothes."""
    dress = 0.0 if doll.gender == "man" else 0.18
    top = rng.choices(TOPS, (0.35, 0.20, 0.18, dress, 0.12))[0]
    top_colour, trousers_colour = rng.choice(tuple(CLOTH)), rng.choice(tuple(TROUSERS))
    return Outfit(
        top, top_colour, trousers_colour,
        top_rgb=jitter(rng, CLOTH[top_colour], 10),
        stripe_rgb=CLOTH["blue" if top_colour == "white" else "white"],
        trousers_rgb=jitter(rng, TROUSERS[trousers_colour], 12),
        shoe_rgb=rng.choice(_SHOES),
    )  # fmt: skip


RADKE = Doll(
    "man", "light", "pink", "curly", "glasses", "beard",
    skin_rgb=(240, 190, 155), hair_rgb=(236, 90, 160), eye_rgb=(40, 80, 140),
    face_width=0.9, eye_size=1.0, hair_volume=1.1, lip=1.0,
)  # fmt: skip
"""The demo's subject: pink curls, glasses and a pink beard, which the base can learn and nobody mistakes."""

VERA = Doll(
    "woman", "brown", "blue", "long", "none", "none",
    skin_rgb=(154, 98, 64), hair_rgb=(48, 110, 224), eye_rgb=(40, 30, 25),
    face_width=0.86, eye_size=1.2, hair_volume=1.0, lip=1.15,
)  # fmt: skip
"""The second subject, unlike RADKE in every respect: a woman with long blue hair and brown skin, no
glasses.
"""
