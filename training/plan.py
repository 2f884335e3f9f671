"""How a training is to run, in plain data: importable without torch."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class TrainingPlan:
    """Everything that decides the outcome of a training besides the photos, captions and base model."""

    token: str  # the word the subject answers to in prompts
    rank: int
    alpha: float
    epochs: int
    steps_per_epoch: int
    batch_size: int
    unet_learning_rate: float
    text_encoder_learning_rate: float
    prior_images: int  # pictures of "a man", "a woman", … drawn by the base, so that only the token carries the face
    seed: int = 58008

    @property
    def steps(self) -> int:
        """Optimizer steps of the whole training."""
        return self.epochs * self.steps_per_epoch

    def to_json(self) -> dict[str, Any]:
        """The plan as it is stored with the job."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> TrainingPlan:
        """The plan back from where it was stored."""
        return cls(**stored)


def plan_for(base_model: str, token: str, photos: int, *, rank: int | None = None, alpha: float | None = None,
             seed: int = 58008) -> TrainingPlan:
    """The plan for a base model (`"miniature"`, or anything else as SD 1.x) and a number of photos."""
    raise NotImplementedError
