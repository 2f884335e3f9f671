"""What nobody has said about a photo and the base model can see: how much of somebody it shows, and where.

A caption that says the subject's word and nothing else teaches a poor LoRA: what the base does not foresee in such a
photo is not only the face, but also how much of a figure there is, and what is behind it (docs/decisions/0029). The base
can tell. Of several sentences, the one under which it best foresees the noise laid on a photo is the one that fits (Li et
al. 2023, “Your Diffusion Model is Secretly a Zero-Shot Classifier”).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import torch

from training.photos import Example
from training.randomness import generator

VIEWS: tuple[tuple[str, ...], ...] = (
    ("a portrait of {}", "a close-up of {}"),
    ("a half body photo of {}", "{}"),
    ("a full body photo of {}", "{}", "a photo of {}"),
)
"""The ways to say each view, the plainest first. A name alone is how one speaks of a figure."""

PLACES = (
    "", "in the park", "on stage", "at the beach", "in the street", "in a room", "in the snow", "at night", "on the court",
    "at a swimming pool", "in front of a store",
)  # fmt: skip

NOISES = (350, 500, 650, 800)  # timesteps of a thousand; with one or two of them, photos are taken for others

Errors = Callable[[torch.Tensor, torch.Tensor, int, list[str]], torch.Tensor]
"""How far the base is off, a number for each photo: from latents (n × 4 × side × side), noise, timestep, n captions."""


def undescribed(example: Example, token: str) -> bool:
    """Whether the caption is the one that a photo gets without any."""
    return example.caption.casefold() == f"a photo of {token}".casefold()


def look(latents: torch.Tensor, errors: Errors, seed: int) -> torch.Tensor:
    """The number in VIEWS and the number in PLACES that fit each photo: int64 (n × 2)."""
    heads = [ways[0].format("a person") for ways in VIEWS]
    view = _best(latents, [[head] * len(latents) for head in heads], errors, seed)
    place = _best(latents, [[f"{heads[v]} {place}".strip() for v in view.tolist()] for place in PLACES], errors, seed)
    return torch.stack([view, place], 1)


def described(examples: Sequence[Example], token: str, seen: Sequence[tuple[int, int]]) -> list[Example]:
    """The examples; each that nobody described says what is seen in it, a view's ways to say it in turn."""
    said: Counter[int] = Counter()
    told = []
    for example, (view, place) in zip(examples, seen, strict=True):
        if undescribed(example, token):
            ways = VIEWS[view]
            caption = f"{ways[said[view] % len(ways)].format(token)} {PLACES[place]}".strip()
            example = replace(example, caption=caption)
            said[view] += 1
        told.append(example)
    return told


def _best(latents: torch.Tensor, captions: Sequence[list[str]], errors: Errors, seed: int) -> torch.Tensor:
    """Which of the captions fits each photo; every caption is tried with the same noise."""
    off = torch.zeros(len(captions), len(latents))
    for timestep in NOISES:
        noise = torch.randn(latents.shape[1:], generator=generator(seed, "look", timestep)).expand_as(latents)
        for number, each in enumerate(captions):
            off[number] += errors(latents, noise, timestep, each)
    return off.argmin(0)
