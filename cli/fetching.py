"""`likeness jobs fetch`: what was made and did not arrive, once more."""

from __future__ import annotations

from argparse import Namespace

from cli.comparing import hand_over_sheet
from cli.door import open_house
from cli.errors import FileTrouble
from cli.work import done, hand_over
from studio import batches, jobs


def fetch_job(arguments: Namespace) -> None:
    """`jobs fetch ID`: a picture, or by the id they share the sheet of several that are compared."""
    with open_house(arguments) as studio:
        meant = batches.find_id(studio, arguments.id)
        together = batches.find(studio, meant)
        if len(together) > 1 and together[0].cell is not None:
            hand_over_sheet(arguments, studio, together)
            return
        job = done(jobs.view(studio, jobs.find_id(studio, meant)))
        if job.kind != "imagine":
            raise FileTrouble(
                f"{job.id} made no picture. `likeness export adapter` hands out what a training made."
            )
        hand_over(arguments, studio, job.id)
