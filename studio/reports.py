"""Reports: anybody may object to a picture; it is out of sight at once, and gone or back within 48 hours.

The clock is the TAKE IT DOWN Act's. Who has not decided by its end has decided to remove: what is reported is the kind
of thing that must not stay because everybody was away. Copies of the picture, the same file or nearly the same to look
at, are hidden with it and removed with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from consent.errors import NotAllowed, Reason
from consent.people import Actor
from db.engine import wipe_deleted
from db.errors import VaultError
from db.tables import JobRow, OutputAdapterRow, OutputRow, ReportRow
from studio import ids, job_files, jobs, parties, removals, tracing
from studio.errors import UnknownPicture, UnknownReport
from studio.fingerprints import Fingerprint
from studio.house import Studio

HOURS = 48
LOOK = 60.0  # seconds between looks at the clock
VERDICTS = ("keep", "remove")
REMOVED = "This picture was reported and removed."
_NO_PICTURE = "This studio has no such picture: it was not made here, or it is gone already."


@dataclass(frozen=True)
class ReportView:
    """A report as moderators see it; `copies` are the jobs whose pictures are hidden with the reported one."""

    id: UUID
    job_id: str | None
    handles: tuple[str, ...]
    asker: str | None
    reason: str | None
    reported_by: str | None
    reported_at: datetime
    due_at: datetime
    overdue: bool
    verdict: str | None
    closed_by: str | None
    closed_at: datetime | None
    removed: int | None
    copies: tuple[str, ...] = ()


def report(studio: Studio, actor: Actor, picture: str | bytes, reason: str) -> ReportView:
    """Object to a picture: a job's or picture's id, a file's sha256, or the file itself. Anybody may.

    It and its copies are hidden in this very transaction. Reported twice, it is one report with the earlier clock.
    Raises UnknownPicture and BadUpload.
    """
    traced = tracing.made_here(studio, picture) if isinstance(picture, bytes) else None
    with studio.sessions.begin() as session:
        output = _output(session, picture if isinstance(picture, str) else None, traced)
        jobs.held(session, output.job_id)
        open_one = session.scalar(select(ReportRow).filter_by(output_id=output.id, closed_at=None))
        if open_one is not None:
            return _view(studio, session, open_one)
        now = studio.clock()
        row = ReportRow(
            id=uuid4(),
            output_id=output.id,
            job_id=output.job_id,
            sha256=output.sha256,
            dhash=output.dhash,
            reason=" ".join(reason.split()) or None,
            reported_by=actor.party,
            reported_at=now,
            due_at=now + timedelta(hours=HOURS),
        )
        session.add(row)
        copies = [output, *_copies(session, output)]
        for copy in copies:
            copy.hidden_at = copy.hidden_at or now
            _take_down(session, copy)
        subjects = jobs.subjects_of(session, output.job_id)
        details = {"report": str(row.id), "reason": row.reason, "copies": len(copies) - 1}
        studio.record_each(session, "image.reported", actor, subjects, output.job_id, **details)
        session.flush()
        return _view(studio, session, row)


def close(studio: Studio, actor: Actor, report_id: str, verdict: str) -> ReportView:
    """A moderator decides: `keep` shows the picture again, `remove` deletes it and its copies.

    Not whoever asked for the picture. Raises NotAllowed and UnknownReport.
    """
    if not actor.is_moderator:
        raise NotAllowed((Reason("not_a_moderator", "Only a moderator decides about a report."),))
    if verdict not in VERDICTS:
        raise UnknownReport(f"A report ends with {' or '.join(VERDICTS)}, not with “{verdict}”.")
    with studio.sessions.begin() as session:
        row = _find(session, report_id)
        asker = session.scalar(select(JobRow.asker_id).filter_by(id=row.job_id))
        if asker == actor.party:
            sentence = "You asked for this picture, so another moderator decides about it."
            raise NotAllowed((Reason("asked_for_it", sentence),))
        files = _decide(studio, session, actor, row, verdict)
        view = _view(studio, session, row)
    _delete(studio, files)
    return view


def overdue(studio: Studio) -> int:
    """Remove what nobody has decided about within the 48 hours; returns how many reports that closed.

    Asked every `LOOK`, by the runner and by the bot: the retention run alone, once a day, would make it 72.
    """
    closed, files = 0, []
    late = select(ReportRow).where(ReportRow.closed_at.is_(None), ReportRow.due_at <= studio.clock())
    with studio.readers() as session:  # so often with nothing to do that no writer should wait for it
        if session.scalar(late.limit(1)) is None:
            return 0
    with studio.sessions.begin() as session:
        for row in session.scalars(late).all():
            files += _decide(studio, session, None, row, "remove")
            closed += 1
    _delete(studio, files)
    return closed


def reports(studio: Studio, actor: Actor, *, everything: bool = False) -> list[ReportView]:
    """Open reports, the most urgent first; with `everything`, closed ones too. For moderators."""
    if not actor.is_moderator:
        raise NotAllowed((Reason("not_a_moderator", "Reports are for moderators to look at."),))
    query = select(ReportRow).order_by(ReportRow.closed_at.is_not(None), ReportRow.due_at)
    with studio.readers() as session:
        rows = session.scalars(query if everything else query.where(ReportRow.closed_at.is_(None)))
        return [_view(studio, session, row) for row in rows.all()]


def _take_down(session: Session, output: OutputRow) -> None:
    """Its message is to be put together anew by the door that wrote it: without the picture, while it is hidden.

    The job counts as not delivered until that is decided, and then the picture is brought again, or never.
    """
    job = session.get(JobRow, output.job_id)
    if job is not None and removals.is_message(job.channel):
        job.delivered_at = None


def _decide(studio: Studio, session: Session, actor: Actor | None, row: ReportRow, verdict: str) -> list[str]:
    """Close a report in the caller's transaction; returns the files to delete after it."""
    output = session.get(OutputRow, row.output_id) if row.output_id else None
    pictures = [output, *_copies(session, output)] if output else []
    files: list[str] = []
    others = select(ReportRow.output_id).where(ReportRow.closed_at.is_(None), ReportRow.id != row.id)
    still_reported = set(session.scalars(others))
    for picture in pictures:
        if verdict == "remove":
            files += _remove(studio, session, actor, picture)
        elif picture.id not in still_reported:
            picture.hidden_at = None
    row.verdict, row.closed_at = verdict, studio.clock()
    row.closed_by = actor.party if actor else None
    row.removed = len(pictures) if verdict == "remove" else 0
    subjects = jobs.subjects_of(session, row.job_id) if row.job_id else []
    details = {"report": str(row.id), "verdict": verdict, "removed": row.removed}
    studio.record_each(session, "report.closed", actor, subjects, row.job_id or str(row.id), **details)
    session.flush()
    return files


def _remove(studio: Studio, session: Session, actor: Actor | None, output: OutputRow) -> list[str]:
    """Delete a picture's rows and the words it was asked with; its job stays and says why it is over."""
    job = jobs.held(session, output.job_id)
    subjects = jobs.subjects_of(session, job.id)
    messages = removals.places(session, [job.id])
    removals.ask(studio, session, messages, subjects[0].id if subjects else None)
    session.execute(delete(OutputAdapterRow).filter_by(output_id=output.id))
    session.execute(delete(OutputRow).filter_by(id=output.id))
    job.params = {}
    if job.delivered_at is None:  # whoever asked is told instead of waiting for it
        job.state, job.error, job.finished_at = "refused", REMOVED, job.finished_at or studio.clock()
    studio.record_each(session, "image.withdrawn", actor, subjects, job.id)
    return job_files.places(studio, job.id, subjects, ("picture", "skeleton", "pose"))


def _delete(studio: Studio, files: Iterable[str]) -> None:
    """The files go after the commit; what a full or broken disk keeps, the sweep deletes, for no row names it."""
    gone = list(files)
    for file in gone:
        try:
            studio.vault.delete(file)
        except VaultError:
            continue
    if gone:
        wipe_deleted(studio.engine)


def _output(session: Session, name: str | None, traced: list[tracing.Match] | None) -> OutputRow:
    """The picture that is meant, or UnknownPicture."""
    row: OutputRow | None = None
    if traced is not None:
        row = next((found for match in traced if (found := session.get(OutputRow, match.output_id))), None)
    elif name is not None:
        columns = [OutputRow.job_id, OutputRow.id, OutputRow.sha256]
        return ids.meant(
            session, select(OutputRow), columns, name, UnknownPicture, what="picture", unknown=_NO_PICTURE
        )
    if row is None:
        raise UnknownPicture(_NO_PICTURE)
    return row


def _copies(session: Session, output: OutputRow) -> list[OutputRow]:
    """Other pictures of ours that are the same, or look the same."""
    known = Fingerprint(output.sha256, output.pixels_sha256 or "", output.dhash)
    found = [match.output_id for match in tracing.matches(session, known)]
    return [session.get_one(OutputRow, output_id) for output_id in found if output_id != output.id]


def _find(session: Session, report_id: str) -> ReportRow:
    """The open report whose id begins like this, or UnknownReport."""
    query = select(ReportRow.id).where(ReportRow.closed_at.is_(None))
    unknown = f"No open report begins with {report_id}. `likeness report list` lists them."
    found = ids.meant(session, query, [ReportRow.id], report_id, UnknownReport, what="report", unknown=unknown)
    return session.get_one(ReportRow, found, with_for_update=True)


def _view(studio: Studio, session: Session, row: ReportRow) -> ReportView:
    output = session.get(OutputRow, row.output_id) if row.output_id else None
    job = session.get(JobRow, row.job_id) if row.job_id else None
    return ReportView(
        id=row.id,
        job_id=row.job_id,
        handles=tuple(subject.handle for subject in jobs.subjects_of(session, job.id)) if job else (),
        asker=parties.name_of(session, job.asker_id) if job else None,
        reason=row.reason,
        reported_by=parties.name_of(session, row.reported_by),
        reported_at=row.reported_at,
        due_at=row.due_at,
        overdue=row.closed_at is None and row.due_at <= studio.clock(),
        verdict=row.verdict,
        closed_by=parties.name_of(session, row.closed_by),
        closed_at=row.closed_at,
        removed=row.removed,
        copies=tuple(copy.job_id for copy in _copies(session, output)) if output else (),
    )
