"""One domain in each of two places: single pictures and bundled names among them."""

import pytest
from PIL import Image

from tests.training.data.test_domains import AUGMENT, A, B, counts, fill
from training.data.check import check, in_words
from training.data.errors import DataError
from training.data.unpaired.domains import find_domains
from training.data.unpaired.unpaired_images import UnpairedImages


@pytest.fixture
def painting(tmp_path):
    """A picture whose left half is red and whose right half is blue."""
    image = Image.new("RGB", (96, 80), A)
    image.paste(B, (48, 0, 96, 80))
    image.save(tmp_path / "my-painting.png")
    return str(tmp_path / "my-painting.png")


def test_a_bundled_name_gives_the_domain_of_its_place(tmp_path, painting):
    found = find_domains(["photo-vangogh", painting])
    assert counts(found) == (153, 1) and found.name == "photo-vangogh-my-painting"
    assert found.domains == ("photograph", "my-painting")
    folder = str(fill(tmp_path / "mine", 3, A))
    there = find_domains([folder, "photo-vangogh"])
    assert counts(there) == (3, 14) and there.domains == ("mine", "Van Gogh")
    whole = find_domains("photo-vangogh")
    assert find_domains(["photo-vangogh", folder]).a == whole.a and there.b == whole.b


def test_both_licences_are_said(painting):
    licence = find_domains(["photo-vangogh", painting]).licence
    assert "GPL-3.0-or-later" in licence and "my-painting: the owner of the data" in licence


def test_test_photographs_stay_held_back(tmp_path, painting):
    folder = fill(tmp_path / "mine" / "train", 3, B).parent
    for other in (painting, str(folder)):
        test = find_domains(["photo-vangogh", other], "test")
        assert counts(test) == (25, 0)
        assert not set(test.a) & set(find_domains(["photo-vangogh", other]).a)
    with pytest.raises(DataError, match="test/ or val/ in .*mine or .*my-painting.png to measure"):
        find_domains([str(folder), painting], "test")


def test_bundled_paintings_are_known_by_their_names():
    for name in ("great-wave", "poppies", "night-cafe"):
        found = find_domains(["photo-vangogh", name])
        assert [path.stem for path in found.b] == [name]
        assert f"{name}: public domain" in found.licence
        UnpairedImages(found.held_out()[1], 256, 286)  # larger than the default size


def test_a_bundled_folder_of_pictures_is_a_domain():
    found = find_domains(["photo-vangogh", "ukiyo-e"])
    assert len(found.b) == 10 and found.domains == ("photograph", "ukiyo-e")
    assert "ukiyo-e: public domain" in found.licence
    assert counts(find_domains(["photo-vangogh", "ukiyo-e"], "test")) == (25, 0)
    with pytest.raises(DataError, match="found no '../ukiyo-e'"):
        find_domains(["photo-vangogh", "../ukiyo-e"])


def test_what_lies_there_goes_before_what_is_bundled(tmp_path, monkeypatch, painting):
    fill(tmp_path / "night-cafe", 4, B)
    monkeypatch.chdir(tmp_path)
    assert counts(find_domains(["photo-vangogh", "night-cafe"])) == (153, 4)


def test_one_picture_is_drawn_as_crops_that_differ(tmp_path, painting):
    found = find_domains([str(fill(tmp_path / "photos", 6, A)), painting])
    data = UnpairedImages(found, 32, 64, AUGMENT)
    batch = data.__getitems__([(0, seed) for seed in range(8)])
    assert len({image.numpy().tobytes() for image in batch.b}) == 8
    assert data.image_count == 7 and len(data) == 6
    assert data.plain(slice(4)).b.shape == (4, 3, 32, 32)  # as many as of A


def test_one_picture_is_said_in_one_line(painting):
    report, _ = check(["photo-vangogh", painting], "training.cut")
    lines = [line for line in in_words(report) if "my-painting is one picture" in line]
    assert len(lines) == 1 and "--size" in lines[0] and not report.problem
    assert not any("are few" in line for line in in_words(report))
    assert find_domains(["photo-vangogh", painting]).notes == [lines[0].strip()]


@pytest.mark.parametrize("size", [80, 96])
def test_one_picture_that_is_not_larger_than_the_size_is_an_error(tmp_path, painting, size):
    found = find_domains([str(fill(tmp_path / "photos", 3, A)), painting])
    words = f"only picture of my-painting to be larger than {size} pixels.*my-painting.png of 96x80"
    with pytest.raises(DataError, match=words):
        UnpairedImages(found, size, size)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ("empty", "at least 1 image in domain B of photo-vangogh-empty, found 0"),
        ("notes.txt", "a folder, a zip or a picture as data, found .*notes.txt"),
        ("torn.png", "1 of 1 images cannot be read, the first: .*torn.png"),
        ("nothing.png", "found no .*nothing.png"),
    ],
)
def test_what_is_no_picture_is_named(tmp_path, other, words):
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("no picture")
    (tmp_path / "torn.png").write_text("no picture")
    with pytest.raises(DataError, match=words):
        UnpairedImages(find_domains(["photo-vangogh", str(tmp_path / other)]), 32, 32)


def test_a_picture_cannot_be_the_first_domain(tmp_path, painting):
    with pytest.raises(DataError, match="at least 2 images in domain A of my-painting-photos"):
        find_domains([painting, str(fill(tmp_path / "photos", 3, A))])


def test_bundled_data_that_does_not_translate_is_an_error(painting):
    with pytest.raises(DataError, match="data for translation, found mnist"):
        find_domains(["mnist", painting])


def test_a_picture_of_the_other_domain_is_an_error(tmp_path):
    folder = fill(tmp_path / "photos", 3, A)
    with pytest.raises(DataError, match="two folders apart"):
        find_domains([str(folder), str(folder / "0.png")])
