"""Several pictures side by side in one, each with what it is called below it."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

from studio import marks
from studio.house import Studio
from studio.views import Delivery, JobView

VIEWED = 384  # pixels; about the width of a picture in a chat on a phone
GAP = 8  # pixels between pictures
TEXT = 18  # pixels
BAND = 30  # pixels, below each picture
_GROUND, _INK, _MISSING = (24, 25, 28), (235, 235, 235), (48, 50, 55)
_MOST_SIDE = 512  # pixels of one picture on the sheet; nine of them fit Discord's 10 MiB whatever they show


@dataclass(frozen=True)
class Cell:
    """One picture of a sheet; None where it did not come about."""

    name: str
    png: bytes | None
    parameters: str = ""


def compose(cells: Sequence[Cell]) -> bytes:
    """The sheet as PNG: as square as it gets, at most three in a row. Its text names each picture's settings."""
    pictures = [_open(cell.png) if cell.png else None for cell in cells]
    there = [picture for picture in pictures if picture]
    width = max((picture.width for picture in there), default=VIEWED)
    height = max((picture.height for picture in there), default=VIEWED)
    columns = min(3, math.ceil(math.sqrt(len(cells)))) if len(cells) > 3 else len(cells)
    rows = math.ceil(len(cells) / columns)
    size = (columns * (width + GAP) + GAP, rows * (height + BAND + GAP) + GAP)
    sheet = Image.new("RGB", size, _GROUND)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(TEXT)
    for index, (cell, picture) in enumerate(zip(cells, pictures, strict=True)):
        left = GAP + index % columns * (width + GAP)
        top = GAP + index // columns * (height + BAND + GAP)
        if picture:
            sheet.paste(picture, (left + (width - picture.width) // 2, top + (height - picture.height) // 2))
        else:
            draw.rectangle((left, top, left + width - 1, top + height - 1), fill=_MISSING)
        middle = (left + width / 2, top + height + BAND / 2)
        draw.text(middle, _fitting(draw, cell.name, font, width), fill=_INK, font=font, anchor="mm")
    return _saved(sheet, cells, pictures)


def compared(studio: Studio, asked: Sequence[JobView], brought: Sequence[Delivery]) -> bytes:
    """The sheet of jobs that are compared, with what was brought of them; signed, as the pictures on it are."""
    found = {each.job.id: each for each in brought}
    cells = []
    for job in asked:
        each = found.get(job.id)
        cells.append(Cell(job.cell or job.id, each.png if each else None, (each.parameters or "") if each else ""))
    return marks.renew(studio, brought[0].job.id, compose(cells))


def _open(png: bytes) -> Image.Image:
    """A picture at the size it is shown in: small ones enlarged by a whole factor, large ones shrunk."""
    with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
        image.load()
    times = VIEWED // 2 // max(image.size)
    if times > 1:
        larger = image.resize((image.width * times, image.height * times), Image.Resampling.NEAREST)
        larger.info = dict(image.info)
        return larger
    image.thumbnail((_MOST_SIDE, _MOST_SIDE), Image.Resampling.LANCZOS)
    return image


_Font = ImageFont.ImageFont | ImageFont.FreeTypeFont


def _fitting(draw: ImageDraw.ImageDraw, text: str, font: _Font, width: int) -> str:
    while text and draw.textlength(text, font=font) > width:
        text = text[:-2] + "…" if len(text) > 2 else ""
    return text


def _saved(sheet: Image.Image, cells: Sequence[Cell], pictures: Sequence[Image.Image | None]) -> bytes:
    texts = PngImagePlugin.PngInfo()
    said = [f"{cell.name}: {cell.parameters}" for cell in cells if cell.parameters]
    texts.add_text("parameters", "\n\n".join(said))
    statement = next((picture.info["xmp"] for picture in pictures if picture and picture.info.get("xmp")), None)
    if statement:
        text = statement.decode() if isinstance(statement, bytes) else statement
        texts.add_itxt("XML:com.adobe.xmp", text)
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG", pnginfo=texts)
    return buffer.getvalue()
