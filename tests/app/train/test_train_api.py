"""The Train tab through its API, as a script uses it; runs outlive the app."""

import json
import shutil
import signal
import time

import psutil
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from helpers import PATIENCE, running_app
from PIL import Image

import models
from training.runs.states import RUNNING

TINY = {"ngf": 8, "ndf": 8, "batch-size": 2}
DIGITS = {"lesson": "classes", "data": "mnist", "size": 0, "options": {"batch-size": 16}}
NARROW = {**DIGITS["options"], "width": 8, "critic-width": 8}
LONG = {**DIGITS, "minutes": 60, "steps": 0, "options": NARROW}


@pytest.fixture(scope="module")
def places(app_to_train_in):
    _, folder = app_to_train_in
    yield {name: folder / name for name in ("runs", "datasets", "weights")}
    for run in (folder / "runs").glob("*/"):  # what a failed test leaves training
        (run / "stop").touch()


@pytest.fixture(scope="module")
def flags(places):
    return (
        "--runs",
        places["runs"],
        "--datasets",
        places["datasets"],
        "--user-weights",
        places["weights"],
        "--keep",
        "0",
    )


@pytest.fixture(scope="module")
def client(app_url):
    return Client(app_url, download_files=False, verbose=False)


def wait_for(client, name: str, *states: str) -> dict:
    end = time.monotonic() + PATIENCE
    while (found := client.predict(name, api_name="/show_run"))["state"] not in states:
        assert time.monotonic() < end and found["state"] != "failed", found
        time.sleep(0.5)
    return found


def wait_for_step(client, name: str, step: int) -> None:
    """Until a run that trains has done so many steps."""
    end = time.monotonic() + PATIENCE
    while (found := client.predict(name, api_name="/show_run"))["step"] < step:
        assert time.monotonic() < end and found["state"] in RUNNING, found
        time.sleep(0.5)


def process_of(places, name: str) -> psutil.Process:
    """That in which a run trains."""
    status = json.loads((places["runs"] / name / "status.json").read_text())
    return psutil.Process(status["pid"])


def train(client, name: str, data: str = "emoji", lesson: str = "pairs", **options):
    wish = {"minutes": 0, "steps": 6, "size": 64, "options": TINY, **options}
    return client.predict(lesson, data, name, **wish, api_name="/train")


def test_every_action_has_a_name(client):
    names = set(client.view_api(return_format="dict")["named_endpoints"])
    ours = {"check_data", "add_data", "delete_data", "train", "list_runs", "show_run", "use_run"}
    ours |= {"stop_run", "resume_run", "rename_run", "delete_run"}
    assert {f"/{name}" for name in ours} <= names


def test_from_a_zip_to_a_model_that_translates(client, places, drawings, tmp_path):
    empty = ([], [], "")
    client.predict("pairs", "my drawings", handle_file(drawings), *empty, api_name="/add_data")
    report = client.predict("pairs", "my-drawings", api_name="/check_data")
    assert report["problem"] == "" and report["images"] == 24
    assert train(client, "first try", "my-drawings") == "first-try"
    found = wait_for(client, "first-try", "stopped")
    assert "--max-steps 6" in found["message"] and found["step"] == 6
    assert "generator/l1" in found["figures"] and "Exported model" in found["log"]
    assert client.predict("first-try", "best", "mine", api_name="/use_run") == "mine"
    listed = {one["name"] for one in client.predict(api_name="/list_models")}
    assert "mine" in listed
    assert models.load(places["weights"] / "mine").directions == ["A to B"]
    with pytest.raises(AppError, match="there is a mine already"):
        client.predict("first-try", "best", "mine", api_name="/use_run")


def test_from_one_picture_to_a_model_in_its_style(client, places, tmp_path):
    painting = tmp_path / "my painting.png"
    Image.linear_gradient("L").resize((96, 80)).convert("RGB").save(painting)
    alone = (None, [handle_file(painting)], [], "")
    client.predict("style", "mine", *alone, api_name="/add_data")
    report = client.predict("style", "mine", api_name="/check_data")
    assert report["problem"] == "" and [one["images"] for one in report["groups"]] == [153, 1]
    few = {"batch-size": 2, "warm-up": 0, "validate-every": 0}
    train(client, "in my style", "mine", "style", steps=2, options=few)
    assert "mine is one picture" in str(wait_for(client, "in-my-style", "stopped")["warnings"])
    name = client.predict("in-my-style", "last", "styled", api_name="/use_run")
    model = models.load(places["weights"] / name)
    assert (model.directions, list(model.domains)) == (["A to B"], ["photograph", "mine"])
    assert model.config["training"]["before"]["name"] == "photo-vangogh"
    for action in ("run", "data"):
        done = "in-my-style" if action == "run" else "mine"
        client.predict(done, api_name=f"/delete_{action}")


def test_a_run_goes_on_from_a_model_and_from_itself_while_digits_are_drawn(client):
    train(client, "finer", start="digits", steps=2, **DIGITS)
    wait_for(client, "finer", "stopped")
    assert client.predict("finer", "last", "finer", api_name="/use_run") == "finer"
    client.predict("finer", 5, api_name="/resume_run")
    wait_for_step(client, "finer", 3)
    client.predict("digits", "any", 16, 0, 1.0, False, api_name="/draw")
    assert client.predict("finer", api_name="/show_run")["state"] == "training"
    client.predict("finer", api_name="/stop_run")
    wait_for(client, "finer", "stopped")
    assert client.predict("finer", "finest", api_name="/rename_run") == "finest"
    client.predict("finest", api_name="/delete_run")
    assert "finest" not in {one["name"] for one in client.predict(api_name="/list_runs")}


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"name": "../evil"}, "name of a run"),
        ({"data": "/etc"}, "no data set"),
        ({"options": {"runs": "/tmp"}}, "found 'runs'"),
        ({"options": {"lr": "fast"}}, "Expected a number as lr"),
        ({"start": "/etc"}, "has trained to start from"),
        ({"minutes": 5}, "either minutes or steps"),
    ],
)
def test_what_cannot_be_trained_gets_one_sentence(client, wish, words):
    wish = {"name": "never", **wish}
    with pytest.raises(AppError, match=words):
        train(client, wish.pop("name"), **wish)


def test_what_a_script_refuses_is_told_by_its_run(client):
    train(client, "refused", options={**TINY, "lr": -1})
    found = wait_for(client, "refused", "failed")
    assert found["message"] == "Expected --lr of at least 0, found -1.0."
    client.predict("refused", api_name="/delete_run")


def test_only_runs_that_there_are_can_be_touched(client):
    for action in ("stop_run", "delete_run", "show_run"):
        for name in ("../runs", "/etc", "nothing"):
            with pytest.raises(AppError, match="no run"):
                client.predict(name, api_name=f"/{action}")


def test_a_run_outlives_the_app_that_started_it(client, flags):
    """The app is killed in mid-run; another one finds the run training, and stops it."""
    with running_app(*flags) as url:
        killed = Client(url, download_files=False, verbose=False)
        train(killed, "long", **LONG)
        wait_for(killed, "long", "training")
        port = url.rpartition(":")[2]
        for process in psutil.process_iter(["cmdline"]):
            if port in (process.info["cmdline"] or []):
                process.send_signal(signal.SIGKILL)
    before = client.predict("long", api_name="/show_run")
    assert before["state"] == "training"
    wait_for_step(client, "long", before["step"] + 1)
    with pytest.raises(AppError, match="already"):
        client.predict("long", 5, api_name="/resume_run")
    client.predict("long", api_name="/stop_run")
    found = wait_for(client, "long", "stopped")
    assert found["message"] == "Stopped by request."
    client.predict("long", api_name="/delete_run")


def test_a_run_that_was_killed_is_shown_as_such_and_goes_on(client, places):
    often = {**LONG["options"], "checkpoint-every": 160}
    train(client, "killed", **{**LONG, "options": often})
    checkpoints = places["runs"] / "killed" / "checkpoints"
    end = time.monotonic() + PATIENCE
    while not (found := sorted(checkpoints.glob("????????"))):
        assert time.monotonic() < end
        time.sleep(0.05)
    step = int(found[-1].name)
    process_of(places, "killed").kill()
    found = wait_for(client, "killed", "killed")
    assert "go on" in found["message"]
    client.predict("killed", 0.05, api_name="/resume_run")
    assert wait_for(client, "killed", "stopped", "finished")["step"] >= step > 0
    shutil.rmtree(places["runs"] / "killed")
