"""A classifier from few labels: its losses, its few labels, its network, and a small run."""

import json
import math

import numpy as np
import pytest
import torch
from helpers import call_module
from torch.nn import functional as F

from models.networks.mlp import (
    NormalisedLinear,
    SemiSupervisedClassifier,
    SemiSupervisedGenerator,
    initialise_on,
)
from training.data.errors import DataError
from training.data.labelled.few_labels import FewLabels, balanced
from training.data.labelled.labelled_images import LabelledImages
from training.data.labelled.sources import find_source
from training.runs.folder import read_metrics
from training.runs.states import read_status
from training.semisupervised import (
    Options,
    feature_matching,
    labelled_term,
    real_logit,
    unlabelled_terms,
)

LOGITS = torch.tensor([[1.0, -2.0, 0.5], [3.0, 0.0, -1.0], [-4.0, -3.0, -5.0], [0.0, 0.0, 0.0]])
CLASSES = 10


def with_fake_class(logits: torch.Tensor) -> torch.Tensor:
    """K + 1 logits, the last being that of the fake class."""
    return torch.cat([logits, torch.zeros(len(logits), 1)], dim=1)


@pytest.fixture(scope="module")
def few(digit_folders):
    return FewLabels(LabelledImages(find_source(str(digit_folders))), 20, seed=0)


def test_d_is_the_probability_of_any_class_but_the_fake_one():
    """D(x) = Z / (Z + 1), Z = sum_k exp l_k (Salimans 2016, section 5)."""
    z = LOGITS.exp().sum(1)
    assert torch.allclose(real_logit(LOGITS).sigmoid(), z / (z + 1))
    softmax = with_fake_class(LOGITS).softmax(1)
    assert torch.allclose(real_logit(LOGITS).sigmoid(), 1 - softmax[:, -1])


def test_the_unlabelled_terms_are_cross_entropies_over_one_class_more():
    terms = unlabelled_terms(LOGITS, LOGITS)
    log_p = with_fake_class(LOGITS).log_softmax(1)
    assert terms["fake"].item() == pytest.approx(-log_p[:, -1].mean().item() / 2, rel=1e-5)
    any_class = log_p[:, :-1].logsumexp(1)
    assert terms["real"].item() == pytest.approx(-any_class.mean().item() / 2, rel=1e-5)


def test_labelled_and_real_terms_together_are_one_cross_entropy_over_one_class_more():
    """p(y | x) = p(y | x, y <= K) p(y <= K | x): the paper's L = L_supervised + L_unsupervised."""
    labels = torch.tensor([0, 2, 1, 2])
    whole = F.cross_entropy(with_fake_class(LOGITS), labels)
    parts = labelled_term(LOGITS, labels) + 2 * unlabelled_terms(LOGITS, LOGITS)["real"]
    assert parts.item() == pytest.approx(whole.item(), rel=1e-5)


def test_at_known_logits_the_terms_have_known_values():
    zero = torch.zeros(2, CLASSES)  # Z = 10
    terms = unlabelled_terms(zero, zero)
    assert terms["real"].item() == pytest.approx(math.log(11 / 10) / 2, rel=1e-5)
    assert terms["fake"].item() == pytest.approx(math.log(11) / 2, rel=1e-5)
    assert labelled_term(zero, torch.tensor([3, 4])).item() == pytest.approx(math.log(10))


def test_huge_logits_give_finite_terms():
    terms = unlabelled_terms(torch.full((2, 3), -1e4), torch.full((2, 3), 1e4))
    assert all(torch.isfinite(term) for term in terms.values())


def test_the_labelled_term_does_not_see_a_common_shift_and_the_others_do():
    labels = torch.tensor([0, 2, 1, 2])
    assert torch.allclose(labelled_term(LOGITS, labels), labelled_term(LOGITS + 5, labels))
    assert unlabelled_terms(LOGITS + 5, LOGITS)["real"] < unlabelled_terms(LOGITS, LOGITS)["real"]


def test_features_match_in_their_means_alone():
    one, other = torch.tensor([[0.0, 4.0], [2.0, 0.0]]), torch.tensor([[1.0, 2.0], [1.0, 2.0]])
    assert feature_matching(one, other).item() == 0
    assert feature_matching(one, other + torch.tensor([3.0, 1.0])).item() == pytest.approx(5)


def test_gradients_agree_with_finite_differences():
    real, fake = (LOGITS.double().clone().requires_grad_() for _ in range(2))
    labels = torch.tensor([0, 2, 1, 2])
    check = torch.autograd.gradcheck
    assert check(lambda r, f: sum(unlabelled_terms(r, f).values()), (real, fake))
    assert check(lambda r: labelled_term(r, labels), (real,))
    assert check(feature_matching, (real, (fake + 1).detach().requires_grad_()))


def test_labels_are_as_many_of_each_class_and_follow_the_seed(digit_folders, few):
    assert torch.bincount(few.known.labels).tolist() == [2] * CLASSES
    images = LabelledImages(find_source(str(digit_folders)))
    same, other = (FewLabels(images, 20, seed) for seed in (0, 1))
    assert torch.equal(same.known.images, few.known.images)
    assert not torch.equal(other.known.images, few.known.images)


def test_a_tenth_is_held_out_and_never_drawn(few):
    assert len(few.held_out.images) == 12
    assert len(few) == 108
    drawn = {image.numpy().tobytes() for image in few.images(slice(None))}
    known = {image.numpy().tobytes() for image in few.known.images}
    held_out = {image.numpy().tobytes() for image in few.held_out.images}
    assert known <= drawn
    assert not held_out & drawn


def test_a_batch_as_large_as_the_labels_shows_each_of_them_once(few):
    batch = few.__getitems__([(index, 7 + index) for index in range(20)])
    assert batch.images.shape == batch.labelled.shape == (20, 1, 28, 28)
    assert torch.bincount(batch.labels).tolist() == [2] * CLASSES
    assert len({image.numpy().tobytes() for image in batch.labelled}) == 20


@pytest.mark.parametrize(
    ("count", "words"),
    [(25, "multiple of the 10 classes, found 25; take 20"), (0, "take 10"), (990, "found 11")],
)
def test_labels_that_cannot_be_balanced_get_one_sentence(count, words):
    labels = np.arange(110) % CLASSES
    with pytest.raises(DataError, match=words):
        balanced(labels, count, [str(digit) for digit in range(CLASSES)])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"init_from": "digits"}, "no --init-from"),
        ({"labels": 0}, "--labels of at least 1"),
        ({"lambda_unlabelled": -1.0}, "--lambda-unlabelled"),
    ],
)
def test_impossible_options_get_one_sentence(options, words):
    with pytest.raises(ValueError, match=words):
        Options(**options)


def test_the_initialisation_makes_preactivations_standard():
    """Weight normalisation's: mean 0, variance 1 (Salimans and Kingma 2016, section 3)."""
    torch.manual_seed(0)
    classifier = SemiSupervisedClassifier(28**2, CLASSES)
    images = torch.rand(400, 1, 28, 28) * 2 - 1
    initialise_on(classifier, images)
    _, logits = classifier(images)
    assert logits.mean(0).abs().max() < 0.3  # other noise than when it was initialised
    assert logits.std(0).sub(1).abs().max() < 0.3


def test_weights_have_the_length_that_the_scale_says():
    """g v / ||v|| (Salimans and Kingma 2016, equation 2)."""
    layer = NormalisedLinear(5, 3, learned=False)
    layer.scale.copy_(torch.tensor([1.0, 2.0, 0.5]))
    weights = layer(torch.eye(5)).T
    assert torch.allclose(weights.norm(dim=1), layer.scale)
    assert set(dict(layer.named_parameters())) == {"weight", "bias"}
    assert "scale" in dict(NormalisedLinear(5, 3, learned=True).named_parameters())


def test_noise_is_there_while_training_alone():
    torch.manual_seed(0)
    classifier = SemiSupervisedClassifier(28**2, CLASSES)
    images = torch.rand(2, 1, 28, 28)
    assert not torch.equal(classifier(images)[1], classifier(images)[1])
    classifier.eval()
    features, logits = classifier(images)
    assert torch.equal(logits, classifier(images)[1])
    assert features.shape == (2, 250)


def test_the_generator_makes_images_in_range():
    images = SemiSupervisedGenerator(100, 28, 1)(torch.rand(8, 100))
    assert images.shape == (8, 1, 28, 28)
    assert images.abs().max() <= 1


def test_a_run_has_samples_metrics_an_export_and_a_result_and_resumes(digit_folders, tmp_path):
    command = (
        "training.semisupervised",
        "--data",
        digit_folders,
        "--labels",
        20,
        "--name",
        "few",
        "--runs",
        tmp_path,
        "--device",
        "cpu",
        "--log-with",
        "none",
    )
    options = ("--batch-size", 20, "--log-every", 20, "--n-epochs", 1, "--n-epochs-decay", 1)
    options = (*options, "--baseline-steps", 3)
    call_module(*command, *options, "--max-steps", 3)
    run = tmp_path / "few"
    status = read_status(run)
    assert (status.state, status.script, status.step) == ("stopped", "training.semisupervised", 3)
    first = json.loads((run / "result.json").read_text())
    assert first["labels"] == 20
    assert (first["split"], first["images"]) == ("held out", 12)  # these data have no test split
    assert first["accuracy"] == first["held_out_accuracy"]
    assert 0 <= first["accuracy_labels_alone"] <= 1
    assert (run / "export" / "last" / "classifier.safetensors").is_file()
    assert list((run / "samples").glob("*.png"))
    wanted = {"critic/labelled", "critic/real", "critic/fake", "generator/feature_matching", "D(x)"}
    assert wanted <= set(read_metrics(run)[0])
    call_module(*command, "--resume", "--max-steps", 5)
    assert read_status(run).step == 5
    steps = [line["step"] for line in read_metrics(run)]  # and validations at the end of each
    assert sorted(set(steps)) == [*steps[:3], 4, 5]
    assert "validation/error" in read_metrics(run)[-1]
