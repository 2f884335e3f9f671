"""The steps of the painter: latents, the joint training, its sheets, the packed folder, the second ControlNet."""

from __future__ import annotations

import json
import os
from functools import partial
from pathlib import Path

import torch
from diffusers import AutoencoderKL
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from transformers import CLIPTokenizer

from miniature import autoencoder, diffusion
from miniature.controls import EDGES
from miniature.data import Rows
from miniature.diffusion import Painter
from miniature.loop import Schedule, checkpoint_step
from miniature.recipe.pack import load_vae, pack, save_controlnet
from miniature.recipe.place import NotYet, Place, Unfit, keep_choices, packed
from miniature.recipe.progress import Stage
from miniature.recipe.sheets import LiveSheets, averaged, draw_sheet
from miniature.recipe.steps import FRESH, Setting, digest, followed


def latents_of(setting: Setting, rows: Rows) -> torch.Tensor:
    """The rows as the work folder's VAE writes them."""
    place = setting.place
    return _latents(setting, rows, place.need(place.vae, "vae"), place.latents)


def _latents(setting: Setting, rows: Rows, folder: Path, file: Path) -> torch.Tensor:
    """The rows as this VAE writes them: read, where the file is of this VAE and these rows, else written first."""
    key = f"{digest(folder)} {len(rows)}"
    if file.is_file():
        with safe_open(file, "pt") as tensors:
            if (tensors.metadata() or {}).get("key") == key:
                return load_file(file)["latents"]
    latents = encoded(setting, load_vae(folder).to(setting.device), rows)
    part = file.with_suffix(".part")
    save_file({"latents": latents}, part, metadata={"key": key})
    os.replace(part, file)
    return latents


def encoded(setting: Setting, vae: AutoencoderKL, rows: Rows, portion: int = 2048) -> torch.Tensor:
    """The rows as this VAE writes them."""
    parts = []
    with Stage("encoding", len(rows), console=setting.console) as stage:
        for start in range(0, len(rows), portion):
            parts.append(autoencoder.encode(vae, some_rows(rows, start, start + portion)))
            stage.hear(min(start + portion, len(rows)))
    return torch.cat(parts).contiguous()


def train(
    setting: Setting, start: str, prediction: str, schedule: Schedule, sheet_minutes: float = 10.0
) -> bool:
    """Text encoder, UNet and ControlNet together."""
    place, rows = setting.place, setting.place.open()
    run = place.painter / "run"
    _see_that_they_suffice(rows, schedule, place)
    keep_choices(run, painter_choices(place, start, prediction, rows), schedule)
    latents = latents_of(setting, rows)
    painter, shown = new_painter(place, start, schedule.seed), new_painter(place, start, 0)
    sheets = LiveSheets(run, shown, load_vae(place.vae), prediction, setting.device, sheet_minutes)
    _teach(setting, "teaching text encoder, UNet and ControlNet", painter, rows, latents, run, schedule, sheets)
    if checkpoint_step(run) < schedule.steps:
        return False
    for trainee in painter.trainees():
        trainee.network.to("cpu").save_pretrained(place.painter / trainee.name)
    return True


def teach_edges(
    setting: Setting, weights: Path, start: Path | None, schedule: Schedule, sheet_minutes: float = 10.0
) -> bool:
    """A second ControlNet for a packed folder, which sees Canny edges; it is put into that folder. It begins as that of
    the packed folder `start`, or as the ControlNet of skeletons.
    """
    place, rows = setting.place, setting.place.open()
    run = place.edges / "run"
    _see_that_they_suffice(rows, schedule, place)
    prediction = packed(weights)
    begun = start / EDGES.folder if start else None
    if begun and not begun.is_dir():
        raise Unfit(f"There is no {EDGES.folder} in {start}: leave --from out, to begin without one.")
    keep_choices(run, {"unet": digest(weights / "unet"), "from": str(start), "rows": len(rows)}, schedule)
    latents = _latents(setting, rows, weights / "vae", place.edges / "latents.safetensors")
    painter, shown = (Painter.load(weights).with_edges(begun) for _ in range(2))
    sheets = LiveSheets(run, shown, load_vae(weights / "vae"), prediction, setting.device, sheet_minutes)
    _teach(setting, "teaching the ControlNet of edges", painter, rows, latents, run, schedule, sheets)
    if checkpoint_step(run) < schedule.steps:
        return False
    size = save_controlnet(painter.controlnet.to("cpu"), weights / EDGES.folder)
    setting.say(f"{weights / EDGES.folder}: {size / 1e6:.1f} MB.")
    return True


def _see_that_they_suffice(rows: Rows, schedule: Schedule, place: Place) -> None:
    if schedule.batch > len(rows):
        raise Unfit(
            f"A batch of {schedule.batch} needs as many pictures, and {place.rows} holds {len(rows)}."
        )


def _teach(
    setting: Setting, what: str, painter: Painter, rows: Rows, latents: torch.Tensor, run: Path, schedule: Schedule,
    sheets: LiveSheets,
) -> None:  # fmt: skip
    """A run with its bar, curve and sheets, until its end or until it is stopped."""
    teach = partial(
        diffusion.learn, painter, rows, latents, run, schedule,
        prediction=sheets.prediction, device=setting.device, stop=setting.stop,
    )  # fmt: skip
    followed(setting, what, run, schedule, teach, sheets)
    sheets.draw()


def painter_choices(place: Place, start: str, prediction: str, rows: Rows) -> dict[str, object]:
    """What decides the outcome of a painter's training besides its schedule."""
    vae, tokenizer = place.need(place.vae, "vae"), place.need(place.tokenizer, "tokenizer")
    return {
        "from": start, "prediction": prediction, "vae": digest(vae), "tokenizer": digest(tokenizer), "rows": len(rows),
    }  # fmt: skip


def new_painter(place: Place, start: str, seed: int) -> Painter:
    """Untaught networks of this seed, or those of the folder `start`, with the work folder's tokenizer."""
    tokenizer = CLIPTokenizer.from_pretrained(place.need(place.tokenizer, "tokenizer"))
    if start == FRESH:
        torch.manual_seed(seed)
        return Painter.new(tokenizer)
    painter = Painter.load(Path(start))
    if painter.tokenizer.get_vocab() != tokenizer.get_vocab():
        raise Unfit(
            f"{start} was taught with another tokenizer than {place.tokenizer}."
            f" Run: python -m miniature tokenizer {place.folder} --from {start}"
        )
    return painter


def latest(setting: Setting) -> tuple[Painter, AutoencoderKL, str, int]:
    """The averaged weights of the last checkpoint, the best VAE there is, what is predicted, the step."""
    place, run = setting.place, setting.place.painter / "run"
    step = checkpoint_step(run)
    if not step:
        raise NotYet(f"{run} holds no checkpoint yet. Run: python -m miniature train {place.folder}")
    choices = json.loads((run / "choices.json").read_text())
    painter = averaged(new_painter(place, FRESH, 0), run)
    vae = place.finished if (place.finished / "config.json").is_file() else place.need(place.vae, "vae")
    return painter, load_vae(vae), choices["prediction"], step


def write_sheet(setting: Setting, start: str | None, file: Path) -> None:
    """A sheet of the networks as they are now, or of a packed folder."""
    if start is None:
        painter, vae, prediction, step = latest(setting)
        setting.say(f"Drawing with the averaged weights of step {step}.")
    else:
        folder = Path(start)
        painter, vae, prediction = Painter.load(folder), load_vae(folder / "vae"), packed(folder)
    file.parent.mkdir(parents=True, exist_ok=True)
    draw_sheet(painter, vae, prediction).save(file)
    setting.say(f"{file}: photo, skeleton, drawn with it, drawn from the caption alone.")


def write_weights(setting: Setting, folder: Path) -> None:
    """The packed folder, from the last checkpoint."""
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "model_index.json").is_file():
        raise Unfit(f"{folder} holds something else than a packed folder. Name another one with --out.")
    painter, vae, prediction, step = latest(setting)
    size = pack(painter, vae, prediction, folder)
    finished = (setting.place.finished / "config.json").is_file()
    setting.say(
        f"{folder}: {size / 1e6:.1f} MB, {prediction}, step {step}, decoder {'finished' if finished else 'as taught'}."
    )


def some_rows(rows: Rows, start: int, end: int) -> Rows:
    cut = slice(start, end)
    return Rows(
        rows.pictures[cut],
        rows.skeletons[cut],
        rows.captions[cut],
        rows.points[cut],
        rows.heads[cut],
        rows.labels[cut],
    )
