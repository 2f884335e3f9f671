"""Consent, asked, answered and ended. Who may do what, and when, is said in `consent/lifecycle.py` and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent import notice as notices
from consent.errors import NotAllowed, Reason
from consent.evidence import Evidence
from consent.people import Actor
from consent.scope import DEFAULT_MONTHS, MOST_MONTHS, Purpose, Scope, months_later
from consent.states import OVER, Act
from db.tables import ConsentRow, SubjectRow
from studio import consents as versions
from studio import erasure, gate, job_files
from studio.endings import anything_of, wipe
from studio.endings import withdraw as withdraw
from studio.house import Studio
from studio.subjects import find
from studio.views import ConsentView

DEFAULT_PURPOSES = (Purpose.TRAIN, Purpose.GENERATE)


def notice(language: str = notices.LANGUAGE) -> str:
    """What a subject reads before saying yes."""
    return notices.notice(language).text


def ask(
    studio: Studio,
    actor: Actor,
    handle: str,
    purposes: Sequence[str] = DEFAULT_PURPOSES,
    months: int = DEFAULT_MONTHS,
    limits: Mapping[str, Any] | None = None,
) -> ConsentView:
    """Ask the subject for a consent; nothing is stored of them until they say yes.

    `limits` are fields of the scope in plain words (`Scope.limits`): what is asked for is no more than that.
    """
    with studio.sessions.begin() as session:
        subject = find(session, handle)
        row = _ask(studio, session, actor, subject, purposes, months, limits)
        return versions.view(studio, session, row, handle)


def give(
    studio: Studio,
    actor: Actor,
    handle: str,
    purposes: Sequence[str] | None = None,
    months: int | None = None,
    limits: Mapping[str, Any] | None = None,
) -> ConsentView:
    """The subject says yes: to what was asked or to less of it, or of their own accord.

    It ends in so many `months`, and no later than was asked; without them when it was asked for, or in a year.
    Raises NotAllowed for anybody else. Until a moderator has verified it, a given consent allows nothing.
    """
    with studio.sessions.begin() as session:
        subject = find(session, handle)
        gate.hold(session, [subject])
        row = versions.current(studio, session, subject)
        if row is None or row.state in OVER:
            wanted = purposes or DEFAULT_PURPOSES
            row = _ask(studio, session, actor, subject, wanted, months or DEFAULT_MONTHS, limits)
        asked = gate.scope_of(row)
        agreed: dict[str, Any] = {} if purposes is None else {"purposes": _within(purposes, row.purposes)}
        if months is not None:
            agreed["expires_at"] = min(asked.expires_at, months_later(studio.clock(), max(months, 1)))
        scope = versions.scope_with(asked, {**agreed, **(limits or {})})
        row = versions.act(
            studio,
            session,
            actor,
            subject,
            Act.GIVE,
            scope=scope,
            evidence=Evidence.LINK if actor.via == "link" else Evidence.WORD,
            notice=notices.NOTICE_SHA256,
        )
        erasure.require_ended(session, subject)
        studio.vault.create_key(session, job_files.owner_of(subject.id))
        return versions.view(studio, session, row, handle)


def refuse(studio: Studio, actor: Actor, handle: str) -> ConsentView:
    """The subject says no; what an earlier consent of theirs has left is erased."""
    with studio.sessions.begin() as session:
        subject = find(session, handle)
        row = versions.act(studio, session, actor, subject, Act.REFUSE)
        left = wipe(studio, session, actor, subject, "refused") if anything_of(session, subject) else None
        said = versions.view(studio, session, row, handle)
    if left:
        erasure.finish(studio, left)
    return said


def verify(
    studio: Studio, actor: Actor, handle: str, *, called: bool = False, nobody_real: bool = False
) -> ConsentView:
    """A moderator without a hand in it confirms that the yes is the subject's own, by their word.

    `called`: they have called the person (which a yes by a link needs; a live challenge is `challenges.judge`).
    `nobody_real`: their word that a character is nobody real and no portrayed actor.
    """
    with studio.sessions.begin() as session:
        subject = find(session, handle)
        evidence = Evidence.LINK if called and _by_link(session, subject) else Evidence.WORD
        row = versions.act(
            studio, session, actor, subject, Act.VERIFY, evidence=evidence, nobody_real=nobody_real
        )
        return versions.view(studio, session, row, handle)


def attest(studio: Studio, actor: Actor, handle: str, document_sha256: str) -> ConsentView:
    """A moderator has read the person's signed yes to what was asked; a second one has to verify it (evidence C).

    Of the document only the digest is stored; it stays with the moderators.
    """
    if len(document_sha256) != 64 or set(document_sha256) - set("0123456789abcdef"):
        raise NotAllowed((Reason("no_digest", "A document is named by its SHA-256: 64 digits of 0-9a-f."),))
    with studio.sessions.begin() as session:
        subject = find(session, handle)
        row = versions.act(studio, session, actor, subject, Act.ATTEST, document=document_sha256)
        row.document_sha256 = document_sha256
        erasure.require_ended(session, subject)
        studio.vault.create_key(session, job_files.owner_of(subject.id))
        return versions.view(studio, session, row, handle)


def consents(studio: Studio, handle: str) -> list[ConsentView]:
    """Every version of a subject's consent, oldest first."""
    with studio.readers() as session:
        subject = find(session, handle)
        query = select(ConsentRow).filter_by(subject_id=subject.id).order_by(ConsentRow.version)
        return [versions.view(studio, session, row, handle) for row in session.scalars(query)]


def _ask(
    studio: Studio,
    session: Session,
    actor: Actor,
    subject: SubjectRow,
    purposes: Sequence[str],
    months: int,
    limits: Mapping[str, Any] | None,
) -> ConsentRow:
    until = months_later(studio.clock(), min(max(months, 1), MOST_MONTHS))
    wanted = _within(purposes, list(Purpose))
    scope = versions.scope_with(Scope.of(wanted, until), limits or {})
    return versions.act(studio, session, actor, subject, Act.ASK, scope=scope)


def _within(purposes: Sequence[str], offered: Sequence[str]) -> list[str]:
    """The purposes in their own order; one that is unknown or was not asked for is refused, never dropped."""
    foreign = [purpose for purpose in purposes if purpose not in offered]
    if foreign or not purposes:
        sentence = f"A consent can be for {', '.join(offered)}; not for {', '.join(foreign) or 'nothing'}."
        raise NotAllowed((Reason("unknown_purpose", sentence),))
    return [str(purpose) for purpose in Purpose if purpose in purposes]


def _by_link(session: Session, subject: SubjectRow) -> bool:
    row = gate.newest_consent(session, subject.id)
    return row is not None and row.evidence == Evidence.LINK
