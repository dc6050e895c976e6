"""The figures of models that learned without pairs, of tiny ones."""

import shutil

import numpy as np
import pytest
from helpers import call_module
from PIL import Image

import models
from training import evaluate
from training.data.unpaired.domains import find_domains
from training.metrics.unpaired import protocol


@pytest.fixture(scope="module")
def colours(tmp_path_factory):
    """Four pictures of each domain to train on and three to test on, of rising brightness."""
    folder = tmp_path_factory.mktemp("domains") / "colours"
    stream = np.random.default_rng(0)
    for side, tint in (("A", (1.0, 0.4, 0.2)), ("B", (0.2, 0.5, 1.0))):
        for split, count in (("train", 4), ("test", 3)):
            (folder / f"{split}{side}").mkdir(parents=True)
            for index in range(count):
                pixels = stream.normal(40 + 30 * index, 12, (40, 56, 1)) * np.array(tint)
                image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
                image.save(folder / f"{split}{side}" / f"{index}.png")
    return folder


def exported(runs, script, data, *arguments):
    """A run of one step and the folder that it exports."""
    small = ["--size", "32", "--ngf", "4", "--ndf", "4", "--blocks", "2", "--device", "cpu"]
    limits = ["--max-steps", "1", "--log-with", "none"]
    call_module(
        script, "--data", data, "--name", "run", "--runs", runs, *small, *limits, *arguments
    )
    return runs / "run" / "export" / "last"


@pytest.fixture(scope="module")
def both_ways(colours, tmp_path_factory):
    runs = tmp_path_factory.mktemp("runs")
    return exported(runs, "training.cyclegan", colours, "--hold-out", "2")


def test_every_size_of_both_directions_has_its_rows(both_ways, colours):
    done = call_module(
        "training.evaluate", both_ways, "--data", colours, "--mosaic", "240", "--clips", "1"
    )
    for words in (
        "A to B: share of the way by texture",
        "B to A: share of the way by texture, darkest third, at half size",
        "A to B: grain where the input is flat, of 255",
        "B to A: pixels whose luminance moved by over 40 %, at 240x180",
        "A to B: SSIM of luminance edges, at half size",
        "A to B: cycle L1",
        "A to B: warping error of clips x 1000",
        "B to A: flicker of a noisy still, of 255",
        "clips, steady, A to B",
        "untouched, A to B",
        "colour transfer, B to A",
    ):
        assert words in done.stdout, words
    (seconds,) = [line for line in done.stdout.splitlines() if "A to B: seconds" in line]
    assert " s on " in seconds and "thread" in seconds and "n = 1" in seconds
    assert "Not written" in done.stdout  # of another picture than that of 12 megapixels


def test_a_model_of_cut_goes_to_the_same_protocol(colours, tmp_path):
    folder = exported(tmp_path, "training.cut", colours, "--patches", "8")
    measure, _ = evaluate.protocol_of(models.load(folder))
    assert measure is protocol.measure
    small = ["--data", colours, "--mosaic", "0"]
    done = call_module("training.evaluate", folder, *small)
    assert "A to B: share of the way by texture" in done.stdout
    assert "B to A" not in done.stdout and "cycle" not in done.stdout


def compared_with(folder, data, **options):
    model = models.load(folder)
    chosen = evaluate.Options(str(folder), **options)
    found = protocol.paintings(find_domains(str(data)), model.config["training"], chosen)
    return [f"{path.parent.name}/{path.stem}" for path in found]


def test_what_training_held_out_of_the_same_data_is_compared_with(both_ways, colours):
    assert compared_with(both_ways, colours) == ["trainB/2", "trainB/3"]


def test_of_other_data_all_is_compared_with(both_ways, colours, tmp_path):
    other = shutil.copytree(colours, tmp_path / "others")
    assert len(compared_with(both_ways, other)) == 4


def test_given_paintings_take_the_place_of_the_datas_own(both_ways, colours):
    found = compared_with(both_ways, colours, paintings=str(colours / "testB"))
    assert found == [f"testB/{index}" for index in range(3)]


def test_real_pictures_of_the_domain_have_a_share_of_their_own(both_ways, colours):
    """They are the very pictures to be compared with, and go the whole way."""
    chosen = evaluate.Options(str(both_ways), real=str(colours / "trainB"), mosaic=0)
    model = models.load(both_ways)
    model.config["training"]["options"]["hold_out"] = 0
    found = {figure.key: figure for figure in protocol.measure(model, str(colours), chosen)[0]}
    assert found["real_a_to_b"].value >= 1 and found["real_a_to_b_half"].value >= 1
    assert found["real_a_to_b"].n == 4 and "real_b_to_a" not in found


def test_a_domain_without_test_images_is_translated_from_what_is_compared_with(
    both_ways, colours, tmp_path
):
    data = shutil.copytree(colours, tmp_path / "colours")
    shutil.rmtree(data / "testB")
    trained = models.load(both_ways).config["training"]
    ways = protocol.sides(trained, str(data), evaluate.Options(str(both_ways)))
    (inputs, look), (back, photographs) = ways.values()
    assert inputs == find_domains(str(data), "test").a and len(look) == 2
    assert back == look and photographs == find_domains(str(data)).a


def test_a_model_that_learned_from_b_to_a_is_measured_in_that_direction(both_ways, colours):
    trained = {**models.load(both_ways).config["training"], "options": {"direction": "BtoA"}}
    ways = protocol.sides(trained, str(colours), evaluate.Options(str(both_ways)))
    assert ways["A to B"] == (find_domains(str(colours), "test").b, find_domains(str(colours)).a)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--paintings", "nowhere"], "Expected --paintings to be a folder with at least 2 images"),
        (["--real", "nowhere"], "Expected --real to be a folder with at least 2 images"),
        (["--mosaic", "-1"], "--mosaic of at least 0"),
    ],
)
def test_bad_options_are_named(both_ways, colours, arguments, words):
    command = ["training.evaluate", both_ways, "--data", colours, *arguments]
    done = call_module(*command, check=False)
    assert done.returncode == 2 and words in done.stderr


def test_a_model_that_learned_from_pairs_takes_no_paintings(tiny_translator):
    done = call_module("training.evaluate", tiny_translator, "--paintings", "x", check=False)
    assert (
        done.returncode == 2
        and "Expected no --paintings, --real, --mosaic and --clips" in done.stderr
    )
