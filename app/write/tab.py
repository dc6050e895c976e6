"""The Write tab: a line of text, written while one types it."""

from dataclasses import replace
from functools import partial
from typing import Any

import gradio as gr
from PIL import Image

from app.made.store import Shelf
from app.made.tab import Recall, model_of
from app.shared.drawing.canvas import SIDE
from app.shared.drawings import to_data_url
from app.shared.library import Library
from app.shared.wiring import PRIVATE, Changes, Refresh, spoken
from app.write import actions
from app.write.actions import LOOK, Changed, Writing
from app.write.layout import HINT, Layout, called, lay_out, manner_parts

LACKING = "The model's font has no {characters}: boxes stand there. Click one to draw it yourself."
CHOSEN = "**{character}, by itself**"
QUEUE: dict[str, Any] = {"concurrency_id": "translator", "concurrency_limit": 2}
# the file is in the page a moment after its component has it
TAKE = "() => { setTimeout(() => document.querySelector('#written a[download]')?.click(), 300); }"


def build(library: Library, shelf: Shelf, tab: gr.Tab) -> tuple[Refresh, Recall]:
    """Lay the tab out and wire it; what shows the models there are, and how the settings of a
    writing come back."""
    layout = lay_out(library)
    wire(library, shelf, layout, tab)
    renewed = [layout.studio, layout.about, layout.complaints, layout.missing, layout.name]
    again = [layout.about, *manner_parts(layout), layout.picture, layout.message]
    return (
        Refresh(partial(newest, library, layout), [*renewed, *manner_parts(layout)]),
        Recall(
            "write", partial(recall, library, layout), [*dict.fromkeys([*layout.wanted, *again])]
        ),
    )


def wire(library: Library, shelf: Shelf, layout: Layout, tab: gr.Tab) -> None:
    """Write while a person types or chooses; change a character that is clicked; give files."""
    live: dict[str, Any] = {"trigger_mode": "always_last", "show_progress": "hidden", **QUEUE}
    sheet = [layout.picture, layout.message]
    write = spoken(shown, library)
    wanted = [*layout.wanted, layout.size]
    layout.text.change(write, wanted, sheet, api_name="write_text", **live)
    quiet: dict[str, Any] = {**live, "api_visibility": "private"}
    tab.select(spoken(first_look, library), wanted, sheet, **quiet)  # not before somebody looks
    layout.seal.change(write, wanted, sheet, **quiet)  # text has no `input` (Gradio 6.31)
    # what a person does, and not `change`: the models of the day come with the page's opening
    looks = (layout.share, layout.setting, layout.ink, layout.paper, layout.size, layout.varied)
    for one in (*looks, layout.manner, layout.other):
        one.input(write, wanted, sheet, **quiet)
    # by an address, a link or the Train tab too, for which there is no `input`
    layout.name.change(
        spoken(choose, library, layout),
        [layout.name, layout.changes],
        [layout.about, layout.changes, *manner_parts(layout)],
        api_name="choose_writer",
        **live,
    ).then(write, wanted, sheet, **quiet)
    layout.picture.select(
        spoken(click, library, layout),
        wanted,
        [layout.one, layout.chosen, layout.index, layout.drawing],
        **{**PRIVATE, **QUEUE},
    )
    change = spoken(change_one)
    given = [layout.changes, layout.text, *layout.by_itself]
    layout.one_share.input(
        change, given, [layout.changes], api_name="change_character", **live
    ).then(write, wanted, sheet, **quiet)
    for event in (layout.one_manner.input, layout.one_other.input, layout.drawing.input):
        event(change, given, [layout.changes], **quiet).then(write, wanted, sheet, **quiet)
    layout.reset.click(
        spoken(reset_one),
        [layout.changes, layout.text, layout.index],
        [layout.changes, layout.drawing],
        api_name="reset_character",
        **QUEUE,
    ).then(write, wanted, sheet, **quiet)
    for kind in actions.ENDINGS:
        getattr(layout, kind).click(
            spoken(save, library, shelf, kind),
            layout.wanted,
            [layout.file],
            api_name=f"write_{kind}",
            **QUEUE,
        ).then(None, js=TAKE, api_visibility="private")


def shown(
    library: Library,
    name: str | None,
    text: str,
    manner: str | None = None,
    other: str | None = None,
    share: float = 0,
    setting: str = "columns",
    ink: str = "black",
    paper: str = "white",
    seal: str = "",
    varied: bool = False,
    changes: Changed | None = None,
    size: float = 96,
) -> tuple[Image.Image | None, str]:
    """A text as it is written, and what there is to say of it.

    Args:
        name: of the model; None while a page does not know yet of one that has come meanwhile.
    """
    name = name or next(iter(actions.model_names(library)), None)
    if not name or not text.strip():
        return None, HINT
    look = (manner, other, share, setting, ink, paper, seal, varied, changes or {})
    sheet = actions.written(library, Writing(name, text, *look))
    picture = sheet.image(actions.shown_size(sheet, int(size)), ink, paper)
    missing = " ".join(sheet.missing)
    return picture, LACKING.format(characters=missing) if missing else HINT


def first_look(
    library: Library, name: str | None, text: str, *look: Any
) -> tuple[Image.Image | None, str]:
    """The line as the tab opens; in the model's first manner where another model's stand there
    still, which an address or a link has just replaced.

    Args:
        look: as `shown` takes it, manner, other and share first.
    """
    if name and not {*look[:2]} <= {None, *actions.writer(library, name).manners}:
        look = (None, None, 0, *look[3:])
    return shown(library, name, text, *look)


def save(
    library: Library,
    shelf: Shelf,
    kind: str,
    name: str,
    text: str,
    manner: str | None = None,
    other: str | None = None,
    share: float = 0,
    setting: str = "columns",
    ink: str = "black",
    paper: str = "white",
    seal: str = "",
    varied: bool = False,
    changes: Changed | None = None,
) -> dict[str, Any]:
    """A file of a text; it is kept, SVG aside, whose preview would be itself."""
    look = (manner, other, share, setting, ink, paper, seal, varied, changes or {})
    path = actions.file(library, Writing(name, text, *look), kind)
    if kind != "svg":
        shelf.keep(path, "write")
    return gr.update(value=path, visible=True)


def click(library: Library, layout: Layout, event: gr.SelectData, *given: Any) -> Changes:
    """The character at a place of the picture, to be changed."""
    *look, size = given
    sheet = actions.written(library, Writing(*look))
    x, y = event.index
    mark = actions.at(sheet, actions.shown_size(sheet, int(size)), x, y)
    return {
        layout.one: gr.Column(visible=True),
        layout.chosen: CHOSEN.format(character=sheet.text[mark.index]),
        layout.index: mark.index,
        layout.drawing: blank(),
    }


def change_one(
    changes: Changed,
    text: str,
    index: float,
    manner: str | None = None,
    other: str | None = None,
    share: float = 0,
    drawing: str = "",
) -> dict[int, Any]:
    """One character in a manner of its own, or as it is drawn."""
    drawn = drawing if drawing and has_ink(drawing) else ""
    return actions.changed(changes, text, int(index), actions.blend(manner, other, share), drawn)


def has_ink(drawing: str) -> bool:
    """Whether there is anything on a drawing."""
    darkest, _ = actions.read_drawing(drawing).convert("L").getextrema()
    return int(darkest) < 200  # type: ignore[arg-type]  # of one channel


def reset_one(changes: Changed, text: str, index: float) -> tuple[dict[int, Any], str]:
    """One character as the others again, and nothing on the canvas."""
    return actions.changed(changes, text, int(index), None, None), blank()


def blank() -> str:
    """An empty drawing."""
    return to_data_url(Image.new("L", (SIDE, SIDE), "white"))


def choose(library: Library, layout: Layout, name: str, changes: Changed) -> Changes:
    """Another model: its card and its manners; characters by themselves keep drawings alone where
    it does not know their manners."""
    return {
        **manner_options(library, layout, name),
        layout.about: library.card(name),
        layout.changes: actions.fitting(changes, actions.writer(library, name).manners),
    }


def manner_options(library: Library, layout: Layout, name: str) -> Changes:
    """The manners to choose from, of the whole and of one character; hidden where there is only
    one."""
    manners = actions.writer(library, name).manners
    seen, (first, second) = len(manners) > 1, [*manners, None, None][:2]
    options: dict[str, Any] = {"choices": called(manners), "visible": seen}
    changes: Changes = {}
    for manner, other, share in (
        (layout.manner, layout.other, layout.share),
        (layout.one_manner, layout.one_other, layout.one_share),
    ):
        changes[manner] = gr.Dropdown(**options, value=first)
        changes[other] = gr.Dropdown(**options, value=second)
        changes[share] = gr.Slider(value=0, visible=seen)
    return changes


def recall(library: Library, layout: Layout, parameters: dict[str, Any]) -> Changes:
    """The model, the text and the look of a writing, written again."""
    name = model_of(parameters, actions.model_names(library))
    first, second = [*actions.writer(library, name).manners, None, None][:2]
    usual = Writing(name, str(parameters.get("text", "")), first, second)
    look = {one: parameters.get(one, getattr(usual, one)) for one in LOOK}
    writing = replace(usual, **look)
    picture, message = shown(library, *vars(writing).values())
    controls = {getattr(layout, one): gr.update(value=value) for one, value in look.items()}
    options = manner_options(library, layout, name)
    for one in ("manner", "other", "share"):
        options[getattr(layout, one)].value = look[one]
        del controls[getattr(layout, one)]
    return {
        **{layout.name: name, layout.text: writing.text, layout.changes: {}},
        **{layout.about: library.card(name), layout.picture: picture, layout.message: message},
        **controls,
        **options,
    }


def newest(library: Library, layout: Layout) -> Changes:
    """The tab with the models that there are now.

    What is as it was built stays: a value that comes anew writes again, through the queue.
    """
    names = actions.model_names(library)
    first = names[0] if names else None
    changes: Changes = {
        layout.studio: gr.Row(visible=bool(names)),
        layout.missing: gr.Markdown(visible=not names),
        layout.complaints: gr.HTML(library.complaints(), visible=not names),
        layout.name: gr.Dropdown(choices=names),
    }
    if layout.name.value in names or not first:
        return changes  # what an address asks for is chosen at the same time
    changes[layout.name] = gr.Dropdown(choices=names, value=first)
    changes[layout.about] = library.card(first)
    return {**changes, **manner_options(library, layout, first)}
