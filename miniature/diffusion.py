"""Text encoder, UNet and OpenPose ControlNet, learning together from the first step (`python -m miniature train`).

Half of every batch sees its skeleton, the other half only its caption, so that one UNet serves both with and without a
pose picture; a tenth of the captions is empty, for guidance. A second ControlNet is taught by the same steps while the
rest stays as it is (`python -m miniature edges`); `controls` tells the two apart. Everything is drawn from the step's
own chance (see `miniature.loop`): which rows, which of their captions, noise and noise level.

Loss: squared error of the prediction, heads weighing more (a face of a full figure is a few latents and all of its
person), noise levels alike. `prediction` is "v_prediction" (Salimans & Ho 2022) or "epsilon" (Ho et al. 2020): the
model card tells how the two compare.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from diffusers import ControlNetModel, UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from transformers import CLIPTextModel, CLIPTokenizer

from miniature.autoencoder import head_weights
from miniature.controls import EDGES, SKELETONS, Control
from miniature.data import ATTRIBUTES, CAPTIONS, Rows
from miniature.loop import PARTS, Schedule, Trainee, learn_steps
from miniature.networks import new_controlnet, new_scheduler, new_text_encoder, new_unet
from miniature.tokenizer import LENGTH

OFTENER = {"guitar": 3.0}
"""Deeds shown more often than others: what a guitar is must be told from the arms that half hide it."""
_FACES = 2.0
_LEVELS = 1000


@dataclass
class Painter:
    """The networks that learn together, or the one that learns for the others."""

    tokenizer: CLIPTokenizer
    text_encoder: CLIPTextModel
    unet: UNet2DConditionModel
    controlnet: ControlNetModel
    control: Control = SKELETONS

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

    def with_edges(self, begun: Path | None = None) -> Painter:
        """To teach the second ControlNet, which begins as the one in the folder `begun`, taught for another UNet, or
        as the first: that can draw the world already.
        """
        controlnet = ControlNetModel.from_pretrained(begun) if begun else self.controlnet
        return replace(self, control=EDGES, controlnet=controlnet)

    def networks(self) -> dict[str, torch.nn.Module]:
        return {"text_encoder": self.text_encoder, "unet": self.unet, "controlnet": self.controlnet}

    def trainees(self) -> list[Trainee]:
        return [Trainee(name, network) for name, network in self.networks().items() if name in self.control.learns]


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
    """Teach the networks that learn; afterwards they hold their averaged weights. Resumes from `folder`.

    `latents`: n × 4 × 16 × 16, scaled to a standard deviation of one.
    """
    noises = new_scheduler(prediction)
    ids = token_ids(painter.tokenizer, rows.captions)
    shares, control = _shares(rows), painter.control
    for name, network in painter.networks().items():
        network.to(device).train().requires_grad_(name in control.learns)
    if device == "cpu":  # the fused attention's backward pass is half of a step in bfloat16 on a CPU
        painter.unet.set_attn_processor(AttnProcessor())
        painter.controlnet.set_attn_processor(AttnProcessor())
        painter.text_encoder.set_attn_implementation("eager")
    else:
        for network in painter.networks().values():
            network.compile()

    def part(
        true: torch.Tensor,
        told: torch.Tensor,
        levels: torch.Tensor,
        noise: torch.Tensor,
        weights: torch.Tensor,
        maps: torch.Tensor,
    ) -> torch.Tensor:
        maps = maps[: int(len(maps) * control.shown)].permute(0, 3, 1, 2).float() / 255
        wanted = noise if prediction == "epsilon" else noises.get_velocity(true, noise, levels)
        drawn = predict(painter, noises.add_noise(true, noise, levels), levels, told, maps)
        return (weights * (drawn.float() - wanted) ** 2).mean()

    def parts(step: int, chance: np.random.Generator) -> list[Callable[[], torch.Tensor]]:
        size = schedule.batch
        chosen = chance.choice(len(rows), size, replace=False, p=shares)
        true = latents[torch.from_numpy(chosen)].float()
        told = ids[torch.from_numpy(chosen), torch.from_numpy(chance.integers(0, CAPTIONS, size))].long()
        told[torch.from_numpy(chance.random(size) < control.untold), 1:] = painter.tokenizer.eos_token_id
        # One noise level from each of as many equal parts of the schedule: a batch that sees all of it is less noisy.
        levels = chance.permutation((np.arange(size) + chance.random(size)) / size * _LEVELS).astype(np.int64)
        noise = torch.from_numpy(chance.standard_normal(true.shape, dtype=np.float32))
        weights = head_weights(rows.heads[chosen], true.shape[-1], _FACES)
        maps = torch.from_numpy(control.of_rows(rows, chosen))
        batch = (true, told, torch.from_numpy(levels), noise, weights, maps)
        cut = zip(*(t.to(device).chunk(PARTS if device == "cpu" else 1) for t in batch), strict=True)
        return [functools.partial(part, *tensors) for tensors in cut]

    learn_steps(painter.trainees(), parts, schedule, folder, device=device, tell=tell, until=until, stop=stop)
    for network in painter.networks().values():
        network.eval()


def _shares(rows: Rows) -> np.ndarray:
    """How likely each row is to be shown; they sum to one."""
    deeds = ATTRIBUTES["action"][0]
    weights = np.array([OFTENER.get(deed, 1.0) for deed in deeds])[rows.labels[:, list(ATTRIBUTES).index("action")]]
    return weights / weights.sum()


def predict(
    painter: Painter, noisy: torch.Tensor, levels: torch.Tensor, told: torch.Tensor, maps: torch.Tensor
) -> torch.Tensor:
    """The UNet's answer; the first `len(maps)` of the batch see their map."""
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
