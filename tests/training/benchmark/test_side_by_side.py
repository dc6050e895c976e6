"""Several translators on the same images, as one picture."""

import pytest
from PIL import Image

from training.benchmark import side_by_side


def test_a_row_for_each_image_and_a_column_for_each_model(two_way_translator, tmp_path):
    out = tmp_path / "all.png"
    both = f"[{two_way_translator},{two_way_translator}]"
    shown = ["--titles", "[one, two]", "--data", "photo-vangogh", "--count", "2"]
    side_by_side.main([str(out), "--models", both, *shown])
    with Image.open(out) as page:
        assert page.size == (4 * 260 + 4, 24 + 2 * 196)
        first, again = (page.crop((x, 24, x + 256, 216)) for x in (4 + 2 * 260, 4 + 3 * 260))
    assert first.tobytes() == again.tobytes()  # the same model
    assert first.getextrema() != ((255, 255),) * 3


def test_what_does_not_translate_is_named(tiny_models, tmp_path):
    with pytest.raises(ValueError, match="Expected models that translate images"):
        side_by_side.main([str(tmp_path / "x.png"), "--models", f"[{tiny_models['plain']}]"])


def test_titles_are_as_many_as_models():
    with pytest.raises(ValueError, match="found 2 and 1"):
        side_by_side.Options("x.png", ["a", "b"], ["one"])
