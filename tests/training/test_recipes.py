"""Every recipe trains, end to end; what excludes each other is named."""

import json
import math

import pytest
from accelerate.state import AcceleratorState
from helpers import TINY

import models
from training import cgan, gan
from training.command_line import parse
from training.recipes.adversarial import CONDITIONAL, RECIPES

REST = ["--noise-dim", "4", "--max-steps", "3", "--log-every", "8", "--log-with", "none"]
SHORT = [*TINY, *REST]
NO_CRITIC = ["--width", "8", "--batch-size", "8", "--device", "cpu", *REST]


def train(script, tmp_path, *options: str) -> dict:
    """The last line of the metrics of a few steps."""
    AcceleratorState._reset_state(reset_partial_state=True)  # recipes differ in precision
    short = NO_CRITIC if "mmd" in options else SHORT
    script.main(["--name", "r", "--runs", str(tmp_path), *short, *options])
    lines = (tmp_path / "r" / "metrics.jsonl").read_text().splitlines()
    return json.loads(lines[-1])


@pytest.mark.parametrize("recipe", RECIPES)
def test_each_recipe_trains_on_digits(recipe, tmp_path, digit_folders):
    line = train(gan, tmp_path, "--data", str(digit_folders), "--size", "28", "--recipe", recipe)
    terms = [value for name, value in line.items() if name.startswith("generator/")]
    assert len(terms) >= 2  # a term and the gradient's norm
    assert all(math.isfinite(value) for value in terms)
    model = models.load(tmp_path / "r" / "export" / "last")
    assert model.sample(2, seed=0)[0].size == (28, 28)
    assert model.config["training"]["options"]["recipe"] == recipe


@pytest.mark.parametrize("recipe", ["atelier", "mirza2014", "unrolled", "mode-regularised"])
def test_recipes_train_with_classes(recipe, tmp_path, digit_folders):
    train(cgan, tmp_path, "--data", str(digit_folders), "--size", "28", "--recipe", recipe)
    assert len(models.load(tmp_path / "r" / "export" / "last").class_names) == 10


@pytest.mark.parametrize("recipe", ["goodfellow2014", "wgan-gp", "unrolled", "pacgan", "mmd"])
def test_points_take_a_linear_output_and_are_measured(recipe, tmp_path):
    train(gan, tmp_path, "--data", "ring", "--recipe", recipe)
    model = models.load(tmp_path / "r" / "export" / "last")
    assert model.draw_points(5, seed=1).shape == (5, 2)
    assert model.config["network"]["arguments"]["output"] == "linear"


def test_a_recipe_is_a_set_of_defaults_that_can_be_overridden():
    options = parse(gan.Options, "", ["--recipe", "wgan", "--clip", "0.05"])
    assert (options.clip, options.optimiser, options.lr, options.n_critic) == (
        *(0.05, "rmsprop"),
        *(5e-5, 5),
    )


def test_2014s_learning_rate_and_momentum_follow_its_schedule():
    """lr / 1.000004^updates; momentum from 0.5 to 0.7 linearly over the run."""
    from accelerate import Accelerator
    from torch import nn

    from training.engine.game import Game
    from training.engine.optimisers import anneal, chosen_optimisers
    from training.engine.schedule import Schedule

    options = gan.Options(**{**RECIPES["goodfellow2014"], "recipe": "goodfellow2014"})
    network = {"generator": nn.Linear(1, 1)}
    optimisers = chosen_optimisers(options, network)
    play = Game(Accelerator(cpu=True), options, None, network, optimisers)
    play.progress.images_seen, play.progress.step = 2_500_000, 25_000
    Schedule(play, 50_000).set_learning_rates()  # half of 100 epochs
    anneal(play)
    group = play.optimisers["generator"].param_groups[0]
    assert group["momentum"] == pytest.approx(0.6)
    assert group["lr"] == pytest.approx(0.1 / 1.000004**25_000)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--network", "residual", "--hidden", "64"], "--network dcgan with --hidden"),
        (["--momentum", "0.9"], "--optimiser sgd with --momentum"),
        (["--gan-mode", "mmd", "--r1", "3"], "another --gan-mode than mmd with --r1"),
        (["--recipe", "mmd", "--critic-width", "9"], "another --gan-mode than mmd"),
        (["--layers", "3"], "--network mlp or --critic mlp or maxout or --data ring"),
        (["--data", "ring", "--flip"], "another --data than ring with --flip"),
        (["--warm-up", "5"], "--init-from with --warm-up"),
        (["--minutes", "5", "--n-epochs", "3"], "another --minutes than 5.0 with --n-epochs"),
    ],
)
def test_an_option_that_counts_for_nothing_is_refused(options, words):
    with pytest.raises(ValueError, match=words):
        parse(gan.Options, "", options)


def test_what_a_recipe_sets_is_no_such_option():
    """wgan takes Adam's momenta from dcgan's options, and RMSprop."""
    assert parse(gan.Options, "", ["--recipe", "wgan"]).beta1 == 0.5


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--kernels", "5"], "--kernels without --r1"),
        (["--critic-norm", "batch"], "--critic-norm batch without --r1"),
        (["--unroll", "2"], "--unroll without --r1"),
        (["--recipe", "wgan", "--unroll", "2"], "--unroll without --optimiser rmsprop"),
        (["--recipe", "wgan-gp", "--critic-norm", "batch"], "--gradient-penalty"),
        (["--pack", "3"], "a multiple of --pack, found 64 and 3"),
        (["--lambda-mode", "0.2"], "--lambda-reconstruction above 0"),
        (["--clip", "-1"], "--clip of at least 0, found -1"),
    ],
)
def test_options_that_exclude_each_other_are_named(options, words):
    with pytest.raises(ValueError, match=words):
        parse(gan.Options, "", options)


def test_what_a_class_excludes_is_named():
    assert not {"mmd", "pacgan"} & set(CONDITIONAL)
    with pytest.raises(ValueError, match="training.gan has both"):
        cgan.Options(pack=2)


def test_a_run_with_remedies_goes_on_bit_for_bit(tmp_path, digit_folders):
    """Unrolled steps, an encoder and random augmentation, stopped after two steps and gone on."""
    chosen = [
        "--data",
        str(digit_folders),
        "--size",
        "28",
        "--recipe",
        "mode-regularised",
        "--unroll",
        "2",
        "--diff-augment",
        "color,translation",
        *SHORT,
    ]
    for name, parts in (("straight", ["4"]), ("twice", ["2", "4"])):
        for index, steps in enumerate(parts):
            AcceleratorState._reset_state(reset_partial_state=True)
            options = ["--resume"] if index else chosen
            gan.main([*options, "--name", name, "--runs", str(tmp_path), "--max-steps", steps])
    files = [tmp_path / name / "export/last/model.safetensors" for name in ("straight", "twice")]
    assert files[0].read_bytes() == files[1].read_bytes()
