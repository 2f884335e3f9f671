"""Photos with planted faults."""

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageStat

from miniature.faults import DUPLICATES, FAULTS, faulty_session, photograph_pair, plant
from miniature.people import RADKE, VERA
from miniature.skeleton import draw_skeleton
from miniature.world import photograph

PHOTOS = [photograph(seed, size=128, background="beach") for seed in range(8)]


def sharpness(image: Image.Image) -> float:
    """Variance of the Laplacian, the rim left out: what checks of photos read."""
    grey = np.asarray(image.convert("L"), float)
    across = np.diff(grey, 2, axis=1)[1:-1]
    return float((across + np.diff(grey, 2, axis=0)[:, 1:-1]).var())


def apart(a: Image.Image, b: Image.Image) -> float:
    return float(np.mean(ImageStat.Stat(ImageChops.difference(a, b)).mean))


def test_a_blurred_photo_has_lost_its_edges() -> None:
    for photo in PHOTOS:
        assert sharpness(plant(photo, "blurred").image) < 0.1 * sharpness(photo.image)


def test_a_dark_photo_is_nearly_black_but_not_quite() -> None:
    for photo in PHOTOS:
        mean = ImageStat.Stat(plant(photo, "too dark").image.convert("L")).mean[0]
        assert 2 < mean < 40


def test_a_tiny_photo_is_an_eighth_as_wide() -> None:
    assert plant(PHOTOS[0], "tiny").image.size == (16, 16)


def test_where_nobody_is_there_is_only_the_place() -> None:
    empty = plant(PHOTOS[0], "no person").image
    assert apart(empty, plant(photograph(0, size=128, background="beach", doll=VERA), "no person").image) == 0
    assert apart(empty, PHOTOS[0].image) > 5


def test_an_exact_duplicate_is_the_same_to_the_last_pixel_and_says_of_what() -> None:
    copy = plant(PHOTOS[2], "exact duplicate")
    assert copy.image.tobytes() == PHOTOS[2].image.tobytes()
    assert copy.like == PHOTOS[2].seed


def test_a_near_duplicate_differs_in_most_pixels_and_less_than_any_other_photo() -> None:
    for photo in PHOTOS:
        copy = plant(photo, "near duplicate")
        assert copy.like == photo.seed
        changed = np.any(np.asarray(copy.image) != np.asarray(photo.image), axis=2).mean()
        assert changed > 0.5
        assert apart(copy.image, photo.image) < 0.6 * min(
            apart(p.image, photo.image) for p in PHOTOS if p is not photo
        )


def test_two_people_stand_side_by_side_each_with_a_whole_skeleton() -> None:
    for seed in range(24):
        pair = photograph_pair(seed, size=64)
        left, right = pair.figures
        assert max(x for x, _ in filter(None, left.key_points)) < min(
            x for x, _ in filter(None, right.key_points)
        )
        for figure in pair.figures:
            assert sum(point is None for point in figure.key_points) <= 1  # an ear
        assert pair.dolls[0] != pair.dolls[1]


def test_the_key_points_of_both_lie_on_both() -> None:
    snow, night = (photograph_pair(3, size=128, background=b, dolls=(RADKE, VERA)) for b in ("snow", "night"))
    assert snow.dolls == (RADKE, VERA)
    differs = np.abs(np.asarray(snow.image, int) - np.asarray(night.image, int)).sum(axis=2)
    for pair in (snow, night):
        for figure in pair.figures:
            assert figure.key_points[0] is not None
    for a, b in zip(snow.figures, night.figures, strict=True):
        assert a == b
        x, y = a.key_points[0]
        assert differs[int(y * 128), int(x * 128)] == 0


def test_the_map_of_a_pair_shows_both_skeletons() -> None:
    pair = photograph_pair(5, size=64)
    both = np.asarray(pair.skeleton)
    for figure in pair.figures:
        alone = np.asarray(draw_skeleton([figure.key_points], 64, 64)) > 0
        assert (both[alone] > 0).mean() > 0.98


def test_the_same_seed_gives_the_same_pair() -> None:
    a, b = photograph_pair(9, size=64), photograph_pair(9, size=64)
    assert (a.image.tobytes(), a.caption, a.figures) == (b.image.tobytes(), b.caption, b.figures)
    assert a.image.tobytes() != photograph_pair(10, size=64).image.tobytes()


def test_an_album_has_every_fault_once_among_its_good_photos() -> None:
    album = faulty_session(RADKE, good=4, size=64)
    faults = [photo.fault for photo in album]
    assert sorted(faults) == sorted([*FAULTS, *["none"] * 4])
    good = {photo.seed for photo in album if photo.fault == "none"}
    assert all(photo.like in good for photo in album if photo.fault in DUPLICATES)
    assert all(photo.like is None for photo in album if photo.fault not in DUPLICATES)
    assert all(photo.seed < 0 for photo in album)


def test_an_unknown_fault_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(ValueError, match="'ugly', only blurred, too dark"):
        plant(PHOTOS[0], "ugly")


def test_an_album_without_good_photos_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one good photo"):
        faulty_session(RADKE, good=0, size=64)
