"""The Draw tab: draw an outline, say what it is, and see it translated while drawing."""

import time
from functools import partial
from typing import Any

import gradio as gr

from app.draw import actions
from app.draw.layout import Asked, Layout, answer_rows, lay_out, opening, suggestion_rows
from app.draw.outlines import random_outline
from app.draw.photographed import DETAIL, lines_of
from app.made.passing import Sender, passed_on
from app.made.store import Shelf
from app.made.tab import Recall, model_of
from app.shared.drawing.canvas import HINTS, PHOTOGRAPH
from app.shared.drawings import read_photograph, to_data_url
from app.shared.library import Library
from app.shared.wiring import PRIVATE, Changes, Refresh, as_built, spoken

QUEUE: dict[str, Any] = {"concurrency_id": "translator", "concurrency_limit": 2}
# the newest of what happens while an update is on its way waits for it, and no other
LIVE: dict[str, Any] = {"trigger_mode": "always_last", "show_progress": "hidden", **QUEUE}
KEPT = "Kept below, in what was made so far."
LIVE_PRIVATE = {**LIVE, **PRIVATE}
WORDS = "document.querySelector('#what textarea, #what input')?.value ?? ''"
SAVE = """(svg) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  link.download = "picture.svg";
  link.click();
  URL.revokeObjectURL(link.href);
}"""


def build(library: Library, shelf: Shelf) -> tuple[Refresh, Sender, Recall]:
    """Lay the tab out and wire it; what shows the models there are, what hands a drawing on, and
    how what was said of a drawing comes back."""
    layout = lay_out(library)
    wire(library, layout)
    layout.keep.click(
        spoken(keep, library, shelf), layout.told, None, js=from_page(5), **{**QUEUE, **PRIVATE}
    )
    sender = Sender(layout.pass_on, partial(picture_file, library), layout.told, from_page(5))
    renewed = [
        *(layout.missing, layout.complaints, layout.studio, layout.name, layout.about),
        *(layout.drawing, layout.words, layout.output, layout.remark, layout.many, layout.answers),
    ]
    told = [layout.name, layout.words, layout.answers, layout.asked, layout.recalled]
    again = Recall("draw", partial(recall, library, layout), told)
    return Refresh(partial(newest, library, layout), renewed), sender, again


def recall(library: Library, layout: Layout, parameters: dict[str, Any]) -> Changes:
    """The model, the words and the answer of a picture, for the drawing that is there: its own is
    not kept."""
    seeds = str(parameters.get("seeds", ""))
    return {
        layout.name: gr.update(value=model_of(parameters, actions.model_names(library))),
        layout.words: str(parameters.get("words", "")),
        layout.answers: gr.HTML(value=seeds, rows=""),
        layout.asked: Asked(seeds),
        layout.recalled: {**parameters, "when": time.time_ns()},  # or the same again is no change
    }


def recalled_seeds(recalled: dict[str, Any], name: str) -> str:
    """The seeds of the result whose settings came back with a model; nothing for another model."""
    return str(recalled.get("seeds", "")) if recalled.get("model") == name else ""


def keep(library: Library, shelf: Shelf, *told: str) -> None:
    """Keep the picture of a drawing: what is drawn on the way there is not kept by itself."""
    picture, _ = actions.translate(library, *told)
    if shelf.keep(picture, "draw"):
        gr.Info(KEPT, title="")


def picture_file(library: Library, *told: str) -> str:
    """The picture of a drawing as a file, to be used elsewhere in the page."""
    return passed_on(actions.translate(library, *told)[0])


def wire(library: Library, layout: Layout) -> None:
    """Translate while a person draws, and again when something else is said of it."""
    live(library, layout)
    choices(library, layout)
    photographs(layout)
    gr.api(
        spoken(listed_answers, library), api_name="variants_of_drawing", **QUEUE
    )  # what the page shows, for scripts
    gr.api(random_drawing, api_name="random_outline", **QUEUE)


def live(library: Library, layout: Layout) -> None:
    """What follows the pen, and the words."""
    gr.on(
        [layout.drawing.input, layout.words.change, layout.answers.input],
        spoken(actions.translate, library),
        layout.told,
        [layout.output, layout.remark],
        api_name="translate_drawing",
        js=from_page(5),
        **LIVE,
    )
    for event in (layout.drawing.settled, layout.words.change):
        event(
            spoken(other_answers, library, layout),
            [*layout.told, layout.asked],
            [layout.answers],
            js=from_page(6),
            **LIVE_PRIVATE,
        )
    # with the words as they came back, which the field may not show yet
    back = [layout.name, layout.drawing, layout.words, layout.hints, layout.answers]
    layout.recalled.change(
        spoken(actions.translate, library),
        back,
        [layout.output, layout.remark],
        js=from_page(5),
        api_name="translate_recalled",  # or Translate could not have its own
        **LIVE_PRIVATE,
    )
    layout.recalled.change(
        spoken(other_answers, library, layout),
        [*back, layout.asked],
        [layout.answers],
        js=from_page(6),
        api_name="answers_recalled",
        **LIVE_PRIVATE,
    )
    layout.words.change(
        spoken(suggest, library),
        [layout.name, layout.words],
        [layout.suggestions],
        **LIVE_PRIVATE,
    )
    # the browser saves what has come
    layout.as_svg.click(
        spoken(actions.as_svg, library),
        layout.told,
        [layout.svg],
        api_name="drawing_as_svg",
        js=from_page(5),
        show_progress="hidden",
        **QUEUE,
    ).success(None, [layout.svg], None, js=SAVE, **PRIVATE)
    gr.api(spoken(actions.completions, library), api_name="suggest_words", **QUEUE)


def choices(library: Library, layout: Layout) -> None:
    """What a person clicks on."""
    layout.suggestions.input(
        partial(say, layout),
        [layout.suggestions],
        [layout.words, layout.suggestions],
        **PRIVATE,
    )
    for button, near in ((layout.near, True), (layout.others, False)):
        button.click(
            partial(ask, near),
            [layout.answers, layout.asked],
            [layout.asked],
            **PRIVATE,
        ).then(
            spoken(other_answers, library, layout),
            [*layout.told, layout.asked],
            [layout.answers],
            js=from_page(6),
            **{**QUEUE, **PRIVATE},
        )
    layout.drawing.surprise(
        partial(surprise, layout),
        None,
        [layout.drawing, layout.words, layout.answers, layout.asked],
        **{**QUEUE, **PRIVATE},
    )
    # not `input`, which comes twice, and when the list is only closed too (Gradio 6.31)
    layout.name.change(
        spoken(choose, library, layout),
        [layout.name, layout.drawing, layout.said, layout.hints, layout.recalled],
        [layout.about, layout.output, layout.remark],
        api_name="choose_outline_model",
        js=from_page(5),
        show_progress="hidden",
        **QUEUE,
    )
    layout.name.change(
        spoken(show_abilities, library, layout),
        [layout.name, layout.drawing, layout.said, layout.hints, layout.recalled],
        [
            *(layout.drawing, layout.words, layout.many),
            *(layout.answers, layout.asked, layout.recalled),
        ],
        js=from_page(5),
        **{**QUEUE, **PRIVATE},
    )


def from_page(count: int) -> str:
    """JavaScript that puts the words of the field and the canvas's dabs in their places, the third
    and the fourth, among so many inputs; what Gradio adds to them, the outputs' values, is not
    sent."""
    return (
        f"(...given) => {{ const told = given.slice(0, {count}); told[2] ||= {WORDS}; "
        f"told[3] ||= {HINTS}; return told; }}"
    )


def photographs(layout: Layout) -> None:
    """What becomes of an uploaded picture: its lines, shown over the drawing."""
    layout.drawing.photograph(
        spoken(guess_lines, layout),
        [layout.photograph],
        [layout.drawing, layout.kind, layout.detail],
        js=f"() => [{PHOTOGRAPH}]",
        **{**QUEUE, **PRIVATE},
    )
    gr.on(
        [layout.kind.input, layout.detail.input],
        spoken(show_lines),
        [layout.photograph, layout.kind, layout.detail],
        [layout.drawing],
        js=f"(photograph, kind, detail) => [{PHOTOGRAPH}, kind, detail]",
        **LIVE_PRIVATE,
    )
    gr.api(spoken(outline_of_picture), api_name="outline_of_picture", **QUEUE)


def guess_lines(layout: Layout, photograph: str) -> Changes:
    """The lines in a new picture over the drawing, and what it was taken for."""
    lines = lines_of(read_photograph(photograph))
    shown = gr.HTML(lines=to_data_url(lines.outline))
    return {layout.drawing: shown, layout.kind: lines.kind, layout.detail: DETAIL}


def show_lines(photograph: str, kind: str, detail: float) -> gr.HTML:
    """The lines in a picture over the drawing."""
    return gr.HTML(lines=to_data_url(lines_of(read_photograph(photograph), kind, detail).outline))


def outline_of_picture(picture: str, kind: str = "", detail: float = DETAIL) -> dict[str, str]:
    """The lines of a drawing on paper or the edges of a thing, in a picture as a data URL, as
    {"outline", "kind"}; `kind` is guessed where it is not given."""
    lines = lines_of(read_photograph(picture), kind or None, detail)
    return {"outline": to_data_url(lines.outline), "kind": lines.kind}


def other_answers(
    library: Library,
    layout: Layout,
    name: str,
    drawing: str,
    words: str,
    hints: str,
    _chosen: str,
    asked: Asked,
) -> Changes:
    """Answers to choose from, as the buttons asked for them last."""
    answers = actions.variants(library, name, drawing, words, hints, *asked)
    return {layout.answers: gr.HTML(rows=answer_rows(answers))}


def listed_answers(
    library: Library,
    name: str,
    drawing: str,
    words: str = "",
    hints: str = "",
    seeds: str = "",
    near: bool = False,
    turn: int = 0,
) -> list[dict[str, str]]:
    """Four answers as {"seeds", "picture"}, the first that of `seeds`, the others like it where
    `near`."""
    answers = actions.variants(library, name, drawing, words, hints, seeds, near, turn)
    return [{"seeds": told, "picture": to_data_url(one)} for told, one in answers]


def ask(near: bool, chosen: str, asked: Asked) -> Asked:
    """More answers, like the chosen one or not."""
    return Asked(chosen or "", near, asked[2] + 1)


def suggest(library: Library, name: str, words: str) -> gr.HTML:
    """Words that go on as those typed begin."""
    return gr.HTML(rows=suggestion_rows(actions.completions(library, name, words)))


def say(layout: Layout, chosen: str) -> Changes:
    """A suggestion in the place of the words."""
    return {layout.words: chosen, layout.suggestions: gr.HTML(value="", rows="")}


def surprise(layout: Layout) -> Changes:
    """A random outline with its words, and its likeliest answer."""
    outline = random_outline()
    return {
        layout.drawing: to_data_url(outline.picture),
        layout.words: outline.words,
        layout.answers: "",
        layout.asked: Asked(),
    }


def random_drawing() -> str:
    """A random outline, as the canvas takes it."""
    return to_data_url(random_outline().picture)


def choose(
    library: Library,
    layout: Layout,
    name: str,
    drawing: str,
    words: str = "",
    hints: str = "",
    recalled: dict[str, Any] | None = None,
) -> Changes:
    """Another model: its card, and its translation of the drawing."""
    seeds = recalled_seeds(recalled or {}, name)
    picture, remark = actions.translate(library, name, drawing, words, hints, seeds)
    return {
        layout.about: library.card(name),
        layout.output: picture,
        layout.remark: remark,
    }


def show_abilities(
    library: Library,
    layout: Layout,
    name: str,
    drawing: str,
    words: str,
    hints: str,
    recalled: dict[str, Any],
) -> Changes:
    """What another model can be told, and its answers."""
    seeds = recalled_seeds(recalled, name)
    answers = answer_rows(actions.variants(library, name, drawing, words, hints, seeds))
    return {
        **layout.abilities(actions.translator(library, name)),
        layout.answers: gr.HTML(value=seeds, rows=answers),
        layout.asked: Asked(seeds),
        layout.recalled: gr.skip() if recalled.get("model") == name else {},
    }


def newest(library: Library, layout: Layout) -> Changes:
    """The tab with the models that there are now: one exported while the app runs is in the list
    when the page is opened again."""
    names = actions.model_names(library)
    changes: Changes = {
        layout.missing: gr.Column(visible=not names),
        layout.studio: gr.Row(visible=bool(names)),
        layout.name: gr.Dropdown(choices=names, value=names[0] if names else None),
        layout.complaints: library.complaints(),
    }
    changes[layout.about] = library.card(names[0]) if names else ""
    if not names:
        return changes
    if names[0] == layout.name.value:
        return {**changes, **{one: as_built(one) for one in (layout.drawing, layout.answers)}}
    first = opening(library, names[0])
    return {
        **changes,
        **layout.abilities(first.model),
        layout.words: gr.Textbox(value=first.outline.words, visible=first.model.takes_words),
        layout.output: first.picture,
        layout.remark: first.remark,
        layout.answers: gr.HTML(value="", rows=first.rows),
    }
