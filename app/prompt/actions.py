"""The Words part as plain functions: pictures, and a morph, of what a person types."""

from pathlib import Path

from PIL import Image

from app.generate import actions as generate_actions
from app.generate import pictures
from app.generate.pictures import Origin
from app.shared.library import Library
from app.shared.validation import whole_number
from models.conditions.words import LONGEST
from models.sampler import MAX_SEED, Sampler

ALL = "all"  # hands, one below the other
MOST = 16  # images of a text in a hand
SUGGESTIONS = (
    "a red apple",
    "红苹果",
    "a cat with heart eyes",
    "a sailing boat",
    "a slice of pizza",
    "a purple flower",
    "a blue rose",
    "an old castle",
)


def draw(
    library: Library, name: str, text: str, hand: str, count: float, seed: float, variety: float
) -> Image.Image:
    """A sheet of pictures of a text, a row for each hand where all are asked for."""
    wanted = origins(library, name, text, hand, count, seed, variety)
    return sheet(library, pictures.drawn(library, wanted), wanted, hand)


def origins(
    library: Library, name: str, text: str, hand: str, count: float, seed: float, variety: float
) -> list[Origin]:
    """Where the pictures of a text come from, a row for each hand where all are asked for."""
    model, said = worded(library, name), checked(text)
    count = whole_number(count, "how many", 1, MOST)
    seed = whole_number(seed, "a seed", 0, MAX_SEED)
    chosen = model.hands if hand == ALL else [hand]
    hands: list[str | None] = [*chosen] if model.hands else [None]
    return [
        Origin(name, said, one, ((seed, row),), variety) for one in hands for row in range(count)
    ]


def sheet(
    library: Library, images: list[Image.Image], wanted: list[Origin], hand: str
) -> Image.Image:
    """The pictures of a text on one sheet."""
    model, (seed, _) = library.sampler(wanted[0].model), wanted[0].noise[0]
    count = len({one.noise for one in wanted})
    about = {"words": wanted[0].what, "hand": hand, "count": count, "seed": seed}
    return generate_actions.sheet(model, images, count, about, wanted[0].variety)


def morph(
    library: Library, name: str, start: str, end: str, hand: str, seed: float, variety: float
) -> Path:
    """An endless WebP from one text to another and back, in a hand; the first where all are asked
    for."""
    model = worded(library, name)
    checked(start)
    if not checked(end):
        raise ValueError("Expected words to morph to, found none; type them.")
    seed = whole_number(seed, "a seed", 0, MAX_SEED)
    chosen = hand if model.hands and hand != ALL else None
    images = model.morph(start, end, generate_actions.FRAMES, seed, variety, chosen)
    about = {"from": start, "to": end, "hand": hand, "seed": seed}
    return generate_actions.there_and_back(model, images, f"{start}-to-{end}", about, variety)


def worded(library: Library, name: str) -> Sampler:
    """The model of that name, which takes words."""
    model = library.sampler(name)
    if not model.takes_words:
        raise ValueError(f"Expected a model that takes words, found {name}; choose another.")
    return model


def checked(text: str | None) -> str:
    """What was typed, without the spaces around it."""
    said = str(text or "").strip()
    if not said:
        raise ValueError(f"Expected words such as {SUGGESTIONS[0]!r}, found none; type some.")
    if len(said) > LONGEST:
        raise ValueError(f"Expected at most {LONGEST} characters, found {len(said):,}.")
    return said
