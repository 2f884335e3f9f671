"""The diffusion itself: words, a starting noise and perhaps a skeleton in; a picture out, in one pass or more.

    RuntimeError
    └── BrokenPicture  what came out is no picture (not finite, or black all over) and is not delivered

The second pass is A1111's "hires fix" with its "Lanczos": the picture of the first is enlarged, noise is put over it,
and the same words denoise it at the larger size. A Stable Diffusion asked for that size from the start repeats bodies.
Enlarging the latents instead saves a look through the VAE and loses the person: on the miniature, at a denoising
strength of 0.35, key points moved by 0.051 of the side instead of 0.023, and 18 % of what the probe reads changed
instead of 5 %.

The last pass is for the face alone (`generation.face`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional

from generation.base import Base
from generation.face import find_face
from generation.noise import starting_noise
from generation.pose import Pose
from generation.request import SIDE_STEP, ImageWish, one_line
from generation.samplers import watch

BLACK = 8  # a picture whose brightest value (0..255) is not above this shows nothing
PREVIEW_SIDE = 256  # pixels; a preview is looked at for two seconds


class BrokenPicture(RuntimeError):
    """What came out of the model is no picture; it is not delivered."""


@dataclass(frozen=True)
class StepReport:
    """One step of `steps` is done (Heun counts half steps); `preview()` is what the model foresees by now, small."""

    step: int
    steps: int
    phase: str = "drawing"
    preview: Callable[[], Image.Image] | None = field(default=None, compare=False, repr=False)


OnStep = Callable[[StepReport], None]


def draw(
    base: Base, text: str, wish: ImageWish, pose: Pose | None, on_step: OnStep | None, phase: str = "drawing"
) -> Image.Image:
    """Draw `text` as a resolved wish says (its own prompt is not looked at). Raises BrokenPicture."""
    if wish.face_denoise:
        base.controlnet()  # a base without one says so before anything is drawn
    noise, chance = starting_noise(base, wish)
    passes = _Passes(base, text, wish, pose, chance, on_step, phase)
    latents = passes.first(noise)
    if wish.hires > 1:
        latents = passes.second(latents)
    image = _decode(base, latents)
    if _black(image):
        raise BrokenPicture(
            "The picture came out black all over and was not delivered. Try another seed, a lower "
            "CFG scale or a lower adapter weight."
        )
    return passes.face(image) if wish.face_denoise else image


def final_size(wish: ImageWish) -> tuple[int, int]:
    """Width and height of the finished picture, for a wish whose size is settled."""
    assert wish.width, "the wish must be resolved"
    assert wish.height, "the wish must be resolved"
    return _enlarged(wish.width, wish.hires), _enlarged(wish.height, wish.hires)


def _enlarged(side: int, factor: float) -> int:
    return max(side, round(side * factor / SIDE_STEP) * SIDE_STEP)


@dataclass
class _Passes:
    """One picture's way through the model, once or more often."""

    base: Base
    text: str
    wish: ImageWish
    pose: Pose | None
    chance: torch.Generator
    on_step: OnStep | None
    phase: str
    done: int = 0  # steps

    def first(self, noise: Tensor) -> Tensor:
        width, height = self.wish.width, self.wish.height
        return self._run(width, height, self.pose, again=False, width=width, height=height, latents=noise)

    def second(self, latents: Tensor) -> Tensor:
        width, height = final_size(self.wish)
        larger = _decode(self.base, latents).resize((width, height), Image.Resampling.LANCZOS)
        return self._once_more(larger, self.pose, self.wish.hires_denoise)

    def face(self, picture: Image.Image) -> Image.Image:
        """The picture with its face drawn again, at the size the base is at home in; as it is where that fails."""
        face = find_face(picture, self.base)
        if face is None:
            return picture
        cut = face.cut(picture, self.base.native_size)
        weight = 1.0  # the wish's own is for the wish's pose
        try:
            latents = self._once_more(cut, face.pose, self.wish.face_denoise, controlnet_conditioning_scale=weight)
            drawn = _decode(self.base, latents)
        except BrokenPicture:
            return picture
        return picture if _black(drawn) else face.lay_back(drawn, picture)

    def _once_more(self, picture: Image.Image, pose: Pose | None, denoise: float, **start: Any) -> Tensor:
        start |= {"image": _encode(self.base, picture), "strength": self._strength(denoise)}
        return self._run(*picture.size, pose, again=True, **start)

    def _run(self, across: int, down: int, pose: Pose | None, *, again: bool, **start: Any) -> Tensor:
        """One pass at a size, from what the pipeline is to start with; latents."""
        pipeline = self.base.pipeline(self.wish.sampler, with_pose=pose is not None, again=again)
        if pose is not None:
            skeleton = pose.skeleton(across, down, self.base.limb_width)
            start["control_image" if again else "image"] = skeleton
            start.setdefault("controlnet_conditioning_scale", self.wish.control_weight)
        foreseen = watch(pipeline.scheduler)

        def step_done(_pipeline: Any, _step: int, _timestep: Any, state: dict[str, Tensor]) -> dict[str, Tensor]:
            self.done += 1
            if self.on_step:
                steps = self._steps()
                self.on_step(StepReport(self.done, steps, self.phase, lambda: _small(self.base, foreseen())))
            return state

        latents = pipeline(
            prompt=self.text,
            negative_prompt=one_line(self.wish.negative),
            num_inference_steps=self.wish.steps,
            guidance_scale=self.wish.guidance,
            generator=self.chance,
            output_type="latent",
            callback_on_step_end=step_done,
            **start,
        ).images
        if not bool(torch.isfinite(latents).all()):
            raise BrokenPicture(
                "The model's numbers ran out of range (NaN), so there is no picture. Lower the CFG scale "
                "or the adapter weight and try again."
            )
        return latents

    def _strength(self, denoise: float) -> float:
        """How much of the schedule a further pass goes through: at least its last step."""
        return min(1.0, max(denoise, 1.001 / self.wish.steps))

    def _steps(self) -> int:
        """Of all passes together; Heun takes two for one, but for the very last."""
        wish, order = self.wish, self.base.scheduler(self.wish.sampler).order
        further = [wish.hires_denoise] * (wish.hires > 1) + [wish.face_denoise] * (wish.face_denoise > 0)
        passes = [wish.steps, *(int(wish.steps * self._strength(denoise)) for denoise in further)]
        return sum(order * steps - (order - 1) for steps in passes)


def _black(picture: Image.Image) -> bool:
    return max(brightest for _, brightest in picture.getextrema()) <= BLACK


@torch.no_grad()
def _small(base: Base, latents: Tensor) -> Image.Image:
    """Latents that need not be finished → a picture of at most PREVIEW_SIDE pixels a side, cheaply."""
    side = max(latents.shape[-2:]) * base.pixels_per_latent
    if side > PREVIEW_SIDE:
        latents = functional.interpolate(latents.float(), scale_factor=PREVIEW_SIDE / side, mode="area")
    pixels = base.vae.decode(latents.float() / base.vae.config.scaling_factor).sample
    return _picture(pixels.nan_to_num(0.0))


@torch.no_grad()
def _decode(base: Base, latents: Tensor) -> Image.Image:
    """(1, 4, h, w) latents → picture. In float32 always: SD 1.x's VAE overflows in float16."""
    pixels = base.vae.decode(latents.float() / base.vae.config.scaling_factor).sample
    if not bool(torch.isfinite(pixels).all()):
        raise BrokenPicture(
            "The VAE's numbers ran out of range (NaN), so there is no picture. Try another seed."
        )
    return _picture(pixels)


@torch.no_grad()
def _encode(base: Base, picture: Image.Image) -> Tensor:
    """Picture → (1, 4, h, w) latents, the likeliest ones: with no chance in it."""
    pixels = torch.from_numpy(np.array(picture, dtype=np.float32)).permute(2, 0, 1)[None] / 127.5 - 1
    return base.vae.encode(pixels.to(base.device)).latent_dist.mean * base.vae.config.scaling_factor


def _picture(pixels: Tensor) -> Image.Image:
    values = (pixels[0] / 2 + 0.5).clamp(0, 1).permute(1, 2, 0).cpu().numpy()
    return Image.fromarray((values * 255).round().astype("uint8"))
