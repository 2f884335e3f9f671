"""Small pictures made large enough to see in a chat."""

from __future__ import annotations

import io

from PIL import Image, PngImagePlugin

SMALL = 256  # pixels on the longer side; from here on a picture is shown as it is, byte for byte
MOST_BYTES = 10 * 2**20 - 64 * 1024  # Discord's 10 MiB a file, less what a new signature may add
SHRUNK = 0.8  # of each side, until a picture fits
VIEWED = 384  # about the width of a picture in a chat on a phone


def for_viewing(png: bytes) -> tuple[bytes, int]:
    """A PNG for a chat and how many times it was enlarged (1: untouched; 0: made smaller, to fit into a message).

    The embedded base draws 64 pixels, which a chat shows as a stamp. Each pixel becomes a square of pixels,
    so that nothing is invented, and every text of the original (`parameters`, XMP) goes along. A picture
    large enough is handed on byte for byte: saving it again would break a signature over its bytes.
    """
    with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
        times = max(1, round(VIEWED / max(image.size)))
        if max(image.size) < SMALL and times > 1:
            size = image.width * times, image.height * times
            return _saved(image, image.resize(size, Image.Resampling.NEAREST)), times
        if len(png) <= MOST_BYTES:
            return png, 1
        smaller = image.convert("RGB")
        while len(png) > MOST_BYTES:
            size = round(smaller.width * SHRUNK), round(smaller.height * SHRUNK)
            smaller = smaller.resize(size, Image.Resampling.LANCZOS)
            png = _saved(image, smaller)
    return png, 0


def _saved(original: Image.Image, image: Image.Image) -> bytes:
    """A PNG of `image` with every text of the original."""
    texts = PngImagePlugin.PngInfo()
    for key, value in getattr(original, "text", {}).items():
        # add_text takes care of what is not Latin-1 (iTXt), and of iTXt that came as such (XMP).
        texts.add_text(key, value)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", pnginfo=texts)
    return buffer.getvalue()
