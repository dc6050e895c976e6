"""A tab, and a model in it, opened as an address or a link of the front page asks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr

from app.shared.wiring import PRIVATE, Changes, spoken

AT_FIRST, ASKED = "() => askedAtFirst()", "() => askedFor()"  # front.js
LONGEST = 40  # letters of a name that is not known
NO_MODEL = "There is no model named {name} in this tab; choose one from its list."
NO_TAB = "There is no tab named {name}; choose one of those above."


@dataclass(frozen=True)
class Place:
    """Where a model can be asked for.

    Attributes:
        picker: the dropdown by which the tab chooses its model.
        names: of the models that there are for it.
    """

    picker: gr.Dropdown
    names: Callable[[], list[str]]


def wire(
    page: gr.Blocks,
    tabs: gr.Tabs,
    places: Mapping[str, Place],
    parts: gr.Tabs | None = None,
) -> None:
    """Open what the page's address asks for when it loads, and what a link asks for.

    Args:
        places: by the id of a tab that has models.
        parts: of the Generate tab.
    """
    ids = [str(tab.id) for tab in tabs.children if isinstance(tab, gr.Tab)]
    given = [gr.Textbox(visible=False) for _ in range(3)]
    link = gr.Button(visible="hidden", elem_id="go-there")
    outputs = [tabs, *[place.picker for place in places.values()], *([parts] if parts else [])]

    def opened(tab: str, model: str, part: str) -> Changes:
        found: Changes = {tabs: gr.Tabs(selected=tab) if tab in ids else gr.skip()}
        place = places.get(tab)
        if place and model and model in (names := place.names()):
            found[place.picker] = gr.Dropdown(choices=names, value=model)
        if part and parts and tab == "generate":
            found[parts] = gr.Tabs(selected=part)
        return found

    def check(tab: str, model: str, part: str) -> None:
        if tab and tab not in ids:
            raise ValueError(NO_TAB.format(name=tab[:LONGEST]))
        place = places.get(tab)
        if place and model and model not in place.names():
            raise ValueError(NO_MODEL.format(name=model[:LONGEST]))

    for tab in tabs.children:
        if isinstance(tab, gr.Tab):
            tab.select(js=f"() => tabOpened('{tab.id}')", **PRIVATE)
    at_once: dict[str, Any] = {"queue": False, **PRIVATE}
    for event, asked in ((page.load, AT_FIRST), (link.click, ASKED)):
        done = event(spoken(opened), given, outputs, js=asked, **at_once)
        done.then(spoken(check), given, None, js=asked, **at_once)  # an error changes nothing else
