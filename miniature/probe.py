"""The probe: a small network that reads a doll picture back, to measure what the base and its adapters draw.

It reads each of `data.ATTRIBUTES` (which hair, glasses or none, which place …) and eighteen key points off a picture
of 64 × 64 pixels. It has learnt on renders, some blurred, noisy or shifted in colour as drawn pictures are, and on
seeds the measuring never uses. How well it reads fresh renders is the ceiling of every figure measured with it; the
model card tells it, and an attribute that it reads less often than ENOUGH is used for nothing.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn import functional

from miniature import NATIVE_SIZE, PROBE
from miniature.autoencoder import pictures_of
from miniature.data import ATTRIBUTES, Rows
from miniature.loop import Schedule, Trainee, learn_steps

_SIZES = tuple(len(words) for words, _ in ATTRIBUTES.values())
_GRID = 16
MEASURED = (
    "hair shape", "hair colour", "glasses", "beard", "skin", "clothing colour", "background", "key points",
)  # fmt: skip
"""What is measured in every framing; a probe that reads one of them less often than ENOUGH is of no use. (Deeds are
measured on full figures alone, where they can be seen; `evaluate` tells their ceiling.)
"""
ENOUGH = 0.9


@dataclass(frozen=True)
class Reading:
    """What the probe sees in one picture: a word for each attribute, and 18 key points as shares of the side."""

    words: dict[str, str]
    points: np.ndarray


class Probe(nn.Module):
    """n × 3 × 64 × 64 in -1..1 → scores of all attributes' words (n × sum), key points (n × 18 × 2), seen (n × 18)."""

    def __init__(self) -> None:
        super().__init__()
        self.fine = nn.Sequential(
            _block(3, 24, 1), _block(24, 32, 2), _block(32, 32, 1), _block(32, 64, 2), _block(64, 64, 1)
        )
        self.coarse = nn.Sequential(_block(64, 96, 2), _block(96, 96, 1), _block(96, 96, 1))
        self.lift = nn.ConvTranspose2d(96, 64, 4, 2, 1)
        self.joined = _block(64, 64, 1)
        self.places = nn.Conv2d(64, 18 + len(_SIZES), 1)
        self.whole = nn.Sequential(nn.Linear(96 * 16, 160), nn.ReLU())
        self.words = nn.ModuleList(nn.Linear(160 + 64, size) for size in _SIZES)
        self.seen = nn.Linear(160, 18)

    def forward(self, pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        fine = self.fine(pictures)
        coarse = self.coarse(fine)
        joined = self.joined(fine + self.lift(coarse))
        heat = self.places(joined).float().flatten(2).softmax(-1)
        # Each attribute looks where it can be seen: glasses at the eyes, wherever the eyes are.
        looked = torch.einsum("nas,ncs->nac", heat[:, 18:], joined.float().flatten(2))
        whole = self.whole(functional.adaptive_avg_pool2d(coarse, 4).flatten(1)).float()
        scores = [word(torch.cat([whole, looked[:, j]], 1)) for j, word in enumerate(self.words)]
        heat = heat[:, :18].unflatten(2, (_GRID, _GRID))
        middles = (torch.arange(_GRID, device=heat.device) + 0.5) / _GRID
        points = torch.stack([(heat.sum(2) * middles).sum(-1), (heat.sum(3) * middles).sum(-1)], -1)
        return torch.cat(scores, 1), points, self.seen(whole)


def _block(inside: int, outside: int, stride: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inside, outside, 3, stride, 1, bias=False), nn.BatchNorm2d(outside), nn.ReLU(True)
    )


@functools.cache
def load_probe(file: Path = PROBE) -> Probe:
    """The probe of this file. ValueError when it was taught other words than today's: it would misread them."""
    with safe_open(file, "pt") as tensors:
        if json.loads(tensors.metadata()["words"]) != _told_words():
            raise ValueError(
                f"{file} reads other attributes than the world has. Teach it anew: python -m miniature probe"
            )
    probe = Probe().eval()
    probe.load_state_dict({name: tensor.float() for name, tensor in load_file(file).items()})
    return probe


def save_probe(probe: Probe, file: Path) -> None:
    """In float16, with the words it was taught: under two megabytes."""
    tensors = {name: tensor.half().contiguous() for name, tensor in probe.state_dict().items()}
    save_file(tensors, file, metadata={"words": json.dumps(_told_words())})


def _told_words() -> dict[str, list[str]]:
    return {name: list(words) for name, (words, _) in ATTRIBUTES.items()}


@torch.no_grad()
def read(pictures: Sequence[Image.Image], probe: Probe | None = None) -> list[Reading]:
    """Read pictures of any size (they are brought to 64 × 64)."""
    side = (NATIVE_SIZE, NATIVE_SIZE)
    small = [
        p.convert("RGB") if p.size == side else p.convert("RGB").resize(side, Image.Resampling.BOX)
        for p in pictures
    ]
    pixels = (
        torch.from_numpy(np.stack([np.asarray(p) for p in small])).permute(0, 3, 1, 2).float() / 127.5 - 1
    )
    scores, points, _ = (probe or load_probe())(pixels)
    chosen = [part.argmax(1).tolist() for part in scores.split(_SIZES, 1)]
    return [
        Reading(
            {name: words[chosen[j][i]] for j, (name, (words, _)) in enumerate(ATTRIBUTES.items())},
            points[i].numpy(),
        )
        for i in range(len(small))
    ]


def learn(
    rows: Rows,
    folder: Path,
    schedule: Schedule,
    *,
    device: str = "cpu",
    tell: Callable[[int, float], None],
    stop: Callable[[], bool] = lambda: False,
) -> Probe:
    """Teach a probe on rendered rows; resumes from `folder`."""
    probe = Probe().to(device).train()

    def part(pictures: torch.Tensor, points: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        scores, found, seen = probe(pictures)
        words = sum(
            functional.cross_entropy(part.float(), labels[:, j], label_smoothing=0.02)
            for j, part in enumerate(scores.split(_SIZES, 1))
        )
        off = ((found - points[..., :2]).abs().sum(-1) * points[..., 2]).sum() / points[..., 2].sum()
        return words + 20 * off + functional.binary_cross_entropy_with_logits(seen.float(), points[..., 2])

    def parts(step: int, chance: np.random.Generator) -> list[Callable[[], torch.Tensor]]:
        chosen = chance.integers(0, len(rows), schedule.batch)
        batch = (
            _worn(pictures_of(rows, chosen), chance),
            torch.from_numpy(rows.points[chosen]),
            torch.from_numpy(rows.labels[chosen].astype(np.int64)),
        )
        return [
            functools.partial(part, *(t.to(device) for t in batch))
        ]  # in one part: its norms look at the batch

    learn_steps([Trainee("probe", probe)], parts, schedule, folder, device=device, tell=tell, stop=stop)
    return probe.eval()


def _worn(pictures: torch.Tensor, chance: np.random.Generator) -> torch.Tensor:
    """As drawn pictures are: one third blurred, one third noisy, all a little off in colour."""
    count = len(pictures)
    shades = torch.from_numpy(chance.normal(0, 0.05, (count, 3, 1, 1)).astype(np.float32))
    third = count // 3
    share = float(chance.uniform(0.4, 0.9))
    blurred = functional.interpolate(pictures[:third], scale_factor=share, mode="bilinear", antialias=True)
    soft = functional.interpolate(blurred, size=pictures.shape[-1], mode="bilinear")
    noise = chance.standard_normal(pictures[third : 2 * third].shape, dtype=np.float32) * chance.uniform(
        0, 0.15
    )
    noisy = pictures[third : 2 * third] + torch.from_numpy(noise)
    return torch.cat([soft, noisy, pictures[2 * third :]]) + shades


@torch.no_grad()
def ceiling(probe: Probe, rows: Rows, count: int = 1000) -> dict[str, float]:
    """Share of right readings of each attribute on fresh renders, and of key points within a tenth of the side."""
    right = {name: 0 for name in ATTRIBUTES}
    near = seen = 0
    for start in range(0, count, 100):
        chosen = slice(start, start + 100)
        readings = read([Image.fromarray(p) for p in rows.pictures[chosen]], probe)
        for reading, labels, points in zip(readings, rows.labels[chosen], rows.points[chosen], strict=True):
            for (name, (words, _)), label in zip(ATTRIBUTES.items(), labels, strict=True):
                right[name] += reading.words[name] == words[label]
            shown = points[:, 2] > 0
            near += int((np.linalg.norm(reading.points - points[:, :2], axis=1)[shown] < 0.1).sum())
            seen += int(shown.sum())
    return {name: hits / count for name, hits in right.items()} | {"key points": near / seen}
