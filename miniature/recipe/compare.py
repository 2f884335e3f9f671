"""Epsilon or v-prediction? Two runs from the same untaught start, with the same batches, noise and noise levels.

Their losses are errors of different things and cannot be compared, so both are asked the same question: how far is
the clean picture they see behind the noise from the true one? (Squared error of the predicted clean latents, whose
variance is one, over held-out rows at fixed noise levels; half of the rows with their skeleton.) Without knowing
anything, at pure noise, the best answer is the mean of all pictures, with an error of about one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from statistics import geometric_mean

import torch
from rich.table import Table

from miniature.data import Rows
from miniature.diffusion import Painter, learn, predict, token_ids
from miniature.loop import Schedule, checkpoint_step
from miniature.networks import new_scheduler
from miniature.recipe.curves import Curve, draw_curves
from miniature.recipe.pack import load_vae
from miniature.recipe.painting import encoded, latents_of, new_painter, painter_choices, some_rows
from miniature.recipe.place import keep_choices
from miniature.recipe.progress import Stage
from miniature.recipe.sheets import averaged, draw_sheet
from miniature.recipe.steps import FRESH, Setting

PREDICTIONS = ("epsilon", "v_prediction")
LEVELS = (50, 200, 400, 600, 800, 950)
"""Noise levels (of 1000) the clean picture is asked for at."""
_HELD_OUT = 256


def compare(setting: Setting, schedule: Schedule, points: int = 10) -> bool:
    """Both runs, measured `points` times on their way; False when stopped before the end."""
    place, rows = setting.place, setting.place.open()
    latents = latents_of(setting, rows)
    test = some_rows(place.open("test"), 0, _HELD_OUT)
    vae = load_vae(place.vae).to(setting.device)
    held_out = encoded(setting, vae, test).float()
    curves: dict[str, list[tuple[int, dict[int, float]]]] = {}
    for prediction in PREDICTIONS:
        run = place.compare / prediction
        keep_choices(run, painter_choices(place, FRESH, prediction, rows), schedule)
        file = run / "errors.json"
        curves[prediction] = json.loads(file.read_text()) if file.is_file() else []
        curve = Curve(run, checkpoint_step(run))
        painter = new_painter(place, FRESH, schedule.seed)
        stage = Stage(f"teaching with {prediction}", schedule.steps, checkpoint_step(run), setting.console)
        with stage, setting.stop.listening():

            def tell(step: int, loss: float, curve: Curve = curve, stage: Stage = stage) -> None:
                curve.hear(step, loss)
                stage.hear(step, f"loss {curve.smooth:.4f}")

            for until in sorted({max(1, schedule.steps * i // points) for i in range(1, points + 1)}):
                if until < checkpoint_step(run) or any(step == until for step, _ in curves[prediction]):
                    continue  # measured before, or run past
                learn(
                    painter, rows, latents, run, schedule, prediction=prediction, device=setting.device,
                    until=until, tell=tell, stop=setting.stop,
                )  # fmt: skip
                if checkpoint_step(run) < until:
                    setting.say(
                        f"Stopped at step {checkpoint_step(run)}. The same command goes on from there."
                    )
                    return False
                curves[prediction].append((until, clean_errors(painter, test, held_out, prediction)))
                file.write_text(json.dumps(curves[prediction]) + "\n")
        curve.draw(f"{prediction}: loss")
        sheet, taught = place.compare / f"{prediction}.png", run / "checkpoint.safetensors"
        if not sheet.is_file() or sheet.stat().st_mtime_ns < taught.stat().st_mtime_ns:
            draw_sheet(averaged(painter, run), vae, prediction).save(sheet)
    _tell(setting, place.compare, curves)
    return True


@torch.no_grad()
def clean_errors(painter: Painter, rows: Rows, latents: torch.Tensor, prediction: str) -> dict[int, float]:
    """Mean squared error of the predicted clean latents at each of LEVELS."""
    noises, device = new_scheduler(prediction), painter.unet.device
    told = token_ids(painter.tokenizer, rows.captions)[:, 0].long()
    errors = {}
    for level in LEVELS:
        noise = torch.randn(latents.shape, generator=torch.Generator().manual_seed(level))
        levels = torch.full((len(latents),), level)
        noisy = noises.add_noise(latents, noise, levels)
        keep = noises.alphas_cumprod[level].sqrt()
        rest = (1 - noises.alphas_cumprod[level]).sqrt()
        far = []
        for start in range(0, len(latents), 32):
            some = slice(start, start + 32)
            maps = torch.tensor(rows.skeletons[some]).permute(0, 3, 1, 2).float() / 255
            parts = noisy[some], levels[some], told[some], maps[: (len(maps) + 1) // 2]
            answer = predict(painter, *(part.to(device) for part in parts)).float().cpu()
            if prediction == "epsilon":
                clean = (noisy[some] - rest * answer) / keep
            else:
                clean = keep * noisy[some] - rest * answer
            far.append(((clean - latents[some]) ** 2).mean((1, 2, 3)))
        errors[level] = float(torch.cat(far).mean())
    return errors


def _tell(
    setting: Setting, folder: Path, curves: Mapping[str, list[tuple[int, Mapping[int | str, float]]]]
) -> None:
    """The table, in words and in a file, and the curves of the mean over all levels.

    The mean is the geometric one: what halves the error of one level counts as much as what halves that of another.
    """
    last = {
        name: {int(level): error for level, error in points[-1][1].items()} for name, points in curves.items()
    }
    lines = ["| noise level | " + " | ".join(last) + " |", "|---|" + "---|" * len(last)]
    table = Table()
    for heading in ("noise level", *last):
        table.add_column(heading, justify="right")
    for level in LEVELS:
        cells = [f"{level}", *(f"{errors[level]:.4f}" for errors in last.values())]
        table.add_row(*cells)
        lines.append("| " + " | ".join(cells) + " |")
    means = ["mean", *(f"{geometric_mean(errors.values()):.4f}" for errors in last.values())]
    table.add_row(*means)
    lines.append("| " + " | ".join(means) + " |")
    (folder / "errors.md").write_text("\n".join(lines) + "\n")
    means_of = {
        name: [(step, geometric_mean(errors.values())) for step, errors in points]
        for name, points in curves.items()
    }
    draw_curves("squared error of the clean latents, mean over noise levels", means_of).save(
        folder / "errors.png"
    )
    setting.say("Squared error of the clean latents, held-out rows:")
    setting.console.print(table)
    setting.say(f"{folder}: errors.md, errors.png and a sheet of each.")
