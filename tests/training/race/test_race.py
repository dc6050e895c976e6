"""Recipes side by side, judged at the same minutes: tiny networks, seconds."""

import json
import shlex
import shutil

import numpy as np
import pytest
from helpers import ROOT, call_module
from PIL import Image

from training import cut, cyclegan
from training.command_line import parse, parse_simple
from training.race import __main__ as race
from training.race import curves
from training.race.judge import FIGURES

TINY = "--size 32 --load-size 32 --ngf 4 --ndf 4 --blocks 2 --device cpu"


@pytest.fixture(scope="module")
def colours(tmp_path_factory):
    """Four reddish pictures and four bluish ones."""
    folder = tmp_path_factory.mktemp("domains") / "colours"
    stream = np.random.default_rng(0)
    for side, tint in (("A", (1.0, 0.4, 0.2)), ("B", (0.2, 0.5, 1.0))):
        (folder / f"train{side}").mkdir(parents=True)
        for index in range(4):
            pixels = stream.normal(40 + 30 * index, 12, (40, 56, 1)) * np.array(tint)
            image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
            image.save(folder / f"train{side}" / f"{index}.png")
    return folder


@pytest.fixture
def trainings(monkeypatch):
    """Trainings in this process: without the seconds in which a new one imports torch."""

    def ran(command):
        _, _, module, *arguments = command
        done = call_module(module, *arguments, check=False)
        return done.returncode, done.stderr.strip().splitlines()

    monkeypatch.setattr(race, "ran", ran)


def raced(data, runs, recipes, minutes, paintings=None, **options):
    command = ["--data", data, "--runs", runs, "--hold-out", "2", "--minutes", str(minutes)]
    command += ["--paintings", paintings] if paintings else []
    return call_module("training.race", *command, "--recipes", json.dumps(recipes), **options)


def read(runs):
    return json.loads((runs / "race.json").read_text())["recipes"]


def test_a_recipe_is_judged_at_each_of_the_minutes_and_goes_on_where_it_was(
    colours, tmp_path, trainings
):
    recipes = {"one way": f"cut {TINY} --patches 8"}
    raced(colours, tmp_path, recipes, [0.01])
    (before,) = read(tmp_path)["one way"]["points"]
    done = raced(colours, tmp_path, recipes, [0.01, 0.02])
    first, second = read(tmp_path)["one way"]["points"]
    assert first == before and set(FIGURES) < set(first)
    assert first["minutes"] >= 0.01 and second["minutes"] >= max(0.02, first["minutes"])
    assert second["images"] > first["images"] > 0
    config = (tmp_path / "race-one-way" / "export" / "last" / "config.json").read_text()
    assert json.loads(config)["training"]["options"]["hold_out"] == 2
    assert "| one way |" in done.stdout
    with Image.open(tmp_path / "race.png") as picture:
        assert picture.size == (curves.WIDTH, curves.HEIGHT)
    for other, minutes in (({"one way": f"cut {TINY}"}, [0.01]), (recipes, [0.005, 0.02])):
        refused = raced(colours, tmp_path, other, minutes, check=False)
        assert refused.returncode == 2 and "take another --name" in refused.stderr
    (tmp_path / "race.json").unlink()
    refused = raced(colours, tmp_path, recipes, [0.01], check=False)
    assert refused.returncode == 2 and "Expected no run race-one-way" in refused.stderr


def test_a_run_that_was_killed_goes_on_to_the_same_minutes(colours, tmp_path, trainings):
    """Its log told more minutes than its last checkpoint, here none at all."""
    recipes = {"one way": f"cut {TINY} --patches 8 --log-every 1"}
    raced(colours, tmp_path, recipes, [0.01])
    shutil.rmtree(tmp_path / "race-one-way" / "checkpoints")
    raced(colours, tmp_path, recipes, [0.01, 0.02])
    assert read(tmp_path)["one way"]["points"][-1]["minutes"] >= 0.02


def test_other_pictures_judge_where_they_are_given_and_real_ones_are_named(
    colours, tmp_path, trainings
):
    recipes = {"one way": f"cut {TINY} --patches 8"}
    others = tmp_path / "others"
    shutil.copytree(colours / "trainB", others)
    done = raced(colours, tmp_path, recipes, [0.01], paintings=others)
    record = json.loads((tmp_path / "race.json").read_text())
    assert record["judged_by"] == "others"
    # two of the four that judge were trained on: much nearer to them than reddish pictures are
    assert record["real"]["way"] > 0.5 and f"{record['real']['way']:.1%}" in done.stdout
    assert 0 < record["colours_alone"]["way"] <= 1  # reddish pictures in bluish colours
    assert raced(colours, tmp_path, recipes, [0.01], check=False).returncode == 2
    empty = tmp_path / "nothing"
    empty.mkdir()
    done = raced(colours, tmp_path / "new", recipes, [0.01], check=False, paintings=empty)
    assert done.returncode == 2 and "nothing" in done.stderr


def test_a_recipe_whose_schedule_is_done_stops_there(colours, tmp_path, trainings):
    recipes = {"short": f"cut {TINY} --patches 8 --n-epochs 1 --n-epochs-decay 0"}
    raced(colours, tmp_path, recipes, [9, 10])
    (row,) = read(tmp_path).values()
    assert row["ended"] == "The schedule is done." and len(row["points"]) == 1


def test_an_option_that_a_script_does_not_take_is_said_in_its_words(colours, tmp_path, trainings):
    done = raced(colours, tmp_path, {"odd": "cut --blocks 1"}, [0.01], check=False)
    assert done.returncode == 2 and "at least 2 --blocks" in done.stderr


def test_the_table_counts_the_minutes_to_what_the_first_reached():
    def point(minutes, way):
        shares = {"way": way, "way_half": 0.25, "dark": 0.125}
        return {"at": minutes, "minutes": minutes, "images": 10, **shares}

    rows = {
        "plain": {"ended": "", "points": [point(1, 0.1), point(2, 0.5)]},
        "fast": {"ended": "All alike.", "points": [point(1, 0.6)]},
        "lost": {"ended": "No number any more.", "points": []},
    }
    assert race.table(rows, [1, 2]).splitlines() == [
        "| recipe | 1 min | 2 min | at half size | darkest third | images | as far as the first |",
        "|---|---|---|---|---|---|---|",
        "| plain | 10.0% | 50.0% | 25.0% | 12.5% | 10 | 2.0 min |",
        "| fast | 60.0% | All alike. | 25.0% | 12.5% | 10 | 1.0 min |",
        "| lost | No number any more. |  |  |  |  |  |",
    ]


def test_a_line_rises_to_its_share():
    """The last point of a line in its colour, at the share's height between 0 and 100 %."""
    page = np.asarray(curves.picture({"a": [(0, 0), (10, 0.5)]}, "shares")).astype(int)
    colour = np.array([int(curves.COLOURS[0][at : at + 2], 16) for at in (1, 3, 5)])
    near = np.abs(page - colour).sum(2) < 20
    rows = np.nonzero(near[:, curves.WIDTH - curves.RIGHT])[0]
    middle = curves.TOP + 0.5 * (curves.HEIGHT - curves.TOP - curves.BOTTOM)
    assert abs(rows.mean() - middle) <= 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "--recipes with at least one"),
        (["--recipes", '{"a": "gan --lr 1"}'], "the recipe a to begin with cut or cyclegan"),
        (["--recipes", '{"a b": "cut", "a, b": "cut"}'], "names differ by letters"),
        (["--recipes", '{"a": "cut"}', "--minutes", "[3, 2]"], "each more than the one before"),
        (["--recipes", '{"a": "cut"}', "--minutes", "[0, 2]"], "--minutes above 0"),
    ],
)
def test_bad_options_are_named(arguments, words):
    with pytest.raises(ValueError, match=words):
        parse_simple(race.Options, "", arguments)


def test_recipes_are_given_by_name_in_a_shell_too():
    options = parse_simple(race.Options, "", ["--recipes.a", "cut --lr 0.1", "--hold-out", "3"])
    assert options.recipes == {"a": "cut --lr 0.1"} and options.hold_out == 3


@pytest.mark.parametrize(("name", "last"), [("recipes", 30), ("levers", 10)])
def test_the_worked_examples_are_read_and_their_recipes_have_options_that_there_are(name, last):
    path = ROOT / "training" / "race" / f"{name}.yaml"
    options = parse_simple(race.Options, "", ["--config", str(path)])
    assert options.minutes[-1] == last
    for recipe in options.recipes.values():
        script, *given = shlex.split(recipe)
        parse({"cut": cut, "cyclegan": cyclegan}[script].Options, "", given)
