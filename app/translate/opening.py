"""The Translate tab as it is opened, and what it offers with another model."""

from collections.abc import Mapping
from typing import Any

import gradio as gr
from gradio.blocks import Block

from app.made.tab import model_of
from app.shared.library import Library
from app.shared.uploads import Upload
from app.shared.wiring import Changes
from app.translate import actions
from app.translate.actions import EXAMPLE, Translation
from app.translate.layout import Layout, about_size


def direction_and_size(
    library: Library, name: str, asked: Mapping[str, Any]
) -> tuple[str, int | str]:
    """As a result's parameters have them, where the model has them; else the usual ones."""
    directions = [one for _, one in actions.directions(library, name)]
    sizes = [one for _, one in actions.sizes(library, name, timed=False)]
    direction = asked.get("direction")
    size = asked.get("stroke_size", asked.get("long_side"))
    return (
        direction if direction in directions else directions[0],
        size if size in sizes else actions.usual_size(library, name),
    )


def fitted(
    library: Library, layout: Layout, name: str, asked: Mapping[str, Any] | None = None
) -> Changes:
    """The directions, the sizes, the way back and the examples of a model, and its card.

    Args:
        asked: parameters of a result, to translate with.
    """
    directions = actions.directions(library, name)
    usual, size = direction_and_size(library, name, asked or {})
    two = len(directions) > 1
    label, info = about_size(library, name)
    return {
        layout.choice.direction: gr.Radio(choices=directions, value=usual, visible=two),
        layout.choice.size: gr.Radio(
            choices=actions.sizes(library, name),
            value=size,
            label=label,
            info=info,
        ),
        layout.choice.back: gr.Checkbox(visible=two),
        layout.examples: samples(library, name, usual),
        layout.about: library.card(name),
    }


def settable(layout: Layout) -> list[Block]:
    """What `recall` changes."""
    choice = layout.choice
    manner = [choice.direction, choice.size, choice.strength, choice.keep_colours, choice.back]
    return [choice.name, *manner, layout.examples, layout.about, layout.recalled]


def recall(library: Library, layout: Layout, parameters: dict[str, Any]) -> Changes:
    """The settings of a result, for the next picture; the one that is there is translated with them
    where the model is another."""
    name = model_of(parameters, actions.model_names(library))
    return {
        **fitted(library, layout, name, parameters),
        layout.choice.name: gr.update(value=name),
        layout.choice.strength: parameters.get("strength", 1),
        layout.choice.keep_colours: parameters.get("keep_colours", False),
        layout.recalled: parameters,
    }


def samples(library: Library, name: str, direction: str | None) -> gr.Dataset:
    """The examples of a direction."""
    files = actions.examples(library, name, direction)
    return gr.Dataset(samples=[[file] for file in files], visible=bool(files))


def translate_first(library: Library, first: str | None) -> None:
    """Have the first example's translation at hand."""
    if first in actions.model_names(library):
        actions.first_example(library, str(first))


def begin(
    library: Library,
    layout: Layout,
    first: str | None,
    name: str | None,
    given: Upload | None,
    session: list[Translation],
    sides: tuple[str, str] | None,
) -> Changes:
    """The first example's translation, where there is nothing else yet."""
    asked = given is not None or session or (sides and any(sides))
    if asked or name != first or first not in actions.model_names(library):
        return {layout.result.slider: gr.skip()}
    return layout.result.showing(actions.first_example(library, str(first)), EXAMPLE)


def sizes_with_seconds(library: Library, first: str | None) -> gr.Radio | dict[str, Any]:
    """The sizes of the model that stands there first; measured when somebody looks, for it would
    make the first page late."""
    if first is None or first not in actions.model_names(library):
        return gr.skip()
    return gr.Radio(choices=actions.sizes(library, first))


def newest(library: Library, layout: Layout, first: str | None) -> Changes:
    """The tab with the models that there are now, and still the one that stood there first; another
    one only where that is gone."""
    names = actions.model_names(library)
    there: Changes = {
        layout.missing: gr.Column(visible=not names),
        layout.row: gr.Row(visible=bool(names)),
        layout.complaints: library.complaints(),
    }
    if not names:
        return there
    first = first if first in names else names[0]
    return {
        **there,
        layout.choice.name: gr.Dropdown(choices=names, value=first),
        **fitted(library, layout, first),
        **layout.result.showing(actions.first_example(library, first), EXAMPLE),
    }
