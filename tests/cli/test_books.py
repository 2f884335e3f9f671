"""The books in the terminal: questions as tables, JSON and CSV; a check that names what was done; what leaves."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.audit_commands import QUESTIONS as OFFERED
from cli.main import main
from studio import grants, parties, subjects
from studio.audit.questions import QUESTIONS
from studio.house import open_studio
from studio.settings import Settings

Say = Callable[..., tuple[int, str]]


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """The command line in this process, on a fresh data folder; gives the exit code and all that was said."""
    for name in ("DATABASE_URL", "LIKENESS_MASTER_KEY", "LIKENESS_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)

    def run(*words: str | Path) -> tuple[int, str]:
        code = main(["--data", str(tmp_path / "data"), "--as", "mo", *map(str, words)])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which radke has said yes to anna, and mo has verified it; made once and copied."""
    home = tmp_path_factory.mktemp("house") / "data"
    studio = open_studio(Settings.from_environment({}, home=home))
    anna, radke, mo = (
        parties.actor(studio, "terminal", name, name, is_moderator=True) for name in ("anna", "radke", "mo")
    )
    subjects.add_subject(studio, anna, "radke", owner=radke)
    grants.ask(studio, anna, "radke")
    grants.give(studio, radke, "radke")
    grants.verify(studio, mo, "radke")
    studio.close()
    return home


@pytest.fixture
def agreed(say: Say, house: Path, tmp_path: Path) -> Say:
    """The command line in front of a copy of that house."""
    shutil.copytree(house, tmp_path / "data")
    return say


def tamper(folder: Path, *statements: str) -> None:
    """What somebody with the file does: the triggers first."""
    database = sqlite3.connect(folder / "data" / "likeness.db")
    for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        database.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        database.execute(statement)
    database.commit()
    database.close()


CUT = ("DELETE FROM ledger_details WHERE seq > 3", "DELETE FROM ledger WHERE seq > 3")


def test_the_terminal_offers_every_question_and_no_other() -> None:
    assert set(OFFERED) == set(QUESTIONS)


@pytest.mark.parametrize(("statements", "named"), [
    (("UPDATE ledger SET kind = 'image.made' WHERE seq = 2",), "an event was edited"),
    (("UPDATE ledger_details SET body = '{\"purposes\": []}' WHERE seq = 3",), "what an event says was edited"),
    (("DELETE FROM ledger_details WHERE seq = 2", "DELETE FROM ledger WHERE seq = 2"), "an event was deleted"),
    (("DELETE FROM ledger_details", "UPDATE ledger SET seq = 9 WHERE seq = 2",
      "UPDATE ledger SET seq = 2 WHERE seq = 3", "UPDATE ledger SET seq = 3 WHERE seq = 9"), "events were swapped"),
    (CUT, "the end was cut off"),
], ids=["edited", "words", "deleted", "swapped", "cut"])  # fmt: skip
def test_each_tampering_is_named(agreed: Say, tmp_path: Path, statements: tuple[str, ...], named: str) -> None:
    agreed("audit", "anchor")
    assert agreed("audit", "verify")[0] == 0
    tamper(tmp_path, *statements)
    code, said = agreed("audit", "verify")
    assert code == 1
    assert f"The ledger was tampered with: {named}." in said


def test_a_ledger_written_anew_is_found_by_a_receipt(agreed: Say, tmp_path: Path) -> None:
    agreed("consent", "receipt", "radke", "--html", "receipt.html", "--as", "radke")
    tamper(tmp_path, "DELETE FROM ledger_details", "DELETE FROM ledger")
    for _ in range(9):
        agreed("audit", "anchor")  # as many events as before, and more
    (tmp_path / "data" / "anchors.txt").unlink()
    code, said = agreed("audit", "verify", "--anchors", "receipt.html", "--json")
    assert code == 1
    assert json.loads(said)["tamperings"] == ["rewritten"]


def test_a_head_is_said_in_one_line_and_can_be_given_back(agreed: Say, tmp_path: Path) -> None:
    _, line = agreed("audit", "anchor")
    head = line.split()[-1]
    (tmp_path / "data" / "anchors.txt").unlink()
    assert agreed("audit", "verify", "--anchor", head)[0] == 0
    tamper(tmp_path, *CUT)
    assert agreed("audit", "verify", "--anchor", head)[0] == 1
    code, said = agreed("audit", "verify", "--anchor", "yesterday")
    assert (code, said.count("\n")) == (1, 1)
    assert "no head" in said


def test_consents_changed_beside_the_ledger_are_told_apart(agreed: Say, tmp_path: Path) -> None:
    tamper(tmp_path, "UPDATE consents SET state = 'asked'")
    code, said = agreed("audit", "verify")
    assert code == 1
    assert "somebody changed them beside it" in said
    assert "tampered" not in said


def test_an_answer_is_a_table_or_json_or_csv(agreed: Say) -> None:
    _, words = agreed("audit", "about-asker", "anna")
    assert "Everything somebody did" in words
    assert "consent.asked" in words
    _, listed = agreed("audit", "about-asker", "anna", "--json")
    rows = json.loads(listed)
    _, written = agreed("audit", "about-asker", "anna", "--csv")
    lines = list(csv.reader(io.StringIO(written)))
    assert lines[0] == list(rows[0]) == ["at", "event", "subject", "about", "details"]
    assert [line[1] for line in lines[1:]] == [row["event"] for row in rows] == ["subject.created", "consent.asked"]


def test_what_a_spreadsheet_would_run_stays_text(agreed: Say) -> None:
    agreed("subject", "add", "ada", "--owner", "=HYPERLINK(1)")
    agreed("consent", "ask", "ada")
    agreed("consent", "give", "ada", "--as", "=HYPERLINK(1)", "--yes")
    _, written = agreed("audit", "ending-soon", "--days", "1000", "--csv")
    assert "'=HYPERLINK(1)" in written.upper()


def test_nothing_found_is_said_and_a_question_about_nobody_is_refused(agreed: Say) -> None:
    assert agreed("audit", "delivered-after-withdrawal") == (
        0, "Which pictures were handed over after the consent had ended? There must be none.\nNone.\n")  # fmt: skip
    code, said = agreed("audit", "images-of", "nessie")
    assert code == 1
    assert "Nobody here is called" in said


def test_the_ledger_goes_into_a_file_that_only_its_owner_can_read(agreed: Say, tmp_path: Path) -> None:
    assert agreed("audit", "export", "-o", "ledger.jsonl")[1] == "5 events and the head are in ledger.jsonl.\n"
    file = tmp_path / "ledger.jsonl"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(file.read_text().splitlines()) == 6
    assert '"radke"' not in file.read_text()
    _, said = agreed("audit", "export", "--details")
    assert '"handle": "radke"' in said


def test_a_receipt_is_words_json_or_a_page(agreed: Say, tmp_path: Path) -> None:
    _, words = agreed("consent", "receipt", "radke", "--as", "radke")
    assert "Your consent is active." in words
    _, said = agreed("consent", "receipt", "radke", "--json", "--as", "radke")
    assert json.loads(said)["schema_version"] == "ISO/IEC TS 27560:2023"
    agreed("consent", "receipt", "radke", "--html", "receipt.html", "--as", "radke")
    assert (tmp_path / "receipt.html").read_text().startswith("<!DOCTYPE html>")


def test_ones_own_data_come_as_a_private_zip_or_not_at_all(
    agreed: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert agreed("consent", "data", "radke", "radke.zip", "--as", "radke")[0] == 0
    file = tmp_path / "radke.zip"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "receipt.html" in zipfile.ZipFile(file).namelist()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
    code, said = agreed("consent", "data", "radke", "again.zip", "--as", "radke")
    assert (code, "the disk is full" in said) == (1, True)
    assert {path.name for path in tmp_path.iterdir()} == {"data", "radke.zip"}
