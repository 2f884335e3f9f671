"""What can be asked of the engine, in plain data: importable without torch.

The `<lora:name:weight>` grammar is the one of AUTOMATIC1111 ≥ 1.5 (`<lora:name:te:unet>`, text encoder first,
also `te=` and `unet=` by name); see docs/guide/prompts.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

SAMPLERS = ("Euler a", "Euler", "DPM++ 2M Karras", "DPM++ 2M", "DPM++ SDE Karras", "Heun", "DDIM", "UniPC")
DEFAULT_SAMPLER = "DPM++ 2M Karras"
MAX_PROMPT_CHARACTERS = 1_000
MAX_STEPS = 150

_EXTRA_NETWORK = re.compile(r"<(\w+):([^>]+)>")


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
    """One picture as a person asks for it. None means: as the base model likes it best."""

    prompt: str
    negative: str = ""
    seed: int | None = None
    steps: int = 20
    guidance: float | None = None
    width: int | None = None
    height: int | None = None
    sampler: str = DEFAULT_SAMPLER
    control_weight: float = 1.0


def read_prompt(text: str) -> Prompt:
    """Take the `<lora:…>` tags out of a prompt.

    Raises BadRequest for another kind of tag, a tag that is no number where a number belongs, the same adapter
    twice, and a prompt longer than MAX_PROMPT_CHARACTERS (refused, never cut: a cut prompt is another prompt).
    """
    raise NotImplementedError


def check(wish: ImageWish) -> Prompt:
    """Hold a wish against the bounds of this door; returns its prompt, or raises BadRequest naming the bound."""
    raise NotImplementedError
