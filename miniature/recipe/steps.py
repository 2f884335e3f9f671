"""The steps of the recipe, each from what lies in the work folder to what it adds to it.

A training that was interrupted goes on, and one that is done takes no step more; a rendered folder is left as it is.
The steps that train return False when they were stopped before their end.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import torch
from diffusers import AutoencoderKL
from rich.console import Console
from transformers import CLIPTokenizer

from miniature import autoencoder, data
from miniature.data import Rows
from miniature.loop import Schedule, checkpoint_step
from miniature.recipe.curves import Curve
from miniature.recipe.place import AnotherRun, Place, keep_choices
from miniature.recipe.progress import Halt, Stage
from miniature.recipe.sheets import LiveSheets
from miniature.tokenizer import new_tokenizer, save_tokenizer
from miniature.world import TEST_SEEDS, TRAINING_SEEDS

FRESH = "fresh"
"""Instead of a folder to begin from: new, untaught networks."""


@dataclass(frozen=True)
class Setting:
    """Where a step works and whom it tells."""

    place: Place
    console: Console
    device: str = "cpu"
    stop: Halt = field(default_factory=Halt)

    def say(self, sentence: str) -> None:
        self.console.print(sentence, highlight=False, soft_wrap=True)


def render(setting: Setting, count: int, held_out: int, processes: int | None = None) -> None:
    """`count` pictures to learn from and `held_out` to measure on. A folder of another size is rendered anew."""
    for folder, seeds in (
        (setting.place.rows, TRAINING_SEEDS[:count]),
        (setting.place.test, TEST_SEEDS[:held_out]),
    ):
        if (folder / "captions.json").is_file() and len(data.open_rows(folder)) == len(seeds):
            setting.say(f"{folder} holds its {len(seeds)} pictures already.")
            continue
        if folder == setting.place.rows and (runs := setting.place.begun()):
            raise AnotherRun(
                f"{runs[0]} was begun with other than {len(seeds)} pictures in {folder}. Ask for as many as there are"
                " (--rows), or use another work folder."
            )
        # Written last, it says that all the other files are whole.
        (folder / "captions.json").unlink(missing_ok=True)
        with Stage(f"rendering into {folder.name}", len(seeds), console=setting.console) as stage:
            data.render(folder, seeds, processes=processes, tell=stage.hear)


def make_tokenizer(setting: Setting, start: str) -> None:
    """The tokenizer of the folder `start`, or one learnt from the rendered captions."""
    if start == FRESH:
        rows = setting.place.open()
        tokenizer = new_tokenizer(caption for several in rows.captions for caption in several)
    else:
        tokenizer = CLIPTokenizer.from_pretrained(Path(start) / "tokenizer")
    save_tokenizer(tokenizer, setting.place.tokenizer)
    setting.say(f"{setting.place.tokenizer}: {len(tokenizer)} entries.")


def teach_vae(setting: Setting, start: str, schedule: Schedule) -> bool:
    """Encoder and decoder together; the latents' scale goes into the VAE's configuration."""
    place, rows, test = setting.place, setting.place.open(), setting.place.open("test")
    run = place.vae / "run"
    keep_choices(run, {"from": start, "rows": len(rows)}, schedule)
    torch.manual_seed(schedule.seed)
    begin = None if start == FRESH else Path(start) / "vae"
    teach = partial(
        autoencoder.learn, rows, run, schedule, start=begin, device=setting.device, stop=setting.stop
    )
    vae = followed(setting, "teaching the autoencoder", run, schedule, teach)
    if checkpoint_step(run) < schedule.steps:
        return False
    enough = min(1024, len(rows) // 64 * 64)
    vae.register_to_config(scaling_factor=autoencoder.scale(vae, rows, enough))
    vae.save_pretrained(place.vae)
    _say_sharpness(setting, vae, test)
    return True


def finish_vae(setting: Setting, schedule: Schedule) -> bool:
    """The decoder alone, for its last sharpness; the latents stay valid."""
    place, rows, test = setting.place, setting.place.open(), setting.place.open("test")
    place.need(place.vae, "vae")
    run = place.finished / "run"
    keep_choices(run, {"vae": digest(place.vae), "rows": len(rows)}, schedule)
    teach = partial(
        autoencoder.finish, rows, run, schedule, start=place.vae, device=setting.device, stop=setting.stop
    )
    vae = followed(setting, "finishing the decoder", run, schedule, teach)
    if checkpoint_step(run) < schedule.steps:
        return False
    vae.save_pretrained(place.finished)
    _say_sharpness(setting, vae, test)
    return True


def followed(
    setting: Setting,
    what: str,
    run: Path,
    schedule: Schedule,
    teach: Callable[..., AutoencoderKL | None],
    sheets: LiveSheets | None = None,
) -> AutoencoderKL | None:
    """Run a training with its bar, its curve and, once in a while, its sheet."""
    first = checkpoint_step(run)
    curve = Curve(run, first)
    with Stage(what, schedule.steps, first, setting.console) as stage, setting.stop.listening():

        def tell(step: int, loss: float) -> None:
            curve.hear(step, loss)
            stage.hear(step, f"loss {curve.smooth:.4f}")
            if sheets is not None:
                sheets.hear()
            if step % 1000 == 0:
                curve.draw(f"{what}: loss")

        taught = teach(tell=tell)
    curve.draw(f"{what}: loss")
    if checkpoint_step(run) < schedule.steps:
        setting.say(
            f"Stopped at step {checkpoint_step(run)} of {schedule.steps}. The same command goes on from there."
        )
    return taught


def _say_sharpness(setting: Setting, vae: AutoencoderKL, test: Rows) -> None:
    told = autoencoder.measure(vae, test, min(128, len(test)))
    setting.say(f"{told:.1f} dB on pictures it has never seen (peak signal-to-noise ratio, mean).")


def digest(folder: Path) -> str:
    """Of a network's weights, or of a tokenizer, short."""
    weights, tokenizer = folder / "diffusion_pytorch_model.safetensors", folder / "tokenizer.json"
    return hashlib.sha256((weights if weights.is_file() else tokenizer).read_bytes()).hexdigest()[:12]
