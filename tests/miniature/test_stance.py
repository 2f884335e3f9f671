"""The ruler that compares a figure with a skeleton."""

import numpy as np
import pytest
from PIL import Image

from miniature.stance import figure_evidence
from miniature.world import photograph

PHOTOS = [photograph(700 + i, size=64, framing="full") for i in range(60)]


def test_a_figure_stands_as_its_own_skeleton_says() -> None:
    right = [figure_evidence(photo.image, photo.figure.key_points) for photo in PHOTOS]
    assert np.mean(right) >= 0.8


def test_a_figure_does_not_stand_as_another_ones_skeleton_says() -> None:
    pairs = [(a, b) for a, b in zip(PHOTOS, PHOTOS[7:] + PHOTOS[:7], strict=True) if a.action != b.action]
    wrong = [figure_evidence(a.image, b.figure.key_points) for a, b in pairs]
    assert len(wrong) > 40
    assert np.mean(wrong) <= 0.5


def test_a_figure_moved_aside_is_not_where_the_skeleton_is() -> None:
    photo = photograph(12, size=128, framing="full", action="cheering", background="beach")
    aside = [(p[0] + (0.3 if p[0] < 0.5 else -0.3), p[1]) if p else None for p in photo.figure.key_points]
    right = figure_evidence(photo.image, photo.figure.key_points)
    assert right - figure_evidence(photo.image, aside) > 0.4


def test_an_empty_picture_shows_nobody() -> None:
    grey = Image.new("RGB", (64, 64), (120, 120, 120))
    assert figure_evidence(grey, PHOTOS[0].figure.key_points) == 0.0


def test_a_skeleton_without_hips_cannot_be_judged() -> None:
    points = list(PHOTOS[0].figure.key_points)
    points[8] = points[11] = None
    with pytest.raises(ValueError, match="neck or hips"):
        figure_evidence(PHOTOS[0].image, points)


def test_a_skeleton_without_arms_and_legs_cannot_be_judged() -> None:
    points = [p if i in (0, 1, 8, 11) else None for i, p in enumerate(PHOTOS[0].figure.key_points)]
    with pytest.raises(ValueError, match="no whole arm or leg"):
        figure_evidence(PHOTOS[0].image, points)
