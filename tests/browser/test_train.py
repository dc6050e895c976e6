"""The Train tab in Chromium: from a folder to a model that is used."""

import re
import time
import zipfile

import pytest
from helpers import PATIENCE, gradient
from playwright.sync_api import expect

SECONDS = 1000 * PATIENCE
UNASKED = 3_000  # half as long again as the page waits between two looks at what trains


@pytest.fixture
def open_train(open_at, app_to_train_in):
    """Open the Train tab of an app with empty folders."""
    url, _ = app_to_train_in

    def opened(*arguments, **options):
        page = open_at(url, *arguments, **options)
        page.get_by_role("tab", name="Train", exact=True).click()
        page.locator("#start-training").wait_for(timeout=SECONDS)
        return page

    return opened


def button(page, name: str):
    return page.get_by_role("button", name=name, exact=True)


def field(page, label: str):
    return page.get_by_label(label, exact=True)


def choose(page, elem_id: str, option: str) -> None:
    """Pick from a dropdown."""
    page.locator(f"#{elem_id} input").click()
    page.get_by_role("option", name=option, exact=True).click()


def option(page, name: str, value: str) -> None:
    """Set one of the further options."""
    entry = page.locator(f"#option-{name} input")
    entry.wait_for(timeout=SECONDS)  # the scripts are asked for them
    entry.fill(value)


def small_run(page, name: str, steps: int) -> None:
    """Fill in what makes a run of seconds."""
    field(page, "A name for it").fill(name)
    choose(page, "run-start", "Nothing yet: from scratch")
    page.locator("#minutes input[type=number]").fill("0")
    page.locator("#more-choices").get_by_text("More choices").click()
    page.locator("#run-size input").click()
    page.get_by_role("option", name="64 × 64").click()
    field(page, "Steps").fill(str(steps))
    for one in ("ngf", "ndf"):
        option(page, one, "8")


def state(page, *states: str):
    """Wait until the run that is shown has one of these states."""
    selector = ", ".join(f"#run-state [data-state='{one}']" for one in states)
    page.locator(selector).first.wait_for(timeout=SECONDS)


def shown(page, selector: str, width: int):
    """Wait until an image wider than this is loaded."""
    wide = "([selector, width]) => document.querySelector(selector)?.naturalWidth > width"
    page.wait_for_function(wide, arg=[selector, width], timeout=SECONDS)


def test_a_folder_becomes_a_model_that_translates(open_train, own_models, drawings, tmp_path):
    page = open_train()
    page.set_input_files("#data-drop input[type=file]", drawings)
    name = page.locator("#data-name input, #data-name textarea")
    name.wait_for(timeout=SECONDS)  # made from that of the zip
    page.locator("#report h3").wait_for(timeout=SECONDS)  # the last that follows it
    name.fill("my drawings")
    name.press("Enter")
    page.locator("#report h3", has_text="my-drawings").wait_for(timeout=SECONDS)
    expect(page.locator("#report")).to_contain_text("24")
    run_name = page.locator("#run-name input, #run-name textarea")
    expect(run_name).to_have_value("my-drawings-1")
    run_name.fill("../mine")
    button(page, "Start training").click()
    page.get_by_role("alert").get_by_text("the name of a run").wait_for(timeout=SECONDS)
    shown(page, "#look img", 300)
    page.wait_for_function(  # guessed from the pictures
        "document.querySelector('#kind-a input')?.value === 'line drawing'", timeout=SECONDS
    )
    small_run(page, "my run", 12)
    button(page, "Start training").click()
    page.locator("#runs label", has_text="my-run").wait_for(timeout=SECONDS)
    state(page, "stopped")
    expect(page.locator("#run-state")).to_contain_text("--max-steps 12")
    shown(page, "#run-samples img", 190)
    field(page, "Its name as a model").fill("my model")
    button(page, "Use this model").click()
    page.locator("#used").get_by_text("is ready in Draw and Translate.").wait_for(timeout=SECONDS)
    assert (own_models / "my-model" / "config.json").is_file()

    button(page, "Open in Draw").click()
    page.locator(".ink").wait_for(timeout=SECONDS)
    page.get_by_text("It turns line drawing into").locator("visible=true").wait_for(timeout=SECONDS)

    page.get_by_role("tab", name="Train", exact=True).click()
    button(page, "Open in Translate").click()
    page.wait_for_function(
        "[...document.querySelectorAll('.model-picker input')].some("
        "(one) => one.offsetParent && one.value === 'my-model')",
        timeout=SECONDS,
    )
    gradient(80, 60).save(tmp_path / "photo.png")
    page.set_input_files("#source input[type=file]", tmp_path / "photo.png")
    page.get_by_text(re.compile("80 × 60 pixels")).wait_for(timeout=SECONDS)


def test_a_run_is_watched_stopped_resumed_renamed_and_deleted(
    open_train, app_to_train_in, drawings
):
    _, folder = app_to_train_in
    with zipfile.ZipFile(drawings) as archive:  # few: what ships takes long to load and to measure
        archive.extractall(folder / "datasets")
    (folder / "datasets" / "mine" / ".ours").touch()
    page = open_train()
    choose(page, "data", "mine")
    of_mine = page.locator("#report [data-fit='yes']", has_text="mine")  # not what stood before
    of_mine.wait_for(timeout=SECONDS)
    field(page, "A name for it").fill("watched")
    choose(page, "run-start", "Nothing yet: from scratch")
    page.locator("#more-choices").get_by_text("More choices").click()
    page.locator("#run-size input").click()
    page.get_by_role("option", name="64 × 64").click()
    for one in ("ngf", "ndf"):
        option(page, one, "8")
    option(page, "log-every", "8")
    option(page, "sample-every", "16")
    button(page, "Start training").click()
    state(page, "training")
    page.locator("#run-plot svg, #run-plot canvas").first.wait_for(timeout=SECONDS)
    before = page.locator("#run-state").inner_text()
    page.wait_for_function(
        "old => document.querySelector('#run-state').innerText !== old", arg=before, timeout=SECONDS
    )
    page.reload()  # it goes on without the page
    page.get_by_role("tab", name="Train", exact=True).click()
    page.get_by_role("tab", name="Runs", exact=True).click()
    page.locator("#runs label", has_text="watched").click()
    state(page, "training")
    page.wait_for_selector("#run-history input[type=range]", timeout=SECONDS)
    button(page, "Stop and keep what it has learned").click()
    state(page, "stopped")
    expect(page.locator("#run-state")).to_contain_text("Stopped by request.")
    button(page, "Go on").click()
    state(page, "training")
    button(page, "Stop and keep what it has learned").click()
    state(page, "stopped")

    page.get_by_text("Rename or delete").click()
    field(page, "A new name").fill("seen")
    button(page, "Rename").click()
    page.locator("#runs label", has_text="seen").wait_for(timeout=SECONDS)
    assert not (folder / "runs" / "watched").exists()
    button(page, "Delete this run").click()
    button(page, "Delete it for good").locator("visible=true").click()
    page.locator("#runs label", has_text="seen").wait_for(state="detached", timeout=SECONDS)
    assert not (folder / "runs" / "seen").exists()


def test_a_task_asks_for_its_data_alone_and_explains_what_does_not_fit(open_train):
    page = open_train()
    page.get_by_label("A translation, without pairs").click()
    page.get_by_text("pictures that have nothing to do with each other").wait_for(timeout=SECONDS)
    page.get_by_label("Pictures of a kind you choose").click()
    page.get_by_text("whichever class you ask for").wait_for(timeout=SECONDS)
    expect(page.locator("#data-a")).to_be_hidden()
    page.locator("#report h3", has_text="mnist").wait_for(timeout=SECONDS)  # the first that fits
    page.get_by_label("The style of your picture").click()
    page.get_by_text("photographs are here already").wait_for(timeout=SECONDS)
    page.get_by_text("Other ways to add or delete").click()
    page.locator("#data-a").get_by_text("Your painting, or a handful").wait_for(timeout=SECONDS)
    expect(page.locator("#data-b")).to_be_hidden()
    page.locator("#report").get_by_text("great-wave is one picture").wait_for(timeout=SECONDS)
    expect(page.locator("#minutes input[type=number]")).to_have_value("10")


def test_nothing_asks_the_server_while_another_tab_is_open(open_at, app_to_train_in):
    asked = []
    page = open_at(app_to_train_in[0], on_request=asked.append)
    page.wait_for_timeout(1000)
    before = len(asked)
    page.wait_for_timeout(UNASKED)
    assert len(asked) == before
    page.get_by_role("tab", name="Train", exact=True).click()
    page.get_by_role("tab", name="Runs", exact=True).click()
    end = time.monotonic() + SECONDS / 1000
    while len(asked) <= before + 1:
        assert time.monotonic() < end, "it does not ask"
        page.wait_for_timeout(100)
    page.locator("#report [data-fit]").wait_for(state="attached", timeout=SECONDS)
    page.get_by_role("tab", name="Draw", exact=True).click()
    page.wait_for_timeout(1000)
    before = len(asked)
    page.wait_for_timeout(UNASKED)
    assert len(asked) == before


def test_nothing_is_cut_off(open_train, looks):
    page = open_train(390, 844, "system")
    for room in ("New", "Runs"):
        page.get_by_role("tab", name=room, exact=True).click()
        for width in looks(page):
            page.wait_for_timeout(300)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            for box in (one.bounding_box() for one in page.locator("button:visible").all()):
                assert box["x"] >= 0
                assert box["x"] + box["width"] <= width
