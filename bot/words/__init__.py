"""Every sentence the bot says, in one place, so that tone and translation have one place too.

What the studio says (`studio.errors.SPOKEN`) is shown as it is; nothing here rewords a refusal.
Discord's limits: 2,000 characters a message, 100 a choice and an option's description.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from studio.views import (
    HELD,
    UNAPPROVED,
    ConsentView,
    Delivery,
    JobView,
    Progress,
)

MOST_CHARACTERS = 2_000
_BAR = 16

# Commands and their options (at most 100 characters each).
CONSENT = "Who may be drawn: say yes, take it back, ask, confirm"
CONSENT_GIVE = "Say yes to being drawn; only you can, for yourself"
CONSENT_WITHDRAW = "Take your yes back: everything stops, and everything of you is erased here"
CONSENT_ASK = "Ask a member whether they may be drawn"
CONSENT_VERIFY = "For moderators: confirm that a yes really came from this person"
SUBJECT_OPTION = "The name used in <lora:name:1>: small letters, digits, - and _"
MEMBER_OPTION = "Who is asked; only they can answer"
TRAIN = "Learn somebody from photos, once they have said yes"
TRAIN_SUBJECT = "Whom the photos show"
PHOTO_OPTION = "A photo: PNG, JPEG or WebP, at most {megabytes} MB; a dozen different ones work best"
IMAGINE = "Draw a picture"
PROMPT_OPTION = "What to draw, for example: <lora:radke:1> playing guitar"
POSE_OPTION = "Whose pose to take: a photo, an OpenPose skeleton map or OpenPose JSON"
NEGATIVE_OPTION = "What to keep out of the picture"
SEED_OPTION = "The same seed gives the same picture; empty for a random one"
STEPS_OPTION = "How many steps to draw in"
CFG_OPTION = "How closely to follow the prompt"
SAMPLER_OPTION = "How to get from noise to picture"

# While something is under way.
READING_PHOTOS = "Reading the photos…"
IN_LINE = "In line…"
NO_RUNNER = "-# No machine is drawing right now; this waits until one is back, and you need not ask again."
NOTHING_RECORDED = "Then nothing is recorded beyond your name and account, and that you may have been asked."
SAID_NO = "Your no is recorded, with your name and account; nothing else of you is kept. Saying no has no consequences."
ANSWER_BUTTON = "Read and answer"
NO_BUTTON = "No"
NOTICE_TITLE = "Before you say yes"
PURPOSES = {
    "train": ("Learn from my photos", "A small file is learnt from them, encrypted under my key"),
    "generate": ("Draw me", "Members may ask for pictures of me; each is marked as AI-generated"),
    "nightly": ("Nightly pictures", "Draw me in the nightly run"),
    "gallery": ("Gallery", "Show pictures of me in the community's gallery"),
    "measure_likeness": ("Measure likeness", "Compare pictures with my photos; the comparison is not stored"),
}


def fit(text: str) -> str:
    """A text cut to what one message holds."""
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"


def in_code(text: str) -> str:
    """Somebody's words as inline code: no mention, link or formatting in them comes alive."""
    return f"`{' '.join(text.replace('`', 'ˋ').split())}`"


def plain(text: str, *, keep_code: bool = False) -> str:
    """Somebody's name, or a sentence with one in it: nothing in it comes alive, but code where that is meant."""
    marks = r"([\\*_~|<>\[\]#]|:(?=//))" if keep_code else r"([\\`*_~|<>\[\]#]|:(?=//))"
    return re.sub(marks, r"\\\1", " ".join(text.split()))


def broken(reference: str) -> str:
    """What is said when it is our fault; `reference` stands in the log beside what happened."""
    return f"Something went wrong on our side; nothing was kept. Ask again, or tell a moderator: {reference}"


def cannot_reach(missing: str) -> str:
    """Refused before anything is stored: the result could not be brought here."""
    return (
        f"I lack the permission “{missing}” in this channel, so I could not bring the result here. A "
        "moderator can grant it under Edit Channel › Permissions. Nothing was started."
    )


def may_not_write() -> str:
    """The bot may not post in this channel."""
    return "I may not write here. A moderator can grant my role “View Channel” and “Send Messages”."


# Attachments.


def too_large(name: str, megabytes: int) -> str:
    """An attachment refused by its size, before a byte of it is downloaded."""
    return f"{name} is larger than {megabytes} MB. Send a smaller copy. Nothing was read."


def too_large_together(megabytes: int) -> str:
    """Attachments refused by their size together."""
    return f"These photos are more than {megabytes} MB together. Send smaller copies. Nothing was read."


def not_downloaded(name: str) -> str:
    """Discord did not hand an attachment out."""
    return f"{name} could not be fetched from Discord. Attach it again. Nothing was kept."


# Consent.


def whose_else(handle: str) -> str:
    """Only the subject answers for a name."""
    return f"{handle} is somebody else here, and only they can answer for it. Choose another name."


def not_theirs(handle: str, member: str) -> str:
    """A member was asked under a name that belongs to another."""
    return f"{handle} is somebody else than {member}. Choose another name for {member}."


def no_bots() -> str:
    """A bot has no face and no yes."""
    return "A bot cannot say yes. Ask a person."


def not_asked_of_you(handle: str) -> str:
    """Somebody else pressed the button of a question."""
    return f"Only {handle} can answer this, from their own account."


def question(handle: str, mention: str, asker: str) -> str:
    """The public question."""
    return (
        f"{mention}, {asker} asks whether you may be drawn here as **{handle}**. Read what that means before "
        "you answer; no photo or picture of you is stored until you say yes, and saying no has no consequences."
    )


def asked(handle: str) -> str:
    """To whoever asked."""
    return f"{handle} has been asked. After their yes, a moderator other than you confirms it."


def until(expires_at: datetime) -> str:
    """How long a yes would hold."""
    return f"Your yes holds until {moment(expires_at, 'D')}; then it ends by itself."


def given(consent: ConsentView) -> str:
    """To the subject, after their yes."""
    return (
        f"You said yes as **{consent.handle}** to: {', '.join(consent.purposes)}, until "
        f"{moment(consent.expires_at, 'D')}. It counts once a moderator, neither you nor whoever asked, has "
        f"confirmed it: `/consent verify subject:{consent.handle}`. You can take it back at any time: "
        f"`/consent withdraw subject:{consent.handle}`."
    )


def verified(consent: ConsentView) -> str:
    """To the channel, after a moderator's confirmation."""
    return (
        f"**{consent.handle}**'s consent is confirmed by {consent.verified_by}: "
        f"{', '.join(consent.purposes)}, until {moment(consent.expires_at, 'D')}."
    )


def refused_early(refusal: str, *, may_be_asked: bool) -> str:
    """A training refused before its photos were downloaded; with the way to ask, where asking is the way."""
    ask = " In Discord you ask with `/consent ask`." if may_be_asked else ""
    return f"{refusal}\n-# The photos were not downloaded.{ask}"


# A job on its way.


def job_line(job: JobView, now: datetime, *, runner_alive: bool = True) -> str:
    """One message, edited in place: position, then progress."""
    if job.state == "queued":
        place = "next in line" if job.position in (None, 1) else f"number {job.position} in line"
        waiting = f"{_subject_of(job)} · {place}{_ready(job, now) if runner_alive else ''}"
        return fit(waiting if runner_alive else f"{waiting}\n{NO_RUNNER}")
    if job.state in (HELD, *UNAPPROVED):
        return fit(f"{_subject_of(job)} · {plain(job.error or '', keep_code=True)}")
    left = "" if job.progress and job.progress.seconds_left is not None else _ready(job, now)
    return fit(f"{_subject_of(job)} · {_progress(job.progress, now)}{left}")


def picture(delivery: Delivery, enlarged: int) -> str:
    """Under a picture: the label first, then what is needed to draw it again."""
    facts = [in_code(delivery.job.prompt)] if delivery.job.prompt else []
    if delivery.seed is not None:
        facts.append(f"seed {delivery.seed}")
    if enlarged > 1:
        facts.append(f"shown {enlarged}× enlarged")
    label = plain(delivery.label)
    return fit(f"{label}\n-# {' · '.join(facts)}" if facts else label)


def trained(delivery: Delivery) -> str:
    """A finished training: how to use it, and that it was tried before it was handed over."""
    handle = delivery.job.handles[0]
    example = in_code(f"/imagine <lora:{handle}:1> {handle} playing guitar")
    facts = [*_card(delivery.report or {}, delivery.job), "loaded back and tried, so that it does what it is for"]
    return fit(f"**{handle}** has been learnt. Try it: {example}\n-# {' · '.join(facts)}.")


def _card(report: dict[str, Any], job: JobView) -> list[str]:
    """What was learnt from, by whose leave, for how long, and what came of it."""
    facts = []
    if report.get("photos"):
        facts.append(f"{report['photos']} photos, approved by {plain(report.get('approved_by') or 'somebody else')}")
    if report.get("steps"):
        lasted = job.finished_at - job.started_at if job.finished_at and job.started_at else None
        minutes = f" in {max(1, round(lasted.total_seconds() / 60))} min" if lasted else ""
        facts.append(f"{report['steps']} steps{minutes}")
    if report.get("mean_difference"):
        facts.append(f"changes a portrait by {report['mean_difference']:.0f} of 255")
    return facts


def ended(job: JobView, reason: str | None = None) -> str:
    """A job that came to nothing, and why."""
    what = {"failed": "did not work out", "cancelled": "was stopped", "refused": "was refused"}
    outcome = what.get(job.state, "was not delivered")
    return fit(f"{_subject_of(job)} {outcome}. {plain(reason or job.error or '', keep_code=True)}".rstrip())


def alt_text(delivery: Delivery) -> str:
    """The picture described for those who do not see it; Discord takes 1,024 characters."""
    return f"{delivery.label}: {delivery.job.prompt or 'a picture'}"[:1024]


def moment(at: datetime, style: str) -> str:
    """A point in time that Discord shows in the reader's own zone."""
    return f"<t:{int(at.timestamp())}:{style}>"


_PROMISE = re.compile(r"<t:(\d+):R>")


def promised(line: str) -> list[int]:
    """The moments (seconds since 1970) a line says something will be there."""
    return [int(at) for at in _PROMISE.findall(line)]


def without_promise(line: str) -> str:
    """The rest of what it says."""
    return _PROMISE.sub("", line)


def _subject_of(job: JobView) -> str:
    if job.kind == "train":
        return f"Training of **{', '.join(job.handles)}**"
    if job.kind == "pose":
        return "Pose"
    return f"Picture {in_code(job.prompt[:200])}" if job.prompt else "Picture"


def _ready(job: JobView, now: datetime) -> str:
    """When it will be there, as far as the last ones of its kind tell; what is late already is promised no more."""
    return f" · ready {moment(job.ready_at, 'R')}" if job.ready_at and job.ready_at > now else ""


def _progress(progress: Progress | None, now: datetime) -> str:
    if progress is None:
        return "starting"
    parts = [progress.phase]
    if progress.steps:
        filled = min(_BAR, round(_BAR * progress.step / progress.steps))
        parts.append(f"`{'█' * filled}{'░' * (_BAR - filled)}` {progress.step} of {progress.steps}")
    if progress.loss is not None:
        parts.append(f"loss {progress.loss:.4f}")
    if progress.seconds_left is not None:
        parts.append(f"ready {moment(now + timedelta(seconds=progress.seconds_left), 'R')}")
    return " · ".join(parts)
