"""Asking for something that was asked before, again or changed; whoever presses is the one who asks now."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot import words
from bot.asking import Asked, actor_of, channel_in, channel_of, job_id_of
from bot.failures import answering
from generation.request import ImageWish
from studio import batches, pictures
from studio.errors import UnknownPicture
from studio.imagine import ask_images
from studio.sweeps import Cells


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
        await interaction.edit_original_response(content=words.READING_WISH)
        members = await asyncio.to_thread(batches.find, studio, batch_or_job)
        place = channel_in(interaction)
        found = [await asyncio.to_thread(pictures.wished, studio, actor, job.id, place) for job in members]
        if not found:
            raise UnknownPicture("There is no such picture here.")
        changed = change([each.wish for each in found], [job.cell for job in members if job.cell])
        # From here on the message is the deliveries' to edit: a line written here could cover the result.
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
