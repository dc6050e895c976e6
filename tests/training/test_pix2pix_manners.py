"""pix2pix in several manners: what is told, what the critic tells apart, and blends."""

import json
import re

import numpy as np
import pytest
import torch
from accelerate import Accelerator
from helpers import call_module, save_font
from torch.nn import functional as F

import models
from models.networks import CRITICS, GENERATORS, build
from training import pix2pix
from training.command_line import parse
from training.data.glyphs.characters import SETS
from training.data.paired.paired_images import PairBatch
from training.data.paired.pairs import find_pairs
from training.export.release import release
from training.tasks.paired import make_game

COMMON = SETS["gb2312"]()[:60]
SMALL = ["--recipe", "glyphs", "--size", "64", "--levels", "4", "--ngf", "8", "--ndf", "4"]
QUIET = ["--log-with", "none", "--device", "cpu", "--batch-size", "8", "--lr", "0.005"]


@pytest.fixture(scope="module")
def fonts(tmp_path_factory):
    """A font to draw from, and thinner and thicker ones to draw like."""
    folder = tmp_path_factory.mktemp("fonts")
    bars = {"plain": 120, "thin": 60, "thick": 240}
    return [str(save_font(folder / f"{name}.ttf", COMMON, bar)) for name, bar in bars.items()]


def train(fonts, runs, *arguments, **options):
    common = ["--data", *fonts, "--name", "run", "--runs", runs, *SMALL, *QUIET]
    return call_module("training.pix2pix", *common, *arguments, **options)


@pytest.fixture(scope="module")
def brush(fonts, tmp_path_factory):
    """A model of both manners after a few seconds."""
    runs = tmp_path_factory.mktemp("runs")
    train(fonts, runs, "--max-steps", "150", "--n-epochs", "10", "--n-epochs-decay", "10")
    return runs / "run" / "export" / "last"


def ink(picture) -> float:
    return 1 - np.asarray(picture).mean() / 255


def test_each_manner_is_learned_as_it_is_told(brush, fonts):
    model = models.load(str(brush))
    assert sorted(model.manners) == ["thick", "thin"] and model.condition == {"manner": 2}
    given = [pair.read()[0] for pair in find_pairs(fonts, "test").pairs]
    thin, thick = (
        np.mean([ink(model.translate(one, manner=manner)) for one in given])
        for manner in ("thin", "thick")
    )
    wanted = {
        manner: np.mean([ink(p.read()[1]) for p in find_pairs(fonts).pairs if p.manner == manner])
        for manner in model.manners
    }
    assert thin < sum(wanted.values()) / 2 < thick


def test_a_run_on_fonts_exports_a_model_that_writes(brush, tmp_path):
    model = models.load(str(brush))
    assert model.writes and set(COMMON) <= model.source_font.characters
    assert model.write(COMMON[:2], manner="thin").mode == "RGB"
    release(brush, tmp_path / "mine")
    assert models.load(tmp_path / "mine").writes
    assert "source-licence.txt" in (tmp_path / "mine" / "README.md").read_text()


def test_a_font_may_be_given_when_a_model_is_exported(brush, fonts, tmp_path):
    other = save_font(tmp_path / "other.ttf", COMMON[:5])
    release(brush, tmp_path / "mine", source_font=other)
    assert models.load(tmp_path / "mine").source_font.characters == set(COMMON[:5])


def test_a_blend_lies_between_and_its_ends_are_the_manners(brush, fonts):
    model = models.load(str(brush))
    given = find_pairs(fonts, "test").pairs[0].read()[0]
    thin, thick = (model.translate(given, manner=manner) for manner in ("thin", "thick"))
    assert model.translate(given, manner={"thin": 2.0, "thick": 0.0}) == thin
    half = model.translate(given, manner={"thin": 0.5, "thick": 0.5})
    assert ink(thin) < ink(half) < ink(thick)
    assert model.translate(given) == model.translate(given, manner=model.manners[0])


@pytest.mark.parametrize(
    ("manner", "words"),
    [
        ("sousho", "thick, thin, found 'sousho'"),
        ({"thin": -1}, "at least 0 for thin"),
        ({"thin": float("nan")}, "at least 0 for thin"),
        ({"thin": 0}, "above 0"),
        ({}, "above 0"),
    ],
)
def test_a_manner_that_a_model_does_not_have_is_told(brush, fonts, manner, words):
    given = find_pairs(fonts, "test").pairs[0].read()[0]
    with pytest.raises(ValueError, match=words):
        models.load(str(brush)).translate(given, manner=manner)


def test_a_model_of_one_manner_takes_none(tiny_translator, fonts):
    given = find_pairs(fonts, "test").pairs[0].read()[0]
    with pytest.raises(ValueError, match="trained for one alone"):
        models.load(str(tiny_translator)).translate(given, manner="thin")


def test_the_shell_takes_a_manner_and_blends(brush, fonts, tmp_path):
    given = find_pairs(fonts, "test").pairs[0].a
    for out, manner in (("one", "thick"), ("both", "thin=1,thick=1")):
        told = ["translate", brush, given, tmp_path / f"{out}.png", "--manner", manner]
        call_module("models", *told)
    assert (tmp_path / "one.png").read_bytes() != (tmp_path / "both.png").read_bytes()
    bad = call_module("models", *told[:-1], "thin=much", "--overwrite", check=False)
    assert bad.returncode == 2 and "thin=much" in bad.stderr


@pytest.mark.parametrize("manners", [None, ["thin"], ["thin", "thin"], [1, 2], "no"])
def test_a_config_whose_manners_do_not_fit_is_refused(brush, tmp_path, manners):
    import shutil

    folder = shutil.copytree(brush, tmp_path / "copy")
    config = json.loads((folder / "config.json").read_text())
    config = {**config, "manners": manners} if manners else config
    if manners is None:
        del config["manners"]
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(ValueError, match="as 'manners'"):
        models.load(str(folder))


def test_evaluate_measures_each_manner_by_its_own_pairs(brush, fonts):
    told = ["training.evaluate", brush, "--data", *fonts, "--samples", "4"]
    said = call_module(*told).stdout
    rows = dict(re.findall(r"^L1 \(0 to 1\), (\w+) +([\d.]+)", said, re.MULTILINE))
    found = find_pairs(fonts, "test")
    for manner in ("thin", "thick"):
        model = models.load(str(brush))
        pairs = [pair.read() for pair in found.pairs if pair.manner == manner][:4]
        far = [
            np.abs(np.asarray(model.translate(a, manner=manner), int) - np.asarray(b, int)).mean()
            for a, b in pairs
        ]
        assert float(rows[manner]) == pytest.approx(np.mean(far) / 255, abs=2e-3)


def game_of(*arguments: str):
    """A game of two manners on one batch, with the batch."""
    options = parse(pix2pix.Options, "", [*SMALL, *QUIET, "--small-first", "0", *arguments])
    torch.manual_seed(0)
    generator = build(
        GENERATORS,
        "unet",
        {"in_channels": 1, "out_channels": 1, "levels": 4, "width": 8, "condition_dim": 2},
    )
    critic = build(
        CRITICS, "patchgan", {"channels": 2, "width": 4, "norm": "instance", "classes": 2}
    )
    networks = {"generator": generator, "critic": critic}
    game = make_game(options, Accelerator(cpu=True), networks, None)
    x, y = torch.rand(2, 4, 1, 32, 32).mul(2).sub(1)
    return game, PairBatch(x, y, manner=torch.eye(2)[[0, 1, 1, 0]])


def test_the_category_term_is_the_cross_entropy_of_what_the_critic_tells():
    game, batch = game_of("--lambda-category", "3")
    features = game.critic(torch.cat([batch.input, batch.target], 1), all_layers=True)[-2]
    found = pix2pix.category_term(game, features, batch.manner)["category"]
    logits = game.critic.classes(features.mean((2, 3)))
    torch.testing.assert_close(found, 3 * F.cross_entropy(logits, torch.tensor([0, 1, 1, 0])))


def test_both_players_step_on_their_category_and_it_can_be_left_out():
    game, batch = game_of()
    pix2pix.iteration(game, iter([batch]))
    assert {"critic/category", "generator/category"} <= set(game.records)
    game, batch = game_of("--lambda-category", "0")
    pix2pix.iteration(game, iter([batch]))
    assert not any("category" in name for name in game.records)


def test_a_run_begins_with_pairs_of_half_the_size():
    game, batch = game_of("--small-first", "0.5")
    small = pix2pix.drawn(game, iter([batch]))
    assert small.input.shape == small.target.shape == (4, 1, 16, 16)
    torch.testing.assert_close(small.input[0, 0, 0, 0], batch.input[0, 0, :2, :2].mean())
    game.share_done = 0.5
    assert pix2pix.drawn(game, iter([batch])).input is batch.input


def test_l1_is_to_the_target_where_its_parts_fit_best():
    found = {}
    for share in ("0", "0.1"):
        game, batch = game_of("--align", share, "--lambda-l1", "1")
        game.generator = torch.nn.Identity()
        game.generator.in_channels = 1
        game.generator.forward = lambda x, condition=None: x.requires_grad_()
        stroke = torch.ones_like(batch.input)
        stroke[..., 10:13, 4:28] = -1
        pix2pix.iteration(game, iter([batch._replace(input=stroke, target=stroke.roll(2, 2))]))
        (found[share],) = game.records["generator/l1"]
    assert found["0.1"] < 0.2 * found["0"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--direction", "BtoA"], "--direction BtoA"),
        (["--levels", "6"], "a multiple of 128 with --small-first"),
        (["--hints", "true", "--small-first", "0.3"], "--small-first"),
    ],
)
def test_what_does_not_go_with_manners_or_small_pairs_is_told(fonts, tmp_path, arguments, words):
    done = train(fonts, tmp_path, *arguments, "--max-steps", "1", check=False)
    assert done.returncode == 2 and words in done.stderr


def test_a_resumed_run_of_manners_is_the_run_that_was_not_interrupted(fonts, tmp_path):
    epochs = ["--n-epochs", "1", "--n-epochs-decay", "0"]
    for name, stops in (("straight", [4]), ("resumed", [2, 4])):
        train(fonts, tmp_path / name, *epochs, "--max-steps", str(stops[0]))
        for stop in stops[1:]:
            more = ["--resume", "--name", "run", "--runs", tmp_path / name]
            call_module("training.pix2pix", *more, "--max-steps", str(stop))
    straight, resumed = (
        (tmp_path / name / "run" / "export" / "last" / "model.safetensors").read_bytes()
        for name in ("straight", "resumed")
    )
    assert straight == resumed
