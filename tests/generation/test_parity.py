"""Our painter and plain diffusers, in a process of its own, draw the same picture from the same seed."""

import subprocess
import sys
from dataclasses import replace

import pytest
from PIL import Image

from generation.painter import paint
from generation.pose import Pose
from generation.request import ImageWish
from miniature import WEIGHTS

PLAIN = """
import sys
import torch
from diffusers import ControlNetModel, DPMSolverMultistepScheduler, EulerAncestralDiscreteScheduler
from diffusers import StableDiffusionControlNetPipeline, StableDiffusionPipeline
from PIL import Image

weights, folder = sys.argv[1:]
wish = dict(prompt="radke, on a beach", negative_prompt="hat", num_inference_steps=8, guidance_scale=4.0)
pipe = StableDiffusionPipeline.from_pretrained(weights, dtype=torch.float32)
pipe.scheduler = DPMSolverMultistepScheduler.from_config(pipe.scheduler.config, use_karras_sigmas=True)
pipe.load_lora_weights(folder + "/radke.safetensors")
pipe(**wish, generator=torch.Generator().manual_seed(7)).images[0].save(folder + "/words.png")
net = ControlNetModel.from_pretrained(weights, subfolder="controlnet", dtype=torch.float32)
pipe = StableDiffusionControlNetPipeline(**pipe.components, controlnet=net)
pipe.scheduler = EulerAncestralDiscreteScheduler.from_config(pipe.scheduler.config)
pipe(**wish, generator=torch.Generator().manual_seed(7), image=Image.open(folder + "/skeleton.png"),
     controlnet_conditioning_scale=0.8).images[0].save(folder + "/posed.png")
"""


@pytest.mark.slow
def test_plain_diffusers_with_the_same_file_and_seed_draws_the_same(base, lora, largest_difference, tmp_path):
    points = tuple((0.5, 0.2 + 0.03 * i) if i % 2 else (0.3 + 0.02 * i, 0.5) for i in range(18))
    pose = Pose(people=(points,), width=64, height=64, source="json")
    wish = ImageWish("<lora:radke:1> radke, on a beach", negative="hat", seed=7, steps=8, guidance=4.0,
                     sampler="DPM++ 2M Karras")  # fmt: skip
    words = paint(base, wish, {"radke": lora})
    posed = paint(base, replace(wish, sampler="Euler a", control_weight=0.8), {"radke": lora}, pose)
    (tmp_path / "radke.safetensors").write_bytes(lora)
    posed.skeleton.save(tmp_path / "skeleton.png")
    subprocess.run(
        [sys.executable, "-c", PLAIN, str(WEIGHTS), str(tmp_path)], check=True, capture_output=True
    )
    assert largest_difference(words.image, Image.open(tmp_path / "words.png").convert("RGB")) <= 2
    assert largest_difference(posed.image, Image.open(tmp_path / "posed.png").convert("RGB")) <= 2
