"""A new run: its task, its data and its options; the first half of the Train tab."""

from contextlib import suppress
from functools import partial
from typing import Any

import gradio as gr
from gradio.blocks import Block

from app.settings import Settings
from app.shared.wiring import PRIVATE, Changes, Values
from app.train import actions, cards, datasets, expected
from app.train.actions import RunRequest
from app.train.adding import own_data
from app.train.adding.own_data import QUEUE, OwnData, said
from app.train.form_layout import Around, Begun, Fitting, RunForm, lay_out, sizes, starts
from app.train.tasks import Task, find_task

NO_DATA = "Expected data to learn from, found none; choose an example or add yours."
UNASKED: Any = gr.update(value="", visible=False)


def build(settings: Settings) -> tuple[RunForm, Around, gr.Button]:
    """Lay the form out and wire what belongs to it alone; the button starts the training."""
    form, around, own, box, start = lay_out(settings)
    wire(settings, form, around, own, box)
    return form, around, start


def wire(
    settings: Settings, form: RunForm, around: Around, own: OwnData, box: gr.Accordion
) -> None:
    """What the form does by itself."""
    aside: dict[str, Any] = {"queue": False, **PRIVATE}
    taken = own_data.wire(settings, form.task, form.data, own)
    chosen = form.task.input(
        partial(choose, settings, form, around, own),
        [form.task, form.data],
        [
            around.about,
            form.data,
            form.preset,
            form.minutes,
            form.size,
            form.start,
            form.options,
            own.first,
            own.second,
            own.taking,
            around.asked,
            around.begun,
            around.swap,
            form.first_kind,
            form.second_kind,
            form.swapped,
        ],
        **aside,
    )
    for event in (form.data.change, around.opened.change, taken.success, chosen.success):
        event(
            partial(check, settings, around),
            [form.task, form.data],
            [around.sheet, around.report, around.natural, around.fitting],
            api_visibility="private",
            show_progress_on=[around.report],
            **QUEUE,
        ).then(  # a check takes seconds: what was chosen meanwhile is asked when it has ended
            partial(fill_in, form, around),
            [form.task, form.data, around.fitting, around.begun],
            [
                around.begun,
                around.swap,
                form.first_kind,
                form.second_kind,
                form.swapped,
                form.start,
                form.preset,
            ],
            **aside,
        )
    for event in (form.data.change, around.opened.change):
        event(
            partial(named, settings, form, own),
            [form.data, form.name, form.made_name],
            [
                form.name,
                form.made_name,
                own.new_name,
                own.new_name_trouble,
                own.confirmation,
            ],
            **aside,
        )
    around.swap.click(
        lambda swapped, first, second: (not swapped, second, first),
        [form.swapped, form.first_kind, form.second_kind],
        [form.swapped, form.first_kind, form.second_kind],
        **aside,
    )
    gr.on(
        [box.expand, form.preset.input],
        lambda key, preset: [key, preset],
        [form.task, form.preset],
        [around.asked],
        **aside,
    )
    gr.on(
        [form.preset.input, form.start.input],
        lambda key, preset, start: preset_update(find_task(key), preset, start),
        [form.task, form.preset, form.start],
        [form.preset],
        **aside,
    )
    form.start.input(
        lambda key, data, begun: begun._replace(chosen=(key, data)),
        [form.task, form.data, around.begun],
        [around.begun],
        **aside,
    )
    sums: list[Any] = [form.task, form.preset, form.minutes, form.size, form.start, around.natural]
    gr.on(
        [part.change for part in sums[1:]],
        partial(expect, settings, around),
        [*sums, form.steps],
        [around.few, around.smaller, around.smaller_size],
        trigger_mode="always_last",
        **aside,
    )
    around.smaller.click(lambda size: size, [around.smaller_size], [form.size], **aside)


def preset_update(task: Task, preset: str, start: str) -> gr.Dropdown:
    """The preset with what it is good for; a model to start from brings its own."""
    return gr.Dropdown(info=task.good_for(preset), visible=not start)


# what happens


def choose(
    settings: Settings, form: RunForm, around: Around, own: OwnData, key: str, data: str | None
) -> Changes:
    """Everything that another task changes; a person's own data stays chosen."""
    task = find_task(key)
    preset = next(iter(task.presets))
    there = datasets.names(settings, task)
    kept = data if data in datasets.own(settings) else there[0]
    return {
        around.about: cards.task_card(task),
        form.data: gr.Dropdown(choices=there, value=kept),
        form.preset: gr.Dropdown(
            choices=list(task.presets), value=preset, info=task.good_for(preset), visible=True
        ),
        form.minutes: task.minutes,
        form.size: gr.Dropdown(choices=sizes(task), value=0),
        form.start: gr.Dropdown(choices=starts(settings, task), value="", visible=not task.beside),
        form.options: {},
        around.asked: [key, preset],
        around.begun: Begun(),
        **own_data.other_task(task, own),
        **no_kinds(form, around),
    }


def no_kinds(form: RunForm, around: Around) -> Changes:
    """A and B are not asked for."""
    return {
        form.first_kind: UNASKED,
        form.second_kind: UNASKED,
        form.swapped: False,
        around.swap: gr.Button(visible=False),
    }


def named(
    settings: Settings, form: RunForm, own: OwnData, data: str | None, name: str, made: str
) -> Changes:
    """A name for the run, made from its data unless a person has typed one."""
    changes = own_data.chosen(settings, own, data)
    if not data or name not in ("", made):
        return changes
    name = actions.made_name(settings, data)
    return {**changes, form.name: name, form.made_name: name}


def check(settings: Settings, around: Around, key: str, data: str | None) -> Changes:
    """A look at data, whether it is fit, and what it says for the rest of the form."""
    nothing: Changes = {around.sheet: gr.Image(visible=False), around.natural: 0}
    if not data:
        return {**nothing, around.report: "", around.fitting: Fitting()}
    task = find_task(key)
    try:
        found = datasets.check(settings, data, task)
    except (ValueError, OSError) as error:
        return {**nothing, around.report: cards.trouble(error), around.fitting: Fitting()}
    kinds = found.report["kinds"] if task.names_sides else []
    return {
        around.sheet: gr.Image(found.look, visible=found.fit),
        around.report: cards.report_card(data, found.report),
        around.natural: found.report["size"] or 0,
        around.fitting: Fitting((key, data), actions.first_start(settings, task, kinds), kinds),
    }


def fill_in(
    form: RunForm, around: Around, key: str, data: str | None, fitting: Fitting, begun: Begun
) -> Changes:
    """What A and B seem to show and where to begin, as the check of the data found; once for a task
    and its data, and not where a person has chosen otherwise meanwhile."""
    if fitting.of is None:
        return {around.begun: begun._replace(filled=None), **no_kinds(form, around)}
    if fitting.of != (key, data) or begun.filled == fitting.of:
        return {around.begun: gr.skip()}
    chosen = begun.chosen if begun.chosen == fitting.of else None
    changes: Changes = {
        around.begun: Begun(filled=fitting.of, chosen=chosen),
        **no_kinds(form, around),
    }
    if not chosen:
        changes[form.start] = fitting.start
        changes[form.preset] = gr.Dropdown(visible=not fitting.start)
    if fitting.kinds:
        changes[form.first_kind], changes[form.second_kind] = (
            gr.update(value=kind, visible=True) for kind in fitting.kinds
        )
        changes[around.swap] = gr.Button(visible=True)
    return changes


def expect(
    settings: Settings,
    around: Around,
    key: str,
    preset: str,
    minutes: float,
    size: int,
    start: str,
    natural: int,
    steps: int,
) -> Changes:
    """A warning where few pictures will be seen, with a smaller size to take."""
    request = RunRequest(find_task(key).key, "", "", preset, minutes or 0, steps or 0, size, start)
    few = None
    with suppress(ValueError):  # of a choice that the task before had
        few = expected.too_few(settings, request, natural)
    return {
        around.few: said(cards.few_card(few) if few else ""),
        around.smaller: gr.Button(
            cards.smaller_words(few) if few else "", visible=bool(few and few.smaller)
        ),
        around.smaller_size: few.smaller if few else 0,
    }


def troubles(settings: Settings, form: RunForm, around: Around, values: Values) -> dict[Block, str]:
    """What is wrong with each field, by where it stands; empty where nothing is."""
    found: dict[Block, str] = dict.fromkeys(around.troubles(), "")
    found[around.of_name] = actions.trouble_of(actions.new_name, settings, values[form.name])
    minutes, steps = values[form.minutes] or 0, int(values[form.steps] or 0)
    found[around.of_limits] = actions.trouble_of(actions.limits, minutes, steps)
    kinds = (values[form.first_kind] or "", values[form.second_kind] or "")
    if find_task(values[form.task]).names_sides and any(kinds):
        found[around.of_kinds] = actions.trouble_of(actions.checked_domains, kinds)
    if not values[form.data]:
        found[around.of_rest] = NO_DATA
    return found


def told(found: dict[Block, str]) -> Changes:
    """Each trouble where it stands."""
    return {place: said(cards.trouble(sentence)) for place, sentence in found.items()}


def request_of(form: RunForm, values: Values) -> RunRequest:
    """The run that the form asks for.

    Raises:
        ValueError: no data is chosen.
    """
    if not values[form.data]:
        raise ValueError(NO_DATA)
    return RunRequest(
        task=values[form.task],
        data=values[form.data],
        name=values[form.name],
        preset=values[form.preset],
        minutes=values[form.minutes] or 0,
        steps=int(values[form.steps] or 0),
        size=int(values[form.size] or 0),
        start=values[form.start] or "",
        options=values[form.options] or {},
        domains=(values[form.first_kind] or "", values[form.second_kind] or ""),
        swapped=bool(values[form.swapped]),
    )
