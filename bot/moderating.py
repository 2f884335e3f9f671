"""Buttons, lists and forms under what `/moderate` shows, and under what moderators are told in their channel."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Sequence
from typing import Any, Literal, Self

import discord
from discord import ui

from bot import pictures
from bot.asking import Asked, actor_of
from bot.failures import answering
from bot.forms import Form, beside, opening, pressing
from bot.words import moderate as say
from consent.people import Actor
from studio import appeals, incidents, lookups, reports
from studio.audit.asking import require_moderator
from studio.house import Studio
from studio.incidents import IncidentView
from studio.reports import ReportView
from studio.strikes import StrikeView

_UUID = r"[0-9a-f-]{36}"
_MOST_OPTIONS = 25  # Discord's limit


class Verdict(
    ui.DynamicItem[ui.Button[ui.View]], template=rf"likeness:verdict:(?P<what>keep|remove):(?P<id>{_UUID})"
):
    """Decides about a report."""

    def __init__(self, what: Literal["keep", "remove"], report_id: str) -> None:
        style = discord.ButtonStyle.danger if what == "remove" else discord.ButtonStyle.secondary
        label = say.REMOVE if what == "remove" else say.KEEP
        super().__init__(ui.Button(label=label, style=style, custom_id=f"likeness:verdict:{what}:{report_id}"))
        self.what, self.report_id = what, report_id

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The button back from its id."""
        return cls("keep" if match["what"] == "keep" else "remove", match["id"])

    async def callback(self, interaction: Any) -> None:
        """Close the report; the picture in the moderator's hands goes from the message either way."""
        async with pressing(interaction):
            actor, studio = await actor_of(interaction), interaction.client.studio
            view = await asyncio.to_thread(reports.close, studio, actor, self.report_id, self.what)
            left = await asyncio.to_thread(reports.reports, studio, actor)
            buttons = ReviewView(str(view.id), decided=True) if left else None
            await interaction.edit_original_response(
                content=say.decided(view, len(left)), attachments=[], view=buttons
            )


class NextReport(ui.DynamicItem[ui.Button[ui.View]], template=rf"likeness:next-report:(?P<id>{_UUID})"):
    """The next open report after this one."""

    def __init__(self, report_id: str) -> None:
        super().__init__(ui.Button(label=say.NEXT, custom_id=f"likeness:next-report:{report_id}"))
        self.report_id = report_id

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The button back from its id."""
        return cls(match["id"])

    async def callback(self, interaction: Any) -> None:
        """Show it in place of this one."""
        async with pressing(interaction):
            await show_report(interaction, await actor_of(interaction), after=self.report_id)


class ReviewView(ui.View):
    """Under a report."""

    def __init__(self, report_id: str, *, decided: bool = False) -> None:
        super().__init__(timeout=None)
        if not decided:
            self.add_item(Verdict("keep", report_id))
            self.add_item(Verdict("remove", report_id))
        self.add_item(NextReport(report_id))
        self.stop()  # made anew from its ids when one is pressed


async def show_report(interaction: Asked, actor: Actor, after: str | None = None) -> None:
    """The most urgent report, or the next one, with its picture; the look is written down before it is shown."""
    found = await asyncio.to_thread(_next_report, interaction.client.studio, actor, after)
    if found is None:
        sentence = say.NO_MORE if after else say.NO_REPORTS
        await interaction.edit_original_response(content=sentence, attachments=[], view=None)
        return
    view, png = found
    shown, _ = await asyncio.to_thread(pictures.for_viewing, png)
    await interaction.edit_original_response(
        content=say.report(view),
        attachments=[discord.File(io.BytesIO(shown), f"{view.id.hex[:8]}.png", spoiler=True)],
        view=ReviewView(str(view.id)),
    )


def _next_report(studio: Studio, actor: Actor, after: str | None) -> tuple[ReportView, bytes] | None:
    require_moderator(actor)
    views = reports.reports(studio, actor)
    ids = [str(view.id) for view in views]
    start = ids.index(after) + 1 if after in ids else 0
    ordered = [*views[start:], *views[:start]]
    following = next((view for view in ordered if str(view.id) != after), None)
    return (following, lookups.reported(studio, actor, str(following.id))) if following else None


class DecideStrike(
    ui.DynamicItem[ui.Button[ui.View]], template=rf"likeness:strike:(?P<what>lift|uphold):(?P<id>{_UUID})"
):
    """Under an appeal in the moderators' channel."""

    def __init__(self, what: Literal["lift", "uphold"], strike_id: str) -> None:
        label = say.LIFT if what == "lift" else say.UPHOLD
        super().__init__(ui.Button(label=label, custom_id=f"likeness:strike:{what}:{strike_id}"))
        self.what, self.strike_id = what, strike_id

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The button back from its id."""
        return cls("lift" if match["what"] == "lift" else "uphold", match["id"])

    async def callback(self, interaction: Any) -> None:
        """Decide, and leave the outcome in place of the appeal: what somebody had asked for need not stay there."""
        async with pressing(interaction):
            actor, studio = await actor_of(interaction), interaction.client.studio
            lift = self.what == "lift"
            view = await asyncio.to_thread(lambda: appeals.decide(studio, actor, self.strike_id, lift=lift))
            await interaction.edit_original_response(content=say.strike_decided(view, actor.name), view=None)


class AppealView(ui.View):
    """Under an appeal."""

    def __init__(self, strike_id: str) -> None:
        super().__init__(timeout=None)
        self.add_item(DecideStrike("lift", strike_id))
        self.add_item(DecideStrike("uphold", strike_id))
        self.stop()


class LiftStrike(ui.DynamicItem[ui.Select[ui.View]], template="likeness:lift-strike"):
    """A list of strikes to lift one from."""

    def __init__(self, options: Sequence[discord.SelectOption]) -> None:
        super().__init__(
            ui.Select(custom_id="likeness:lift-strike", placeholder=say.LIFT_ONE, options=list(options))
        )

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The list back from the message it stands in."""
        assert isinstance(item, ui.Select)
        return cls(item.options)

    async def callback(self, interaction: Any) -> None:
        """Lift the chosen one."""
        async with pressing(interaction):
            actor, studio = await actor_of(interaction), interaction.client.studio
            chosen = self.item.values[0]
            view = await asyncio.to_thread(lambda: appeals.decide(studio, actor, chosen, lift=True))
            await beside(interaction, say.strike_decided(view, actor.name))


class StrikesView(ui.View):
    """Under the list of strikes."""

    def __init__(self, views: Sequence[StrikeView]) -> None:
        super().__init__(timeout=None)
        self.add_item(LiftStrike([
            discord.SelectOption(
                label=f"{view.who or 'somebody'}: {', '.join(view.reasons)}"[:100],
                value=str(view.id),
                description=f"{view.given_at:%d %B %H:%M} UTC · {view.state}",
            )
            for view in views[:_MOST_OPTIONS]
        ]))
        self.stop()


class CloseIncident(ui.DynamicItem[ui.Select[ui.View]], template="likeness:close-incident"):
    """A list of incidents to close one from."""

    def __init__(self, options: Sequence[discord.SelectOption]) -> None:
        super().__init__(
            ui.Select(custom_id="likeness:close-incident", placeholder=say.CLOSE, options=list(options))
        )

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: ui.Item[Any], match: re.Match[str], /) -> Self:
        """The list back from the message it stands in."""
        assert isinstance(item, ui.Select)
        return cls(item.options)

    async def callback(self, interaction: Any) -> None:
        """Ask how it ended."""
        async with opening(interaction):
            require_moderator(await actor_of(interaction))
            await CloseForm(self.item.values[0]).show(interaction)


class IncidentsView(ui.View):
    """Under the list of incidents."""

    def __init__(self, views: Sequence[IncidentView]) -> None:
        super().__init__(timeout=None)
        self.add_item(CloseIncident([
            discord.SelectOption(
                label=f"{view.handle}: {view.what}"[:100], value=str(view.id), description=f"{view.opened_at:%d %B %Y}"
            )
            for view in views[:_MOST_OPTIONS]
        ]))
        self.stop()


class CloseForm(Form, title=say.CLOSE_TITLE):
    """How an incident ended."""

    template = re.compile(rf"likeness:close-form:({_UUID})")

    def __init__(self, incident: str) -> None:
        super().__init__(custom_id=f"likeness:close-form:{incident}")
        self.incident = incident
        self.outcome: ui.TextInput[Any] = ui.TextInput(
            custom_id="outcome", style=discord.TextStyle.paragraph, max_length=1_000
        )
        self.add_item(ui.Label(text=say.OUTCOME, component=self.outcome, description=say.OUTCOME_HINT))

    async def on_submit(self, interaction: Any) -> None:
        """Close it; the studio lets only moderators."""
        async with answering(interaction, ephemeral=True):
            actor, studio = await actor_of(interaction), interaction.client.studio
            view = await asyncio.to_thread(
                incidents.close, studio, actor, self.incident, self.outcome.value
            )
            await interaction.edit_original_response(content=say.incident_closed(view))


ITEMS = (Verdict, NextReport, DecideStrike, LiftStrike, CloseIncident)
