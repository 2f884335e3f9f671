"""Pictures as a chat shows them."""

from __future__ import annotations

import io

import pytest
from PIL import Image, PngImagePlugin

from bot.pictures import for_viewing

PARAMETERS = "<lora:radke:1> playing guitar\nSteps: 20, Seed: 7"


def _png(side: int, **texts: str) -> bytes:
    image = Image.effect_noise((side, side), 60).convert("RGB")
    info = PngImagePlugin.PngInfo()
    for key, value in texts.items():
        info.add_text(key, value)
    info.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>trainedAlgorithmicMedia – ü</x:xmpmeta>")
    buffer = io.BytesIO()
    image.save(buffer, "PNG", pnginfo=info)
    return buffer.getvalue()


def test_a_small_picture_becomes_large_enough_without_an_invented_pixel() -> None:
    original = _png(64, parameters=PARAMETERS)
    shown, times = for_viewing(original)
    large = Image.open(io.BytesIO(shown))
    assert (times, large.size) == (6, (384, 384))
    back = large.resize((64, 64), Image.Resampling.NEAREST)
    assert back.tobytes() == Image.open(io.BytesIO(original)).tobytes()


def test_every_text_of_a_small_picture_goes_along() -> None:
    shown, _ = for_viewing(_png(64, parameters=PARAMETERS))
    texts = Image.open(io.BytesIO(shown)).text  # type: ignore[attr-defined]
    assert texts["parameters"] == PARAMETERS
    assert "trainedAlgorithmicMedia – ü" in texts["XML:com.adobe.xmp"]


def test_a_picture_large_enough_is_not_touched() -> None:
    original = _png(256, parameters=PARAMETERS)
    assert for_viewing(original) == (original, 1)


def test_a_picture_too_large_for_a_message_becomes_smaller_until_it_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.pictures.MOST_BYTES", 100_000)
    original = _png(300, parameters=PARAMETERS)
    assert len(original) > 100_000
    shown, times = for_viewing(original)
    smaller = Image.open(io.BytesIO(shown))
    assert (times, len(shown) <= 100_000) == (0, True)
    assert 150 < smaller.width < 300
    assert smaller.text["parameters"] == PARAMETERS  # type: ignore[attr-defined]
