"""The Draw tab in Chromium."""

import base64
import json
from io import BytesIO

import pytest
from helpers import PATIENCE
from PIL import Image
from playwright.sync_api import expect

from tests.app.draw.test_photographed import drawing, photographed

SECONDS = 1000 * PATIENCE
LISTENER = "emoji"  # takes words and dabs
# dark pixels on the canvas, and how often the picture beside it was renewed
INK = """() => {
  const ink = document.querySelector(".ink"), side = ink.width;
  const pixels = ink.getContext("2d").getImageData(0, 0, side, side).data;
  return pixels.filter((value, at) => at % 4 === 0 && value < 128).length;
}"""
WATCH = """() => {
  window.renewed = [];
  new MutationObserver((changes) => {
    for (const { target } of changes) if (target.tagName === "IMG") renewed.push(target.src);
  }).observe(document.querySelector("#translation"), { subtree: true, attributes: true });
}"""


def ink(page) -> int:
    return page.evaluate(INK)


def shown(page) -> str:
    return page.locator("#translation img").get_attribute("src")


def wait_for_new(page, old: str) -> str:
    page.wait_for_function(
        "old => document.querySelector('#translation img').src !== old", arg=old, timeout=SECONDS
    )
    return shown(page)


def pixels(address: str) -> bytes:
    with Image.open(BytesIO(base64.b64decode(address.split(",")[1]))) as image:
        return image.tobytes()


def parameters(address: str) -> dict:
    with Image.open(BytesIO(base64.b64decode(address.split(",")[1]))) as image:
        return json.loads(image.text["parameters"])


def tool(page, name: str):
    return page.get_by_role("button", name=name, exact=True)


def go_to(page, x: float, y: float, steps: int = 1) -> None:
    """Move the mouse to a place on the canvas, both from 0 to 1."""
    page.locator(".ink").scroll_into_view_if_needed()
    box = page.locator(".ink").bounding_box()
    page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=steps)


def stroke(page, *places: tuple[float, float]) -> None:
    """Draw a line through these places and wait for its translation."""
    before = shown(page)
    go_to(page, *places[0])
    page.mouse.down()
    for place in places[1:]:
        go_to(page, *place, steps=8)
    page.mouse.up()
    wait_for_new(page, before)


def test_the_translation_follows_the_pen_and_is_downloaded_with_its_parameters(
    open_canvas, tmp_path
):
    page = open_canvas()
    page.evaluate(WATCH)
    go_to(page, 0.2, 0.2)
    page.mouse.down()
    for count in range(1, 4):  # three updates at least, and the mouse is still down
        go_to(page, 0.2 + 0.2 * count, 0.2 + 0.15 * count, steps=5)
        page.wait_for_function("count => renewed.length >= count", arg=count, timeout=SECONDS)
    page.mouse.up()
    assert len(set(page.evaluate("renewed"))) >= 3
    expect(page.locator("#words")).to_contain_text("Translated in")
    with page.expect_download() as download:
        page.locator("#translation a[download]").click()
    download.value.save_as(tmp_path / "picture.png")
    with Image.open(tmp_path / "picture.png") as image:
        assert (image.format, image.size) == ("PNG", (256, 256))
        about = json.loads(image.text["parameters"])
    assert about == {"model": "outlines", "direction": "A to B"}


def test_an_empty_canvas_says_what_to_do_until_a_tap_or_a_surprise(open_canvas):
    page = open_canvas()
    with Image.open(BytesIO(base64.b64decode(shown(page).split(",")[1]))) as image:
        assert image.convert("L").getextrema() == (255, 255)
    expect(page.locator("#words")).to_contain_text("Draw something")
    expect(page.get_by_text("Draw here")).to_be_visible()
    stroke(page, (0.5, 0.5))
    expect(page.get_by_text("Draw here")).to_be_hidden()
    width = 7 * 3
    dot = ink(page)
    assert dot == pytest.approx(3.14159 * (width / 2) ** 2, rel=0.1)
    before = shown(page)
    tool(page, "Surprise me").click()
    wait_for_new(page, before)
    assert ink(page) > 1000
    tool(page, "Undo").click()
    assert ink(page) == dot


def test_the_tab_opens_with_a_finished_drawing(open_page):
    page = open_page()
    page.get_by_role("tab", name="Draw", exact=True).click()
    page.wait_for_function(f"({INK})() > 1000")
    assert tool(page, "Undo").is_disabled()
    with Image.open(BytesIO(base64.b64decode(shown(page).split(",")[1]))) as image:
        assert image.convert("L").getextrema()[0] < 100
    expect(tool(page, "Dab colours")).to_be_visible()
    expect(page.locator("#answers img")).to_have_count(4)


def test_undo_redo_and_clear_by_button_and_by_key(open_canvas):
    page = open_canvas()
    stroke(page, (0.2, 0.2), (0.8, 0.2))
    one = ink(page)
    stroke(page, (0.2, 0.8), (0.8, 0.8))
    two = ink(page)
    assert two > one > 0
    before = shown(page)
    page.keyboard.press("Control+z")
    assert ink(page) == one
    wait_for_new(page, before)
    page.keyboard.press("Control+Shift+Z")
    assert ink(page) == two
    tool(page, "Undo").click()
    tool(page, "Undo").click()
    assert ink(page) == 0
    tool(page, "Redo").click()
    tool(page, "Redo").click()
    assert ink(page) == two
    tool(page, "Clear").click()
    assert ink(page) == 0
    page.get_by_text("Draw something").wait_for(timeout=SECONDS)
    page.keyboard.press("Control+z")
    assert ink(page) == two
    page.get_by_role("tab", name="Generate", exact=True).click()
    page.keyboard.press("Control+z")  # not meant for the canvas
    page.get_by_role("tab", name="Draw", exact=True).click()
    assert ink(page) == two  # it stayed while another tab was open


def test_the_eraser_takes_away_and_thickness_makes_thicker(open_canvas):
    page = open_canvas()
    stroke(page, (0.2, 0.5), (0.8, 0.5))
    thin = ink(page)
    tool(page, "Eraser").click()
    stroke(page, (0.5, 0.2), (0.5, 0.8))
    assert 0 < ink(page) < thin
    tool(page, "Clear").click()
    tool(page, "Pen").click()
    page.get_by_label("Thickness").fill("20")
    stroke(page, (0.2, 0.5), (0.8, 0.5))
    assert ink(page) > 2 * thin


def test_a_finger_draws_and_does_not_scroll(open_canvas):
    page = open_canvas(390, 844, has_touch=True, is_mobile=True)
    page.locator(".ink").scroll_into_view_if_needed()
    box, before = page.locator(".ink").bounding_box(), shown(page)
    scrolled = page.evaluate("scrollY")
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *places: float) -> None:
        points = [{"x": box["x"] + 100, "y": box["y"] + place} for place in places]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 60)
    for place in range(70, 270, 20):
        touch("touchMove", place)
    wait_for_new(page, before)  # the finger is still down
    touch("touchEnd")
    assert ink(page) > 1000
    assert page.evaluate("scrollY") == scrolled


def test_an_uploaded_photograph_gives_its_lines_or_is_traced_and_no_picture_one_sentence(
    open_canvas, tmp_path
):
    page = open_canvas()
    (tmp_path / "notes.png").write_text("no picture")
    page.set_input_files(".easel input[type=file]", tmp_path / "notes.png")
    page.get_by_text("found notes.png, which does not open").wait_for(timeout=SECONDS)
    photographed(drawing(300, 3), shadow=True).save(tmp_path / "house.jpg")
    page.set_input_files(".easel input[type=file]", tmp_path / "house.jpg")
    page.locator(".lines").wait_for(timeout=SECONDS)
    assert ink(page) == 0  # they only lie over the drawing
    expect(page.get_by_label("A drawing", exact=True)).to_be_checked()
    before = shown(page)
    tool(page, "Use these lines").click()
    wait_for_new(page, before)
    assert 768**2 * 0.05 < ink(page) < 768**2 * 0.3  # lines, and not the grey paper
    expect(page.locator(".lines")).to_be_hidden()
    page.set_input_files(".easel input[type=file]", tmp_path / "house.jpg")
    tool(page, "Trace it by hand").click()
    expect(page.locator(".traced")).to_be_visible()
    tool(page, "Remove it").click()
    expect(page.locator(".traced")).to_be_hidden()


def inside(address: str) -> tuple[int, int, int]:
    """The colour in the middle of a picture."""
    with Image.open(BytesIO(base64.b64decode(address.split(",")[1]))) as image:
        return image.convert("RGB").getpixel((image.width // 2, image.height // 2))


def test_a_strawberry_is_told_by_its_word_by_dabs_and_by_choosing(open_canvas, tmp_path):
    page = open_canvas(model=LISTENER)
    stroke(page, (0.5, 0.2), (0.8, 0.35), (0.5, 0.85), (0.2, 0.35), (0.5, 0.2))
    wordless = shown(page)
    page.get_by_label("What is it?").fill("straw")
    page.locator("#suggestions label").get_by_text("strawberry", exact=True).click()
    said = wait_for_new(page, wordless)
    while parameters(said).get("words") != "strawberry":  # first "straw", which is not known
        said = wait_for_new(page, said)
    assert pixels(said) != pixels(wordless)
    red, green, blue = inside(said)
    assert red > max(green, blue) + 60 and inside(wordless) != inside(said)
    tool(page, "Dab colours").click()
    stroke(page, (0.5, 0.45), (0.55, 0.5))
    dabbed = shown(page)
    assert "hints" in parameters(dabbed) and pixels(dabbed) != pixels(said)
    page.locator("#answers label").nth(2).click()
    chosen = wait_for_new(page, dabbed)
    while "seeds" not in parameters(chosen):  # first what was still on its way
        chosen = wait_for_new(page, chosen)
    assert set(parameters(chosen)) == {"model", "direction", "words", "hints", "seeds"}
    tool(page, "Undo").click()  # the dab alone
    undone = wait_for_new(page, chosen)
    assert "hints" not in parameters(undone) and ink(page) > 1000
    tool(page, "Take a colour from a picture").click()
    page.locator("#translation img").click(position={"x": 2, "y": 2})
    colour = page.get_by_label("Colour of the brush").input_value()
    with Image.open(BytesIO(base64.b64decode(shown(page).split(",")[1]))) as image:
        assert colour == "#{:02x}{:02x}{:02x}".format(*image.convert("RGB").getpixel((1, 1)))
    with page.expect_download() as download:
        tool(page, "Download as SVG").click()
    assert "strawberry" in download.value.path().read_text("utf-8")


def test_nothing_is_cut_off(open_canvas, looks):
    page = open_canvas(390, 844, "system", model=LISTENER)
    for width in looks(page):
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for button in page.locator(".easel button:visible").all():
            box = button.bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
            assert button.evaluate("b => b.scrollWidth <= b.clientWidth")
            assert button.get_attribute("aria-label") or button.inner_text()
        names = (".ink", "#translation img")
        canvas, picture = (page.locator(name).bounding_box() for name in names)
        assert canvas["width"] == pytest.approx(canvas["height"], abs=1)
        assert picture["width"] == pytest.approx(picture["height"], abs=1)
        assert picture["y"] + picture["height"] <= 844  # both are in sight while drawing
        assert canvas["y"] + canvas["height"] <= 844
