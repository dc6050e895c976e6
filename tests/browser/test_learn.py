"""The Learn tab in Chromium."""

import os
import time

import psutil
import pytest
from helpers import PATIENCE
from playwright.sync_api import expect

SECONDS = 1000 * PATIENCE
LESSONS = 6


@pytest.fixture
def open_learn(open_page):
    """Open the Learn tab."""

    def opened(*arguments, **options):
        page = open_page(*arguments, **options)
        page.get_by_role("tab", name="Learn", exact=True).click()
        page.locator("#lesson-card .scenes").wait_for(timeout=SECONDS)
        page.get_by_label("The best possible critic").click()
        page.locator("#animation .line").first.wait_for(timeout=SECONDS)
        return page

    return opened


def drawn(page) -> str:
    """The animation as it is now, as HTML."""
    return page.locator("#animation .stage").inner_html()


def set_slider(page, name: str, value: str) -> None:
    field = page.locator(f"#lesson-{name} input[type=number]")
    field.fill(value)
    field.blur()


def test_a_stored_run_moves_before_anything_is_clicked_and_can_be_held(open_learn):
    page = open_learn(moving=True)
    before = drawn(page)
    page.wait_for_function(
        "old => document.querySelector('#animation .stage').innerHTML !== old", arg=before
    )
    page.get_by_role("button", name="Pause").click()
    held = drawn(page)
    page.wait_for_timeout(400)
    assert drawn(page) == held
    page.locator("#animation input[type=range]").fill("0")
    expect(page.locator("#animation output")).to_have_text("step 0")


def test_a_lesson_is_trained_while_one_looks(open_learn):
    page = open_learn()
    page.get_by_label("Why the generator got another loss").click()
    page.locator("[data-panel=slopes] .line").first.wait_for(timeout=SECONDS)
    set_slider(page, "steps", "60")
    page.wait_for_timeout(300)
    page.locator("#run-lesson").click()
    page.locator("#stop-lesson").wait_for(timeout=SECONDS)
    page.locator("#lesson-status").get_by_text("Trained in").wait_for(timeout=SECONDS)
    page.locator("#run-lesson").wait_for(timeout=SECONDS)
    page.locator("#animation output").get_by_text("step 60").wait_for(timeout=SECONDS)
    expect(page.locator("[data-panel=gradients] .line")).to_have_count(4)  # past and later, of two


def test_training_can_be_stopped(open_learn):
    page = open_learn()
    set_slider(page, "steps", "4000")
    page.wait_for_timeout(300)
    page.locator("#run-lesson").click()
    page.locator("#lesson-status").get_by_text("It trains").wait_for(timeout=SECONDS)
    page.locator("#stop-lesson").click()
    page.locator("#lesson-status").get_by_text("Stopped.").wait_for(timeout=SECONDS)
    page.locator("#run-lesson").wait_for(timeout=SECONDS)
    page.wait_for_timeout(1000)
    expect(page.locator("#lesson-status")).to_have_text("Stopped.")
    page.locator("#run-lesson").click()
    page.locator("#lesson-status").get_by_text("It trains").wait_for(timeout=SECONDS)
    page.get_by_label("Modes found and lost").click()  # another lesson ends this one
    page.locator("[data-panel=plane] .points").wait_for(timeout=SECONDS)
    page.wait_for_timeout(1000)
    expect(page.locator("#lesson-status")).to_contain_text("stored run")
    expect(page.locator("#run-lesson")).to_be_visible()


def lessons_of(url: str) -> list[dict]:
    """The processes that the app at this address trains for its Learn tab."""
    port = int(url.rpartition(":")[2])
    apps = {one.pid for one in psutil.net_connections("tcp") if one.laddr.port == port}
    there = (psutil.Process(pid) for pid in apps if pid and pid != os.getpid())
    children = [child.as_dict(["cmdline"]) for app in there for child in app.children()]
    return [child for child in children if "training.theory" in (child["cmdline"] or ())]


def test_who_leaves_the_page_ends_what_it_trains(open_learn, app_url):
    page = open_learn()
    page.get_by_label("What the game is worth").click()
    page.locator("[data-panel=values] .line").first.wait_for(timeout=SECONDS)
    set_slider(page, "steps", "4000")
    page.wait_for_timeout(300)
    page.locator("#run-lesson").click()
    page.locator("#lesson-status").get_by_text("It trains").wait_for(timeout=SECONDS)
    assert lessons_of(app_url)
    page.close()
    deadline = time.monotonic() + PATIENCE
    while lessons_of(app_url):
        assert time.monotonic() < deadline, "it trains on"
        time.sleep(0.2)


def test_what_does_not_go_together_is_one_sentence(open_learn):
    page = open_learn()
    page.get_by_label("Modes found and lost").click()
    page.get_by_label("Repair: minibatch discrimination").click()
    page.locator("#lesson-objective input").click()
    page.get_by_role("option", name="Wasserstein").click()
    page.wait_for_timeout(500)
    page.locator("#run-lesson").click()
    message = page.locator(".toast-body")
    message.wait_for(timeout=SECONDS)
    expect(message).to_contain_text("another objective than wasserstein")
    assert "Traceback" not in page.content()
    page.locator("#run-lesson").wait_for(timeout=SECONDS)


def test_nothing_is_cut_off(open_learn, looks):
    page = open_learn(390, 844, "system")
    for index in range(LESSONS):
        page.locator("#lesson label").nth(index).click()
        for width in looks(page):
            page.wait_for_timeout(200)
            tab = page.get_by_role("tab", name="Models", exact=True).bounding_box()
            assert tab["x"] + tab["width"] <= width
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            # in one go: the pictures move, and are drawn anew
            ends = page.locator("#lesson-card svg, #animation svg:visible").evaluate_all(
                "all => all.map(one => one.getBoundingClientRect())"
                ".map(box => [box.left, box.right])"
            )
            assert ends
            assert all(left >= 0 and right <= width for left, right in ends)
