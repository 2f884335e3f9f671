"""Rendered rows."""

from pathlib import Path

import numpy as np
import pytest

from miniature.data import ATTRIBUTES, CAPTIONS, open_rows, render, row
from miniature.world import TRAINING_SEEDS, photograph

SEEDS = TRAINING_SEEDS[:7]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rows")
    render(folder, SEEDS, processes=1, tell=lambda done: None)
    return folder


def test_a_row_is_the_same_whichever_others_are_rendered_with_it(folder: Path, tmp_path: Path) -> None:
    rows = open_rows(folder)
    render(tmp_path, [SEEDS[5], SEEDS[2]], processes=2, tell=lambda done: None)
    others = open_rows(tmp_path)
    for here, there in ((0, 5), (1, 2)):
        for name in ("pictures", "skeletons", "points", "heads", "labels"):
            assert np.array_equal(getattr(others, name)[here], getattr(rows, name)[there]), name
        assert others.captions[here] == rows.captions[there]


def test_a_row_holds_what_its_photo_shows(folder: Path) -> None:
    rows = open_rows(folder)
    photo = photograph(SEEDS[3], size=64)
    assert len(rows) == len(SEEDS)
    assert np.array_equal(rows.pictures[3], np.asarray(photo.image))
    assert len(rows.captions[3]) == CAPTIONS
    labels = dict(zip(ATTRIBUTES, rows.labels[3], strict=True))
    assert ATTRIBUTES["hair colour"][0][labels["hair colour"]] == photo.doll.hair_colour
    assert ATTRIBUTES["background"][0][labels["background"]] == photo.background
    seen = [point is not None for point in photo.figure.key_points]
    assert rows.points[3][:, 2].astype(bool).tolist() == seen


def test_every_word_of_every_attribute_is_some_photos() -> None:
    labels = np.array([row(photograph(seed, size=16))["labels"] for seed in range(160)])
    for column, (name, (words, _)) in zip(labels.T, ATTRIBUTES.items(), strict=True):
        assert set(column) == set(range(len(words))), name


def test_whoever_is_told_hears_when_all_are_done(tmp_path: Path) -> None:
    heard: list[int] = []
    render(tmp_path, SEEDS[:3], processes=1, tell=heard.append)
    assert heard == [3]
