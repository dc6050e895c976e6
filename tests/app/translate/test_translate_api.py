"""The Translate tab through its API, as a script uses it."""

import json
import zipfile

import gradio as gr
import httpx
import numpy as np
import pytest
from clips_made import pan, save_clip
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from helpers import PATIENCE
from pictures import encoded, frames
from PIL import Image

from app.made.store import Shelf
from app.shared.library import Library
from app.translate import tab as tab
from models.images import read_image
from models.translator import Translator


@pytest.fixture(scope="module")
def client(app_url, tmp_path_factory):
    folder = str(tmp_path_factory.mktemp("downloads"))
    return Client(app_url, download_files=folder, verbose=False)


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.png"
    Image.linear_gradient("L").resize((90, 60)).convert("RGB").save(path)
    return path


def translate(client, path, name: str = "outlines", direction: str = "A to B", size: int | str = 0):
    manner = (direction, size, 1, False, False)
    return client.predict(name, *manner, handle_file(path), api_name="/translate")


def test_every_action_has_a_name(client):
    names = set(client.view_api(return_format="dict")["named_endpoints"])
    ours = {"translate", "translate_again", "turn", "translate_example", "translate_files"}
    ours |= {"choose_translator", "translate_clip", "translate_frame"}
    assert {f"/{name}" for name in ours} <= names


def test_a_picture_comes_back_without_loss_and_with_its_parameters(
    client, photo, two_way_translator
):
    slider, words, path, *_ = translate(client, photo, "paintings", "B to A", 256)
    expected = Translator(two_way_translator).translate(read_image(photo), "B to A", 256)
    assert np.array_equal(np.asarray(read_image(slider[0])), np.asarray(read_image(photo)))
    for one in (slider[1], path):
        difference = np.asarray(read_image(one), int) - np.asarray(expected, int)
        assert abs(difference).max() <= 1  # another number of threads adds up in another order
    with Image.open(path) as image:
        about = json.loads(image.text["parameters"])
    assert about == {"model": "paintings", "direction": "B to A", "long_side": 256}
    assert "90 × 60 pixels" in words
    assert path.endswith("photo-paintings.png")


def test_a_size_is_taken_as_the_api_page_shows_it(client, photo):
    shown = client.view_api(return_format="dict")["named_endpoints"]["/translate"]["parameters"]
    size = next(one for one in shown if "'0'" in one["python_type"]["type"])
    assert "'256'" in size["python_type"]["type"]
    for text, number in (("0", 0), ("256", 256)):
        pictures = [read_image(translate(client, photo, size=one)[2]) for one in (text, number)]
        assert np.array_equal(*map(np.asarray, pictures))
    for odd in ("own size", "²", "-1", "7"):
        with pytest.raises(AppError, match="not in the list of choices"):
            translate(client, photo, size=odd)


def test_what_gradio_would_lose_arrives(client, tmp_path):
    deep, glass = tmp_path / "deep.png", tmp_path / "glass.png"
    Image.fromarray(np.full((8, 8), 128 * 257, np.uint16)).save(deep)
    Image.new("RGBA", (8, 8)).save(glass)
    for path, colour in ((deep, 128), (glass, 255)):
        slider, *_ = translate(client, path)
        assert set(np.asarray(read_image(slider[0])).flat) == {colour}


def test_a_picture_comes_in_stages_and_none_shows_the_one_before(client, photo, tmp_path, painter):
    before = translate(client, photo, "strokes", size="bold")
    large = tmp_path / "large.png"
    Image.linear_gradient("L").resize((900, 600)).convert("RGB").save(large)
    job = client.submit(
        "strokes", "A to B", "bold", 1, False, False, handle_file(large), api_name="/translate"
    )
    slider, words, path, *_ = job.result(timeout=PATIENCE)
    expected = Translator(painter).translate(read_image(large), "A to B", stroke_size="bold")
    assert np.abs(np.asarray(read_image(path), int) - np.asarray(expected, int)).max() <= 1
    assert "900 × 600 pixels" in words
    stages = job.outputs()
    assert len(stages) > 3
    for sides, told, file, *_ in stages[:-1]:
        assert "class='running'" in told and file is None
        assert sides is None or not {*sides} & {*before[0], *slider}
    assert [sides is None for sides, *_ in stages[:3]] == [True, True, False]
    with Image.open(path) as image:
        assert json.loads(image.text["parameters"])["stroke_size"] == "bold"


def test_another_model_comes_with_its_sizes(app_url, photo):
    client = Client(app_url, download_files=False, verbose=False)
    direction, size, *_ = client.predict(
        "strokes", 1, False, False, handle_file(photo), api_name="/choose_translator"
    )
    assert direction["value"] == "A to B"
    assert (size["label"], size["value"]) == ("Stroke size", "medium")
    assert [value for _, value in size["choices"]] == ["fine", "medium", "bold"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("phone.heic", encoded(Image.new("RGB", (32, 16), "red"), "HEIF")),
        ("web.avif", encoded(Image.new("RGB", (32, 16), "red"), "AVIF")),
        ("film.gif", frames("GIF")),
    ],
)
def test_pictures_of_today_arrive(client, tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    slider, words, *_ = translate(client, tmp_path / name, "paintings")
    before = np.asarray(read_image(slider[0]), int)
    assert abs(before - [255, 0, 0]).max() <= 4
    assert ("the first is taken" in words) == (name == "film.gif")


def test_a_session_is_its_own(client, app_url, photo):
    *_, before = translate(client, photo)
    *_, after = translate(client, photo)
    assert len(after) == len(before) + 1
    other = Client(app_url, download_files=False, verbose=False)
    *_, gallery = translate(other, photo)
    assert len(gallery) == 1


def test_an_example_is_translated(client):
    source, slider, *_ = client.predict(
        "outlines", "A to B", 0, 1, False, False, 1, api_name="/translate_example"
    )
    assert read_image(source).size == read_image(slider[1]).size == (256, 256)
    with pytest.raises(AppError, match="an example from 0 to"):
        client.predict("outlines", "A to B", 0, 1, False, False, 999, api_name="/translate_example")


def test_a_clip_comes_back_as_a_clip(client, tmp_path):
    film = handle_file(save_clip(tmp_path / "film.gif", pan(2), [200] * 2))
    choice = ("paintings", "A to B", 0, 1, False, "as it came")
    words, _, both, path = client.predict(*choice, film, None, api_name="/translate_clip")
    assert "2 frames, 0.4 seconds" in words
    with Image.open(path) as made, Image.open(both) as beside:
        assert (made.format, made.n_frames, made.size) == ("GIF", 2, (64, 48))
        assert (beside.format, beside.n_frames, beside.size) == ("WEBP", 2, (128, 48))


def test_many_files_become_a_zip(client, photo, tmp_path):
    (tmp_path / "notes.png").write_text("a shopping list")
    files = [handle_file(path) for path in (photo, tmp_path / "notes.png", photo)]
    words, path = client.predict(
        "outlines", "A to B", 0, 1, False, files, api_name="/translate_files"
    )
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["photo.png", "photo-2.png"]
    assert "2 of 3 pictures are in the zip" in words
    assert "in notes.png, found a file that does not open" in words


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nothing",), "not in the list of choices|no model"),
        (("../outlines",), "not in the list of choices|no model"),
        (("digits",), "not in the list of choices|translates pictures"),
        (("outlines", "B to A"), "found 'B to A'"),
        (("outlines", "C to D"), "not in the list of choices"),
        (("outlines", "A to B", 10_000_000), "not in the list of choices"),
        (("outlines", "A to B", "own"), "not in the list of choices"),
        (("strokes", "A to B", "huge"), "not in the list of choices"),
    ],
)
def test_bad_input_is_one_sentence(client, photo, arguments, words):
    with pytest.raises(AppError, match=words) as error:
        translate(client, photo, *arguments)
    assert "Traceback" not in str(error.value)


def test_after_bad_input_the_app_goes_on(client, photo):
    for wrong in (("nothing",), ("outlines", "C to D")):
        with pytest.raises(AppError):
            translate(client, photo, *wrong)
    assert "90 × 60" in translate(client, photo)[1]


def test_a_file_that_is_no_picture_is_one_sentence(client, tmp_path):
    (tmp_path / "notes.png").write_text("a shopping list")
    with pytest.raises(AppError, match="in notes.png, found a file that does not open") as error:
        translate(client, tmp_path / "notes.png")
    assert "/" not in str(error.value)
    with pytest.raises(AppError, match="Expected a picture, found none"):
        client.predict("outlines", "A to B", 0, 1, False, False, None, api_name="/translate")
    with pytest.raises(AppError, match="found no file; choose some first"):
        client.predict("outlines", "A to B", 0, 1, False, [], api_name="/translate_files")


@pytest.mark.parametrize("meta", [{}, {"meta": {"_type": "gradio.FileData"}}])
@pytest.mark.parametrize("place", ["path", "url"])
@pytest.mark.parametrize("target", ["requirements.txt", "http://127.0.0.1:1/x.png"])
def test_neither_files_of_this_machine_nor_addresses_can_be_named(
    client, app_url, target, place, meta
):
    from helpers import ROOT

    target = target if "://" in target else str(ROOT / target)
    for name, given in (("translate", {}), ("translate_files", None)):
        one = {place: target, **meta}
        data = ["outlines", "A to B", 0, 1, False]
        data += [False, one] if given is not None else [[one]]
        assert ended_with_error(app_url, name, data)


def ended_with_error(url: str, name: str, data: list) -> bool:
    """Ask without the client, which would upload what it is given."""
    asked = httpx.post(f"{url}/gradio_api/call/{name}", json={"data": data}, timeout=PATIENCE)
    if asked.status_code != 200:
        return True
    address = f"{url}/gradio_api/call/{name}/{asked.json()['event_id']}"
    answer = httpx.get(address, timeout=PATIENCE).text
    return "event: error" in answer and "event: complete" not in answer


def test_without_a_translator_the_tab_says_how_to_train_one(tmp_path):
    nothing = Library((tmp_path,))
    with gr.Blocks() as page, gr.Tab("Translate") as opened:
        renewed, *_ = tab.build(nothing, Shelf(tmp_path / "made"), opened)
    texts = [part for part in page.blocks.values() if isinstance(part, gr.Markdown)]
    assert any("python -m training.pix2pix" in text.value for text in texts)
    updates = renewed.function().values()
    layout = {type(one): one.visible for one in updates if isinstance(one, (gr.Column, gr.Row))}
    assert layout == {gr.Column: True, gr.Row: False}


def test_there_and_back_comes_with_its_difference(client, photo):
    _, words, _, cycle, *_ = client.predict(
        "paintings", "A to B", 256, 1, False, True, handle_file(photo), api_name="/translate"
    )
    captions = [one["caption"] for one in cycle]
    assert captions == ["your picture", "translated", "and back", "difference × 2"]
    assert "% from where it began" in words


def test_a_strength_out_of_range_is_one_sentence(client, photo):
    with pytest.raises(AppError, match="strength|maximum") as error:
        client.predict(
            "outlines", "A to B", 0, 7, False, False, handle_file(photo), api_name="/translate"
        )
    assert "Traceback" not in str(error.value)
