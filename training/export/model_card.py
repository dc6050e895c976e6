"""The card of an exported model: README.md with YAML front matter, as the Hugging Face hub takes
it."""

import yaml

from models.values.value_range import from_json
from training.data.reading import colour

LICENCES = {"CC BY-SA 3.0": "cc-by-sa-3.0", "CC BY-SA 4.0": "cc-by-sa-4.0"}  # the hub's identifiers


def write_card(config: dict) -> str:
    """The card in Markdown: the model, its training, figures, licence and use."""
    training = config["training"]
    licence = training["data_licence"]
    about = ABOUT[config["task"]](config)
    front = {
        "license": LICENCES.get(licence, "other"),
        "library_name": "pytorch",
        "pipeline_tag": about["pipeline"],
        "tags": ["gan", config["network"]["name"], *about["tags"]],
        "datasets": [training["data"]],
    }
    options = training.get("options", {})
    lines = [
        "---\n" + yaml.safe_dump(front, sort_keys=False) + "---",
        f"# {config['name']}",
        *about["lines"],
        "![Samples](samples.png)",
        "## Use",
        f"```python\n{about['use']}\n```",
        "## Training",
        f"`python -m {training['script']} --data {training['data']}`: {training['images_seen']:,} "
        f"images seen in {training['minutes']:.0f} minutes ({training['hardware']}), from "
        f"{training['data_images']:,} images.",
        *started_from(training.get("before")),
        option_table(options),
        *learned_back(training.get("way_back")),
        "## Figures",
        figures(config),
        "## Licence",
        f"The training data are under {licence}; treat the weights and what they draw as derived "
        "from them.",
    ]
    return "\n\n".join(lines) + "\n"


LISTENS = (
    "Listens: `.listen('three.wav', seed=7)` draws the spoken class; its encoder "
    "(`sound.safetensors`) learned from synthetic speech by `training.sound`."
)

TOLD = (
    "It draws things like those that it learned from, in any of their hands. What none of them is "
    "like it draws as the nearest one; of several things in one picture it draws one."
)


def keeps(config: dict) -> str:
    """What a generator with thumbnails holds of its data, in words."""
    side = config["network"]["arguments"]["thumbnails"]
    return (
        f"It keeps a picture of {side} x {side} pixels of each thing by each hand that it learned "
        f"from, under the licences of the data ({config['training']['data_licence']}): what a hand "
        "has drawn is drawn after that, what it has not after what the others made of it. Where "
        "these stand on white ground, a colour in front of a thing that no caption calls so ('a "
        "blue apple') is set aside, and given to the thing after it is drawn, by a rule and not "
        "learned."
    )


def about_sampler(config: dict) -> dict:
    """The card's entries for a model that draws from noise."""
    classes = config["class_names"]
    told, hands = config.get("condition", {}), config.get("manners", [])
    kind = (
        f"A class-conditional GAN for {len(classes)} classes" if classes else "An unconditional GAN"
    )
    kind = "A GAN that draws what words say" if told else kind
    line = f"{kind}: {colour(config['channels'])} images of {config['size']} x {config['size']} "
    call = f"sample({[classes[0], classes[-1]]}, seed=7)" if classes else "sample(16, seed=7)"
    call = 'sample("a red apple", count=8, seed=7)' if told else call
    return {
        "pipeline": "unconditional-image-generation",
        "tags": ["class-conditional"] if classes else [],
        "lines": [
            line + "pixels.",
            *about_scaling(config),
            *([f"Classes: {', '.join(classes)}."] if classes else []),
            *([f"Hands: {', '.join(hands)}."] if hands else []),
            *([TOLD] if told else []),
            *([keeps(config)] if config["network"]["arguments"].get("thumbnails") else []),
            *([LISTENS] if "sound" in config else []),
        ],
        "use": f"import models\n\nimages = models.load({config['name']!r}).{call}",
    }


def about_translator(config: dict) -> dict:
    """The card's entries for a model that translates images."""
    (a, b), channels = config["domains"], config["channels"]
    ways = {"A to B": f"{a} to {b}", "B to A": f"{b} to {a}"}
    words = " and ".join(ways[direction] for direction in config["directions"])
    return {
        "pipeline": "image-to-image",
        "tags": [config["training"]["script"].split(".")[-1]],
        "lines": [
            f"Translates images of any size, {words} ({colour(channels['A'])} to "
            f"{colour(channels['B'])}), trained at {config['size']} x {config['size']} pixels.",
            *about_values(config),
            *about_palette(config["network"]["arguments"].get("palette")),
            *about_size(config.get("working_size", 0), config.get("short_side", 0)),
            *about_scale(config.get("scale", 1)),
            *about_source(config.get("source_font")),
        ],
        "use": "from PIL import Image\n\nimport models\n\n"
        f"picture = models.load({config['name']!r}).translate(Image.open('picture.png'))",
    }


def about_points(config: dict) -> dict:
    """The card's entries for a model that draws points."""
    return {
        "pipeline": "other",
        "tags": ["toy-data"],
        "lines": [f"A GAN for points in {config['channels']}-D: {config['training']['data']}."],
        "use": "import models\n\n"
        f"points = models.load({config['name']!r}).draw_points(1000, seed=7)",
    }


ABOUT = {"generation": about_sampler, "points": about_points, "translation": about_translator}


def about_scaling(config: dict) -> list[str]:
    """The range of the numbers that a model learned from, where it is not that of 8 bits."""
    if "values" not in config:
        return []
    return [f"Values: {from_json(config['values']).words}, scaled to 8 bits."]


def about_values(config: dict) -> list[str]:
    """The ranges of the numbers that a model takes and gives, where they are not those of pictures
    of 8 bits."""
    described = config.get("values")
    if not described:
        return []
    sides = zip(config["domains"], (described["A"], described["B"]), strict=True)
    words = "; ".join(f"{name}: {from_json(values).words}" for name, values in sides)
    return [
        f"Values: {words}. Pictures are taken and given in these; `translate_numbers` and "
        "`python -m models translate` give the numbers themselves, `translate` shows them in 8 "
        "bits (of more than three channels the first three)."
    ]


def about_palette(palette: list[str] | None) -> list[str]:
    """How a model chooses its colours, where it does."""
    if not palette:
        return []
    return [
        f"Every pixel chooses among {len(palette)} colours ({', '.join(palette)}), and the pixels "
        "of a shape that lines close vote on theirs."
    ]


def about_size(working_size: int, short_side: int) -> list[str]:
    """The size at which pictures are translated, where a model enlarges them or has one for all."""
    if working_size:
        return [
            f"Every picture is translated at a short side of {working_size} pixels, so that "
            "strokes are of one size, and the translation carried to its own size with its edges."
        ]
    if short_side:
        return [
            f"A picture whose short side is below {short_side} pixels is enlarged to that first, "
            "and its translation made as small again."
        ]
    return []


def about_scale(scale: float) -> list[str]:
    """The size of what a model gives, where it is not its picture's."""
    if scale == 1:
        return []
    return [f"A translation is {scale:g} times as wide and high as its picture."]


def about_source(font: dict | None) -> list[str]:
    """The font that a model writes from, where it carries one."""
    if not font:
        return []
    return [
        f"It writes text, from {font['characters']:,} characters of {font['name']} in source.woff2 "
        '(its licence: source-licence.txt): `write("永和九年")`.'
    ]


def option_table(options: dict) -> str:
    """Options and values as a table."""
    return "| option | value |\n|---|---|\n" + "\n".join(
        f"| {k} | {v} |" for k, v in options.items()
    )


def started_from(before: dict | None) -> list[str]:
    """The runs whose weights a run began with (--init-from), the earliest first."""
    steps = []
    while before:
        steps.append(before)
        before = before.get("before")
    found: list[str] = []
    for step in reversed(steps):
        found += [
            f"{'Then it was' if found else 'It started from'} the run {step['name']}: "
            f"{step['images_seen']:,} images in {step['minutes']:.0f} minutes with these options.",
            option_table(step.get("options") or {}),
        ]
    return [*found, "Then, with these:"] if found else []


def learned_back(back: dict | None) -> list[str]:
    """The training of the way back, where it had one of its own."""
    if not back:
        return []
    text = (
        f"The way back was trained by itself, {back['images_seen']:,} images in "
        f"{back['minutes']:.0f} minutes, with these options."
    )
    return [text, *started_from(back.get("before")), option_table(back.get("options", {}))]


def figures(config: dict) -> str:
    """The figures as a table, each with the number of samples, and the command that measured
    them."""
    metrics = config["metrics"]
    if not metrics:
        return "Not measured yet: `python -m training.evaluate` does it."
    rows = [f"| {row['name']} | {row['value']} | {row['n']:,} |" for row in metrics["table"]]
    noise = config.get("noise")
    how = f" at truncation {noise['truncation']:g}" if noise else ""
    return (
        f"Measured by `{metrics['command']}`{how}.\n\n"
        "| figure | value | n |\n|---|---|---|\n" + "\n".join(rows)
    )
