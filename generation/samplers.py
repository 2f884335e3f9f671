"""A sampler by the name people know it by, as the diffusers scheduler that draws the same picture.

Names and defaults follow AUTOMATIC1111; the pairs in this table were measured against k-diffusion on the SD
1.5 noise schedule and agree to 1e-3 of the sample's norm or better (DDIM and UniPC have no counterpart
there). Left out because diffusers draws something else under that name: "DPM++ 2M" with uniform steps (it
never visits the last timestep, 10 % off), "DPM++ 3M SDE" (a wrong sign in its third-order term), "DPM2"
(A1111 discards the penultimate sigma), "DPM++ 2S a" (no counterpart). "DPM++ SDE" would bring in a package
for its Brownian noise alone.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any

from diffusers import (
    DDIMScheduler,
    DPMSolverMultistepScheduler,
    EulerAncestralDiscreteScheduler,
    EulerDiscreteScheduler,
    HeunDiscreteScheduler,
    SchedulerMixin,
    UniPCMultistepScheduler,
)
from torch import Tensor

from generation.request import SAMPLERS, BadRequest

# What belongs to the model rather than to the sampler. `prediction_type` above all: a v-prediction model
# sampled as if it predicted noise draws brown mud.
MODEL_KEYS = (
    "num_train_timesteps",
    "beta_start",
    "beta_end",
    "beta_schedule",
    "trained_betas",
    "prediction_type",
    "rescale_betas_zero_snr",
)

_TABLE: dict[str, tuple[type[SchedulerMixin], dict[str, Any]]] = {
    "Euler a": (EulerAncestralDiscreteScheduler, {"timestep_spacing": "linspace"}),
    "Euler": (EulerDiscreteScheduler, {"timestep_spacing": "linspace"}),
    "DPM++ 2M Karras": (
        DPMSolverMultistepScheduler,
        {
            "algorithm_type": "dpmsolver++",
            "solver_order": 2,
            "use_karras_sigmas": True,
            "final_sigmas_type": "zero",
        },
    ),
    "DPM++ 2M SDE Karras": (
        DPMSolverMultistepScheduler,
        {
            "algorithm_type": "sde-dpmsolver++",
            "solver_order": 2,
            "use_karras_sigmas": True,
            "final_sigmas_type": "zero",
        },
    ),
    "Heun": (HeunDiscreteScheduler, {"timestep_spacing": "linspace"}),
    "DDIM": (DDIMScheduler, {"timestep_spacing": "leading", "clip_sample": False, "set_alpha_to_one": False}),
    "UniPC": (UniPCMultistepScheduler, {"solver_type": "bh2"}),
}
assert tuple(_TABLE) == SAMPLERS, "the plain-data door must name exactly the samplers that exist"


def scheduler_for(sampler: str, config: Mapping[str, Any]) -> SchedulerMixin:
    """The scheduler of a sampler, for a model whose scheduler config is given.

    Only MODEL_KEYS are taken from the config: what else stands there was meant for another sampler.
    """
    if sampler not in _TABLE:
        raise BadRequest(f"There is no sampler {sampler!r}; known are {', '.join(SAMPLERS)}.")
    scheduler, options = _TABLE[sampler]
    known = inspect.signature(scheduler.__init__).parameters
    model = {key: config[key] for key in MODEL_KEYS if key in known and config.get(key) is not None}
    offset = {"steps_offset": 1} if "steps_offset" in known else {}  # as SD 1.x was trained and is published
    return scheduler(**model, **offset, **options)


def watch(scheduler: SchedulerMixin) -> Callable[[], Tensor]:
    """What gives the clean latents the model foresaw at the scheduler's latest step, which costs nothing to know.

    Schedulers of one step return them beside the next sample, those of several keep them for their next step.
    """
    latest: list[Tensor] = []
    step = scheduler.step

    @functools.wraps(step)  # pipelines look at its signature
    def watched(*arguments: Any, **options: Any) -> Any:
        result = step(*arguments, **options)
        latest[:] = [result[1] if len(result) > 1 else scheduler.model_outputs[-1]]
        return result

    scheduler.step = watched
    return lambda: latest[0]
