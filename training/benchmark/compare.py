"""Train recipes of `training.gan` side by side on as many images each, and measure them.

    python -m training.benchmark.compare --data ring --images 1600000
    python -m training.benchmark.compare --data grid --recipes [dcgan,pacgan] --images 1600000
    python -m training.benchmark.compare --data stacked-mnist --recipes [atelier,dcgan]

Each recipe is a run RUNS/DATA-RECIPE, which goes on where it was and is not trained again;
--options gives all of them the same further options. Prints a table in Markdown and writes all
figures to RUNS/compare-DATA.json.
"""

import json
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tqdm import tqdm

import models
from models import locations
from training import evaluate, gan
from training.command_line import parse_simple, run_main
from training.metrics.figure import Figure
from training.recipes.adversarial import RECIPES
from training.runs.folder import write_whole

# networks for points, as PacGAN's
POINTS = ["--width", "128", "--noise-dim", "2"]
CRITIC_OF_POINTS = ["--critic-width", "128"]


@dataclass
class Options:
    """Options of `training.benchmark.compare`.

    Args:
        data: as of `training.gan`.
        recipes: which, all where they are not given.
        images: real images, or points, that each may see; a critic's further steps count.
        options: further options for each training, as on its command line.
        seed: of every run.
        runs: the folder that holds the runs.
    """

    data: str = "ring"
    recipes: list[str] = field(default_factory=lambda: list(RECIPES))
    images: int = 1_600_000
    options: str = ""
    seed: int = 0
    runs: Path = field(default_factory=locations.runs)

    def __post_init__(self) -> None:
        unknown = [name for name in self.recipes if name not in RECIPES]
        if unknown or not self.recipes:
            found = unknown[0] if unknown else "none"
            raise ValueError(f"Expected --recipes among {', '.join(RECIPES)}, found {found}.")
        if self.images < 1:
            raise ValueError(f"Expected --images of at least 1, found {self.images}.")


def main(arguments: list[str] | None = None) -> None:
    options = parse_simple(Options, __doc__, arguments)
    rows: dict[str, dict] = {}
    for recipe in tqdm(options.recipes, "Recipes", unit="recipe"):
        folder = options.runs / f"{options.data}-{recipe}"
        ended = train(recipe, folder, options)
        rows[recipe] = {"ended": ended, **measured(folder)}
        path = options.runs / f"compare-{options.data}.json"
        write_whole(path, json.dumps({"images": options.images, "recipes": rows}, indent=1) + "\n")
    print(table(rows, options.images))
    print(f"\nWritten to {path}")


def train(recipe: str, folder: Path, options: Options) -> str:
    """Train a recipe until it has seen its images; what it said at its end."""
    command = [sys.executable, "-m", "training.gan", "--name", folder.name]
    command += ["--runs", str(folder.parent)]
    if (folder / "config.yaml").is_file():
        command += ["--resume"]
    else:
        command += arguments(recipe, options)
    ended = subprocess.run(
        [*command, "--max-steps", str(steps(recipe, options))], capture_output=True, text=True
    )
    if ended.returncode == 2:  # options that the script does not take
        raise ValueError(ended.stderr.strip().removeprefix("error: "))
    return json.loads((folder / "status.json").read_text())["message"]


def arguments(recipe: str, options: Options) -> list[str]:
    """The options of a new run of a recipe, as on the command line."""
    points = POINTS if options.data in gan.MIXTURES else []
    if points and recipe != "mmd":  # which has no critic
        points = [*points, *CRITIC_OF_POINTS]
    return [
        "--data",
        options.data,
        "--recipe",
        recipe,
        "--seed",
        str(options.seed),
        "--log-with",
        "none",
        *points,
        *shlex.split(options.options),
    ]


def steps(recipe: str, options: Options) -> int:
    """Generator steps in which a run sees its images."""
    chosen = gan.parse(gan.Options, "", arguments(recipe, options))
    drawn = chosen.batch_size * (1 if chosen.gan_mode == "mmd" else chosen.n_critic)
    return -(-options.images // drawn)


def measured(folder: Path) -> dict:
    """The figures of a run's export on its test split, and how long it took."""
    export = folder / "export" / "last"
    if not export.is_dir():
        return {"minutes": None, "figures": []}
    model = models.load(export)
    measure, samples = evaluate.protocol_of(model)
    chosen = evaluate.Options(str(export), samples=samples, train_samples=0)
    figures, _ = measure(model, model.config["training"]["data"], chosen)
    seen = model.config["training"]
    return {
        "minutes": seen["minutes"],
        "images": seen["images_seen"],
        "figures": [vars(figure) for figure in figures],
    }


def table(rows: dict[str, dict], images: int) -> str:
    """The rows as a Markdown table, a column for each figure, and where a run ended before it had
    seen all its images."""
    names = next(
        ([f["name"] for f in row["figures"]] for row in rows.values() if row["figures"]), []
    )
    head = ["recipe", *names, "minutes"]
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for recipe, row in rows.items():
        if row["figures"]:
            values = [Figure(**figure).text for figure in row["figures"]]
        else:
            values = [row["ended"], *[""] * (len(names) - 1)]
        minutes = "" if row["minutes"] is None else f"{row['minutes']:.1f}"
        if row["minutes"] is not None and row["images"] < images:
            minutes += f" (ended after {row['images']:,} images)"
        lines.append(f"| {recipe} | {' | '.join(values)} | {minutes} |")
    return "\n".join(lines)


if __name__ == "__main__":
    run_main(main)
