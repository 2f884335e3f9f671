"""A history of a studio, written straight into its tables, with an answer planted for every question.

Who asks has to find what was planted among thousands of pictures of others. Also read by `benchmarks/audit.py`.
"""

from __future__ import annotations

import hashlib
import io
import random
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from PIL import Image, ImageDraw
from sqlalchemy import insert

from consent.ledger import GENESIS, SALT_BYTES, EventKind, commitment, link
from db.tables import (
    AdapterRow,
    Base,
    CaptionRow,
    ConsentRow,
    ErasureRow,
    IdentityRow,
    IncidentRow,
    JobRow,
    JobSubjectRow,
    LedgerDetailRow,
    LedgerRow,
    OutputAdapterRow,
    OutputRow,
    PartyRow,
    PhotoRow,
    ReportRow,
    SubjectRow,
)
from studio.fingerprints import Fingerprint, fingerprint
from studio.house import Studio

NOW = datetime(2026, 7, 15, 12, tzinfo=UTC)
MAY, JUNE, JULY = (datetime(2026, month, 1, tzinfo=UTC) for month in (5, 6, 7))
WORDS = ("guitar", "drums", "beach", "snow", "park", "kitchen", "bicycle", "sunset")


def _drawing() -> bytes:
    """A picture with something to see in it."""
    image = Image.new("RGB", (128, 128), (235, 225, 205))
    draw = ImageDraw.Draw(image)
    draw.ellipse((40, 16, 88, 64), fill=(90, 60, 40))
    draw.rectangle((30, 64, 98, 128), fill=(20, 60, 140))
    draw.line((0, 100, 128, 70), fill=(200, 30, 30), width=9)
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


POSTED = _drawing()
"""The file of one picture in the history, as it may turn up elsewhere."""


@dataclass(frozen=True)
class Person:
    """A subject with an active consent and an adapter."""

    handle: str
    id: UUID
    owner: UUID
    consent: UUID
    adapter: UUID


@dataclass
class Books:
    """Rows on their way into the tables, and the chain of the ledger as it grows."""

    rows: dict[type[Base], list[dict[str, Any]]] = field(default_factory=dict)
    parties: dict[str, UUID] = field(default_factory=dict)
    head: str = GENESIS
    seq: int = 0

    def add(self, table: type[Base], **values: Any) -> Any:
        self.rows.setdefault(table, []).append(values)
        return values.get("id")

    def party(self, name: str) -> UUID:
        if name not in self.parties:
            self.parties[name] = self.add(PartyRow, id=uuid4(), name=name, created_at=MAY)
            self.add(IdentityRow, party_id=self.parties[name], kind="discord", external_id=snowflake(name))
        return self.parties[name]

    def event(self, kind: str, at: datetime, actor: UUID | None, subject: UUID | None, ref: str | None = None,
              **details: Any) -> None:
        self.seq += 1
        salt = secrets.token_bytes(SALT_BYTES)
        fields: dict[str, Any] = {"seq": self.seq, "at": at, "kind": EventKind(kind).value, "actor": actor,
                                  "subject": subject, "ref": ref, "commitment": commitment(salt, details)}
        prev, self.head = self.head, link(self.head, **fields)
        people = {name: fields[name] and str(fields[name]) for name in ("actor", "subject")}
        self.add(LedgerRow, **(fields | people), prev=prev, hash=self.head)
        self.add(LedgerDetailRow, seq=self.seq, salt=salt, body=details)

    def write(self, studio: Studio) -> None:
        with studio.sessions.begin() as session:
            for table in Base.metadata.sorted_tables:
                for mapped, rows in self.rows.items():
                    if mapped.__table__ is table:
                        session.execute(insert(table), rows)

    def person(self, handle: str, *, verifier: str = "mo", **consent: Any) -> Person:
        """Somebody who said yes on the first of May, and whom anna trained."""
        owner, anna, mo = self.party(handle), self.party("anna"), self.party(verifier)
        subject = self.add(SubjectRow, id=uuid4(), handle=handle, kind="real_person", owner_id=owner,
                           created_by=anna, created_at=MAY)
        self.event("subject.created", MAY, anna, subject, handle=handle)
        version = self.consent(subject, owner, 1, verified_by=mo, **consent)
        for kind, actor in (("asked", anna), ("given", owner), ("verified", mo)):
            self.event(f"consent.{kind}", MAY, actor, subject, str(version), purposes=["train", "generate"])
        job = f"train-{secrets.token_hex(16)}"
        self.job(job, "train", anna, MAY, {})
        self.add(JobSubjectRow, job_id=job, subject_id=subject, consent_id=version)
        for _ in range(3):
            photo = self.add(PhotoRow, id=uuid4(), subject_id=subject, consent_id=version,
                             sha256=secrets.token_hex(32), width=96, height=128, file=secrets.token_hex(8),
                             added_by=anna, added_at=MAY)
            self.add(CaptionRow, photo_id=photo, text=f"{handle} outside", written_by=anna)
            self.event("photo.added", MAY, anna, subject, str(photo), sha256="0")
        adapter = self.add(AdapterRow, id=uuid4(), job_id=job, subject_id=subject, consent_id=version,
                           base_model="miniature", sha256=secrets.token_hex(32), captions_sha256="0" * 64,
                           file=secrets.token_hex(8), report={}, created_at=MAY)
        for kind in ("asked", "started", "finished"):
            self.event(f"training.{kind}", MAY, anna if kind == "asked" else None, subject, job)
        return Person(handle, subject, owner, version, adapter)

    def consent(self, subject: UUID, owner: UUID, version: int, **values: Any) -> UUID:
        row = {"id": uuid4(), "state": "active", "expires_at": NOW + timedelta(days=300), "ended_at": None,
               "supersedes": None, "verified_by": self.party("mo"), "attested_by": None, "kept": None}
        return self.add(ConsentRow, subject_id=subject, version=version, purposes=["train", "generate"],
                        notice_version="1", notice_sha256="0" * 64, asked_by=self.party("anna"), asked_at=MAY,
                        given_at=MAY, verified_at=MAY, **(row | values))

    def job(self, job: str, kind: str, asker: UUID, at: datetime, params: dict[str, Any],
            delivered: datetime | None = None, channel: str | None = None) -> None:
        self.add(JobRow, id=job, kind=kind, state="done", asker_id=asker, params=params, channel=channel, error=None,
                 created_at=at, started_at=at, finished_at=at, delivered_at=delivered)

    def picture(self, of: Person, asker: str, at: datetime, prompt: str, *, under: UUID | None = None,
                delivered: bool = True, erased: bool = False, hidden: bool = False, where: str = "discord:7",
                looks: Fingerprint | None = None) -> str:
        """One picture, asked for, made and (unless said otherwise) handed over a minute later."""
        job, output, who = f"imagine-{secrets.token_hex(16)}", uuid4(), self.party(asker)
        there = at + timedelta(minutes=1)
        wish = {} if erased else {"wish": {"prompt": prompt}}
        self.job(job, "imagine", who, at, wish, there if delivered else None, where)
        self.add(JobSubjectRow, job_id=job, subject_id=of.id, consent_id=under or of.consent)
        digest = looks.sha256 if looks else hashlib.sha256(job.encode()).hexdigest()
        dhash = looks.dhash if looks else f"{random.Random(job).getrandbits(64):016x}"
        if not erased:
            self.add(OutputRow, id=output, job_id=job, sha256=digest, width=64, height=64, seed=1, prompt=prompt,
                     parameters=prompt, file=secrets.token_hex(8), skeleton_file=None, created_at=at,
                     pixels_sha256=looks and looks.pixels, dhash=dhash, hidden_at=there if hidden else None)
            self.add(OutputAdapterRow, output_id=output, adapter_id=of.adapter, subject_id=of.id,
                     consent_id=under or of.consent)
        self.event("image.asked", at, who, of.id, job, prompt=prompt)
        self.event("image.made", at, None, of.id, job, sha256=digest)
        if delivered:
            self.event("image.delivered", there, None, of.id, job, channel=where)
        return job

    def report(self, job: str, at: datetime, *, closed: datetime | None = None) -> UUID:
        outputs = {row["job_id"]: row["id"] for row in self.rows[OutputRow]}
        reporter = self.party("rosa")
        self.event("image.reported", at, reporter, None, job)
        report: UUID = self.add(
            ReportRow, id=uuid4(), output_id=outputs.get(job), job_id=job, sha256=None, dhash=None,
            reason="that is not how I want to be seen", reported_by=reporter, reported_at=at,
            due_at=at + timedelta(hours=48), verdict="remove" if closed else None,
            closed_by=self.party("mo") if closed else None, closed_at=closed, removed=1 if closed else None)
        return report


@dataclass(frozen=True)
class Planted:
    """What the questions have to find, by question: the parts of each row that cannot be there by chance."""

    june: list[tuple[str, str | None, str]]  # asker, prompt, up
    refusals: list[tuple[str, str, int]]  # reason, asker, times
    saw: list[tuple[str, str, int]]  # who, how, times
    invalidated: list[tuple[int, str]]  # version, picture
    ending: list[str]
    loose: list[str]  # subjects
    resting: str
    after: list[tuple[str, str, str]]  # subject, how it ended, picture
    alone: str
    reported: list[str]  # prompts
    eve: list[str]  # events
    posted: str  # the picture whose file is POSTED
    duties: list[tuple[str, str | None, bool]]  # what, subject, overdue


def snowflake(name: str) -> str:
    """An account's number, as Discord's are: 18 digits."""
    return str(10**17 + int(hashlib.sha256(name.encode()).hexdigest(), 16) % (9 * 10**17))


def seed(studio: Studio, pictures: int) -> Planted:
    """Write a history of `pictures` pictures of twenty people by thirty askers, and what is planted among them."""
    books, chance = Books(), random.Random(4)
    crowd = [books.person(f"doll{number}") for number in range(20)]
    moments = sorted(MAY + chance.random() * (JULY - MAY) for _ in range(pictures))
    planted = _first_half(books)
    for at in moments:
        prompt = f"a picture of {chance.choice(WORDS)} and {chance.choice(WORDS)}"
        books.picture(chance.choice(crowd), f"member{chance.randrange(30)}", at, prompt)
    planted = _second_half(books, crowd, planted)
    books.write(studio)
    return planted


def _days(start: datetime, days: Iterable[int]) -> list[datetime]:
    return [start + timedelta(days=day) for day in days]


def _first_half(books: Books) -> dict[str, Any]:
    """What has to happen before the crowd: radke's June, mallory's borrowed yes, a training alone."""
    radke = books.person("radke")
    for at in _days(MAY, (30,)) + _days(JULY, (0, 3)):
        books.picture(radke, "ben", at, "not in June")
    posted = books.picture(radke, "ben", MAY + timedelta(days=4), "found elsewhere", looks=fingerprint(POSTED))
    june = []
    for number, at in enumerate(_days(JUNE, (0, 4, 9, 9, 17, 29))):
        asker, prompt = ("anna", "ben")[number % 2], f"radke by the sea {number}"
        state = {1: "erased", 2: "not delivered", 4: "hidden"}.get(number, "yes")
        books.picture(radke, asker, at, prompt, erased=state == "erased", hidden=state == "hidden",
                      delivered=state != "not delivered")
        june.append((asker, None if state == "erased" else prompt, state))
    mo = books.party("mo")
    books.event("moderator.looked", JUNE, mo, radke.id, "photos")
    books.event("photo.seen", JUNE, books.party("vera"), radke.id, None)
    books.event("export.made", JUNE, radke.owner, radke.id, "data")
    books.event("export.made", JUNE, books.party("anna"), radke.id, "not-photos")
    saw = [("anna", "handed them in", 3), ("mo", "looked at them as a moderator", 1),
           ("vera", "was shown them", 1), ("radke", "took them out", 1)]
    books.person("lone", verifier="anna")
    return {"june": june, "saw": saw, "radke": radke, "posted": posted}


def _second_half(books: Books, crowd: list[Person], before: dict[str, Any]) -> Planted:
    """What happened in July, and is still going on."""
    mallory = books.person("mallory", state="replaced")
    second = books.consent(mallory.id, mallory.owner, 2, state="invalidated", supersedes=mallory.consent,
                           ended_at=NOW - timedelta(days=2))
    under = [(1, books.picture(mallory, "ben", at, "mallory, borrowed")) for at in _days(JULY, (1, 2))]
    books.event("consent.narrowed", JULY + timedelta(days=3), mallory.owner, mallory.id, str(second))
    under += [(2, books.picture(mallory, "ben", JULY + timedelta(days=4), "mallory", under=second, erased=True))]
    books.event("consent.invalidated", NOW - timedelta(days=2), books.party("mo"), mallory.id, str(second))

    ending = []
    for days in (29, 3):
        person = books.person(f"ending{days}", expires_at=NOW + timedelta(days=days, hours=1))
        ending.insert(0, person.handle)
    books.person("ending31", expires_at=NOW + timedelta(days=31))
    resting = books.person("resting", state="paused")
    books.event("consent.paused", NOW, resting.owner, resting.id, str(resting.consent))

    gone = books.person("gone", state="withdrawn", ended_at=JULY)
    books.picture(gone, "ben", JULY - timedelta(days=1), "in time")
    books.event("consent.withdrawn", JULY, gone.owner, gone.id, str(gone.consent))
    late = books.picture(gone, "ben", JULY + timedelta(hours=1), "too late")
    again = books.person("again")
    books.event("consent.withdrawn", JULY, again.owner, again.id, str(again.consent))
    books.event("consent.verified", JULY, books.party("mo"), again.id, str(again.consent))
    books.picture(again, "ben", JULY + timedelta(hours=1), "under a new yes")

    reported = [books.picture(crowd[number], "eve", NOW - timedelta(days=9 - number), f"slipped through {number}",
                              erased=number == 0) for number in range(3)]
    books.report(reported[0], NOW - timedelta(days=8), closed=NOW - timedelta(days=7))
    books.report(reported[1], NOW - timedelta(hours=50))
    books.report(reported[2], NOW - timedelta(hours=5))
    eve = ["image.asked", "image.made", "image.delivered"] * 3 + ["image.reported"] * 3

    anna, ben = books.party("anna"), books.party("ben")
    for days in (20, 8):
        books.event("image.refused", NOW - timedelta(days=days), ben, before["radke"].id, reasons=["nudity"])
    for asker, reasons in ((ben, ["nudity"]), (ben, ["nudity", "daily_limit"]), (anna, ["not_active"])):
        books.event("image.refused", NOW - timedelta(days=2), asker, before["radke"].id, reasons=reasons)
    refusals = [("nudity", "ben", 2), ("daily_limit", "ben", 1), ("not_active", "anna", 1)]

    books.add(ErasureRow, id=uuid4(), subject_id=gone.id, actor_id=gone.owner, files=["x"], jobs=[], counts={},
              started_at=JULY, finished_at=None, cause="withdrawn", certificate=None)
    books.add(IncidentRow, id=uuid4(), subject_id=mallory.id, consent_id=second, opened_by=books.party("mo"),
              opened_at=NOW - timedelta(days=2), what="a borrowed account", closed_by=None, closed_at=None,
              outcome=None)
    return Planted(
        june=before["june"], refusals=refusals, saw=before["saw"], invalidated=under, ending=ending,
        loose=[gone.handle, mallory.handle], resting=resting.handle, after=[(gone.handle, "withdrawn", late)],
        alone="lone",
        posted=before["posted"],
        reported=[f"slipped through {number}" for number in range(3)], eve=eve,
        duties=[("erasure", "gone", False), ("report", crowd[1].handle, True), ("incident", "mallory", False),
                ("report", crowd[2].handle, False)])
