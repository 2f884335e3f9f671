"""The life of a consent in the terminal, in one process: each command is the real one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from cli.main import main

Run = Callable[..., Any]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """A command in front of a fresh data folder: its JSON, or the sentence it is refused with."""
    for name in ("LIKENESS_AS", "DATABASE_URL", "LIKENESS_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)

    def command(*words: str | Path, by: str = "radke") -> Any:
        code = main(["--data", str(tmp_path / "data"), *map(str, words), "--as", by, "--json"])
        said = capsys.readouterr()
        return json.loads(said.out) if code == 0 else said.err.strip()

    return command


@pytest.fixture
def given(run: Run) -> Run:
    """Radke has said yes to Anna's question; nobody has verified it."""
    run("subject", "add", "radke", "--owner", "radke", by="anna")
    run("consent", "ask", "radke", by="anna")
    run("consent", "give", "radke", "--yes", "--block", "eve", "--daily", "3")
    return run


@pytest.fixture
def active(given: Run) -> Run:
    given("consent", "verify", "radke", by="mo")
    return given


def newest(run: Run) -> dict[str, Any]:
    return run("consent", "mine")["consents"][0]


def test_a_yes_can_be_particular_and_says_so_in_plain_words(active: Run) -> None:
    words = " ".join(newest(active)["sentences"])
    assert "Never for eve." in words
    assert "At most 3 pictures a day." in words


def test_less_at_once_and_more_with_the_notice(active: Run) -> None:
    narrowed = active("consent", "narrow", "radke", "--drop", "train", "--only-me", "--review", "ask_me_first",
                      "--forbid", "alcohol", "--never-word", "cigar", "--stylised", "--alone", "--place", "terminal")
    assert (narrowed["state"], narrowed["version"], narrowed["purposes"]) == ("active", 2, ["generate"])
    assert narrowed["limits"]["daily_limit"] == 3, "what was not named stays"
    assert "--yes" in active("consent", "widen", "radke", "--anybody"), "it wants a person to answer"
    assert "agree to more" not in active("consent", "narrow", "radke", "--forbid", "politics")
    widened = active("consent", "widen", "radke", "--anybody", "--anywhere", "--any-style", "--with-others",
                     "--no-daily", "--unblock", "eve", "--allow", "alcohol", "--purpose", "gallery",
                     "--review", "none", "--yes")
    assert widened["limits"] == {"forbidden": ["politics"], "own_words": ["cigar"]}
    assert widened["purposes"] == ["generate", "gallery"]
    assert "by nobody else" in active("consent", "widen", "radke", "--purpose", "train", "--yes", by="anna")
    states = [version["state"] for version in active("consent", "show", "radke")["consents"]]
    assert states == ["replaced", "replaced", "replaced", "active"]


def test_renewing_moves_the_end(active: Run) -> None:
    before = newest(active)["expires_at"]
    after = active("consent", "renew", "radke", "--months", "24", "--yes")
    assert after["expires_at"] > before
    assert "moves the end" in active("consent", "renew", "radke", "--months", "1", "--yes")


def test_a_pause_is_ended_by_the_side_that_made_it(active: Run) -> None:
    assert active("consent", "pause", "radke")["paused_by"] == ["subject"]
    assert "only they can resume" in active("consent", "resume", "radke", by="mo")
    assert active("consent", "pause", "radke", by="mo")["paused_by"] == ["moderator", "subject"]
    assert active("consent", "resume", "radke")["state"] == "paused"
    assert active("consent", "resume", "radke", by="mo")["state"] == "active"


def test_stopping_without_erasing_can_be_followed_by_erasing(active: Run) -> None:
    active("consent", "withdraw", "radke", "--keep")
    assert newest(active)["state"] == "withdrawn"
    assert "erasure.started" not in [event["kind"] for event in active("audit", "log")]
    active("consent", "withdraw", "radke", "--yes")
    assert "erasure.finished" in [event["kind"] for event in active("audit", "log")]


def test_a_moderator_revokes_and_finds_invalid_and_the_record_says_why(active: Run) -> None:
    assert "Only a moderator" not in active("consent", "revoke", "radke", "--why", "asked to by mail", by="mo")
    assert newest(active)["state"] == "revoked"
    active("consent", "give", "radke", "--yes")
    active("consent", "invalidate", "radke", "--what", "a second account", by="mo")
    assert newest(active)["state"] == "invalidated"
    (incident,) = active("incident", "list", by="mo")
    assert (incident["handle"], incident["what"], incident["outcome"]) == ("radke", "a second account", None)
    (duty,) = active("audit", "open-duties", by="mo")
    assert (duty["what"], duty["id"]) == ("incident", incident["id"])
    closed = active("incident", "close", incident["id"][:6], "It was banned.", by="mo")
    assert (closed["outcome"], closed["closed_by"]) == ("It was banned.", "mo")
    assert active("incident", "list", by="mo") == []
    assert active("incident", "list", "--all", by="mo") == [closed]
    assert "No open incident begins with" in active("incident", "close", incident["id"], "Again.", by="mo")
    kinds = [event["kind"] for event in active("audit", "log")]
    assert kinds.index("incident.opened") < kinds.index("incident.closed")


def test_a_standing_no_ends_everything_keeps_others_from_asking_and_is_ones_own_to_lift(active: Run) -> None:
    active("consent", "never", "--name", "Radke the Great", "--yes")
    assert newest(active)["state"] == "withdrawn"
    assert active("consent", "never", "--yes", by="will")["caution"] == (
        "“will” is a word that prompts are full of, so a prompt is refused for it only as @will. Say your name with a "
        "second word too, and prompts that name you so are refused."
    )
    assert active("consent", "never", "--name", "Eve Example", "--yes", by="eve")["caution"] == ""
    assert "said no to everybody" in active("consent", "ask", "radke", by="anna")
    assert "said no to everybody" in active("subject", "add", "radke2", "--owner", "radke", by="anna")
    assert "no standing no" in active("consent", "never", "--lift", by="mo")
    active("consent", "never", "--lift")
    assert active("consent", "ask", "radke", by="anna")["state"] == "asked"


def test_a_live_challenge_verifies_a_yes_and_leaves_no_picture(given: Run, tmp_path: Path) -> None:
    drawn = given("consent", "challenge", "radke")
    assert len(drawn["words"].split()) == 3
    Image.new("RGB", (200, 200), "red").save(tmp_path / "me.png")
    given("consent", "challenge", "radke", "--answer", tmp_path / "me.png")
    assert "had a hand" in given("consent", "challenge", "radke", "--passed", by="anna")
    given("consent", "challenge", "radke", "--look", tmp_path / "look.png", by="mo")
    assert Image.open(tmp_path / "look.png").size == (200, 200)
    verified = given("consent", "challenge", "radke", "--passed", by="mo")
    assert (verified["state"], verified["evidence"]) == ("active", "live")
    assert list((tmp_path / "data" / "vault").rglob("*.selfie")) == []


def test_somebody_without_an_account_answers_by_a_link_once(run: Run) -> None:
    run("subject", "add", "vera", "--owner", "vera", by="anna")
    run("consent", "ask", "vera", by="anna")
    secret = run("consent", "link", "vera", by="anna")["secret"]
    assert secret.isalnum()  # with dashes one of 64 was taken for an option
    assert run("consent", "give", "vera", "--yes", "--link", secret, by="anna")["state"] == "given"
    assert "does not hold" in run("consent", "refuse", "vera", "--link", secret, by="anna")
    assert "--called" in run("consent", "verify", "vera", by="mo")
    assert run("consent", "verify", "vera", "--called", by="mo")["evidence"] == "link"


def test_a_signed_document_takes_two_moderators_who_did_not_ask(run: Run, tmp_path: Path) -> None:
    (tmp_path / "signed.pdf").write_bytes(b"I, Vera, agree.")
    run("subject", "add", "vera", "--owner", "vera", by="anna")
    run("consent", "ask", "vera", by="anna")
    assert "another moderator" in run("consent", "attest", "vera", "--document", tmp_path / "signed.pdf", by="anna")
    assert run("consent", "attest", "vera", "--document", tmp_path / "signed.pdf", by="mo")["state"] == "given"
    assert "two moderators" in run("consent", "verify", "vera", by="mo")
    assert run("consent", "verify", "vera", by="mia")["evidence"] == "document"


def test_a_character_takes_a_note_on_its_rights_and_another_pair_of_eyes(run: Run) -> None:
    run("subject", "add", "mascot", "--owner", "anna", "--rights", "drawn by Anna, for this server", by="anna")
    run("consent", "give", "mascot", "--yes", by="anna")
    assert "--nobody-real" in run("consent", "verify", "mascot", by="mo")
    assert "own consent" in run("consent", "verify", "mascot", "--nobody-real", by="anna")
    assert run("consent", "verify", "mascot", "--nobody-real", by="mo")["evidence"] == "two_pairs"


def test_every_act_explains_itself_with_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    acts = ("ask", "give", "refuse", "verify", "attest", "challenge", "link", "narrow", "widen", "renew", "pause",
            "resume", "withdraw", "revoke", "invalidate", "never", "approve", "veto", "show")
    for act in acts:
        with pytest.raises(SystemExit):
            main(["consent", act, "--help"])
        assert f"likeness consent {act}" in capsys.readouterr().out
