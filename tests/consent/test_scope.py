"""What a scope covers, and which of two is the narrower."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from consent.asking import Asking
from consent.evidence import Evidence
from consent.rules import PURPOSES, Standing, decide
from consent.scope import Askers, Company, Purpose, Realism, Review, Scope, months_later
from consent.states import State
from consent.words import in_words

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
PEOPLE = [UUID(int=number) for number in range(1, 4)]


def subsets(of: list[Any]) -> some.SearchStrategy[frozenset[Any]]:
    return some.frozensets(some.sampled_from(of))


SCOPES = some.builds(
    Scope, purposes=subsets(list(Purpose)),
    expires_at=some.integers(1, 900).map(lambda days: NOW + timedelta(days=days)),
    askers=some.sampled_from(Askers), people=subsets(PEOPLE), roles=subsets(["a", "b"]), blocked=subsets(PEOPLE),
    places=subsets(["discord:1", "discord:2", "terminal"]), realism=some.sampled_from(Realism),
    forbidden=subsets(["alcohol", "politics"]), own_words=subsets(["cigar"]), company=some.sampled_from(Company),
    review=some.sampled_from(Review), daily_limit=some.none() | some.integers(0, 3),
    keep_photos_days=some.none() | some.integers(0, 90),
)
WISHES = some.builds(
    Asking, party=some.sampled_from([None, *PEOPLE]), roles=subsets(["a", "b"]),
    place=some.sampled_from([None, "discord:1", "discord:2"]), stylised=some.sampled_from([None, True, False]),
)


def asked(scope: Scope, purpose: Purpose, wish: Asking, used: int, alone: bool, later: int) -> tuple[bool, bool]:
    """Whether the gate lets a wish pass on this scope, and whether it does so unseen."""
    radke = Standing("radke", State.ACTIVE, scope, owner=PEOPLE[0], evidence=Evidence.LIVE, used_today=used)
    anybody = Standing("vera", State.ACTIVE, Scope(frozenset(Purpose), NOW + timedelta(days=1000)),
                       evidence=Evidence.LIVE)
    verdict = decide(purpose, [radke] if alone else [radke, anybody], NOW + timedelta(days=later), "draw", wish)
    return verdict.allowed, verdict.allowed and not verdict.held_for


@given(SCOPES, SCOPES, some.sampled_from(Purpose), WISHES, some.integers(0, 3), some.booleans(),
       some.integers(0, 900))
def test_what_a_narrower_scope_lets_pass_the_wider_one_does_too(
        one: Scope, other: Scope, purpose: Purpose, wish: Asking, used: int, alone: bool, later: int) -> None:
    """The order that tells narrowing from widening is the gate's own, for every wish."""
    if one.within(other):
        narrow, wide = (asked(scope, purpose, wish, used, alone, later) for scope in (one, other))
        assert narrow <= wide
        assert wide[0] or not narrow[0]
        assert wide[1] or not narrow[1]


@given(SCOPES, SCOPES, SCOPES)
def test_narrower_is_an_order(one: Scope, two: Scope, three: Scope) -> None:
    assert one.within(one)
    if one.within(two) and two.within(three):
        assert one.within(three)


@given(SCOPES)
def test_a_scope_comes_back_from_the_database_as_it_was(scope: Scope) -> None:
    stored = json.loads(json.dumps(scope.limits()))
    assert Scope.of([str(purpose) for purpose in scope.purposes], scope.expires_at, stored) == scope


WIDEST = Scope(frozenset({Purpose.TRAIN}), NOW)


@pytest.mark.parametrize("change", [
    {"purposes": frozenset()}, {"expires_at": NOW - timedelta(days=1)}, {"askers": Askers.ONLY_ME},
    {"askers": Askers.PEOPLE}, {"askers": Askers.ROLE}, {"blocked": frozenset(PEOPLE)},
    {"places": frozenset({"terminal"})}, {"realism": Realism.STYLISED}, {"forbidden": frozenset({"alcohol"})},
    {"own_words": frozenset({"cigar"})}, {"company": Company.ALONE}, {"review": Review.TELL_ME},
    {"review": Review.ASK_ME_FIRST}, {"daily_limit": 3},
], ids=str)
def test_every_field_narrows_by_itself(change: dict[str, Any]) -> None:
    narrow = replace(WIDEST, **change)
    assert narrow.within(WIDEST)
    assert not WIDEST.within(narrow)


def test_keeping_photos_for_longer_is_more_and_the_default_is_least() -> None:
    longer = replace(WIDEST, keep_photos_days=30)
    assert WIDEST.within(longer)
    assert not longer.within(WIDEST)


def test_a_row_from_before_there_were_limits_reads_as_it_did() -> None:
    assert Scope.of(["train"], NOW, None) == WIDEST
    assert WIDEST.limits() == {}


@pytest.mark.parametrize("limits", [
    {"askers": "everybody"}, {"colour": "red"}, {"daily_limit": -1}, {"people": ["radke"]}, {"review": None},
])
def test_words_and_fields_that_are_not_known_are_no_scope(limits: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Scope.of(["train"], NOW, limits)


def test_every_field_is_said_in_plain_words() -> None:
    everything = Scope.of(["train", "nightly"], NOW, {
        "askers": "people", "people": [str(PEOPLE[0])], "blocked": [str(PEOPLE[1])], "places": ["discord:1"],
        "realism": "stylised", "forbidden": ["alcohol"], "own_words": ["cigar"], "company": "alone",
        "review": "ask_me_first", "daily_limit": 3, "keep_photos_days": 30})
    words = " ".join(in_words(everything, PURPOSES, {PEOPLE[0]: "anna", PEOPLE[1]: "eve"}))
    for said in ("training on their photos", "nightly", "01 July 2026", "You and anna", "Never for eve", "discord:1",
                 "Stylised", "alcohol, cigar", "alone", "see every picture first", "At most 3", "30 days"):
        assert said in words
    assert len(fields(Scope)) == 14, "a field that is added here is said in words, and in the notice"


@pytest.mark.parametrize(("start", "months", "end"), [
    ("2026-01-31", 1, "2026-02-28"), ("2028-01-31", 1, "2028-02-29"), ("2026-11-15", 14, "2028-01-15"),
])
def test_a_month_later_is_the_same_day_or_the_last(start: str, months: int, end: str) -> None:
    at = datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert months_later(at, months) == datetime.fromisoformat(end).replace(tzinfo=UTC)
