"""pix2pix that is told things: words, dabs of colour, and noise by which it has several answers."""

import json

import numpy as np
import pytest
import torch
from accelerate import Accelerator
from helpers import call_module
from PIL import Image

import models
from models import model_folder
from models.conditions.listener import variant_seeds
from models.conditions.words import WORDS_FILE, WordTable, save_words
from models.networks.palette import Palette
from tests.pictures import filled_square
from training import pix2pix
from training.command_line import parse
from training.data.paired.colours import colour_shares
from training.data.paired.paired_images import PairBatch, PairedImages
from training.data.paired.pairs import find_pairs
from training.engine.setup import initial_networks
from training.losses.translation import class_weights, colour_classification, divergence_from_prior
from training.tasks.paired import make_game
from training.tasks.posterior import Posterior

SMALL = ["--size", "32", "--ngf", "4", "--ndf", "4", "--device", "cpu", "--batch-size", "2"]
TOLD = ["--lambda-region", "5", "--close-gaps", "0.05"]
TOLD += ["--hints", "true", "--z-dim", "3", "--palette", "3", "--rebalance", "0.5", "--lr", "0.02"]
QUIET = ["--log-with", "none", "--critic-norm", "instance", "--norm", "instance"]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Twelve pairs of an outlined square and the same in red or blue, and their words."""
    folder = tmp_path_factory.mktemp("told")
    rows = ["name,caption"]
    for index in range(12):
        colour = ("red", "blue")[index % 2]
        for side, image in zip("AB", filled_square(colour), strict=True):
            (folder / "data" / side).mkdir(parents=True, exist_ok=True)
            image.save(folder / "data" / side / f"{index}.png")
        rows.append(f"{index},{colour} square")
    (folder / "words.csv").write_text("\n".join(rows))
    vectors = (127 * torch.eye(3)).to(torch.int8)
    table = WordTable(["red", "blue", "square"], vectors, torch.tensor([1, 1, 0.1]) / 127)
    save_words(table, folder / "table.safetensors")
    return folder


def train(data, runs, *arguments, **options):
    words = ["--words", data / "words.csv", "--word-table", data / "table.safetensors"]
    common = ["--data", data / "data", "--name", "run", "--runs", runs, *SMALL, *QUIET]
    return call_module("training.pix2pix", *common, *words, *arguments, **options)


@pytest.fixture(scope="module")
def told(data, tmp_path_factory):
    """A run of eight steps, and its export."""
    runs = tmp_path_factory.mktemp("runs")
    named = ["--domains", "line drawing", "square"]
    train(data, runs, *TOLD, *named, "--max-steps", "8", "--log-every", "2")
    return runs / "run" / "export" / "last"


def outline() -> Image.Image:
    picture = Image.new("L", (40, 36), "white")
    picture.paste(0, (8, 8, 24, 24))
    picture.paste(255, (10, 10, 22, 22))
    return picture


def dabs(colour: str = "blue", size: tuple[int, int] = (40, 36)) -> Image.Image:
    layer = Image.new("RGBA", size)
    layer.paste(colour, (14, 14, 18, 18))
    return layer


def apart(one: Image.Image, other: Image.Image) -> int:
    return int(np.abs(np.asarray(one, int) - np.asarray(other, int)).max())


def test_a_model_carries_what_it_takes(told):
    config = json.loads((told / "config.json").read_text())
    assert config["condition"] == {"words": 3, "z": 3}
    assert config["domains"] == ["line drawing", "square"]
    arguments = config["network"]["arguments"]
    assert (arguments["condition_dim"], arguments["hints"], arguments["in_channels"]) == (
        6,
        True,
        1,
    )
    assert (told / WORDS_FILE).is_file()
    model = models.load(told)
    assert (model.takes_words, model.takes_hints, model.z_dim) == (True, True, 3)
    metrics = (told.parent.parent / "metrics.jsonl").read_text()
    assert "generator/divergence" in metrics and "generator/region" in metrics
    assert "validation/l1_words" in metrics


def test_words_hints_and_seed_each_change_the_picture_and_the_same_ones_do_not(told):
    model = models.load(told)
    plain = model.translate(outline(), precision="fp32")
    assert plain.size == (40, 36)
    for asked in ({"words": "a red SQUARE"}, {"hints": dabs()}, {"seed": 7}):
        once, again = (model.translate(outline(), precision="fp32", **asked) for _ in range(2))
        assert apart(once, again) == 0
        assert apart(once, plain) > 0, asked
    for silent in ({"words": "щука"}, {"hints": Image.new("RGBA", (40, 36))}):
        assert apart(model.translate(outline(), precision="fp32", **silent), plain) == 0
    black = model.translate(Image.new("L", (40, 36)), words="red", hints=dabs(), seed=1)
    assert black.size == (40, 36)


def test_variants_are_translations_by_seeds_of_their_own(told):
    model = models.load(told)
    found = model.variants(outline(), count=3, words="red", seed=7, precision="fp32")
    seeds = variant_seeds(7, 3)
    assert len(set(seeds)) == 3 and variant_seeds(7, 2) == seeds[:2]
    for image, seed in zip(found, seeds, strict=True):
        one = model.translate(outline(), words="red", seed=seed, precision="fp32")
        assert apart(image, one) == 0
    assert apart(found[0], found[1]) > 0
    with pytest.raises(ValueError, match="1 to 64 variants, found 0"):
        model.variants(outline(), count=0)


def test_what_cannot_be_taken_is_refused_in_a_sentence(told, tiny_translator):
    model, deaf = models.load(told), models.load(tiny_translator)
    with pytest.raises(ValueError, match="at most 500 characters, found 10,000"):
        model.translate(outline(), words="x" * 10_000)
    with pytest.raises(ValueError, match="size, 40 x 36, found 30 x 30"):
        model.translate(outline(), hints=dabs(size=(30, 30)))
    with pytest.raises(ValueError, match="no words for outlines"):
        deaf.translate(outline(), words="red")
    with pytest.raises(ValueError, match="no hints for outlines"):
        deaf.translate(outline(), hints=dabs())
    with pytest.raises(ValueError, match="several answers, found outlines"):
        deaf.variants(outline())


def test_a_large_picture_goes_through_in_tiles_with_what_is_told(told, monkeypatch):
    from models import flat_art, tiles

    model = models.load(told)
    monkeypatch.setattr(flat_art, "large", lambda images: True)  # where regions do not vote
    asked = {"words": "red", "hints": dabs(size=(200, 180)), "seed": 3, "precision": "fp32"}
    picture = outline().resize((200, 180))
    whole = model.translate(picture, **asked)
    monkeypatch.setattr(tiles, "WHOLE", 100)
    monkeypatch.setattr(tiles.translated, "__defaults__", (64,))
    assert np.abs(np.asarray(model.translate(picture, **asked), int) - whole).mean() < 2


def test_a_release_keeps_the_words_and_a_damaged_folder_is_refused(told, tmp_path):
    out = tmp_path / "weights" / "squares"
    call_module("training.runs", "--runs", told.parents[2], "export", "run", "--out", out)
    assert models.load(out).word_table.pieces == ["red", "blue", "square"]
    config = json.loads((out / "config.json").read_text())
    for parts, words in (
        ({"words": 3}, "of 6 numbers together"),
        ({"words": 3, "smell": 3}, "'condition' of words and z"),
    ):
        (out / "config.json").write_text(json.dumps({**config, "condition": parts}))
        with pytest.raises(model_folder.InvalidModel, match=words):
            models.load(out)
    (out / "config.json").write_text(json.dumps(config))
    (out / WORDS_FILE).unlink()
    with pytest.raises(model_folder.InvalidModel, match="found no such file"):
        models.load(out).translate(outline())


def test_a_resumed_run_is_told_what_the_straight_one_is(data, tmp_path):
    often = [*TOLD, "--checkpoint-every", "4", "--zoom", "0.2"]
    train(data, tmp_path / "straight", "--max-steps", "4", *often)
    train(data, tmp_path / "halved", "--max-steps", "2", *often)
    train(data, tmp_path / "halved", "--max-steps", "4", "--resume", *often)
    straight, halved = (
        (tmp_path / name / "run" / "export" / "last" / "model.safetensors").read_bytes()
        for name in ("straight", "halved")
    )
    assert straight == halved


def test_an_outline_model_learns_to_listen_from_where_it_is(data, told, tmp_path):
    """A model without words and hints goes on as one with them; its pictures are the same at
    first."""
    common = ["--data", data / "data", "--name", "run", *SMALL, *QUIET, "--max-steps", "1"]
    call_module("training.pix2pix", *common, "--runs", tmp_path / "deaf", "--palette", "3")
    start = tmp_path / "deaf" / "run" / "export" / "last"
    more = [*TOLD[4:-2], "--lr", "0", "--init-from", start, "--max-steps", "1"]
    train(data, tmp_path / "more", *more)
    before, after = (
        models.load(folder).translate(outline(), precision="fp32")
        for folder in (start, tmp_path / "more" / "run" / "export" / "last")
    )
    assert apart(before, after) <= 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--word-table", "x"], "--words with --word-table"),
        (["--lambda-divergence", "1"], "--z-dim with --lambda-divergence"),
        (["--rebalance", "0.5"], "--palette with --rebalance"),
        (["--rebalance", "2", "--palette", "3"], "from 0 to 1, found 2.0"),
    ],
)
def test_options_that_count_for_nothing_are_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        parse(pix2pix.Options, "", arguments)


def test_class_weights_are_those_of_equation_4():
    shares = torch.tensor([0.7, 0.2, 0.1])
    mixed = [0.5 * share + 0.5 / 3 for share in (0.7, 0.2, 0.1)]
    mean = sum(p / m for p, m in zip((0.7, 0.2, 0.1), mixed, strict=True))
    assert class_weights(shares, 0.5).tolist() == pytest.approx([1 / m / mean for m in mixed])
    assert class_weights(shares, 0).tolist() == pytest.approx([1, 1, 1])
    assert (shares * class_weights(shares, 1)).tolist() == pytest.approx([1 / 3] * 3)


def test_a_pixels_weight_scales_its_cross_entropy():
    scores, colours = torch.randn(1, 3, 2, 2), torch.tensor([[[0, 1], [2, -100]]])
    weights = torch.tensor([[[2.0, 0], [0, 9]]])
    expected = 2 * -scores[0, :, 0, 0].log_softmax(0)[0] / 3
    assert colour_classification(scores, colours, weights) == pytest.approx(expected.item())
    ones = colour_classification(scores, colours, torch.ones(1, 2, 2))
    assert ones == pytest.approx(colour_classification(scores, colours).item())


def test_the_divergence_is_that_of_two_normal_distributions():
    mean, log_variance = torch.tensor([[1.0, 0], [5, 5]]), torch.tensor([[0.0, 0.5], [1, 1]])
    expected = torch.distributions.kl_divergence(
        torch.distributions.Normal(mean[0], (log_variance[0] / 2).exp()),
        torch.distributions.Normal(torch.zeros(2), torch.ones(2)),
    ).sum()
    found = divergence_from_prior(mean, log_variance, torch.tensor([[1.0], [0]]))
    assert found == pytest.approx(expected.item() / 2)


def test_only_what_the_input_does_not_show_counts_as_a_chosen_colour(data):
    images = PairedImages(find_pairs(str(data / "data")), 32)
    palette = Palette(["#ffffff", "#000000", "#ff0000", "#0000ff"])
    shares = colour_shares(palette, images)
    assert shares.sum() == pytest.approx(1)
    assert shares[2] == pytest.approx(0.5, abs=0.01) == shares[3]
    assert shares[:2].max() < 0.01


def test_z_is_found_in_targets_by_a_network_that_steps_with_the_generator():
    arguments = ["--z-dim", "2", "--precision", "fp32", "--dropout", "0", "--lambda-l1", "10"]
    options = parse(pix2pix.Options, "", [*SMALL, *QUIET, *arguments])
    torch.manual_seed(0)
    of_data = type(
        "Data", (), {"in_channels": 1, "channels": 3, "size": 32, "captions": None, "manners": ()}
    )()
    networks, _ = initial_networks(None, pix2pix.describe_networks(options, of_data))
    game = make_game(options, Accelerator(cpu=True, mixed_precision="no"), networks, of_data)
    before = [weight.clone() for weight in game.posterior.parameters()]
    batch = PairBatch(torch.rand(2, 1, 32, 32), torch.rand(2, 3, 32, 32))
    for _ in range(8):  # half of the pictures are told nothing
        pix2pix.iteration(game, iter([batch]))
    assert isinstance(game.posterior, Posterior)
    assert any(
        not torch.equal(a, b) for a, b in zip(before, game.posterior.parameters(), strict=True)
    )
    assert "generator/divergence" in game.observed()


def test_the_shell_tells_a_model_the_same(told, tmp_path):
    outline().save(tmp_path / "outline.png")
    dabs().save(tmp_path / "dabs.png")
    asked = ["--words", "red", "--hints", tmp_path / "dabs.png", "--seed", "5"]
    out = tmp_path / "out.png"
    call_module("models", "translate", told, tmp_path / "outline.png", out, *asked)
    expected = models.load(told).translate(outline(), words="red", hints=dabs(), seed=5)
    with Image.open(out) as image:
        assert apart(image, expected) == 0


def test_evaluate_asks_with_words_and_dabs_and_refuses_words_for_the_deaf(
    data, told, tiny_translator, tmp_path
):
    (tmp_path / "data").mkdir()
    for split in ("train", "test"):
        (tmp_path / "data" / split).symlink_to(data / "data")
    asked = ["--data", tmp_path / "data", "--words", data / "words.csv", "--samples", "4"]
    done = call_module("training.evaluate", told, *asked)
    for words in (
        "share of the paint that is grey",
        "pictures that leak colour",
        "closed regions of the true colour, told its words",
        "L1 (0 to 1), three dabs",
        "texture distance, told its words",
    ):
        assert words in done.stdout
    done = call_module("training.evaluate", tiny_translator, *asked, check=False)
    assert "Expected no --words for outlines" in done.stderr
