"""What the LoRA file says of itself: kohya's `ss_*` and Stability's `modelspec.*` 1.0.1, all values strings.

AUTOMATIC1111 takes the alias in `<lora:alias:1>` from `ss_output_name`, so it is the token (and not "last",
which makes every file collide); `ss_base_model_version` tells tools that the file fits SD 1.x. Of the
captions nothing is written but the token: the file is handed around, and the captions tell where a person
was.
"""

from __future__ import annotations

import json
from datetime import datetime

import torch

from generation.base import Base
from training.plan import TrainingPlan
from training.precision import computing_dtype

SCRIPT = "likeness"


def describe(
    plan: TrainingPlan, base: Base, *, photos: int, steps: int, started: datetime, finished: datetime
) -> dict[str, str]:
    """The metadata of a LoRA trained by a plan on a base. `steps` are those done; times have a zone."""
    size = base.native_size
    folder = f"1_{plan.token}"
    described = {
        "ss_session_id": str(plan.seed),
        "ss_training_started_at": str(started.timestamp()),
        "ss_training_finished_at": str(finished.timestamp()),
        "ss_output_name": plan.token,
        "ss_learning_rate": repr(plan.unet_learning_rate),
        "ss_unet_lr": repr(plan.unet_learning_rate),
        "ss_text_encoder_lr": repr(plan.text_encoder_learning_rate),
        "ss_lr_scheduler": "linear",
        "ss_lr_warmup_steps": str(warmup_steps(plan)),
        "ss_optimizer": "torch.optim.adamw.AdamW",
        "ss_max_grad_norm": "1.0",
        "ss_num_train_images": str(photos),
        "ss_num_reg_images": str(plan.prior_images),
        "ss_num_batches_per_epoch": str(plan.steps_per_epoch),
        "ss_num_epochs": str(plan.epochs),
        "ss_epoch": str(steps // plan.steps_per_epoch),
        "ss_steps": str(steps),
        "ss_max_train_steps": str(plan.steps),
        "ss_batch_size_per_device": str(plan.batch_size),
        "ss_total_batch_size": str(plan.batch_size),
        "ss_network_module": "networks.lora",
        "ss_network_dim": str(plan.rank),
        "ss_network_alpha": repr(float(plan.alpha)),
        "ss_network_args": "{}",
        "ss_network_dropout": "None",
        "ss_mixed_precision": _mixed_precision(base.device),
        "ss_full_fp16": "False",
        "ss_v2": "False",
        "ss_base_model_version": "sd_v1",
        "ss_clip_skip": "None",
        "ss_max_token_length": "None",
        "ss_cache_latents": "True",
        "ss_seed": str(plan.seed),
        "ss_lowram": "False",
        "ss_noise_offset": "None",
        "ss_min_snr_gamma": "None",
        "ss_zero_terminal_snr": str(bool(base.scheduler_config.get("rescale_betas_zero_snr", False))),
        "ss_loss_type": "l2",
        "ss_caption_dropout_rate": "0.0",
        "ss_prior_loss_weight": repr(float(plan.prior_weight)),
        "ss_resolution": f"({size}, {size})",
        "ss_enable_bucket": "False",
        "ss_bucket_info": "null",
        "ss_dataset_dirs": json.dumps({folder: {"n_repeats": 1, "img_count": photos}}),
        "ss_reg_dataset_dirs": json.dumps(
            {"prior": {"n_repeats": 1, "img_count": plan.prior_images}} if plan.prior_images else {}
        ),
        "ss_tag_frequency": json.dumps({folder: {plan.token: photos}}),
        "ss_sd_model_name": base.label,
        "ss_new_sd_model_hash": base.digest,
        "ss_sd_scripts_commit_hash": "(none)",
        "ss_training_comment": f"trained by {SCRIPT}",
        "modelspec.sai_model_spec": "1.0.1",
        "modelspec.architecture": "stable-diffusion-v1/lora",
        "modelspec.implementation": "diffusers",
        "modelspec.title": plan.token,
        "modelspec.trigger_phrase": plan.token,
        "modelspec.resolution": f"{size}x{size}",
        "modelspec.date": finished.isoformat(timespec="seconds"),
        "modelspec.prediction_type": "v"
        if base.scheduler_config.get("prediction_type") == "v_prediction"
        else "epsilon",
        "modelspec.encoder_layer": "1",
    }
    return described


def warmup_steps(plan: TrainingPlan) -> int:
    """Steps in which the learning rate rises to its full height: a fifteenth of all, at most a hundred."""
    return min(max(plan.steps // 15, 1), 100)


def _mixed_precision(device: torch.device) -> str:
    """kohya's word for what the networks computed in on a device: "bf16", or "no" where all was float32."""
    return "bf16" if computing_dtype(device) is torch.bfloat16 else "no"
