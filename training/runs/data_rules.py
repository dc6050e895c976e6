"""How data may lie for the training scripts: the one table that the documentation, the sentences of
the check and the pictures of the Train tab are made of."""

from dataclasses import dataclass

CLASSES, PICTURES, PAIRS, DOMAINS = "classes", "pictures", "pairs", "domains"
STYLE = "style"  # of B alone, beside a domain A that is there
CHARACTERS = "characters"  # as fonts draw them, or a hand
SCRIPTS = {
    CLASSES: "`cgan`, `semisupervised`",
    PICTURES: "`gan`",
    PAIRS: "`pix2pix`",
    DOMAINS: "`cyclegan`, `cut`",
    STYLE: "`cyclegan`, `cut`",
    CHARACTERS: "`pix2pix`",
}
GLYPHS = str.maketrans("ostOST", "○□△●■▲")


@dataclass(frozen=True)
class DataRule:
    """One way in which data may lie.

    Attributes:
        kinds: of data that it is for.
        title: a phrase for it.
        drawn: its picture: folders or files, and for each picture in them a letter, o, s or t for
            an outline of a shape, the capital for the same shape in colour; two letters are two
            pictures side by side in one.
        words: what is made of it, and what is said.
    """

    kinds: tuple[str, ...]
    title: str
    drawn: tuple[tuple[str, str], ...]
    words: str

    @property
    def by_option(self) -> bool:
        """Whether a script has to be told by an option, which the Train tab does not offer."""
        return "--" in self.title

    @property
    def text(self) -> list[str]:
        """Its picture in letters, a line for each folder."""
        return [f"{name} {tiles.translate(GLYPHS)}".strip() for name, tiles in self.drawn]


RULES = (
    DataRule(
        (CLASSES,),
        "a folder for each class",
        (("cats/", "o o o"), ("dogs/", "s s s")),
        "Classes are numbered in natural order, in every split as in `train/`; a class that is "
        "missing in `test/` is named. Pictures beside the folders are left out and named.",
    ),
    DataRule(
        (CLASSES,),
        "a table of labels beside the pictures",
        (("folder/", "o s o"), ("labels.csv", "")),
        "Comma, semicolon or tab, UTF-8 with or without mark, or UTF-16; a column `file` (also "
        "filename, image, path, name, ...) and a column `label` (class, category, target). "
        "Pictures that it does not name are left out and named; a table without these columns is "
        "left alone.",
    ),
    DataRule(
        (CLASSES,),
        "StyleGAN's dataset.json",
        (("folder/", "o s o"), ("dataset.json", "")),
        '`{"labels": [["00000/img0.png", 3], ...]}`.',
    ),
    DataRule(
        (CLASSES, PICTURES),
        "IDX files",
        (("train-images-idx3-ubyte.gz", ""), ("train-labels-idx1-ubyte.gz", "")),
        "As MNIST comes, packed or not.",
    ),
    DataRule(
        (PICTURES,),
        "one folder of pictures",
        (("folder/", "o s t"),),
        "Folders inside are looked through.",
    ),
    DataRule(
        (PAIRS,),
        "A/ and B/ with pictures of the same names",
        (("A/", "o s t"), ("B/", "O S T")),
        "A is what is given, B what it becomes. Names pair without their endings, else by what "
        "they have in common (below).",
    ),
    DataRule(
        (PAIRS, DOMAINS),
        "two folders of any name",
        (("input/", "o s t"), ("target/", "O S T")),
        "Well-known names tell which is A (input, source, image, lr, ...) and which is B (target, "
        "output, label, mask, hr, ...); else A is the first by name. It is said which was taken. "
        "For pairs most of their names have to match.",
    ),
    DataRule(
        (PAIRS,),
        "one folder of names that end in A and B",
        (("7_A.png", "o"), ("7_B.png", "O")),
        "Or begin so, or with input and target and the like.",
    ),
    DataRule(
        (PAIRS,),
        "pictures with both sides next to each other",
        (("folder/", "oO sS tT"),),
        "Each is split in its middle, which is said with the sizes. They have to be of about one "
        "shape, 1.9 times as wide as high or more; narrower ones are split where a seam or the "
        "same edges in both halves show that they are two. Others are skipped and named.",
    ),
    DataRule(
        (PAIRS,),
        "small pictures and large ones",
        (("small/", "o s t"), ("large/", "O S T")),
        "If all pairs have one ratio of sizes, the smaller side is enlarged and squares are cut "
        "without scaling; the model then takes a small picture and gives a large one.",
    ),
    DataRule(
        (PAIRS,),
        "pictures alone, with --make-input",
        (("folder/", "O S T"),),
        "A is made from B: edges, grey, small or with a hole.",
    ),
    DataRule(
        (PAIRS,),
        "B/ with a folder for each manner",
        (("A/", "o s"), ("B/one/", "O S"), ("B/other/", "O S")),
        "One input, a target of the same name in several folders. An input is held out in all "
        "manners.",
    ),
    DataRule(
        (PAIRS, DOMAINS),
        "two fonts or more, --data FROM.ttf TO.ttf",
        (("from.ttf", ""), ("to.ttf", "")),
        "The characters that they have in common are drawn, centred and scaled alike; empty "
        "outlines are left out, one character in ten is for the test split. TTF, OTF, TTC, WOFF "
        "and WOFF2, a folder of a web font's slices, or a folder of pictures named by the "
        "character that they show (`永.png`, `U+6C38.png`). Several fonts to draw like are several "
        "manners.",
    ),
    DataRule(
        (DOMAINS,),
        "trainA/ and trainB/, or A/ and B/",
        (("A/", "o s o"), ("B/", "T T S T")),
        "Nothing has to pair; sizes and numbers may differ.",
    ),
    DataRule(
        (PAIRS, DOMAINS),
        "two places, --data A B",
        (("--data photos/", "o s o"), ("paintings/", "T T S")),
        "Folders or zips; the first is A. Without pairs, either may be a bundled name too, and B a "
        "single picture.",
    ),
    DataRule(
        (STYLE,),
        "one picture, or a folder of some",
        (("painting.jpg", "T"), ("or paintings/", "T S T")),
        "As in `--data photo-vangogh painting.jpg`: a bundled name gives the domain of its place, "
        "A as the first and B as the second, and its test pictures stay held back. One picture is "
        "enough for B where it is larger than `--size`: it is learned from its crops.",
    ),
    DataRule(
        (CHARACTERS,),
        "a picture for each written character",
        (("永.png", ""), ("和.png", ""), ("U+4E5D.png", "")),
        "Named by what it shows, as in `--data FROM.ttf my-writing`; the Train tab brings the "
        "font to draw from. Or fonts: of several the first by name is drawn from, and the others "
        "are drawn like.",
    ),
    DataRule(
        (CLASSES, PICTURES, PAIRS, DOMAINS),
        "train/ and test/",
        (("train/A/", "o s"), ("train/B/", "O S"), ("test/A/", "t"), ("test/B/", "T")),
        "Or val/, valid/, validation/. Splits may stand in front (train/A), behind (A/train) or in "
        "the name (trainA, train_A). Nothing in a test split is trained on.",
    ),
)


def rules_for(kind: str) -> list[DataRule]:
    """The ways in which data of a kind may lie; those for no other kind first."""
    found = [rule for rule in RULES if kind in rule.kinds]
    return sorted(found, key=lambda rule: len(rule.kinds) > 1)


def ways(kind: str, besides: str = "") -> str:
    """These ways as phrases, for a sentence.

    Args:
        besides: the beginning of the phrase of one that is not to be named.
    """
    titles = [rule.title for rule in rules_for(kind) if rule is not RULES[-1]]
    chosen = [title for title in titles if not (besides and title.startswith(besides))]
    return f"{'; '.join(chosen[:-1])}; or {chosen[-1]}"


def markdown() -> str:
    """The table for docs/data.md."""
    lines = ["| how it lies | picture | for | what is made of it |", "|---|---|---|---|"]
    for rule in RULES:
        drawn = "<br>".join(f"`{line}`" for line in rule.text)
        scripts = ", ".join(SCRIPTS[kind] for kind in rule.kinds)
        lines.append(f"| {rule.title} | {drawn} | {scripts} | {rule.words} |")
    return "\n".join(lines)
