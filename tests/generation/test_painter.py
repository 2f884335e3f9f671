"""The painter: the same numbers as plain diffusers, nothing of anybody left behind, no broken picture delivered."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import save

from generation.adapters import AdapterError
from generation.infotext import read_parameters
from generation.painter import BrokenPicture, paint
from generation.pose import NobodyInPicture, Pose
from generation.request import SAMPLERS, BadRequest, ImageWish
from miniature.poses import random_figure
from miniature.probe import read

WISH = ImageWish("a man with brown hair on a beach", seed=3, steps=6)


@pytest.fixture
def pose():
    from random import Random

    return Pose(
        people=(random_figure(Random(4), "jumping", "full").key_points,), width=64, height=64, source="json"
    )


def test_the_same_wish_gives_the_same_picture(base, largest_difference):
    assert largest_difference(paint(base, WISH, {}).image, paint(base, WISH, {}).image) == 0


def test_another_seed_gives_another_picture(base, largest_difference):
    assert largest_difference(paint(base, WISH, {}).image, paint(base, replace(WISH, seed=4), {}).image) > 30


def test_what_the_wish_leaves_open_is_settled_and_told(base):
    picture = paint(base, replace(WISH, seed=None), {})
    wish = picture.wish
    assert (wish.width, wish.height) == picture.image.size == (64, 64)
    assert wish.guidance == base.default_guidance
    assert wish.sampler == base.default_sampler
    again = paint(base, wish, {})
    assert again.image.tobytes() == picture.image.tobytes()


def test_the_parameters_of_a_picture_are_the_wish_that_draws_it_again(base, lora):
    picture = paint(
        base, replace(WISH, prompt="<lora:radke:0.8> radke, on a beach", negative="hat"), {"radke": lora}
    )
    again = paint(base, read_parameters(picture.parameters).wish(), {"radke": lora})
    assert again.image.tobytes() == picture.image.tobytes()


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_every_sampler_draws(base, sampler):
    foreseen = []
    image = paint(base, replace(WISH, sampler=sampler), {}, on_step=lambda r: foreseen.append(r.preview())).image
    assert all(darkest < 100 < brightest for darkest, brightest in image.getextrema())
    # What the model foresees comes nearer step by step, and is the picture in the end.
    away = [np.abs(np.asarray(image, float) - np.asarray(early, float)).mean() for early in foreseen]
    assert away[-1] < 2 < away[0] / 2


def test_other_sizes_are_drawn_in_the_size_asked_for(base):
    assert paint(base, replace(WISH, width=48, height=96, steps=2), {}).image.size == (48, 96)


@pytest.mark.parametrize("size", [(512, 512), (32, 32), (272, 64), (136, 136)])
def test_a_size_far_from_what_the_base_knows_is_refused(base, size):
    with pytest.raises(BadRequest, match="64x64"):
        paint(base, replace(WISH, width=size[0], height=size[1]), {})


def test_the_pose_is_shown_to_the_controlnet_and_changes_the_picture(base, pose, largest_difference):
    posed = paint(base, WISH, {}, pose)
    assert posed.skeleton.size == (64, 64)
    assert largest_difference(posed.image, paint(base, WISH, {}).image) > 30
    unheard = paint(base, replace(WISH, control_weight=0.0), {}, pose)
    assert largest_difference(unheard.image, paint(base, WISH, {}).image) <= 2


def test_an_adapter_acts_and_none_of_it_stays_behind(base, lora, largest_difference):
    without = paint(base, replace(WISH, prompt="radke"), {}).image
    adapted = paint(base, replace(WISH, prompt="<lora:radke:1> radke"), {"radke": lora}).image
    assert largest_difference(without, adapted) > 30
    assert not base.adapters
    assert paint(base, replace(WISH, prompt="radke"), {}).image.tobytes() == without.tobytes()


def test_weight_zero_is_the_base_alone(base, lora):
    zero = paint(base, replace(WISH, prompt="<lora:radke:0> radke"), {"radke": lora}).image
    assert zero.tobytes() == paint(base, replace(WISH, prompt="radke"), {}).image.tobytes()


def test_an_adapter_nobody_handed_in_is_refused_naming_those_that_were(base, lora):
    with pytest.raises(BadRequest, match=r"'vera'.*radke"):
        paint(base, replace(WISH, prompt="<lora:vera:1> vera"), {"radke": lora})


def test_a_prompt_longer_than_the_model_reads_is_refused_not_cut(base):
    fits = " ".join(["beach"] * base.token_limit)
    assert paint(base, replace(WISH, prompt=fits, steps=1), {})
    with pytest.raises(BadRequest, match=f"{base.token_limit + 1} tokens"):
        paint(base, replace(WISH, prompt=fits + " beach"), {})
    with pytest.raises(BadRequest, match="negative"):
        paint(base, replace(WISH, negative=fits + " beach"), {})


def test_steps_are_reported_in_order(base):
    reports = []
    paint(base, WISH, {}, on_step=lambda report: reports.append((report.step, report.steps)))
    assert reports == [(step, 6) for step in range(1, 7)]


@pytest.mark.parametrize("sampler", ["DPM++ 2M Karras", "Euler a"])
def test_a_variation_of_strength_one_is_the_other_seed_and_in_between_lies_neither(base, sampler, largest_difference):
    first = replace(WISH, sampler=sampler, steps=4)
    one, other = paint(base, first, {}).image, paint(base, replace(first, seed=9), {}).image
    arrived = paint(base, replace(first, variation_seed=9, variation_strength=1.0), {}).image
    assert arrived.tobytes() == other.tobytes()
    between = paint(base, replace(first, variation_seed=9, variation_strength=0.5), {})
    assert min(largest_difference(between.image, picture) for picture in (one, other)) > 30
    again = paint(base, read_parameters(between.parameters).wish(), {})
    assert again.image.tobytes() == between.image.tobytes()


def test_a_picture_drawn_again_larger_keeps_its_composition_and_its_pose(base, pose):
    once = paint(base, WISH, {}, pose)
    reports = []
    wish = replace(WISH, hires=2.0)
    larger = paint(base, wish, {}, pose, on_step=lambda r: reports.append((r.step, r.steps)))
    assert larger.image.size == larger.skeleton.size == (128, 128)
    assert (larger.wish.width, larger.wish.height) == (64, 64)  # what the seed means
    before, after = (reading.points for reading in read([once.image, larger.image]))
    assert np.hypot(*(after - before).T).mean() < 0.1
    assert reports == [(step, 8) for step in range(1, 9)]
    assert read_parameters(larger.parameters).wish() == replace(larger.wish, guidance=4.0)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_every_sampler_draws_a_second_time(base, sampler):
    reports = []
    wish = replace(WISH, sampler=sampler, steps=2, hires=1.25)
    picture = paint(base, wish, {}, on_step=lambda r: reports.append((r.step, r.steps)))
    assert picture.image.size == (80, 80)
    assert reports[-1] == (len(reports), len(reports))


def test_a_picture_too_large_for_the_base_is_not_enlarged(base):
    with pytest.raises(BadRequest, match="256x256; at most 8 times"):
        paint(base, replace(WISH, width=128, height=128, hires=2.0), {})


def test_a_pose_prompt_is_drawn_without_anybodys_adapter_and_its_pose_is_used(base, lora):
    words = replace(WISH, pose_prompt="a man jumping", steps=2, face_denoise=0.5)
    phases = []
    plain = paint(base, words, {}, on_step=lambda r: phases.append((r.phase, r.step)))
    assert phases == [("finding the pose", 1), ("finding the pose", 2), *(("drawing", step) for step in (1, 2, 3))]
    adapted = paint(base, replace(words, prompt="<lora:radke:1> radke"), {"radke": lora})
    assert adapted.skeleton.tobytes() == plain.skeleton.tobytes()
    assert "Pose prompt: a man jumping" in plain.parameters
    again = paint(base, read_parameters(plain.parameters).wish(), {})
    assert again.image.tobytes() == plain.image.tobytes()


def test_a_pose_prompt_in_which_nobody_is_seen_is_tried_three_times_and_then_refused_in_words(base, monkeypatch):
    tried = []

    def nobody(picture, base):
        tried.append(picture.tobytes())
        raise NobodyInPicture("nobody")

    monkeypatch.setattr("generation.painter.read_drawn", nobody)
    with pytest.raises(BadRequest, match="3 pictures of “an empty beach”"):
        paint(base, replace(WISH, pose_prompt="an empty beach", steps=1), {})
    assert len(set(tried)) == 3


def test_a_pose_comes_from_a_picture_or_from_words_and_not_from_both(base, pose):
    with pytest.raises(BadRequest, match="not from both"):
        paint(base, replace(WISH, pose_prompt="a man jumping"), {}, pose)


def test_what_is_raised_at_a_step_stops_the_drawing_and_takes_the_adapter_off(base, lora):
    class WithdrawnError(Exception):
        pass

    steps = []

    def withdraw(report):
        steps.append(report.step)
        if report.step == 2:
            raise WithdrawnError

    with pytest.raises(WithdrawnError):
        paint(base, replace(WISH, prompt="<lora:radke:1> radke"), {"radke": lora}, on_step=withdraw)
    assert steps == [1, 2]
    assert not base.adapters
    assert not any("lora" in name for name, _ in base.unet.named_modules())


def test_numbers_out_of_range_are_not_delivered_as_a_picture(base, lora_tensors):
    enormous = {
        key: value.float() * (1e36 if "lora_up" in key else 1) for key, value in lora_tensors().items()
    }
    with pytest.raises(BrokenPicture, match="NaN"):
        paint(base, replace(WISH, prompt="<lora:radke:4> radke"), {"radke": save(enormous)})
    assert not base.adapters


def test_a_black_picture_is_not_delivered(base, monkeypatch):
    last = base.vae.decoder.conv_out
    weight, bias = last.weight.data.clone(), last.bias.data.clone()
    try:
        last.weight.data.zero_()
        last.bias.data.fill_(-1)
        with pytest.raises(BrokenPicture, match="black"):
            paint(base, replace(WISH, steps=1), {})
    finally:
        last.weight.data.copy_(weight)
        last.bias.data.copy_(bias)


def test_a_picture_that_does_not_fit_into_memory_is_refused_in_words(base, monkeypatch):
    def full(*_arguments, **_options):
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(base.vae, "decode", full)
    with pytest.raises(BadRequest, match="96x96 pixels do not fit"):
        paint(base, replace(WISH, steps=1, hires=1.5), {})


def test_a_broken_adapter_stops_before_anything_is_drawn(base):
    steps = []
    with pytest.raises(AdapterError):
        paint(base, replace(WISH, prompt="<lora:radke:1> x"), {"radke": b"junk"}, on_step=steps.append)
    assert not steps


def test_drawing_leaves_the_global_random_state_alone(base):
    torch.manual_seed(1)
    before = torch.get_rng_state()
    paint(base, WISH, {})
    assert torch.equal(before, torch.get_rng_state())
