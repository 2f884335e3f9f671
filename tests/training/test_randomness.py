"""Chance in a training comes from the seed and the step alone."""

import torch

from training.randomness import generator, noise_for, turn


def test_each_draw_has_chance_of_its_own():
    draws = {
        torch.rand(1, generator=generator(*name)).item()
        for name in ((1, "noise", 0), (1, "noise", 1), (1, "photos", 0), (2, "noise", 0))
    }
    assert len(draws) == 4


def test_chance_leaves_no_trace_outside():
    torch.manual_seed(3)
    expected = torch.rand(4)
    torch.manual_seed(3)
    noise_for(1, 5, torch.Size((3, 4, 8, 8)), 1000)
    turn(1, "photos", 7, 5, 3)
    assert torch.equal(torch.rand(4), expected)


def test_everything_has_its_turn_equally_often():
    taken = torch.cat([turn(1, "photos", 7, step, 3) for step in range(70)])
    assert torch.bincount(taken).tolist() == [30] * 7


def test_a_step_may_take_more_than_there_is():
    taken = turn(1, "photos", 2, 4, 5)
    assert len(taken) == 5
    assert set(taken.tolist()) == {0, 1}


def test_a_step_sees_early_and_late_timesteps_and_all_come_up():
    steps = [noise_for(1, step, torch.Size((4, 1, 1, 1)), 1000).timesteps for step in range(500)]
    assert all(timesteps.max() - timesteps.min() >= 700 for timesteps in steps)
    seen = torch.histc(torch.cat(steps).float(), bins=10, min=0, max=1000)
    assert seen.min() > 150  # of 200 in each tenth of the schedule
