"""What the model draws for the training itself: prior pictures before it, previews in the course of it.

All chance comes from generators of their own, so a sketch leaves no trace in the training.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from PIL import Image

from generation.base import Base
from training.photos import STRANGERS
from training.precision import autocast
from training.randomness import generator

SAMPLER = "DPM++ 2M Karras"
"""Of the prior pictures, and of the proof that a LoRA does something."""
PRIOR_STEPS = 15
PREVIEW_STEPS = 12
PREVIEW_SIDE = 2  # pictures along each side of a preview
_AT_ONCE = 8

_VIEWS = (
    "a portrait of {}",
    "a photo of {}",
    "a close-up of {}",
    "a full body photo of {} standing",
    "a portrait of {}",
    "a half body photo of {}",
)
_PLACES = ("", "in the park", "on stage", "at the beach", "in the street", "in a room", "in the snow")


def prior_captions(count: int) -> list[str]:
    """Sentences about nobody in particular, for the pictures that show the LoRA whom it must leave alone."""
    captions = []
    for number in range(count):
        view = _VIEWS[number // len(STRANGERS) % len(_VIEWS)].format(STRANGERS[number % len(STRANGERS)])
        captions.append(f"{view} {_PLACES[number % len(_PLACES)]}".strip())
    return captions


def draw_latents(
    base: Base,
    captions: Sequence[str],
    seeds: Sequence[int],
    steps: int,
    on_drawn: Callable[[int, int], None] | None = None,
    sampler: str = SAMPLER,
) -> torch.Tensor:
    """Scaled latents (float32, CPU) of one picture for each caption and seed, at the base's native size."""
    pipeline = base.pipeline(sampler)
    side = int(base.unet.config.sample_size)
    drawn = []
    for first in range(0, len(captions), _AT_ONCE):
        some = slice(first, first + _AT_ONCE)
        noise = torch.stack(
            [torch.randn((4, side, side), generator=generator(seed, "sketch")) for seed in seeds[some]]
        )
        with torch.no_grad(), autocast(base.device):
            latents = pipeline(
                list(captions[some]),
                latents=noise.to(base.device),
                generator=[generator(seed, "sketch's fresh noise") for seed in seeds[some]],
                num_inference_steps=steps,
                guidance_scale=base.default_guidance,
                output_type="latent",
            ).images
        drawn.append(latents.float().cpu())
        if on_drawn is not None:
            on_drawn(min(first + _AT_ONCE, len(captions)), len(captions))
    return torch.cat(drawn)


def decode(base: Base, latents: torch.Tensor) -> list[Image.Image]:
    """The pictures that scaled latents stand for, in the VAE's float32: SD 1.x's overflows in float16."""
    with torch.no_grad():
        scaled = latents.to(base.device, base.vae.dtype) / base.vae.config.scaling_factor
        decoded = base.vae.decode(scaled, return_dict=False)[0].float().cpu()
    decoded = torch.nan_to_num(decoded, nan=-1.0)  # a broken picture is shown black, not as chance colours
    bytes_ = ((decoded / 2 + 0.5).clamp(0, 1) * 255).round().to(torch.uint8).permute(0, 2, 3, 1).numpy()
    return [Image.fromarray(np.ascontiguousarray(picture)) for picture in bytes_]


def preview(base: Base, token: str, seed: int) -> Image.Image:
    """A square of portraits of the token by the model as it is; the same seeds at each epoch, to compare."""
    count = PREVIEW_SIDE**2
    pictures = decode(
        base,
        draw_latents(
            base,
            [f"a portrait of {token}"] * count,
            [seed + number for number in range(count)],
            PREVIEW_STEPS,
            sampler=base.default_sampler,
        ),
    )
    width, height = pictures[0].size
    sheet = Image.new("RGB", (PREVIEW_SIDE * width, PREVIEW_SIDE * height))
    for number, picture in enumerate(pictures):
        sheet.paste(picture, (number % PREVIEW_SIDE * width, number // PREVIEW_SIDE * height))
    return sheet
