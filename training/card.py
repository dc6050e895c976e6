"""The card of an exported model: README.md with YAML front matter, as the Hugging Face hub takes
it."""

import yaml

LICENCES = {"CC BY-SA 3.0": "cc-by-sa-3.0", "CC BY-SA 4.0": "cc-by-sa-4.0"}  # the hub's identifiers


def write_card(config: dict) -> str:
    """The card in Markdown: what the model is, how it was made, its figures, licence and use."""
    training = config["training"]
    classes = config["class_names"]
    licence = training["data_licence"]
    front = {
        "license": LICENCES.get(licence, "other"),
        "library_name": "pytorch",
        "pipeline_tag": "unconditional-image-generation",
        "tags": ["gan", config["network"]["name"], *(["class-conditional"] if classes else [])],
        "datasets": [training["data"]],
    }
    kind = f"class-conditional GAN for {len(classes)} classes" if classes else "unconditional GAN"
    colour = "grey" if config["channels"] == 1 else "RGB"
    options = training.get("options", {})
    call = f"sample({[classes[0], classes[-1]]}, seed=7)" if classes else "sample(16, seed=7)"
    lines = [
        "---\n" + yaml.safe_dump(front, sort_keys=False) + "---",
        f"# {config['name']}",
        f"A {kind}: {colour} images of {config['size']} x {config['size']} pixels.",
        "![Samples](samples.png)",
        "## Use",
        f"```python\nimport models\n\nimages = models.load({config['name']!r}).{call}\n```",
        "## Training",
        f"`python -m {training['script']} --data {training['data']}`: {training['images_seen']:,} "
        "images seen in "
        f"{training['minutes']:.0f} minutes ({training['hardware']}), from "
        f"{training['data_images']:,} images.",
        *started_from(training.get("before")),
        option_table(options),
        "## Figures",
        figures(config),
        "## Licence",
        f"The training data are under {licence}; treat the weights and what they draw as derived "
        "from them.",
    ]
    if classes:
        lines.insert(3, f"Classes: {', '.join(classes)}.")
    return "\n\n".join(lines) + "\n"


def option_table(options: dict) -> str:
    """Options and values as a table."""
    return "| option | value |\n|---|---|\n" + "\n".join(
        f"| {k} | {v} |" for k, v in options.items()
    )


def started_from(before: dict | None) -> list[str]:
    """Where the weights came from that a run began with (--init-from), step by step back."""
    if not before:
        return []
    text = (
        f"It started from the run {before['name']}: {before['images_seen']:,} images in "
        f"{before['minutes']:.0f} minutes with these options."
    )
    options = option_table(before.get("options") or {})
    return [text, options, *started_from(before.get("before")), "Then, with these:"]


def figures(config: dict) -> str:
    """The figures as a table, each with the number of samples, and the command that measured
    them."""
    metrics = config["metrics"]
    if not metrics:
        return "Not measured yet: `python -m training.evaluate` does it."
    rows = [f"| {row['name']} | {row['value']} | {row['n']:,} |" for row in metrics["table"]]
    return (
        f"Measured by `{metrics['command']}` at truncation {config['noise']['truncation']:g}.\n\n"
        "| figure | value | n |\n|---|---|---|\n" + "\n".join(rows)
    )
