"""The LoRA file other tools read. The golden figures are those of a file written by sd-scripts itself."""

import hashlib
import json
import re
from datetime import UTC, datetime

import pytest
import safetensors.torch
import torch
from diffusers import UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel

from generation.lora_file import read_metadata
from training import kohya, lora
from training.errors import TrainingFailed
from training.metadata import describe
from training.precision import autocast


@pytest.fixture(scope="module")
def sd15() -> dict[str, torch.Tensor]:
    """What a rank-128 LoRA of the real Stable Diffusion 1.5 would hold: shapes without memory."""
    with torch.device("meta"):
        unet = UNet2DConditionModel(sample_size=64, cross_attention_dim=768)  # the defaults are SD 1.x's
        text_encoder = CLIPTextModel(
            CLIPTextConfig(
                hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12
            )
        )
    lora.attach(unet, 128, 128, seed=1)
    lora.attach(text_encoder, 128, 128, seed=1)
    return kohya.adapter_tensors(unet, text_encoder)


def test_sd_15_has_the_264_modules_and_792_keys_of_kohya(sd15):
    assert len(sd15) == 792
    assert sum(key.startswith("lora_unet_") for key in sd15) == 3 * 192
    assert sum(key.startswith("lora_te_text_model_encoder_layers_") for key in sd15) == 3 * 72


@pytest.mark.parametrize(
    ("key", "shape"),
    [
        ("lora_te_text_model_encoder_layers_0_mlp_fc1.lora_down.weight", (128, 768)),
        ("lora_te_text_model_encoder_layers_11_self_attn_out_proj.lora_up.weight", (768, 128)),
        ("lora_unet_down_blocks_0_attentions_0_proj_in.lora_down.weight", (128, 320, 1, 1)),
        ("lora_unet_up_blocks_3_attentions_2_proj_out.lora_up.weight", (320, 128, 1, 1)),
        ("lora_unet_mid_block_attentions_0_transformer_blocks_0_attn1_to_out_0.lora_up.weight", (1280, 128)),
        ("lora_unet_down_blocks_1_attentions_1_transformer_blocks_0_attn2_to_k.lora_down.weight", (128, 768)),
        (
            "lora_unet_up_blocks_1_attentions_0_transformer_blocks_0_ff_net_0_proj.lora_up.weight",
            (10240, 128),
        ),
        ("lora_unet_up_blocks_1_attentions_0_transformer_blocks_0_ff_net_2.lora_down.weight", (128, 5120)),
        ("lora_unet_up_blocks_1_attentions_0_transformer_blocks_0_ff_net_2.alpha", ()),
    ],
)
def test_sd_15_keys_have_kohyas_names_and_shapes(sd15, key, shape):
    assert tuple(sd15[key].shape) == shape


def test_sd_15_weighs_what_kohyas_file_weighs(sd15):
    parameters = sum(tensor.numel() for key, tensor in sd15.items() if not key.endswith(".alpha"))
    assert parameters == (423_936 + 165_888) * 128
    assert all(tensor.dtype == torch.float16 for tensor in sd15.values())


def test_the_file_holds_only_kohya_keys_in_half_precision(unbroken, short_plan):
    tensors = safetensors.torch.load(unbroken.data)
    name = re.compile(r"lora_(unet|te_text_model)_\w+\.(lora_down\.weight|lora_up\.weight|alpha)")
    assert all(name.fullmatch(key) for key in tensors)
    assert {tensor.dtype for tensor in tensors.values()} == {torch.float16}
    assert {float(tensor) for key, tensor in tensors.items() if key.endswith("alpha")} == {short_plan.alpha}


def test_the_metadata_says_what_other_tools_ask_for(unbroken):
    metadata = read_metadata(unbroken.data)
    assert metadata["ss_output_name"] == "radke"
    assert metadata["ss_network_module"] == "networks.lora"
    assert (metadata["ss_network_dim"], metadata["ss_network_alpha"]) == ("16", "16.0")
    assert (metadata["ss_base_model_version"], metadata["ss_v2"]) == ("sd_v1", "False")
    assert (metadata["ss_steps"], metadata["ss_num_train_images"]) == ("8", "6")
    assert metadata["modelspec.architecture"] == "stable-diffusion-v1/lora"
    assert metadata["modelspec.prediction_type"] == "v"
    assert all(key.startswith(("ss_", "sshs_", "modelspec.")) for key in metadata)
    for key in (
        "ss_tag_frequency",
        "ss_dataset_dirs",
        "ss_reg_dataset_dirs",
        "ss_network_args",
        "ss_bucket_info",
    ):
        json.loads(metadata[key])  # AUTOMATIC1111 reads these as JSON


@pytest.mark.parametrize(("multiplies_bfloat16", "said"), [(True, "bf16"), (False, "no")])
def test_the_metadata_says_what_was_computed_in(
    fresh_base, short_plan, monkeypatch, multiplies_bfloat16, said
):
    monkeypatch.setattr("torch.cpu._is_avx512_bf16_supported", lambda: multiplies_bfloat16)
    base, now = fresh_base(), datetime.now(UTC)
    with autocast(base.device):
        computed = torch.ones(2, 2) @ torch.ones(2, 2)
    assert (computed.dtype is torch.bfloat16) == multiplies_bfloat16
    described = describe(short_plan, base, photos=6, steps=8, started=now, finished=now)
    assert described["ss_mixed_precision"] == said


def test_the_metadata_tells_nothing_of_the_captions_but_the_token(unbroken, examples):
    words = {word for example in examples for word in example.caption.lower().split()}
    said = " ".join(read_metadata(unbroken.data).values()).lower()
    assert {word for word in words if len(word) > 4 and re.search(rf"\b{word}\b", said)} == {"radke"}


def test_the_file_carries_kohyas_hashes_of_itself(unbroken):
    data = unbroken.data
    body = data[8 + int.from_bytes(data[:8], "little") :]
    metadata = read_metadata(data)
    assert metadata["sshs_model_hash"] == hashlib.sha256(body).hexdigest()
    assert metadata["modelspec.hash_sha256"] == "0x" + metadata["sshs_model_hash"]
    assert re.fullmatch("[0-9a-f]{8}", metadata["sshs_legacy_hash"])


@pytest.mark.parametrize("spoilt", [float("nan"), float("inf"), 1e6])  # a million is no number in float16
def test_weights_that_are_no_numbers_are_never_written(fresh_base, spoilt):
    base = fresh_base()
    lora.attach(base.unet, 2, 2, seed=1)
    modules = lora.attach(base.text_encoder, 2, 2, seed=1)
    with torch.no_grad():
        modules[3].up[0, 0] = spoilt
    with pytest.raises(TrainingFailed, match="no finite"):
        kohya.adapter_file(base.unet, base.text_encoder, {})
