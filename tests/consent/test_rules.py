"""The gate lets through what was agreed to, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations, product
from typing import Any, cast, get_args
from uuid import UUID

import pytest

from consent.asking import Asking, Control, is_stylised
from consent.errors import NotAllowed
from consent.evidence import Evidence
from consent.rules import MOMENTS, PURPOSES, Moment, Standing, decide
from consent.scope import Purpose, Review, Scope
from consent.states import State

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
LATER, EARLIER = NOW + timedelta(days=1), NOW - timedelta(days=1)
EVERY_SCOPE = [frozenset(some) for size in range(len(Purpose) + 1) for some in combinations(Purpose, size)]
EVERYTHING = Scope(frozenset(Purpose), LATER)
RADKE, ANNA, EVE = (UUID(int=number) for number in range(1, 4))
AGREED = Standing("radke", State.ACTIVE, EVERYTHING, evidence=Evidence.LIVE, owner=RADKE)


def codes(standings: list[Standing], purpose: Purpose = Purpose.GENERATE) -> list[str]:
    return [reason.code for reason in decide(purpose, standings, NOW).reasons]


def test_of_every_state_purpose_scope_and_date_only_the_agreed_cell_passes() -> None:
    states: list[Any] = [*State, None, "frozen"]
    cells = list(product(states, Purpose, [None, *EVERY_SCOPE], [EARLIER, NOW, LATER], MOMENTS))
    assert len(cells) == 12 * 5 * 33 * 3 * 4
    for state, purpose, ticked, until, moment in cells:
        scope = None if ticked is None else Scope(ticked, until)
        standing = Standing("radke", state, scope, evidence=Evidence.LIVE)
        verdict = decide(purpose, [standing], NOW, cast(Moment, moment))
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
    (Standing("radke", cast(State, "frozen"), EVERYTHING), "unknown_state"),
    (Standing("radke", State.REPLACED, EVERYTHING), "unknown_state"),
    (Standing("radke", State.PAUSED, EVERYTHING), "paused"),
    (Standing("radke", State.REVOKED, EVERYTHING), "revoked"),
    (Standing("radke", State.INVALIDATED, EVERYTHING), "invalidated"),
    (Standing("radke", State.ACTIVE, EVERYTHING, never=True), "never"),
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


def particular(**limits: Any) -> Standing:
    """Radke, who has agreed to everything, but for this."""
    return replace(AGREED, scope=Scope.of(list(Purpose), LATER, limits))


def against(standing: Standing, asking: Asking | None = None, others: list[Standing] | None = None,
            moment: Moment = "ask") -> list[str]:
    verdict = decide(Purpose.GENERATE, [standing, *(others or [])], NOW, moment, asking)
    return [reason.code for reason in verdict.reasons]


ASKED = Asking(party=ANNA, roles=frozenset({"7"}), place="discord:1", stylised=True)


@pytest.mark.parametrize(("limits", "wish", "code"), [
    ({"askers": "only_me"}, ASKED, "not_your_wish"),
    ({"askers": "people", "people": [str(EVE)]}, ASKED, "not_your_wish"),
    ({"askers": "people", "people": [str(ANNA)]}, ASKED, None),
    ({"askers": "role", "roles": ["8"]}, ASKED, "not_your_wish"),
    ({"askers": "role", "roles": ["7", "8"]}, ASKED, None),
    ({"askers": "only_me"}, replace(ASKED, party=RADKE), None),
    ({"blocked": [str(ANNA)]}, ASKED, "blocked"),
    ({"blocked": [str(EVE)]}, ASKED, None),
    ({"places": ["discord:2"]}, ASKED, "not_here"),
    ({"places": ["discord:1", "discord:2"]}, ASKED, None),
    ({"realism": "stylised"}, replace(ASKED, stylised=False), "not_stylised"),
    ({"realism": "stylised"}, ASKED, None),
    ({"daily_limit": 0}, ASKED, "daily_limit"),
    ({"daily_limit": 1}, ASKED, None),
])
def test_a_scope_is_particular_about_who_asks_where_how_and_how_often(
        limits: dict[str, Any], wish: Asking, code: str | None) -> None:
    assert against(particular(**limits), wish) == ([code] if code else [])


@pytest.mark.parametrize("limits", [
    {"askers": "only_me"}, {"askers": "people", "people": [str(ANNA)]}, {"askers": "role", "roles": ["7"]},
    {"blocked": [str(EVE)]}, {"places": ["discord:1"]}, {"realism": "stylised"},
])
def test_where_the_wish_does_not_say_a_particular_scope_says_no(limits: dict[str, Any]) -> None:
    assert against(particular(**limits)) != []


def test_of_several_scopes_the_strictest_wins() -> None:
    vera = Standing("vera", State.ACTIVE, Scope.of(list(Purpose), LATER, {"company": "alone", "daily_limit": 3}),
                    owner=EVE, used_today=3)
    assert against(AGREED, ASKED) == []
    assert against(AGREED, ASKED, [vera]) == ["not_alone", "daily_limit"]
    assert against(replace(vera, used_today=2), ASKED) == []


def test_a_picture_somebody_wants_to_see_first_is_drawn_and_not_delivered_before_they_approve() -> None:
    first = particular(review="ask_me_first")
    drawn = decide(Purpose.GENERATE, [first], NOW, "draw", ASKED)
    assert (drawn.allowed, drawn.held_for, drawn.told) == (True, ("radke",), ())
    assert against(first, ASKED, moment="deliver") == ["not_approved"]
    assert against(first, replace(ASKED, approved=frozenset({"radke"})), moment="deliver") == []
    assert against(first, replace(ASKED, party=RADKE), moment="deliver") == [], "they asked for it themself"
    told = decide(Purpose.GENERATE, [particular(review="tell_me")], NOW, "deliver", ASKED)
    assert (told.allowed, told.held_for, told.told) == (True, (), ("radke",))
    assert {Review.NONE, Review.TELL_ME, Review.ASK_ME_FIRST} == set(Review)


def test_a_control_picture_with_a_face_needs_its_person_in_the_job_or_nobody_in_it() -> None:
    def with_control(control: Control) -> list[str]:
        return against(AGREED, replace(ASKED, control=control))

    assert with_control(Control("pose")) == []
    assert with_control(Control("canny")) == ["face_in_control"]
    assert with_control(Control("canny", of=frozenset({"vera"}))) == ["face_in_control"]
    assert with_control(Control("canny", of=frozenset({"radke"}))) == []
    assert with_control(Control("img2img", nobody_real=True)) == []


@pytest.mark.parametrize("evidence", [Evidence.WORD, Evidence.DOCUMENT, None])
def test_what_nobody_has_seen_live_carries_neither_nightly_pictures_nor_the_gallery(
        evidence: Evidence | None) -> None:
    standing = replace(AGREED, evidence=evidence)
    allowed = {purpose for purpose in Purpose if decide(purpose, [standing], NOW).allowed}
    assert allowed == set(Purpose) - {Purpose.NIGHTLY, Purpose.GALLERY}
    assert "consent challenge radke" in str(decide(Purpose.NIGHTLY, [standing], NOW))


@pytest.mark.parametrize(("prompt", "stylised"), [
    ("<lora:radke:1> radke, watercolour", True),
    ("an Oil Painting, of radke", True),
    ("pixel art of radke", True),
    ("radke in the park", False),
    ("a photo of an oil painting by radke", False),
    ("photorealistic, in the style of a painting", False),
    ("repainting the house", False),
])
def test_a_prompt_is_stylised_when_it_says_so_and_says_nothing_of_photos(prompt: str, stylised: bool) -> None:
    assert is_stylised(prompt) is stylised
