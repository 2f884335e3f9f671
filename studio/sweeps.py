"""Sweeps: one wish drawn several times with one thing changed, to see what it does."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from generation.request import (
    MAX_ADAPTER_WEIGHT,
    MAX_SEED,
    SAMPLERS,
    BadRequest,
    ImageWish,
    check,
    read_prompt,
    seeded,
)
from studio.batches import MOST

AXES = ("weight", "seed", "cfg", "steps", "sampler")

DEFAULTS: dict[str, tuple[str, ...]] = {
    "weight": ("0", "0.6", "0.8", "1"),
    "cfg": ("2", "4", "7", "10"),
    "steps": ("5", "10", "20", "40"),
    "sampler": SAMPLERS,
}
SEEDS = 4
"""How many seeds are compared when none is named."""

_TAG = re.compile(r"<lora:([^:>]+)(?::[^>]*)?>")


@dataclass(frozen=True)
class Cell:
    """One picture of a sweep and what it is called on the sheet."""

    name: str
    wish: ImageWish


Cells: TypeAlias = tuple[Cell, ...]


def sweep(wish: ImageWish, axis: str, values: str = "") -> Cells:
    """The wishes of a sweep, up to nine, all with one seed unless seeds are compared. Raises BadRequest."""
    if axis not in AXES:
        raise BadRequest(f"Compared can be {', '.join(AXES)}, not “{axis}”.")
    if axis == "weight" and not read_prompt(wish.prompt).adapters:
        raise BadRequest(
            "There is no <lora:name:1> in the prompt, so there is nothing to weigh. Compare something else, "
            "like the seed."
        )
    wish = seeded(wish)
    said = [part.strip() for part in values.replace(";", ",").split(",") if part.strip()] or _usual(wish, axis)
    if len(said) > MOST:
        raise BadRequest(f"At most {MOST} values fit on one sheet, and these are {len(said)}.")
    cells = tuple(Cell(*_CHANGES[axis](wish, value)) for value in dict.fromkeys(said))
    for cell in cells:
        check(cell.wish)
    return cells


def anew(wishes: Sequence[ImageWish], cells: Sequence[str]) -> Cells:
    """A sheet once more with other seeds; one that compares seeds goes on with the seeds after its last."""
    seeds = {wish.seed for wish in wishes}
    if len(seeds) == 1:
        seed = seeded(replace(wishes[0], seed=None)).seed
        return tuple(Cell(name, replace(wish, seed=seed)) for wish, name in zip(wishes, cells, strict=True))
    after = max(wish.seed or 0 for wish in wishes) + 1
    return tuple(
        Cell(*_seed(wish, str((after + number) % (MAX_SEED + 1)))) for number, wish in enumerate(wishes)
    )


def weighted(prompt: str, weight: str) -> str:
    """A prompt with every `<lora:…>` in it at this weight."""
    return _TAG.sub(lambda tag: f"<lora:{tag[1]}:{weight}>", prompt)


def _usual(wish: ImageWish, axis: str) -> list[str]:
    if axis == "seed":
        first = wish.seed or 0
        return [str((first + number) % (MAX_SEED + 1)) for number in range(SEEDS)]
    return list(DEFAULTS[axis])


def _weight(wish: ImageWish, value: str) -> tuple[str, ImageWish]:
    weight = _number(value, "A weight", MAX_ADAPTER_WEIGHT)
    return f"weight {weight:g}", replace(wish, prompt=weighted(wish.prompt, f"{weight:g}"))


def _seed(wish: ImageWish, value: str) -> tuple[str, ImageWish]:
    seed = _whole(value, "A seed", MAX_SEED)
    return f"seed {seed}", replace(wish, seed=seed)


def _cfg(wish: ImageWish, value: str) -> tuple[str, ImageWish]:
    scale = _number(value, "A CFG scale", 1_000)
    return f"cfg {scale:g}", replace(wish, guidance=scale)


def _steps(wish: ImageWish, value: str) -> tuple[str, ImageWish]:
    steps = _whole(value, "A number of steps", 10_000)
    return f"{steps} steps", replace(wish, steps=steps)


def _sampler(wish: ImageWish, value: str) -> tuple[str, ImageWish]:
    name = next((name for name in SAMPLERS if name.casefold() == value.casefold()), value)
    return name, replace(wish, sampler=name)


_CHANGES: dict[str, Callable[[ImageWish, str], tuple[str, ImageWish]]] = {
    "weight": _weight,
    "seed": _seed,
    "cfg": _cfg,
    "steps": _steps,
    "sampler": _sampler,
}


def _number(value: str, what: str, most: float) -> float:
    try:
        number = float(value)
    except ValueError:
        raise BadRequest(f"{what} is a number, and “{value[:40]}” is none.") from None
    if not abs(number) <= most:
        raise BadRequest(f"{what} of {value[:40]} is out of reach: at most {most:g}.")
    return number


def _whole(value: str, what: str, most: int) -> int:
    number = _number(value, what, most)
    if number != int(number) or number < 0:
        raise BadRequest(f"{what} is a whole number, and “{value[:40]}” is none.")
    return int(value) if value.isdigit() else int(number)
