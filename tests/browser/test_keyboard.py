"""The page by keyboard, in Chromium: what has the focus is seen, and all of it can be used."""

from helpers import PATIENCE

SECONDS = 1000 * PATIENCE
# of what has the focus: a name for it where nothing shows that it has
UNSEEN = """() => {
  const one = document.activeElement;
  if (one === document.body) return "";
  const parts = [one, one.closest("label"), one.querySelector(".inner")].filter(Boolean);
  const looks = parts.map((part) => getComputedStyle(part));
  const seen = looks.some((look) => (look.outlineStyle !== "none" && look.outlineWidth !== "0px") ||
    look.boxShadow.includes("2px"));
  return seen ? "" : one.outerHTML.slice(0, 200);
}"""


# true once the translated picture has been the same for three seconds: the address's model comes
# after the one that the page opens with, and its picture takes the line's place
SETTLED = """() => {
  const src = document.querySelector("#before-after img.fixed")?.src;
  if (window.last?.src !== src) window.last = {src, at: performance.now()};
  return src && performance.now() - window.last.at > 3000;
}"""


def test_what_has_the_focus_is_seen_in_every_tab(open_at, app_url):
    page = open_at(app_url)
    unseen = set()
    for tab in ("", "1", "2", "4", "5"):
        if tab:
            page.keyboard.press(f"Alt+Digit{tab}")
            page.wait_for_timeout(500)
        for _ in range(25):
            page.keyboard.press("Tab")
            unseen.add(page.evaluate(UNSEEN))
    assert unseen == {""}


def test_the_line_between_before_and_after_is_moved_by_keys(open_at, app_url):
    page = open_at(app_url)
    page.goto(f"{app_url}?tab=translate&model=outlines")
    line = page.get_by_role("slider", name="Before and after")
    line.wait_for(timeout=SECONDS)
    page.locator("#translated").get_by_text("An example").wait_for(timeout=SECONDS)
    page.wait_for_function(SETTLED, timeout=SECONDS)
    after = "() => document.querySelector('#before-after img.fixed').style.clipPath"
    places = []
    for key in ("ArrowLeft", "ArrowLeft", "End", "Home", "ArrowRight"):
        before = page.evaluate(after)
        line.press(key)
        page.wait_for_function(f"old => ({after})() !== old", arg=before, timeout=SECONDS)
        page.wait_for_timeout(100)
        places.append(int(line.get_attribute("aria-valuenow")))
    first, second, end, home, last = places
    assert (
        home < last < second < first < end
    )  # of the picture, which may be narrower than its field


def test_escape_closes_what_is_open(open_at, app_url):
    page = open_at(app_url)
    page.keyboard.press("?")
    page.locator("#shortcuts").wait_for(timeout=SECONDS)
    page.keyboard.press("Escape")
    page.locator("#shortcuts").wait_for(state="hidden", timeout=SECONDS)
    page.locator("#pictures .thumbnail-lg").first.click()
    page.locator("#pictures .preview").wait_for(timeout=SECONDS)
    page.keyboard.press("Escape")
    page.locator("#pictures .preview").wait_for(state="detached", timeout=SECONDS)
