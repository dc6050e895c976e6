"""The steps of a translation, without Gradio."""

from pathlib import Path

import numpy as np
import pytest
from helpers import gradient
from PIL import Image

from app.shared.uploads import Upload
from app.translate import actions as translate_actions
from app.translate.actions import Manner
from app.translate.stages import LOOK, stages

pytestmark = pytest.mark.usefixtures("translators", "strokes")
MANNER = Manner("A to B", "medium")


def files() -> set[Path]:
    return set(Path(translate_actions.made.name).iterdir())


def test_a_first_look_comes_before_the_whole_and_each_step_goes_on(library):
    given = Upload(gradient(900, 600), "tree.png")
    shares, looks = [], []
    for stage in stages(library, "strokes", MANNER, given):
        shares += [stage.done, stage.next] if stage.made is None else []
        looks.append([Image.open(path).copy() for path in stage.look or ()])
    assert shares == sorted(shares) and shares[0] == 0 and shares[-1] == 1
    assert [len(look) for look in looks] == [0, 2, 2, 0]
    before, look = looks[1]
    assert before.size == look.size == (900, 600)
    assert np.abs(np.asarray(before, int) - np.asarray(given.picture, int)).mean() < 2
    small = given.picture.resize((288, LOOK), Image.Resampling.LANCZOS)
    expected = library.get("strokes").translate(small, long_side=288).resize((900, 600))
    assert np.abs(np.asarray(look, int) - np.asarray(expected, int)).mean() < 6  # JPEG
    with Image.open(stage.made.download) as image:
        assert image.size == (900, 600)
    translate_actions.forget([stage.made])


def test_a_small_picture_comes_at_once(library):
    for stage in stages(library, "strokes", MANNER, Upload(gradient(LOOK, LOOK), "tree.png")):
        assert stage.look is None
    assert stage.made


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_a_translation_that_is_cancelled_leaves_nothing_behind(library, steps):
    before = files()
    running = stages(library, "strokes", MANNER, Upload(gradient(900, 600), "tree.png"))
    for _ in range(steps):
        next(running)
    running.close()
    assert files() == before


@pytest.mark.parametrize(
    ("manner", "words"),
    [
        (Manner("A to B", "huge"), "a working size from 0 to 2,048, found 'huge'"),
        (Manner("C to D", "fine"), "found 'C to D'"),
        (Manner("A to B", "fine", strength=2), "a strength from 0 to 1, found 2"),
    ],
)
def test_bad_input_gets_one_sentence_and_leaves_nothing_behind(library, manner, words):
    before = files()
    with pytest.raises(ValueError, match=words):
        list(stages(library, "strokes", manner, Upload(gradient(900, 600), "tree.png")))
    with pytest.raises(ValueError, match="a picture, found none"):
        list(stages(library, "strokes", MANNER, None))
    assert files() == before
