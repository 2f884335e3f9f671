"""The engines a runner holds: the base model it draws with, and the training it is in the middle of."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from PIL import Image

from runner.looks import Looks
from studio import poses, work
from studio.house import Studio
from studio.poses import PoseWork
from studio.views import Progress
from studio.work import ImageWork, TrainingWork

if TYPE_CHECKING:  # torch takes seconds to import: the runner reports for work first
    from generation.base import Base
    from training.session import Training

Report = Callable[[Progress], None]
SKELETON_SIDE = 512  # pixels of the longer side of a skeleton to look at


class Engines:
    """What stays in memory between jobs. One job uses it at a time."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._base: Base | None = None
        self._training: tuple[str, Training] | None = None

    def draw(self, job: ImageWork, report: Report) -> None:
        """Draw a picture and hand it in."""
        from generation.painter import StepReport, paint
        from generation.png import encode_png
        from generation.pose import read_pose

        report(Progress("preparing", 0, job.wish.steps))
        pose = read_pose(job.pose) if job.pose is not None else None
        base = self._drawing_base()
        looks = Looks(self._studio, job.job_id)

        def on_step(step: StepReport) -> None:
            report(Progress(step.phase, step.step, step.steps, preview=looks.take(step)))

        picture = paint(base, job.wish, job.adapters, pose, on_step)
        assert picture.wish.seed is not None  # resolved
        work.finish_image(
            self._studio,
            job,
            encode_png(picture),
            width=picture.image.width,
            height=picture.image.height,
            seed=picture.wish.seed,
            parameters=picture.parameters,
            skeleton=_png(picture.skeleton) if picture.skeleton else None,
        )

    def read(self, job: PoseWork) -> None:
        """Read a pose picture and hand in its skeleton, as OpenPose draws it."""
        from generation.pose import read_pose

        pose = read_pose(job.file)
        scale = SKELETON_SIDE / max(pose.width, pose.height)
        width, height = (max(1, round(side * scale)) for side in (pose.width, pose.height))
        skeleton = _png(pose.skeleton(width, height, line_width=8 / 512))
        poses.finish(self._studio, job.job_id, skeleton, people=len(pose.people), source=pose.source)

    def learn(self, job: TrainingWork, epoch: int, report: Report) -> None:
        """Run one epoch (0 is the first) and keep the state after it; an epoch already kept is not run again."""
        from training.reports import StepLoss

        training = self._resumed(job, report)
        if training.epochs_done > epoch:
            return
        phase = f"epoch {epoch + 1} of {job.plan.epochs}"

        def on_step(step: StepLoss) -> None:
            shown = f"epoch-{epoch}" if epoch else None
            report(Progress(phase, step.step, step.steps, step.loss, step.seconds_left, shown))

        result = training.run_epoch(on_step)
        work.keep(self._studio, job.job_id, "preview", _png(result.preview))
        work.keep(self._studio, job.job_id, "state", training.state())
        done = (epoch + 1) * job.plan.steps_per_epoch
        report(Progress(phase, done, job.plan.steps, result.loss, preview=f"epoch-{epoch + 1}"))

    def complete(self, job: TrainingWork, report: Report) -> None:
        """Write the adapter, prove that it works, and hand it in."""
        from training.verify import verify_adapter

        training = self._resumed(job, report)
        report(Progress("checking", job.plan.steps, job.plan.steps, preview=f"epoch-{job.plan.epochs}"))
        adapter = training.finish()
        self.forget()
        proof = verify_adapter(self._load(job.base_model), adapter, job.plan.token)
        work.finish_training(self._studio, job, adapter, {**asdict(proof), "steps": job.plan.steps})

    def forget(self) -> None:
        """Let go of a training, and of the memory it holds."""
        self._training = None

    def _resumed(self, job: TrainingWork, report: Report) -> Training:
        """The training in memory, or one restored from what was kept, or a new one."""
        from training.photos import Example
        from training.session import Training

        if self._training is not None and self._training[0] == job.job_id:
            return self._training[1]
        self._base = None  # two bases in memory at once are one too many on a small card
        report(Progress("preparing", 0, job.plan.steps))
        examples = [Example(Image.open(io.BytesIO(png)), caption) for png, caption in job.examples]
        training = Training(self._load(job.base_model), examples, job.plan)
        state = work.kept(self._studio, job.job_id, "state")
        if state is not None:
            training.restore(state)

        def on_drawn(done: int, of: int) -> None:
            report(Progress("drawing other people, to compare with", done, of))

        training.prepare(on_drawn)
        self._training = (job.job_id, training)
        return training

    def _drawing_base(self) -> Base:
        self.forget()
        if self._base is None:
            self._base = self._load()
        return self._base

    def _load(self, name: str | None = None) -> Base:
        from generation.base import load_base

        settings = self._studio.settings
        return load_base(name or settings.base_model, openpose=settings.openpose_model)

    @staticmethod
    def device() -> str:
        """What this machine computes with, for people."""
        import torch

        return torch.cuda.get_device_name() if torch.cuda.is_available() else "CPU"


def spoken() -> tuple[type[Exception], ...]:
    """The engines' errors whose message is a sentence for people."""
    from generation.adapters import AdapterError
    from generation.base import BaseUnavailable
    from generation.painter import BrokenPicture
    from generation.request import BadRequest
    from training.errors import TrainingError

    return (AdapterError, BadRequest, BaseUnavailable, BrokenPicture, TrainingError)


def _png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def as_event(progress: Progress) -> dict[str, Any]:
    """Progress as the queue stores it: numbers and a phase, nothing personal."""
    return asdict(progress)
