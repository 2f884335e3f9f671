"""One training loop for every network of the recipe: resumable at any step, the same weights every time.

What happens in step n follows from the seed and n alone (its batch, its noise), so a run that was killed and taken up
again from its last checkpoint ends with the very weights of an unbroken one, on the same machine. A checkpoint is
one safetensors file (weights, their moving average, AdamW's moments), written beside the old one and then renamed.

On a CPU every batch is cut into PARTS, each a thread of its own with its own graph, and their gradients are added in
order: small convolutions gain little from two cores each, and whole graphs side by side gain nearly all of it. The
sum does not depend on how many cores there are.
"""

from __future__ import annotations

import copy
import functools
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file

PARTS = 2
"""Parts of a batch on a CPU; on a GPU it is one."""

Loss = Callable[[int, np.random.Generator], Sequence[Callable[[], torch.Tensor]]]
"""The parts of one step's batch: each gives its own mean loss, when called in a thread of its own."""


@dataclass(frozen=True)
class Schedule:
    """How long and how fast: the learning rate rises over `warmup` steps, stays, and falls to nothing over the last
    `decay` share of `steps`. A run may be lengthened afterwards, as long as it has not begun to fall.
    """

    steps: int
    batch: int
    rate: float
    warmup: int = 100
    decay: float = 0.3
    average: float = 0.999
    seed: int = 0
    checkpoint_seconds: float = 120.0

    def rate_at(self, step: int) -> float:
        falling = (self.steps - step) / max(1.0, self.steps * self.decay)
        return self.rate * min(1.0, (step + 1) / self.warmup, max(0.005, falling))


@dataclass
class Trainee:
    """A network under its folder name; `average` is the moving average of its weights, which is what ships."""

    name: str
    network: torch.nn.Module
    average: torch.nn.Module | None = None


def chance_of(seed: int, step: int) -> np.random.Generator:
    """The randomness of one step."""
    return np.random.default_rng((seed, step))


def learn_steps(
    trainees: Sequence[Trainee],
    loss_of: Loss,
    schedule: Schedule,
    folder: Path,
    *,
    device: str = "cpu",
    tell: Callable[[int, float], None],
    until: int | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> None:
    """Train until the schedule's last step (or `until`), from the checkpoint in `folder` if there is one.

    `loss_of(step, chance)` gives the parts of one step's loss; `tell(step, loss)` hears of every step; once `stop()` is
    true the step at hand is finished and checkpointed. Afterwards each trainee's network holds the averaged weights.
    """
    for trainee in trainees:
        trainee.average = copy.deepcopy(trainee.network).requires_grad_(False)
    parameters = [p for t in trainees for p in t.network.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(
        parameters, lr=schedule.rate, betas=(0.9, 0.99), weight_decay=0.01, fused=True
    )
    step = _take_up(trainees, parameters, optimizer, folder)
    pool = ThreadPoolExecutor(PARTS)
    if device == "cpu":
        torch.set_num_threads(1)
    saved = time.monotonic()
    end = min(schedule.steps, until or schedule.steps)
    stopped = False
    while step < end and not stopped:
        for group in optimizer.param_groups:
            group["lr"] = schedule.rate_at(step)
        parts = loss_of(step, chance_of(schedule.seed, step))
        shares = list(pool.map(functools.partial(_gradients, parameters, device), parts))
        for i, parameter in enumerate(parameters):
            # In the parameter's own layout: the fused optimizer walks both alike, and a convolution's gradient comes in
            # another one, so that without this every convolution would learn noise.
            parameter.grad = torch.empty_like(parameter).copy_(
                sum(gradients[i] for _, gradients in shares) / len(shares)
            )
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        step += 1
        _follow(trainees, min(schedule.average, step / (step + 10)))
        tell(step, sum(loss for loss, _ in shares) / len(shares))
        stopped = stop()
        if time.monotonic() - saved > schedule.checkpoint_seconds or step == end or stopped:
            _lay_down(trainees, parameters, optimizer, folder, step)
            saved = time.monotonic()
    for trainee in trainees:
        assert trainee.average is not None
        trainee.network.load_state_dict(trainee.average.state_dict())


def _gradients(
    parameters: list[torch.nn.Parameter], device: str, part: Callable[[], torch.Tensor]
) -> tuple[float, tuple[torch.Tensor, ...]]:
    """Loss and gradients of one part, in the calling thread."""
    with torch.autocast(device, dtype=torch.bfloat16, cache_enabled=False):
        loss = part()
    return float(loss.detach()), torch.autograd.grad(loss, parameters)


@torch.no_grad()
def _follow(trainees: Sequence[Trainee], keep: float) -> None:
    for trainee in trainees:
        assert trainee.average is not None
        torch._foreach_lerp_(list(trainee.average.parameters()), list(trainee.network.parameters()), 1 - keep)
        for average, buffer in zip(trainee.average.buffers(), trainee.network.buffers(), strict=True):
            average.copy_(buffer)


def _lay_down(
    trainees: Sequence[Trainee],
    parameters: list[torch.nn.Parameter],
    optimizer: torch.optim.Optimizer,
    folder: Path,
    step: int,
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {}
    for trainee in trainees:
        assert trainee.average is not None
        tensors |= {f"{trainee.name}/now/{n}": p for n, p in trainee.network.state_dict().items()}
        tensors |= {f"{trainee.name}/average/{n}": p for n, p in trainee.average.state_dict().items()}
    for i, parameter in enumerate(parameters):
        for moment in ("exp_avg", "exp_avg_sq"):
            tensors[f"optimizer/{i}/{moment}"] = optimizer.state[parameter][moment]
    part = folder / "checkpoint.part"
    save_file({k: v.contiguous() for k, v in tensors.items()}, part, metadata={"step": str(step)})
    os.replace(part, folder / "checkpoint.safetensors")


def _take_up(
    trainees: Sequence[Trainee],
    parameters: list[torch.nn.Parameter],
    optimizer: torch.optim.Optimizer,
    folder: Path,
) -> int:
    """Load the checkpoint, if there is one; the step to go on with."""
    file = folder / "checkpoint.safetensors"
    if not file.is_file():
        return 0
    tensors = load_file(file)
    with torch.no_grad():
        for trainee in trainees:
            for which, network in (("now", trainee.network), ("average", trainee.average)):
                assert network is not None
                for name, value in network.state_dict().items():
                    value.copy_(tensors[f"{trainee.name}/{which}/{name}"])
    step = checkpoint_step(folder)
    for i, parameter in enumerate(parameters):
        optimizer.state[parameter] = {
            "step": torch.tensor(float(step), device=parameter.device),
            "exp_avg": tensors[f"optimizer/{i}/exp_avg"].to(parameter.device),
            "exp_avg_sq": tensors[f"optimizer/{i}/exp_avg_sq"].to(parameter.device),
        }
    return step


def checkpoint_step(folder: Path) -> int:
    """The step the checkpoint in `folder` was written after; 0 where there is none."""
    from safetensors import safe_open

    file = folder / "checkpoint.safetensors"
    if not file.is_file():
        return 0
    with safe_open(file, "pt") as tensors:
        return int(tensors.metadata()["step"])
