"""The finished folder: what `StableDiffusionPipeline.from_pretrained` and every other program expects.

All weights in fp16, with the configurations asking for float32, because a CPU computes in float32. Beside the layout
of diffusers: the text encoder's keys under `text_model.`, as every older program reads them (both readings load), and
`vocab.json` and `merges.txt` beside `tokenizer.json`.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import torch
from diffusers import AutoencoderKL, ControlNetModel, StableDiffusionPipeline
from safetensors.torch import load_file, save_file

from miniature.controls import EDGES, SKELETONS
from miniature.diffusion import Painter
from miniature.recipe.sheets import new_sampler
from miniature.tokenizer import save_tokenizer


def pack(painter: Painter, vae: AutoencoderKL, prediction: str, folder: Path) -> int:
    """Write the diffusers folder; its size in bytes. The networks given are left as they are.

    A ControlNet of edges that lies there belongs to another UNet, unless this one is the same.
    """
    unet = folder / "unet/diffusion_pytorch_model.safetensors"
    before = unet.read_bytes() if unet.is_file() else b""
    pipeline = StableDiffusionPipeline(
        vae=vae,
        text_encoder=painter.text_encoder,
        tokenizer=painter.tokenizer,
        unet=painter.unet,
        scheduler=new_sampler(prediction),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipeline.save_pretrained(folder)
    save_controlnet(painter.controlnet, folder / SKELETONS.folder)
    save_tokenizer(painter.tokenizer, folder / "tokenizer")
    for network in ("text_encoder", "vae", "unet"):
        _halve(folder / network)
    _without_paths(folder)
    if unet.read_bytes() != before:
        shutil.rmtree(folder / EDGES.folder, ignore_errors=True)
    return _size(folder)


def save_controlnet(controlnet: ControlNetModel, folder: Path) -> int:
    """Write one in fp16; its size in bytes."""
    controlnet.save_pretrained(folder)
    _halve(folder)
    _without_paths(folder)
    return _size(folder)


def _halve(folder: Path) -> None:
    (file,) = folder.glob("*.safetensors")
    text = folder.name == "text_encoder"
    tensors = {_prefixed(name) if text else name: value.half() for name, value in load_file(file).items()}
    save_file(tensors, file, metadata={"format": "pt"})


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _prefixed(name: str) -> str:
    return name if name.startswith("text_model.") else f"text_model.{name}"


def _without_paths(folder: Path) -> None:
    """Forget where on this machine the networks were loaded from."""
    for file in folder.rglob("*.json"):
        told = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(told, dict) and "_name_or_path" in told:
            del told["_name_or_path"]
            file.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def load_vae(folder: Path) -> AutoencoderKL:
    """An autoencoder in float32, ready to draw with."""
    return AutoencoderKL.from_pretrained(folder, torch_dtype=torch.float32).eval()
