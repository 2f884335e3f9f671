"""The LoRA itself: which layers get one, and how it starts.

LierLa, the type of the course report and of kohya's `networks.lora`: every Linear and every 1×1 convolution
inside `Transformer2DModel` of the UNet and inside `CLIPAttention` and `CLIPMLP` of the text encoder.
Targets are found by the class of the module around them, never by a list of names, so that another UNet
shape needs nothing new.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from peft import LoraConfig
from peft.tuners.lora import LoraLayer
from torch import nn

ADAPTER = "likeness"  # peft's name of the adapter under training
UNET_CLASSES = frozenset({"Transformer2DModel"})
TEXT_ENCODER_CLASSES = frozenset({"CLIPAttention", "CLIPMLP"})


@dataclass(frozen=True)
class LoraModule:
    """One adapted layer: ΔW = (alpha / rank) · up @ down, for a Linear as for a 1×1 convolution."""

    name: str  # the module's path in its network
    down: nn.Parameter  # (rank, in) or (rank, in, 1, 1)
    up: nn.Parameter  # (out, rank) or (out, rank, 1, 1)
    alpha: float


def lierla_targets(network: nn.Module) -> list[str]:
    """Paths of the layers of a UNet or CLIP text encoder that a LierLa LoRA adapts, in their order."""
    classes = UNET_CLASSES | TEXT_ENCODER_CLASSES
    found: dict[str, None] = {}
    for outer, block in network.named_modules():
        if type(block).__name__ in classes:
            for inner, layer in block.named_modules():
                if isinstance(layer, nn.Linear) or (
                    isinstance(layer, nn.Conv2d) and layer.kernel_size == (1, 1)
                ):
                    found[f"{outer}.{inner}"] = None
    return list(found)


def attach(network: nn.Module, rank: int, alpha: float, seed: int) -> list[LoraModule]:
    """Freeze a network and give it a fresh LoRA in float32 through peft; returns its modules.

    `up` starts at zero, so that the network draws as before; `down` starts uniform in ±1/√in (kohya's and
    peft's `kaiming_uniform(a=√5)`), from a generator of its own: the start depends on the seed alone.
    """
    network.requires_grad_(False)
    targets = lierla_targets(network)
    network.add_adapter(
        LoraConfig(r=rank, lora_alpha=alpha, target_modules=targets, init_lora_weights=False),
        adapter_name=ADAPTER,
    )
    for _, layer in _layers(network):
        layer.cast_input_dtype_enabled = False  # to float32 and back, for autocast: 5 % of a step on the miniature
    modules = list(attached(network))
    if [module.name for module in modules] != targets:
        raise RuntimeError(
            "peft adapted other layers than it was asked to"
        )  # a change of peft; never users' doing
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for module in modules:
            for weight in (module.down, module.up):
                weight.data = weight.data.float()
                weight.requires_grad_(True)
            if module.down.device.type != "meta":
                start = torch.rand(module.down.shape, generator=generator) * 2 - 1
                module.down.copy_(start / math.sqrt(module.down[0].numel()))
            module.up.zero_()
    return modules


def attached(network: nn.Module) -> Iterator[LoraModule]:
    """The modules of the LoRA under training that a network carries."""
    for name, layer in _layers(network):
        if ADAPTER in layer.lora_A:
            yield LoraModule(
                name,
                layer.lora_A[ADAPTER].weight,
                layer.lora_B[ADAPTER].weight,
                float(layer.lora_alpha[ADAPTER]),
            )


@contextmanager
def detached(*networks: nn.Module) -> Iterator[None]:
    """The networks as they were without the LoRA, for as long as the context lasts.

    Layer by layer: the networks' own `disable_adapters` walks them several times, 4 % of a step on the miniature.
    """
    layers = [layer for network in networks for _, layer in _layers(network)]
    for layer in layers:
        layer.enable_adapters(False)
    try:
        yield
    finally:
        for layer in layers:
            layer.enable_adapters(True)


def _layers(network: nn.Module) -> Iterator[tuple[str, LoraLayer]]:
    return ((name, layer) for name, layer in network.named_modules() if isinstance(layer, LoraLayer))
