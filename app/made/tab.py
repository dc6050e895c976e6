"""The shelf below the tabs: what was made so far, to be looked at, used again, saved, deleted."""

import html
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import gradio as gr
from gradio.blocks import Block

from app.made.passing import TO_DRAW, TO_TRANSLATE, Door, Sender
from app.made.store import Made, Shelf
from app.shared.listing import listing
from app.shared.wiring import PRIVATE, Changes, spoken

HEAD = f"<script>\n{Path(__file__).with_name('send.js').read_text('utf-8')}</script>"
TITLE = "Made so far"
SHOWN = 60  # of the newest
LOOK = 3.0  # seconds between two looks, while the shelf is open
EMPTY = "Nothing yet. What you make is kept here, on this machine alone."
FULL = "The newest {count} of {all}. Click one; or drag it to where a picture is taken."
ALL = "{all} results. Click one; or drag it to where a picture is taken."
AGAIN = "Use its settings"
SAVE = "Save"
DELETE = "Delete"
DELETE_ALL = "Delete all"
SURE = "Really delete all"
KEEP = "Keep them"
GONE = "The model {model} that made it is not there any more."
NO_SETTINGS = "This result does not say how it was made."
# names of parameters as a person reads them; what is not here is not shown
NAMES = {
    "model": "Model",
    "class": "Class",
    "words": "Words",
    "hand": "Hand",
    "text": "Text",
    "count": "Pictures",
    "styles": "Handwritings",
    "from": "From",
    "to": "To",
    "seed": "Seed",
    "seeds": "Seeds",
    "truncation": "Variety",
    "direction": "Direction",
    "strength": "Strength",
}
TABS = {"generate": "Generate", "draw": "Draw", "translate": "Translate", "write": "Write"}
DOWNLOAD = """() => {
  const chosen = document.querySelector("#shelf input:checked + img");
  if (!chosen) return;
  const link = document.createElement("a");
  [link.href, link.download] = [chosen.dataset.full, chosen.dataset.full.split("/").pop()];
  link.click();
}"""
CHOSEN = "document.querySelector('#shelf input:checked + img')"


@dataclass(frozen=True)
class Recall:
    """How a tab takes the settings of a result: {component: value} from its parameters.

    Attributes:
        tab: the name of the tab that made it.
    """

    tab: str
    function: Callable[[dict[str, Any]], Changes]
    outputs: Sequence[Block]


@dataclass(frozen=True)
class Panel:
    """The components; `stamp` is what the folder was like when it was looked at last."""

    fold: gr.Accordion
    results: gr.HTML
    about: gr.HTML
    tools: gr.Row
    again: gr.Button
    to_translate: gr.Button
    to_draw: gr.Button
    save: gr.Button
    delete: gr.Button
    delete_all: gr.Button
    sure: gr.Row
    really: gr.Button
    rather_not: gr.Button
    clock: gr.Timer
    stamp: gr.State

    @property
    def looks(self) -> list[Block]:
        """What another look changes."""
        return [self.results, self.about, self.tools, self.delete_all, self.sure, self.stamp]


def build(shelf: Shelf, tabs: gr.Tabs, door: Door, recalls: Sequence[Recall]) -> None:
    """Lay the shelf out, closed, and wire it; nothing is read before it is opened."""
    with gr.Accordion(TITLE, open=False, elem_id="made-shelf") as fold:
        about = gr.HTML(EMPTY, label="Hint", elem_id="shelf-about")
        with gr.Row(visible=False, elem_id="shelf-tools") as tools:
            again = gr.Button(AGAIN, size="sm", min_width=120)
            to_translate = gr.Button(TO_TRANSLATE, size="sm", min_width=120)
            to_draw = gr.Button(TO_DRAW, size="sm", min_width=120)
            save = gr.Button(SAVE, size="sm", min_width=90)
            delete = gr.Button(DELETE, size="sm", min_width=90, variant="stop")
        results = listing(TITLE, "shelf", "#shelf-about")
        delete_all = gr.Button(DELETE_ALL, size="sm", visible=False, elem_id="delete-all-made")
        with gr.Row(visible=False) as sure:
            really = gr.Button(SURE, size="sm", variant="stop", elem_id="really-delete-all")
            rather_not = gr.Button(KEEP, size="sm")
    panel = Panel(
        *(fold, results, about, tools, again, to_translate, to_draw, save, delete, delete_all),
        *(sure, really, rather_not, gr.Timer(LOOK, active=False), gr.State("")),
    )
    wire(shelf, panel)
    use(shelf, panel, tabs, recalls)
    door.open_for(Sender(to_translate, partial(path_of, shelf), [results]), tabs)
    to_draw.click(None, js=f"() => window.atelier.draw({CHOSEN}?.dataset.full)", **PRIVATE)


def wire(shelf: Shelf, panel: Panel) -> None:
    """Look while it is open; choose, save, delete."""
    aside: dict[str, Any] = {"queue": False, **PRIVATE}
    look = partial(looked_at, shelf, panel)
    panel.fold.expand(lambda: gr.Timer(active=True), None, [panel.clock], **aside).then(
        look, None, panel.looks, **aside
    )
    panel.fold.collapse(lambda: gr.Timer(active=False), None, [panel.clock], **aside)
    panel.clock.tick(partial(again_if_changed, shelf, panel), [panel.stamp], panel.looks, **aside)
    panel.results.input(
        spoken(choose, shelf, panel), [panel.results], [panel.about, panel.tools], **aside
    )
    panel.save.click(None, js=DOWNLOAD, **PRIVATE)
    panel.delete.click(spoken(shelf.delete), [panel.results], None, **aside).then(
        look, None, panel.looks, **aside
    )
    both = [panel.delete_all, panel.sure]
    panel.delete_all.click(partial(asked, panel, True), None, both, **aside)
    panel.rather_not.click(partial(asked, panel, False), None, both, **aside)
    panel.really.click(shelf.delete_all, None, None, **aside).then(look, None, panel.looks, **aside)


def use(shelf: Shelf, panel: Panel, tabs: gr.Tabs, recalls: Sequence[Recall]) -> None:
    """The settings of a result, in the tab that made it."""
    outputs = [tabs, *dict.fromkeys(one for recall in recalls for one in recall.outputs)]

    def recalled(name: str) -> Changes:
        made = shelf.get(name)
        for recall in recalls:
            if recall.tab == made.tab and made.parameters:
                return {tabs: gr.Tabs(selected=recall.tab), **recall.function(made.parameters)}
        raise ValueError(NO_SETTINGS)

    panel.again.click(spoken(recalled), [panel.results], outputs, **PRIVATE).success(
        None, js="() => usedAgain()", **PRIVATE
    )


def model_of(parameters: dict[str, Any], names: Sequence[str]) -> str:
    """The model of a result.

    Args:
        names: of the models that there are.

    Raises:
        ValueError: it is not among them.
    """
    name = parameters.get("model")
    if name not in names:
        raise ValueError(GONE.format(model=name))
    return str(name)


def path_of(shelf: Shelf, name: str) -> str:
    """The file of a result."""
    return str(shelf.get(name).file)


def looked_at(shelf: Shelf, panel: Panel) -> Changes:
    """The newest results, of which none is chosen."""
    stamp, names, made = stamp_of(shelf), shelf.names(), shelf.newest(SHOWN)
    words = (FULL if len(names) > SHOWN else ALL) if names else EMPTY
    return {
        panel.results: gr.HTML(value="", rows=rows(made)),
        panel.about: words.format(count=SHOWN, all=len(names)),
        panel.tools: gr.Row(visible=False),
        panel.delete_all: gr.Button(visible=bool(names)),
        panel.sure: gr.Row(visible=False),
        panel.stamp: stamp,
    }


def again_if_changed(shelf: Shelf, panel: Panel, stamp: str) -> Changes:
    """Another look, where there is something new."""
    return looked_at(shelf, panel) if stamp_of(shelf) != stamp else {panel.stamp: gr.skip()}


def stamp_of(shelf: Shelf) -> str:
    """What changes with every result that comes or goes."""
    try:
        return str(shelf.folder.stat().st_mtime_ns)
    except OSError:
        return ""


def asked(panel: Panel, sure: bool) -> Changes:
    """Whether all shall go, or the button that asks."""
    return {panel.delete_all: gr.Button(visible=not sure), panel.sure: gr.Row(visible=sure)}


def choose(shelf: Shelf, panel: Panel, name: str) -> Changes:
    """What a result is, and what can be done with it."""
    return {panel.about: card(shelf.get(name)), panel.tools: gr.Row(visible=True)}


def card(made: Made) -> str:
    """What there is to say of a result; parts of it come from a file, and are escaped."""
    facts = {
        TABS.get(made.tab, made.tab): time.strftime("%Y-%m-%d %H:%M", time.localtime(made.when))
    }
    for key, label in NAMES.items():
        value = made.parameters.get(key)
        if isinstance(value, (str, int, float)) and value != "":
            facts[label] = str(value)
    told = (f"<b>{html.escape(key)}</b> {html.escape(value)}" for key, value in facts.items())
    return f"<p>{' · '.join(told)}</p>"


def rows(results: Sequence[Made]) -> str:
    """The results to choose from, as HTML."""
    if not results:
        return ""
    labels = "".join(
        f"<label><input type='radio' name='shelf' value='{made.name}'>"
        f"<img src='{address(made.preview)}' data-full='{address(made.file)}' loading='lazy' "
        f"draggable='true' alt='{html.escape(alt(made))}'></label>"
        for made in results
    )
    return f"<div role='radiogroup' aria-label='{TITLE}'>{labels}</div>"


def alt(made: Made) -> str:
    """A name of a picture for those who do not see it."""
    what = (made.parameters.get(key) for key in ("model", "class", "words", "text", "seed"))
    return " ".join([TABS.get(made.tab, made.tab), *(str(one) for one in what if one is not None)])


def address(path: Path) -> str:
    """Where the browser finds a file of the shelf's folder, which the app may serve."""
    return f"gradio_api/file={quote(path.as_posix())}"
