"""Which layers get a LoRA, and how it starts."""

import torch
from diffusers import UNet2DConditionModel

from training import lora, sketches


def test_every_attention_layer_and_nothing_else_is_adapted(fresh_base):
    base = fresh_base()
    unet, text_encoder = lora.lierla_targets(base.unet), lora.lierla_targets(base.text_encoder)
    blocks = [
        name for name, module in base.unet.named_modules() if type(module).__name__ == "Transformer2DModel"
    ]
    assert len(unet) == 12 * len(blocks)  # in, out, two attentions of four, two of the feed-forward
    assert len(text_encoder) == 6 * 3  # q, k, v, out, fc1, fc2 in each of three layers
    assert not [name for name in unet if "resnet" in name or "time_emb" in name or "conv_" in name]


def test_linear_projections_as_in_sd_2_are_found_too():
    with torch.device("meta"):
        unet = UNet2DConditionModel(
            block_out_channels=(8, 16, 16, 16),
            norm_num_groups=4,
            cross_attention_dim=32,
            attention_head_dim=2,
            use_linear_projection=True,
        )
    assert "mid_block.attentions.0.proj_in" in lora.lierla_targets(unet)


def test_a_fresh_lora_changes_no_picture(fresh_base):
    base = fresh_base()
    before = sketches.draw_latents(base, ["a man"], [1], 2)
    lora.attach(base.unet, 4, 4, seed=1)
    lora.attach(base.text_encoder, 4, 4, seed=2)
    assert torch.equal(sketches.draw_latents(base, ["a man"], [1], 2), before)


def test_only_the_lora_learns_and_it_does_so_in_float32(fresh_base):
    unet = fresh_base().unet.to(torch.bfloat16)
    modules = lora.attach(unet, 4, 4, seed=1)
    learning = {id(parameter) for parameter in unet.parameters() if parameter.requires_grad}
    assert learning == {id(weight) for module in modules for weight in (module.down, module.up)}
    assert all(module.down.dtype == module.up.dtype == torch.float32 for module in modules)


def test_the_start_depends_on_the_seed_alone(fresh_base):
    torch.manual_seed(1)
    one = lora.attach(fresh_base().text_encoder, 4, 4, seed=1)[0].down
    torch.manual_seed(2)
    same = lora.attach(fresh_base().text_encoder, 4, 4, seed=1)[0].down
    other = lora.attach(fresh_base().text_encoder, 4, 4, seed=2)[0].down
    assert torch.equal(one, same)
    assert not torch.equal(one, other)
