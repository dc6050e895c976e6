"""The table of f-divergences against its definitions, computed another way."""

import math

import pytest
import torch

from training.losses.divergences import DIVERGENCES

RATIOS = torch.logspace(-3, 3, 400_001, dtype=torch.float64)  # u = p / q
# values that the activation can give, inside the domain of f* and where the supremum is inside
TARGETS = {
    "kl": [-1.0, 0.5, 2.0],
    "reverse-kl": [-4.0, -1.0, -0.2],
    "js": [-2.0, 0.0, 0.5],
    "pearson": [-1.5, 0.0, 3.0],
    "hellinger": [-2.0, 0.0, 0.7],
    "total-variation": [-0.4, 0.0, 0.4],
}


@pytest.mark.parametrize("name", DIVERGENCES)
def test_the_conjugate_is_the_supremum_that_defines_it(name):
    """f*(t) = sup_u (u t - f(u))."""
    row = DIVERGENCES[name]
    for target in TARGETS[name]:
        t = torch.tensor(target, dtype=torch.float64)
        ratios = torch.cat([torch.ones(1, dtype=torch.float64), RATIOS])
        supremum = (ratios * t - row.f(ratios)).max()
        assert row.conjugate(t).item() == pytest.approx(supremum.item(), abs=2e-3)


@pytest.mark.parametrize("name", DIVERGENCES)
def test_the_one_formula_is_the_conjugate_of_the_activation(name):
    row, logits = DIVERGENCES[name], torch.linspace(-6, 6, 25, dtype=torch.float64)
    torch.testing.assert_close(
        row.conjugate_of_activation(logits), row.conjugate(row.activation(logits))
    )


@pytest.mark.parametrize("name", DIVERGENCES)
def test_a_larger_logit_always_means_more_real(name):
    values = DIVERGENCES[name].activation(torch.linspace(-6, 6, 100))
    assert (values.diff() > 0).all()


@pytest.mark.parametrize("name", [name for name in DIVERGENCES if name != "total-variation"])
def test_at_the_boundary_the_two_densities_are_equal(name):
    """T = f'(1) there (their table 2)."""
    row, one = DIVERGENCES[name], torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(row.f(one), one)
    boundary = torch.tensor(row.boundary, dtype=torch.float64)
    assert row.activation(boundary).item() == pytest.approx(slope.item(), abs=1e-9)


@pytest.mark.parametrize(
    ("name", "value"),
    [  # of P = N(0, 1) and Q = N(1, 1)
        ("kl", 0.5),
        ("reverse-kl", 0.5),
        ("pearson", math.e - 1),
        ("hellinger", 2 - 2 * math.exp(-1 / 8)),
        ("total-variation", 0.3829249),  # 2 Phi(1/2) - 1
    ],
)
def test_the_bound_is_tight_at_the_best_critic(name, value):
    """E_P T - E_Q f*(T) = D_f(P || Q) at T = f'(p / q), for two Gaussians in closed form."""
    row = DIVERGENCES[name]
    x = torch.linspace(-12, 13, 200_001, dtype=torch.float64)
    p, q = (torch.distributions.Normal(m, 1.0).log_prob(x).exp() for m in (0.0, 1.0))
    ratio = (p / q).requires_grad_()
    (best,) = torch.autograd.grad(row.f(ratio).sum(), ratio)
    gap = torch.trapezoid(p * best - q * row.conjugate(best), x)
    assert gap.item() == pytest.approx(value, rel=1e-4)
