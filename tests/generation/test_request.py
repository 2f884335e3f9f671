"""The plain-data door: prompts taken apart, wishes held against their bounds, all without torch."""

import subprocess
import sys
from dataclasses import replace

import pytest

from generation.request import (
    MAX_PROMPT_CHARACTERS,
    SAMPLERS,
    AdapterUse,
    BadRequest,
    ImageWish,
    check,
    read_prompt,
    seeded,
)

WISH = ImageWish("radke playing guitar")


def test_the_sentence_on_the_card_names_one_adapter_and_leaves_the_words():
    prompt = read_prompt("<lora:radke:1> radke playing guitar")
    assert prompt.adapters == (AdapterUse("radke", 1.0, 1.0),)
    assert prompt.text == "radke playing guitar"


@pytest.mark.parametrize(
    ("tag", "text_encoder", "unet"),
    [
        ("<lora:radke>", 1.0, 1.0),
        ("<lora:radke:0.5>", 0.5, 0.5),
        ("<lora:radke:0.5:0.8>", 0.5, 0.8),
        ("<lora:radke:te=0.2:unet=0.9>", 0.2, 0.9),
        ("<lora:radke:0.7:unet=0>", 0.7, 0.0),
        ("<lora:radke:te=0.3>", 0.3, 0.3),
        ("<lora: radke :-1>", -1.0, -1.0),
    ],
)
def test_weights_go_to_the_text_encoder_first_and_the_unet_follows(tag, text_encoder, unet):
    assert read_prompt(f"a man {tag}").adapters == (AdapterUse("radke", text_encoder, unet),)


def test_several_adapters_keep_their_order():
    names = [use.name for use in read_prompt("<lora:b:1> x <lora:a:0.5> y").adapters]
    assert names == ["b", "a"]


@pytest.mark.parametrize(
    ("prompt", "word"),
    [
        ("<hypernet:x:1> a man", "hypernet"),
        ("<lora:radke:much> a man", "much"),
        ("<lora:radke:1:1:1> a man", "two weights"),
        ("<lora:radke:dyn=3> a man", "two weights"),
        ("<lora:radke:nan> a man", "between"),
        ("<lora:radke:9> a man", "between"),
        ("<lora: :1> a man", "names no adapter"),
        ("<lora:radke:1 a man", "unfinished"),
        ("<lora:radke:1> <lora:Radke:0.5> a man", "twice"),
        ("word " * 5000, "shorten"),
        ("a man \udc80", "broken characters"),
    ],
)
def test_a_prompt_that_cannot_be_meant_is_refused_and_says_why(prompt, word):
    with pytest.raises(BadRequest, match=word):
        read_prompt(prompt)


def test_a_prompt_at_the_limit_is_read_and_one_letter_more_is_not():
    assert read_prompt("a" * MAX_PROMPT_CHARACTERS).text
    with pytest.raises(BadRequest):
        read_prompt("a" * (MAX_PROMPT_CHARACTERS + 1))


def test_newlines_and_control_characters_do_not_survive_in_a_prompt():
    assert read_prompt("a man\nNegative prompt: x\x07y").text == "a man Negative prompt: x y"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"prompt": "<lora:radke:1>"}, "no words"),
        ({"prompt": "  "}, "no words"),
        ({"prompt": "negative prompt: forged"}, "own field"),
        ({"prompt": "a man\0"}, "broken characters"),
        ({"negative": "<lora:radke:1>"}, "negative prompt"),
        ({"negative": "x" * 2000}, "negative prompt"),
        ({"negative": "\udc80"}, "broken characters"),
        ({"steps": 0}, "steps"),
        ({"steps": 151}, "steps"),
        ({"guidance": 0.5}, "CFG"),
        ({"guidance": float("nan")}, "CFG"),
        ({"guidance": 31.0}, "CFG"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**32}, "seed"),
        ({"width": 60}, "multiple of 8"),
        ({"height": 100_000}, "height"),
        ({"width": 0}, "width"),
        ({"control_weight": -0.1}, "control weight"),
        ({"variation_seed": 2**32}, "variation seed"),
        ({"variation_strength": 1.1}, "variation strength"),
        ({"variation_strength": float("nan")}, "variation strength"),
        ({"hires": 0.5}, "hires factor"),
        ({"hires": 4.0}, "hires factor"),
        ({"hires_denoise": 0.0}, "hires denoising"),
        ({"face_denoise": 1.5}, "face's denoising"),
        ({"pose_prompt": "<lora:radke:1> jumping"}, "pose prompt"),
        ({"pose_prompt": "x" * 2000}, "pose prompt"),
        ({"pose_prompt": "jumping\0"}, "broken characters"),
    ],
)
def test_a_wish_beyond_a_bound_is_refused_naming_the_bound(change, word):
    with pytest.raises(BadRequest, match=word):
        check(replace(WISH, **change))


def test_an_unknown_sampler_is_answered_with_the_known_ones():
    with pytest.raises(BadRequest) as refusal:
        check(replace(WISH, sampler="Euler b"))
    assert all(name in str(refusal.value) for name in SAMPLERS)


def test_a_good_wish_gives_its_prompt():
    wish = replace(
        WISH, prompt="<lora:radke:1> radke", steps=150, guidance=30.0, seed=0, width=512, height=768
    )
    assert check(wish).text == "radke"


def test_a_seeded_wish_names_every_seed_it_needs_and_keeps_those_it_had():
    drawn = seeded(replace(WISH, variation_strength=0.3))
    assert None not in (drawn.seed, drawn.variation_seed)
    assert seeded(drawn) == drawn
    assert seeded(replace(drawn, variation_strength=0.0)).variation_seed is None


def test_the_door_opens_without_torch():
    code = "import generation.request, sys; assert not {'torch', 'diffusers', 'PIL'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("typed", "drawn"),
    [
        ("<lora:radke:1> playing guitar", "radke playing guitar"),
        ("a portrait of Radke, smiling <lora:radke:1>", "a portrait of Radke, smiling"),
        ("<lora:ann:1> anna on a bench", "ann anna on a bench"),
        ("<lora:radke:1> <lora:vera:1> vera on a bench", "radke vera on a bench"),
    ],
)
def test_whose_adapter_is_asked_for_is_said_where_the_prompt_does_not(typed: str, drawn: str) -> None:
    assert check(replace(WISH, prompt=typed)).text == drawn
