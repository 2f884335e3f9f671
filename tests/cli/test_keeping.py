"""What is kept and what is gone, from the terminal; in this process, because none of it is about processes."""

from __future__ import annotations

import base64
import io
import json
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from cli.main import main

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """A terminal in front of a studio that has radke's verified yes."""
    for name in ("LIKENESS_MASTER_KEY", "LIKENESS_NEW_MASTER_KEY", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LIKENESS_AS", "anna")
    monkeypatch.chdir(tmp_path)

    def command(*words: str) -> tuple[int, str, str]:
        code = main(["--data", str(tmp_path / "data"), *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    for words in (
        ("subject", "add", "radke", "--owner", "radke"),
        ("consent", "ask", "radke"),
        ("consent", "give", "radke", "--as", "radke", "--yes"),
        ("consent", "verify", "radke", "--as", "mo"),
    ):
        assert command(*words)[0] == 0
    return command


def test_a_withdrawal_leaves_a_certificate_and_nothing_to_delete(say: Say) -> None:
    code, _, error = say("erasure", "certificate", "radke")
    assert (code, error) == (1, "Nothing of radke has been erased, so there is no certificate.\n")
    assert say("consent", "withdraw", "radke", "--as", "radke", "--yes")[0] == 0
    _, paper, _ = say("erasure", "certificate", "radke", "--as", "radke")
    assert paper.startswith("Erasure certificate ")
    assert "because       the consent was withdrawn" in paper
    (view,) = json.loads(say("erasure", "certificate", "radke", "--json")[1])
    assert view["content"]["key_destroyed"]
    assert view["sha256"] in paper
    assert say("erasure", "resume")[1] == "Nothing is left to erase.\n"
    assert say("retention")[1] == "Nothing has been kept too long.\n"


def test_the_master_key_is_changed_by_one_command(
    say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "data" / "master.key"
    old = file.read_text()
    _, said, _ = say("vault", "rotate", "--as", "mo")
    assert said == "Wrapped by the new master key: 1 file key. The new key is in place in the data folder.\n"
    assert file.read_text() != old
    monkeypatch.setenv("LIKENESS_MASTER_KEY", file.read_text())
    assert say("vault", "rotate", "--as", "mo")[0] == 1
    new = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    monkeypatch.setenv("LIKENESS_NEW_MASTER_KEY", new)
    assert "move LIKENESS_NEW_MASTER_KEY" in say("vault", "rotate", "--as", "mo")[1]


def test_a_strangers_picture_is_not_ours_and_cannot_be_reported(say: Say, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.effect_noise((96, 96), 60).convert("RGB").save(buffer, "PNG")
    (tmp_path / "found.png").write_bytes(buffer.getvalue())
    code, said, _ = say("made-here", "found.png", "--as", "mo")
    assert code == 1
    assert said.startswith("Nothing here is like this file.")
    code, _, error = say("report", "add", "found.png")
    assert code == 1
    assert "no such picture" in error
    assert say("report", "list")[1] == "There is no open report.\n"
    assert "moderator.looked" in say("audit", "log")[1]
