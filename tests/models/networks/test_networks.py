"""Networks: shapes, conditions, and what penalties need."""

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from models.networks import CRITICS, GENERATORS, build
from models.networks.layers import base_and_doublings, nearest_size

FAMILIES = ["dcgan", "residual"]


def arguments(size=28, channels=1, classes=0, width=8) -> dict:
    return {"size": size, "channels": channels, "classes": classes, "width": width}


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(
    ("size", "channels", "classes"), [(28, 1, 10), (32, 3, 0), (64, 1, 3), (128, 3, 2)]
)
def test_generator_and_critic_fit_together(family, size, channels, classes):
    generator = build(GENERATORS, family, {**arguments(size, channels, classes), "noise_dim": 16})
    critic = build(CRITICS, family, arguments(size, channels, classes))
    labels = torch.tensor([0, classes - 1]) if classes else None
    images = generator(torch.randn(2, 16), labels)
    assert images.shape == (2, channels, size, size)
    assert images.abs().max() <= 1
    assert critic(images, labels).shape == (2,)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_class_changes_the_picture_and_the_judgement(family):
    torch.manual_seed(0)
    generator = build(GENERATORS, family, {**arguments(classes=3), "noise_dim": 16}).eval()
    critic = build(CRITICS, family, arguments(classes=3))
    noise = torch.randn(1, 16)
    first, second = (generator(noise, torch.tensor([label])) for label in (0, 1))
    assert not torch.equal(first, second)
    assert critic(first, torch.tensor([0])) != critic(first, torch.tensor([1]))


@pytest.mark.parametrize("family", FAMILIES)
def test_missing_or_surplus_labels_are_an_error(family):
    conditional = build(GENERATORS, family, {**arguments(classes=3), "noise_dim": 16})
    plain = build(CRITICS, family, arguments())
    with pytest.raises(ValueError, match="label from 0 to 2"):
        conditional(torch.randn(1, 16))
    with pytest.raises(ValueError, match="no labels"):
        plain(torch.randn(1, 1, 28, 28), torch.tensor([0]))


@pytest.mark.parametrize("family", FAMILIES)
def test_a_critic_judges_each_image_by_itself(family):
    """Gradient penalties need it: an image's logit must not depend on its neighbours."""
    critic = build(CRITICS, family, arguments())
    images = torch.randn(4, 1, 28, 28)
    torch.testing.assert_close(critic(images)[:1], critic(images[:1]), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("family", FAMILIES)
def test_spectral_norm_bounds_every_layer(family):
    critic = build(CRITICS, family, {**arguments(classes=2), "spectral": True})
    for _ in range(30):  # each forward pass is one power iteration
        critic(torch.randn(2, 1, 28, 28), torch.tensor([0, 1]))
    for module in critic.modules():
        if isinstance(module, (torch.nn.Conv2d, torch.nn.Linear, torch.nn.Embedding)):
            norm = torch.linalg.matrix_norm(module.weight.flatten(1), 2)
            assert norm <= 1.1


def test_the_projection_is_the_inner_product_of_embedding_and_features():
    """Miyato and Koyama 2018, equation 3: logit(y) - logit(y') = <v_y - v_y', h>."""
    critic = build(CRITICS, "dcgan", arguments(classes=2))
    images = torch.randn(3, 1, 28, 28)
    features = critic.features(images)
    zero, one = (critic(images, torch.full((3,), label)) for label in (0, 1))
    vectors = critic.head.embedding.weight
    torch.testing.assert_close(
        one - zero, features @ (vectors[1] - vectors[0]), rtol=1e-3, atol=1e-4
    )


@pytest.mark.parametrize(
    ("size", "split"), [(28, (7, 2)), (32, (4, 3)), (40, (5, 3)), (96, (6, 4)), (128, (4, 5))]
)
def test_sizes_are_a_base_of_4_to_7_doubled(size, split):
    assert base_and_doublings(size) == split


def test_a_size_that_no_network_makes_names_its_neighbours():
    with pytest.raises(ValueError, match="found 30; the nearest that work are 28 and 32"):
        base_and_doublings(30)
    assert nearest_size(100, step=-1) == 96


def test_an_unknown_network_or_argument_is_an_error():
    with pytest.raises(ValueError, match="dcgan, mlp, residual, resnet, unet, found 'vgg'"):
        build(GENERATORS, "vgg", {})
    with pytest.raises(ValueError, match="cannot be made"):
        build(GENERATORS, "dcgan", {"depth": 3})


@pytest.mark.parametrize("family", FAMILIES)
def test_default_generators_stay_below_40_million_multiply_accumulates(family):
    generator = build(GENERATORS, family, {"size": 28, "classes": 10}).eval()
    with FlopCounterMode(display=False) as counter:
        generator(torch.randn(1, 64), torch.tensor([0]))
    assert counter.get_total_flops() / 2 <= 40e6
