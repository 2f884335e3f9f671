"""The work folder: where each step of the recipe finds what the one before it left.

RuntimeError
└── RecipeError      a step cannot be taken; the message says what to do
    ├── NotYet       an earlier step has not been taken
    ├── AnotherRun   the folder holds a run that was begun with other choices
    └── Unfit        this machine or folder cannot do it

rows/  test/         rendered pictures to learn from, and to measure on (`data.render`)
tokenizer/
vae/                 the taught autoencoder; vae/run/ its checkpoint, curve and choices
latents.safetensors  every row as the VAE writes it
painter/             text encoder, UNet, ControlNet; painter/run/ likewise, with sample sheets
finished/            the autoencoder with its decoder finished; finished/run/
edges/               of the second ControlNet: edges/run/, and the latents it was taught with
probe/               the network that measures
compare/             epsilon and v-prediction side by side
weights/             the packed diffusers folder
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from miniature.data import Rows, open_rows
from miniature.loop import Schedule, checkpoint_step


class RecipeError(RuntimeError):
    """A step of the recipe cannot be taken; the message says what to do."""


class NotYet(RecipeError):
    """An earlier step has not been taken."""


class AnotherRun(RecipeError):
    """The folder holds a run that was begun with other choices."""


class Unfit(RecipeError):
    """This machine or folder cannot do it."""


@dataclass(frozen=True)
class Place:
    """A work folder and the names in it."""

    folder: Path

    @property
    def rows(self) -> Path:
        return self.folder / "rows"

    @property
    def test(self) -> Path:
        return self.folder / "test"

    @property
    def tokenizer(self) -> Path:
        return self.folder / "tokenizer"

    @property
    def vae(self) -> Path:
        return self.folder / "vae"

    @property
    def latents(self) -> Path:
        return self.folder / "latents.safetensors"

    @property
    def painter(self) -> Path:
        return self.folder / "painter"

    @property
    def finished(self) -> Path:
        return self.folder / "finished"

    @property
    def edges(self) -> Path:
        return self.folder / "edges"

    @property
    def probe(self) -> Path:
        return self.folder / "probe"

    @property
    def compare(self) -> Path:
        return self.folder / "compare"

    @property
    def weights(self) -> Path:
        return self.folder / "weights"

    def open(self, which: str = "rows") -> Rows:
        """The rendered rows to learn from ("rows") or to measure on ("test")."""
        folder = self.folder / which
        if not (folder / "captions.json").is_file():
            raise NotYet(f"{folder} holds no pictures yet. Run: python -m miniature render {self.folder}")
        return open_rows(folder)

    def begun(self) -> list[Path]:
        """The folders of the trainings that have a checkpoint here."""
        return sorted(file.parent for file in self.folder.glob("*/*/checkpoint.safetensors"))

    def need(self, result: Path, command: str) -> Path:
        """`result`, when `command` has left it there."""
        if not (result / "config.json").is_file() and not (result / "tokenizer.json").is_file():
            raise NotYet(f"{result} is not there yet. Run: python -m miniature {command} {self.folder}")
        return result


def see_that_it_fits(start: Path, prediction: str | None) -> None:
    """Raise Unfit unless `start` is a packed folder whose UNet foresees what `prediction` says (None: whatever)."""
    taught = packed(start)
    if prediction not in (None, taught):
        raise Unfit(
            f"The UNet in {start} was taught {taught}, not {prediction}: ask for --prediction {taught}."
        )


def packed(folder: Path) -> str:
    """What the UNet of a packed folder foresees. Unfit when it is no such folder."""
    scheduler = folder / "scheduler/scheduler_config.json"
    if not (folder / "model_index.json").is_file() or not scheduler.is_file():
        raise Unfit(f"{folder} is no packed diffusers folder, as `python -m miniature pack` writes it.")
    return str(json.loads(scheduler.read_text()).get("prediction_type", "epsilon"))


def keep_choices(run: Path, choices: Mapping[str, object], schedule: Schedule) -> None:
    """Write down what a run was begun with, or, where it was begun before, see that it is the same.

    A resumed run ends as an unbroken one only when nothing but time lies between. More steps may be asked for as long
    as the learning rate has not begun to fall.
    """
    file = run / "choices.json"
    chosen = {**choices, **asdict(schedule)}
    del chosen["checkpoint_seconds"]  # the weights do not depend on it
    step = checkpoint_step(run)
    if step and file.is_file():
        before = json.loads(file.read_text())
        other = [name for name in chosen if name != "steps" and before.get(name) != chosen[name]]
        if other:
            told = ", ".join(f"{name} {before.get(name)} (now {chosen[name]})" for name in other)
            raise AnotherRun(
                f"{run} holds a run begun with {told}. Use the same choices, or remove that folder."
            )
        if before["steps"] != schedule.steps and step > min(before["steps"], schedule.steps) * (
            1 - schedule.decay
        ):
            raise AnotherRun(
                f"The run in {run} is at step {step} of {before['steps']} and has begun to slow down: it cannot be"
                f" made {schedule.steps} steps long. Begin another one from its result (--from)."
            )
    run.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(chosen, indent=1) + "\n")
