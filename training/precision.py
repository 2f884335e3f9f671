"""In which precision a training computes, and how fast. The LoRA, its moments and the loss are float32 everywhere."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import torch
from diffusers.models.attention_processor import AttnProcessor
from torch import nn

from generation.base import Base
from training.memory import keep_freed_memory


def computing_dtype(device: torch.device) -> torch.dtype:
    """bfloat16 where the hardware multiplies it, else float32. Never float16: its small gradients vanish.

    A CPU without AVX-512 BF16 (or AMX) would emulate bfloat16, slower than float32.
    """
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float32
    if device.type == "cpu" and torch.cpu._is_avx512_bf16_supported():
        return torch.bfloat16
    return torch.float32


def autocast(device: torch.device) -> AbstractContextManager[object]:
    """The context in which the networks run: mixed precision, or nothing where that is no gain."""
    dtype = computing_dtype(device)
    return nullcontext() if dtype is torch.float32 else torch.autocast(device.type, dtype=dtype)


def make_ready(base: Base) -> None:
    """Put a freshly loaded base into the state it trains in: frozen, and fast on its device.

    The frozen networks are kept in the computing precision, so that autocast need not convert them each step: on CUDA
    wholly, on the CPU those layers that autocast would convert, which changes no bit (on the miniature 0.41 → 0.39 s).
    There the plain attention is used, too: the fused one has a backward pass in bfloat16 that took 46 % of a step
    (0.63 → 0.40 s).
    """
    for network in (base.text_encoder, base.unet, base.vae):
        network.requires_grad_(False)
        network.eval()  # only dropout would behave otherwise in training, and SD 1.x has none
    dtype = computing_dtype(base.device)
    learning = base.text_encoder, base.unet
    if base.device.type != "cpu":
        for network in learning:
            network.to(dtype)
        return
    base.unet.set_attn_processor(AttnProcessor())
    base.text_encoder.set_attn_implementation("eager")
    for layer in (layer for network in learning for layer in network.modules()):
        if isinstance(layer, nn.Linear | nn.Conv2d):
            layer.to(dtype)
    keep_freed_memory()
