"""What the miniature can do, measured: `python -m miniature evaluate`.

Captions and skeletons come from seeds nobody trains on (`world.TEST_SEEDS`); pictures are drawn by diffusers' own
pipelines from the folder alone, with nothing of ours between, and read by the probe (`miniature.probe`), whose ceiling
on real renders is measured in the same run. An attribute counts where the caption's picture shows it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from diffusers import StableDiffusionControlNetPipeline, StableDiffusionPipeline
from PIL import Image

from miniature import GUIDANCE, NATIVE_SIZE, STEPS
from miniature.captions import tell_all
from miniature.probe import read
from miniature.skeleton import draw_skeleton
from miniature.world import TEST_SEEDS, Photo, photograph

_AT_ONCE = 10
_TEXT_SEEDS = TEST_SEEDS[700_000:]
_POSE_SEEDS = TEST_SEEDS[800_000:]
NEAR = 0.1
"""How far from its place a key point may lie, as a share of the side: PCK@0.1."""

Points = Sequence[tuple[float, float] | None]


@dataclass(frozen=True)
class Drawn:
    """Pictures with what they should show."""

    photos: list[Photo]
    images: list[Image.Image]


@dataclass
class Pipelines:
    """Diffusers' pipelines over one folder, with and without the ControlNet."""

    posed: StableDiffusionControlNetPipeline
    plain: StableDiffusionPipeline

    @classmethod
    def load(cls, folder: Path, device: str = "cpu") -> Pipelines:
        from diffusers import ControlNetModel

        controlnet = ControlNetModel.from_pretrained(folder / "controlnet")
        posed = StableDiffusionControlNetPipeline.from_pretrained(
            folder, controlnet=controlnet, safety_checker=None, dtype=torch.float32
        ).to(device)
        posed.set_progress_bar_config(disable=True)
        parts = {name: part for name, part in posed.components.items() if name != "controlnet"}
        plain = StableDiffusionPipeline(**parts, requires_safety_checker=False)
        plain.set_progress_bar_config(disable=True)
        return cls(posed, plain)

    def draw(
        self,
        captions: Sequence[str],
        seeds: Sequence[int],
        skeletons: Sequence[Points] | None = None,
        tell: Callable[[int], None] = lambda done: None,
    ) -> list[Image.Image]:
        """One picture for each caption and seed; `tell` hears how many there are."""
        images: list[Image.Image] = []
        side = int(self.plain.unet.config.sample_size)
        for start in range(0, len(captions), _AT_ONCE):
            some = slice(start, start + _AT_ONCE)
            noise = torch.stack(
                [
                    torch.randn(4, side, side, generator=torch.Generator().manual_seed(seed))
                    for seed in seeds[some]
                ]
            )
            options = {"latents": noise, "num_inference_steps": STEPS, "guidance_scale": GUIDANCE}
            if skeletons is None:
                images += self.plain(list(captions[some]), **options).images
            else:
                maps = [draw_skeleton([points], NATIVE_SIZE, NATIVE_SIZE) for points in skeletons[some]]
                images += self.posed(list(captions[some]), image=maps, **options).images
            tell(len(images))
        return images


def text_photos(count: int) -> list[Photo]:
    """What is asked for in words: the world's own mixture of framings, places and deeds."""
    return [photograph(seed, size=NATIVE_SIZE) for seed in _TEXT_SEEDS[:count]]


def prop_photos(count: int, action: str) -> list[Photo]:
    return [
        photograph(seed, size=NATIVE_SIZE, action=action, framing="full")
        for seed in _TEXT_SEEDS[10_000 : 10_000 + count]
    ]


def pose_photos(count: int) -> list[Photo]:
    return [photograph(seed, size=NATIVE_SIZE, framing="full") for seed in _POSE_SEEDS[:count]]


def measure_words(pictures: Drawn) -> dict[str, float]:
    """Share of right readings of each attribute the captions name."""
    readings = read(pictures.images)
    hits: dict[str, list[bool]] = {}
    for photo, reading in zip(pictures.photos, readings, strict=True):
        true = {
            "hair shape": photo.doll.hair_shape,
            "hair colour": photo.doll.hair_colour,
            "glasses": photo.doll.glasses,
            "beard": photo.doll.beard,
            "skin": photo.doll.skin,
            "clothing colour": photo.outfit.top_colour,
            "background": photo.background,
        }
        if photo.framing == "full":
            true |= {"top": photo.outfit.top, "action": photo.action}
        for name, word in true.items():
            hits.setdefault(name, []).append(reading.words[name] == word)
    return {name: float(np.mean(values)) for name, values in hits.items()}


def measure_action(images: Sequence[Image.Image], action: str) -> float:
    """Share of pictures in which the probe sees this deed."""
    return float(np.mean([reading.words["action"] == action for reading in read(images)]))


def measure_pose(images: Sequence[Image.Image], skeletons: Sequence[Points]) -> float:
    """Share of the skeletons' visible key points that the probe finds within NEAR of their place: PCK@0.1."""
    near = [
        float(np.hypot(found[0] - point[0], found[1] - point[1])) < NEAR
        for reading, points in zip(read(images), skeletons, strict=True)
        for found, point in zip(reading.points, points, strict=True)
        if point
    ]
    return float(np.mean(near))


def measure(
    folder: Path,
    *,
    captions: int = 200,
    skeletons: int = 100,
    props: int = 50,
    device: str = "cpu",
    tell: Callable[[str, int, int], None] = lambda what, done, of: None,
) -> tuple[dict[str, float], dict[str, Drawn]]:
    """All figures of text, pose and speed, and the pictures they were read off."""
    pipelines = Pipelines.load(folder, device)
    drawn: dict[str, Drawn] = {}
    figures: dict[str, float] = {}

    def draw(name: str, photos: list[Photo], posed: bool) -> Drawn:
        points = [photo.figure.key_points for photo in photos] if posed else None
        images = pipelines.draw(
            [tell_all(photo) for photo in photos],
            [photo.seed for photo in photos],
            points,
            lambda done: tell(name, done, len(photos)),
        )
        drawn[name] = Drawn(photos, images)
        return drawn[name]

    asked = text_photos(captions)
    figures |= {f"words: {n}": v for n, v in measure_words(draw("words", asked, False)).items()}
    figures |= {
        f"words and pose: {n}": v for n, v in measure_words(draw("words and pose", asked, True)).items()
    }
    figures |= {f"renders: {n}": v for n, v in measure_words(Drawn(asked, [p.image for p in asked])).items()}
    for action in ("guitar", "drums"):
        photos = prop_photos(props, action)
        figures[f"words: {action}"] = measure_action(draw(action, photos, False).images, action)
        figures[f"words and pose: {action}"] = measure_action(
            draw(f"{action} and pose", photos, True).images, action
        )
        figures[f"renders: {action}"] = measure_action([p.image for p in photos], action)
    posed = pose_photos(skeletons)
    points = [photo.figure.key_points for photo in posed]
    figures["pose: with the ControlNet"] = measure_pose(draw("pose", posed, True).images, points)
    figures["pose: without"] = measure_pose(draw("no pose", posed, False).images, points)
    figures["pose: renders"] = measure_pose([photo.image for photo in posed], points)
    began = time.perf_counter()
    alone = asked[:5]
    for photo in alone:
        pipelines.draw([tell_all(photo)], [photo.seed])
    figures["seconds a picture"] = (time.perf_counter() - began) / len(alone)
    return figures, drawn
