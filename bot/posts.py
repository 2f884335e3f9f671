"""What belongs into one message: the jobs that share it, and what of them may be shown right now.

The gate is asked anew for every picture each time a message is put together (`delivery.fetch`), also for those that
stand in it already: so an edit never puts back what may not stay.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import discord
from discord import ui

from bot import pictures, words
from bot.intake import WaitingView
from bot.picture_buttons import OpenView, PictureView
from bot.words import pictures as say
from consent.errors import NotAllowed
from studio import delivery, marks, sheets
from studio.errors import JobEnded
from studio.house import Studio
from studio.views import UNAPPROVED, Delivery, JobView


@dataclass(frozen=True)
class Post:
    """The jobs of one message, in their places."""

    jobs: tuple[JobView, ...]

    @property
    def id(self) -> str:
        """What the message's buttons name: the batch, or the one job."""
        return self.jobs[0].batch or self.jobs[0].id

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen to any of them."""
        return all(job.finished for job in self.jobs)

    @property
    def is_sheet(self) -> bool:
        """Whether they are compared in one picture, which takes all of them."""
        return self.jobs[0].cell is not None

    @property
    def has_news(self) -> bool:
        """Whether something came to its end that the message does not show yet."""
        ended = any(job.finished and job.delivered_at is None for job in self.jobs)
        return ended and (self.finished or not self.is_sheet)

    @property
    def stage(self) -> str:
        """A change of this is worth an edit: where each stands, and what the running one is at."""
        return " ".join(
            f"{job.state} {job.position or ''} {job.progress.phase if job.progress else ''}" for job in self.jobs
        )

    @property
    def draws(self) -> bool:
        """Whether one of them is being drawn right now, so that there may be something to see."""
        return any(job.state == "running" and job.kind == "imagine" for job in self.jobs)

    @property
    def urgency(self) -> tuple[int, int]:
        """Results first, then what runs, then the line from its head on."""
        if self.has_news:
            return 0, 0
        running = any(job.state == "running" for job in self.jobs)
        return (1, 0) if running else (2, min(job.position or 0 for job in self.jobs))


@dataclass(frozen=True)
class Contents:
    """A message put together. `shown` are the jobs whose pictures stand in it."""

    text: str
    files: tuple[tuple[bytes, str, str], ...] = ()  # bytes, name, description
    shown: frozenset[str] = field(default_factory=frozenset)
    spoiler: bool = False
    view: ui.View | None = None
    trained: bool = False

    @property
    def hands_over(self) -> bool:
        """Whether something somebody waits for is in it: worth a new message where the old one was deleted."""
        return bool(self.files) or self.trained

    def attachments(self) -> list[discord.File]:
        """The files, fresh for one request."""
        return [
            discord.File(io.BytesIO(data), name, description=alt, spoiler=self.spoiler)
            for data, name, alt in self.files
        ]


def open_view(post: Post) -> ui.View:
    """The buttons of a message while something waits or runs."""
    first = post.jobs[0]
    return WaitingView(first) if first.state in UNAPPROVED else OpenView(post.id)


def posts(views: Iterable[JobView]) -> list[Post]:
    """Jobs by the message they share, in the order given."""
    shared: dict[str, list[JobView]] = {}
    for view in views:
        shared.setdefault(view.batch or view.id, []).append(view)
    return [Post(tuple(members)) for members in shared.values()]


async def contents(studio: Studio, post: Post, *, spoiler: bool = False) -> Contents:
    """The message as it may look right now. Raises what the studio cannot do (a vault that cannot be read)."""
    brought: list[Delivery] = []
    refusals: dict[str, str] = {}
    for job in post.jobs:
        if job.state != "done":
            continue
        try:
            brought.append(await asyncio.to_thread(delivery.fetch, studio, job.id))
        except (NotAllowed, JobEnded) as refusal:
            refusals[job.id] = str(refusal)
    if len(post.jobs) == 1:
        return await _of_one(studio, post.jobs[0], brought, refusals, spoiler)
    return await _of_several(studio, post, brought, refusals, spoiler)


async def _of_one(
    studio: Studio, job: JobView, brought: Sequence[Delivery], refusals: dict[str, str], spoiler: bool
) -> Contents:
    if not brought:
        view = PictureView.ended(job)
        return Contents(words.ended(job, refusals.get(job.id)), view=view)
    (only,) = brought
    if only.skeleton is not None and only.png is None:
        skeleton, _ = await asyncio.to_thread(pictures.for_viewing, only.skeleton)
        return Contents(say.pose(only), ((skeleton, "pose.png", say.ALT_POSE),), frozenset({job.id}))
    if only.png is None:
        return Contents(words.trained(only), trained=True)
    png, enlarged = await _for_viewing(studio, only)
    file = (png, f"{_name(only)}-{only.seed}.png", words.alt_text(only))
    return Contents(words.picture(only, enlarged), (file,), frozenset({job.id}), spoiler, PictureView.of(job))


async def _of_several(
    studio: Studio, post: Post, brought: Sequence[Delivery], refusals: dict[str, str], spoiler: bool
) -> Contents:
    there = {each.job.id for each in brought}
    notes = [
        say.came_to_nothing(job, refusals.get(job.id))
        for job in post.jobs
        if job.finished and job.id not in there
    ]
    if not post.finished:
        ready = max((job.ready_at for job in post.jobs if job.ready_at), default=None)
        notes.append(say.drawn_so_far(post.jobs, len(brought), ready))
    if not brought:
        if not post.finished:
            return Contents(say.nothing_yet(post.jobs, notes), view=OpenView(post.id))
        first = post.jobs[0]
        text = "\n".join([words.ended(first, refusals.get(first.id)), *(f"-# {note}" for note in notes)])
        return Contents(words.fit(text), view=PictureView.ended(first))
    view = PictureView.of_several(post.jobs, there) if post.finished else OpenView(post.id)
    if post.is_sheet:
        sheet = await asyncio.to_thread(sheets.compared, studio, post.jobs, brought)
        file = (sheet, f"{_name(brought[0])}-compared.png", say.alt_sheet(brought[0], post.jobs))
        text = say.pictures(post.jobs, brought, 1, notes)
        return Contents(text, (file,), frozenset(there), spoiler, view)
    files, enlarged = [], 1
    for each in brought:
        png, enlarged = await _for_viewing(studio, each)
        files.append((png, f"{_name(each)}-{each.seed}.png", words.alt_text(each)))
    return Contents(
        say.pictures(post.jobs, brought, enlarged, notes), tuple(files), frozenset(there), spoiler, view
    )


async def _for_viewing(studio: Studio, brought: Delivery) -> tuple[bytes, int]:
    assert brought.png is not None
    png, enlarged = await asyncio.to_thread(pictures.for_viewing, brought.png)
    if enlarged != 1:
        png = await asyncio.to_thread(marks.renew, studio, brought.job.id, png)
    return png, enlarged


def _name(brought: Delivery) -> str:
    return "-".join(brought.job.handles) or "picture"
