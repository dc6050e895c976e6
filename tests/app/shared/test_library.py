"""The models that the page offers."""

import pytest

from app.shared.grades import grade
from app.shared.library import definition, with_arrow
from models.sampler import Sampler
from models.translator import Translator


def test_each_kind_of_model_is_listed_by_itself(library):
    assert library.names(Sampler) == ["classes", "plain"]
    assert library.names(Translator) == ["outlines"]


def test_a_model_is_loaded_once(library):
    assert library.get("outlines") is library.get("outlines")


def test_a_name_that_is_not_there_gets_one_sentence(library):
    with pytest.raises(ValueError, match="no model '../outlines'"):
        library.get("../outlines")


def test_the_card_says_what_a_model_is_and_escapes_what_its_file_says(library):
    assert "60,000 pictures (mnist)" in library.card("classes")
    assert "one of 10 kinds" in library.card("classes")
    assert "turns outline into emoji" in library.card("outlines")
    assert "CC BY-SA 4.0" in library.card("outlines")
    assert "arxiv.org/abs/1611.07004" in library.card("outlines")
    assert "&lt;b&gt;" in definition("<b>", "x")


def test_a_card_says_a_grade_and_folds_the_figures_away_with_what_they_mean(library, monkeypatch):
    model = library.get("outlines")
    row = {"key": "ssim", "name": "SSIM", "value": "0.936 (input: 0.923)", "n": 150}
    monkeypatch.setitem(model.config, "metrics", {"table": [row]})
    shown, folded = library.card("outlines").split("<details>")
    assert "come close to the right ones" in shown
    assert "SSIM" not in shown
    assert "0.936" in folded
    assert "how alike shapes are" in folded
    assert "on 150" in folded


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        ("label_agreement", "99.81%", "about 99 show what was asked for"),
        ("fid_cnn", "0.141 (real: 0.100)", "hardly be told"),
        ("fid_cnn", "3.374 (real: 0.100)", "Most of its pictures look real"),
        ("fid_cnn", "9.0 (real: 0.1)", "at a glance"),
        ("fid_cnn", "9.0", ""),
        ("ssim", "0.8", "roughly"),
        ("way_a_to_b", "-165.5%", "keep much of the look"),
        ("way_a_to_b", "72.8%", "much like those it learned from"),
        ("recall_pairs_at_1", "41.0% (real: 82.0%)", "50 % as often as from real ones"),
        ("recall_pairs_at_1", "61.0% (real: 41.0%)", "for as often as from real ones"),
        ("recall_pairs_at_1", "41.0% (real: 0.0%)", ""),
        ("hand_told", "55.9% (real: 90.0%)", "about 55 are told as the hand's"),
        ("ssim", "nan", ""),
        ("ssim", "1.2.3", ""),
    ],
)
def test_a_figure_in_plain_words(key, text, words):
    said = grade({"table": [{"key": key, "name": key, "value": text, "n": 1}]})
    assert words in said if words else said == ""


def test_the_figures_of_a_direction_are_named_as_the_page_writes_it(library, translators):
    model = library.get("paintings")
    assert with_arrow(model, "painting to photo: SSIM") == "painting → photo: SSIM"
    assert with_arrow(model, "back to front") == "back to front"
