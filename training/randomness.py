"""Where a training's chance comes from: each draw has its own generator, made from the seed and a name.

Nothing depends on what was drawn before, so a training that starts again at step 151 draws there what it
would have drawn unbroken, and a preview between two steps disturbs nothing. Always on the CPU: a GPU would
draw other numbers.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import torch


def generator(seed: int, *name: object) -> torch.Generator:
    """A fresh generator for one named draw, such as `generator(seed, "noise", step)`."""
    digest = hashlib.sha256(":".join(map(str, (seed, *name))).encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:7], "little"))


def turn(seed: int, name: str, count: int, step: int, size: int) -> torch.Tensor:
    """Which `size` of `count` things step `step` (from 0) takes: endless shuffled rounds, cut into steps.

    Everything is taken equally often, up to one round.
    """
    first = step * size
    rounds = range(first // count, (first + size - 1) // count + 1)
    order = torch.cat([torch.randperm(count, generator=generator(seed, name, number)) for number in rounds])
    return order[first - rounds.start * count :][:size]


@dataclass(frozen=True)
class Noise:
    """What one step adds to its latents: noise (latents' shape) and a timestep for each picture."""

    noise: torch.Tensor
    timesteps: torch.Tensor


def noise_for(seed: int, step: int, shape: torch.Size, timesteps: int, noisier: bool = False) -> Noise:
    """The noise of one step. Its timesteps are spread evenly over the schedule from a random start.

    Each is still uniform on its own, but a step always sees early and late ones, so the loss is calmer. With
    `noisier`, every other one is taken from the noisier half instead.
    """
    chance = generator(seed, "noise", step)
    noise = torch.randn(shape, generator=chance)
    spread = (torch.rand(1, generator=chance) + torch.arange(shape[0]) / shape[0]) % 1.0
    if noisier:
        spread[::2] = 0.5 + spread[::2] / 2
    return Noise(noise, (spread * timesteps).long().clamp(max=timesteps - 1))
