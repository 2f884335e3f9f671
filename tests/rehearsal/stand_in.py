"""A runner without an engine: it takes each open job, rests a moment, and hands in something of the right shape.

It asks the studio what a runner asks, in the same order, and can be killed at any line. The job engine is not asked
for work: what is open stands in the studio's own rows.
"""

from __future__ import annotations

import io
import random
import time
from contextlib import suppress

from PIL import Image
from sqlalchemy import select

from consent.errors import NotAllowed
from db.tables import JobRow
from studio import jobs, poses, work
from studio.errors import JobEnded
from studio.house import Studio, open_studio
from studio.settings import Settings
from studio.views import OPEN
from studio.work import ImageWork, TrainingWork

LOOK_EVERY = 0.1
PULSE = 2.0


def main() -> None:
    """Serve until killed."""
    studio = open_studio(Settings.from_environment())
    print("ready", flush=True)
    pulse_at = 0.0
    while True:
        if time.monotonic() - pulse_at > PULSE:
            work.heartbeat(studio, "stand-in", "none")
            pulse_at = time.monotonic()
        for job_id in _open(studio):
            with suppress(JobEnded, NotAllowed):
                _do(studio, job_id)
            studio.queue.cancel(job_id)
        time.sleep(LOOK_EVERY)


def _open(studio: Studio) -> list[str]:
    with studio.readers() as session:
        query = select(JobRow.id).where(JobRow.state.in_(OPEN)).order_by(JobRow.created_at)
        return list(session.scalars(query))


def _do(studio: Studio, job_id: str) -> None:
    if jobs.view(studio, job_id).kind == poses.KIND:
        poses.claim(studio, job_id)
        poses.finish(studio, job_id, _png(0), people=1, source="photo")
        return
    claimed = work.claim(studio, job_id)
    time.sleep(random.uniform(0, 0.3))
    work.still_allowed(studio, job_id)
    if isinstance(claimed, TrainingWork):
        work.finish_training(studio, claimed, b"adapter of " + claimed.handle.encode(), {"steps": 32})
        return
    assert isinstance(claimed, ImageWork)
    seed = claimed.wish.seed or 0
    text = f"{claimed.wish.prompt}\nSteps: 20, Seed: {seed}"
    work.finish_image(
        studio, claimed, _png(seed), width=300, height=300, seed=seed, parameters=text, skeleton=None
    )


def _png(seed: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (300, 300), (seed % 256, 90, 160)).save(buffer, "PNG")
    return buffer.getvalue()


if __name__ == "__main__":
    main()
