"""The Learn tab: the theory of the game as animations, trained while one looks."""

import html
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import gradio as gr

from app.learn import actions
from app.learn.actions import LANGUAGES, LESSONS, RANGES, LessonSettings, said
from app.learn.animation import animation
from app.shared.wiring import PRIVATE, Changes, Values, spoken, spoken_steps

FIRST, ENGLISH = "optimal-critic", "en"
AT_ONCE: dict[str, Any] = {
    "concurrency_id": "lesson",
    "concurrency_limit": 2,
}  # for everybody together
STORED = {"kind": "stored"}


Control = gr.Dropdown | gr.Slider


@dataclass(frozen=True)
class Layout:
    """The components of the tab.

    Attributes:
        note: says the same as `status`, without a language.
        controls: the settings of a run, by their names in `actions.LessonSettings`.
    """

    lesson: gr.Radio
    language: gr.Radio
    card: gr.HTML
    preset: gr.Radio
    run: gr.Button
    stop: gr.Button
    picture: gr.HTML
    note: gr.State
    status: gr.HTML
    controls: dict[str, Control]


def build() -> None:
    """Lay the tab out and wire it."""
    wire(lay_out())
    gr.api(spoken(learn), api_name="learn", **AT_ONCE)


def lay_out() -> Layout:
    """The first lesson in English, with its stored run."""
    with gr.Row(equal_height=False):
        lesson = gr.Radio(
            actions.lesson_titles(ENGLISH),
            value=FIRST,
            label=page("lesson"),
            scale=4,
            min_width=300,
            elem_id="lesson",
        )
        language = gr.Radio(
            [(name, code) for code, name in LANGUAGES.items()],
            value=ENGLISH,
            label="Language · 語言 · 语言",
            scale=2,
            min_width=300,
            elem_id="language",
        )
    card = gr.HTML(actions.card(FIRST, ENGLISH), elem_id="lesson-card")
    with gr.Row(equal_height=False):
        presets = LESSONS[FIRST].presets
        preset = gr.Radio(
            actions.choices("presets", presets, ENGLISH),
            value=next(iter(presets)),
            label=page("preset"),
            scale=4,
            min_width=300,
            elem_id="preset",
        )
        with gr.Column(min_width=200):
            run = gr.Button(page("run"), variant="primary", elem_classes="go", elem_id="run-lesson")
            stop = gr.Button(page("stop"), visible=False, elem_id="stop-lesson")
    picture = animation(actions.example(FIRST), FIRST, actions.picture_words(ENGLISH))
    status = gr.HTML(status_of(STORED, FIRST, ENGLISH), elem_id="lesson-status")
    return Layout(
        lesson=lesson,
        language=language,
        card=card,
        preset=preset,
        run=run,
        stop=stop,
        picture=picture,
        note=gr.State(STORED),
        status=status,
        controls=settings_form(),
    )


def page(name: str, language: str = ENGLISH) -> str:
    """A text of the page."""
    return said("page", name, language)


def settings_form() -> dict[str, Control]:
    """The controls with the first preset's settings, by name."""
    first = actions.preset(FIRST, next(iter(LESSONS[FIRST].presets)))
    changes = number_changes(first, ENGLISH)
    controls: dict[str, Control] = {}
    with gr.Row():
        for name, change in choice_changes(first, ENGLISH).items():
            controls[name] = gr.Dropdown(
                filterable=False, elem_id=f"lesson-{name}", min_width=240, **change
            )
    for names in (("k", "lr_generator", "lr_critic"), ("steps", "seed")):
        with gr.Row():
            for name in names:
                low, high, step = RANGES[name]
                controls[name] = gr.Slider(
                    low,
                    high,
                    step=step,
                    min_width=240,
                    elem_id=f"lesson-{name}",
                    **changes[name],
                )
    return controls


def wire(layout: Layout) -> None:
    """Run, stop, and the choices of lesson, preset and language."""
    aside = {"queue": False, **PRIVATE}
    controls = layout.controls.values()
    buttons = [layout.run, layout.stop]
    said_of_run = [layout.note, layout.status, *buttons]
    playing = layout.run.click(
        spoken_steps(play, layout),
        {layout.language, layout.lesson, *controls},
        [layout.picture, *said_of_run],
        **AT_ONCE,
        **PRIVATE,
    )
    playing.then(
        partial(over, layout),
        {layout.language, layout.lesson, layout.note},
        [layout.status, *buttons],
        **aside,
    )
    # first the end of what is trained; what follows is queued, because only the queue's answers
    # come to the page in their order: after the last picture of what was ended
    layout.stop.click(stop, None, None, **aside).then(
        partial(stopped, layout), {layout.language}, said_of_run, **PRIVATE
    )
    layout.lesson.input(stop, None, None, **aside).then(
        partial(choose, layout),
        {layout.language, layout.lesson},
        [layout.card, layout.picture, layout.preset, *said_of_run, *controls],
        **PRIVATE,
    )
    layout.preset.input(
        partial(begin_with, layout),
        {layout.language, layout.lesson, layout.preset},
        [*controls],
        **aside,
    )
    layout.language.input(
        partial(translate, layout),
        {layout.language, layout.lesson, layout.note, *controls},
        [layout.lesson, layout.card, layout.picture, layout.preset, *said_of_run, *controls],
        **aside,
    )


# what happens


def play(layout: Layout, request: gr.Request, values: Values) -> Iterator[Changes]:
    """Train a lesson; the picture and the status after each frame."""
    language, lesson = values[layout.language], values[layout.lesson]
    began, running = time.monotonic(), buttons(layout, running=True)
    yield {**noted(layout, {"kind": "starting"}, lesson, language), **running}
    lines, done, every = "", 0, 1
    try:
        for done, line in enumerate(actions.play(settings_of(layout, values), session_of(request))):
            lines += line
            every = every if done else json.loads(line)["frames"]  # of the header, the first line
            note = {"kind": "running", "done": done, "all": every}
            yield {layout.picture: lines, **noted(layout, note, lesson, language), **running}
    except ValueError:
        yield stopped(layout, values)
        raise
    if done == every:  # else it was stopped
        note = {"kind": "done", "seconds": f"{time.monotonic() - began:.1f}"}
        yield {layout.picture: lines, **noted(layout, note, lesson, language), **buttons(layout)}


def over(layout: Layout, values: Values) -> Changes:
    """The status and the buttons when nothing is trained any more; the language may be another
    one now."""
    note = values[layout.note]
    if note["kind"] != "done":
        return buttons(layout)
    words = status_of(note, values[layout.lesson], values[layout.language])
    return {layout.status: words, **buttons(layout)}


def buttons(layout: Layout, running: bool = False) -> Changes:
    """The buttons that run and stop, of which one is there."""
    return {layout.run: gr.Button(visible=not running), layout.stop: gr.Button(visible=running)}


def noted(layout: Layout, note: dict[str, Any], lesson: str, language: str) -> Changes:
    """A note, and its words."""
    return {layout.note: note, layout.status: status_of(note, lesson, language)}


def settings_of(layout: Layout, values: Values) -> LessonSettings:
    """The settings that the controls show."""
    chosen = {name: values[control] for name, control in layout.controls.items()}
    return LessonSettings(values[layout.lesson], **chosen)


def session_of(request: gr.Request) -> str:
    """The person behind a request; a script without a session is one for all of them."""
    return request.session_hash or ""


def stop(request: gr.Request) -> None:
    """End what this person trains."""
    actions.stop(session_of(request), actions.PATIENCE)


def stopped(layout: Layout, values: Values) -> Changes:
    """The status and the buttons after a lesson was stopped."""
    note = {"kind": "stopped"}
    return {**noted(layout, note, FIRST, values[layout.language]), **buttons(layout)}


def choose(layout: Layout, values: Values) -> Changes:
    """Another lesson: its card, its stored run and what can be set."""
    language, lesson = values[layout.language], values[layout.lesson]
    name, *_ = presets = LESSONS[lesson].presets
    return {
        layout.card: actions.card(lesson, language),
        layout.picture: gr.HTML(actions.example(lesson), lesson=lesson),
        layout.preset: gr.Radio(
            actions.choices("presets", presets, language), value=name, visible=len(presets) > 1
        ),
        **noted(layout, STORED, lesson, language),
        **buttons(layout),
        **control_changes(layout, actions.preset(lesson, name), language),
    }


def begin_with(layout: Layout, values: Values) -> Changes:
    """The controls as a preset has them."""
    settings = actions.preset(values[layout.lesson], values[layout.preset])
    return control_changes(layout, settings, values[layout.language])


def translate(layout: Layout, values: Values) -> Changes:
    """The tab in another language; what is chosen and shown stays."""
    language, lesson = values[layout.language], values[layout.lesson]
    presets = actions.choices("presets", LESSONS[lesson].presets, language)
    return {
        layout.lesson: gr.Radio(actions.lesson_titles(language), label=page("lesson", language)),
        layout.card: actions.card(lesson, language),
        layout.picture: gr.HTML(words=actions.picture_words(language)),
        layout.status: status_of(values[layout.note], lesson, language),
        layout.preset: gr.Radio(presets, label=page("preset", language)),
        layout.run: gr.Button(page("run", language)),
        layout.stop: gr.Button(page("stop", language)),
        **control_changes(layout, settings_of(layout, values), language),
    }


def control_changes(layout: Layout, settings: LessonSettings, language: str) -> Changes:
    """The controls with these settings, in this language."""
    chosen = choice_changes(settings, language)
    numbers = number_changes(settings, language)
    return {
        **{layout.controls[name]: gr.Dropdown(**change) for name, change in chosen.items()},
        **{layout.controls[name]: gr.Slider(**change) for name, change in numbers.items()},
    }


def choice_changes(settings: LessonSettings, language: str) -> dict[str, dict[str, Any]]:
    """Choices, value and label of each choice; hidden where there is but one."""
    lesson = LESSONS[settings.lesson]
    return {
        name: {
            "choices": actions.choices("choices", known, language),
            "value": getattr(settings, name),
            "label": page(name, language),
            "visible": len(known) > 1,
        }
        for name, known in (
            ("objective", lesson.objectives),
            ("remedy", lesson.remedies),
            ("mixture", lesson.mixtures),
        )
    }


def number_changes(settings: LessonSettings, language: str) -> dict[str, dict[str, Any]]:
    """Value and label of each number; hidden where the lesson does not use it."""
    unused = LESSONS[settings.lesson].unused
    return {
        name: {
            "value": getattr(settings, name),
            "label": page(name, language),
            "visible": name not in unused,
        }
        for name in RANGES
    }


def status_of(note: dict[str, Any], lesson: str, language: str) -> str:
    """A note in words, as HTML."""
    if note["kind"] == "stored":
        return actions.example_words(lesson, language)
    numbers = {name: value for name, value in note.items() if name != "kind"}
    return f"<p>{html.escape(page(note['kind'], language).format(**numbers))}</p>"


# the same for scripts


def learn(
    request: gr.Request,
    lesson: str,
    objective: str = "nonsaturating",
    remedy: str = "none",
    mixture: str = "ring",
    k: int = 1,
    lr_generator: float = 0.001,
    lr_critic: float = 0.001,
    steps: int = 1500,
    seed: int = 0,
) -> list[dict[str, Any]]:
    """Train a lesson; its header and its frames."""
    chosen = LessonSettings(
        lesson, objective, remedy, mixture, k, lr_generator, lr_critic, steps, seed
    )
    return [json.loads(line) for line in actions.play(chosen, session_of(request))]
