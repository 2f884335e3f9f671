"""The ledger's arithmetic: what an event is, and how it is bound to the one before.

Every event carries the SHA-256 of the one before it. What an event says in words (its details) is bound only
through a salted commitment, HMAC-SHA256(salt, canonical JSON): erase salt and words, and the chain still
verifies while the words cannot be guessed back from it.

A chain finds edits, deletions and swaps. It cannot find that its tail was cut off or that all of it was
rewritten: that takes an anchor, the head's hash written down somewhere else (`consent.tampering`).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

GENESIS = "0" * 64
"""What the first event names as the one before it."""

SALT_BYTES = 32

# Made once: the longest part of walking a long chain would otherwise be making encoders.
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


class EventKind(StrEnum):
    """Everything the ledger can say, each with what it means."""

    def __new__(cls, value: str, meaning: str = "") -> EventKind:
        """A word with its meaning as docstring."""
        kind = str.__new__(cls, value)
        kind._value_ = value
        kind.__doc__ = meaning
        return kind

    SUBJECT_CREATED = "subject.created", "Somebody who can be drawn was entered under a name."
    CONSENT_ASKED = "consent.asked", "A person was asked for their consent, for purposes, under a notice."
    CONSENT_GIVEN = "consent.given", "The person said yes from their own account."
    CONSENT_REFUSED = "consent.refused", "The person said no."
    CONSENT_VERIFIED = "consent.verified", "A moderator confirmed that it was the person who had said yes."
    CONSENT_WITHDRAWN = "consent.withdrawn", "The person took their consent back."
    CONSENT_EXPIRED = "consent.expired", "The consent's date has passed."
    PHOTO_ADDED = "photo.added", "A photo was cleaned, encrypted and stored."
    PHOTO_DELETED = "photo.deleted", "A photo and its caption were deleted."
    TRAINING_ASKED = "training.asked", "A training on a subject's photos was asked for; another has to approve them."
    TRAINING_REFUSED = "training.refused", "A training was asked for and refused, with all reasons."
    TRAINING_STARTED = "training.started", "A runner claimed a training and the gate let it pass."
    TRAINING_FINISHED = "training.finished", "A training ended in an adapter that was loaded back and works."
    TRAINING_FAILED = "training.failed", "A training ended without an adapter."
    TRAINING_CANCELLED = "training.cancelled", "A training was called off before its end."
    ADAPTER_ERASED = "adapter.erased", "What a training made was deleted."
    IMAGE_ASKED = "image.asked", "A picture was asked for and queued."
    IMAGE_REFUSED = "image.refused", "A picture was asked for and refused, with all reasons."
    IMAGE_MADE = "image.made", "A picture was drawn and stored."
    IMAGE_FAILED = "image.failed", "Drawing a picture ended without one."
    IMAGE_CANCELLED = "image.cancelled", "A picture was called off before it was drawn."
    IMAGE_DELIVERED = "image.delivered", "A picture reached whoever had asked for it."
    DELIVERY_GIVEN_UP = "delivery.given-up", "Something could not be brought: the channel it was asked in is gone."
    EXPORT_MADE = "export.made", "Something of a subject left the vault in clear, for whoever may have it."
    ERASURE_STARTED = "erasure.started", "Everything of a subject is about to be deleted."
    ERASURE_FINISHED = "erasure.finished", "Everything of a subject that could be reached has been deleted."
    LEDGER_ANCHORED = "ledger.anchored", "The chain's head was written down outside this database."
    PHOTO_SEEN = "photo.seen", "A photo was shown to somebody."
    MODERATOR_LOOKED = "moderator.looked", "A moderator looked up prompts, pictures or photos of somebody."
    IMAGE_REPORTED = "image.reported", "Somebody reported a picture; it is hidden until a moderator decides."
    IMAGE_WITHDRAWN = "image.withdrawn", "A picture that had been made was deleted again."
    REPORT_CLOSED = "report.closed", "A report was decided: the picture stays, or it is deleted."
    INCIDENT_OPENED = "incident.opened", "Something happened that must not: somebody has to find out why."
    RETENTION_RUN = "retention.run", "What may not be kept any longer was deleted."
    VAULT_ROTATED = "vault.rotated", "The master key was changed; every file key is now wrapped by the new one."
    CONSENT_ATTESTED = "consent.attested", "A moderator read the person's signed yes; a second one has to verify it."
    CONSENT_NARROWED = "consent.narrowed", "The person takes back a part of what they agreed to."
    CONSENT_WIDENED = "consent.widened", "The person agreed to more, under a notice read anew."
    CONSENT_RENEWED = "consent.renewed", "The person moved the end of their consent, under a notice read anew."
    CONSENT_PAUSED = "consent.paused", "The consent rests: nothing is made or handed over, and nothing is deleted."
    CONSENT_RESUMED = "consent.resumed", "Whoever had paused the consent ended the pause."
    CONSENT_REVOKED = "consent.revoked", "A moderator ended the consent; everything of the person is erased."
    CONSENT_INVALIDATED = "consent.invalidated", "The yes was not the person's own; everything made under it goes."
    CONSENT_LINKED = "consent.linked", "A link was made for a person without an account, to answer once."
    CHALLENGE_ISSUED = "challenge.issued", "Words to say and a pose to take were drawn for a person to show."
    CHALLENGE_ANSWERED = "challenge.answered", "The person answered a challenge with a picture of themself."
    CHALLENGE_PASSED = "challenge.passed", "A moderator saw the person in the answer; the picture was deleted."
    CHALLENGE_FAILED = "challenge.failed", "A moderator did not see the person in the answer; it was deleted."
    NEVER_LISTED = "subject.never-listed", "Somebody said no to everybody, once and for all."
    NEVER_LIFTED = "subject.never-lifted", "Somebody took their standing no back."
    IMAGE_HELD = "image.held", "A picture was drawn and waits for its subject's approval."
    IMAGE_APPROVED = "image.approved", "The subject lets a held picture be handed over."
    IMAGE_VETOED = "image.vetoed", "The subject does not want this picture; it was deleted."
    MESSAGE_DELETED = "image.message-deleted", "A message that an erased picture stood in was deleted."
    SUBJECT_REFUSED = "subject.refused", "A name was not let in: it is a label, or somebody's who never agreed."
    LIST_CHANGED = "list.changed", "A moderator vouched for a phrase the lists would stop, or took that back."
    CAPTIONS_PROPOSED = "captions.proposed", "Captions of a training that waits for approval were written anew."
    CAPTIONS_APPROVED = "captions.approved", "Somebody approved a training's photos and captions, by their digest."
    PHOTO_REJECTED = "photo.rejected", "A photo was left out when its training was approved, and deleted."
    INCIDENT_CLOSED = "incident.closed", "An incident was looked into, and this came out."
    SETTINGS_CHANGED = "settings.changed", "A moderator changed how a channel or a server uses the studio."
    SERVER_SERVED = "server.served", "A server took the studio on: from now on its moderators count, and no others."
    STRIKE_GIVEN = "strike.given", "Somebody asked for what is never drawn; it counts against them for a while."
    STRIKE_APPEALED = "strike.appealed", "Somebody asked the moderators to look at a strike against them."
    STRIKE_UPHELD = "strike.upheld", "A moderator looked at a strike somebody had appealed, and it stays."
    STRIKE_LIFTED = "strike.lifted", "A moderator took a strike back."
    GALLERY_SHOWN = "gallery.shown", "Somebody put a picture into the gallery."
    GALLERY_TAKEN_OUT = "gallery.taken-out", "A picture was taken out of the gallery."
    NIGHTLY_CHANGED = "nightly.changed", "What the nightly pictures show, of whom, or when, was changed."
    NIGHTLY_RUN = "nightly.run", "The nightly pictures of a date were asked for."


@dataclass(frozen=True)
class Event:
    """One link. `actor` and `subject` are random ids that name nobody; `ref` is a job, a photo, …"""

    seq: int
    at: datetime
    kind: str
    actor: UUID | None
    subject: UUID | None
    ref: str | None
    commitment: str
    prev: str
    hash: str


@dataclass(frozen=True)
class Details:
    """What an event says in words, with the salt that keeps its commitment from being guessed."""

    salt: bytes
    body: Mapping[str, Any]


def canonical_json(value: Any) -> bytes:
    """One way to write a JSON value down: keys sorted, no spaces, UTF-8; no NaN, no infinity (ValueError)."""
    return _ENCODER.encode(value).encode()


def commitment(salt: bytes, body: Mapping[str, Any]) -> str:
    """A binding to `body` that gives nothing of it away without the salt (hex)."""
    return hmac.new(salt, canonical_json(dict(body)), hashlib.sha256).hexdigest()


def link(prev: str, *, seq: int, at: datetime, kind: str, actor: UUID | None, subject: UUID | None,
         ref: str | None, commitment: str) -> str:
    """The hash of one event, over everything in it and the hash before (hex)."""
    if at.tzinfo is None:
        raise ValueError("an event needs a time with a time zone")
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    people = [None if person is None else str(person) for person in (actor, subject)]
    parts = [prev, seq, moment, str(kind), *people, ref, commitment]
    return hashlib.sha256(canonical_json(parts)).hexdigest()
