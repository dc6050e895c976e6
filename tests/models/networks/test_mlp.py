"""Networks of linear layers, and what stands at either end of a critic."""

import pytest
import torch

from models.networks import CRITICS, GENERATORS, build
from models.networks.heads import MinibatchDiscrimination
from models.networks.mlp import Maxout


def test_the_networks_of_2014_have_the_sizes_of_the_paper():
    """100-1200-1200-784 with ReLU, and two maxout layers of 240 units with 5 pieces."""
    generator = build(GENERATORS, "mlp", {"width": 1200, "noise_dim": 100, "bound": 0.05})
    critic = build(CRITICS, "maxout", {"width": 240})
    shapes = [tuple(p.shape) for p in generator.parameters() if p.ndim == 2]
    assert shapes == [(1200, 100), (1200, 1200), (784, 1200)]
    judged = [tuple(p.shape) for p in critic.parameters() if p.ndim == 2]
    assert judged == [(1200, 784), (1200, 240), (1, 240)]
    assert 0.049 < generator.hidden[0].weight.abs().max() <= 0.05
    assert 0.0049 < critic.head.linear.weight.abs().max() <= 0.005


def test_a_maxout_unit_is_the_largest_of_its_pieces():
    found = Maxout(3)(torch.tensor([[1.0, 5.0, 2.0, -1.0, -7.0, -3.0]]))
    assert found.tolist() == [[5.0, -1.0]]


@pytest.mark.parametrize(("output", "low", "high"), [("sigmoid", -1, 1), ("tanh", -1, 1)])
def test_pictures_are_between_minus_one_and_one(output, low, high):
    generator = build(GENERATORS, "mlp", {"size": 8, "width": 8, "noise_dim": 4, "output": output})
    images = generator(100 * torch.randn(50, 4))
    assert images.shape == (50, 1, 8, 8)
    assert low <= images.min() < -0.5 and 0.5 < images.max() <= high


def test_a_point_is_an_image_of_one_pixel_with_any_numbers():
    shape = {"size": 1, "channels": 2, "width": 16, "noise_dim": 4, "output": "linear"}
    points = build(GENERATORS, "mlp", shape)(1000 * torch.randn(50, 4))
    assert points.shape == (50, 2, 1, 1)
    assert points.abs().max() > 1


def test_it_can_begin_at_the_mean_image():
    """sigmoid(bias) = the mean in [0, 1], where the hidden layers give 0."""
    generator = build(GENERATORS, "mlp", {"size": 4, "width": 8, "noise_dim": 4, "bound": 0.05})
    mean = torch.linspace(-0.9, 0.9, 16).reshape(1, 4, 4)
    generator.begin_at(mean)
    torch.testing.assert_close(generator(torch.zeros(1, 4))[0], mean, atol=1e-4, rtol=0)


def test_minibatch_features_are_those_of_the_paper():
    """Salimans 2016: o(x_i)_b = sum_j exp(-||M_ib - M_jb||_1), by hand for three samples."""
    layer = MinibatchDiscrimination(2, kernels=1, length=2)
    with torch.no_grad():
        layer.tensor.copy_(torch.eye(2)[:, None, :])  # M_i is x_i itself
    x = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 2.0]])
    e = torch.exp(torch.tensor([-1.0, -2.0, -3.0]))
    wanted = torch.stack([1 + e[0] + e[1], 1 + e[0] + e[2], 1 + e[1] + e[2]])
    found = layer(x)
    torch.testing.assert_close(found[:, :2], x)
    torch.testing.assert_close(found[:, 2], wanted)


@pytest.mark.parametrize("family", ["dcgan", "residual", "mlp", "maxout"])
def test_a_generator_that_repeats_itself_can_be_told_by_its_batch(family):
    critic = build(CRITICS, family, {"size": 28, "width": 8, "kernels": 4}).eval()
    image = torch.randn(1, 1, 28, 28)
    alike, varied = image.expand(6, -1, -1, -1), torch.randn(6, 1, 28, 28)
    varied[0] = image[0]
    assert critic(alike)[0].item() != pytest.approx(critic(varied)[0].item(), abs=1e-6)


@pytest.mark.parametrize("family", ["dcgan", "residual", "mlp", "maxout"])
def test_a_class_beside_the_image_changes_what_the_critic_says(family):
    """Mirza and Osindero 2014, figure 1."""
    torch.manual_seed(0)
    arguments = {"size": 28, "width": 8, "classes": 3, "condition": "concat"}
    critic = build(CRITICS, family, arguments).eval()
    images = torch.randn(4, 1, 28, 28)
    zero, one = (critic(images, torch.full((4,), label)) for label in (0, 1))
    assert zero.shape == (4,)
    assert not torch.equal(zero, one)
    with pytest.raises(ValueError, match="a label from 0 to 2 for each image; found none"):
        critic(images)


def test_another_output_or_condition_is_an_error():
    with pytest.raises(ValueError, match="sigmoid, tanh, linear, found 'relu'"):
        build(GENERATORS, "mlp", {"output": "relu"})
    with pytest.raises(ValueError, match="projection or concat, found 'sum'"):
        build(CRITICS, "mlp", {"condition": "sum"})
