"""Bases: the miniature, a diffusers folder and a single file are one thing to the painter; the rest is refused."""

import hashlib
import json
import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import CLIPTextConfig, CLIPTextModel

from generation.base import DEFAULT_OPENPOSE, BaseUnavailable, load_base
from generation.painter import paint
from generation.request import ImageWish
from miniature import WEIGHTS
from tests.generation.ldm import checkpoint

WISH = ImageWish("a man with brown hair on a beach", seed=3, steps=4)


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(WEIGHTS, tmp_path / "another base")
    return tmp_path / "another base"


def test_the_miniature_is_what_its_folder_says(base):
    assert (base.native_size, base.pixels_per_latent, base.token_limit) == (64, 4, 75)
    assert base.scheduler_config["prediction_type"] == "v_prediction"
    assert base.vae.dtype == torch.float32
    assert not any(parameter.requires_grad for parameter in base.unet.parameters())


def test_a_diffusers_folder_of_any_name_draws_the_same(base, folder):
    other = load_base(str(folder), device="cpu")
    assert (other.label, other.digest) == ("another base", base.digest)
    assert paint(other, WISH, {}).image.tobytes() == paint(base, WISH, {}).image.tobytes()
    assert other.controlnet().config.block_out_channels == base.controlnet().config.block_out_channels


def test_other_weights_have_another_digest(base, folder):
    unet = folder / "unet" / "diffusion_pytorch_model.safetensors"
    tensors = load_file(unet)
    tensors["conv_out.bias"] += 1
    save_file(tensors, unet, {"format": "pt"})
    assert load_base(str(folder), device="cpu").digest != base.digest


def test_a_single_file_beside_its_configuration_draws_the_same(base, folder, largest_difference):
    file = folder.parent / "another base.safetensors"
    save_file(checkpoint(base), file)
    for part in ("unet", "vae", "text_encoder"):  # the folder is asked for configuration alone
        for weights in (folder / part).glob("*.safetensors"):
            weights.unlink()
    single = load_base(str(file), device="cpu")
    assert single.label == "another base"
    assert single.digest == hashlib.sha256(file.read_bytes()).hexdigest()
    assert single.scheduler_config["prediction_type"] == "v_prediction"
    assert largest_difference(paint(single, WISH, {}).image, paint(base, WISH, {}).image) <= 1


def test_without_a_controlnet_beside_it_a_base_asks_for_the_usual_one(folder):
    shutil.rmtree(folder / "controlnet")
    assert load_base(str(folder), device="cpu").openpose == DEFAULT_OPENPOSE
    assert load_base(str(folder), device="cpu", openpose="mine").openpose == "mine"


def test_a_setting_goes_before_the_controlnet_in_a_bases_own_folder(folder):
    assert load_base(str(folder), device="cpu").openpose == str(folder / "controlnet")
    assert load_base(str(folder), device="cpu", openpose="mine").openpose == "mine"


def test_the_miniature_keeps_its_own_controlnet_whatever_the_setting_says():
    base = load_base("miniature", device="cpu", openpose=DEFAULT_OPENPOSE)
    assert base.openpose == str(WEIGHTS / "controlnet")
    assert base.controlnet().config.cross_attention_dim == base.unet.config.cross_attention_dim


def test_a_controlnet_that_is_not_there_is_named(folder):
    base = load_base(str(folder), device="cpu", openpose=str(folder / "nowhere"))
    with pytest.raises(BaseUnavailable, match="OpenPose ControlNet"):
        base.controlnet()


@pytest.mark.parametrize("name", ["model.ckpt", "model.pt", "MODEL.PTH", "pytorch_model.bin"])
def test_pickles_are_refused_by_name_before_they_are_opened(tmp_path, name):
    (tmp_path / name).write_bytes(b"\x80\x04.")
    with pytest.raises(BaseUnavailable, match="is a pickle"):
        load_base(str(tmp_path / name))


def test_a_folder_with_weights_as_pickles_only_is_refused(folder):
    weights = folder / "unet" / "diffusion_pytorch_model.safetensors"
    weights.rename(weights.with_suffix(".bin"))
    with pytest.raises(BaseUnavailable, match="unet"):
        load_base(str(folder))


def test_a_file_that_is_no_checkpoint_is_refused(tmp_path, folder):
    file = tmp_path / "another base.safetensors"
    file.write_bytes(b"junk" * 100)
    with pytest.raises(BaseUnavailable, match="cannot be loaded"):
        load_base(str(file))
    with pytest.raises(BaseUnavailable, match="no file"):
        load_base(str(tmp_path / "absent.safetensors"))


@pytest.mark.parametrize("otherwise", [{"hidden_size": 64}, {"hidden_act": "gelu"}], ids=["narrower", "as SD 2"])
def test_another_architecture_is_refused(folder, otherwise):
    stored = json.loads((folder / "text_encoder" / "config.json").read_text())
    CLIPTextModel(CLIPTextConfig(**stored | otherwise)).save_pretrained(folder / "text_encoder")
    with pytest.raises(BaseUnavailable, match=r"not a Stable Diffusion 1\.x"):
        load_base(str(folder), device="cpu")


@pytest.mark.parametrize(
    "weights", ["unet/diffusion_pytorch_model.safetensors", "text_encoder/model.safetensors"]
)
def test_weights_that_are_not_whole_are_refused_instead_of_made_up(folder, weights):
    tensors = load_file(folder / weights)
    del tensors[sorted(tensors)[-1]]
    save_file(tensors, folder / weights, {"format": "pt"})
    with pytest.raises(BaseUnavailable, match="missing"):
        load_base(str(folder), device="cpu")


def test_a_name_that_is_nothing_says_what_to_do(monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(BaseUnavailable, match="BASE_MODEL=miniature"):
        load_base("nobody/nothing")
