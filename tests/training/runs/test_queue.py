"""Runs take turns, say how they ended, and can be renamed and deleted."""

import json
import subprocess
import sys
import time

import pytest
import yaml
from helpers import PATIENCE, ROOT, TINY, call_module, environment

from training.runs.folder import check_name
from training.runs.states import is_alive, read_status


def queue(runs, name: str, *arguments) -> subprocess.Popen:
    """`python -m training.runs queue`, in the background."""
    command = [sys.executable, "-m", "training.runs", "--runs", str(runs), "queue", name]
    return subprocess.Popen(
        [*command, *map(str, arguments)],
        cwd=ROOT,
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(folder, *states: str) -> None:
    end = time.monotonic() + PATIENCE
    while not ((status := read_status(folder)) and status.state in states):
        assert time.monotonic() < end, status
        time.sleep(0.05)


def gan(data, *arguments) -> list:
    return ["training.gan", "--data", data, *TINY, *arguments]


LONG = ("--n-epochs", "100000")


def test_the_second_waits_for_the_first_and_both_end_well(digit_folders, tmp_path):
    first = queue(tmp_path, "first", *gan(digit_folders, *LONG))
    wait_for(tmp_path / "first", "training")
    second = queue(tmp_path, "second", *gan(digit_folders, "--max-steps", "2"))
    wait_for(tmp_path / "second", "waiting")
    third = queue(tmp_path, "third", *gan(digit_folders, "--max-steps", "2"))
    wait_for(tmp_path / "third", "waiting")
    listed = call_module("training.runs", "--runs", tmp_path, "list").stdout
    assert "waiting" in listed and "training" in listed
    call_module("training.runs", "--runs", tmp_path, "stop", "third")
    assert third.wait(PATIENCE) == 0
    assert read_status(tmp_path / "third").state == "stopped"  # it has had its look by now
    assert read_status(tmp_path / "second").state == "waiting"
    call_module("training.runs", "--runs", tmp_path, "stop", "first")
    assert (first.wait(PATIENCE), second.wait(PATIENCE)) == (0, 0)
    states = [read_status(tmp_path / name) for name in ("first", "second")]
    assert [status.state for status in states] == ["stopped", "stopped"]
    assert states[1].step == 2
    assert "Exported model" in (tmp_path / "second" / "log.txt").read_text()


def test_a_run_is_not_started_twice_and_gives_way_to_others(digit_folders, tmp_path):
    import psutil

    first = queue(tmp_path, "run", *gan(digit_folders, *LONG))
    wait_for(tmp_path / "run", "training")
    if not psutil.WINDOWS:
        assert psutil.Process(read_status(tmp_path / "run").pid).nice() >= 10
    for again in (gan(digit_folders), ["resume"]):
        other = queue(tmp_path, "run", *again)
        assert other.wait(PATIENCE) == 2
        assert "already" in other.stderr.read()
    for order in (["rename", "run", "new"], ["delete", "run", "--yes"]):
        done = call_module("training.runs", "--runs", tmp_path, *order, check=False)
        assert done.returncode == 2 and "stop it first" in done.stderr
    call_module("training.runs", "--runs", tmp_path, "stop", "run")
    assert first.wait(PATIENCE) == 0


def test_a_killed_run_goes_on_under_another_name(digit_folders, tmp_path):
    import psutil

    first = queue(tmp_path, "run", *gan(digit_folders, *LONG, "--checkpoint-every", "40"))
    wait_for(tmp_path / "run", "training")
    while not list((tmp_path / "run" / "checkpoints").glob("????????")):
        time.sleep(0.05)
    status = read_status(tmp_path / "run")
    psutil.Process(status.pid).kill()
    first.wait(PATIENCE)
    assert not is_alive(read_status(tmp_path / "run"))
    assert "killed" in call_module("training.runs", "--runs", tmp_path, "list").stdout
    call_module("training.runs", "--runs", tmp_path, "rename", "run", "renamed")
    config = yaml.safe_load((tmp_path / "renamed" / "config.yaml").read_text())
    assert config["name"] == "renamed"
    steps = str(read_status(tmp_path / "renamed").step + 3)
    again = queue(tmp_path, "renamed", "resume", "--max-steps", steps)
    assert again.wait(PATIENCE) == 0
    assert read_status(tmp_path / "renamed").step == int(steps)
    call_module("training.runs", "--runs", tmp_path, "delete", "renamed", "--yes")
    assert not list(tmp_path.glob("ren*"))


def test_what_keeps_a_script_from_training_is_in_the_status(tmp_path):
    done = queue(tmp_path, "run", *gan(tmp_path / "nothing"))
    assert done.wait(PATIENCE) == 2
    status = read_status(tmp_path / "run")
    assert status.state == "failed" and status.message.startswith("Expected a folder, a zip")
    # it has begun nothing, so it begins with what was asked for
    asked = json.loads((tmp_path / "run" / "request.json").read_text())
    assert asked["script"] == "training.gan"
    again = queue(tmp_path, "run", "resume")
    assert again.wait(PATIENCE) == 2
    assert read_status(tmp_path / "run").message.startswith("Expected a folder, a zip")


def test_there_has_to_be_something_to_resume(tmp_path):
    done = queue(tmp_path, "nothing", "resume")
    assert done.wait(PATIENCE) == 2 and "Expected a run to resume" in done.stderr.read()
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("name", ["", "..", "a/b", "-x", ".hidden", "x" * 61, "a\nb"])
def test_odd_names_are_refused(name):
    with pytest.raises(ValueError, match="as the name of a run"):
        check_name(name)
