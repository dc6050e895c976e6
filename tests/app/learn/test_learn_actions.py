"""The Learn tab's functions: words, and a lesson's process."""

import json
import math
import re
from dataclasses import asdict
from xml.etree import ElementTree

import psutil
import pytest
from gradio_client import Client

from app.learn import actions as learn_actions
from app.learn.actions import LESSONS, STORY, WORDS, LessonSettings
from app.learn.story import story
from training.theory import toy

SHORT, LONG = LessonSettings("value", steps=30), LessonSettings("balance", steps=4000)


def test_a_lesson_has_two_sentences_and_a_formula():
    assert set(WORDS["lessons"]) - {STORY} == set(LESSONS) == set(toy.ALLOWED)
    for name in LESSONS:
        lesson = WORDS["lessons"][name]
        assert len(re.findall(r"\.(?:\s|$)", lesson["words"])) == 2
        rows = list(ElementTree.fromstring(f"<all>{lesson['formula']}</all>"))
        assert rows
        assert all(row.tag == "math" for row in rows)


def test_brackets_are_as_high_as_letters():
    for name in LESSONS:
        formula = ElementTree.fromstring(f"<all>{WORDS['lessons'][name]['formula']}</all>")
        brackets = [one for one in formula.iter("mo") if one.text in "()‖"]
        assert [one for one in brackets if one.get("stretchy") != "false"] == []


def test_the_first_lesson_has_pictures_and_no_formula():
    shown = story()
    assert (shown.count("<svg"), shown.count("<math")) == (8, 0)
    assert "The critic: 50% real" in shown


@pytest.mark.parametrize("lesson", LESSONS)
def test_what_is_stored_is_the_first_preset_as_the_command_makes_it(lesson):
    header, *frames = map(json.loads, learn_actions.example(lesson).splitlines())
    first = learn_actions.preset(lesson, next(iter(LESSONS[lesson].presets)))
    assert header["settings"] == asdict(first)
    assert len(frames) == header["frames"]
    assert set(header["names"]) <= set(WORDS["labels"])


def stored(lesson: str, number: str) -> list[float]:
    """A number in each frame of the stored run."""
    _, *frames = map(json.loads, learn_actions.example(lesson).splitlines())
    return [frame["numbers"][number] for frame in frames]


def test_the_stored_runs_show_what_the_sentences_say():
    errors = stored("optimal-critic", "error")
    assert errors[0] > 0.4 and errors[-1] < 0.06
    own, best = stored("value", "value"), stored("value", "best")
    assert all(one <= other + 0.002 for one, other in zip(own, best, strict=True))
    assert best[0] > -0.1 and best[-1] == pytest.approx(-math.log(4), abs=0.06)
    for lesson in ("value", "balance"):
        for belief in ("real-belief", "fake-belief"):
            assert stored(lesson, belief)[-1] == pytest.approx(0.5, abs=0.05)
    minimax, other = (
        stored("saturation", f"{name}-gradient") for name in ("minimax", "nonsaturating")
    )
    assert stored("saturation", "fake-belief")[-1] < 0.01
    assert minimax[-1] < 0.3 * max(minimax) and other[-1] > 0.9 * max(other)
    assert max(stored("modes", "held")) <= 3
    assert stored("balance", "held")[-1] == 8


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_script_takes_every_preset_and_every_choice(lesson):
    known = LESSONS[lesson]
    for name in known.presets:
        toy.Options(**asdict(learn_actions.checked(learn_actions.preset(lesson, name))))
        assert name in WORDS["presets"]
    for objective in known.objectives:
        toy.Options(lesson, objective=objective)
    assert set(known.remedies) <= set(toy.REMEDIES)
    assert {*known.objectives, *known.remedies, *known.mixtures} <= set(WORDS["choices"])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"lesson": "nothing"}, "Expected a lesson"),
        ({"objective": "hinge"}, "Expected as objective nonsaturating or minimax"),
        ({"remedy": "packing"}, "Expected as remedy none"),
        ({"k": 11}, "Expected k from 1 to 10, found 11"),
        ({"steps": 10**9}, "Expected steps from 30 to"),
        ({"lr_critic": float("nan")}, "Expected lr critic from"),
        ({"seed": "x; rm"}, "Expected a number as seed"),
        ({"k": None}, "Expected a number as k"),
    ],
)
def test_what_does_not_fit_is_one_sentence_before_a_process_starts(changes, words):
    with pytest.raises(ValueError, match=words):
        next(learn_actions.play(LessonSettings(**{**asdict(SHORT), **changes}), "me"))


def test_frames_arrive_one_by_one_and_the_process_is_gone_afterwards():
    header, *frames = map(json.loads, learn_actions.play(SHORT, "me"))
    assert header["lesson"] == "value"
    assert [frame["step"] for frame in frames] == list(range(31))
    assert not lessons_at_work()


def test_whoever_closes_the_iterator_ends_the_process():
    lines = learn_actions.play(LONG, "me")
    next(lines)
    assert lessons_at_work()
    lines.close()
    assert not lessons_at_work()


def test_a_person_who_starts_another_lesson_ends_the_first_without_an_error():
    first = learn_actions.play(LONG, "me")
    next(first)
    second = learn_actions.play(LONG, "me")
    next(second)
    assert len(lessons_at_work()) == 1
    list(first)
    learn_actions.stop("me")
    list(second)
    assert not lessons_at_work() and not learn_actions.AT_WORK


def test_a_lesson_that_takes_too_long_is_ended_with_a_sentence():
    with pytest.raises(ValueError, match="at most 1 seconds, found that it takes longer"):
        list(learn_actions.play(LONG, "me", limit=1))


def test_what_the_process_says_of_its_error_is_what_the_person_reads(monkeypatch):
    monkeypatch.setattr(learn_actions, "SCRIPT", "training.nothing")
    with pytest.raises(ValueError, match="No module named training.nothing"):
        list(learn_actions.play(SHORT, "me"))


def test_a_script_can_train_a_lesson_too(app_url):
    client = Client(app_url, verbose=False)
    header, *frames = client.predict("saturation", steps=30, api_name="/learn")
    assert header["settings"]["steps"] == 30
    assert frames[-1]["step"] == 30


def lessons_at_work() -> list[psutil.Process]:
    """The lessons that this process has started."""
    return [
        child
        for child in psutil.Process().children()
        if child.status() != psutil.STATUS_ZOMBIE and learn_actions.SCRIPT in child.cmdline()
    ]
