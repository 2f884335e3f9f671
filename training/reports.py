"""What a training tells whoever watches it."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image


@dataclass(frozen=True)
class StepLoss:
    """What a step tells whoever watches: `step` of `steps` done, its loss, seconds left until the file."""

    step: int
    steps: int
    loss: float
    seconds_left: float


@dataclass(frozen=True)
class EpochReport:
    """What an epoch tells: its mean loss, its seconds (preview included), portraits by the model as it is."""

    epoch: int
    epochs: int
    loss: float
    seconds: float
    preview: Image.Image
