"""Asking for a picture."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict, replace
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent.asking import Asking, Control
from consent.errors import NotAllowed
from consent.people import Actor
from consent.scope import Purpose
from db.tables import AdapterRow, JobRow, SubjectRow
from db.vault import STUDIO
from generation.request import ImageWish, check
from studio import gate, job_files, jobs
from studio.errors import NoAdapter, UnknownSubject
from studio.house import Studio
from studio.lists import read_lists
from studio.subjects import trained
from studio.uploads import clean_pose
from studio.views import JobView


def ask_image(
    studio: Studio,
    actor: Actor,
    wish: ImageWish,
    *,
    pose: bytes | None = None,
    pose_name: str = "The pose picture",
    channel: str | None = None,
    job_id: str | None = None,
) -> JobView:
    """Queue one picture; the seed is drawn here, so that the job is the same however often it is begun.

    Raises BadRequest, UnknownSubject (an unknown `<lora:x>`, naming the known ones), NotAllowed, NoAdapter,
    BadUpload; of these only a refused consent leaves a trace, in the ledger.
    """
    job_id = job_id or f"imagine-{uuid4().hex}"
    handles = [use.name for use in check(wish).adapters]
    if wish.seed is None:
        wish = replace(wish, seed=secrets.randbelow(2**32))
    _ask_the_gate(studio, actor, handles, gate.asking(actor, channel, prompt=wish.prompt, negative=wish.negative))
    clean = clean_pose(pose, pose_name) if pose is not None else None

    def store(session: Session, written: list[str]) -> None:
        _store(studio, session, actor, wish, handles, clean, channel, job_id, written)

    return jobs.ask_once(studio, job_id, store)


def _ask_the_gate(studio: Studio, actor: Actor, handles: Sequence[str], asking: Asking) -> None:
    with studio.readers() as session:
        subjects = _subjects(session, handles)
        ids = [subject.id for subject in subjects]
        try:
            gate.require(studio, session, Purpose.GENERATE, subjects, "ask", asking)
            for subject in subjects:
                newest_adapter(studio, session, subject)
            return
        except NotAllowed as error:
            refusal = error
    gate.record_refusal(studio, "image.refused", actor, ids, refusal.reasons)
    raise refusal


def _store(
    studio: Studio,
    session: Session,
    actor: Actor,
    wish: ImageWish,
    handles: Sequence[str],
    pose: bytes | None,
    channel: str | None,
    job_id: str,
    written: list[str],
) -> None:
    subjects = _subjects(session, handles)
    gate.hold(session, subjects)
    control = Control("pose") if pose else None
    asking = gate.asking(actor, channel, prompt=wish.prompt, negative=wish.negative, control=control)
    gate.require(studio, session, Purpose.GENERATE, subjects, "ask", asking)
    pose_file = None if pose is None else studio.vault.file_of(STUDIO, job_files.name_of(job_id, "pose"))
    adapters = {subject: newest_adapter(studio, session, subject) for subject in subjects}
    row = JobRow(
        id=job_id,
        kind="imagine",
        state="queued",
        asker_id=actor.party,
        params={
            "wish": asdict(wish),
            "adapters": {subject.handle: str(adapter.id) for subject, adapter in adapters.items()},
            "pose": pose_file,
            "roles": sorted(actor.roles),
        },
        channel=channel,
        created_at=studio.clock(),
    )
    session.add(row)
    session.flush()
    if pose is not None:
        studio.vault.create_key(session, STUDIO)
        written.append(studio.vault.write(session, STUDIO, job_files.name_of(job_id, "pose"), pose))
    consents = {}
    for subject in subjects:
        consent = gate.newest_consent(session, subject.id)
        assert consent is not None  # the gate has just said so
        consents[subject] = consent.id
    jobs.enqueue(studio, session, actor, row, consents)
    studio.record_each(session, "image.asked", actor, subjects, job_id, prompt=wish.prompt, lists=read_lists().version)


def _subjects(session: Session, handles: Sequence[str]) -> list[SubjectRow]:
    """The subjects of these handles, in order. A name that is not in the registry is an error, never silence."""
    found = {
        row.handle: row for row in session.scalars(select(SubjectRow).where(SubjectRow.handle.in_(handles)))
    }
    for handle in handles:
        if handle not in found:
            known = [f"<lora:{row.handle}:1>" for row in trained(session)]
            names = f"Known: {', '.join(known)}." if known else "Nobody has been trained yet."
            raise UnknownSubject(f"There is no <lora:{handle}>. {names}")
    return [found[handle] for handle in handles]


def newest_adapter(studio: Studio, session: Session, subject: SubjectRow) -> AdapterRow:
    """The subject's latest adapter for the base model in use, or NoAdapter."""
    base = studio.settings.base_model
    row = session.scalar(
        select(AdapterRow)
        .filter_by(subject_id=subject.id, base_model=base)
        .order_by(AdapterRow.created_at.desc())
        .limit(1)
    )
    if row is None:
        raise NoAdapter(
            f"{subject.handle} has not been trained on {base} yet. Train first, with a dozen photos."
        )
    return row
