"""The model check: every sequence of acts of everybody, to its fixed point, against what must never happen.

Invariants, in the world's own words (tests/consent/walk.py), which know nothing of states:

 1 own yes         nothing is allowed without the person's own yes, or a document with it that two moderators read
 2 no more         nothing is allowed that the person has not agreed to, for longer than they agreed to
 3 other eyes      a yes counts once somebody confirmed it who is not the person, and never asked or trained
 4 stop            from the moment somebody has ended it nothing is allowed, until there is a new yes
 5 own pause       while the person holds it nothing is allowed, and nobody else lets go for them
 6 their pause     while a moderator holds it nothing is allowed, and the person does not let go for them
 7 its date        nothing is allowed after the date that was agreed to, and nothing runs out before it
 8 no to all       while the standing no stands nothing is allowed, nobody asks, and nothing is agreed to
 9 seen live       the gallery takes somebody who saw or called the person; a document never carries it
10 by link         a yes by a link counts once somebody saw or called the person
11 nobody real     a character counts once somebody else said that it is nobody real
12 not the boss    nobody ends their own consent as a moderator, and nobody else's as anything less
13 own way out     the person can end it themself whenever anything of theirs may be kept, and take back a part
14 over            what is over stays over, but for a new question
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from consent import lifecycle, rules
from consent.errors import NotAllowed, Reason
from consent.evidence import CARRIES, Evidence
from consent.lifecycle import Consent, Doing, Story
from consent.scope import Purpose
from consent.states import CLOCK, HANDS, MOVES, OVER, Act, Hand, State
from tests.consent.walk import EVE, RADKE, Step, World, walk

STARTS = [World(), World(character=True)]
ENDING = (Act.REVOKE, Act.INVALIDATE)
AGREEING = (Act.ASK, Act.GIVE, Act.ATTEST, Act.VERIFY, Act.WIDEN, Act.RENEW)


def broken_in(world: World) -> list[str]:
    """The invariants that do not hold in a world."""
    past, allowed, consent = world.past, world.allowed(), world.consent
    agreed, paper = past.agreed, past.paper
    by_paper = bool(paper) and len(paper | past.eyes) > 1
    holds = {
        "own yes": not allowed or agreed is not None or by_paper,
        "no more": not allowed or agreed is None or bool(consent and consent.scope.within(agreed)),
        "other eyes": not allowed or (bool(past.eyes) and not past.eyes & {RADKE, EVE, CLOCK} and not past.own_work),
        "stop": not allowed or not past.ended,
        "own pause": not (allowed and "radke" in past.held),
        "their pause": not (allowed and "a moderator" in past.held),
        "its date": not (allowed and agreed and agreed.expires_at <= world.now),
        "no to all": not (allowed and world.never),
        "seen live": Purpose.GALLERY not in allowed or world.character or (past.seen and not paper),
        "by link": not (allowed and past.by_link) or past.seen or world.character,
        "nobody real": not (allowed and world.character) or past.nobody,
        "own way out": _way_out(world),
    }
    return [name for name, good in holds.items() if not good]


def broken_by(step: Step) -> list[str]:
    """The invariants that one step breaks, wherever it leads."""
    doing, before, after = step.doing, step.before.consent, step.after.consent
    if doing is None:
        return []
    letting_go = doing.act is Act.RESUME
    holds = {
        "own pause": not letting_go or step.actor == RADKE or "radke" not in step.before.past.held
        or bool(after and after.state is State.PAUSED),
        "their pause": not letting_go or step.actor != RADKE or "a moderator" not in step.before.past.held
        or bool(after and after.state is State.PAUSED),
        "its date": doing.act is not Act.EXPIRE
        or (step.actor == CLOCK and bool(before and before.scope.expires_at <= doing.at)),
        "no to all": not step.before.never or doing.act not in AGREEING,
        "not the boss": doing.act not in ENDING or (step.actor != RADKE and doing.is_moderator),
        "over": before is None or before.state not in OVER or doing.act is Act.ASK
        or bool(after and after.state in OVER),
    }
    return [name for name, good in holds.items() if not good]


def _way_out(world: World) -> bool:
    """The person can say no to a question and stop everything else; nothing of the rules may stand in their way."""
    if world.consent is None or world.consent.state in OVER - {State.EXPIRED}:
        return True
    act = Act.REFUSE if world.consent.state is State.ASKED else Act.WITHDRAW
    try:
        after = lifecycle.perform(world.consent, world.story, Doing(act, RADKE, world.now))
    except NotAllowed:
        return False
    return after.state in OVER


def test_no_sequence_of_acts_breaks_an_invariant() -> None:
    """And every state, every kind of evidence and everything that may be allowed is met on the way."""
    states: set[State] = set()
    evidence: set[Evidence | None] = set()
    granted: set[frozenset[Purpose]] = set()

    def check(world: World) -> list[str]:
        consent = world.consent
        states.update({consent.state} if consent else set())
        evidence.update({consent.evidence} if consent else set())
        granted.add(world.allowed())
        return broken_in(world)

    for start in STARTS:
        worlds, taken, broken, way = walk(check, broken_by, start)
        assert broken == [], " → ".join(map(str, way))
        assert worlds > 500
        assert taken > 5_000
    assert states == set(State) - {State.REPLACED}
    assert evidence == {None, *Evidence}
    assert granted == {frozenset(), frozenset({Purpose.TRAIN}), frozenset({Purpose.TRAIN, Purpose.GALLERY})}


# Twelve ways in which the rules could be wrong, each planted and each found.

Mutant = Callable[[pytest.MonkeyPatch], None]


def table(changes: Mapping[Any, Any]) -> Mutant:
    return lambda patch: patch.setattr(lifecycle, "MOVES", {**MOVES, **changes})


def hands(**changes: Hand) -> Mutant:
    changed = {**HANDS, **{Act(act): hand for act, hand in changes.items()}}
    return lambda patch: patch.setattr(lifecycle, "HANDS", changed)


def nothing_against(name: str, *codes: str) -> Mutant:
    """A condition that is forgotten: the function no longer gives these reasons (or none at all)."""
    def plant(patch: pytest.MonkeyPatch) -> None:
        real = getattr(lifecycle, name)

        def forgetful(*arguments: Any) -> list[Reason]:
            return [reason for reason in real(*arguments) if codes and reason.code not in codes]

        patch.setattr(lifecycle, name, forgetful)

    return plant


def anybody_resumes(patch: pytest.MonkeyPatch) -> None:
    nothing_against("_against_side")(patch)
    real = lifecycle.perform

    def perform(consent: Consent | None, story: Story, doing: Doing) -> Consent:
        after = real(consent, story, doing)
        return replace(after, state=State.ACTIVE, pauses=frozenset()) if doing.act is Act.RESUME else after

    patch.setattr(lifecycle, "perform", perform)


def gate_forgets(name: str, code: str) -> Mutant:
    def plant(patch: pytest.MonkeyPatch) -> None:
        real = getattr(rules, name)

        def forgetful(*arguments: Any) -> list[Reason]:
            return [reason for reason in real(*arguments) if reason.code != code]

        patch.setattr(rules, name, forgetful)

    return plant


def every_evidence_carries_everything(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rules, "CARRIES", dict.fromkeys(CARRIES, frozenset(Purpose)))


PERSON, CHARACTER = STARTS
MUTANTS: dict[str, tuple[Mutant, str, World]] = {
    "anybody gives for anybody": (hands(give=Hand.ANYBODY), "own yes", PERSON),
    "one moderator alone reads a document": (nothing_against("_against_eyes", "attested_alone"), "own yes", PERSON),
    "a yes counts before it is verified": (table({(State.ASKED, Act.GIVE): State.ACTIVE}), "other eyes", PERSON),
    "the asker verifies": (nothing_against("_against_eyes", "verifier_asked"), "other eyes", PERSON),
    "who handed in photos verifies": (nothing_against("_against_eyes", "verifier_trained"), "other eyes", PERSON),
    "agreeing to more needs no notice": (nothing_against("_against_scope", "notice_unread"), "own yes", PERSON),
    "whoever moderates widens": (hands(widen=Hand.MODERATOR), "own yes", PERSON),
    "resuming ends a withdrawal": (table({(State.WITHDRAWN, Act.RESUME): State.ACTIVE}), "over", PERSON),
    "a moderator ends a pause the subject made": (anybody_resumes, "own pause", PERSON),
    "the gate takes paused for active": (gate_forgets("_against_state", "paused"), "own pause", PERSON),
    "the gate does not look at the date": (gate_forgets("_against_scope", "expired"), "its date", PERSON),
    "a standing no is forgotten": (nothing_against("_against_particulars", "never"), "no to all", PERSON),
    "every evidence carries the gallery": (every_evidence_carries_everything, "seen live", PERSON),
    "a link is taken at its word": (nothing_against("_against_particulars", "link_unseen"), "by link", PERSON),
    "a character needs nobody's word": (nothing_against("_against_particulars", "not_confirmed"), "nobody real",
                                        CHARACTER),
    "the boss revokes their own": (hands(revoke=Hand.EITHER), "not the boss", PERSON),
    "what is paused cannot be withdrawn": (table({(State.PAUSED, Act.WITHDRAW): State.PAUSED}), "own way out", PERSON),
    "what is revoked is verified again": (table({(State.REVOKED, Act.VERIFY): State.ACTIVE}), "over", PERSON),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_planted_mistake_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plant, invariant, start = MUTANTS[name]
    plant(monkeypatch)
    *_, found, way = walk(broken_in, broken_by, start)
    assert invariant in found, f"{name}: {found or 'not found'} by {' → '.join(map(str, way))}"


def test_there_are_as_many_mistakes_as_were_promised() -> None:
    assert len(MUTANTS) >= 12
