"""What nobody has said about a photo and the base model can see: how much of somebody it shows, and where.

A caption that says the subject's word and nothing else teaches a poor LoRA: what the base does not foresee in such a
photo is not only the face, but also how much of a figure there is, and what is behind it (docs/decisions/0029). The
base can tell. Of several sentences, the one under which it best foresees the noise laid on a photo is the one that fits
(Li et al. 2023, “Your Diffusion Model is Secretly a Zero-Shot Classifier”).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from diffusers import DDPMScheduler

from generation.base import Base
from training import lora
from training.photos import Example
from training.plan import default_caption
from training.prediction import predicted, target, tokenized
from training.randomness import generator

VIEWS: tuple[tuple[str, ...], ...] = (
    ("a portrait of {}", "a close-up of {}", "a portrait photo of {}"),
    ("a half body photo of {}", "a photo of {}", "{}"),
    ("a full body photo of {}", "a photo of {}", "{}"),
)
"""The ways to say each view, the plainest first. A name alone is how one speaks of a figure."""

PLACES = (
    "", "in the park", "on stage", "at the beach", "in the street", "in a room", "in the snow", "at night",
    "on the court", "at a swimming pool", "in front of a store",
)  # fmt: skip

NOISES = (350, 500, 650, 800)  # timesteps of a thousand; with one or two of them, photos are taken for others

AT_ONCE = 8  # photos


def undescribed(example: Example, token: str) -> bool:
    """Whether the caption is the one that a photo gets without any."""
    return example.caption.casefold() == default_caption(token).casefold()


def look(base: Base, schedule: DDPMScheduler, latents: torch.Tensor, seed: int) -> torch.Tensor:
    """The number in VIEWS and the number in PLACES that fit each photo: int64 (n × 2).

    `latents`: scaled, float32 on the CPU (n × 4 × side × side). A LoRA on the base is left out of it.
    """
    heads = [ways[0].format("a person") for ways in VIEWS]
    with torch.no_grad(), lora.detached(base.text_encoder, base.unet):
        view = _best(base, schedule, latents, [[head] * len(latents) for head in heads], seed)
        placed = [[f"{heads[number]} {place}".strip() for number in view.tolist()] for place in PLACES]
        return torch.stack([view, _best(base, schedule, latents, placed, seed)], 1)


def described(
    examples: Sequence[Example], token: str, seen: Sequence[tuple[int, int]], chance: torch.Generator
) -> list[Example]:
    """The examples; each that nobody described says what is seen in it, in a way drawn by chance."""
    told = []
    for example, (view, place) in zip(examples, seen, strict=True):
        if undescribed(example, token):
            way = VIEWS[view][int(torch.randint(len(VIEWS[view]), (1,), generator=chance))]
            example = replace(example, caption=f"{way.format(token)} {PLACES[place]}".strip())
        told.append(example)
    return told


def _best(
    base: Base, schedule: DDPMScheduler, latents: torch.Tensor, captions: Sequence[list[str]], seed: int
) -> torch.Tensor:
    """Which of the captions fits each photo; each is tried with the same noise."""
    off = torch.zeros(len(captions), len(latents))
    for timestep in NOISES:
        noise = torch.randn(latents.shape[1:], generator=generator(seed, "look", timestep))
        for number, said in enumerate(captions):
            for start in range(0, len(latents), AT_ONCE):
                some = slice(start, start + AT_ONCE)
                clean = latents[some].to(base.device)
                added = noise.to(base.device).expand_as(clean)
                when = torch.full((len(clean),), timestep, device=base.device)
                noisy = schedule.add_noise(clean, added, when)
                answer = predicted(base, noisy, when, tokenized(base, said[some]))
                missed = answer - target(schedule, clean, added, when)
                off[number, some] += missed.square().mean((1, 2, 3)).cpu()
    return off.argmin(0)
