"""The Learn tab: the theory of the game as moving pictures, trained while one looks."""

import html
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass

import gradio as gr

from app.learn import actions
from app.learn.actions import LANGUAGES, LESSONS, RANGES, Settings, said
from app.learn.animation import moving_picture
from app.shared.wiring import PRIVATE, Parts, spoken, spoken_steps

FIRST, ENGLISH = "optimal-critic", "en"
AT_ONCE = {"concurrency_id": "lesson", "concurrency_limit": 2}  # for everybody together
STORED = {"kind": "stored"}


@dataclass
class Controls(Parts):
    """What can be set, in the order of `learning.Settings` after the lesson."""

    objective: gr.Dropdown
    remedy: gr.Dropdown
    mixture: gr.Dropdown
    k: gr.Slider
    lr_generator: gr.Slider
    lr_critic: gr.Slider
    steps: gr.Slider
    seed: gr.Slider


@dataclass
class Shown(Parts):
    """What is shown of a lesson; `note` is what `status` says, without a language."""

    card: gr.HTML
    picture: gr.HTML
    note: gr.State
    status: gr.HTML
    preset: gr.Radio


@dataclass
class Head(Parts):
    """What is chosen first, and the buttons."""

    language: gr.Radio
    lesson: gr.Radio
    run: gr.Button
    stop: gr.Button


def build() -> None:
    """Lay the tab out and wire it."""
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
    picture = moving_picture(actions.example(FIRST), FIRST, actions.picture_words(ENGLISH))
    status = gr.HTML(status_of(STORED, FIRST, ENGLISH), elem_id="lesson-status")
    controls = settings_form()
    shown = Shown(card, picture, gr.State(STORED), status, preset)
    wire(Head(language, lesson, run, stop), shown, controls)
    gr.api(spoken(learn), api_name="learn", **AT_ONCE)


def page(name: str, language: str = ENGLISH) -> str:
    """A text of the page."""
    return said("page", name, language)


def settings_form() -> Controls:
    """The controls with the first preset's settings."""
    first = actions.preset(FIRST, next(iter(LESSONS[FIRST].presets)))
    changes = number_changes(first, ENGLISH)
    with gr.Row():
        chosen = {
            name: gr.Dropdown(filterable=False, elem_id=f"lesson-{name}", min_width=240, **change)
            for name, change in choice_changes(first, ENGLISH).items()
        }
    numbers = {}
    for names in (("k", "lr_generator", "lr_critic"), ("steps", "seed")):
        with gr.Row():
            numbers |= {
                name: gr.Slider(
                    *RANGES[name][:2],
                    step=RANGES[name][2],
                    min_width=240,
                    elem_id=f"lesson-{name}",
                    **changes[name],
                )
                for name in names
            }
    return Controls(**chosen, **numbers)


def wire(head: Head, shown: Shown, controls: Controls) -> None:
    """What each part does."""
    aside = {"queue": False, **PRIVATE}
    buttons = [head.run, head.stop]
    playing = head.run.click(
        spoken_steps(play),
        [head.language, head.lesson, *controls.all()],
        [shown.picture, shown.note, shown.status, *buttons],
        **AT_ONCE,
        **PRIVATE,
    )
    playing.then(over, [head.language, head.lesson, shown.note], [shown.status, *buttons], **aside)
    # first the end of what is trained; what follows is queued, because only the queue's answers
    # come to the page in their order: after the last picture of what was ended
    head.stop.click(stop, None, None, **aside).then(
        stopped, [head.language], [shown.note, shown.status, *buttons], **PRIVATE
    )
    head.lesson.input(stop, None, None, **aside).then(
        choose,
        [head.language, head.lesson],
        [*shown.all(), *buttons, *controls.all()],
        **PRIVATE,
    )
    shown.preset.input(
        begin_with, [head.language, head.lesson, shown.preset], controls.all(), **aside
    )
    head.language.input(
        translate,
        [head.language, head.lesson, shown.note, *controls.all()],
        [head.lesson, *shown.all(), *buttons, *controls.all()],
        **aside,
    )


# what happens


def play(request: gr.Request, language: str, lesson: str, *values) -> Iterator[tuple]:
    """Train a lesson; what the picture, the note, the status and the buttons are after each
    frame."""
    busy, began = (gr.Button(visible=False), gr.Button(visible=True)), time.monotonic()
    yield gr.skip(), {"kind": "starting"}, status_of({"kind": "starting"}, lesson, language), *busy
    lines, done, every = "", 0, 1
    try:
        for done, line in enumerate(actions.play(Settings(lesson, *values), request.session_hash)):
            lines += line
            every = every if done else json.loads(line)["frames"]  # of the header, the first line
            note = {"kind": "running", "done": done, "all": every}
            yield lines, note, status_of(note, lesson, language), *busy
    except ValueError:
        yield gr.skip(), *stopped(language)
        raise
    if done == every:  # else it was stopped
        note = {"kind": "done", "seconds": f"{time.monotonic() - began:.1f}"}
        yield lines, note, status_of(note, lesson, language), *at_rest()


def over(language: str, lesson: str, note: dict) -> tuple:
    """The status and the buttons when nothing is trained any more; the language may be another
    one now."""
    words = status_of(note, lesson, language) if note["kind"] == "done" else gr.skip()
    return words, *at_rest()


def at_rest() -> tuple[gr.Button, gr.Button]:
    """The buttons while nothing is trained."""
    return gr.Button(visible=True), gr.Button(visible=False)


def stop(request: gr.Request) -> None:
    """End what this person trains."""
    actions.stop(request.session_hash, actions.PATIENCE)


def stopped(language: str) -> tuple:
    """What is said when a lesson was stopped."""
    note = {"kind": "stopped"}
    return note, status_of(note, FIRST, language), *at_rest()


def choose(language: str, lesson: str) -> tuple:
    """Another lesson: its card, its stored run and what can be set."""
    name, *_ = presets = LESSONS[lesson].presets
    return (
        actions.card(lesson, language),
        gr.HTML(actions.example(lesson), lesson=lesson),
        STORED,
        status_of(STORED, lesson, language),
        gr.Radio(
            actions.choices("presets", presets, language), value=name, visible=len(presets) > 1
        ),
        *at_rest(),
        *control_changes(actions.preset(lesson, name), language),
    )


def begin_with(language: str, lesson: str, preset: str) -> list:
    """The controls as a preset has them."""
    return control_changes(actions.preset(lesson, preset), language)


def translate(language: str, lesson: str, note: dict, *values) -> tuple:
    """The tab in another language; what is chosen and shown stays."""
    presets = actions.choices("presets", LESSONS[lesson].presets, language)
    return (
        gr.Radio(actions.lesson_titles(language), label=page("lesson", language)),
        actions.card(lesson, language),
        gr.HTML(words=actions.picture_words(language)),
        note,
        status_of(note, lesson, language),
        gr.Radio(presets, label=page("preset", language)),
        gr.Button(page("run", language)),
        gr.Button(page("stop", language)),
        *control_changes(Settings(lesson, *values), language),
    )


def control_changes(settings: Settings, language: str) -> list:
    """The controls with these settings, in this language."""
    chosen = choice_changes(settings, language).values()
    numbers = number_changes(settings, language).values()
    return [
        *(gr.Dropdown(**changes) for changes in chosen),
        *(gr.Slider(**changes) for changes in numbers),
    ]


def choice_changes(settings: Settings, language: str) -> dict[str, dict]:
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


def number_changes(settings: Settings, language: str) -> dict[str, dict]:
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


def status_of(note: dict, lesson: str, language: str) -> str:
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
) -> list[dict]:
    """Train a lesson; its header and its frames."""
    chosen = Settings(lesson, objective, remedy, mixture, k, lr_generator, lr_critic, steps, seed)
    return [json.loads(line) for line in actions.play(chosen, request.session_hash)]
