"""After the training: the file is loaded back, and must do what it is for."""

import re
import subprocess
import sys

import numpy as np
import pytest
import safetensors.torch
import torch
from PIL import Image

from generation.adapters import load_adapter, use_adapters
from generation.lora_file import read_metadata
from miniature import WEIGHTS
from training.errors import TrainingFailed
from training.verify import verify_adapter


def changed(data, change):
    """The file with its tensors put through `change(key, tensor)`; None leaves one out."""
    tensors = {key: change(key, tensor) for key, tensor in safetensors.torch.load(data).items()}
    return safetensors.torch.save(
        {key: tensor for key, tensor in tensors.items() if tensor is not None}, read_metadata(data)
    )


def test_a_trained_file_is_found_whole_and_at_work(fresh_base, unbroken):
    found = verify_adapter(fresh_base(), unbroken.data, "radke")
    assert found.keys == len(safetensors.torch.load(unbroken.data)) == 3 * (found.unet_modules + 18)
    assert found.text_encoder_modules == 18
    assert found.unet_norm > 0
    assert found.text_encoder_norm > 0
    assert found.largest_difference >= 8


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda key, tensor: tensor * float("nan") if "attn1" in key else tensor, "cannot be loaded back"),
        (
            lambda key, tensor: tensor * 0 if re.match(r"lora_te_.*lora_up", key) else tensor,
            "nothing in the text encoder",
        ),
        (
            lambda key, tensor: tensor * 0 if re.match(r"lora_unet_.*lora_up", key) else tensor,
            "nothing in the UNet",
        ),
        (lambda key, tensor: None if "mid_block" in key else tensor, "not whole"),
        (lambda key, tensor: tensor * 1e-3 if key.endswith("lora_up.weight") else tensor, "same picture"),
    ],
)
def test_a_file_that_does_not_do_its_work_fails_the_training_in_words(
    fresh_base, unbroken, change, complaint
):
    with pytest.raises(TrainingFailed, match=complaint):
        verify_adapter(fresh_base(), changed(unbroken.data, change), "radke")


def test_a_file_for_another_model_fails_the_training_in_words(fresh_base, unbroken):
    renamed = safetensors.torch.save(
        {
            key.replace("down_blocks_0", "input_blocks_4"): tensor
            for key, tensor in safetensors.torch.load(unbroken.data).items()
        }
    )
    with pytest.raises(TrainingFailed, match="cannot be loaded back"):
        verify_adapter(fresh_base(), renamed, "radke")


@pytest.mark.slow
def test_plain_diffusers_in_a_process_of_its_own_draws_the_same_picture(fresh_base, unbroken, tmp_path):
    (tmp_path / "radke.safetensors").write_bytes(
        changed(unbroken.data, lambda key, tensor: tensor * 8 if key.endswith("lora_up.weight") else tensor)
    )  # so that it matters
    code = f"""
import torch
from diffusers import StableDiffusionPipeline
pipeline = StableDiffusionPipeline.from_pretrained({str(WEIGHTS)!r}, safety_checker=None)
pipeline.load_lora_weights({str(tmp_path)!r}, weight_name="radke.safetensors")
noise = torch.Generator().manual_seed(5)
pipeline("a portrait of radke", num_inference_steps=8, guidance_scale=4.0, generator=noise,
         height=64, width=64).images[0].save({str(tmp_path / "theirs.png")!r})
"""
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    theirs = np.asarray(Image.open(tmp_path / "theirs.png"), dtype=int)

    base = fresh_base()

    def ours():
        pipeline = base.pipeline("DPM++ 2M Karras")
        pipeline.scheduler = type(pipeline.scheduler).from_config(base.scheduler_config)
        return np.asarray(
            pipeline(
                "a portrait of radke",
                num_inference_steps=8,
                guidance_scale=4.0,
                height=64,
                width=64,
                generator=torch.Generator().manual_seed(5),
            ).images[0],
            dtype=int,
        )

    without = ours()
    load_adapter(base, "radke", (tmp_path / "radke.safetensors").read_bytes())
    use_adapters(base, [("radke", 1.0, 1.0)])
    assert np.abs(ours() - theirs).max() <= 2
    assert np.abs(without - theirs).max() > 30
