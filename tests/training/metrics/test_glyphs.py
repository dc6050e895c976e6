"""What is measured of drawn characters."""

from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from PIL import Image

from training.data.paired.pairs import find_pairs
from training.metrics import glyphs
from training.metrics.pixels import tensors


@dataclass(frozen=True)
class Named:
    b: Path


def cross(left: int = 10, top: int = 10) -> Image.Image:
    image = Image.new("L", (48, 48), "white")
    image.paste(0, (left, top + 12, left + 28, top + 16))
    image.paste(0, (left + 12, top, left + 16, top + 28))
    return image


@pytest.fixture(scope="module")
def written():
    """A dozen of the characters that come along, as kaisho writes them, and as the font does."""
    pairs = [pair for pair in find_pairs("brush", "test").pairs if pair.manner == "kaisho"][:12]
    shown = glyphs.characters(pairs)
    read = [pair.read() for pair in pairs]
    inputs, targets = zip(*read, strict=True)
    return shown, [one.convert("RGB") for one in inputs], [one.convert("RGB") for one in targets]


@pytest.mark.parametrize(
    "names, shown",
    [
        (["永.png", "和.png"], ["永", "和"]),
        (["U+0041.png", "a1.png"], []),
        (["U+0041.png"], ["A"]),
        (["1.png", "2.png"], []),  # pictures that are numbered show no digits
        (["永.png", "photo.png"], []),
    ],
)
def test_characters_are_known_by_their_files(names, shown):
    assert glyphs.characters([Named(Path(name)) for name in names]) == shown


def test_the_overlap_of_ink_is_intersection_over_union():
    whole, half = -torch.ones(1, 4, 4), torch.ones(1, 4, 4)
    half[:, :2] = -1
    assert glyphs.ink_overlap(whole, whole) == 1
    assert glyphs.ink_overlap(half, whole) == 0.5
    assert glyphs.ink_overlap(-whole, half) == 0
    assert glyphs.ink_overlap(-whole, -whole) == 1  # neither has ink


def test_a_character_that_stands_elsewhere_is_moved_by_at_most_four_pixels():
    target, near, far = tensors([cross(), cross(13, 6), cross(18, 10)])
    assert torch.equal(glyphs.shifted(near, target), target)
    found = glyphs.figures_of(near, target)
    assert found["ink_shifted"] == 1 and found["l1_shifted"] == 0
    assert found["ink"] < 0.5
    assert glyphs.figures_of(far, target)["ink_shifted"] < 0.7


def test_the_rows_stand_beside_the_input_and_the_real_ones(written):
    shown, inputs, targets = written
    rows = {row.key: row for row in glyphs.measure(shown, targets, targets, inputs, targets[:4])}
    assert rows["ink"].value == 1 and rows["ssim_shifted"].value == pytest.approx(1)
    assert "(input: 0." in rows["ink_shifted"].text
    assert rows["read"].value >= 0.6  # real ones are read at 0.77
    assert rows["read"].text.endswith(f"(real: {rows['read'].value:.3f})")
    groups = [rows[f"ink_{name}"] for name in glyphs.GROUPS if f"ink_{name}" in rows]
    assert sum(row.n for row in groups) == len(shown)
    white = [Image.new("RGB", one.size, "white") for one in targets]
    assert glyphs.read(white, shown) == [0.0] * len(shown)
