"""Small pictures made large enough to see in a chat."""

from __future__ import annotations

import io

from PIL import Image, PngImagePlugin

SMALL = 256  # pixels on the longer side; from here on a picture is shown as it is, byte for byte
VIEWED = 384  # about the width of a picture in a chat on a phone


def for_viewing(png: bytes) -> tuple[bytes, int]:
    """A PNG for a chat and how many times it was enlarged (1: untouched).

    The embedded base draws 64 pixels, which a chat shows as a stamp. Each pixel becomes a square of pixels,
    so that nothing is invented, and every text of the original (`parameters`, XMP) goes along. A picture
    large enough is handed on byte for byte: saving it again would break a signature over its bytes.
    """
    with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
        times = max(1, round(VIEWED / max(image.size)))
        if max(image.size) >= SMALL or times == 1:
            return png, 1
        enlarged = image.resize((image.width * times, image.height * times), Image.Resampling.NEAREST)
        texts = PngImagePlugin.PngInfo()
        for key, value in getattr(image, "text", {}).items():
            # add_text takes care of what is not Latin-1 (iTXt), and of iTXt that came as such (XMP).
            texts.add_text(key, value)
    buffer = io.BytesIO()
    enlarged.save(buffer, "PNG", pnginfo=texts)
    return buffer.getvalue(), times
