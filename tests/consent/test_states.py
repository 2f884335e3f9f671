"""Who may move a consent where."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from consent.errors import NotAllowed, Reason
from consent.evidence import CARRIES, IN_WORDS, Evidence
from consent.ledger import EventKind
from consent.lifecycle import Consent, Doing, Story, perform, replay
from consent.scope import Purpose, Review, Scope
from consent.states import CLOCK, EVENTS, HANDS, MOVES, OVER, Act, Hand, State, participle

SUBJECT, TRAINER, MO, MIA, STRANGER = (UUID(int=number) for number in range(1, 6))
PEOPLE = (SUBJECT, TRAINER, MO, MIA, STRANGER, CLOCK)
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
ALL = Scope(frozenset(Purpose), NOW + timedelta(days=365))
LESS = replace(ALL, purposes=frozenset({Purpose.TRAIN, Purpose.GENERATE}))
LONGER = replace(LESS, expires_at=NOW + timedelta(days=700))
STORY = Story(SUBJECT, askers=frozenset({TRAINER}), trainers=frozenset({TRAINER}))

TABLE = """
            asked    given        active       paused       refused  withdrawn    revoked  expired      invalidated
ask         -        -            -            -            asked    asked        asked    asked        asked
give        given    -            -            -            -        -            -        -            -
refuse      refused  -            -            -            -        -            -        -            -
attest      given    -            -            -            -        -            -        -            -
verify      -        active       active       -            -        -            -        -            -
narrow      -        given        active       paused       -        -            -        -            -
widen       -        given        active       paused       -        -            -        -            -
renew       -        -            active       paused       -        -            -        -            -
pause       -        -            paused       paused       -        -            -        -            -
resume      -        -            -            active       -        -            -        -            -
withdraw    -        withdrawn    withdrawn    withdrawn    -        -            -        withdrawn    -
revoke      -        revoked      revoked      revoked      -        -            -        -            -
invalidate  -        invalidated  invalidated  invalidated  -        invalidated  -        invalidated  -
expire      expired  expired      expired      expired      -        -            -        -            -
"""


def drawn() -> dict[tuple[State | None, Act], State]:
    """The table above, as it is read by a person."""
    head, *rows = [line.split() for line in TABLE.strip().splitlines()]
    cells = {(State(state), Act(row[0])): cell for row in rows for state, cell in zip(head, row[1:], strict=True)}
    return {(None, Act.ASK): State.ASKED} | {where: State(cell) for where, cell in cells.items() if cell != "-"}


def at(state: State, **fields: object) -> Consent:
    return replace(Consent(state, LESS, asked_by=TRAINER), **fields)  # type: ignore[arg-type]


def doing(act: Act, actor: UUID, **fields: object) -> Doing:
    scope = {Act.ASK: LESS, Act.NARROW: replace(LESS, purposes=frozenset({Purpose.TRAIN})), Act.WIDEN: ALL,
             Act.RENEW: LONGER}.get(act)
    fields.setdefault("evidence", Evidence.LIVE if act is Act.VERIFY else Evidence.WORD)
    when = NOW + timedelta(days=366 if act is Act.EXPIRE else 0)
    return replace(Doing(act, actor, when, is_moderator=actor in (MO, MIA), scope=scope, notice_read=True),
                   **fields)  # type: ignore[arg-type]


def attempt(consent: Consent | None, act: Act, actor: UUID, story: Story = STORY, **fields: object) -> list[str]:
    """The codes of the reasons against; none when it passes."""
    try:
        perform(consent, story, doing(act, actor, **fields))
    except NotAllowed as refusal:
        return [reason.code for reason in refusal.reasons]
    return []


def test_the_table_is_the_one_that_is_drawn() -> None:
    assert dict(MOVES) == drawn()


def test_every_act_has_hands_an_event_and_a_word() -> None:
    assert set(HANDS) == set(EVENTS) == set(Act)
    assert {str(kind) for kind in EVENTS.values()} <= {str(kind) for kind in EventKind}
    assert [participle(act) for act in (Act.GIVE, Act.WITHDRAW, Act.RESUME)] == ["given", "withdrawn", "resumed"]
    assert set(CARRIES) == set(IN_WORDS) == set(Evidence)


MAY = {
    Act.ASK: {SUBJECT, TRAINER, MO, MIA, STRANGER},
    **{act: {SUBJECT} for act in (Act.GIVE, Act.REFUSE, Act.NARROW, Act.WIDEN, Act.RENEW, Act.WITHDRAW)},
    **{act: {MO, MIA} for act in (Act.ATTEST, Act.VERIFY, Act.REVOKE, Act.INVALIDATE)},
    Act.PAUSE: {SUBJECT, MO, MIA},
    Act.EXPIRE: {CLOCK},
}


@pytest.mark.parametrize("act", MAY)
def test_only_the_right_people_do_it_in_the_right_states(act: Act) -> None:
    passed = {(state, actor) for state, actor in product(State, PEOPLE) if not attempt(at(state), act, actor)}
    assert passed == {(state, actor) for state, actor in product(State, MAY[act])
                      if (state, act) in MOVES}


@pytest.mark.parametrize(("holders", "who"), [
    ({Hand.SUBJECT}, {SUBJECT}), ({Hand.MODERATOR}, {MO, MIA}), ({Hand.SUBJECT, Hand.MODERATOR}, {SUBJECT, MO, MIA}),
])
def test_a_pause_is_ended_by_the_side_that_made_it(holders: set[Hand], who: set[UUID]) -> None:
    paused = at(State.PAUSED, pauses=frozenset(holders))
    assert {actor for actor in PEOPLE if not attempt(paused, Act.RESUME, actor)} == who


def test_a_consent_both_hold_rests_until_both_have_let_go() -> None:
    both = at(State.PAUSED, pauses=frozenset({Hand.SUBJECT, Hand.MODERATOR}))
    once = perform(both, STORY, doing(Act.RESUME, SUBJECT))
    assert once.state is State.PAUSED
    assert perform(once, STORY, doing(Act.RESUME, MO)).state is State.ACTIVE


def test_a_subject_who_is_a_moderator_is_the_subject_and_nothing_else() -> None:
    """R5: no bypass. They neither verify nor revoke their own, nor lift a moderator's pause of themself."""
    own = {"is_moderator": True}
    assert attempt(at(State.GIVEN), Act.VERIFY, SUBJECT, **own) == ["verifier_is_subject"]
    assert attempt(at(State.ACTIVE), Act.REVOKE, SUBJECT, **own) == ["own_consent"]
    paused = at(State.PAUSED, pauses=frozenset({Hand.MODERATOR}))
    assert attempt(paused, Act.RESUME, SUBJECT, **own) == ["paused_by_moderator"]


@pytest.mark.parametrize(("story", "codes"), [
    (replace(STORY, askers=frozenset({MO})), ["verifier_asked"]),
    (replace(STORY, trainers=frozenset({MO})), ["verifier_trained"]),
    (Story(SUBJECT, frozenset({MO}), frozenset({MO})), ["verifier_asked", "verifier_trained"]),
])
def test_who_asked_or_trained_ever_does_not_verify(story: Story, codes: list[str]) -> None:
    assert attempt(at(State.GIVEN), Act.VERIFY, MO, story) == codes
    assert attempt(at(State.GIVEN), Act.VERIFY, MIA, story) == []


def test_a_document_takes_two_moderators_and_stays_a_document() -> None:
    attested = perform(at(State.ASKED), STORY, doing(Act.ATTEST, MO))
    assert attempt(attested, Act.VERIFY, MO) == ["attested_alone"]
    verified = perform(attested, STORY, doing(Act.VERIFY, MIA, evidence=Evidence.LIVE))
    assert (verified.state, verified.evidence) == (State.ACTIVE, Evidence.DOCUMENT)


def test_what_a_word_verified_is_verified_once_more_by_a_challenge_and_by_nothing_less() -> None:
    word = perform(at(State.GIVEN), STORY, doing(Act.VERIFY, MO, evidence=Evidence.WORD))
    assert attempt(word, Act.VERIFY, MIA, evidence=Evidence.WORD) == ["no_such_move"]
    live = perform(word, STORY, doing(Act.VERIFY, MIA))
    assert (live.state, live.evidence, live.verified_by) == (State.ACTIVE, Evidence.LIVE, MIA)
    assert attempt(live, Act.VERIFY, MO) == ["no_such_move"]


def test_a_yes_by_a_link_takes_a_challenge_or_a_call() -> None:
    given = perform(at(State.ASKED), STORY, doing(Act.GIVE, SUBJECT, evidence=Evidence.LINK))
    assert attempt(given, Act.VERIFY, MO, evidence=Evidence.WORD) == ["link_unseen"]
    for seen in (Evidence.LINK, Evidence.LIVE):
        assert perform(given, STORY, doing(Act.VERIFY, MO, evidence=seen)).evidence is Evidence.LINK


def test_a_character_takes_a_word_that_it_is_nobody_real_from_other_eyes_than_its_creators() -> None:
    doll = replace(STORY, character=True)
    assert attempt(at(State.GIVEN), Act.VERIFY, MO, doll) == ["not_confirmed"]
    assert attempt(at(State.GIVEN), Act.VERIFY, SUBJECT, doll, nobody_real=True, is_moderator=True) != []
    confirmed = perform(at(State.GIVEN), doll, doing(Act.VERIFY, MO, nobody_real=True))
    assert confirmed.evidence is Evidence.TWO_PAIRS


@pytest.mark.parametrize(("act", "scope", "codes"), [
    (Act.NARROW, ALL, ["not_narrower"]),
    (Act.NARROW, LESS, ["not_narrower"]),
    (Act.NARROW, replace(LESS, review=Review.TELL_ME), []),
    (Act.NARROW, None, ["no_scope"]),
    (Act.NARROW, replace(LESS, purposes=frozenset()), ["no_purpose"]),
    (Act.NARROW, replace(LESS, expires_at=NOW), ["bad_end"]),
    (Act.WIDEN, LESS, ["not_wider"]),
    (Act.WIDEN, replace(ALL, review=Review.TELL_ME), []),
    (Act.WIDEN, replace(ALL, expires_at=NOW + timedelta(days=1200)), ["bad_end"]),
    (Act.RENEW, replace(LONGER, purposes=frozenset(Purpose)), ["not_a_renewal"]),
    (Act.RENEW, LESS, ["not_a_renewal"]),
])
def test_how_much_may_change(act: Act, scope: Scope | None, codes: list[str]) -> None:
    assert attempt(at(State.ACTIVE), act, SUBJECT, scope=scope) == codes


def test_agreeing_to_more_takes_a_notice_read_anew_and_taking_back_none() -> None:
    for act in (Act.WIDEN, Act.RENEW):
        assert attempt(at(State.ACTIVE), act, SUBJECT, notice_read=False) == ["notice_unread"]
    assert attempt(at(State.ACTIVE), Act.NARROW, SUBJECT, notice_read=False) == []


def test_nobody_agrees_to_more_than_was_asked() -> None:
    assert attempt(at(State.ASKED), Act.GIVE, SUBJECT, scope=ALL) == ["wider_than_asked"]
    less = replace(LESS, purposes=frozenset({Purpose.TRAIN}))
    assert perform(at(State.ASKED), STORY, doing(Act.GIVE, SUBJECT, scope=less)).scope == less


def test_after_its_date_a_consent_is_only_ended() -> None:
    late = {"at": NOW + timedelta(days=366), "scope": None}
    passing = {act for act, actor in product(Act, PEOPLE)
               if act is not Act.ASK and not attempt(at(State.ACTIVE), act, actor, **late)}
    assert passing == {Act.WITHDRAW, Act.REVOKE, Act.INVALIDATE, Act.EXPIRE}
    assert attempt(at(State.ACTIVE), Act.EXPIRE, CLOCK, at=NOW) == ["not_yet"]


def test_a_standing_no_keeps_everybody_from_asking_and_nothing_from_ending() -> None:
    no = replace(STORY, never=True)
    for state, act in MOVES:
        actor = next(iter(MAY.get(act, {SUBJECT})))
        codes = attempt(at(state, pauses=frozenset({Hand.SUBJECT})) if state else None, act, actor, no)
        expected = act in (Act.ASK, Act.GIVE, Act.ATTEST, Act.VERIFY, Act.WIDEN, Act.RENEW)
        assert ("never" in codes) is expected, (state, act)


def test_what_is_over_stays_over_but_for_a_new_question() -> None:
    for (state, act), following in MOVES.items():
        if state in OVER:
            assert following in OVER or act is Act.ASK


def test_every_refusal_says_what_to_do_in_sentences() -> None:
    states = [None, *(at(state) for state in State)]
    reasons: set[Reason] = set()
    for consent, act, actor in product(states, Act, PEOPLE):
        try:
            perform(consent, STORY, doing(act, actor, notice_read=False, scope=None))
        except NotAllowed as refusal:
            reasons.update(refusal.reasons)
    assert len(reasons) > 50
    for reason in reasons:
        assert reason.sentence[0].isupper()
        assert reason.sentence.endswith(".")
        assert ":" in reason.sentence, "what is wrong, then what to do"


def test_the_ledgers_acts_played_again_give_the_states() -> None:
    acts = [(Act.ASK, TRAINER), (Act.GIVE, SUBJECT), (Act.VERIFY, MO), (Act.NARROW, SUBJECT), (Act.PAUSE, MO),
            (Act.PAUSE, SUBJECT), (Act.RESUME, MO)]
    assert replay(acts, SUBJECT) == [State.REPLACED, State.PAUSED]
    assert replay([*acts, (Act.RESUME, SUBJECT)], SUBJECT) == [State.REPLACED, State.ACTIVE]
    ended = [*acts, (Act.WITHDRAW, SUBJECT), (Act.ASK, STRANGER)]
    assert replay(ended, SUBJECT) == [State.REPLACED, State.WITHDRAWN, State.ASKED]
    with pytest.raises(KeyError):
        replay([(Act.GIVE, SUBJECT)], SUBJECT)


def test_a_refusal_keeps_its_reasons_between_processes() -> None:
    refusal = NotAllowed((Reason("a", "A."), Reason("b", "B.")))
    copied = pickle.loads(pickle.dumps(refusal))  # noqa: S301  (our own bytes)
    assert copied.reasons == refusal.reasons
    assert str(copied) == "A. B."


def test_a_refusal_needs_a_reason() -> None:
    with pytest.raises(ValueError, match="without a reason"):
        NotAllowed(())
