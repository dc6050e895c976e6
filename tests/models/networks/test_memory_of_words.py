"""A memory of vectors: what is learned under the keys that are nearest."""

import math

import pytest
import torch

from models.networks.layers import REMEMBERED, SHARPNESS, ClassInput, Memory
from models.networks.residual import Generator


@pytest.fixture
def memory():
    torch.manual_seed(0)
    made = Memory(3, 4)
    with torch.no_grad():
        made.keys.copy_(torch.eye(3, 4))
    return made


def test_it_gives_the_values_by_the_softmax_of_cosines(memory):
    """Miller 2016, equation 1: at a key of three at right angles, e^s of e^s + 2."""
    told = torch.tensor([[5.0, 0, 0, 0, 9, 9]])  # longer than the keys: the rest is not compared
    own = math.exp(SHARPNESS) / (math.exp(SHARPNESS) + 2)
    weights = torch.tensor([own, (1 - own) / 2, (1 - own) / 2])
    assert torch.allclose(memory(told), weights[None] @ memory.values, atol=1e-6)


def test_halfway_between_two_keys_lies_the_mean_of_their_values(memory):
    between = memory(torch.tensor([[1.0, 1, 0, 0]]))
    assert torch.allclose(between[0], memory.values[:2].mean(0), atol=1e-4)


def test_where_nothing_is_said_everything_is_remembered_alike(memory):
    nothing = memory(torch.zeros(2, 4))
    assert torch.allclose(nothing, memory.values.mean(0).expand(2, -1), atol=1e-6)


def test_only_what_is_near_learns(memory):
    memory(torch.tensor([[0.0, 3, 0, 0]])).sum().backward()
    sizes = memory.values.grad.norm(dim=1)
    assert sizes[1] > 1e6 * max(sizes[0], sizes[2]) > 0


def test_an_input_carries_it_beside_noise_and_vector_and_a_generator_takes_keys():
    made = ClassInput(2, 0, 8, condition_dim=6, memories=3, key_dim=4)
    noise, told = torch.randn(5, 2), torch.randn(5, 6)
    latent = made(noise, told)
    assert latent.shape == (5, made.features) == (5, 2 + 6 + REMEMBERED)
    assert torch.equal(latent[:, :2], noise) and torch.equal(latent[:, 2:8], told)

    generator = Generator(16, 3, width=4, condition_dim=6, noise_dim=2, memories=3, key_dim=4)
    keys = 7 * torch.randn(3, 4)
    generator.remember(keys)
    assert torch.allclose(generator.input.memory.keys.norm(dim=1), torch.ones(3))
    found = generator.input.memory(keys)
    near = torch.nn.functional.cosine_similarity(keys[:, None], keys[None], dim=2)
    weights = (SHARPNESS * near).softmax(1)
    assert torch.allclose(found, weights @ generator.input.memory.values, atol=1e-5)


@pytest.mark.parametrize("key_dim", [0, 7])
def test_what_it_compares_is_part_of_the_condition(key_dim):
    with pytest.raises(ValueError, match=f"1 to 6 numbers of the condition, found {key_dim}"):
        Generator(16, 3, width=4, condition_dim=6, memories=3, key_dim=key_dim)
