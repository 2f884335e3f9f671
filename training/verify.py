"""The last step of a training: the file is loaded back as everybody will load it, and must do what it is for.

Four things go wrong silently elsewhere, and make the training fail here: modules whose names fit nothing,
numbers that are not finite, a network whose change is zero, and a picture that comes out as it would have
without.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import safetensors.torch
import torch

from generation.adapters import AdapterError, load_adapter, use_adapters
from generation.base import Base, load_base
from training import sketches
from training.errors import TrainingFailed
from training.lora import lierla_targets

LEAST_DIFFERENCE = 8  # of 255, somewhere in the picture: less could be rounding
FLAT = 2.0  # of 255: standard deviation below which a picture shows nothing


@dataclass(frozen=True)
class Verification:
    """What was found in a LoRA file that does its work."""

    keys: int  # tensors in the file, all of them matched
    unet_modules: int
    text_encoder_modules: int
    unet_norm: float  # Frobenius norm of all ΔW of the UNet together
    text_encoder_norm: float
    largest_difference: (
        int  # of 255, between pictures of the token at the same seeds with and without the LoRA
    )
    mean_difference: float  # of 255

    def to_json(self) -> dict[str, int | float]:
        """As it is stored with the adapter."""
        return dict(self.__dict__)


def verify_adapter(base: Base | str, data: bytes, token: str, seed: int = 58008) -> Verification:
    """Load the bytes of a LoRA file into a fresh base (or its name) and draw the token with and without it.

    Raises TrainingFailed, in words, when the file does not do what it should. The base keeps the adapter
    attached afterwards, under the token's name.
    """
    if isinstance(base, str):
        base = load_base(base)
    expected = len(lierla_targets(base.unet)), len(lierla_targets(base.text_encoder))
    without = _portraits(base, token, seed)
    try:
        loaded = load_adapter(base, token, data)
    except AdapterError as problem:
        raise TrainingFailed(f"The LoRA was written, but cannot be loaded back: {problem}") from problem
    found = loaded.unet_modules, loaded.text_encoder_modules
    if found != expected or loaded.keys != 3 * sum(found):
        raise TrainingFailed(
            f"The LoRA file changes {found[0]} layers of the UNet and {found[1]} of the text encoder instead "
            f"of {expected[0]} and {expected[1]}: it is not whole."
        )
    unet_norm, text_encoder_norm = delta_norm(data, "lora_unet_"), delta_norm(data, "lora_te_")
    for network, norm in (("UNet", unet_norm), ("text encoder", text_encoder_norm)):
        if not norm > 0:
            raise TrainingFailed(
                f"The training changed nothing in the {network}. Train again, with more steps."
            )
    use_adapters(base, [(token, 1.0, 1.0)])
    learnt = _portraits(base, token, seed)
    difference = np.abs(learnt - without)
    if (learnt.std(axis=(1, 2, 3)) < FLAT).any():
        raise TrainingFailed(
            "With the LoRA, the model draws an empty picture: it learnt too much, or from broken "
            "photos. Train again, with a lower learning rate."
        )
    if difference.max() < LEAST_DIFFERENCE:
        raise TrainingFailed(
            f"With and without the LoRA the same seed gives the same picture (the largest difference "
            f"is {difference.max():.0f} of 255): nothing was learnt. Train again, with more steps."
        )
    return Verification(
        loaded.keys,
        *found,
        unet_norm,
        text_encoder_norm,
        int(difference.max()),
        round(float(difference.mean()), 2),
    )


def delta_norm(data: bytes, prefix: str) -> float:
    """Frobenius norm of ΔW = (alpha / rank) · up @ down over the modules of a kohya file with this prefix."""
    tensors = safetensors.torch.load(data)
    total = 0.0
    for key, up in tensors.items():
        name, _, part = key.partition(".")
        if part == "lora_up.weight" and name.startswith(prefix):
            down = tensors[f"{name}.lora_down.weight"]
            rank = down.shape[0]
            delta = (
                up.flatten(1).double() @ down.flatten(1).double() * (float(tensors[f"{name}.alpha"]) / rank)
            )
            total += float(delta.square().sum())
    return math.sqrt(total)


def _portraits(base: Base, token: str, seed: int) -> np.ndarray:
    """Two portraits of the token, (2, height, width, 3), 0 to 255."""
    latents = sketches.draw_latents(
        base, [f"a portrait of {token}"] * 2, [seed, seed + 1], sketches.PREVIEW_STEPS
    )
    if not torch.isfinite(latents).all():
        raise TrainingFailed(
            "The model draws no finite picture: the base model, or the LoRA on it, is broken."
        )
    return np.stack([np.asarray(picture, dtype=np.float32) for picture in sketches.decode(base, latents)])
