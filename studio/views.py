"""What the studio shows: frozen values, free of sessions and rows, that any door can print."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

OPEN = ("queued", "running")
GATHERING = "gathering"  # a training whose trainer still adds photos
TO_APPROVE = "to_approve"  # a training whose photos and captions wait for somebody else to look
UNAPPROVED = (GATHERING, TO_APPROVE)  # before the queue: studio/intakes.py
HELD = "held"  # drawn, and waiting for its subject's approval
FINISHED = frozenset({"done", "failed", "cancelled", "refused"})


@dataclass(frozen=True)
class SubjectView:
    """A subject as people ask about it. `consent` is the state of the newest version, None if never asked."""

    handle: str
    kind: str
    owner: str
    owner_party: UUID
    consent: str | None
    purposes: tuple[str, ...]
    expires_at: datetime | None
    photos: int
    trained_at: datetime | None
    pictures: int


@dataclass(frozen=True)
class ConsentView:
    """One version of a consent. `sentences` say its scope in plain words, `limits` as it is stored."""

    handle: str
    version: int
    state: str
    purposes: tuple[str, ...]
    expires_at: datetime
    asked_by: str
    verified_by: str | None
    notice_version: str
    evidence: str | None = None
    paused_by: tuple[str, ...] = ()
    limits: dict[str, Any] = field(default_factory=dict)
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReviewView:
    """A picture of somebody as they are asked about it: waiting, approved, vetoed, or only told of."""

    job_id: str
    handle: str
    state: str
    prompt: str | None
    made_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True)
class ChallengeView:
    """What somebody is asked to show, and until when."""

    id: str
    handle: str
    words: str
    pose: str
    expires_at: datetime
    answered: bool


@dataclass(frozen=True)
class NeverView:
    """Somebody's standing no: the names it goes by, since when, and the subjects it ended.

    `caution` is a sentence about names that are everyday words, and empty when none is.
    """

    names: tuple[str, ...]
    since: datetime
    handles: tuple[str, ...]
    caution: str = ""


@dataclass(frozen=True)
class WithdrawalView:
    """What a withdrawal stopped and erased. `messages` with pictures are still to be deleted (studio/removals.py)."""

    handle: str
    jobs_stopped: int
    photos: int
    adapters: int
    pictures: int
    messages: int = 0
    erasure: UUID | None = None


@dataclass(frozen=True)
class Progress:
    """How far a running job is; `seconds_left` is an estimate, and `preview` changes when there is a new one."""

    phase: str
    step: int = 0
    steps: int = 0
    loss: float | None = None
    seconds_left: float | None = None
    preview: str | None = None


@dataclass(frozen=True)
class JobView:
    """A job as whoever asked for it sees it. `position` 1 is the next one to run.

    Jobs of one `batch` share a message, ordered by `place`; `cell` is what a picture is called on a sheet that
    compares several. `ready_at` is when it will be done, as far as that can be told.
    """

    id: str
    kind: str
    state: str
    handles: tuple[str, ...]
    asker: str
    asker_party: UUID
    channel: str | None
    prompt: str | None
    position: int | None
    progress: Progress | None
    error: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    delivered_at: datetime | None
    batch: str | None = None
    place: int | None = None
    cell: str | None = None
    ready_at: datetime | None = None

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in FINISHED


@dataclass(frozen=True)
class Delivery:
    """What a finished job has to hand over. For a training `report` is the measured card and `png` is None.

    A pose hands over its `skeleton` and how many `people` are in it.
    """

    job: JobView
    label: str
    png: bytes | None = None
    skeleton: bytes | None = None
    parameters: str | None = None
    seed: int | None = None
    report: dict[str, Any] | None = None
    people: int | None = None


@dataclass(frozen=True)
class RunnerView:
    """A runner, and whether its heartbeat is fresh."""

    name: str
    device: str
    pid: int
    host: str
    seen_at: datetime
    alive: bool


@dataclass(frozen=True)
class EventView:
    """One line of the ledger with the names the studio still knows; `details` is None once erased."""

    seq: int
    at: datetime
    kind: str
    actor: str | None
    subject: str | None
    ref: str | None
    details: dict[str, Any] | None


@dataclass(frozen=True)
class AllowNoteView:
    """A moderator's word that a phrase is harmless."""

    phrase: str
    note: str
    made_by: str | None
    made_at: datetime
