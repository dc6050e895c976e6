"""The front page in Chromium: its ways in, addresses that open a tab, and shortcuts."""

from helpers import PATIENCE
from playwright.sync_api import expect

SECONDS = 1000 * PATIENCE


def opened(page, name: str) -> None:
    """Wait until a tab is open."""
    tab = page.get_by_role("tab", name=name, exact=True)
    tab.and_(page.locator("[aria-selected=true]")).wait_for(timeout=SECONDS)


def test_the_page_opens_on_ways_in_and_its_address_leads_back(open_at, app_url):
    page = open_at(app_url)
    page.get_by_text("Nothing leaves it").wait_for(timeout=SECONDS)
    box = page.get_by_role("tab", name="Generate", exact=True).bounding_box()
    assert box["y"] < 800  # the tabs are in sight
    page.get_by_role("link", name="Repaint a photograph").click()
    opened(page, "Translate")
    assert page.url.endswith("?tab=translate&model=photo-vangogh")
    model = page.get_by_label("Model", exact=True).locator("visible=true")
    expect(model).to_have_value("photo-vangogh")
    page.get_by_role("tab", name="Models", exact=True).click()
    page.wait_for_url("**/?tab=models", timeout=SECONDS)
    page.reload()
    opened(page, "Models")
    expect(page.locator("#front")).to_be_hidden()


def test_an_address_opens_a_tab_and_a_model_and_keys_do_the_rest(open_at, app_url):
    page = open_at(app_url)
    page.goto(f"{app_url}?tab=translate&model=photo-ukiyoe")
    opened(page, "Translate")
    page.get_by_role("heading", name="photo-ukiyoe").locator("visible=true").wait_for(
        timeout=SECONDS
    )
    page.keyboard.press("Alt+Digit6")
    opened(page, "Learn")
    page.keyboard.press("?")
    page.get_by_text("Show these shortcuts").locator("visible=true").wait_for(timeout=SECONDS)
    page.keyboard.press("Escape")
    expect(page.locator("#shortcuts")).to_be_hidden()
    page.goto(f"{app_url}?tab=draw&model=nobody")
    opened(page, "Draw")
    page.get_by_text("There is no model named nobody").wait_for(timeout=SECONDS)
