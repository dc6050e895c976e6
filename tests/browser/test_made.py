"""The gallery of Generate and the shelf of what was made, in Chromium."""

import json
from urllib.request import urlopen

from helpers import PATIENCE
from playwright.sync_api import expect

SECONDS = 1000 * PATIENCE


def says(page, selector: str, words: str) -> None:
    page.locator(selector, has_text=words).wait_for(timeout=SECONDS)


def test_a_picture_of_the_gallery_is_chosen_varied_and_becomes_another(open_page):
    page = open_page()
    page.locator("#pictures .thumbnail-lg").first.click()
    says(page, "#pictures-words", "picture 1, seed 2026")
    page.locator("#pictures .thumbnail-small").nth(1).click()  # beneath the large one
    says(page, "#pictures-words", "From picture 1 to picture 2")
    page.locator("#pictures-between").click()
    way = page.locator("#pictures-way img")
    way.wait_for(timeout=SECONDS)
    assert b"WEBP" in urlopen(way.get_attribute("src")).read()[:16]
    page.locator("#pictures-more").click()
    says(page, "#pictures-words", "Click a picture")
    page.locator("#pictures .preview").wait_for(state="detached", timeout=SECONDS)
    picture = page.locator("#pictures img").last.get_attribute("src")
    about = urlopen(picture).read()
    assert b'"picture": 1' in about and b'"near"' in about
    expect(page.locator("#front")).to_be_visible()  # nothing was opened yet
    page.locator("#pictures-to-translate").click()
    page.locator("[data-tab-id=translate][aria-selected=true]").wait_for(timeout=SECONDS)
    page.locator("#front").wait_for(state="hidden", timeout=SECONDS)
    page.wait_for_url("**/?tab=translate", timeout=SECONDS)


def test_what_is_made_stays_on_the_shelf_is_used_again_and_goes(open_page):
    page = open_page()
    page.locator("#fresh input").uncheck()
    page.locator("#seed input").fill("77")
    page.locator("#seed input").blur()
    page.locator(".classes label", has_text="7").click()  # draws at once
    page.wait_for_function("() => document.querySelector('#pictures img')", timeout=SECONDS)
    page.get_by_role("button", name="Made so far").click()
    results = page.locator("#shelf img")
    results.first.wait_for(timeout=SECONDS)
    page.reload()
    page.locator("#pictures img").first.wait_for(timeout=SECONDS)
    expect(page.locator("#seed input")).to_have_value("2026")
    page.get_by_role("button", name="Made so far").click()
    results.first.wait_for(timeout=SECONDS)
    file = urlopen(results.first.evaluate("i => new URL(i.dataset.full, location).href")).read()
    assert b'"seed": 77' in file
    results.first.click()
    says(page, "#shelf-about", "Seed 77")
    expect(page.locator("#front")).to_be_visible()
    page.get_by_role("button", name="Use its settings").click()
    page.locator("#front").wait_for(state="hidden", timeout=SECONDS)
    page.wait_for_function(
        "() => document.querySelector('#seed input').value === '77'", timeout=SECONDS
    )
    address = page.locator("#pictures img").first.get_attribute("src")
    assert json.dumps({"class": "7", "seed": 77})[1:-1].encode() in urlopen(address).read()
    results.first.click()
    page.locator("#delete-all-made").click()
    page.locator("#really-delete-all").click()
    says(page, "#shelf-about", "Nothing yet")
    expect(results).to_have_count(0)
