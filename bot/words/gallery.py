"""What `/gallery` and `/nightly` say."""

from __future__ import annotations

from bot.words import fit, in_code
from studio.gallery import Exhibit
from studio.nightly import MOST_PICTURES, WHO, Plan

GALLERY = "Pictures that members put on show, of people who agreed to the gallery"
OF_WHOM = "Only pictures of this subject"
MENU_SHOW = "Show in gallery"
OLDER, NEWER, TAKE_OUT, SHOW = "◀ Older", "Newer ▶", "Take out", "Show in gallery"

EMPTY = "There is nothing in the gallery yet. Hold a picture of somebody who agreed to it, then Apps › Show in gallery."
NOT_A_PICTURE = "This message has no finished picture of mine in it that could be shown."
SHOWN = "It is in the gallery now. Whoever asked for it, or is in it, can take it out again at any time."
TAKEN_OUT = "It is out of the gallery."

NIGHTLY = "Pictures drawn at night of those who agreed to it"
NIGHTLY_SHOW = "Who takes part, what is drawn, and when"
NIGHTLY_PART = "Take part with a subject, or leave; their consent decides every night"
NIGHTLY_PLAN = "For moderators: at which hour, and how many of each"
NIGHTLY_ADD = "For moderators: add what is drawn"
NIGHTLY_REMOVE = "For moderators: take a prompt away"
HOUR = "The hour in UTC; empty for never"
PICTURES = f"How many of each, 1 to {MOST_PICTURES}"
PROMPT = f"What is drawn, {WHO} for whoever it is: {WHO} playing guitar"
WHICH_PROMPT = "Which prompt"
SUBJECT = "Who: the name in <lora:name:1>"
PART = "Whether they take part"
ON_ITS_WAY = "The nightly picture…"


def exhibit(view: Exhibit) -> str:
    """Under a picture of the gallery: the label first."""
    return fit(f"{view.label}\n-# {in_code(view.prompt[:500])}")


def alt(view: Exhibit) -> str:
    """The picture described for those who do not see it."""
    return f"{view.label}: {view.prompt}"[:1024]


def plan(view: Plan) -> str:
    """How the nights are planned."""
    when = "They are not drawn." if view.hour is None else (
        f"Every night from {view.hour:02d}:00 (UTC): {view.pictures} of each."
    )
    names = [f"**{handle}**{'' if handle in view.tonight else ' (not tonight)'}" for handle in view.handles]
    prompts = [f"{number}. {in_code(text)}" for number, text in view.prompts]
    return fit("\n".join([
        f"Nightly pictures. {when}",
        f"Who takes part: {', '.join(names) or 'nobody yet; `/nightly part` enters somebody who agreed to it'}.",
        *(prompts or ["There is no prompt yet."]),
        f"-# Last run: {view.last or 'none yet'}",
    ]))
