"""What a photo's caption says: plain English from the world's own words, never twice quite the same.

Every attribute is left out now and then, so that each word must earn its meaning alone, and now and then a
name or a few random syllables stand where "a man" would: the model learns that an unknown word in that place
is *somebody*, which is the place a subject's name later takes. Of somebody with a name the face is seldom told
(of a subject never): what a caption does not say, the name must carry. Were it told as often as a stranger's, a
name without "glasses" after it would mean somebody who wears none (docs/decisions/0034).
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from miniature.people import Doll, Outfit
from miniature.poses import Figure

NAMES: tuple[str, ...] = (
    "alex", "sam", "kim", "jordan", "maria", "john", "lena", "omar", "nina", "ivan", "aiko", "priya",
    "tom", "bea", "carlos", "dana", "eli", "fay", "gus", "hana", "ines", "jude", "kofi", "lars", "mei",
    "noor", "otto", "pia", "quinn", "rosa", "sven", "tara", "uma", "vic", "wren", "xan", "yara", "zoe",
    "blake", "casey", "drew", "ezra", "finn", "gale", "harper", "indra", "jess", "kai", "lou", "max",
    "nico", "oli", "pat", "remy", "sage", "toby", "val", "wes", "yuri",
)  # fmt: skip

ACTION_WORDS: dict[str, tuple[str, ...]] = {
    "standing": ("standing", "posing"),
    "waving": ("waving", "waving a hand"),
    "cheering": ("cheering", "with arms raised"),
    "sitting": ("sitting on a bench", "sitting"),
    "running": ("running",),
    "jumping": ("jumping",),
    "dancing": ("dancing",),
    "guitar": ("playing guitar", "playing a guitar"),
    "drums": ("playing drums", "playing the drums"),
    "skateboard": ("riding a skateboard", "skateboarding"),
    "basketball": ("playing basketball", "holding a basketball"),
    "singing": ("singing", "singing into a microphone"),
}
PLACE_WORDS: dict[str, tuple[str, ...]] = {
    "park": ("in the park", "in a park"),
    "pool": ("by the pool", "at a swimming pool"),
    "stage": ("on stage", "on a stage"),
    "court": ("on a basketball court", "on the court"),
    "storefront": ("in front of a store", "in front of a storefront"),
    "beach": ("at the beach", "on a beach"),
    "street": ("in the street", "on a city street"),
    "room": ("in a room", "at home"),
    "snow": ("in the snow",),
    "night": ("at night", "under the stars"),
}
TOP_WORDS = {
    "shirt": "shirt",
    "longsleeve": "sweater",
    "striped": "striped shirt",
    "dress": "dress",
    "hoodie": "hoodie",
}
HAIR_WORDS = {
    "short": "short {} hair",
    "long": "long {} hair",
    "curly": "curly {} hair",
    "mohawk": "a {} mohawk",
}
FRAMING_WORDS: dict[str, tuple[str, ...]] = {
    "full": ("a photo of ", "", "", "a full body photo of "),
    "half": ("a photo of ", "", "a half body photo of "),
    "portrait": ("a portrait of ", "a close-up of ", "a portrait photo of "),
}
_SEEN_IN_HALF = ("singing", "basketball", "cheering", "waving", "guitar")
_NAMED, _NAMED_OFTENER = 0.25, 0.3
"""Share of captions with a name, and how much more for a beard and for a mohawk each: both are small, come in many
colours, and stay away from pictures whose words do not ask for them (docs/decisions/0037).
"""
_FACE_OF_NAMED_SHARE = 0.1
_EXTRA_TOLD = 0.7
"""How often glasses or a beard are told where the face is: were it nearly always, silence would mean none."""


def describe(
    rng: Random, doll: Doll, outfit: Outfit, figure: Figure, background: str, *, subject: str | None = None
) -> str:
    """One caption of this photo. With `subject` (a name) it names clothes, deed and place, and never the
    face.
    """
    if subject is not None:
        text, face = subject, []
    else:
        oftener = (doll.beard != "none") + (doll.hair_shape == "mohawk")
        named = rng.random() < _NAMED + _NAMED_OFTENER * oftener
        text = random_name(rng) if named else "a " + rng.choice((doll.gender, doll.gender, "person"))
        face = _face(rng, doll) if not named or rng.random() < _FACE_OF_NAMED_SHARE else []
    clothes = _clothes(rng, outfit, figure)
    if face:
        text += " with " + _listed(face)
    if clothes:
        text += (", " if face and rng.random() < 0.3 else " ") + "wearing " + _listed(clothes)
    if _deed_seen(figure) and rng.random() < 0.9:
        text += " " + rng.choice(ACTION_WORDS[figure.action])
    if rng.random() < 0.8:
        text += " " + rng.choice(PLACE_WORDS[background])
    return rng.choice(FRAMING_WORDS[figure.framing]) + text


def describe_pair(rng: Random, dolls: Sequence[Doll], outfits: Sequence[Outfit], background: str) -> str:
    """One caption of two people in one picture, the one on the left first."""
    told = []
    for doll, outfit in zip(dolls, outfits, strict=True):
        clothes = _article(f"{outfit.top_colour} {TOP_WORDS[outfit.top]}")
        told.append(f"a {doll.gender} with {_listed(_face(rng, doll) or [f'{doll.skin} skin'])} wearing {clothes}")
    return f"a photo of {' and '.join(told)} {rng.choice(PLACE_WORDS[background])}"


def tell_all(photo: Any) -> str:
    """Everything that can be seen on a `world.Photo`, said once: what measures whether words are obeyed."""
    doll, outfit = photo.doll, photo.outfit
    face = [HAIR_WORDS[doll.hair_shape].format(doll.hair_colour)]
    face += ["glasses"] * (doll.glasses != "none") + ["a beard"] * (doll.beard != "none") + [f"{doll.skin} skin"]
    text = f"a {doll.gender} with {_listed(face)} wearing " + _article(f"{outfit.top_colour} {TOP_WORDS[outfit.top]}")
    if _deed_seen(photo.figure):
        text += " " + ACTION_WORDS[photo.action][0]
    return FRAMING_WORDS[photo.framing][0] + text + " " + PLACE_WORDS[photo.background][0]


def _deed_seen(figure: Figure) -> bool:
    return figure.framing == "full" or (figure.framing == "half" and figure.action in _SEEN_IN_HALF)


def random_name(rng: Random) -> str:
    """A common first name, or one to three syllables that nobody is called."""
    if rng.random() < 0.5:
        return rng.choice(NAMES)
    syllables = (rng.choice("bcdfghjklmnprstvwz") + rng.choice("aeiou") for _ in range(rng.randint(1, 3)))
    return "".join(syllables) + rng.choice(("", "n", "k", "r", "s", "l", ""))


def _face(rng: Random, doll: Doll) -> list[str]:
    words = []
    if rng.random() < 0.75:
        words.append(HAIR_WORDS[doll.hair_shape].format(doll.hair_colour))
    if doll.glasses != "none" and rng.random() < _EXTRA_TOLD:
        words.append(doll.glasses)
    if doll.beard != "none" and rng.random() < _EXTRA_TOLD:
        words.append(f"a {doll.hair_colour} {doll.beard}" if rng.random() < 0.3 else f"a {doll.beard}")
    if rng.random() < 0.4:
        words.append(f"{doll.skin} skin")
    rng.shuffle(words)
    return words


def _clothes(rng: Random, outfit: Outfit, figure: Figure) -> list[str]:
    words = []
    if rng.random() < 0.7:
        words.append(_article(f"{outfit.top_colour} {TOP_WORDS[outfit.top]}"))
    if outfit.top != "dress" and figure.framing == "full" and rng.random() < 0.35:
        words.append(f"{outfit.trousers_colour} pants")
    return words


def _article(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]
