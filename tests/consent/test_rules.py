"""The gate lets through what was agreed to, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import combinations, product
from typing import Any, cast, get_args

import pytest

from consent.errors import NotAllowed
from consent.rules import MOMENTS, PURPOSES, Moment, Standing, decide
from consent.scope import Purpose, Scope
from consent.states import State

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
LATER, EARLIER = NOW + timedelta(days=1), NOW - timedelta(days=1)
EVERY_SCOPE = [frozenset(some) for size in range(len(Purpose) + 1) for some in combinations(Purpose, size)]
EVERYTHING = Scope(frozenset(Purpose), LATER)
AGREED = Standing("radke", State.ACTIVE, EVERYTHING)


def codes(standings: list[Standing], purpose: Purpose = Purpose.GENERATE) -> list[str]:
    return [reason.code for reason in decide(purpose, standings, NOW).reasons]


def test_of_every_state_purpose_scope_and_date_only_the_agreed_cell_passes() -> None:
    states: list[Any] = [*State, None, "paused"]
    cells = list(product(states, Purpose, [None, *EVERY_SCOPE], [EARLIER, NOW, LATER], MOMENTS))
    assert len(cells) == 8 * 5 * 33 * 3 * 4
    for state, purpose, ticked, until, moment in cells:
        scope = None if ticked is None else Scope(ticked, until)
        verdict = decide(purpose, [Standing("radke", state, scope)], NOW, cast(Moment, moment))
        agreed = state is State.ACTIVE and ticked is not None and purpose in ticked and until > NOW
        assert verdict.allowed is agreed, (state, purpose, ticked, until, moment)
        assert bool(verdict.reasons) is not agreed


@pytest.mark.parametrize(("standing", "code"), [
    (Standing("radke", State.ACTIVE, EVERYTHING, known=False), "unknown_subject"),
    (Standing("radke", None, None), "not_asked"),
    (Standing("radke", State.ASKED, EVERYTHING), "not_answered"),
    (Standing("radke", State.GIVEN, EVERYTHING), "not_verified"),
    (Standing("radke", State.REFUSED, EVERYTHING), "refused"),
    (Standing("radke", State.WITHDRAWN, EVERYTHING), "withdrawn"),
    (Standing("radke", State.EXPIRED, EVERYTHING), "expired"),
    (Standing("radke", State.ACTIVE, None), "no_scope"),
    (Standing("radke", State.ACTIVE, Scope(frozenset({Purpose.TRAIN}), LATER)), "not_in_scope"),
    (Standing("radke", State.ACTIVE, Scope(frozenset(Purpose), NOW)), "expired"),
    (Standing("radke", State.ACTIVE, Scope(frozenset(Purpose), LATER.replace(tzinfo=None))), "expired"),
    (Standing("radke", cast(State, "paused"), EVERYTHING), "unknown_state"),
])
def test_each_standing_is_refused_for_its_own_reason_with_the_name_in_it(
        standing: Standing, code: str) -> None:
    verdict = decide(Purpose.GENERATE, [standing], NOW)
    assert [reason.code for reason in verdict.reasons] == [code]
    assert "radke" in verdict.reasons[0].sentence
    assert verdict.reasons[0].sentence.endswith(".")


def test_all_reasons_come_at_once() -> None:
    narrow_and_over = Scope(frozenset({Purpose.TRAIN}), EARLIER)
    standings = [Standing("ada", State.GIVEN, narrow_and_over), Standing("bob", None, None), AGREED]
    assert codes(standings) == ["not_verified", "not_in_scope", "expired", "not_asked"]


def test_one_no_among_many_is_a_no() -> None:
    assert decide(Purpose.GENERATE, [AGREED, AGREED], NOW).allowed
    assert codes([AGREED, Standing("bob", State.WITHDRAWN, EVERYTHING), AGREED]) == ["withdrawn"]


def test_the_same_reason_is_said_once() -> None:
    assert codes([Standing("bob", None, None)] * 3) == ["not_asked"]


def test_naming_nobody_is_allowed_for_a_picture_of_nobody_alone() -> None:
    allowed = {purpose for purpose in Purpose if decide(purpose, [], NOW).allowed}
    assert allowed == {Purpose.GENERATE}


def test_an_unknown_purpose_or_moment_is_refused() -> None:
    assert codes([AGREED], cast(Purpose, "sell")) == ["unknown_purpose", "not_in_scope"]
    verdict = decide(Purpose.GENERATE, [AGREED], NOW, cast(Moment, "someday"))
    assert [reason.code for reason in verdict.reasons] == ["unknown_moment"]


def test_a_time_without_a_zone_is_no_time() -> None:
    with pytest.raises(ValueError, match="time zone"):
        decide(Purpose.GENERATE, [AGREED], NOW.replace(tzinfo=None))


@pytest.mark.parametrize("moment", get_args(Moment))
def test_a_refusal_reads_as_the_reasons_and_what_they_mean_for_the_job(moment: Moment) -> None:
    verdict = decide(Purpose.TRAIN, [Standing("radke", None, None)], NOW, moment)
    assert str(verdict) == f"{verdict.reasons[0].sentence} {MOMENTS[moment]}"
    assert str(verdict).startswith("radke has not been asked yet: ask with `consent ask radke`")
    with pytest.raises(NotAllowed) as refusal:
        verdict.require()
    assert refusal.value.reasons == verdict.reasons


def test_a_yes_requires_nothing_more() -> None:
    verdict = decide(Purpose.TRAIN, [AGREED], NOW)
    verdict.require()
    assert str(verdict) == "Allowed."


def test_every_purpose_and_every_moment_has_words() -> None:
    assert set(PURPOSES) == set(Purpose)
    assert set(MOMENTS) == set(get_args(Moment))


def test_a_scope_of_unknown_words_is_no_scope() -> None:
    assert Scope.of(["train", "generate"], LATER).purposes == {Purpose.TRAIN, Purpose.GENERATE}
    with pytest.raises(ValueError, match="everything"):
        Scope.of(["everything"], LATER)
