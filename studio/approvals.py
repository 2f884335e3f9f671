"""R3: somebody other than the trainer looks at the photos and captions of a training before it is learnt from them.

Their yes is bound to what they saw by a digest, and a runner learns from nothing else: a photo or a caption that is
exchanged afterwards, by whatever way, makes the training refused. Do not let a training into the queue elsewhere than
here, and do not take the trainer's own word for it: harmful labels were put into captions by whoever trained.

Who may: the subject, and any moderator; never the trainer. Photos somebody hands in of themself need no second person
unless the operator wants one (docs/decisions/0016).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from consent.errors import NotAllowed, Reason
from consent.ledger import canonical_json
from consent.people import Actor
from consent.scope import Purpose
from db.tables import ApprovalRow, ConsentRow, JobRow, JobSubjectRow, PhotoRow, SubjectRow
from studio import gate, jobs, photos
from studio.errors import BadTraining, JobEnded
from studio.house import Studio
from studio.lists import read_lists
from studio.plans import plan_of
from studio.views import TO_APPROVE, UNAPPROVED, JobView

FEWEST_PHOTOS = 4
MOST_PHOTOS = 60


def approve(studio: Studio, actor: Actor, job_id: str, seen: str | None = None) -> JobView:
    """Somebody other than the trainer lets a training begin on what they saw; photos left out are deleted.

    `seen` is the digest, or its beginning, of what was shown to them. Raises NotAllowed for whoever may not, when it
    was changed since, and when the gate does not let the training in any more; then it goes on waiting.
    """
    with changing(studio, actor, job_id) as (session, row, subject):
        if row.state != TO_APPROVE:
            sentence = "This training is not handed in yet: its trainer still adds photos."
            raise NotAllowed((Reason("not_handed_in", sentence),))
        require_approver(studio, actor, row, subject)
        if seen is not None and not digest_now(session, row).startswith(seen):
            sentence = "The photos or captions were changed since you looked: look again, then decide."
            raise NotAllowed((Reason("changed_since", sentence),))
        gone = let_in(studio, session, actor, row, subject)
    photos.delete_files(studio, gone)
    return jobs.view(studio, job_id)


def let_in(studio: Studio, session: Session, actor: Actor, row: JobRow, subject: SubjectRow) -> list[str]:
    """Put an approved training into the queue, in the caller's transaction, through the gate once more.

    Call it with the job held and whoever acts allowed to. Returns the files of photos that were left out.
    """
    used, left_out = chosen(row)
    if not FEWEST_PHOTOS <= len(used) <= MOST_PHOTOS:
        raise BadTraining(
            f"A training wants {FEWEST_PHOTOS} to {MOST_PHOTOS} different photos, best a dozen or more; "
            f"{len(used)} of these are chosen."
        )
    plan = plan_of(studio, subject.handle, len(used), row.params.get("wishes", {}))
    row.params = {
        "plan": plan.to_json(),
        "photos": used,
        "base_model": studio.settings.base_model,
        "roles": row.params.get("roles", []),
    }
    gate.require(studio, session, Purpose.TRAIN, [subject], "ask", job=row)
    consent = gate.newest_consent(session, subject.id)
    assert consent is not None  # the gate has just said so
    require_other_eyes(row.asker_id, subject, consent)
    session.execute(update(JobSubjectRow).filter_by(job_id=row.id).values(consent_id=consent.id))
    row.state, row.error = "queued", None
    digest = digest_now(session, row)
    session.add(
        ApprovalRow(job_id=row.id, digest=digest, approved_by=actor.party, approved_at=studio.clock())
    )
    told = {"digest": digest, "photos": len(used), "left_out": len(left_out), "lists": read_lists().version}
    studio.record(session, "captions.approved", actor, subject.id, row.id, **told)
    jobs.enqueue(studio, session, Actor(row.asker_id, ""), row, {})
    gone = [UUID(photo) for photo, _ in left_out]
    return photos.forget(studio, session, actor, subject, gone, "photo.rejected", "left out of a training")


def require_unchanged(
    studio: Studio, session: Session, row: JobRow, examples: Sequence[tuple[bytes, str]]
) -> None:
    """Asked when a runner claims a training: these very photos and captions are what somebody else approved."""
    approval = session.get(ApprovalRow, row.id)
    subject = the_subject(session, row)
    if approval is None:
        sentence = "Nobody has approved the photos and captions of this training: ask for it anew."
        raise NotAllowed((Reason("photos_not_approved", sentence),))
    if approval.approved_by == row.asker_id and needs_other_eyes(studio, row, subject):
        raise _own_photos(row, subject)
    shown = digest_of((hashlib.sha256(png).hexdigest(), caption) for png, caption in examples)
    if approval.digest != shown:
        sentence = "The photos or captions are not those that were approved: nothing was learnt. Ask for it anew."
        raise NotAllowed((Reason("changed_after_approval", sentence),))


def digest_of(shown: Iterable[tuple[str, str]]) -> str:
    """What an approval is bound to: the SHA-256 of each photo and its caption, in the order they are learnt (hex)."""
    return hashlib.sha256(canonical_json([list(pair) for pair in shown])).hexdigest()


def digest_now(session: Session, row: JobRow) -> str:
    """The digest of what a training would learn from as it stands."""
    used, _ = chosen(row)
    ids = [UUID(photo) for photo, _ in used]
    query = select(PhotoRow.id, PhotoRow.sha256).where(PhotoRow.id.in_(ids))
    sha256 = {str(photo): digest for photo, digest in session.execute(query)}
    return digest_of((sha256.get(photo, ""), caption) for photo, caption in used)


def chosen(row: JobRow) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The photos of a training with their captions: those to learn from, and those left out."""
    shown = [(str(photo), str(caption)) for photo, caption in row.params.get("photos", ())]
    out = set(row.params.get("left_out", ()))
    return [pair for pair in shown if pair[0] not in out], [pair for pair in shown if pair[0] in out]


def needs_other_eyes(studio: Studio, row: JobRow, subject: SubjectRow) -> bool:
    """Whether somebody other than the trainer has to look. Of a character, whose photos show nobody, always."""
    own = row.asker_id == subject.owner_id and subject.kind == "real_person"
    return not own or studio.settings.approve_own_photos


def may_approve(studio: Studio, actor: Actor, row: JobRow, subject: SubjectRow) -> bool:
    """Whether `actor` may approve this training's photos and captions."""
    if actor.party == row.asker_id:
        return not needs_other_eyes(studio, row, subject)
    return actor.party == subject.owner_id or actor.is_moderator


def require_approver(studio: Studio, actor: Actor, row: JobRow, subject: SubjectRow) -> None:
    """Raise NotAllowed for whoever may not approve."""
    if may_approve(studio, actor, row, subject):
        return
    if actor.party == row.asker_id:
        raise _own_photos(row, subject)
    sentence = f"Only {awaited(row, subject)} approves the photos and captions of this training."
    raise NotAllowed((Reason("not_an_approver", sentence),))


def awaited(row: JobRow, subject: SubjectRow) -> str:
    """Who may approve, in words."""
    return "a moderator" if row.asker_id == subject.owner_id else f"{subject.handle} or a moderator"


def require_other_eyes(trainer: UUID, subject: SubjectRow, consent: ConsentRow) -> None:
    """R2: whoever verified the yes does not train on it, or one person with a second account would be enough."""
    if trainer in (consent.verified_by, consent.attested_by):
        sentence = f"You verified {subject.handle}'s consent, so somebody else has to hand in the photos."
        raise NotAllowed((Reason("trainer_verified", sentence),))


def the_subject(session: Session, row: JobRow) -> SubjectRow:
    """Whom a training learns; JobEnded for a job that is none."""
    if row.kind != "train":
        raise JobEnded("This is no training: there are no photos to approve.")
    return jobs.subjects_of(session, row.id)[0]


def _own_photos(row: JobRow, subject: SubjectRow) -> NotAllowed:
    who = awaited(row, subject)
    sentence = f"You handed these photos in, so somebody else has to look at them: {who} approves them."
    return NotAllowed((Reason("own_photos", sentence),))


@contextmanager
def changing(studio: Studio, actor: Actor, job_id: str) -> Iterator[tuple[Session, JobRow, SubjectRow]]:
    """A transaction on an intake that is still open; what is refused in it is kept in the ledger, and no more of it."""
    subject_id: UUID | None = None
    try:
        with studio.sessions.begin() as session:
            row, subject = opened(session, jobs.held(session, job_id))
            subject_id = subject.id
            yield session, row, subject
        return
    except NotAllowed as refusal:
        refused = refusal
    if subject_id is not None:
        gate.record_refusal(studio, "training.refused", actor, [subject_id], refused.reasons)
    raise refused


def opened(session: Session, row: JobRow) -> tuple[JobRow, SubjectRow]:
    """An intake and whom it is about, while its photos and captions may still change; NotAllowed afterwards."""
    subject = the_subject(session, row)
    if row.state not in UNAPPROVED:
        sentence = f"This training does not wait for approval: it is {row.state}."
        raise NotAllowed((Reason("nothing_to_approve", sentence),))
    return row, subject
