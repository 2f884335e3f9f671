"""Subjects and consents in the terminal: three people, three names."""

from __future__ import annotations

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
