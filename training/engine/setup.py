"""How a run starts, once for all scripts: its folder, its networks, its game."""

from collections.abc import Callable

import torch
from accelerate import Accelerator
from accelerate.utils import set_seed
from torch import Tensor, nn
from torch.utils.data import Dataset

import models
from models.config import DIRECTIONS, read_config
from models.model_folder import load_network, part
from models.networks import CRITICS, GENERATORS, build
from models.networks.bidirectional import Bidirectional
from training.engine import checkpoints
from training.engine.game import Game, MakeOptimiser
from training.losses.objectives import OBJECTIVES
from training.runs.folder import Run


def start_game(
    options,
    accelerator: Accelerator,
    dataset: Dataset,
    script: str,
    generator: dict,
    critic: dict | None,
    both: bool = False,
    helpers: Callable[[], dict[str, nn.Module]] = dict,
    optimiser: MakeOptimiser | None = None,
) -> tuple[Run, Game]:
    """The run and its game, seeded, from new networks or from those of --init-from.

    Args:
        script: as in `python -m`.
        generator, critic: {"name", "arguments"}; no critic where the objective needs none.
        both: two of each, for the two directions of a translation.
        helpers: makes further networks that learn, by name, from the seed like the others.
        optimiser: as `Game`'s.
    """
    run = Run(options.runs / (options.name or f"{script.split('.')[-1]}-{dataset.name}"))
    run.status.script, run.status.data = script, dataset.name
    set_seed(options.seed)
    resumes = options.resume and bool(checkpoints.complete(run.checkpoints))
    init_from = None if resumes else options.init_from
    networks, cold = initial_networks(init_from, generator, critic, both)
    game = Game(
        accelerator,
        options,
        OBJECTIVES.get(options.gan_mode),
        {**networks, **helpers()},
        betas=(options.beta1, options.beta2),
        warm_up=options.warm_up if cold and critic else 0,
        optimiser=optimiser,
    )
    # the processes began with the same weights, and what they draw from now on differs
    set_seed(options.seed, device_specific=True)
    return run, game


def initial_networks(
    init_from: str | None, generator: dict, critic: dict | None, both: bool = False
) -> tuple[dict[str, nn.Module], bool]:
    """The networks, from --init-from where it is given, and whether the critic still has to be
    warmed up.

    Raises:
        ValueError: the exported model's networks are not those of the options.
    """
    ways = [part(direction) for direction in DIRECTIONS]
    made: dict[str, nn.Module] = {}
    for name, table, described in (
        ("generator", GENERATORS, generator),
        ("critic", CRITICS, critic),
    ):
        if described is None:
            continue
        networks = [build(table, **described) for _ in range(2 if both else 1)]
        made[name] = Bidirectional(dict(zip(ways, networks, strict=True))) if both else networks[0]
    if init_from is None:
        return made, False
    folder = models.find(init_from)
    config = read_config(folder)
    if not leads_to(config["network"], generator):
        raise ValueError(
            f"Expected in {init_from} the network of these options, {generator}, found "
            f"{config['network']}."
        )
    translates = config["task"] == "translation"
    if both and len(config["directions"]) < 2:
        raise ValueError(f"Expected both directions in {init_from}, found {config['directions']}.")
    saved = (folder / "critic.safetensors").is_file()
    has_critic = critic is not None and saved and config.get("critic") == critic
    for name in ("generator", "critic") if has_critic else ("generator",):
        found = load_network(folder, config, critic=name == "critic")
        if translates and not both:
            found = found[ways[0]]
        made[name].load_state_dict(widened(found.state_dict(), made[name]))
    return made, not has_critic


def leads_to(found: dict, wanted: dict) -> bool:
    """Whether a network can go on as another one: the same, but for noise on its input, and for a
    skip that it gets."""
    given, asked = dict(found["arguments"]), dict(wanted["arguments"])
    for arguments in (given, asked):
        arguments.pop("input_noise", None)
    if asked.get("skip"):
        given["skip"] = True
    return found["name"] == wanted["name"] and given == asked


def widened(weights: dict[str, Tensor], network: nn.Module) -> dict[str, Tensor]:
    """The weights of a network for the same one with more channels into some layers, which count
    for nothing at first."""
    found = {}
    for name, wanted in network.state_dict().items():
        found[name] = weights[name]
        if found[name].shape != wanted.shape:
            more = wanted.shape[1] - found[name].shape[1]
            zeros = found[name].new_zeros(len(wanted), more, *wanted.shape[2:])
            found[name] = torch.cat([found[name], zeros], dim=1)
    return found


def trained(game: Game, options: dict) -> dict:
    """What config.json says of the training so far.

    Args:
        options: those that made the model what it is.
    """
    return {
        "images_seen": game.progress.images_seen,
        "minutes": round(game.progress.minutes, 1),
        "hardware": f"{game.accelerator.num_processes} process(es) on "
        f"{game.accelerator.device.type}, {torch.get_num_threads()} threads each",
        "options": options,
        "before": before(game.options.init_from),
    }


def before(init_from: str | None) -> dict | None:
    """What the model that a run started from had seen, as long as that model is there."""
    try:
        config = read_config(models.find(init_from)) if init_from else None
    except (ValueError, OSError):
        return None
    keys = ("images_seen", "minutes", "options", "before")
    return config and {"name": config["name"], **{k: config["training"].get(k) for k in keys}}
