"""`likeness compare`: one wish several times with one thing changed, on one labelled sheet."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from cli.company import Company
from cli.door import asker, open_house
from cli.errors import FileTrouble, WishEnded
from cli.files import check_place, read, write
from cli.show import answer
from cli.waiting import meter, wait_for
from cli.work import CHANNEL, new_id, wish_of
from consent.errors import NotAllowed
from consent.people import Actor
from studio import delivery, jobs, sheets, sweeps
from studio.errors import SPOKEN, JobEnded
from studio.house import Studio
from studio.imagine import ask_images
from studio.views import Delivery, JobView


def compare(arguments: Namespace) -> None:
    """`compare PROMPT`: queue a job for every value, keep company until the last has ended, write the sheet."""
    if arguments.output:
        check_place(arguments.output)
    pose = read(arguments.pose) if arguments.pose else None
    cells = sweeps.sweep(wish_of(arguments), arguments.axis, arguments.values)
    with open_house(arguments) as studio:
        actor = asker(arguments, studio)
        asked = ask_images(
            studio,
            actor,
            [cell.wish for cell in cells],
            cells=[cell.name for cell in cells],
            pose=pose,
            pose_name=arguments.pose.name if arguments.pose else "",
            channel=CHANNEL,
            job_id=new_id("compare"),
        )
        hand_over_sheet(arguments, studio, _follow(studio, actor, asked))


def hand_over_sheet(arguments: Namespace, studio: Studio, asked: Sequence[JobView]) -> None:
    """Fetch all there is, write the sheet, confirm each. What did not come about leaves a gap and is said."""
    name = asked[0].batch or asked[0].id
    again = f"The pictures are kept: `likeness jobs fetch {name} -o FILE`."
    unfinished = next((job for job in asked if not job.finished), None)
    if unfinished is not None:  # held for its subject, or asked for while it is still drawn
        raise WishEnded(f"{unfinished.error or f'{unfinished.id} is {unfinished.state}.'} {again}")
    brought, missing = _fetched(studio, asked)
    if not brought:
        raise WishEnded(next(iter(missing.values())))
    path: Path = arguments.output or Path(f"likeness-{name}.png")
    replaced = path.is_file()
    try:
        write(path, sheets.compared(studio, asked, brought))
    except FileTrouble as trouble:
        raise FileTrouble(f"{trouble} {again}") from trouble
    try:
        for each in brought:
            delivery.confirm(studio, each.job.id)
    except NotAllowed:
        # The consent ended while the file was being written: the pictures go back, all of them, for they are one.
        path.unlink(missing_ok=True)
        raise
    value = {
        "file": path.absolute(),
        "label": brought[0].label,
        "cells": [
            {"name": each.job.cell, "job": each.job.id, "seed": each.seed, "parameters": each.parameters}
            for each in brought
        ],
        "missing": missing,
    }
    answer(arguments, value, lambda: _words(path, replaced, asked, brought, missing))


def _fetched(studio: Studio, asked: Sequence[JobView]) -> tuple[list[Delivery], dict[str, str]]:
    """What there is to hand over, and by its name on the sheet why the rest is not there."""
    brought, missing = [], {}
    for job in asked:
        try:
            brought.append(delivery.fetch(studio, job.id))
        except (NotAllowed, JobEnded) as refusal:
            missing[job.cell or job.id] = str(refusal)
    return brought, missing


def _follow(studio: Studio, actor: Actor, asked: Sequence[JobView]) -> list[JobView]:
    """Wait for all of them, one after the other, as the line goes; Ctrl-C cancels what is not done."""
    try:
        with Company(studio) as company, meter() as gauge:
            try:
                return [wait_for(studio, job.id, job.cell or job.id, company, gauge) for job in asked]
            except KeyboardInterrupt:
                for job in reversed(asked):  # from the last on, so that none begins meanwhile
                    with suppress(*SPOKEN):
                        jobs.cancel(studio, actor, job.id)
                raise
    except KeyboardInterrupt:
        name = asked[0].batch or asked[0].id
        raise KeyboardInterrupt(f"Interrupted: what was not drawn of {name} is cancelled.") from None


def _words(
    path: Path, replaced: bool, asked: Sequence[JobView], brought: Sequence[Delivery], missing: dict[str, str]
) -> str:
    note = " (in place of the file that was there)" if replaced else ""
    lines = [f"{path}{note}", brought[0].label, " · ".join(job.cell or job.id for job in asked)]
    seeds = dict.fromkeys(str(each.seed) for each in brought)
    lines.append(f"Seed{'s' if len(seeds) > 1 else ''}: {', '.join(seeds)}")
    return "\n".join([*lines, *(f"Not drawn, {name}: {why}" for name, why in missing.items())])
