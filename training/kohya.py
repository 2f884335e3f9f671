"""The LoRA as the file everybody reads: kohya's keys, half precision, `ss_*` and `modelspec.*` metadata.

Written by our own direct mapping and not by diffusers' `convert_state_dict_to_kohya`: with transformers ≥
5.6 that one names the text half `lora_te1_encoder_…`, which other tools drop without a word, and sets alpha
to the rank (diffusers issue 13984). float16 and not bfloat16, because InvokeAI's header reader knows no
BF16.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import safetensors.torch
import torch
from torch import nn

from generation.lora_file import tensor_digest
from training.errors import TrainingFailed
from training.lora import LoraModule, attached

_LEGACY_START, _LEGACY_LENGTH = 0x100000, 0x10000


def module_key(module: LoraModule, *, text_encoder: bool) -> str:
    """kohya's name of one adapted layer, `lora_unet_…` or `lora_te_text_model_…`.

    transformers 5.6 dropped the `text_model.` level from CLIPTextModel; the files keep it.
    """
    path = module.name
    if text_encoder and not path.startswith("text_model."):
        path = f"text_model.{path}"
    return ("lora_te_" if text_encoder else "lora_unet_") + path.replace(".", "_")


def adapter_tensors(unet: nn.Module, text_encoder: nn.Module) -> dict[str, torch.Tensor]:
    """What the file holds in float16: `.lora_down.weight`, `.lora_up.weight`, `.alpha` of each layer."""
    tensors: dict[str, torch.Tensor] = {}
    for network in (text_encoder, unet):
        for module in attached(network):
            key = module_key(module, text_encoder=network is text_encoder)
            tensors[f"{key}.lora_down.weight"] = _half(module.down)
            tensors[f"{key}.lora_up.weight"] = _half(module.up)
            tensors[f"{key}.alpha"] = torch.tensor(module.alpha, dtype=torch.float16, device=module.up.device)
    return tensors


def adapter_file(unet: nn.Module, text_encoder: nn.Module, metadata: Mapping[str, str]) -> bytes:
    """The LoRA that two networks carry, as the bytes of a kohya safetensors file.

    Raises TrainingFailed when a weight is not finite in float16 (its largest number is 65,504): such a file
    would load everywhere, and draw black pictures.
    """
    tensors = adapter_tensors(unet, text_encoder)
    spoilt = [key for key, tensor in tensors.items() if not torch.isfinite(tensor).all()]
    if spoilt:
        raise TrainingFailed(
            f"The training ended with {len(spoilt)} of {len(tensors)} tensors that are no finite "
            "numbers, so no LoRA was written. Train again, with a lower learning rate."
        )
    return stamped(tensors, metadata)


def stamped(tensors: Mapping[str, torch.Tensor], metadata: Mapping[str, str]) -> bytes:
    """Tensors and metadata as a safetensors file that carries kohya's two hashes of itself.

    `sshs_model_hash` is the SHA-256 of the data section (what AUTOMATIC1111 shows); `sshs_legacy_hash` that
    of 64 KiB at 1 MiB into the file as it is without `sshs_*` and `modelspec.*`.
    """
    plain = {key: value for key, value in metadata.items() if key.startswith("ss_")}
    body = safetensors.torch.save(dict(tensors), plain)
    hashes = {
        "sshs_model_hash": tensor_digest(body),
        "sshs_legacy_hash": hashlib.sha256(body[_LEGACY_START : _LEGACY_START + _LEGACY_LENGTH]).hexdigest()[
            :8
        ],
    }
    modelspec = {"modelspec.hash_sha256": "0x" + hashes["sshs_model_hash"]}
    return safetensors.torch.save(dict(tensors), {**metadata, **hashes, **modelspec})


def _half(weight: torch.Tensor) -> torch.Tensor:
    return (
        weight.detach().to(torch.float16).contiguous().cpu()
        if weight.device.type != "meta"
        else weight.half()
    )
