"""A LoRA file in kohya's format (what every tool around SD 1.x reads), taken apart.

    ValueError
    └── AdapterError        the file cannot be used; the message says why
        ├── NotAnAdapter    not a kohya LoRA in safetensors
        ├── BrokenAdapter   NaN or infinity in the weights
        ├── EmptyAdapter    the weights change nothing
        └── WrongBase       made for another model (raised by generation.adapters)

For each module of the network three tensors: `<module>.lora_down.weight`, `.lora_up.weight` and `.alpha`, the
module being `lora_unet_` or `lora_te_` and its path with underscores. ΔW = alpha / rank · up @ down, and
alpha = rank where it is absent.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

import torch
from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor

PREFIXES = ("lora_unet_", "lora_te_", "lora_te1_")  # te1 is what some tools write for SD 1.x too
PARTS = ("lora_down.weight", "lora_up.weight", "alpha")


class AdapterError(ValueError):
    """The adapter file cannot be used; the message says why."""


class NotAnAdapter(AdapterError):
    """The bytes are not a kohya LoRA in safetensors."""


class WrongBase(AdapterError):
    """The adapter names modules, or has shapes, that this base does not have."""


class BrokenAdapter(AdapterError):
    """The adapter's weights are not finite; drawing with it gives black pictures."""


class EmptyAdapter(AdapterError):
    """The adapter's weights change nothing."""


@dataclass(frozen=True)
class Delta:
    """What a file holds for one module: ΔW = alpha / rank · up @ down."""

    down: Tensor  # (rank, in[, kernel, kernel])
    up: Tensor  # (out, rank[, 1, 1])
    alpha: float

    @property
    def rank(self) -> int:
        return int(self.down.shape[0])

    def norm(self) -> float:
        """Frobenius norm of ΔW, from rank-sized products: ‖up·down‖² = tr((upᵀup)(down·downᵀ))."""
        down, up = self.down.flatten(1).double(), self.up.flatten(1).double()
        square = ((up.T @ up) * (down @ down.T)).sum().clamp(min=0)
        return abs(self.alpha / self.rank) * float(square.sqrt())


@dataclass(frozen=True)
class LoraFile:
    """A file's modules by kohya name; every tensor is in one of them, finite, of fitting shape."""

    deltas: dict[str, Delta]
    keys: int  # tensors in the file
    digest: str  # see tensor_digest

    def norm(self, prefix: str = "") -> float:
        """Frobenius norm of the ΔW of the modules with this prefix together: how far they move the base."""
        squares = (delta.norm() ** 2 for module, delta in self.deltas.items() if module.startswith(prefix))
        return float(sum(squares) ** 0.5)


def read_lora(data: bytes) -> LoraFile:
    """Take a LoRA file apart. Raises NotAnAdapter, BrokenAdapter or EmptyAdapter."""
    try:
        tensors = load(data)
    except (SafetensorError, ValueError, KeyError) as problem:
        raise NotAnAdapter(f"Not a safetensors file: {problem}.") from problem
    if not tensors:
        raise EmptyAdapter("The adapter file holds no weights.")
    modules: dict[str, dict[str, Tensor]] = {}
    for key, tensor in tensors.items():
        module, _, part = key.partition(".")
        if part not in PARTS or not module.startswith(PREFIXES):
            raise NotAnAdapter(f"Not a LoRA in kohya's format: it holds a tensor named {key!r}.")
        if not torch.isfinite(tensor).all():
            raise BrokenAdapter(f"The adapter's {key} is not finite (NaN or infinity); train it again.")
        modules.setdefault(module, {})[part] = tensor
    file = LoraFile(
        deltas={module: _delta(module, parts) for module, parts in modules.items()},
        keys=len(tensors),
        digest=tensor_digest(data),
    )
    if not file.norm() > 0:
        raise EmptyAdapter(
            "The adapter changes nothing: every product of its weights is zero; train it again."
        )
    return file


def tensor_digest(data: bytes) -> str:
    """sha256 of a safetensors file's tensor bytes, kohya's `sshs_model_hash`: metadata does not count."""
    return hashlib.sha256(data[8 + int.from_bytes(data[:8], "little") :]).hexdigest()


def read_metadata(data: bytes) -> dict[str, str]:
    """The metadata in the header of a safetensors file, without loading a tensor. ValueError: no such header."""
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    return {str(key): str(value) for key, value in header.get("__metadata__", {}).items()}


def _delta(module: str, parts: dict[str, Tensor]) -> Delta:
    down, up, alpha = (parts.get(part) for part in PARTS)
    if down is None or up is None:
        raise NotAnAdapter(f"Not a whole LoRA: {module} has no {PARTS[0 if down is None else 1]}.")
    fitting = down.ndim in (2, 4) and up.ndim == down.ndim and down.shape[0] and up.shape[1] == down.shape[0]
    if not fitting or (alpha is not None and alpha.numel() != 1):
        raise NotAnAdapter(f"Not a LoRA: the shapes of {module} do not fit each other.")
    return Delta(down.float(), up.float(), float(alpha) if alpha is not None else float(down.shape[0]))
