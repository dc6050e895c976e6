"""What a person can train, for the Train tab: each lesson with the data that it wants and the
options it begins with."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Lesson:
    """One thing to train.

    Attributes:
        key: what it is called by scripts.
        script: that trains it, as in `python -m`.
        about: what comes of it, in a sentence.
        layout: how its data lies in a folder or zip: each folder with the shapes that stand for its
            pictures in `app.train.data_layouts`.
        sides: what the two sets of files are called; one name where there is one set, none where
            only a zip can tell.
        examples: bundled data to try at once.
        presets: label -> options of the script, the first being the usual one.
        sizes: heights and widths to choose from.
    """

    key: str
    label: str
    script: str
    about: str
    layout: tuple[tuple[str, str], ...]
    sides: tuple[str, ...]
    examples: tuple[str, ...]
    presets: dict[str, dict]
    sizes: tuple[int, ...]


# what weights/emoji is made with, without the augmentation that is for drawings alone
FLAT = {
    **{"recipe": "cpu", "lr": 3e-4, "gan-mode": "lsgan", "palette": 24, "lambda-palette": 50.0},
    **{"lambda-l1": 50.0, "lambda-gradient": 100.0},
}
LESSONS = (
    Lesson(
        "classes",
        "Pictures of a kind you choose",
        "training.cgan",
        "It learns to draw new pictures like yours, of whichever class you ask for.",
        (("cats", "ooo"), ("dogs", "sss")),
        (),
        ("mnist",),
        {"Small and quick": {}, "Without batch norm": {"network": "residual"}},
        (28, 32, 64, 128),
    ),
    Lesson(
        "pictures",
        "Pictures of one kind",
        "training.gan",
        "It learns to draw new pictures like yours.",
        (("", "ost"),),
        ("Pictures",),
        ("mnist",),
        {"Small and quick": {}, "Without batch norm": {"network": "residual"}},
        (28, 32, 64, 128),
    ),
    Lesson(
        "pairs",
        "A translation, from pairs",
        "training.pix2pix",
        "It learns to turn each A into its B: outlines into pictures, maps into photos.",
        (("A", "ost"), ("B", "OST")),
        ("A: what is given", "B: what it becomes, under the same names"),
        ("emoji",),
        {
            "Photos and paintings": {"recipe": "cpu"},
            "Flat drawings": FLAT,
            "As in the paper": {"recipe": "reference"},
        },
        (64, 128, 256),
    ),
    Lesson(
        "domains",
        "A translation, without pairs",
        "training.cyclegan",
        "It learns to give A the look of B, and back, from pictures that have nothing to do with "
        "each other.",
        (("A", "oso"), ("B", "TTST")),
        ("A: pictures of one look", "B: pictures of the other"),
        ("photo-vangogh",),
        {
            "There and back": {"recipe": "cpu"},
            "One way, at half the time": {"recipe": "cpu", "method": "fastcut"},
            "As in the paper": {"recipe": "reference"},
        },
        (64, 128, 256),
    ),
)
BY_KEY = {lesson.key: lesson for lesson in LESSONS}


def lesson(key: str) -> Lesson:
    """The lesson of that key.

    Raises:
        ValueError: there is none.
    """
    if key not in BY_KEY:
        raise ValueError(f"Expected one of {', '.join(BY_KEY)} to train, found {key!r}.")
    return BY_KEY[key]


def of_script(script: str) -> Lesson | None:
    """The lesson that a script trains."""
    return next((one for one in LESSONS if one.script == script), None)
