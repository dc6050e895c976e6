"""Runs to watch: the second half of the Train tab."""

import html
from contextlib import suppress
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.blocks import Block

from app.settings import Settings
from app.shared import listing as listings
from app.shared.drawings import takes_outline
from app.shared.library import Library
from app.shared.wiring import PRIVATE, Changes, Values, spoken
from app.train import actions
from app.train.watching import progress, run_card
from app.train.watching.layout import Resting, Using, Watched, details
from models.images import read_image
from models.sampler import Sampler
from models.translator import Translator
from training.runs.summary import RunSummary, summaries

EMPTY = "<p>Nothing was trained yet: begin under New.</p>"
READY = {
    ("generate",): "{model} is ready in Generate.",
    ("translate",): "{model} is ready in Translate.",
    ("draw", "translate"): "{model} is ready in Draw and Translate.",
    ("write", "translate"): "{model} is ready in Write and Translate.",
}
CARD = "The Models tab has its card, and its zip for another Atelier."
EVERY = 2.0  # seconds between two looks


def build(settings: Settings) -> tuple[Watched, Using, gr.Timer]:
    """Lay it out and wire it; the timer looks again and again as long as it is active."""
    timer = gr.Timer(EVERY, active=False)
    with gr.Row(equal_height=False, elem_classes="shelf"):
        with gr.Column(scale=2, min_width=280):
            listing = listings.listing("Run", "runs", "#run-state")
        with gr.Column(scale=3, min_width=300, visible=False) as column:
            watched, stop, resting, using = details(listing, column)
    aside: dict[str, Any] = {"queue": False, **PRIVATE}
    outputs = watched.components()
    look_again = partial(look, settings, watched)
    inputs: set[Block] = {listing, watched.history, watched.figures, watched.shown}
    for event in (timer.tick, watched.history.input, watched.figures.input):
        event(look_again, inputs, outputs, **aside)
    listing.input(partial(afresh, settings, watched), [listing], outputs, **aside)
    wire(settings, watched, stop, resting)
    return watched, using, timer


def wire(settings: Settings, watched: Watched, stop: gr.Button, resting: Resting) -> None:
    """Each button, and then a look at what came of it."""
    aside: dict[str, Any] = {"queue": False, **PRIVATE}
    chosen, outputs = watched.listing, watched.components()
    stopped = stop.click(spoken(actions.stop, settings), [chosen], None, **aside)
    resumed = resting.resume.click(
        spoken(actions.resume, settings), [chosen, resting.minutes], None, **PRIVATE
    )
    for event in (stopped, resumed):
        event.success(partial(afresh, settings, watched), [chosen], outputs, **aside)
    resting.rename.click(
        spoken(rename, settings, watched, resting),
        {chosen, resting.new_name},
        [resting.new_name, *outputs],
        **PRIVATE,
    )
    resting.delete.click(
        lambda name: {resting.confirmation: gr.Column(visible=True), resting.condemned: name},
        [chosen],
        [resting.confirmation, resting.condemned],
        **aside,
    )
    resting.keep.click(
        lambda: gr.Column(visible=False), None, [resting.confirmation], queue=False, **PRIVATE
    )
    resting.confirm.click(
        spoken(delete, settings, watched, resting),
        [resting.condemned],
        [resting.confirmation, *outputs],
        **PRIVATE,
    )


# what happens


def rows(settings: Settings, found: list[RunSummary]) -> str:
    """The list as HTML."""
    if not found:
        return EMPTY
    return listings.rows("Runs", [row(settings, run) for run in found])


def row(settings: Settings, run: RunSummary) -> str:
    """One run in the list."""
    about = f"<span>{html.escape(run_card.task_and_data(run))}</span>"
    picture, state = thumbnail(settings, run.name), run_card.state_words(run)
    return listings.row("listed-run", run.name, picture, about, state)


def thumbnail(settings: Settings, name: str) -> str:
    """A corner of a run's newest samples."""
    there = progress.samples(settings.runs, name)
    return corner_of(there[-1], there[-1].stat().st_mtime_ns) if there else ""


@lru_cache(maxsize=64)
def corner_of(path: Path, _written: int) -> str:
    """A corner of a sheet, which stays what it is until the sheet is written again."""
    return listings.thumbnail(read_image(path))


def afresh(settings: Settings, watched: Watched, name: str | None) -> Changes:
    """Everything of a run, from the newest samples on; it is chosen in the list."""
    updates = watch(settings, watched, name, None, None, {})
    now = updates[watched.shown]
    return {**updates, watched.listing: gr.HTML(now["name"] or "", rows=now["rows"])}


def look(settings: Settings, watched: Watched, values: Values) -> Changes:
    """The changes since the last look of the page; none where a run is renamed, deleted or written
    meanwhile, for the next look is right."""
    with suppress(ValueError, OSError):
        return watch(
            settings,
            watched,
            name=values[watched.listing],
            position=values[watched.history],
            figures=values[watched.figures],
            shown=values[watched.shown],
        )
    return {}


def watch(
    settings: Settings,
    watched: Watched,
    name: str | None,
    position: int | None,
    figures: list[str] | None,
    shown: dict[str, Any],
) -> Changes:
    """The changes since the last look.

    Args:
        position: of the samples to show; the newest ones are followed as long as they are shown.
        figures: the chosen curves.
        shown: what the page has, by name.
    """
    found, asked = summaries(settings.runs), name
    names = [run.name for run in found]
    name = name if name in names else (names[0] if names else None)
    now: dict[str, Any] = {"rows": rows(settings, found), "name": name}
    if name is None:
        listing = gr.HTML("", rows=now["rows"])
        return {
            watched.listing: listing,
            watched.column: gr.Column(visible=False),
            watched.shown: now,
        }
    run = next(one for one in found if one.name == name)
    other = shown.get("name") != name
    updates: Changes = {
        watched.state: run_card.state_card(run),
        watched.log: progress.log(settings.runs, name),
        watched.running: gr.Row(visible=run.alive),
        watched.resting: gr.Column(visible=not run.alive),
        **show_samples(settings, watched, name, None if other else position, shown, now),
        **show_curves(settings, watched, name, None if other else figures, shown, now),
        **show_exports(settings, watched, name, shown, now),
        watched.shown: now,
    }
    if has_changed("rows", shown, now):
        # what is chosen in it stays, for a person may just have chosen another
        same = name == asked
        renewed = gr.HTML(rows=now["rows"]) if same else gr.HTML(name, rows=now["rows"])
        updates[watched.listing] = renewed
    if other:
        updates |= {watched.column: gr.Column(visible=True), **nothing_said(watched)}
    return updates


def nothing_said(watched: Watched) -> Changes:
    """Take away what was said and asked of the run that was shown before."""
    return {
        watched.used: "",
        watched.onwards: gr.Row(visible=False),
        watched.confirmation: gr.Column(visible=False),
        watched.new_name: "",
        watched.model: "",
    }


def has_changed(key: str, shown: dict[str, Any], now: dict[str, Any]) -> bool:
    """Whether something is not as the page has it, or of another run."""
    return now.get(key) != shown.get(key) or now["name"] != shown.get("name")


def show_samples(
    settings: Settings,
    watched: Watched,
    name: str,
    position: int | None,
    shown: dict[str, Any],
    now: dict[str, Any],
) -> Changes:
    """The samples at a position, and the slider over all of them."""
    there = progress.samples(settings.runs, name)
    newest = len(there) - 1
    if position is None or position >= shown.get("newest", 0):
        position = newest
    position = int(max(0, min(position, newest)))
    now["newest"] = newest
    now["samples"] = there[position].name if there else ""
    updates: Changes = {}
    if has_changed("samples", shown, now):
        picture = read_image(there[position]) if there else None
        updates[watched.samples] = gr.Image(picture, visible=bool(there))
    if has_changed("newest", shown, now):
        updates[watched.history] = gr.Slider(
            maximum=max(1, newest), value=position, visible=newest > 0
        )
    return updates


def show_curves(
    settings: Settings,
    watched: Watched,
    name: str,
    figures: list[str] | None,
    shown: dict[str, Any],
    now: dict[str, Any],
) -> Changes:
    """The choice of curves, and those that are chosen."""
    curves = progress.curves(settings.runs, name)
    names = sorted(one for one in curves if len(curves[one]) >= run_card.LEAST_POINTS)
    chosen = [one for one in figures or [] if one in names] or run_card.usual_figures(names)
    now["names"], now["curves"] = names, [chosen, sum(map(len, curves.values()))]
    updates: Changes = {}
    if has_changed("names", shown, now):
        updates[watched.figures] = gr.Dropdown(choices=names, value=chosen, visible=bool(names))
    if has_changed("curves", shown, now):
        updates[watched.plot] = gr.LinePlot(run_card.table(curves, chosen), visible=bool(names))
    return updates


def show_exports(
    settings: Settings,
    watched: Watched,
    name: str,
    shown: dict[str, Any],
    now: dict[str, Any],
) -> Changes:
    """Whether there is a model to use, which, and the samples of each beside each other."""
    there = progress.exports(settings.runs, name)
    now["exports"] = [(which, progress.seen(settings.runs, name, which)) for which in there]
    if not has_changed("exports", shown, now):
        return {}
    sheets = [
        (
            read_image(progress.export_sheet(settings.runs, name, which)),
            f"{which}, after {images:,} pictures",
        )
        for which, images in now["exports"]
    ]
    several = len(there) > 1
    return {
        watched.exported: gr.Column(visible=bool(there)),
        watched.which: gr.Radio(there, value=there[0] if there else None, visible=several),
        watched.sheets: gr.Gallery(sheets, visible=several),
    }


def use(settings: Settings, watched: Watched, using: Using, values: Values) -> Changes:
    """Put a run's model among the user's own, and say so."""
    name, which = values[watched.listing], values[using.which]
    model = actions.use(settings, name, which, values[using.model])
    offered = offered_in(Library(settings.weights).get(model))
    words = READY[offered].format(model=f"<b>{html.escape(model)}</b>")
    return {
        using.words: f"<p role='status'>{words} {CARD}</p>",
        using.model: "",
        using.made: model,
        using.row: gr.Row(visible=True),
        **{button: gr.Button(visible=tab in offered) for tab, button in using.onwards.items()},
    }


def offered_in(model: Sampler | Translator) -> tuple[str, ...]:
    """The tabs that offer a model, by their ids."""
    if isinstance(model, Sampler):
        return ("generate",)
    if model.writes:
        return ("write", "translate")
    return ("draw", "translate") if takes_outline(model) else ("translate",)


def rename(settings: Settings, watched: Watched, resting: Resting, values: Values) -> Changes:
    """Rename, and show it under its new name."""
    name = actions.rename(settings, values[watched.listing], values[resting.new_name])
    return {resting.new_name: "", **afresh(settings, watched, name)}


def delete(settings: Settings, watched: Watched, resting: Resting, name: str) -> Changes:
    """Delete, say so, and show what is left."""
    actions.delete(settings, name)
    gr.Info(f"{html.escape(name)} is deleted.", duration=5)
    return {resting.confirmation: gr.Column(visible=False), **afresh(settings, watched, None)}
