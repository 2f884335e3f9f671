"""`python -m miniature …`: one command for each step of the recipe, and one for all of them.

Ends with 0 when done, 1 with a sentence when a step cannot be taken, 2 when the command is not understood, and 3 when
a training was stopped (Ctrl-C, `--call-minutes`) and the same command goes on from there.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from miniature.recipe.parser import new_parser

DONE, FAILED, MORE_TO_DO = 0, 1, 3


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    parser = new_parser()
    arguments = parser.parse_args(words)
    console = Console(stderr=False)
    from transformers.utils import logging as transformers_logging

    from miniature.recipe.place import RecipeError

    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    try:
        return _run(arguments, console)
    except KeyboardInterrupt:
        console.print("Interrupted. The same command goes on with what is done.")
        return MORE_TO_DO
    except (RecipeError, FileNotFoundError) as error:
        Console(stderr=True).print(
            f"[red]{type(error).__name__}[/red]: {error}", highlight=False, soft_wrap=True
        )
        return FAILED


def _run(arguments: argparse.Namespace, console: Console) -> int:
    import torch

    from miniature.recipe.place import Place, Unfit, see_that_it_fits
    from miniature.recipe.progress import Halt
    from miniature.recipe.steps import FRESH, Setting

    device = getattr(arguments, "device", "cpu")
    if device == "cuda" and not torch.cuda.is_available():
        raise Unfit(
            "torch finds no CUDA device on this machine: leave --device cuda out, or install torch for CUDA."
        )
    halt = Halt(getattr(arguments, "call_minutes", None))
    setting = Setting(Place(arguments.work), console, device, halt)
    start = getattr(arguments, "start", None)
    if start not in (None, FRESH):
        see_that_it_fits(Path(start), getattr(arguments, "prediction", None))
        if getattr(arguments, "tokenizer", None) == FRESH:
            raise Unfit("Networks that are taught further keep their tokenizer: leave --tokenizer fresh out.")
    return DONE if _step(arguments, setting) else MORE_TO_DO


def _step(arguments: argparse.Namespace, setting: object) -> bool:
    """Take the step the command names; False when it was stopped before its end."""
    from miniature.loop import Schedule
    from miniature.recipe import compare, measuring, painting, steps, whole

    def schedule(**more: float) -> Schedule:
        asked = {name: getattr(arguments, name) for name in ("steps", "batch", "rate", "seed")}
        return Schedule(**asked, **more)

    match arguments.command:
        case "render":
            steps.render(setting, arguments.rows, arguments.held_out, arguments.processes)
        case "tokenizer":
            steps.make_tokenizer(setting, arguments.start)
        case "vae":
            return steps.teach_vae(setting, arguments.start, schedule(decay=0.5, average=0.99))
        case "train":
            taught = schedule()
            return painting.train(
                setting, arguments.start, arguments.prediction, taught, arguments.sheet_minutes
            )
        case "finish":
            return steps.finish_vae(setting, schedule(decay=0.5, average=0.99))
        case "compare":
            return compare.compare(setting, schedule(), arguments.points)
        case "probe":
            return measuring.teach_probe(setting, schedule(decay=0.5, average=0.99), arguments.keep)
        case "edges":
            weights = arguments.weights or setting.place.weights
            start = Path(arguments.start) if arguments.start else None
            return painting.teach_edges(setting, weights, start, schedule(), arguments.sheet_minutes)
        case "pack":
            painting.write_weights(setting, arguments.out or setting.place.weights)
        case "sheet":
            painting.write_sheet(setting, arguments.start, arguments.out or arguments.work / "sheet.png")
        case "evaluate":
            weights = arguments.weights or setting.place.weights
            measuring.evaluate(setting, weights, arguments.captions, arguments.skeletons, arguments.props)
        case "all":
            plan = whole.GPU_PLAN if setting.device == "cuda" else whole.CPU_PLAN
            plan = replace(
                plan,
                rows=arguments.rows or plan.rows,
                held_out=arguments.held_out or plan.held_out,
                prediction=arguments.prediction,
            )
            for name in whole.NETWORKS:
                usual = getattr(plan, name)
                untold = whole.CHOSEN if arguments.minutes and name in whole.SHARES else usual.steps
                steps_of, batch = getattr(arguments, f"{name}_steps") or untold, arguments.batch or usual.batch
                plan = replace(plan, **{name: replace(usual, steps=steps_of, batch=batch)})
            return whole.make_all(
                setting, plan, arguments.start, arguments.tokenizer, arguments.minutes,
                arguments.sheet_minutes, arguments.keep, arguments.evaluate,
            )  # fmt: skip
    return True
