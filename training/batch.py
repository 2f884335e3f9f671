"""What one step looks at: photos of the subject, and beside them what the LoRA must leave as it was.

The subject's word, and only it, is to carry the face. So each step also shows pictures under captions of other people
("a man", "a woman", "a person"): pictures the base drew under such captions, and photos of the subject itself whose
caption names a stranger. What is asked of them is not the picture but the base's own answer, as it was without the LoRA
(learning without forgetting, Li & Hoiem 2016; "prior preservation" of DreamBooth, Ruiz et al. 2023, asks for the
picture and moves the base towards its own blunders).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from training import photos, sketches
from training.photos import Example
from training.plan import TrainingPlan
from training.randomness import generator, turn


@dataclass(frozen=True)
class Batch:
    """Scaled latents (n × 4 × side × side) and a caption each; the first `photos` are to be learnt, the rest kept."""

    latents: torch.Tensor
    captions: list[str]
    photos: int


def compose(
    plan: TrainingPlan,
    examples: Sequence[Example],
    latents: torch.Tensor,
    prior: torch.Tensor | None,
    step: int,
) -> Batch:
    """The batch of one step. `latents`: of the photos, and after them of the mirrored ones if the plan says so."""
    chosen = turn(plan.seed, "photos", len(latents), step, plan.batch_size)
    captions = [examples[number % len(examples)].caption for number in chosen.tolist()]
    # Without this a subject whose captions all name a place or clothes is not found when only named.
    cut = torch.rand(len(captions), generator=generator(plan.seed, "bare", step)) < plan.bare
    captions = [
        photos.bare(caption, plan.token) if short else caption
        for caption, short in zip(captions, cut.tolist(), strict=True)
    ]
    if prior is None or not plan.prior_batch_size:
        return Batch(latents[chosen], captions, len(captions))
    spoken = sketches.prior_captions(len(prior))
    count = len(prior) + len(latents)
    others = turn(plan.seed, "prior", count, step, plan.prior_batch_size).tolist()
    for number in others:
        captions.append(
            spoken[number]
            if number < len(prior)
            else photos.of_a_stranger(
                examples[(number - len(prior)) % len(examples)].caption, plan.token, number
            )
        )
    return Batch(torch.cat([latents[chosen], torch.cat([prior, latents])[others]]), captions, plan.batch_size)
