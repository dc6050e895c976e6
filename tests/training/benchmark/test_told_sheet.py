"""Pairs through a model that listens, as one picture."""

import pytest
from PIL import Image

from training.benchmark import told_sheet


def test_each_pair_is_shown_untold_told_and_true(tiny_listener, tmp_path):
    out = tmp_path / "told.png"
    asked = ["--model", str(tiny_listener), "--words", "emoji", "--count", "5", "--tile", "32"]
    told_sheet.main([str(out), *asked])
    with Image.open(out) as page:
        assert page.size == (4 * 5 * 34 + 2, 2 * 34 + 2)  # four groups of five tiles, two rows
        given, untold, worded, dabbed, _ = (
            page.crop((2 + 34 * at, 2, 34 + 34 * at, 34)).tobytes() for at in range(5)
        )
    assert len({given, untold, dabbed}) == 3
    assert worded  # its words may be none that the three of this table are


def test_a_model_that_takes_neither_is_named(tiny_translator, tmp_path):
    with pytest.raises(ValueError, match="Expected a model that takes words or dabs of colour"):
        told_sheet.main([str(tmp_path / "x.png"), "--model", str(tiny_translator)])


def test_the_counts_are_checked():
    with pytest.raises(ValueError, match="found 0 and 96"):
        told_sheet.Options("x.png", count=0)
