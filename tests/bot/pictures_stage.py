"""A server where Radke has been learnt already: what happens to pictures begins here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from db.tables import AdapterRow, ConsentRow, JobRow, SubjectRow
from studio import job_files, jobs
from studio.views import JobView
from tests.bot.conftest import Server, png

WISH = "<lora:radke:1> radke on a bench"
WATCHED = "studio clock"


def learnt(server: Server, handle: str = "radke", **scope: Any) -> None:
    """Radke consents, and an adapter lies in the vault, without the detour through a training."""
    server.consent(handle)
    studio = server.studio
    with studio.sessions.begin() as session:
        subject = session.scalars(select(SubjectRow).filter_by(handle=handle)).one()
        consent = session.scalars(select(ConsentRow).filter_by(subject_id=subject.id, state="active")).one()
        if scope:
            consent.scope = {**(consent.scope or {}), **scope}
        now, owner = studio.clock(), job_files.owner_of(subject.id)
        job = JobRow(id=f"train-{handle}", kind="train", state="done", asker_id=subject.owner_id, params={})
        job.created_at = job.finished_at = job.delivered_at = now
        session.add(job)
        session.flush()
        studio.vault.create_key(session, owner)
        session.add(
            AdapterRow(
                job_id=job.id,
                subject_id=subject.id,
                consent_id=consent.id,
                base_model=studio.settings.base_model,
                sha256="0" * 64,
                captions_sha256="0" * 64,
                file=studio.vault.write(session, owner, job_files.name_of(job.id, "adapter"), b"adapter"),
                report={},
                created_at=now,
            )
        )


def pictures(server: Server) -> int:
    """How many pictures stand in the channel."""
    return sum(len(message.attachments) for message in server.channel.history())


def newest(server: Server, count: int) -> list[JobView]:
    """The newest jobs, in the order they were asked."""
    return sorted(jobs.recent(server.studio, count), key=lambda job: (job.created_at, job.place or 0))


def draw_all(server: Server, found: Sequence[JobView]) -> None:
    """What a runner does with each, a picture of its own colour."""
    for number, job in enumerate(found):
        server.finish_picture(job, png((40 * number % 256, 90, 160), (300, 300)))


async def drawn(server: Server, **options: Any) -> Any:
    """Anna's picture, asked, drawn and brought."""
    asked = await server.anna.slash(server.channel, "imagine", prompt=options.pop("prompt", WISH), **options)
    draw_all(server, [job for job in newest(server, 4) if job.state == "queued"])
    await server.look(2)
    return asked


def custom_ids(message: Any) -> dict[str, str]:
    """The buttons of a message: label or placeholder → custom id."""
    return {
        component.get("label") or component.get("placeholder") or "": component.get("custom_id", "")
        for row in message.components
        for component in row.get("components", [])
    }
