"""Receipts: what a person holds about their consent. For them, and for moderators; handing one out is an event."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consent import notice as notices
from consent.anchors import Anchor
from consent.errors import NotAllowed, Reason
from consent.evidence import IN_WORDS, Evidence
from consent.ledger import EventKind
from consent.people import Actor
from consent.receipt import STATES, Happening, Receipt
from consent.rules import PURPOSES
from consent.words import in_words
from db import ledger
from db.tables import ConsentRow, LedgerRow, SubjectRow
from studio import consents, gate
from studio.audit.asking import names, require_own
from studio.house import Studio
from studio.subjects import find

WHAT = "receipt"
"""What an export of a receipt is about, as the ledger's `ref`."""


def receipt(studio: Studio, actor: Actor, handle: str) -> Receipt:
    """A fresh receipt of the newest version; raises NotAllowed for whoever is neither the subject nor a moderator.

    Its ledger head is the event that tells of it, so that each receipt anchors everything before it.
    """
    with studio.sessions.begin() as session:
        subject = find(session, handle)
        require_own(actor, subject)
        row = consents.current(studio, session, subject)
        if row is None:
            raise NotAllowed((Reason("never_asked", f"{handle} was never asked, so there is nothing to show."),))
        studio.record(session, "export.made", actor, subject.id, WHAT, consent=str(row.id))
        return _receipt(studio, session, subject, row)


def _receipt(studio: Studio, session: Session, subject: SubjectRow, row: ConsentRow) -> Receipt:
    called = names(session)
    scope = gate.scope_of(row)
    newest = ledger.head(session)
    assert newest is not None  # `receipt` has just written an event
    language = row.notice_language or notices.LANGUAGE
    return Receipt(
        receipt_id=uuid4(),
        record_id=row.id,
        principal=subject.owner_id,
        handle=subject.handle,
        version=row.version,
        state=gate.state_now(studio, row),
        scope=scope,
        sentences=in_words(scope, PURPOSES, called),
        notice=_notice(row, language),
        notice_version=row.notice_version,
        notice_sha256=row.notice_sha256,
        language=language,
        controller=studio.settings.controller or "the community that hosts this studio",
        jurisdiction=studio.settings.jurisdiction,
        evidence=IN_WORDS[Evidence(row.evidence) if row.evidence else Evidence.WORD],
        verified_by=called.get(row.verified_by) if row.verified_by else None,
        one_moderator=_one_moderator(session),
        happenings=tuple(
            Happening(entry.event.kind, entry.event.at, entry.event.actor,
                      called.get(entry.event.actor) if entry.event.actor else None)
            for entry in ledger.events(session, kinds=list(STATES), subject=subject.id)
        ),
        ledger_head=Anchor(newest.seq, newest.hash),
        issued_at=studio.clock(),
    )


def _notice(row: ConsentRow, language: str) -> str | None:
    """The text that was shown, if it is still word for word what the digest says."""
    try:
        shown = notices.notice(language, row.notice_version)
    except KeyError:
        return None
    return shown.text if shown.sha256 == row.notice_sha256 else None


def _one_moderator(session: Session) -> bool:
    """R7: whether one person alone has ever confirmed consents here."""
    query = select(func.count(func.distinct(LedgerRow.actor))).where(
        LedgerRow.kind.in_((EventKind.CONSENT_VERIFIED, EventKind.CONSENT_ATTESTED))
    )
    return session.scalar(query) == 1
