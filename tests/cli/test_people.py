"""Subjects and consents in the terminal: three people, three names."""

from __future__ import annotations

from studio.house import open_studio
from studio.settings import Settings
from studio.subjects import find
from tests.cli.conftest import Terminal


def test_a_yes_takes_three_people(agreed: Terminal) -> None:
    view = agreed("consent", "show", "radke", "--json").json
    assert view["subject"]["consent"] == "active"
    assert [event["actor"] for event in view["events"]] == ["anna", "radke", "mo"]


def test_nobody_can_say_yes_for_the_subject(terminal: Terminal) -> None:
    terminal("subject", "add", "radke", "--owner", "radke")
    terminal("consent", "ask", "radke")
    said = terminal("consent", "give", "radke", "--as", "anna", "--yes")
    assert said.code == 1
    assert "by nobody else" in said.sentence
    assert terminal("consent", "show", "radke", "--json").json["subject"]["consent"] == "asked"


def test_the_asker_cannot_verify(terminal: Terminal) -> None:
    terminal("subject", "add", "radke", "--owner", "radke")
    terminal("consent", "ask", "radke", "--as", "anna")
    terminal("consent", "give", "radke", "--as", "radke", "--yes")
    assert terminal("consent", "verify", "radke", "--as", "anna").code == 1
    assert terminal("consent", "verify", "radke", "--as", "radke").code == 1
    assert terminal("consent", "show", "radke", "--json").json["subject"]["consent"] == "given"


def test_silence_is_no_yes(terminal: Terminal) -> None:
    terminal("subject", "add", "radke", "--owner", "radke")
    terminal("consent", "ask", "radke")
    said = terminal("consent", "give", "radke", "--as", "radke")
    assert said.code == 1
    assert "--yes" in said.sentence
    assert terminal("consent", "show", "radke", "--json").json["subject"]["consent"] == "asked"


def test_the_question_says_to_what_and_until_when_one_says_yes(terminal: Terminal) -> None:
    terminal("subject", "add", "radke", "--owner", "radke")
    asked = terminal("consent", "ask", "radke", "--purpose", "gallery", "--months", "3", "--json").json
    shown = terminal.typing("no", "consent", "give", "radke", "--as", "radke")
    assert f"agree to this, for gallery, until {asked['expires_at'][:10]}?" in shown
    assert "Nothing was changed" in shown
    terminal.typing("yes", "consent", "give", "radke", "--as", "radke")
    (version,) = terminal("consent", "show", "radke", "--json").json["consents"]
    assert (version["state"], version["purposes"]) == ("given", ["gallery"])
    assert version["expires_at"] == asked["expires_at"]


def test_where_nobody_asked_the_question_says_what_the_studio_does(terminal: Terminal) -> None:
    terminal("subject", "add", "radke", "--owner", "radke")
    shown = terminal.typing("no", "consent", "give", "radke", "--as", "radke")
    assert "agree to this, for train, generate, for 12 months?" in shown


def test_less_may_be_agreed_to_than_was_asked_and_the_question_says_so(terminal: Terminal) -> None:
    terminal("subject", "add", "radke", "--owner", "radke")
    terminal("consent", "ask", "radke")
    shown = terminal.typing("yes", "consent", "give", "radke", "--as", "radke", "--purpose", "train")
    assert "agree to this, for train, until" in shown
    assert terminal("consent", "show", "radke", "--json").json["consents"][0]["purposes"] == ["train"]


def test_a_consent_is_shown_with_all_its_versions(agreed: Terminal) -> None:
    agreed("consent", "withdraw", "radke", "--as", "radke", "--yes")
    agreed("consent", "ask", "radke", "--as", "mo", "--purpose", "train")
    shown = agreed("consent", "show", "radke", "--json").json
    assert [(v["version"], v["state"], v["asked_by"]) for v in shown["consents"]] == [
        (1, "withdrawn", "anna"),
        (2, "asked", "mo"),
    ]
    assert "withdrawn  train, generate" in agreed("consent", "show", "radke").out


def test_a_hundred_events_later_a_consent_still_says_how_it_came_there(agreed: Terminal) -> None:
    studio = open_studio(Settings.from_environment({}, home=agreed.home))
    try:
        with studio.sessions.begin() as session:
            radke = find(session, "radke")
            for number in range(101):
                studio.record(session, "image.asked", None, radke.id, f"picture-{number}")
    finally:
        studio.close()
    shown = agreed("consent", "show", "radke", "--json").json
    assert [event["kind"] for event in shown["events"]] == [
        "consent.asked",
        "consent.given",
        "consent.verified",
    ]


def test_names_are_the_same_person_however_they_are_typed(terminal: Terminal) -> None:
    terminal("subject", "add", "radke", "--owner", "Radke")
    terminal("consent", "ask", "radke")
    assert terminal("consent", "give", "radke", "--as", " radke ", "--yes").code == 0


def test_a_withdrawal_says_what_it_erased(agreed: Terminal) -> None:
    said = agreed("consent", "withdraw", "radke", "--as", "radke", "--yes")
    assert said.code == 0
    assert "withdrawn" in said.out
    assert agreed("subject", "list", "--json").json[0]["consent"] == "withdrawn"


def test_an_unknown_subject_is_answered_with_the_known_ones(agreed: Terminal) -> None:
    assert "radke" in agreed("consent", "show", "radek").sentence


def test_the_ledger_is_whole_and_says_who(agreed: Terminal) -> None:
    assert agreed("audit", "verify", "--json").json["faults"] == []
    kinds = agreed.events()
    assert kinds == ["subject.created", "consent.asked", "consent.given", "consent.verified"]
