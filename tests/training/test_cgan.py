"""The class-conditional iteration beyond what it shares with the unconditional one, and penalties
of both."""

from types import SimpleNamespace

import pytest
import torch

from models.networks import CRITICS, build
from training.cgan import logits, mismatch_term, wrong_labels
from training.gan import Options, penalties
from training.losses.objectives import OBJECTIVES
from training.losses.translation import coarse_difference


@pytest.mark.parametrize(
    ("mode", "value"),
    [
        ("rpgan", 1.3132617),  # softplus(D(x, y') - D(x, y)) = log(1 + e)
        ("nonsaturating", 2.1269280),  # -log(1 - sigmoid(2)) = log(1 + e^2)
        ("hinge", 3.0),  # max(0, 1 + 2)
        ("lsgan", 2.0),  # 2^2 / 2
    ],
)
def test_real_images_under_a_wrong_class_count_as_fake(mode, value):
    term = mismatch_term(OBJECTIVES[mode], torch.ones(400), torch.full((400,), 2.0))
    assert term.item() == pytest.approx(value, rel=1e-5)


def test_a_wrong_class_is_any_of_the_others():
    labels = torch.arange(400) % 4
    wrong = wrong_labels(SimpleNamespace(critic=SimpleNamespace(classes=4)), labels)
    assert (wrong != labels).all()
    others = torch.bincount((wrong - labels) % 4, minlength=4)[1:]
    assert others.min() > 90  # 400 draws over three others, uniformly


@pytest.mark.parametrize("given", [{}, {"condition": "concat"}, {"kernels": 3}])
def test_three_judgements_in_one_pass_are_those_of_three(given):
    """And the layers are run once, where what they make does not follow from the class."""
    torch.manual_seed(0)
    critic = build(CRITICS, "dcgan", {"size": 8, "channels": 1, "classes": 4, "width": 4, **given})
    for parameter in critic.parameters():  # so that the class counts
        torch.nn.init.normal_(parameter, std=0.3)
    options = SimpleNamespace(mismatch=0.5, critic_norm="none", kernels=given.get("kernels", 0))
    play = SimpleNamespace(critic=critic, options=options)
    real, fake, labels = torch.randn(5, 1, 8, 8), torch.randn(5, 1, 8, 8), torch.arange(5) % 4
    torch.manual_seed(1)
    wrong = wrong_labels(play, labels)
    expected = [critic(real, labels), critic(fake, labels), critic(real, wrong)]
    seen = []
    critic.features.register_forward_pre_hook(lambda _, given: seen.append(len(given[0])))
    torch.manual_seed(1)
    found = logits(play, real, fake, labels)
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other)
    assert not torch.allclose(found[0], found[2])
    assert seen == ([15] if "condition" in given else [5, 5, 5] if given else [10])


def test_a_coarse_difference_sees_colours_and_no_lines():
    lines = torch.tensor([-1.0, 1.0]).repeat(8)[:, None].expand(1, 3, 16, 16)
    grey = torch.zeros(1, 3, 16, 16)
    assert coarse_difference(lines, grey).item() == 0
    half = grey.clone()
    half[..., 8:] = 0.5
    assert coarse_difference(half, grey).item() == pytest.approx(0.25)


def test_penalties_that_are_due_now_and_then_weigh_as_much_in_the_mean():
    options = Options(r1=0.5, r2=0.0, penalty_every=4)
    found = [
        penalties(SimpleNamespace(options=options, progress=SimpleNamespace(step=step)))
        for step in range(8)
    ]
    assert found == 2 * [(2.0, 0.0, 0.0), *3 * [(0.0, 0.0, 0.0)]]
