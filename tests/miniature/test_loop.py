"""One training loop: resumable at any step, the same weights every time."""

import copy
import functools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from miniature.loop import PARTS, Schedule, Trainee, chance_of, checkpoint_step, learn_steps

SCHEDULE = Schedule(steps=12, batch=8, rate=1e-2, warmup=3)
State = dict[str, torch.Tensor]


def run(
    folder: Path,
    *,
    schedule: Schedule = SCHEDULE,
    heard: Callable[[int, float], None] = lambda step, loss: None,
    **more: object,
) -> State:
    """Teach a tiny network to add; its weights afterwards."""
    torch.manual_seed(5)
    network = nn.Sequential(nn.Linear(3, 16), nn.SiLU(), nn.Linear(16, 1))

    def part(numbers: torch.Tensor) -> torch.Tensor:
        return ((network(numbers).float() - numbers.sum(1, keepdim=True)) ** 2).mean()

    def parts(step: int, chance: np.random.Generator) -> list[Callable[[], torch.Tensor]]:
        numbers = torch.from_numpy(chance.standard_normal((schedule.batch, 3), dtype=np.float32))
        return [functools.partial(part, some) for some in numbers.chunk(PARTS)]

    learn_steps([Trainee("adder", network)], parts, schedule, folder, tell=heard, **more)
    return {name: tensor.clone() for name, tensor in network.state_dict().items()}


def same(a: State, b: State) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


def test_the_same_seed_gives_the_same_weights(tmp_path: Path) -> None:
    assert same(run(tmp_path / "a"), run(tmp_path / "b"))


def test_another_seed_gives_other_weights(tmp_path: Path) -> None:
    assert not same(run(tmp_path / "a"), run(tmp_path / "b", schedule=replace(SCHEDULE, seed=1)))


@pytest.mark.parametrize("step", [1, 5, 11])
def test_a_run_interrupted_and_resumed_equals_an_unbroken_one_bit_for_bit(tmp_path: Path, step: int) -> None:
    run(tmp_path / "broken", until=step)
    assert checkpoint_step(tmp_path / "broken") == step
    heard: list[int] = []
    resumed = run(tmp_path / "broken", heard=lambda step, loss: heard.append(step))
    assert heard == list(range(step + 1, SCHEDULE.steps + 1))
    assert same(resumed, run(tmp_path / "whole"))


def test_a_run_killed_between_two_checkpoints_goes_on_from_the_last(tmp_path: Path) -> None:
    class Killed(Exception):
        pass

    def kill(step: int, loss: float) -> None:
        if step == 9:
            raise Killed

    run(tmp_path / "broken", until=4)
    with pytest.raises(Killed):
        run(tmp_path / "broken", heard=kill)
    assert checkpoint_step(tmp_path / "broken") == 4
    heard: list[int] = []
    resumed = run(tmp_path / "broken", heard=lambda step, loss: heard.append(step))
    assert heard[0] == 5
    assert same(resumed, run(tmp_path / "whole"))


def test_whoever_asks_for_a_stop_gets_a_checkpoint_first(tmp_path: Path) -> None:
    steps: list[int] = []
    run(tmp_path / "broken", heard=lambda step, loss: steps.append(step), stop=lambda: len(steps) >= 6)
    assert steps == [1, 2, 3, 4, 5, 6]
    assert checkpoint_step(tmp_path / "broken") == 6
    assert same(run(tmp_path / "broken"), run(tmp_path / "whole"))


def test_a_finished_run_is_not_run_again(tmp_path: Path) -> None:
    steps: list[int] = []
    first = run(tmp_path)
    assert same(run(tmp_path, heard=lambda step, loss: steps.append(step)), first)
    assert steps == []


def test_what_is_learnt_is_learnt(tmp_path: Path) -> None:
    losses: list[float] = []
    run(tmp_path, schedule=replace(SCHEDULE, steps=200), heard=lambda step, loss: losses.append(loss))
    assert np.mean(losses[-20:]) < 0.05 * np.mean(losses[:5])


def test_the_weights_that_remain_are_the_averaged_ones(tmp_path: Path) -> None:
    from safetensors.torch import load_file

    kept = run(tmp_path)
    tensors = load_file(tmp_path / "checkpoint.safetensors")
    for name, tensor in kept.items():
        assert torch.equal(tensor, tensors[f"adder/average/{name}"])
        assert not torch.equal(tensor, tensors[f"adder/now/{name}"])


def test_the_rate_rises_stays_and_falls() -> None:
    schedule = Schedule(steps=1000, batch=8, rate=1e-3, warmup=100, decay=0.3)
    rates = [schedule.rate_at(step) for step in range(1000)]
    assert rates[0] == pytest.approx(1e-5)
    assert rates[99] == rates[400] == rates[699] == pytest.approx(1e-3)
    assert rates[850] == pytest.approx(5e-4)
    assert 0 < rates[-1] < 1e-5


def test_a_run_may_be_lengthened_before_its_rate_begins_to_fall(tmp_path: Path) -> None:
    long = replace(SCHEDULE, steps=40)
    run(tmp_path / "longer", until=6)
    heard: list[int] = []
    lengthened = run(tmp_path / "longer", schedule=long, heard=lambda step, loss: heard.append(step))
    assert heard == list(range(7, 41))
    assert same(lengthened, run(tmp_path / "whole", schedule=long))


def test_a_convolution_is_given_its_own_gradient_and_not_another_layouts(tmp_path: Path) -> None:
    """Step by step as torch's own plain loop does it: `backward`, clip, the unfused AdamW."""
    torch.manual_seed(3)
    ours = nn.Sequential(nn.Conv2d(3, 32, 3, padding=1), nn.SiLU(), nn.Conv2d(32, 3, 3, padding=1))
    theirs = copy.deepcopy(ours)
    schedule = replace(SCHEDULE, steps=6, average=0.0)

    def batch(chance: np.random.Generator) -> torch.Tensor:
        pictures = chance.standard_normal((8, 16, 16, 3), dtype=np.float32)  # as pictures lie: channels last
        return torch.from_numpy(pictures).permute(0, 3, 1, 2)

    def part(network: nn.Module, some: torch.Tensor) -> torch.Tensor:
        return ((network(some).float() - some.roll(1, 3)) ** 2).mean()

    def parts(step: int, chance: np.random.Generator) -> list[Callable[[], torch.Tensor]]:
        return [functools.partial(part, ours, batch(chance))]

    learn_steps([Trainee("net", ours)], parts, schedule, tmp_path, tell=lambda step, loss: None)
    optimizer = torch.optim.AdamW(theirs.parameters(), betas=(0.9, 0.99), weight_decay=0.01, fused=False)
    for step in range(schedule.steps):
        optimizer.param_groups[0]["lr"] = schedule.rate_at(step)
        optimizer.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16, cache_enabled=False):
            loss = part(theirs, batch(chance_of(schedule.seed, step)))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(theirs.parameters(), 1.0)
        optimizer.step()
    for name, weight in ours.state_dict().items():
        torch.testing.assert_close(weight, theirs.state_dict()[name], atol=2e-4, rtol=1e-3)
