"""Runs end to end: a few steps on small real data, and every way in which one can end."""

import json
import signal
import subprocess
import sys
import time

import pytest
import torch
from helpers import PATIENCE, ROOT, TINY, call_module, run_module

import models
from training import cgan
from training.engine import loop
from training.engine.game import Game
from training.engine.reporting import Reporter
from training.previews import generator_preview
from training.runs.folder import Run, read_metrics
from training.runs.states import TIME_IS_UP, read_status


def train(script: str, data, runs, *arguments, **options):
    return call_module(
        script, "--data", data, "--name", "run", "--runs", runs, *TINY, *arguments, **options
    )


@pytest.mark.parametrize(
    ("script", "arguments"),
    [
        ("training.gan", ["--gan-mode", "nonsaturating", "--r2", "0", "--n-critic", "2"]),
        (
            "training.gan",
            ["--gan-mode", "lsgan", "--r1", "0", "--r2", "0", "--critic-norm", "batch"],
        ),
        ("training.cgan", ["--gan-mode", "hinge", "--r1", "0", "--r2", "0", "--spectral-norm"]),
        (
            "training.cgan",
            [
                "--network",
                "residual",
                "--critic",
                "residual",
                "--precision",
                "bf16",
                "--mismatch",
                "1",
            ],
        ),
    ],
)
def test_a_run_of_each_kind_gives_a_model_that_samples(
    digit_folders, tmp_path, monkeypatch, script, arguments
):
    steps, renewed = [], generator_preview.renewed
    monkeypatch.setattr(
        generator_preview, "renewed", lambda game: steps.append(game.progress.step) or renewed(game)
    )
    train(script, digit_folders, tmp_path, "--max-steps", "4", "--log-every", "8", *arguments)
    run = tmp_path / "run"
    status, lines = read_status(run), read_metrics(run)
    assert (status.state, status.step, status.images_seen) == ("stopped", 4, lines[-1]["images"])
    assert steps == [0, 4]  # samples and exports of a step share it
    assert {
        "D(x)",
        "D(G(z))",
        "critic/gradient_norm",
        "generator/adversarial",
        "images_per_second",
    } <= set(lines[0])
    assert sorted(path.name for path in (run / "samples").iterdir()) == ["000000.png", "000004.png"]
    assert list((run / "tensorboard").iterdir())
    for which in ("best", "last"):
        model = models.load(run / "export" / which)
        assert model.class_names == (
            [str(i) for i in range(10)] if script == "training.cgan" else []
        )
        assert len(model.sample(3, seed=0)) == 3


def test_a_finished_schedule_ends_the_run_and_its_export_ships(digit_folders, tmp_path):
    done = train(
        "training.cgan", digit_folders, tmp_path, "--n-epochs", "1", "--n-epochs-decay", "0"
    )
    assert read_status(tmp_path / "run").state == "finished"
    assert "Exported model" in done.stdout
    out = tmp_path / "weights" / "mine"
    call_module(
        "training.runs", "--runs", tmp_path, "export", "run", "--out", out, "--truncation", "0.9"
    )
    assert (models.load(out).name, models.load(out).truncation) == ("mine", 0.9)
    assert not (out / "critic.safetensors").exists()
    again = ["training.runs", "--runs", tmp_path, "export", "run", "--out", out]
    done = call_module(*again, check=False)
    assert (done.returncode, models.load(out).truncation) == (2, 0.9)  # nothing is replaced unasked
    assert "--overwrite" in done.stderr
    call_module(*again, "--overwrite")
    assert models.load(out).truncation == 1
    assert "finished" in call_module("training.runs", "--runs", tmp_path, "list").stdout


def test_the_minutes_are_for_learning_and_what_is_left_is_never_negative(
    monkeypatch, digit_folders, tmp_path
):
    """Drawing the first samples takes longer than all the minutes that the run is given."""
    drawn, told, real = [], [], Reporter.show

    def slowly(self, *arguments):
        if not drawn:
            time.sleep(0.7)
        drawn.append(real(self, *arguments))

    monkeypatch.setattr(Reporter, "show", slowly)
    monkeypatch.setattr("training.engine.reporting.STATUS_SECONDS", 0.0)
    write = Run.write_status

    def noted(self, **changes):
        write(self, **changes)
        told.append(read_status(self.folder))

    monkeypatch.setattr(Run, "write_status", noted)
    train("training.gan", digit_folders, tmp_path, "--minutes", "0.01")
    end = told[-1]
    assert (end.state, end.message) == ("finished", TIME_IS_UP)
    assert end.images_seen > 0 and end.minutes_given == 0.01
    assert [one.doing for one in told if one.state == "training"][:2] == ["samples", "learning"]
    assert all(one.seconds_left is None or one.seconds_left >= 0 for one in told)


def test_a_run_starts_from_an_exported_model_and_warms_up_a_missing_critic(digit_folders, tmp_path):
    train("training.cgan", digit_folders, tmp_path, "--max-steps", "2")
    call_module("training.runs", "--runs", tmp_path, "export", "run", "--out", tmp_path / "start")
    weights = models.load(tmp_path / "start").network.state_dict()
    train(
        "training.cgan",
        digit_folders,
        tmp_path / "more",
        "--max-steps",
        "3",
        "--init-from",
        tmp_path / "start",
        "--warm-up",
        "24",
    )
    after = models.load(tmp_path / "more" / "run" / "export" / "last").network.state_dict()
    same = [
        torch.allclose(weights[name], after[name], atol=2e-3)
        for name in weights
        if "weight" in name
    ]
    assert all(same)  # only the critic has learned
    training = models.load(tmp_path / "more" / "run" / "export" / "last").config["training"]
    assert training["before"]["images_seen"] == 16
    assert training["options"]["init_from"] == "start"  # no folders of this machine
    lines = read_metrics(tmp_path / "more" / "run")
    assert not any("generator/adversarial" in line for line in lines)


def test_a_name_that_is_taken_is_refused(digit_folders, tmp_path):
    train("training.gan", digit_folders, tmp_path, "--max-steps", "1")
    done = train("training.gan", digit_folders, tmp_path, "--max-steps", "1", check=False)
    assert done.returncode == 2
    assert "--resume" in done.stderr


def test_more_classes_than_samples_in_a_grid_still_train(tmp_path):
    from PIL import Image

    for index in range(120):
        folder = tmp_path / "data" / f"class{index:03d}"
        folder.mkdir(parents=True)
        for copy in range(2):
            Image.new("L", (28, 28), 2 * index + copy).save(folder / f"{copy}.png")
    train("training.cgan", tmp_path / "data", tmp_path, "--max-steps", "2", "--sample-every", "8")
    assert len(models.load(tmp_path / "run" / "export" / "last").class_names) == 120


def test_a_warm_up_goes_on_after_a_resume(digit_folders, tmp_path):
    train("training.cgan", digit_folders, tmp_path, "--max-steps", "1")
    call_module("training.runs", "--runs", tmp_path, "export", "run", "--out", tmp_path / "start")
    more = tmp_path / "more"
    start = ["--init-from", tmp_path / "start", "--warm-up", "32", "--log-every", "8"]
    train("training.cgan", digit_folders, more, "--max-steps", "2", *start)
    again = ["--resume", "--name", "run", "--runs", more, "--max-steps", "5"]
    call_module("training.cgan", *again)
    learned = [
        line["step"] for line in read_metrics(more / "run") if "generator/adversarial" in line
    ]
    assert learned == [5]


def test_a_dry_run_prints_the_plan_and_writes_nothing(digit_folders, tmp_path):
    done = train("training.cgan", digit_folders, tmp_path, "--dry-run")
    for word in ("120 images", "10 classes", "parameters", "MB at the peak", "minutes"):
        assert word in done.stdout
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("how", ["ctrl-c", "stop file"])
def test_a_person_can_end_a_run_and_keeps_what_it_learned(digit_folders, tmp_path, how):
    command = [
        sys.executable,
        "-m",
        "training.gan",
        "--data",
        digit_folders,
        "--name",
        "run",
        "--runs",
        tmp_path,
    ]
    process = subprocess.Popen(
        [*map(str, command), *TINY], cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE
    )
    deadline = time.monotonic() + PATIENCE
    while (
        not ((status := read_status(tmp_path / "run")) and status.step)
        and time.monotonic() < deadline
    ):
        time.sleep(0.1)
    if how == "ctrl-c":
        process.send_signal(signal.SIGINT)
    else:
        call_module("training.runs", "--runs", tmp_path, "stop", "run")
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors
    assert read_status(tmp_path / "run").state == "stopped"
    assert models.load(tmp_path / "run" / "export" / "last").sample(1, seed=0)
    assert list((tmp_path / "run" / "checkpoints").iterdir())


def test_two_processes_share_a_run(digit_folders, tmp_path):
    arguments = [
        "--multi_gpu",
        "--num_processes",
        "2",
        "--num_machines",
        "1",
        "--mixed_precision",
        "no",
        "--dynamo_backend",
        "no",
        "--main_process_port",
        "0",
        "-m",
        "training.cgan",
    ]
    options = [
        "--data",
        digit_folders,
        "--name",
        "run",
        "--runs",
        tmp_path,
        *TINY,
        "--precision",
        "fp32",
    ]
    run_module(
        "accelerate.commands.launch", *arguments, *options, "--max-steps", "3", "--log-every", "16"
    )
    status = read_status(tmp_path / "run")
    assert (status.step, status.images_seen) == (3, 48)  # 3 steps of 8 images in 2 processes
    assert len(list((tmp_path / "run" / "checkpoints").glob("*/random_states_*.pkl"))) == 2
    assert models.load(tmp_path / "run" / "export" / "last").sample(1, seed=0)


def play(monkeypatch, digit_folders, tmp_path, iteration, *arguments):
    """A run in this process with another iteration."""
    monkeypatch.setattr(cgan, "iteration", iteration)
    common = ["--data", str(digit_folders), "--name", "run", "--runs", str(tmp_path), *TINY]
    cgan.main([*common, "--checkpoint-every", "16", "--precision", "fp32", *arguments])


def test_a_loss_that_is_no_number_stops_the_run_and_keeps_the_last_checkpoint(
    monkeypatch, digit_folders, tmp_path
):
    real = cgan.iteration

    def poisoned(game: Game, batches):
        if game.progress.step == 5:
            with torch.no_grad():
                next(game.generator.parameters()).fill_(float("nan"))
        real(game, batches)

    with pytest.raises(SystemExit, match=r"not finite.*last good checkpoint is .*00000004"):
        play(monkeypatch, digit_folders, tmp_path, poisoned)
    status = read_status(tmp_path / "run")
    assert status.state == "failed"
    assert "not finite" in status.message
    assert models.load(tmp_path / "run" / "export" / "last").sample(1, seed=0)


def test_samples_that_become_alike_are_a_warning_and_then_the_end(
    monkeypatch, digit_folders, tmp_path
):
    shares = iter([0.9, 0.05, 0.04, 0.03, 0.02])
    monkeypatch.setattr(generator_preview.SamplePreview, "diversity", lambda _self: next(shares))
    with pytest.raises(SystemExit, match="stay all alike"):
        play(monkeypatch, digit_folders, tmp_path, cgan.iteration, "--sample-every", "8")
    status = read_status(tmp_path / "run")
    assert (status.state, status.step) == ("failed", 2 + loop.PATIENCE - 1)
    assert "collapsing" in status.warnings[0]
    kept = [path.name for path in (tmp_path / "run" / "checkpoints").iterdir()]
    assert kept == []  # step 2 was already suspicious


def test_a_collapsed_generator_has_no_diversity():
    from training.metrics.diversity import diversity

    one = torch.rand(1, 1, 28, 28).expand(20, -1, -1, -1)
    assert diversity(one, torch.arange(20) % 2) == 0


def test_metrics_of_a_killed_line_are_passed_over(tmp_path):
    (tmp_path / "metrics.jsonl").write_text('{"step": 1}\n{"step": 2, "im')
    assert read_metrics(tmp_path) == [{"step": 1}]


def test_one_class_and_no_classes_are_not_enough_for_cgan(digit_folders, tmp_path):
    for folder, found in ((digit_folders / "3", "none"), (tmp_path / "one", "1")):
        if folder.name == "one":
            (folder / "only").mkdir(parents=True)
            for path in (digit_folders / "3").iterdir():
                (folder / "only" / path.name).write_bytes(path.read_bytes())
        done = train("training.cgan", folder, tmp_path / "runs", check=False)
        assert done.returncode == 2
        assert f"found {found}" in done.stderr
        assert not (tmp_path / "runs").exists()


def test_status_is_json_that_others_can_read(digit_folders, tmp_path):
    train("training.gan", digit_folders, tmp_path, "--max-steps", "1")
    status = json.loads((tmp_path / "run" / "status.json").read_text())
    assert {
        "state",
        "step",
        "images_seen",
        "images_total",
        "images_per_second",
        "message",
        "warnings",
    } <= set(status)
