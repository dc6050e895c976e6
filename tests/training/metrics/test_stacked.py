"""Stacked MNIST: what a stack is, and its modes by hand."""

import math

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from models import model_folder
from models.networks import GENERATORS, build
from training import evaluate
from training.data.labelled.labelled_images import LabelledImages
from training.data.labelled.named import load, stacked
from training.data.labelled.sources import find_source
from training.export.export_model import sampler_config
from training.export.model_card import write_card
from training.metrics.classifier import load_classifier
from training.metrics.modes import kl_from_uniform
from training.metrics.stacked import by_channel, measure_numbers, numbers


class Brightness(nn.Module):
    """Stands in for the classifier: reads a plane of -1 as 0, and so on to 9 at 1."""

    features = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())

    def last(self, features):
        return -(features - torch.linspace(-1, 1, 10)).abs()


def test_a_stack_is_three_digits_and_its_class_the_number_that_they_make():
    digits, source = load("mnist", "test"), stacked("test", 4)
    for image, label in zip(source.images, source.labels, strict=True):
        planes = image.transpose(2, 0, 1)
        found = [(digits.images == plane).all(axis=(1, 2)).argmax() for plane in planes]
        assert all(np.array_equal(digits.images[i], p) for i, p in zip(found, planes, strict=True))
        assert source.class_names[label] == "".join(str(digits.labels[i]) for i in found)


def test_the_stacks_follow_from_the_seed():
    first, again, other = (stacked("test", 5, seed) for seed in (0, 0, 1))
    assert np.array_equal(first.images, again.images)
    assert not np.array_equal(first.images, other.images)


@pytest.mark.parametrize(("split", "count"), [("train", 60_000), ("test", 26_000)])
def test_both_splits_have_all_thousand_classes(split, count):
    data = LabelledImages(find_source("stacked-mnist", split))
    assert data.pixels.shape == (count, 28, 28, 3)
    assert (len(data.class_names), data.class_names[7]) == (1000, "007")
    assert (data.name, data.licence) == ("stacked-mnist", "CC BY-SA 3.0")


def test_a_number_is_read_from_red_green_and_blue():
    pixels = np.array([[3, 1, 4], [0, 0, 9]], np.uint8).repeat(784, 0).reshape(2, 28, 28, 3)
    read = numbers((pixels * 28.33).astype(np.uint8), Brightness())
    assert read.tolist() == [314, 9]
    assert by_channel(read).tolist() == [
        [1, 0, 0, 1, 0, 0, 0, 0, 0, 0],
        [1, 1, 0, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
    ]


def test_our_classifier_reads_real_stacks():
    source = stacked("test", 200)
    classifier = load_classifier("mnist", 1, [str(digit) for digit in range(10)])
    read = numbers(source.images, classifier)
    assert (read.numpy() == source.labels).mean() >= 0.97


def test_all_modes_once_and_one_mode_always():
    modes, kl = measure_numbers(torch.arange(1000), torch.full((1000,), 5))
    assert modes.text == "1,000 of 1,000 (real: 1)"
    assert kl.value == pytest.approx(0, abs=1e-9)
    assert kl.text == f"0.000 (real: {math.log(1000):.3f})"


def test_real_stacks_are_nearly_uniform():
    """Three times KL(digits' frequencies || uniform), for the channels are independent, and the
    bias of counting, (K - 1) / (2 n)."""
    source = find_source("stacked-mnist", "test")
    digits = torch.bincount(torch.from_numpy(load("mnist", "test").labels))
    expected = 3 * kl_from_uniform(digits) + 999 / (2 * 26_000)
    found = kl_from_uniform(torch.bincount(torch.from_numpy(source.labels), minlength=1000))
    assert found == pytest.approx(expected, rel=0.1)


def tiny(folder, data: str, channels: int):
    """An untrained exported model that says it was trained on `data`."""
    arguments = {"size": 28, "channels": channels, "classes": 0, "noise_dim": 8, "width": 4}
    network = {"name": "dcgan", "arguments": arguments}
    about = {"name": data, "licence": "CC BY-SA 3.0", "class_names": [], "images": 60_000}
    training = {"images_seen": 0, "minutes": 0.0, "hardware": "none", "options": {}}
    config = sampler_config("tiny", "training.gan", network, network, about, training)
    torch.manual_seed(0)
    generator = build(GENERATORS, **network).eval()
    model_folder.save(folder, config, generator, write_card(config), Image.new("RGB", (8, 8)))
    return str(folder)


def test_evaluate_counts_the_modes_of_a_model_of_stacks(tmp_path, capsys):
    evaluate.main([tiny(tmp_path / "tiny", "stacked-mnist", 3), "--samples", "100"])
    printed = capsys.readouterr().out
    assert "modes found" in printed and "of 1,000 (real: 9" in printed
    assert "single digits that the classifier reads right" in printed
    assert "figures are reported from 26,000 samples" in printed


def test_grey_models_of_stacks_are_an_error(tmp_path):
    with pytest.raises(ValueError, match=r"RGB images .* found 1 channel\(s\)"):
        evaluate.main([tiny(tmp_path / "tiny", "stacked-mnist", 1), "--samples", "100"])
