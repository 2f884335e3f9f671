"""The states of a consent and the acts that move it: a table, so that what is absent is forbidden.

asked → given → active → {withdrawn | expired};  asked → {refused | expired}
Only the subject gives, refuses and withdraws (R1); the verifier is neither the subject nor the one who asked (R2).
"""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a consent stands."""

    ASKED = "asked"
    GIVEN = "given"
    ACTIVE = "active"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Act(StrEnum):
    """What somebody does to a consent."""

    GIVE = "give"
    REFUSE = "refuse"
    VERIFY = "verify"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
