"""Who may move a consent where."""

from __future__ import annotations

import pickle
from itertools import product
from uuid import UUID

import pytest

from consent.errors import NotAllowed, Reason
from consent.states import CLOCK, MOVES, Act, State, next_state

SUBJECT, TRAINER, MODERATOR, STRANGER = (UUID(int=number) for number in range(1, 5))
PEOPLE = (SUBJECT, TRAINER, MODERATOR, STRANGER, CLOCK)
OVER = (State.REFUSED, State.WITHDRAWN, State.EXPIRED)

DRAWN = {  # the picture in the module's docstring, read by hand
    (State.ASKED, Act.GIVE): State.GIVEN,
    (State.ASKED, Act.REFUSE): State.REFUSED,
    (State.ASKED, Act.EXPIRE): State.EXPIRED,
    (State.GIVEN, Act.VERIFY): State.ACTIVE,
    (State.GIVEN, Act.WITHDRAW): State.WITHDRAWN,
    (State.GIVEN, Act.EXPIRE): State.EXPIRED,
    (State.ACTIVE, Act.WITHDRAW): State.WITHDRAWN,
    (State.ACTIVE, Act.EXPIRE): State.EXPIRED,
    (State.EXPIRED, Act.WITHDRAW): State.WITHDRAWN,
}


def may(act: Act, actor: UUID, asked_by: UUID) -> bool:
    """R1, R2 and the clock, written once more and differently."""
    return {
        Act.GIVE: actor == SUBJECT,
        Act.REFUSE: actor == SUBJECT,
        Act.WITHDRAW: actor == SUBJECT,
        Act.VERIFY: actor not in (SUBJECT, asked_by, CLOCK),
        Act.EXPIRE: actor == CLOCK,
    }[act]


def attempt(state: State, act: Act, actor: UUID, asked_by: UUID = TRAINER) -> State | NotAllowed:
    try:
        return next_state(state, act, actor=actor, subject_owner=SUBJECT, asked_by=asked_by)
    except NotAllowed as refusal:
        return refusal


@pytest.mark.parametrize("asked_by", [TRAINER, SUBJECT], ids=["asked by a trainer", "asked by the subject"])
def test_only_the_drawn_moves_by_the_right_people_pass(asked_by: UUID) -> None:
    passed = {(state, act, actor) for state, act, actor in product(State, Act, PEOPLE)
              if isinstance(attempt(state, act, actor, asked_by), State)}
    assert passed == {(state, act, actor) for (state, act), actor in product(DRAWN, PEOPLE)
                      if may(act, actor, asked_by)}
    assert dict(MOVES) == DRAWN


def test_nobody_gives_a_consent_for_somebody_else() -> None:
    for actor in (TRAINER, MODERATOR, STRANGER, CLOCK):
        refusal = attempt(State.ASKED, Act.GIVE, actor)
        assert isinstance(refusal, NotAllowed)
        assert [reason.code for reason in refusal.reasons] == ["not_the_subject"]


def test_a_moderator_who_asked_for_their_own_portrait_reads_both_reasons() -> None:
    refusal = attempt(State.GIVEN, Act.VERIFY, SUBJECT, asked_by=SUBJECT)
    assert isinstance(refusal, NotAllowed)
    assert {reason.code for reason in refusal.reasons} == {"verifier_is_subject", "verifier_asked"}


def test_every_refusal_says_what_to_do_in_sentences() -> None:
    refusals = [result for state, act, actor in product(State, Act, PEOPLE)
                if isinstance(result := attempt(state, act, actor), NotAllowed)]
    assert len(refusals) == len(State) * len(Act) * len(PEOPLE) - 10
    for refusal in refusals:
        assert str(refusal) == " ".join(reason.sentence for reason in refusal.reasons)
        for reason in refusal.reasons:
            assert reason.sentence[0].isupper()
            assert reason.sentence.endswith(".")
            assert ":" in reason.sentence, "what is wrong, then what to do"


def test_every_walk_to_active_passes_the_subjects_own_yes_and_a_second_person() -> None:
    """Breadth first over every act of everybody, keeping who did what."""
    for asked_by in (TRAINER, SUBJECT):
        frontier: list[tuple[State, tuple[tuple[Act, UUID], ...]]] = [(State.ASKED, ())]
        walked = 0
        while frontier:
            state, past = frontier.pop(0)
            walked += 1
            if state is State.ACTIVE:
                assert (Act.GIVE, SUBJECT) in past
                verifiers = {actor for act, actor in past if act is Act.VERIFY}
                assert verifiers
                assert not verifiers & {SUBJECT, asked_by, CLOCK}
            for act, actor in product(Act, PEOPLE):
                following = attempt(state, act, actor, asked_by)
                if isinstance(following, State):
                    assert state not in OVER or following in OVER, "what is over stays over"
                    frontier.append((following, (*past, (act, actor))))
        assert walked > 8


def test_a_refusal_keeps_its_reasons_between_processes() -> None:
    refusal = NotAllowed((Reason("a", "A."), Reason("b", "B.")))
    copied = pickle.loads(pickle.dumps(refusal))  # noqa: S301  (our own bytes)
    assert copied.reasons == refusal.reasons
    assert str(copied) == "A. B."


def test_a_refusal_needs_a_reason() -> None:
    with pytest.raises(ValueError, match="without a reason"):
        NotAllowed(())
