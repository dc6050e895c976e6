"""The Translate tab: a picture and its translation side by side, many files at once, and what was
made in this session. Here is what happens; `app.translate.layout` holds what is seen."""

from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import partial, wraps
from inspect import Parameter, signature
from pathlib import Path
from typing import Any

import gradio as gr

from app.made.passing import Door
from app.made.store import Shelf
from app.made.tab import Recall
from app.shared.library import Library
from app.shared.uploads import Upload, read_upload
from app.shared.wiring import PRIVATE, Changes, Refresh, spoken, spoken_steps
from app.translate import actions, batch_tab
from app.translate.actions import EXAMPLE, Manner, Translation
from app.translate.layout import (
    CANCELLED,
    QUEUE,
    RUNNING,
    STOPPED,
    Layout,
    before_and_after,
    choices,
    made_so_far,
    one_picture,
)
from app.translate.moving import clip_tab, live_tab
from app.translate.opening import (
    begin,
    direction_and_size,
    fitted,
    newest,
    recall,
    samples,
    settable,
    sizes_with_seconds,
    translate_first,
)
from app.translate.stages import Stage, stages

EMPTY = """
### There is no model that translates pictures yet

One that turns outlines into emoji is trained with

    python -m training.pix2pix --data emoji --recipe cpu --name NAME
    python -m training.runs export NAME

Then open this page again.
"""
SCROLL = Path(__file__).with_name("scroll.js").read_text("utf-8")


def build(library: Library, shelf: Shelf, tab: gr.Tab) -> tuple[Refresh, Refresh, Door, Recall]:
    """Lay the tab out and wire it.

    Args:
        tab: where it is laid out; an example is translated when it is opened, not before.

    Returns:
        The tab with the models that there are now, the sizes with the seconds they take here,
        where pictures of other tabs come in, and how the settings of a result come back.
    """
    names = actions.model_names(library)
    first = names[0] if names else None
    with gr.Column(visible=not names) as missing:
        gr.Markdown(EMPTY)
        complaints = gr.HTML(library.complaints())
    with gr.Row(visible=bool(names), equal_height=False) as row:
        with gr.Column(scale=3, min_width=300), gr.Tabs():
            with gr.Tab("One picture", id="one-picture"):
                source, examples = one_picture(library, first)
                result, history = before_and_after(), made_so_far()
            with gr.Tab("Many files", id="many-files"):
                batch = batch_tab.build()
            with gr.Tab("A clip", id="a-clip"):
                clip = clip_tab.build()
            with gr.Tab("Live", id="live"):
                live = live_tab.build()
        with gr.Column(scale=2, min_width=280):
            choice = choices(library, first, names)
            about = gr.HTML(library.card(first) if first else "", label="About")
    parts = (source, examples, result, history, shelf, gr.State({}))
    layout = Layout(missing, complaints, row, choice, about, *parts)
    wire_one_picture(library, layout)
    aside: dict[str, Any] = {"queue": False, **PRIVATE}
    # in two steps, of which the first takes seconds: what stands there meanwhile is asked by the
    # second
    tab.select(partial(translate_first, library, first), None, None, **aside).then(
        partial(begin, library, layout, first),
        [choice.name, source, history.pictures, result.slider],
        [result.slider, result.words, result.download, result.cycle],
        **aside,
    )
    batch_tab.wire(library, batch, choice)
    clip_tab.wire(library, clip, choice)
    live_tab.wire(library, live, choice)
    return (
        Refresh(
            partial(newest, library, layout, first),
            [
                missing,
                complaints,
                row,
                choice.name,
                choice.direction,
                choice.size,
                choice.back,
                examples,
                about,
                result.slider,
                result.words,
                result.download,
                result.cycle,
            ],
        ),
        Refresh(partial(sizes_with_seconds, library, first), [choice.size]),
        door(library, layout),
        Recall("translate", partial(recall, library, layout), settable(layout)),
    )


def wire_one_picture(library: Library, layout: Layout) -> None:
    """A picture is translated when it comes, and again when something else is chosen."""
    choice, result, history = layout.choice, layout.result, layout.history
    source, examples = layout.source, layout.examples
    manner = [choice.direction, choice.size, choice.strength, choice.keep_colours, choice.back]
    translation = [result.slider, result.words, result.download, result.cycle]
    made = [history.pictures, history.gallery]
    events: dict[str, Any] = {
        **QUEUE,
        "show_progress": "minimal",
        "show_progress_on": [result.slider],
        "trigger_mode": "always_last",
    }
    uploaded = source.upload(  # by a camera and from the clipboard too
        spoken_steps(by_fields(translate), library, layout),
        [choice.name, *manner, source, history.pictures],
        [*translation, *made],
        api_name="translate",
        **events,
    )
    again = gr.on(
        [
            choice.size.input,
            choice.strength.release,
            choice.keep_colours.input,
            choice.back.input,
        ],
        spoken_steps(by_fields(translate_again), library, layout),
        [choice.name, *manner, source, history.pictures],
        [*translation, *made],
        api_name="translate_again",
        **events,
    )
    other_direction = choice.direction.input(
        spoken_steps(by_fields(change_direction), library, layout),
        [choice.name, *manner, source, history.pictures],
        [examples, *translation, *made],
        api_name="turn",
        **events,
    )
    # not `input`, which comes twice, and when the list is only closed too (Gradio 6.31)
    other_model = choice.name.change(
        spoken_steps(choose_translator, library, layout),
        [
            choice.name,
            choice.strength,
            choice.keep_colours,
            choice.back,
            source,
            history.pictures,
            layout.recalled,
        ],
        [
            layout.recalled,
            choice.direction,
            choice.size,
            choice.back,
            examples,
            layout.about,
            *translation,
            *made,
        ],
        api_name="choose_translator",
        **events,
    )
    # or what is no picture would fail again and again
    uploaded.failure(source_after, [result.words], [source], queue=False, **PRIVATE)
    example = examples.click(
        spoken_steps(by_fields(translate_example), library, layout),
        [choice.name, *manner, examples, history.pictures],
        [source, *translation, *made],
        api_name="translate_example",
        **events,
    )
    aside: dict[str, Any] = {"queue": False, **PRIVATE}
    running = [uploaded, again, other_direction, other_model, example]
    # the words come second, when no step is on its way any more
    result.cancel.click(None, cancels=running, **aside).then(
        partial(result.showing, None, STOPPED), None, translation, **aside
    )
    history.gallery.select(
        spoken(show_made, layout),
        [history.pictures],
        translation,
        queue=False,
        js=SCROLL,
        **PRIVATE,
    )


def door(library: Library, layout: Layout) -> Door:
    """Where a picture of another tab comes in, and is translated."""
    choice, history, incoming = layout.choice, layout.history, gr.State("")
    manner = [choice.direction, choice.size, choice.strength, choice.keep_colours, choice.back]
    result = layout.result

    def receive(after: Callable) -> None:
        after(
            spoken_steps(by_fields(translate_file), library, layout),
            [choice.name, *manner, incoming, history.pictures],
            [
                *(layout.source, result.slider, result.words, result.download, result.cycle),
                *(history.pictures, history.gallery),
            ],
            **{**QUEUE, "api_visibility": "private"},
        )

    return Door("translate", incoming, receive)


def by_fields(function: Callable[..., Iterator[Changes]]) -> Callable[..., Iterator[Changes]]:
    """A function of a `manner` as a function of the manner's fields in its place, which come from a
    control each, and after which the API names its parameters."""
    parameters = list(signature(function).parameters.values())
    at = [parameter.name for parameter in parameters].index("manner")
    parts = [Parameter(one.name, Parameter.POSITIONAL_OR_KEYWORD) for one in fields(Manner)]

    @wraps(function)
    def wrapped(*arguments: Any) -> Iterator[Changes]:
        end = at + len(parts)
        return function(*arguments[:at], Manner(*arguments[at:end]), *arguments[end:])

    flat = [*parameters[:at], *parts, *parameters[at + 1 :]]
    wrapped.__signature__ = signature(function).replace(parameters=flat)  # type: ignore[attr-defined]
    return wrapped


# one picture


def step_by_step(function: Callable[..., Iterator[Changes]]) -> Callable[..., Iterator[Changes]]:
    """The steps of a translation, before which the one before goes, and after which, where they end
    in an error, nothing is left of them."""

    @wraps(function)
    def wrapped(library: Library, layout: Layout, *arguments: Any) -> Iterator[Changes]:
        yield layout.result.pending(Stage())
        try:
            yield from function(library, layout, *arguments)
        except (ValueError, OSError):
            yield layout.result.showing(None)  # and then the error
            raise

    return wrapped


@step_by_step
def translate(
    library: Library,
    layout: Layout,
    name: str,
    manner: Manner,
    given: Upload | None,
    session: list[Translation],
) -> Iterator[Changes]:
    """A picture from a stranger, translated step by step and remembered."""
    for stage in stages(library, name, manner, given):
        if stage.made is None:
            yield layout.result.pending(stage)
            continue
        actions.keep(session, stage.made)
        layout.shelf.keep(stage.made.download, "translate")
        previews = [str(picture.preview) for picture in session]
        history: Changes = {layout.history.pictures: session, layout.history.gallery: previews}
        yield {**layout.result.showing(stage.made), **history}


@step_by_step
def translate_example(
    library: Library,
    layout: Layout,
    name: str,
    manner: Manner,
    index: int,
    session: list[Translation],
) -> Iterator[Changes]:
    """An example, in the place of an upload, and its translation."""
    given = actions.example(library, name, index, manner.direction)
    path = actions.examples(library, name, manner.direction)[int(index)]
    for changes in translate(library, layout, name, manner, given, session):
        yield {layout.source: path, **changes}


@step_by_step
def translate_file(
    library: Library,
    layout: Layout,
    name: str,
    manner: Manner,
    path: str,
    session: list[Translation],
) -> Iterator[Changes]:
    """A picture of another tab, in the place of an upload, and its translation."""
    for changes in translate(library, layout, name, manner, read_upload(path), session):
        yield {layout.source: path, **changes}


@step_by_step
def translate_again(
    library: Library,
    layout: Layout,
    name: str,
    manner: Manner,
    given: Upload | None,
    session: list[Translation],
) -> Iterator[Changes]:
    """The picture once more, or the first example as long as there is no picture."""
    if given is not None:
        yield from translate(library, layout, name, manner, given, session)
        return
    yield layout.result.showing(actions.first_example(library, name, manner), EXAMPLE)


@step_by_step
def change_direction(
    library: Library,
    layout: Layout,
    name: str,
    manner: Manner,
    given: Upload | None,
    session: list[Translation],
) -> Iterator[Changes]:
    """The other direction: its examples, and its translation of the picture."""
    found = samples(library, name, manner.direction)
    for changes in translate_again(library, layout, name, manner, given, session):
        yield {layout.examples: found, **changes}


@step_by_step
def choose_translator(
    library: Library,
    layout: Layout,
    name: str,
    strength: float,
    keep_colours: bool,
    back: bool,
    given: Upload | None,
    session: list[Translation],
    recalled: dict[str, Any] | None = None,
) -> Iterator[Changes]:
    """Another model: what it is, its controls, and its translation of the picture."""
    asked = recalled if recalled and recalled.get("model") == name else {}
    direction, size = direction_and_size(library, name, asked)
    manner = Manner(direction, size, strength, keep_colours, back)
    controls = fitted(library, layout, name, asked) | {layout.recalled: {}}
    for changes in translate_again(library, layout, name, manner, given, session):
        yield {**controls, **changes}


def source_after(words: str) -> dict[str, Any] | None:
    """The picture after its upload failed: gone after an error, and still there after Cancel, which
    is a failure too (Gradio 6.31)."""
    return gr.skip() if CANCELLED in words or RUNNING in words else None


def show_made(layout: Layout, session: list[Translation], event: gr.SelectData) -> Changes:
    """A picture of this session once more; its place in the session is all that is asked for."""
    if isinstance(event.index, int) and 0 <= event.index < len(session):
        return layout.result.showing(session[event.index])
    return gr.skip()
