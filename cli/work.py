"""`likeness train`, `imagine`, `export`: wishes that end with something to look at."""

from __future__ import annotations

import secrets
from argparse import Namespace
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from cli.company import Company
from cli.door import asker, open_house
from cli.errors import FileTrouble, WishEnded
from cli.files import caption_beside, check_place, make_folder, photo_paths, read, write
from cli.show import answer, count, lasting, remark
from cli.waiting import meter, wait_for
from consent.errors import NotAllowed
from consent.people import Actor
from generation.request import ImageWish
from studio import delivery, jobs
from studio.errors import SPOKEN
from studio.export import export_adapter as adapter_of
from studio.house import Studio
from studio.imagine import ask_image
from studio.train import NewPhoto, ask_training
from studio.views import TO_APPROVE, JobView

CHANNEL = "terminal"


def train(arguments: Namespace) -> None:
    """`train SUBJECT PHOTO…`: hand the photos in for somebody else to approve; one's own are learnt from at once."""
    with open_house(arguments) as studio:
        actor = asker(arguments, studio)
        photos = [NewPhoto(p.name, read(p), caption_beside(p)) for p in photo_paths(arguments.photos)]
        if arguments.previews:
            make_folder(arguments.previews)
        job = ask_training(
            studio,
            actor,
            arguments.subject,
            photos,
            rank=arguments.rank,
            alpha=arguments.alpha,
            seed=arguments.seed,
            channel=CHANNEL,
            job_id=new_id("train"),
        )
        if job.state == TO_APPROVE:
            answer(arguments, {"job": job, "report": None}, lambda: _waits(job))
            return
        learn(arguments, studio, actor, job, len(photos))


def learn(arguments: Namespace, studio: Studio, actor: Actor, asked: JobView, photos: int) -> None:
    """See an approved training through to its measured end."""
    handle = asked.handles[0]
    job = done(follow(studio, actor, asked, handle, previews_into(studio, arguments.previews)))
    handed = delivery.fetch(studio, job.id)
    delivery.confirm(studio, job.id)

    def words() -> str:
        return (
            f"{handle} is learnt from {count(photos, 'photo')} in {lasting(seconds(job))}. "
            f'Try `likeness imagine "<lora:{handle}:1> {handle} playing drums"`.'
        )

    answer(arguments, {"job": job, "report": handed.report}, words)


def _waits(job: JobView) -> str:
    return (
        f"{job.id}: {job.error} Nothing is learnt before that. They look at it with `likeness approve {job.id} --sheet "
        f"sheet.jpg --as NAME` and let it begin with `likeness approve {job.id} --yes --as NAME`."
    )


def imagine(arguments: Namespace) -> None:
    """`imagine PROMPT`: queue it, keep company, write the picture, confirm that it arrived."""
    if arguments.output:
        check_place(arguments.output)
    wish = wish_of(arguments)
    if arguments.previews:
        make_folder(arguments.previews)
    pose = read(arguments.pose) if arguments.pose else None
    with open_house(arguments) as studio:
        actor = asker(arguments, studio)
        name = arguments.pose.name if arguments.pose else ""
        job = ask_image(
            studio, actor, wish, pose=pose, pose_name=name, channel=CHANNEL, job_id=new_id("picture")
        )
        done(follow(studio, actor, job, "picture", previews_into(studio, arguments.previews)))
        hand_over(arguments, studio, job.id)


def wish_of(arguments: Namespace) -> ImageWish:
    """What a command line wishes for; it has been asked for nowhere yet."""
    width, height = arguments.size or (None, None)
    return ImageWish(
        prompt=arguments.prompt,
        negative=arguments.negative,
        seed=arguments.seed,
        guidance=arguments.cfg,
        steps=ImageWish.steps if arguments.steps is None else arguments.steps,
        sampler=arguments.sampler,
        width=width,
        height=height,
        variation_seed=arguments.variation_seed,
        variation_strength=arguments.variation_strength,
        hires=arguments.hires,
        hires_denoise=ImageWish.hires_denoise if arguments.hires_denoise is None else arguments.hires_denoise,
        face_denoise=arguments.face,
        pose_prompt=arguments.pose_prompt,
    )


def export_adapter(arguments: Namespace) -> None:
    """`export adapter SUBJECT -o FILE`."""
    check_place(arguments.output)
    with open_house(arguments) as studio:
        data = adapter_of(studio, asker(arguments, studio), arguments.subject)
    write(arguments.output, data)
    value = {"subject": arguments.subject, "file": arguments.output.absolute(), "bytes": len(data)}
    answer(
        arguments, value, lambda: f"{arguments.output}: {arguments.subject}'s LoRA, {len(data) / 1e6:.1f} MB."
    )


def new_id(kind: str) -> str:
    """A job's name, short enough to type."""
    return f"{kind}-{secrets.token_hex(5)}"


def previews_into(studio: Studio, folder: Path | None) -> Callable[[JobView], None] | None:
    """What writes each new preview of a training or picture into `folder`."""
    if folder is None:
        return None
    written: set[str] = set()

    def look(job: JobView) -> None:
        name = job.progress.preview if job.progress else None
        if name is None or name in written:
            return
        png = jobs.preview(studio, job.id)
        if png is not None:
            written.add(name)
            path = folder / f"preview-{len(written):02}.png"
            write(path, png)
            remark(f"Preview: {path}")

    return look


def follow(
    studio: Studio, actor: Actor, job: JobView, title: str, on_look: Callable[[JobView], None] | None = None
) -> JobView:
    """Wait for a job with company and a bar; Ctrl-C cancels it."""
    try:
        with Company(studio) as company, meter() as gauge:
            try:
                return wait_for(studio, job.id, title, company, gauge, on_look)
            except KeyboardInterrupt:
                # Before the runner is sent home, so that it has nothing left to finish.
                with suppress(*SPOKEN):  # it ended by itself in the same moment
                    jobs.cancel(studio, actor, job.id)
                raise
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"Interrupted: {job.id} is cancelled.") from None


def done(job: JobView) -> JobView:
    """The job, if it has made what was asked for."""
    if job.state == "done":
        return job
    raise WishEnded(job.error or f"{job.id} is {job.state}; there is nothing to fetch.")


def hand_over(arguments: Namespace, studio: Studio, job_id: str) -> None:
    """Fetch, write, confirm. Written but not confirmed is undelivered: it can be fetched again."""
    path: Path = arguments.output or Path(f"likeness-{job_id}.png")
    again = f"The picture is kept: `likeness jobs fetch {job_id} -o FILE`."
    handed = delivery.fetch(studio, job_id)
    assert handed.png is not None, "a picture's job hands over a picture"
    replaced = path.is_file()
    try:
        write(path, handed.png)
    except FileTrouble as trouble:
        raise FileTrouble(f"{trouble} {again}") from trouble
    try:
        delivery.confirm(studio, job_id)
    except NotAllowed:
        # The consent ended while the file was being written: the picture goes back.
        path.unlink(missing_ok=True)
        raise
    value: dict[str, Any] = {
        "job": jobs.view(studio, job_id),
        "file": path.absolute(),
        "label": handed.label,
        "seed": handed.seed,
        "parameters": handed.parameters,
    }
    note = " (in place of the file that was there)" if replaced else ""
    answer(arguments, value, lambda: f"{path}{note}\n{handed.label}\nSeed: {handed.seed}")


def seconds(job: JobView) -> float:
    """How long a job ran."""
    if job.started_at is None or job.finished_at is None:
        return 0.0
    return (job.finished_at - job.started_at).total_seconds()
