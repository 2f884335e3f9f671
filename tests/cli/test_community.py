"""Nights, the gallery, strikes and numbers at the terminal: the same functions, the same refusals."""

from __future__ import annotations

from tests.cli.conftest import Terminal


def test_a_strike_is_appealed_and_lifted_by_somebody_else(terminal: Terminal) -> None:
    assert terminal("imagine", "a naked man", "--as", "anna").code == 1
    [strike] = terminal("strikes", "mine", "--as", "anna", "--json").json["strikes"]
    assert (strike["severity"], strike["reasons"]) == (2, ["nudity"])

    assert terminal("strikes", "appeal", strike["id"], "a statue", "--as", "anna").code == 0
    own = terminal("strikes", "lift", strike["id"], "--as", "anna")
    assert (own.code, own.sentence) == (1, "This strike is against you: another moderator decides.")
    assert "a statue" in terminal("strikes", "--as", "mo").out
    assert terminal("strikes", "lift", strike["id"], "--as", "mo").out == "The strike against anna is lifted.\n"
    assert "refused: context_nudity" in terminal("stats").out


def test_a_night_is_asked_for_once_and_says_so(terminal: Terminal) -> None:
    assert "Nightly pictures: never." in terminal("nightly").out
    assert "from 03:00" in terminal("nightly", "plan", "3", "--as", "mo").out
    assert "by the sea" in terminal("nightly", "add", "{subject} by the sea", "--as", "mo").out
    assert "0 to 23" in terminal("nightly", "plan", "noon", "--as", "mo").sentence
    assert terminal("nightly", "run").out == "Asked for 0 pictures.\n"
    assert terminal("nightly", "run").out == "Tonight's were asked for already.\n"
    assert terminal("gallery").out == "Nothing is on show.\n"
