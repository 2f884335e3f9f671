"""The networks of the miniature, new and untaught: Stable Diffusion 1.5's own classes, a hundredth of their size.

                     parameters   at 64 × 64 pixels, one picture
    text encoder     0.72 M       CLIP, 3 layers of 128, 77 tokens
    UNet             4.81 M       16 × 16 latents, (64, 96, 128) channels, attention at 16² and 8²
    ControlNet       2.24 M       the UNet's first half, and a small net for the skeleton map
    VAE              1.62 M       4 times smaller (Stable Diffusion: 8), 4 channels
"""

from __future__ import annotations

from diffusers import AutoencoderKL, ControlNetModel, DDPMScheduler, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

WIDTH = 128
"""Of the text embeddings."""
CHANNELS = (64, 96, 128)
NOISE = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "steps_offset": 1}
"""Stable Diffusion 1.5's noise schedule."""


def new_autoencoder() -> AutoencoderKL:
    vae = AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 3,
        up_block_types=("UpDecoderBlock2D",) * 3,
        block_out_channels=(32, 64, 96),
        layers_per_block=1,
        latent_channels=4,
        norm_num_groups=8,
        mid_block_add_attention=False,
        sample_size=64,
    )
    # Latents nearly without noise from the first step: they are learnt in half the steps.
    vae.quant_conv.bias.data[4:] = -5.0
    return vae


def new_text_encoder(tokenizer: CLIPTokenizer) -> CLIPTextModel:
    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=len(tokenizer),
            hidden_size=WIDTH,
            intermediate_size=4 * WIDTH,
            num_hidden_layers=3,
            num_attention_heads=4,
            projection_dim=WIDTH,
            hidden_act="quick_gelu",
            bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.eos_token_id,
        )
    )


def new_unet() -> UNet2DConditionModel:
    return UNet2DConditionModel(
        sample_size=16,
        in_channels=4,
        out_channels=4,
        layers_per_block=1,
        block_out_channels=CHANNELS,
        down_block_types=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
        cross_attention_dim=WIDTH,
        attention_head_dim=4,  # diffusers' name for the number of heads
        norm_num_groups=16,
    )


def new_controlnet(unet: UNet2DConditionModel) -> ControlNetModel:
    """A ControlNet beginning as the UNet's first half; three sizes, because the VAE shrinks by four."""
    return ControlNetModel.from_unet(unet, conditioning_embedding_out_channels=(16, 32, 64))


def new_scheduler(prediction: str = "v_prediction") -> DDPMScheduler:
    """The noise to learn with: `prediction` is "epsilon" or "v_prediction"."""
    return DDPMScheduler(**NOISE, clip_sample=False, prediction_type=prediction)
