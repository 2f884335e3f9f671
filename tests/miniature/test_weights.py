"""The folder of weights: a plain diffusers folder that owes us nothing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from miniature import NATIVE_SIZE, WEIGHTS
from miniature.captions import tell_all
from miniature.controls import EDGES
from miniature.world import photograph


def test_the_configurations_carry_no_path_of_the_machine_that_trained_them() -> None:
    configurations = sorted(WEIGHTS.rglob("*.json"))
    assert len(configurations) > 5
    for file in configurations:
        assert "_name_or_path" not in json.loads(file.read_text(encoding="utf-8")), file


def test_every_tensor_is_in_a_safetensors_file() -> None:
    kinds = {file.suffix for file in WEIGHTS.rglob("*") if file.is_file()}
    assert kinds == {".json", ".txt", ".safetensors"}


def test_the_folder_is_small_enough_to_ship() -> None:
    assert 15e6 < sum(file.stat().st_size for file in WEIGHTS.rglob("*") if file.is_file()) < 25e6


@pytest.mark.slow
def test_plain_diffusers_draws_with_it_and_without_anything_of_ours(tmp_path: Path) -> None:
    script = f"""
import sys, torch
from diffusers import ControlNetModel, StableDiffusionControlNetPipeline, StableDiffusionPipeline
from PIL import Image
folder, side = {str(WEIGHTS)!r}, {NATIVE_SIZE}
plain = StableDiffusionPipeline.from_pretrained(folder)
net, lines = (ControlNetModel.from_pretrained(folder + name) for name in ("/controlnet", "/controlnet_canny"))
posed = StableDiffusionControlNetPipeline.from_pretrained(folder, controlnet=net)
both = StableDiffusionControlNetPipeline.from_pretrained(folder, controlnet=[net, lines])
wish = dict(prompt="a man in the park", height=side, width=side, num_inference_steps=2)
seed = lambda: torch.Generator().manual_seed(1)
print(plain(**wish, generator=seed()).images[0].size)
print(posed(**wish, generator=seed(), image=Image.new("RGB", (side, side))).images[0].size)
print(both(**wish, generator=seed(), image=[Image.new("RGB", (side, side))] * 2).images[0].size)
print("miniature" in sys.modules)
"""
    told = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr[-2000:]
    assert told.stdout.split("\n")[:4] == ["(64, 64)", "(64, 64)", "(64, 64)", "False"]


@pytest.mark.slow
def test_a_picture_keeps_the_edges_it_is_shown() -> None:
    from miniature.evaluate import Pipelines, measure_edges, text_photos

    photos, pipelines = text_photos(3), Pipelines(WEIGHTS)
    captions, seeds = [tell_all(photo) for photo in photos], [photo.seed for photo in photos]
    maps = [EDGES.of_photo(photo) for photo in photos]
    led, alone = pipelines.draw(captions, seeds, maps, EDGES), pipelines.draw(captions, seeds)
    assert measure_edges(led, maps) > measure_edges(alone, maps) + 0.2


@pytest.mark.slow
def test_every_caption_of_the_world_fits_the_tokenizer() -> None:
    from transformers import CLIPTokenizer

    tokenizer = CLIPTokenizer.from_pretrained(str(WEIGHTS / "tokenizer"))
    captions = [photograph(seed, size=16).caption for seed in range(300)]
    lengths = [len(tokenizer(caption).input_ids) for caption in captions]
    assert tokenizer.model_max_length == 77
    assert max(lengths) <= 60
