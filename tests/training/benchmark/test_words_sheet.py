"""What words are drawn as, on one sheet."""

import numpy as np
import pytest
from PIL import Image

import models
from training.benchmark import words_sheet


def test_it_has_a_column_for_each_text_and_a_row_for_each_hand(tmp_path):
    out = tmp_path / "sheet.png"
    words_sheet.main([str(out), "--texts", '["a red apple", "红心"]', "--seed", "3"])
    model = models.load("emoji-words")
    with Image.open(out) as sheet:
        assert sheet.size == (2 * 72 + 8, 4 * 72 + 8)
        tile = np.array(sheet)[8 + 72 : 8 + 72 + 64, 8 + 72 : 8 + 72 + 64]
    wanted = model.sample(["a red apple", "红心"], seed=3, hand=model.hands[1])[1]
    assert np.array_equal(tile, np.array(wanted))


def test_a_model_without_words_is_refused(tmp_path):
    with pytest.raises(ValueError, match="Expected a model that takes words, found digits"):
        words_sheet.main([str(tmp_path / "x.png"), "--model", "digits"])
    with pytest.raises(ValueError, match="--scale of at least 1"):
        words_sheet.Options(tmp_path / "x.png", scale=0)
