"""Adapters: LoRA files in kohya's format, attached to a base through peft, and held to what they promise.

What can be wrong with one is an AdapterError; its tree stands in generation.lora_file. diffusers' own loader
passes all of them without a word: it attaches what happens to match and leaves out the
rest, and gives the text encoder wrong strengths where alpha differs between modules. Here every tensor of
the file lands in the module it names, times its own alpha / rank, or nothing is attached at all.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from peft import LoraConfig, inject_adapter_in_model
from peft.tuners.lora import LoraLayer
from torch import nn

from generation.base import Base
from generation.lora_file import (
    PREFIXES,
    AdapterError,
    BrokenAdapter,
    Delta,
    EmptyAdapter,
    NotAnAdapter,
    WrongBase,
    read_lora,
)

__all__ = [
    "AdapterError",
    "BrokenAdapter",
    "EmptyAdapter",
    "LoadedAdapter",
    "NotAnAdapter",
    "WrongBase",
    "load_adapter",
    "unload_adapters",
    "use_adapters",
]


@dataclass(frozen=True)
class LoadedAdapter:
    """An adapter as attached to a base: every one of its `keys` is in a module."""

    name: str
    digest: str  # sha256 over the file's tensors, as kohya's tools count it
    keys: int  # tensors in the file
    unet_modules: int
    text_encoder_modules: int


def load_adapter(base: Base, name: str, data: bytes) -> LoadedAdapter:
    """Attach a kohya LoRA file to the base under a name, at weight 0 until `use_adapters`.

    Nothing is attached when an AdapterError is raised. A name that is taken is a mistake of the caller
    (KeyError).
    """
    if name in base.adapters:
        raise KeyError(f"an adapter named {name!r} is attached already")
    file = read_lora(data)
    unet, text_encoder = _modules(base.unet), _modules(base.text_encoder, "text_model.")
    for_unet: dict[str, Delta] = {}
    for_text_encoder: dict[str, Delta] = {}
    strangers: list[str] = []
    for module, delta in file.deltas.items():
        prefix = next(prefix for prefix in PREFIXES if module.startswith(prefix))
        paths, chosen = (unet, for_unet) if prefix == "lora_unet_" else (text_encoder, for_text_encoder)
        path = paths.get(module.removeprefix(prefix))
        if path is None or path in chosen:  # unknown, or the same module under two names
            strangers.append(module)
        else:
            chosen[path] = delta
    if strangers:
        raise WrongBase(
            f"The adapter {name!r} was made for another model: {len(strangers)} of its {len(file.deltas)} "
            f"modules are not in {base.label}, the first is {strangers[0]}."
        )
    for model, wanted in ((base.unet, for_unet), (base.text_encoder, for_text_encoder)):
        _check_shapes(model, wanted, name, base.label)
    for model, wanted in ((base.unet, for_unet), (base.text_encoder, for_text_encoder)):
        if wanted:
            _attach(model, _key(name), wanted)
    loaded = LoadedAdapter(
        name=name,
        digest=file.digest,
        keys=file.keys,
        unet_modules=len(for_unet),
        text_encoder_modules=len(for_text_encoder),
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
                f"The adapter {name!r} was made for another model: its {path} changes a weight of "
                f"{(delta.up.shape[0], *delta.down.shape[1:])}, that of {label} is {tuple(weight.shape)}."
            )


def _attach(model: nn.Module, key: str, deltas: Mapping[str, Delta]) -> None:
    """Wrap the modules through peft and copy the weights in, at scale 0."""
    vars(model).pop(
        "peft_config", None
    )  # of the adapter before; peft warns of a second one, which is meant here
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
