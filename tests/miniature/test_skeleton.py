"""Skeleton maps: the colours and places a ControlNet reads."""

import numpy as np
import pytest

from miniature.skeleton import COLOURS, LIMBS, draw_skeleton

PERSON = [
    (0.50, 0.12), (0.50, 0.25), (0.38, 0.25), (0.30, 0.40), (0.24, 0.55), (0.62, 0.25),
    (0.70, 0.40), (0.76, 0.55), (0.43, 0.55), (0.41, 0.75), (0.40, 0.94), (0.57, 0.55),
    (0.59, 0.75), (0.60, 0.94), (0.46, 0.08), (0.54, 0.08), (0.40, 0.10), (0.60, 0.10),
]  # fmt: skip


@pytest.mark.parametrize("side", [64, 512])
@pytest.mark.parametrize("joint", range(18))
def test_each_joint_wears_its_openpose_colour(joint: int, side: int) -> None:
    x, y = PERSON[joint]
    pixel = draw_skeleton([PERSON], side, side).getpixel((int(x * side), int(y * side)))
    assert max(abs(a - b) for a, b in zip(pixel, COLOURS[joint], strict=True)) <= (0 if side == 512 else 90)


@pytest.mark.parametrize("limb", range(len(LIMBS)))
def test_each_limb_wears_six_tenths_of_its_colour(limb: int) -> None:
    start, end = (PERSON[i] for i in LIMBS[limb])
    alone = [point if i in LIMBS[limb] else None for i, point in enumerate(PERSON)]
    middle = (int((start[0] + end[0]) * 256), int((start[1] + end[1]) * 256))
    expected = tuple(int(channel * 0.6) for channel in COLOURS[limb])
    assert draw_skeleton([alone], 512, 512).getpixel(middle) == expected


def test_the_right_arm_runs_from_red_to_yellow_as_everywhere_in_openpose() -> None:
    assert COLOURS[0] == (255, 0, 0)
    assert [COLOURS[LIMBS.index(limb)] for limb in ((1, 2), (2, 3), (3, 4))] == [
        (255, 0, 0),
        (255, 170, 0),
        (255, 255, 0),
    ]


def test_a_limb_is_a_forty_fifth_of_the_shorter_side_at_every_size() -> None:
    arm = [(0.1, 0.5) if i == 2 else (0.9, 0.5) if i == 3 else None for i in range(18)]
    for width, height in ((64, 64), (512, 512), (512, 768), (768, 512)):
        column = np.asarray(draw_skeleton([arm], width, height))[:, width // 2].astype(float)
        thickness = column.sum() / (sum(COLOURS[2]) * 0.6)
        assert thickness == pytest.approx(min(width, height) / 45, abs=0.6)


def test_an_unseen_end_leaves_the_limb_out() -> None:
    knees = [point if i in (9, 12) else None for i, point in enumerate(PERSON)]
    picture = np.asarray(draw_skeleton([knees], 512, 512))
    assert picture[int(0.75 * 512), int(0.41 * 512)].tolist() == list(COLOURS[9])
    assert (picture.any(axis=2)).mean() < 0.002


def test_everybody_in_the_picture_is_drawn() -> None:
    other = [(x * 0.4 + 0.6, y * 0.4) for x, y in PERSON]
    alone = np.asarray(draw_skeleton([PERSON], 256, 256))
    both = np.asarray(draw_skeleton([PERSON, other], 256, 256))
    nose = (int(0.12 * 0.4 * 256), int(0.8 * 256))
    assert not alone[nose].any()
    assert both[nose].any()


def test_nobody_gives_a_black_picture_of_the_right_size() -> None:
    picture = draw_skeleton([], 96, 40)
    assert picture.size == (96, 40)
    assert picture.mode == "RGB"
    assert not np.asarray(picture).any()


def test_a_person_of_seventeen_points_is_refused() -> None:
    with pytest.raises(ValueError, match="18 key points, not 17"):
        draw_skeleton([PERSON[:17]], 64, 64)


def test_a_map_without_pixels_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one pixel"):
        draw_skeleton([PERSON], 0, 64)
