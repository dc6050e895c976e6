"""What the page opens on: what it is for, in pictures, and the ways into its tabs."""

from base64 import b64encode
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

PICTURES = Path(__file__).with_name("pictures")
FAVICON = Path(__file__).with_name("favicon.svg")
CSS = Path(__file__).with_name("front.css").read_text("utf-8")
JS = Path(__file__).with_name("front.js").read_text("utf-8")
HEAD = f"<script>\n{JS}</script>"


class Where(NamedTuple):
    """A tab, a model in it, and a part of it."""

    tab: str
    model: str = ""
    part: str = ""

    def address(self, there: Collection[str]) -> str:
        """What a link says, of a model only where it is there."""
        asked = self if self.model in there else Where(self.tab)
        return "?" + urlencode({name: one for name, one in asked._asdict().items() if one})


class Entry(NamedTuple):
    """A large way in: from one picture to another.

    Attributes:
        before, after: names of pictures, and what they show.
    """

    where: Where
    title: str
    words: str
    before: tuple[str, str]
    after: tuple[str, str]


ENTRIES = (
    Entry(
        Where("draw"),
        "Colour a drawing",
        "Draw an outline, or photograph one on paper.",
        ("outline", "An outline of an octopus"),
        ("coloured", "The same octopus in colour"),
    ),
    Entry(
        Where("translate", "photo-vangogh"),
        "Repaint a photograph",
        "Any photograph or clip, in the strokes of Van Gogh or as a woodblock print.",
        ("photograph", "A photograph of a windmill"),
        ("painted", "The windmill as a painting"),
    ),
    Entry(
        Where("train"),
        "Train your own",
        "Drop a folder of pictures; in ten minutes there is a model that has learned from them.",
        ("folder", "Four woodblock prints"),
        ("own", "A photograph of a bird as a woodblock print"),
    ),
)
SMALLER = (
    (Where("write"), "Write with a brush"),
    (Where("generate", "emoji-words"), "Draw what you type"),
    (Where("generate", "digits", "listen"), "Say a digit, see it"),
    (Where("generate", "digits"), "Draw digits"),
    (Where("learn"), "How it works"),
)
PROMISE = "Small networks that colour, paint, write and learn, on this machine. Nothing leaves it."
SHORTCUTS = (
    ("Alt+1 … Alt+7", "Open a tab"),
    ("Enter", "Press the button of the open tab"),
    ("?", "Show these shortcuts"),
    ("Esc", "Close what is open"),
)

FRONT = """<section id="front" aria-label="What you can do here"><p class="promise">{promise}</p>
<div class="entries">{entries}</div><nav class="smaller" aria-label="More">{smaller}</nav></section>
<dialog id="shortcuts" aria-label="Shortcuts"><h2>Shortcuts</h2><dl>{shortcuts}</dl>
<form method="dialog"><button>Close</button></form></dialog>"""
ENTRY = """<a class="entry" href="{address}"><span class="turn">{before}{after}</span>
<strong>{title}</strong><small>{words}</small></a>"""
PICTURE = '<img src="{source}" alt="{alt}" width="320" height="320">'
LINK = '<a href="{0}">{1}</a>'
KEY = "<div><dt><kbd>{0}</kbd></dt><dd>{1}</dd></div>"


def front_html(there: Collection[str]) -> str:
    """The front page.

    Args:
        there: names of models.
    """
    return FRONT.format(
        promise=PROMISE,
        entries="".join(entry_html(one, there) for one in ENTRIES),
        smaller="".join(LINK.format(where.address(there), name) for where, name in SMALLER),
        shortcuts="".join(KEY.format(*one) for one in SHORTCUTS),
    )


def entry_html(entry: Entry, there: Collection[str]) -> str:
    """One large way in."""
    before, after = (
        PICTURE.format(source=data_url(name), alt=shown)
        for name, shown in (entry.before, entry.after)
    )
    address = entry.where.address(there)
    said = {"address": address, "title": entry.title, "words": entry.words}
    return ENTRY.format(**said, before=before, after=after)


def data_url(name: str) -> str:
    """A picture of the front page, so that the page needs no further request."""
    data = (PICTURES / f"{name}.webp").read_bytes()
    return f"data:image/webp;base64,{b64encode(data).decode()}"
