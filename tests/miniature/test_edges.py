"""Canny edges: found as OpenCV finds them, and how alike two pictures' edges are."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from miniature.edges import edges, with_neighbours
from miniature.evaluate import measure_edges
from miniature.world import photograph

OPENCV = Path(__file__).with_name("opencv_canny.png")
"""What `cv2.Canny(picture, 100, 200)` of OpenCV 5.0.0 makes of `pictures()`, side by side."""


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    """Six photos of the world, and noise, where every rule of the thinning has its turn."""
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    return np.stack([*(np.asarray(photograph(seed, size=64).image) for seed in range(6)), noise])


def test_edges_are_those_of_opencv_to_the_last_pixel(pictures: np.ndarray) -> None:
    with Image.open(OPENCV) as file:
        expected = np.asarray(file.convert("L"))
    assert np.array_equal(np.hstack(list(edges(pictures)[..., 0])), expected)


def test_a_picture_keeps_its_own_edges_and_hardly_those_of_another(pictures: np.ndarray) -> None:
    images, maps = ([Image.fromarray(each) for each in batch[:6]] for batch in (pictures, edges(pictures)))
    assert measure_edges(images, maps) == 1.0
    assert measure_edges(images, maps[1:] + maps[:1]) < 0.65


def test_one_pixel_off_is_no_fault_and_four_are(pictures: np.ndarray) -> None:
    maps = [Image.fromarray(each) for each in edges(pictures[:6])]
    one, four = ([Image.fromarray(np.roll(each, off, 1)) for each in pictures[:6]] for off in (1, 4))
    assert measure_edges(one, maps) > 0.97
    assert measure_edges(four, maps) < 0.75


def test_a_picture_without_edges_keeps_none(pictures: np.ndarray) -> None:
    assert measure_edges([Image.new("RGB", (64, 64))], [Image.fromarray(edges(pictures)[0])]) == 0.0


def test_the_neighbours_of_a_place_are_the_eight_around_it() -> None:
    found = np.zeros((1, 5, 6), bool)
    found[0, 0, 3] = True
    assert np.argwhere(with_neighbours(found)[0]).tolist() == [[0, 2], [0, 3], [0, 4], [1, 2], [1, 3], [1, 4]]
