"""Asking for a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from difflib import get_close_matches
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent.asking import Asking
from consent.errors import NotAllowed
from consent.people import Actor
from consent.scope import Purpose
from db.tables import AdapterRow, JobRow, SubjectRow
from db.vault import STUDIO
from generation.request import MAX_SEED, BadRequest, ImageWish, check, seeded
from studio import batches, gate, job_files, jobs, limits
from studio.errors import NoAdapter, UnknownSubject
from studio.house import Studio
from studio.lists import read_lists
from studio.subjects import told_of
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
    """Queue one picture: `ask_images` with one wish."""
    return ask_images(
        studio, actor, [wish], pose=pose, pose_name=pose_name, channel=channel, job_id=job_id
    )[0]


def ask_images(
    studio: Studio,
    actor: Actor,
    wishes: Sequence[ImageWish],
    *,
    cells: Sequence[str] = (),
    pose: bytes | None = None,
    pose_name: str = "The pose picture",
    channel: str | None = None,
    job_id: str | None = None,
) -> list[JobView]:
    """Queue pictures that share one message, all of them or none; `cells` name them on a sheet that compares.

    Their seeds are drawn here, so that a job is the same however often it is begun. Raises BadRequest, UnknownSubject
    (an unknown `<lora:x>`, naming whom `actor` may have drawn), NotAllowed, NoAdapter, BadUpload; of these only a
    refused consent leaves a trace, in the ledger.
    """
    job_id = job_id or f"imagine-{uuid4().hex}"
    if not 1 <= len(wishes) <= batches.MOST:
        raise BadRequest(f"One wish is for 1 to {batches.MOST} pictures, not for {len(wishes)}.")
    limits.require_open(studio, actor, channel)
    named = {wish: [use.name for use in check(wish).adapters] for wish in wishes}
    for wish in named:
        if pose is not None and wish.pose_prompt.strip():
            raise BadRequest("The pose comes from a picture or from a pose prompt, not from both; leave one out.")
        asking = gate.asking_wish(actor, channel, wish, posed=pose is not None)
        _ask_the_gate(studio, actor, named[wish], asking, channel)
    clean = clean_pose(pose, pose_name) if pose is not None else None
    ids = [batches.id_in(job_id, place, len(wishes)) for place in range(1, len(wishes) + 1)]
    batch = job_id if len(wishes) > 1 else None

    def store_all(session: Session, written: list[str]) -> None:
        for place, (wish, each) in enumerate(zip(wishes, ids, strict=True), 1):
            row = JobRow(id=each, channel=channel, batch=batch, place=place if batch else None)
            row.params = {"cell": cells[place - 1]} if cells else {}
            store(studio, session, actor, seeded(wish), named[wish], clean, row, written)

    jobs.ask_once(studio, ids[0], store_all)
    return batches.batch_of(studio, ids[0])


def _ask_the_gate(
    studio: Studio, actor: Actor, handles: Sequence[str], asking: Asking, channel: str | None
) -> None:
    with studio.readers() as session:
        subjects = _subjects(studio, session, actor, handles, channel)
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


def in_a_row(wish: ImageWish, count: int) -> list[ImageWish]:
    """The same wish with consecutive seeds, from its own on or from a random one."""
    first = seeded(wish).seed or 0
    return [replace(wish, seed=(first + number) % (MAX_SEED + 1)) for number in range(count)]


def store(
    studio: Studio,
    session: Session,
    actor: Actor,
    wish: ImageWish,
    handles: Sequence[str],
    pose: bytes | None,
    row: JobRow,
    written: list[str],
) -> None:
    """Put a job into the queue; `row` has what is its own, and gets what it shares with others here."""
    subjects = _subjects(studio, session, actor, handles, row.channel)
    gate.hold(session, subjects)
    asking = gate.asking_wish(actor, row.channel, wish, posed=pose is not None)
    row.kind = "imagine"
    gate.require(studio, session, jobs.purpose_of(row), subjects, "ask", asking)
    pose_file = None if pose is None else studio.vault.file_of(STUDIO, job_files.name_of(row.id, "pose"))
    adapters = {subject: newest_adapter(studio, session, subject) for subject in subjects}
    row.state, row.asker_id, row.created_at = "queued", actor.party, studio.clock()
    row.params = {
        **row.params,
        "wish": asdict(wish),
        "adapters": {subject.handle: str(adapter.id) for subject, adapter in adapters.items()},
        "pose": pose_file,
        "posed": pose is not None,  # stays when the file goes with the job's end
        "roles": sorted(actor.roles),
    }
    session.add(row)
    session.flush()
    if pose is not None:
        studio.vault.create_key(session, STUDIO)
        written.append(studio.vault.write(session, STUDIO, job_files.name_of(row.id, "pose"), pose))
    consents = {}
    for subject in subjects:
        consent = gate.newest_consent(session, subject.id)
        assert consent is not None  # the gate has just said so
        consents[subject] = consent.id
    jobs.enqueue(studio, session, actor, row, consents, before=(row.place or 1) - 1)
    studio.record_each(session, "image.asked", actor, subjects, row.id, prompt=wish.prompt, lists=read_lists().version)


def _subjects(
    studio: Studio, session: Session, actor: Actor, handles: Sequence[str], channel: str | None
) -> list[SubjectRow]:
    """The subjects of these handles, in order. A name that is not in the registry is an error, never silence."""
    found = {
        row.handle: row for row in session.scalars(select(SubjectRow).where(SubjectRow.handle.in_(handles)))
    }
    for handle in handles:
        if handle not in found:
            names = _instead_of(handle, told_of(studio, session, actor, channel))
            raise UnknownSubject(f"There is no <lora:{handle}>. {names}")
    return [found[handle] for handle in handles]


def _instead_of(handle: str, known: Sequence[str]) -> str:
    """What could have been meant, out of those whom the asker may be told of."""
    if not known:
        return "There is nobody yet whom you may have drawn."
    near = get_close_matches(handle.casefold(), known, 1) if len(known) > 1 else []
    meant = "".join(f"Did you mean <lora:{name}:1>? " for name in near)
    return f"{meant}Known: {', '.join(f'<lora:{name}:1>' for name in known)}."


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
