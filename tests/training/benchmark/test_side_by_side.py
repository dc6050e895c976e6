"""Several translators on the same images, as one picture."""

import pytest
from PIL import Image, ImageOps

from training.benchmark import side_by_side
from training.data.unpaired.domains import find_domains


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


def test_parts_are_shown_pixel_by_pixel(two_way_translator, tmp_path):
    out = tmp_path / "near.png"
    given = ["--models", f"[{two_way_translator}]", "--data", "photo-vangogh"]
    side_by_side.main([str(out), *given, "--crops", "[bee.jpg@230x16, cat.jpg@0x0]"])
    (bee,) = [path for path in find_domains("photo-vangogh", "test").a if path.name == "bee.jpg"]
    with Image.open(out) as page, Image.open(bee) as whole:
        assert page.size == (3 * 260 + 4, 24 + 2 * 196)
        shown = page.convert("RGB").crop((4, 24, 260, 216))
        assert shown.tobytes() == whole.convert("RGB").crop((230, 16, 486, 208)).tobytes()
    with pytest.raises(ValueError, match="found nobody.jpg"):
        side_by_side.main([str(out), *given, "--crops", "[nobody.jpg@0x0]"])
    with pytest.raises(ValueError, match="within 569x320 pixels, found bee.jpg@0x320"):
        side_by_side.main([str(out), *given, "--crops", "[bee.jpg@0x320]"])
    (tile,) = side_by_side.parts([Image.new("RGB", (300, 200), "black")], ["a@250x0"])
    assert tile.getpixel((49, 191)) == (0, 0, 0) and tile.getpixel((50, 0)) == (255, 255, 255)
    with pytest.raises(ValueError, match="titles that differ"):
        side_by_side.Options("x.png", ["a", "a"])
    with pytest.raises(ValueError, match="NAME@XxY"):
        side_by_side.Options("x.png", ["a"], crops=["bee.jpg"])


def test_a_model_stands_under_what_it_learned_the_look_of(two_way_translator, tmp_path):
    out = tmp_path / "looks.png"
    given = ["--models", f"[{two_way_translator}]", "--data", "photo-vangogh", "--count", "1"]
    side_by_side.main([str(out), *given, "--looks", "[great-wave]"])
    (wave,) = find_domains(["photo-vangogh", "great-wave"]).b
    with Image.open(out) as page, Image.open(wave) as painting:
        assert page.size == (2 * 260 + 4, 24 + 2 * 196)
        shown = ImageOps.fit(painting.convert("RGB"), (256, 192), Image.Resampling.LANCZOS)
        assert page.convert("RGB").crop((264, 24, 520, 216)).tobytes() == shown.tobytes()


def test_what_does_not_translate_is_named(tiny_models, tmp_path):
    with pytest.raises(ValueError, match="Expected models that translate images"):
        side_by_side.main([str(tmp_path / "x.png"), "--models", f"[{tiny_models['plain']}]"])


def test_titles_are_as_many_as_models():
    with pytest.raises(ValueError, match="found 2 and 1"):
        side_by_side.Options("x.png", ["a", "b"], ["one"])
