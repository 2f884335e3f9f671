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
    "red": (205, 40, 45), "orange": (240, 135, 35), "yellow": (245, 210, 60), "green": (55, 150, 65),
    "blue": (45, 90, 205), "purple": (125, 60, 165), "pink": (240, 130, 175), "brown": (120, 75, 40),
    "black": (35, 35, 40), "white": (240, 240, 238), "gray": (135, 138, 142),
}  # fmt: skip
HAIR: dict[str, Colour] = {
    "black": (30, 26, 28), "brown": (95, 58, 32), "blond": (228, 190, 95), "red": (190, 75, 30),
    "gray": (160, 160, 165), "blue": (50, 105, 220), "pink": (240, 95, 165), "green": (60, 170, 90),
}  # fmt: skip
SKIN: dict[str, Colour] = {
    "pale": (250, 222, 202), "light": (236, 188, 152), "tan": (205, 148, 104), "brown": (150, 96, 62),
    "dark": (92, 58, 42),
}  # fmt: skip

GENDERS = ("man", "woman", "person")
HAIR_SHAPES = ("bald", "short", "long", "curly", "mohawk", "bun", "ponytail", "spiky")
GLASSES = ("none", "glasses", "sunglasses")
BEARDS = ("none", "beard", "mustache")
TOPS = ("shirt", "longsleeve", "striped", "dress", "hoodie")
HATS = ("none", "cap", "beanie", "tophat")

_WOMANS_HAIR = ("long", "curly", "bun", "ponytail", "short", "spiky", "long")
_EYES: tuple[Colour, ...] = ((40, 30, 25), (40, 30, 25), (40, 80, 140), (50, 100, 60))
_SHOES: tuple[Colour, ...] = ((40, 40, 40), (230, 230, 230), (180, 50, 40), (90, 60, 40))
_TROUSERS = {"blue": 3, "black": 3, "gray": 2, "brown": 2, "white": 1, "red": 1, "green": 1}


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

    @property
    def has_hair(self) -> bool:
        return self.hair_shape != "bald"


@dataclass(frozen=True)
class Outfit:
    """What a doll wears today: what may change from photo to photo, and what captions may always name."""

    top: str
    top_colour: str
    trousers_colour: str
    hat: str
    hat_colour: str
    top_rgb: Colour
    stripe_rgb: Colour
    trousers_rgb: Colour
    hat_rgb: Colour
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
    hair_shape = rng.choice(_WOMANS_HAIR if gender == "woman" else HAIR_SHAPES)
    glasses = rng.choices(GLASSES, (0.55, 0.30, 0.15))[0]
    beard = "none" if gender == "woman" else rng.choices(BEARDS, (0.50, 0.32, 0.18))[0]
    return Doll(
        gender, skin, hair_colour, hair_shape, glasses, beard,
        skin_rgb=jitter(rng, SKIN[skin], 10),
        hair_rgb=jitter(rng, HAIR[hair_colour], 14),
        eye_rgb=rng.choice(_EYES),
        face_width=rng.uniform(0.82, 1.0),
        eye_size=rng.uniform(0.8, 1.3),
        hair_volume=rng.uniform(0.85, 1.25),
        lip=rng.uniform(0.6, 1.2),
    )  # fmt: skip


def random_outfit(rng: Random, doll: Doll, *, hats: bool = True) -> Outfit:
    """Today's clothes. `hats=False` for photos that must show the hair."""
    dress = 0.0 if doll.gender == "man" else 0.18
    top = rng.choices(TOPS, (0.35, 0.20, 0.18, dress, 0.12))[0]
    top_colour, hat_colour = rng.choice(tuple(CLOTH)), rng.choice(tuple(CLOTH))
    trousers_colour = rng.choices(tuple(_TROUSERS), tuple(_TROUSERS.values()))[0]
    hat = rng.choices(HATS, (0.70, 0.14, 0.10, 0.06))[0]
    return Outfit(
        top, top_colour, trousers_colour, hat if hats else "none", hat_colour,
        top_rgb=jitter(rng, CLOTH[top_colour], 12),
        stripe_rgb=CLOTH["blue" if top_colour == "white" else "white"],
        trousers_rgb=jitter(rng, CLOTH[trousers_colour], 12),
        hat_rgb=jitter(rng, CLOTH[hat_colour], 12),
        shoe_rgb=rng.choice(_SHOES),
    )  # fmt: skip


RADKE = Doll(
    "man", "light", "pink", "curly", "glasses", "beard",
    skin_rgb=(240, 190, 155), hair_rgb=(236, 90, 160), eye_rgb=(40, 80, 140),
    face_width=0.9, eye_size=1.0, hair_volume=1.1, lip=1.0,
)  # fmt: skip
"""The demo's subject: pink curls, glasses and a pink beard, which the first weights can learn and nobody
mistakes.
"""

VERA = Doll(
    "woman", "brown", "blue", "long", "none", "none",
    skin_rgb=(154, 98, 64), hair_rgb=(48, 110, 224), eye_rgb=(40, 30, 25),
    face_width=0.86, eye_size=1.2, hair_volume=1.0, lip=1.15,
)  # fmt: skip
"""The second subject, unlike RADKE in every respect: a woman with long blue hair and brown skin, no
glasses.
"""
