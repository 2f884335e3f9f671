"""How a training is to run, in plain data: importable without torch."""

from __future__ import annotations

import math
import re
from dataclasses import asdict, dataclass
from typing import Any

FEWEST_PHOTOS = 4
MOST_PHOTOS = 200
LARGEST_RANK = 256
_TOKEN = re.compile(r"[a-z][a-z0-9_-]{1,31}")


@dataclass(frozen=True)
class TrainingPlan:
    """Everything that decides the outcome of a training besides the photos, captions and base model."""

    token: str  # the word the subject answers to in prompts
    rank: int
    alpha: float
    epochs: int
    steps_per_epoch: int
    batch_size: int  # photos in one step; prior images come on top
    unet_learning_rate: float
    text_encoder_learning_rate: float
    prior_images: (
        int  # pictures of "a man", "a woman", … by the base, so that only the token carries the face
    )
    seed: int = 58008
    prior_batch_size: int = 0  # what a step shows beside the photos of what the LoRA must leave as it was
    prior_weight: float = 1.0  # what an error on one of those counts, compared with one on a photo
    noisier: bool = (
        False  # half of the pictures from the noisier half of the schedule, where layout and colour arise
    )
    bare: float = 0.0  # share of the photos a step shows under their caption up to the token and no further
    views: bool = False  # photos nobody described are learnt under how much of somebody, and where, the base sees them
    mirror: bool = False  # also learn each photo mirrored; only for subjects who are the same both ways

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


def default_caption(token: str) -> str:
    """The caption of a photo that nobody described."""
    return f"a photo of {token}"


def plan_for(
    base_model: str,
    token: str,
    photos: int,
    *,
    rank: int | None = None,
    alpha: float | None = None,
    seed: int = 58008,
) -> TrainingPlan:
    """The plan for a base model (`"miniature"`, or anything else as SD 1.x) and a number of photos.

    The miniature's figures were found by sweeps (benchmarks/RESULTS.md; docs/decisions/0034): slower, a full figure
    loses its beard; faster, every picture takes on one place. `prior_weight` is what keeps a subject out of strangers:
    at 1, one of three showed in them. For SD 1.x, measured on nothing here, they are the ones of the course report that
    this studio follows (rank = alpha = 128, 165 looks at each photo, in three epochs), at the same number of looks but
    four photos to a step, which keeps a GPU busier, and with √4 times its learning rate for that. `alpha` is the rank
    unless said otherwise: the LoRA then acts as it was trained.

    Raises ValueError in words when the token is no single plain word, or a number is out of bounds.
    """
    if not _TOKEN.fullmatch(token):
        raise ValueError(
            f"{token!r} cannot be a subject's word: 2 to 32 small letters, digits, - or _, a letter first."
        )
    if not FEWEST_PHOTOS <= photos <= MOST_PHOTOS:
        raise ValueError(f"A training takes {FEWEST_PHOTOS} to {MOST_PHOTOS} photos, and these are {photos}.")
    if rank is not None and not 1 <= rank <= LARGEST_RANK:
        raise ValueError(f"The rank of a LoRA is 1 to {LARGEST_RANK}, not {rank}.")
    if alpha is not None and not 0 < alpha <= 2 * LARGEST_RANK:
        raise ValueError(f"The alpha of a LoRA is above 0 and at most {2 * LARGEST_RANK}, not {alpha:g}.")
    if base_model == "miniature":
        rank = rank or 16
        return TrainingPlan(
            token=token,
            rank=rank,
            alpha=rank if alpha is None else alpha,
            epochs=4,
            steps_per_epoch=90,
            batch_size=6,
            unet_learning_rate=1.1e-3,
            text_encoder_learning_rate=3e-3,
            prior_images=24,
            prior_batch_size=4,
            prior_weight=8.0,
            noisier=True,
            bare=0.3,
            views=True,
            mirror=True,
            seed=seed,
        )
    rank = rank or 128
    looks = min(max(165 * photos, 800), 6_000)
    return TrainingPlan(
        token=token,
        rank=rank,
        alpha=rank if alpha is None else alpha,
        epochs=3,
        steps_per_epoch=math.ceil(looks / 3 / 4),
        batch_size=4,
        unet_learning_rate=2e-4,
        text_encoder_learning_rate=1e-4,
        prior_images=24,
        prior_batch_size=1,
        seed=seed,
    )
