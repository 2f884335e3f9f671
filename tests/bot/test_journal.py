"""The journal of acknowledgements: what a killed bot leaves in it is found again, and nothing else is."""

from __future__ import annotations

import json
import time
from base64 import b64encode
from pathlib import Path

from bot.journal import LARGE, USE, Journal
from db.vault import Vault

VAULT = Vault(Path("vault"), bytes(32))


def journal_in(folder: Path) -> Journal:
    return Journal(folder / "open", VAULT)


def test_what_was_begun_and_not_ended_is_left_to_the_next_start_with_what_was_asked(tmp_path: Path) -> None:
    first = journal_in(tmp_path)
    first.begin("1", "key-of-1")
    first.begin("2", "key-of-2", {"prompt": "a bench"})
    first.begin("3", "key-of-3")
    first.end("1")
    first.close()  # as a kill would

    second = journal_in(tmp_path)
    two, three = second.left()

    assert (two.answer.id, two.answer.channel, two.answer.key) == ("2", None, "key-of-2")
    assert two.asked == {"prompt": "a bench"}
    assert (three.answer.id, three.asked) == ("3", None)
    second.end("2")
    assert [each.answer.id for each in journal_in(tmp_path).left()] == ["3"]


def test_of_what_has_ended_not_a_byte_is_left_in_the_file(tmp_path: Path) -> None:
    journal = journal_in(tmp_path)
    journal.begin("1", "key-of-1", {"prompt": "a bench"})
    journal.begin("2", "key-of-2")
    assert b"bench" not in (tmp_path / "open").read_bytes()
    journal.end("1")

    assert (tmp_path / "open").read_bytes().split(b"\n")[0].strip() == b""
    assert [each.answer.id for each in journal_in(tmp_path).left()] == ["2"]


def test_a_key_that_opens_nothing_any_more_is_blanked_and_half_a_line_is_cut_off(tmp_path: Path) -> None:
    old, new = (json.dumps([name, "key", at, None]) for name, at in (("old", 10**9), ("new", int(time.time()))))
    sealed = [b64encode(VAULT.seal(told.encode(), USE)) for told in (old, new)]
    (tmp_path / "open").write_bytes(b"\n".join([*sealed, sealed[1][:-9]]))

    journal = journal_in(tmp_path)
    assert [each.answer.id for each in journal.left()] == ["new"]
    journal.begin("next", "key")

    assert sealed[0] not in (tmp_path / "open").read_bytes()
    assert [each.answer.id for each in journal_in(tmp_path).left()] == ["new", "next"]


def test_the_file_does_not_grow_for_ever(tmp_path: Path) -> None:
    journal = journal_in(tmp_path)
    for number in range(LARGE // 20):
        journal.begin(str(number), "key")
        journal.end(str(number))
    assert (tmp_path / "open").stat().st_size < LARGE
