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
from app.learn.actions import LESSONS, RANGES, STORY, LessonSettings, said
from app.learn.animation import animation
from app.learn.story import story
from app.shared.wiring import PRIVATE, Changes, Values, spoken, spoken_steps

FIRST = "optimal-critic"
AT_ONCE: dict[str, Any] = {
    "concurrency_id": "lesson",
    "concurrency_limit": 2,
}  # for everybody together


Control = gr.Dropdown | gr.Slider


@dataclass(frozen=True)
class Layout:
    """The components of the tab.

    Attributes:
        controls: the settings of a run, by their names in `actions.LessonSettings`.
    """

    lesson: gr.Radio
    card: gr.HTML
    preset: gr.Radio
    run: gr.Button
    stop: gr.Button
    picture: gr.HTML
    status: gr.HTML
    controls: dict[str, Control]


def build() -> None:
    """Lay the tab out and wire it."""
    wire(lay_out())
    gr.api(spoken(learn), api_name="learn", **AT_ONCE)


def lay_out() -> Layout:
    """Lesson 0, and behind it the first of the others with its stored run."""
    lesson = gr.Radio(
        actions.lesson_titles(), value=STORY, label=page("lesson"), min_width=300, elem_id="lesson"
    )
    card = gr.HTML(story(), elem_id="lesson-card")
    with gr.Column(elem_id="lesson-work"):  # which animation.css hides beside the story
        with gr.Row(equal_height=False):
            presets = LESSONS[FIRST].presets
            preset = gr.Radio(
                actions.choices("presets", presets),
                value=next(iter(presets)),
                label=page("preset"),
                scale=4,
                min_width=300,
                elem_id="preset",
            )
            with gr.Column(min_width=200):
                run = gr.Button(
                    page("run"), variant="primary", elem_classes="go", elem_id="run-lesson"
                )
                stop = gr.Button(page("stop"), visible=False, elem_id="stop-lesson")
        picture = animation(actions.example(FIRST), FIRST, actions.picture_words())
        status = gr.HTML(actions.example_words(FIRST), elem_id="lesson-status")
        controls = settings_form()
    return Layout(lesson, card, preset, run, stop, picture, status, controls)


def page(name: str) -> str:
    """A text of the page."""
    return said("page", name)


def settings_form() -> dict[str, Control]:
    """The controls with the first preset's settings, by name."""
    first = actions.preset(FIRST, next(iter(LESSONS[FIRST].presets)))
    changes = number_changes(first)
    controls: dict[str, Control] = {}
    with gr.Row():
        for name, change in choice_changes(first).items():
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
    """Run, stop, and the choices of lesson and preset."""
    aside = {"queue": False, **PRIVATE}
    controls = layout.controls.values()
    said_of_run = [layout.status, layout.run, layout.stop]
    playing = layout.run.click(
        spoken_steps(play, layout),
        {layout.lesson, *controls},
        [layout.picture, *said_of_run],
        **AT_ONCE,
        **PRIVATE,
    )
    playing.then(partial(buttons, layout), None, [layout.run, layout.stop], **aside)
    # first the end of what is trained; what follows is queued, because only the queue's answers
    # come to the page in their order: after the last picture of what was ended
    layout.stop.click(stop, None, None, **aside).then(
        partial(stopped, layout), None, said_of_run, **PRIVATE
    )
    layout.lesson.input(stop, None, None, **aside).then(
        partial(choose, layout),
        {layout.lesson},
        [layout.card, layout.picture, layout.preset, *said_of_run, *controls],
        **PRIVATE,
    )
    layout.preset.input(
        partial(begin_with, layout), {layout.lesson, layout.preset}, [*controls], **aside
    )


# what happens


def play(layout: Layout, request: gr.Request, values: Values) -> Iterator[Changes]:
    """Train a lesson; the picture and the status after each frame."""
    began, running = time.monotonic(), buttons(layout, running=True)
    yield {layout.status: status("starting"), **running}
    lines, done, every = "", 0, 1
    try:
        for done, line in enumerate(actions.play(settings_of(layout, values), session_of(request))):
            lines += line
            every = every if done else json.loads(line)["frames"]  # of the header, the first line
            words = status("running", done=done, all=every)
            yield {layout.picture: lines, layout.status: words, **running}
    except ValueError:
        yield stopped(layout)
        raise
    if done == every:  # else it was stopped
        words = status("done", seconds=f"{time.monotonic() - began:.1f}")
        yield {layout.picture: lines, layout.status: words, **buttons(layout)}


def buttons(layout: Layout, running: bool = False) -> Changes:
    """The buttons that run and stop, of which one is there."""
    return {layout.run: gr.Button(visible=not running), layout.stop: gr.Button(visible=running)}


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


def stopped(layout: Layout) -> Changes:
    """The status and the buttons after a lesson was stopped."""
    return {layout.status: status("stopped"), **buttons(layout)}


def choose(layout: Layout, values: Values) -> Changes:
    """Another lesson: its card, its stored run and what can be set."""
    lesson = values[layout.lesson]
    if lesson == STORY:
        return {layout.card: story(), **buttons(layout)}
    name, *_ = presets = LESSONS[lesson].presets
    return {
        layout.card: actions.card(lesson),
        layout.picture: gr.HTML(actions.example(lesson), lesson=lesson),
        layout.preset: gr.Radio(
            actions.choices("presets", presets), value=name, visible=len(presets) > 1
        ),
        layout.status: actions.example_words(lesson),
        **buttons(layout),
        **control_changes(layout, actions.preset(lesson, name)),
    }


def begin_with(layout: Layout, values: Values) -> Changes:
    """The controls as a preset has them."""
    return control_changes(layout, actions.preset(values[layout.lesson], values[layout.preset]))


def control_changes(layout: Layout, settings: LessonSettings) -> Changes:
    """The controls with these settings."""
    chosen, numbers = choice_changes(settings), number_changes(settings)
    return {
        **{layout.controls[name]: gr.Dropdown(**change) for name, change in chosen.items()},
        **{layout.controls[name]: gr.Slider(**change) for name, change in numbers.items()},
    }


def choice_changes(settings: LessonSettings) -> dict[str, dict[str, Any]]:
    """Choices, value and label of each choice; hidden where there is but one."""
    lesson = LESSONS[settings.lesson]
    return {
        name: {
            "choices": actions.choices("choices", known),
            "value": getattr(settings, name),
            "label": page(name),
            "visible": len(known) > 1,
        }
        for name, known in (
            ("objective", lesson.objectives),
            ("remedy", lesson.remedies),
            ("mixture", lesson.mixtures),
        )
    }


def number_changes(settings: LessonSettings) -> dict[str, dict[str, Any]]:
    """Value and label of each number; hidden where the lesson does not use it."""
    unused = LESSONS[settings.lesson].unused
    return {
        name: {
            "value": getattr(settings, name),
            "label": page(name),
            "visible": name not in unused,
        }
        for name in RANGES
    }


def status(kind: str, **values: object) -> str:
    """How far a lesson is in words, as HTML."""
    return f"<p>{html.escape(page(kind).format(**values))}</p>"


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
