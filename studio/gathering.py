"""What changes an intake: photos added in rounds, captions rewritten, photos left out, all of it handed in.

The functions that take a session work in the caller's transaction; the others are wishes of people.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consent.errors import NotAllowed, Reason
from consent.people import Actor
from consent.scope import Purpose
from db.tables import CaptionRow, JobRow, JobSubjectRow, SubjectRow
from generation.request import one_line
from studio import approvals, gate, jobs, photo_checks, photos
from studio.errors import BadTraining
from studio.house import Studio
from studio.intakes import WAITS, IntakeView, require_hand, view
from studio.lists import read_lists
from studio.photos import NewPhoto
from studio.uploads import CleanPicture
from studio.views import GATHERING, TO_APPROVE, UNAPPROVED, JobView

MOST_OPEN = 5
"""Intakes one trainer may have open: each holds photos nobody has looked at."""

Cleaned = Sequence[tuple[CleanPicture, str, photo_checks.Look]]
"""Photos as they come out of cleaning: the picture, its caption, what there is to say of it."""


def looked_at(studio: Studio, handle: str, handed_in: Sequence[NewPhoto], known: Collection[str] = ()) -> Cleaned:
    """Clean photos and look at each; `known` are fingerprints of those that are there. Raises BadUpload, BadTraining.

    Outside of every transaction: decoding dozens of photos takes seconds.
    """
    seen, done = [*known], []
    for picture, caption in photos.clean(handle, handed_in).values():
        look = photo_checks.look(picture.png, studio.settings.base_model, seen)
        if look.dhash is not None:
            seen.append(look.dhash)
        done.append((picture, caption, look))
    return done


def begin(
    studio: Studio,
    session: Session,
    actor: Actor,
    subject: SubjectRow,
    job_id: str,
    channel: str | None,
    wishes: Mapping[str, float | int | None],
    cleaned: Cleaned,
    written: list[str],
) -> JobRow:
    """Open an intake with its first photos, in the caller's transaction. The gate has let it in."""
    _require_room(session, actor)
    consent = gate.newest_consent(session, subject.id)
    assert consent is not None  # the gate has let it in
    row = JobRow(
        id=job_id,
        kind="train",
        state=GATHERING,
        asker_id=actor.party,
        params={"photos": [], "left_out": [], "remarks": {}, "looks": {}, "roles": sorted(actor.roles),
                "wishes": {name: wish for name, wish in wishes.items() if wish is not None}},
        channel=channel,
        created_at=studio.clock(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    session.add(JobSubjectRow(job_id=job_id, subject_id=subject.id, consent_id=consent.id))
    session.flush()
    put_in(studio, session, actor, row, subject, cleaned, written)
    return row


def put_in(
    studio: Studio,
    session: Session,
    actor: Actor,
    row: JobRow,
    subject: SubjectRow,
    cleaned: Cleaned,
    written: list[str],
) -> None:
    """Store photos in an intake, in the caller's transaction; what was remarked of leaves a photo out for now."""
    consent = gate.newest_consent(session, subject.id)
    assert consent is not None  # the gate has let it in
    params = {name: type(value)(value) for name, value in row.params.items()}
    for picture, caption, look in cleaned:
        photo = str(photos.store(studio, session, actor, subject, consent.id, picture, caption, written))
        if photo in dict(params["photos"]):
            continue
        params["photos"].append([photo, caption])
        params["looks"][photo] = look.dhash
        if look.remarks:
            params["remarks"][photo] = list(look.remarks)
            params["left_out"].append(photo)
    if len(params["photos"]) > approvals.MOST_PHOTOS:
        raise BadTraining(f"A training takes at most {approvals.MOST_PHOTOS} photos; these would be "
                          f"{len(params['photos'])}. Nothing was added.")  # fmt: skip
    row.params = params
    _tell(session, row, subject)


def hand_in(studio: Studio, session: Session, actor: Actor, row: JobRow, subject: SubjectRow) -> list[str]:
    """The trainer is done, in the caller's transaction: it waits for other eyes, or needs none and is queued.

    Returns files to delete after the commit, like `approvals.let_in`.
    """
    used, _ = approvals.chosen(row)
    if len(used) < approvals.FEWEST_PHOTOS:
        raise BadTraining(
            f"A training wants {approvals.FEWEST_PHOTOS} to {approvals.MOST_PHOTOS} different photos, best a dozen "
            f"or more; {len(used)} of these {len(row.params['photos'])} are usable."
        )
    row.state = TO_APPROVE
    told = {"photos": len(used), "lists": read_lists().version}
    studio.record(session, "training.asked", actor, subject.id, row.id, **told)
    if not approvals.needs_other_eyes(studio, row, subject):
        return approvals.let_in(studio, session, actor, row, subject)
    _tell(session, row, subject)
    return []


def require_more(studio: Studio, actor: Actor, job_id: str) -> str:
    """Whether photos would be taken right now, before any is fetched; returns whom they are of. Raises NotAllowed."""
    with studio.readers() as session:
        row, subject = approvals.opened(session, jobs.find(session, job_id))
        _require_trainer(actor, row)
        gate.require(studio, session, Purpose.TRAIN, [subject], "ask", job=row)
        return subject.handle


def add(studio: Studio, actor: Actor, job_id: str, handed_in: Sequence[NewPhoto]) -> IntakeView:
    """The trainer adds photos, in as many rounds as they like, also while it waits; a photo added twice is one."""
    with studio.readers() as session:
        row, subject = approvals.opened(session, jobs.find(session, job_id))
        _require_trainer(actor, row)
        handle, known = subject.handle, [look for look in row.params["looks"].values() if look]
        gate.require(studio, session, Purpose.TRAIN, [subject], "ask", job=row)
    cleaned = looked_at(studio, handle, handed_in, known)
    written: list[str] = []
    try:
        with approvals.changing(studio, actor, job_id) as (session, row, subject):
            _require_trainer(actor, row)
            put_in(studio, session, actor, row, subject, cleaned, written)
    except BaseException:
        photos.delete_files(studio, written)
        raise
    return view(studio, actor, job_id)


def finish(studio: Studio, actor: Actor, job_id: str) -> JobView:
    """The trainer says that these are all the photos; from here on somebody else decides."""
    with approvals.changing(studio, actor, job_id) as (session, row, subject):
        _require_trainer(actor, row)
        gone = hand_in(studio, session, actor, row, subject) if row.state == GATHERING else []
    photos.delete_files(studio, gone)
    return jobs.view(studio, job_id)


def choose(
    studio: Studio, actor: Actor, job_id: str, *, drop: Collection[UUID] = (), keep: Collection[UUID] = ()
) -> IntakeView:
    """Leave photos out, or take some back in; who may approve and the trainer may. What is left out is deleted when
    the rest is approved.
    """
    with approvals.changing(studio, actor, job_id) as (session, row, subject):
        require_hand(actor, row, subject)
        there = [str(photo) for photo, _ in row.params["photos"]]
        out = (set(row.params["left_out"]) | set(map(str, drop))) - set(map(str, keep))
        row.params = {**row.params, "left_out": [photo for photo in there if photo in out]}
        _tell(session, row, subject)
    return view(studio, actor, job_id)


def write(studio: Studio, actor: Actor, job_id: str, captions: Mapping[int, str]) -> IntakeView:
    """Change captions, by the photos' numbers; each passes the same contexts as before. Raises BadTraining, NotAllowed.

    Whoever may approve and the trainer may; an approval of what was there before is then none of what is there now.
    """
    with approvals.changing(studio, actor, job_id) as (session, row, subject):
        require_hand(actor, row, subject)
        shown = [list(pair) for pair in row.params["photos"]]
        changed = 0
        for number, text in captions.items():
            if not 1 <= number <= len(shown):
                raise BadTraining(f"There is no photo {number}: these are 1 to {len(shown)}.")
            caption = one_line(text)
            photos.require_caption(subject.handle, caption, f"photo {number}")
            if caption != shown[number - 1][1]:
                shown[number - 1][1] = caption
                photo = UUID(shown[number - 1][0])
                session.merge(CaptionRow(photo_id=photo, text=caption, written_by=actor.party))
                changed += 1
        if changed:
            row.params = {**row.params, "photos": shown}
            gate.require(studio, session, Purpose.TRAIN, [subject], "ask", job=row)
            studio.record(session, "captions.proposed", actor, subject.id, job_id, captions=changed)
    return view(studio, actor, job_id)


def forget_stale(studio: Studio) -> int:
    """End intakes nobody has approved for a week, and delete their photos; a retention run's part."""
    due = select(JobRow.id).where(
        JobRow.kind == "train", JobRow.state.in_(UNAPPROVED), JobRow.created_at <= studio.clock() - WAITS
    )
    with studio.readers() as session:
        stale = session.scalars(due).all()
    for job_id in stale:
        gone: list[str] = []
        with studio.sessions.begin() as session:
            row = jobs.held(session, job_id)
            if row.state in UNAPPROVED:
                sentence = f"Nobody approved these photos within {WAITS.days} days, so they were deleted."
                gone = jobs.abandon(studio, session, row, "cancelled", sentence, None)
        photos.delete_files(studio, gone)
    return len(stale)


def _require_trainer(actor: Actor, row: JobRow) -> None:
    if actor.party != row.asker_id:
        raise NotAllowed((Reason("not_the_trainer", "Only whoever asked for this training adds photos to it."),))


def _require_room(session: Session, actor: Actor) -> None:
    mine = select(func.count()).select_from(JobRow).where(
        JobRow.kind == "train", JobRow.asker_id == actor.party, JobRow.state.in_(UNAPPROVED)
    )
    if (session.scalar(mine) or 0) >= MOST_OPEN:
        sentence = f"{MOST_OPEN} trainings of yours wait for approval. Let them be decided, or cancel one."
        raise NotAllowed((Reason("too_many_waiting", sentence),))


def _tell(session: Session, row: JobRow, subject: SubjectRow) -> None:
    """What stands at the job for everybody to read: numbers, and who is waited for."""
    used, out = approvals.chosen(row)
    numbers = f"{len(used) + len(out)} photos, {len(used)} usable"
    if row.state == GATHERING:
        row.error = f"{numbers}, more to come."
    else:
        row.error = f"{numbers}, waiting for approval by {approvals.awaited(row, subject)}."
