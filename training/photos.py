"""The photos and captions a training learns from: what is accepted, and how a photo becomes a square."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image

from generation.request import as_word
from training.errors import BadExample

HEAD_ROOM = 1 / 3  # of what is cut from a tall photo, the part cut at the top: faces are in the upper half


@dataclass(frozen=True)
class Example:
    """One photo, already decoded and upright (EXIF applied and gone), and the sentence that describes it."""

    image: Image.Image
    caption: str


def prepare(example: Example, size: int) -> Example:
    """The example with its photo as RGB, cut to a square and reduced to `size` pixels a side.

    A tall photo loses twice as much at the bottom as at the top, a wide one the same at both sides; a
    transparent one is laid on white.
    """
    image = example.image
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    image = image.convert("RGB")
    side = min(image.size)
    left = (image.width - side) // 2
    top = int((image.height - side) * HEAD_ROOM)
    box = (left, top, left + side, top + side)
    return Example(
        image.resize((size, size), Image.Resampling.LANCZOS, box=box, reducing_gap=3.0), example.caption
    )


def check(examples: Sequence[Example], token: str, tokenizer: object, native_size: int) -> None:
    """Refuse, by BadExample, what cannot teach the token: the first photo or caption at fault is named.

    A caption must be there, must say the token, and must fit the text encoder whole (a cut caption teaches
    another sentence than the one people confirmed). A photo must have at least half the base model's side,
    or its pixels would be invented.
    """
    if not examples:
        raise BadExample("There is no photo to learn from.")
    longest = tokenizer.model_max_length - 2  # type: ignore[attr-defined]  # without the start and end marks
    word = as_word(token)
    for place, example in enumerate(examples, 1):
        if min(example.image.size) < native_size // 2:
            width, height = example.image.size
            raise BadExample(
                f"Photo {place} is {width} × {height} pixels; it needs at least {native_size // 2} "
                "on its shorter side."
            )
        if not example.caption.strip():
            raise BadExample(f"Photo {place} has no caption. One sentence is enough: “{token} in the park”.")
        if not word.search(example.caption):
            raise BadExample(
                f"The caption of photo {place} does not say “{token}”, so it would teach somebody "
                f"else: “{example.caption[:80]}”."
            )
        count = len(tokenizer(example.caption, add_special_tokens=False, verbose=False).input_ids)  # type: ignore[operator]
        if count > longest:
            raise BadExample(
                f"The caption of photo {place} has {count} tokens and at most {longest} are read. Shorten it."
            )


def bare(caption: str, token: str) -> str:
    """The caption up to the token: “a portrait of radke” of “a portrait of radke in a red shirt on a beach”."""
    said = as_word(token).search(caption)
    return caption[: said.end()] if said else caption


STRANGERS = ("a man", "a woman", "a person")


def of_a_stranger(caption: str, token: str, number: int) -> str:
    """The caption as if somebody else stood there: “a portrait of a woman in a red shirt”."""
    return as_word(token).sub(STRANGERS[number % len(STRANGERS)], caption)


def pixels(images: Sequence[Image.Image]) -> torch.Tensor:
    """Pictures of one size as the VAE takes them: float32, (pictures, 3, height, width), from -1 to 1."""
    stack = np.stack([np.asarray(image, dtype=np.float32) for image in images])
    return torch.from_numpy(stack).permute(0, 3, 1, 2) / 127.5 - 1


def fingerprint(examples: Sequence[Example]) -> str:
    """A digest of prepared photos and captions in their order: a saved state goes with no others."""
    digest = hashlib.sha256()
    for example in examples:
        digest.update(hashlib.sha256(example.image.tobytes()).digest())
        digest.update(hashlib.sha256(example.caption.encode()).digest())
    return digest.hexdigest()
