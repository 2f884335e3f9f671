"""Adapters: LoRA files in kohya's format, attached to a base through peft, and held to what they promise.

    ValueError
    └── AdapterError        the file cannot be used; the message says why
        ├── NotAnAdapter    not a kohya LoRA in safetensors
        ├── WrongBase       made for another model: names or shapes that this base does not have
        ├── BrokenAdapter   NaN or infinity in the weights
        └── EmptyAdapter    the weights change nothing

diffusers' own loader passes all four without a word: it attaches what happens to match and leaves out the
rest, and gives the text encoder wrong strengths where alpha differs between modules. Here every tensor of
the file lands in the module it names, times its own alpha / rank, or nothing is attached at all.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import torch
from peft import LoraConfig, inject_adapter_in_model
from peft.tuners.lora import LoraLayer
from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor, nn

from generation.base import Base

_PREFIXES = ("lora_unet_", "lora_te_", "lora_te1_")  # te1 is what some tools write for SD 1.x too
_PARTS = ("lora_down.weight", "lora_up.weight", "alpha")


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
class LoadedAdapter:
    """An adapter as attached to a base: every one of its `keys` is in a module."""

    name: str
    digest: (
        str  # sha256 over the file's tensors, as kohya's tools count it: editing metadata does not change it
    )
    keys: int  # tensors in the file
    unet_modules: int
    text_encoder_modules: int
    rank: int  # the largest
    norm: float  # Frobenius norm of all its ΔW together
    metadata: Mapping[str, str]


def load_adapter(base: Base, name: str, data: bytes) -> LoadedAdapter:
    """Attach a kohya LoRA file to the base under a name, at weight 0 until `use_adapters`.

    Nothing is attached when an AdapterError is raised. A name that is taken is a mistake of the caller
    (KeyError).
    """
    if name in base.adapters:
        raise KeyError(f"an adapter named {name!r} is attached already")
    deltas = _read(data)
    unet, text_encoder = _modules(base.unet), _modules(base.text_encoder, "text_model.")
    for_unet: dict[str, Delta] = {}
    for_text_encoder: dict[str, Delta] = {}
    strangers: list[str] = []
    for module, delta in deltas.items():
        prefix = next(prefix for prefix in _PREFIXES if module.startswith(prefix))
        paths, chosen = (unet, for_unet) if prefix == "lora_unet_" else (text_encoder, for_text_encoder)
        path = paths.get(module.removeprefix(prefix))
        if path is None:
            strangers.append(module)
        else:
            chosen[path] = delta
    if strangers:
        raise WrongBase(
            f"the adapter {name!r} was made for another model: {len(strangers)} of its {len(deltas)} "
            f"modules are not in {base.label}, the first is {strangers[0]}"
        )
    for model, wanted in ((base.unet, for_unet), (base.text_encoder, for_text_encoder)):
        _check_shapes(model, wanted, name, base.label)
    for model, wanted in ((base.unet, for_unet), (base.text_encoder, for_text_encoder)):
        if wanted:
            _attach(model, _key(name), wanted)
    loaded = LoadedAdapter(
        name=name,
        digest=tensor_digest(data),
        keys=len(load(data)),
        unet_modules=len(for_unet),
        text_encoder_modules=len(for_text_encoder),
        rank=max(delta.rank for delta in deltas.values()),
        norm=sum(delta.norm() ** 2 for delta in deltas.values()) ** 0.5,
        metadata=MappingProxyType(_metadata(data)),
    )
    base.adapters[name] = loaded
    return loaded


def use_adapters(base: Base, weights: Sequence[tuple[str, float, float]]) -> None:
    """Draw with these adapters and no others: (name, weight on the text encoder, weight on the UNet) each."""
    for name, _, _ in weights:
        if name not in base.adapters:
            raise KeyError(f"no adapter named {name!r} is attached")
    keys = [_key(name) for name, _, _ in weights]
    for model, position in ((base.text_encoder, 1), (base.unet, 2)):
        for layer in _lora_layers(model):
            layer.set_adapter(keys, inference_mode=True)
            for key, weight in zip(keys, weights, strict=True):
                layer.set_scale(key, weight[position])


def unload_adapters(base: Base) -> None:
    """Take every adapter off: afterwards the base's modules are the very ones it was loaded with."""
    for model in (base.unet, base.text_encoder):
        wrapped = [(path, layer) for path, layer in model.named_modules() if isinstance(layer, LoraLayer)]
        for path, layer in wrapped:
            parent, _, child = path.rpartition(".")
            setattr(model.get_submodule(parent), child, layer.get_base_layer())
        if hasattr(model, "peft_config"):
            del model.peft_config
    base.adapters.clear()


def tensor_digest(data: bytes) -> str:
    """sha256 of a safetensors file's tensor bytes (`sshs_model_hash`)."""
    return hashlib.sha256(data[8 + int.from_bytes(data[:8], "little") :]).hexdigest()


def _read(data: bytes) -> dict[str, Delta]:
    """The file's modules by kohya name. Raises NotAnAdapter, BrokenAdapter or EmptyAdapter."""
    try:
        tensors = load(data)
    except (SafetensorError, ValueError, KeyError) as problem:
        raise NotAnAdapter(f"not a safetensors file: {problem}") from problem
    if not tensors:
        raise EmptyAdapter("the adapter file holds no weights")
    modules: dict[str, dict[str, Tensor]] = {}
    for key, tensor in tensors.items():
        module, _, part = key.partition(".")
        if part not in _PARTS or not module.startswith(_PREFIXES):
            raise NotAnAdapter(f"not a LoRA in kohya's format: it holds a tensor named {key!r}")
        if not torch.isfinite(tensor).all():
            raise BrokenAdapter(f"the adapter's {key} is not finite (NaN or infinity); train it again")
        modules.setdefault(module, {})[part] = tensor
    deltas = {module: _delta(module, parts) for module, parts in modules.items()}
    if not any(delta.norm() > 0 for delta in deltas.values()):
        raise EmptyAdapter(
            "the adapter changes nothing: every product of its weights is zero; train it again"
        )
    return deltas


def _delta(module: str, parts: dict[str, Tensor]) -> Delta:
    down, up, alpha = (parts.get(part) for part in _PARTS)
    if down is None or up is None:
        raise NotAnAdapter(f"not a whole LoRA: {module} has no {_PARTS[0 if down is None else 1]}")
    if down.ndim not in (2, 4) or up.ndim != down.ndim or not down.shape[0] or up.shape[1] != down.shape[0]:
        raise NotAnAdapter(
            f"not a LoRA: the shapes of {module} do not fit each other "
            f"({tuple(down.shape)} and {tuple(up.shape)})"
        )
    return Delta(down.float(), up.float(), float(alpha) if alpha is not None else float(down.shape[0]))


def _metadata(data: bytes) -> dict[str, str]:
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    return {str(key): str(value) for key, value in header.get("__metadata__", {}).items()}


def _modules(model: nn.Module, prefix: str = "") -> dict[str, str]:
    """kohya name → module path, of every Linear and Conv2d of the model.

    kohya's names still say `text_model`, which the transformers library dropped from the paths in 5.6.
    """
    names: dict[str, str] = {}
    for path, module in model.named_modules():
        if ".base_layer" in path or ".lora_" in path:
            continue  # inside an adapter that is attached already
        layer = module.get_base_layer() if isinstance(module, LoraLayer) else module
        if isinstance(layer, (nn.Linear, nn.Conv2d)):
            full = path if path.startswith(prefix) else prefix + path
            names[full.replace(".", "_")] = path
    return names


def _check_shapes(model: nn.Module, deltas: Mapping[str, Delta], name: str, label: str) -> None:
    for path, delta in deltas.items():
        module = model.get_submodule(path)
        weight = (module.get_base_layer() if isinstance(module, LoraLayer) else module).weight
        if delta.down.shape[1:] != weight.shape[1:] or delta.up.shape[0] != weight.shape[0]:
            raise WrongBase(
                f"the adapter {name!r} was made for another model: its {path} changes a weight of "
                f"{(delta.up.shape[0], *delta.down.shape[1:])}, that of {label} is {tuple(weight.shape)}"
            )


def _attach(model: nn.Module, key: str, deltas: Mapping[str, Delta]) -> None:
    """Wrap the modules through peft and copy the weights in, at scale 0."""
    patterns = {path: "^" + re.escape(path) for path in deltas}
    inject_adapter_in_model(
        LoraConfig(
            r=1,
            target_modules=list(deltas),
            init_lora_weights=False,
            inference_mode=True,
            rank_pattern={patterns[path]: delta.rank for path, delta in deltas.items()},
            alpha_pattern={patterns[path]: delta.alpha for path, delta in deltas.items()},
        ),
        model,
        adapter_name=key,
    )
    for path, delta in deltas.items():
        layer = model.get_submodule(path)
        weight = layer.get_base_layer().weight
        for part, values in ((layer.lora_A[key], delta.down), (layer.lora_B[key], delta.up)):
            part.to(weight.device, weight.dtype)
            part.weight.data.copy_(values)
        layer.lora_alpha[key] = delta.alpha
        layer.set_scale(key, 0.0)


def _lora_layers(model: nn.Module) -> list[LoraLayer]:
    return [module for module in model.modules() if isinstance(module, LoraLayer)]


def _key(name: str) -> str:
    """A name peft accepts (it forbids dots) for any name a person chose."""
    return "adapter_" + hashlib.sha256(name.encode()).hexdigest()[:12]
