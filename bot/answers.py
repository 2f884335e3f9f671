"""The buttons that take a yes, a no or a withdrawal.

Each carries what it needs in its custom id (discord.py's DynamicItem), so a button works after a restart of
the bot and of Discord alike. A custom id is no proof of anything: who may press is asked of the studio at
every press.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Any, ClassVar, Self

import discord
from discord import ui

from bot import words
from bot.asking import Asked, actor_of
from bot.failures import Said, answering
from studio import grants, subjects
from studio.house import Studio
from studio.views import SubjectView

_HANDLE = r"(?P<handle>[a-z0-9_-]{1,40})"


class _OfSubject(ui.DynamicItem[ui.Button[ui.View]], template=_HANDLE):
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


class Answer(_OfSubject, template=f"likeness:answer:{_HANDLE}"):
    """Under the public question: shows the notice to the one who was asked, and to nobody else."""

    act, label, style = "answer", words.ANSWER_BUTTON, discord.ButtonStyle.primary

    async def callback(self, interaction: Any) -> None:
        """Answer with the notice."""
        async with answering(interaction, ephemeral=True):
            view = await _own_subject(interaction, self.handle)
            embed, buttons = notice_message(interaction.client.studio, view)
            await interaction.edit_original_response(embed=embed, view=buttons)


class Purposes(ui.DynamicItem[ui.Select[ui.View]], template=f"likeness:purposes:{_HANDLE}"):
    """What is agreed to, purpose by purpose; nothing is ticked beforehand."""

    def __init__(self, handle: str, offered: Sequence[str], ticked: Sequence[str] = ()) -> None:
        options = [
            discord.SelectOption(
                label=words.PURPOSES[purpose][0],
                value=purpose,
                description=words.PURPOSES[purpose][1],
                default=purpose in ticked,
            )
            for purpose in offered
        ]
        super().__init__(
            ui.Select(
                custom_id=f"likeness:purposes:{handle}",
                placeholder=words.TICK,
                min_values=0,
                max_values=len(options),
                options=options,
            )
        )
        self.handle = handle
        self.offered = tuple(offered)

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The list back from its id and the message it stands in."""
        assert isinstance(item, ui.Select)
        return cls(match["handle"], [option.value for option in item.options])

    async def callback(self, interaction: Any) -> None:
        """Arm the yes with what is ticked now."""
        ticked = [purpose for purpose in self.offered if purpose in self.item.values]
        await interaction.response.edit_message(view=NoticeView(self.handle, self.offered, ticked))


class Yes(ui.DynamicItem[ui.Button[ui.View]], template=rf"likeness:yes:{_HANDLE}:(?P<ticked>[a-z_,]*)"):
    """The yes itself, for exactly what was ticked."""

    def __init__(self, handle: str, ticked: Sequence[str]) -> None:
        super().__init__(
            ui.Button(
                label=words.YES_BUTTON,
                style=discord.ButtonStyle.success,
                custom_id=f"likeness:yes:{handle}:{','.join(ticked)}",
                disabled=not ticked,
            )
        )
        self.handle = handle
        self.ticked = tuple(ticked)

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The button back from its id."""
        return cls(match["handle"], [purpose for purpose in match["ticked"].split(",") if purpose])

    async def callback(self, interaction: Any) -> None:
        """Give the consent; the studio refuses everybody but the subject."""
        async with answering(interaction, in_place=True):
            actor = await actor_of(interaction)
            consent = await asyncio.to_thread(
                grants.give, interaction.client.studio, actor, self.handle, self.ticked
            )
            await interaction.edit_original_response(content=words.given(consent), embeds=[], view=None)


class No(_OfSubject, template=f"likeness:no:{_HANDLE}"):
    """The no; recorded only where somebody had asked."""

    act, label = "no", words.NO_BUTTON

    async def callback(self, interaction: Any) -> None:
        """Refuse what was asked, or leave it."""
        async with answering(interaction, in_place=True):
            view = await _own_subject(interaction, self.handle)
            sentence = words.NOTHING_RECORDED
            if view.consent == "asked":
                actor = await actor_of(interaction)
                await asyncio.to_thread(grants.refuse, interaction.client.studio, actor, self.handle)
                sentence = words.SAID_NO
            await interaction.edit_original_response(content=sentence, embeds=[], view=None)


class Erase(_OfSubject, template=f"likeness:withdraw:{_HANDLE}"):
    """Stop, and erase everything."""

    act, label, style = "withdraw", words.ERASE_BUTTON, discord.ButtonStyle.danger

    async def callback(self, interaction: Any) -> None:
        """Withdraw, and say what was erased."""
        async with answering(interaction, in_place=True):
            actor = await actor_of(interaction)
            gone = await asyncio.to_thread(grants.withdraw, interaction.client.studio, actor, self.handle)
            await interaction.edit_original_response(content=words.withdrawn(gone), view=None)


BUTTONS = (Answer, Purposes, Yes, No, Erase)


class QuestionView(ui.View):
    """Under the public question."""

    def __init__(self, handle: str) -> None:
        super().__init__(timeout=None)
        self.add_item(Answer(handle))


class NoticeView(ui.View):
    """Under the notice."""

    def __init__(self, handle: str, offered: Sequence[str], ticked: Sequence[str] = ()) -> None:
        super().__init__(timeout=None)
        self.add_item(Purposes(handle, offered, ticked))
        self.add_item(Yes(handle, ticked))
        self.add_item(No(handle))


class WithdrawalView(ui.View):
    """Under what a withdrawal takes away."""

    def __init__(self, handle: str) -> None:
        super().__init__(timeout=None)
        self.add_item(Erase(handle))


def notice_message(studio: Studio, subject: SubjectView) -> tuple[discord.Embed, NoticeView]:
    """The notice and its buttons: for what was asked, or else for what the studio does without being asked
    more. A question whose date has passed asks nothing: a yes is then to a new one.
    """
    until = subject.expires_at if subject.consent == "asked" else None
    asked = until is not None and until > studio.clock()
    offered = subject.purposes if asked else tuple(str(purpose) for purpose in grants.DEFAULT_PURPOSES)
    embed = discord.Embed(title=f"{words.NOTICE_TITLE} · {subject.handle}", description=grants.notice())
    says = f"{words.notice_field(offered)}\n{words.until(until if asked else None)}"
    embed.add_field(name=words.TICK, value=says, inline=False)
    return embed, NoticeView(subject.handle, offered)


async def _own_subject(interaction: Asked, handle: str) -> SubjectView:
    """The subject, if it depicts whoever pressed; otherwise Said."""
    actor = await actor_of(interaction)
    view = await asyncio.to_thread(subjects.subject, interaction.client.studio, handle)
    if view.owner_party != actor.party:
        raise Said(words.not_asked_of_you(handle))
    return view
