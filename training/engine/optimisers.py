"""The optimisers of the papers, one for each network, and how that of 2014 changes over a run."""

from functools import cache
from inspect import unwrap
from typing import TYPE_CHECKING, TypeVar

import torch
from torch import nn
from torch.optim import Optimizer

from training.engine.game import Game

if TYPE_CHECKING:
    from training.gan import Options

SMALLEST_LR = 1e-6
AnyOptimiser = TypeVar("AnyOptimiser", bound=Optimizer)


def adam(
    networks: dict[str, nn.Module], lr: float, betas: tuple[float, float]
) -> dict[str, Optimizer]:
    """Adam (Kingma and Ba 2015) for each network, by name."""
    made = uncompiled(torch.optim.Adam)
    return {
        name: made(network.parameters(), lr, betas=betas, fused=True)
        for name, network in networks.items()
    }


def chosen_optimisers(options: "Options", networks: dict[str, nn.Module]) -> dict[str, Optimizer]:
    """The optimiser that the options of `training.gan` name, for each network, by name."""
    made: dict[str, Optimizer] = {}
    for name, network in networks.items():
        own = options.critic_lr if name in ("critic", "features") else None
        lr = options.lr if own is None else own
        if options.optimiser == "adam":
            made |= adam({name: network}, lr, (options.beta1, options.beta2))
        elif options.optimiser == "rmsprop":
            made[name] = uncompiled(torch.optim.RMSprop)(network.parameters(), lr)
        else:
            sgd = uncompiled(torch.optim.SGD)
            made[name] = sgd(network.parameters(), lr, momentum=options.momentum)
    return made


@cache
def uncompiled(kind: type[AnyOptimiser]) -> type[AnyOptimiser]:
    """The same optimiser without what PyTorch wraps it in for `torch.compile`, which imports
    `torch._dynamo`: two seconds before the first step of every training, for nothing."""
    wrapped = ("add_param_group", "zero_grad", "state_dict", "load_state_dict")
    methods = {name: unwrap(getattr(kind, name)) for name in wrapped}
    methods["step"] = torch.no_grad()(unwrap(kind.step))
    return type(kind.__name__, (kind,), methods)


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
