"""Runs as the page sees them, from their folders; orders become command lines."""

import json
import os
import time
from dataclasses import replace

import pytest
from PIL import Image

import models
from app.settings import Settings
from app.train import actions as train_actions
from app.train import cards, expected, options_form
from app.train.actions import RunRequest
from app.train.tasks import BY_KEY, TASKS
from app.train.watching import progress, run_card, watch
from training.runs.summary import RunSummary, summaries


@pytest.fixture
def place(tmp_path):
    return tmp_path


@pytest.fixture
def settings(place) -> Settings:
    return Settings(runs=place)


def make(place, name: str, **status) -> None:
    folder = place / name
    (folder / "samples").mkdir(parents=True)
    said = {
        **{"state": "training", "script": "training.gan", "data": "mnist", "step": 3},
        **{"images_seen": 30, "images_total": 120, "minutes": 1.0, "seconds_left": 180.0},
        **{"pid": os.getpid(), "updated": time.time(), "message": "", "warnings": []},
        **status,
    }
    (folder / "status.json").write_text(json.dumps(said))


def test_a_process_that_is_gone_is_told_as_interrupted(place):
    make(place, "alive")
    make(place, "gone", pid=2**22 - 1)
    make(place, "older", updated=1.0)  # the process with this number began later
    make(place, "done", state="finished", pid=2**22 - 1)
    states = {run.name: run.state for run in summaries(place)}
    assert states == {"alive": "training", "gone": "killed", "older": "killed", "done": "finished"}
    assert summaries(place)[0].name == "alive"
    assert "last checkpoint" in progress.run_of(place, "gone").message


def test_a_status_that_cannot_be_read_is_said(place):
    make(place, "torn")
    (place / "torn" / "status.json").write_text('{"state": "trai')
    assert progress.run_of(place, "torn").state == "killed"
    assert "cannot be read" in run_card.state_card(progress.run_of(place, "torn"))


def test_the_share_is_of_the_time_where_that_is_known(place):
    make(place, "timed")
    make(place, "counted", seconds_left=None)
    make(place, "done", state="finished")
    assert progress.run_of(place, "timed").share == 0.25  # a minute of four
    assert progress.run_of(place, "counted").share == 0.25  # 30 of 120
    assert progress.run_of(place, "done").share == 1.0


def test_a_run_says_what_it_does_from_its_first_second_by_the_clock(place):
    soon = {"images_seen": 0, "minutes": 0.0, "seconds_left": None, "began": time.time() - 24}
    make(place, "begins", **soon, state="starting", doing="data")
    make(place, "learns", minutes=0.4, minutes_given=1.0, seconds_left=36.0, doing="learning")
    card = run_card.state_card(progress.run_of(place, "begins"))
    assert "0:24, preparing the data" in card and "<progress" in card
    assert "value=" not in card and "pictures seen" not in card
    card = run_card.state_card(progress.run_of(place, "learns"))
    assert "0:24 of 1:00, learning" in card and "value='0.4" in card
    make(place, "over", state="stopped", message="The minutes are used up.")
    assert "Finished: the minutes are used up" in run_card.state_card(
        progress.run_of(place, "over")
    )


def test_a_run_is_called_by_the_task_of_its_recipe(place):
    make(place, "mine", script="training.cut", recipe="style")
    make(place, "one way", script="training.cut", recipe="cpu")
    assert progress.task_label(progress.run_of(place, "mine")) == "The style of your picture"
    assert "without pairs" in progress.task_label(progress.run_of(place, "one way"))


def test_a_model_that_has_learned_nothing_is_not_offered(place):
    make(place, "run")
    for which, images in (("best", 0), ("last", 8)):
        folder = place / "run" / "export" / which
        folder.mkdir(parents=True)
        (folder / "config.json").write_text(json.dumps({"training": {"images_seen": images}}))
    assert progress.exports(place, "run") == ["last"]


def test_curves_leave_out_what_is_half_written_and_are_thinned(place):
    make(place, "run")
    lines = [
        json.dumps({"step": i, "images": 2 * i, "l1": 1 / i, "x": None}) for i in range(1, 999)
    ]
    (place / "run" / "metrics.jsonl").write_text("\n".join(lines) + '\n{"step": 9')
    curves = progress.curves(place, "run")
    assert set(curves) == {"l1"} and curves["l1"][-1] == (1996, 1 / 998)
    assert 300 <= len(curves["l1"]) <= progress.POINTS
    table = run_card.table(curves, ["l1"])
    assert list(table.columns) == ["images", "value", "figure"] and table["images"].max() == 1996


def test_the_log_shows_where_a_progress_bar_is_and_not_where_it_was(place):
    make(place, "run")
    (place / "run" / "log.txt").write_text("Reading\r10%\r20%\nwords\r\n\r50%\r90%")
    assert progress.log(place, "run") == "20%\nwords\n90%"


def test_samples_are_in_the_order_of_their_steps(place):
    make(place, "run")
    for step in (20, 3, 1000):
        Image.new("L", (4, 4)).save(place / "run" / "samples" / f"{step}.png")
    assert [path.stem for path in progress.samples(place, "run")] == ["3", "20", "1000"]


@pytest.mark.parametrize("name", ["..", "../x", "/etc", "nothing", "", None])
def test_a_path_is_no_run(name, place):
    with pytest.raises(ValueError, match="no run"):
        progress.folder_of(place, name)


@pytest.mark.parametrize("task", TASKS, ids=lambda one: one.key)
def test_every_preset_is_a_command_line_that_the_script_takes(task, settings):
    from importlib import import_module

    from training.command_line import parse

    for preset, options in task.presets.items():
        kind = import_module(task.script_of(preset)).Options
        for size in (0, task.sizes[0]):
            request = RunRequest(task.key, task.examples[0], "run", preset, 5, size=size)
            read = parse(kind, "", train_actions.arguments_of(settings, request))
            places = [task.beside, task.examples[0]] if task.beside else task.examples[0]
            assert read.minutes == 5 and read.data == places
            assert size in (0, read.size)
            for name, value in options.items():
                assert getattr(read, name.replace("-", "_")) == value


@pytest.mark.parametrize("name", ["digits", "digits-gan", "emoji", "photo-vangogh"])
def test_training_goes_on_with_the_networks_of_a_model(name, settings):
    """What --init-from asks for: the same networks as the model's."""
    from importlib import import_module

    import models
    from training.command_line import parse

    config = models.load(name).config
    script = config["training"]["script"]
    task = next(one for one in TASKS if script in (one.script, *one.other_scripts.values()))
    request = RunRequest(task.key, task.examples[0], "run", minutes=5, start=name)
    options = parse(
        import_module(script).Options, "", train_actions.arguments_of(settings, request)
    )
    assert options.init_from == str(models.find(name))
    arguments = config["network"]["arguments"]
    assert options.size == config["size"]
    assert getattr(options, "width", None) == arguments.get("width") or options.ngf == 32
    if name == "emoji":
        assert (options.levels, options.palette) == (7, len(arguments["palette"]))
    if name == "photo-vangogh":
        assert (options.blocks, options.skip, options.input_noise) == (6, True, 0.03)


def test_what_a_and_b_show_goes_to_the_script_of_a_translation_alone(settings):
    for key, data, named in (("pairs", "emoji", True), ("classes", "mnist", False)):
        request = RunRequest(key, data, "run", minutes=1, domains=("line drawing", "cat"))
        line = train_actions.arguments_of(settings, request)
        assert ("--domains" in line) == named
        if named:
            after = line[line.index("--domains") + 1 :]
            assert after[:2] == ["line drawing", "cat"] and after[2].startswith("--")


def test_a_swap_learns_the_way_back_and_names_stay_with_their_pictures(settings):
    """The page shows B's pictures as A then; the script is told of the data as it lies."""
    request = RunRequest(
        "pairs", "emoji", "run", minutes=1, domains=("emoji", "outline"), swapped=True
    )
    line = train_actions.arguments_of(settings, request)
    after = line[line.index("--domains") + 1 :]
    assert after[:2] == ["outline", "emoji"] and "--direction=BtoA" in after


def test_outlines_and_photographs_begin_with_a_model_that_ships(settings):
    for key, kinds, name in [
        ("pairs", ["lines", "coloured"], "emoji"),
        ("pairs", ["line drawing", "picture"], "emoji"),
        ("pairs", ["map", "photograph"], ""),
        ("domains", ["photograph", "painting"], "photo-vangogh"),
        ("domains", ["photograph", "ukiyo-e"], "photo-ukiyoe"),
        ("classes", [], ""),
    ]:
        assert train_actions.first_start(settings, BY_KEY[key], kinds) == name


def test_few_pictures_are_told_before_with_a_smaller_size(place, settings):
    request = RunRequest("domains", "photo-vangogh", "run", "As in the paper", minutes=1)
    few = expected.too_few(settings, request, 0)
    assert (few.size, few.smaller) == (256, 64) and few.count < 100 <= few.more
    card = cards.few_card(few)
    assert f"about {few.count} pictures at 256 × 256" in card and "64 × 64" in card
    assert expected.too_few(settings, replace(request, minutes=240), 0) is None
    assert expected.too_few(settings, replace(request, minutes=0, steps=5), 0) is None
    make(place, "fast", script="training.cyclegan", recipe="reference", images_per_second=9.0)
    (place / "fast" / "config.yaml").write_text("size: 256\n")
    assert expected.too_few(settings, request, 0) is None  # this machine was faster


def test_every_option_has_a_name_of_this_page_and_every_preset_its_use():
    named = {one["name"] for options in options_form.described().values() for one in options}
    assert named <= set(options_form.LABELS)
    lr = next(one for one in options_form.described()["training.gan"] if one["name"] == "lr")
    field = options_form.field(lr, None)
    assert field.label == "How fast it learns" and field.info.startswith("lr: ")
    for task in TASKS:
        assert all(task.good_for(preset) for preset in task.presets)


def test_a_new_model_is_told_where_it_is_offered(tiny_models, tiny_translator):
    def offered(folder):
        return watch.offered_in(models.load(folder))

    assert offered(next(iter(tiny_models.values()))) == ("generate",)
    assert "translate" in offered(tiny_translator)
    assert {offered(folder) for folder in tiny_models.values()} <= set(watch.READY)


def test_further_options_are_checked_by_name_and_kind(settings):
    def line(**options):
        return train_actions.arguments_of(
            settings, RunRequest("pairs", "emoji", "run", minutes=1, options=options)
        )

    assert "--lambda-l1=5.0" in line(**{"lambda-l1": "5"})
    assert "--flip=false" in line(flip=False)
    for name, value, words in [
        ("lambda-l1", "much", "Expected a number as lambda-l1, found 'much'"),
        ("network", "transformer", "Expected unet or resnet as network"),
        ("batch-size", "1.5", "Expected a whole number"),
        ("flip", "perhaps", "Expected true or false"),
        ("runs", "/tmp", "Expected options of training.pix2pix, found 'runs'"),
        ("init-from", "/etc", "found 'init-from'"),
        ("data", "/etc", "found 'data'"),
        ("config", "/etc/passwd", "found 'config'"),
    ]:
        with pytest.raises(ValueError, match="Expected") as error:
            line(**{name: value})
        assert words in str(error.value)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (RunRequest("cooking", "emoji", "run"), "Expected one of classes"),
        (RunRequest("pairs", "/etc", "run"), "no data set"),
        (RunRequest("pairs", "emoji", "run", domains=("sketch", "")), "found 'sketch' and ''"),
        (RunRequest("pairs", "emoji", "run", domains=("sketch", "--lr=9")), "what B is"),
        (RunRequest("pairs", "emoji", "a/b"), "name of a run"),
        (RunRequest("pairs", "emoji", "run", "magic"), "as preset"),
        (RunRequest("pairs", "emoji", "run", minutes=0), "either minutes or steps"),
        (RunRequest("pairs", "emoji", "run", minutes=5, steps=5), "either minutes or steps"),
        (RunRequest("pairs", "emoji", "run", minutes=-1), "minutes"),
        (RunRequest("pairs", "emoji", "run", start="digits"), "training.pix2pix has trained"),
        (RunRequest("pairs", "emoji", "run", start="/etc"), "training.pix2pix has trained"),
    ],
)
def test_what_cannot_be_trained_is_said_before_anything_starts(place, asked, words, settings):
    with pytest.raises(ValueError, match="Expected|There is no") as error:
        train_actions.start(settings, asked)
    assert words in str(error.value)
    assert list(place.iterdir()) == []


def test_the_form_has_a_field_for_each_option_and_none_for_paths():
    preset = {"recipe": "cpu", "lambda-nce": 7.0}
    options = {one["name"]: one for one in options_form.with_usual("training.cut", preset)}
    fields = {name: options_form.field(one, None) for name, one in options.items()}
    assert fields["ngf"].placeholder == "32"  # the recipe's
    assert fields["lambda-nce"].placeholder == "7.0"
    assert ("fastcut", "fastcut") in fields["cut-mode"].choices
    assert fields["flip"].value is options["flip"]["default"]
    assert not set(fields) & {"runs", "init-from", "data", "resume"}


def test_what_a_run_says_is_escaped():
    evil = "<img src=x onerror=alert(1)>"
    run = RunSummary(evil, "training", data=evil, message=evil, warnings=[evil])
    report = {
        **{"problem": "", "images": 2, "held_out": 0, "test": 0, "sizes": {"middle": [3, 4]}},
        **{"groups": [{"name": evil, "images": 2}], "advice": [evil], "skipped": [evil]},
    }
    for shown in (run_card.state_card(run), cards.report_card(evil, report)):
        assert "<img" not in shown and "&lt;img" in shown


def test_a_layout_is_drawn_with_a_tile_for_each_picture():
    from xml.etree import ElementTree

    for rule in {rule for task in TASKS for rule in task.layouts}:
        drawn = ElementTree.fromstring(cards.data_layouts.picture(rule))
        tiles = [one for one in drawn.iter("rect") if one.get("rx")]
        assert len(tiles) == sum(len(tiles.split()) for _, tiles in rule.drawn)
        assert [one.text for one in drawn.iter("text")] == [name for name, _ in rule.drawn]


def test_a_task_shows_the_ways_of_the_table_the_usual_one_first():
    usual = ["a folder for each class", "one folder of pictures", "A/ and B/ with pictures of"]
    last = ["trainA/ and trainB/", "one picture, or a folder of some", "a picture for each wr"]
    for task, title in zip(TASKS, [*usual, *last], strict=True):
        assert task.layouts[0].title.startswith(title)
        card = cards.task_card(task)
        assert card.count("<svg") == len(task.layouts)
        assert not any("--" in rule.title for rule in task.layouts)  # no option of a shell


def test_a_position_beyond_the_slider_that_the_server_knows_is_no_fault():
    """The page may have heard of more samples than the server remembers having told it."""
    from app.train.watching.layout import HistorySlider

    assert HistorySlider(0, 1, 0, step=1).preprocess(12) == 12


def test_a_curve_of_a_run_that_is_gone_is_no_fault():
    """A page may still ask for the curves of a run while an answer takes their names away."""
    import gradio as gr

    from app.shared.name_picker import NamePicker
    from app.train.watching.layout import details

    with gr.Blocks():
        watched, *_ = details(gr.HTML(), gr.Column())
    assert isinstance(watched.figures, NamePicker)
    assert watched.figures.preprocess(["validation/texture"]) == ["validation/texture"]


def test_minutes_to_go_on_for_are_added_to_a_budget(place, settings, monkeypatch):
    asked = {}
    monkeypatch.setattr(
        train_actions, "queue", lambda _, name, script, limit: asked.update({name: limit})
    )
    for name, config in (("budget", "minutes: 20\n"), ("epochs", "n_epochs: 40\n")):
        make(place, name, state="finished", minutes=20.0)
        (place / name / "config.yaml").write_text(config)
        train_actions.resume(settings, name, 5)
    assert asked == {"budget": ["--minutes", "25"], "epochs": ["--max-minutes", "5"]}
