"""The components of the Write tab, and the words on them."""

from dataclasses import dataclass

import gradio as gr
from gradio.blocks import Block

from app.shared.drawing.canvas import canvas
from app.shared.library import Library
from app.shared.live_picture import LivePicture
from app.write import actions
from app.write.texts import say, told
from models.calligraphy.sheet import INKS, PAPERS

FIRST = "山水有清音"
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
    missing = gr.Markdown(say("empty"), visible=not names, elem_id="no-writer")
    complaints = gr.HTML(library.complaints(), visible=not names)
    with gr.Row(visible=bool(names), equal_height=False, elem_classes="studio") as studio:
        with gr.Column(scale=2, min_width=300):
            line = gr.Textbox(
                FIRST,
                label=say("text"),
                info=say("text_info"),
                lines=3,
                max_lines=8,
                max_length=actions.MAX_CHARACTERS,
                elem_id="to-write",
            )
            manner, other, share = manner_choice(manners)
            setting = gr.Radio(
                told("setting", actions.SETTINGS), value="columns", label=say("setting")
            )
            with gr.Row():
                ink = gr.Dropdown(told("ink", INKS), value="black", label=say("ink"), min_width=120)
                paper = gr.Dropdown(
                    told("paper", PAPERS), value="rice", label=say("paper"), min_width=120
                )
            seal = gr.Textbox(label=say("seal"), info=say("seal_info"), max_length=4)
            size = gr.Slider(48, 160, 96, step=8, label=say("size"))
            varied = gr.Checkbox(label=say("varied"))
            name = gr.Dropdown(names, value=first, label=say("model"), filterable=False)
        with gr.Column(scale=3, min_width=320):
            picture = LivePicture(
                label=say("picture"),
                show_label=False,
                format="png",
                interactive=False,
                buttons=["fullscreen"],
                elem_id="sheet",
            )
            message = gr.Markdown(say("hint"), elem_id="said-of-writing")
            with gr.Column(visible=False, elem_id="by-itself") as one:
                chosen = gr.Markdown()
                one_manner, one_other, one_share = manner_choice(manners)
                with gr.Accordion(say("draw"), open=False) as draw:
                    drawing = canvas("character", PEN, starts=False)
                reset = gr.Button(say("reset"), size="sm")
            with gr.Row():
                png = gr.Button(say("png"), variant="primary", min_width=120)
                svg = gr.Button(say("svg"), min_width=90)
                animation = gr.Button(say("animation"), min_width=110)
            file = gr.File(label=say("file"), interactive=False, visible=False, elem_id="written")
            with gr.Accordion(say("about"), open=False) as card:
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
    choices = told("manner", manners)
    with gr.Row():
        manner = gr.Dropdown(choices, value=first, label=say("manner"), visible=seen, min_width=120)
        other = gr.Dropdown(choices, value=second, label=say("other"), visible=seen, min_width=120)
    return manner, other, gr.Slider(0, 1, 0, step=0.05, label=say("share"), visible=seen)


def manner_parts(layout: Layout) -> list[Block]:
    """The components that choose manners."""
    whole = [layout.manner, layout.other, layout.share]
    return [*whole, layout.one_manner, layout.one_other, layout.one_share]


def labelled(layout: Layout) -> dict[Block, tuple[str, str]]:
    """Components, what their words are called in Gradio, and in texts.json."""
    labels = "text manner other share setting size ink paper seal varied draw file picture"
    found = {getattr(layout, one): ("label", one) for one in labels.split()}
    for one in ("manner", "other", "share"):
        found[getattr(layout, f"one_{one}")] = ("label", one)
    for one in ("reset", "png", "svg", "animation"):
        found[getattr(layout, one)] = ("value", one)
    return {**found, layout.card: ("label", "about"), layout.name: ("label", "model")}
