"""The versions of a consent as they are stored, and the one way they change: `act`, over `consent/lifecycle.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent import notice as notices
from consent.errors import NotAllowed, Reason
from consent.evidence import Evidence
from consent.lifecycle import Consent, Doing, Story, perform
from consent.people import Actor
from consent.rules import PURPOSES
from consent.scope import Scope
from consent.states import CLOCK, EVENTS, NEW_VERSION, OVER, Act, Hand, State
from consent.words import in_words
from db.tables import ConsentRow, JobRow, JobSubjectRow, LinkRow, PartyRow, PhotoRow, SubjectRow
from studio import gate, lists, parties
from studio.house import Studio
from studio.views import ConsentView

_NOTICE_READ = (Act.GIVE, Act.WIDEN, Act.RENEW)
_AMENDED = ("asked_by", "asked_at", "given_at", "verified_by", "verified_at", "evidence", "attested_by",
            "document_sha256", "pauses", "notice_version", "notice_sha256", "notice_language")  # fmt: skip
"""What an amended version has from the one it replaces."""


def act(
    studio: Studio,
    session: Session,
    actor: Actor | None,
    subject: SubjectRow,
    what: Act,
    *,
    scope: Scope | None = None,
    notice_read: bool = False,
    evidence: Evidence = Evidence.WORD,
    nobody_real: bool = False,
    **details: Any,
) -> ConsentRow:
    """Do `what` to the subject's newest consent, or start one, and record it; in the caller's transaction.

    `actor` None is the clock. `details` go into the ledger beside it. Raises NotAllowed with every reason against.
    """
    gate.hold(session, [subject])
    row = gate.newest_consent(session, subject.id) if what is Act.EXPIRE else current(studio, session, subject)
    doing = Doing(
        what,
        actor.party if actor else CLOCK,
        studio.clock(),
        is_moderator=actor is not None and actor.is_moderator,
        scope=scope,
        notice_read=notice_read,
        evidence=evidence,
        nobody_real=nobody_real,
    )
    after = perform(consent_of(row) if row else None, story_of(session, subject), doing)
    moved = _stored(studio, session, subject, row, after, doing)
    by = {} if actor is None else {"via": actor.via}
    covers = {} if scope is None else _covers(scope)
    studio.record(session, EVENTS[what], actor, subject.id, str(moved.id), **by, **covers, **details)
    return moved


def current(studio: Studio, session: Session, subject: SubjectRow) -> ConsentRow | None:
    """The newest version, moved to expired if its date has passed: nobody has to be there for a date to come."""
    row = gate.newest_consent(session, subject.id)
    if row is not None and row.state not in OVER and gate.state_now(studio, row) is State.EXPIRED:
        return act(studio, session, None, subject, Act.EXPIRE)
    return row


def expire_due(studio: Studio) -> int:
    """Write down every consent that has run out since anybody looked; returns how many."""
    due = select(ConsentRow.subject_id).where(
        ConsentRow.state.not_in([*OVER, State.REPLACED]), ConsentRow.expires_at <= studio.clock()
    )
    expired = 0
    with studio.readers() as session:
        subjects = session.scalars(due).all()
    for subject_id in subjects:
        with studio.sessions.begin() as session:
            subject = session.get_one(SubjectRow, subject_id)
            gate.hold(session, [subject])
            before = gate.newest_consent(session, subject_id)
            state = before.state if before else None
            after = current(studio, session, subject)
            expired += after is not None and after.state != state
    return expired


def consent_of(row: ConsentRow) -> Consent:
    """A version as the rules see it."""
    return Consent(
        state=State(row.state),
        scope=gate.scope_of(row),
        version=row.version,
        asked_by=row.asked_by,
        evidence=Evidence(row.evidence) if row.evidence else None,
        attested_by=row.attested_by,
        verified_by=row.verified_by,
        pauses=frozenset(Hand[name.upper()] for name in row.pauses or ()),
    )


def story_of(session: Session, subject: SubjectRow) -> Story:
    """Everybody who has had a hand in a subject: a consent seen by itself could be refused and asked anew."""
    of_subject = {"subject_id": subject.id}
    askers = session.scalars(select(ConsentRow.asked_by).filter_by(**of_subject)).all()
    links = session.scalars(select(LinkRow.made_by).filter_by(**of_subject)).all()
    photographers = session.scalars(select(PhotoRow.added_by).filter_by(**of_subject).distinct()).all()
    trainers = session.scalars(
        select(JobRow.asker_id)
        .join(JobSubjectRow, JobSubjectRow.job_id == JobRow.id)
        .where(JobSubjectRow.subject_id == subject.id, JobRow.kind == "train")
        .distinct()
    ).all()
    return Story(
        owner=subject.owner_id,
        askers=frozenset({subject.created_by, *askers, *links}) - {subject.owner_id},
        trainers=frozenset({*photographers, *trainers}),
        character=subject.kind == "character",
        never=gate.standing_refusal(session, subject.owner_id) is not None,
    )


def scope_with(scope: Scope, changes: Mapping[str, Any]) -> Scope:
    """A scope with some fields changed, in plain words as they are stored; NotAllowed for what means nothing."""
    plain = {"purposes": sorted(scope.purposes), "expires_at": scope.expires_at, **scope.limits(), **changes}
    purposes, expires_at = plain.pop("purposes"), plain.pop("expires_at")
    try:
        changed = Scope.of(purposes, expires_at, plain)
        lists.require_contexts(changed.forbidden - scope.forbidden)
        return changed
    except ValueError as error:
        raise NotAllowed((Reason("bad_scope", f"That cannot be agreed to: {error}."),)) from error


def view(studio: Studio, session: Session, row: ConsentRow, handle: str) -> ConsentView:
    """One version as it is shown."""
    scope = gate.scope_of(row)
    named = {party: parties.name_of(session, party) or "somebody" for party in {*scope.people, *scope.blocked}}
    return ConsentView(
        handle=handle,
        version=row.version,
        state=gate.state_now(studio, row),
        purposes=tuple(row.purposes),
        expires_at=row.expires_at,
        asked_by=session.get_one(PartyRow, row.asked_by).name,
        verified_by=parties.name_of(session, row.verified_by),
        notice_version=row.notice_version,
        evidence=row.evidence,
        paused_by=tuple(row.pauses or ()) if row.state == State.PAUSED else (),
        limits=scope.limits(),
        sentences=in_words(scope, PURPOSES, named),
    )


def _covers(scope: Scope) -> dict[str, Any]:
    """A scope in an event's details: what `studio.audit.replay` holds the row against."""
    purposes = [str(purpose) for purpose in PURPOSES if purpose in scope.purposes]
    return {"purposes": purposes, "limits": scope.limits(), "until": scope.expires_at.isoformat()}


def _stored(
    studio: Studio, session: Session, subject: SubjectRow, row: ConsentRow | None, after: Consent, doing: Doing
) -> ConsentRow:
    """Write down what the rules made of a consent: in its row, or as a new version that replaces it."""
    if doing.act in NEW_VERSION:
        row = _new_version(studio, session, subject, row, doing)
    assert row is not None  # only asking starts from nothing
    row.state = after.state
    row.version = after.version
    row.purposes = [str(purpose) for purpose in PURPOSES if purpose in after.scope.purposes]
    row.expires_at, row.scope = after.scope.expires_at, after.scope.limits() or None
    row.evidence, row.attested_by, row.verified_by = after.evidence, after.attested_by, after.verified_by
    row.pauses = sorted(side.name.lower() for side in after.pauses) or None
    if doing.act in _NOTICE_READ:
        shown = notices.notice()
        row.notice_version, row.notice_sha256, row.notice_language = shown.version, shown.sha256, shown.language
    if doing.act in (Act.GIVE, Act.ATTEST):
        row.given_at = doing.at
    elif doing.act is Act.VERIFY:
        row.verified_at = doing.at
    elif after.state in OVER:
        row.ended_at = doing.at
    session.add(row)
    session.flush()
    return row


def _new_version(
    studio: Studio, session: Session, subject: SubjectRow, row: ConsentRow | None, doing: Doing
) -> ConsentRow:
    if row is None or doing.act is Act.ASK:
        shown = notices.notice()
        return ConsentRow(subject_id=subject.id, asked_by=doing.actor, asked_at=doing.at,
                          notice_version=shown.version, notice_sha256=shown.sha256,
                          notice_language=shown.language)  # fmt: skip
    row.state, row.ended_at = State.REPLACED, doing.at
    return ConsentRow(subject_id=subject.id, supersedes=row.id, **{name: getattr(row, name) for name in _AMENDED})


def forget_words(row: ConsentRow) -> None:
    """Take what a person wrote or named themself out of an ended version: an erasure's part."""
    try:
        scope = replace(gate.scope_of(row), own_words=frozenset(), people=frozenset(), blocked=frozenset())
    except ValueError:  # words of a newer version of the studio; the consent is over, so none are needed
        row.scope = None
    else:
        row.scope = scope.limits() or None
