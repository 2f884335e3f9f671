"""What `/about`, `/help` and `/stats` say, and the strikes under `/settings me`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.words import fit, moment
from studio.limits import LimitsView
from studio.statistics import Statistics
from studio.strikes import Record, StrikeView

ABOUT = "What this is, what it keeps, and under whose rules"
HELP = "What you can do here"
STATS = "What the studio has done, in numbers"
DAYS = "Of how many days"

POLICY = (
    "Nobody is drawn here without their own yes, given from their own account, confirmed by somebody else, and limited "
    "to what they ticked. They can take it back with one button, and everything of them is erased. Every picture is "
    "marked as AI-generated."
)
PRIVACY = (
    "Kept: your Discord id and name, what you ask for, pictures and photos encrypted under a key of the person in "
    "them, and a ledger of what happened. Not kept: messages (one is looked at only where somebody chooses it under "
    "Apps, and then forgotten); wishes that are refused. "
    "`/consent data` hands out everything there is of you as a subject, `/consent withdraw` erases it."
)
FOR_MEMBERS, FOR_SUBJECTS, FOR_MODERATORS = "For members", "For whoever is drawn", "For moderators"
MENUS = "On a message, under Apps"
STRIKES_TITLE = "Strikes against you"
APPEAL = "Have a moderator look at one…"
APPEAL_TITLE = "What had you asked for?"
APPEAL_WORDS = "Your words, and why they are harmless"
APPEAL_HINT = "I keep no refused wish, so moderators know only what you write here."
APPEALED = "The moderators will look at it. Until then it counts."
RULES = (
    "-# Wishes refused for their words count for 7 days. At 6 points you wait for an hour after the last, at 12 for a "
    "day, at 24 for a week. Moderators can lift one; another than you, if you are one."
)


def about(version: str, base_model: str, controller: str | None, jurisdiction: str | None) -> str:
    """What this is."""
    host = controller or "the community that hosts this studio"
    law = f" under the law of {jurisdiction}" if jurisdiction else ""
    return fit("\n".join([
        f"**Likeness** {version}, a consent-first portrait studio. Base model: `{base_model}`.",
        POLICY,
        f"**Privacy.** {PRIVACY}",
        f"Answering for it: {host}{law}. Free software under Apache-2.0: whoever hosts it can give you its source.",
        "-# `/help` says what you can do here.",
    ]))


def help_page(roles: Mapping[str, Sequence[tuple[str, str]]]) -> str:
    """Commands by role, a line each."""
    parts = [
        "\n".join([f"**{role}**", *(f"{name} – {what}" for name, what in commands)])
        for role, commands in roles.items()
        if commands
    ]
    return fit("\n\n".join(parts))


def stats(view: Statistics) -> str:
    """The studio in numbers."""
    lines = [
        f"**The last {view.days} days:** {_count(view.pictures, 'picture')}, {_count(view.trainings, 'training')}.",
        f"A picture waited {_lasting(view.waiting_seconds)} and took {_lasting(view.drawing_seconds)} to draw; a "
        f"training took {_lasting(view.learning_seconds)} (medians).",
        f"People who may be drawn: {view.consents}. Pictures kept: {view.pictures_ever}.",
    ]
    if view.refusals:
        refused = ", ".join(f"{reason.replace('_', ' ')} {times}" for reason, times in view.refusals[:10])
        lines.append(f"Refused, by reason: {refused}.")
    return fit("\n".join(lines))


def standing(limits: LimitsView, record: Record) -> str:
    """Where a member stands, under their settings."""
    lines = [
        f"You have {limits.waiting} of {limits.most_waiting} jobs waiting, and asked for {limits.today} of "
        f"{limits.most_a_day} pictures today.",
    ]
    if limits.cooling_until:
        lines.append(f"Your wishes are taken again {moment(limits.cooling_until, 'R')}.")
    if record.strikes:
        lines.append(f"**{STRIKES_TITLE}** ({record.points} points)")
        lines += [*(_strike(view) for view in record.strikes[:10]), RULES]
    return "\n".join(lines)


def strike_choice(view: StrikeView) -> tuple[str, str]:
    """A strike in a list: what it is about, and when."""
    return ", ".join(view.reasons)[:100], f"{view.given_at:%d %B %H:%M} UTC"


def _strike(view: StrikeView) -> str:
    return (
        f"- {', '.join(view.reasons)}, {view.severity} points, counts until {moment(view.counts_until, 'f')}"
        f"{'' if view.state == 'given' else f' · {view.state}'}"
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _lasting(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5_400 else f"{seconds / 3600:.1f} h"
