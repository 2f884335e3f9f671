"""One training from photos to the LoRA file. `Training.run_epoch` and `_take_step` read top to bottom.

The text encoder learns along with the UNet; photos are encoded once; what a step draws by chance depends on
the seed and the step's number alone. So a training restored from `state()` ends with the same bytes as an
unbroken one, on the same machine.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import torch
import torch.nn.functional as functional
from diffusers import DDPMScheduler

from generation.base import Base
from training import kohya, lora, photos, sketches, state, views
from training.batch import compose
from training.errors import StateMismatch, TrainingFailed
from training.metadata import describe, warmup_steps
from training.pace import Pace
from training.photos import Example
from training.plan import TrainingPlan
from training.precision import make_ready
from training.prediction import predicted, target, tokenized
from training.randomness import generator, noise_for
from training.reports import EpochReport, StepLoss

MAX_GRADIENT_NORM = 1.0
LAST_RATE = 0.1  # of the full learning rate, reached at the last step
AFTER_STUMBLE = 0.5  # the learning rates' factor once a loss was no number


class Training:
    """A training in progress. It owns the base it is given and leaves it changed: give it a fresh one.

    Raises BadExample when a photo or caption cannot be learnt from.
    """

    def __init__(self, base: Base, examples: Sequence[Example], plan: TrainingPlan) -> None:
        photos.check(examples, plan.token, base.tokenizer, base.native_size)
        self._base, self._plan = base, plan
        self._examples = [photos.prepare(example, base.native_size) for example in examples]
        self._started = datetime.now(UTC)
        self._prior: torch.Tensor | None = None
        self._latents: torch.Tensor | None = None
        self._seen: torch.Tensor | None = None  # in photos nobody described
        self._progress = state.Progress()
        self._pace = Pace()

        make_ready(base)
        seed = int.from_bytes(hashlib.sha256(f"{plan.seed}:lora".encode()).digest()[:6], "little")
        self._networks = {
            "text_encoder": lora.attach(base.text_encoder, plan.rank, plan.alpha, seed),
            "unet": lora.attach(base.unet, plan.rank, plan.alpha, seed + 1),
        }
        self._weights = {
            f"{network}.{module.name}.{half}": weight
            for network, modules in self._networks.items()
            for module in modules
            for half, weight in (("down", module.down), ("up", module.up))
        }
        self._optimizer = torch.optim.AdamW(
            [
                {"params": [weight for name, weight in self._weights.items() if name.startswith(network)]}
                for network in self._networks
            ],
            betas=(0.9, 0.99),
            weight_decay=1e-2,
            fused=True,  # weight by weight in Python it takes 3 % of a step on the miniature
        )
        self._rates = (plan.text_encoder_learning_rate, plan.unet_learning_rate)
        self._schedule = DDPMScheduler.from_config(base.scheduler_config)
        self._last_good = self._snapshot()

    @property
    def epochs_done(self) -> int:
        """How many whole epochs have been taken, also those before the state was restored."""
        return self._progress.step // self._plan.steps_per_epoch

    @property
    def done(self) -> bool:
        """Whether every step has been taken, so that `finish` may be called."""
        return self._progress.step >= self._plan.steps

    def prepare(self, on_drawn: Callable[[int, int], None] | None = None) -> None:
        """Encode the photos and draw the prior pictures, unless that is done; `on_drawn(drawn, of)` follows.

        `run_epoch` calls this by itself; call it first to show its progress.
        """
        if self._latents is None:
            self._latents = self._encode_photos()
        silent = any(views.undescribed(each, self._plan.token) for each in self._examples)
        if self._plan.views and self._seen is None and silent:
            shown = self._latents[: len(self._examples)]  # after them come the mirrored ones
            self._seen = views.look(self._base, self._schedule, shown, self._plan.seed)
        if self._prior is None and self._plan.prior_images:
            with lora.detached(self._base.text_encoder, self._base.unet):
                self._prior = sketches.draw_latents(
                    self._base,
                    sketches.prior_captions(self._plan.prior_images),
                    [self._plan.seed + number for number in range(self._plan.prior_images)],
                    sketches.PRIOR_STEPS,
                    on_drawn,
                )

    def run_epoch(self, on_step: Callable[[StepLoss], None]) -> EpochReport:
        """Take the steps to the end of the current epoch; what `on_step` raises stops it there and comes out.

        Raises TrainingFailed when the loss is no finite number for a second time.
        """
        if self.done:
            raise ValueError("every epoch of this training has been run")
        began = time.monotonic()
        self.prepare()
        plan = self._plan
        epoch = self._progress.step // plan.steps_per_epoch + 1
        while self._progress.step < epoch * plan.steps_per_epoch:
            clock = time.monotonic()
            loss = self._take_step()
            self._pace.step(time.monotonic() - clock)
            left = self._pace.seconds_left(plan.steps - self._progress.step, plan.epochs - epoch + 1)
            on_step(StepLoss(self._progress.step, plan.steps, loss, left))
        mean = self._progress.epoch_loss / plan.steps_per_epoch
        self._progress = replace(self._progress, epoch_loss=0.0)
        self._last_good = self._snapshot()
        clock = time.monotonic()
        picture = sketches.preview(self._base, plan.token, plan.seed)
        self._pace.preview(time.monotonic() - clock)
        return EpochReport(epoch, plan.epochs, mean, time.monotonic() - began, picture)

    def finish(self) -> bytes:
        """The trained LoRA as a kohya file; check the bytes with `training.verify` before anybody gets them.

        Raises TrainingFailed when the weights are not finite.
        """
        if not self.done:
            raise ValueError(f"only {self._progress.step} of {self._plan.steps} steps have been taken")
        metadata = describe(
            self._plan,
            self._base,
            photos=len(self._examples),
            steps=self._progress.updates,
            started=self._started,
            finished=datetime.now(UTC),
        )
        return kohya.adapter_file(self._base.unet, self._base.text_encoder, metadata)

    def state(self) -> bytes:
        """The training as it stands, to be restored into a Training of the same base, examples and plan."""
        tensors = dict(self._snapshot())
        made = {"prior": self._prior, "seen": self._seen}
        tensors |= {name: tensor for name, tensor in made.items() if tensor is not None}
        return state.pack(self._fingerprint(), self._progress, tensors)

    def restore(self, data: bytes) -> None:
        """Go on from a saved state; StateMismatch when it is damaged or of another training."""
        progress, tensors = state.unpack(data, self._fingerprint())
        prior, seen = tensors.pop("prior", None), tensors.pop("seen", None)
        if set(tensors) != set(self._snapshot()):
            raise StateMismatch(
                "The saved state has other weights than this training; start the training anew."
            )
        self._progress, self._prior, self._seen = progress, prior, seen
        self._put_back(tensors)
        self._last_good = self._snapshot()

    def _take_step(self) -> float:
        """One optimizer step; returns its loss. From a loss that is no number nothing is learnt."""
        assert self._latents is not None
        batch = compose(self._plan, self._told(), self._latents, self._prior, self._progress.step)
        latents = batch.latents
        chance = noise_for(
            self._plan.seed,
            self._progress.step,
            latents.shape,
            self._schedule.config.num_train_timesteps,
            self._plan.noisier,
        )
        device = self._base.device
        latents, noise, timesteps = latents.to(device), chance.noise.to(device), chance.timesteps.to(device)
        noisy, tokens = self._schedule.add_noise(latents, noise, timesteps), tokenized(self._base, batch.captions)
        answer = predicted(self._base, noisy, timesteps, tokens)
        wanted = target(self._schedule, latents, noise, timesteps)
        if batch.photos < len(latents):
            kept = slice(batch.photos, None)
            with torch.no_grad(), lora.detached(self._base.text_encoder, self._base.unet):
                wanted[kept] = predicted(self._base, noisy[kept], timesteps[kept], tokens[kept])
        errors = functional.mse_loss(answer, wanted, reduction="none").mean((1, 2, 3))
        errors[batch.photos :] *= self._plan.prior_weight
        loss = errors.mean()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self._weights.values(), MAX_GRADIENT_NORM)
        value = loss.item()
        if torch.isfinite(loss + norm):
            self._set_rates()
            self._optimizer.step()
            self._progress = replace(
                self._progress,
                updates=self._progress.updates + 1,
                epoch_loss=self._progress.epoch_loss + value,
            )
        else:
            self._stumble()
        self._optimizer.zero_grad(set_to_none=True)
        self._progress = replace(self._progress, step=self._progress.step + 1)
        return value

    def _told(self) -> list[Example]:
        """The examples as this step says them."""
        if self._seen is None:
            return self._examples
        chance = generator(self._plan.seed, "ways", self._progress.step)
        return views.described(self._examples, self._plan.token, self._seen.tolist(), chance)

    def _set_rates(self) -> None:
        """The learning rates of this step: up in a straight line, then down in one to a tenth."""
        step, steps = self._progress.step, self._plan.steps
        factor = min(1.0, (step + 1) / warmup_steps(self._plan)) * (1 - (1 - LAST_RATE) * step / steps)
        for group, rate in zip(self._optimizer.param_groups, self._rates, strict=True):
            group["lr"] = rate * factor * self._progress.rate_scale

    def _stumble(self) -> None:
        """After a loss that is no number: back to the last good weights, slower; a second time is the end."""
        if self._progress.stumbles:
            raise TrainingFailed(
                f"The loss stopped being a number at step {self._progress.step + 1} for the second "
                "time, also at half the learning rate. No LoRA was made. Check the photos, and how the base "
                "model draws."
            )
        self._put_back(self._last_good)
        self._progress = replace(self._progress, stumbles=1, rate_scale=AFTER_STUMBLE)

    def _snapshot(self) -> dict[str, torch.Tensor]:
        """Copies of the LoRA and its moments, on the CPU, by name."""
        tensors = {}
        for name, weight in self._weights.items():
            moments = self._optimizer.state.get(weight, {})
            zero = torch.zeros_like(weight)
            tensors[name] = weight.detach().cpu().clone()
            tensors[f"{name}.moment1"] = moments.get("exp_avg", zero).cpu().clone()
            tensors[f"{name}.moment2"] = moments.get("exp_avg_sq", zero).cpu().clone()
            tensors[f"{name}.updates"] = torch.as_tensor(float(moments.get("step", 0.0)))
        return tensors

    def _put_back(self, tensors: dict[str, torch.Tensor]) -> None:
        """The inverse of `_snapshot`."""
        with torch.no_grad():
            for name, weight in self._weights.items():
                weight.copy_(tensors[name])
                self._optimizer.state[weight] = {
                    "step": tensors[f"{name}.updates"].clone(),
                    "exp_avg": tensors[f"{name}.moment1"].to(weight.device, copy=True),
                    "exp_avg_sq": tensors[f"{name}.moment2"].to(weight.device, copy=True),
                }

    def _encode_photos(self) -> torch.Tensor:
        """Scaled latents of the photos, and after them of the mirrored ones if wanted; float32 on the CPU."""
        images = photos.pixels([example.image for example in self._examples])
        if self._plan.mirror:
            images = torch.cat([images, images.flip(3)])
        vae = self._base.vae
        with torch.no_grad():
            encoded = [
                vae.encode(image[None].to(self._base.device, vae.dtype)).latent_dist.mode()
                for image in images
            ]
        return torch.cat(encoded).float().cpu() * vae.config.scaling_factor

    def _fingerprint(self) -> str:
        parts = [
            json.dumps(self._plan.to_json(), sort_keys=True),
            photos.fingerprint(self._examples),
            self._base.digest,
        ]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()
