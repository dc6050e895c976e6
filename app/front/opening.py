"""A model, and a part of a tab, opened as an address or a link of the front page asks; the tab is
opened by front.js, at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

import gradio as gr

from app.shared.wiring import PRIVATE, Changes, spoken

AT_FIRST, ASKED = "() => askedAtFirst()", "() => askedFor()"  # front.js
SAID = '<p role="alert">{}</p>'
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
    said: gr.HTML,
    places: Mapping[str, Place],
    parts: gr.Tabs | None = None,
) -> None:
    """Choose the model that the page's address asks for when it loads, or a link asks for; let the
    address follow what is opened.

    Args:
        said: where it says what there is not.
        places: by the id of a tab that has models.
        parts: of the Generate tab.
    """
    ids, part_ids = (ids_of(one) if one else [] for one in (tabs, parts))
    given = [gr.Textbox(visible=False) for _ in range(3)]  # filled in by `js`
    link = gr.Button(visible="hidden", elem_id="go-there")
    pickers = [place.picker for place in places.values()]

    def opened(tab: str, model: str, part: str) -> Changes:
        place = places.get(tab)
        names = place.names() if place else []
        found: Changes = {said: missing(tab, model if place and model not in names else "", ids)}
        if place and model in names:
            found[place.picker] = gr.Dropdown(choices=names, value=model)
        if parts and tab == "generate" and part in part_ids:
            found[parts] = gr.Tabs(selected=part)
        return found

    outputs = [said, *pickers, *([parts] if parts else [])]
    for event, asked in ((page.load, AT_FIRST), (link.click, ASKED)):
        event(spoken(opened), given, outputs, js=asked, queue=False, **PRIVATE)
    for tab in ids:
        follow = f"(...chosen) => modelChosen('{tab}', ...chosen)"
        if tab in places:
            picker = places[tab].picker
            picker.input(None, [picker], None, js=follow, api_visibility="private")
    for block in tabs.children:
        if isinstance(block, gr.Tab):
            block.select(None, js=f"() => tabOpened('{block.id}')", api_visibility="private")


def ids_of(tabs: gr.Tabs) -> list[str]:
    """What its tabs are called in an address."""
    return [str(tab.id) for tab in tabs.children if isinstance(tab, gr.Tab)]


def missing(tab: str, model: str, ids: list[str]) -> str:
    """What an address asks for and there is not, as HTML; nothing where all is there.

    Args:
        model: that the tab does not have.
        ids: of the tabs that there are.
    """
    if tab and tab not in ids:
        return SAID.format(NO_TAB.format(name=escape(tab[:LONGEST])))
    return SAID.format(NO_MODEL.format(name=escape(model[:LONGEST]))) if model else ""
