"""The components of the Write tab."""

from collections.abc import Iterable
from dataclasses import dataclass

import gradio as gr
from gradio.blocks import Block

from app.shared.drawing.canvas import canvas
from app.shared.library import Library
from app.shared.live_picture import LivePicture
from app.write import actions
from models.calligraphy.sheet import INKS, PAPERS

FIRST = "山水有清音"
EMPTY = """
### There is no model that writes yet

In the Train tab choose **Two fonts, or your own writing** and the example `brush`, or train one in
a shell:

    atelier train pix2pix --data brush --recipe glyphs --minutes 120 --name brush
    atelier runs export brush

Then open this page again.
"""
HINT = "Type: the line is written while you do. Click a character to change it alone."
DIRECTIONS = [("Columns, right to left", "columns"), ("Rows", "rows")]
NAMES = {
    "kaisho": "Regular (kaisho)",
    "gyosho": "Running (gyosho)",
    "soseki": "Soseki",
    "black": "Black",
    "light": "Light",
    "brown": "Brown",
    "blue": "Blue",
    "cinnabar": "Cinnabar",
    "white": "White",
    "rice": "Rice paper",
    "transparent": "Transparent",
}
PEN = 12  # pixels of the canvas: as thick as strokes of the font are


@dataclass(frozen=True)
class Layout:
    """The components of the tab; `missing` stands in the place of `studio` without a model.

    Attributes:
        changes: characters by themselves; the text's own part of the session.
        index: of the character that was clicked.
    """

    missing: gr.Markdown
    complaints: gr.HTML
    studio: gr.Row
    picture: LivePicture
    message: gr.Markdown
    text: gr.Textbox
    name: gr.Dropdown
    manner: gr.Dropdown
    other: gr.Dropdown
    share: gr.Slider
    setting: gr.Radio
    size: gr.Slider
    ink: gr.Dropdown
    paper: gr.Dropdown
    seal: gr.Textbox
    varied: gr.Checkbox
    one: gr.Column
    chosen: gr.Markdown
    one_manner: gr.Dropdown
    one_other: gr.Dropdown
    one_share: gr.Slider
    drawing: gr.HTML
    draw: gr.Accordion
    reset: gr.Button
    png: gr.Button
    svg: gr.Button
    animation: gr.Button
    file: gr.File
    about: gr.HTML
    card: gr.Accordion
    changes: gr.State
    index: gr.Number

    @property
    def wanted(self) -> list[Block]:
        """What a writing is made of, in the order of `Writing`."""
        look = [self.manner, self.other, self.share, self.setting, self.ink, self.paper]
        return [self.name, self.text, *look, self.seal, self.varied, self.changes]

    @property
    def by_itself(self) -> list[Block]:
        """How one character is to be."""
        return [self.index, self.one_manner, self.one_other, self.one_share, self.drawing]


def lay_out(library: Library) -> Layout:
    """The text and the sheet above the choices, or how to get a model."""
    names = actions.model_names(library)
    first = names[0] if names else None
    manners = library.translator(first).manners if first else []
    missing = gr.Markdown(EMPTY, visible=not names, elem_id="no-writer")
    complaints = gr.HTML(library.complaints(), visible=not names)
    with gr.Row(visible=bool(names), equal_height=False, elem_classes="studio") as studio:
        with gr.Column(scale=2, min_width=300):
            line = gr.Textbox(
                FIRST,
                label="Text",
                info="Up to 60 characters; line breaks and punctuation are kept.",
                lines=3,
                max_lines=8,
                max_length=actions.MAX_CHARACTERS,
                elem_id="to-write",
            )
            manner, other, share = manner_choice(manners)
            setting = gr.Radio(DIRECTIONS, value="columns", label="Direction")
            with gr.Row():
                ink = gr.Dropdown(called(INKS), value="black", label="Ink", min_width=120)
                paper = gr.Dropdown(called(PAPERS), value="rice", label="Paper", min_width=120)
            seal = gr.Textbox(label="Seal", info="A name of up to four characters.", max_length=4)
            size = gr.Slider(48, 160, 96, step=8, label="Size on the page")
            varied = gr.Checkbox(label="Vary like a hand")
            name = gr.Dropdown(names, value=first, label="Model", filterable=False)
        with gr.Column(scale=3, min_width=320):
            picture = LivePicture(
                label="Writing",
                format="png",
                interactive=False,
                buttons=["fullscreen"],
                elem_classes="wordless",
                elem_id="sheet",
            )
            message = gr.Markdown(HINT, elem_id="said-of-writing")
            with gr.Column(visible=False, elem_id="by-itself") as one:
                chosen = gr.Markdown()
                one_manner, one_other, one_share = manner_choice(manners)
                with gr.Accordion("Draw it instead", open=False) as draw:
                    drawing = canvas("character", PEN, starts=False)
                reset = gr.Button("As the others", size="sm")
            with gr.Row():
                png = gr.Button("PNG for print", variant="primary", scale=4, min_width=130)
                svg = gr.Button("SVG", scale=2, min_width=60)
                animation = gr.Button("Animation", scale=3, min_width=100)
            file = gr.File(label="Your file", interactive=False, visible=False, elem_id="written")
            with gr.Accordion("About the model", open=False) as card:
                about = gr.HTML(library.card(first) if first else "", label="About")
    changes, index = gr.State({}), gr.Number(0, visible=False, precision=0, label="index")
    return Layout(
        missing=missing,
        complaints=complaints,
        studio=studio,
        picture=picture,
        message=message,
        text=line,
        name=name,
        manner=manner,
        other=other,
        share=share,
        setting=setting,
        size=size,
        ink=ink,
        paper=paper,
        seal=seal,
        varied=varied,
        one=one,
        chosen=chosen,
        one_manner=one_manner,
        one_other=one_other,
        one_share=one_share,
        drawing=drawing,
        draw=draw,
        reset=reset,
        png=png,
        svg=svg,
        animation=animation,
        file=file,
        about=about,
        card=card,
        changes=changes,
        index=index,
    )


def manner_choice(manners: list[str]) -> tuple[gr.Dropdown, gr.Dropdown, gr.Slider]:
    """Two manners and a place between them; hidden where there is only one."""
    seen, (first, second) = len(manners) > 1, [*manners, None, None][:2]
    choices = called(manners)
    with gr.Row():
        manner = gr.Dropdown(choices, value=first, label="Manner", visible=seen, min_width=190)
        other = gr.Dropdown(
            choices, value=second, label="Blended with", visible=seen, min_width=190
        )
    return (
        manner,
        other,
        gr.Slider(0, 1, 0, step=0.05, label="From the first to the second", visible=seen),
    )


def manner_parts(layout: Layout) -> list[Block]:
    """The components that choose manners."""
    whole = [layout.manner, layout.other, layout.share]
    return [*whole, layout.one_manner, layout.one_other, layout.one_share]


def called(names: Iterable[str]) -> list[tuple[str, str]]:
    """Choices as Gradio takes them: what they are called, and their names."""
    return [(NAMES.get(name, name), name) for name in names]
