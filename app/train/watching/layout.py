"""The components of the runs to watch."""

from dataclasses import dataclass

import gradio as gr
from gradio.blocks import Block

from app.shared.name_picker import NamePicker
from app.shared.wiring import OwnComponent

MORE_MINUTES = 20
OPEN_IN = {  # by the id of the tab
    "generate": "Open in Generate",
    "draw": "Open in Draw",
    "write": "Open in Write",
    "translate": "Open in Translate",
}


class HistorySlider(gr.Slider, metaclass=OwnComponent):
    """A slider whose end moves while a page looks: a value beyond the end that the server knows of
    this page is no fault, `show_samples` takes the nearest picture there is."""

    is_template = True

    def preprocess(self, payload: float) -> float:
        return round(payload)


@dataclass(frozen=True)
class Watched:
    """The components that show the chosen run.

    Attributes:
        running, resting: what can be done while it runs, and while it does not.
        exported: what can be done with its models.
        used, onwards, confirmation, new_name, model: what is said and asked of this run alone.
        shown: state: what the page has, by name.
    """

    listing: gr.HTML
    column: gr.Column
    state: gr.HTML
    samples: gr.Image
    history: HistorySlider
    figures: gr.Dropdown
    plot: gr.LinePlot
    log: gr.Textbox
    running: gr.Row
    resting: gr.Column
    exported: gr.Column
    which: gr.Radio
    sheets: gr.Gallery
    used: gr.HTML
    onwards: gr.Row
    confirmation: gr.Column
    new_name: gr.Textbox
    model: gr.Textbox
    shown: gr.State

    def components(self) -> list[Block]:
        return list(vars(self).values())


@dataclass(frozen=True)
class Using:
    """The components by which a run's model is put among the user's own.

    Attributes:
        onwards: goes to a tab with it, by the tab's id: those that offer it.
        made: its name.
    """

    column: gr.Column
    sheets: gr.Gallery
    which: gr.Radio
    model: gr.Textbox
    use: gr.Button
    onwards: dict[str, gr.Button]
    words: gr.HTML
    row: gr.Row
    made: gr.State


@dataclass(frozen=True)
class Resting:
    """The components by which a run that does not train goes on, is renamed, or deleted."""

    column: gr.Column
    minutes: gr.Slider
    resume: gr.Button
    new_name: gr.Textbox
    rename: gr.Button
    delete: gr.Button
    confirmation: gr.Column
    condemned: gr.Textbox
    confirm: gr.Button
    keep: gr.Button


def details(listing: gr.HTML, column: gr.Column) -> tuple[Watched, gr.Button, Resting, Using]:
    """The chosen run, the button that stops it, and what else can be done with it."""
    state = gr.HTML(label="State", elem_id="run-state")
    with gr.Row(visible=False) as running:
        stop = gr.Button("Stop and keep what it has learned", size="md", elem_id="stop-run")
    using, resting = lay_out_use(), lay_out_rest()
    samples = gr.Image(
        label="Samples, each time from the same start",
        format="png",
        interactive=False,
        buttons=["download", "fullscreen"],
        elem_id="run-samples",
    )
    history = HistorySlider(0, 1, 0, step=1, label="Earlier and later", elem_id="run-history")
    figures = NamePicker([], multiselect=True, label="Curves", visible=False, elem_id="run-figures")
    plot = gr.LinePlot(
        x="images",
        y="value",
        color="figure",
        x_title="pictures seen",
        y_title=" ",
        color_title=" ",
        show_label=False,
        height=300,
        visible=False,
        elem_id="run-plot",
    )
    with gr.Accordion("Log", open=False):
        log = gr.Textbox(lines=12, max_lines=12, show_label=False, interactive=False)
    watched = Watched(
        listing=listing,
        column=column,
        state=state,
        samples=samples,
        history=history,
        figures=figures,
        plot=plot,
        log=log,
        running=running,
        resting=resting.column,
        exported=using.column,
        which=using.which,
        sheets=using.sheets,
        used=using.words,
        onwards=using.row,
        confirmation=resting.confirmation,
        new_name=resting.new_name,
        model=using.model,
        shown=gr.State({}),
    )
    return watched, stop, resting, using


def lay_out_use() -> Using:
    """A form for the model that a run has exported."""
    with gr.Column(visible=False, elem_id="use-run") as column:
        sheets = gr.Gallery(
            label="Best and last",
            columns=2,
            object_fit="contain",
            height=260,
            interactive=False,
            elem_id="run-sheets",
        )
        with gr.Row():
            which = gr.Radio(["best", "last"], value="best", label="Which of them", min_width=120)
            model = gr.Textbox(
                label="Its name as a model",
                placeholder="as the run",
                max_lines=1,
                min_width=140,
                elem_id="new-model",
            )
        use = gr.Button("Use this model", variant="primary", elem_id="use-model")
        words = gr.HTML(label="Result", elem_id="used")
        with gr.Row(visible=False) as row:
            onwards = {
                tab: gr.Button(label, size="md", min_width=120, elem_id=f"open-in-{tab}")
                for tab, label in OPEN_IN.items()
            }
    return Using(column, sheets, which, model, use, onwards, words, row, gr.State(""))


def lay_out_rest() -> Resting:
    """A form for a run that does not train."""
    with gr.Column(visible=False) as column:
        with gr.Row():
            minutes = gr.Slider(
                1, 240, MORE_MINUTES, step=1, label="Go on for (minutes)", min_width=160
            )
            resume = gr.Button("Go on", size="md", min_width=100, elem_id="resume-run")
        with gr.Accordion("Rename or delete", open=False):
            with gr.Row():
                new_name = gr.Textbox(label="A new name", max_lines=1, min_width=140)
                rename = gr.Button("Rename", size="md", min_width=100, elem_id="rename-run")
            delete = gr.Button("Delete this run", size="md", variant="stop", elem_id="delete-run")
            with gr.Column(visible=False) as confirmation:
                gr.HTML("<p>Delete it for good, with its checkpoints? Models in use stay.</p>")
                condemned = gr.Textbox(label="Name", visible=False)
                with gr.Row():
                    confirm = gr.Button(
                        "Delete it for good", variant="stop", size="md", min_width=120
                    )
                    keep = gr.Button("Keep it", size="md", min_width=120)
    return Resting(
        column,
        minutes,
        resume,
        new_name,
        rename,
        delete,
        confirmation,
        condemned,
        confirm,
        keep,
    )
