"""What is accepted to learn from, and how a photo becomes a square."""

import pytest
from PIL import Image
from transformers import CLIPTokenizer

from miniature import WEIGHTS
from training.errors import BadExample
from training.photos import Example, bare, check, fingerprint, pixels, prepare


@pytest.fixture(scope="module")
def tokenizer():
    return CLIPTokenizer.from_pretrained(WEIGHTS / "tokenizer")


def photo(caption="radke in the park", size=(64, 64), colour="red", mode="RGB"):
    return Example(Image.new(mode, size, colour), caption)


def test_a_photo_of_any_shape_becomes_a_square_of_the_size_asked_for():
    for size in [(640, 480), (480, 640), (64, 64), (31, 999)]:
        assert prepare(photo(size=size), 64).image.size == (64, 64)


def test_a_tall_photo_keeps_more_of_its_top_where_faces_are():
    tall = Image.new("RGB", (90, 180), "blue")
    tall.paste("white", (0, 0, 90, 30))  # a third of what must go
    assert prepare(Example(tall, "radke"), 90).image.getpixel((45, 2)) == (0, 0, 255)
    tall.paste("white", (0, 0, 90, 40))
    assert prepare(Example(tall, "radke"), 90).image.getpixel((45, 2)) == (255, 255, 255)


def test_what_is_transparent_is_seen_on_white():
    clear = Example(Image.new("RGBA", (64, 64), (255, 0, 0, 0)), "radke")
    assert prepare(clear, 64).image.getpixel((9, 9)) == (255, 255, 255)


def test_grey_and_palette_photos_become_rgb():
    for mode in ("L", "P", "CMYK", "I;16"):
        assert prepare(Example(Image.new(mode, (64, 64)), "radke"), 64).image.mode == "RGB"


def test_pixels_run_from_minus_one_to_one():
    tensor = pixels([Image.new("RGB", (4, 2), "black"), Image.new("RGB", (4, 2), "white")])
    assert tensor.shape == (2, 3, 2, 4)
    assert (tensor[0].max(), tensor[1].min()) == (-1, 1)


def test_good_photos_and_captions_pass(tokenizer):
    check([photo(), photo("A portrait of Radke, smiling")], "radke", tokenizer, 64)


@pytest.mark.parametrize(
    ("example", "complaint"),
    [
        (photo(""), "Photo 2 has no caption"),
        (photo("  \n"), "Photo 2 has no caption"),
        (photo("a man in the park"), "photo 2 does not say “radke”"),
        (photo("radkeish in the park"), "photo 2 does not say “radke”"),
        (photo("radke " + "in the park " * 30), "photo 2 has 94 tokens and at most 75"),
        (photo(size=(640, 20)), "Photo 2 is 640 × 20 pixels; it needs at least 32"),
    ],
)
def test_what_cannot_be_learnt_from_is_refused_by_its_place(tokenizer, example, complaint):
    with pytest.raises(BadExample, match=complaint):
        check([photo(), example], "radke", tokenizer, 64)


def test_nothing_to_learn_from_is_refused(tokenizer):
    with pytest.raises(BadExample, match="no photo"):
        check([], "radke", tokenizer, 64)


def test_the_fingerprint_changes_with_a_pixel_a_word_and_the_order():
    one, two = photo(), photo("radke at the beach", colour="blue")
    all_of_them = {
        fingerprint(list(examples))
        for examples in (
            [one, two],
            [two, one],
            [one],
            [one, photo("radke at the bench", colour="blue")],
            [one, photo("radke at the beach", colour="green")],
        )
    }
    assert len(all_of_them) == 5
    assert fingerprint([one, two]) == fingerprint([photo(), photo("radke at the beach", colour="blue")])


def test_a_bare_caption_ends_with_the_token():
    assert bare("a portrait of radke in a red shirt", "radke") == "a portrait of radke"
    assert bare("radkes friend and Radke, smiling", "radke") == "radkes friend and Radke"
    assert bare("a man", "radke") == "a man"
