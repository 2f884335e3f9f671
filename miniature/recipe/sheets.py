"""Sample sheets: the same captions and skeletons each time, so that two sheets can be laid side by side.

Twelve photos of seeds nobody trains on. From top to bottom: the photo, its skeleton (of the second ControlNet: its
edges), what the networks draw from caption and map, what they draw from the caption alone. Drawn with the averaged
weights.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL, DPMSolverMultistepScheduler
from PIL import Image
from safetensors.torch import load_file

from miniature import GUIDANCE, NATIVE_SIZE, STEPS
from miniature.captions import tell_all
from miniature.diffusion import Painter
from miniature.loop import checkpoint_step
from miniature.networks import NOISE
from miniature.tokenizer import LENGTH
from miniature.world import TEST_SEEDS, Photo, photograph

_SEEDS = TEST_SEEDS[990_000:]
_CASES = (
    ("standing", "portrait"), ("singing", "portrait"), ("dancing", "portrait"), ("waving", "half"),
    ("basketball", "half"), ("guitar", "half"), ("guitar", "full"), ("drums", "full"),
    ("skateboard", "full"), ("basketball", "full"), ("running", "full"), ("cheering", "full"),
)  # fmt: skip
_SCALE, _GAP = 2, 2


def sample_photos() -> list[Photo]:
    """The photos every sheet is made after."""
    return [
        photograph(seed, size=NATIVE_SIZE, action=action, framing=framing)
        for seed, (action, framing) in zip(_SEEDS, _CASES, strict=False)
    ]


def new_sampler(prediction: str) -> DPMSolverMultistepScheduler:
    """DPM++ 2M (Lu et al. 2022) over the noise schedule the networks learn with."""
    return DPMSolverMultistepScheduler(**NOISE, prediction_type=prediction)


@torch.no_grad()
def draw(
    painter: Painter,
    vae: AutoencoderKL,
    captions: Sequence[str],
    maps: Sequence[Image.Image] | None,
    *,
    prediction: str,
    steps: int = STEPS,
    seed: int = 0,
) -> list[Image.Image]:
    """One picture for each caption, after its map where `maps` are given; all in one batch, without autocast.

    The networks' own device is used. Picture i begins with the noise of seed + i.
    """
    device = painter.unet.device
    ids = painter.tokenizer(
        [""] * len(captions) + list(captions),
        padding="max_length",
        truncation=True,
        max_length=LENGTH,
        return_tensors="pt",
    ).input_ids.to(device)
    states = painter.text_encoder(ids)[0]
    side = painter.unet.config.sample_size
    latents = torch.stack(
        [
            torch.randn(4, side, side, generator=torch.Generator().manual_seed(seed + i))
            for i in range(len(captions))
        ]
    ).to(device)
    hints = None
    if maps is not None:
        pixels = torch.from_numpy(np.stack([np.asarray(m) for m in maps])).permute(0, 3, 1, 2).float() / 255
        hints = torch.cat([pixels, pixels]).to(device)
    sampler = new_sampler(prediction)
    sampler.set_timesteps(steps)
    for level in sampler.timesteps:
        both = torch.cat([latents, latents])
        more = {}
        if hints is not None:
            down, middle = painter.controlnet(both, level, states, controlnet_cond=hints, return_dict=False)
            more = {"down_block_additional_residuals": down, "mid_block_additional_residual": middle}
        bare, told = painter.unet(both, level, states, **more).sample.chunk(2)
        latents = sampler.step(bare + GUIDANCE * (told - bare), level, latents, return_dict=False)[0]
    pictures = vae.decode(latents.to(vae.device) / vae.config.scaling_factor).sample
    values = ((pictures.clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).cpu().numpy()
    return [Image.fromarray(value) for value in values]


def draw_sheet(painter: Painter, vae: AutoencoderKL, prediction: str, *, steps: int = STEPS) -> Image.Image:
    """The sheet of these networks."""
    photos = sample_photos()
    captions, maps = [tell_all(photo) for photo in photos], [painter.control.of_photo(photo) for photo in photos]
    rows = [
        [photo.image for photo in photos],
        maps,
        draw(painter, vae, captions, maps, prediction=prediction, steps=steps),
        draw(painter, vae, captions, None, prediction=prediction, steps=steps),
    ]
    side = NATIVE_SIZE * _SCALE
    sheet = Image.new("RGB", ((side + _GAP) * len(photos) - _GAP, (side + _GAP) * len(rows) - _GAP), "white")
    for y, row in enumerate(rows):
        for x, picture in enumerate(row):
            large = picture.resize((side, side), Image.Resampling.NEAREST)
            sheet.paste(large, (x * (side + _GAP), y * (side + _GAP)))
    return sheet


@torch.no_grad()
def averaged(painter: Painter, run: Path) -> Painter:
    """`painter` with the averaged weights of the checkpoint in `run`."""
    tensors = load_file(run / "checkpoint.safetensors")
    for trainee in painter.trainees():
        for name, parameter in trainee.network.named_parameters():
            parameter.copy_(tensors[f"{trainee.name}/average/{name}"])
        trainee.network.eval()
    return painter


class LiveSheets:
    """Draws a sheet every few minutes of a training, from its latest checkpoint."""

    def __init__(
        self, run: Path, painter: Painter, vae: AutoencoderKL, prediction: str, device: str, minutes: float
    ) -> None:
        for network in painter.networks().values():
            network.to(device)
        self._run, self._painter, self._vae = run, painter, vae.to(device)
        self.prediction, self._seconds = prediction, 60 * minutes
        self._drawn, self._then = checkpoint_step(run), time.monotonic()

    def hear(self) -> None:
        """To be called at every step."""
        if time.monotonic() - self._then >= self._seconds:
            self._then = time.monotonic()
            self.draw()

    def draw(self) -> None:
        step = checkpoint_step(self._run)
        if step > self._drawn:
            self._drawn = step
            sheet = draw_sheet(averaged(self._painter, self._run), self._vae, self.prediction)
            sheet.save(self._run / f"sheet-{step:06d}.png")
