"""A checkpoint as single files hold it: a diffusers Stable Diffusion's weights under the names of CompVis' code.

The reverse of what the loader does, written from the layout of the original model: `input_blocks.N.0` a resnet or
downsampler, `.1` an attention, and so on. UNet with one resnet a block or more, VAE without middle attention.
"""

from __future__ import annotations

from torch import Tensor

from generation.base import Base

_UNET_RESNET = {"norm1": "in_layers.0", "conv1": "in_layers.2", "norm2": "out_layers.0", "conv2": "out_layers.3",
                "time_emb_proj": "emb_layers.1", "conv_shortcut": "skip_connection"}  # fmt: skip
_UNET_REST = {"time_embedding.linear_1": "time_embed.0", "time_embedding.linear_2": "time_embed.2",
              "conv_in": "input_blocks.0.0", "conv_norm_out": "out.0", "conv_out": "out.2"}  # fmt: skip


def checkpoint(base: Base) -> dict[str, Tensor]:
    """All tensors of a base, contiguous, by their single-file names."""
    resnets = int(base.unet.config.layers_per_block)
    levels = len(base.vae.config.block_out_channels)
    named = {
        f"model.diffusion_model.{_unet(key, resnets)}": value for key, value in base.unet.state_dict().items()
    }
    named |= {f"first_stage_model.{_vae(key, levels)}": value for key, value in base.vae.state_dict().items()}
    for key, value in base.text_encoder.state_dict().items():
        path = key if key.startswith("text_model.") else f"text_model.{key}"
        named[f"cond_stage_model.transformer.{path}"] = value
    return {key: value.contiguous().clone() for key, value in named.items()}


def _unet(key: str, resnets: int) -> str:
    for name, original in _UNET_REST.items():
        if key.startswith(f"{name}."):
            return key.replace(name, original, 1)
    part, *rest = key.split(".")
    if part == "mid_block":
        kind, index, *inner = rest
        place = "middle_block.1" if kind == "attentions" else f"middle_block.{2 * int(index)}"
        return f"{place}.{_inner(kind, inner)}"
    block, kind, index, *inner = rest
    if part == "down_blocks":
        first = 1 + int(block) * (resnets + 1)
        if kind == "downsamplers":
            return f"input_blocks.{first + resnets}.0.op.{inner[-1]}"
        return f"input_blocks.{first + int(index)}.{int(kind == 'attentions')}.{_inner(kind, inner)}"
    first = int(block) * (resnets + 1)
    if kind == "upsamplers":
        attentive = int(block) > 0  # in Stable Diffusion every up block but the first has attentions
        return f"output_blocks.{first + resnets}.{1 + attentive}.{'.'.join(inner)}"
    return f"output_blocks.{first + int(index)}.{int(kind == 'attentions')}.{_inner(kind, inner)}"


def _inner(kind: str, inner: list[str]) -> str:
    head, *tail = inner
    return ".".join([_UNET_RESNET[head] if kind == "resnets" else head, *tail])


def _vae(key: str, levels: int) -> str:
    key = key.replace("conv_norm_out", "norm_out").replace("conv_shortcut", "nin_shortcut")
    part, *rest = key.split(".")
    if rest[0] == "mid_block":
        return f"{part}.mid.block_{int(rest[2]) + 1}.{'.'.join(rest[3:])}"
    if rest[0] not in ("down_blocks", "up_blocks"):
        return key
    way = rest[0].removesuffix("_blocks")
    level = int(rest[1]) if way == "down" else levels - 1 - int(rest[1])
    if rest[2] == "resnets":
        return f"{part}.{way}.{level}.block.{'.'.join(rest[3:])}"
    return f"{part}.{way}.{level}.{way}sample.{'.'.join(rest[4:])}"
