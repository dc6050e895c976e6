"""The tasks of the Train tab: each with the data that it wants and the options it begins with."""

from dataclasses import dataclass, field

from training.runs.data_rules import (
    CHARACTERS,
    CLASSES,
    DOMAINS,
    PAIRS,
    PICTURES,
    STYLE,
    DataRule,
    rules_for,
)


@dataclass(frozen=True)
class Task:
    """One thing that can be learned.

    Attributes:
        key: its name for scripts.
        script: that trains it, as in `python -m`.
        about: a sentence on the result.
        layouts: how its data may lie in a folder or zip, the usual way first.
        sides: labels of the two sets of files; one name where there is one set, none where
            only a zip can tell.
        examples: bundled data to try at once.
        presets: label -> options of the script, the first being the usual one.
        sizes: heights and widths to choose from.
        other_scripts: preset -> the script that trains it in place of the usual one.
        beside: bundled data whose A is learned with, where a person's own is B alone.
        names_sides: whether what A and B show is asked, and kept with the model.
        minutes: that it takes unless told otherwise.
        characters: whether its data are fonts, or pictures named by the characters that they show,
            which are drawn from a font that is bundled.
        good: what each preset is good for.
    """

    key: str
    label: str
    script: str
    about: str
    layouts: tuple[DataRule, ...]
    sides: tuple[str, ...]
    examples: tuple[str, ...]
    presets: dict[str, dict]
    sizes: tuple[int, ...]
    other_scripts: dict[str, str] = field(default_factory=dict)
    beside: str = ""
    names_sides: bool = False
    minutes: int = 20
    characters: bool = False
    good: tuple[str, ...] = ()

    def good_for(self, preset: str) -> str:
        """What a preset is good for, in a sentence."""
        return dict(zip(self.presets, self.good, strict=True)).get(preset, "")

    def script_of(self, preset: str) -> str:
        """The script of a preset."""
        return self.other_scripts.get(preset, self.script)


# what weights/emoji is made with, without the augmentation that is for drawings alone
FLAT = {
    **{"recipe": "cpu", "lr": 3e-4, "gan-mode": "lsgan", "palette": 24, "lambda-palette": 50.0},
    **{"lambda-l1": 50.0, "lambda-gradient": 100.0},
}


def layouts_of(kind: str) -> tuple[DataRule, ...]:
    """The ways in which a folder or zip of a kind may lie; not those that need an option."""
    return tuple(rule for rule in rules_for(kind) if not rule.by_option)


TASKS = (
    Task(
        "classes",
        "Pictures of a kind you choose",
        "training.cgan",
        "It learns to draw new pictures like yours, of whichever class you ask for.",
        layouts_of(CLASSES),
        (),
        ("mnist",),
        {"Small and quick": {}, "Without batch norm": {"network": "residual"}},
        (28, 32, 64, 128),
        good=(
            "Quick on any machine; up to 32 pixels it is the best there is here.",
            "Slower, and steadier at 64 pixels and more.",
        ),
    ),
    Task(
        "pictures",
        "Pictures of one kind",
        "training.gan",
        "It learns to draw new pictures like yours.",
        layouts_of(PICTURES),
        ("Pictures",),
        ("mnist",),
        {"Small and quick": {}, "Without batch norm": {"network": "residual"}},
        (28, 32, 64, 128),
        good=(
            "Quick on any machine; up to 32 pixels it is the best there is here.",
            "Slower, and steadier at 64 pixels and more.",
        ),
    ),
    Task(
        "pairs",
        "A translation, from pairs",
        "training.pix2pix",
        "It learns to turn each A into its B: outlines into pictures, maps into photos.",
        layouts_of(PAIRS),
        ("A: what is given", "B: what it becomes, under the same names"),
        ("emoji",),
        {
            "Photos and paintings": {"recipe": "cpu"},
            "Flat drawings": FLAT,
            "As in the paper": {"recipe": "reference"},
        },
        (64, 128, 256),
        names_sides=True,
        good=(
            "For whatever has shades and textures; trains well without a graphics card.",
            "For emoji, icons and cartoons: few colours, each flat, with clean edges.",
            "The networks of the paper, four times as wide: for a graphics card.",
        ),
    ),
    Task(
        "domains",
        "A translation, without pairs",
        "training.cyclegan",
        "It learns to give A the look of B, and back, from pictures that have nothing to do with "
        "each other.",
        layouts_of(DOMAINS),
        ("A: pictures of one look", "B: pictures of the other"),
        ("photo-vangogh",),
        {
            "There and back": {"recipe": "cpu"},
            "Into paint and back": {"recipe": "paint"},
            "One way, into paint": {"recipe": "paint"},
            "One way, at half the time": {"recipe": "cpu", "cut-mode": "fastcut"},
            "As in the paper": {"recipe": "reference"},
        },
        (64, 128, 256),
        {"One way, into paint": "training.cut", "One way, at half the time": "training.cut"},
        names_sides=True,
        good=(
            "For two looks that you want to go between, both ways.",
            "For photographs and paintings: strokes, and colours that follow the paintings', and "
            "the way back; it takes twice the time of one way.",
            "For photographs and paintings: strokes, and colours that follow the paintings', in "
            "ten minutes; there is no way back.",
            "For a look to be put on, of whatever kind; there is no way back.",
            "The networks of the paper, four times as wide: for a graphics card.",
        ),
    ),
    Task(
        "style",
        "The style of your picture",
        "training.cut",
        "It learns to paint photographs as your painting is painted, or a handful of them. The "
        "photographs are here already, and it begins with a model that paints.",
        layouts_of(STYLE),
        ("Your painting, or a handful",),
        ("great-wave", "poppies", "night-cafe"),
        {"From one painting or a handful": {"recipe": "style"}},
        (64, 128, 256),
        beside="photo-vangogh",
        minutes=10,
        good=("For one painting, or up to some ten of one hand.",),
    ),
    Task(
        "characters",
        "Two fonts, or your own writing",
        "training.pix2pix",
        "It learns how a font, or your hand, draws characters, and then writes those too that you "
        "never wrote, in the Write tab. A hundred written characters are a beginning.",
        layouts_of(CHARACTERS),
        ("Pictures named by their character (永.png), or fonts",),
        ("brush",),
        {"Characters": {"recipe": "glyphs"}},
        (64, 128),
        minutes=30,
        characters=True,
        good=("For fonts and handwriting: black strokes on white.",),
    ),
)
BY_KEY = {task.key: task for task in TASKS}


def find_task(key: str) -> Task:
    """The task of that key.

    Raises:
        ValueError: there is none.
    """
    if key not in BY_KEY:
        raise ValueError(f"Expected one of {', '.join(BY_KEY)} to train, found {key!r}.")
    return BY_KEY[key]


def task_of_script(script: str, recipe: str = "") -> Task | None:
    """The task that a script trains with a recipe; the first of the script where none has it."""
    found = [one for one in TASKS if script in (one.script, *one.other_scripts.values())]
    with_recipe = [
        one
        for one in found
        for preset, options in one.presets.items()
        if one.script_of(preset) == script and options.get("recipe") == recipe
    ]
    return next(iter([*with_recipe, *found]), None)
