"""The Generate tab in Chromium."""

import json
from io import BytesIO
from urllib.request import urlopen

import numpy as np
from helpers import PATIENCE
from PIL import Image
from playwright.sync_api import expect

SECONDS = 1000 * PATIENCE


def shown(page) -> str:
    """The address of the picture that the open part shows."""
    return page.locator(".picture img:visible").first.get_attribute("src")


def wait_for_new(page, old: str) -> str:
    page.wait_for_function(
        "old => [...document.querySelectorAll('.picture img')].find(i => i.offsetParent)?.src"
        " !== old && [...document.querySelectorAll('.picture img')].some(i => i.offsetParent)",
        arg=old,
        timeout=SECONDS,
    )
    return shown(page)


def test_pictures_are_there_before_anything_is_clicked(open_page):
    page = open_page()
    for tab in ("Pick", "Number", "Compare", "Morph"):
        page.get_by_role("tab", name=tab, exact=True).click()
        image = page.locator(".picture img:visible").first
        image.wait_for(timeout=SECONDS)
        assert image.evaluate("i => i.decode().then(() => i.naturalWidth)") > 100
    expect(page.locator(".card")).to_contain_text("show what was asked for")


def test_opening_the_page_and_its_tabs_leaves_the_queue_alone_and_so_does_enter(open_page):
    asked = []
    page = open_page(on_request=asked.append)
    for tab, part in (
        ("Draw", page.get_by_label("Thickness")),
        ("Translate", page.locator("#source")),
        ("Models", page.locator("#models input[value=digits]")),
    ):
        page.get_by_role("tab", name=tab, exact=True).click()
        part.wait_for(state="attached", timeout=SECONDS)
        if tab != "Translate":
            part.press("Enter")  # draws nothing, adds nothing
    page.wait_for_timeout(1000)
    assert any("/run/predict" in url for url in asked)
    assert not any("/queue/" in url for url in asked)  # or it could drop the first click
    expect(page.locator(".toast-body")).to_be_hidden()


def test_a_class_by_its_button_and_by_enter_a_seed_and_a_number_are_drawn(open_page):
    page = open_page()
    before = shown(page)
    page.locator(".classes label", has_text="7").click()
    chosen = wait_for_new(page, before)
    page.locator("#draw").click()
    address = wait_for_new(page, chosen)  # it brings its seed, too
    assert all(b'"class": "7"' in urlopen(one).read() for one in (chosen, address))
    page.locator("#fresh input").uncheck()
    field = page.locator("#seed input")
    field.fill("77")
    field.press("Enter")
    assert b'"seed": 77' in urlopen(wait_for_new(page, address)).read()
    page.get_by_role("tab", name="Number", exact=True).click()
    before = shown(page)
    field = page.locator("#text input, #text textarea").first
    field.fill("1984")
    field.press("Enter")
    assert b'"text": "1984"' in urlopen(wait_for_new(page, before)).read()


def test_what_is_asked_for_while_a_picture_is_drawn_is_drawn_next(open_page):
    page = open_page()
    page.locator("#fresh input").uncheck()
    address, held = shown(page), []
    page.route("**/queue/join*", lambda asked: held.append(asked), times=1)  # under way for long
    page.locator("#seed input").fill("76")
    page.locator("#draw").click()
    page.wait_for_timeout(500)
    page.locator("#seed input").fill("77")
    page.locator("#draw").click()
    page.wait_for_timeout(500)
    held[0].continue_()
    while b'"seed": 77' not in urlopen(address).read():
        address = wait_for_new(page, address)


def says(page, words: str) -> None:
    page.locator(".toast-body", has_text=words).wait_for(timeout=SECONDS)


def test_letters_nothing_and_no_seed_get_one_sentence_in_the_page(open_page):
    page = open_page()
    page.get_by_role("tab", name="Number", exact=True).click()
    shown(page)  # the tab is made when it is opened: what is typed before that is lost
    field = page.locator("#text input, #text textarea").first
    for text, words in (("12x4", "found 'x'"), ("", "something to write")):
        field.fill(text)
        field.blur()
        page.wait_for_timeout(300)
        with page.expect_request(lambda asked, text=text: sent(asked, text)):
            page.locator("#write").click()
        says(page, words)
    page.get_by_role("tab", name="Pick", exact=True).click()
    page.locator("#fresh input").uncheck()
    page.locator("#seed input").fill("")
    page.locator("#draw").click()
    says(page, "seed")
    assert "Traceback" not in page.content()


def sent(request, text: str) -> bool:
    return json.dumps(text) in (request.post_data or "")


def test_a_model_without_classes_hides_what_needs_them(open_page):
    page = open_page()
    expect(page.locator(".classes")).to_be_visible()
    before = shown(page)
    page.locator(".model-picker input").click()
    page.get_by_role("option", name="digits-gan").click()
    address = wait_for_new(page, before)
    assert json.dumps("digits-gan").encode() in urlopen(address).read()
    page.locator(".classes").wait_for(state="hidden", timeout=SECONDS)
    write, compare = (
        page.get_by_role("tab", name=tab, exact=True) for tab in ("Number", "Compare")
    )
    expect(write).to_be_hidden()
    expect(compare).to_be_hidden()
    expect(page.locator(".card")).to_contain_text("digits-gan")
    page.locator(".model-picker input").click()
    page.get_by_role("option", name="digits", exact=True).click()
    write.wait_for(timeout=SECONDS)
    expect(compare).to_be_visible()


def test_nothing_is_cut_off(open_page, looks):
    page = open_page(390, 844, "system")
    for width in looks(page):
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        expect(page.locator("#draw")).to_be_visible()


def test_an_address_may_ask_for_the_dark_theme(open_page):
    dark = "document.body.classList.contains('dark')"
    assert open_page(theme="dark").evaluate(dark)
    assert not open_page(theme="light").evaluate(dark)


def test_a_voice_for_people_without_a_microphone_is_drawn(open_page):
    page = open_page()
    page.get_by_role("tab", name="Listen", exact=True).click()
    page.locator("#try-voice").click()
    page.locator("#heard img").wait_for(timeout=SECONDS)
    expect(page.locator("#heard-words")).to_contain_text("Heard")


def test_words_are_drawn_in_every_hand_where_a_model_takes_them(open_page):
    page = open_page()
    words = page.get_by_role("tab", name="Words", exact=True)
    expect(words).to_be_hidden()
    page.locator(".model-picker input").click()
    page.get_by_role("option", name="emoji-words", exact=True).click()
    words.wait_for(timeout=SECONDS)
    expect(page.get_by_role("tab", name="Pick", exact=True)).to_be_hidden()
    first = page.locator("#worded img").first
    first.wait_for(timeout=SECONDS)
    address = first.get_attribute("src")
    assert colour_of(address) == "red"  # an apple
    page.locator("#prompt input").fill("a blue heart")
    page.locator("#prompt input").press("Enter")
    page.locator("#draw-words").click()
    address = wait_for_new(page, address)
    assert colour_of(address) == "blue"
    about = urlopen(address).read()
    assert b"a blue heart" in about and b'"hand"' in about


def colour_of(address: str) -> str:
    """The colour that most of a picture's middle has most of."""
    with Image.open(BytesIO(urlopen(address).read())) as image:
        pixels = np.asarray(image.convert("RGB"))
    rows, columns = (slice(side // 3, 2 * side // 3) for side in pixels.shape[:2])
    most = pixels[rows, columns].argmax(2)
    return ("red", "green", "blue")[np.bincount(most.ravel()).argmax()]
