"""How a training is planned."""

import subprocess
import sys

import pytest

from training.plan import TrainingPlan, plan_for


def test_the_miniature_is_trained_at_rank_16_and_sd_at_the_reports_128():
    assert (plan_for("miniature", "radke", 18).rank, plan_for("miniature", "radke", 18).alpha) == (16, 16)
    assert (plan_for("some/sd-1.5", "radke", 18).rank, plan_for("some/sd-1.5", "radke", 18).alpha) == (
        128,
        128,
    )


def test_rank_and_alpha_are_settings_and_alpha_follows_the_rank_when_it_is_not_given():
    assert plan_for("miniature", "radke", 18, rank=4).alpha == 4
    assert plan_for("miniature", "radke", 18, rank=4, alpha=2).alpha == 2


def test_sd_sees_each_photo_as_often_as_in_the_report():
    plan = plan_for("some/sd-1.5", "radke", 18)
    assert plan.steps * plan.batch_size == pytest.approx(55 * 3 * 18, rel=0.01)


def test_a_plan_comes_back_from_where_it_was_stored():
    plan = plan_for("miniature", "radke", 18, seed=7)
    assert TrainingPlan.from_json(plan.to_json()) == plan


@pytest.mark.parametrize("token", ["", "r", "Radke", "two words", "../etc", "<lora:x:1>", "1radke", "x" * 40])
def test_a_token_is_one_plain_word(token):
    with pytest.raises(ValueError, match="subject's word"):
        plan_for("miniature", token, 18)


@pytest.mark.parametrize("wrong", [{"rank": 0}, {"rank": 1000}, {"alpha": 0}, {"alpha": -1.0}])
def test_a_rank_or_alpha_out_of_bounds_is_refused(wrong):
    with pytest.raises(ValueError, match="LoRA is"):
        plan_for("miniature", "radke", 18, **wrong)


@pytest.mark.parametrize("photos", [0, 3, 201])
def test_too_few_or_too_many_photos_are_refused(photos):
    with pytest.raises(ValueError, match="4 to 200 photos"):
        plan_for("miniature", "radke", photos)


def test_the_plan_can_be_read_without_loading_torch():
    code = "import sys, training.plan; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
