"""Words in place of a class: networks, what is learned from, an exported model that takes them."""

import json
import math
from contextlib import nullcontext
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

import models
from models.__main__ import main as shell
from models.config import InvalidModel
from models.networks import CRITICS, GENERATORS, build
from training import evaluate
from training.cgan import DISTANCES, Options, generator_step, main, unmatched, wrong_labels
from training.data.errors import DataError
from training.data.labelled.named import load
from training.data.labelled.sources import find_source
from training.data.labelled.worded_images import WordedImages
from training.data.paired.captions import read_captions
from training.evaluate import check
from training.export.release import release
from training.losses.matching import TwoTowers
from training.metrics import wording
from training.tasks.generators import known_words

THINGS = {"1F34E": "red apple", "1F34F": "green apple", "1F697": "car", "1F408": "cat"}
HANDS = ("noto", "openmoji")
DIM = 96  # of the bundled table
TINY = [
    "--recipe",
    "words",
    "--size",
    "16",
    "--width",
    "4",
    "--critic-width",
    "4",
    "--thumbnails",
    "4",
]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """Four things by two hands, and what they are called."""
    folder = tmp_path_factory.mktemp("drawn") / "emoji"
    for index, hand in enumerate(HANDS):
        (folder / "train" / hand).mkdir(parents=True)
        for row, code in enumerate(THINGS):
            colour = (60 * row, 255 - 60 * row, 200 * index)
            Image.new("RGB", (16, 16), colour).save(folder / "train" / hand / f"{code}.webp")
    rows = "\n".join(f"{code},{name},fruit" for code, name in THINGS.items())
    (folder / "words.csv").write_text(f"name,caption,tags\n{rows}\n")
    return folder


@pytest.fixture
def data(drawn):
    captions = read_captions(str(drawn / "words.csv"))
    return WordedImages(find_source(str(drawn)), 16, 3, None, captions=captions)


@pytest.fixture(scope="module")
def model(drawn, tmp_path_factory):
    """Two steps, exported."""
    runs = tmp_path_factory.mktemp("runs")
    given = ["--data", str(drawn), "--words", str(drawn / "words.csv"), "--runs", str(runs)]
    stop = ["--batch-size", "4", "--max-steps", "2", "--log-with", "none", "--device", "cpu"]
    main([*given, *TINY, *stop, "--name", "words"])
    return runs / "words" / "export" / "last"


def test_without_an_adversarial_term_pictures_are_learned_and_the_critic_rests(
    model, drawn, tmp_path
):
    given = ["--data", str(drawn), "--words", str(drawn / "words.csv"), "--runs", str(tmp_path)]
    stop = ["--batch-size", "4", "--max-steps", "3", "--log-with", "none", "--device", "cpu"]
    alone = ["--lambda-gan", "0", "--lambda-coarse", "0", "--lambda-l1", "10", "--lr", "1e-2"]
    alone += ["--lambda-l2", "5", "--lambda-perceptual", "1", "--lambda-features", "2"]
    main([*given, *TINY, *stop, *alone, "--init-from", str(model), "--name", "alone"])
    run = tmp_path / "alone"
    last = json.loads((run / "metrics.jsonl").read_text().splitlines()[-1])
    terms = {key for key in last if key.startswith(("generator/", "critic/"))}
    given = {f"generator/{name}" for name in ("l1", "l2", "perceptual", "features")}
    assert {key for key in last if key.startswith("features/")} == {
        "features/features_real",
        "features/features_fake",
        "features/gradient_norm",
    }
    assert terms == given | {"generator/gradient_norm"}
    same = {}
    for name in ("model", "critic"):
        before, after = (
            load_file(folder / f"{name}.safetensors") for folder in (model, run / "export" / "last")
        )
        same[name] = all(torch.equal(before[part], after[part]) for part in before)
    assert same == {"model": False, "critic": True}
    with pytest.raises(ValueError, match="or --lambda-perceptual above 0, found all 0"):
        Options(lambda_gan=0.0)


def test_the_keys_of_a_memory_are_the_captions_and_a_run_from_it_keeps_them(
    model, drawn, data, tmp_path
):
    """Of eight pictures with four captions; after two small steps the keys lie where they did."""
    arguments = json.loads((model / "config.json").read_text())["network"]["arguments"]
    assert (arguments["memories"], arguments["key_dim"]) == (len(THINGS), DIM)
    assert arguments["thumbnails"] == 4
    learned = load_file(model / "model.safetensors")
    keys = learned["input.memory.keys"].float()
    captions = torch.nn.functional.normalize(data.captions.vectors(data.files).unique(dim=0), dim=1)
    assert torch.allclose(keys, captions, atol=0.01)
    kept = learned["input.memory.thumbnails.pictures"]
    assert kept.shape == (len(THINGS), len(HANDS), 3, 4, 4) and kept.dtype == torch.uint8
    for index, file in enumerate(data.files):  # by each hand a picture of one colour
        told = data.told(np.array([index]))[:, :DIM]
        own = torch.nn.functional.cosine_similarity(captions, told).argmax()
        colour = kept[own, HANDS.index(file.parent.name)].float().mean((1, 2))
        wanted = 127.5 * (data.plain(np.array([index])).images.mean((0, 2, 3)) + 1)
        assert torch.allclose(colour, wanted, atol=1)
    assert learned["input.memory.thumbnails.there"].all()
    assert "keeps a picture of 4 x 4 pixels of each thing" in (model / "README.md").read_text()

    (drawn / "more.csv").write_text((drawn / "words.csv").read_text().replace("cat", "grey cat"))
    given = ["--data", str(drawn), "--words", str(drawn / "more.csv"), "--runs", str(tmp_path)]
    stop = ["--batch-size", "4", "--max-steps", "1", "--log-with", "none", "--device", "cpu"]
    main([*given, *TINY, *stop, "--warm-up", "0", "--init-from", str(model), "--name", "on"])
    after = load_file(tmp_path / "on" / "export" / "last" / "model.safetensors")
    assert torch.allclose(after["input.memory.keys"].float(), captions, atol=0.01)


def test_thumbnails_are_of_the_data_that_a_run_learns_from_where_a_hand_drew_something(
    model, drawn, tmp_path
):
    """A run from a model, with other data: "cat" is half black, half white by one hand alone; a
    picture of which nothing is said, and one with no word that the table knows, are no thing's."""
    black_and_white = np.zeros((16, 16, 3), np.uint8)
    black_and_white[:, 8:] = 255
    for hand in HANDS:
        (tmp_path / "mine" / hand).mkdir(parents=True)
        for code in ("1F697", "unsaid", "odd"):
            Image.new("RGB", (16, 16), "red").save(tmp_path / "mine" / hand / f"{code}.png")
    Image.fromarray(black_and_white).save(tmp_path / "mine" / "openmoji" / "1F408.png")
    rows = "name,caption,tags\n1F697,car,\n1F408,cat,\nodd,zzqqxxyy,\n"
    (tmp_path / "mine.csv").write_text(rows)
    given = ["--data", str(tmp_path / "mine"), "--words", str(tmp_path / "mine.csv")]
    stop = ["--batch-size", "4", "--max-steps", "1", "--log-with", "none", "--device", "cpu"]
    places = ["--runs", str(tmp_path), "--warm-up", "0", "--init-from", str(model)]
    main([*given, *TINY, *stop, *places, "--name", "mine"])
    learned = load_file(tmp_path / "mine" / "export" / "last" / "model.safetensors")
    kept, there = (learned[f"input.memory.thumbnails.{part}"] for part in ("pictures", "there"))
    table = read_captions(str(drawn / "words.csv")).table
    row = {
        name: (learned["input.memory.keys"].float() @ table.encode(name)).argmax()
        for name in ("cat", "car")
    }
    assert there[row["cat"]].tolist() == [0, 1] and there[row["car"]].tolist() == [1, 1]
    assert there.sum() == 3
    assert kept[row["cat"], 1].float().mean((0, 1)).tolist() == [0, 0, 255, 255]
    assert kept[row["car"], 0].float().mean((1, 2)).tolist() == [255, 0, 0]


def test_keys_are_of_what_something_is_said_of(drawn, tmp_path):
    (tmp_path / "words.csv").write_text("name,caption,tags\n1F34E,red apple,\n1F697,zzqqxxyy,\n")
    captions = read_captions(str(tmp_path / "words.csv"))
    data = WordedImages(find_source(str(drawn)), 16, 3, None, captions=captions)
    assert torch.equal(known_words(data, 9), captions.table.encode("red apple")[None])


def networks(dim: int = 6, size: int = 16) -> tuple:
    torch.manual_seed(0)
    common = {"size": size, "channels": 3, "classes": 0, "width": 4, "condition_dim": dim}
    generator = build(GENERATORS, "residual", {**common, "noise_dim": 5})
    return generator, build(CRITICS, "residual", common)


def test_a_vector_reaches_every_block_and_the_judgement():
    generator, critic = networks()
    told = torch.randn(3, 6, requires_grad=True)
    for stage in generator.stages:  # as after some steps: what begins at 0 passes nothing on
        for block in stage:
            torch.nn.init.normal_(block.second.weight, std=0.1)
            for affine in block.affines:
                torch.nn.init.normal_(affine.affine.weight, std=0.1)
    images = generator(torch.randn(3, 5), told)
    assert images.shape == (3, 3, 16, 16)
    critic(images, told).sum().backward()
    assert told.grad.abs().sum() > 0
    affines = [affine for stage in generator.stages for block in stage for affine in block.affines]
    assert len(affines) == 2 * len(generator.stages)
    assert all(affine.affine.weight.grad.abs().sum() > 0 for affine in affines)


def test_the_projection_of_a_one_hot_vector_is_that_of_its_class():
    """<A e_k, h> = <a_k, h> (Miyato and Koyama 2018, equation 3)."""
    _, told = networks(4)
    common = {"size": 16, "channels": 3, "classes": 4, "width": 4}
    classes = build(CRITICS, "residual", common)
    state = told.state_dict()
    state["head.embedding.weight"] = state["head.embedding.weight"].T.contiguous()
    classes.load_state_dict(state)
    images, labels = torch.randn(4, 3, 16, 16), torch.tensor([2, 0, 3, 1])
    hot = torch.nn.functional.one_hot(labels, 4).float()
    assert torch.allclose(told(images, hot), classes(images, labels), atol=1e-5)


def test_what_is_drawn_a_little_beside_its_place_is_right_with_align():
    """A square 2 pixels of 16 further right than the real one."""
    real, fake = -torch.ones(1, 3, 16, 16), -torch.ones(1, 3, 16, 16)
    real[..., 6:10, 5:9], fake[..., 6:10, 7:11] = 1, 1
    weights = dict.fromkeys(DISTANCES, 0.0) | {"lambda_l1": 1.0}
    found = {}
    for align in (0.0, 0.15):
        game = SimpleNamespace(
            options=SimpleNamespace(**weights, align=align),
            networks={},
            encoder=None,
            update=lambda *names: nullcontext({}),
        )
        with generator_step(game, fake, real, torch.zeros(1, 3)) as terms:
            found[align] = terms["l1"].item()
    assert found[0.0] == pytest.approx(2 * 16 / 256)
    assert found[0.15] < 0.02
    with pytest.raises(ValueError, match="above 0 with --align, which moves what they compare"):
        Options(align=0.1)


def test_towers_learn_from_the_pictures_what_the_generator_is_told_by(drawn, tmp_path):
    given = ["--data", str(drawn), "--words", str(drawn / "words.csv"), "--runs", str(tmp_path)]
    stop = ["--batch-size", "4", "--max-steps", "2", "--log-with", "none", "--device", "cpu"]
    alone = ["--lambda-gan", "0", "--lambda-words", "3", "--name", "towers"]
    main([*given, *TINY, *stop, *alone, "--size", "32"])
    last = json.loads((tmp_path / "towers" / "metrics.jsonl").read_text().splitlines()[-1])
    assert 0 < last["towers/matching"] < 2 * math.log(4) and last["generator/words"] > 0
    with pytest.raises(ValueError, match="at least 32 pixels with --lambda-words, found 16"):
        main([*given, *TINY, *stop, *alone, "--size", "16", "--name", "small"])
    assert not (tmp_path / "small").exists()


def test_pictures_are_to_be_told_by_their_words_where_something_is_said():
    """Towers that know nothing: log 2 for two pictures of which something is said, whatever the
    third is; the gradient reaches what was drawn."""
    towers = TwoTowers(1280, 4)
    for layer in (towers.of_words, towers.of_pictures):
        torch.nn.init.zeros_(layer.weight)
    unwrap = SimpleNamespace(unwrap_model=lambda network: network, autocast=nullcontext)
    game = SimpleNamespace(networks={"towers": towers}, accelerator=unwrap)
    features = [torch.rand(3, 112, 4, 4, requires_grad=True)]
    told = torch.cat([torch.randn(3, 4), torch.eye(3)], 1)
    told[2, :4] = 0
    found = unmatched(game, features, told)
    assert found.item() == pytest.approx(math.log(2), abs=1e-4)
    for layer in (towers.of_words, towers.of_pictures):
        torch.nn.init.normal_(layer.weight)
    unmatched(game, features, told).backward()
    moved = features[0].grad.abs().sum((1, 2, 3))
    assert (moved[:2] > 0).all() and moved[2] == 0
    told[:, :4] = 0
    assert unmatched(game, features, told).item() == 0  # and no nan


@pytest.mark.parametrize("given", [None, torch.tensor([1]), torch.zeros(1, 5)])
def test_another_condition_than_a_vector_of_its_length_is_an_error(given):
    generator, critic = networks()
    for call in (
        lambda: generator(torch.randn(1, 5), given),
        lambda: critic(torch.zeros(1, 3, 16, 16), given),
    ):
        with pytest.raises(ValueError, match="a vector of 6 numbers"):
            call()


def test_pictures_come_with_some_of_their_words_and_their_hand(data):
    """Drawn anew by the seed, alike by the same; the hand is never left out."""
    assert data.parts == {"words": DIM, "manner": 2}
    assert data.manners == list(HANDS) and data.class_names == []
    draws = [(index, seed) for index in range(8) for seed in range(12)]
    one, again = (data.__getitems__(draws).labels for _ in range(2))
    assert torch.equal(one, again) and one.shape == (96, DIM + 2)
    assert not torch.equal(one[0], one[1])
    hands = one[:, DIM:].argmax(1)
    assert (one[:, DIM:].sum(1) == 1).all()
    assert hands.tolist() == [0] * 48 + [1] * 48
    silent = (one[:, :DIM] == 0).all(1).float().mean()
    assert 0 < silent < 0.3
    told = data.told(np.array([0, 4]))  # the same thing by both hands
    assert torch.equal(told[0, :DIM], told[1, :DIM])


def test_wrong_words_are_those_of_the_next_picture():
    told = torch.arange(3.0)[:, None]
    assert wrong_labels(SimpleNamespace(), told).flatten().tolist() == [2, 0, 1]


def test_an_exported_model_draws_words_in_a_hand(model):
    emoji = models.load(model)
    assert emoji.takes_words and emoji.hands == list(HANDS)
    one = emoji.sample("a red apple", count=3, hand="noto", seed=7)
    assert len(one) == 3 and one[0].size == (16, 16) and one[0].mode == "RGB"
    again = emoji.sample("a red apple", count=2, hand="noto", seed=7)
    assert all(np.array_equal(a, b) for a, b in zip(one, again, strict=False))
    blend = emoji.told(["cat"], hand={"noto": 1, "openmoji": 3})
    assert blend[0, DIM:].tolist() == [0.25, 0.75]
    assert len(emoji.sample(["a cat", "红苹果"], seed=7)) == 2
    assert len(emoji.sample(4, seed=7)) == 4
    assert len(emoji.morph("cat", "car", frames=3, seed=7)) == 3


def test_a_released_model_keeps_its_words_and_the_shell_draws_them(model, tmp_path):
    release(model, tmp_path / "released")
    given = ["--words", "a red apple", "cat", "--hand", "openmoji", "--seed", "7"]
    shell(["sample", str(tmp_path / "released"), *given, "--out", str(tmp_path / "out")])
    one, other = sorted((tmp_path / "out").iterdir())
    assert (one.name, other.name) == ("00000-a-red-apple.png", "00001-cat.png")
    expected = models.load(model).sample(["a red apple", "cat"], seed=7, hand="openmoji")
    with Image.open(one) as image:
        assert json.loads(image.text["parameters"])["words"] == "a red apple"
        assert np.abs(np.asarray(image, int) - np.asarray(expected[0], int)).max() <= 1


def test_other_measurements_of_it_are_refused_in_a_sentence(model):
    for measure, option, words in (
        (wording.measure, {"samples": 9}, "no --samples"),
        (wording.measure, {"parzen": True}, "no --parzen"),
    ):
        with pytest.raises(ValueError, match=words):
            check(models.load(model), measure, evaluate.Options(str(model), **option))


def test_what_cannot_be_drawn_is_said(model, tiny_models):
    emoji, digits = models.load(model), models.load(tiny_models["classes"])
    for call, words in (
        (lambda: emoji.sample("cat", hand="twemoji"), "a manner of .*noto, openmoji"),
        (lambda: emoji.sample("cat", count=0), "1 to 100,000"),
        (lambda: emoji.sample(["cat", 3]), "Expected words"),
        (lambda: emoji.sample("x" * 501), "at most 500"),
        (lambda: digits.sample("3", count=4), "takes no words"),
    ):
        with pytest.raises(ValueError, match=words):
            call()
    path = model / "config.json"
    config = json.loads(path.read_text())
    path.write_text(json.dumps({**config, "condition": {"words": 3, "manner": 2}}))
    with pytest.raises(InvalidModel, match="numbers together"):
        models.load(model)
    path.write_text(json.dumps(config))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"network": "dcgan"}, "--recipe words"),
        ({"network": "residual", "critic": "residual", "condition": "concat"}, "found concat"),
    ],
)
def test_networks_that_take_no_words_are_refused(given, words):
    with pytest.raises(ValueError, match=words):
        Options(words="words.csv", **given)


def test_numbered_pictures_and_pictures_without_words_are_refused(drawn, tmp_path):
    captions = read_captions(str(drawn / "words.csv"))
    with pytest.raises(DataError, match="names of their own"):
        WordedImages(load("mnist", "test"), 28, 1, None, captions=captions)
    other = tmp_path / "other.csv"
    other.write_text("name,caption\nsomething,else\n")
    with pytest.raises(DataError, match="found none for any picture"):
        WordedImages(find_source(str(drawn)), 16, 3, None, captions=read_captions(str(other)))
