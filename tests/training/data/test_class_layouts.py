"""Classes as strangers lay them out: tables of every kind, splits of other classes, and what lies
between; and what is said of it."""

import json
import zipfile

import numpy as np
import pytest
from PIL import Image

from training.data.check import check
from training.data.errors import DataError
from training.data.labelled.labelled_images import LabelledImages
from training.data.labelled.sources import find_source


def save(path, colour=(0, 0, 0), **options) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (16, 16), colour).save(path, **options)


def lay_out(folder, names):
    for name in names:
        save(folder / name)
    return folder


def classes(source) -> dict[str, str]:
    """The class of each image."""
    labels = [source.class_names[label] for label in source.labels]
    return dict(zip((path.name for path in source.images), labels, strict=True))


TABLES = {
    "comma": (b"file,label\na.png,yes\nb.png,no\n", "labels.csv"),
    "semicolon": (b"file;label\r\na.png;yes\r\nb.png;no\r\n", "labels.csv"),
    "tab": (b"file\tlabel\na.png\tyes\nb.png\tno\n", "labels.tsv"),
    "mark": ("\ufefffile,label\na.png,yes\nb.png,no\n".encode(), "labels.csv"),
    "utf-16": ("file\tlabel\na.png\tyes\nb.png\tno\n".encode("utf-16"), "labels.csv"),
    "sep": (b"sep=;\nlabel;file\nyes;a.png\nno;b.png\n", "labels.csv"),
    "quoted": (b'"Image","Category","x"\n"a.png","yes",""\n"b","no","1,2"\n', "labels.csv"),
    "path": (b"path,class\n.\\a.png,yes\n./b.png,no\n", "train.csv"),
    "stylegan": (b'{"labels": [["a.png", 1], ["b.png", 0]]}', "dataset.json"),
}


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_read_as_programs_write_them(tmp_path, name):
    content, file = TABLES[name]
    lay_out(tmp_path, ["a.png", "b.png"])
    (tmp_path / file).write_bytes(content)
    source = find_source(str(tmp_path))
    yes, no = ("1", "0") if name == "stylegan" else ("yes", "no")
    assert classes(source) == {"a.png": yes, "b.png": no}
    assert source.class_names == [no, yes]
    assert source.warnings == []


def test_images_that_a_table_does_not_name_are_counted_and_named(tmp_path):
    lay_out(tmp_path / "data", [f"im{i}.png" for i in range(30)])
    rows = [f"im{i}.png,{'yes' if i % 2 else 'no'}" for i in range(10)]
    (tmp_path / "data" / "labels.csv").write_text("\n".join(["file,label", *rows]))
    report, _ = check([str(tmp_path / "data")], "training.cgan")
    assert report.images == 10
    (said,) = report.skipped
    assert "20 pictures that labels.csv does not name: data/im10.png, data/im11.png" in said


def test_a_table_of_something_else_is_left_alone_and_said(tmp_path):
    lay_out(tmp_path, ["cat/1.png", "cat/2.png", "dog/1.png", "dog/2.png"])
    (tmp_path / "ATTRIBUTION.csv").write_text("name,author\n1.png,me\n")
    source = find_source(str(tmp_path))
    assert source.class_names == ["cat", "dog"]
    assert source.warnings == [
        "ATTRIBUTION.csv is left alone, for it has no column 'file' and 'label' but name, author."
    ]


def test_a_dataset_json_without_labels_leaves_a_flat_folder(tmp_path):
    lay_out(tmp_path, ["a.png", "b.png"])
    (tmp_path / "dataset.json").write_text(json.dumps({"labels": None}))
    assert find_source(str(tmp_path)).labels is None
    (tmp_path / "dataset.json").write_text(json.dumps({"labels": [[1]]}))
    with pytest.raises(DataError, match=r"labels.*dataset\.json"):
        find_source(str(tmp_path))


@pytest.mark.parametrize("layout", ["{split}/{name}/{index}.png", "{name}/{split}/{index}.png"])
def test_a_class_that_is_missing_in_the_test_split_keeps_its_number(tmp_path, layout):
    for split, names in (("train", "abc"), ("test", "acd")):
        for name in names:
            for index in range(3):
                save(tmp_path / layout.format(split=split, name=name, index=index))
    train, test = find_source(str(tmp_path)), find_source(str(tmp_path), "test")
    assert train.class_names == test.class_names == ["a", "b", "c"]
    assert np.bincount(test.labels, minlength=3).tolist() == [3, 0, 3]
    assert any("has no images of b" in text for text in test.warnings)
    assert any("3 images of classes that the train split does not" in t for t in test.warnings)
    assert len(LabelledImages(test, 16)) == 6
    report, _ = check([str(tmp_path)], "training.cgan")
    assert report.images == 9
    assert any("no images of b" in text for text in report.advice)


def test_a_table_of_the_test_split_has_the_numbers_of_train(tmp_path):
    lay_out(tmp_path, [f"{split}/{i}.png" for split in ("train", "test") for i in range(3)])
    (tmp_path / "train.csv").write_text("file,label\n0.png,a\n1.png,b\n2.png,c\n")
    (tmp_path / "test.csv").write_text("file,label\n0.png,c\n1.png,c\n2.png,a\n")
    test = find_source(str(tmp_path), "test")
    assert test.labels.tolist() == [2, 2, 0]


def test_a_test_split_beside_pictures_is_not_trained_on(tmp_path):
    lay_out(tmp_path / "flat", ["0.png", "1.png", "test/2.png", "val/3.png"])
    assert [path.name for path in find_source(str(tmp_path / "flat")).images] == ["0.png", "1.png"]
    lay_out(tmp_path / "classes", ["a/0.png", "b/1.png", "test/a/2.png", "test/b/2.png"])
    assert find_source(str(tmp_path / "classes")).class_names == ["a", "b"]


def test_what_systems_keep_is_no_class_and_pictures_beside_classes_are_named(tmp_path):
    lay_out(tmp_path / "d", ["cat/1.png", "dog/1.png", ".ipynb_checkpoints/1.png", "@eaDir/1.png"])
    lay_out(tmp_path / "d", [f"loose{i}.png" for i in range(6)])
    (tmp_path / "d" / "dog" / "notes.txt").write_text("hello")
    (tmp_path / "d" / "fish").mkdir()
    (tmp_path / "d" / "fish" / "1.xcf").write_text("no picture")
    source = find_source(str(tmp_path / "d"))
    assert source.class_names == ["cat", "dog"]
    said = " ".join(source.warnings)
    assert "6 pictures that are in no folder of a class: d/loose0.png" in said
    assert "2 other files: d/dog/notes.txt, d/fish/1.xcf" in said
    assert "No class, for no picture is in there: fish." in said


def test_a_class_of_unknown_endings_is_a_class(tmp_path):
    kinds = {"1.jfif": "JPEG", "2": "PNG", "3.image": "WEBP", "4.heic": "HEIF", "5.avif": "AVIF"}
    for name, kind in kinds.items():
        save(tmp_path / "phone" / name, format=kind)
    lay_out(tmp_path, ["camera/1.png", "camera/2.png"])
    source = find_source(str(tmp_path))
    assert source.class_names == ["camera", "phone"]
    assert len(LabelledImages(source, 16)) == 7


def test_a_zip_has_them_too_and_what_it_holds_besides_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("ATELIER_HOME", str(tmp_path / "home"))
    save(tmp_path / "one.png")
    with zipfile.ZipFile(tmp_path / "pets.zip", "w") as archive:
        for name in ("cat/1.png", "cat/2.jfif", "dog/1", "dog/2.png"):
            archive.write(tmp_path / "one.png", f"pets/{name}")
        archive.writestr("pets/licence.txt", "mine")
    for _ in range(2):  # unpacked, and found unpacked
        source = find_source(str(tmp_path / "pets.zip"))
        assert (len(source), source.class_names) == (4, ["cat", "dog"])
        assert source.warnings == ["Left out: 1 other file: pets/licence.txt."]


def test_links_to_folders_are_followed(tmp_path):
    lay_out(tmp_path / "store", ["a/1.png", "b/1.png"])
    (tmp_path / "data").mkdir()
    for name in "ab":
        (tmp_path / "data" / name).symlink_to(tmp_path / "store" / name)
    assert find_source(str(tmp_path / "data")).class_names == ["a", "b"]


def test_a_folder_packed_into_a_folder_is_found(tmp_path):
    lay_out(tmp_path / "pets" / "pets" / "train", ["a/1.png", "b/1.png"])
    assert find_source(str(tmp_path / "pets")).class_names == ["a", "b"]


def test_files_of_several_pages_are_said(tmp_path):
    pages = [Image.new("L", (16, 16), value) for value in (0, 255)]
    lay_out(tmp_path, ["1.png", "2.png"])
    pages[0].save(tmp_path / "3.tif", save_all=True, append_images=pages[1:])
    source = find_source(str(tmp_path))
    assert source.warnings == [
        "1 file of several pages or frames, of which the first is taken: 3.tif."
    ]
