"""What `/subject` says."""

from __future__ import annotations

from collections.abc import Sequence

from bot.words import fit, moment
from bot.words.consent import as_list
from studio.views import ConsentView, SubjectView

SUBJECT = "Who can be drawn here: those you may draw, and yourself"
LIST = "Whom you may draw, and who of them is you"
SHOW = "What somebody agreed to, as far as it concerns you"
ADD = "Enter yourself, or a character of your own, under a name; nothing is stored or drawn by that"
NAME = "The name for <lora:name:1>: 2 to 32 small letters, digits, - and _, beginning with a letter"
CHARACTER = "It is a character, and nobody real: who made it, and who may use it"

NOBODY = "There is nobody you may draw yet. `/consent ask` asks somebody, `/consent give` is for yourself."
UNKNOWN = "Nobody you may draw is called “{handle}”. `/subject list` shows whom you may."


def listed(mine: Sequence[SubjectView], usable: Sequence[SubjectView], others: Sequence[SubjectView]) -> str:
    """Everybody an asker may know of; `others` are a moderator's to see."""
    parts = []
    if mine:
        parts.append("**You**\n" + "\n".join(_line(view) for view in mine))
    if usable:
        parts.append("**You may draw**\n" + "\n".join(f"- {view.handle}" for view in usable))
    if others:
        parts.append("**For moderators**\n" + "\n".join(_line(view) for view in others))
    return fit("\n".join(parts) or NOBODY)


def whole(view: SubjectView, consent: ConsentView | None) -> str:
    """Everything about a subject, for themself and for moderators."""
    lines = [f"**{view.handle}** depicts {view.owner} ({view.kind.replace('_', ' ')})."]
    if consent is None:
        lines.append("Never asked: nothing is stored or drawn.")
    else:
        lines.append(f"Consent: {consent.state}, version {consent.version}, until {moment(consent.expires_at, 'D')}.")
        lines.append(as_list(consent.sentences))
    learnt = f"learnt {moment(view.trained_at, 'D')}" if view.trained_at else "not learnt yet"
    lines.append(f"Photos: {view.photos}; {learnt}; pictures: {view.pictures}.")
    return fit("\n".join(lines))


def usable(view: SubjectView) -> str:
    """What somebody who may draw a subject needs to know."""
    until = f", until {moment(view.expires_at, 'D')}" if view.expires_at else ""
    return f"You may draw **{view.handle}**{until}: `/imagine <lora:{view.handle}:1> {view.handle} …`"


def added(view: SubjectView) -> str:
    """After a name was entered."""
    if view.kind == "character":
        return (
            f"**{view.handle}** is entered as a character. Next: `/consent give subject:{view.handle}`, and a "
            "moderator other than you confirms that it is nobody real."
        )
    return f"**{view.handle}** is you. Nothing is stored or drawn before you say `/consent give subject:{view.handle}`."


def _line(view: SubjectView) -> str:
    return f"- {view.handle}: {view.consent or 'never asked'}"
