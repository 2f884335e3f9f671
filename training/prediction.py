"""What the UNet foresees of the noise under a caption, and what it is to foresee."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from diffusers import DDPMScheduler

from generation.base import Base
from training.errors import TrainingFailed
from training.precision import autocast


def tokenized(base: Base, captions: Sequence[str]) -> torch.Tensor:
    """Captions as the text encoder takes them: int64 (n × its length), on the base's device."""
    tokenizer = base.tokenizer
    return tokenizer(
        list(captions),
        padding="max_length",
        max_length=tokenizer.model_max_length,
        truncation=True,
        return_tensors="pt",
    ).input_ids.to(base.device)


def predicted(base: Base, noisy: torch.Tensor, timesteps: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
    """The UNet's answer (n × 4 × side × side, float32) to noisy latents at timesteps (n) under tokens."""
    with autocast(base.device):
        words = base.text_encoder(tokens)[0]
        return base.unet(noisy, timesteps, encoder_hidden_states=words).sample.float()


def target(
    schedule: DDPMScheduler, latents: torch.Tensor, noise: torch.Tensor, timesteps: torch.Tensor
) -> torch.Tensor:
    """What the answer is to be: the base's scheduler says. Guessed wrong, pictures turn out brown."""
    kind = schedule.config.prediction_type
    if kind == "epsilon":
        return noise.clone()
    if kind == "v_prediction":
        return schedule.get_velocity(latents, noise, timesteps)
    raise TrainingFailed(f"The base model predicts {kind!r}; only epsilon and v_prediction can be trained.")
