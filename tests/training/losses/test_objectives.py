"""Objectives against their formulas, at known logits, with their gradients."""

import math

import pytest
import torch

from training.losses.divergences import DIVERGENCES
from training.losses.objectives import OBJECTIVES

REAL = torch.tensor([0.0, 2.0])
FAKE = torch.tensor([-0.8, 0.5])


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def total(terms: dict) -> float:
    return sum(terms.values()).item()


def mean(values) -> float:
    values = list(values)
    return sum(values) / len(values)


def bound(name: str):
    """E T(x) - E f*(T(x^)), to be maximised, with the table's own parts (Nowozin 2016)."""
    row = DIVERGENCES[name]

    def negative(real, fake):
        given, made = row.activation(torch.tensor(real)), row.activation(torch.tensor(fake))
        return (row.conjugate(made).mean() - given.mean()).item()

    return negative


CRITIC = {
    "minimax": lambda r, f: CRITIC["nonsaturating"](r, f),
    "wasserstein": lambda r, f: mean(f) - mean(r),
    **{f"f-{name}": bound(name) for name in DIVERGENCES},
    "nonsaturating": lambda r, f: (
        mean(-math.log(sigmoid(x)) for x in r) + mean(-math.log(1 - sigmoid(x)) for x in f)
    ),
    "lsgan": lambda r, f: mean(0.5 * (x - 1) ** 2 for x in r) + mean(0.5 * x**2 for x in f),
    "hinge": lambda r, f: mean(max(0, 1 - x) for x in r) + mean(max(0, 1 + x) for x in f),
    "rpgan": lambda r, f: mean(math.log(1 + math.exp(-(a - b))) for a, b in zip(r, f, strict=True)),
}
GENERATOR = {
    "minimax": lambda r, f: mean(math.log(1 - sigmoid(x)) for x in f),
    "wasserstein": lambda r, f: -mean(f),
    "f-kl": lambda r, f: -mean(f),
    "f-reverse-kl": lambda r, f: mean(math.exp(-x) for x in f),
    "f-js": lambda r, f: -mean(math.log(2 * sigmoid(x)) for x in f),
    "f-pearson": lambda r, f: -mean(f),
    "f-hellinger": lambda r, f: -mean(1 - math.exp(-x) for x in f),
    "f-total-variation": lambda r, f: -mean(math.tanh(x) / 2 for x in f),
    "nonsaturating": lambda r, f: mean(-math.log(sigmoid(x)) for x in f),
    "lsgan": lambda r, f: mean(0.5 * (x - 1) ** 2 for x in f),
    "hinge": lambda r, f: -mean(f),
    "rpgan": lambda r, f: mean(math.log(1 + math.exp(a - b)) for a, b in zip(r, f, strict=True)),
}


@pytest.mark.parametrize("name", OBJECTIVES)
def test_values_follow_the_papers(name):
    objective = OBJECTIVES[name]
    real, fake = REAL.tolist(), FAKE.tolist()
    assert total(objective.critic(REAL, FAKE)) == pytest.approx(CRITIC[name](real, fake), rel=1e-5)
    assert total(objective.generator(FAKE, REAL)) == pytest.approx(
        GENERATOR[name](real, fake), rel=1e-5
    )


@pytest.mark.parametrize("name", OBJECTIVES)
def test_gradients_agree_with_finite_differences(name):
    objective = OBJECTIVES[name]
    real, fake = (t.double().requires_grad_() for t in (REAL, FAKE))
    assert torch.autograd.gradcheck(lambda r, f: sum(objective.critic(r, f).values()), (real, fake))
    assert torch.autograd.gradcheck(
        lambda r, f: sum(objective.generator(f, r).values()), (real, fake)
    )


def test_at_equilibrium_the_classic_game_is_worth_log_4():
    """Goodfellow 2014, theorem 1: D = 1/2 everywhere gives -log 4 (here minimised, so + log 4)."""
    zero = torch.zeros(8)
    assert total(OBJECTIVES["nonsaturating"].critic(zero, zero)) == pytest.approx(
        math.log(4), rel=1e-6
    )


def test_the_nonsaturating_generator_learns_where_the_critic_is_sure():
    """d/dD of -log sigmoid(D) tends to -1 as D(x^) goes to 0; the minimax gradient tends to 0."""
    logit = torch.tensor([-20.0], requires_grad=True)
    total_loss = OBJECTIVES["nonsaturating"].generator(logit)["adversarial"]
    (gradient,) = torch.autograd.grad(total_loss, logit)
    assert gradient.item() == pytest.approx(-1, abs=1e-6)


def test_relativistic_pairing_does_not_see_a_common_shift():
    objective = OBJECTIVES["rpgan"]
    assert total(objective.critic(REAL, FAKE)) == pytest.approx(
        total(objective.critic(REAL + 5, FAKE + 5)), rel=1e-5
    )
    with pytest.raises(ValueError, match="real images"):
        objective.generator(FAKE)


def test_scores_are_probabilities_where_the_critic_estimates_one():
    scores = OBJECTIVES["nonsaturating"].scores(torch.zeros(3), torch.full((3,), -100.0))
    assert scores["D(x)"].item() == pytest.approx(0.5)
    assert scores["D(G(z))"].item() == pytest.approx(0)
    assert OBJECTIVES["hinge"].scores(torch.full((3,), 7.0), torch.zeros(3))["D(x)"].item() == 7


def test_minimax_saturates_where_the_critic_is_sure_and_the_other_does_not():
    """d/da log(1 - sigmoid(a)) = -sigmoid(a); d/da -log sigmoid(a) = sigmoid(a) - 1."""
    for name, slope in (("minimax", -sigmoid(-8.0)), ("nonsaturating", sigmoid(-8.0) - 1)):
        logit = torch.tensor([-8.0], requires_grad=True)
        OBJECTIVES[name].generator(logit)["adversarial"].backward()
        assert logit.grad.item() == pytest.approx(slope, rel=1e-4)
