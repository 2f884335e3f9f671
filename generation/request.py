"""What can be asked of the engine, in plain data: importable without torch.

The `<lora:name:weight>` grammar is the one of AUTOMATIC1111 ≥ 1.5 (`<lora:name:te:unet>`, text encoder first,
also `te=` and `unet=` by name); see docs/guide/prompts.md.

    ValueError
    └── BadRequest                the wish cannot be drawn as asked
        └── pose.NobodyInPicture  the pose picture shows nobody
"""

from __future__ import annotations

import math
import re
import secrets
from dataclasses import dataclass, replace

SAMPLERS = ("Euler a", "Euler", "DPM++ 2M Karras", "DPM++ 2M SDE Karras", "Heun", "DDIM", "UniPC")
MAX_PROMPT_CHARACTERS = 1_000
MAX_STEPS = 150
MAX_GUIDANCE = 30.0
MAX_SEED = 2**32 - 1  # what A1111 and its readers take
MIN_SIDE, MAX_SIDE, SIDE_STEP = 32, 2048, 8  # pixels; a base narrows these to what it can draw
MAX_CONTROL_WEIGHT = 2.0
MAX_ADAPTER_WEIGHT = 4.0
MAX_HIRES = 2.0  # how many times larger a picture is drawn again
MIN_HIRES_DENOISE = 0.05
FACE_DENOISE = 0.6  # where nobody says how much; at half, a beard that was lost stays lost

_EXTRA_NETWORK = re.compile(r"<(\w+):([^>]+)>")
_LORA_GRAMMAR = "write it as <lora:name>, <lora:name:0.8> or <lora:name:0.5:1.0> (text encoder first)"


class BadRequest(ValueError):
    """The wish cannot be drawn as asked; the message says why and what to do."""


@dataclass(frozen=True)
class AdapterUse:
    """`<lora:name:…>`: which adapter, and how strongly on each network (1.0 is as trained)."""

    name: str
    text_encoder: float = 1.0
    unet: float = 1.0


@dataclass(frozen=True)
class Prompt:
    """A prompt taken apart: the words the model reads, and the adapters asked for in order of appearance."""

    text: str
    adapters: tuple[AdapterUse, ...]


@dataclass(frozen=True)
class ImageWish:
    """One picture as a person asks for it. None means: as the base model likes it best.

    variation_*    how far to go from the seed's starting noise to that of another seed: 0 stays, 1 arrives
    hires          draw, enlarge so many times, then draw again at the larger size from `hires_denoise` of the noise
    face_denoise   at last draw the face alone again, from so much of the noise; 0 leaves it
    pose_prompt    first draw this, without anybody's adapter, and take the pose from it
    """

    prompt: str
    negative: str = ""
    seed: int | None = None
    steps: int = 20
    guidance: float | None = None
    width: int | None = None
    height: int | None = None
    sampler: str | None = None
    control_weight: float = 1.0
    variation_seed: int | None = None
    variation_strength: float = 0.0
    hires: float = 1.0
    hires_denoise: float = 0.35
    face_denoise: float = 0.0
    pose_prompt: str = ""


def read_prompt(text: str) -> Prompt:
    """Take the `<lora:…>` tags out of a prompt.

    Raises BadRequest for another kind of tag, a tag that is no number where a number belongs, the same
    adapter twice, and a prompt longer than MAX_PROMPT_CHARACTERS (refused, never cut: a cut prompt is
    another prompt).
    """
    _readable("The prompt", text)
    if len(text) > MAX_PROMPT_CHARACTERS:
        raise BadRequest(
            f"The prompt has {len(text)} characters; at most {MAX_PROMPT_CHARACTERS} fit, please shorten it."
        )
    adapters: list[AdapterUse] = []
    for kind, arguments in _EXTRA_NETWORK.findall(text):
        if kind != "lora":
            raise BadRequest(f"<{kind}:…> is not a tag this studio knows; only <lora:name:weight> is.")
        use = _adapter_use(arguments)
        if any(use.name.casefold() == other.name.casefold() for other in adapters):
            raise BadRequest(f"<lora:{use.name}> stands in the prompt twice; keep one of the two.")
        adapters.append(use)
    words = one_line(_EXTRA_NETWORK.sub(" ", text))
    if "<lora" in words.casefold():
        raise BadRequest(f"There is an unfinished <lora…> tag in the prompt; {_LORA_GRAMMAR}.")
    return Prompt(words, tuple(adapters))


def one_line(text: str) -> str:
    """The words of a text with one space between them: no newline or control character survives.

    CLIP reads both forms alike, and a newline in a prompt could forge a line of the `parameters` text.
    """
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _adapter_use(arguments: str) -> AdapterUse:
    """`name[:te[:unet]]`, or the weights by name. The UNet follows the text encoder unless told otherwise."""
    positional: list[str] = []
    named: dict[str, str] = {}
    for part in arguments.split(":"):
        key, equals, value = part.partition("=")
        if equals and positional:
            named[key.strip()] = value
        else:
            positional.append(part)
    name = positional[0].strip()
    if not name:
        raise BadRequest(f"<lora:{arguments}> names no adapter; {_LORA_GRAMMAR}.")
    if len(positional) > 3 or not named.keys() <= {"te", "unet"}:
        raise BadRequest(f"<lora:{arguments}> has more in it than a name and two weights; {_LORA_GRAMMAR}.")
    text_encoder = _weight(arguments, named.get("te", positional[1] if len(positional) > 1 else "1"))
    unet = _weight(arguments, named.get("unet", positional[2] if len(positional) > 2 else repr(text_encoder)))
    return AdapterUse(name, text_encoder, unet)


def _weight(tag: str, text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        raise BadRequest(f"In <lora:{tag}>, {text.strip()!r} is not a number; {_LORA_GRAMMAR}.") from None
    if not abs(weight) <= MAX_ADAPTER_WEIGHT:  # also refuses nan
        raise BadRequest(
            f"In <lora:{tag}>, the weight must lie between -{MAX_ADAPTER_WEIGHT:g} and "
            f"{MAX_ADAPTER_WEIGHT:g}; 1 is as trained."
        )
    return weight


def check(wish: ImageWish) -> Prompt:
    """Hold a wish against the bounds of this door; returns its prompt as it is drawn, or raises BadRequest naming the
    bound. Whose adapter is asked for is said in it: “<lora:radke:1> playing guitar” is drawn as “radke playing guitar”.

    The base has bounds of its own (sizes near its native one, prompts of so many tokens): `paint` holds
    those.
    """
    prompt = read_prompt(wish.prompt)
    if prompt.text.casefold().startswith("negative prompt:"):
        # Readers of the `parameters` text would take the whole prompt for the negative one.
        raise BadRequest("The prompt begins with “Negative prompt:”. Put that into the negative prompt's own field.")
    if not prompt.text:
        raise BadRequest("The prompt has no words in it; say what to draw.")
    for what, text in (("negative prompt", wish.negative), ("pose prompt", wish.pose_prompt)):
        _readable(f"The {what}", text)
        if len(text) > MAX_PROMPT_CHARACTERS:
            raise BadRequest(
                f"The {what} has {len(text)} characters; at most {MAX_PROMPT_CHARACTERS} fit, please shorten it."
            )
        if "<lora" in text.casefold() or _EXTRA_NETWORK.search(text):
            raise BadRequest(f"A <lora:…> tag works in the prompt only; take it out of the {what}.")
    if wish.sampler is not None and wish.sampler not in SAMPLERS:
        raise BadRequest(f"There is no sampler {wish.sampler!r}; known are {', '.join(SAMPLERS)}.")
    _within("The number of steps", wish.steps, 1, MAX_STEPS)
    _within("The control weight", wish.control_weight, 0.0, MAX_CONTROL_WEIGHT)
    if wish.guidance is not None:
        _within("The CFG scale", wish.guidance, 1.0, MAX_GUIDANCE)
    _within("The variation strength", wish.variation_strength, 0.0, 1.0)
    _within("The hires factor", wish.hires, 1.0, MAX_HIRES)
    _within("The hires denoising strength", wish.hires_denoise, MIN_HIRES_DENOISE, 1.0)
    _within("The face's denoising strength", wish.face_denoise, 0.0, 1.0)
    if wish.face_denoise and len(prompt.adapters) > 1:
        raise BadRequest("Faces are drawn again one at a time, and this prompt is of several people; ask without that.")
    for what, seed in (("The seed", wish.seed), ("The variation seed", wish.variation_seed)):
        if seed is not None:
            _within(what, seed, 0, MAX_SEED)
    for side, pixels in (("The width", wish.width), ("The height", wish.height)):
        if pixels is not None:
            _within(side, pixels, MIN_SIDE, MAX_SIDE)
            if pixels % SIDE_STEP:
                raise BadRequest(f"{side} must be a multiple of {SIDE_STEP}, not {pixels}.")
    return _named(prompt)


def as_word(name: str) -> re.Pattern[str]:
    """A name where a text says it: in small letters or capitals, and not as a part of another word."""
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)


def _named(prompt: Prompt) -> Prompt:
    """An adapter answers to its own word and, as it should, to no other: without the word somebody else is drawn."""
    unsaid = [
        use.name
        for use in prompt.adapters
        if not as_word(use.name).search(prompt.text)
    ]
    return replace(prompt, text=" ".join([*unsaid, prompt.text]))


def seeded(wish: ImageWish) -> ImageWish:
    """The wish with every seed that it needs and does not name drawn by lot: from here on it is one picture."""
    varies = wish.variation_strength > 0
    other = secrets.randbelow(MAX_SEED + 1) if varies and wish.variation_seed is None else wish.variation_seed
    return replace(
        wish,
        seed=secrets.randbelow(MAX_SEED + 1) if wish.seed is None else wish.seed,
        variation_seed=other if varies else None,
    )


def _readable(what: str, text: str) -> None:
    """Half a character (a lone surrogate, from a terminal of another encoding) and NUL cannot be stored."""
    try:
        if "\0" in text:
            raise ValueError
        text.encode()
    except ValueError:
        raise BadRequest(f"{what} has broken characters in it; type it again.") from None


def _within(what: str, value: float, least: float, most: float) -> None:
    if not (math.isfinite(value) and least <= value <= most):
        raise BadRequest(f"{what} must lie between {least:g} and {most:.12g}, not {value:.12g}.")
