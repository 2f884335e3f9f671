"""The network that measures."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from miniature import PROBE, probe
from miniature.data import open_rows, render
from miniature.loop import Schedule, checkpoint_step
from miniature.world import TEST_SEEDS, TRAINING_SEEDS


@pytest.mark.slow
def test_the_shipped_probe_reads_fresh_renders_well_enough_to_measure_with(tmp_path: Path) -> None:
    render(tmp_path, TEST_SEEDS[300_000:300_300], processes=1, tell=lambda done: None)
    ceiling = probe.ceiling(probe.load_probe(), open_rows(tmp_path), 300)
    assert {name: ceiling[name] for name in probe.MEASURED if ceiling[name] < probe.ENOUGH} == {}


def test_the_shipped_probe_is_small() -> None:
    assert PROBE.stat().st_size < 2e6


def test_a_probe_that_was_taught_other_words_is_refused(tmp_path: Path) -> None:
    save_file(load_file(PROBE), tmp_path / "probe.safetensors", metadata={"words": '{"hair": ["short"]}'})
    with pytest.raises(ValueError, match="reads other attributes than the world has"):
        probe.load_probe(tmp_path / "probe.safetensors")


def test_a_probe_stops_with_a_checkpoint_and_ends_as_one_that_was_not_stopped(tmp_path: Path) -> None:
    render(tmp_path / "rows", TRAINING_SEEDS[:16], processes=1, tell=lambda done: None)
    rows, schedule = open_rows(tmp_path / "rows"), Schedule(3, 8, 1e-3)

    def taught(name: str, stop: bool = False) -> dict[str, torch.Tensor]:
        torch.manual_seed(0)
        made = probe.learn(rows, tmp_path / name, schedule, tell=lambda step, loss: None, stop=lambda: stop)
        return made.state_dict()

    taught("broken", stop=True)
    assert checkpoint_step(tmp_path / "broken") == 1
    broken, whole = taught("broken"), taught("whole")
    assert all(torch.equal(broken[name], whole[name]) for name in whole)
