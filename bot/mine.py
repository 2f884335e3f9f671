"""`/consent mine`: everything of one's own in one message that only oneself sees, with what can be done about it."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import discord
from discord import app_commands, ui

from bot import own_buttons, words
from bot import reviews as review_buttons
from bot.answers import HANDLE, OfSubject
from bot.asking import Asked, actor_of, handle_of
from bot.consent import GIVEN, commands, own_in, suggest
from bot.failures import Said, answering
from bot.forms import beside, pressing
from bot.own_buttons import Certificate, Change, Data, End, Receipt
from bot.words import mine as say
from bot.words import own as own_words
from consent.people import Actor
from studio import amendments, grants, portraits, preferences, reviews
from studio.house import Studio
from studio.portraits import Portraits
from studio.views import ConsentView

_MOST_CHOICES = 25


@dataclass(frozen=True)
class Mine:
    """What the panel shows."""

    handles: tuple[str, ...]
    consent: ConsentView | None
    page: Portraits
    waiting: int
    by_dm: bool
    erased: bool


@commands.command(name="mine", description=own_words.MINE)
@app_commands.describe(subject=words.SUBJECT_OPTION)
async def mine(interaction: Asked, subject: str | None = None) -> None:
    """Show what there is of whoever asks, to them alone."""
    async with answering(interaction, ephemeral=True):
        actor, studio = await actor_of(interaction), interaction.client.studio
        handle = handle_of(subject) if subject else None
        if handle is None:
            owned = await asyncio.to_thread(portraits.owned, studio, actor)
            if not owned:
                raise Said(say.NOBODY)
            handle = owned[0]
        await panel(interaction, handle)


async def panel(interaction: Asked, handle: str, page: int = 0) -> None:
    """Edit an acknowledged answer into the panel of one subject."""
    actor = await actor_of(interaction)
    found = await asyncio.to_thread(of, interaction.client.studio, actor, handle, page)
    content = say.panel(found.consent, found.page, found.waiting)
    await interaction.edit_original_response(content=content, embeds=[], view=MineView(found))


def of(studio: Studio, actor: Actor, handle: str, page: int) -> Mine:
    """What there is of a subject; the studio refuses everybody but themself."""
    pictures = portraits.portraits(studio, actor, handle, page)
    versions = grants.consents(studio, handle)
    waiting = [view for view in reviews.waiting(studio, actor) if view.handle == handle and view.state == "waiting"]
    return Mine(
        handles=tuple(portraits.owned(studio, actor)),
        consent=versions[-1] if versions else None,
        page=pictures,
        waiting=len(waiting),
        by_dm=preferences.member(studio, actor.party).tell_by_dm,
        erased=bool(versions) and versions[-1].state not in ("asked", *GIVEN),
    )


class Pause(OfSubject, template=f"likeness:pause:{HANDLE}"):
    """Lets one's own consent rest."""

    act, label = "pause", say.PAUSE

    async def callback(self, interaction: Any) -> None:
        """Pause, and show the panel anew."""
        async with pressing(interaction):
            actor = await actor_of(interaction)
            await asyncio.to_thread(amendments.pause, interaction.client.studio, actor, self.handle)
            await panel(interaction, self.handle)


class Resume(OfSubject, template=f"likeness:resume:{HANDLE}"):
    """Ends one's own pause."""

    act, label = "resume", say.RESUME

    async def callback(self, interaction: Any) -> None:
        """Resume, and show the panel anew."""
        async with pressing(interaction):
            actor = await actor_of(interaction)
            await asyncio.to_thread(amendments.resume, interaction.client.studio, actor, self.handle)
            await panel(interaction, self.handle)


class Tell(ui.DynamicItem[ui.Button[ui.View]], template=rf"likeness:tell-(?P<wanted>on|off):{HANDLE}"):
    """Whether the bot may write to somebody: only this button of theirs lets it."""

    labels: ClassVar[dict[bool, str]] = {True: say.TELL, False: say.TELL_NOT}

    def __init__(self, handle: str, *, wanted: bool) -> None:
        custom_id = f"likeness:tell-{'on' if wanted else 'off'}:{handle}"
        super().__init__(ui.Button(label=self.labels[wanted], custom_id=custom_id))
        self.handle, self.wanted = handle, wanted

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The button back from its id."""
        return cls(match["handle"], wanted=match["wanted"] == "on")

    async def callback(self, interaction: Any) -> None:
        """Write once, to see whether it arrives; where it does not, nothing changes and the reason is said."""
        async with pressing(interaction):
            actor, studio = await actor_of(interaction), interaction.client.studio
            if self.wanted:
                try:
                    await interaction.user.send(say.DM_OPENED)
                except discord.Forbidden:
                    await beside(interaction, say.DM_CLOSED)
                    return
            await asyncio.to_thread(
                lambda: preferences.set_member(studio, actor, tell_by_dm=self.wanted)
            )
            await panel(interaction, self.handle)
            await beside(interaction, say.DM_YES if self.wanted else say.DM_NO)


class Turn(ui.DynamicItem[ui.Button[ui.View]], template=rf"likeness:page:{HANDLE}:(?P<page>\d{{1,5}})(?P<way>[no])"):
    """Another page of pictures."""

    def __init__(self, handle: str, page: int, way: str) -> None:
        label = say.NEWER if way == "n" else say.OLDER
        super().__init__(ui.Button(label=label, custom_id=f"likeness:page:{handle}:{page}{way}"))
        self.handle, self.page, self.way = handle, page, way

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The button back from its id."""
        return cls(match["handle"], int(match["page"]), match["way"])

    async def callback(self, interaction: Any) -> None:
        """Show that page."""
        async with pressing(interaction):
            await panel(interaction, self.handle, self.page)


class Pictures(ui.DynamicItem[ui.Select[ui.View]], template=f"likeness:pictures:{HANDLE}"):
    """The pictures of one page, to choose one."""

    def __init__(self, handle: str, page: Portraits | None = None) -> None:
        options = []
        for picture in page.pictures if page else ():
            label, more = say.option(picture)
            options.append(discord.SelectOption(label=label, description=more, value=picture.job_id))
        super().__init__(
            ui.Select(custom_id=f"likeness:pictures:{handle}", placeholder=say.PICTURES, options=options)
        )
        self.handle = handle

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The list back from its id; what is in it stands in the message."""
        return cls(match["handle"])

    async def callback(self, interaction: Any) -> None:
        """Show the picture beside, with what can be done about it."""
        async with answering(interaction, ephemeral=True):
            await review_buttons.show(interaction, self.item.values[0])


class Which(ui.DynamicItem[ui.Select[ui.View]], template="likeness:which"):
    """Another name of the same person."""

    def __init__(self, handles: tuple[str, ...] = ()) -> None:
        options = [discord.SelectOption(label=handle, value=handle) for handle in handles[:_MOST_CHOICES]]
        super().__init__(ui.Select(custom_id="likeness:which", placeholder=say.WHICH, options=options))

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The list back from its id."""
        return cls()

    async def callback(self, interaction: Any) -> None:
        """Show that one."""
        async with pressing(interaction):
            await panel(interaction, self.item.values[0])


class MineView(ui.View):
    """Under the panel: what can be done, the pictures, and other names."""

    def __init__(self, found: Mine) -> None:
        super().__init__(timeout=None)
        handle, page = found.page.handle, found.page
        state = found.consent.state if found.consent else None
        first: list[ui.Item[Any]] = []
        if state in GIVEN:
            first.append(Change(handle))
            if state == "active":
                first.append(Pause(handle))
            elif found.consent and "subject" in found.consent.paused_by:
                first.append(Resume(handle))
        if state in (*GIVEN, "expired", "withdrawn"):
            first.append(End(handle))
        second: list[ui.Item[Any]] = []
        if found.consent is not None:
            second += [Receipt(handle), Data(handle)]
        if found.erased:
            second.append(Certificate(handle))
        second.append(Tell(handle, wanted=not found.by_dm))
        third: list[ui.Item[Any]] = []
        if page.page > 0:
            third.append(Turn(handle, page.page - 1, "n"))
        if page.page + 1 < page.pages:
            third.append(Turn(handle, page.page + 1, "o"))
        rows = [row for row in (first, second, third) if row]
        if page.pictures:
            rows.append([Pictures(handle, page)])
        if len(found.handles) > 1:
            rows.append([Which(found.handles)])
        for number, row in enumerate(rows):
            for item in row:
                item.row = number
                self.add_item(item)


@mine.autocomplete("subject")
async def _own(interaction: Asked, typed: str) -> list[app_commands.Choice[str]]:
    return await suggest(interaction, typed, own_in())


COMMANDS = ()  # it stands in the group of `bot/consent.py`
ITEMS = (
    *review_buttons.ITEMS, *own_buttons.ITEMS, Pause, Resume, Tell, Turn, Pictures, Which,
)  # fmt: skip
