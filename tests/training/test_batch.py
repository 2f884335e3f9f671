"""What one training step looks at."""

from __future__ import annotations

from dataclasses import replace

import torch
from PIL import Image

from training.batch import compose
from training.photos import STRANGERS, Example, of_a_stranger
from training.plan import plan_for
from training.sketches import prior_captions

PLAN = replace(plan_for("miniature", "radke", 6), batch_size=4, prior_batch_size=5, mirror=False, bare=0.0)
EXAMPLES = [Example(Image.new("RGB", (64, 64)), f"a portrait of radke in place {i}") for i in range(6)]
PHOTOS = torch.arange(6.0).view(6, 1, 1, 1).expand(6, 4, 2, 2)
PRIOR = 100 + torch.arange(3.0).view(3, 1, 1, 1).expand(3, 4, 2, 2)


def test_only_the_photos_to_be_learnt_are_called_by_the_subjects_word() -> None:
    for step in range(20):
        batch = compose(PLAN, EXAMPLES, PHOTOS, PRIOR, step)
        assert batch.photos == 4
        assert all("radke" in caption for caption in batch.captions[:4])
        assert len(batch.captions) == len(batch.latents) == 9
        for caption in batch.captions[4:]:
            assert "radke" not in caption
            assert any(stranger in caption for stranger in STRANGERS)


def test_every_picture_is_shown_under_its_own_caption() -> None:
    spoken = prior_captions(len(PRIOR))
    for step in range(20):
        batch = compose(PLAN, EXAMPLES, PHOTOS, PRIOR, step)
        for latents, caption in zip(batch.latents[:, 0, 0, 0].tolist(), batch.captions, strict=True):
            if latents >= 100:
                assert caption == spoken[int(latents) - 100]
            else:
                assert caption.endswith(f"in place {int(latents)}")


def test_what_is_kept_is_both_what_the_base_drew_and_the_photos_as_somebody_elses() -> None:
    kept = torch.cat([compose(PLAN, EXAMPLES, PHOTOS, PRIOR, step).latents[4:, 0, 0, 0] for step in range(9)])
    assert set(kept.tolist()) == {100.0, 101.0, 102.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0}


def test_without_prior_pictures_a_step_sees_photos_alone() -> None:
    batch = compose(replace(PLAN, prior_images=0), EXAMPLES, PHOTOS, None, 0)
    assert batch.photos == len(batch.latents) == len(batch.captions) == 4


def test_a_strangers_caption_keeps_all_but_the_name() -> None:
    said = of_a_stranger("A portrait of Radke, with radkes dog, on stage", "radke", 1)
    assert said == "A portrait of a woman, with radkes dog, on stage"
