"""Handing an adapter out in clear, as a file other tools read."""

from __future__ import annotations

from sqlalchemy import select

from consent.errors import NotAllowed, Reason
from consent.people import Actor
from consent.scope import Purpose
from db.tables import AdapterRow, JobRow
from studio import gate, job_files
from studio.house import Studio
from studio.imagine import newest_adapter
from studio.subjects import find


def export_adapter(studio: Studio, actor: Actor, handle: str) -> bytes:
    """The subject's newest adapter as a kohya-format safetensors file.

    For the subject, and for whoever trained it; for both only while the consent to generate is active, because a
    file that has left the house cannot be called back.
    """
    with studio.sessions.begin() as session:
        subject = find(session, handle)
        gate.hold(session, [subject])
        gate.require(studio, session, Purpose.GENERATE, [subject], "deliver", gate.asking(actor))
        adapter = newest_adapter(studio, session, subject)
        trainers = session.scalars(
            select(JobRow.asker_id)
            .join(AdapterRow, AdapterRow.job_id == JobRow.id)
            .where(AdapterRow.id == adapter.id)
        )
        if actor.party not in {subject.owner_id, *trainers}:
            sentence = f"Only {handle} and whoever trained this adapter may take it out of the studio."
            raise NotAllowed((Reason("not_yours", sentence),))
        studio.record(session, "export.made", actor, subject.id, str(adapter.id), sha256=adapter.sha256)
        return studio.vault.read(session, job_files.owner_of(subject.id), adapter.file)
