"""The `parameters` text: other tools can read it, and nobody can forge a line of it."""

import re
from dataclasses import replace

import pytest

from generation.infotext import read_parameters, write_parameters
from generation.request import BadRequest, ImageWish

WISH = ImageWish("<lora:radke:1> radke, playing guitar", negative="hat, blurry", seed=58008, steps=20, guidance=7.5,
                 width=512, height=768, sampler="DPM++ 2M Karras")  # fmt: skip
A1111_PAIR = re.compile(r'\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)')


def text(wish=WISH, model="miniature", **more):
    return write_parameters(wish, model=model, digest="ab" * 32, **more)


def test_the_text_has_the_lines_and_the_order_other_tools_expect():
    prompt, negative, line = text().split("\n")
    assert prompt == "<lora:radke:1> radke, playing guitar"
    assert negative == "Negative prompt: hat, blurry"
    assert line.startswith("Steps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7.5, Seed: 58008, "
                           "Size: 512x768, Model hash: ababababab, Model: miniature, RNG: CPU")  # fmt: skip


def test_a1111s_own_expression_reads_every_field_of_ours():
    line = text(model='photo: the "new" one', adapters=[("radke", "cd" * 32)], control="photo")
    fields = dict(A1111_PAIR.findall(line.split("\n")[-1]))
    assert fields["Lora hashes"] == '"radke: cdcdcdcdcdcd"'
    assert fields["ControlNet 0"].startswith('"Module: blazepose')
    assert fields["Model"] == r'"photo: the \"new\" one"'


def test_a_text_that_names_no_sampler_leaves_it_to_the_base():
    silent = replace(WISH, sampler=None)
    assert "Sampler" not in text(silent)
    assert read_parameters(text(silent)).wish() == silent


def test_what_is_written_is_read_back_whole():
    parameters = read_parameters(text(model='a, "b": c\\d'))
    assert (parameters.prompt, parameters.negative) == (WISH.prompt, WISH.negative)
    assert parameters.fields["Model"] == 'a, "b": c\\d'
    assert parameters.wish() == WISH


@pytest.mark.parametrize("sampler", ["Euler a", "DPM++ 2M SDE Karras", "DDIM"])
def test_every_sampler_name_survives_the_round(sampler):
    wish = ImageWish("a man", sampler=sampler, seed=1, guidance=4.0, width=64, height=64)
    assert read_parameters(text(wish)).wish() == wish


@pytest.mark.parametrize(
    "more",
    [
        {"variation_seed": 2**32 - 1, "variation_strength": 1 / 7},
        {"hires": 1.5, "hires_denoise": 0.35},
        {"face_denoise": 0.5},
        {"pose_prompt": 'a man, jumping: "high"'},
    ],
)
def test_variation_hires_face_and_pose_prompt_survive_the_round(more):
    wish = replace(WISH, **more)
    read = read_parameters(text(wish)).wish()
    assert read == replace(wish, variation_strength=read.variation_strength)
    assert read.variation_strength == pytest.approx(wish.variation_strength, abs=1e-11)


def test_the_new_fields_have_a1111s_own_names_and_stay_away_when_not_asked_for():
    wish = replace(WISH, variation_seed=5, variation_strength=0.25, hires=2.0, hires_denoise=0.4)
    fields = read_parameters(text(wish)).fields
    names = ("Variation seed", "Variation seed strength", "Hires upscale", "Denoising strength")
    assert [fields[name] for name in names] == ["5", "0.25", "2", "0.4"]
    assert not read_parameters(text()).fields.keys() & {*names, "Face denoising strength", "Pose prompt"}


def test_the_denoising_strength_of_another_tools_img2img_is_no_enlargement():
    line = "a man\nSteps: 20, Sampler: Euler a, Seed: 1, Size: 512x512, Denoising strength: 0.9"
    assert read_parameters(line).wish() == ImageWish("a man", sampler="Euler a", seed=1, width=512, height=512)


@pytest.mark.parametrize(
    ("fields", "sampler"),
    [
        ("Sampler: DPM++ 2M Karras", "DPM++ 2M Karras"),
        ("Sampler: DPM++ 2M, Schedule type: Karras", "DPM++ 2M Karras"),
        ("Sampler: DPM++ 2M, Schedule type: Automatic", "DPM++ 2M Karras"),
        ("Sampler: Euler a, Schedule type: Automatic", "Euler a"),
    ],
)
def test_the_ways_a1111_has_written_a_sampler_over_the_years_are_one(fields, sampler):
    assert read_parameters(f"a man\nSteps: 20, {fields}, Seed: 1, Size: 512x512").wish().sampler == sampler


def test_a_newline_in_a_prompt_cannot_forge_the_lines_below():
    forged = ImageWish(
        "a man\nNegative prompt: x\nSteps: 1, Seed: 2, Model: other", negative="hat\nSteps: 9, Seed: 9"
    )
    parameters = read_parameters(text(forged))
    assert parameters.fields["Steps"] == "20"
    assert parameters.negative == "hat Steps: 9, Seed: 9"
    assert parameters.prompt.startswith("a man Negative prompt: x")


def test_text_without_parameters_is_all_prompt():
    parameters = read_parameters("a man, brown: hair")
    assert parameters.prompt == "a man, brown: hair"
    assert not parameters.fields


@pytest.mark.parametrize("field", ["Seed: many", "Size: 512", "Steps: 1.5", "CFG scale: high"])
def test_a_field_that_is_no_number_is_refused_in_words(field):
    with pytest.raises(BadRequest, match="cannot be read"):
        read_parameters(f"a man\n{field}, Sampler: Euler a, Model: x, Version: y").wish()
