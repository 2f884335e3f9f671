"""Samplers: every name draws, and none forgets what the model was trained to predict."""

import pytest

from generation.request import SAMPLERS, BadRequest
from generation.samplers import scheduler_for

V_MODEL = {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012, "num_train_timesteps": 1000,
           "prediction_type": "v_prediction", "timestep_spacing": "leading", "skip_prk_steps": True}  # fmt: skip


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_every_sampler_keeps_the_models_prediction_type_and_noise_schedule(sampler):
    config = scheduler_for(sampler, V_MODEL).config
    assert config.prediction_type == "v_prediction"
    assert (config.beta_schedule, config.beta_start, config.beta_end) == ("scaled_linear", 0.00085, 0.012)


@pytest.mark.parametrize("sampler", ["Euler a", "Euler", "Heun"])
def test_a_models_own_timestep_spacing_does_not_change_what_a_sampler_draws(sampler):
    scheduler = scheduler_for(sampler, V_MODEL)
    scheduler.set_timesteps(10)
    assert float(scheduler.timesteps[0]) == 999  # "leading" would begin at 901


def test_karras_is_what_the_name_says():
    assert scheduler_for("DPM++ 2M Karras", V_MODEL).config.use_karras_sigmas
    assert scheduler_for("DPM++ 2M SDE Karras", V_MODEL).config.algorithm_type == "sde-dpmsolver++"


def test_an_unknown_sampler_names_the_known_ones():
    with pytest.raises(BadRequest, match="Euler a"):
        scheduler_for("PLMS", V_MODEL)
