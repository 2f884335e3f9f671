"""Canny edges of whole batches of pictures: what the second ControlNet is shown.

The algorithm of Canny 1986, bit for bit as OpenCV's `Canny` takes it on a colour picture (3×3 Sobel slopes, |dx| + |dy|
of the channel where it is greatest, thinning in four directions, two thresholds), so that the maps people make with any
of the usual programs mean what the ControlNet has learnt. Our own because OpenCV is 60 MB to install, for one function.
"""

from __future__ import annotations

import numpy as np

WEAK, STRONG = 100, 200
"""Thresholds of the slope: what most programs begin with."""
_TAN_22_5 = 13573  # times 2¹⁵, as OpenCV rounds it


def edges(pictures: np.ndarray, weak: int = WEAK, strong: int = STRONG) -> np.ndarray:
    """White edges on black, n × height × width × 3, of RGB pictures of that shape (uint8)."""
    across, down = _slopes(pictures)
    steep = np.abs(across) + np.abs(down)
    most = steep.argmax(-1)[..., None]
    across, down, steep = (np.take_along_axis(values, most, -1)[..., 0] for values in (across, down, steep))
    ridge = (steep > weak) & _is_crest(across, down, steep)
    found = ridge & (steep > strong)
    while True:  # a weak edge counts where it touches one that counts
        grown = ridge & with_neighbours(found)
        if (grown == found).all():
            return np.repeat((found * np.uint8(255))[..., None], 3, -1)
        found = grown


def _slopes(pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sobel's slopes to the right and down, of each channel."""
    wide = np.pad(pictures.astype(np.int32), ((0, 0), (1, 1), (1, 1), (0, 0)), "edge")
    rows = wide[:, :-2] + 2 * wide[:, 1:-1] + wide[:, 2:]
    columns = wide[:, :, :-2] + 2 * wide[:, :, 1:-1] + wide[:, :, 2:]
    return rows[:, :, 2:] - rows[:, :, :-2], columns[:, 2:] - columns[:, :-2]


def _is_crest(across: np.ndarray, down: np.ndarray, steep: np.ndarray) -> np.ndarray:
    """Where no neighbour in the slope's direction is steeper."""
    height, width = steep.shape[1:]
    wide = np.pad(steep, ((0, 0), (1, 1), (1, 1)))

    def at(y: int, x: int) -> np.ndarray:
        return wide[:, 1 + y : 1 + y + height, 1 + x : 1 + x + width]

    x, y = np.abs(across), np.abs(down) << 15
    level, upright = y < x * _TAN_22_5, y > x * (_TAN_22_5 + (1 << 16))
    falling = (across < 0) == (down < 0)  # the slope points to the lower right, or to the upper left
    crest = np.where(
        falling, (steep > at(-1, -1)) & (steep > at(1, 1)), (steep > at(-1, 1)) & (steep > at(1, -1))
    )
    crest = np.where(upright, (steep > at(-1, 0)) & (steep >= at(1, 0)), crest)
    return np.where(level, (steep > at(0, -1)) & (steep >= at(0, 1)), crest)


def with_neighbours(found: np.ndarray) -> np.ndarray:
    """True where `found` (n × height × width) is, and in the eight places around."""
    rows = found.copy()
    rows[:, 1:] |= found[:, :-1]
    rows[:, :-1] |= found[:, 1:]
    grown = rows.copy()
    grown[:, :, 1:] |= rows[:, :, :-1]
    grown[:, :, :-1] |= rows[:, :, 1:]
    return grown
