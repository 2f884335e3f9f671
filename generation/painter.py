"""The painter: a wish, the adapters it names and perhaps a pose in; a picture out.

    RuntimeError
    └── BrokenPicture  what came out is no picture (not finite, or black all over) and is not delivered

Nothing of anybody stays behind: adapters are attached for one picture and taken off after it, also when it
fails. A base draws one picture at a time; a runner that wants two at once loads two.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from generation.adapters import load_adapter, unload_adapters, use_adapters
from generation.base import Base
from generation.infotext import write_parameters
from generation.pose import Pose
from generation.request import MAX_SEED, BadRequest, ImageWish, Prompt, check, one_line

BLACK = 8  # a picture whose brightest value (0..255) is not above this shows nothing


class BrokenPicture(RuntimeError):
    """What came out of the model is no picture; it is not delivered."""


@dataclass(frozen=True)
class StepReport:
    """One step of `steps` is done (Heun counts half steps)."""

    step: int
    steps: int


@dataclass(frozen=True)
class Picture:
    """A finished picture, and all it takes to draw it again."""

    image: Image.Image
    skeleton: Image.Image | None  # what the ControlNet was shown
    wish: ImageWish  # as resolved: no None left in it
    parameters: str  # the infotext


def paint(
    base: Base,
    wish: ImageWish,
    adapters: Mapping[str, bytes],
    pose: Pose | None = None,
    on_step: Callable[[StepReport], None] | None = None,
) -> Picture:
    """Draw one picture.

    `adapters`: the bytes of each adapter the prompt may name. Raises BadRequest for a wish this base cannot
    draw, AdapterError for an adapter that does not fit, BrokenPicture for what must not be delivered.
    Whatever `on_step` raises ends the drawing and comes out here: that is how a cancellation or a withdrawn
    consent stops it.
    """
    prompt = check(wish)
    wish = _resolved(base, wish)
    _check_against_base(base, prompt, wish)
    absent = [use.name for use in prompt.adapters if use.name not in adapters]
    if absent:
        raise BadRequest(
            f"There is no adapter {absent[0]!r} here; known are {', '.join(sorted(adapters)) or 'none'}."
        )
    skeleton = pose.skeleton(wish.width, wish.height, base.limb_width) if pose else None
    unload_adapters(base)
    try:
        loaded = [load_adapter(base, use.name, adapters[use.name]) for use in prompt.adapters]
        use_adapters(base, [(use.name, use.text_encoder, use.unet) for use in prompt.adapters])
        image = _draw(base, prompt.text, wish, skeleton, on_step)
    finally:
        unload_adapters(base)
    parameters = write_parameters(
        wish,
        model=base.label,
        digest=base.digest,
        control=pose.source if pose else None,
        adapters=[(adapter.name, adapter.digest) for adapter in loaded],
    )
    return Picture(image=image, skeleton=skeleton, wish=wish, parameters=parameters)


def _draw(
    base: Base,
    text: str,
    wish: ImageWish,
    skeleton: Image.Image | None,
    on_step: Callable[[StepReport], None] | None,
) -> Image.Image:
    """The diffusion itself. The noise is drawn on the CPU, so that a seed means one picture on any device."""
    pipeline = base.pipeline(wish.sampler, with_pose=skeleton is not None)

    def step_done(_pipeline: Any, step: int, _timestep: Any, state: dict[str, Tensor]) -> dict[str, Tensor]:
        if on_step:
            on_step(StepReport(step + 1, pipeline.num_timesteps))
        return state

    control: dict[str, Any] = {}
    if skeleton is not None:
        control = {"image": skeleton, "controlnet_conditioning_scale": wish.control_weight}
    latents = pipeline(
        prompt=text,
        negative_prompt=one_line(wish.negative),
        width=wish.width,
        height=wish.height,
        num_inference_steps=wish.steps,
        guidance_scale=wish.guidance,
        generator=torch.Generator("cpu").manual_seed(wish.seed),
        output_type="latent",
        callback_on_step_end=step_done,
        **control,
    ).images
    if not bool(torch.isfinite(latents).all()):
        raise BrokenPicture(
            "The model's numbers ran out of range (NaN), so there is no picture. Lower the CFG scale "
            "or the adapter weight and try again."
        )
    image = _decode(base, latents)
    if max(brightest for _, brightest in image.getextrema()) <= BLACK:
        raise BrokenPicture(
            "The picture came out black all over and was not delivered. Try another seed, a lower "
            "CFG scale or a lower adapter weight."
        )
    return image


@torch.no_grad()
def _decode(base: Base, latents: Tensor) -> Image.Image:
    """(1, 4, h, w) latents → picture. In float32 always: SD 1.x's VAE overflows in float16."""
    pixels = base.vae.decode(latents.float() / base.vae.config.scaling_factor).sample
    if not bool(torch.isfinite(pixels).all()):
        raise BrokenPicture(
            "The VAE's numbers ran out of range (NaN), so there is no picture. Try another seed."
        )
    values = (pixels[0] / 2 + 0.5).clamp(0, 1).permute(1, 2, 0).cpu().numpy()
    return Image.fromarray((values * 255).round().astype("uint8"))


def _resolved(base: Base, wish: ImageWish) -> ImageWish:
    """The wish with the base's liking where it said nothing; one side alone gives a square."""
    width = wish.width or wish.height or base.native_size
    return replace(
        wish,
        width=width,
        height=wish.height or width,
        seed=secrets.randbelow(MAX_SEED + 1) if wish.seed is None else wish.seed,
        guidance=base.default_guidance if wish.guidance is None else wish.guidance,
    )


def _check_against_base(base: Base, prompt: Prompt, wish: ImageWish) -> None:
    """Bounds that only the base knows: a Stable Diffusion repeats bodies far above its native size."""
    native = base.native_size
    area = wish.width * wish.height / native**2
    if not 1 / 2 <= area <= 4 or min(wish.width, wish.height) < native // 2:
        raise BadRequest(
            f"{base.label} draws pictures from half to four times the area of {native}x{native}, each "
            f"side at least {math.ceil(native / 2)}; {wish.width}x{wish.height} is outside of that."
        )
    for what, text in (("The prompt", prompt.text), ("The negative prompt", one_line(wish.negative))):
        tokens = len(base.tokenizer(text, add_special_tokens=False).input_ids)
        if tokens > base.token_limit:
            raise BadRequest(
                f"{what} has {tokens} tokens (words and pieces of words); {base.label} reads "
                f"{base.token_limit}. Please shorten it: the end would be ignored."
            )
