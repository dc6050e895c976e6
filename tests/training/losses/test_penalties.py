"""R1 and R2 against gradients known in closed form."""

import pytest
import torch

from training.losses.penalties import clip_weights, interpolated, limit_norms, zero_centred


def images(seed: int) -> torch.Tensor:
    return torch.randn(5, 1, 4, 4, generator=torch.Generator().manual_seed(seed)).requires_grad_()


def test_a_linear_critic_has_the_squared_norm_of_its_weights():
    """D(x) = <w, x>: grad D = w, so R1 = gamma / 2 * ||w||^2, whatever x."""
    weights, real, fake = torch.randn(1, 4, 4), images(0), images(1)
    logits = [(weights * x).sum(dim=(1, 2, 3)) for x in (real, fake)]
    terms = zero_centred(logits[0], real, logits[1], fake, r1=3.0, r2=0.5)
    norm = weights.square().sum().item()
    assert terms["r1"].item() == pytest.approx(1.5 * norm, rel=1e-5)
    assert terms["r2"].item() == pytest.approx(0.25 * norm, rel=1e-5)


def test_a_quadratic_critic_has_the_mean_squared_norm_of_its_images():
    """D(x) = 1/2 ||x||^2: grad D = x."""
    real, fake = images(0), images(1)
    logits = [0.5 * x.square().sum(dim=(1, 2, 3)) for x in (real, fake)]
    terms = zero_centred(logits[0], real, logits[1], fake, r1=2.0, r2=2.0)
    for name, x in (("r1", real), ("r2", fake)):
        assert terms[name].item() == pytest.approx(
            x.square().sum(dim=(1, 2, 3)).mean().item(), rel=1e-5
        )


def test_the_penalty_can_be_descended():
    """D(x) = a * sum(x) with N pixels: R1 = gamma / 2 * a^2 N, so dR1/da = gamma * a N."""
    a, real = torch.tensor(0.7, requires_grad=True), images(0)
    logits = a * real.sum(dim=(1, 2, 3))
    zero_centred(logits, real, logits.detach(), real, r1=4.0, r2=0.0)["r1"].backward()
    assert a.grad.item() == pytest.approx(4.0 * 0.7 * 16, rel=1e-5)


def test_a_weight_of_zero_leaves_the_term_out():
    real = images(0)
    logits = real.sum(dim=(1, 2, 3))
    assert zero_centred(logits, real, logits, real, 0, 0) == {}
    assert set(zero_centred(logits, real, logits, real, 1.0, 0)) == {"r1"}


def test_a_linear_critic_is_penalised_for_the_length_of_its_gradient():
    """D(x) = <w, x>: lambda (||w|| - 1)^2, wherever x~ lies (Gulrajani 2017)."""
    weights = torch.randn(1, 4, 4)
    terms = interpolated(lambda x: (weights * x).sum((1, 2, 3)), images(0), images(1), 10.0)
    wanted = 10 * (weights.norm() - 1).square()
    assert terms["gradient_penalty"].item() == pytest.approx(wanted.item(), rel=1e-4)


def test_it_is_taken_between_real_and_generated_images():
    """D(x) = 1/2 x^2 of one pixel with x = 1 and x^ = 3: |grad| = x~ between 1 and 3, so the mean
    of (x~ - 1)^2 over x~ uniform there is 4/3."""
    real, fake = torch.ones(20_000, 1, 1, 1), torch.full((20_000, 1, 1, 1), 3.0)
    terms = interpolated(lambda x: 0.5 * x.square().sum((1, 2, 3)), real, fake, 1.0)
    assert terms["gradient_penalty"].item() == pytest.approx(4 / 3, rel=0.05)
    assert interpolated(lambda x: x, real, fake, 0.0) == {}


def test_clipping_bounds_every_weight_and_leaves_small_ones():
    network = torch.nn.Linear(3, 1)
    with torch.no_grad():
        network.weight.copy_(torch.tensor([[0.5, -0.5, 0.005]]))
    clip_weights(network, 0.01)
    torch.testing.assert_close(network.weight, torch.tensor([[0.01, -0.01, 0.005]]))
    clip_weights(network, 0.0)
    assert network.weight.abs().max() > 0


def test_the_weights_into_a_unit_are_scaled_down_to_their_bound():
    network = torch.nn.Linear(2, 2)
    with torch.no_grad():
        network.weight.copy_(torch.tensor([[3.0, 4.0], [0.3, 0.4]]))
    limit_norms(network, 2.5)
    torch.testing.assert_close(network.weight, torch.tensor([[1.5, 2.0], [0.3, 0.4]]))
