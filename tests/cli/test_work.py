"""Trainings and pictures through the real command line, runner, engines and all. One training serves every test."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from cli.cast import key_points, png
from miniature.world import photograph
from tests import warm
from tests.cli.conftest import Terminal, Trained, environment, write_photos

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def until(what: Callable[[], object], seconds: float = 120) -> None:
    """Look until it is so; fail when it never is."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


def rows(terminal: Terminal, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(terminal.home / "likeness.db", timeout=30)) as database:
        return database.execute(query).fetchall()


def runner_pids(terminal: Terminal) -> list[int]:
    """Runners on this data folder, as the system knows them."""
    pids = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"runner" in words and str(terminal.home).encode() in words:
            pids.append(int(entry.parent.name))
    return pids


@pytest.fixture(scope="module")
def drums(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pose, as OpenPose writes it."""
    path = tmp_path_factory.mktemp("poses") / "drums.json"
    path.write_bytes(key_points(photograph(1000, action="drums")).data)
    return path


@pytest.fixture
def at_work(trained: Trained) -> Iterator[Trained]:
    """The studio that has learnt radke, with a runner at work: a command then starts none."""
    with warm.runner(trained.terminal.home, environment()):
        yield trained


@pytest.fixture
def agreed_at_work(agreed: Terminal) -> Iterator[Terminal]:
    """The terminal of a studio with a verified yes and a runner at work."""
    with warm.runner(agreed.home, environment()):
        yield agreed


def test_the_skeleton_of_a_pose_is_shown_before_anybody_is_drawn_in_it(terminal: Terminal, drums: Path) -> None:
    out = drums.parent / "skeleton.png"
    said = terminal("pose", drums, "-o", out, "--json", timeout=240).json
    assert (said["people"], said["source"]) == (1, "json")
    with Image.open(out) as skeleton:
        assert max(skeleton.size) == 512
        assert skeleton.getbbox() is not None


def test_a_training_ends_with_a_measured_report(trained: Trained) -> None:
    said = trained.said.json
    assert said["job"]["state"] == "done"
    assert said["job"]["error"] is None
    assert said["report"]["keys"] > 0
    assert trained.terminal.events()[-1] == "training.finished"


def test_a_training_shows_loss_and_time_left_on_the_way(trained: Trained) -> None:
    lines = trained.said.err.splitlines()
    assert any("epoch 1 of" in line and "loss" in line and "left" in line for line in lines)


def test_previews_are_written_only_where_they_were_wished(trained: Trained) -> None:
    previews = sorted(path.name for path in trained.previews.iterdir())
    assert previews
    assert all(Image.open(trained.previews / name).format == "PNG" for name in previews)
    assert not [name for name in trained.terminal.files() if name.endswith(".png")]


def test_the_runner_of_a_command_goes_home_with_it(trained: Trained) -> None:
    until(lambda: not runner_pids(trained.terminal), 60)


def test_an_adapter_is_handed_to_its_subject_and_to_nobody_else(trained: Trained, tmp_path: Path) -> None:
    file = tmp_path / "radke.safetensors"
    said = trained.terminal("export", "adapter", "radke", "-o", file, "--as", "radke")
    assert said.code == 0
    length = int.from_bytes(file.read_bytes()[:8], "little")
    keys = json.loads(file.read_bytes()[8 : 8 + length])
    assert all(key.startswith("lora_") for key in keys if key != "__metadata__")
    stranger = trained.terminal("export", "adapter", "radke", "-o", tmp_path / "other", "--as", "eve")
    assert stranger.code == 1
    assert "radke" in stranger.sentence
    assert not (tmp_path / "other").exists()


def test_a_posed_picture_arrives_once_with_its_label(at_work: Trained, drums: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    words = "<lora:radke:1> radke playing the drums"
    said = at_work.terminal(
        "imagine", words, "--pose", drums, "--seed", "5", "-o", out, "--json", timeout=240
    )
    assert said.code == 0, said.err
    assert said.json["label"] == "AI-generated · radke, with consent · asked by @anna"
    assert said.json["job"]["delivered_at"] is not None
    assert said.json["seed"] == 5
    with Image.open(out) as picture:
        assert picture.format == "PNG"
        assert "Seed: 5" in picture.text["parameters"]
    assert at_work.terminal.events().count("image.delivered") == 1


def test_an_unknown_adapter_names_the_known_ones(trained: Trained) -> None:
    assert "<lora:radke:1>" in trained.terminal("imagine", "<lora:rodke:1> rodke").sentence


def test_a_pose_picture_with_nobody_in_it_ends_in_words(at_work: Trained, tmp_path: Path) -> None:
    empty = tmp_path / "empty.png"
    empty.write_bytes(png(Image.linear_gradient("L").convert("RGB")))
    out = tmp_path / "out.png"
    said = at_work.terminal("imagine", "a man", "--pose", empty, "-o", out, timeout=240)
    assert said.code == 1
    assert "obody" in said.err.splitlines()[-1]
    assert not out.exists()


def test_a_comparison_is_one_labelled_sheet_and_can_be_fetched_again(at_work: Trained, tmp_path: Path) -> None:
    out, again = tmp_path / "sheet.png", tmp_path / "again.png"
    before = at_work.terminal.events().count("image.delivered")
    words = "<lora:radke:1> radke in a park"
    said = at_work.terminal(
        "compare", words, "--values", "0, 1", "--seed", "5", "--steps", "4", "-o", out, "--json", timeout=240
    )
    assert said.code == 0, said.err
    assert [(cell["name"], cell["seed"]) for cell in said.json["cells"]] == [("weight 0", 5), ("weight 1", 5)]
    assert said.json["missing"] == {}
    assert said.json["label"] == "AI-generated · radke, with consent · asked by @anna"
    with Image.open(out) as sheet:
        settings = sheet.text["parameters"]
        assert "weight 0: <lora:radke:0> radke in a park" in settings
        assert "weight 1: <lora:radke:1> radke in a park" in settings
        half, height = sheet.width // 2, sheet.height
        weighed = [sheet.crop(box).tobytes() for box in ((0, 0, half, height), (half, 0, 2 * half, height))]
    assert weighed[0] != weighed[1]
    assert at_work.terminal.events().count("image.delivered") == before + 2

    name = said.json["cells"][0]["job"].rpartition("-")[0]
    fetched = at_work.terminal("jobs", "fetch", name, "-o", again)
    assert fetched.code == 0, fetched.err
    assert "weight 0 · weight 1\nSeed: 5" in fetched.out
    with Image.open(again) as sheet, Image.open(out) as first:
        assert sheet.tobytes() == first.tobytes()


def test_a_picture_of_a_comparison_that_is_stopped_leaves_a_gap_and_is_said(agreed_at_work: Terminal) -> None:
    out = agreed_at_work.folder / "sheet.png"
    asked = agreed_at_work.start(
        "compare", "a woman in a park", "--axis", "seed", "--values", "1, 2, 3", "--steps", "100", "-o", out
    )
    until(lambda: rows(agreed_at_work, "SELECT 1 FROM jobs WHERE state = 'running'"))
    together = agreed_at_work.jobs()[0]["batch"]
    assert agreed_at_work("jobs", "cancel", f"{together}-3").code == 0
    until(lambda: rows(agreed_at_work, "SELECT 1 FROM jobs WHERE state = 'done'"))
    early = agreed_at_work("jobs", "fetch", together, "-o", out)
    assert (early.code, out.exists()) == (1, False)
    assert f"{together}-2 is " in early.sentence
    said, err = asked.communicate(timeout=240)
    assert asked.returncode == 0, err
    assert said.splitlines()[2:] == [
        "seed 1 · seed 2 · seed 3", "Seeds: 1, 2", "Not drawn, seed 3: Stopped by anna."]  # fmt: skip
    assert Image.open(out).format == "PNG"


def test_ctrl_c_cancels_all_that_is_compared(agreed_at_work: Terminal) -> None:
    asked = agreed_at_work.start("compare", "a woman in a park", "--axis", "seed", "--steps", "100")
    until(lambda: rows(agreed_at_work, "SELECT 1 FROM jobs WHERE state = 'running'"))
    asked.send_signal(signal.SIGINT)
    out, err = asked.communicate(timeout=120)
    assert asked.returncode == 130
    assert "cancelled" in err.splitlines()[-1]
    assert out == ""
    assert {job["state"] for job in agreed_at_work.jobs()} == {"cancelled"}


def test_a_picture_survives_a_killed_runner_and_a_lost_folder(trained: Trained, tmp_path: Path) -> None:
    terminal, folder = trained.terminal, tmp_path / "stick"
    folder.mkdir()
    asked = terminal.start("imagine", "a woman in a park", "--steps", "100", "-o", folder / "out.png")
    job = "(SELECT id FROM jobs ORDER BY created_at DESC LIMIT 1)"
    until(lambda: rows(terminal, f"SELECT 1 FROM jobs WHERE id = {job} AND state = 'running'"))  # noqa: S608
    for pid in runner_pids(terminal):
        os.kill(pid, signal.SIGKILL)
    folder.rmdir()  # the stick is pulled out
    _, err = asked.communicate(timeout=300)
    assert asked.returncode == 1
    assert "started again" in err
    again = err.splitlines()[-1].split("`likeness ")[1].split("`")[0].split()
    assert again[:2] == ["jobs", "fetch"]
    out = tmp_path / "out.png"
    assert terminal(*again[:3], "-o", out).code == 0
    assert Image.open(out).format == "PNG"
    assert rows(terminal, f"SELECT count(*) FROM outputs WHERE job_id = {job}") == [(1,)]  # noqa: S608


def test_ctrl_c_cancels_the_training_and_says_so(agreed: Terminal) -> None:
    photos = write_photos(agreed.folder / "photos", 6)
    asked = agreed.start("train", "radke", *photos, "--as", "radke")  # of oneself: nobody else has to look
    until(lambda: rows(agreed, "SELECT 1 FROM jobs WHERE state = 'running'"))
    asked.send_signal(signal.SIGINT)
    out, err = asked.communicate(timeout=120)
    assert asked.returncode == 130
    assert "cancelled" in err.splitlines()[-1]
    assert out == ""
    assert [job["state"] for job in agreed.jobs()] == ["cancelled"]
    until(lambda: not runner_pids(agreed), 60)
