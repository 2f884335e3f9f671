"""What is said to a subject about themself: `/consent mine`, the pictures, and what waits for their approval."""

from __future__ import annotations

from bot.words import fit, in_code, moment
from bot.words.consent import as_list
from consent.receipt_page import STANDS
from studio.portraits import Portraits, PortraitView
from studio.views import ConsentView

# Buttons and lists.
CHANGE = "Change what I agreed to…"
PAUSE = "Pause"
RESUME = "End the pause"
STOP = "Stop…"
RECEIPT = "My receipt"
DATA = "My data"
CERTIFICATE = "Erasure certificate"
TELL = "Tell me by DM"
TELL_NOT = "No more DMs"
NEWER, OLDER = "Newer pictures", "Older pictures"
PICTURES = "Your pictures: choose one to see it"
WHICH = "Another name of yours"
REMOVE = "Remove this picture"
NEVER_FROM = "Never from this person"
APPROVE = "Let them have it"
VETO = "No, erase it"
SEE = "See it (only you)"

NOBODY = (
    "Nobody here is you: nobody has asked you, and you have said yes to nothing. With `/consent give` you can; with "
    "`/consent never` nobody can ask you."
)
NO_CERTIFICATE = "Nothing of you was erased yet, so there is no certificate."
CERTIFICATE_SAYS = "What was erased, and what could not be reached."
APPROVED = "They have it now, or get it within moments."
STILL_WAITS = "Your part is done. Somebody else in the picture has to approve it too."
REMOVED = "It is erased. The messages it stood in are being deleted."
VETOED = "It is erased, and nobody has seen it."
DM_OPENED = (
    "From now on I tell you here of pictures of you that wait for your approval, or that you wanted to know of. "
    "`/consent mine` switches that off."
)
DM_YES = "I write you direct messages from now on, and only about pictures of you."
DM_NO = "I write you no direct messages any more. Pictures that wait are in `/consent mine`."
DM_CLOSED = (
    "Discord does not let me write to you: your direct messages are closed for members of this server. Open them under "
    "Privacy Settings of the server, or leave it: I mention you in the channel instead, without the picture."
)


def panel(consent: ConsentView | None, page: Portraits, waiting: int) -> str:
    """What there is of somebody, above the buttons."""
    if consent is None:
        return f"**{page.handle}** is you. You were not asked yet, and nothing is allowed."
    lines = [f"**{page.handle}** · {STANDS.get(consent.state, consent.state)}"]
    if consent.paused_by:
        lines.append(f"Paused by: {' and '.join(consent.paused_by)}.")
    if consent.state in ("given", "active", "paused"):
        lines.append(f"Version {consent.version}, until {moment(consent.expires_at, 'D')}.")
        lines.append(as_list(consent.sentences, 1400))
    if waiting:
        lines.append(f"**{waiting} of your pictures wait for your approval.**")
    which = f", {page.page + 1} of {page.pages}" if page.pages > 1 else ""
    lines.append(f"Pictures of you that are here: {page.total}{which}.")
    return fit("\n".join(lines))


def option(picture: PortraitView) -> tuple[str, str]:
    """One picture in the list: what it was asked with, and by whom, when."""
    waits = {"waiting": "waits for you · ", "approved": "approved · "}.get(picture.review or "", "")
    who = "you" if picture.own else picture.asker
    words = " ".join((picture.prompt or "a picture").split())
    return words[:100] or "a picture", f"{waits}asked by {who}, {picture.made_at:%d %B %Y}"[:100]


def portrait(handle: str, picture: PortraitView) -> str:
    """Above one picture."""
    who = "you" if picture.own else picture.asker
    place, waits = "", ""
    if picture.place and picture.place.startswith("discord:"):
        place = f" in <#{picture.place.split(':')[1]}>"
    if picture.review == "waiting":
        waits = "\nNobody else sees it until you let them."
    prompt = in_code((picture.prompt or "a picture")[:1000])
    return fit(f"**{handle}** · {prompt}\nAsked by {who}{place}, {moment(picture.made_at, 'f')}.{waits}")


def question(mention: str, handle: str) -> str:
    """In the channel, without the picture: something waits."""
    return f"{mention}, a picture of **{handle}** waits for your yes. Nobody else sees it until you give it."


def notice(mention: str, handle: str) -> str:
    """In the channel, to somebody who wants to know of each picture."""
    return f"{mention}, a picture of **{handle}** was made here; you wanted to know of each."


def never_from(name: str, consent: ConsentView) -> str:
    """After somebody was ruled out."""
    return f"**{name}** gets no picture of **{consent.handle}** any more, from now on. {ALL_STOPPED}"


ALL_STOPPED = "What was on its way for them is stopped."


def decided(state: str) -> str:
    """After an approval."""
    return STILL_WAITS if state == "held" else APPROVED
