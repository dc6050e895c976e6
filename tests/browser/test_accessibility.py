"""No serious fault of accessibility on the front page and in each tab, in Chromium, as axe-core
finds them."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from helpers import PATIENCE

SECONDS = 1000 * PATIENCE
TABS = ["Generate", "Draw", "Write", "Translate", "Train", "Learn", "Models"]
GRAVE = ("serious", "critical")
# Gradio's own (6.31), which no argument and no style sheet of ours reaches: {rule: why}
GRADIOS: dict[str, str] = {}
OPTIONS = {"resultTypes": ["violations"], "rules": {rule: {"enabled": False} for rule in GRADIOS}}


def faults(page) -> list[str]:
    """What is wrong with the page as it is, one line for each element."""
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {node['target']} {node['html'][:300]} "
        f"{node['failureSummary'].splitlines()[1].strip()}"
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_serious_fault(open_at, app_url, theme):
    page = open_at(app_url, theme=theme)
    page.emulate_media(reduced_motion="reduce")  # colours are those that stay
    found = {"the front page": faults(page)}
    for tab in TABS:
        page.get_by_role("tab", name=tab, exact=True).click(timeout=SECONDS)
        if tab == "Train":
            page.locator("#report [data-fit]").wait_for(timeout=SECONDS)
        page.wait_for_function("!document.querySelector('.pending')", timeout=SECONDS)
        page.wait_for_timeout(1000)  # what is faded while it comes
        found[tab] = faults(page)
    page.emulate_media(reduced_motion="no-preference")
    assert {tab: lines for tab, lines in found.items() if lines} == {}
