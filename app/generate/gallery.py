"""The gallery of the Generate tab: pictures to look at, to save, to ask for more like one of them,
and to see one become another."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr
from PIL import Image

from app.generate import pictures
from app.generate.pictures import Origin
from app.made.passing import TO_TRANSLATE, passed_on
from app.made.store import Shelf
from app.shared.library import Library
from app.shared.wiring import PRIVATE, Changes, spoken
from models.sampler import new_seed

CHOOSE = "Click a picture to save it, or to see more like it."
CHOSEN = "Picture {picture}, seed {seed}. Click another one, and you can see one become the other."
CHOSEN_CLASS = (
    "A {what}: picture {picture}, seed {seed}. Click another one, and you can see one become the "
    "other."
)
BOTH = "From picture {first} to picture {second}."
MORE = "More like this"
BETWEEN = "From one to the other"
# an update cannot close the large view that a person has opened (Gradio 6.31)
CLOSE = """() => document.querySelectorAll(".pictures .preview").forEach((one) =>
  one.dispatchEvent(new KeyboardEvent("keydown", { code: "Escape", bubbles: true })))"""


@dataclass(frozen=True)
class Gallery:
    """The pictures, and what can be done with one or two of them.

    Attributes:
        origins: of the pictures, in their order.
        chosen: places of the last two that were clicked, the newest last.
        way: an animation from one to the other.
    """

    shown: gr.Gallery
    words: gr.HTML
    more: gr.Button
    between: gr.Button
    pass_on: gr.Button
    way: gr.Image
    origins: gr.State
    chosen: gr.State

    @property
    def outputs(self) -> list[gr.components.Component]:
        """All that new pictures change."""
        return [
            *(self.shown, self.words, self.more, self.between, self.way),
            *(self.origins, self.chosen),
        ]

    def showing(self, images: Sequence[Image.Image], origins: Sequence[Origin]) -> Changes:
        """New pictures, of which none is chosen yet."""
        return {
            self.shown: gr.update(value=list(images), selected_index=None),
            self.words: CHOOSE if images else "",
            self.more: gr.Button(interactive=False),
            self.between: gr.Button(interactive=False),
            self.way: gr.update(value=None, visible=False),
            self.origins: list(origins),
            self.chosen: [],
        }


def gallery(
    elem_id: str, images: Sequence[Image.Image] = (), origins: Sequence[Origin] = ()
) -> Gallery:
    """Lay a gallery out."""
    shown = gr.Gallery(
        list(images),
        label="Pictures",
        show_label=False,
        format="png",
        columns=4,
        height="auto",
        object_fit="contain",
        interactive=False,
        buttons=["download", "fullscreen"],
        elem_id=elem_id,
        elem_classes="picture pictures",
    )
    words = gr.HTML(CHOOSE if images else "", label="Hint", elem_id=f"{elem_id}-words")
    with gr.Row():
        more = gr.Button(MORE, size="sm", interactive=False, elem_id=f"{elem_id}-more")
        between = gr.Button(BETWEEN, size="sm", interactive=False, elem_id=f"{elem_id}-between")
        pass_on = gr.Button(TO_TRANSLATE, size="sm", elem_id=f"{elem_id}-to-translate")
    way = gr.Image(
        label="Animation",
        interactive=False,
        visible=False,
        buttons=["download", "fullscreen"],
        elem_classes="wordless picture",
        elem_id=f"{elem_id}-way",
    )
    return Gallery(shown, words, more, between, pass_on, way, gr.State(list(origins)), gr.State([]))


def wire(library: Library, shelf: Shelf, one: Gallery, queue: dict[str, Any]) -> None:
    """A click chooses, and the buttons draw; what becomes of two is kept."""
    private = {**queue, "api_visibility": "private"}
    one.shown.select(
        spoken(choose, one),
        [one.origins, one.chosen],
        [one.words, one.more, one.between, one.chosen],
        queue=False,
        **PRIVATE,
    )
    one.shown.change(None, js=CLOSE, **PRIVATE)
    one.more.click(
        spoken(more_like, library, one), [one.origins, one.chosen], one.outputs, **private
    )
    one.between.click(
        spoken(way_between, library, shelf, one), [one.origins, one.chosen], [one.way], **private
    )


def choose(one: Gallery, origins: list[Origin], chosen: list[int], event: gr.SelectData) -> Changes:
    """A picture, and the one that was clicked before it; its place is all that is asked for."""
    place = event.index
    if not isinstance(place, int) or not 0 <= place < len(origins):
        return {one.words: gr.skip()}
    now = [*(before for before in chosen if before != place), place][-2:]
    return {
        one.words: words(origins, now),
        one.more: gr.Button(interactive=True),
        one.between: gr.Button(interactive=len(now) == 2),
        one.chosen: now,
    }


def words(origins: list[Origin], chosen: list[int]) -> str:
    """What there is to say of the chosen one, or of both."""
    if len(chosen) == 2:
        return BOTH.format(first=chosen[0] + 1, second=chosen[1] + 1)
    origin = origins[chosen[0]]
    sentence = CHOSEN_CLASS if origin.what and not origin.hand else CHOSEN
    place = {"picture": chosen[0] + 1, "seed": origin.noise[0][0], "what": origin.what}
    return sentence.format(**place)


def more_like(library: Library, one: Gallery, origins: list[Origin], chosen: list[int]) -> Changes:
    """The chosen one and others like it."""
    wanted = pictures.like(last(origins, chosen), new_seed())
    images = pictures.drawn(library, wanted)
    return one.showing(pictures.shown(library, images, wanted), wanted)


def way_between(
    library: Library, shelf: Shelf, one: Gallery, origins: list[Origin], chosen: list[int]
) -> Changes:
    """The animation from one of the two to the other."""
    if len(chosen) != 2:
        raise ValueError("Expected two chosen pictures; click one, and then another.")
    path = pictures.way(library, origins[chosen[0]], origins[chosen[1]])
    shelf.keep(path, "generate")
    return {one.way: gr.update(value=str(path), visible=True)}


def last(origins: list[Origin], chosen: list[int]) -> Origin:
    """The chosen one."""
    if not chosen or chosen[-1] >= len(origins):
        raise ValueError("Expected a chosen picture, found none; click one.")
    return origins[chosen[-1]]


def one_file(library: Library, origins: list[Origin], chosen: list[int]) -> str:
    """The chosen one as a file, to be used elsewhere in the page; its first where none is."""
    if not origins:
        raise ValueError("Expected a picture, found none; draw some.")
    wanted = [last(origins, chosen) if chosen else origins[0]]
    (picture,) = pictures.shown(library, pictures.drawn(library, wanted), wanted)
    return passed_on(picture)
