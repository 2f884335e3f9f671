"""Sweeps: what is compared, and what cannot be."""

from __future__ import annotations

import pytest

from generation.request import SAMPLERS, BadRequest, ImageWish, read_prompt
from studio.settings import Settings
from studio.sizes import sizes
from studio.sweeps import AXES, anew, sweep

WISH = ImageWish("<lora:radke:1> radke and <lora:anna:0.5> anna", seed=7)


def test_weights_are_compared_with_one_seed_and_every_adapter_at_the_same_weight() -> None:
    cells = sweep(WISH, "weight")
    assert [cell.name for cell in cells] == ["weight 0", "weight 0.6", "weight 0.8", "weight 1"]
    assert {cell.wish.seed for cell in cells} == {7}
    assert [use.unet for use in read_prompt(cells[1].wish.prompt).adapters] == [0.6, 0.6]


def test_each_axis_changes_its_own_thing_and_nothing_else() -> None:
    values = {"weight": "0.3", "seed": "12", "cfg": "5.5", "steps": "9", "sampler": "euler a"}
    changed = {"weight": "prompt", "seed": "seed", "cfg": "guidance", "steps": "steps", "sampler": "sampler"}
    for axis in AXES:
        (cell,) = sweep(WISH, axis, values[axis])
        differing = {name for name in vars(WISH) if getattr(cell.wish, name) != getattr(WISH, name)}
        assert differing == {changed[axis]}, axis


def test_without_values_every_axis_has_good_ones() -> None:
    assert [cell.wish.seed for cell in sweep(WISH, "seed")] == [7, 8, 9, 10]
    assert [cell.name for cell in sweep(WISH, "sampler")] == list(SAMPLERS)
    assert len({cell.wish.seed for cell in sweep(ImageWish("a bench"), "steps")}) == 1


@pytest.mark.parametrize(
    ("axis", "values", "says"),
    [
        ("weight", "much", "is a number"),
        ("weight", "9" * 400, "out of reach"),
        ("seed", "1.5", "whole number"),
        ("seed", "-1", "whole number"),
        ("seed", "nan", "out of reach"),
        ("cfg", "0", "must lie between"),
        ("steps", "1000", "must lie between"),
        ("sampler", "Magic", "no sampler"),
        ("weight", "0,.1,.2,.3,.4,.5,.6,.7,.8,.9", "At most 9"),
        ("hats", "", "Compared can be"),
    ],
)
def test_what_cannot_be_compared_is_said(axis: str, values: str, says: str) -> None:
    with pytest.raises(BadRequest, match=says):
        sweep(WISH, axis, values)


def test_without_anybody_in_it_there_is_nothing_to_weigh() -> None:
    with pytest.raises(BadRequest, match="nothing to weigh"):
        sweep(ImageWish("a bench"), "weight")


def test_a_sheet_again_has_another_seed_and_one_of_seeds_goes_on_counting() -> None:
    weights = sweep(WISH, "weight")
    again = anew([cell.wish for cell in weights], [cell.name for cell in weights])
    assert [cell.name for cell in again] == [cell.name for cell in weights]
    assert len({cell.wish.seed for cell in again}) == 1
    assert again[0].wish.seed != 7
    seeds = sweep(WISH, "seed", "5,6,7")
    assert [cell.name for cell in anew([cell.wish for cell in seeds], ["", "", ""])] == ["seed 8", "seed 9", "seed 10"]


def test_sizes_begin_with_the_one_the_base_was_taught_on() -> None:
    assert sizes(Settings.from_environment({}))[0] == (64, 64)
    assert sizes(Settings.from_environment({"BASE_MODEL": "photo.safetensors"}))[0] == (512, 512)
    assert all(side % 8 == 0 for size in sizes(Settings.from_environment({})) for side in size)
