"""A training as it stands after a step, in one safetensors file: what a runner keeps to go on after a crash.

Everything that the next step depends on and that cannot be made anew from plan, photos and base: the LoRA
and its optimizer's moments (float32), how many steps are done, what happened to the learning rate, and the
prior latents (drawing them again would give the same on the same machine, and takes long). Chance needs no
entry: see `randomness`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import safetensors.torch
import torch
from safetensors import SafetensorError

from generation.lora_file import read_metadata
from training.errors import StateMismatch

FORMAT = "likeness-training-state-1"


@dataclass(frozen=True)
class Progress:
    """Where a training stands, in numbers."""

    step: int = 0  # steps done
    updates: int = 0  # of those, steps that changed the LoRA (a stumble skips one)
    rate_scale: float = 1.0  # on every learning rate; halved by a stumble
    stumbles: int = 0  # steps whose loss was no finite number
    epoch_loss: float = 0.0  # sum over the current epoch's steps so far
    seconds: float = 0.0  # in steps, over all processes that worked on it


def pack(fingerprint: str, progress: Progress, tensors: Mapping[str, torch.Tensor]) -> bytes:
    """State → bytes. `fingerprint` says which plan, photos and base it belongs to."""
    metadata = {"format": FORMAT, "fingerprint": fingerprint, "progress": json.dumps(asdict(progress))}
    return safetensors.torch.save(
        {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}, metadata
    )


def unpack(data: bytes, fingerprint: str) -> tuple[Progress, dict[str, torch.Tensor]]:
    """Bytes → state; StateMismatch when they are damaged or belong to another training."""
    try:
        tensors = safetensors.torch.load(data)
        metadata = read_metadata(data)
        progress = Progress(**json.loads(metadata["progress"]))
    except (SafetensorError, KeyError, TypeError, ValueError) as damage:
        raise StateMismatch(
            "The saved state of the training is damaged; start the training anew."
        ) from damage
    if metadata.get("format") != FORMAT or metadata.get("fingerprint") != fingerprint:
        raise StateMismatch(
            "The saved state belongs to another training: its plan, photos, captions or base model "
            "differ. Start the training anew."
        )
    return progress, tensors
