"""What a message says and shows while its jobs wait or run, and when that is worth an edit."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

import discord

from bot import pictures, words
from bot.posts import Post
from bot.words import pictures as say
from studio import jobs
from studio.house import Studio

MOVED = 10
"""Seconds by which a promised time has to move to be said anew (or by a fifth of what is left): Discord counts down
by itself, and estimates waver."""


@dataclass(frozen=True)
class Shown:
    """What stands in a message as far as this process knows; `preview` names the preview in it."""

    stage: str
    line: str
    preview: str | None = None


def line_of(post: Post, *, runner_alive: bool) -> str:
    """What is said of a message's jobs: of several, where the first unfinished one is."""
    now = discord.utils.utcnow()
    going = next((job for job in post.jobs if job.state == "running"), None)
    going = going or next((job for job in post.jobs if not job.finished), post.jobs[0])
    line = words.job_line(going, now, runner_alive=runner_alive)
    if len(post.jobs) == 1:
        return line
    drawn = sum(job.state in ("done", "held") for job in post.jobs)
    ready = max((job.ready_at for job in post.jobs if job.ready_at and job.ready_at > now), default=None)
    return words.fit(f"{line}\n-# {say.drawn_so_far(post.jobs, drawn, ready)}")


async def preview_of(studio: Studio, post: Post, before: Shown | None) -> tuple[bytes | None, str | None]:
    """The half-drawn picture, if it is a new one, and what it is called; None for both where none may be shown.

    The gate is asked each time, also about one that stands there already.
    """
    going = next((job for job in post.jobs if job.state == "running" and job.kind == "imagine"), None)
    name = going.progress.preview if going and going.progress else None
    if going is None or name is None:
        return None, None
    png = await asyncio.to_thread(jobs.preview, studio, going.id)
    if png is None:
        return None, None
    if before and before.preview == f"{going.id} {name}":
        return None, before.preview
    larger, _ = await asyncio.to_thread(pictures.for_viewing, png)
    return larger, f"{going.id} {name}"


def nearly(before: Shown, stage: str, line: str) -> bool:
    """Whether only the promised time moved, and by less than matters."""
    if before.stage != stage:
        return False
    old, new = words.promised(before.line), words.promised(line)
    if not old or not new or words.without_promise(before.line) != words.without_promise(line):
        return False
    left = max(old) - int(time.time())
    return abs(max(old) - max(new)) <= max(MOVED, left / 5)
