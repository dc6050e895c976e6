"""Exported models from a shell: `python -m models list`, sample, translate, import, export."""

import argparse
import json
import sys
from pathlib import Path

import models
from models.config import InvalidModel, read_config


def main(arguments: list[str] | None = None, prog: str = "python -m models") -> None:
    parser = argparse.ArgumentParser(prog=prog, description=__doc__)
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

    translating = commands.add_parser("translate", help="translate an image, or a folder of images")
    translating.add_argument("model", help="a model's name, or the folder of an exported model")
    translating.add_argument("source", type=Path, help="an image, or a folder of images")
    translating.add_argument("out", type=Path, help="a .png file, or for a folder a folder")
    translating.add_argument("--direction", help="A to B or B to A (default: the model's first)")
    translating.add_argument(
        "--long-side", type=int, help="work at most at this size, 0 for any (default: the model's)"
    )
    translating.add_argument(
        "--precision", default="auto", help="auto, fp32 or bf16 (default: auto, what is faster)"
    )
    translating.add_argument(
        "--train-mode", action="store_true", help="dropout as pix2pix has it, drawn from --seed"
    )
    translating.add_argument(
        "--seed",
        type=int,
        default=0,
        help="for --train-mode and models that want noise (default: 0)",
    )
    translating.add_argument(
        "--strength", type=float, default=1.0, help="0 (the image) to 1 (its translation, default)"
    )
    translating.add_argument(
        "--keep-colours", action="store_true", help="the image's own colours, in its new texture"
    )
    translating.set_defaults(run=translate)

    importing = commands.add_parser(
        "import", help="make a model of a pix2pix or CycleGAN checkpoint (.pth of junyanz)"
    )
    importing.add_argument("path", type=Path, help="net_G.pth or net_G_A.pth")
    importing.add_argument("path_b", type=Path, nargs="?", help="net_G_B.pth, the way back")
    importing.add_argument("--out", type=Path, required=True, help="a new folder for the model")
    importing.add_argument("--name", help="the model's name (default: the folder's)")
    importing.add_argument(
        "--direction",
        choices=("AtoB", "BtoA"),
        default="AtoB",
        help="as in its training: BtoA if the first file takes images of B (default: AtoB)",
    )
    importing.add_argument("--data-name", default="unknown", help="what it was trained on")
    importing.set_defaults(run=import_files)

    exporting = commands.add_parser("export", help="write a model's generator as an ONNX file")
    exporting.add_argument("model", help="a model's name, or the folder of an exported model")
    exporting.add_argument("--out", type=Path, required=True, help="the .onnx file")
    exporting.add_argument("--direction", help="A to B or B to A (default: the model's first)")
    exporting.set_defaults(run=export_file)

    options = parser.parse_args(arguments)
    try:
        options.run(options)
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)


def list_models(options: argparse.Namespace) -> None:
    """Print a line for each model; one that cannot be read says why."""
    rows = []
    for name, folder in models.available().items():
        try:
            config = read_config(folder)
            size = f"{config['size']}x{config['size']}"
            data = config["training"]["data"]
            row = {"name": name, "task": config["task"], "size": size, "data": data}
            rows.append({**row, "kind": kind(config)})
        except InvalidModel as error:
            rows.append({"name": name, "problem": str(error)})
    if options.json:
        print(json.dumps(rows, indent=1))
        return
    for row in rows:
        about = row.get("problem") or f"{row['task']}, {row['size']}, {row['kind']}"
        print(f"{row['name']:20} {about}")
    if not rows:
        print("No models yet: python -m training.cgan trains one.")


def kind(config: dict) -> str:
    """What a model makes, in words."""
    if config["task"] == "translation":
        ways = {"A to B": " to ".join(config["domains"]), "B to A": " and back"}
        return "".join(ways[direction] for direction in config["directions"])
    classes = len(config["class_names"])
    return f"{classes or 'no'} classes, from {config['training']['data']}"


def sample(options: argparse.Namespace) -> None:
    """Draw first, then write: a wrong class or count leaves no files behind."""
    from models.images import save_png
    from models.sampler import check_count, new_seed

    model = load_of_task(options.model, "generation")
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


def translate(options: argparse.Namespace) -> None:
    """Translate a file, or every image of a folder; what does not open is named and passed over."""
    from tqdm import tqdm

    from models.images import EXTENSIONS, UnreadableImage, read_image, save_png

    model = load_of_task(options.model, "translation")
    names = (
        *("direction", "long_side", "precision", "train_mode", "seed"),
        *("strength", "keep_colours"),
    )
    chosen = {name: getattr(options, name) for name in names}
    if not options.source.exists():
        raise ValueError(f"Expected an image or a folder, found no {options.source}.")
    jobs = {options.source: options.out}
    if options.source.is_dir():
        files = (path for path in sorted(options.source.rglob("*")) if path.is_file())
        images = [path for path in files if path.suffix.lower() in EXTENSIONS]
        jobs = {path: options.out / path.relative_to(options.source) for path in images}
        if not jobs:
            raise ValueError(f"Expected images in {options.source}, found none.")
    skipped = []
    for source, out in tqdm(jobs.items(), "Translating", unit="img", disable=len(jobs) == 1):
        try:
            picture = model.translate(read_image(source), **chosen)
        except UnreadableImage as error:
            skipped.append(str(error))
            continue
        out = out.with_suffix(".png")
        out.parent.mkdir(parents=True, exist_ok=True)
        save_png(picture, out, {"model": model.name, "source": source.name, **chosen})
    for problem in skipped:
        print(f"skipped: {problem}", file=sys.stderr)
    if len(skipped) == len(jobs):
        raise ValueError("Expected at least one image that opens, found none.")
    print(f"{len(jobs) - len(skipped)} images in {options.out}")


def load_of_task(name: str, task: str):
    """The model of that name.

    Raises:
        ValueError: it is made for something else.
    """
    model = models.load(name)
    if model.config["task"] != task:
        raise ValueError(
            f"Expected a model for {task}, found {model.name}, which is for "
            f"{model.config['task']}; `python -m models list` names them all."
        )
    return model


def import_files(options: argparse.Namespace) -> None:
    """Make an exported model of one checkpoint, or of two for both directions."""
    from models.interchange.import_checkpoints import import_checkpoints
    from models.interchange.junyanz import in_words

    paths = [options.path, *([options.path_b] if options.path_b else [])]
    domains = ("A", "B") if options.direction == "AtoB" else ("B", "A")
    config = import_checkpoints(paths, options.out, options.name, domains, options.data_name)
    print(f"{config['name']}: {in_words(config['network'])} in {options.out}")


def export_file(options: argparse.Namespace) -> None:
    """Write an ONNX file, and say what it takes."""
    from models.interchange.onnx_export import export

    about = export(models.load(options.model), options.out, options.direction)
    print(f"{about['name']} in {options.out}, checked with onnxruntime; inputs:")
    for name, words in about["inputs"].items():
        print(f"  {name}: {words}")


if __name__ == "__main__":
    main()
