"""Bodies made of angles."""

import math
from itertools import pairwise
from random import Random

import pytest

from miniature.poses import (
    ACTIONS,
    FRAMINGS,
    L_EAR,
    L_HIP,
    L_SHOULDER,
    L_WRIST,
    NECK,
    NOSE,
    R_EAR,
    R_HIP,
    R_SHOULDER,
    R_WRIST,
    random_figure,
)


@pytest.mark.parametrize("action", ACTIONS)
def test_a_full_figure_stands_whole_inside_the_picture(action: str) -> None:
    for seed in range(40):
        figure = random_figure(Random(seed), action, "full")
        hidden = {i for i, point in enumerate(figure.key_points) if point is None}
        assert hidden <= {R_EAR, L_EAR}
        assert all(0.029 <= point[0] <= 0.971 for point in figure.key_points if point)


@pytest.mark.parametrize("framing", FRAMINGS)
def test_key_points_are_shares_of_the_picture_or_nothing(framing: str) -> None:
    for seed in range(60):
        figure = random_figure(Random(seed), None, framing)
        assert len(figure.key_points) == len(figure.joints) == 18
        assert all(0 <= value <= 1 for point in figure.key_points if point for value in point)


def test_a_portrait_shows_a_large_face_and_no_legs() -> None:
    for seed in range(40):
        figure = random_figure(Random(seed), "standing", "portrait")
        assert figure.head_radius > 0.2
        assert all(point is None for point in figure.key_points[R_HIP : L_HIP + 3])
        assert figure.key_points[NOSE] is not None


def test_wavers_raise_one_hand_and_cheerers_both() -> None:
    for seed in range(40):
        waving, cheering = (random_figure(Random(seed), action, "full") for action in ("waving", "cheering"))
        raised = [waving.joint(wrist)[1] < waving.joint(NECK)[1] for wrist in (R_WRIST, L_WRIST)]
        assert sorted(raised) == [False, True]
        assert all(cheering.joint(wrist)[1] < cheering.joint(NECK)[1] for wrist in (R_WRIST, L_WRIST))


def test_half_of_all_bodies_are_mirrored_and_keep_their_right_on_the_left() -> None:
    hands = {random_figure(Random(seed), "waving", "full").prop_hand for seed in range(20)}
    assert hands == {R_WRIST, L_WRIST}
    for seed in range(40):
        figure = random_figure(Random(seed), "standing", "full")
        assert figure.joint(R_SHOULDER)[0] < figure.joint(L_SHOULDER)[0]


def test_the_far_ear_hides_when_the_head_turns() -> None:
    turned = [random_figure(Random(seed), "running", "full") for seed in range(40)]
    for figure in turned:
        if figure.yaw > 0.45:
            assert figure.joints[L_EAR] is None
            assert figure.joints[R_EAR] is not None
        if figure.yaw < -0.45:
            assert figure.joints[R_EAR] is None
    assert sum(None in figure.joints for figure in turned) > 20


def test_bones_keep_their_lengths_whatever_the_pose() -> None:
    for seed in range(40):
        figure = random_figure(Random(seed), "dancing", "full", head=0.12)
        upper = math.dist(figure.joint(R_SHOULDER), figure.joint(R_SHOULDER + 1))
        lower = math.dist(figure.joint(R_SHOULDER + 1), figure.joint(R_WRIST))
        assert upper == pytest.approx(0.56 * figure.torso, rel=1e-6)
        assert lower == pytest.approx(0.95 * upper, rel=1e-6)


def test_the_same_chance_gives_the_same_body_and_another_another() -> None:
    figures = [random_figure(Random(seed)) for seed in range(12)]
    assert figures == [random_figure(Random(seed)) for seed in range(12)]
    assert all(a != b for a, b in pairwise(figures))
