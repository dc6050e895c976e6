"""Options: spelling, limits, YAML, resuming."""

import pytest
import yaml
from helpers import ROOT, TINY, call_module, run_module

from models import locations
from training import cgan, cut, cyclegan, gan, pix2pix
from training.command_line import parse
from training.data import public
from training.data.labelled import named


def test_dashes_underscores_and_bare_switches_are_understood():
    options = parse(
        gan.Options, "", ["--max-steps", "5", "--batch_size=9", "--flip", "--data", "kmnist"]
    )
    assert (options.max_steps, options.batch_size, options.flip, options.data) == (
        5,
        9,
        True,
        "kmnist",
    )


def test_a_yaml_file_is_read_and_the_command_line_goes_before_it(tmp_path):
    (tmp_path / "a.yaml").write_text(yaml.safe_dump({"lr": 0.5, "seed": 3}))
    options = parse(cgan.Options, "", ["--config", str(tmp_path / "a.yaml"), "--seed", "4"])
    assert (options.lr, options.seed) == (0.5, 4)


def test_an_unknown_option_is_an_error(capsys):
    with pytest.raises(SystemExit) as error:
        parse(gan.Options, "", ["--no-such-thing", "5"])
    assert error.value.code == 2
    assert "no_such_thing" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--batch-size", "0"], "--batch-size"),
        (["--max-minutes", "-1"], "--max-minutes"),
        (["--lr", "-1"], "--lr"),
        (["--n-epochs", "0", "--n-epochs-decay", "0"], "--n-epochs"),
        (["--critic-norm", "batch"], "--critic-norm batch without --r1"),
        (["--n-critic", "0"], "--n-critic"),
        (["--r1", "-1"], "--r1"),
        (["--resume"], "--name NAME"),
        (["--resume", "--name", "nothing"], "no config.yaml"),
    ],
)
def test_options_out_of_range_are_named(tmp_path, arguments, words):
    with pytest.raises((ValueError, SystemExit)) as error:
        parse(gan.Options, "", [*arguments, "--runs", str(tmp_path)])
    if isinstance(error.value, ValueError):
        assert words in str(error.value)


def test_what_a_run_began_with_cannot_change_on_resume(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "config.yaml").write_text(yaml.safe_dump({"lr": 0.5, "name": "a"}))
    common = ["--resume", "--name", "a", "--runs", str(tmp_path)]
    assert parse(gan.Options, "", [*common, "--max-steps", "9"]).lr == 0.5
    with pytest.raises(ValueError, match="--lr to stay 0.5"):
        parse(gan.Options, "", [*common, "--lr", "0.1"])


def test_a_run_goes_on_without_what_its_recipe_has_had_since(tmp_path):
    """Its config.yaml has all that it began with: an option that it lacks is at its default."""
    (tmp_path / "a").mkdir()
    began = {"recipe": "r3gan", "critic_width": 24, "name": "a"}
    (tmp_path / "a" / "config.yaml").write_text(yaml.safe_dump(began))
    options = parse(gan.Options, "", ["--resume", "--name", "a", "--runs", str(tmp_path)])
    assert (options.recipe, options.critic_width) == ("r3gan", 24)
    assert options.width == gan.Options().width != gan.Options.RECIPES["r3gan"]["width"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--value-range", "-1", "4095"],
        ["--value-range=-1 4095"],
        ["--value-range=-1, 4095"],
        ["--value-range=[-1.0, 4095.0]"],
    ],
)
def test_a_range_of_values_is_two_numbers_in_a_shell_and_in_a_form(arguments):
    options = parse(gan.Options, "", ["--data", "mnist", *arguments, "--seed", "4"])
    assert (options.value_range, options.seed) == ([-1, 4095], 4)


@pytest.mark.parametrize(
    "arguments",
    [["--domains", "line drawing", "cat"], ["--domains=line drawing, cat"]],
)
def test_domains_are_two_names_in_a_shell_and_in_a_form(arguments):
    options = parse(pix2pix.Options, "", ["--data", "emoji", *arguments, "--seed", "4"])
    assert (options.domains, options.seed) == (["line drawing", "cat"], 4)


@pytest.mark.parametrize("given", [["a", "b", "c"], ["a", " "], ["a", "b" * 41]])
def test_other_than_two_short_names_of_domains_are_refused(given):
    with pytest.raises(ValueError, match="Expected two names of at most 40 letters"):
        pix2pix.Options(domains=given)


@pytest.mark.parametrize("path", sorted((ROOT / "training" / "configs").glob("*.yaml")), ids=str)
def test_the_worked_examples_are_read(path):
    scripts = (gan, cgan, pix2pix, cyclegan, cut)
    script = next(one for one in scripts if one.__name__ in path.read_text())
    options = parse(script.Options, "", ["--config", str(path)])
    elsewhere = {*named.NAMES, *public.NAMES, "paintings"}  # a folder of one's own, as it says
    for data in options.data if isinstance(options.data, list) else [options.data]:
        assert (locations.bundled_data() / data).is_dir() or data in elsewhere


def test_print_config_shows_all_options():
    printed = yaml.safe_load(call_module("training.cgan", "--print_config").stdout)
    assert printed["gan_mode"] == "rpgan"


def test_a_process_says_a_mistake_in_one_line_and_ends_with_2():
    done = run_module("training.evaluate", "nothing", check=False)
    assert done.returncode == 2 and not done.stdout
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: Expected a model's name") and "found 'nothing'" in line


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--data", "/no/such/folder"], "/no/such/folder"),
        (["--size", "30"], "28 and 32"),
        (["--init-from", "nothing"], "found 'nothing'"),
        (["--device", "cuda"], "--device auto"),
    ],
)
def test_a_mistake_is_one_sentence_exit_2_and_no_run(digit_folders, tmp_path, arguments, words):
    options = ["--data", digit_folders, "--runs", tmp_path / "runs", *TINY]
    done = call_module("training.cgan", *options, *arguments, check=False)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "runs").exists()
