"""The plan of a training, made from how many photos there are and what was wished for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studio.errors import BadTraining
from studio.house import Studio
from training.plan import TrainingPlan, plan_for


def plan_of(studio: Studio, handle: str, photos: int, wishes: Mapping[str, Any]) -> TrainingPlan:
    """The plan for `photos` photos; `wishes` are rank, alpha and seed where somebody has any. Raises BadTraining."""
    given = {name: value for name, value in wishes.items() if value is not None}
    try:
        return plan_for(studio.settings.base_model, handle, photos, **given)
    except ValueError as error:
        raise BadTraining(str(error)) from error
