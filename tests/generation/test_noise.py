"""Where a picture begins: on the way from one seed's noise to another's it stays noise."""

from dataclasses import replace

import pytest
import torch

from generation.noise import between, starting_noise
from generation.request import ImageWish

WISH = ImageWish("a man", seed=3, width=64, height=64)


def noises():
    return [torch.randn(1, 4, 16, 16, generator=torch.Generator().manual_seed(seed)) for seed in (3, 9)]


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5, 0.9])
def test_noise_on_the_way_is_as_strong_as_at_both_ends_and_nearer_the_nearer_one(share):
    one, other = noises()
    mixed = between(one, other, share)
    assert float(mixed.std()) == pytest.approx(1.0, abs=0.04)
    to_one, to_other = (float(torch.cosine_similarity(mixed.flatten(), end.flatten(), 0)) for end in (one, other))
    assert (to_one > to_other) == (share < 0.5) or share == 0.5


def test_both_ends_of_the_way_are_the_seeds_themselves():
    one, other = noises()
    assert torch.allclose(between(one, other, 0.0), one, atol=1e-6)
    assert torch.allclose(between(one, other, 1.0), other, atol=1e-6)
    assert torch.allclose(between(one, one, 0.5), one, atol=1e-6)


def test_the_way_back_is_the_same_way():
    one, other = noises()
    assert torch.allclose(between(one, other, 0.3), between(other, one, 0.7), atol=1e-6)


def test_no_variation_begins_with_the_bits_of_the_seed(base):
    noise, _ = starting_noise(base, WISH)
    assert torch.equal(noise, noises()[0])
    unused, _ = starting_noise(base, replace(WISH, variation_seed=9, variation_strength=0.0))
    assert torch.equal(unused, noise)
