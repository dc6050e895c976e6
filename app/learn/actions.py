"""The Learn tab as plain functions: its words, and a lesson's process with its frames."""

import html
import json
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from app.shared import processes
from training.runs.log import last_words

HERE = Path(__file__).parent
WORDS = json.loads((HERE / "words.json").read_text("utf-8"))
STORY = "forger"  # lesson 0, which is told and not trained
SCRIPT = "training.theory"
SECONDS = 120.0  # that a lesson may take
PATIENCE = 3.0  # seconds that who stops a lesson waits for its last words
# the ends and the step of each slider
RANGES = {
    "k": (1, 10, 1),
    "lr_generator": (0.0001, 0.01, 0.0001),
    "lr_critic": (0.0001, 0.01, 0.0001),
    "steps": (30, 4000, 10),
    "seed": (0, 9999, 1),
}
JENSEN_SHANNON = ("nonsaturating", "minimax")
PLANES = ("ring", "grid")
# seconds a thousand steps: a few, or fifteen
QUICK = ("gradient-penalty", "packing", "mode-regularisation")
SLOW = ("minibatch-discrimination", "unrolling")


@dataclass(frozen=True)
class LessonSettings:
    """The options of `python -m training.theory` that a person can set, by their names there."""

    lesson: str
    objective: str = "nonsaturating"
    remedy: str = "none"
    mixture: str = "ring"
    k: int = 1
    lr_generator: float = 0.001
    lr_critic: float = 0.001
    steps: int = 1500
    seed: int = 0


@dataclass(frozen=True)
class Lesson:
    """The choices of a lesson; where there is one, nothing is asked.

    Attributes:
        presets: settings to begin with, by name; the first is what is stored.
        unused: numbers that change nothing in it.
    """

    presets: dict[str, dict]
    objectives: tuple[str, ...] = JENSEN_SHANNON
    remedies: tuple[str, ...] = ("none",)
    mixtures: tuple[str, ...] = ("ring",)
    unused: tuple[str, ...] = ()


COLLAPSE = {"lr_generator": 0.003, "steps": 800}
PRECISE = {"k": 5, "lr_generator": 0.0003, "lr_critic": 0.002, "steps": 800}
LESSONS = {
    "optimal-critic": Lesson(
        {
            "many-steps": PRECISE,
            "slow-critic": {"lr_critic": 0.0002, "steps": 1000},
            "least-squares": {"objective": "lsgan", **PRECISE},
        },
        (*JENSEN_SHANNON, "lsgan"),
    ),
    "value": Lesson({"many-steps": PRECISE, "slow-critic": {"lr_critic": 0.0002, "steps": 1000}}),
    "saturation": Lesson(
        {"sure": {"steps": 300}},
        ("nonsaturating",),
        mixtures=PLANES,
        unused=("k", "lr_generator"),
    ),
    "modes": Lesson(
        {
            "collapse": COLLAPSE,
            **{name: {**COLLAPSE, "remedy": name, "steps": 1500} for name in QUICK},
            **{name: {**COLLAPSE, "remedy": name} for name in SLOW},
        },
        (*JENSEN_SHANNON, "lsgan", "hinge", "wasserstein", "rpgan"),
        ("none", *QUICK, *SLOW),
        PLANES,
    ),
    "balance": Lesson(
        {
            "balanced": {"steps": 1000},
            "strong": {"k": 10, "lr_generator": 0.0003, "lr_critic": 0.005, "steps": 300},
            "weak": {"lr_critic": 0.0001, "steps": 1000},
        },
        mixtures=PLANES,
    ),
}


@dataclass
class Work:
    """A lesson that is trained.

    Attributes:
        stopped: whether somebody ended it.
        over: set when nothing more comes of it.
    """

    process: subprocess.Popen
    stopped: bool = False
    over: threading.Event = field(default_factory=threading.Event)


AT_WORK: dict[str, Work] = {}  # by person


# words


def said(place: str, name: str) -> str:
    """A text by its place and name."""
    return str(WORDS[place][name])


def card(lesson: str) -> str:
    """Title, two sentences and formula as HTML."""
    words = WORDS["lessons"][lesson]
    return (
        f"<div class='card'><h3>{html.escape(words['title'])}</h3>"
        f"<p>{html.escape(words['words'])}</p>"
        f"<div class='formula'>{words['formula']}</div></div>"
    )


def picture_words() -> dict[str, Any]:
    """The labels of the animation and its player."""
    player = {name: said("page", name) for name in ("play", "pause", "time", "step")}
    return {"labels": WORDS["labels"], **player}


def lesson_titles() -> list[tuple[str, str]]:
    """(title, lesson) of each lesson, as a radio takes them."""
    return [(WORDS["lessons"][name]["title"], name) for name in (STORY, *LESSONS)]


def choices(place: str, names: Iterable[str]) -> list[tuple[str, str]]:
    """(text, name) of each choice."""
    return [(said(place, name), name) for name in names]


# a lesson's process


def preset(lesson: str, name: str) -> LessonSettings:
    """The settings of a preset."""
    return LessonSettings(lesson, **LESSONS[lesson].presets[name])


def example(lesson: str) -> str:
    """The stored lines of a lesson's first preset, to be seen before anything is trained."""
    return (HERE / "frames" / f"{lesson}.jsonl").read_text("utf-8")


def example_words(lesson: str) -> str:
    """A note that the run was stored, with the command that made it, as HTML."""
    settings = preset(lesson, next(iter(LESSONS[lesson].presets)))
    command = f"<code>python -m {' '.join(arguments(settings))}</code>"
    return f"<p>{said('page', 'stored').format(command=command)}</p>"


def checked(settings: LessonSettings) -> LessonSettings:
    """The same with whole numbers where they belong.

    Raises:
        ValueError: a choice that the lesson does not have, or a number beyond its ends.
    """
    if settings.lesson not in LESSONS:
        raise ValueError(f"Expected a lesson, {', '.join(LESSONS)}, found {settings.lesson!r}.")
    lesson = LESSONS[settings.lesson]
    for name, known in (
        ("objective", lesson.objectives),
        ("remedy", lesson.remedies),
        ("mixture", lesson.mixtures),
    ):
        if getattr(settings, name) not in known:
            raise ValueError(
                f"Expected as {name} {' or '.join(known)} in this lesson, found "
                f"{getattr(settings, name)!r}."
            )
    numbers = {name: number(name, getattr(settings, name)) for name in RANGES}
    return LessonSettings(**{**asdict(settings), **numbers})


def number(name: str, value: object) -> float:
    """A slider's value within its ends, whole where its steps are.

    Raises:
        ValueError: it is no number, or beyond the ends.
    """
    low, high, step = RANGES[name]
    kind: type[float] = int if isinstance(step, int) else float
    words = name.replace("_", " ")
    try:
        found = kind(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"Expected a number as {words}, found {value!r}.") from None
    if not low <= found <= high:
        raise ValueError(f"Expected {words} from {low} to {high}, found {value!r}.")
    return found


def arguments(settings: LessonSettings) -> list[str]:
    """The command line of a lesson, without what is usual."""
    line = [SCRIPT, settings.lesson]
    for option in fields(LessonSettings)[1:]:
        value = getattr(settings, option.name)
        if value != option.default:
            line += [f"--{option.name.replace('_', '-')}", str(value)]
    return line


def play(settings: LessonSettings, who: str, limit: float = SECONDS) -> Iterator[str]:
    """The lines that a lesson's process writes, as JSON: a header, then frames.

    The process ends with the iterator, whoever closes it; where the same person starts another, the
    first one ends without a word.

    Args:
        who: the person, of whose processes there is one at a time.

    Raises:
        ValueError: the settings do not fit, the process failed, or it took longer than `limit`
            seconds.
    """
    command = processes.command(*arguments(checked(settings)), "--stream")
    stop(who)
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            encoding="utf-8",
        )
        work = AT_WORK[who] = Work(process)
        assert process.stdout is not None  # for it is a pipe
        alarm = threading.Timer(limit, process.kill)
        began = time.monotonic()
        alarm.start()
        try:
            for line in process.stdout:
                if work.stopped:  # with lines still on their way
                    return
                yield line
            if process.wait() and not work.stopped:
                errors.seek(0)
                raise ValueError(failure(errors.read(), time.monotonic() - began > limit, limit))
        finally:
            alarm.cancel()
            process.kill()
            process.wait()
            process.stdout.close()
            work.over.set()
            if AT_WORK.get(who) is work:
                del AT_WORK[who]


def stop(who: str, patience: float = 0.0) -> None:
    """End what a person's lesson still computes, if there is one.

    Args:
        patience: seconds to wait until nothing more comes of it.
    """
    work = AT_WORK.pop(who, None)
    if work is not None:
        work.stopped = True
        work.process.kill()
        work.over.wait(patience)


def failure(errors: str, late: bool, limit: float) -> str:
    """The reason why a lesson ended before its last frame, in one sentence."""
    if late:
        return (
            f"Expected this lesson to take at most {limit:.0f} seconds, found that it takes "
            "longer; take fewer steps."
        )
    return last_words(errors)
