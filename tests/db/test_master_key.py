"""The key of keys."""

from __future__ import annotations

import base64
import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from db import errors
from db import master_key as keys
from db.master_key import master_key
from db.vault import Vault


def test_it_is_made_once_for_this_account_alone(tmp_path: Path) -> None:
    home = tmp_path / "data"
    made = master_key(None, home)
    assert len(made) == 32
    assert master_key(None, home) == made
    assert [file.name for file in home.iterdir()] == ["master.key"]
    assert (home / "master.key").stat().st_mode & 0o777 == 0o600
    assert master_key(None, tmp_path / "elsewhere") != made


def test_programs_that_start_at_once_agree_on_one(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: master_key("", tmp_path), range(16)))
    assert len(keys) == 1


def test_the_environment_comes_first_and_no_file_is_made(tmp_path: Path) -> None:
    key = secrets.token_bytes(32)
    assert master_key(base64.urlsafe_b64encode(key).decode() + "\n", tmp_path) == key
    assert list(tmp_path.iterdir()) == []


def test_a_program_that_comes_second_leaves_the_first_ones_key(tmp_path: Path) -> None:
    made = master_key(None, tmp_path)
    keys._make_key(tmp_path / "master.key")  # as if both had seen that there is none
    assert master_key(None, tmp_path) == made
    assert [file.name for file in tmp_path.iterdir()] == ["master.key"]


@pytest.mark.parametrize("text", [
    "short", "AAAA", "ä" * 44, base64.b64encode(bytes(31)).decode(), "!" * 44])
def test_what_is_no_key_is_refused_by_where_it_stands(tmp_path: Path, text: str) -> None:
    with pytest.raises(errors.MasterKeyInvalid, match="LIKENESS_MASTER_KEY has to be"):
        master_key(text, tmp_path)
    (tmp_path / "master.key").write_text(text, "utf-8")
    with pytest.raises(errors.MasterKeyInvalid, match=r"master\.key has to be"):
        master_key(None, tmp_path)


def test_a_vault_takes_no_other_length(tmp_path: Path) -> None:
    with pytest.raises(errors.MasterKeyInvalid):
        Vault(tmp_path, bytes(16))


def test_a_folder_that_cannot_be_written_says_so(read_only_folder: Path) -> None:
    with pytest.raises(errors.VaultReadOnly):
        master_key(None, read_only_folder)
