"""The states of a consent and the acts that move it: a table, so that what is absent is forbidden.

asked → given → active ⇄ paused → {withdrawn | revoked | expired | invalidated};  asked → {refused | expired}
Whatever is over (but refused) may still be withdrawn or found invalid, so that what it left behind goes at once.
Asking, narrowing, widening and renewing make a new version in that state; the version they amend is then replaced.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from consent.ledger import EventKind

CLOCK = UUID(int=0)
"""The actor of what nobody does: the passing of time."""


class State(StrEnum):
    """Where a version of a consent stands."""

    ASKED = "asked"
    GIVEN = "given"
    ACTIVE = "active"
    PAUSED = "paused"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    EXPIRED = "expired"
    INVALIDATED = "invalidated"
    REPLACED = "replaced"


class Act(StrEnum):
    """What somebody does to a consent."""

    ASK = "ask"
    GIVE = "give"
    REFUSE = "refuse"
    ATTEST = "attest"
    VERIFY = "verify"
    NARROW = "narrow"
    WIDEN = "widen"
    RENEW = "renew"
    PAUSE = "pause"
    RESUME = "resume"
    WITHDRAW = "withdraw"
    REVOKE = "revoke"
    INVALIDATE = "invalidate"
    EXPIRE = "expire"


class Hand(StrEnum):
    """Whose hand an act takes. There is none for the owner of the server or of the machine (R5)."""

    ANYBODY = "anybody"
    SUBJECT = "the subject"
    MODERATOR = "a moderator who is not the subject"
    OTHER_EYES = "a moderator who is neither the subject nor asked, made, trained or attested"
    EITHER = "the subject, or a moderator"
    CLOCK = "the clock"


HANDS: Mapping[Act, Hand] = MappingProxyType({
    Act.ASK: Hand.ANYBODY,
    Act.GIVE: Hand.SUBJECT,
    Act.REFUSE: Hand.SUBJECT,
    Act.ATTEST: Hand.OTHER_EYES,
    Act.VERIFY: Hand.OTHER_EYES,
    Act.NARROW: Hand.SUBJECT,
    Act.WIDEN: Hand.SUBJECT,
    Act.RENEW: Hand.SUBJECT,
    Act.PAUSE: Hand.EITHER,
    Act.RESUME: Hand.EITHER,
    Act.WITHDRAW: Hand.SUBJECT,
    Act.REVOKE: Hand.MODERATOR,
    Act.INVALIDATE: Hand.MODERATOR,
    Act.EXPIRE: Hand.CLOCK,
})
"""Who may do what (R1, R2, R4, R5); an act that is not here is nobody's."""

OVER = frozenset({State.REFUSED, State.WITHDRAWN, State.REVOKED, State.EXPIRED, State.INVALIDATED})
"""States in which a consent allows nothing and is answered no more; a new version has to be asked for."""

NEW_VERSION = frozenset({Act.ASK, Act.NARROW, Act.WIDEN, Act.RENEW})
"""Acts whose result is a new version. One that is not over is replaced by it."""

_OPEN = (State.GIVEN, State.ACTIVE, State.PAUSED)

MOVES: Mapping[tuple[State | None, Act], State] = MappingProxyType({
    **{(state, Act.ASK): State.ASKED for state in (None, *OVER)},
    (State.ASKED, Act.GIVE): State.GIVEN,
    (State.ASKED, Act.REFUSE): State.REFUSED,
    (State.ASKED, Act.ATTEST): State.GIVEN,
    (State.ASKED, Act.EXPIRE): State.EXPIRED,
    (State.GIVEN, Act.VERIFY): State.ACTIVE,
    (State.ACTIVE, Act.VERIFY): State.ACTIVE,  # verified by a word so far, and live now
    **{(state, act): state for state in _OPEN for act in (Act.NARROW, Act.WIDEN)},
    (State.ACTIVE, Act.RENEW): State.ACTIVE,
    (State.PAUSED, Act.RENEW): State.PAUSED,
    (State.ACTIVE, Act.PAUSE): State.PAUSED,
    # Subject and moderator may both hold a consent; it rests until both have let go (`consent/lifecycle.py`).
    (State.PAUSED, Act.PAUSE): State.PAUSED,
    (State.PAUSED, Act.RESUME): State.ACTIVE,
    # Stopping is as easy as starting: a yes can be taken back before anybody has confirmed it, and what ran out
    # still keeps photos for a while; the person need not wait for them to go.
    **{(state, Act.WITHDRAW): State.WITHDRAWN for state in (*_OPEN, State.EXPIRED)},
    **{(state, Act.REVOKE): State.REVOKED for state in _OPEN},
    **{(state, Act.INVALIDATE): State.INVALIDATED for state in (*_OPEN, State.EXPIRED, State.WITHDRAWN)},
    **{(state, Act.EXPIRE): State.EXPIRED for state in _OPEN},
})

EVENTS: Mapping[Act, EventKind] = MappingProxyType({
    Act.ASK: EventKind.CONSENT_ASKED,
    Act.GIVE: EventKind.CONSENT_GIVEN,
    Act.REFUSE: EventKind.CONSENT_REFUSED,
    Act.ATTEST: EventKind.CONSENT_ATTESTED,
    Act.VERIFY: EventKind.CONSENT_VERIFIED,
    Act.NARROW: EventKind.CONSENT_NARROWED,
    Act.WIDEN: EventKind.CONSENT_WIDENED,
    Act.RENEW: EventKind.CONSENT_RENEWED,
    Act.PAUSE: EventKind.CONSENT_PAUSED,
    Act.RESUME: EventKind.CONSENT_RESUMED,
    Act.WITHDRAW: EventKind.CONSENT_WITHDRAWN,
    Act.REVOKE: EventKind.CONSENT_REVOKED,
    Act.INVALIDATE: EventKind.CONSENT_INVALIDATED,
    Act.EXPIRE: EventKind.CONSENT_EXPIRED,
})
"""How the ledger tells of each act; the event's `ref` is the id of the version the act made or moved."""


def participle(act: Act) -> str:
    """`withdraw` as it reads in “cannot be withdrawn”."""
    return EVENTS[act].removeprefix("consent.")
