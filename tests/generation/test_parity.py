"""Our painter and plain diffusers, in a process of its own, draw the same picture from the same seed."""

import subprocess
import sys

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

weights, adapter, sampler, skeleton, out = sys.argv[1:]
pipe = StableDiffusionPipeline.from_pretrained(weights, dtype=torch.float32)
if sampler == "Euler a":
    pipe.scheduler = EulerAncestralDiscreteScheduler.from_config(pipe.scheduler.config)
else:
    pipe.scheduler = DPMSolverMultistepScheduler.from_config(pipe.scheduler.config, use_karras_sigmas=True)
pipe.load_lora_weights(adapter)
control = {}
if skeleton:
    net = ControlNetModel.from_pretrained(weights, subfolder="controlnet", dtype=torch.float32)
    pipe = StableDiffusionControlNetPipeline(**pipe.components, controlnet=net)
    control = {"image": Image.open(skeleton), "controlnet_conditioning_scale": 0.8}
pipe("radke, on a beach", negative_prompt="hat", generator=torch.Generator().manual_seed(7),
     num_inference_steps=8, guidance_scale=4.0, **control).images[0].save(out)
"""


@pytest.mark.slow
@pytest.mark.parametrize(("sampler", "posed"), [("DPM++ 2M Karras", False), ("Euler a", True)])
def test_plain_diffusers_with_the_same_file_and_seed_draws_the_same(
    base, lora, largest_difference, tmp_path, sampler, posed
):
    points = tuple((0.5, 0.2 + 0.03 * i) if i % 2 else (0.3 + 0.02 * i, 0.5) for i in range(18))
    pose = Pose(people=(points,), width=64, height=64, source="json") if posed else None
    wish = ImageWish("<lora:radke:1> radke, on a beach", negative="hat", seed=7, steps=8, guidance=4.0,
                     sampler=sampler, control_weight=0.8)  # fmt: skip
    ours = paint(base, wish, {"radke": lora}, pose)
    (tmp_path / "radke.safetensors").write_bytes(lora)
    if posed:
        ours.skeleton.save(tmp_path / "skeleton.png")
    arguments = [WEIGHTS, tmp_path / "radke.safetensors", sampler, tmp_path / "skeleton.png" if posed else "",
                 tmp_path / "plain.png"]  # fmt: skip
    subprocess.run([sys.executable, "-c", PLAIN, *map(str, arguments)], check=True, capture_output=True)
    assert largest_difference(ours.image, Image.open(tmp_path / "plain.png").convert("RGB")) <= 2
