"""Finished pictures as PNG files that say how they were drawn."""

from __future__ import annotations

import io

from PIL import Image, PngImagePlugin

from generation.painter import Picture

PARAMETERS = "parameters"  # the chunk A1111 and the tools around it read


def encode_png(picture: Picture) -> bytes:
    """The picture as PNG bytes, its infotext in the text chunk `parameters`.

    Text that is not Latin-1 becomes an iTXt chunk, which readers take just so.
    """
    chunks = PngImagePlugin.PngInfo()
    chunks.add_text(PARAMETERS, picture.parameters)
    file = io.BytesIO()
    picture.image.save(file, "PNG", pnginfo=chunks, optimize=True)
    return file.getvalue()


def png_parameters(data: bytes) -> str | None:
    """The infotext inside a PNG's bytes, None where there is none."""
    with Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
        text = picture.info.get(PARAMETERS)
    return str(text) if text is not None else None
