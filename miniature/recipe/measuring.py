"""The steps that measure: the probe, and what it reads off the pictures of a packed folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import torch
from PIL import Image
from rich.table import Table

from miniature import NATIVE_SIZE, PROBE, probe
from miniature.loop import Schedule, checkpoint_step
from miniature.recipe.place import NotYet, Unfit, keep_choices
from miniature.recipe.progress import Stage
from miniature.recipe.steps import Setting, followed


def teach_probe(setting: Setting, schedule: Schedule, keep: bool) -> bool:
    """The network that reads attributes and key points; `keep` puts it where the package looks for it."""
    place, rows, test = setting.place, setting.place.open(), setting.place.open("test")
    run = place.probe / "run"
    keep_choices(run, {"rows": len(rows)}, schedule)
    torch.manual_seed(schedule.seed)
    teach = partial(probe.learn, rows, run, schedule, device=setting.device, stop=setting.stop)
    taught = followed(setting, "teaching the probe", run, schedule, teach).cpu()
    if checkpoint_step(run) < schedule.steps:
        return False
    probe.save_probe(taught, place.probe / "probe.safetensors")
    ceiling = probe.ceiling(taught, test, min(1000, len(test)))
    _say_figures(setting, "The probe's right readings of fresh renders (the ceiling)", ceiling)
    (place.probe / "ceiling.json").write_text(json.dumps(ceiling, indent=1) + "\n")
    if keep:
        low = [name for name in probe.MEASURED if ceiling[name] < probe.ENOUGH]
        if low:
            raise Unfit(
                f"The package keeps its probe: of {', '.join(low)} this one reads less than {probe.ENOUGH} right."
                f" It is in {place.probe}; teach it longer (--steps)."
            )
        probe.save_probe(taught, PROBE)
    return True


def evaluate(setting: Setting, weights: Path, captions: int, skeletons: int, props: int) -> None:
    """Figures of a packed folder on seeds nobody trains on, and the pictures they were read off."""
    from miniature import evaluate as evaluation

    if not (weights / "model_index.json").is_file():
        raise NotYet(f"{weights} is no packed folder. Run: python -m miniature pack {setting.place.folder}")
    if not PROBE.is_file():
        raise NotYet(f"{PROBE} is not there. Run: python -m miniature probe {setting.place.folder} --keep")
    stages: dict[str, Stage] = {}

    def tell(what: str, done: int, total: int) -> None:
        if what not in stages:
            for stage in stages.values():
                stage.__exit__(None, None, None)
            stages.clear()
            stages[what] = Stage(f"drawing: {what}", total, console=setting.console).__enter__()
        stages[what].hear(done)

    figures, drawn = evaluation.measure(
        weights, captions=captions, skeletons=skeletons, props=props, device=setting.device, tell=tell
    )
    for stage in stages.values():
        stage.__exit__(None, None, None)
    folder = setting.place.folder / "evaluation"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "figures.json").write_text(json.dumps(figures, indent=1) + "\n")
    for name, pictures in drawn.items():
        _contact_sheet(pictures.images).save(folder / f"{name.replace(' ', '-')}.png")
    _say_figures(setting, f"{weights} on seeds it has never seen", figures)
    setting.say(f"{folder}: figures.json and the pictures.")


def _contact_sheet(images: Sequence[Image.Image], across: int = 20, most: int = 200) -> Image.Image:
    some = list(images)[:most]
    rows = -(-len(some) // across)
    sheet = Image.new("RGB", (NATIVE_SIZE * min(across, len(some)), NATIVE_SIZE * rows), "white")
    for i, image in enumerate(some):
        sheet.paste(
            image.resize((NATIVE_SIZE, NATIVE_SIZE)), (i % across * NATIVE_SIZE, i // across * NATIVE_SIZE)
        )
    return sheet


def _say_figures(setting: Setting, title: str, figures: dict[str, float]) -> None:
    setting.say(f"{title}:")
    table = Table()
    table.add_column("figure")
    table.add_column("value", justify="right")
    for name, value in figures.items():
        table.add_row(name, f"{value:.3f}")
    setting.console.print(table)
