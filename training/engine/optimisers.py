"""The optimisers of the papers, and how that of 2014 changes over a run."""

from functools import partial

import torch

from training.engine.game import Game, MakeOptimiser, adam

SMALLEST_LR = 1e-6


def optimiser_of(options) -> MakeOptimiser:
    """A network's name and parameters to its optimiser, from the options of `training.gan`."""
    makers = {
        "adam": partial(adam, betas=(options.beta1, options.beta2)),
        "rmsprop": lambda lr, _name, parameters: torch.optim.RMSprop(parameters, lr),
        "sgd": lambda lr, _name, parameters: torch.optim.SGD(
            parameters, lr, momentum=options.momentum
        ),
    }

    def make(name: str, parameters) -> torch.optim.Optimizer:
        own = options.critic_lr if name == "critic" else None
        lr = options.lr if own is None else own
        return makers[options.optimiser](lr=lr, _name=name, parameters=parameters)

    return make


def anneal(game: Game) -> None:
    """Goodfellow 2014's schedule, as its code has it: after every step sgd's learning rate is
    divided by a number just above 1, and its momentum grows linearly over the run."""
    options = game.options
    if options.optimiser != "sgd":
        return
    momentum = torch.lerp(
        torch.tensor(options.momentum), torch.tensor(options.final_momentum), game.share_done
    ).item()
    for name, optimiser in game.optimisers.items():
        lr = game.learning_rates[name] / options.lr_divisor**game.progress.step
        for group in optimiser.param_groups:
            group["lr"] = min(group["lr"], max(SMALLEST_LR, lr))
            group["momentum"] = momentum
