"""The lessons: the curves, points and numbers of a game while it is played.

A lesson is written as JSON lines. The first is the header: the lesson, its settings, the `steps`,
how many `frames` follow, the English `names` of what is drawn, curves that stay (`fixed`), the
`modes`, and its panels. A panel has an id, a kind, the ends of x and y (None: of all frames), and
series with a look. Every other line is a frame: its step, its numbers by id, and

- for a panel "curves": `curves` by id, values at evenly spaced x (None: nothing to be drawn);
- for "history": nothing more, for it draws the numbers over the steps;
- for "points": `points`, flat as x, y, x, y; perhaps `found`, one for each mode, and `surface`, D
  in percent on a grid whose first row has the highest y.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

import torch
from torch import Tensor

from training.engine.game import Game
from training.losses.objectives import OBJECTIVES
from training.metrics.modes import counts_by_mode, high_quality_share
from training.theory import closed_forms, toy
from training.theory.toy import Options

EDGE, CELLS = 3.0, 100  # the line that is looked at: from -EDGE to EDGE in so many cells
DENSITY_SAMPLES, SHOWN = 10_000, 200  # of which a density is estimated, and that are drawn
KERNEL = 0.06  # width of the estimate, a fifth of a bump's
SEEN = 1e-3  # density of both below which a critic's answer means nothing
SURFACE = 20  # cells of the critic's surface in each direction
STEEP = (-10.0, 6.0)  # logits of the slopes
MODES_OF = 2_500  # samples of which modes are counted (VEEGAN, PacGAN)
HELD = 0.2  # of its equal share of them makes a mode held, and not one met by chance

Frame = dict
Look = Callable[[Game, Options], Frame]


def lines(options: Options) -> Iterator[dict]:
    """The header of a lesson and then its frames, while the game is played."""
    game, batches = toy.make_game(options)
    panels, look = SHOWS[options.lesson]
    if options.lesson == "saturation":  # the generator waits
        game.progress.warm_up = (options.steps + 1) * options.k * toy.BATCH
    yield header(options, panels(options))
    for step in toy.moments(game, batches, options.steps):
        yield {"step": step, **rounded(look(game, options))}


def header(options: Options, panels: list[dict]) -> dict:
    """The first line of a lesson, before its frames."""
    mixture = toy.mixture_of(options)
    used = {one["id"] for panel in panels for one in (panel, *panel["series"])}
    due = {round(index * options.steps / toy.FRAMES) for index in range(toy.FRAMES + 1)}
    settings = {k: v for k, v in asdict(options).items() if k not in ("stream", "out")}
    return {
        "lesson": options.lesson,
        "settings": settings,
        "steps": options.steps,
        "frames": len(due),
        "names": {name: words for name, words in NAMES.items() if name in used},
        "fixed": rounded(fixed(options)),
        "modes": mixture.means.tolist() if mixture.means.shape[1] == 2 else [],
        "panels": panels,
    }


def fixed(options: Options) -> dict[str, list]:
    """The curves that stay the same in every frame."""
    if options.lesson == "saturation":
        a = torch.linspace(*STEEP, CELLS + 1)
        return {
            "minimax": closed_forms.minimax_slope(a).abs().tolist(),
            "nonsaturating": closed_forms.nonsaturating_slope(a).abs().tolist(),
        }
    if options.lesson in ("optimal-critic", "value"):
        return {"data": data_density(options).tolist()}
    return {}


# panels


def series(name: str, look: str, **more: Any) -> dict:
    """A line of a panel: real, fake, critic, bound or other is its look."""
    return {"id": name, "look": look, **more}


def panel(name: str, kind: str, *lines: dict, **more: Any) -> dict:
    """A panel; x and y are its ends."""
    return {"id": name, "kind": kind, "series": list(lines), **more}


def densities_panel() -> dict:
    """The densities of the data and of the generator."""
    across, up = [-EDGE, EDGE], [0, 1]
    both = series("data", "real", filled=True), series("generated", "fake")
    return panel("densities", "curves", *both, x=across, y=up)


def beliefs_panel() -> dict:
    """The critic's mean answers to both kinds over the steps."""
    half = series("half", "bound", level=0.5, dashed=True)
    believed = series("real-belief", "real"), series("fake-belief", "fake")
    return panel("beliefs", "history", *believed, half, y=[0, 1])


def plane_panel(options: Options) -> dict:
    """Samples and modes in the plane."""
    edge = 1.6 if options.mixture == "ring" else 5.4
    drawn = series("generated", "fake"), series("mode", "real")
    return panel("plane", "points", *drawn, x=[-edge, edge], y=[-edge, edge])


def optimal_panels(options: Options) -> list[dict]:
    answers = series("critic", "critic"), series("optimal", "bound", dashed=True)
    return [
        densities_panel(),
        panel("answers", "curves", *answers, x=[-EDGE, EDGE], y=[0, 1]),
        panel("errors", "history", series("error", "critic"), y=[0, 0.5]),
    ]


def value_panels(options: Options) -> list[dict]:
    levels = (("equal", -closed_forms.LOG_4), ("apart", 0.0))
    bounds = (series(name, "bound", level=level, dashed=True) for name, level in levels)
    values = series("best", "other"), series("value", "critic")
    return [densities_panel(), panel("values", "history", *values, *bounds), beliefs_panel()]


def saturation_panels(options: Options) -> list[dict]:
    slopes = series("minimax", "other"), series("nonsaturating", "critic")
    norms = series("minimax-gradient", "other"), series("nonsaturating-gradient", "critic")
    return [
        panel("slopes", "curves", *slopes, x=list(STEEP), y=[0, 1], marker="logit"),
        panel("gradients", "history", *norms, log=True),
        panel("certainty", "history", series("fake-belief", "fake"), log=True),
    ]


def found_panel(options: Options) -> dict:
    """The number of modes found over the steps."""
    count = len(toy.mixture_of(options).means)
    every = series("every", "bound", level=count, dashed=True)
    return panel("found", "history", series("held", "fake"), every, y=[0, count], whole=True)


def modes_panels(options: Options) -> list[dict]:
    return [
        plane_panel(options),
        found_panel(options),
        panel("quality", "history", series("near", "fake"), y=[0, 1]),
    ]


def balance_panels(options: Options) -> list[dict]:
    return [
        plane_panel(options),
        beliefs_panel(),
        found_panel(options),
    ]


# looks


def grid() -> tuple[Tensor, float]:
    """Points on the line, and the length that each stands for."""
    return torch.linspace(-EDGE, EDGE, CELLS + 1), 2 * EDGE / CELLS


def data_density(options: Options) -> Tensor:
    """p at the points of the grid."""
    return toy.mixture_of(options).log_density(grid()[0][:, None]).exp()


def generated_density(game: Game) -> Tensor:
    """g at the points of the grid, estimated from many samples."""
    return closed_forms.kernel_density(toy.samples(game, DENSITY_SAMPLES)[:, 0], grid()[0], KERNEL)


def look_at_critic(game: Game, options: Options) -> Frame:
    """D beside D*, where there is anything to judge, and how far they are apart on average."""
    (x, cell), p, g = grid(), data_density(options), generated_density(game)
    raw = toy.logits(game, x[:, None])
    probability = game.objective.probability if game.objective else None
    answers = probability(raw) if probability else raw
    best = closed_forms.optimal_critic(p, g)
    both = (p + g) / 2
    error = (cell * both * (answers - best).abs()).sum()
    curves = {"generated": g, "critic": answers, "optimal": best}
    shown = {name: where(both > SEEN, values) for name, values in curves.items()}
    return {"numbers": {"error": error.item()}, "curves": {**shown, "generated": g.tolist()}}


def look_at_value(game: Game, options: Options) -> Frame:
    """V(G, D) and V(G, D*), and what D says of both kinds on average."""
    (x, cell), p, g = grid(), data_density(options), generated_density(game)
    raw = toy.logits(game, x[:, None])
    numbers = {
        "value": closed_forms.game_value(raw, p, g, cell),
        "best": closed_forms.best_value(p, g, cell),
        "real-belief": (cell * p * raw.sigmoid()).sum().item(),
        "fake-belief": (cell * g * raw.sigmoid()).sum().item(),
    }
    return {"numbers": numbers, "curves": {"generated": g.tolist()}}


def look_at_slopes(game: Game, options: Options) -> Frame:
    """How sure the critic is, and the norm of what each loss then gives the generator."""
    judged = toy.logits(game, toy.samples(game, toy.BATCH))
    belief = judged.sigmoid().mean()
    numbers = {"logit": torch.logit(belief, eps=1e-12).item(), "fake-belief": belief.item()}
    for name in ("minimax", "nonsaturating"):
        numbers[f"{name}-gradient"] = gradient_norm(game, name)
    return {"numbers": numbers}


def gradient_norm(game: Game, objective: str) -> float:
    """||dL_G / d theta_G|| for a batch of the same noise each time."""
    noise = torch.randn(toy.BATCH, toy.NOISE, generator=torch.Generator().manual_seed(1))
    (loss,) = OBJECTIVES[objective].generator(game.critic(game.generator(noise)), None).values()
    gradients = torch.autograd.grad(loss, list(game.generator.parameters()))
    return torch.nn.utils.get_total_norm(gradients).item()


def look_at_modes(game: Game, options: Options) -> Frame:
    """The samples, the modes that they hold, and the share that lies near one.

    The papers count a mode from its first good sample; here one that samples only pass is lost.
    """
    points, mixture = toy.samples(game, MODES_OF), toy.mixture_of(options)
    shares = counts_by_mode(points, mixture, only_near=True) / MODES_OF * len(mixture.means)
    held = (shares >= HELD).int()
    numbers = {"held": int(held.sum()), "near": high_quality_share(points, mixture)}
    return {"numbers": numbers, "points": drawn(points), "found": held.tolist()}


def look_at_balance(game: Game, options: Options) -> Frame:
    """The same on the critic's surface, and what the critic says of both kinds."""
    mixture, frame = toy.mixture_of(options), look_at_modes(game, options)
    real = mixture.sample(MODES_OF, torch.Generator().manual_seed(2))
    beliefs = {
        "real-belief": toy.logits(game, real).sigmoid().mean().item(),
        "fake-belief": toy.logits(game, toy.samples(game, MODES_OF)).sigmoid().mean().item(),
    }
    return {**frame, "numbers": {**frame["numbers"], **beliefs}, "surface": surface(game, options)}


def surface(game: Game, options: Options) -> list[list[int]]:
    """D in percent on a grid, the first row the highest y."""
    low, high = plane_panel(options)["x"]
    half = (high - low) / SURFACE / 2
    ticks = torch.linspace(low + half, high - half, SURFACE)
    points = torch.cartesian_prod(ticks.flip(0), ticks).flip(1)
    percent = toy.logits(game, points).sigmoid().mul(100).round().int()
    return percent.view(SURFACE, SURFACE).tolist()


def drawn(points: Tensor) -> list[float]:
    """The first samples, flat, as precise as a screen."""
    return [round(value, 2) for value in points[:SHOWN].flatten().tolist()]


def where(seen: Tensor, values: Tensor) -> list[float | None]:
    """Values, and None where nothing is to be seen."""
    return [value if one else None for one, value in zip(seen, values.tolist(), strict=True)]


def rounded(value: Any) -> Any:
    """The same with four digits, as JSON takes it: what is not finite becomes None."""
    if isinstance(value, dict):
        return {name: rounded(one) for name, one in value.items()}
    if isinstance(value, list):
        return [rounded(one) for one in value]
    if isinstance(value, float):
        return float(f"{value:.4g}") if math.isfinite(value) else None
    return value


SHOWS: dict[str, tuple[Callable[[Options], list[dict]], Look]] = {
    "optimal-critic": (optimal_panels, look_at_critic),
    "value": (value_panels, look_at_value),
    "saturation": (saturation_panels, look_at_slopes),
    "modes": (modes_panels, look_at_modes),
    "balance": (balance_panels, look_at_balance),
}
NAMES = {
    "densities": "Densities",
    "answers": "The critic's answer",
    "errors": "Distance from the best answer",
    "values": "Value of the game",
    "beliefs": "What the critic believes",
    "slopes": "Slope of each loss",
    "gradients": "Measured gradient of the generator",
    "certainty": "What the critic believes",
    "plane": "Samples",
    "found": "Modes found",
    "quality": "Samples near a mode",
    "data": "data",
    "generated": "generated",
    "critic": "D(x)",
    "optimal": "best: p / (p + g)",
    "error": "mean |D - D*|",
    "value": "V(G, D)",
    "best": "-log 4 + 2 JSD",
    "equal": "-log 4",
    "apart": "0",
    "real-belief": "D(x)",
    "fake-belief": "D(G(z))",
    "half": "1/2",
    "minimax": "log(1 - D)",
    "nonsaturating": "-log D",
    "minimax-gradient": "log(1 - D)",
    "nonsaturating-gradient": "-log D",
    "mode": "modes",
    "held": "found",
    "every": "all",
    "near": "within 3 deviations",
}
