"""Everything the studio has of a subject, as one zip: for them, and for nobody else unseen.

Files are decrypted one at a time, straight into the zip: nothing lies on the disk in clear but the zip itself, which
is what was asked for. A withdrawal in between ends it: the key is gone, reading fails, and whoever writes takes the
half zip away.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent.people import Actor
from consent.receipt import Receipt, to_json
from consent.receipt_page import page
from consent.scope import Purpose
from db import ledger
from db.tables import (
    CaptionRow,
    ConsentRow,
    JobRow,
    OutputAdapterRow,
    OutputRow,
    PhotoRow,
    StrikeRow,
    SubjectRow,
)
from studio import gate, job_files, jobs, preferences, strikes
from studio.audit.asking import look, names, require_own
from studio.audit.people import DATA
from studio.house import Studio
from studio.receipts import receipt
from studio.subjects import find

README = """\
This is everything the studio keeps of {handle}.

receipt.html    what you agreed to, in plain words; receipt.json is the same for machines
consents.json   every version of your consent, with its scope
photos/         your photos as they are stored, cleaned, each with its caption
pictures/       every picture of you, each with the words and settings it was made with
events.jsonl    everything the ledger tells about you, oldest first
settings.json   what your own wishes are like where they do not say, and whether you want direct messages
strikes.json    wishes of yours that were refused for their words: what they were about, how long each counts, and what
                you wrote when you appealed; the refused words themselves are kept nowhere

{pictures}
The zip holds all of this in clear: keep it where only you can read it.
"""
ALL = "No picture of you is missing."
MISSING = (
    "{number} of the pictures show somebody else too, who does not agree to hand them out (now, or any more). They "
    "are not in this zip; their settings are."
)


@dataclass(frozen=True)
class Handed:
    """What a zip of somebody's own data holds."""

    handle: str
    photos: int
    pictures: int
    withheld: int
    events: int


def write_zip(studio: Studio, actor: Actor, handle: str, stream: BinaryIO) -> Handed:
    """Write the zip into `stream`; raises NotAllowed for whoever is neither the subject nor a moderator.

    A moderator's look is in the ledger before the first byte is read. Raises what the vault raises when a file is
    damaged or was erased meanwhile; the stream then holds half a zip.
    """
    with studio.readers() as session:
        subject_id = find(session, handle).id
        require_own(actor, find(session, handle))
    look(studio, actor, DATA, [subject_id] if actor.is_moderator else [])
    with studio.sessions.begin() as session:
        studio.record(session, "export.made", actor, subject_id, DATA)
    said = receipt(studio, actor, handle)
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        return _fill(studio, handle, said, archive)


@dataclass(frozen=True)
class _Picture:
    """A picture on its way into the zip; without a file when somebody else in it does not agree."""

    name: str
    owner: str
    file: str | None
    settings: dict[str, Any]


def _fill(studio: Studio, handle: str, said: Receipt, archive: zipfile.ZipFile) -> Handed:
    moment = studio.clock()

    def put(name: str, data: bytes | str) -> None:
        info = zipfile.ZipInfo(name, moment.timetuple()[:6])
        info.external_attr = 0o600 << 16
        # A PNG is compressed already.
        info.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
        archive.writestr(info, data)

    with studio.readers() as session:
        subject = find(session, handle)
        owner, person = job_files.owner_of(subject.id), subject.owner_id
        consents, photos = _consents(session, subject), _photos(session, subject)
        pictures, lines = _pictures(studio, session, subject), list(_events(session, subject))
        against = _strikes(session, person)
    put("receipt.json", _json(to_json(said)))
    put("receipt.html", page(said))
    put("consents.json", _json(consents))
    for number, (file, caption) in enumerate(photos, start=1):
        put(f"photos/{number:03}.png", _read(studio, owner, file))
        put(f"photos/{number:03}.txt", f"{caption or ''}\n")
    for picture in pictures:
        if picture.file is not None:
            put(f"pictures/{picture.name}.png", _read(studio, picture.owner, picture.file))
        put(f"pictures/{picture.name}.json", _json(picture.settings))
    put("events.jsonl", "".join(lines))
    put("settings.json", _json(asdict(preferences.member(studio, person))))
    put("strikes.json", _json(against))
    withheld = sum(picture.file is None for picture in pictures)
    put("README.txt", README.format(handle=handle, pictures=MISSING.format(number=withheld) if withheld else ALL))
    return Handed(handle, len(photos), len(pictures) - withheld, withheld, len(lines))


def _read(studio: Studio, owner: str, file: str) -> bytes:
    """One file, in a session of its own: the next one sees a withdrawal, and an erasure waits for no reader."""
    with studio.readers() as session:
        return studio.vault.read(session, owner, file)


def _photos(session: Session, subject: SubjectRow) -> list[tuple[str, str | None]]:
    query = (
        select(PhotoRow.file, CaptionRow.text)
        .outerjoin(CaptionRow, CaptionRow.photo_id == PhotoRow.id)
        .filter(PhotoRow.subject_id == subject.id)
        .order_by(PhotoRow.added_at, PhotoRow.id)
    )
    return [(file, caption) for file, caption in session.execute(query)]


def _pictures(studio: Studio, session: Session, subject: SubjectRow) -> list[_Picture]:
    query = (
        select(OutputRow, JobRow, ConsentRow.version)
        .join(OutputAdapterRow, OutputAdapterRow.output_id == OutputRow.id)
        .join(ConsentRow, ConsentRow.id == OutputAdapterRow.consent_id)
        .join(JobRow, JobRow.id == OutputRow.job_id)
        .where(OutputAdapterRow.subject_id == subject.id)
        .order_by(OutputRow.created_at, OutputRow.id)
    )
    pictures, called = [], names(session)
    for output, job, version in session.execute(query):
        people = jobs.subjects_of(session, job.id)
        shown = _may_hand_out(studio, session, [other for other in people if other.id != subject.id])
        pictures.append(_Picture(
            name=f"{output.created_at:%Y-%m-%d}-{str(output.id)[:8]}",
            owner=job_files.owner_of_picture(people),
            file=output.file if shown else None,
            settings=_settings(output, job, version, called.get(job.asker_id)),
        ))
    return pictures


def _may_hand_out(studio: Studio, session: Session, others: list[SubjectRow]) -> bool:
    """Whether everybody else in a picture still agrees to pictures; one's own data are not somebody else's."""
    consents = [gate.newest_consent(session, other.id) for other in others]
    return all(
        consent is not None
        and gate.state_now(studio, consent) == "active"
        and Purpose.GENERATE in gate.scope_of(consent).purposes
        for consent in consents
    )


def _settings(output: OutputRow, job: JobRow, version: int, asker: str | None) -> dict[str, Any]:
    return {
        "prompt": output.prompt,
        "parameters": output.parameters,
        "seed": output.seed,
        "size": [output.width, output.height],
        "sha256": output.sha256,
        "asked_by": asker,
        "asked_at": job.created_at.isoformat(),
        "where": job.channel,
        "delivered_at": job.delivered_at and job.delivered_at.isoformat(),
        "consent_version": version,
    }


def _consents(session: Session, subject: SubjectRow) -> list[dict[str, Any]]:
    called = names(session)
    query = select(ConsentRow).filter_by(subject_id=subject.id).order_by(ConsentRow.version)
    return [
        {
            "id": str(row.id),
            "version": row.version,
            "state": row.state,
            "purposes": row.purposes,
            "limits": row.scope or {},
            "expires_at": row.expires_at.isoformat(),
            "asked_by": called.get(row.asked_by),
            "verified_by": called.get(row.verified_by) if row.verified_by else None,
            "evidence": row.evidence,
            "notice": {"version": row.notice_version, "sha256": row.notice_sha256},
            "supersedes": str(row.supersedes) if row.supersedes else None,
        }
        for row in session.scalars(query)
    ]


def _strikes(session: Session, person: UUID) -> list[dict[str, Any]]:
    """All that are kept, also those that count no more; what was asked for stands in none of them."""
    called = names(session)
    query = select(StrikeRow).filter_by(party_id=person).order_by(StrikeRow.given_at, StrikeRow.id)
    return [
        {
            "id": str(row.id),
            "given_at": row.given_at.isoformat(),
            "about": row.reasons,
            "severity": row.severity,
            "counts_until": (row.given_at + strikes.WINDOW).isoformat(),
            "deleted_after": (row.given_at + strikes.FORGOTTEN).isoformat(),
            "state": row.state,
            "appeal": row.appeal,
            "appealed_at": row.appealed_at and row.appealed_at.isoformat(),
            "decided_by": called.get(row.decided_by) if row.decided_by else None,
            "decided_at": row.decided_at and row.decided_at.isoformat(),
        }
        for row in session.scalars(query)
    ]


def _events(session: Session, subject: SubjectRow) -> Iterator[str]:
    called = names(session)
    for entry in ledger.events(session, subject=subject.id):
        event = entry.event
        said = {
            "seq": event.seq,
            "at": event.at.isoformat(),
            "event": event.kind,
            "by": called.get(event.actor) if event.actor else None,
            "about": event.ref,
            "details": None if entry.details is None else dict(entry.details),
        }
        yield json.dumps(said, ensure_ascii=False) + "\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
