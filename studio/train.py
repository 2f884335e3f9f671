"""Asking for a training: consent first, photos second."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent.errors import NotAllowed, Reason
from consent.people import Actor
from consent.scope import Purpose
from db.tables import CaptionRow, ConsentRow, JobRow, PhotoRow, SubjectRow
from generation.request import one_line
from studio import gate, job_files, jobs
from studio.errors import BadTraining
from studio.house import Studio
from studio.lists import read_lists
from studio.subjects import find
from studio.uploads import CleanPicture, clean_picture
from studio.views import JobView
from training.plan import TrainingPlan, plan_for

FEWEST_PHOTOS = 4
MOST_PHOTOS = 60
LONGEST_CAPTION = 300


@dataclass(frozen=True)
class NewPhoto:
    """A photo as it was handed in. Without a caption it is “a photo of <subject>”."""

    name: str
    data: bytes
    caption: str | None = None


def ask_training(
    studio: Studio,
    actor: Actor,
    handle: str,
    photos: Sequence[NewPhoto],
    *,
    rank: int | None = None,
    alpha: float | None = None,
    seed: int | None = None,
    channel: str | None = None,
    job_id: str | None = None,
) -> JobView:
    """Queue a training of `handle` on these photos.

    Without a consent that covers it nothing is read or stored but the refusal. Asking twice with the same
    `job_id` is asking once. Raises NotAllowed, UnknownSubject, BadUpload, BadTraining.
    """
    job_id = job_id or f"train-{uuid4().hex}"
    captions = [_caption(handle, photo) for photo in photos]
    ask_the_gate(studio, actor, handle, channel, captions)
    cleaned = _clean(handle, photos)
    plan = _plan(studio, handle, len(cleaned), rank, alpha, seed)

    def store(session: Session, written: list[str]) -> None:
        _store(studio, session, actor, handle, job_id, plan, cleaned, channel, written)

    return jobs.ask_once(studio, job_id, store)


def ask_the_gate(
    studio: Studio, actor: Actor, handle: str, channel: str | None = None, captions: Sequence[str] = ()
) -> None:
    """Whether a training would be let in, before any photo is fetched; a refusal is recorded and raised."""
    with studio.readers() as session:
        subject = find(session, handle)
        subject_id = subject.id
        try:
            asking = gate.asking(actor, channel, captions=captions)
            gate.require(studio, session, Purpose.TRAIN, [subject], "ask", asking)
            consent = gate.newest_consent(session, subject.id)
            assert consent is not None  # the gate has just said so
            _require_other_eyes(actor, subject, consent)
            return
        except NotAllowed as refusal:
            reasons = refusal
    gate.record_refusal(studio, "training.refused", actor, [subject_id], reasons.reasons)
    raise reasons


def _require_other_eyes(actor: Actor, subject: SubjectRow, consent: ConsentRow) -> None:
    """R2: whoever verified the yes does not train on it, or one person with a second account would be enough."""
    if actor.party in (consent.verified_by, consent.attested_by):
        sentence = f"You verified {subject.handle}'s consent, so somebody else has to hand in the photos."
        raise NotAllowed((Reason("trainer_verified", sentence),))


def _clean(handle: str, photos: Sequence[NewPhoto]) -> dict[str, tuple[CleanPicture, str]]:
    """The photos by digest, so that one handed in twice counts once."""
    cleaned: dict[str, tuple[CleanPicture, str]] = {}
    for photo in photos:
        caption = _caption(handle, photo)
        if not re.search(rf"(?<!\w){re.escape(handle)}(?!\w)", caption, re.IGNORECASE):
            raise BadTraining(
                f"The caption of {photo.name} does not say “{handle}”, so it would teach somebody else. "
                f"Say what the photo shows, for example “{handle} in the park”."
            )
        if len(caption) > LONGEST_CAPTION:
            raise BadTraining(
                f"The caption of {photo.name} has {len(caption)} characters; say it in {LONGEST_CAPTION}."
            )
        picture = clean_picture(photo.data, photo.name)
        cleaned.setdefault(picture.sha256, (picture, caption))
    if not FEWEST_PHOTOS <= len(cleaned) <= MOST_PHOTOS:
        twice = f" ({len(photos) - len(cleaned)} of them twice)" if len(cleaned) < len(photos) else ""
        raise BadTraining(
            f"A training wants {FEWEST_PHOTOS} to {MOST_PHOTOS} different photos, best a dozen or more; these are "
            f"{len(cleaned)}{twice}."
        )
    return cleaned


def _caption(handle: str, photo: NewPhoto) -> str:
    return one_line(photo.caption or f"a photo of {handle}")


def _plan(
    studio: Studio, handle: str, photos: int, rank: int | None, alpha: float | None, seed: int | None
) -> TrainingPlan:
    options = {} if seed is None else {"seed": seed}
    try:
        return plan_for(studio.settings.base_model, handle, photos, rank=rank, alpha=alpha, **options)
    except ValueError as error:
        raise BadTraining(str(error)) from error


def _store(
    studio: Studio,
    session: Session,
    actor: Actor,
    handle: str,
    job_id: str,
    plan: TrainingPlan,
    cleaned: dict[str, tuple[CleanPicture, str]],
    channel: str | None,
    written: list[str],
) -> None:
    """Photos, captions, job, event and queue entry: together or not at all."""
    subject = find(session, handle)
    gate.hold(session, [subject])
    captions = [caption for _, caption in cleaned.values()]
    asking = gate.asking(actor, channel, captions=captions)
    gate.require(studio, session, Purpose.TRAIN, [subject], "ask", asking)
    consent = gate.newest_consent(session, subject.id)
    assert consent is not None  # the gate has just said so
    _require_other_eyes(actor, subject, consent)
    row = JobRow(
        id=job_id,
        kind="train",
        state="queued",
        asker_id=actor.party,
        params={},
        channel=channel,
        created_at=studio.clock(),
    )
    session.add(row)
    session.flush()
    # The captions stand in the job itself: what is learnt is what was asked, whatever a later asking calls the photo.
    shown = [
        (str(_photo(studio, session, actor, subject, consent.id, picture, caption, written)), caption)
        for picture, caption in cleaned.values()
    ]
    row.params = {"plan": plan.to_json(), "photos": shown, "base_model": studio.settings.base_model}
    jobs.enqueue(studio, session, actor, row, {subject: consent.id})
    studio.record(session, "training.asked", actor, subject.id, job_id, photos=len(shown), lists=read_lists().version)


def _photo(
    studio: Studio,
    session: Session,
    actor: Actor,
    subject: SubjectRow,
    consent: UUID,
    picture: CleanPicture,
    caption: str,
    written: list[str],
) -> UUID:
    known = session.scalar(select(PhotoRow).filter_by(subject_id=subject.id, sha256=picture.sha256))
    if known is not None:
        session.merge(CaptionRow(photo_id=known.id, text=caption, written_by=actor.party))
        return known.id
    photo_id = uuid4()
    file = studio.vault.write(session, job_files.owner_of(subject.id), f"{photo_id.hex}.photo", picture.png)
    written.append(file)
    session.add(
        PhotoRow(
            id=photo_id,
            subject_id=subject.id,
            consent_id=consent,
            sha256=picture.sha256,
            width=picture.width,
            height=picture.height,
            file=file,
            added_by=actor.party,
            added_at=studio.clock(),
        )
    )
    session.flush()
    session.add(CaptionRow(photo_id=photo_id, text=caption, written_by=actor.party))
    studio.record(session, "photo.added", actor, subject.id, str(photo_id), sha256=picture.sha256)
    return photo_id
