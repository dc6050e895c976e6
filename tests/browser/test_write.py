"""The Write tab in Chromium."""

import io
import shutil

import pytest
from helpers import PATIENCE
from PIL import Image
from playwright.sync_api import expect

SECONDS = 1000 * PATIENCE
PICTURE = "#sheet img"
MANNERS = ["Regular (kaisho)", "Running (gyosho)", "Soseki"]


def go_to_tab(page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def source(page) -> str:
    return page.locator(PICTURE).get_attribute("src")


def wait_for_new(page, old: str) -> str:
    page.wait_for_function(
        "([picture, old]) => document.querySelector(picture)?.src !== old",
        arg=[PICTURE, old],
        timeout=SECONDS,
    )
    return source(page)


def test_a_line_is_typed_changed_and_taken_along(open_at, app_url, tmp_path):
    page = open_at(app_url)
    go_to_tab(page, "Write")
    page.locator(PICTURE).wait_for(timeout=SECONDS)
    before = source(page)
    page.locator("#to-write textarea").fill("永和")
    written = wait_for_new(page, before)
    page.locator(PICTURE).click(position={"x": 60, "y": 60})
    page.get_by_text("永, by itself").wait_for(timeout=SECONDS)
    page.locator("#by-itself input[type=range]").fill("1")
    wait_for_new(page, written)
    with page.expect_download(timeout=SECONDS) as download:
        page.get_by_role("button", name="SVG", exact=True).click()
    download.value.save_as(tmp_path / "line.svg")
    assert (tmp_path / "line.svg").read_text().startswith("<svg")


def test_a_line_that_is_typed_can_be_read(open_at, app_url):
    pytest.importorskip("rapidocr")
    from training.metrics import glyphs

    page = open_at(app_url)
    go_to_tab(page, "Write")
    page.locator(PICTURE).wait_for(timeout=SECONDS)
    before = source(page)
    page.get_by_label("Rows").check()
    before = wait_for_new(page, before)
    manner = page.get_by_label("Manner", exact=True).locator("visible=true").first
    expect(manner).to_have_value("Regular (kaisho)")
    for chosen in ("Running (gyosho)", "Regular (kaisho)"):
        manner.click()
        options = page.get_by_role("option").locator("visible=true").all_inner_texts()
        assert [one.strip("✓ \n") for one in options] == MANNERS
        page.get_by_role("option", name=chosen).click()
        before = wait_for_new(page, before)
    line = "天朗氣清惠風和暢"
    page.locator("#to-write textarea").fill(line)
    wait_for_new(page, before)
    seen = Image.open(io.BytesIO(page.locator(PICTURE).screenshot()))
    read = glyphs.words(seen)
    assert sum(one == other for one, other in zip(read, line, strict=False)) >= 6, read


def test_an_address_chooses_who_writes(open_at, app_url, own_models, tiny_writer):
    shutil.copytree(tiny_writer, own_models / "my-hand")
    page = open_at(app_url)
    page.goto(f"{app_url}?tab=write&model=my-hand")
    page.locator(PICTURE).wait_for(timeout=SECONDS)
    model = page.get_by_label("Model", exact=True).locator("visible=true")
    expect(model).to_have_value("my-hand")
    # the font of that model has these and no others
    page.get_by_text("font has no 山 水 有 清 音").wait_for(timeout=SECONDS)


def test_on_a_phone_the_sheet_stands_right_below_the_text(open_at, app_url):
    page = open_at(app_url, width=390, height=844)
    page.goto(f"{app_url}?tab=write")
    page.locator(PICTURE).wait_for(timeout=SECONDS)
    text, sheet = (page.locator(one).bounding_box() for one in ("#to-write", "#sheet"))
    assert 0 < sheet["y"] - (text["y"] + text["height"]) < 40
