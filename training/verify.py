"""The last step of a training: the file is loaded back as everybody will load it, and must do what it is for.

Four things go wrong silently elsewhere, and make the training fail here: modules whose names fit nothing,
numbers that are not finite, a network whose change is zero, and a picture that comes out as it would have
without.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from generation.adapters import AdapterError, load_adapter, unload_adapters
from generation.base import Base, load_base
from generation.lora_file import read_lora
from generation.painter import BrokenPicture, paint
from generation.request import ImageWish
from training.errors import TrainingFailed
from training.lora import lierla_targets
from training.sketches import SAMPLER

LEAST_DIFFERENCE = 8  # of 255, somewhere in the picture: less could be rounding
STEPS = 12  # of the two portraits drawn with and without
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


def verify_adapter(base: Base | str, data: bytes, token: str, seed: int = 58008) -> Verification:
    """Load the bytes of a LoRA file into a fresh base (or its name) and draw the token with and without it.

    Raises TrainingFailed, in words, when the file does not do what it should. The base is left as it was.
    """
    if isinstance(base, str):
        base = load_base(base)
    expected = len(lierla_targets(base.unet)), len(lierla_targets(base.text_encoder))
    without = _portraits(base, token, seed, {})
    try:
        loaded = load_adapter(base, token, data)
    except AdapterError as problem:
        raise TrainingFailed(f"The LoRA was written, but cannot be loaded back: {problem}") from problem
    unload_adapters(base)
    found = loaded.unet_modules, loaded.text_encoder_modules
    if found != expected or loaded.keys != 3 * sum(found):
        raise TrainingFailed(
            f"The LoRA file changes {found[0]} layers of the UNet and {found[1]} of the text encoder instead "
            f"of {expected[0]} and {expected[1]}: it is not whole."
        )
    file = read_lora(data)
    unet_norm, text_encoder_norm = file.norm("lora_unet_"), file.norm("lora_te_")
    for network, norm in (("UNet", unet_norm), ("text encoder", text_encoder_norm)):
        if not norm > 0:
            raise TrainingFailed(
                f"The training changed nothing in the {network}. Train again, with more steps."
            )
    learnt = _portraits(base, token, seed, {token: data})
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


def _portraits(base: Base, token: str, seed: int, adapters: Mapping[str, bytes]) -> np.ndarray:
    """Two portraits of the token by the painter everybody uses, (2, height, width, 3), 0 to 255.

    Without fresh noise at each step, which would make a visible difference of next to nothing.
    """
    tags = "".join(f"<lora:{name}:1> " for name in adapters)
    wishes = [
        ImageWish(f"{tags}a portrait of {token}", seed=seed + number, steps=STEPS, sampler=SAMPLER)
        for number in range(2)
    ]
    try:
        pictures = [paint(base, wish, adapters).image for wish in wishes]
    except BrokenPicture as problem:
        which = "With the LoRA" if adapters else "Even without the LoRA"
        raise TrainingFailed(f"{which}, the model draws no picture: {problem}.") from problem
    return np.stack([np.asarray(picture, dtype=np.float32) for picture in pictures])
