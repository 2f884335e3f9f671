"""The journal of acknowledgements: what a killed bot leaves in it is found again, and nothing else is."""

from __future__ import annotations

from pathlib import Path

from bot.journal import LARGE, Journal


def test_what_was_begun_and_not_ended_is_left_to_the_next_start(tmp_path: Path) -> None:
    first = Journal(tmp_path / "open")
    first.begin("1", "key-of-1")
    first.begin("2", "key-of-2")
    first.end("1")
    first.close()  # as a kill would

    (left,) = Journal(tmp_path / "open").left(())

    assert (left.id, left.channel, left.key) == ("2", None, "key-of-2")


def test_what_the_database_knows_is_left_to_the_database(tmp_path: Path) -> None:
    Journal(tmp_path / "open").begin("1", "key")
    assert Journal(tmp_path / "open").left({"1"}) == []
    assert Journal(tmp_path / "open").left(()) == []


def test_a_key_that_opens_nothing_any_more_is_forgotten(tmp_path: Path) -> None:
    (tmp_path / "open").write_text("+ 1 key 1000000000\n+ half a li")
    assert Journal(tmp_path / "open").left(()) == []
    assert (tmp_path / "open").read_text() == ""


def test_the_file_does_not_grow_for_ever(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "open")
    for number in range(LARGE // 20):
        journal.begin(str(number), "key")
        journal.end(str(number))
    assert (tmp_path / "open").stat().st_size < LARGE
