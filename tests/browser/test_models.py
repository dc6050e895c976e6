"""The Models tab in Chromium."""

import zipfile

import pytest
from helpers import PATIENCE, save_checkpoint
from playwright.sync_api import expect

SECONDS = 1000 * PATIENCE


@pytest.fixture
def open_models(open_at, app_url, own_models):
    """Open the Models tab of the app with a folder for the user's own models."""

    def opened(*arguments, **options):
        page = open_at(app_url, *arguments, **options)
        page.get_by_role("tab", name="Models", exact=True).click()
        row(page, "outlines").wait_for(timeout=SECONDS)
        choose(page, "digits")
        return page

    return opened


@pytest.fixture
def checkpoints(tmp_path) -> list:
    """Two checkpoints as the reference writes them, there and back."""
    return [save_checkpoint(tmp_path / f"latest_net_G_{way}.pth") for way in "AB"]


def row(page, name: str):
    """A model in the list."""
    radio = page.locator(f"input[value='{name}']")
    return page.locator("#models label").filter(has=radio)


def choose(page, name: str) -> None:
    row(page, name).click()
    card = page.locator("#about-model h3", has_text=name)
    card.wait_for(timeout=SECONDS)


def button(page, name: str):
    return page.get_by_role("button", name=name, exact=True)


def add(page, name: str, *paths) -> None:
    """Fill in the form and send it."""
    page.set_input_files("#model-files input[type=file]", list(paths))
    page.locator("#model-files .file-preview").wait_for(timeout=SECONDS)
    field(page, "Its name").fill(name)
    button(page, "Add it").click()


def field(page, label: str):
    return page.get_by_label(label, exact=True)


def width(image) -> int:
    return image.evaluate("i => i.decode().then(() => i.naturalWidth)")


def test_models_are_listed_with_their_cards_and_chosen_by_mouse_and_by_key(open_models):
    page = open_models()
    expect(row(page, "digits")).to_contain_text("Came with Atelier")
    assert width(row(page, "digits").locator("img")) == 160
    expect(row(page, "digits").locator("input")).to_be_checked()
    expect(page.locator("#about-model")).to_contain_text("Trained on")
    assert width(page.locator("#samples img")) > 500
    expect(button(page, "Delete this model")).to_be_hidden()
    choose(page, "outlines")
    expect(page.locator("#about-model")).to_contain_text("turns outline into emoji")
    expect(row(page, "outlines")).to_contain_text("From another folder")
    row(page, "outlines").locator("input").press("ArrowUp")
    page.locator("#about-model h3", has_text="listener").wait_for(timeout=SECONDS)
    expect(row(page, "listener").locator("input")).to_be_checked()


def test_two_checkpoints_become_a_model_that_is_deleted_after_a_question(
    open_models, own_models, checkpoints
):
    page = open_models()
    page.set_input_files("#model-files input[type=file]", checkpoints)
    field(page, "It turns").fill("photo")
    field(page, "into").fill("painting")
    field(page, "Its name").fill("my paintings")
    field(page, "Its name").press("Enter")
    row(page, "my-paintings").wait_for(timeout=SECONDS)
    expect(page.locator("#added")).to_contain_text("open this page again")
    expect(row(page, "my-paintings").locator("input")).to_be_checked()
    expect(row(page, "my-paintings")).to_contain_text("Your own")
    page.get_by_label("painting → photo").wait_for(timeout=SECONDS)
    expect(field(page, "Its name")).to_have_value("")
    assert (own_models / "my-paintings" / "model.safetensors").is_file()

    button(page, "Delete this model").click()
    page.get_by_text("Delete my-paintings for good?").wait_for(timeout=SECONDS)
    button(page, "Keep it").click()
    page.locator("#confirm").wait_for(state="hidden", timeout=SECONDS)
    button(page, "Delete this model").click()
    page.locator("#confirm").wait_for(timeout=SECONDS)
    choose(page, "digits")  # and the question goes
    page.locator("#confirm").wait_for(state="hidden", timeout=SECONDS)
    choose(page, "my-paintings")
    assert (own_models / "my-paintings").is_dir()
    button(page, "Delete this model").click()
    button(page, "Delete it for good").click()
    row(page, "my-paintings").wait_for(state="detached", timeout=SECONDS)
    assert not (own_models / "my-paintings").exists()
    expect(row(page, "brush").locator("input")).to_be_checked()  # the first one
    expect(page.locator("#added")).to_have_text("")


def test_an_imported_model_is_offered_by_other_tabs_when_the_page_is_opened_again(
    open_models, tiny_models, tmp_path
):
    page = open_models()
    path = tmp_path / "plain.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in tiny_models["plain"].iterdir():
            archive.write(file, f"plain/{file.name}")
    add(page, "from-a-zip", path)
    row(page, "from-a-zip").wait_for(timeout=SECONDS)
    page = open_models()
    page.get_by_role("tab", name="Generate", exact=True).click()
    page.locator(".model-picker input:visible").click()
    before = page.locator(".picture img:visible").first.get_attribute("src")
    page.get_by_role("option", name="from-a-zip", exact=True).click()
    page.wait_for_function(
        "old => [...document.querySelectorAll('.picture img')].some(i => i.offsetParent && i.src "
        "!== old)",
        arg=before,
        timeout=SECONDS,
    )


def test_a_model_is_downloaded_as_a_zip_and_as_onnx(open_models, tmp_path):
    ort = pytest.importorskip("onnxruntime")
    page = open_models()
    button(page, "Zip for another Atelier").click()
    with page.expect_download(timeout=SECONDS) as download:
        page.locator("#file a[download]").click(timeout=SECONDS)
    assert download.value.suggested_filename == "digits.zip"
    download.value.save_as(tmp_path / "digits.zip")
    with zipfile.ZipFile(tmp_path / "digits.zip") as archive:
        assert {"digits/config.json", "digits/model.safetensors"} <= set(archive.namelist())
    button(page, "ONNX for other programs").click()
    page.get_by_text("Writing the file and comparing pictures").wait_for(timeout=SECONDS)
    file = page.locator("#file a[download$='.onnx']")  # no longer the zip
    file.wait_for(timeout=SECONDS)
    with page.expect_download(timeout=SECONDS) as download:
        file.click()
    assert download.value.suggested_filename == "digits.onnx"
    download.value.save_as(tmp_path / "digits.onnx")
    assert ort.InferenceSession(tmp_path / "digits.onnx").get_outputs()[0].name == "picture"


def test_a_file_that_is_no_model_gets_one_sentence_and_the_list_can_still_be_used(
    open_models, tmp_path
):
    page = open_models()
    (tmp_path / "fake.zip").write_text("no zip")
    add(page, "fake", tmp_path / "fake.zip")
    message = page.locator(".toast-body")
    message.wait_for(timeout=SECONDS)
    expect(message).to_contain_text("Expected a complete zip file in fake.zip")
    assert "Traceback" not in page.content()
    choose(page, "digits-gan")
    expect(field(page, "Its name")).to_have_value("fake")


def test_a_model_that_cannot_be_read_is_listed_and_what_it_says_is_not_run(open_models, own_models):
    name = "${document.title='run'}{{value}}<img src=x onerror=alert(1)>"
    for folder, content in (("broken", '{"x": "${alert(1)}"'), (name, "{}")):
        (own_models / folder).mkdir(parents=True)
        (own_models / folder / "config.json").write_text(content)
    page = open_models()
    page.locator("#models label", has_text="{{value}}").click()
    page.locator("#about-model h3", has_text="{{value}}").wait_for(timeout=SECONDS)
    assert page.title() == "Atelier"
    expect(page.locator("#about-model")).to_contain_text(name)
    expect(row(page, "broken")).to_contain_text(
        "Cannot be used: Expected JSON in broken/config.json"
    )
    choose(page, "broken")
    page.locator("#take-along").wait_for(state="hidden", timeout=SECONDS)
    button(page, "Delete this model").click()
    button(page, "Delete it for good").click()
    row(page, "broken").wait_for(state="detached", timeout=SECONDS)


def test_nothing_is_cut_off(open_models, looks):
    page = open_models(390, 844, "system")
    for width in looks(page):
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        boxes = [*page.locator("#models label").all(), *page.locator("button:visible").all()]
        for box in (one.bounding_box() for one in boxes):
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
        parts = ("#models", "#samples", "#add")
        places = [page.locator(name).bounding_box()["y"] for name in parts]
        assert places[0] <= places[1] < places[2]
