"""The painter: a wish, the adapters it names and perhaps a pose in; a picture out.

Nothing of anybody stays behind: adapters are attached for one picture and taken off after it, also when it
fails. A base draws one picture at a time; a runner that wants two at once loads two.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

import torch
from PIL import Image

from generation.adapters import load_adapter, unload_adapters, use_adapters
from generation.base import Base
from generation.diffusion import BrokenPicture, OnStep, StepReport, draw, final_size
from generation.infotext import write_parameters
from generation.pose import NobodyInPicture, Pose
from generation.pose.drawn import read_drawn
from generation.request import MAX_SEED, MAX_SIDE, BadRequest, ImageWish, Prompt, check, one_line, seeded

__all__ = ["BrokenPicture", "Picture", "StepReport", "paint", "pose_of"]

POSE_TRIES = 3  # pictures drawn from a pose prompt before giving up on finding somebody in one
MOST_AREA = 4.0  # of the first pass, in areas of the base's native square
MOST_ENLARGED_AREA = 8.0  # of the second, which keeps to the composition of the first


@dataclass(frozen=True)
class Picture:
    """A finished picture, and all it takes to draw it again."""

    image: Image.Image
    skeleton: Image.Image | None  # what the ControlNet was shown of the wish's pose
    wish: ImageWish  # as resolved: every number that was used is in it
    parameters: str  # the infotext


def paint(
    base: Base,
    wish: ImageWish,
    adapters: Mapping[str, bytes],
    pose: Pose | None = None,
    on_step: OnStep | None = None,
) -> Picture:
    """Draw one picture; with a pose prompt, the picture its pose is taken from before that.

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
    unload_adapters(base)
    if one_line(wish.pose_prompt):
        if pose is not None:
            raise BadRequest("The pose comes from a picture or from a pose prompt, not from both; leave one out.")
        pose = pose_of(base, wish, on_step)
    try:
        loaded = [load_adapter(base, use.name, adapters[use.name]) for use in prompt.adapters]
        use_adapters(base, [(use.name, use.text_encoder, use.unet) for use in prompt.adapters])
        image = draw(base, prompt.text, wish, pose, on_step)
    except torch.OutOfMemoryError:
        across, down = final_size(wish)
        raise BadRequest(
            f"{across}x{down} pixels do not fit into this machine's memory. Ask for a smaller size, or enlarge it less."
        ) from None
    finally:
        unload_adapters(base)
    parameters = write_parameters(
        wish,
        model=base.label,
        digest=base.digest,
        control=pose.source if pose else None,
        adapters=[(adapter.name, adapter.digest) for adapter in loaded],
    )
    skeleton = pose.skeleton(*image.size, base.limb_width) if pose else None
    return Picture(image=image, skeleton=skeleton, wish=wish, parameters=parameters)


def pose_of(base: Base, wish: ImageWish, on_step: OnStep | None = None) -> Pose:
    """The pose of somebody in a picture drawn from the wish's pose prompt, by the base alone.

    Tried with the wish's seed and the next ones. Raises BadRequest when nobody is in any of the pictures.
    """
    for number in range(POSE_TRIES):
        seed = (wish.seed + number) % (MAX_SEED + 1)
        plain = replace(wish, negative="", seed=seed, variation_strength=0, hires=1, face_denoise=0)
        image = draw(base, one_line(wish.pose_prompt), plain, None, on_step, "finding the pose")
        with suppress(NobodyInPicture):
            return read_drawn(image, base)
    raise BadRequest(
        f"Nobody whose pose can be read is in {POSE_TRIES} pictures of “{one_line(wish.pose_prompt)}”. Say in the "
        "pose prompt that there is one person, seen whole, or send a pose picture instead."
    )


def _resolved(base: Base, wish: ImageWish) -> ImageWish:
    """The wish with the base's liking where it said nothing; one side alone gives a square."""
    width = wish.width or wish.height or base.native_size
    return replace(
        seeded(wish),
        width=width,
        height=wish.height or width,
        guidance=base.default_guidance if wish.guidance is None else wish.guidance,
        sampler=wish.sampler or base.default_sampler,
    )


def _check_against_base(base: Base, prompt: Prompt, wish: ImageWish) -> None:
    """Bounds that only the base knows: a Stable Diffusion repeats bodies far above its native size."""
    native = base.native_size
    area = wish.width * wish.height / native**2
    if not 1 / 2 <= area <= MOST_AREA or min(wish.width, wish.height) < native // 2:
        raise BadRequest(
            f"{base.label} draws pictures from half to four times the area of {native}x{native}, each "
            f"side at least {math.ceil(native / 2)}; {wish.width}x{wish.height} is outside of that."
        )
    across, down = final_size(wish)
    if across * down > MOST_ENLARGED_AREA * native**2 or max(across, down) > MAX_SIDE:
        raise BadRequest(
            f"{wish.width}x{wish.height} enlarged by {wish.hires:g} would be {across}x{down}; at most "
            f"{MOST_ENLARGED_AREA:g} times the area of {native}x{native} is drawn. Enlarge it less."
        )
    for what, text in (
        ("The prompt", prompt.text),
        ("The negative prompt", one_line(wish.negative)),
        ("The pose prompt", one_line(wish.pose_prompt)),
    ):
        tokens = len(base.tokenizer(text, add_special_tokens=False).input_ids)
        if tokens > base.token_limit:
            raise BadRequest(
                f"{what} has {tokens} tokens (words and pieces of words); {base.label} reads "
                f"{base.token_limit}. Please shorten it: the end would be ignored."
            )
