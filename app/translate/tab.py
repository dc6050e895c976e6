"""The Translate tab: a picture and its translation side by side, many files at once, and what was
made in this session; here is what happens, in `translate_layout` what is seen."""

from functools import partial

import gradio as gr

from app.shared.library import Library
from app.shared.uploads import Upload
from app.shared.wiring import PRIVATE, Refresh, spoken
from app.translate import actions, batch
from app.translate.actions import EXAMPLE, Made, Manner
from app.translate.layout import (
    Choice,
    Result,
    Session,
    before_and_after,
    choices,
    made_so_far,
    one_picture,
    shown,
)

EMPTY = """
### There is no model that translates pictures yet

One that turns outlines into emoji is trained with

    python -m training.pix2pix --data emoji --recipe cpu --name NAME
    python -m training.runs export NAME

Then open this page again.
"""
QUEUE = {"concurrency_id": "translator", "concurrency_limit": 2}
SCROLL = """() => document.querySelector("#before-after").scrollIntoView(
  { behavior: "smooth", block: "nearest" })"""


def build(library: Library) -> tuple[Refresh, Refresh]:
    """Lay the tab out and wire it.

    Returns:
        The tab with the models that there are now, and the sizes with the seconds they take here.
    """
    names = actions.model_names(library)
    first = names[0] if names else None
    with gr.Column(visible=not names) as missing:
        gr.Markdown(EMPTY)
        complaints = gr.HTML(library.complaints())
    with gr.Row(visible=bool(names), equal_height=False) as studio:
        with gr.Column(scale=3, min_width=300), gr.Tabs():
            with gr.Tab("One picture", id="one-picture"):
                source, examples = one_picture(library, first)
                result, session = before_and_after(library, first), made_so_far()
            with gr.Tab("Many files", id="many-files"):
                job = batch.build()
        with gr.Column(scale=2, min_width=280):
            choice = choices(library, first, names)
            about = gr.HTML(library.card(first) if first else "", label="About")
    # what follows from the model
    model = [choice.direction, choice.size, choice.back, examples, about]
    wire_one(library, choice, model, source, result, session)
    batch.wire(library, job, choice.all()[:-1])  # without the way back
    everything = [missing, studio, complaints, choice.name, *model, *result.all()]
    return (
        Refresh(partial(newest, library, first), everything),
        Refresh(partial(timed, library, first), [choice.size]),
    )


def wire_one(
    library: Library, choice: Choice, model: list, source, result: Result, session: Session
) -> None:
    """A picture is translated when it comes, and again when something else is chosen."""
    examples = model[-2]
    outputs = [*result.all(), *session.all()]
    events = {**QUEUE, "show_progress": "minimal", "show_progress_on": [result.slider]}
    came = source.upload(  # by a camera and from the clipboard too
        spoken(translate, library),
        [*choice.all(), source, session.pictures],
        outputs,
        api_name="translate",
        **events,
    )
    gr.on(
        [
            *(choice.size.input, choice.strength.release),
            *(choice.keep_colours.input, choice.back.input),
        ],
        spoken(translate_again, library),
        [*choice.all(), source, session.pictures],
        outputs,
        api_name="translate_again",
        **events,
    )
    other_way = choice.direction.input(
        spoken(turn, library),
        [*choice.all(), source, session.pictures],
        [examples, *outputs],
        api_name="turn",
        **events,
    )
    # not `input`, which comes twice, and when the list is only closed too (Gradio 6.31)
    other_model = choice.name.change(
        spoken(choose, library),
        [choice.name, *choice.all()[3:], source, session.pictures],
        [*model, *outputs],
        api_name="choose_translator",
        **events,
    )
    for event in (came, other_way, other_model):  # or what is no picture would fail again and again
        event.failure(lambda: None, None, [source], queue=False, **PRIVATE)
    examples.click(
        spoken(translate_example, library),
        [*choice.all(), examples, session.pictures],
        [source, *outputs],
        api_name="translate_example",
        **events,
    )
    session.gallery.select(
        show_made, [session.pictures], result.all(), queue=False, js=SCROLL, **PRIVATE
    )


# one picture


def translate(
    library: Library,
    name: str,
    direction: str,
    size: int,
    strength: float,
    keep_colours: bool,
    back: bool,
    given: Upload | None,
    session: list,
) -> tuple:
    """A picture from a stranger, translated and remembered."""
    manner = Manner(direction, size, strength, keep_colours, back)
    new = actions.translate(library, name, manner, given)
    actions.keep(session, new)
    return *shown(new), session, [str(picture.preview) for picture in session]


def translate_example(
    library: Library,
    name: str,
    direction: str,
    size: int,
    strength: float,
    keep_colours: bool,
    back: bool,
    index: int,
    session: list,
) -> tuple:
    """An example, in the place of an upload, and its translation."""
    given = actions.example(library, name, index, direction)
    path = actions.examples(library, name, direction)[int(index)]
    made = translate(library, name, direction, size, strength, keep_colours, back, given, session)
    return path, *made


def translate_again(
    library: Library,
    name: str,
    direction: str,
    size: int,
    strength: float,
    keep_colours: bool,
    back: bool,
    given: Upload | None,
    session: list,
) -> tuple:
    """The picture once more, or the first example as long as there is no picture."""
    if given is not None:
        return translate(
            library, name, direction, size, strength, keep_colours, back, given, session
        )
    manner = Manner(direction, size, strength, keep_colours, back)
    return *shown(actions.first(library, name, manner), EXAMPLE), gr.skip(), gr.skip()


def turn(
    library: Library,
    name: str,
    direction: str,
    size: int,
    strength: float,
    keep_colours: bool,
    back: bool,
    given: Upload | None,
    session: list,
) -> tuple:
    """The other direction: its examples, and its translation of the picture."""
    manner = (size, strength, keep_colours, back)
    return samples(library, name, direction), *translate_again(
        library, name, direction, *manner, given, session
    )


def choose(
    library: Library,
    name: str,
    strength: float,
    keep_colours: bool,
    back: bool,
    given: Upload | None,
    session: list,
) -> tuple:
    """Another model: what it is, its controls, and its translation of the picture."""
    manner = (actions.usual_size(library, name), strength, keep_colours, back)
    direction = actions.directions(library, name)[0][1]
    return *fitted(library, name), *translate_again(
        library, name, direction, *manner, given, session
    )


def fitted(library: Library, name: str) -> tuple:
    """The directions, the sizes, the way back and the examples of a model, and its card."""
    ways = actions.directions(library, name)
    return (
        gr.Radio(choices=ways, value=ways[0][1], visible=len(ways) > 1),
        gr.Radio(choices=actions.sizes(library, name), value=actions.usual_size(library, name)),
        gr.Checkbox(visible=len(ways) > 1),
        samples(library, name, ways[0][1]),
        library.card(name),
    )


def samples(library: Library, name: str, direction: str) -> gr.Dataset:
    """The examples of a direction."""
    files = actions.examples(library, name, direction)
    return gr.Dataset(samples=[[file] for file in files], visible=bool(files))


def show_made(session: list[Made], event: gr.SelectData) -> tuple:
    """A picture of this session once more; its place in the session is all that is asked for."""
    there = isinstance(event.index, int) and 0 <= event.index < len(session)
    return shown(session[event.index]) if there else (gr.skip(),) * 4


def timed(library: Library, first: str | None):
    """The sizes of the model that stands there first; measured when somebody looks, for it would
    make the first page late."""
    there = first in actions.model_names(library)
    return gr.Radio(choices=actions.sizes(library, first)) if there else gr.skip()


def newest(library: Library, first: str | None) -> tuple:
    """The tab with the models that there are now, and still the one that stood there first; another
    one only where that is gone."""
    names = actions.model_names(library)
    if not names:
        hidden = gr.Column(visible=True), gr.Row(visible=False), library.complaints()
        return *hidden, *(gr.skip(),) * 10
    first = first if first in names else names[0]
    return (
        gr.Column(visible=False),
        gr.Row(visible=True),
        library.complaints(),
        gr.Dropdown(choices=names, value=first),
        *fitted(library, first),
        *shown(actions.first(library, first), EXAMPLE),
    )
