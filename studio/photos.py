"""Photos on their way into a training: read and cleaned outside of any transaction, stored in one, deleted again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from consent.people import Actor
from db.errors import VaultError
from db.tables import CaptionRow, JobRow, JobSubjectRow, PhotoRow, SubjectRow
from generation.request import as_word, one_line
from studio import job_files
from studio.errors import BadTraining
from studio.house import Studio
from studio.uploads import CleanPicture, clean_picture
from training.plan import default_caption

LONGEST_CAPTION = 300


@dataclass(frozen=True)
class NewPhoto:
    """A photo as it was handed in. Without a caption it is “a photo of <subject>”."""

    name: str
    data: bytes
    caption: str | None = None


def caption_of(handle: str, photo: NewPhoto) -> str:
    """The caption a photo came with, or the one it is given."""
    return one_line(photo.caption or default_caption(handle))


def require_caption(handle: str, caption: str, of: str) -> None:
    """Refuse, by BadTraining, a caption that does not say whom it is about, or says too much."""
    if not as_word(handle).search(caption):
        raise BadTraining(
            f"The caption of {of} does not say “{handle}”, so it would teach somebody else. "
            f"Say what the photo shows, for example “{handle} in the park”."
        )
    if len(caption) > LONGEST_CAPTION:
        raise BadTraining(f"The caption of {of} has {len(caption)} characters; say it in {LONGEST_CAPTION}.")


def clean(handle: str, photos: Sequence[NewPhoto]) -> dict[str, tuple[CleanPicture, str]]:
    """The photos by digest, each with its caption: one handed in twice counts once. Raises BadTraining, BadUpload."""
    cleaned: dict[str, tuple[CleanPicture, str]] = {}
    for photo in photos:
        caption = caption_of(handle, photo)
        require_caption(handle, caption, photo.name)
        picture = clean_picture(photo.data, photo.name)
        cleaned.setdefault(picture.sha256, (picture, caption))
    return cleaned


def store(
    studio: Studio,
    session: Session,
    actor: Actor,
    subject: SubjectRow,
    consent: UUID,
    picture: CleanPicture,
    caption: str,
    written: list[str],
) -> UUID:
    """Keep a photo with its caption, or find it kept; `written` gets the file, should the transaction not stand."""
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


def forget(
    studio: Studio,
    session: Session,
    actor: Actor | None,
    subject: SubjectRow,
    photos: Collection[UUID],
    event: str,
    why: str,
) -> list[str]:
    """Delete photos of a training that no other one has, in the caller's transaction; returns the files.

    Hand them to `delete_files` after the commit; should that not happen, no row names them and the sweep does it.
    """
    elsewhere = {photo for _, of in trainings(session, subject) for photo in of}
    gone = []
    for photo in session.scalars(select(PhotoRow).where(PhotoRow.id.in_(set(photos) - elsewhere))).all():
        session.execute(delete(CaptionRow).filter_by(photo_id=photo.id))
        session.delete(photo)
        studio.record(session, event, actor, subject.id, str(photo.id), why=why)
        gone.append(photo.file)
    session.flush()
    return gone


def delete_files(studio: Studio, files: Iterable[str]) -> None:
    """Delete what `forget` gave back; what a broken disk keeps, the sweep deletes later."""
    for file in files:
        try:
            studio.vault.delete(file)
        except VaultError:
            continue


def trainings(session: Session, subject: SubjectRow) -> Iterator[tuple[JobRow, set[UUID]]]:
    """The trainings of a subject, each with its photos."""
    query = select(JobRow).join(JobSubjectRow, JobSubjectRow.job_id == JobRow.id)
    for job in session.scalars(query.where(JobSubjectRow.subject_id == subject.id, JobRow.kind == "train")):
        yield job, {UUID(photo) for photo, _ in job.params.get("photos", ())}
