"""Asking for a training: consent first, photos second, other eyes third."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from sqlalchemy.orm import Session

from consent.errors import NotAllowed
from consent.people import Actor
from consent.scope import Purpose
from studio import approvals, gate, gathering, jobs, limits, photos
from studio.errors import BadTraining
from studio.house import Studio
from studio.photos import NewPhoto
from studio.plans import plan_of
from studio.subjects import find
from studio.views import JobView

__all__ = ["NewPhoto", "ask_the_gate", "ask_training"]


def ask_training(
    studio: Studio,
    actor: Actor,
    handle: str,
    handed_in: Sequence[NewPhoto],
    *,
    rank: int | None = None,
    alpha: float | None = None,
    seed: int | None = None,
    more_to_come: bool = False,
    channel: str | None = None,
    job_id: str | None = None,
) -> JobView:
    """Ask for a training of `handle` on these photos: it waits until somebody else has approved them.

    With `more_to_come` it waits for further photos first (`gathering.add`, then `gathering.finish`). Photos of oneself
    need nobody else, unless the operator says so, and are queued at once. Without a consent that covers it nothing is
    read or stored but the refusal. Asking twice with the same `job_id` is asking once. Raises NotAllowed,
    UnknownSubject, BadUpload, BadTraining.
    """
    job_id = job_id or f"train-{uuid4().hex}"
    captions = [photos.caption_of(handle, photo) for photo in handed_in]
    ask_the_gate(studio, actor, handle, channel, captions)
    cleaned = gathering.looked_at(studio, handle, handed_in)
    if not more_to_come:
        _require_enough(len(handed_in), len(cleaned))
    wishes = {"rank": rank, "alpha": alpha, "seed": seed}
    plan_of(studio, handle, max(len(cleaned), approvals.FEWEST_PHOTOS), wishes)  # a bad wish is said now
    gone: list[str] = []

    def store(session: Session, written: list[str]) -> None:
        subject = find(session, handle)
        gate.hold(session, [subject])
        asking = gate.asking(actor, channel, captions=captions)
        gate.require(studio, session, Purpose.TRAIN, [subject], "ask", asking)
        consent = gate.newest_consent(session, subject.id)
        assert consent is not None  # the gate has just said so
        approvals.require_other_eyes(actor.party, subject, consent)
        row = gathering.begin(studio, session, actor, subject, job_id, channel, wishes, cleaned, written)
        if not more_to_come:
            gone.extend(gathering.hand_in(studio, session, actor, row, subject))

    asked = jobs.ask_once(studio, job_id, store)
    photos.delete_files(studio, gone)
    return asked


def ask_the_gate(
    studio: Studio, actor: Actor, handle: str, channel: str | None = None, captions: Sequence[str] = ()
) -> None:
    """Whether a training would be let in, before any photo is fetched; a refusal is recorded and raised."""
    limits.require_open(studio, actor, channel)
    with studio.readers() as session:
        subject = find(session, handle)
        subject_id = subject.id
        try:
            asking = gate.asking(actor, channel, captions=captions)
            gate.require(studio, session, Purpose.TRAIN, [subject], "ask", asking)
            consent = gate.newest_consent(session, subject.id)
            assert consent is not None  # the gate has just said so
            approvals.require_other_eyes(actor.party, subject, consent)
            return
        except NotAllowed as refusal:
            reasons = refusal
    gate.record_refusal(studio, "training.refused", actor, [subject_id], reasons.reasons)
    raise reasons


def _require_enough(handed_in: int, different: int) -> None:
    if not approvals.FEWEST_PHOTOS <= different <= approvals.MOST_PHOTOS:
        twice = f" ({handed_in - different} of them twice)" if different < handed_in else ""
        raise BadTraining(
            f"A training wants {approvals.FEWEST_PHOTOS} to {approvals.MOST_PHOTOS} different photos, best a dozen "
            f"or more; these are {different}{twice}."
        )
