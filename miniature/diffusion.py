"""Text encoder, UNet and OpenPose ControlNet, learning together from the first step (`python -m miniature train`).

Half of every batch sees its skeleton, the other half only its caption, so that one UNet serves both with and without a
pose picture (with a quarter, words alone did not bring a guitar); a tenth of the captions is empty, for guidance.
Everything is drawn from the step's own chance (see `miniature.loop`): which rows, which of their captions, noise and
noise level.

Loss: squared error of the prediction, heads weighing more (a face of a full figure is a few latents and all of its
person), noise levels alike. `prediction` is "v_prediction" (Salimans & Ho 2022) or "epsilon" (Ho et al. 2020): the
model card tells how the two compare.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from diffusers import ControlNetModel, UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from transformers import CLIPTextModel, CLIPTokenizer

from miniature.autoencoder import head_weights
from miniature.data import ATTRIBUTES, CAPTIONS, Rows
from miniature.loop import PARTS, Schedule, Trainee, learn_steps
from miniature.networks import new_controlnet, new_scheduler, new_text_encoder, new_unet
from miniature.tokenizer import LENGTH

POSED = 0.5
"""Share of each batch that sees its skeleton."""
OFTENER = {"guitar": 3.0}
"""Deeds shown more often than others: what a guitar is must be told from the arms that half hide it."""
UNTOLD = 0.1
"""Share of the captions that is left out: what classifier-free guidance guides away from."""
_FACES = 2.0
_LEVELS = 1000


@dataclass
class Painter:
    """The networks that learn together."""

    tokenizer: CLIPTokenizer
    text_encoder: CLIPTextModel
    unet: UNet2DConditionModel
    controlnet: ControlNetModel

    @classmethod
    def new(cls, tokenizer: CLIPTokenizer) -> Painter:
        unet = new_unet()
        return cls(tokenizer, new_text_encoder(tokenizer), unet, new_controlnet(unet))

    @classmethod
    def load(cls, folder: Path) -> Painter:
        """From a folder in the diffusers layout, in float32 whatever it is stored in."""
        return cls(
            CLIPTokenizer.from_pretrained(folder / "tokenizer"),
            CLIPTextModel.from_pretrained(folder / "text_encoder", dtype=torch.float32),
            UNet2DConditionModel.from_pretrained(folder / "unet"),
            ControlNetModel.from_pretrained(folder / "controlnet"),
        )

    def trainees(self) -> list[Trainee]:
        return [
            Trainee("text_encoder", self.text_encoder),
            Trainee("unet", self.unet),
            Trainee("controlnet", self.controlnet),
        ]


def token_ids(tokenizer: CLIPTokenizer, captions: list[list[str]]) -> torch.Tensor:
    """n × CAPTIONS × LENGTH, int16, padded with the end token as Stable Diffusion does."""
    flat = [caption for several in captions for caption in several]
    told = tokenizer(flat, padding="max_length", truncation=True, max_length=LENGTH, return_tensors="np")
    return torch.from_numpy(told["input_ids"].astype(np.int16)).view(len(captions), CAPTIONS, LENGTH)


def learn(
    painter: Painter,
    rows: Rows,
    latents: torch.Tensor,
    folder: Path,
    schedule: Schedule,
    *,
    prediction: str = "v_prediction",
    device: str = "cpu",
    until: int | None = None,
    tell: Callable[[int, float], None],
    stop: Callable[[], bool] = lambda: False,
) -> None:
    """Teach the three networks; afterwards they hold their averaged weights. Resumes from `folder`.

    `latents`: n × 4 × 16 × 16, scaled to a standard deviation of one.
    """
    noises = new_scheduler(prediction)
    ids = token_ids(painter.tokenizer, rows.captions)
    shares = _shares(rows)
    trainees = painter.trainees()
    for trainee in trainees:
        trainee.network.to(device).train()
    if device == "cpu":  # the fused attention's backward pass is half of a step in bfloat16 on a CPU
        painter.unet.set_attn_processor(AttnProcessor())
        painter.controlnet.set_attn_processor(AttnProcessor())
        painter.text_encoder.set_attn_implementation("eager")
    else:
        for trainee in trainees:
            trainee.network.compile()

    def part(
        true: torch.Tensor,
        told: torch.Tensor,
        levels: torch.Tensor,
        noise: torch.Tensor,
        weights: torch.Tensor,
        maps: torch.Tensor,
    ) -> torch.Tensor:
        maps = maps[: int(len(maps) * POSED)].permute(0, 3, 1, 2).float() / 255
        wanted = noise if prediction == "epsilon" else noises.get_velocity(true, noise, levels)
        drawn = predict(painter, noises.add_noise(true, noise, levels), levels, told, maps)
        return (weights * (drawn.float() - wanted) ** 2).mean()

    def parts(step: int, chance: np.random.Generator) -> list[Callable[[], torch.Tensor]]:
        size = schedule.batch
        chosen = chance.choice(len(rows), size, replace=False, p=shares)
        true = latents[torch.from_numpy(chosen)].float()
        told = ids[torch.from_numpy(chosen), torch.from_numpy(chance.integers(0, CAPTIONS, size))].long()
        told[torch.from_numpy(chance.random(size) < UNTOLD), 1:] = painter.tokenizer.eos_token_id
        # One noise level from each of as many equal parts of the schedule: a batch that sees all of it is less noisy.
        levels = chance.permutation((np.arange(size) + chance.random(size)) / size * _LEVELS).astype(np.int64)
        noise = torch.from_numpy(chance.standard_normal(true.shape, dtype=np.float32))
        weights = head_weights(rows.heads[chosen], true.shape[-1], _FACES)
        maps = torch.from_numpy(rows.skeletons[chosen])
        batch = (true, told, torch.from_numpy(levels), noise, weights, maps)
        cut = zip(*(t.to(device).chunk(PARTS if device == "cpu" else 1) for t in batch), strict=True)
        return [functools.partial(part, *tensors) for tensors in cut]

    learn_steps(trainees, parts, schedule, folder, device=device, tell=tell, until=until, stop=stop)
    for trainee in trainees:
        trainee.network.eval()


def _shares(rows: Rows) -> np.ndarray:
    """How likely each row is to be shown; they sum to one."""
    deeds = ATTRIBUTES["action"][0]
    weights = np.array([OFTENER.get(deed, 1.0) for deed in deeds])[rows.labels[:, list(ATTRIBUTES).index("action")]]
    return weights / weights.sum()


def predict(
    painter: Painter, noisy: torch.Tensor, levels: torch.Tensor, told: torch.Tensor, maps: torch.Tensor
) -> torch.Tensor:
    """The UNet's answer; the first `len(maps)` of the batch see their skeleton."""
    states = painter.text_encoder(told)[0]
    posed, rest = len(maps), len(noisy) - len(maps)
    down, middle = painter.controlnet(
        noisy[:posed], levels[:posed], states[:posed], controlnet_cond=maps, return_dict=False
    )

    def padded(hint: torch.Tensor) -> torch.Tensor:
        return torch.cat([hint, hint.new_zeros(rest, *hint.shape[1:])])

    return painter.unet(
        noisy,
        levels,
        states,
        down_block_additional_residuals=[padded(hint) for hint in down],
        mid_block_additional_residual=padded(middle),
    ).sample
