"""`python -m miniature`: the whole recipe at toy size."""

import json
import shutil
import signal
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from miniature.data import open_rows
from miniature.diffusion import Painter
from miniature.recipe import compare, sheets
from miniature.recipe.commands import DONE, FAILED, main
from miniature.recipe.curves import Curve, draw_curves, read_losses, smoothed
from miniature.recipe.progress import Halt
from miniature.world import TEST_SEEDS, TRAINING_SEEDS, photograph

TOY = ["--rows", "64", "--held-out", "16", "--batch", "4", "--no-evaluate"]
STEPS = ["--vae-steps", "3", "--train-steps", "3", "--finish-steps", "3"]


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A work folder in which the whole recipe was made."""
    folder = tmp_path_factory.mktemp("work")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sheets, "draw_sheet", partial(sheets.draw_sheet, steps=2))  # a sheet takes half a minute
        assert main(["all", str(folder), *TOY, *STEPS]) == DONE
    return folder


@pytest.mark.slow
class TestWhole:
    def test_it_ends_with_a_diffusers_folder_that_draws(self, work: Path) -> None:
        from diffusers import ControlNetModel, StableDiffusionControlNetPipeline

        folder = work / "weights"
        pipeline = StableDiffusionControlNetPipeline.from_pretrained(
            folder, controlnet=ControlNetModel.from_pretrained(folder / "controlnet")
        )
        pipeline.set_progress_bar_config(disable=True)
        image = pipeline("a man", image=Image.new("RGB", (64, 64)), num_inference_steps=2).images[0]
        assert image.size == (64, 64)
        assert pipeline.scheduler.config.prediction_type == "v_prediction"

    def test_every_weight_is_fp16_and_under_the_names_older_programs_read(self, work: Path) -> None:
        files = list((work / "weights").rglob("*.safetensors"))
        assert len(files) == 4
        for file in files:
            assert {tensor.dtype for tensor in load_file(file).values()} == {torch.float16}
        text = load_file(work / "weights/text_encoder/model.safetensors")
        assert all(name.startswith("text_model.") for name in text)

    def test_the_packed_text_encoder_reads_back_as_it_was_taught(self, work: Path) -> None:
        packed = dict(Painter.load(work / "weights").text_encoder.named_parameters())
        taught = load_file(work / "painter/run/checkpoint.safetensors")
        for name, parameter in packed.items():
            assert torch.equal(parameter, taught[f"text_encoder/average/{name}"].half().float()), name

    def test_no_configuration_tells_where_it_was_made(self, work: Path) -> None:
        for file in (work / "weights").rglob("*.json"):
            assert str(work) not in file.read_text()

    def test_every_training_leaves_its_losses_its_curve_and_its_sheet(self, work: Path) -> None:
        for run in ("vae/run", "painter/run", "finished/run"):
            assert [step for step, _ in read_losses(work / run / "losses.csv")] == [1, 2, 3]
            assert Image.open(work / run / "curve.png").width > 500
        assert (work / "painter/run/sheet-000003.png").is_file()

    def test_finishing_the_decoder_leaves_the_encoder_as_it_was(self, work: Path) -> None:
        before, after = (
            load_file(work / name / "diffusion_pytorch_model.safetensors") for name in ("vae", "finished")
        )
        changed = {name.split(".")[0] for name in before if not torch.equal(before[name], after[name])}
        assert changed == {"decoder", "post_quant_conv"}

    def test_giving_the_command_again_teaches_nothing_again(self, work: Path) -> None:
        def state() -> list[object]:
            checkpoints = [work / name / "run/checkpoint.safetensors" for name in ("vae", "painter", "finished")]
            weights = work / "weights/unet/diffusion_pytorch_model.safetensors"
            return [weights.read_bytes(), *(file.stat().st_mtime_ns for file in checkpoints)]

        before = state()
        assert main(["all", str(work), *TOY, *STEPS]) == DONE
        assert state() == before

    def test_what_is_learnt_from_and_what_is_measured_on_are_rendered_from_seeds_of_their_own(self, work: Path) -> None:
        for folder, seeds in (("rows", TRAINING_SEEDS), ("test", TEST_SEEDS)):
            first, last = open_rows(work / folder).pictures[[0, -1]]
            count = len(open_rows(work / folder))
            assert np.array_equal(first, np.asarray(photograph(seeds[0], size=64).image))
            assert np.array_equal(last, np.asarray(photograph(seeds[count - 1], size=64).image))
        assert TEST_SEEDS.stop <= TRAINING_SEEDS.start

    def test_a_run_is_not_given_other_pictures(self, work: Path, capsys: pytest.CaptureFixture) -> None:
        before = (work / "rows/pictures.npy").read_bytes()
        assert main(["render", str(work), "--rows", "65", "--held-out", "16"]) == FAILED
        assert "was begun with other than 65 pictures" in capsys.readouterr().err
        assert (work / "rows/pictures.npy").read_bytes() == before

    def test_weights_are_not_packed_over_something_else(self, work: Path, capsys: pytest.CaptureFixture) -> None:
        before = (work / "painter/run/checkpoint.safetensors").read_bytes()
        assert main(["pack", str(work), "--out", str(work)]) == FAILED
        assert "something else than a packed folder" in capsys.readouterr().err
        assert (work / "painter/run/checkpoint.safetensors").read_bytes() == before

    def test_an_evaluation_however_small_ends_with_its_figures(
        self, work: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("miniature.evaluate.STEPS", 2)
        words = ["evaluate", str(work), "--captions", "2", "--skeletons", "1", "--props", "1"]
        assert main(words) == DONE
        figures = json.loads((work / "evaluation/figures.json").read_text())
        assert figures["pose: renders"] > figures["pose: without"]  # nobody taught these networks anything
        assert figures["renders: background"] == 1.0
        assert figures["seconds a picture"] > 0

    def test_a_second_controlnet_joins_the_folder_it_was_taught_for_and_leaves_the_rest_alone(
        self, work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
    ) -> None:
        monkeypatch.setattr(sheets, "draw_sheet", partial(sheets.draw_sheet, steps=2))
        folder = shutil.copytree(work / "weights", tmp_path / "weights")
        before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
        words = ["edges", str(work), "--weights", str(folder), "--steps", "3", "--batch", "4"]
        assert main(words) == DONE
        assert all(file.read_bytes() == bytes_ for file, bytes_ in before.items())
        first, second = (
            load_file(folder / name / "diffusion_pytorch_model.safetensors")
            for name in ("controlnet", "controlnet_canny")
        )
        assert {tensor.dtype for tensor in second.values()} == {torch.float16}
        assert any(not torch.equal(first[name], second[name]) for name in first)

        pack = ["pack", str(work), "--out", str(folder)]
        assert main(pack) == DONE
        assert (folder / "controlnet_canny").is_dir()
        shutil.rmtree(work / "edges")
        again = shutil.copytree(work / "weights", tmp_path / "again")
        words = ["edges", str(work), "--weights", str(again), "--steps", "1", "--batch", "4", "--rate", "1e-9"]
        assert main([*words, "--from", str(work / "weights")]) == FAILED
        assert "There is no controlnet_canny" in capsys.readouterr().err
        assert main([*words, "--from", str(folder)]) == DONE
        third = load_file(again / "controlnet_canny/diffusion_pytorch_model.safetensors")
        assert all(torch.allclose(third[name], second[name], atol=1e-6) for name in second)
        (folder / "unet/diffusion_pytorch_model.safetensors").write_bytes(b"another UNet")
        assert main(pack) == DONE
        assert not (folder / "controlnet_canny").exists()

    def test_a_comparison_does_not_tell_todays_errors_as_those_of_an_earlier_step(
        self, work: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(compare, "draw_sheet", lambda *networks: Image.new("RGB", (8, 8)))  # half a minute

        def steps_told(points: int) -> list[int]:
            words = ["compare", str(work), "--steps", "2", "--batch", "4", "--points", str(points)]
            assert main(words) == DONE
            return [step for step, _ in json.loads((work / "compare/epsilon/errors.json").read_text())]

        assert steps_told(1) == [2]
        assert steps_told(2) == [2]

    def test_steps_that_are_given_are_not_chosen_from_the_minutes(self, work: Path) -> None:
        assert main(["all", str(work), *TOY, *STEPS, "--minutes", "5"]) == DONE
        assert not (work / "plan.json").exists()

    def test_a_run_of_other_choices_is_not_gone_on_with(
        self, work: Path, capsys: pytest.CaptureFixture
    ) -> None:
        words = ["train", str(work), "--steps", "3", "--batch", "4", "--prediction", "epsilon"]
        assert main(words) == FAILED
        assert "prediction v_prediction (now epsilon)" in capsys.readouterr().err

    def test_the_real_networks_resumed_equal_the_same_unbroken(self, work: Path) -> None:
        from miniature import diffusion
        from miniature.loop import Schedule
        from miniature.recipe.painting import new_painter
        from miniature.recipe.place import Place

        rows, latents = open_rows(work / "rows"), load_file(work / "latents.safetensors")["latents"]
        schedule = Schedule(6, 8, 1e-3, warmup=2)

        heard: list[int] = []

        def taught(name: str, until: int | None = None) -> dict[str, torch.Tensor]:
            painter = new_painter(Place(work), "fresh", 0)
            heard.clear()
            diffusion.learn(
                painter, rows, latents, work / name, schedule,
                until=until, tell=lambda step, loss: heard.append(step),
            )  # fmt: skip
            return load_file(work / name / "checkpoint.safetensors")

        whole = taught("unbroken")
        taught("broken", until=2)
        resumed = taught("broken")
        assert heard == [3, 4, 5, 6]
        for again in (resumed, taught("repeated")):
            assert whole.keys() == again.keys()
            assert all(torch.equal(whole[name], again[name]) for name in whole)


def test_a_resumed_curve_forgets_what_came_after_its_checkpoint(tmp_path: Path) -> None:
    curve = Curve(tmp_path, 0)
    for step in range(1, 251):
        curve.hear(step, 1 / step)
    curve.draw("loss")
    resumed = Curve(tmp_path, 120)
    resumed.hear(121, 0.5)
    resumed.draw("loss")
    losses = read_losses(tmp_path / "losses.csv")
    assert [step for step, _ in losses] == list(range(1, 122))
    assert losses[-1] == (121, 0.5)


def test_a_curve_that_falls_is_drawn_falling() -> None:
    picture = np.asarray(draw_curves("loss", {"loss": [(i, 1 / (i + 1)) for i in range(100)]}), int)
    blue = np.argwhere((picture == (40, 85, 210)).all(axis=2))
    left, right = blue[blue[:, 1] < 120][:, 0].mean(), blue[blue[:, 1] > 800][:, 0].mean()
    assert right > left + 100


def test_a_long_curve_is_smoothed_to_few_points_that_end_where_it_ends() -> None:
    points = smoothed([(step, 2.0) for step in range(1, 5001)], 200)
    assert len(points) == 200
    assert points[-1] == (5000, 2.0)


def test_a_halt_without_time_is_never_and_with_none_left_at_once() -> None:
    assert not Halt()()
    assert Halt(1e-9)()


def test_ctrl_c_asks_for_a_halt() -> None:
    halt = Halt()
    with halt.listening():
        signal.raise_signal(signal.SIGINT)
        assert halt()


def test_the_choices_of_a_run_are_kept_in_plain_words(tmp_path: Path) -> None:
    from miniature.loop import Schedule
    from miniature.recipe.place import keep_choices

    keep_choices(tmp_path, {"prediction": "epsilon"}, Schedule(10, 4, 1e-3))
    assert json.loads((tmp_path / "choices.json").read_text())["prediction"] == "epsilon"
