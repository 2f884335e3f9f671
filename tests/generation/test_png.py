"""Finished files carry how they were drawn."""

import io

import pytest
from PIL import Image

from generation.painter import paint
from generation.png import encode_png, png_parameters
from generation.request import ImageWish


@pytest.fixture
def picture(base):
    return paint(base, ImageWish("a man, größer → 猫", seed=1, steps=1), {})


def test_the_file_holds_the_pixels_and_the_parameters_and_nothing_else(picture):
    data = encode_png(picture)
    with Image.open(io.BytesIO(data)) as opened:
        opened.load()
        assert opened.format == "PNG"
        assert opened.tobytes() == picture.image.tobytes()
        assert opened.text == {"parameters": picture.parameters}
    assert "猫" in png_parameters(data)


def test_a_png_without_parameters_says_so():
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PNG")
    assert png_parameters(file.getvalue()) is None
