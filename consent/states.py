"""The states of a consent and the acts that move it: a table, so that what is absent is forbidden.

asked → given → active → {withdrawn | expired};  asked → {refused | expired};  given → {withdrawn | expired};
expired → withdrawn (the person need not wait for what ran out to be deleted)
Only the subject gives, refuses and withdraws (R1); the verifier is neither the subject nor the one who asked
(R2); a consent expires by the clock and by nobody else.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from consent.errors import NotAllowed, Reason

CLOCK = UUID(int=0)
"""The actor of what nobody does: the passing of time."""


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


MOVES: Mapping[tuple[State, Act], State] = MappingProxyType({
    (State.ASKED, Act.GIVE): State.GIVEN,
    (State.ASKED, Act.REFUSE): State.REFUSED,
    (State.ASKED, Act.EXPIRE): State.EXPIRED,
    (State.GIVEN, Act.VERIFY): State.ACTIVE,
    # Stopping is as easy as starting: a yes can be taken back before anybody has confirmed it.
    (State.GIVEN, Act.WITHDRAW): State.WITHDRAWN,
    (State.GIVEN, Act.EXPIRE): State.EXPIRED,
    (State.ACTIVE, Act.WITHDRAW): State.WITHDRAWN,
    (State.ACTIVE, Act.EXPIRE): State.EXPIRED,
    # What ran out still keeps photos for a while; the person need not wait for them to go.
    (State.EXPIRED, Act.WITHDRAW): State.WITHDRAWN,
})

OVER = frozenset({State.REFUSED, State.WITHDRAWN, State.EXPIRED})
"""States in which a consent allows nothing and is answered no more; a new version has to be asked for."""

_PARTICIPLE: Mapping[Act, str] = MappingProxyType({
    Act.GIVE: "given",
    Act.REFUSE: "refused",
    Act.VERIFY: "verified",
    Act.WITHDRAW: "withdrawn",
    Act.EXPIRE: "expired",
})


def next_state(state: State, act: Act, *, actor: UUID, subject_owner: UUID, asked_by: UUID) -> State:
    """Where `act`, done by `actor`, leads from `state`; raises NotAllowed with every reason against it.

    There is no way round for the server's owner, for moderators or for whoever hosts the machine, and none
    may be added: a consent that somebody else can give is not one.
    """
    reasons = _against_actor(act, actor, subject_owner, asked_by)
    following = MOVES.get((state, act))
    if following is None:
        reasons = (*reasons, _against_move(state, act))
    if reasons or following is None:
        raise NotAllowed(reasons)
    return following


def _against_actor(act: Act, actor: UUID, subject_owner: UUID, asked_by: UUID) -> tuple[Reason, ...]:
    """Who may do what (R1, R2); an act this function does not know is nobody's."""
    if act in (Act.GIVE, Act.REFUSE, Act.WITHDRAW):
        if actor != subject_owner:
            return (Reason("not_the_subject", f"A consent is {_PARTICIPLE[act]} by the person it is about "
                                              "and by nobody else: they do it from their own account."),)
        return ()
    if act is Act.VERIFY:
        return _against_verifier(actor, subject_owner, asked_by)
    if act is Act.EXPIRE and actor == CLOCK:
        return ()
    return (Reason("not_the_clock", "A consent runs out by its date alone: withdraw it to end it sooner."),)


def _against_verifier(actor: UUID, subject_owner: UUID, asked_by: UUID) -> tuple[Reason, ...]:
    """R2: four eyes. The reasons may come together, when somebody asked for their own portrait."""
    reasons: list[Reason] = []
    if actor == subject_owner:
        reasons.append(Reason("verifier_is_subject", "Nobody verifies their own consent: "
                                                     "ask another moderator to do it."))
    if actor == asked_by:
        reasons.append(Reason("verifier_asked", "Whoever asked for a consent does not verify it: "
                                                "ask another moderator to do it."))
    if actor == CLOCK:
        reasons.append(Reason("verifier_is_nobody", "A consent is verified by a person: ask a moderator."))
    return tuple(reasons)


def _against_move(state: State, act: Act) -> Reason:
    """Why `act` leads nowhere from `state`."""
    if state in OVER:
        todo = "it is over for good; a new one has to be asked for."
    elif state is State.ASKED and act is Act.WITHDRAW:
        todo = "there is nothing to withdraw yet; refuse it instead."
    elif state is State.ASKED:
        todo = "the person has to answer first."
    elif act in (Act.GIVE, Act.REFUSE):
        todo = "it has been answered already; withdraw it to end it."
    else:
        todo = "that has been done already."
    return Reason("no_such_move", f"A consent that is {state} cannot be {_PARTICIPLE.get(act, act)}: {todo}")
