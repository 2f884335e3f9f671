"""How long it will still take."""

import pytest

from training.pace import Pace


def test_the_time_left_is_that_of_the_steps_and_previews_to_come():
    pace = Pace()
    for _ in range(20):
        pace.step(0.5)
    pace.preview(3.0)
    assert pace.seconds_left(10, 2) == pytest.approx(10 * 0.5 + 2 * 3.0)


def test_one_slow_step_does_not_upset_the_estimate():
    pace = Pace()
    for _ in range(20):
        pace.step(1.0)
    pace.step(11.0)
    assert pace.seconds_left(1, 0) == pytest.approx(2.0)


def test_before_the_first_step_nothing_is_known():
    assert Pace().seconds_left(100, 1) == 0
