"""Asking for something that was asked before, again or changed; whoever presses is the one who asks now."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.asking import Asked, actor_of, channel_in, channel_of, job_id_of, stands_in_line
from bot.failures import answering
from bot.words import pictures as say
from generation.request import FACE_DENOISE, BadRequest, ImageWish, read_prompt
from studio import batches, pictures, sweeps
from studio.errors import UnknownPicture
from studio.imagine import ask_images, in_a_row
from studio.sweeps import Cells

VARIED = 0.25
"""How far a varied picture goes from its own noise to another's: close enough to be the same idea."""
LARGER = 2.0  # times, in each direction


@dataclass(frozen=True)
class Changed:
    """What is to be drawn: one wish, several with their own seeds, or the cells of a sheet."""

    wishes: Sequence[ImageWish]
    cells: Sequence[str] = ()

    @classmethod
    def compared(cls, cells: Cells) -> Changed:
        """A sheet's cells."""
        return cls([cell.wish for cell in cells], [cell.name for cell in cells])


Change = Callable[[Sequence[ImageWish], Sequence[str]], Changed]
"""From the wishes of a message, and what they are called there if it is a sheet, to what is asked for now."""


async def redraw(interaction: Asked, batch_or_job: str, change: Change) -> None:
    """Queue what `change` makes of a job's or a batch's wishes. The gate sees it as anybody's new wish."""
    async with answering(interaction):
        studio, actor = interaction.client.studio, await actor_of(interaction)
        channel = await channel_of(interaction)
        members = await asyncio.to_thread(batches.find, studio, batch_or_job)
        place = channel_in(interaction)
        found = [await asyncio.to_thread(pictures.wished, studio, actor, job.id, place) for job in members]
        if not found:
            raise UnknownPicture("There is no such picture here.")
        changed = change([each.wish for each in found], [job.cell for job in members if job.cell])
        await asyncio.to_thread(
            ask_images,
            studio,
            actor,
            changed.wishes,
            cells=changed.cells,
            pose=None if any(wish.pose_prompt for wish in changed.wishes) else found[0].pose,
            channel=channel,
            job_id=job_id_of(interaction),
        )
        await stands_in_line(interaction)


def again(wishes: Sequence[ImageWish], cells: Sequence[str]) -> Changed:
    """The same with another seed, not varied any more."""
    if cells:
        return Changed.compared(sweeps.anew(wishes, cells))
    fresh = replace(wishes[0], seed=None, variation_seed=None, variation_strength=0.0)
    return Changed(in_a_row(fresh, len(wishes)))


def varied(wishes: Sequence[ImageWish], cells: Sequence[str]) -> Changed:
    """Nearly the same."""
    return Changed([replace(wishes[0], variation_seed=None, variation_strength=VARIED)])


def larger(wishes: Sequence[ImageWish], cells: Sequence[str]) -> Changed:
    """The same, larger."""
    if wishes[0].hires > 1:
        raise BadRequest(say.ALREADY_LARGE)
    return Changed([replace(wishes[0], hires=LARGER)])


def faced(wishes: Sequence[ImageWish], cells: Sequence[str]) -> Changed:
    """The same, with its face drawn once more."""
    if wishes[0].face_denoise:
        raise BadRequest(say.FACE_AGAIN)
    return Changed([replace(wishes[0], face_denoise=FACE_DENOISE)])


def compared(wishes: Sequence[ImageWish], cells: Sequence[str]) -> Changed:
    """A sheet of weights, or of seeds where nobody is in the picture."""
    axis = "weight" if read_prompt(wishes[0].prompt).adapters else "seed"
    return Changed.compared(sweeps.sweep(wishes[0], axis))
