"""The contact sheet: the photos of an intake side by side, numbered, with what was remarked of each in words."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageEnhance, ImageFont

COLUMNS = 5
CELL = 200  # pixels; five columns are read on a phone
WORDS = 26  # pixels below each photo
GAP = 8
QUALITY = 80
PAPER, INK, WARNING, OUT = "#f8f5ef", "#23252b", "#b3261e", "#8b867c"
_DIMMED = 0.35


@dataclass(frozen=True)
class Shown:
    """One photo as it goes onto the sheet (PNG); `used` False dims it."""

    png: bytes
    number: int
    remarks: tuple[str, ...]
    used: bool


def draw_sheet(photos: Iterable[Shown]) -> bytes:
    """The sheet as a JPEG, about 20 kB a photo: sixty stay far below what a chat takes."""
    cells = [_cell(photo) for photo in photos]
    columns = min(COLUMNS, max(1, len(cells)))
    rows = -(-len(cells) // columns)
    sheet = Image.new(
        "RGB", (columns * (CELL + GAP) + GAP, max(1, rows) * (CELL + WORDS + GAP) + GAP), PAPER
    )
    for place, cell in enumerate(cells):
        row, column = divmod(place, columns)
        sheet.paste(cell, (GAP + column * (CELL + GAP), GAP + row * (CELL + WORDS + GAP)))
    buffer = io.BytesIO()
    sheet.save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()


def _cell(photo: Shown) -> Image.Image:
    cell = Image.new("RGB", (CELL, CELL + WORDS), PAPER)
    with Image.open(io.BytesIO(photo.png), formats=("PNG",)) as image:
        small = image.convert("RGB")
    small.thumbnail((CELL, CELL), Image.Resampling.LANCZOS)
    if not photo.used:
        small = ImageEnhance.Color(small).enhance(0)
        small = Image.blend(Image.new("RGB", small.size, PAPER), small, _DIMMED)
    cell.paste(small, ((CELL - small.width) // 2, (CELL - small.height) // 2))
    pen = ImageDraw.Draw(cell)
    number, font = str(photo.number), ImageFont.load_default(20)
    width = font.getlength(number) + 12
    pen.rectangle((0, 0, width, 26), fill=INK if photo.used else OUT)
    pen.text((width / 2, 13), number, fill=PAPER, font=font, anchor="mm")
    says = ", ".join(photo.remarks) or ("" if photo.used else "left out")
    colour = WARNING if photo.remarks else INK if photo.used else OUT
    small_print = ImageFont.load_default(15)
    while small_print.getlength(says) > CELL and len(says) > 1:
        says = f"{says[:-2]}…"
    pen.text((CELL / 2, CELL + WORDS / 2), says, fill=colour, font=small_print, anchor="mm")
    return cell
