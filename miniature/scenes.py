"""Where a photo is taken: ten places, each a few large flat colours that 64 pixels can hold.

A place draws itself on a canvas with a little chance (where the trees stand, how high the horizon is); its
colours are its own and nearly the same in every photo, because they are what a caption such as "at the beach"
must mean.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from miniature.canvas import Canvas, between
from miniature.people import Colour, jitter, shaded

WHITE: Colour = (250, 250, 250)


def draw_background(canvas: Canvas, name: str, rng: Random) -> None:
    """Fill the whole canvas with the place called `name` (one of BACKGROUNDS)."""
    _PLACES[name](canvas, rng, rng.uniform(0.55, 0.70))


def _sky(canvas: Canvas, colour: Colour, bottom: float, *, paler: float = 0.25) -> None:
    canvas.wash(0.0, bottom, shaded(colour, 0.98), between(colour, WHITE, paler))


def _ground(canvas: Canvas, top: float, colour: Colour) -> None:
    canvas.wash(top, 1.0, shaded(colour, 1.03), shaded(colour, 0.95))


def _cloud(canvas: Canvas, rng: Random, x: float, y: float) -> None:
    for _ in range(4):
        canvas.ellipse(
            (x + rng.uniform(-0.07, 0.07), y + rng.uniform(-0.01, 0.01)), 0.05, 0.022, (255, 255, 255, 110)
        )


def _park(canvas: Canvas, rng: Random, horizon: float) -> None:
    _sky(canvas, jitter(rng, (160, 212, 245), 8), horizon, paler=0.2)
    _cloud(canvas, rng, rng.uniform(0.1, 0.9), rng.uniform(0.08, 0.2))
    grass = jitter(rng, (105, 180, 80), 12)
    _ground(canvas, horizon, grass)
    for _ in range(rng.randint(2, 4)):
        x, spread = rng.uniform(0, 1), rng.uniform(0.08, 0.15)
        leaves = jitter(rng, (50, 130, 55), 14)
        canvas.ellipse((x, horizon + 0.02), spread * 0.9, 0.014, (*shaded(grass, 0.6), 110))
        canvas.limb((x, horizon - 0.2), (x, horizon + 0.015), 0.03, 0.044, (110, 75, 45))
        canvas.ellipse((x, horizon - 0.24), spread, spread * 1.1, leaves)
        canvas.ellipse(
            (x - spread * 0.3, horizon - 0.24 - spread * 0.4),
            spread * 0.5,
            spread * 0.45,
            shaded(leaves, 1.12),
        )
    for _ in range(26):
        x, y = rng.uniform(0, 1), rng.uniform(horizon + 0.03, 1)
        for blade in (-0.008, 0.0, 0.008):
            canvas.stroke([(x, y), (x + blade, y - 0.016)], 0.003, (*shaded(grass, 0.82), 170))


def _pool(canvas: Canvas, rng: Random, horizon: float) -> None:
    _sky(canvas, jitter(rng, (215, 225, 230), 8), horizon - 0.12, paler=0.15)
    water = jitter(rng, (50, 180, 225), 10)
    canvas.wash(horizon - 0.12, horizon + 0.14, shaded(water, 0.96), shaded(water, 1.06))
    canvas.rectangle(0, horizon - 0.132, 1, horizon - 0.12, (236, 240, 240))
    for lane in range(3):
        y = horizon - 0.09 + 0.07 * lane
        canvas.rectangle(0, y, 1, y + 0.01, (150, 225, 245))
        for buoy in range(13):
            canvas.rectangle(buoy * 0.08, y, buoy * 0.08 + 0.02, y + 0.01, (235, 248, 252))
    tiles = jitter(rng, (225, 205, 175), 8)
    _ground(canvas, horizon + 0.14, tiles)
    canvas.rectangle(0, horizon + 0.14, 1, horizon + 0.152, (242, 236, 222))
    for i in range(1, 8):
        canvas.stroke(
            [(i / 8, horizon + 0.152), (0.5 + (i / 8 - 0.5) * 1.7, 1)], 0.002, (*shaded(tiles, 0.86), 150)
        )


def _stage(canvas: Canvas, rng: Random, horizon: float) -> None:
    dark = jitter(rng, (45, 25, 55), 8)
    canvas.wash(0, 0.82, shaded(dark, 0.9), shaded(dark, 1.15))
    for x in (rng.uniform(0.1, 0.3), rng.uniform(0.4, 0.6), rng.uniform(0.7, 0.9)):
        beam = jitter(rng, rng.choice(((120, 60, 130), (150, 110, 60), (70, 80, 150))), 12)
        canvas.polygon([(x - 0.012, 0), (x + 0.012, 0), (x + 0.16, 0.85), (x - 0.16, 0.85)], beam)
        canvas.polygon(
            [(x - 0.004, 0), (x + 0.004, 0), (x + 0.07, 0.85), (x - 0.07, 0.85)], (*shaded(beam, 1.25), 110)
        )
    boards = jitter(rng, (100, 65, 50), 8)
    _ground(canvas, 0.82, boards)
    for y in (0.865, 0.92):
        canvas.rectangle(0, y, 1, y + 0.003, (*shaded(boards, 0.75), 200))
    for left in (0.0, 0.92):
        canvas.rectangle(left, 0, left + 0.08, 1, (140, 25, 35))
        for fold in (0.016, 0.042, 0.066):
            canvas.rectangle(left + fold, 0, left + fold + 0.006, 1, (112, 18, 28))


def _court(canvas: Canvas, rng: Random, horizon: float) -> None:
    _sky(canvas, jitter(rng, (190, 195, 205), 8), horizon, paler=0.12)
    floor = jitter(rng, (215, 140, 75), 10)
    _ground(canvas, horizon, floor)
    canvas.rectangle(0, horizon + 0.1, 1, horizon + 0.115, (245, 245, 245))
    for i in range(1, 9):
        canvas.rectangle(
            0, horizon + 0.115 + i * 0.04, 1, horizon + 0.117 + i * 0.04, (*shaded(floor, 0.9), 120)
        )
    x = rng.choice((rng.uniform(0.06, 0.2), rng.uniform(0.8, 0.94)))
    canvas.rectangle(x - 0.012, 0.22, x + 0.012, horizon, (90, 90, 95))
    canvas.rectangle(x - 0.09, 0.08, x + 0.09, 0.22, WHITE)
    canvas.rectangle(x - 0.04, 0.14, x + 0.04, 0.19, (200, 60, 50))
    canvas.rectangle(x - 0.03, 0.15, x + 0.03, 0.182, WHITE)
    for i in range(6):
        left, low = x - 0.045 + 0.018 * i, x - 0.028 + 0.0112 * i
        canvas.stroke([(left, 0.238), (low, 0.30)], 0.003, (245, 245, 245, 190))
    canvas.ellipse((x, 0.235), 0.05, 0.015, (225, 90, 40))


def _storefront(canvas: Canvas, rng: Random, horizon: float) -> None:
    wall = jitter(rng, (185, 110, 85), 10)
    canvas.rectangle(0, 0, 1, 1, wall)
    for row in range(22):
        y = row * 0.04
        canvas.rectangle(0, y, 1, y + 0.003, (*shaded(wall, 0.88), 130))
        for column in range(11):
            x = column * 0.1 + (row % 2) * 0.05
            canvas.rectangle(x, y, x + 0.003, y + 0.04, (*shaded(wall, 0.88), 130))
    _ground(canvas, 0.86, jitter(rng, (160, 160, 160), 8))
    glass = jitter(rng, (150, 200, 215), 8)
    canvas.rectangle(0.065, 0.29, 0.615, 0.795, (120, 72, 56))
    canvas.rectangle(0.08, 0.3, 0.6, 0.78, glass)
    for x in (0.14, 0.38):
        canvas.polygon([(x, 0.78), (x + 0.06, 0.78), (x + 0.2, 0.3), (x + 0.14, 0.3)], (255, 255, 255, 50))
    door = jitter(rng, (95, 60, 45), 8)
    canvas.rectangle(0.70, 0.32, 0.92, 0.86, door)
    canvas.rectangle(0.74, 0.37, 0.88, 0.58, shaded(door, 1.25))
    canvas.disc((0.735, 0.64), 0.012, (220, 190, 110))
    awning = rng.choice(((200, 50, 50), (50, 120, 70), (50, 80, 170)))
    for i in range(20):
        colour = awning if i % 2 == 0 else (245, 245, 245)
        canvas.rectangle(i * 0.05, 0.14, i * 0.05 + 0.05, 0.255, colour)
        canvas.ellipse((i * 0.05 + 0.025, 0.255), 0.025, 0.018, colour)


def _beach(canvas: Canvas, rng: Random, horizon: float) -> None:
    _sky(canvas, jitter(rng, (140, 205, 250), 8), horizon - 0.14, paler=0.3)
    sea = jitter(rng, (30, 130, 190), 8)
    canvas.wash(horizon - 0.14, horizon, shaded(sea, 0.94), shaded(sea, 1.1))
    for _ in range(9):
        x, y = rng.uniform(0, 1), rng.uniform(horizon - 0.12, horizon - 0.02)
        canvas.stroke([(x, y), (x + rng.uniform(0.03, 0.09), y)], 0.004, (220, 240, 250, 130))
    sand = jitter(rng, (240, 220, 160), 8)
    _ground(canvas, horizon, sand)
    canvas.rectangle(0, horizon - 0.006, 1, horizon + 0.006, (250, 248, 240))
    for _ in range(40):
        canvas.disc((rng.uniform(0, 1), rng.uniform(horizon + 0.03, 1)), 0.0025, (*shaded(sand, 0.85), 170))
    sun = (rng.uniform(0.1, 0.9), rng.uniform(0.1, 0.25))
    canvas.disc(sun, 0.105, (255, 240, 170, 60))
    canvas.disc(sun, 0.08, (255, 235, 120))


def _street(canvas: Canvas, rng: Random, horizon: float) -> None:
    _sky(canvas, jitter(rng, (200, 215, 230), 8), horizon + 0.06, paler=0.2)
    left = 0.0
    while left < 1:
        width, top = rng.uniform(0.14, 0.28), rng.uniform(0.08, 0.35)
        wall = jitter(rng, rng.choice(((130, 130, 140), (150, 120, 105), (105, 115, 130))), 12)
        canvas.rectangle(left, top, left + width, horizon + 0.08, wall)
        canvas.rectangle(left, top, left + width, top + 0.012, shaded(wall, 0.82))
        for row in range(int((horizon - top) / 0.1)):
            for column in range(int(width / 0.07)):
                x, y = left + 0.02 + column * 0.07, top + 0.03 + row * 0.1
                lit = (225, 220, 160) if rng.random() < 0.85 else (196, 198, 178)
                canvas.rectangle(x, y, x + 0.035, y + 0.05, lit)
                canvas.rectangle(x + 0.016, y, x + 0.019, y + 0.05, (*shaded(wall, 0.9), 150))
        left += width + 0.01
    canvas.rectangle(0, horizon + 0.05, 1, horizon + 0.068, (176, 176, 178))
    _ground(canvas, horizon + 0.068, jitter(rng, (85, 85, 90), 8))
    for i in range(4):
        canvas.rectangle(i * 0.28, 0.90, i * 0.28 + 0.14, 0.92, (235, 235, 235))


def _room(canvas: Canvas, rng: Random, horizon: float) -> None:
    wall = jitter(rng, rng.choice(((235, 225, 205), (205, 220, 215), (220, 210, 225))), 8)
    canvas.wash(0, 0.80, shaded(wall, 1.02), shaded(wall, 0.98))
    floor = jitter(rng, (165, 115, 75), 10)
    _ground(canvas, 0.80, floor)
    canvas.rectangle(0, 0.785, 1, 0.80, between(wall, WHITE, 0.6))
    for y in (0.84, 0.89, 0.945):
        canvas.rectangle(0, y, 1, y + 0.003, (*shaded(floor, 0.82), 170))
    x = rng.uniform(0.05, 0.65)
    canvas.rectangle(x, 0.14, x + 0.26, 0.42, WHITE)
    glass = jitter(rng, (150, 205, 240), 10)
    canvas.rectangle(x + 0.02, 0.16, x + 0.24, 0.40, glass)
    canvas.polygon(
        [(x + 0.05, 0.40), (x + 0.10, 0.40), (x + 0.20, 0.16), (x + 0.15, 0.16)], (255, 255, 255, 60)
    )
    canvas.rectangle(x + 0.12, 0.14, x + 0.14, 0.42, WHITE)
    canvas.rectangle(x - 0.012, 0.42, x + 0.272, 0.435, (232, 228, 220))


def _snow(canvas: Canvas, rng: Random, horizon: float) -> None:
    _sky(canvas, jitter(rng, (175, 195, 215), 8), horizon, paler=0.2)
    drift = jitter(rng, (240, 244, 250), 4)
    firs = [rng.uniform(0, 1) for _ in range(3)]
    _ground(canvas, horizon, drift)
    for x in firs:
        canvas.rectangle(x - 0.012, horizon - 0.03, x + 0.012, horizon + 0.02, (92, 70, 54))
        for i in range(3):
            tip, foot, half = horizon - 0.36 + i * 0.09, horizon - 0.2 + i * 0.09, 0.06 + 0.02 * i
            canvas.polygon([(x, tip), (x - half, foot), (x + half, foot)], (60, 100, 85))
            canvas.polygon(
                [(x, tip), (x - half * 0.4, tip + 0.064), (x + half * 0.4, tip + 0.064)], (225, 235, 242, 150)
            )
    for _ in range(14):
        canvas.disc((rng.uniform(0, 1), rng.uniform(0, horizon)), 0.010, (255, 255, 255))
    for _ in range(18):
        canvas.disc((rng.uniform(0, 1), rng.uniform(0, 1)), 0.004, (255, 255, 255, 220))


def _night(canvas: Canvas, rng: Random, horizon: float) -> None:
    sky = jitter(rng, (18, 22, 55), 6)
    canvas.wash(0, horizon, shaded(sky, 0.85), shaded(sky, 1.3))
    _ground(canvas, horizon, jitter(rng, (32, 45, 45), 6))
    moon = (rng.uniform(0.12, 0.88), rng.uniform(0.1, 0.22))
    canvas.disc(moon, 0.1, (245, 240, 205, 30))
    canvas.disc(moon, 0.07, (245, 240, 205))
    for dx, dy, radius in ((-0.02, -0.02, 0.016), (0.025, 0.012, 0.011), (-0.01, 0.03, 0.008)):
        canvas.disc((moon[0] + dx, moon[1] + dy), radius, (228, 221, 182))
    for _ in range(16):
        star = (rng.uniform(0, 1), rng.uniform(0, horizon - 0.03))
        canvas.disc(star, 0.007, (240, 240, 255, 210))


_PLACES: dict[str, Callable[[Canvas, Random, float], None]] = {
    "park": _park, "pool": _pool, "stage": _stage, "court": _court, "storefront": _storefront,
    "beach": _beach, "street": _street, "room": _room, "snow": _snow, "night": _night,
}  # fmt: skip
BACKGROUNDS = tuple(_PLACES)
