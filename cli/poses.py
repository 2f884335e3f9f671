"""`likeness pose`: the skeleton of a picture."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from cli.door import asker, open_house
from cli.files import check_place, read, write
from cli.show import answer, count
from cli.work import CHANNEL, done, follow, new_id
from studio import delivery, poses


def show_pose(arguments: Namespace) -> None:
    """`pose FILE`: queue it, keep company, write the skeleton, say how many people are in it."""
    if arguments.output:
        check_place(arguments.output)
    file = read(arguments.picture)
    with open_house(arguments) as studio:
        actor = asker(arguments, studio)
        job = poses.ask_pose(
            studio, actor, file, name=arguments.picture.name, channel=CHANNEL, job_id=new_id("pose")
        )
        seen = poses.fetch_pose(studio, actor, done(follow(studio, actor, job, "pose")).id)
        path: Path = arguments.output or Path(f"likeness-{job.id}.png")
        write(path, seen.png)
        delivery.confirm(studio, job.id)
    value = {"job": seen.job, "file": path.absolute(), "people": seen.people, "source": seen.source}
    answer(arguments, value, lambda: f"{path}\n{count(seen.people, 'figure')} in it.")
