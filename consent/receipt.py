"""What a person holds in their hand about their consent: the record of it, in the words of ISO/IEC TS 27560:2023.

The states are those of the W3C's Data Privacy Vocabulary (DPV). A receipt also carries the ledger's head, so that
everybody who has one can tell whether the ledger was cut or rewritten since.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from consent.anchors import Anchor
from consent.ledger import EventKind
from consent.scope import Purpose, Scope

SCHEMA = "ISO/IEC TS 27560:2023"

WITHDRAWAL = (
    "At any time, without a reason, as easily as it was given: in Discord with /consent, in a terminal with "
    "`likeness consent withdraw`, or by telling a moderator to show you how. Nothing new is made from that moment "
    "on, and what there is of you is erased, or kept unseen if you prefer that."
)

PII_TYPES = (
    "photos of the person",
    "captions of the photos",
    "a file learnt from the photos (LoRA) that draws the person's likeness",
    "pictures drawn of the person, and the words they were asked with",
    "the person's account (Discord id or login) and name",
)

RETENTION = (
    "Photos: {photos}. Everything else: until the consent ends; 30 days longer, unused, if it ends by its date. "
    "Account and name stay. The ledger keeps that something happened, under random numbers, for good; its words about "
    "the person go with the erasure."
)

STATES: Mapping[str, str] = MappingProxyType({
    EventKind.CONSENT_ASKED: "ConsentRequested",
    EventKind.CONSENT_GIVEN: "ConsentGiven",
    EventKind.CONSENT_ATTESTED: "ConsentGiven",
    EventKind.CONSENT_VERIFIED: "ConsentGiven",
    EventKind.CONSENT_REFUSED: "ConsentRefused",
    EventKind.CONSENT_NARROWED: "ConsentGiven",
    EventKind.CONSENT_WIDENED: "RenewedConsentGiven",
    EventKind.CONSENT_RENEWED: "RenewedConsentGiven",
    EventKind.CONSENT_PAUSED: "ConsentHalted",
    EventKind.CONSENT_RESUMED: "ConsentGiven",
    EventKind.CONSENT_WITHDRAWN: "ConsentWithdrawn",
    EventKind.CONSENT_REVOKED: "ConsentRevoked",
    EventKind.CONSENT_EXPIRED: "ConsentExpired",
    EventKind.CONSENT_INVALIDATED: "ConsentInvalidated",
})
"""Each event of a consent's life as DPV calls the state it leads to."""


@dataclass(frozen=True)
class Happening:
    """One event of the consent's life: what, when, by whom (a party's id, and the name they go by here)."""

    kind: str
    at: datetime
    by: UUID | None
    name: str | None


@dataclass(frozen=True)
class Receipt:
    """Everything a receipt says. `sentences` are the scope in plain words, `notice` the text that was shown."""

    receipt_id: UUID
    record_id: UUID
    principal: UUID
    handle: str
    version: int
    state: str
    scope: Scope
    sentences: tuple[str, ...]
    notice: str | None
    notice_version: str
    notice_sha256: str
    language: str
    controller: str
    jurisdiction: str | None
    evidence: str
    verified_by: str | None
    one_moderator: bool
    happenings: tuple[Happening, ...]
    ledger_head: Anchor
    issued_at: datetime

    @property
    def retention(self) -> str:
        """How long what is kept."""
        days = self.scope.keep_photos_days
        return RETENTION.format(photos=f"{days} days after they were learnt from" if days else
                                "until a day after what was learnt from them was handed over, a week after the "
                                "training if nobody fetched it")


def to_json(receipt: Receipt) -> dict[str, Any]:
    """The receipt under the field names of ISO/IEC TS 27560; what that does not know stands at the end."""
    return {
        "schema_version": SCHEMA,
        "receipt_id": str(receipt.receipt_id),
        "record_id": str(receipt.record_id),
        "pii_principal_id": str(receipt.principal),
        "pii_processing": {
            "privacy_notice": {
                "version": receipt.notice_version,
                "sha256": receipt.notice_sha256,
                "text": receipt.notice,
            },
            "language": receipt.language,
            "purposes": [_purpose(receipt, purpose) for purpose in Purpose],
        },
        "party_identification": [
            {"party_id": "controller", "party_type": "pii_controller", "party_name": receipt.controller},
        ],
        "events": [
            {
                "event_type": str(happening.kind),
                "event_state": STATES[happening.kind],
                "event_time": happening.at.isoformat(),
                "validity_duration": receipt.scope.expires_at.isoformat()
                if STATES[happening.kind].endswith("Given")
                else None,
                "entity_id": None if happening.by is None else str(happening.by),
            }
            for happening in receipt.happenings
        ],
        "state": receipt.state,
        "version": receipt.version,
        "expires_at": receipt.scope.expires_at.isoformat(),
        "limits": receipt.scope.limits(),
        "evidence": receipt.evidence,
        "verified_by": receipt.verified_by,
        "one_moderator": receipt.one_moderator,
        "ledger_head": str(receipt.ledger_head),
        "issued_at": receipt.issued_at.isoformat(),
    }


def _purpose(receipt: Receipt, purpose: Purpose) -> dict[str, Any]:
    """One purpose, agreed to or not: what was left out is as much a part of the answer."""
    return {
        "purpose": purpose.value,
        "agreed": purpose in receipt.scope.purposes,
        "lawful_basis": "consent",
        "pii_information": [{"pii_type": kind} for kind in PII_TYPES],
        "pii_controllers": ["controller"],
        "collection_method": "handed in through Discord or a terminal after the yes, never taken from messages",
        "processing_method": "learning a LoRA file and drawing pictures, on the controller's own computer",
        "storage_locations": ["the controller's own computer, encrypted under a key of the person's own"],
        "retention_period": receipt.retention,
        "recipient_third_parties": [],
        "recipients": "whoever asked for a picture, where they asked",
        "withdrawal_method": WITHDRAWAL,
        "jurisdiction": receipt.jurisdiction,
    }
