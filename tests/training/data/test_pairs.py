"""Pairs: every layout, what is wrong with data in words, augmentation that keeps sides aligned."""

import numpy as np
import pytest
import torch
from PIL import Image

from training.data.augmentation import PairAugmentation
from training.data.batches import Order, batches
from training.data.errors import DataError
from training.data.paired.degraded import DEGRADED
from training.data.paired.paired_images import PairedImages
from training.data.paired.pairs import find_pairs


def picture(seed: int, size=(40, 40)) -> Image.Image:
    return Image.fromarray(
        np.random.default_rng(seed).integers(0, 255, (size[1], size[0], 3), np.uint8)
    )


def save(image: Image.Image, path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)


@pytest.fixture
def sides(tmp_path):
    """A/ and B/ with three pairs; B of a pair is A inverted."""
    for index in range(3):
        image = picture(index)
        save(image, tmp_path / "A" / f"{index}.png")
        save(Image.eval(image, lambda value: 255 - value), tmp_path / "B" / f"{index}.bmp")
    return tmp_path


def assert_inverted(pairs) -> None:
    assert len(pairs) == 3
    for pair in pairs.pairs:
        a, b = (np.asarray(side, int) for side in pair.read())
        assert (a + b == 255).all()


def test_folders_a_and_b_pair_by_stem(sides):
    assert_inverted(find_pairs(str(sides)))


def test_splits_inside_a_folder_are_found(sides, tmp_path):
    for name in ("train", "test"):
        (tmp_path / "data" / name).mkdir(parents=True)
    for side in "AB":
        (sides / side).rename(tmp_path / "data" / "train" / side)
        save(picture(9), tmp_path / "data" / "test" / side / "9.png")
    assert_inverted(find_pairs(str(tmp_path / "data")))
    assert len(find_pairs(str(tmp_path / "data"), "test")) == 1


def test_names_of_the_unpaired_layout_pair_too(sides):
    for side in "AB":
        (sides / side).rename(sides / f"train{side}")
    assert_inverted(find_pairs(str(sides)))


def test_two_folders_pair(sides):
    assert_inverted(find_pairs([str(sides / "A"), str(sides / "B")]))


def test_side_by_side_images_are_cut_in_the_middle(tmp_path):
    for index in range(3):
        sheet = Image.new("RGB", (80, 40))
        image = picture(index)
        sheet.paste(image, (0, 0))
        sheet.paste(Image.eval(image, lambda value: 255 - value), (40, 0))
        save(sheet, tmp_path / f"{index}.png")
    assert_inverted(find_pairs(str(tmp_path)))


def test_a_zip_of_pairs_is_unpacked(sides, tmp_path, monkeypatch):
    import shutil

    monkeypatch.setenv("ATELIER_HOME", str(tmp_path / "home"))
    archive = shutil.make_archive(str(tmp_path / "pairs"), "zip", sides)
    assert_inverted(find_pairs(archive))


def test_the_bundled_emoji_have_their_splits_names_and_licence():
    train, test = find_pairs("emoji"), find_pairs("emoji", "test")
    assert (len(train), len(test)) == (1336, 150)
    assert train.domains == ("outline", "emoji")
    assert train.licence == "CC BY-SA 4.0"
    outline, emoji = test.pairs[0].read()
    assert outline.size == emoji.size == (256, 256)


@pytest.mark.parametrize("made", ["edges", "grey", "small", "mask"])
def test_one_folder_is_enough_where_the_input_is_made(tmp_path, made):
    for index in range(3):
        save(Image.linear_gradient("L").convert("RGB").resize((40, 40)), tmp_path / f"{index}.png")
    given, wanted = find_pairs(str(tmp_path), made=made).pairs[0].read()
    assert given.size == wanted.size == (40, 40)
    assert (
        np.asarray(given).shape != np.asarray(wanted).shape or given.tobytes() != wanted.tobytes()
    )


def test_edges_are_black_lines_on_white():
    from training.data.paired.made_inputs import edges

    square = Image.new("L", (64, 64))
    square.paste(255, (16, 16, 48, 48))
    found = np.asarray(edges(square))
    assert set(np.unique(found)) == {0, 255}
    assert (found[:10] == 255).all()
    assert (found[14:18, 30] == 0).any()
    assert (found[28:36, 28:36] == 255).all()


def test_an_image_without_a_partner_is_named(sides):
    save(picture(7), sides / "A" / "alone.png")
    with pytest.raises(DataError, match="alone"):
        find_pairs(str(sides))


def test_a_flat_folder_of_single_pictures_says_what_was_expected(tmp_path):
    save(picture(0), tmp_path / "one.png")
    with pytest.raises(DataError, match=r"twice as wide.*40x40.*one\.png.*--make-input"):
        find_pairs(str(tmp_path))


def test_two_sizes_in_a_pair_are_an_error_that_names_the_file(sides):
    save(picture(0, (30, 40)), sides / "A" / "1.png")
    with pytest.raises(DataError, match=r"30x40 in .*1\.png and 40x40"):
        PairedImages(find_pairs(str(sides)), 32)


def test_one_pair_of_two_sizes_among_many_is_skipped_and_named(tmp_path):
    for index in range(12):
        save(picture(index), tmp_path / "A" / f"{index}.png")
        save(picture(index, (40, 41 if index == 4 else 40)), tmp_path / "B" / f"{index}.png")
    data = PairedImages(find_pairs(str(tmp_path)), 32)
    assert len(data) == 11
    assert any("40x41" in warning and "4.png" in warning for warning in data.warnings)


def test_a_broken_image_is_skipped_and_named_and_many_are_an_error(tmp_path):
    for index in range(12):
        for side in "AB":
            save(picture(index), tmp_path / side / f"{index}.png")
    (tmp_path / "A" / "5.png").write_bytes(b"no image")
    data = PairedImages(find_pairs(str(tmp_path)), 32)
    assert len(data) == 11
    assert any("5.png" in warning for warning in data.warnings)
    for index in range(3):
        (tmp_path / "B" / f"{index}.png").write_bytes(b"no image")
    with pytest.raises(DataError, match="4 of 12 pairs"):
        PairedImages(find_pairs(str(tmp_path)), 32)


def test_a_tenth_is_held_out_the_same_each_time_and_never_trained_on():
    kept, held = find_pairs("emoji").held_out()
    again = find_pairs("emoji").held_out()[1]
    assert (len(kept), len(held)) == (1336 - 64, 64)
    assert not {pair.a for pair in kept.pairs} & {pair.a for pair in held.pairs}
    assert [pair.a for pair in held.pairs] == [pair.a for pair in again.pairs]


def test_the_direction_swaps_input_and_target(sides):
    pairs = find_pairs(str(sides))
    there, back = (PairedImages(pairs, 32, direction=way) for way in ("AtoB", "BtoA"))
    assert torch.equal(there.plain().input, back.plain().target)
    assert torch.equal(there.plain().target, back.plain().input)


AUGMENT = PairAugmentation(flip=True, zoom=0.3, rotate=20)


def test_both_sides_are_augmented_alike(sides):
    """B is A inverted; after any geometry that repeats edges it still is, up to rounding."""
    data = PairedImages(find_pairs(str(sides)), 32, augment=AUGMENT)
    batch = data.__getitems__([(0, 1), (1, 2), (2, 3)])
    assert (batch.input + batch.target).abs().max() < 3 / 127.5
    assert not torch.equal(batch.input, data.plain().input)


def test_only_the_input_gets_noise(sides):
    plain = PairedImages(find_pairs(str(sides)), 32, augment=PairAugmentation(flip=False))
    noisy = PairedImages(
        find_pairs(str(sides)), 32, augment=PairAugmentation(flip=False, hand_drawn=1, noise=0.5)
    )
    draws = [(0, seed) for seed in range(8)]
    one, other = plain.__getitems__(draws), noisy.__getitems__(draws)
    assert torch.equal(one.target, other.target)
    assert not torch.equal(one.input, other.input)


def test_workers_and_epochs_draw_different_augmentations_and_workers_change_nothing(sides):
    data = PairedImages(find_pairs(str(sides)), 32, augment=AUGMENT)

    def drawn(workers: int) -> list[torch.Tensor]:
        stream = batches(data, Order(len(data), 3, seed=5), workers, torch.device("cpu"))
        return [next(stream).input for _ in range(4)]

    alone, shared = drawn(0), drawn(2)
    assert all(torch.equal(a, b) for a, b in zip(alone, shared, strict=True))
    images = torch.cat(alone)  # four epochs of three images
    apart = torch.cdist(images.flatten(1), images.flatten(1)) + torch.eye(12)
    assert (apart > 0).all()


@pytest.mark.parametrize("name", DEGRADED)
def test_degraded_outlines_differ_keep_their_size_and_follow_the_seed(name):
    given, wanted = find_pairs("emoji", "test").pairs[3].read()
    before = given.tobytes()
    rough, target = DEGRADED[name](given, wanted, 4)
    assert rough.size == given.size == target.size
    assert rough.mode == given.mode
    assert rough.tobytes() != before == given.tobytes()
    assert DEGRADED[name](given, wanted, 4)[0].tobytes() == rough.tobytes()
    assert (target is wanted) == (name in ("thick", "thin", "elastic", "gaps"))


def test_thick_lines_are_darker_and_thin_ones_lighter():
    given, wanted = find_pairs("emoji", "test").pairs[3].read()
    ink = {name: np.asarray(DEGRADED[name](given, wanted, 0)[0]).mean() for name in DEGRADED}
    assert ink["thick"] < np.asarray(given).mean() < ink["thin"]
