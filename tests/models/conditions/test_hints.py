"""Dabs of colour become planes: colour and mask, nothing where there is none."""

import pytest
import torch
from PIL import Image

from models.conditions.hints import checked_hints, hint_planes, no_hints, read_hints
from models.images import UnreadableImage


def dabbed(size: int = 8, opacity: int = 255) -> Image.Image:
    """A red dab of four pixels on nothing."""
    layer = Image.new("RGBA", (size, size))
    layer.paste((255, 0, 0, opacity), (2, 2, 4, 4))
    return layer


def test_planes_are_the_colour_and_a_mask_and_nothing_elsewhere():
    planes = hint_planes(dabbed(), (8, 8), 3)
    assert planes.shape == (1, 4, 8, 8)
    assert planes[0, :, 2, 3].tolist() == [1, -1, -1, 1]
    assert planes[0, 3].sum() == 4
    assert (planes[:, :, planes[0, 3] == 0] == 0).all()


def test_of_a_grey_target_the_colour_is_one_channel():
    assert hint_planes(dabbed(), (8, 8), 1).shape == (1, 2, 8, 8)


def test_a_faint_dab_counts_for_nothing():
    assert torch.equal(hint_planes(dabbed(opacity=40), (8, 8), 3), no_hints(1, 3, (8, 8)))


def test_a_dab_keeps_its_colour_when_it_is_made_smaller():
    planes = hint_planes(dabbed(), (4, 4), 3)
    assert planes[0, :, 1, 1].tolist() == [1, -1, -1, 1] and planes[0, 3].sum() == 1


def test_hints_of_another_size_or_without_transparency_are_refused():
    with pytest.raises(ValueError, match="size, 9 x 8, found 8 x 8"):
        checked_hints(dabbed(), (9, 8))
    with pytest.raises(ValueError, match="of mode RGB; give one of mode RGBA"):
        checked_hints(dabbed().convert("RGB"), (8, 8))
    palette = dabbed().convert("LA")
    assert checked_hints(palette, (8, 8)).mode == "RGBA"


def test_a_file_keeps_its_transparency_and_no_image_is_a_sentence(tmp_path):
    dabbed().save(tmp_path / "dabs.png")
    for source in (tmp_path / "dabs.png", (tmp_path / "dabs.png").read_bytes()):
        assert read_hints(source).tobytes() == dabbed().tobytes()
    (tmp_path / "none.png").write_bytes(b"none")
    with pytest.raises(UnreadableImage, match="Expected an image"):
        read_hints(tmp_path / "none.png")
