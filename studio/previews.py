"""Looks at a picture while it is drawn: kept encrypted for as long as its job runs, and only if it may be delivered.

`jobs.preview` shows them. A look is a drawing of the subject like the finished picture: whoever wants to see pictures
of themselves before anybody else does, or rests, or allows no pictures, is not looked at halfway either.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from db.tables import JobRow
from studio import gate, job_files, jobs, marks
from studio.house import Studio

PREVIEW = "preview"


def allowed(studio: Studio, job_id: str) -> bool:
    """Whether a job's picture may be looked at now; asked before the work of making a preview."""
    with studio.readers() as session:
        return _allowed(studio, session, jobs.find(session, job_id))


def keep(studio: Studio, job_id: str, png: bytes) -> bool:
    """Keep the newest look at a running picture in place of the one before; False when it may not be looked at."""
    with studio.sessions.begin() as session:
        row = jobs.held(session, job_id)
        if not _allowed(studio, session, row):
            return False
        owner = job_files.owner_of_picture(jobs.subjects_of(session, job_id))
        studio.vault.create_key(session, owner)
        studio.vault.write(session, owner, job_files.name_of(job_id, PREVIEW), marks.mark_in_passing(studio, png))
        return True


def _allowed(studio: Studio, session: Session, row: JobRow) -> bool:
    """Whether it runs, and the gate would let it be handed over; one held for an approval it would not."""
    subjects = jobs.subjects_of(session, row.id)
    return row.state == "running" and gate.allows(
        studio, session, jobs.purpose_of(row), subjects, "deliver", job=row
    )
