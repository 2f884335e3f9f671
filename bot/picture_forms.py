"""The forms under pictures: change a wish and ask again, and say what is wrong with a picture."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Self

import discord
from discord import ui

from bot.asking import actor_of
from bot.failures import Said, answering
from bot.forms import Form
from bot.redrawing import Changed, redraw
from bot.words import pictures as say
from generation.request import MAX_PROMPT_CHARACTERS, ImageWish
from studio import batches, reports
from studio.errors import UnknownPicture

_ID = r"[A-Za-z0-9_-]{1,80}"


class EditForm(Form, title=say.EDIT_TITLE):
    """A wish with its words and numbers to change."""

    template = re.compile(rf"likeness:edit-form:({_ID})")

    def __init__(self, job_id: str, wish: ImageWish | None = None) -> None:
        super().__init__(custom_id=f"likeness:edit-form:{job_id}")
        self.job_id = job_id
        long = {"style": discord.TextStyle.paragraph, "max_length": MAX_PROMPT_CHARACTERS}
        self.prompt = _field("prompt", wish.prompt if wish else "", **long)
        self.negative = _field("negative", wish.negative if wish else "", required=False, **long)
        self.seed = _field("seed", str(wish.seed) if wish else "", required=False, max_length=10)
        self.steps = _field("steps", str(wish.steps) if wish else "", required=False, max_length=4)
        cfg = f"{wish.guidance:g}" if wish and wish.guidance is not None else ""
        self.cfg = _field("cfg", cfg, required=False, max_length=6)
        for label, field in (
            (say.EDIT_PROMPT, self.prompt),
            (say.EDIT_NEGATIVE, self.negative),
            (say.EDIT_SEED, self.seed),
            (say.EDIT_STEPS, self.steps),
            (say.EDIT_CFG, self.cfg),
        ):
            hint = say.EDIT_SEED_HINT if field is self.seed else None
            self.add_item(ui.Label(text=label, component=field, description=hint))

    async def on_submit(self, interaction: Any) -> None:
        """Ask for what stands in the form."""
        await redraw(interaction, self.job_id, self._changed)

    def _changed(self, wishes: Sequence[ImageWish], cells: Sequence[str]) -> Changed:
        steps = _whole(self.steps.value, say.EDIT_STEPS)
        return Changed([
            replace(
                wishes[0],
                prompt=self.prompt.value,
                negative=self.negative.value,
                seed=_whole(self.seed.value, say.EDIT_SEED),
                steps=steps if steps is not None else ImageWish.steps,
                guidance=_number(self.cfg.value, say.EDIT_CFG),
                face_denoise=0.0,  # other words, another face; several people would be refused
            )
        ])


class ReportForm(Form, title=say.REPORT_TITLE):
    """Why somebody objects to a picture."""

    template = re.compile(rf"likeness:report-form:({_ID})")

    def __init__(self, about: str) -> None:
        super().__init__(custom_id=f"likeness:report-form:{about}")
        self.about = about
        self.why = _field("why", "", style=discord.TextStyle.paragraph, max_length=1_000)
        self.add_item(ui.Label(text=say.REPORT_WHY, component=self.why, description=say.REPORT_HINT))

    @classmethod
    def from_match(cls, match: re.Match[str]) -> Self:
        """The form back from its id."""
        return cls(match[1])

    async def on_submit(self, interaction: Any) -> None:
        """Report every picture it is about; the message loses them at the bot's next look."""
        async with answering(interaction, ephemeral=True):
            actor, studio = await actor_of(interaction), interaction.client.studio
            members = await asyncio.to_thread(batches.find, studio, self.about)
            drawn = [job for job in members if job.state == "done"]
            if not drawn:
                raise UnknownPicture("There is no such picture here; it may be gone already.")
            for job in drawn:
                await asyncio.to_thread(reports.report, studio, actor, job.id, self.why.value)
            await interaction.edit_original_response(content=say.reported(reports.HOURS))


FORMS = (EditForm, ReportForm)


def _field(name: str, value: str, **options: Any) -> ui.TextInput[Any]:
    return ui.TextInput(custom_id=name, default=value or None, **options)


def _whole(typed: str, what: str) -> int | None:
    if not typed.strip():
        return None
    if not typed.strip().isdecimal():
        raise Said(say.DRAWN_CHANGED.format(what=what))
    return int(typed)


def _number(typed: str, what: str) -> float | None:
    try:
        return float(typed.replace(",", ".")) if typed.strip() else None
    except ValueError:
        raise Said(say.DRAWN_CHANGED.format(what=what)) from None
