"""Where a picture begins: the noise of its seed, or a point on the way from there to another seed's.

Noise is drawn on the CPU, so that a seed means one picture on any device.
"""

from __future__ import annotations

import torch
from diffusers.utils.torch_utils import randn_tensor
from torch import Tensor

from generation.base import Base
from generation.request import ImageWish


def starting_noise(base: Base, wish: ImageWish) -> tuple[Tensor, torch.Generator]:
    """(1, 4, h, w) noise for a wish whose seeds are named, and the chance that samplers with noise go on with.

    A variation of strength 1 *is* the other seed, in all that follows too; below it, what a sampler adds on its way
    comes from the wish's own seed, as in AUTOMATIC1111.
    """
    if wish.variation_strength == 1:
        return _noise(base, wish, wish.variation_seed)
    noise, chance = _noise(base, wish, wish.seed)
    if wish.variation_strength:
        other, _ = _noise(base, wish, wish.variation_seed)
        noise = between(noise, other, wish.variation_strength)
    return noise, chance


def between(one: Tensor, other: Tensor, share: float) -> Tensor:
    """The point `share` of the way from `one` to `other` along the sphere (Shoemake 1985, slerp).

    Half of each, added, would be noise of two thirds of its strength, which a model draws as fog.
    """
    flat, goal = one.double().flatten(), other.double().flatten()
    cosine = torch.dot(flat, goal) / (flat.norm() * goal.norm())
    angle = torch.acos(cosine.clamp(-1, 1))
    if float(torch.sin(angle)) < 1e-6:  # the same direction (or the opposite one): there is no arc to follow
        return torch.lerp(one.float(), other.float(), share).to(one.dtype)
    mixed = (torch.sin((1 - share) * angle) * flat + torch.sin(share * angle) * goal) / torch.sin(angle)
    return mixed.view_as(one).to(one.dtype)


def _noise(base: Base, wish: ImageWish, seed: int | None) -> tuple[Tensor, torch.Generator]:
    assert seed is not None, "the wish must be seeded"
    chance = torch.Generator("cpu").manual_seed(seed)
    channels = base.unet.config.in_channels
    shape = (1, channels, wish.height // base.pixels_per_latent, wish.width // base.pixels_per_latent)
    return randn_tensor(shape, generator=chance, device=torch.device("cpu"), dtype=base.dtype), chance
