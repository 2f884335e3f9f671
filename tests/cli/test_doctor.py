"""The doctor says what is here, what is missing and how to mend it, and keeps secrets."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cli import main
from studio import doctor, machine
from studio.settings import Settings
from tests.cli.conftest import Terminal


def test_a_machine_that_has_everything_is_well(terminal: Terminal) -> None:
    said = terminal("doctor", "--json", timeout=180)
    assert said.code == 0, said.out
    names = {finding["name"]: finding for finding in said.json["findings"]}
    for name in ("torch device", "memory", "disk", "database", "base model", "Discord token", "master key"):
        assert names[name]["level"] in ("good", "note")
    assert not terminal.home.exists()  # looking changes nothing


def test_what_is_missing_comes_with_its_mend_and_code_1(terminal: Terminal) -> None:
    terminal("db", "upgrade")
    with closing(sqlite3.connect(terminal.home / "likeness.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    said = terminal("doctor", "--json", timeout=180, BASE_MODEL="/nowhere/sd15")
    assert said.code == 1
    missing = {f["name"]: f for f in said.json["findings"] if f["level"] == "missing"}
    assert set(missing) == {"database", "base model"}
    assert all(finding["mend"] for finding in missing.values())


def test_nobody_is_told_to_install_a_stranger_s_package_of_our_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "version", lambda _: None)
    monkeypatch.setattr(doctor, "version", lambda _: None)
    settings = Settings.from_environment({"DISCORD_TOKEN": "a.b.c"}, home=tmp_path / "data")
    mends = [finding.mend or "" for finding in doctor.examine(settings)]
    advice = [said for said in (*mends, main._missing("torch") or "") if "pip" in said]
    assert len(advice) == 4
    for said in advice:
        assert "pip install -c constraints.txt -e '.[" in said
        assert "likeness[" not in said


@pytest.mark.parametrize(
    ("name", "says"),
    [("m.ckpt", "is a pickle"), ("m.CKPT", "is a pickle"), ("m.zip", "no .safetensors file")],
)
def test_a_model_file_that_is_never_read_is_said_to_be_there_and_what_to_use_instead(
    tmp_path: Path, name: str, says: str
) -> None:
    model = tmp_path / name
    model.touch()
    settings = Settings.from_environment({"BASE_MODEL": str(model)}, home=tmp_path / "data")
    found = next(finding for finding in doctor.examine(settings) if finding.name == "base model")
    assert found.level == "missing"
    assert f"{model} " in found.says
    assert says in found.says
    assert ".safetensors" in (found.mend or "")


def test_secrets_are_never_shown(terminal: Terminal) -> None:
    secrets = {
        "DISCORD_TOKEN": "abc.def.token-needle",
        "LIKENESS_MASTER_KEY": "a2V5LW5lZWRsZQ==",
        "DATABASE_URL": "postgresql://me:password-needle@127.0.0.1:1/likeness",
    }
    said = terminal("doctor", timeout=180, **secrets)
    assert said.code == 1
    assert "127.0.0.1" in said.out
    assert "Traceback" not in said.err
    for needle in ("token-needle", "a2V5LW5lZWRsZQ", "password-needle"):
        assert needle not in said.out + said.err
