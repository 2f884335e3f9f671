"""`python -m miniature`: what its commands say of themselves, and what they refuse."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from miniature import WEIGHTS
from miniature.recipe.commands import FAILED, MORE_TO_DO, main

COMMANDS = (
    "render", "tokenizer", "vae", "train", "finish", "probe", "evaluate", "sheet", "pack", "edges", "compare", "all",
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    told = capsys.readouterr().out
    assert ended.value.code == 0
    assert "WORK" in told
    assert len(told) > 400


def test_the_help_names_every_command(capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    told = capsys.readouterr().out
    assert all(f"\n    {command}" in told for command in COMMANDS)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["fly", "w"], "invalid choice: 'fly'"),
        (["render"], "WORK"),
        (["train", "w", "--batch", "2"], "at least 4 pictures, not 2"),
        (["train", "w", "--steps", "0"], "not a number above zero"),
        (["train", "w", "--prediction", "x0"], "invalid choice: 'x0'"),
        (["all", "w", "--minutes", "-1"], "no time at all"),
    ],
)
def test_a_command_that_makes_no_sense_is_explained(
    words: list[str], complaint: str, capsys: pytest.CaptureFixture
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert complaint in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "missing"),
    [
        ("vae", "render"), ("train", "render"), ("edges", "render"), ("pack", "train"), ("sheet", "train"),
        ("evaluate", "pack"),
    ],
)
def test_a_step_taken_too_early_names_the_one_before_it(
    command: str, missing: str, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    assert main([command, str(tmp_path)]) == FAILED
    assert f"Run: python -m miniature {missing} {tmp_path}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--from", "nowhere"], "nowhere is no packed diffusers folder"),
        (["--from", str(WEIGHTS), "--prediction", "epsilon"], "was taught v_prediction, not epsilon"),
        (["--from", str(WEIGHTS), "--tokenizer", "fresh"], "keep their tokenizer"),
    ],
)
def test_a_start_that_cannot_be_gone_on_from_is_refused_before_any_work(
    words: list[str], complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    assert main(["all", str(tmp_path / "work"), *words]) == FAILED
    assert complaint in capsys.readouterr().err
    assert not (tmp_path / "work").exists()


@pytest.mark.slow
def test_ctrl_c_ends_a_rendering_with_one_sentence(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "miniature", "render", str(tmp_path), "--rows", "100000", "--processes", "2"]
    program = subprocess.Popen(
        command,
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # A suite that a script has put into the background ignores Ctrl-C, and so would its children.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    deadline = time.monotonic() + 60

    def begun() -> bool:
        """Whether a picture was drawn: the arrays lie there whole once the last of them does."""
        rows = tmp_path / "rows"
        return (rows / "labels.npy").exists() and np.load(rows / "pictures.npy", mmap_mode="r")[0].any()

    try:
        while not begun():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        os.killpg(program.pid, signal.SIGINT)
        told, _ = program.communicate(timeout=60)
    finally:
        program.kill()
    assert program.returncode == MORE_TO_DO
    assert told.strip() == "Interrupted. The same command goes on with what is done."
    assert not (tmp_path / "rows/captions.json").exists()


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
def test_a_machine_without_a_gpu_says_so(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["vae", str(tmp_path), "--device", "cuda"]) == FAILED
    assert "no CUDA device" in capsys.readouterr().err
