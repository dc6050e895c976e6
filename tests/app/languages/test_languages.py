"""The words of the page in other languages."""

import asyncio
import time

import gradio as gr
import pytest

from app import languages
from app.languages import asked_for, translated
from app.languages.markup import translated_html, translated_markdown
from app.languages.page import TranslatedPage, translated_props
from app.languages.served import told

TAIWAN = "zh-TW"


@pytest.fixture(autouse=True)
def words(monkeypatch):
    """A small catalog."""
    known = {
        "Model": "模型",
        "Draw": "繪圖",
        "A picture": "一張圖",
        "Expected {0} files, found {1}.": "應有 {0} 個檔案，實有 {1} 個。",
        "It turns {0} into {1}.": "把{0}變成{1}。",
        "Delete <b>{0}</b> for good?": "要永久刪除 <b>{0}</b> 嗎？",
        "{outline}": "線稿",
        "on {0}": "於 {0}",
        "Take care.": "請小心。",
    }
    monkeypatch.setattr(languages, "catalog", lambda language: {} if language == "en" else known)
    languages.looked_up.cache_clear()
    languages.templates.cache_clear()
    yield
    languages.looked_up.cache_clear()
    languages.templates.cache_clear()


@pytest.mark.parametrize(
    ("cookie", "accepted", "language"),
    [
        (None, None, "en"),
        (None, "de-DE, zh-HK;q=0.8, en;q=0.5", "zh-TW"),
        (None, "zh", "zh-CN"),
        (None, "zh-Hant-TW, zh", "zh-TW"),
        (None, "en-GB, zh-TW", "en"),
        ("zh-CN", "en-GB", "zh-CN"),
        ("klingon", "zh-TW", "zh-TW"),
    ],
)
def test_the_switch_comes_before_the_browser_and_english_is_last(cookie, accepted, language):
    assert asked_for(cookie, accepted) == language


def test_values_keep_their_places():
    assert translated("Expected 3 files, found none.", TAIWAN) == "應有 3 個檔案，實有 none 個。"
    assert translated("It turns outline into emoji.", TAIWAN) == "把線稿變成emoji。"
    assert translated("Take care. It turns a into b.", TAIWAN) == "請小心。把a變成b。"
    assert translated("Model: Draw", TAIWAN) == "模型：繪圖"


def test_a_short_template_takes_no_sentence():
    assert translated("on 500", TAIWAN) == "於 500"
    assert translated("on the other hand", TAIWAN) == "on the other hand"


def test_english_and_unknown_texts_stay():
    assert translated("Model", "en") == "Model"
    assert translated("digits", TAIWAN) == "digits"
    assert translated(" \n", TAIWAN) == " \n"


def test_marks_stay_and_words_between_them_do_not():
    text = "<p title='Model'>Delete <b>Draw-1</b> for good?</p><i>Model</i><b>x &lt; y</b>"
    assert translated_html(text, TAIWAN) == (
        "<p title='模型'>要永久刪除 <b>Draw-1</b> 嗎？</p><i>模型</i><b>x &lt; y</b>"
    )
    assert translated_markdown("### Model\n\n    Model\n\nDraw", TAIWAN) == (
        "### 模型\n\n    Model\n\n繪圖"
    )


def test_a_large_page_takes_no_time():
    """What is searched for in a text must not be searched for in the data of its pictures."""
    picture = f"<label><img src='data:image/png;base64,{'iVBOR/+' * 30_000}' alt='Model'></label>"
    began = time.perf_counter()
    assert translated_html(picture * 3, TAIWAN).count("模型") == 3
    assert time.perf_counter() - began < 5
    assert translated("word, found " * 5000, TAIWAN).startswith("word")


def test_what_a_person_chose_or_typed_stays():
    props = {"label": "Model", "choices": [("Draw", "Draw"), ("b", "Model")], "value": "Draw"}
    assert translated_props("radio", props, TAIWAN) == {
        "label": "模型",
        "choices": [("繪圖", "Draw"), ("b", "Model")],
        "value": "Draw",
    }
    assert translated_props("textbox", {"value": "Draw"}, TAIWAN) == {"value": "Draw"}
    assert translated_props("button", {"value": "Draw"}, TAIWAN) == {"value": "繪圖"}


def test_the_page_says_its_language_to_the_browser():
    page = told('<html lang="en"><head></head>', TAIWAN)
    assert page.startswith('<html lang="zh-TW"><head><script>')
    assert '"language": "zh-TW"' in page


@pytest.mark.parametrize("language", [one for one in languages.LANGUAGES if one != "en"])
def test_the_words_of_a_direction_are_translated_and_no_other_ranges(language, monkeypatch):
    monkeypatch.undo()  # the real catalog
    languages.looked_up.cache_clear()
    languages.templates.cache_clear()
    said = translated("photograph → painting", language)
    assert "→" in said and "photograph" not in said and "painting" not in said
    assert translated("my cats → your dogs", language) == "my cats → your dogs"
    for text in ("3 to 8", "back to front", "outline to emoji"):
        assert translated(text, language) == text


def test_an_error_of_gradio_has_a_title_that_says_something():
    with TranslatedPage() as page:
        choice, out = gr.Dropdown(["a"]), gr.Textbox()
        choice.change(str, [choice], [out])
    (change,) = page.fns.values()
    with pytest.raises(gr.Error) as raised:
        asyncio.run(page.process_api(change, ["b"]))
    assert raised.value.title == "That did not work"
