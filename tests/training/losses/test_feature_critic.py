"""The critic on frozen features: its terms by formula, its heads."""

import pytest
import torch

from training.losses.feature_critic import (
    CHANNELS,
    FeatureHeads,
    hinge_critic,
    hinge_generator,
)


def features(images: int = 2) -> list[torch.Tensor]:
    return [torch.randn(images, c, 32 // 2**i, 32 // 2**i) for i, c in enumerate(CHANNELS)]


def test_the_terms_are_the_hinge_summed_over_layers():
    real, fake = [torch.tensor([2.0, 0.0]), torch.tensor([-1.0])], [torch.tensor([0.5, -3.0])] * 2
    terms = hinge_critic(real, fake)
    assert terms["features_real"].item() == pytest.approx((0 + 1) / 2 + 2)
    assert terms["features_fake"].item() == pytest.approx(2 * (1.5 + 0) / 2)
    assert hinge_generator(fake).item() == pytest.approx(2 * 1.25)


def test_there_is_a_logit_for_each_place_of_each_layer():
    shapes = [tuple(logits.shape) for logits in FeatureHeads()(features())]
    assert shapes == [(2, 1, 32, 32), (2, 1, 16, 16), (2, 1, 8, 8)]


def test_the_mixing_is_fixed_and_saved():
    heads = FeatureHeads()
    assert not [name for name, _ in heads.named_parameters() if name.startswith("mix")]
    other = FeatureHeads()
    other.load_state_dict(heads.state_dict())
    given = features()
    for one, two in zip(heads.eval()(given), other.eval()(given), strict=True):
        torch.testing.assert_close(one, two)


def test_every_layer_of_a_head_has_a_spectral_norm_of_one():
    heads = FeatureHeads()
    for _ in range(30):  # the power iteration settles
        heads(features(1))
    for name, weight in heads.eval().named_modules():
        if isinstance(weight, torch.nn.Conv2d):
            largest = torch.linalg.matrix_norm(weight.weight.flatten(1), 2).item()
            assert largest == pytest.approx(1, abs=0.05), name


def test_each_domain_has_a_logit_of_its_own_and_a_blend_a_mean():
    heads, given, domains = FeatureHeads(domains=3).eval(), features(), torch.eye(3)[:, None]
    before = heads(given, domains[0].expand(2, -1))
    with torch.no_grad():
        for judge in heads.heads:
            judge[-1].bias[1] += 1
    first, second, both = (
        heads(given, told.expand(2, -1))
        for told in (domains[0], domains[1], (domains[0] + domains[1]) / 2)
    )
    for one, same, other, mean in zip(before, first, second, both, strict=True):
        assert torch.equal(one, same) and mean.shape == one.shape and mean.shape[1] == 1
        assert torch.allclose(mean, (one + other) / 2, atol=1e-5)
        assert (other - one).mean() > 0.5
