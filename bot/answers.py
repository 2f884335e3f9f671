"""The question in a channel, and who may answer it.

The button carries whom it is about in its custom id (discord.py's DynamicItem), so it works after a restart of the
bot and of Discord alike. A custom id is no proof of anything: who may press is asked of the studio at every press.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any, ClassVar, Self

import discord
from discord import ui

from bot import words
from bot.asking import Asked, actor_of
from bot.failures import Said, answering
from bot.scope import shown
from studio import subjects
from studio.views import SubjectView

HANDLE = r"(?P<handle>[a-z0-9_-]{1,40})"


class OfSubject(ui.DynamicItem[ui.Button[ui.View]], template=HANDLE):
    """A button that knows whom it is about, and nothing else."""

    act: ClassVar[str]  # what stands in the custom id
    label: ClassVar[str]
    style: ClassVar[discord.ButtonStyle] = discord.ButtonStyle.secondary

    def __init__(self, handle: str) -> None:
        super().__init__(
            ui.Button(label=self.label, style=self.style, custom_id=f"likeness:{self.act}:{handle}")
        )
        self.handle = handle

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The button back from its id."""
        return cls(match["handle"])


class Answer(OfSubject, template=f"likeness:answer:{HANDLE}"):
    """Under the public question: shows the notice to the one who was asked, and to nobody else."""

    act, label, style = "answer", words.ANSWER_BUTTON, discord.ButtonStyle.primary

    async def callback(self, interaction: Any) -> None:
        """Answer with the notice."""
        async with answering(interaction, ephemeral=True):
            await own_subject(interaction, self.handle)
            await shown(interaction, self.handle)


class QuestionView(ui.View):
    """Under the public question."""

    def __init__(self, handle: str) -> None:
        super().__init__(timeout=None)
        self.add_item(Answer(handle))


async def own_subject(interaction: Asked, handle: str) -> SubjectView:
    """The subject, if it depicts whoever asks; otherwise Said."""
    actor = await actor_of(interaction)
    view = await asyncio.to_thread(subjects.subject, interaction.client.studio, handle)
    if view.owner_party != actor.party:
        raise Said(words.not_asked_of_you(handle))
    return view


ITEMS = (Answer,)
