"""What the tests of training share: photos of a doll, short plans, one short training that many look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import torch
from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

from generation.base import Base, load_base
from miniature import WEIGHTS
from miniature.people import RADKE
from miniature.world import portrait_session
from training.photos import Example
from training.plan import TrainingPlan, plan_for
from training.session import EpochReport, StepLoss, Training


@pytest.fixture(scope="session")
def examples() -> list[Example]:
    """Six photos of radke with their captions."""
    return [
        Example(photo.image, photo.caption) for photo in portrait_session(RADKE, "radke", photos=6, size=128)
    ]


@pytest.fixture(scope="session")
def short_plan() -> TrainingPlan:
    """Two epochs of four small steps, with prior pictures."""
    return replace(
        plan_for("miniature", "radke", 6),
        epochs=2,
        steps_per_epoch=4,
        batch_size=2,
        prior_images=2,
        prior_batch_size=1,
    )


@pytest.fixture
def fresh_base() -> Callable[[], Base]:
    """Loads a miniature nobody has touched."""
    return lambda: load_base("miniature", device="cpu")


@dataclass(frozen=True)
class Ran:
    """A training that ran unbroken: its file and all it reported."""

    data: bytes
    steps: list[StepLoss]
    epochs: list[EpochReport]


def run_through(training: Training) -> Ran:
    """Run a training to its end."""
    steps: list[StepLoss] = []
    epochs: list[EpochReport] = []
    while not training.done:
        epochs.append(training.run_epoch(steps.append))
    return Ran(training.finish(), steps, epochs)


@pytest.fixture(scope="session")
def run() -> Callable[[Training], Ran]:
    """Runs a training to its end."""
    return run_through


@pytest.fixture(scope="session")
def unbroken(examples, short_plan) -> Ran:
    """The short plan, run without a break."""
    return run_through(Training(load_base("miniature", device="cpu"), examples, short_plan))


@pytest.fixture(scope="session")
def small_sd(tmp_path_factory) -> Path:
    """A diffusers folder of Stable Diffusion 1.x's shape (four levels, two layers each, f=8, epsilon),
    tiny and untrained: the code path of the real one without its two gigabytes."""
    folder = tmp_path_factory.mktemp("small-sd")
    tokenizer = CLIPTokenizer.from_pretrained(WEIGHTS / "tokenizer")
    torch.manual_seed(1)
    UNet2DConditionModel(
        sample_size=8,
        cross_attention_dim=32,
        block_out_channels=(8, 16, 16, 16),
        norm_num_groups=4,
        attention_head_dim=2,
    ).save_pretrained(folder / "unet")
    AutoencoderKL(
        block_out_channels=(4, 8, 8, 8),
        norm_num_groups=4,
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
    ).save_pretrained(folder / "vae")
    CLIPTextModel(
        CLIPTextConfig(
            vocab_size=len(tokenizer),
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=2,
            num_attention_heads=2,
            bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        )
    ).save_pretrained(folder / "text_encoder")
    tokenizer.save_pretrained(folder / "tokenizer")
    DDIMScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        clip_sample=False,
        prediction_type="epsilon",
    ).save_pretrained(folder / "scheduler")
    return folder
