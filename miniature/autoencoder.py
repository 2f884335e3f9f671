"""The autoencoder: 64 × 64 pixels to 16 × 16 × 4 latents and back (`python -m miniature vae`, `… finish`).

First both halves learn together (`learn`), then the encoder is frozen and the decoder alone goes on (`finish`): latents
already written stay valid, and the last sharpness costs nobody a second training. Heads weigh more than the rest of
the picture, because a face of a full figure is a twentieth of its pixels and all of its person.

Loss: ½ L1 + squared error + ¼ L1 of the picture's slopes (edges), and a weak pull of the latents towards a normal
distribution, as in Rombach et al. 2022, without their discriminator: flat colours need none.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL

from miniature.data import Rows
from miniature.loop import PARTS, Schedule, Trainee, learn_steps
from miniature.networks import new_autoencoder

_FACES = 4.0
"""How much more a pixel of the head weighs than one of the background."""
_PULL = 1e-3
_BLUR = 0.05
"""Standard deviation of the noise on latents while the decoder finishes: what a sampler leaves is never quite clean."""


def pictures_of(rows: Rows, indices: np.ndarray) -> torch.Tensor:
    """n × 3 × 64 × 64 in -1..1."""
    return torch.from_numpy(rows.pictures[indices]).permute(0, 3, 1, 2).float() / 127.5 - 1


def head_weights(heads: np.ndarray, side: int, extra: float) -> torch.Tensor:
    """n × 1 × side × side: 1 away from the head, 1 + `extra` on it, soft between; mean 1 over each picture."""
    middles = (torch.arange(side) + 0.5) / side
    x, y, radius = (torch.from_numpy(np.ascontiguousarray(heads[:, i])).float().view(-1, 1, 1) for i in range(3))
    away = ((middles.view(1, 1, -1) - x) ** 2 + (middles.view(1, -1, 1) - y) ** 2).sqrt() / radius.clamp(min=0.02)
    weights = 1 + extra * torch.sigmoid((1.35 - away) * 8)
    return (weights / weights.mean((1, 2), keepdim=True)).unsqueeze(1)


def _loss(drawn: torch.Tensor, true: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    apart = drawn - true
    across, down = apart[..., 1:] - apart[..., :-1], apart[..., 1:, :] - apart[..., :-1, :]
    slopes = (across.abs() * weights[..., 1:]).mean() + (down.abs() * weights[..., 1:, :]).mean()
    return (weights * (apart**2 + 0.5 * apart.abs())).mean() + 0.25 * slopes


def _parts(
    rows: Rows,
    schedule: Schedule,
    device: str,
    loss: Callable[..., torch.Tensor],
    step: int,
    chance: np.random.Generator,
) -> list[Callable[[], torch.Tensor]]:
    """One step's batch, in parts."""
    chosen = chance.integers(0, len(rows), schedule.batch)
    noise = torch.from_numpy(chance.standard_normal((schedule.batch, 4, 16, 16), dtype=np.float32))
    true, weights = pictures_of(rows, chosen), head_weights(rows.heads[chosen], 64, _FACES)
    count = PARTS if device == "cpu" else 1
    cut = zip(*(t.to(device).chunk(count) for t in (true, weights, noise)), strict=True)
    return [functools.partial(loss, *part) for part in cut]


def learn(
    rows: Rows,
    folder: Path,
    schedule: Schedule,
    *,
    start: Path | None = None,
    device: str = "cpu",
    tell: Callable[[int, float], None],
    stop: Callable[[], bool] = lambda: False,
) -> AutoencoderKL:
    """Teach encoder and decoder; resumes from `folder` when it holds an interrupted run of the same schedule."""
    vae = (new_autoencoder() if start is None else AutoencoderKL.from_pretrained(start)).to(device)

    def loss(true: torch.Tensor, weights: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
        latents = vae.encode(true).latent_dist
        drawn = vae.decode(latents.mean + latents.std * noise).sample
        return _loss(drawn.float(), true, weights) + _PULL * latents.kl().mean() / noise[0].numel()

    parts = functools.partial(_parts, rows, schedule, device, loss)
    learn_steps([Trainee("vae", vae)], parts, schedule, folder, device=device, tell=tell, stop=stop)
    return vae.cpu().requires_grad_(True)


def finish(
    rows: Rows,
    folder: Path,
    schedule: Schedule,
    *,
    start: Path,
    device: str = "cpu",
    tell: Callable[[int, float], None],
    stop: Callable[[], bool] = lambda: False,
) -> AutoencoderKL:
    """Teach the decoder alone, from slightly noisy latents; what the encoder writes stays as it was."""
    vae = AutoencoderKL.from_pretrained(start).to(device)
    vae.encoder.requires_grad_(False)
    vae.quant_conv.requires_grad_(False)

    def loss(true: torch.Tensor, weights: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            latents = vae.encode(true).latent_dist.mean
        return _loss(vae.decode(latents + _BLUR * noise).sample.float(), true, weights)

    parts = functools.partial(_parts, rows, schedule, device, loss)
    learn_steps([Trainee("vae", vae)], parts, schedule, folder, device=device, tell=tell, stop=stop)
    return vae.cpu().requires_grad_(True)


@torch.no_grad()
def encode(vae: AutoencoderKL, rows: Rows, portion: int = 64) -> torch.Tensor:
    """Latents of every row (n × 4 × 16 × 16, float16), times the factor that the VAE's config holds."""
    parts = []
    for start in range(0, len(rows), portion):
        with torch.autocast(vae.device.type, dtype=torch.bfloat16):
            latents = vae.encode(pictures_of(rows, np.arange(start, min(start + portion, len(rows)))).to(vae.device))
        parts.append((latents.latent_dist.mean.float() * vae.config.scaling_factor).half().cpu())
    return torch.cat(parts)


@torch.no_grad()
def measure(vae: AutoencoderKL, rows: Rows, count: int = 128) -> float:
    """Peak signal-to-noise ratio in dB of `count` pictures after encoding and decoding: their mean."""
    true = pictures_of(rows, np.arange(count))
    drawn = vae.decode(vae.encode(true).latent_dist.mean).sample.clamp(-1, 1)
    return float((-10 * (((drawn - true) ** 2).mean((1, 2, 3)) / 4).log10()).mean())


@torch.no_grad()
def scale(vae: AutoencoderKL, rows: Rows, count: int = 1024) -> float:
    """The factor that gives latents a standard deviation of one, for the VAE's config."""
    parts = [vae.encode(pictures_of(rows, np.arange(i, i + 64))).latent_dist.mean for i in range(0, count, 64)]
    return float(1 / torch.cat(parts).std())
