"""What `/consent` says, to the person it is about: the question, the forms, and what holds now."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.words import fit, moment
from consent.scope import Askers, Company, Realism, Review
from studio.drafts import DraftView
from studio.views import ConsentView

# Commands and their options.
NARROW = "Take back a part of your yes, at once: for what, who, where, how, how often"
WIDEN = "Agree to more than before; you read the notice first"
PAUSE = "Let a yes rest: nothing is made or brought, nothing is deleted"
RESUME = "End the pause you made"
REFUSE = "Say no to a question you were asked; it has no consequences"
CALLED = "You called the person (needed where the yes came by a link)"
NOBODY_REAL = "This character is nobody real, and no portrayed actor"
ALSO_NIGHTLY = "Ask also for the nightly pictures"
ALSO_GALLERY = "Ask also for the gallery"
ALSO_MEASURE = "Ask also to measure how alike pictures are"

# Forms. Discord's limits: 45 characters a title and a label, 100 a description and an option.
AGREE_TITLE = "What you agree to"
FILL = {
    "what": "For what…",
    "who": "Who, and where…",
    "how": "What it may show…",
    "limits": "Never with, how often, how long…",
}
TITLES = {
    "what": "For what",
    "who": "Who may ask, and where",
    "how": "What a picture may show",
    "limits": "Never with, how often, how long",
}
WHAT = ("Each by itself", "What you do not tick is not agreed to.")
ASKERS = ("Who may ask for pictures", "You always may.")
ASKERS_OPTIONS = {
    Askers.ONLY_ME: "Only me",
    Askers.PEOPLE: "Me and the people below",
    Askers.ROLE: "Me and whoever has the roles below",
    Askers.MEMBERS: "Every member",
}
PEOPLE = ("These people", "Counts with “Me and the people below”.")
ROLES = ("These roles", "Counts with “Me and whoever has the roles below”.")
PLACES = ("Only in these channels", "Empty: in every channel.")
BLOCKED = ("Never these people", "Whatever else you say: not for them.")
REALISM = ("What it may look like", None)
REALISM_OPTIONS = {
    Realism.STYLISED: "Stylised only: nothing anybody could take for a photo",
    Realism.ANY: "Any kind of picture",
}
COMPANY = ("Who else may be in it", None)
COMPANY_OPTIONS = {Company.ALONE: "I alone", Company.WITH_OTHERS: "Also others who have agreed"}
REVIEW = ("Whether you see it first", None)
REVIEW_OPTIONS = {
    Review.ASK_ME_FIRST: "Ask me first: nobody else sees it until I approve it",
    Review.TELL_ME: "Tell me of every picture",
    Review.NONE: "I do not have to see it",
}
OWN_WORDS = ("Words that may not be asked for", "Your own, with commas between them; empty: none.")
FORBIDDEN = ("Never with", "Nudity, hate, identity papers and children are never drawn anyway.")
DAILY = ("How many pictures a day at most", "A number; empty: as many as are asked for.")
MONTHS = ("For how long, from today", "It ends by itself; you can end it at any time.")
MONTHS_OPTIONS = {3: "Three months", 6: "Six months", 12: "A year", 24: "Two years", 36: "Three years"}
KEPT = ("Your photos, once they were learnt from", None)
KEPT_OPTIONS = {0: "Delete them within days", 30: "Keep them 30 days", 90: "Keep them 90 days", 365: "Keep them a year"}

# Buttons.
AGREE = {
    "give": "Yes, I agree to this",
    "narrow": "Take it back now",
    "widen": "I have read it, and agree to more",
    "same": "Nothing has changed yet",
}
LEAVE_BUTTON = "Leave it as it is"
NOT_A_NUMBER = "How many pictures a day: write a number like 3, or nothing."
LEFT = "Nothing was changed."
YOURS_SO_FAR = "What you would agree to"
HOLDS_THEN = "What would hold then"
UNTIL = "How long"
NOTHING_TICKED = "Nothing is ticked. Begin with “For what…”; the other buttons are for whoever is particular."
NOTICE_FOOT = "Notice {version} · SHA-256 {digest}"

_PLACE = re.compile(r"discord:(\d+)")
_ROLE = re.compile(r"(?<=the role )(\d+)|(?<=or )(\d{15,})")


def in_discord(sentences: Sequence[str]) -> list[str]:
    """Sentences about a scope with channels and roles as Discord shows them."""
    return [
        _ROLE.sub(lambda found: f"<@&{found[0]}>", _PLACE.sub(r"<#\1>", sentence)) for sentence in sentences
    ]


def as_list(sentences: Sequence[str], most: int = 1024) -> str:
    """Sentences one below the other, cut to what a field holds."""
    text = "\n".join(f"- {sentence}" for sentence in in_discord(sentences))
    return text if len(text) <= most else text[: most - 1] + "…"


def draft_so_far(draft: DraftView) -> str:
    """What a draft says now."""
    return as_list(draft.sentences) if draft.purposes else NOTHING_TICKED


def notice_foot(draft: DraftView) -> str:
    """Which notice is shown; a yes keeps both."""
    return NOTICE_FOOT.format(version=draft.notice.version, digest=draft.notice.sha256)


def changed(consent: ConsentView) -> str:
    """To the subject, after less or more of a yes."""
    holds = as_list(consent.sentences, 1700)
    return fit(f"**{consent.handle}**: from now on this holds (version {consent.version}).\n{holds}")


def paused(consent: ConsentView) -> str:
    """To whoever paused."""
    who = " and ".join("you or the person it is about" if side == "subject" else "a moderator"
                       for side in consent.paused_by)  # fmt: skip
    return (
        f"**{consent.handle}** rests (paused by {who}): nothing is made or brought, and nothing is deleted. "
        f"`/consent resume subject:{consent.handle}` ends the pause."
    )


def resumed(consent: ConsentView) -> str:
    """To whoever resumed."""
    if consent.paused_by:
        sides = " and ".join(consent.paused_by)
        return f"Your pause is over. **{consent.handle}** still rests for the {sides}."
    return f"**{consent.handle}** holds again, until {moment(consent.expires_at, 'D')}."
