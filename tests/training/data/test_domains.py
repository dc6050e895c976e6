"""Two domains of images: layouts, checks in words, and what is drawn from them."""

import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from training.data.augmentation import CropAugmentation
from training.data.batches import Order, batches
from training.data.errors import DataError
from training.data.unpaired.domains import find_domains
from training.data.unpaired.unpaired_images import UnpairedImages

A, B = (250, 60, 20), (20, 60, 250)
AUGMENT = CropAugmentation(flip=True, zoom=0.3, rotate=5)


def fill(folder: Path, count: int, colour: tuple[int, int, int], size=(80, 64)) -> Path:
    """Images of nearly one colour, with some green that tells them apart."""
    folder.mkdir(parents=True)
    for index in range(count):
        image = Image.new("RGB", size, (colour[0], colour[1] + 3 * index, colour[2]))
        left = size[0] // 2 + index  # seen in every middle, and it tells crops apart
        image.paste("black", (left, 0, left + 2, size[1]))
        image.save(folder / f"{index}.png")
    return folder


@pytest.fixture
def sides(tmp_path):
    """trainA with six images, trainB with four, testA with two."""
    fill(tmp_path / "data" / "trainA", 6, A)
    fill(tmp_path / "data" / "trainB", 4, B, (64, 96))
    fill(tmp_path / "data" / "testA", 2, (240, 60, 20))
    return tmp_path / "data"


def counts(found) -> tuple[int, int]:
    return len(found.a), len(found.b)


def test_the_references_layout(sides):
    assert counts(find_domains(str(sides))) == (6, 4)
    assert counts(find_domains(str(sides), "test")) == (2, 0)


def test_of_a_test_split_one_domain_may_be_missing(sides, tmp_path):
    shutil.copytree(sides / "testA", tmp_path / "other" / "test" / "A")
    assert counts(find_domains(str(tmp_path / "other"), "test")) == (2, 0)


def test_two_folders(sides):
    found = find_domains([str(sides / "trainA"), str(sides / "trainB")])
    assert counts(found) == (6, 4) and found.name == "trainA-trainB"


def test_a_and_b_under_train_or_not(sides, tmp_path):
    for layout in ("plain", "split/train"):
        shutil.copytree(sides / "trainA", tmp_path / layout / "A")
        shutil.copytree(sides / "trainB", tmp_path / layout / "B")
    assert counts(find_domains(str(tmp_path / "plain"))) == (6, 4)
    found = find_domains(str(tmp_path / "split"))
    assert counts(found) == (6, 4) and found.name == "split"


def test_a_zip(sides, tmp_path, monkeypatch):
    archive = tmp_path / "mine.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in sides.rglob("*.png"):
            file.write(path, path.relative_to(sides))
    monkeypatch.chdir(tmp_path)
    assert counts(find_domains("mine.zip")) == (6, 4)


def test_the_bundled_photographs_and_paintings():
    found = find_domains("photo-vangogh")
    assert counts(found) == (153, 14) and found.domains == ("photograph", "Van Gogh")
    assert counts(find_domains("photo-vangogh", "test")) == (25, 0)
    assert "GPL-3.0-or-later" in found.licence


def test_a_tenth_is_held_out_and_a_small_domain_spares_none():
    kept, held = find_domains("photo-vangogh").held_out()
    assert counts(kept) == (138, 14) and counts(held) == (15, 14)
    assert not set(kept.a) & set(held.a) and held.b == kept.b


def test_the_last_by_name_are_held_out_where_that_is_asked_for():
    kept, held = find_domains("photo-vangogh").held_out(4)
    assert counts(kept) == (138, 10) and counts(held) == (15, 4)
    names = [path.stem.removeprefix("vincentvangogh") for path in held.b]
    assert names == ["0012", "0013", "0019", "bridge"]  # no part of a picture that stays
    assert not set(kept.b) & set(held.b)


@pytest.mark.parametrize("count", [1, 13])
def test_too_few_held_out_or_left_are_named(count):
    with pytest.raises(DataError, match=f"at least 2 images of Van Gogh.*--hold-out {count} of 14"):
        find_domains("photo-vangogh").held_out(count)


def test_too_few_images_are_named(sides):
    for path in sorted((sides / "trainA").iterdir())[1:]:
        path.unlink()
    with pytest.raises(DataError, match="at least 2 images in domain A of data, found 1"):
        find_domains(str(sides))


@pytest.mark.parametrize(("side", "least"), [("A", "2 images"), ("B", "1 image")])
def test_an_empty_domain_is_named(sides, side, least):
    shutil.rmtree(sides / f"train{side}")
    (sides / f"train{side}").mkdir()
    with pytest.raises(DataError, match=f"at least {least} in domain {side} of data, found 0"):
        find_domains(str(sides))


def test_a_missing_domain_is_an_error_in_words(sides):
    shutil.rmtree(sides / "trainB")
    with pytest.raises(DataError, match="trainA/ and trainB/"):
        find_domains(str(sides))


def test_an_image_in_both_domains_is_named(sides):
    shutil.copy(sides / "trainA" / "0.png", sides / "trainB" / "again.png")
    with pytest.raises(DataError, match=r"no image in both domains, found .*0\.png and .*again"):
        find_domains(str(sides))


@pytest.mark.parametrize("other", [".", "trainA"])
def test_a_domain_inside_the_other_is_an_error(sides, other):
    with pytest.raises(DataError, match="two folders apart"):
        find_domains([str(sides / "trainA"), str(sides / other)])


def test_domains_of_one_size_do_not_run_in_step(tmp_path):
    for side in "AB":
        fill(tmp_path / side, 6, A if side == "A" else B)
    data = UnpairedImages(find_domains(str(tmp_path)), 32, 32)
    partners = {data.__getitems__([(0, seed)]).b.numpy().tobytes() for seed in range(99)}
    assert len(partners) == 6


def test_an_epoch_is_the_longer_domain_and_every_image_of_it_is_drawn(sides):
    data = UnpairedImages(find_domains(str(sides)), 32, 64)
    assert len(data) == 6
    order = Order(len(data), 2, seed=0)
    stream = batches(data, order, workers=0, device=torch.device("cpu"))
    drawn = [next(stream) for _ in range(3)]
    assert drawn[0].a.shape == drawn[0].b.shape == (2, 3, 32, 32)
    assert len({image.numpy().tobytes() for batch in drawn for image in batch.a}) == 6


def test_the_sides_keep_their_domain_and_are_drawn_apart(sides):
    data = UnpairedImages(find_domains(str(sides)), 32, 64, AUGMENT)
    batch = data.__getitems__([(0, 1), (0, 2), (0, 3), (0, 4)])
    red, blue = batch.a.mean((0, 2, 3)), batch.b.mean((0, 2, 3))
    assert red[0] > 0.5 > red[2] and blue[2] > 0.5 > blue[0]
    assert len({image.numpy().tobytes() for image in batch.b}) > 1


def test_a_seed_draws_the_same_whatever_the_number_of_workers(sides):
    data = UnpairedImages(find_domains(str(sides)), 32, 64, AUGMENT)

    def drawn(workers: int, epochs: int = 2) -> list[np.ndarray]:
        order = Order(len(data), 3, seed=5)
        stream = batches(data, order, workers, torch.device("cpu"))
        return [torch.cat(next(stream)).numpy() for _ in range(2 * epochs)]

    alone, helped = drawn(0), drawn(2)
    assert all(np.array_equal(*pair) for pair in zip(alone, helped, strict=True))
    assert not np.array_equal(alone[0], alone[2])  # another epoch, another augmentation


def test_images_smaller_than_the_crop_are_enlarged_with_one_warning(tmp_path):
    fill(tmp_path / "A", 4, A, (40, 30))
    fill(tmp_path / "B", 3, B, (200, 100))
    data = UnpairedImages(find_domains(str(tmp_path)), 64, 72)
    assert data.warnings == [
        "4 images are smaller than 64 pixels and were enlarged, 0.png the first."
    ]
    assert data.plain(slice(2)).a.shape == (2, 3, 64, 64)


def test_a_broken_image_is_skipped_and_named(sides):
    fill(sides / "more", 14, A)
    for path in (sides / "more").iterdir():
        path.rename(sides / "trainA" / f"more-{path.name}")
    (sides / "trainA" / "torn.png").write_text("no image")
    data = UnpairedImages(find_domains(str(sides)), 32, 64)
    assert len(data.sides[0]) == 20
    assert len(data.warnings) == 1 and "torn.png" in data.warnings[0]


def test_whole_images_keep_their_shape(sides):
    data = UnpairedImages(find_domains(str(sides)), 32, 64)
    assert [tuple(image.shape) for image in data.whole(1)] == [(1, 3, 96, 64)] * 4


def test_grey_domains_stay_grey(tmp_path):
    for side in "AB":
        (tmp_path / side).mkdir()
        for index in range(3):
            shade = 40 * index + (5 if side == "A" else 9)
            Image.new("L", (40, 40), shade).save(tmp_path / side / f"{index}.png")
    assert UnpairedImages(find_domains(str(tmp_path)), 32, 32).channels == 1


@pytest.mark.parametrize("size", [(33, 40), (200, 64), (32, 32)])
def test_a_crop_has_its_size_however_little_there_is(size):
    image = np.zeros((*size[::-1], 3), np.uint8)
    cut = CropAugmentation(zoom=0.9)
    assert {cut(image, 32, seed).shape for seed in range(20)} == {(32, 32, 3)}


def test_zoom_shrinks_by_up_to_its_share():
    """Stripes of four pixels become as narrow as two, and no wider."""
    image = np.zeros((256, 256), np.uint8)
    image[:, np.arange(256) % 8 < 4] = 255
    cut = CropAugmentation(flip=False, zoom=0.5)
    changes = [
        int((np.diff((cut(image, 64, seed)[32] > 127).astype(int)) != 0).sum())
        for seed in range(60)
    ]
    assert 15 <= min(changes) <= 18 and 28 <= max(changes) <= 32


def test_small_images_are_not_enlarged_beyond_the_crop(tmp_path):
    fill(tmp_path / "A", 3, A, (60, 50))
    fill(tmp_path / "B", 3, B, (300, 200))
    data = UnpairedImages(find_domains(str(tmp_path)), 32, 100)
    assert data.read(0, 0).shape == (50, 60, 3) and data.read(1, 0).shape == (100, 150, 3)
    assert not data.warnings


def test_another_light_meets_only_what_is_translated(sides):
    plain, lit = CropAugmentation(), CropAugmentation(light=1.0)
    kinds = [
        UnpairedImages(find_domains(str(sides)), 32, 64, plain, augment_a=first)
        for first in (plain, lit)
    ]
    draws = [(index % 4, index) for index in range(24)]
    usual, other = (data.__getitems__(draws) for data in kinds)
    assert torch.equal(usual.b, other.b)
    means = [batch.a.mean((1, 2, 3)) for batch in (usual, other)]
    assert (means[1] - means[0]).abs().max() > 0.1  # on the scale from -1 to 1
    assert other.a.shape == usual.a.shape and other.a.abs().max() <= 1


def test_any_two_folders_of_one_are_domains_and_their_names_stay(tmp_path):
    fill(tmp_path / "horses", 3, A)
    fill(tmp_path / "zebras", 4, B)
    found = find_domains(str(tmp_path))
    assert counts(found) == (3, 4) and found.domains == ("horses", "zebras")
    assert found.notes == ["horses/ is taken as A and zebras/ as B, in the order of their names."]


def test_test_pictures_inside_a_and_b_are_never_trained_on(tmp_path):
    for side, colour in (("A", A), ("B", B)):
        fill(tmp_path / side / "train", 4, colour)
        fill(tmp_path / side / "test", 2, (colour[0] - 9, *colour[1:]))
    assert counts(find_domains(str(tmp_path))) == (4, 4)
    assert counts(find_domains(str(tmp_path), "test")) == (2, 2)
    found = [str(tmp_path / side) for side in "AB"]
    assert counts(find_domains(found)) == (4, 4)
