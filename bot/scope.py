"""Filling in a scope: the message that shows it, the four forms, and the yes.

The notice is shown first, and its version and SHA-256 with it. The yes carries the digest of exactly what stands
above it; the studio refuses it when that is not what would be agreed to any more.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any, Self

import discord
from discord import ui

from bot import words
from bot.asking import Asked, actor_of
from bot.failures import Said
from bot.fields import Channels, Choice, Field, Line, Number, People, Roles, Ticks
from bot.forms import Form, opening, pressing
from bot.words import consent as say
from consent.contexts import FORBIDDEN_WITH_A_PERSON
from consent.people import Actor
from studio import drafts, grants, lists, parties, subjects
from studio.drafts import GIVE, SAME, WIDEN, DraftView
from studio.house import Studio

_HANDLE = r"(?P<handle>[a-z0-9_-]{1,40})"
_KINDS = "what|who|how|limits"


def _words_of_ones_own(text: str) -> list[str]:
    return sorted({" ".join(word.split()) for word in text.split(",")} - {""})


def _a_number(text: str) -> int | None:
    if text and not text.isdecimal():
        raise Said(say.NOT_A_NUMBER)
    return int(text) if text else None


def _contexts() -> dict[str, tuple[str, str | None]]:
    known = sorted(lists.read_lists().contexts.keys() - FORBIDDEN_WITH_A_PERSON)
    return {name: (name.replace("_", " "), None) for name in known[:10]}


def fields_of(kind: str) -> tuple[Field, ...]:
    """The fields of a form, at most five."""
    match kind:
        case "what":
            return (Ticks("purposes", say.WHAT, words.PURPOSES),)
        case "who":
            return (
                Choice("askers", say.ASKERS, say.ASKERS_OPTIONS),
                People("people", say.PEOPLE),
                Roles("roles", say.ROLES),
                Channels("places", say.PLACES),
                People("blocked", say.BLOCKED),
            )
        case "how":
            return (
                Choice("realism", say.REALISM, say.REALISM_OPTIONS),
                Choice("company", say.COMPANY, say.COMPANY_OPTIONS),
                Choice("review", say.REVIEW, say.REVIEW_OPTIONS),
                Line("own_words", say.OWN_WORDS, _words_of_ones_own),
            )
        case _:
            return (
                Ticks("forbidden", say.FORBIDDEN, _contexts()),
                Line("daily_limit", say.DAILY, _a_number, most=6),
                Number("months", say.MONTHS, say.MONTHS_OPTIONS),
                Number("keep_photos_days", say.KEPT, say.KEPT_OPTIONS),
            )


class ScopeForm(Form):
    """One of the four forms. With a draft it shows what holds; without one it only reads what came."""

    template = re.compile(rf"likeness:form-(?P<kind>{_KINDS}):{_HANDLE}")

    def __init__(
        self, kind: str, handle: str, draft: DraftView | None = None, accounts: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(title=say.TITLES[kind], custom_id=f"likeness:form-{kind}:{handle}")
        self.handle = handle
        self.fields = {field.name: field for field in fields_of(kind)}
        self.items: dict[str, ui.Item[Any]] = {}
        for name, field in self.fields.items():
            now = _now(draft, name, accounts or {})
            shown: Field = field
            if name == "purposes" and draft is not None:
                shown = Ticks(name, say.WHAT, {key: words.PURPOSES[key] for key in draft.offered})
            self.items[name] = shown.item(now)
            text, more = shown.label
            self.add_item(ui.Label(text=text, description=more, component=self.items[name]))

    async def on_submit(self, interaction: Any, /) -> None:
        """Keep it in the draft, and show that."""
        async with pressing(interaction):
            actor, studio = await actor_of(interaction), interaction.client.studio
            read = {
                name: await field.read(self.items[name], interaction) for name, field in self.fields.items()
            }
            draft = await asyncio.to_thread(drafts.change, studio, actor, self.handle, _changes(read))
            await interaction.edit_original_response(**draft_message(draft))


def _now(draft: DraftView | None, name: str, accounts: Mapping[str, str]) -> Any:
    """What a draft says in one field, as the field shows it; None where nobody has chosen."""
    if draft is None:
        return None
    if name in ("purposes", "months"):
        return getattr(draft, name)
    held = draft.limits.get(name)
    if name in ("people", "blocked"):
        return [accounts[party] for party in held or () if party in accounts]
    return held


def _changes(read: Mapping[str, Any]) -> dict[str, Any]:
    """What a form says, as a draft takes it: an empty choice says nothing, an empty number says “no limit”."""
    said = {name: value for name, value in read.items() if value is not None or name == "daily_limit"}
    if "askers" not in said and said.get("people"):
        said["askers"] = "people"
    elif "askers" not in said and said.get("roles"):
        said["askers"] = "role"
    return said


class Fill(ui.DynamicItem[ui.Button[ui.View]], template=rf"likeness:fill-(?P<kind>{_KINDS}):{_HANDLE}"):
    """Opens one of the forms."""

    def __init__(self, kind: str, handle: str) -> None:
        super().__init__(ui.Button(label=say.FILL[kind], custom_id=f"likeness:fill-{kind}:{handle}"))
        self.kind, self.handle = kind, handle

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The button back from its id."""
        return cls(match["kind"], match["handle"])

    async def callback(self, interaction: Any) -> None:
        """Show the form as the draft has it; the studio refuses everybody but the subject."""
        async with opening(interaction):
            actor = await actor_of(interaction)
            draft, accounts = await asyncio.to_thread(_shown, interaction.client.studio, actor, self.handle)
            await ScopeForm(self.kind, self.handle, draft, accounts).show(interaction)


class Agree(ui.DynamicItem[ui.Button[ui.View]], template=rf"likeness:agree:{_HANDLE}:(?P<digest>[0-9a-f]{{16}})"):
    """The yes to exactly what stands above it."""

    def __init__(self, handle: str, digest: str, act: str = GIVE, *, disabled: bool = False) -> None:
        style = discord.ButtonStyle.success if act in (GIVE, WIDEN) else discord.ButtonStyle.primary
        button = ui.Button[ui.View](
            label=say.AGREE[act], style=style, custom_id=f"likeness:agree:{handle}:{digest}", disabled=disabled
        )
        super().__init__(button)
        self.handle, self.digest = handle, digest

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The button back from its id."""
        return cls(match["handle"], match["digest"])

    async def callback(self, interaction: Any) -> None:
        """Give, take back or agree to more; the studio refuses everybody but the subject."""
        async with pressing(interaction):
            actor, studio = await actor_of(interaction), interaction.client.studio
            act, said = await asyncio.to_thread(drafts.agree, studio, actor, self.handle, self.digest)
            text = words.given(said) if act == GIVE else say.changed(said)
            await interaction.edit_original_response(content=text, embeds=[], view=None)


class Leave(ui.DynamicItem[ui.Button[ui.View]], template=rf"likeness:leave:{_HANDLE}"):
    """A no to what stands above: recorded only where somebody had asked."""

    def __init__(self, handle: str, label: str = words.NO_BUTTON) -> None:
        super().__init__(ui.Button(label=label, custom_id=f"likeness:leave:{handle}"))
        self.handle = handle

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The button back from its id."""
        return cls(match["handle"])

    async def callback(self, interaction: Any) -> None:
        """Refuse what was asked, or leave all as it is."""
        async with pressing(interaction):
            actor = await actor_of(interaction)
            sentence = await asyncio.to_thread(leave, interaction.client.studio, actor, self.handle)
            await interaction.edit_original_response(content=sentence, embeds=[], view=None)


def leave(studio: Studio, actor: Actor, handle: str) -> str:
    """Forget the draft; a question that waits for its answer is answered with no. Returns what to say."""
    drafts.drop(studio, actor, handle)
    state = subjects.subject(studio, handle).consent
    if state == "asked":
        grants.refuse(studio, actor, handle)
        return words.SAID_NO
    return say.LEFT if state in ("given", "active", "paused") else words.NOTHING_RECORDED


def _shown(studio: Studio, actor: Actor, handle: str) -> tuple[DraftView, dict[str, str]]:
    """A draft, and the Discord ids of those it names."""
    draft = drafts.show(studio, actor, handle)
    named = [*draft.limits.get("people", ()), *draft.limits.get("blocked", ())]
    return draft, parties.accounts(studio, "discord", named)


class ScopeView(ui.View):
    """Under a draft: its forms, the yes, and the no."""

    def __init__(self, draft: DraftView) -> None:
        super().__init__(timeout=None)
        for kind in _KINDS.split("|"):
            self.add_item(Fill(kind, draft.handle))
        nothing = draft.act == SAME or not draft.purposes
        self.add_item(Agree(draft.handle, draft.digest, draft.act, disabled=nothing))
        self.add_item(Leave(draft.handle, words.NO_BUTTON if draft.act == GIVE else say.LEAVE_BUTTON))


def draft_message(draft: DraftView) -> dict[str, Any]:
    """A draft with the notice above it, as a message is edited with it."""
    embed = discord.Embed(title=f"{words.NOTICE_TITLE} · {draft.handle}", description=draft.notice.text)
    title = say.YOURS_SO_FAR if draft.act == GIVE else say.HOLDS_THEN
    embed.add_field(name=title, value=say.draft_so_far(draft), inline=False)
    embed.add_field(name=say.UNTIL, value=words.until(draft.until), inline=False)
    embed.set_footer(text=say.notice_foot(draft))
    return {"content": None, "embed": embed, "view": ScopeView(draft)}


ITEMS = (Fill, Agree, Leave)
FORMS = (ScopeForm,)
COMMANDS = ()


async def shown(interaction: Asked, handle: str) -> None:
    """Answer an acknowledged interaction with a fresh draft of the caller's own scope."""
    actor, studio = await actor_of(interaction), interaction.client.studio
    draft = await asyncio.to_thread(drafts.begin, studio, actor, handle)
    await interaction.edit_original_response(**draft_message(draft))
