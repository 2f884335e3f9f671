"""The loss of a run, kept as numbers (`losses.csv`) and drawn (`curve.png`)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

_SIZE = (900, 420)
_LEFT, _TOP, _RIGHT, _BOTTOM = 70, 30, 20, 40
_COLOURS = ((40, 85, 210), (208, 38, 45), (50, 155, 70), (125, 55, 170))
_GREY, _PALE = (90, 90, 90), (226, 226, 226)

Points = Sequence[tuple[float, float]]


class Curve:
    """The losses of one run; a resumed run goes on where its checkpoint was, and forgets what came after."""

    def __init__(self, run: Path, step: int) -> None:
        self._file, self._picture = run / "losses.csv", run / "curve.png"
        run.mkdir(parents=True, exist_ok=True)
        self.points: list[tuple[float, float]] = [p for p in read_losses(self._file) if p[0] <= step]
        self._file.write_text("".join(f"{s:.0f},{loss:.6f}\n" for s, loss in self.points))
        self.smooth = self.points[-1][1] if self.points else math.nan
        self._new: list[str] = []

    def hear(self, step: int, loss: float) -> None:
        """The loss of a step. Numbers are written every hundred steps, and by `draw`."""
        self.points.append((step, loss))
        self._new.append(f"{step},{loss:.6f}\n")
        self.smooth = loss if math.isnan(self.smooth) else 0.98 * self.smooth + 0.02 * loss
        if len(self._new) >= 100:
            self._write()

    def draw(self, title: str) -> None:
        self._write()
        if len(self.points) > 1:
            draw_curves(title, {"loss": smoothed(self.points)}).save(self._picture)

    def _write(self) -> None:
        with self._file.open("a") as file:
            file.writelines(self._new)
        self._new.clear()


def read_losses(file: Path) -> list[tuple[float, float]]:
    """Steps and losses of a run; an empty list where there is none."""
    if not file.is_file():
        return []
    rows = (line.split(",") for line in file.read_text().splitlines())
    return [(float(row[0]), float(row[1])) for row in rows if len(row) == 2]


def smoothed(points: Points, count: int = 200) -> list[tuple[float, float]]:
    """At most `count` points, each the mean of its neighbours."""
    span = max(1, len(points) // count)
    groups = [points[i : i + span] for i in range(0, len(points), span)]
    return [(group[-1][0], sum(y for _, y in group) / len(group)) for group in groups]


def draw_curves(title: str, curves: Mapping[str, Points]) -> Image.Image:
    """Curves over one pair of axes, the upright one logarithmic (its values must be above zero)."""
    picture = Image.new("RGB", _SIZE, "white")
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(14)
    everything = [point for points in curves.values() for point in points if point[1] > 0]
    if not everything:
        raise ValueError("nothing to draw: no point has a value above zero")
    last = max(x for x, _ in everything)
    low, high = (math.log10(edge(y for _, y in everything)) for edge in (min, max))
    low, high = low - 0.02, max(high, low + 0.1) + 0.02
    wide, tall = _SIZE[0] - _LEFT - _RIGHT, _SIZE[1] - _TOP - _BOTTOM

    def place(x: float, y: float) -> tuple[float, float]:
        return _LEFT + x / last * wide, _TOP + (high - math.log10(max(y, 1e-12))) / (high - low) * tall

    pen.text((_LEFT, 6), title, _GREY, font)
    for i in range(5):
        value = 10 ** (low + (high - low) * i / 4)
        y = place(0, value)[1]
        pen.line([(_LEFT, y), (_SIZE[0] - _RIGHT, y)], _PALE)
        pen.text((6, y - 8), f"{value:.3g}", _GREY, font)
        x = place(last * i / 4, value)[0]
        pen.text((x - (24 if i == 4 else 4), _SIZE[1] - 30), f"{last * i / 4:.0f}", _GREY, font)
    for i, (name, points) in enumerate(curves.items()):
        colour = _COLOURS[i % len(_COLOURS)]
        pen.line([place(*point) for point in points], colour, 2, joint="curve")
        if len(curves) > 1:
            pen.text((_SIZE[0] - _RIGHT - 140, _TOP + 4 + 18 * i), name, colour, font)
    return picture
