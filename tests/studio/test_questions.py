"""The moderators' questions find what was planted in a history, and nothing else; and only who may ask is told."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from PIL import Image, ImageOps

from consent.errors import NotAllowed
from consent.people import Actor
from studio import audit, parties
from studio.audit.questions import QUESTIONS, About, Answer, ask
from studio.errors import BadQuestion, UnknownParty
from studio.house import Studio, open_studio
from studio.settings import Settings
from tests.studio.seeded import JULY, JUNE, NOW, POSTED, Planted, seed, snowflake


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def history(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Studio, Planted]]:
    """A studio with a history of 300 pictures (`python -m benchmarks.audit` asks the same of 10,000)."""
    from tests.postgres import fresh

    environment = {}
    if request.param == "postgresql":
        environment["DATABASE_URL"] = fresh(request.getfixturevalue("server"))
    settings = Settings.from_environment(environment, home=tmp_path_factory.mktemp("history"))
    studio = open_studio(settings, clock=lambda: NOW)
    yield studio, seed(studio, 300)
    studio.close()


@pytest.fixture(scope="module")
def studio(history: tuple[Studio, Planted]) -> Studio:
    return history[0]


@pytest.fixture(scope="module")
def planted(history: tuple[Studio, Planted]) -> Planted:
    return history[1]


@pytest.fixture(scope="module")
def mo(studio: Studio) -> Actor:
    return who(studio, "mo", is_moderator=True)


def who(studio: Studio, name: str, *, is_moderator: bool = False) -> Actor:
    """Somebody of the history, come through Discord."""
    return parties.actor(studio, "discord", snowflake(name), name, is_moderator=is_moderator)


def rows(answer: Answer, *columns: str) -> list[tuple[object, ...]]:
    return [tuple(getattr(row, column) for column in columns) for row in answer.rows]


def test_every_picture_of_radke_in_june(studio: Studio, planted: Planted, mo: Actor) -> None:
    answer = ask(studio, mo, "images-of", About("radke", since=JUNE, until=JULY))
    assert rows(answer, "asker", "prompt", "up") == planted.june
    assert {row.consent_version for row in answer.rows} == {1}
    assert {row.where for row in answer.rows} == {"discord:7"}
    assert len(ask(studio, mo, "images-of", About("radke")).rows) == len(planted.june) + 4


def test_refusals_of_this_week_by_reason_and_by_asker(studio: Studio, planted: Planted, mo: Actor) -> None:
    answer = ask(studio, mo, "refusals")
    assert rows(answer, "reason", "asker", "times") == planted.refusals
    assert {row.subjects for row in answer.rows} == {("radke",)}
    earlier = ask(studio, mo, "refusals", About(since=JUNE))
    assert rows(earlier, "reason", "asker", "times")[0] == ("nudity", "ben", 4)
    assert ask(studio, mo, "refusals", About(subject="doll1")).rows == ()


def test_who_saw_the_photos(studio: Studio, planted: Planted, mo: Actor) -> None:
    answer = ask(studio, mo, "who-saw", About("radke"))
    assert sorted(rows(answer, "who", "how", "times")) == sorted(planted.saw)


def test_pictures_under_a_consent_that_was_invalidated_and_under_what_it_amended(
    studio: Studio, planted: Planted, mo: Actor
) -> None:
    answer = ask(studio, mo, "made-under-invalidated")
    assert rows(answer, "consent_version", "picture") == planted.invalidated
    assert rows(answer, "subject", "up")[-1] == ("mallory", "erased")
    assert ask(studio, mo, "made-under-invalidated", About(subject="radke")).rows == ()


def test_consents_that_end_within_thirty_days(studio: Studio, planted: Planted, mo: Actor) -> None:
    answer = ask(studio, mo, "ending-soon")
    assert [row.subject for row in answer.rows] == planted.ending
    assert [row.days_left for row in answer.rows] == [3, 29]
    assert len(ask(studio, mo, "ending-soon", About(days=31)).rows) == 3


def test_adapters_that_nobody_agrees_to_any_more(studio: Studio, planted: Planted, mo: Actor) -> None:
    answer = ask(studio, mo, "adapters-without-consent")
    assert sorted(row.subject for row in answer.rows) == planted.loose
    assert answer.alarming
    kept = ask(studio, mo, "adapters-without-consent", About(strict=True))
    assert [row.subject for row in kept.rows if row.kept_because] == [planted.resting]
    assert not ask(studio, mo, "adapters-without-consent", About(planted.resting, strict=True)).alarming


def test_pictures_that_were_handed_over_too_late(studio: Studio, planted: Planted, mo: Actor) -> None:
    answer = ask(studio, mo, "delivered-after-withdrawal")
    assert rows(answer, "subject", "ended", "picture") == planted.after
    assert answer.alarming
    assert not ask(studio, mo, "delivered-after-withdrawal", About(subject="again")).alarming


def test_trainings_in_which_one_person_had_two_hands(studio: Studio, planted: Planted, mo: Actor) -> None:
    answer = ask(studio, mo, "trained-alone")
    assert rows(answer, "subject", "trainer", "alone_in") == [(planted.alone, "anna", "verified the consent")]
    unseen = ask(studio, mo, "trained-alone", About(strict=True))
    assert "doll1" in {row.subject for row in unseen.rows if row.alone_in == "wrote the captions"}
    assert "radke" not in {row.subject for row in unseen.rows}, "others have seen radke's photos"


def test_a_picture_that_turned_up_elsewhere_also_smaller_and_saved_anew(
    studio: Studio, planted: Planted, mo: Actor
) -> None:
    smaller = io.BytesIO()
    with Image.open(io.BytesIO(POSTED)) as image:
        image.resize((64, 64)).save(smaller, "JPEG", quality=60)
    for file, how in ((POSTED, "file"), (smaller.getvalue(), "looks")):
        answer = ask(studio, mo, "made-here", About(file=file))
        assert rows(answer, "job_id", "how", "handles") == [(planted.posted, how, ("radke",))]
    assert audit.events(studio)[-1].ref == "made-here"
    assert ask(studio, mo, "made-here", About(subject="doll1", file=POSTED)).rows == ()
    mirrored = io.BytesIO()
    with Image.open(io.BytesIO(POSTED)) as image:
        ImageOps.mirror(image).save(mirrored, "PNG")
    assert ask(studio, mo, "made-here", About(file=mirrored.getvalue())).rows == (), "it traces no edits"


def test_prompts_that_passed_and_were_reported(studio: Studio, planted: Planted, mo: Actor) -> None:
    answer = ask(studio, mo, "passed-then-reported")
    assert [row.prompt for row in answer.rows] == planted.reported
    assert [row.verdict for row in answer.rows] == ["remove", None, None]
    assert {row.asker for row in answer.rows} == {"eve"}


@pytest.mark.parametrize("name", ["eve", snowflake("eve")], ids=["by name", "by account"])
def test_everything_about_one_asker(studio: Studio, planted: Planted, mo: Actor, name: str) -> None:
    answer = ask(studio, mo, "about-asker", About(asker=name))
    assert [row.event for row in answer.rows] == planted.eve
    assert answer.rows[0].details == {"prompt": planted.reported[0]}


def test_what_is_still_open_and_how_old_it_is(studio: Studio, planted: Planted, mo: Actor) -> None:
    answer = ask(studio, mo, "open-duties")
    assert rows(answer, "what", "subject", "overdue") == planted.duties
    assert [row.age_hours for row in answer.rows] == [348.0, 50.0, 48.0, 5.0]


def test_a_subject_is_told_about_themself_and_about_nobody_else(studio: Studio, planted: Planted) -> None:
    radke = who(studio, "radke")
    for question, asked in QUESTIONS.items():
        asker = "ben" if "asker" in asked.needs else None
        file = POSTED if "file" in asked.needs else None
        answer = ask(studio, radke, question, About(subject="radke", asker=asker, file=file))
        assert {getattr(row, "subject", "radke") for row in answer.rows} <= {"radke"}
        for about in (About(subject="doll1", asker=asker, file=file), About(asker=asker, file=file)):
            with pytest.raises((NotAllowed, BadQuestion)):
                ask(studio, radke, question, about)
    own = ask(studio, radke, "about-asker", About(asker="radke"))
    assert {row.event for row in own.rows} == {"consent.given", "export.made"}


@pytest.mark.parametrize("question", QUESTIONS)
def test_nobody_else_is_told_anything(studio: Studio, question: str) -> None:
    ben = who(studio, "ben")
    asker = "eve" if question == "about-asker" else None
    for about in (About("radke", asker=asker, file=POSTED), About(asker=asker, file=POSTED)):
        with pytest.raises((NotAllowed, BadQuestion)):
            ask(studio, ben, question, about)


@pytest.mark.parametrize(("question", "about"), [
    ("images-of", About("doll1")),
    ("about-asker", About("doll1", asker="eve")),
    ("passed-then-reported", About("doll1")),
], ids=lambda value: value if isinstance(value, str) else "")
def test_a_moderator_who_is_shown_prompts_is_written_down(
    studio: Studio, mo: Actor, question: str, about: About
) -> None:
    ask(studio, mo, question, about)
    looked = audit.events(studio)[-1]
    assert (looked.kind, looked.actor, looked.subject, looked.ref) == ("moderator.looked", "mo", "doll1", question)


def test_who_looks_at_their_own_is_not_written_down(studio: Studio) -> None:
    before = audit.count(studio)
    ask(studio, who(studio, "radke"), "images-of", About("radke"))
    ask(studio, who(studio, "radke", is_moderator=True), "images-of", About("radke"))
    ask(studio, who(studio, "eve"), "about-asker", About(asker="eve"))
    assert audit.count(studio) == before


def test_a_question_that_does_not_say_about_whom_is_refused_in_words(studio: Studio, mo: Actor) -> None:
    vague = {"images-of": "handle", "about-asker": "name", "made-here": "file", "who-is-radke": "no question"}
    for question, words in vague.items():
        with pytest.raises(BadQuestion, match=words):
            ask(studio, mo, question)
    with pytest.raises(UnknownParty, match="nessie"):
        ask(studio, mo, "about-asker", About(asker="nessie"))


def test_a_seeded_history_is_a_whole_chain(studio: Studio) -> None:
    assert not audit.check(studio).faults
