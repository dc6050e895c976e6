"""The models that the page offers: which there are, loaded once, and described."""

import html
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import models
from app.shared.grades import grade, meanings
from models.sampler import Sampler
from models.translator import Translator

FIGURES = "Details: measured figures"
PAPERS = {
    "dcgan": ("Radford 2016", "https://arxiv.org/abs/1511.06434"),
    "residual": ("Huang 2024", "https://arxiv.org/abs/2501.05441"),
    "resnet": ("Johnson 2016", "https://arxiv.org/abs/1603.08155"),
    "conditional": ("Mirza 2014", "https://arxiv.org/abs/1411.1784"),
    "projection": ("Miyato 2018", "https://arxiv.org/abs/1802.05637"),
    "gan": ("Goodfellow 2014", "https://arxiv.org/abs/1406.2661"),
    "pix2pix": ("Isola 2017", "https://arxiv.org/abs/1611.07004"),
    "cyclegan": ("Zhu 2017", "https://arxiv.org/abs/1703.10593"),
    "cut": ("Park 2020", "https://arxiv.org/abs/2007.15651"),
    "fastcut": ("Park 2020", "https://arxiv.org/abs/2007.15651"),
}


@dataclass(frozen=True)
class Library:
    """The models that the page offers.

    Attributes:
        folders: where they lie: those that ship, the user's own, then any others.
    """

    folders: tuple[Path, ...]

    @property
    def shipped(self) -> Path:
        """The folder of the models that ship."""
        return self.folders[0]

    @property
    def own(self) -> Path:
        """The folder of the models that the user added."""
        return self.folders[1]

    def available(self) -> dict[str, Path]:
        """Name -> folder of every model that there is."""
        return models.available(self.folders)

    def names(self, kind: type[Sampler] | type[Translator]) -> list[str]:
        """Every model of a kind that can be used."""
        broken = self.problems()
        usable = [name for name in self.available() if name not in broken]
        return [name for name in usable if isinstance(self.get(name), kind)]

    def problems(self) -> dict[str, str]:
        """Name -> what is wrong with it, for every model that cannot be used."""
        found = {}
        for name in self.available():
            try:
                self.get(name)
            except (ValueError, OSError) as error:
                found[name] = str(error)
        return found

    def get(self, name: str) -> Sampler | Translator:
        """The model of that name, loaded once as long as its files stay the same.

        Raises:
            ValueError: there is none, or it cannot be used.
        """
        folder = self.available().get(name) if isinstance(name, str) else None
        if folder is None:
            raise ValueError(f"There is no model {name!r}; choose one from the list.")
        return loaded(folder, written(folder))

    def sampler(self, name: str) -> Sampler:
        """The model of that name, which draws pictures from noise.

        Raises:
            ValueError: there is none, or it is of another kind.
        """
        model = self.get(name)
        if not isinstance(model, Sampler):
            raise ValueError(
                f"Expected a model that draws pictures from nothing, found {name}, which "
                "translates them; choose one from the list."
            )
        return model

    def translator(self, name: str) -> Translator:
        """The model of that name, which translates pictures.

        Raises:
            ValueError: there is none, or it is of another kind.
        """
        model = self.get(name)
        if not isinstance(model, Translator):
            raise ValueError(
                f"Expected a model that translates pictures, found {name}, which draws them from "
                "nothing; choose one from the list."
            )
        return model

    def there(self) -> dict[str, tuple[int, ...]]:
        """Every model that there is, and when it was written."""
        return {name: written(folder) for name, folder in self.available().items()}

    def card(self, name: str) -> str:
        """A description of a model, its training and its figures, as HTML."""
        return described(name, self.get(name))

    def complaints(self) -> str:
        """The models that cannot be used, and why, as HTML; empty where all can."""
        rows = [f"<p>{html.escape(text)}</p>" for text in self.problems().values()]
        if not rows:
            return ""
        return f"<div class='card'><h4>Cannot be used</h4>{''.join(rows)}</div>"


def written(folder: Path) -> tuple[int, ...]:
    """When the files of a model were written."""
    files = [folder / file for file in ("config.json", "model.safetensors")]
    return tuple(file.stat().st_mtime_ns for file in files if file.exists())


@lru_cache(maxsize=16)
def loaded(folder: Path, _changed: tuple[int, ...]) -> Sampler | Translator:
    """The model in a folder, kept until its files change."""
    model = models.load(folder)
    if not isinstance(model, (Sampler, Translator)):
        raise ValueError(f"{folder.name} draws points, which this page cannot show.")
    return model


def described(name: str, model: Sampler | Translator) -> str:
    """The card of a model that need not be in the list yet."""
    training, figures = model.config["training"], model.config["metrics"].get("table", [])
    facts = {
        "Trained on": trained_on(training),
        "Trained for": trained_for(training),
        "Size": f"{(model.folder / 'model.safetensors').stat().st_size / 1e6:.1f} MB",
        "Data licence": training["data_licence"],
    }
    parts = [
        f"<h3>{html.escape(name)}</h3><p>It {html.escape(ability(model))}.</p>",
        "<dl>" + "".join(definition(term, value) for term, value in facts.items()) + "</dl>",
    ]
    if words := grade(model.config["metrics"]):
        parts.insert(1, f"<p class='grade'>{html.escape(words)}</p>")
    if figures:
        told = "".join(f"<li>{html.escape(one)}</li>" for one in meanings(model.config["metrics"]))
        rows = [
            definition(with_arrow(model, row["name"]), row["value"], f"on {row['n']:,}")
            for row in figures
        ]
        inside = f"<ul class='meanings'>{told}</ul><dl>{''.join(rows)}</dl>"
        parts.append(f"<details><summary>{FIGURES}</summary>{inside}</details>")
    links = " · ".join(
        f'<a href="{url}" target="_blank" rel="noopener noreferrer">{label}</a>'
        for label, url in papers(model)
    )
    if links:
        parts.append(f"<p class='papers'>Papers: {links}</p>")
    return f"<div class='card'>{''.join(parts)}</div>"


def with_arrow(model: Sampler | Translator, figure: str) -> str:
    """The name of a figure with its direction as the page writes it, "photograph → painting": a
    model's file says "photograph to painting"."""
    if not isinstance(model, Translator):
        return figure
    start, end = model.domains
    for one, other in ((start, end), (end, start)):
        figure = figure.replace(f"{one} to {other}", f"{one} → {other}")
    return figure


def ability(model: Sampler | Translator) -> str:
    """A sentence on a model's use, without its subject."""
    if isinstance(model, Translator):
        start, end = model.domains
        if len(model.directions) > 1:
            return (
                f"turns {start} into {end} and back, trained on {model.size} × {model.size} pixels"
            )
        return f"turns {start} into {end}, trained on {model.size} × {model.size} pixels"
    classes, colour = len(model.class_names), "grey" if model.channels == 1 else "colour"
    what = f"draws {colour} pictures of {model.size} × {model.size} pixels"
    if model.takes_words:
        return f"{what} of what you type"
    return (
        f"{what}, one of {classes} kinds at your choice" if classes else f"{what}, each at random"
    )


def papers(model: Sampler | Translator) -> list[tuple[str, str]]:
    """Label and address of the papers behind a model."""
    if isinstance(model, Translator):
        training = model.config["training"]
        # one script has three methods
        method = training.get("options", {}).get("method")
        keys = [method or training["script"].removeprefix("training.")]
    else:
        keys = ["conditional", "projection"] if model.class_names else ["gan"]
    return [PAPERS[key] for key in [*keys, model.config["network"]["name"]] if key in PAPERS]


def trained_on(training: dict[str, Any]) -> str:
    """The data of a model's training; an imported checkpoint does not say."""
    known = training["data_images"] > 0
    return f"{training['data_images']:,} pictures ({training['data']})" if known else "not known"


def trained_for(training: dict[str, Any]) -> str:
    """Pictures seen and time spent, over all the runs that a model's weights went through; an
    imported checkpoint does not say."""
    if training["script"] == "imported":
        return "not known"
    images = minutes = 0.0
    stage: dict[str, Any] | None = training
    while stage:
        images, minutes = images + stage["images_seen"], minutes + stage["minutes"]
        stage = stage.get("before")
    seen = f"{images / 1e6:.1f} million" if images >= 1e5 else f"{images:,.0f}"
    return f"{seen} pictures, {minutes:.0f} minutes"


def definition(term: str, value: object, note: str = "") -> str:
    """One row of a card; everything in it comes from a file and is escaped."""
    small = f" <small>{html.escape(note)}</small>" if note else ""
    return f"<div><dt>{html.escape(str(term))}</dt><dd>{html.escape(str(value))}{small}</dd></div>"
