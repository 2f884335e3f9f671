"""The whole recipe in one command, in calls as short as one likes.

Each call does what is left until its own minutes are over. How long the networks learn is either given in steps or
chosen once, from how fast this machine makes its first steps, to fill the minutes asked for; the choice is kept in
`plan.json`, so that every later call goes on with the same run.
"""

from __future__ import annotations

import json
import shutil
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path

from miniature import PROBE, autoencoder, diffusion
from miniature.loop import Schedule
from miniature.recipe.measuring import evaluate, teach_probe
from miniature.recipe.painting import latents_of, new_painter, train, write_weights
from miniature.recipe.place import AnotherRun
from miniature.recipe.steps import (
    FRESH,
    Setting,
    finish_vae,
    make_tokenizer,
    render,
    teach_vae,
)

_TRIAL, _WARM = 24, 12
"""Steps of a trial for speed, and how many of them are not counted: the first compile and fill caches."""
NETWORKS = ("vae", "train", "finish", "probe")
SHARES = {"vae": 0.25, "train": 0.65, "finish": 0.10}
"""Of the minutes to learn."""
CHOSEN = 0
"""Steps that are to be chosen from the minutes."""


@dataclass(frozen=True)
class Plan:
    """How much of everything; the steps of the networks in SHARES may still be CHOSEN."""

    rows: int
    held_out: int
    vae: Schedule
    train: Schedule
    finish: Schedule
    probe: Schedule
    prediction: str = "v_prediction"


CPU_PLAN = Plan(
    60_000, 2_000,
    Schedule(2_300, 16, 1e-3, decay=0.5, average=0.99),
    Schedule(12_000, 32, 1e-3),
    Schedule(1_000, 16, 6e-4, decay=0.5, average=0.99),
    Schedule(1_400, 64, 2e-3, decay=0.5, average=0.99),
)  # fmt: skip
"""Two cores, a night."""
GPU_PLAN = Plan(
    300_000, 2_000,
    Schedule(8_000, 256, 1.5e-3, decay=0.5, average=0.995, checkpoint_seconds=60),
    Schedule(20_000, 512, 1.5e-3, warmup=300, checkpoint_seconds=60),
    Schedule(3_000, 256, 8e-4, decay=0.5, average=0.99, checkpoint_seconds=60),
    Schedule(4_000, 256, 2e-3, decay=0.5, average=0.99, checkpoint_seconds=60),
)  # fmt: skip
"""A GPU, twenty minutes and more; batches large enough to keep it busy."""


def make_all(
    setting: Setting,
    plan: Plan,
    start: str,
    tokenizer: str,
    minutes: float | None,
    sheet_minutes: float,
    keep: bool,
    measured: bool = True,
) -> bool:
    """Every step that is not done yet; False when there is more to do than this call had time for.

    `minutes`: to spend on learning in all, over all calls; None takes the plan's steps. What is measured is measured
    with the package's probe; `keep` (or a package without one) teaches one and puts it there.
    """
    place = setting.place
    render(setting, plan.rows, plan.held_out)
    make_tokenizer(setting, tokenizer)
    if setting.stop():
        return False
    pace = partial(_vae_pace, setting, start, plan.vae)
    if not teach_vae(setting, start, _settled(setting, "vae", plan.vae, minutes, pace)) or setting.stop():
        return False
    pace = partial(_painter_pace, setting, start, plan)
    schedule = _settled(setting, "train", plan.train, minutes, pace)
    if not train(setting, start, plan.prediction, schedule, sheet_minutes) or setting.stop():
        return False
    pace = partial(_vae_pace, setting, start, plan.finish)
    if not finish_vae(setting, _settled(setting, "finish", plan.finish, minutes, pace)) or setting.stop():
        return False
    write_weights(setting, place.weights)
    if not measured:
        return True
    if setting.stop():
        return False
    if (keep or not PROBE.is_file()) and not teach_probe(setting, plan.probe, keep=True):
        return False
    if setting.stop():
        return False
    evaluate(setting, place.weights, 200, 100, 50)
    return True


def _settled(
    setting: Setting, name: str, schedule: Schedule, minutes: float | None, pace: Callable[[], float]
) -> Schedule:
    """`schedule` with its number of steps: kept from an earlier call, or as many as fit into the step's share."""
    if minutes is None or schedule.steps != CHOSEN:
        return schedule
    file = setting.place.folder / "plan.json"
    kept: dict[str, float] = json.loads(file.read_text()) if file.is_file() else {}
    if kept.setdefault("minutes", minutes) != minutes:
        raise AnotherRun(
            f"{file} was made for {kept['minutes']:g} minutes, not {minutes:g}. Ask for as many again."
        )
    if name not in kept:
        seconds = pace()
        kept[name] = max(_TRIAL, int(60 * minutes * SHARES[name] / seconds))
        file.write_text(json.dumps(kept, indent=1) + "\n")
        setting.say(f"{name}: {seconds:.3f} s a step here, so {kept[name]} steps.")
    return replace(schedule, steps=int(kept[name]))


def _vae_pace(setting: Setting, start: str, schedule: Schedule) -> float:
    begin = None if start == FRESH else Path(start) / "vae"
    rows, schedule = setting.place.open(), replace(schedule, steps=_TRIAL)
    learn = partial(autoencoder.learn, rows, schedule=schedule, start=begin, device=setting.device)
    return _pace(setting, lambda folder, tell: learn(folder=folder, tell=tell))


def _painter_pace(setting: Setting, start: str, plan: Plan) -> float:
    rows = setting.place.open()
    latents, schedule = latents_of(setting, rows), replace(plan.train, steps=_TRIAL)
    painter = new_painter(setting.place, start, 0)
    learn = partial(diffusion.learn, painter, rows, latents, schedule=schedule, device=setting.device)
    return _pace(setting, lambda folder, tell: learn(folder=folder, prediction=plan.prediction, tell=tell))


def _pace(setting: Setting, learn: Callable[[Path, Callable[[int, float], None]], object]) -> float:
    """Seconds a step, once warm."""
    folder, moments = setting.place.folder / "trial", []
    shutil.rmtree(folder, ignore_errors=True)
    setting.say("Trying a few steps to see how fast they are here.")
    learn(folder, lambda step, loss: moments.append(time.monotonic()))
    shutil.rmtree(folder, ignore_errors=True)
    return statistics.median(b - a for a, b in pairwise(moments[_WARM:]))
