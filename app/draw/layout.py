"""The components of the Draw tab: the canvas and what is said beside it, the translation, and other
answers to choose from."""

import html
from dataclasses import dataclass
from typing import NamedTuple

import gradio as gr
from gradio.blocks import Block
from PIL import Image

from app.draw import actions
from app.draw.outlines import Outline, first_outline
from app.draw.photographed import DETAIL, KINDS, MOST_DETAIL
from app.made.passing import TO_TRANSLATE
from app.shared.drawing.canvas import canvas
from app.shared.drawings import to_data_url
from app.shared.library import Library
from app.shared.listing import listing
from app.shared.live_picture import LivePicture
from app.shared.wiring import Changes
from models.conditions.words import LONGEST
from models.translator import Translator

EMPTY = """
### There is no model for outlines yet

A model that turns outlines into pictures is trained with

    python -m training.pix2pix --data emoji --recipe cpu --name NAME
    python -m training.runs export NAME

Then open this page again.
"""
WORDS = "What is it?"
WORDS_HINT = "A word or a few, in English or Chinese: a ripe strawberry"
OTHERS = "Other answers"
NEAR = "More like this"


class Asked(NamedTuple):
    """Which answers stand to choose from: the first is that of `seeds`, and others like it or
    not."""

    seeds: str = ""
    near: bool = False
    turn: int = 0


@dataclass(frozen=True)
class Layout:
    """The components of the tab; `missing` stands in the place of `studio` without a model.

    Attributes:
        drawing, words: what a person gives.
        said, hints: the words and the dabs as they are sent: the page fills them in from the field
            and from the canvas, and a script that leaves them out says nothing, whatever the page
            opens with.
        suggestions: words that go on as the ones typed begin; its value is the chosen one.
        photograph, kind, detail: an uploaded picture, which the page fills in from the canvas as
            well, what it shows, and how faint lines count.
        remark: beneath the picture.
        keep, pass_on: the picture onto the shelf, or to another tab.
        as_svg, svg: the picture as flat regions, asked for and come.
        answers: other pictures of the same drawing; its value are the seeds of the chosen one.
        near, others: more answers, like the chosen one or not.
        asked: which other pictures.
        recalled: parameters of the result whose settings came back last.
        many: what there is only where a model has several answers.
    """

    missing: gr.Column
    complaints: gr.HTML
    studio: gr.Row
    drawing: gr.HTML
    words: gr.Textbox
    suggestions: gr.HTML
    said: gr.Textbox
    hints: gr.Textbox
    photograph: gr.Textbox
    kind: gr.Radio
    detail: gr.Slider
    output: LivePicture
    remark: gr.HTML
    as_svg: gr.Button
    keep: gr.Button
    pass_on: gr.Button
    svg: gr.Textbox
    many: gr.Column
    answers: gr.HTML
    near: gr.Button
    others: gr.Button
    asked: gr.State
    recalled: gr.State
    name: gr.Dropdown
    about: gr.HTML

    @property
    def told(self) -> list[Block]:
        """What `actions.translate` takes, in its order."""
        return [self.name, self.drawing, self.said, self.hints, self.answers]

    def abilities(self, model: Translator) -> Changes:
        """What a model can be told is shown, the rest is not."""
        return {
            self.drawing: gr.HTML(listens=model.takes_hints),
            self.words: gr.Textbox(visible=model.takes_words),
            self.many: gr.Column(visible=bool(model.z_dim)),
        }


@dataclass(frozen=True)
class Opening:
    """What a model shows of the first outline, before anybody has drawn."""

    outline: Outline
    picture: Image.Image
    remark: str
    rows: str
    card: str
    model: Translator


def opening(library: Library, name: str) -> Opening:
    """The tab as it opens with a model: a finished drawing."""
    outline = first_outline()
    told = (library, name, to_data_url(outline.picture), outline.words)
    rows = answer_rows(actions.variants(*told))
    # last: its remark tells how long it took, and the first picture of all takes seconds longer
    picture, remark = actions.translate(*told)
    model = actions.translator(library, name)
    return Opening(outline, picture, remark, rows, library.card(name), model)


def lay_out(library: Library) -> Layout:
    """The canvas beside its translation, or how to train a model where there is none."""
    names = actions.model_names(library)
    first = opening(library, names[0]) if names else None
    model = first.model if first else None
    with gr.Column(visible=not names) as missing:
        gr.Markdown(EMPTY)
        complaints = gr.HTML(library.complaints())
    with gr.Row(visible=bool(names), equal_height=False, elem_classes="studio") as studio:
        with gr.Column(min_width=300):
            drawing = canvas(
                value=to_data_url(first.outline.picture) if first else "",
                listens=bool(model and model.takes_hints),
                sampled="#translation img",
            )
            words = gr.Textbox(
                first.outline.words if first else "",
                label=WORDS,
                placeholder=WORDS_HINT,
                max_length=LONGEST,
                visible=bool(model and model.takes_words),
                elem_id="what",
            )
            suggestions = listing("Suggestions", "suggestions", "#translation")
            said = gr.Textbox("", label="Words", visible=False)
            hints = gr.Textbox("", label="Dabs of colour", visible=False)
            with gr.Column(elem_id="photograph"):
                photograph = gr.Textbox("", label="Photograph", visible=False)
                kind = gr.Radio(list(KINDS), value=KINDS[0], label="The picture shows")
                detail = gr.Slider(0, MOST_DETAIL, DETAIL, step=1, label="Fainter lines")
        with gr.Column(min_width=300):
            output = picture(first.picture if first else actions.blank())
            remark = gr.HTML(first.remark if first else "", label="Hint", elem_id="words")
            with gr.Row():
                as_svg = gr.Button("Download as SVG", size="sm", scale=3, min_width=130)
                keep = gr.Button("Keep", size="sm", scale=1, min_width=60, elem_id="keep-drawing")
                pass_on = gr.Button(TO_TRANSLATE, size="sm", scale=2, min_width=105)
            svg = gr.Textbox("", label="SVG", visible=False)
            with gr.Column(visible=bool(model and model.z_dim), elem_id="many") as many:
                answers = listing(OTHERS, "answers", "#translation", first.rows if first else "")
                with gr.Row():
                    near, others = gr.Button(NEAR, size="sm"), gr.Button(OTHERS, size="sm")
            name = gr.Dropdown(
                names,
                value=names[0] if names else None,
                label="Model",
                filterable=False,
                elem_classes="model-picker",
            )
            about = gr.HTML(first.card if first else "", label="About")
    return Layout(
        missing=missing,
        complaints=complaints,
        studio=studio,
        drawing=drawing,
        words=words,
        suggestions=suggestions,
        said=said,
        hints=hints,
        photograph=photograph,
        kind=kind,
        detail=detail,
        output=output,
        remark=remark,
        as_svg=as_svg,
        keep=keep,
        pass_on=pass_on,
        svg=svg,
        many=many,
        answers=answers,
        near=near,
        others=others,
        asked=gr.State(Asked()),
        recalled=gr.State({}),
        name=name,
        about=about,
    )


def picture(value: Image.Image) -> LivePicture:
    """The translation."""
    return LivePicture(
        value,
        label="Picture",
        format="png",
        interactive=False,
        buttons=["download", "fullscreen"],
        elem_classes="wordless",
        elem_id="translation",
    )


def answer_rows(answers: list[tuple[str, Image.Image]]) -> str:
    """Answers to choose from, as HTML."""
    rows = [
        choice("answers", seeds, f"<img src='{to_data_url(one)}' alt='Answer {number}'>")
        for number, (seeds, one) in enumerate(answers, start=1)
    ]
    return f"<div role='radiogroup' aria-label='{OTHERS}'>{''.join(rows)}</div>" if rows else ""


def suggestion_rows(texts: list[str]) -> str:
    """Suggestions to choose from, as HTML."""
    rows = [choice("suggestions", text, html.escape(text)) for text in texts]
    return f"<div role='radiogroup' aria-label='Suggestions'>{''.join(rows)}</div>" if rows else ""


def choice(group: str, value: str, shown: str) -> str:
    """One of several to choose from; its text comes from a person and is escaped."""
    return f"<label><input type='radio' name='{group}' value='{html.escape(value)}'>{shown}</label>"
