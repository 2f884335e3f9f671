"""The gate: may this be done with these people, now?

One function, used by every path into the studio (command, button, terminal, nightly run) and at every moment
of a job's life: when it is asked, when a runner claims it, while it is drawn, and in the transaction that
delivers it. A second path beside it is how consent gets bypassed; do not add one, and do not add an exception
for anybody.

It fails closed: what it does not recognise, it refuses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Literal
from uuid import UUID

from consent.asking import Asking, against_control
from consent.errors import NotAllowed, Reason
from consent.evidence import CARRIES, Evidence
from consent.particulars import against_particulars, reviewers
from consent.scope import Purpose, Review, Scope
from consent.states import OVER, State

Moment = Literal["ask", "claim", "draw", "deliver"]

MOMENTS: Mapping[str, str] = MappingProxyType({
    "ask": "Nothing was started and nothing was kept.",
    "claim": "The job was not started.",
    "draw": "The job was stopped.",
    "deliver": "Nothing was delivered.",
})
"""What a refusal means at each moment, for the end of the message."""

PURPOSES: Mapping[Purpose, str] = MappingProxyType({
    Purpose.TRAIN: "training on their photos",
    Purpose.GENERATE: "drawing them when somebody asks",
    Purpose.NIGHTLY: "the nightly pictures",
    Purpose.GALLERY: "the gallery",
    Purpose.MEASURE_LIKENESS: "measuring how alike a picture is",
})
"""Each purpose as it reads in a sentence."""


@dataclass(frozen=True)
class Standing:
    """How one subject stands: their newest consent's state and scope (None, None: never asked).

    `known` is False for a name that belongs to nobody here. `owner` is whom the subject depicts; `evidence` what a
    moderator confirmed the yes by. `used_today` counts the pictures asked that day before this one. `never` is a
    standing refusal.
    """

    handle: str
    state: State | None
    scope: Scope | None
    known: bool = True
    owner: UUID | None = None
    evidence: Evidence | None = Evidence.WORD
    used_today: int = 0
    never: bool = False


@dataclass(frozen=True)
class Verdict:
    """The gate's answer; when it is no, every reason at once.

    `held_for` names who wants to approve the picture before it is handed over and has not; `told` who wants to be
    told of it.
    """

    allowed: bool
    reasons: tuple[Reason, ...] = ()
    moment: Moment = "ask"
    held_for: tuple[str, ...] = ()
    told: tuple[str, ...] = ()

    def __str__(self) -> str:
        """What people read."""
        if self.allowed:
            return "Allowed."
        return " ".join([*(reason.sentence for reason in self.reasons), MOMENTS.get(self.moment, "")]).strip()

    def require(self) -> None:
        """Raise NotAllowed with the reasons, or return."""
        if not self.allowed:
            raise NotAllowed(self.reasons)


def decide(purpose: Purpose, standings: Sequence[Standing], now: datetime, moment: Moment = "ask",
           asking: Asking | None = None) -> Verdict:
    """Whether `purpose` may be served with everybody in `standings`, at `now` (with a time zone).

    Everybody must allow it: one no is a no for the whole, and of several scopes the strictest wins. The decision is
    the same at every moment, but for an approval, which only the delivery waits for. Without `asking` nothing is
    known of who asks, and scopes that are particular about it say no.
    """
    if now.tzinfo is None:
        raise ValueError("the gate needs a time with a time zone")
    reasons: list[Reason] = []
    if purpose not in PURPOSES:
        reasons.append(Reason("unknown_purpose", f"The purpose “{purpose}” is not known here, so nobody can "
                                                 "have agreed to it: update the studio."))
    if moment not in MOMENTS:
        reasons.append(Reason("unknown_moment", f"The gate was asked at “{moment}”, which it does not know: "
                                                "update the studio."))
    if not standings and purpose is not Purpose.GENERATE:
        # A picture of nobody needs nobody's yes. Everything else (training, the gallery, …) is about
        # somebody, so an empty list there means that the names were lost on the way, and must not pass.
        reasons.append(Reason("nobody_named", "Nobody is named: say whom this is about."))
    asking = asking or Asking()
    reasons.extend(against_control(asking.control, frozenset(standing.handle for standing in standings)))
    for standing in standings:
        reasons.extend(_against(purpose, standing, now, asking, alone=len(standings) == 1))
    scopes = {standing.handle: (standing.scope, standing.owner) for standing in standings}
    held_for = reviewers(purpose, scopes, asking, Review.ASK_ME_FIRST)
    if moment == "deliver" and held_for:
        names = " and ".join(held_for)
        reasons.append(Reason("not_approved", f"{names} wants to see this before anybody else does: wait until it is "
                                              "approved with `consent approve`."))
    unique = tuple(dict.fromkeys(reasons))
    return Verdict(allowed=not unique, reasons=unique, moment=moment, held_for=held_for,
                   told=reviewers(purpose, scopes, asking, Review.TELL_ME))


def _against(purpose: Purpose, standing: Standing, now: datetime, asking: Asking, *, alone: bool) -> list[Reason]:
    """Every reason one subject's standing gives against a purpose; none when all is well."""
    name = standing.handle
    if not standing.known:
        return [Reason("unknown_subject", f"Nobody called {name} is known here: check the spelling, or make "
                                          f"the subject first with `subject add {name}`.")]
    if standing.never:
        return [Reason("never", f"{name} has said no to everybody, once and for all: please respect it. Only they can "
                                "take that back.")]
    if standing.state is None:
        return [Reason("not_asked", f"{name} has not been asked yet: ask with `consent ask {name}`, "
                                    "and wait for their yes.")]
    state = _against_state(standing)
    # What a consent would have covered is of no interest once it is over.
    if standing.state in OVER:
        return state
    reasons = [*state, *_against_scope(purpose, standing, now)]
    if standing.scope is not None:
        reasons.extend(against_particulars(purpose, name, standing.scope, standing.owner, asking,
                                           used_today=standing.used_today, alone=alone))
    return reasons


def _against_state(standing: Standing) -> list[Reason]:
    """Only an active consent carries anything."""
    name = standing.handle
    match standing.state:
        case State.ACTIVE:
            return []
        case State.ASKED:
            return [Reason("not_answered", f"{name} has been asked and has not answered yet: wait until "
                                           f"they say yes with `consent give {name}`.")]
        case State.GIVEN:
            return [Reason("not_verified", f"{name} said yes, but nobody has confirmed that it was them: a "
                                           f"moderator who is neither {name} nor the one who asked can, "
                                           f"with `consent verify {name}`.")]
        case State.REFUSED:
            return [Reason("refused", f"{name} said no: please respect it. Only {name} can reopen it.")]
        case State.WITHDRAWN:
            return [Reason("withdrawn", f"{name} has withdrawn their consent: please respect it. "
                                        f"Only {name} can give a new one.")]
        case State.PAUSED:
            return [Reason("paused", f"The consent of {name} rests for now: wait until it is resumed.")]
        case State.REVOKED:
            return [Reason("revoked", f"A moderator has ended the consent of {name}: ask a moderator why.")]
        case State.INVALIDATED:
            return [Reason("invalidated", f"The consent of {name} was not their own: it has to be asked for anew, with "
                                          f"`consent ask {name}`.")]
        case State.EXPIRED:
            return [_expired(name)]
        case other:
            # A state from a newer version of the studio, or from a hand-edited row: never guess that it means
            # yes.
            return [Reason("unknown_state", f"The consent of {name} is “{other}”, which this version does "
                                            "not know: update the studio.")]


def _against_scope(purpose: Purpose, standing: Standing, now: datetime) -> list[Reason]:
    """The purpose has to be ticked, and the day has to be before the last."""
    name, scope = standing.handle, standing.scope
    if scope is None:
        return [Reason("no_scope", f"The consent of {name} does not say what it covers: ask anew with "
                                   f"`consent ask {name}`.")]
    reasons: list[Reason] = []
    if purpose not in scope.purposes:
        words = PURPOSES.get(purpose, str(purpose))
        reasons.append(Reason("not_in_scope", f"{name} has not agreed to {words}: ask for it with "
                                              f"`consent ask {name}`."))
    elif standing.state is State.ACTIVE and purpose not in _carried(standing.evidence):
        reasons.append(Reason("evidence_too_weak", f"Nobody has seen {name} say yes: {PURPOSES[purpose]} takes a live "
                                                   f"challenge, `consent challenge {name}`."))
    if scope.expires_at.tzinfo is None or scope.expires_at <= now:
        reasons.append(_expired(name))
    return reasons


def _carried(evidence: Evidence | None) -> frozenset[Purpose]:
    """What a consent is good for by its evidence; none on record is the weakest there is."""
    return CARRIES.get(evidence or Evidence.WORD, frozenset())


def _expired(name: str) -> Reason:
    return Reason("expired", f"The consent of {name} has run out: ask anew with `consent ask {name}`.")
