"""Data: every layout, its mistakes, and an order that follows from the seed."""

import gzip
import json
import shutil
import zipfile
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import numpy as np
import pytest
import torch
from PIL import Image

from models import locations
from training.data.augmentation import augmentation
from training.data.batches import Order, batches
from training.data.errors import DataError
from training.data.folders import unpack
from training.data.labelled.idx import read_idx
from training.data.labelled.labelled_images import LabelledImages
from training.data.labelled.layouts import Source
from training.data.labelled.sources import find_source
from training.data.paired.captions import read_captions
from training.data.places import find_place

CPU = torch.device("cpu")


def colours(folder, names, size=(32, 32)):
    """A picture for each name, each of another colour."""
    for index, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", size, (index * 20, 0, 255)).save(path)
    return folder


def zipped(folder, path):
    with zipfile.ZipFile(path, "w") as archive:
        for file in folder.rglob("*"):
            archive.write(file, file.relative_to(folder.parent))
    return path


def test_mnist_is_bundled_whole():
    train, test = find_source("mnist"), find_source("mnist", "test")
    assert (len(train), len(test)) == (60_000, 10_000)
    assert train.class_names == [str(i) for i in range(10)]
    assert np.bincount(train.labels)[:2].tolist() == [5923, 6742]  # as LeCun's page counts them
    assert train.licence == "CC BY-SA 3.0"


def test_emoji_of_four_hands_are_bundled_with_their_words_and_licences():
    train, test = find_source("emoji-words"), find_source("emoji-words", "test")
    assert (len(train), len(test)) == (4_724, 799)
    folder, hands = locations.bundled_data() / "emoji-words", train.class_names
    notice = json.loads((folder / "NOTICE.json").read_text())
    assert list(notice["hands"]) == hands == test.class_names and train.licence == notice["licence"]
    texts = {hand["licence"]: hand.get("licence_file") for hand in notice["hands"].values()}
    assert all((folder / texts[licence]).is_file() for licence in ("MIT", "Apache 2.0"))
    captions = read_captions("emoji-words")
    assert all(captions.of(path).text for path in (*train.images, *test.images))
    apart = {path.stem for path in test.images} - {path.stem for path in train.images}
    assert 40 < len(apart) < 100  # things of which no drawing is trained on, 5 %
    with pytest.raises(DataError, match="data for translation"):
        find_place("emoji-words")


def test_class_folders_are_sorted_as_people_count(tmp_path):
    source = find_source(str(colours(tmp_path, ["10/a.png", "9/a.png", "9/b.png"])))
    assert source.class_names == ["9", "10"]
    assert source.labels.tolist() == [0, 0, 1]


def test_a_flat_folder_has_no_classes(tmp_path):
    source = find_source(str(colours(tmp_path, ["img10.png", "img2.png"])))
    assert source.labels is None
    assert [path.name for path in source.images] == ["img2.png", "img10.png"]


@pytest.mark.parametrize("header", ["file,label", "Filename,Class"])
def test_a_csv_gives_the_labels(tmp_path, header):
    colours(tmp_path, ["a.png", "b.png", "c.png"])
    (tmp_path / "labels.csv").write_text(f"{header}\na.png,dog\nb.png,cat\nc,dog\n")
    source = find_source(str(tmp_path))
    assert source.class_names == ["cat", "dog"]
    assert source.labels.tolist() == [1, 0, 1]


def test_the_csv_of_a_split_goes_before_others_and_never_for_the_other(tmp_path):
    colours(tmp_path, ["train/0.png", "train/1.png", "test/0.png", "test/1.png"])
    (tmp_path / "test.csv").write_text("file,label\n0.png,b\n1.png,b\n")
    (tmp_path / "train.csv").write_text("file,label\ntrain/0.png,a\ntrain/1.png,b\n")
    assert find_source(str(tmp_path)).class_names == ["a", "b"]
    test = find_source(str(tmp_path), "test")
    assert test.class_names == ["a", "b"] and test.labels.tolist() == [1, 1]
    (tmp_path / "test.csv").write_text("file,label\n0.png,wrong\n1.png,wrong\n")
    with pytest.raises(DataError, match="the classes a, b, found wrong"):
        find_source(str(tmp_path), "test")


def test_rows_that_name_no_image_are_counted(tmp_path):
    colours(tmp_path, ["a.png", "b.png"])
    (tmp_path / "labels.csv").write_text("file,label\na.png,x\nb.png,y\nc.png,y\n")
    assert "1 rows" in LabelledImages(find_source(str(tmp_path))).warnings[0]


def test_the_test_split_of_an_idx_folder_is_found(tmp_path):
    shutil.copytree(locations.bundled_data() / "mnist", tmp_path / "idx")
    assert len(find_source(str(tmp_path / "idx"), "test")) == 10_000


def test_an_idx_folder_is_read_plain_and_gzipped(tmp_path):
    header = b"\0\0\x08\x03" + b"".join(n.to_bytes(4, "big") for n in (3, 28, 28))
    (tmp_path / "train-images-idx3-ubyte").write_bytes(header + bytes(3 * 784))
    labels = b"\0\0\x08\x01" + (3).to_bytes(4, "big") + bytes([5, 7, 5])
    with gzip.open(tmp_path / "train-labels-idx1-ubyte.gz", "wb") as file:
        file.write(labels)
    source = find_source(str(tmp_path))
    assert source.images.shape == (3, 28, 28)
    assert source.class_names == ["5", "7"]
    assert source.labels.tolist() == [0, 1, 0]


def test_train_and_test_folders_are_splits(tmp_path):
    colours(tmp_path, ["train/a/1.png", "train/b/1.png", "test/a/1.png", "test/b/2.png"])
    assert len(find_source(str(tmp_path))) == 2
    assert [p.name for p in find_source(str(tmp_path), "test").images] == ["1.png", "2.png"]


def test_a_zip_of_each_layout_is_the_same_as_its_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("ATELIER_HOME", str(tmp_path / "home"))
    folder = colours(tmp_path / "pets", ["cat/1.png", "dog/1.png"])
    source = find_source(str(zipped(folder, tmp_path / "pets.zip")))
    assert source.class_names == ["cat", "dog"]
    flat = colours(tmp_path / "flat", ["1.png", "2.png"])
    assert find_source(str(zipped(flat, tmp_path / "flat.zip"))).labels is None
    idx = tmp_path / "idx"
    shutil.copytree(locations.bundled_data() / "mnist", idx)
    assert len(find_source(str(zipped(idx, tmp_path / "idx.zip")))) == 60_000


@pytest.mark.parametrize("name", ["fashion-mnist", "kmnist"])
def test_torchvision_names_read_what_torchvision_has_on_disk(tmp_path, monkeypatch, name):
    """A stand-in for the download: MNIST's files where torchvision would put the others."""
    monkeypatch.setenv("ATELIER_HOME", str(tmp_path))
    folder = {"fashion-mnist": "FashionMNIST", "kmnist": "KMNIST"}[name]
    raw = locations.datasets() / "torchvision" / folder / "raw"
    raw.mkdir(parents=True)
    for path in (locations.bundled_data() / "mnist").glob("*.gz"):
        (raw / path.stem).write_bytes(gzip.decompress(path.read_bytes()))
    source = find_source(name, "test")
    assert (len(source), len(source.class_names)) == (10_000, 10)


def test_without_a_network_a_download_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("ATELIER_HOME", str(tmp_path))

    def refuse(*_args, **_options):
        raise OSError("no route to host")

    monkeypatch.setattr("torchvision.datasets.cifar.check_integrity", lambda *_: False)
    monkeypatch.setattr("torchvision.datasets.cifar.download_and_extract_archive", refuse)
    with pytest.raises(DataError, match="cifar10 .*pass their folder as --data"):
        find_source("cifar10")


def test_missing_and_empty_data_are_named(tmp_path):
    with pytest.raises(DataError, match="nowhere"):
        find_source(str(tmp_path / "nowhere"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match=r"Expected images .* found none"):
        find_source(str(tmp_path / "empty"))
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(DataError, match="a folder or a zip"):
        find_source(str(tmp_path / "notes.txt"))
    (tmp_path / "broken.zip").write_text("hello")
    with pytest.raises(DataError, match="complete zip"):
        find_source(str(tmp_path / "broken.zip"))


def test_a_damaged_idx_file_is_named(tmp_path):
    data = b"\0\0\x08\x01" + (10).to_bytes(4, "big") + bytes(3)
    (tmp_path / "x-ubyte").write_bytes(data)
    with pytest.raises(DataError, match="10 bytes after the header"):
        read_idx(tmp_path / "x-ubyte")
    (tmp_path / "y-ubyte").write_bytes(b"hello")
    with pytest.raises(DataError, match="IDX file of unsigned bytes"):
        read_idx(tmp_path / "y-ubyte")


def test_a_few_broken_images_are_skipped_and_named(tmp_path):
    folder = colours(tmp_path, [f"{i}.png" for i in range(20)])
    (folder / "3.png").write_text("hello")
    data = LabelledImages(find_source(str(folder)))
    assert len(data) == 19
    assert "3.png" in data.warnings[0]


def test_many_broken_images_stop_the_run(tmp_path):
    folder = colours(tmp_path, [f"{i}.png" for i in range(5)])
    (folder / "3.png").write_text("hello")
    with pytest.raises(DataError, match=r"1 of 5 images cannot be read.*3\.png"):
        LabelledImages(find_source(str(folder)))


def test_one_image_is_too_few(tmp_path):
    with pytest.raises(DataError, match="at least two images"):
        LabelledImages(find_source(str(colours(tmp_path, ["1.png"]))))


def test_size_and_channels_come_from_the_data(tmp_path):
    data = LabelledImages(
        find_source(str(colours(tmp_path, ["1.png", "2.png", "3.png"], (100, 70))))
    )
    assert (data.size, data.channels) == (64, 3)
    grey = LabelledImages(Source("grey", np.zeros((3, 28, 28), np.uint8)))
    assert (grey.size, grey.channels) == (28, 1)


def test_small_images_are_enlarged_with_one_warning(tmp_path):
    data = LabelledImages(
        find_source(str(colours(tmp_path, ["1.png", "2.png"], (10, 10)))), size=32
    )
    assert data.pixels.shape == (2, 32, 32, 3)
    assert ["2 images are smaller" in text for text in data.warnings] == [True]


def draws(workers: int, drawn: int = 0, count: int = 12) -> list[torch.Tensor]:
    pixels = np.random.default_rng(0).integers(0, 255, (10, 28, 28), np.uint8)
    data = LabelledImages(Source("x", pixels), augment=augmentation(flip=True, affine=0.2))
    stream = batches(data, Order(len(data), 4, seed=1, drawn=drawn), workers, CPU)
    return [batch.images for batch in islice(stream, count)]


def test_the_number_of_workers_changes_nothing():
    for alone, shared in zip(draws(0), draws(2), strict=True):
        assert torch.equal(alone, shared)


def test_epochs_draw_different_augmentations_in_another_order():
    """Twelve batches of four are 48 draws of ten images: none may come twice the same way."""
    images = torch.cat(draws(0)).flatten(1)
    assert len(images.unique(dim=0)) == len(images)


def test_a_resumed_order_goes_on_where_it_was():
    for later, resumed in zip(draws(0)[5:], draws(0, drawn=20, count=7), strict=True):
        assert torch.equal(later, resumed)


def test_every_epoch_shows_every_image_once_and_processes_share_them():
    order = iter(Order(12, 4, seed=0))
    assert sorted(index for batch in islice(order, 3) for index, _ in batch) == list(range(12))
    shares = [iter(Order(12, 3, seed=0, rank=rank, processes=2)) for rank in (0, 1)]
    both = [index for share in shares for batch in islice(share, 2) for index, _ in batch]
    assert sorted(both) == list(range(12))


def test_augmentation_out_of_range_is_an_error():
    with pytest.raises(ValueError, match="0 to 0.5"):
        augmentation(flip=False, affine=0.9)


def test_runs_that_begin_at_once_unpack_a_zip_once(tmp_path, monkeypatch):
    monkeypatch.setenv("ATELIER_HOME", str(tmp_path / "home"))
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        for index in range(300):
            archive.writestr(f"{index}.png", b"not looked at")
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(unpack, [tmp_path / "many.zip"] * 8))
    assert len(set(found)) == 1
    assert len(list(found[0].iterdir())) == 300
