"""Recipes side by side: as many images each, one table."""

import json

import pytest

from training import gan
from training.benchmark import compare
from training.command_line import parse_simple


def test_recipes_see_the_same_number_of_images_whatever_a_step_draws():
    """wgan draws 5 batches of 64 a step, mmd one of 1,000."""
    options = compare.Options(data="ring", images=64_000)
    assert {name: compare.steps(name, options) for name in ("wgan", "mmd", "dcgan")} == {
        "wgan": 200,
        "mmd": 64,
        "dcgan": 500,
    }


def test_further_options_reach_each_training():
    """A space after --options, or an equals sign."""
    more = "--n-epochs 8 --n-epochs-decay 8"
    for line in (["--options", more], [f"--options={more}"]):
        options = parse_simple(compare.Options, "", line)
        arguments = compare.arguments("dcgan", options)
        chosen = gan.parse(gan.Options, "", arguments)
        assert (chosen.n_epochs, chosen.n_epochs_decay) == (8, 8)


def test_one_command_makes_the_table_and_does_not_train_twice(tmp_path, capsys):
    command = ["--data", "ring", "--recipes", "[mmd]", "--images", "2000", "--runs", str(tmp_path)]
    compare.main(command)
    made = capsys.readouterr().out
    assert "modes found" in made
    assert "| mmd |" in made
    before = (tmp_path / "ring-mmd" / "metrics.jsonl").read_text()
    compare.main(command)
    assert capsys.readouterr().out == made
    assert (tmp_path / "ring-mmd" / "metrics.jsonl").read_text() == before
    kept = json.loads((tmp_path / "compare-ring.json").read_text())
    assert kept["recipes"]["mmd"]["images"] == 2000


def test_an_unknown_recipe_is_named():
    with pytest.raises(ValueError, match="found vae"):
        compare.Options(recipes=["vae"])


def test_the_table_says_which_run_ended_early_and_which_left_no_model():
    figure = {"key": "modes", "name": "modes found", "value": 8.0, "text": "8 of 8", "n": 10}
    rows = {
        "dcgan": {"ended": "Done.", "minutes": 1.0, "images": 64, "figures": [figure]},
        "f-kl": {"ended": "All alike.", "minutes": 0.5, "images": 32, "figures": [figure]},
        "wgan": {"ended": "No number any more.", "minutes": None, "figures": []},
    }
    assert compare.table(rows, 64).splitlines()[2:] == [
        "| dcgan | 8 of 8 | 1.0 |",
        "| f-kl | 8 of 8 | 0.5 (ended after 32 images) |",
        "| wgan | No number any more. |  |",
    ]
