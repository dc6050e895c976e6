"""A page that is served, and answers, in the language of each request."""

from collections.abc import Mapping
from typing import Any

import gradio as gr
from gradio.blocks import Block
from gradio.data_classes import BlocksConfigDict

from app.languages import ENGLISH, asked_for, spoken_language, translated
from app.languages.markup import translated_html, translated_markdown

TEXTS = ("label", "info", "placeholder", "title", "x_title", "y_title", "color_title")
MARKUP = ("html_template", "rows")  # of an HTML component
OWN = "props"
WORDS = "words"  # {name: text} of one, which its script says
FAILED = "That did not work"
LABELLED = ("button", "downloadbutton", "uploadbutton")  # whose value may be its label


class TranslatedPage(gr.Blocks):
    """Blocks whose components are sent in the language of the request: as they were built, and as
    events change them. Values that a person chose or typed, and all names, stay as they are."""

    _english: BlocksConfigDict
    _served: dict[str, BlocksConfigDict]

    # Gradio takes a copy of it for each page that it serves
    @property  # type: ignore[override]
    def config(self) -> BlocksConfigDict:
        """What the page is made of, in the language of the request that is answered."""
        language = spoken_language.get()
        if language == ENGLISH:
            return self._english
        if language not in self._served:
            self._served[language] = translated_config(self._english, language)
        return self._served[language]

    @config.setter
    def config(self, english: BlocksConfigDict) -> None:
        self._english, self._served = english, {}

    def get_api_info(self, *arguments: Any, **options: Any) -> Any:
        """What scripts can ask for, which is in English for everybody."""
        before = spoken_language.set(ENGLISH)
        try:
            return super().get_api_info(*arguments, **options)
        finally:
            spoken_language.reset(before)

    async def process_api(self, *arguments: Any, **options: Any) -> dict[str, Any]:
        """The answer to an event, or its error, in the language of who asked."""
        language = language_of(options.get("request"))
        spoken_language.set(language)  # of this event alone: each is a task of its own
        try:
            return await super().process_api(*arguments, **options)
        except gr.Error as error:
            error.message = translated(str(error.message), language)
            title = FAILED if error.title == "Error" else error.title  # Gradio's own, of bad input
            error.title = translated(title, language)
            raise

    async def postprocess_data(self, block_fn: Any, *arguments: Any, **options: Any) -> list[Any]:
        """What an event's function gave, as the page takes it."""
        answers = await super().postprocess_data(block_fn, *arguments, **options)
        language = spoken_language.get()
        if language == ENGLISH:
            return answers
        blocks: list[Block] = block_fn.outputs
        pairs = zip(blocks, answers, strict=False)
        return [translated_answer(block.get_block_name(), one, language) for block, one in pairs]


def language_of(request: Any) -> str:
    """The language of an event, which comes with the request that started it."""
    if request is None or isinstance(request, list):
        return ENGLISH
    return asked_for(request.cookies.get("language"), request.headers.get("accept-language"))


def translated_config(config: BlocksConfigDict, language: str) -> BlocksConfigDict:
    """What a page is made of, in a language; the same where nothing is said."""
    components = [
        {**one, "props": translated_props(one["type"], one["props"], language)}
        for one in config["components"]
    ]
    return {**config, "components": components}  # type: ignore[typeddict-item]


def translated_answer(kind: str, answer: Any, language: str) -> Any:
    """An update of a component, or a new value for it."""
    if isinstance(answer, Mapping) and answer.get("__type__") == "update":
        return translated_props(kind, answer, language)
    return translated_value(kind, answer, language)


def translated_props(kind: str, props: Mapping[str, Any], language: str) -> dict[str, Any]:
    """What a component is told, in a language.

    Args:
        kind: of component, as Gradio calls it.
    """
    said = dict(props)
    for name in TEXTS:
        if isinstance(said.get(name), str):
            said[name] = translated(said[name], language)
    if kind == "html":
        said = translated_own(said, language)
    if isinstance(said.get("choices"), (list, tuple)):
        said["choices"] = [translated_choice(one, language) for one in said["choices"]]
    if "value" in said:
        said["value"] = translated_value(kind, said["value"], language)
    if isinstance(said.get("initial_tabs"), list):
        said["initial_tabs"] = [
            {**tab, "label": translated(tab["label"], language)} for tab in said["initial_tabs"]
        ]
    return said


def translated_own(props: dict[str, Any], language: str) -> dict[str, Any]:
    """What an HTML component is told beside what others are; its own properties come by themselves
    or, in the page's config, as `props`."""
    said: dict[str, Any] = {
        name: translated_html(one, language) if name in MARKUP and isinstance(one, str) else one
        for name, one in props.items()
    }
    words, own = props.get(WORDS), props.get(OWN)
    if isinstance(words, Mapping):
        said[WORDS] = translated_words(words, language)
    if isinstance(own, dict):
        said[OWN] = translated_own(own, language)
    return said


def translated_words(words: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Texts by name, or such texts by a name."""
    return {
        name: translated_words(one, language)
        if isinstance(one, Mapping)
        else translated(one, language)
        for name, one in words.items()
    }


def translated_choice(choice: Any, language: str) -> Any:
    """One of several to choose from: its words are another language's, its value stays."""
    words, value = choice if isinstance(choice, (list, tuple)) else (choice, choice)
    return (translated(words, language), value) if isinstance(words, str) else choice


def translated_value(kind: str, value: Any, language: str) -> Any:
    """A value, where that is what is read: of HTML, Markdown, buttons, and beneath pictures."""
    if kind == "gallery" and isinstance(value, list):
        return [translated_caption(one, language) for one in value]
    if not isinstance(value, str):
        return value
    if kind == "html":
        return translated_html(value, language)
    if kind == "markdown":
        return translated_markdown(value, language)
    return translated(value, language) if kind in LABELLED else value


def translated_caption(one: Any, language: str) -> Any:
    """A picture of a gallery with the words beneath it."""
    if isinstance(one, Mapping) and isinstance(one.get("caption"), str):
        return {**one, "caption": translated(one["caption"], language)}
    return one
