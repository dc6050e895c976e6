"""The class-conditional iteration beyond what it shares with the unconditional one."""

from types import SimpleNamespace

import pytest
import torch

from training.cgan import mismatch_term
from training.losses.objectives import OBJECTIVES


class Recorder(torch.nn.Module):
    """A critic that remembers the labels it sees and answers 2."""

    classes = 4

    def forward(self, images, labels):
        self.labels = labels
        return torch.full((len(images),), 2.0)


def game(mode: str) -> SimpleNamespace:
    return SimpleNamespace(critic=Recorder(), objective=OBJECTIVES[mode])


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
    play = game(mode)
    labels = torch.arange(400) % 4
    term = mismatch_term(play, torch.zeros(400, 1, 4, 4), labels, torch.ones(400))
    assert term.item() == pytest.approx(value, rel=1e-5)
    wrong = play.critic.labels
    assert (wrong != labels).all()
    others = torch.bincount((wrong - labels) % 4, minlength=4)[1:]
    assert others.min() > 90  # 400 draws over three others, uniformly
