"""A sheet of paper to lay pictures and words on: one column, from top to bottom."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFont

PAPER, INK, QUIET, RULE, ACCENT = "#f8f5ef", "#23252b", "#7b766c", "#ddd6c9", "#c2407e"
MARGIN = 64
SHADOW = "#e9e3d8"
_SMOOTH = 4


class Paper:
    """A growing sheet, `width` pixels wide. `y` is where the next thing goes."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.y = MARGIN
        self._image = Image.new("RGB", (width, 6000), PAPER)
        self._pen = ImageDraw.Draw(self._image)

    @property
    def inner(self) -> int:
        """Width between the margins."""
        return self.width - 2 * MARGIN

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: int,
        colour: str = INK,
        anchor: str = "la",
        room: float | None = None,
    ) -> None:
        """One line of words; `anchor` as Pillow has it; cut with an ellipsis where there is no `room`."""
        font = ImageFont.load_default(size)
        if room is not None and font.getlength(words) > room:
            while words and font.getlength(f"{words}…") > room:
                words = words[:-1]
            words = f"{words.rstrip()}…"
        self._pen.text((x, y), words, fill=colour, font=font, anchor=anchor)

    def paragraph(self, x: float, y: float, words: str, size: int, room: float, colour: str = QUIET) -> float:
        """Words broken into lines of at most `room` pixels; returns the y below them."""
        font = ImageFont.load_default(size)
        line = ""
        for word in words.split():
            if line and font.getlength(f"{line} {word}") > room:
                self.text(x, y, line, size, colour)
                y, line = y + size * 1.42, word
            else:
                line = f"{line} {word}".strip()
        self.text(x, y, line, size, colour)
        return y + size * 1.42

    def heading(self, number: str, title: str, beside: str) -> None:
        """A section begins: a rule, a number, a title, and what to see in it."""
        self.y += 34
        self._pen.line([MARGIN, self.y, self.width - MARGIN, self.y], fill=RULE, width=2)
        self.y += 30
        self.text(MARGIN, self.y + 15, number, 30, ACCENT, "lm")
        self.text(MARGIN + 34, self.y + 15, title, 30, INK, "lm")
        self.text(self.width - MARGIN, self.y + 16, beside, 20, QUIET, "rm", room=self.inner * 0.55)
        self.y += 58

    def picture(self, x: float, y: float, side: int, image: Image.Image) -> None:
        """A picture fitted into a square of `side`, corners rounded, enlarged smoothly if it is small."""
        left, top = round(x), round(y)
        image = image.convert("RGB")
        scale = side / max(image.size)
        image = image.resize(
            (max(1, round(image.width * scale)), max(1, round(image.height * scale))),
            Image.Resampling.LANCZOS,
        )
        square = Image.new("RGB", (side, side), SHADOW)
        square.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
        self._image.paste(square, (left, top), _rounded(side, max(6, side // 28)))

    def page(self, x: float, y: float, side: int, lines: list[str], size: int = 15) -> None:
        """A square of small print, for what has no picture (a JSON file)."""
        self.picture(x, y, side, Image.new("RGB", (side, side), "#ffffff"))
        for number, line in enumerate(lines):
            below = y + 16 + number * size * 1.45
            if below + size > y + side - 10:
                return
            self.text(x + 16, below, line, size, QUIET, room=side - 32)

    def finished(self) -> Image.Image:
        """The sheet, cut below its last line."""
        return self._image.crop((0, 0, self.width, round(self.y) + MARGIN))


def _rounded(side: int, radius: int) -> Image.Image:
    mask = Image.new("L", (side * _SMOOTH, side * _SMOOTH))
    ImageDraw.Draw(mask).rounded_rectangle(
        [0, 0, side * _SMOOTH - 1, side * _SMOOTH - 1], radius * _SMOOTH, fill=255
    )
    return mask.resize((side, side), Image.Resampling.BOX)
