"""Zips from strangers: nothing outside, nothing endless, nothing half unpacked."""

import stat
import zipfile

import pytest

from models import archives
from models.archives import UnsafeArchive, extract
from models.walk import begins_like_picture


def make(path, entries: dict[str, bytes], kind=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", kind) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


def test_folders_stay_and_other_files_are_passed_over(tmp_path):
    archive = make(
        tmp_path / "a.zip", {"x/cat/1.png": b"1", "x/notes.exe": b"2", "__MACOSX/1.png": b"3"}
    )
    extract(archive, tmp_path / "out", [".png"])
    assert [
        p.relative_to(tmp_path / "out").as_posix() for p in (tmp_path / "out").rglob("*.*")
    ] == ["x/cat/1.png"]


def test_pictures_of_other_endings_are_known_by_their_beginning_and_the_rest_is_named(tmp_path):
    png = b"\x89PNG\r\n\x1a\n" + bytes(20)
    entries = {"1.png": b"1", "x/none": png, "notes.txt": b"hello", "._1.png": png}
    archive = make(tmp_path / "a.zip", entries)
    passed = extract(archive, tmp_path / "out", [".png"], begins_like_picture)
    assert passed == ["notes.txt"]
    assert sorted(path.name for path in (tmp_path / "out").rglob("*") if path.is_file()) == [
        "1.png",
        "none",
    ]


@pytest.mark.parametrize(
    "name", ["../evil.png", "/etc/evil.png", "a/../../evil.png", "C:\\evil.png", "..\\evil.png"]
)
def test_a_path_that_leads_outside_is_refused(tmp_path, name):
    archive = make(tmp_path / "a.zip", {"good.png": b"1", name: b"2"})
    with pytest.raises(UnsafeArchive, match="leads outside"):
        extract(archive, tmp_path / "in" / "out", [".png"])
    assert not list(tmp_path.rglob("*.png"))


def test_a_link_is_refused(tmp_path):
    info = zipfile.ZipInfo("link.png")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(info, "/etc/passwd")
    with pytest.raises(UnsafeArchive, match="link"):
        extract(tmp_path / "a.zip", tmp_path / "out", [".png"])


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path):
    archive = make(tmp_path / "a.zip", {"zeros.png": bytes(10_000_000)})
    with pytest.raises(UnsafeArchive, match="times their packed size"):
        extract(archive, tmp_path / "out", [".png"])
    assert not (tmp_path / "out").exists()


def test_too_many_entries_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_ENTRIES", 2)
    archive = make(tmp_path / "a.zip", {f"{i}.png": b"1" for i in range(3)})
    with pytest.raises(UnsafeArchive, match="at most 2 entries"):
        extract(archive, tmp_path / "out", [".png"])


def test_a_cut_off_zip_and_a_text_file_leave_nothing_behind(tmp_path):
    whole = make(tmp_path / "a.zip", {"1.png": b"1" * 1000}, zipfile.ZIP_STORED).read_bytes()
    for data in (whole[:500], b"hello"):
        (tmp_path / "b.zip").write_bytes(data)
        with pytest.raises(UnsafeArchive, match="complete zip"):
            extract(tmp_path / "b.zip", tmp_path / "out", [".png"])
        assert not (tmp_path / "out").exists()
        assert not list(tmp_path.glob("*.tmp"))


def test_a_zip_without_images_says_so(tmp_path):
    with pytest.raises(UnsafeArchive, match="found none"):
        extract(make(tmp_path / "a.zip", {"notes.txt": b"1"}), tmp_path / "out", [".png"])


def test_damaged_data_inside_a_zip_is_no_traceback(tmp_path):
    path = make(tmp_path / "a.zip", {"1.png": bytes(range(256)) * 40})
    data = bytearray(path.read_bytes())
    data[60:90] = bytes(30)
    path.write_bytes(data)
    with pytest.raises(UnsafeArchive, match="complete zip"):
        extract(path, tmp_path / "out", [".png"])
    assert not (tmp_path / "out").exists()


def test_an_entry_without_a_name_is_passed_over(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo(""), b"x")
        archive.writestr("1.png", b"x")
    assert extract(tmp_path / "a.zip", tmp_path / "out", (".png",)) == []
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["1.png"]


def test_a_name_that_is_no_utf_8_gets_one_sentence(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("ä.png", b"x")
    data = (tmp_path / "a.zip").read_bytes()
    (tmp_path / "a.zip").write_bytes(data.replace("ä".encode(), b"\xff\xff"))
    with pytest.raises(UnsafeArchive, match=r"complete zip file in a\.zip"):
        extract(tmp_path / "a.zip", tmp_path / "out", (".png",))
