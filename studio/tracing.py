"""Did we make this? A look-up for a file that turned up somewhere.

From certain to vague: the same bytes; the same pixels, saved anew; something that looks the same (dHash, at most 4
of 64 bits apart); and what the file says of itself in a statement that we signed. It traces re-posts, not edits
(`studio/fingerprints.py`), and finding nothing proves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from consent.errors import NotAllowed, Reason
from consent.people import Actor
from db.tables import JobRow, OutputRow, ReportRow
from generation.provenance import Marks
from studio import jobs, marks, parties
from studio.fingerprints import NEAR, Fingerprint, distance, fingerprint, near
from studio.house import Studio

How = Literal["file", "pixels", "looks", "statement", "removed"]

WORDS: dict[How, str] = {
    "file": "the same file",
    "pixels": "the same pixels, saved anew",
    "looks": "looks the same",
    "statement": "signed by this studio",
    "removed": "removed after a report",
}


@dataclass(frozen=True)
class Match:
    """A picture of ours. `bits` is how far the dHash is away, None where nothing was compared.

    Of a picture that was erased only its random number is left, and of one that was removed when that was.
    """

    output_id: UUID
    how: How
    bits: int | None = None
    job_id: str | None = None
    handles: tuple[str, ...] = ()
    asker: str | None = None
    made_at: datetime | None = None
    delivered_at: datetime | None = None
    hidden: bool = False


def made_here(studio: Studio, data: bytes) -> list[Match]:
    """Every picture of ours that this file may be, the surest first. Raises BadUpload for what is no picture."""
    known = fingerprint(data)
    with studio.readers() as session:
        found = matches(session, known)
        found += _removed(session, known, {match.output_id for match in found})
    credential = marks.read(studio, data).credential
    if credential is not None and credential.ours:
        output = UUID(str(credential.statement["output"]))
        if output not in {match.output_id for match in found}:
            found.insert(0, _there(studio, output) or Match(output, "statement"))
    return found


def matches(session: Session, known: Fingerprint) -> list[Match]:
    """The pictures that are here and have this fingerprint or one near it, the nearest first."""
    same = or_(OutputRow.sha256 == known.sha256, OutputRow.pixels_sha256 == known.pixels)
    found: dict[UUID, tuple[How, int]] = {
        row.id: ("file" if row.sha256 == known.sha256 else "pixels", 0)
        for row in session.scalars(select(OutputRow).where(same))
    }
    if known.dhash is not None:
        # Of all pictures only the hashes are read: making 10,000 ids as well takes ten times as long.
        every = session.scalars(select(OutputRow.dhash).where(OutputRow.dhash.is_not(None)))
        alike = near(known.dhash, [dhash for dhash in every if dhash])
        rows = select(OutputRow.id, OutputRow.dhash).where(OutputRow.dhash.in_(alike))
        for output_id, dhash in session.execute(rows) if alike else ():
            found.setdefault(output_id, ("looks", alike[str(dhash)]))
    order = ("file", "pixels", "looks")
    ranked = sorted(found.items(), key=lambda item: (order.index(item[1][0]), item[1][1], str(item[0])))
    return [_match(session, session.get_one(OutputRow, output_id), how, bits) for output_id, (how, bits) in ranked]


def _removed(session: Session, known: Fingerprint, seen: set[UUID]) -> list[Match]:
    """Pictures that were removed after a report: what is left of them is their fingerprint."""
    found = []
    for row in session.scalars(select(ReportRow).where(ReportRow.verdict == "remove")):
        if row.output_id is None or row.output_id in seen:
            continue
        bits = distance(known.dhash, row.dhash) if known.dhash and row.dhash else None
        if row.sha256 == known.sha256 or (bits is not None and bits <= NEAR):
            found.append(Match(row.output_id, "removed", bits, job_id=row.job_id, made_at=row.reported_at))
            seen.add(row.output_id)
    return found


def _there(studio: Studio, output_id: UUID) -> Match | None:
    with studio.readers() as session:
        row = session.get(OutputRow, output_id)
        return _match(session, row, "statement", None) if row else None


def _match(session: Session, row: OutputRow, how: How, bits: int | None) -> Match:
    job = session.get_one(JobRow, row.job_id)
    return Match(
        output_id=row.id,
        how=how,
        bits=bits,
        job_id=row.job_id,
        handles=tuple(subject.handle for subject in jobs.subjects_of(session, row.job_id)),
        asker=parties.name_of(session, job.asker_id),
        made_at=row.created_at,
        delivered_at=job.delivered_at,
        hidden=row.hidden_at is not None,
    )


@dataclass(frozen=True)
class Origin:
    """Where a file comes from, as far as that can be told: our pictures that it may be, and what it says itself."""

    matches: tuple[Match, ...]
    marks: Marks


def look_up(studio: Studio, actor: Actor, data: bytes) -> Origin:
    """What a moderator asks about a file that turned up; the look is an event of the ledger (R6)."""
    if not actor.is_moderator:
        raise NotAllowed((Reason("not_a_moderator", "Whose picture a file is, only a moderator can look up."),))
    origin = Origin(tuple(made_here(studio, data)), marks.read(studio, data))
    with studio.sessions.begin() as session:
        found = [str(match.output_id) for match in origin.matches]
        studio.record(session, "moderator.looked", actor, None, None, at="made here", found=found)
    return origin
