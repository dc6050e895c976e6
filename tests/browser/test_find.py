"""The Find part of the Generate tab in Chromium."""

from helpers import PATIENCE
from playwright.sync_api import expect

SECONDS = 1000 * PATIENCE


def go_to_find(page) -> None:
    page.get_by_role("tab", name="Find", exact=True).click()
    page.wait_for_selector("#own-digit .ink:visible", timeout=SECONDS)


def draw_a_seven(page) -> None:
    page.locator("#own-digit .ink").scroll_into_view_if_needed()
    box = page.locator("#own-digit .ink").bounding_box()
    places = [(0.28, 0.25), (0.7, 0.25), (0.45, 0.8)]
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=8)
    page.mouse.up()


def test_nothing_gets_one_sentence_and_a_drawn_digit_is_found_and_varied(open_page):
    page = open_page(390, 900)
    go_to_find(page)
    assert page.locator("#own-digit [data-act=surprise]").is_hidden()  # it gives outlines
    page.locator("#find-digit").click()
    message = page.locator(".toast-body")
    message.wait_for(timeout=SECONDS)
    expect(message).to_contain_text("empty picture")
    page.locator(".toast-close").click()  # it lies over the canvas
    message.wait_for(state="detached", timeout=SECONDS)
    draw_a_seven(page)
    page.wait_for_timeout(400)  # the drawing is told at most eight times a second
    page.locator("#find-digit").click()
    page.locator("#twin img").wait_for(timeout=SECONDS)
    expect(page.locator("#twin-words")).to_contain_text("sees 7")
    row = page.locator("#variations img")
    row.wait_for(timeout=SECONDS)
    before = row.get_attribute("src")
    number = page.locator("#distance input[type=number]")
    number.fill("0.8")
    number.blur()
    page.wait_for_function(
        "old => document.querySelector('#variations img').src !== old", arg=before, timeout=SECONDS
    )
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
