"""CUT: its terms by formula."""

import pytest
import torch

from tests.training.test_cyclegan import batch, game, named
from training import cyclegan
from training.losses import contrastive
from training.options import parse


def test_patch_nce_is_the_cross_entropy_of_equation_3():
    torch.manual_seed(0)
    query, key = (torch.nn.functional.normalize(torch.randn(2, 5, 8), dim=-1) for _ in "qk")
    expected = 0.0
    for image in range(2):
        for place in range(5):
            dots = [query[image, place] @ key[image, other] / 0.07 for other in range(5)]
            expected -= (dots[place] - torch.logsumexp(torch.stack(dots), 0)) / 10
    found = contrastive.patch_nce([query], [key])
    assert found.item() == pytest.approx(expected.item(), rel=1e-5)


def test_patch_nce_is_least_for_equal_features_and_moves_only_the_queries():
    query = torch.eye(6)[None].requires_grad_()
    same = contrastive.patch_nce([query], [torch.eye(6)[None]])
    other = contrastive.patch_nce([query], [torch.eye(6)[None].roll(1, 1)])
    assert same < 1e-4 < other
    key = torch.randn(1, 6, 6, requires_grad=True)
    contrastive.patch_nce([query], [key]).backward()
    assert key.grad is None and query.grad is not None


def test_patches_are_taken_at_the_same_places_of_every_image():
    layer = torch.arange(2 * 3 * 4 * 4.0).reshape(2, 3, 4, 4)
    (places,) = contrastive.random_places([layer], 5)
    (rows,) = contrastive.sampled([layer], [places])
    assert rows.shape == (2, 5, 3) and len(set(places.tolist())) == 5
    for index, place in enumerate(places.tolist()):
        torch.testing.assert_close(rows[1, index], layer[1, :, place // 4, place % 4])


def test_cut_has_the_terms_of_equations_1_and_4():
    players, (a, b) = game("--method", "cut", "--lr", "0", "--patches", "2000"), batch()
    network, critic = players.networks["generator"], players.networks["critic"]
    with torch.no_grad():
        expected = {
            "generator/adversarial": (critic(network(a)) - 1).square().mean(),
            "generator/nce": cyclegan.patch_nce(players, a, network(a)) / 2,
            "generator/nce_identity": cyclegan.patch_nce(players, b, network(b)) / 2,
        }
    cyclegan.one_way(players, iter([(a, b)]))
    seen = players.observed()
    for name, value in expected.items():
        assert seen[name] == pytest.approx(value.item(), rel=1e-4), name


def test_patches_of_a_mirrored_output_are_compared_at_their_own_places():
    players, (a, _) = game("--method", "fastcut", "--patches", "2000"), batch()
    mirrored = a.flip(3)
    with torch.no_grad():
        same, other = (cyclegan.patch_nce(players, a, mirrored, turned) for turned in (True, False))
    assert same < other


def test_cut_moves_the_generator_with_its_heads_and_fastcut_has_no_identity():
    players = game("--method", "fastcut")
    before = {name: parameter.clone() for name, parameter in named(players)}
    cyclegan.one_way(players, iter([batch()]))
    moved = {name.split(".")[0] for name, p in named(players) if not torch.equal(before[name], p)}
    assert moved == {"generator", "critic", "heads"}
    assert "generator/nce_identity" not in players.observed()


def test_the_contrastive_weight_follows_the_method_unless_given():
    weights = {
        method: cyclegan.nce_weight(parse(cyclegan.Options, "", ["--method", method]))
        for method in ("cut", "fastcut")
    }
    assert weights == {"cut": 1.0, "fastcut": 10.0}
    given = parse(cyclegan.Options, "", ["--method", "cut", "--lambda-nce", "3"])
    assert cyclegan.nce_weight(given) == 3


def test_a_generator_has_features_of_five_depths():
    network = game("--method", "cut").networks["generator"]
    shapes = [tuple(layer.shape[1:]) for layer in network.features(torch.zeros(1, 3, 32, 32))]
    assert shapes == [(3, 38, 38), (8, 16, 16), (16, 8, 8), (16, 8, 8), (16, 8, 8)]
