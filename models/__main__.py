"""Exported models from a shell: `python -m models list` and `python -m models sample NAME ...`."""

import argparse
import json
import sys
from pathlib import Path

import models


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m models", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")

    listing = commands.add_parser("list", help="list the models that there are")
    listing.add_argument("--json", action="store_true", help="as JSON")
    listing.set_defaults(run=list_models)

    sampling = commands.add_parser("sample", help="draw images and write them as PNG files")
    sampling.add_argument("model", help="a model's name, or the folder of an exported model")
    sampling.add_argument(
        "--classes", nargs="+", help="class names or indices (default: random ones)"
    )
    sampling.add_argument(
        "--count", type=int, default=1, help="images of each class, or in all (default: 1)"
    )
    sampling.add_argument(
        "--seed", type=int, help="the same seed draws the same images (default: a new one)"
    )
    sampling.add_argument(
        "--truncation", type=float, help="0 (typical) to 2 (default: the model's)"
    )
    sampling.add_argument("--one-style", action="store_true", help="one handwriting for all")
    sampling.add_argument(
        "--out", type=Path, required=True, help="folder for the images, made if missing"
    )
    sampling.set_defaults(run=sample)

    options = parser.parse_args(arguments)
    try:
        options.run(options)
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)


def list_models(options: argparse.Namespace) -> None:
    """Print a line for each model; one that cannot be read says why."""
    from models.exported import InvalidModel, read_config

    rows = []
    for name, folder in models.available().items():
        try:
            config = read_config(folder)
            size = f"{config['size']}x{config['size']}"
            classes = len(config["class_names"])
            rows.append(
                {
                    "name": name,
                    "task": config["task"],
                    "size": size,
                    "classes": classes,
                    "data": config["training"].get("data", ""),
                }
            )
        except InvalidModel as error:
            rows.append({"name": name, "problem": str(error)})
    if options.json:
        print(json.dumps(rows, indent=1))
        return
    for row in rows:
        about = row.get("problem") or (
            f"{row['task']}, {row['size']}, {row['classes'] or 'no'} classes, from {row['data']}"
        )
        print(f"{row['name']:20} {about}")
    if not rows:
        print("No models yet: python -m training.cgan trains one.")


def sample(options: argparse.Namespace) -> None:
    """Draw first, then write: a wrong class or count leaves no files behind."""
    from models.images import save_png
    from models.sampler import check_count, new_seed

    model = models.load(options.model)
    if options.count < 1:
        raise ValueError(f"Expected --count of at least 1, found {options.count}.")
    check_count(options.count * len(options.classes or [0]))
    seed = new_seed() if options.seed is None else options.seed
    classes = [as_class(one, model.class_names) for one in options.classes or []]
    what = [one for one in classes for _ in range(options.count)] if classes else options.count
    images = model.sample(what, seed, options.truncation, options.one_style)
    labels = model.labels(what, seed).tolist()
    options.out.mkdir(parents=True, exist_ok=True)
    for index, (image, label) in enumerate(zip(images, labels, strict=True)):
        name = model.class_names[label] if model.class_names else "sample"
        parameters = {
            "model": model.name,
            "class": name,
            "seed": seed,
            "index": index,
            "truncation": options.truncation
            if options.truncation is not None
            else model.truncation,
            "one_style": options.one_style,
        }
        safe = "".join(c if c.isalnum() else "-" for c in name)
        save_png(image, options.out / f"{index:05d}-{safe}.png", parameters)
    print(f"{len(images)} images in {options.out}, seed {seed}")


def as_class(text: str, class_names: list[str]) -> int | str:
    """A class name where there is one of that name, else an index."""
    return int(text) if text not in class_names and text.isdecimal() else text


if __name__ == "__main__":
    main()
