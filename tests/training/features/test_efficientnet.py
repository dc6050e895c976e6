"""Feature maps of the frozen EfficientNet-Lite networks."""

import pytest
import torch

from training.features.efficientnet import (
    MEAN,
    STAGES,
    STD,
    feature_maps,
    frozen_backbone,
    normalised,
    pooled_features,
    pooled_from,
)


@pytest.fixture(params=sorted(STAGES))
def name(request):
    return request.param


def test_stages_end_at_strides_4_8_and_16(name):
    images = torch.zeros(2, 3, 64, 96)
    network = frozen_backbone(name)
    maps = feature_maps(network, images, STAGES[name])
    assert [tuple(one.shape[2:]) for one in maps] == [(16, 24), (8, 12), (4, 6)]
    after = feature_maps(network, images, [block + 1 for block in STAGES[name]])
    assert [one.shape[2] for one in after] == [8, 4, 2]  # the last block of each stride


def test_maps_come_in_the_order_asked_for(name):
    first, last, _ = STAGES[name]
    network, images = frozen_backbone(name), torch.rand(1, 3, 64, 64)
    one, other = feature_maps(network, images, (last, first))
    assert torch.equal(one, feature_maps(network, images, (last,))[0])
    assert torch.equal(other, feature_maps(network, images, (first,))[0])


def test_the_same_image_has_the_same_features_whatever_happened_before(name):
    images = torch.rand(2, 3, 64, 64) * 2 - 1
    before = feature_maps(frozen_backbone(name), images, STAGES[name])
    frozen_backbone(name).train()
    feature_maps(frozen_backbone(name), torch.randn(4, 3, 64, 64), STAGES[name])
    after = feature_maps(frozen_backbone(name), images, STAGES[name])
    assert all(torch.equal(x, y) for x, y in zip(before, after, strict=True))


def test_a_module_that_trains_leaves_its_backbone_in_evaluation_mode(name):
    holder = torch.nn.ModuleList([frozen_backbone(name)]).train()
    assert not any(one.training for one in holder[0].modules())


def test_gradients_reach_the_images_and_no_weight(name):
    network = frozen_backbone(name)
    images = torch.rand(1, 3, 64, 64).requires_grad_()
    sum(one.square().mean() for one in feature_maps(network, images, STAGES[name])).backward()
    assert images.grad is not None and images.grad.abs().sum() > 0
    assert not any(p.requires_grad or p.grad is not None for p in network.parameters())


def test_a_backbone_that_was_first_asked_for_in_inference_mode_serves_gradients_too(name):
    with torch.inference_mode():
        network = frozen_backbone.__wrapped__(name)
    images = torch.rand(1, 3, 32, 32).requires_grad_()
    feature_maps(network, images, STAGES[name][:1])[0].sum().backward()
    assert images.grad is not None


def test_loading_leaves_the_random_state_as_it_is(name):
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    frozen_backbone.__wrapped__(name)
    assert torch.equal(torch.rand(1), expected)


def test_grey_counts_as_rgb_of_equal_channels(name):
    grey = torch.rand(1, 1, 64, 64)
    network, block = frozen_backbone(name), STAGES[name][:1]
    (one,) = feature_maps(network, grey, block)
    (other,) = feature_maps(network, grey.expand(-1, 3, -1, -1), block)
    assert torch.equal(one, other)


def test_images_are_normalised_as_imagenet_is():
    mean, std = (torch.tensor(values)[None, :, None, None] for values in (MEAN, STD))
    assert torch.allclose(normalised(mean * 2 - 1), torch.zeros(1, 3, 1, 1), atol=1e-6)
    assert torch.allclose(normalised((mean + std) * 2 - 1), torch.ones(1, 3, 1, 1), atol=1e-6)


def test_pooled_features_are_those_of_whole_images(name):
    network, images = frozen_backbone(name), torch.rand(2, 3, 64, 64) * 2 - 1
    pooled = pooled_features(network, images)
    assert pooled.shape == (2, 1280)
    last = STAGES[name][-1]
    later = pooled_from(network, feature_maps(network, images, [last])[0], last)
    assert torch.allclose(later, pooled, atol=1e-5)


def test_an_unknown_backbone_is_refused_with_the_names_there_are():
    with pytest.raises(ValueError, match="lite0, lite2, found lite9"):
        frozen_backbone("lite9")
