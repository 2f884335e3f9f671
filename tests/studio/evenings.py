"""A subject who has been seen live and agrees to everything, and pictures of them, for gallery and nights."""

from __future__ import annotations

from consent.people import Actor
from generation.request import ImageWish
from studio import challenges, delivery, grants, subjects, work
from studio.house import Studio
from studio.imagine import ask_image
from studio.train import NewPhoto
from studio.work import ImageWork, TrainingWork
from tests.studio.conftest import People, photos, png, queue_training

EVERYTHING = ("train", "generate", "nightly", "gallery")


def live_subject(studio: Studio, people: People, purposes: tuple[str, ...] = EVERYTHING) -> str:
    """Radke, asked, seen live, learnt."""
    handle = subjects.add_subject(studio, people.anna, "radke", owner=people.radke).handle
    grants.ask(studio, people.anna, handle, purposes)
    grants.give(studio, people.radke, handle, purposes)
    challenges.issue(studio, people.mo, handle)
    challenges.answer(studio, people.radke, handle, png())
    challenges.judge(studio, people.mo, handle, passed=True)
    learn(studio, people.anna, handle, photos(6))
    return handle


def learn(studio: Studio, trainer: Actor, handle: str, handed_in: list[NewPhoto]) -> None:
    """A training, with a stand-in for its adapter."""
    job = queue_training(studio, trainer, handle, handed_in)
    claimed = work.claim(studio, job.id)
    assert isinstance(claimed, TrainingWork)
    work.finish_training(studio, claimed, b"adapter of radke", {"loss": 0.1})
    studio.queue.cancel(job.id)


def draw(studio: Studio, job_id: str, data: bytes | None = None) -> None:
    """What a runner does with a picture."""
    claimed = work.claim(studio, job_id)
    assert isinstance(claimed, ImageWork)
    seed = claimed.wish.seed or 0
    picture = data or png(colour=(seed % 256, seed // 256 % 256, 9))
    work.finish_image(
        studio, claimed, picture, width=96, height=128, seed=seed, parameters=claimed.wish.prompt, skeleton=None
    )
    studio.queue.cancel(job_id)


def picture(studio: Studio, asker: Actor, handle: str = "radke", *, channel: str | None = None) -> str:
    """A picture somebody asked for, drawn and brought."""
    wish = ImageWish(f"<lora:{handle}:1> {handle} playing guitar")
    job = ask_image(studio, asker, wish, channel=channel)
    draw(studio, job.id)
    delivery.confirm(studio, job.id)
    return job.id
