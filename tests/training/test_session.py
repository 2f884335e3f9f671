"""A training: what it reports, what it survives, and that a break leaves no trace in its end."""

import platform
import resource
from dataclasses import replace

import numpy as np
import pytest
import safetensors.torch
import torch

from generation.base import load_base
from generation.lora_file import tensor_digest
from training import lora, sketches
from training.batch import compose
from training.errors import BadExample, StateMismatch, TrainingFailed
from training.photos import Example
from training.precision import make_ready
from training.prediction import predicted, tokenized
from training.session import Training


class Stop(Exception):
    """Whoever watches has seen enough."""


def stop(step):
    raise Stop


def weights(training_base):
    return [
        weight
        for network in (training_base.unet, training_base.text_encoder)
        for module in lora.attached(network)
        for weight in (module.down, module.up)
    ]


def test_every_step_tells_its_loss_and_the_time_left(unbroken, short_plan):
    assert [step.step for step in unbroken.steps] == list(range(1, short_plan.steps + 1))
    assert all(0 < step.loss < 5 for step in unbroken.steps)
    assert all(step.seconds_left > 0 for step in unbroken.steps)
    assert unbroken.steps[-1].seconds_left < unbroken.steps[3].seconds_left


def test_every_epoch_tells_its_mean_loss_and_shows_portraits(unbroken, short_plan):
    assert [(report.epoch, report.epochs) for report in unbroken.epochs] == [(1, 2), (2, 2)]
    first = [step.loss for step in unbroken.steps[:4]]
    assert unbroken.epochs[0].loss == pytest.approx(np.mean(first))
    assert all(report.preview.size == (128, 128) for report in unbroken.epochs)
    assert unbroken.epochs[0].preview.tobytes() != unbroken.epochs[1].preview.tobytes()


def test_a_training_restored_at_an_epochs_end_ends_like_an_unbroken_one(
    fresh_base, examples, short_plan, unbroken, run
):
    broken = Training(fresh_base(), examples, short_plan)
    broken.run_epoch(lambda step: None)
    saved = broken.state()
    torch.manual_seed(4)  # chance elsewhere in the process changes nothing
    resumed = Training(fresh_base(), examples, short_plan)
    resumed.restore(saved)
    assert resumed.epochs_done == 1
    rest = run(resumed)
    assert tensor_digest(rest.data) == tensor_digest(unbroken.data)
    assert [step.loss for step in rest.steps] == [step.loss for step in unbroken.steps[4:]]
    assert rest.epochs[0].preview.tobytes() == unbroken.epochs[1].preview.tobytes()


def test_a_training_stopped_in_an_epoch_goes_on_to_the_same_end(
    fresh_base, examples, short_plan, unbroken, run
):
    stopped = Training(fresh_base(), examples, short_plan)

    def stop_at_two(step):
        if step.step == 2:
            raise Stop

    with pytest.raises(Stop):
        stopped.run_epoch(stop_at_two)
    resumed = Training(fresh_base(), examples, short_plan)
    resumed.restore(stopped.state())
    rest = run(resumed)
    assert tensor_digest(rest.data) == tensor_digest(unbroken.data)
    assert rest.epochs[0].loss == unbroken.epochs[0].loss


def test_the_more_strangers_weigh_the_less_they_change(fresh_base, examples, short_plan):
    def change(prior_weight):
        base = fresh_base()
        training = Training(base, examples, replace(short_plan, prior_weight=prior_weight))
        training.run_epoch(lambda step: None)
        noisy = torch.randn(2, 4, 16, 16, generator=torch.Generator().manual_seed(0))
        tokens = tokenized(base, ["a portrait of a man", "a photo of a woman"])
        asked = base, noisy, torch.tensor([500, 900]), tokens
        with torch.no_grad():
            with lora.detached(base.text_encoder, base.unet):
                before = predicted(*asked)
            return float((predicted(*asked) - before).square().mean())

    assert change(20.0) < change(1.0) / 2


def test_a_preview_changes_neither_weights_nor_chance(fresh_base, examples, short_plan):
    base = fresh_base()
    Training(base, examples, short_plan)
    before = [weight.detach().clone() for weight in weights(base)]
    torch.manual_seed(6)
    expected = torch.rand(3)
    torch.manual_seed(6)
    sketches.preview(base, "radke", 1)
    assert torch.equal(torch.rand(3), expected)
    assert all(torch.equal(was, now) for was, now in zip(before, weights(base), strict=True))


def test_the_frozen_base_is_not_touched(fresh_base, examples, short_plan):
    base = fresh_base()
    training = Training(base, examples, short_plan)
    with pytest.raises(Stop):
        training.run_epoch(stop)
    untouched = load_base("miniature", device="cpu")
    make_ready(untouched)
    trained = {name.replace(".base_layer", ""): tensor for name, tensor in base.unet.state_dict().items()}
    assert all(torch.equal(trained[name], tensor) for name, tensor in untouched.unet.state_dict().items())


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")
def test_a_step_takes_up_the_memory_of_the_one_before(fresh_base, examples, short_plan):
    training = Training(fresh_base(), examples, replace(short_plan, steps_per_epoch=8))
    fetched: list[int] = []
    training.run_epoch(lambda step: fetched.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt))
    assert (fetched[-1] - fetched[3]) / 4 < 500  # pages of 4 KB; 3,600 without


@pytest.mark.parametrize("other", ["plan", "photos", "captions"])
def test_the_state_of_another_training_is_refused(fresh_base, examples, short_plan, other):
    saved = Training(fresh_base(), examples, short_plan).state()
    if other == "plan":
        another = Training(fresh_base(), examples, replace(short_plan, seed=1))
    elif other == "photos":
        another = Training(fresh_base(), examples[::-1], short_plan)
    else:
        changed = [Example(example.image, example.caption + " smiling") for example in examples]
        another = Training(fresh_base(), changed, short_plan)
    with pytest.raises(StateMismatch, match="another training"):
        another.restore(saved)


def test_a_damaged_state_is_refused(fresh_base, examples, short_plan):
    training = Training(fresh_base(), examples, short_plan)
    saved = training.state()
    for damaged in (b"", b"not a state", saved[:-100], safetensors.torch.save({"x": torch.zeros(1)})):
        with pytest.raises(StateMismatch, match="damaged"):
            training.restore(damaged)


def spoil(monkeypatch, at):
    """Make the latents of some steps infinite, as a broken photo or an overflowing base would."""

    def batch(plan, examples, latents, prior, step):
        whole = compose(plan, examples, latents, prior, step)
        return replace(whole, latents=whole.latents * float("inf")) if step in at else whole

    monkeypatch.setattr("training.session.compose", batch)


def test_a_loss_that_is_no_number_is_skipped_and_the_rate_lowered(
    fresh_base, examples, short_plan, monkeypatch
):
    base = fresh_base()
    training = Training(base, examples, short_plan)
    spoil(monkeypatch, {5})
    training.run_epoch(lambda step: None)
    good = [weight.detach().clone() for weight in weights(base)]
    losses = []

    def watch(step):
        losses.append(step.loss)
        if step.step == 6:
            raise Stop

    with pytest.raises(Stop):
        training.run_epoch(watch)
    assert not np.isfinite(losses[1])
    assert all(torch.equal(was, now) for was, now in zip(good, weights(base), strict=True))
    training.run_epoch(lambda step: None)
    assert training._optimizer.param_groups[1]["lr"] < 0.5 * short_plan.unet_learning_rate
    assert all(
        torch.isfinite(tensor.float()).all() for tensor in safetensors.torch.load(training.finish()).values()
    )


def test_a_second_loss_that_is_no_number_ends_the_training_in_words(
    fresh_base, examples, short_plan, monkeypatch
):
    base = fresh_base()
    training = Training(base, examples, short_plan)
    spoil(monkeypatch, {1, 3})
    with pytest.raises(TrainingFailed, match="step 4 for the second time"):
        training.run_epoch(lambda step: None)


def test_nothing_is_written_before_the_last_step(fresh_base, examples, short_plan):
    with pytest.raises(ValueError, match="0 of 8 steps"):
        Training(fresh_base(), examples, short_plan).finish()


def test_a_photo_without_caption_is_refused_before_anything_is_loaded_onto_it(
    fresh_base, examples, short_plan
):
    with pytest.raises(BadExample, match="Photo 2 has no caption"):
        Training(fresh_base(), [examples[0], Example(examples[1].image, "")], short_plan)


def test_a_base_of_sds_shape_that_predicts_noise_is_trained_by_the_same_code(
    small_sd, examples, short_plan, run
):
    base = load_base(str(small_sd), device="cpu")
    ran = run(Training(base, examples, replace(short_plan, mirror=False, epochs=1)))
    assert base.scheduler_config["prediction_type"] == "epsilon"
    assert 0.5 < ran.epochs[0].loss < 2  # an untrained UNet against noise of variance 1
    assert sum(key.startswith("lora_unet_") for key in safetensors.torch.load(ran.data)) == 3 * 192
