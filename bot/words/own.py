"""What `/consent mine`, `withdraw`, `never`, `receipt` and `data` say to the person they are about."""

from __future__ import annotations

from bot.words import fit
from studio.own_data import Handed
from studio.removals import Progress
from studio.views import NeverView, SubjectView, WithdrawalView

# Commands and their options.
MINE = "Everything of yours: what you agreed to, every picture of you, and what you can do about it"
NEVER = "Say no to everybody, once and for all; or take that back"
NEVER_NAMES = "What else you are called, with commas between; prompts that name you are refused"
LIFT = "Take your standing no back; nothing erased returns"
RECEIPT = "What you agreed to, when, and under which notice, as a page to keep"
DATA = "Everything the studio keeps of you, as a zip: photos, pictures, events"

# Buttons.
STOP_BUTTON = "Stop new pictures"
ERASE_BUTTON = "Stop and erase everything"
NEVER_BUTTON = "Never, for anybody"

TOO_MUCH = (
    "Everything of you together is more than the {megabytes} MB Discord lets me send here. Whoever hosts the studio "
    "can hand it to you: they run `likeness consent data {handle} {handle}.zip --as you`, and it is written down that "
    "you got it. `/consent receipt` fits always."
)
LIFTED = "You may be asked again. Nothing that was erased comes back, and nothing is allowed until you say yes anew."


def before_withdrawal(subject: SubjectView) -> str:
    """What the two withdrawal buttons will do."""
    return (
        f"Both buttons end your consent as **{subject.handle}** at once: nothing new is made or brought, and whatever "
        f"is on its way stops.\n**{STOP_BUTTON}** keeps what there is, out of everybody's reach, until you say more.\n"
        f"**{ERASE_BUTTON}** also erases {subject.photos} photos, what was learnt from them, {subject.pictures} "
        "pictures and the messages they stand in. That cannot be undone."
    )


def stopped(gone: WithdrawalView) -> str:
    """After “stop new pictures”."""
    return (
        f"Your consent as **{gone.handle}** has ended. Jobs stopped: {gone.jobs_stopped}. What there is stays, out of "
        "everybody's reach; press again to erase it, whenever you like."
    )


def withdrawn(gone: WithdrawalView, progress: Progress | None = None) -> str:
    """What a withdrawal stopped and erased, and how far the messages are."""
    lines = [
        f"Your consent as **{gone.handle}** has ended. Jobs stopped: {gone.jobs_stopped}. Erased: photos "
        f"{gone.photos}, learnt files {gone.adapters}, pictures {gone.pictures}, and the key they were stored under."
    ]
    if progress is None:
        messages = gone.messages
        lines.append(f"Messages with pictures to delete: {messages}." if messages else "")
    elif progress.certified:
        lines.append(certified(progress))
    else:
        done = progress.deleted + progress.unreachable
        lines.append(f"Deleting the messages they stood in: {done} of {progress.messages}…")
    return fit("\n".join(line for line in lines if line))


def certified(progress: Progress) -> str:
    """Once the certificate is written."""
    parts = []
    if progress.messages:
        parts.append(f"Messages deleted: {progress.deleted} of {progress.messages}.")
    if progress.unreachable:
        parts.append("What could not be deleted is named in the certificate.")
    parts.append("The certificate says what was erased and what could not be reached; keep it if you like.")
    return " ".join(parts)


def certificate_for_moderators(handle: str, cause: str, deleted: int, kept: int, digest: str) -> str:
    """The certificate in short, for the moderators' channel."""
    left = f" {kept} could not be deleted." if kept else ""
    return (
        f"Everything of **{handle}** is erased (the consent was {cause}). Messages deleted: {deleted}.{left}\n"
        f"-# Erasure certificate, SHA-256 `{digest}`. `likeness erasure certificate {handle}` has all of it."
    )


def before_never(subjects: int) -> str:
    """What a standing no does."""
    own = "; whatever you agreed to ends now, and everything of you is erased" if subjects else ""
    return f"Nobody may ask you any more, and nobody may enter you under any name{own}. Only you can take it back."


def never(view: NeverView) -> str:
    """A standing no, said."""
    return (
        f"It stands: never, for anybody. Known as: {', '.join(view.names)}. "
        "`/consent never lift:True` takes it back; only you can." + (f"\n{view.caution}" if view.caution else "")
    )


RECEIPT_SAYS = "What you agreed to, as a page (open it in a browser, or print it) and for machines."


def handed(what: Handed) -> str:
    """With a zip of everything."""
    missing = f" {what.withheld} pictures with others in them had to stay out." if what.withheld else ""
    return (
        f"{what.photos} photos, {what.pictures} pictures and {what.events} events of **{what.handle}**, in clear: keep "
        f"the file where only you can read it.{missing}"
    )


CERTIFICATE_BY_DM = "Everything of you is erased here. This certificate says what, and what could not be reached."


def head(line: str) -> str:
    """The ledger's head, as a moderator finds it again."""
    return f"The ledger's head today; a copy of this line shows whether anybody has changed what came before.\n`{line}`"
