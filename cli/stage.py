"""The demo's stage: asks for trainings and pictures as anybody would, waits for them, and takes them in."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from contextlib import suppress

from PIL import Image

from cli.cast import PosePicture, likeness_of
from cli.company import Company
from cli.evening import Drawn, Learning
from cli.waiting import Meter, wait_for
from cli.work import CHANNEL, done, new_id, seconds
from consent.people import Actor
from generation.request import ImageWish
from studio import approvals, delivery, jobs
from studio.errors import SPOKEN
from studio.house import Studio
from studio.imagine import ask_image
from studio.train import NewPhoto, ask_training
from studio.views import TO_APPROVE, JobView


class Stage:
    """Asking and receiving in one studio, with one runner's company."""

    def __init__(self, studio: Studio, company: Company, gauge: Meter) -> None:
        self.studio = studio
        self._company = company
        self._gauge = gauge
        self._asked: dict[str, Actor] = {}

    def learn(self, trainer: Actor, subject: Actor, handle: str, photos: list[NewPhoto], seed: int) -> Learning:
        """Train, from the asking to the measured report. A training left over from a broken evening is taken
        up.
        """
        job_id = self._left_over(handle) or self._ask_training(trainer, handle, photos, seed)
        self._approve(subject, job_id)
        losses: dict[str, float] = {}

        def look(job: JobView) -> None:
            if job.progress and job.progress.loss is not None:
                losses[job.progress.phase] = job.progress.loss

        job = done(self.end_of(job_id, f"learning {handle}", look))
        handed = delivery.fetch(self.studio, job_id)
        delivery.confirm(self.studio, job_id)
        return Learning(False, seconds(job), tuple(losses.items()), handed.report)

    def begin_learning(
        self, trainer: Actor, subject: Actor, handle: str, photos: list[NewPhoto], seed: int
    ) -> str:
        """Ask for a training and come back as soon as it is under way."""
        job_id = self._ask_training(trainer, handle, photos, seed)
        self._approve(subject, job_id)
        while True:
            job = jobs.view(self.studio, job_id)
            self._gauge.show(job, f"learning {handle}")
            if job.finished or job.progress is not None:
                return job_id
            self._company.keep()
            time.sleep(0.1)

    def ask(self, asker: Actor, wish: ImageWish, pose: PosePicture | None = None) -> str:
        """Ask for a picture; returns the job's id at once."""
        job = ask_image(
            self.studio,
            asker,
            wish,
            pose=pose.data if pose else None,
            pose_name=pose.name if pose else "",
            channel=CHANNEL,
            job_id=new_id("picture"),
        )
        self._asked[job.id] = asker
        return job.id

    def receive(self, job_id: str, title: str) -> Drawn:
        """Wait for a picture and take it in, through the gate at the delivery."""
        job = done(self.end_of(job_id, title))
        handed = delivery.fetch(self.studio, job_id)
        assert handed.png is not None, "a picture's job hands over a picture"
        delivery.confirm(self.studio, job_id)
        assert handed.seed is not None, "a drawn picture has a seed"
        image = Image.open(io.BytesIO(handed.png)).convert("RGB")
        return Drawn(
            job_id,
            job.prompt or "",
            handed.seed,
            image,
            handed.label,
            likeness_of(image),
            Image.open(io.BytesIO(handed.skeleton)).convert("RGB") if handed.skeleton else None,
        )

    def end_of(self, job_id: str, title: str, on_look: Callable[[JobView], None] | None = None) -> JobView:
        """Wait until a job has ended, whatever its end."""
        job = wait_for(self.studio, job_id, title, self._company, self._gauge, on_look)
        self._asked.pop(job_id, None)
        return job

    def cancel_everything(self) -> int:
        """Cancel what was asked for and has not ended; returns how many jobs that were."""
        cancelled = 0
        for job_id, asker in self._asked.items():
            with suppress(*SPOKEN):  # it ended in the same moment
                jobs.cancel(self.studio, asker, job_id)
                cancelled += 1
        self._asked.clear()
        return cancelled

    def _ask_training(self, trainer: Actor, handle: str, photos: list[NewPhoto], seed: int) -> str:
        job = ask_training(
            self.studio, trainer, handle, photos, seed=seed, channel=CHANNEL, job_id=new_id("train")
        )
        self._asked[job.id] = trainer
        return job.id

    def _approve(self, subject: Actor, job_id: str) -> None:
        """Whoever is to be learnt looks at the photos and captions first."""
        if jobs.view(self.studio, job_id).state == TO_APPROVE:
            approvals.approve(self.studio, subject, job_id)

    def _left_over(self, handle: str) -> str | None:
        for job in jobs.recent(self.studio, 50):
            if job.kind == "train" and job.handles == (handle,) and not job.finished:
                return job.id
        return None
