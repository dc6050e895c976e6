"""Many files at once, without Gradio."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from helpers import gradient
from pictures import frames
from PIL import Image

from app.shared.uploads import File
from app.translate import actions as translate_actions
from app.translate import batch_actions
from app.translate.actions import Manner
from app.translate.batch_actions import translate_files
from app.translate.batch_tab import report

pytestmark = pytest.mark.usefixtures("translators")


def files(*paths: Path) -> list[File]:
    return [File(path, path.name) for path in paths]


def last(steps) -> batch_actions.BatchProgress:
    return list(steps)[-1]


def test_many_files_become_a_zip_and_what_cannot_be_read_is_named(save, library):
    paths = [
        save("tree.png", gradient()),
        save("notes.png", b"a shopping list"),
        save("tree.jpg", gradient(30, 50)),
        save("Tree.bmp", gradient(20, 20)),
    ]
    steps = list(translate_files(library, "paintings", Manner("A to B", 256), files(*paths)))
    assert [step.done for step in steps] == [0, 1, 2, 3, 4]
    assert [step.now for step in steps] == ["tree.png", "notes.png", "tree.jpg", "Tree.bmp", ""]
    assert [step.finished for step in steps] == [False] * 4 + [True]
    [left_out] = steps[-1].left_out
    assert "in notes.png, found a file that does not open" in left_out
    with zipfile.ZipFile(steps[-1].archive) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["tree.png", "tree-2.png", "Tree-3.png"]
        with archive.open("tree.png") as entry, Image.open(entry) as image:
            about = json.loads(image.text["parameters"])
            expected = library.get("paintings").translate(gradient(), "A to B", 256)
            assert np.array_equal(np.asarray(image), np.asarray(expected))
    assert about == {"model": "paintings", "direction": "A to B", "long_side": 256}


def test_of_an_animated_file_the_first_frame_is_translated_and_that_is_said(save, library):
    path = save("film.gif", frames("GIF"))
    done = last(translate_files(library, "paintings", Manner(), files(path)))
    said = "film.gif: It has several frames or pages, of which the first is taken."
    assert done.remarks == (said,)
    assert done.left_out == ()
    assert said in report(done)


def test_names_in_the_zip_are_ours(save, library):
    path = save("x.png", gradient(8, 8))
    names = ["../../evil.png", "C:\\windows\\nul.png", "..", "evil.gif", "evil-2.png"]
    done = last(
        translate_files(library, "outlines", Manner(), [File(path, name) for name in names])
    )
    with zipfile.ZipFile(done.archive) as archive:
        names = archive.namelist()
    assert names == ["evil.png", "nul_.png", "picture.png", "evil-2.png", "evil-2-2.png"]


def test_files_of_which_none_can_be_read_make_no_zip(save, library):
    before = set(Path(translate_actions.made.name).iterdir())
    done = last(
        translate_files(
            library, "outlines", Manner(), files(save("a.png", b""), save("b.png", b""))
        )
    )
    assert done.archive is None
    assert len(done.left_out) == 2
    assert set(Path(translate_actions.made.name).iterdir()) == before


def test_a_job_that_is_stopped_leaves_nothing_behind(save, library):
    before = set(Path(translate_actions.made.name).iterdir())
    steps = translate_files(library, "outlines", Manner(), files(*[save("a.png", gradient())] * 3))
    next(steps)
    assert next(steps).done == 1
    steps.close()
    assert set(Path(translate_actions.made.name).iterdir()) == before


def test_old_zips_do_not_pile_up(save, library):
    path = save("a.png", gradient(8, 8))
    zips = [
        last(translate_files(library, "outlines", Manner(), files(path))).archive for _ in range(6)
    ]
    assert not zips[0].exists()
    assert zips[-1].exists()


@pytest.mark.parametrize(
    ("limit", "words"), [("TIME_LIMIT", "minutes were over"), ("MAX_ZIP_BYTES", "had reached")]
)
def test_a_job_ends_in_time_and_says_what_it_left_out(save, monkeypatch, limit, words, library):
    monkeypatch.setattr(batch_actions, limit, -1)
    done = last(
        translate_files(library, "outlines", Manner(), files(*[save("a.png", gradient())] * 3))
    )
    assert done.archive is None
    assert len(done.left_out) == 3
    assert all("a.png: not translated" in one and words in one for one in done.left_out)


@pytest.mark.parametrize(
    ("count", "limits", "words"),
    [
        (0, {}, "Expected pictures, found no file"),
        (201, {}, "at most 200 files at once, found 201"),
        (2, {"MAX_TOTAL_BYTES": 10}, "together, found 0 MB; take fewer"),
    ],
)
def test_too_many_files_get_one_sentence(save, monkeypatch, count, limits, words, library):
    for name, value in limits.items():
        monkeypatch.setattr(batch_actions, name, value)
    paths = [save("a.png", gradient())] * count
    with pytest.raises(ValueError, match=words):
        next(translate_files(library, "outlines", Manner(), files(*paths)))


def test_a_direction_that_the_model_does_not_have_is_said_before_any_work(save, library):
    path = save("a.png", gradient())
    with pytest.raises(ValueError, match="found 'B to A'"):
        next(translate_files(library, "outlines", Manner("B to A"), files(path)))
