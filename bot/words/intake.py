"""What is said while photos and captions wait for other eyes."""

from __future__ import annotations

from collections.abc import Iterable

from bot.words import in_code, moment, plain
from studio.intakes import IntakePhoto, IntakeView

MOST_LISTED = 1_500
"""Characters of captions in a message; longer lists come as a file beside the sheet."""

MORE = "Add photos"
LOOK = "Look"
LOOK_AND_DECIDE = "Look and decide"
THAT_IS_ALL = "That is all"
CANCEL = "Cancel"
APPROVE = "Approve"
EDIT = "Edit captions"
USE = "Photos to learn from ({first} to {last})"
PHOTOS_FIELD = "Up to ten photos"
PHOTOS_HINT = "PNG, JPEG or WebP; a dozen different ones work best. You can add more in a further round."
EDIT_TITLE = "Captions"
CAPTIONS_FIELD = "Photos {first} to {last}"
CAPTIONS_HINT = "One line a photo: its number, a colon, and what it shows. The name has to be in it."
NO_PHOTOS = "No photo came along, so nothing was stored. Press “Add photos”, or attach some to the command."
NOTHING_NEW = "No photo came along. Everything is as it was."
STOPPED = "Stopped. The photos that nobody had approved are deleted."
FILE = "captions.txt"


def form_title(handle: str) -> str:
    """Above the form that takes photos; 45 characters at most."""
    return f"Photos of {handle}"[:45]


def sheet(view: IntakeView) -> str:
    """Above the contact sheet, for those who may see it."""
    dropped = len(view.photos) - view.used
    lines = [
        f"**{view.handle}**: {len(view.photos)} photos from {plain(view.trainer)}, {view.used} to learn from."
        + (f" The {dropped} dimmed are left out and deleted at the approval." if dropped else ""),
    ]
    if view.state == "gathering":
        lines.append("More may come." if view.is_own else f"{plain(view.trainer)} is still adding some.")
        if view.is_own:
            lines.append(f"Press “{THAT_IS_ALL}” when you are done; then {view.awaited} looks at them.")
    elif view.may_approve:
        lines.append(
            "Are these photos of the right person, and do the captions say what is to be seen and no more? Your "
            "approval holds for exactly what you see here."
        )
    else:
        lines.append(f"Waiting for approval by {view.awaited}.")
    lines.append(f"-# Unapproved, all of it is deleted {moment(view.ends_at, 'R')}.")
    return "\n".join(lines)


def call(mention: str, handle: str, trainer: str, photos: int) -> str:
    """To the subject, in the open."""
    return (
        f"{mention}, {plain(trainer)} has handed in {photos} photos of **{handle}** to learn from. Nothing is learnt "
        "before you or a moderator has looked at them; only you see them when you press."
    )


def captions(photos: Iterable[IntakePhoto]) -> str:
    """The captions with their photos' numbers; one that several have is said once."""
    shared: dict[str, list[int]] = {}
    for photo in photos:
        shared.setdefault(photo.caption, []).append(photo.number)
    return "\n".join(f"{_numbers(numbers)}: {caption}" for caption, numbers in shared.items())


def listed(text: str) -> str:
    """Captions inside a message, where nothing in them comes alive."""
    return "\n".join(in_code(line) for line in text.splitlines())


def approved(view: IntakeView) -> str:
    """To whoever approved."""
    return f"Approved: {view.used} photos of {view.handle} and their captions. The training is in line."


def handed_in(view: IntakeView) -> str:
    """To the trainer, who is done."""
    if view.state == "to_approve":
        return f"Handed in. Now {view.awaited} looks at them; this message's line says when that has happened."
    return "Handed in: these are photos of yourself, so the training is in line."


def option(photo: IntakePhoto) -> str:
    """One photo in the list of those to learn from."""
    return f"{photo.number} · {', '.join(photo.remarks) or 'no remark'}"[:100]


def no_such_line(line: str) -> str:
    """A line of the form that does not say which photo it is about."""
    return f"{in_code(line[:80])} does not begin with a photo's number and a colon. Nothing was changed."


def _numbers(numbers: list[int]) -> str:
    """[1, 2, 3, 7] as “1–3, 7”."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in runs)
