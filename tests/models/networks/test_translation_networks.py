"""U-Net, ResNet and PatchGAN: the papers' sizes, shapes, and layers that leave no checkerboards."""

import pytest
import torch
from torch.nn import functional as F

from models.networks import CRITICS, GENERATORS, build
from models.networks.layers import (
    BlurredDoubling,
    BlurredHalving,
    Modulation,
    ResizeConvolution,
)
from models.networks.patchgan import layers_for_whole_image
from models.networks.resnet import LEAST_SLOPE


def size_of(table, name, arguments) -> tuple[int, int]:
    """Parameters, and entries of the state dict."""
    with torch.device("meta"):
        network = build(table, name, arguments)
    return sum(p.numel() for p in network.parameters()), len(network.state_dict())


@pytest.mark.parametrize(
    ("table", "name", "arguments", "expected"),
    [
        (GENERATORS, "resnet", {"blocks": 9}, (11_378_179, 48)),
        (GENERATORS, "resnet", {"blocks": 6}, (7_837_699, 36)),
        (GENERATORS, "unet", {"levels": 8}, (54_413_955, 82)),
        (GENERATORS, "unet", {"levels": 7}, (41_828_995, 70)),
        (GENERATORS, "unet", {"levels": 8, "dropout": 0.5}, (54_413_955, 82)),
        (CRITICS, "patchgan", {"channels": 6}, (2_768_705, 22)),
        (CRITICS, "patchgan", {"channels": 3, "norm": "instance"}, (2_764_737, 10)),
    ],
)
def test_the_reference_has_as_many_parameters_and_entries(table, name, arguments, expected):
    assert size_of(table, name, arguments) == expected


@pytest.mark.parametrize("upsample", ["transposed", "resize"])
@pytest.mark.parametrize("norm", ["batch", "instance", "none"])
@pytest.mark.parametrize(
    ("name", "more", "sides"),
    [("unet", {"levels": 5}, (64, 32)), ("resnet", {"blocks": 1}, (20, 36))],
)
def test_generators_keep_the_size_and_give_values_in_range(name, more, sides, norm, upsample):
    arguments = {"in_channels": 1, "out_channels": 3, "width": 4, "norm": norm}
    network = build(GENERATORS, name, {**arguments, "upsample": upsample, **more})
    output = network(torch.randn(2, 1, *sides))
    assert output.shape == (2, 3, *sides)
    assert output.abs().max() <= 1
    output.square().mean().backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in network.parameters())
    assert all(side % network.multiple == 0 and side >= network.smallest for side in sides)


def test_an_antialiased_network_leaves_the_finest_stripes_out():
    """Stripes of one pixel are grey once blurred; strides take only the even ones of them."""
    stripes = torch.tensor([-1.0, 1.0]).repeat(8).expand(1, 2, 16, 16)
    assert BlurredHalving()(stripes).abs().max() <= 1e-6
    plain = torch.full((1, 2, 8, 8), 0.5)
    assert torch.allclose(BlurredDoubling()(plain), torch.full((1, 2, 16, 16), 0.5))
    with pytest.raises(ValueError, match="transposed beside antialias"):
        build(GENERATORS, "resnet", {"antialias": True, "upsample": "resize"})


def test_an_antialiased_network_reaches_as_far_as_it_says():
    network = build(
        GENERATORS, "resnet", {"width": 2, "blocks": 1, "norm": "none", "antialias": True}
    )
    torch.manual_seed(0)
    for parameter in (one for one in network.parameters() if one.ndim == 4):
        torch.nn.init.uniform_(parameter, 0.01, 0.02)  # so that no path is switched off
    images = torch.rand(1, 3, 96, 96, requires_grad=True)
    for row in range(44, 48):
        (gradient,) = torch.autograd.grad(network(images)[0, :, row, 48].sum(), images)
        touched = gradient.abs().sum((0, 1, 3)).nonzero()
        assert max(row - touched.min(), touched.max() - row) <= network.reach


def test_a_skip_gives_the_last_layer_what_the_first_one_makes():
    """With no other weights in the last layer, a pixel comes from 13 by 13 around it."""
    torch.manual_seed(0)
    arguments = {"blocks": 1, "width": 4, "norm": "none"}
    network, plain = (build(GENERATORS, "resnet", {**arguments, "skip": s}) for s in (True, False))
    last = network.decode[-2]
    assert last.in_channels == 2 * plain.decode[-2].in_channels
    torch.nn.init.zeros_(last.weight[:, :4])
    images = torch.randn(1, 3, 64, 64, requires_grad=True)
    network(images)[0, 0, 32, 32].backward()
    seen = images.grad.abs().sum((0, 1)).nonzero()
    assert (seen.min().item(), seen.max().item()) == (32 - 6, 32 + 6)


def test_what_a_global_skip_saturated_still_learns_to_come_back():
    """The slope of tanh is 0 there: a blot of pure colour would stay one for good. What is drawn is
    the same in training and in use."""
    torch.manual_seed(0)
    network = build(GENERATORS, "resnet", {"blocks": 1, "width": 4, "global_skip": True})
    with torch.no_grad():
        network.decode[-2].bias.fill_(30.0)  # far beyond what tanh tells from 1
    images = torch.rand(1, 3, 16, 16)
    output = network.train()(images)
    assert torch.equal(output, torch.ones_like(output))
    assert torch.equal(network.eval()(images), output)
    output.mean().backward()
    assert network.decode[-2].bias.grad.tolist() == pytest.approx([LEAST_SLOPE / 3] * 3)


def test_a_global_skip_changes_nothing_at_first_and_learns_what_is_added():
    """tanh(f(x) + artanh(0.98 x)), with f of zeros at first."""
    torch.manual_seed(0)
    network = build(GENERATORS, "resnet", {"blocks": 1, "width": 4, "global_skip": True})
    images = torch.rand(1, 3, 32, 32) * 2.2 - 1.1  # noise leads beyond the range
    output = network(images)
    torch.testing.assert_close(output, 0.98 * images.clamp(-1, 1))
    last = network.decode[-2]
    torch.nn.init.constant_(last.bias, 0.3)
    wanted = (output.detach().atanh() + 0.3).tanh()
    torch.testing.assert_close(network(images), wanted)
    network(images).sum().backward()
    assert last.weight.grad.abs().min() > 0
    with pytest.raises(ValueError, match="as many channels out as in beside global_skip"):
        build(GENERATORS, "resnet", {"in_channels": 1, "global_skip": True})


def test_the_fully_reduced_u_net_sees_the_whole_image():
    torch.manual_seed(0)
    network = build(GENERATORS, "unet", {"levels": 6, "width": 4, "norm": "none"})
    images = torch.randn(1, 3, 64, 64, requires_grad=True)
    network(images)[0, :, 0, 0].sum().backward()
    assert (images.grad.abs().sum(1) > 0).all()


@pytest.mark.parametrize(("layers", "patch"), [(0, 1), (1, 16), (3, 70), (5, 286)])
def test_a_logit_judges_a_patch_of_the_papers_size(layers, patch):
    """Isola 2017, appendix 6.1.2: 1x1, 16x16, 70x70 and 286x286 patches."""
    torch.manual_seed(0)
    critic = build(
        CRITICS, "patchgan", {"channels": 1, "width": 2, "layers": layers, "norm": "none"}
    )
    images = torch.randn(1, 1, 400, 400, requires_grad=True)
    logits = critic(images)
    middle = logits.shape[2] // 2
    logits[0, 0, middle, middle].backward()
    rows = images.grad[0, 0].abs().sum(1).nonzero()
    assert rows.max() - rows.min() + 1 == patch


def test_layers_of_a_critic_of_the_whole_image():
    assert [layers_for_whole_image(size) for size in (64, 128, 256, 512)] == [3, 4, 5, 6]


def test_all_layers_of_a_critic_end_with_its_logits():
    critic = build(CRITICS, "patchgan", {"channels": 4, "width": 4, "norm": "instance"})
    images = torch.randn(2, 4, 64, 64)
    assert torch.equal(critic(images, all_layers=True)[-1], critic(images))


def test_a_resize_convolution_is_a_convolution_of_repeated_pixels():
    torch.manual_seed(0)
    layer = ResizeConvolution(5, 7)
    torch.nn.init.normal_(layer.bias)
    images = torch.randn(2, 5, 9, 11)
    large = F.pad(F.interpolate(images, scale_factor=2), (1, 1, 1, 1), mode="replicate")
    kernel = layer.weight.transpose(0, 1).flip(2, 3)
    torch.testing.assert_close(layer(images), F.conv2d(large, kernel, layer.bias))


def test_a_resize_convolution_leaves_no_checkerboard_where_a_transposed_one_does():
    """Odena 2016: of a plain image it makes a plain image, for whatever weights."""
    torch.manual_seed(0)
    plain = torch.ones(1, 3, 8, 8)
    assert ResizeConvolution(3, 1)(plain).std() < 1e-6
    assert torch.nn.ConvTranspose2d(3, 1, 3, 2, 1, 1)(plain)[:, :, 2:-2, 2:-2].std() > 1e-3


def test_names_that_are_not_there_are_errors():
    with pytest.raises(ValueError, match="norm batch, instance or none, found 'group'"):
        build(GENERATORS, "resnet", {"norm": "group"})
    with pytest.raises(ValueError, match="transposed or resize, found 'nearest'"):
        build(GENERATORS, "unet", {"upsample": "nearest"})
    with pytest.raises(ValueError, match="4 to 10 levels, found 2"):
        build(GENERATORS, "unet", {"levels": 2})


LISTENING = [("unet", {"levels": 4}), ("resnet", {"blocks": 2})]
SAID = {"width": 4, "norm": "instance", "condition_dim": 6}


@pytest.mark.parametrize(("name", "more"), LISTENING)
def test_a_condition_changes_nothing_until_something_is_learned_of_it(name, more):
    torch.manual_seed(0)
    plain = build(GENERATORS, name, {**SAID, **more, "condition_dim": 0})
    listening = build(GENERATORS, name, {**SAID, **more})
    listening.load_state_dict(plain.state_dict(), strict=False)
    images, condition = torch.randn(2, 3, 32, 32), torch.randn(2, 6)
    assert torch.equal(listening(images, condition), plain(images))


@pytest.mark.parametrize(("name", "more"), LISTENING)
def test_a_condition_modulates_several_layers_and_each_image_by_its_own(name, more):
    torch.manual_seed(0)
    network = build(GENERATORS, name, {**SAID, **more})
    assert len(network.modulations) >= 3
    images, condition = torch.randn(2, 3, 32, 32), torch.randn(2, 6)
    network(images, condition).square().mean().backward()
    assert all(m.affine.weight.grad.any() for m in network.modulations)
    for one in network.modulations:
        torch.nn.init.normal_(one.affine.weight, std=0.5)
    both = network(images, condition)
    torch.testing.assert_close(both[1:], network(images[1:], condition[1:]))
    assert (both - network(images, condition.flip(0))).abs().max() > 1e-3
    assert torch.equal(network(images), network(images, torch.zeros(2, 6)))


@pytest.mark.parametrize(("name", "more"), LISTENING)
def test_a_network_without_a_condition_refuses_one(name, more):
    network = build(GENERATORS, name, {"width": 4, **more})
    with pytest.raises(ValueError, match="takes no condition; found one"):
        network(torch.zeros(1, 3, 32, 32), torch.zeros(1, 6))


def test_modulation_is_that_of_the_formula():
    layer = Modulation(2, 1)
    with torch.no_grad():
        layer.affine.weight.copy_(torch.tensor([[0.5], [0], [0], [3]]))
        layer.affine.bias.copy_(torch.tensor([0.0, 0, 1, 0]))
    found = layer(torch.full((1, 2, 1, 1), 7.0), torch.tensor([[2.0]]))
    assert found.flatten().tolist() == [7 * (1 + 0.5 * 2) + 1, 7 + 3 * 2]
