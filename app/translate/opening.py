"""The Translate tab as it is opened, and what it offers with another model."""

from typing import Any

import gradio as gr

from app.shared.library import Library
from app.shared.uploads import Upload
from app.shared.wiring import Changes
from app.translate import actions
from app.translate.actions import EXAMPLE, Translation
from app.translate.layout import Layout, about_size


def fitted(library: Library, layout: Layout, name: str) -> Changes:
    """The directions, the sizes, the way back and the examples of a model, and its card."""
    directions = actions.directions(library, name)
    usual = directions[0][1]
    two = len(directions) > 1
    label, info = about_size(library, name)
    return {
        layout.choice.direction: gr.Radio(choices=directions, value=usual, visible=two),
        layout.choice.size: gr.Radio(
            choices=actions.sizes(library, name),
            value=actions.usual_size(library, name),
            label=label,
            info=info,
        ),
        layout.choice.back: gr.Checkbox(visible=two),
        layout.examples: samples(library, name, usual),
        layout.about: library.card(name),
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
