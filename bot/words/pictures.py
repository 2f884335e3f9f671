"""What is said under pictures, on their buttons, and about what is drawn. General sentences are in `bot/words`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.words import fit, in_code, moment, plain
from studio.pictures import PictureView
from studio.tracing import WORDS as HOW
from studio.tracing import Match
from studio.views import Delivery, JobView

# Options of commands (at most 100 characters each).
CONTROL = "What is taken from the picture under “pose”; today the pose and nothing else"
POSE_PROMPT = "Or describe the pose: it is drawn first, of nobody in particular, and the pose taken from it"
COUNT = "How many pictures, each with the next seed; they come in one message"
SIZE = "Width × height in pixels; empty for the size the base model likes best"
STRENGTH = "How strictly to keep to the pose: 1 is usual, 0 not at all"
COMPARE = "Draw the same wish several times with one thing changed, side by side in one picture"
AXIS = "What changes from picture to picture; usually how strongly somebody is drawn in"
VALUES = "Up to nine values with commas, like 0, 0.6, 0.8, 1; empty for a good choice"
POSE_COMMAND = "Show the skeleton a pose picture gives, before anything is drawn with it"
POSE_PICTURE = "A photo, an OpenPose skeleton map or OpenPose JSON"

AXES = {
    "weight": "how strongly somebody is drawn in",
    "seed": "seed",
    "cfg": "cfg",
    "steps": "steps",
    "sampler": "sampler",
}

# Buttons and menus (at most 80 characters; a phone shows about 12).
AGAIN, VARY, EDIT, UPSCALE, COMPARE_BUTTON = "Again", "Vary", "Edit", "Upscale", "Compare"
FACE, INFO, DELETE, REPORT, CANCEL = "Face", "Info", "Delete", "Report", "Cancel"
PICK = "With one of them…"
MENU_INFO, MENU_AGAIN, MENU_MADE, MENU_REPORT = "Info", "Run again", "Made here?", "Report"

# The forms (a title 45 characters, a label 45).
EDIT_TITLE = "Draw it again, changed"
EDIT_PROMPT, EDIT_NEGATIVE, EDIT_SEED, EDIT_STEPS, EDIT_CFG = "Prompt", "Negative prompt", "Seed", "Steps", "CFG"
EDIT_SEED_HINT = "Empty for a random one"
REPORT_TITLE = "Report this picture"
REPORT_WHY = "What is wrong with it?"
REPORT_HINT = "It disappears at once; a moderator decides within 48 hours."

ALT_POSE = "A skeleton map: coloured lines for limbs and points for joints"
READING = "Reading the picture…"
FACE_AGAIN = "The face of this picture was drawn a second time already. “Again” or “Vary” give another one."
ALREADY_LARGE = "This picture was drawn enlarged already; it cannot be made larger again."
NOT_OURS = (
    "This message has no picture in it that was made here. Nothing proves that a picture was not made: an edited one "
    "is not recognised."
)
NOT_OURS_TO_REPEAT = "This is not one of my messages with a picture in it, so there is no wish to repeat."
NO_PICTURE = "There is no picture in this message."
DELETED = "Deleted, with what was kept of it here. Copies others have saved cannot be called back."
STOPPED = "Stopped."
RESTARTED = "I was restarted before I could answer here. Please ask again."
DRAWN_CHANGED = "What you changed cannot be read: {what} must be a number."


def not_a_size(typed: str) -> str:
    """A size that is none."""
    return f"{in_code(typed[:50])} is not a size. Write it like 512x768, or leave it out."


def which(job: JobView) -> str:
    """One of several pictures, as a choice."""
    name = job.cell or f"Picture {job.place or 1}"
    return name[:100]


def pictures(jobs: Sequence[JobView], brought: Sequence[Delivery], enlarged: int, notes: Sequence[str]) -> str:
    """Under several pictures in one message: one label, what was asked, their seeds, and what is missing."""
    first = brought[0]
    facts = [in_code(first.job.prompt)] if first.job.prompt else []
    if first.job.cell is None:
        seeds = [str(each.seed) for each in brought if each.seed is not None]
        facts.append(f"seed{'s' if len(seeds) > 1 else ''} {', '.join(seeds)}")
    else:
        facts.append(" · ".join(which(job) for job in jobs))
    if enlarged > 1:
        facts.append(f"shown {enlarged}× enlarged")
    lines = [plain(first.label), f"-# {' · '.join(facts)}", *(f"-# {note}" for note in notes)]
    return fit("\n".join(lines))


def pose(delivery: Delivery) -> str:
    """Under a skeleton: what is in it, and what it is good for."""
    people = delivery.people or 0
    who = "one person" if people == 1 else f"{people} people"
    return f"{who[0].upper()}{who[1:]} in this pose. Attach the picture to `/imagine` under “pose” to draw in it."


def drawn_so_far(jobs: Sequence[JobView], drawn: int, ready: datetime | None) -> str:
    """How many of several pictures there are."""
    left = f" · ready {moment(ready, 'R')}" if ready else ""
    return f"{drawn} of {len(jobs)} drawn{left}"


def nothing_yet(jobs: Sequence[JobView], notes: Sequence[str]) -> str:
    """Several pictures of which none is there, and one at least came to nothing."""
    prompt = next((job.prompt for job in jobs if job.prompt), None)
    head = f"Pictures {in_code(prompt[:200])}" if prompt else "Pictures"
    return fit("\n".join([head, *(f"-# {note}" for note in notes)]))


def came_to_nothing(job: JobView, reason: str | None) -> str:
    """One of several that is not there, and why."""
    return f"{which(job)}: {plain(reason or job.error or job.state, keep_code=True)}"


def alt_sheet(first: Delivery, jobs: Sequence[JobView]) -> str:
    """A sheet described for those who do not see it."""
    return f"{first.label}: {first.job.prompt or 'pictures'}, compared: {', '.join(which(job) for job in jobs)}"[:1024]


def info(view: PictureView) -> str:
    """Everything a picture was drawn with, and how to ask for it again."""
    job = view.job
    who = " and ".join(job.handles) or "nobody in particular"
    lines = [
        f"**{view.width} × {view.height}** · seed `{view.seed}` · of {plain(who)} · asked by {plain(job.asker)}",
        f"Made {moment(job.finished_at, 'f')}" if job.finished_at else "",
        f"```\n{view.parameters.replace('```', 'ˋˋˋ')[:1200]}\n```",
        f"Again: {in_code(command(view))}",
        f"-# job `{job.id}` · sha256 `{view.sha256[:16]}…`",
    ]
    return fit("\n".join(line for line in lines if line))


def command(view: PictureView) -> str:
    """The command that draws a picture again, to copy."""
    wish = view.wish
    parts = [f"/imagine prompt:{wish.prompt}", f"seed:{view.seed}", f"steps:{wish.steps}"]
    if wish.negative:
        parts.append(f"negative:{wish.negative}")
    if wish.guidance is not None:
        parts.append(f"cfg:{wish.guidance:g}")
    if wish.width and wish.height:
        parts.append(f"size:{wish.width}x{wish.height}")
    if wish.sampler is not None:
        parts.append(f"sampler:{wish.sampler}")
    if wish.pose_prompt:
        parts.append(f"pose_prompt:{wish.pose_prompt}")
    elif view.posed:
        parts.append("pose: (attach it again)")
    return " ".join(parts)


def reported(hours: int) -> str:
    """To whoever reported a picture."""
    return f"Thank you. The picture is out of sight now, and a moderator decides about it within {hours} hours."


def made_here(matches: Sequence[Match], *, whole: bool) -> str:
    """Whether a file is a picture of ours; whom it shows and who asked only where that is to be known (`whole`)."""
    if not matches:
        return NOT_OURS
    lines = ["This was made here: it is AI-generated."]
    for match in matches[:5]:
        said = [HOW[match.how]]
        if match.bits:
            said.append(f"{match.bits} of 64 bits apart")
        if match.made_at:
            said.append(f"made {moment(match.made_at, 'f')}")
        if match.hidden:
            said.append("reported, and hidden until that is decided")
        if whole:
            said.append(f"of {plain(' and '.join(match.handles) or 'nobody in particular')}")
            if match.asker:
                said.append(f"asked by {plain(match.asker)}")
            if match.job_id:
                said.append(f"job `{match.job_id}`")
        lines.append(f"-# {' · '.join(said)}")
    return fit("\n".join(lines))
