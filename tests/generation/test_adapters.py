"""Adapters: what the file says is what is attached, exactly, or it is refused by name."""

import pytest
import torch
from safetensors.torch import load, save

from generation.adapters import (
    AdapterError,
    BrokenAdapter,
    EmptyAdapter,
    NotAnAdapter,
    WrongBase,
    load_adapter,
    unload_adapters,
    use_adapters,
)
from generation.lora_file import tensor_digest
from tests.generation.conftest import lierla


def words(base, text="radke, a man"):
    tokens = base.tokenizer(text, padding="max_length", max_length=77, return_tensors="pt").input_ids
    with torch.no_grad():
        return base.text_encoder(tokens)[0]


def noise(base):
    random = torch.Generator().manual_seed(1)
    latents, text = torch.randn(1, 4, 16, 16, generator=random), torch.randn(1, 77, 128, generator=random)
    with torch.no_grad():
        return base.unet(latents, 500, text).sample


def merged(base, tensors, te=1.0, unet=1.0):
    """Reference: W + alpha / rank · up @ down written into the weights by hand; returns a function that undoes it."""
    before = []
    for prefix, model, path, weight in (("lora_unet_", base.unet, "", unet),
                                        ("lora_te_", base.text_encoder, "text_model.", te)):  # fmt: skip
        for name, module in lierla(model, prefix, path).items():
            if f"{name}.lora_down.weight" in tensors:
                down, up = (
                    tensors[f"{name}.lora_down.weight"].float(),
                    tensors[f"{name}.lora_up.weight"].float(),
                )
                alpha = tensors.get(f"{name}.alpha", torch.tensor(float(len(down))))
                before.append((module, module.weight.data.clone()))
                delta = (up.flatten(1) @ down.flatten(1)).reshape(module.weight.shape)
                module.weight.data += weight * float(alpha) / len(down) * delta

    def undo():
        for module, weight in before:
            module.weight.data.copy_(weight)

    return undo


def attached_like_merged(base, data, te=1.0, unet=1.0):
    load_adapter(base, "radke", data)
    use_adapters(base, [("radke", te, unet)])
    ours = words(base), noise(base)
    unload_adapters(base)
    undo = merged(base, load(data), te, unet)
    try:
        wanted = words(base), noise(base)
    finally:
        undo()
    return max(float((a - b).abs().max()) for a, b in zip(ours, wanted, strict=True))


def test_every_key_of_the_file_is_attached_and_counted(base, lora):
    loaded = load_adapter(base, "radke", lora)
    assert loaded.keys == len(load(lora)) == 3 * (loaded.unet_modules + loaded.text_encoder_modules)
    assert (loaded.name, loaded.digest) == ("radke", tensor_digest(lora))


def test_an_attached_adapter_acts_like_its_weights_added_to_the_base(base, lora):
    assert attached_like_merged(base, lora) < 2e-4


def test_the_two_weights_go_to_the_two_networks(base, lora):
    assert attached_like_merged(base, lora, te=0.3, unet=-0.5) < 2e-4


def test_alpha_is_taken_per_module_also_in_the_text_encoder(base, lora_tensors):
    assert attached_like_merged(base, save(lora_tensors(alpha=lambda position: 1.0 + position % 3))) < 2e-4


def test_a_missing_alpha_means_rank(base, lora_tensors):
    tensors = {key: value for key, value in lora_tensors(size=0.08).items() if not key.endswith("alpha")}
    assert attached_like_merged(base, save(tensors)) < 2e-4


def test_an_adapter_does_nothing_until_it_is_used_and_nothing_after_it_is_gone(base, lora):
    bare = words(base), noise(base)
    modules = list(base.unet.modules()) + list(base.text_encoder.modules())
    load_adapter(base, "radke", lora)
    assert torch.equal(words(base), bare[0])
    use_adapters(base, [("radke", 1, 1)])
    assert not torch.equal(words(base), bare[0])
    unload_adapters(base)
    assert torch.equal(words(base), bare[0])
    assert torch.equal(noise(base), bare[1])
    after = list(base.unet.modules()) + list(base.text_encoder.modules())
    assert all(one is other for one, other in zip(modules, after, strict=True))


def test_two_adapters_add_up_and_either_can_be_left_out(base, lora_tensors):
    one, other = save(lora_tensors(seed=1, rank=2)), save(lora_tensors(seed=2, rank=8))
    load_adapter(base, "one", one)
    load_adapter(base, "o.ther", other)  # a name peft alone would not take
    use_adapters(base, [("one", 1, 1), ("o.ther", 0.5, 0.5)])
    both = noise(base)
    use_adapters(base, [("o.ther", 1, 1)])
    only = noise(base)
    unload_adapters(base)
    undo_one = merged(base, load(one))
    undo_other = merged(base, load(other), 0.5, 0.5)
    wanted = noise(base)
    undo_other(), undo_one()
    undo = merged(base, load(other))
    wanted_only = noise(base)
    undo()
    assert torch.allclose(both, wanted, atol=3e-4)
    assert torch.allclose(only, wanted_only, atol=3e-4)


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (lambda t: t | {"lora_unet_mid_block_attentions_7_proj_in.lora_down.weight": torch.ones(4, 128),
                        "lora_unet_mid_block_attentions_7_proj_in.lora_up.weight": torch.ones(128, 4)}, WrongBase),
        (lambda t: {key: torch.cat([value, value], 1) if key.endswith("mlp_fc1.lora_down.weight") else value
                    for key, value in t.items()}, WrongBase),
        (lambda t: t | {next(iter(t)): torch.full_like(t[next(iter(t))], float("nan"))}, BrokenAdapter),
        (lambda t: t | {next(iter(t)): torch.full_like(t[next(iter(t))], float("inf"))}, BrokenAdapter),
        (lambda t: {key: value * 0 if "lora_up" in key else value for key, value in t.items()}, EmptyAdapter),
        (lambda t: {}, EmptyAdapter),
        (lambda t: t | {"unet.down.weight": torch.ones(1)}, NotAnAdapter),
        (lambda t: t | {next(iter(t)).replace("lora_down", "hada_w1_a"): torch.ones(1)}, NotAnAdapter),
        (lambda t: {key: value for key, value in t.items() if key != next(iter(t))}, NotAnAdapter),
    ],
    ids=["stranger", "wider", "nan", "infinity", "zero", "nothing", "diffusers", "loha", "half"],
)  # fmt: skip
def test_a_file_that_would_load_wrong_is_refused_and_nothing_is_attached(base, lora_tensors, spoil, error):
    bare = noise(base)
    with pytest.raises(error):
        load_adapter(base, "radke", save(spoil(lora_tensors())))
    assert not base.adapters
    assert torch.equal(noise(base), bare)


@pytest.mark.parametrize("data", [b"", b"not an adapter", b"\xff" * 100, b"PK\x03\x04" + b"\0" * 60])
def test_bytes_that_are_no_safetensors_are_refused(base, data):
    with pytest.raises(AdapterError):
        load_adapter(base, "radke", data)
