"""One real base for all of these tests, and LoRA files written here, independently of the code that reads them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save
from torch import Tensor, nn

from generation.adapters import unload_adapters
from generation.base import Base, load_base

SURROUNDINGS = ("Transformer2DModel", "CLIPAttention", "CLIPSdpaAttention", "CLIPMLP")
Tensors = dict[str, Tensor]


@pytest.fixture(scope="session")
def loaded_base() -> Base:
    return load_base("miniature", device="cpu")


@pytest.fixture
def base(loaded_base: Base) -> Base:
    unload_adapters(loaded_base)
    return loaded_base


def lierla(model: nn.Module, kohya_prefix: str, path_prefix: str = "") -> dict[str, nn.Module]:
    """kohya's name → module, of every Linear and 1×1 conv inside the classes sd-scripts trains."""
    found = {}
    for outer, surrounding in model.named_modules():
        if type(surrounding).__name__ in SURROUNDINGS:
            for inner, module in surrounding.named_modules():
                if isinstance(module, nn.Linear | nn.Conv2d):
                    path = f"{path_prefix}{outer}.{inner}"
                    found[kohya_prefix + path.replace(".", "_")] = module
    return found


@pytest.fixture
def lora_tensors(base: Base) -> Callable[..., Tensors]:
    """Builds the tensors of a LoRA for the miniature: `alpha` a number or a function of the module's position."""

    def build(
        rank: int = 4, alpha: float | Callable[[int], float] = 2.0, seed: int = 0, size: float = 0.15
    ) -> Tensors:
        random = torch.Generator().manual_seed(seed)
        modules = lierla(base.unet, "lora_unet_") | lierla(base.text_encoder, "lora_te_", "text_model.")
        tensors: Tensors = {}
        for position, (name, module) in enumerate(modules.items()):
            weight = module.weight
            ones = [1, 1] if weight.ndim == 4 else []
            down = torch.randn(rank, weight.shape[1], *ones, generator=random) * size
            up = torch.randn(weight.shape[0], rank, *ones, generator=random) * size
            value = alpha(position) if callable(alpha) else alpha
            tensors |= {
                f"{name}.lora_down.weight": down.half(),
                f"{name}.lora_up.weight": up.half(),
                f"{name}.alpha": torch.tensor(value).half(),
            }
        return tensors

    return build


@pytest.fixture
def lora(lora_tensors: Callable[..., Tensors]) -> bytes:
    return save(lora_tensors(), {"ss_output_name": "radke"})


@pytest.fixture(scope="session")
def largest_difference() -> Callable[[Image.Image, Image.Image], int]:
    def measure(one: Image.Image, other: Image.Image) -> int:
        assert one.size == other.size
        return int(np.abs(np.asarray(one, dtype=int) - np.asarray(other, dtype=int)).max())

    return measure
