"""What there is of a subject in rows and files: to be counted, removed, and looked for once it should be gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CursorResult, Delete, Update, delete, func, or_, select, update
from sqlalchemy.orm import Session

from db.tables import (
    AdapterRow,
    ApprovalRow,
    CaptionRow,
    ChallengeRow,
    ConsentRow,
    DraftRow,
    ErasureRow,
    JobRow,
    JobSubjectRow,
    KeyRow,
    LedgerDetailRow,
    LedgerRow,
    LinkRow,
    OutputAdapterRow,
    OutputRow,
    PhotoRow,
    PostingRow,
    ReportRow,
    ReviewRow,
    SubjectRow,
)
from studio import job_files, jobs
from studio.house import Studio

_WORDLESS = {"reason": None, "sha256": None, "dhash": None}
"""A report, once nothing of the picture it was about may be kept."""


@dataclass(frozen=True)
class Survey:
    """The files there are of a subject: how many of each kind, and which lie under another key than theirs."""

    kinds: dict[str, int]
    elsewhere: list[str]


def survey(studio: Studio, session: Session, subject: SubjectRow, job_ids: Sequence[str]) -> Survey:
    """Look before anything is deleted, so that a certificate counts the same however often its erasure broke off.

    What lies under the subject's own key goes with their folder. Elsewhere may lie a picture with somebody else in
    it, a pose picture, and what a crash left without a row; it is named by its job, whether it is there or not.
    """
    own = studio.vault.files(job_files.owner_of(subject.id))
    kinds = job_files.WHILE_RUNNING + job_files.RESULTS
    named = {
        file
        for job_id in job_ids
        for file in job_files.places(studio, job_id, jobs.subjects_of(session, job_id), kinds)
    }
    elsewhere = sorted(named - set(own))
    there = [*own, *(file for file in elsewhere if studio.vault.has(file))]
    return Survey(dict(sorted(Counter(file.rpartition(".")[2] for file in there).items())), elsewhere)


def remove_rows(session: Session, subject: SubjectRow, stopped: Sequence[str]) -> dict[str, Any]:
    """Delete, in the caller's transaction, every row that tells of a subject; returns how many of what.

    What stays: the subject's name and owner, the versions of the consent, and jobs without what was asked for. They
    show that there was a consent and when it ended, under random numbers. `stopped` are the jobs that were ended
    just now; why an earlier one ended may quote what was asked.
    """
    asked = select(JobSubjectRow.job_id).filter_by(subject_id=subject.id)
    photos = select(PhotoRow.id).filter_by(subject_id=subject.id)
    outputs = select(OutputRow.id).where(OutputRow.job_id.in_(asked))
    of_them = session.scalars(select(JobRow).where(JobRow.id.in_(asked))).all()
    counts: dict[str, Any] = {
        "captions": _run(session, delete(CaptionRow).where(CaptionRow.photo_id.in_(photos))),
        "photos": _run(session, delete(PhotoRow).filter_by(subject_id=subject.id)),
        "prompts": sum(bool(job.params.get("wish")) for job in of_them),
    }
    _run(session, update(ReportRow).where(ReportRow.job_id.in_(asked)).values(_WORDLESS))
    _run(session, delete(OutputAdapterRow).where(OutputAdapterRow.output_id.in_(outputs)))
    counts["pictures"] = _run(session, delete(OutputRow).where(OutputRow.job_id.in_(asked)))
    counts["adapters"] = _run(session, delete(AdapterRow).filter_by(subject_id=subject.id))
    _run(session, delete(ReviewRow).where(ReviewRow.job_id.in_(asked)))
    forgotten = {"file": None, "salt": None, "digest": None}
    _run(session, update(ChallengeRow).filter_by(subject_id=subject.id).values(forgotten))
    _run(session, delete(LinkRow).filter_by(subject_id=subject.id))
    _run(session, delete(DraftRow).filter_by(subject_id=subject.id))
    in_messages = PostingRow.job_id.in_(asked) | (PostingRow.subject_id == subject.id)
    _run(session, delete(PostingRow).where(in_messages))
    _run(session, update(ApprovalRow).where(ApprovalRow.job_id.in_(asked)).values({"digest": None}))
    for job in of_them:
        job.params = {}
        job.error = job.error if job.id in stopped else None
    for consent in session.scalars(select(ConsentRow).filter_by(subject_id=subject.id)):
        if consent.scope and "own_words" in consent.scope:
            consent.scope = {name: value for name, value in consent.scope.items() if name != "own_words"}
    session.flush()
    return counts


def leftovers(studio: Studio, erasure: ErasureRow) -> list[str]:
    """What is still there of an erased subject, in words; the files among it are deleted on the way.

    A file can appear late: a runner that was inside its last transaction wrote it before that failed.
    """
    names = {
        job_files.name_of(job_id, kind)
        for job_id in erasure.jobs
        for kind in job_files.WHILE_RUNNING + job_files.RESULTS
    }
    owner = job_files.owner_of(erasure.subject_id)
    for file in [*studio.vault.files(owner), *studio.vault.named(names)]:
        studio.vault.delete(file)
    left = [*studio.vault.files(owner), *studio.vault.named(names)]
    with studio.readers() as session:
        for what, query in _rows(erasure).items():
            if number := session.scalar(query):
                left.append(f"{number} {what}")
    return left


def _rows(erasure: ErasureRow) -> dict[str, Any]:
    """Queries that count what must not be there any more."""
    subject = erasure.subject_id
    asked = select(JobSubjectRow.job_id).filter_by(subject_id=subject)
    started = select(LedgerRow.seq).where(LedgerRow.kind == "erasure.started", LedgerRow.ref == str(erasure.id))
    told = or_(LedgerRow.subject == str(subject), LedgerRow.ref.in_(asked))
    before = select(LedgerRow.seq).where(told, LedgerRow.seq < started.scalar_subquery())

    def count(table: Any, *where: Any) -> Any:
        return select(func.count()).select_from(table).where(*where)

    return {
        "photos": count(PhotoRow, PhotoRow.subject_id == subject),
        "adapters": count(AdapterRow, AdapterRow.subject_id == subject),
        "pictures": count(OutputRow, OutputRow.job_id.in_(asked)),
        "details of events": count(LedgerDetailRow, LedgerDetailRow.seq.in_(before)),
        "keys": count(KeyRow, KeyRow.owner == job_files.owner_of(subject)),
    }


def _run(session: Session, statement: Delete | Update) -> int:
    result = session.execute(statement)
    assert isinstance(result, CursorResult)
    return int(result.rowcount)
