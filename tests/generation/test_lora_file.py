"""A LoRA file taken apart: how far it moves each network, and what its header says."""

import pytest
import torch
from safetensors.torch import save

from generation.lora_file import read_lora, read_metadata, tensor_digest


def tensors():
    random = torch.Generator().manual_seed(1)
    return {
        "lora_unet_x.lora_up.weight": torch.randn(6, 2, generator=random),
        "lora_unet_x.lora_down.weight": torch.randn(2, 5, generator=random),
        "lora_unet_x.alpha": torch.tensor(1.0),
        "lora_te_y.lora_up.weight": torch.randn(3, 4, generator=random),
        "lora_te_y.lora_down.weight": torch.randn(4, 3, generator=random),
        "lora_te_y.alpha": torch.tensor(8.0),
    }


def change(module, scale):
    """‖ΔW‖ of one module from the whole product, as by hand."""
    stored = tensors()
    product = stored[f"{module}.lora_up.weight"] @ stored[f"{module}.lora_down.weight"]
    return float(scale * product.norm())


def test_the_norm_is_that_of_the_change_of_the_weights_of_a_network_or_of_both():
    file = read_lora(save(tensors()))
    unet, text_encoder = change("lora_unet_x", 1 / 2), change("lora_te_y", 8 / 4)
    assert file.norm("lora_unet_") == pytest.approx(unet, rel=1e-5)
    assert file.norm("lora_te_") == pytest.approx(text_encoder, rel=1e-5)
    assert file.norm() == pytest.approx((unet**2 + text_encoder**2) ** 0.5, rel=1e-5)
    assert file.norm("lora_te1_") == 0


def test_the_digest_is_of_the_weights_and_not_of_what_the_header_says():
    said, unsaid = save(tensors(), {"ss_output_name": "radke"}), save(tensors())
    assert read_metadata(said) == {"ss_output_name": "radke"}
    assert read_metadata(unsaid) == {}
    assert tensor_digest(said) == tensor_digest(unsaid) == read_lora(said).digest
    other = tensors() | {"lora_te_y.alpha": torch.tensor(9.0)}
    assert tensor_digest(save(other)) != tensor_digest(unsaid)
