"""What the miniature can do, measured: `python -m miniature evaluate`.

Captions and skeletons come from seeds nobody trains on (`world.TEST_SEEDS`); pictures are drawn by diffusers' own
pipelines from the folder alone, with nothing of ours between, and read by the probe (`miniature.probe`), whose ceiling
on real renders is measured in the same run. An attribute counts where the caption's picture shows it. How well edges
are kept needs no probe: they are looked for in the picture as they were found in the one to follow.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from diffusers import ControlNetModel, StableDiffusionControlNetPipeline, StableDiffusionPipeline
from PIL import Image

from miniature import GUIDANCE, NATIVE_SIZE, STEPS
from miniature.captions import tell_all
from miniature.controls import EDGES, SKELETONS, Control
from miniature.edges import edges, with_neighbours
from miniature.probe import read
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


class Pipelines:
    """Diffusers' pipelines over one folder: words alone, and with each of its ControlNets."""

    def __init__(self, folder: Path, device: str = "cpu") -> None:
        self.words = StableDiffusionPipeline.from_pretrained(folder, dtype=torch.float32).to(device)
        self._with: dict[Control, StableDiffusionControlNetPipeline] = {}
        for control in (SKELETONS, EDGES):
            if (folder / control.folder).is_dir():
                net = ControlNetModel.from_pretrained(folder / control.folder).to(device)
                self._with[control] = StableDiffusionControlNetPipeline(
                    **self.words.components, controlnet=net, requires_safety_checker=False
                )
        for pipeline in (self.words, *self._with.values()):
            pipeline.set_progress_bar_config(disable=True)

    @property
    def controls(self) -> list[Control]:
        """What the folder can be shown."""
        return list(self._with)

    def draw(
        self,
        captions: Sequence[str],
        seeds: Sequence[int],
        maps: Sequence[Image.Image] | None = None,
        control: Control = SKELETONS,
        tell: Callable[[int], None] = lambda done: None,
    ) -> list[Image.Image]:
        """One picture for each caption and seed, after its map if there are `maps`; `tell` hears how many there are."""
        images: list[Image.Image] = []
        side = int(self.words.unet.config.sample_size)
        for start in range(0, len(captions), _AT_ONCE):
            some = slice(start, start + _AT_ONCE)
            noise = torch.stack(
                [
                    torch.randn(4, side, side, generator=torch.Generator().manual_seed(seed))
                    for seed in seeds[some]
                ]
            )
            options = {"latents": noise, "num_inference_steps": STEPS, "guidance_scale": GUIDANCE}
            if maps is None:
                images += self.words(list(captions[some]), **options).images
            else:
                images += self._with[control](list(captions[some]), image=list(maps[some]), **options).images
            tell(len(images))
        return images

    @torch.no_grad()
    def through_vae(self, images: Sequence[Image.Image]) -> list[Image.Image]:
        """As the VAE keeps them: what no drawn picture can be sharper than."""
        vae, process = self.words.vae, self.words.image_processor
        pixels = process.preprocess(list(images)).to(vae.device)
        return process.postprocess(vae.decode(vae.encode(pixels).latent_dist.mean).sample, output_type="pil")


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


def measure_edges(images: Sequence[Image.Image], maps: Sequence[Image.Image]) -> float:
    """How well the pictures keep the edges of `maps`, from 0 to 1: the harmonic mean (F1) of the share of wanted edges
    that are there and the share of edges there that are wanted, one pixel off being no fault.
    """
    drawn = edges(np.stack([np.asarray(image) for image in images]))[..., 0] > 0
    wanted = np.stack([np.asarray(each)[..., 0] for each in maps]) > 0
    right = (drawn & with_neighbours(wanted)).sum() / max(1, drawn.sum())
    found = (wanted & with_neighbours(drawn)).sum() / max(1, wanted.sum())
    return float(2 * right * found / max(1e-9, right + found))


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
    pipelines = Pipelines(folder, device)
    drawn: dict[str, Drawn] = {}
    figures: dict[str, float] = {}

    def draw(name: str, photos: list[Photo], control: Control | None = None) -> Drawn:
        maps = [control.of_photo(photo) for photo in photos] if control else None
        images = pipelines.draw(
            [tell_all(photo) for photo in photos],
            [photo.seed for photo in photos],
            maps,
            control or SKELETONS,
            lambda done: tell(name, done, len(photos)),
        )
        drawn[name] = Drawn(photos, images)
        return drawn[name]

    def hear(name: str, pictures: Drawn) -> None:
        figures.update({f"{name}: {word}": value for word, value in measure_words(pictures).items()})

    asked = text_photos(captions)
    renders = Drawn(asked, [photo.image for photo in asked])
    hear("words", draw("words", asked))
    hear("words and pose", draw("words and pose", asked, SKELETONS))
    hear("renders", renders)
    for action in ("guitar", "drums"):
        photos = prop_photos(props, action)
        figures[f"words: {action}"] = measure_action(draw(action, photos).images, action)
        figures[f"words and pose: {action}"] = measure_action(
            draw(f"{action} and pose", photos, SKELETONS).images, action
        )
        figures[f"renders: {action}"] = measure_action([p.image for p in photos], action)
    posed = pose_photos(skeletons)
    points = [photo.figure.key_points for photo in posed]
    figures["pose: with the ControlNet"] = measure_pose(draw("pose", posed, SKELETONS).images, points)
    figures["pose: without"] = measure_pose(draw("no pose", posed).images, points)
    figures["pose: renders"] = measure_pose([photo.image for photo in posed], points)
    if EDGES in pipelines.controls:
        hear("words and edges", draw("words and edges", asked, EDGES))
        maps = [EDGES.of_photo(photo) for photo in asked]
        figures["edges: with the ControlNet"] = measure_edges(drawn["words and edges"].images, maps)
        figures["edges: without"] = measure_edges(drawn["words"].images, maps)
        figures["edges: renders through the VAE"] = measure_edges(pipelines.through_vae(renders.images), maps)
    began = time.perf_counter()
    alone = asked[:5]
    for photo in alone:
        pipelines.draw([tell_all(photo)], [photo.seed])
    figures["seconds a picture"] = (time.perf_counter() - began) / len(alone)
    return figures, drawn
