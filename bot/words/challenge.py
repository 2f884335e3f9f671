"""What is said around a live challenge: to the subject, to the channel, to the moderator who looks."""

from __future__ import annotations

from bot.words import moment
from studio.views import ChallengeView, ConsentView

CHALLENGE = "Show that a yes is your own: words and a pose, one picture, one moderator looks"

SHOW = "Show me what to do"
ANSWER = "Hand in my picture"
LOOK = "Look (one moderator, once)"
PASSED = "It is them: words and pose are right"
FAILED = "It is not"
FORM_TITLE = "Your picture"
ASKED = "{handle} has been asked. Once they have handed in their picture, a moderator is told here."
FILE = ("One picture of you", "PNG, JPEG or WebP; stored encrypted, deleted at the verdict.")
HANDED_IN = "Thank you. A moderator looks at it, and it is deleted as soon as they have said what they saw."
NOBODY_TOLD = (
    "Thank you. Your picture is kept, encrypted, but no moderator could be told of it: ask one to mend the moderators' "
    "channel with `/settings server`, then begin anew with `/consent challenge`. Unseen it is deleted after a week."
)
NO_ACCOUNT = (
    "**{handle}** has no account in Discord that could be asked here. In the terminal it goes by "
    "`likeness consent challenge {handle}`."
)
FAILED_SAYS = "Recorded: it was not them, or not what was asked. The picture is deleted. They may try again."


def asked(handle: str, mention: str) -> str:
    """In the channel: somebody is asked to show themself."""
    return (
        f"{mention}, please show that the yes as **{handle}** is your own: the button tells you, and only you, which "
        "words and which pose."
    )


def challenge(drawn: ChallengeView) -> str:
    """To the subject: what to show."""
    return (
        f"Write **{drawn.words}** on a sheet of paper, hold it beside your face, {drawn.pose}, and take a picture. "
        f"Then press the button, {moment(drawn.expires_at, 'R')} at the latest. The picture is stored encrypted, one "
        "moderator looks at it, and it is deleted as soon as they have said what they saw."
    )


def answered(handle: str) -> str:
    """In the channel: a moderator is wanted."""
    return (
        f"**{handle}** has shown themself. A moderator who neither asked them nor handed in photos of them: please "
        "look, and say what you saw. That you looked is written down."
    )


def to_judge(drawn: ChallengeView) -> str:
    """Above the picture, to the moderator who looks."""
    return (
        f"Is this **{drawn.handle}**, with the words **{drawn.words}** on a sheet of paper, {drawn.pose}? "
        "Say so below; the picture is deleted then, whatever you say."
    )


def passed(consent: ConsentView) -> str:
    """After a challenge that was passed."""
    return f"Recorded. **{consent.handle}**'s yes is confirmed by what you saw, and the picture is deleted."


def passed_in_public(consent: ConsentView) -> str:
    """The same, to the channel."""
    return f"**{consent.handle}**'s consent is confirmed by {consent.verified_by}, who saw them show themself."
