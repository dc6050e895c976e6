"""The files of a folder: pictures by content or ending, through links, and what is no picture."""

from PIL import Image

from models.walk import named, of_several_frames, walk


def save(path, **options) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (8, 8)).save(path, **options)


def names(paths, folder) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in paths]


def test_pictures_are_known_by_their_content_or_their_ending(tmp_path):
    save(tmp_path / "2.png")
    save(tmp_path / "10.png")
    save(tmp_path / "phone.jfif", format="JPEG")
    save(tmp_path / "none", format="PNG")
    save(tmp_path / "none-2", format="HEIF")
    save(tmp_path / "none-3", format="AVIF")
    (tmp_path / "torn.png").write_bytes(b"no image")
    (tmp_path / "notes.txt").write_text("P5 is no picture here")
    found = walk(tmp_path)
    assert names(found.pictures, tmp_path) == [
        *("2.png", "10.png", "none", "none-2", "none-3", "phone.jfif", "torn.png")
    ]
    assert names(found.others, tmp_path) == ["notes.txt"]


def test_what_systems_keep_for_themselves_is_neither(tmp_path):
    for place in (".ipynb_checkpoints", "@eaDir", "__MACOSX", "a/.thumbs"):
        save(tmp_path / place / "1.png")
    save(tmp_path / "._1.png", format="PNG")
    (tmp_path / "Thumbs.db").write_bytes(b"x")
    assert walk(tmp_path) == ([], [])


def test_links_are_followed_and_those_that_lead_back_end(tmp_path):
    save(tmp_path / "elsewhere" / "1.png")
    save(tmp_path / "data" / "0.png")
    (tmp_path / "data" / "linked").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "data" / "2.png").symlink_to(tmp_path / "elsewhere" / "1.png")
    (tmp_path / "data" / "back").symlink_to(tmp_path / "data")
    (tmp_path / "data" / "gone.png").symlink_to(tmp_path / "nowhere.png")
    found = walk(tmp_path / "data")
    assert names(found.pictures, tmp_path / "data") == ["0.png", "2.png", "linked/1.png"]
    assert names(found.others, tmp_path / "data") == ["gone.png"]


def test_files_of_several_pages_or_frames_are_known(tmp_path):
    pages = [Image.new("L", (8, 8), value) for value in (0, 128, 255)]
    pages[0].save(tmp_path / "pages.tif", save_all=True, append_images=pages[1:])
    pages[0].save(tmp_path / "moving.gif", save_all=True, append_images=pages[1:])
    pages[0].save(tmp_path / "one.tif")
    found = of_several_frames(walk(tmp_path).pictures)
    assert names(found, tmp_path) == ["moving.gif", "pages.tif"]


def test_many_names_are_shortened():
    assert named([f"{number}.png" for number in range(8)]) == (
        "0.png, 1.png, 2.png, 3.png, 4.png and 3 more"
    )
