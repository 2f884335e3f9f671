"""The master key can be changed: nothing is encrypted anew, and a rotation that was killed goes on."""

from __future__ import annotations

import base64
import secrets
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from db.errors import MasterKeyInvalid
from db.master_key import FILE, NEXT
from studio import audit, export, vault_key, work
from studio.errors import NoNewKey, RunnerAtWork
from studio.house import Studio, open_studio
from studio.settings import Settings
from tests.crash import run_and_die
from tests.studio.conftest import People, vault_files


def key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def reopened(studio: Studio, **changes: str | None) -> Studio:
    return open_studio(replace(studio.settings, **changes))


def test_a_key_from_the_environment_is_changed_and_no_file_is(
    studio: Studio, people: People, trained: str
) -> None:
    old = (studio.settings.home / FILE).read_text().strip()
    files = {path: path.read_bytes() for path in vault_files(studio)}
    new = key()
    changing = reopened(studio, master_key=old, new_master_key=new)
    done = vault_key.rotate(changing, people.mo)
    assert (done.rotation.rewrapped, done.rotation.already, done.in_place) == (1, 0, False)
    again = vault_key.rotate(changing, people.mo)
    assert (again.rotation.rewrapped, again.rotation.already) == (0, 1)
    assert {path: path.read_bytes() for path in vault_files(studio)} == files
    assert export.export_adapter(reopened(studio, master_key=new), people.radke, trained) == b"adapter of radke"
    with pytest.raises(MasterKeyInvalid):
        export.export_adapter(studio, people.radke, trained)
    assert [event.kind for event in audit.events(studio)].count("vault.rotated") == 1


def test_a_program_that_holds_the_old_key_writes_nothing_the_new_one_cannot_read(
    studio: Studio, people: People, trained: str
) -> None:
    old = (studio.settings.home / FILE).read_text().strip()
    vault_key.rotate(reopened(studio, master_key=old, new_master_key=key()), people.mo)
    with pytest.raises(MasterKeyInvalid), studio.sessions.begin() as session:
        studio.vault.create_key(session, "studio")


def test_what_is_not_there_or_is_in_the_way_is_said(studio: Studio, people: People, trained: str) -> None:
    with pytest.raises(NoNewKey, match="LIKENESS_NEW_MASTER_KEY"):
        vault_key.rotate(reopened(studio, master_key=key()), people.mo)
    with pytest.raises(MasterKeyInvalid):
        vault_key.rotate(reopened(studio, master_key=key(), new_master_key=key()), people.mo)
    work.heartbeat(studio, "gpu-0", "CPU")
    with pytest.raises(RunnerAtWork, match="gpu-0"):
        vault_key.rotate(studio, people.mo)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_killed_at_every_other_write_the_key_in_the_data_folder_still_changes(
    studio: Studio, people: People, trained: str, tmp_path: Path
) -> None:
    studio.close()

    def rotate(settings: Settings) -> None:
        opened = open_studio(settings)
        vault_key.rotate(opened, people.mo)
        opened.close()

    def copy(name: str) -> Settings:
        shutil.copytree(studio.settings.home, tmp_path / name)
        return Settings.from_environment({}, home=tmp_path / name)

    _, writes = run_and_die(lambda: rotate(copy("whole")), None)
    deaths = 0
    for moment in range(1, writes + 1, 2):
        settings = copy(f"death-{moment}")
        died, _ = run_and_die(lambda settings=settings: rotate(settings), moment)  # type: ignore[misc]
        deaths += died == 9  # the first run also compiled modules, so the last of the others may live
        before = (studio.settings.home / FILE).read_bytes()
        rotate(settings)
        opened = open_studio(settings)
        assert export.export_adapter(opened, people.radke, trained) == b"adapter of radke"
        assert not (settings.home / NEXT).exists()
        assert (settings.home / FILE).read_bytes() != before
        opened.close()
    assert deaths >= 5
