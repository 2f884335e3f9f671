"""The erasure certificate: what was erased, how many of each, and what could not be reached.

It is made once, when an erasure has ended, and kept in its row; its digest stands in the ledger. Names are put in
when it is read: the certificate itself has random numbers only, and can be handed to anybody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consent.errors import NotAllowed, Reason
from consent.ledger import canonical_json
from consent.people import Actor
from db import ledger
from db.tables import (
    ErasureRow,
    IdentityRow,
    JobRow,
    JobSubjectRow,
    LedgerRow,
    MemberRow,
    RemovalRow,
    SubjectRow,
)
from studio import parties
from studio.errors import UnknownErasure
from studio.house import Studio
from studio.subjects import find

FORMAT = "likeness-erasure-1"

NEWS = timedelta(days=7)
"""What ended longer ago is posted by nobody any more: whoever wants to know asks for it."""

KINDS = {
    "photo": "photos",
    "selfie": "selfies",
    "state": "checkpoints of trainings",
    "preview": "previews of trainings",
    "pose": "pose pictures",
    "adapter": "adapters",
    "picture": "pictures",
    "skeleton": "skeletons",
}
"""Files in the vault by their ending, in words."""

BACKUPS = (
    "Backups of the data folder or the database that were made before: the files in them open only with the key in a "
    "backup of the database, so whoever keeps one has to destroy it."
)


@dataclass(frozen=True)
class CertificateView:
    """A certificate with the names the studio still knows; `sha256` is what the ledger says."""

    handle: str
    asked_by: str | None
    sha256: str
    content: dict[str, Any]


def unreached(session: Session, subject: SubjectRow, messages: Collection[str] = ()) -> list[dict[str, Any]]:
    """What of a subject has left the house, beside the `messages` that will be deleted.

    Asked before its rows are removed. Places are the doors' own words.
    """
    delivered = (
        select(JobRow.channel, func.count())
        .join(JobSubjectRow, JobSubjectRow.job_id == JobRow.id)
        .where(JobSubjectRow.subject_id == subject.id, JobRow.kind == "imagine", JobRow.state == "done")
        .where(JobRow.delivered_at.is_not(None))
        .group_by(JobRow.channel)
        .order_by(JobRow.channel)
    )
    exported = select(func.count()).where(
        LedgerRow.kind == "export.made", LedgerRow.subject == str(subject.id)
    )
    found = [
        {"what": "delivered pictures", "where": channel or "a place nobody wrote down", "count": number}
        for channel, number in session.execute(delivered)
        if channel not in messages
    ]
    if number := session.scalar(exported):
        found.append({"what": "exports in clear", "where": "with whoever took them", "count": number})
    return found


def of(
    session: Session, erasure: ErasureRow, messages: tuple[int, list[dict[str, Any]]] = (0, [])
) -> tuple[dict[str, Any], str]:
    """The certificate of an erasure that has just ended, and its SHA-256.

    `messages`: how many were deleted, and those that could not be.
    """
    deleted, kept = messages
    counts = dict(erasure.counts)
    assert erasure.finished_at is not None
    head = ledger.head(session)
    rows = ("photos", "captions", "prompts", "pictures", "adapters", "details")
    content = {
        "format": FORMAT,
        "certificate": str(erasure.id),
        "subject": str(erasure.subject_id),
        "cause": erasure.cause,
        "asked_by": str(erasure.actor_id) if erasure.actor_id else None,
        "started_at": erasure.started_at.isoformat(),
        "finished_at": erasure.finished_at.isoformat(),
        "erased": {name: counts.get(name, 0) for name in rows},
        "files": counts.get("files", {}),
        "jobs_stopped": counts.get("jobs_stopped", 0),
        "key_destroyed": bool(counts.get("key")),
        "messages_deleted": deleted,
        "leftovers_found": 0,
        "not_reached": [*kept, *counts.get("unreached", []), {"what": "backups", "where": BACKUPS, "count": None}],
        "ledger": {"seq": head.seq, "hash": head.hash} if head else None,
    }
    return content, hashlib.sha256(canonical_json(content)).hexdigest()


def certificates(studio: Studio, actor: Actor, handle: str | None = None) -> list[CertificateView]:
    """Every certificate, of one subject or of all, oldest first; for moderators, and for the subject its own.

    Raises NotAllowed, and UnknownErasure where there is none to show.
    """
    with studio.readers() as session:
        subject = find(session, handle) if handle else None
        if not actor.is_moderator and (subject is None or subject.owner_id != actor.party):
            sentence = "An erasure certificate is for the person it is about, and for moderators."
            raise NotAllowed((Reason("not_yours", sentence),))
        query = select(ErasureRow).where(ErasureRow.finished_at.is_not(None)).order_by(ErasureRow.started_at)
        rows = session.scalars(query.filter_by(subject_id=subject.id) if subject else query).all()
        if not rows:
            whom = f"of {handle} " if handle else ""
            _say_what_is_left(session, subject)
            raise UnknownErasure(f"Nothing {whom}has been erased, so there is no certificate.")
        return [_view(session, row) for row in rows]


@dataclass(frozen=True)
class Untold:
    """A certificate that was not posted yet; `account` is the subject's at the door, None where they have none."""

    erasure: UUID
    certificate: CertificateView
    account: str | None
    by_dm: bool


def untold(studio: Studio, door: str = "discord") -> list[Untold]:
    """Certificates of the last days that nobody has posted, oldest first."""
    query = (
        select(ErasureRow, IdentityRow.external_id, MemberRow.tell_by_dm)
        .join(SubjectRow, SubjectRow.id == ErasureRow.subject_id)
        .outerjoin(IdentityRow, (IdentityRow.party_id == SubjectRow.owner_id) & (IdentityRow.kind == door))
        .outerjoin(MemberRow, MemberRow.party_id == SubjectRow.owner_id)
        .where(ErasureRow.told_at.is_(None), ErasureRow.finished_at >= studio.clock() - NEWS)
        .order_by(ErasureRow.finished_at)
    )
    with studio.readers() as session:
        return [
            Untold(row.id, _view(session, row), account, bool(by_dm))
            for row, account, by_dm in session.execute(query)
        ]


def told(studio: Studio, erasure: UUID) -> None:
    """It was posted where it can be."""
    with studio.sessions.begin() as session:
        session.get_one(ErasureRow, erasure).told_at = studio.clock()


def _say_what_is_left(session: Session, subject: SubjectRow | None) -> None:
    """Raise UnknownErasure with how many messages a certificate still waits for, if one does."""
    query = select(func.count()).select_from(RemovalRow).filter_by(state="waiting")
    query = query.where(RemovalRow.erasure_id.is_not(None))
    left = session.scalar(query.filter_by(subject_id=subject.id) if subject else query)
    if left:
        raise UnknownErasure(
            f"Everything is erased here, and {left} messages with pictures are being deleted: the certificate comes "
            "after the last of them, or after three days."
        )


def _view(session: Session, row: ErasureRow) -> CertificateView:
    subject = session.get_one(SubjectRow, row.subject_id)
    # An erasure of before there were certificates says what its row says.
    content = row.certificate or of(session, row)[0]
    digest = hashlib.sha256(canonical_json(content)).hexdigest()
    return CertificateView(subject.handle, parties.name_of(session, row.actor_id), digest, content)


def in_words(view: CertificateView) -> str:
    """The certificate on paper."""
    content = view.content
    erased = [f"{name} {number}" for name, number in content["erased"].items() if number]
    files = [f"{KINDS.get(kind, kind)} {number}" for kind, number in content["files"].items()]
    key = "destroyed: what a backup of the files holds under it cannot be read" if content["key_destroyed"] else "none"
    lines = [
        f"Erasure certificate {content['certificate']}",
        "",
        _line("of", f"{view.handle} ({UUID(content['subject'])})"),
        _line("because", f"the consent was {content['cause']}"),
        _line("asked by", view.asked_by or "nobody: its time had come"),
        _line("begun", _moment(content["started_at"])),
        _line("ended", _moment(content["finished_at"])),
        _line("erased", ", ".join(erased) or "nothing was there"),
        _line("files", ", ".join(files) or "none"),
        _line("jobs stopped", str(content["jobs_stopped"])),
        _line("messages", f"deleted {content.get('messages_deleted', 0)}"),
        _line("the key", key),
        _line("looked again", f"leftovers found: {content['leftovers_found']}"),
        *(_line("not reached", _unreached(item)) for item in content["not_reached"]),
    ]
    if content["ledger"]:
        lines.append(_line("ledger", f"event {content['ledger']['seq']}, {content['ledger']['hash']}"))
    return "\n".join([*lines, _line("sha256", view.sha256)])


def _unreached(item: dict[str, Any]) -> str:
    if item["count"] is None:
        return str(item["where"])
    door, _, place = str(item["where"]).partition(":")
    channel, _, message = place.partition(":")
    where = f"message {message} in channel {channel} of Discord" if door == "discord" and message else item["where"]
    why = f" ({item['why']})" if item.get("why") else ""
    return f"{item['what']} {item['count']}: {where}{why}"


def _line(name: str, text: str) -> str:
    return f"{name:<14}{text}"


def _moment(text: str) -> str:
    return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M:%S} UTC"
