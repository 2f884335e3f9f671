"""Finished pictures as PNG files that say how they were drawn."""

from __future__ import annotations

import io
from collections.abc import Mapping

from PIL import Image, PngImagePlugin

from generation.painter import Picture

PARAMETERS = "parameters"  # the chunk A1111 and the tools around it read


def encode_png(picture: Picture, extra: Mapping[str, str] | None = None) -> bytes:
    """The picture as PNG bytes: its infotext in the text chunk `parameters`, and one text chunk for each of
    `extra`.

    Text that is not Latin-1 becomes an iTXt chunk, which readers take just so.
    """
    if extra and PARAMETERS in extra:
        raise ValueError(f"{PARAMETERS!r} is the picture's own; put further fields into its infotext")
    chunks = PngImagePlugin.PngInfo()
    for key, text in {PARAMETERS: picture.parameters, **(extra or {})}.items():
        chunks.add_text(key, text)
    file = io.BytesIO()
    picture.image.save(file, "PNG", pnginfo=chunks, optimize=True)
    return file.getvalue()


def png_parameters(data: bytes) -> str | None:
    """The infotext inside a PNG's bytes, None where there is none."""
    with Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
        text = picture.info.get(PARAMETERS)
    return str(text) if text is not None else None
