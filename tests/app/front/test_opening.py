"""The front page, and addresses that open a tab and a model."""

import re
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs

import gradio as gr
import pytest

from app import page
from app.front import layout, opening
from app.settings import Settings


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return page.build(Settings(made=tmp_path_factory.mktemp("made"), keep=0))


def tab_ids(built: gr.Blocks) -> list[str]:
    (tabs,) = (one for one in built.blocks.values() if getattr(one, "elem_id", None) == "tabs")
    return [tab.id for tab in tabs.children]


def test_every_way_in_leads_to_a_tab_that_there_is(built):
    addresses = re.findall(r'href="\?([^"]+)"', layout.front_html(["digits"]))
    assert len(addresses) == len(layout.ENTRIES) + len(layout.SMALLER)
    for address in addresses:
        assert parse_qs(address)["tab"][0] in tab_ids(built)
    assert {*re.findall("model=([a-z-]+)", " ".join(addresses))} == {"digits"}  # no other is there


def test_the_pictures_are_small_and_have_names():
    html = layout.front_html([])
    assert len(html) < 250_000
    assert len(re.findall(r'<img [^>]*alt="[^"]+"', html)) == 2 * len(layout.ENTRIES)


@pytest.fixture
def wired():
    """What an address opens: a function of tab, model and part, and what it changes."""
    with gr.Blocks() as blocks:
        with gr.Tabs() as tabs:
            with gr.Tab("Draw", id="draw"):
                picker = gr.Dropdown(["one"])
            with gr.Tab("Generate", id="generate"), gr.Tabs() as parts, gr.Tab("Pick", id="pick"):
                pass
        said = gr.HTML()
        places = {"draw": opening.Place(picker, lambda: ["one", "two"])}
        opening.wire(blocks, tabs, said, places, parts)
    ask = next(one.fn for one in blocks.fns.values() if one.targets[0][1] == "load")
    return SimpleNamespace(ask=ask, picker=picker, parts=parts, said=said)


def test_an_address_chooses_a_model_and_a_part(wired):
    found = wired.ask("draw", "two", "")
    assert found[wired.picker].value == "two" and not found[wired.said]
    found = wired.ask("generate", "", "pick")
    assert found[wired.parts].selected == "pick"
    assert wired.ask("", "", "") == {wired.said: ""}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (("draw", "<b>three</b>", ""), "There is no model named &lt;b&gt;three&lt;/b&gt; in this"),
        (("nowhere" * 100, "", ""), "There is no tab named nowhere"),
    ],
)
def test_what_there_is_not_is_said_in_a_sentence(wired, asked, words):
    found = wired.ask(*asked)
    assert wired.picker not in found
    assert words in found[wired.said] and len(found[wired.said]) < 150


def test_a_part_that_there_is_not_leaves_the_tab_as_it_is(wired):
    assert wired.parts not in wired.ask("generate", "", "nonsense")


def test_the_page_has_an_icon_of_its_own():
    assert Path(layout.FAVICON).read_text().startswith("<svg")
