"""What trains and what was trained: the second half of the Train tab."""

import html
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import gradio as gr

from app.settings import Settings
from app.shared import listing as listings
from app.shared.wiring import PRIVATE, OwnComponent, Parts, spoken
from app.train import actions, cards, progress
from models.images import read_image
from training.runs.summary import RunSummary, summaries

EMPTY = "<p>Nothing was trained yet: start with the form beside.</p>"
EVERY = 2.0  # seconds between two looks
MORE_MINUTES = 20


class HistorySlider(gr.Slider, metaclass=OwnComponent):
    """A slider whose end moves while a page looks: a value beyond the end that the server knows of
    this page is no fault, `show_samples` takes the nearest picture there is."""

    is_template = True

    def preprocess(self, payload: float) -> float:
        return round(payload)


@dataclass
class Watched(Parts):
    """What is shown of the chosen run, in the order of `watch`."""

    listing: gr.HTML
    column: gr.Column
    state: gr.HTML
    samples: gr.Image
    history: HistorySlider
    figures: gr.Dropdown
    plot: gr.LinePlot
    log: gr.Textbox
    going: gr.Row
    resting: gr.Column
    exported: gr.Column
    which: gr.Radio
    sheets: gr.Gallery
    shown: gr.State


@dataclass
class Buttons:
    """What can be done with a run."""

    stop: gr.Button
    minutes: gr.Slider
    resume: gr.Button
    new_name: gr.Textbox
    rename: gr.Button
    delete: gr.Button
    confirmation: gr.Column
    condemned: gr.Textbox
    confirm: gr.Button
    model: gr.Textbox
    use: gr.Button
    words: gr.HTML


def build(settings: Settings) -> tuple[Watched, Buttons, gr.Timer]:
    """Lay it out and wire it; the timer looks again and again as long as it is active."""
    timer = gr.Timer(EVERY, active=False)
    with gr.Row(equal_height=False, elem_classes="shelf"):
        with gr.Column(scale=2, min_width=280):
            listing = listings.listing("Run", "runs", "#run-state")
        with gr.Column(scale=3, min_width=300, visible=False) as column:
            watched, buttons = details(listing, column)
    look = [listing, watched.history, watched.figures, watched.shown]
    look_again = partial(watch, settings)
    timer.tick(look_again, look, watched.all(), queue=False, **PRIVATE)
    listing.input(partial(afresh, settings), [listing], watched.all(), queue=False, **PRIVATE)
    for event in (watched.history.input, watched.figures.input):
        event(look_again, look, watched.all(), queue=False, **PRIVATE)
    wire(settings, watched, buttons)
    return watched, buttons, timer


# layout


def details(listing: gr.HTML, column: gr.Column) -> tuple[Watched, Buttons]:
    """What is shown of a run, and what can be done with it."""
    state = gr.HTML(label="State", elem_id="run-state")
    with gr.Row(visible=False) as going:
        stop = gr.Button("Stop and keep what it has learned", size="md", elem_id="stop-run")
    exported, which, sheets, use_parts = using()
    with gr.Column(visible=False) as resting:
        rest_parts = going_on()
    samples = gr.Image(
        label="What it makes of the same start each time",
        format="png",
        interactive=False,
        buttons=["download", "fullscreen"],
        elem_id="run-samples",
    )
    history = HistorySlider(0, 1, 0, step=1, label="Earlier and later", elem_id="run-history")
    figures = gr.Dropdown([], multiselect=True, label="Curves", elem_id="run-figures")
    plot = gr.LinePlot(
        x="images", y="value", color="figure", show_label=False, height=240, elem_id="run-plot"
    )
    with gr.Accordion("Log", open=False):
        log = gr.Textbox(lines=12, max_lines=12, show_label=False, interactive=False)
    watched = Watched(
        listing, column, state, samples, history, figures, plot, log, going, resting, exported,
        which, sheets, gr.State({}),
    )  # fmt: skip
    return watched, Buttons(stop, *rest_parts, *use_parts)


def using() -> tuple[gr.Column, gr.Radio, gr.Gallery, list]:
    """What becomes of what a run has learned."""
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
    return column, which, sheets, [model, use, words]


def going_on() -> list:
    """A run that rests can go on, be renamed, or go."""
    with gr.Row():
        minutes = gr.Slider(
            1, 240, MORE_MINUTES, step=1, label="Go on for (minutes)", min_width=160
        )
        resume = gr.Button("Go on", size="md", min_width=100, elem_id="resume-run")
    with gr.Accordion("Rename or delete", open=False):
        with gr.Row():
            new_name = gr.Textbox(label="A new name", max_lines=1, min_width=140)
            rename = gr.Button("Rename", size="md", min_width=100, elem_id="rename-run")
        delete = gr.Button("Delete this run", size="md", elem_id="delete-run")
        with gr.Column(visible=False) as confirmation:
            gr.HTML("<p>Delete it for good, with its checkpoints? Models in use stay.</p>")
            condemned = gr.Textbox(label="Name", visible=False)
            with gr.Row():
                confirm = gr.Button(
                    "Delete it for good", variant="primary", size="md", min_width=120
                )
                keep = gr.Button("Keep it", size="md", min_width=120)
    keep.click(lambda: gr.Column(visible=False), None, [confirmation], queue=False, **PRIVATE)
    return [minutes, resume, new_name, rename, delete, confirmation, condemned, confirm]


def wire(settings: Settings, watched: Watched, buttons: Buttons) -> None:
    """Each order, and then a look at what came of it."""
    aside = {"queue": False, **PRIVATE}
    chosen = watched.listing
    done = [
        buttons.stop.click(spoken(actions.stop, settings), [chosen], None, **aside),
        buttons.resume.click(
            spoken(actions.resume, settings), [chosen, buttons.minutes], None, **PRIVATE
        ),
    ]
    for event in done:
        event.success(partial(afresh, settings), [chosen], watched.all(), **aside)
    buttons.rename.click(
        spoken(rename, settings),
        [chosen, buttons.new_name],
        [buttons.new_name, *watched.all()],
        **PRIVATE,
    )
    buttons.delete.click(
        lambda name: (gr.Column(visible=True), name),
        [chosen],
        [buttons.confirmation, buttons.condemned],
        **aside,
    )
    buttons.confirm.click(
        spoken(delete, settings),
        [buttons.condemned],
        [buttons.confirmation, *watched.all()],
        **PRIVATE,
    )
    chosen.input(lambda: "", None, [buttons.words], **aside)  # said of another run


# what happens


def rows(settings: Settings, found: list[RunSummary]) -> str:
    """The list as HTML."""
    if not found:
        return EMPTY
    return listings.rows("Runs", [row(settings, run) for run in found])


def row(settings: Settings, run: RunSummary) -> str:
    """One run in the list."""
    about = f"<span>{html.escape(cards.task_and_data(run))}</span>"
    state = cards.STATES.get(run.state, run.state)
    return listings.row("listed-run", run.name, thumbnail(settings, run.name), about, state)


def thumbnail(settings: Settings, name: str) -> str:
    """A corner of a run's newest samples."""
    there = progress.samples(settings.runs, name)
    return corner_of(there[-1], there[-1].stat().st_mtime_ns) if there else ""


@lru_cache(maxsize=64)
def corner_of(path: Path, _written: int) -> str:
    """A corner of a sheet, which stays what it is until the sheet is written again."""
    return listings.thumbnail(read_image(path))


def afresh(settings: Settings, name: str | None) -> list:
    """Everything of a run, from the newest samples on; it is chosen in the list."""
    _, *rest = watch(settings, name, None, None, {})
    now = rest[-1]
    return [gr.HTML(now["name"] or "", rows=now["rows"]), *rest]


def watch(
    settings: Settings, name: str | None, position: int | None, figures: list | None, shown: dict
) -> list:
    """What has changed since the last look, in the order of `Watched`.

    Args:
        position: of the samples to show; the newest ones are followed as long as they are shown.
        shown: what the page has, by part.
    """
    found, asked = summaries(settings.runs), name
    names = [run.name for run in found]
    name = name if name in names else (names[0] if names else None)
    now: dict = {"rows": rows(settings, found), "name": name}
    if name is None:
        listing = gr.HTML("", rows=now["rows"])
        return [listing, gr.Column(visible=False), *(gr.skip() for _ in range(11)), now]
    run = next(one for one in found if one.name == name)
    other = shown.get("name") != name
    return [
        changed(now, shown, "rows", lambda: list_of(now["rows"], name, asked)),
        gr.Column(visible=True) if other else gr.skip(),
        cards.state_card(run),
        *show_samples(settings, name, None if other else position, shown, now),
        *show_curves(settings, name, None if other else figures, shown, now),
        progress.log(settings.runs, name),
        gr.Row(visible=run.alive),
        gr.Column(visible=not run.alive),
        *show_exports(settings, name, shown, now),
        now,
    ]


def list_of(rows: str, name: str, asked: str | None) -> gr.HTML:
    """The list anew; what is chosen in it stays, for a person may just have chosen another."""
    return gr.HTML(rows=rows) if name == asked else gr.HTML(name, rows=rows)


def changed(now: dict, shown: dict, key: str, update) -> object:
    """An update where something has changed since the last look, in this or in another run."""
    same = now.get(key) == shown.get(key) and now["name"] == shown.get("name")
    return gr.skip() if same else update()


def show_samples(
    settings: Settings, name: str, position: int | None, shown: dict, now: dict
) -> tuple:
    """The samples at a position, and the slider over all of them."""
    there = progress.samples(settings.runs, name)
    newest = len(there) - 1
    if position is None or position >= shown.get("newest", 0):
        position = newest
    position = int(max(0, min(position, newest)))
    now["newest"] = newest
    now["samples"] = there[position].name if there else ""
    picture = changed(
        now,
        shown,
        "samples",
        lambda: gr.Image(read_image(there[position]) if there else None, visible=bool(there)),
    )
    slider = changed(
        now,
        shown,
        "newest",
        lambda: gr.Slider(maximum=max(1, newest), value=position, visible=newest > 0),
    )
    return picture, slider


def show_curves(
    settings: Settings, name: str, figures: list | None, shown: dict, now: dict
) -> tuple:
    """The choice of curves, and those that are chosen."""
    curves = progress.curves(settings.runs, name)
    names = sorted(curves)
    chosen = [one for one in figures or [] if one in curves] or cards.usual_figures(names)
    now["names"], now["curves"] = names, [chosen, sum(map(len, curves.values()))]
    picker = changed(now, shown, "names", lambda: gr.Dropdown(choices=names, value=chosen))
    plot = changed(
        now,
        shown,
        "curves",
        lambda: gr.LinePlot(cards.table(curves, chosen), visible=bool(names)),
    )
    return picker, plot


def show_exports(settings: Settings, name: str, shown: dict, now: dict) -> tuple:
    """Whether there is a model to use, which, and the samples of each beside each other."""
    there = progress.exports(settings.runs, name)
    now["exports"] = [(which, progress.seen(settings.runs, name, which)) for which in there]
    if now["exports"] == shown.get("exports") and name == shown.get("name"):
        return (gr.skip(),) * 3
    sheets = [
        (
            read_image(progress.export_sheet(settings.runs, name, which)),
            f"{which}, after {images:,} pictures",
        )
        for which, images in now["exports"]
    ]
    return (
        gr.Column(visible=bool(there)),
        gr.Radio(there, value=there[0] if there else None, visible=len(there) > 1),
        gr.Gallery(sheets, visible=len(there) > 1),
    )


def use(settings: Settings, name: str, which: str, model: str) -> tuple:
    """Put a run's model among the user's own, and say so."""
    model = actions.use(settings, name, which, model)
    words = (
        f"<p role='status'><b>{html.escape(model)}</b> is ready in the other tabs; the Models tab "
        "has its card, and its zip for another Atelier.</p>"
    )
    return words, ""


def rename(settings: Settings, name: str, new: str) -> tuple:
    """Rename, and show it under its new name."""
    return "", *afresh(settings, actions.rename(settings, name, new))


def delete(settings: Settings, name: str) -> tuple:
    """Delete, say so, and show what is left."""
    actions.delete(settings, name)
    gr.Info(f"{html.escape(name)} is deleted.", duration=5)
    return gr.Column(visible=False), *afresh(settings, None)
