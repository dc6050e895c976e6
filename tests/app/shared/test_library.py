"""The models that the page offers."""

import pytest

from app.shared.library import FIGURES, definition
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


def test_a_card_folds_all_but_the_first_figures_away(library, monkeypatch):
    model = library.get("outlines")
    rows = [{"key": f"k{i}", "name": f"figure {i}", "value": "1", "n": 5} for i in range(11)]
    monkeypatch.setitem(model.config, "metrics", {"command": "x", "table": rows})
    shown, folded = library.card("outlines").split("<details>")
    assert shown.count("figure ") == FIGURES
    assert "5 more figures" in folded
    assert folded.count("figure ") == 5
