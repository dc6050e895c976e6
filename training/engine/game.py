"""The game: networks that play against each other, each with its optimiser, and one update at a
time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, cast

import torch
from accelerate import Accelerator
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from training.data.batches import AnyBatch
from training.losses.objectives import Objective
from training.options import Options

# the average never looks back further than this share of the run so far (Karras 2022, EDM)
EMA_RAMP = 0.05
# the average reads and writes all weights, which takes as long as a tenth of a small step: once
# half-lives are long, every fourth step is often enough
AVERAGE_EVERY, EVERY_STEP_AT_FIRST = 4, 100


Weights = tuple[Tensor, ...] | list[Tensor]


class Diverged(RuntimeError):
    """A loss is no longer a finite number; the message is one sentence for the person who
    trains."""


@dataclass
class Progress:
    """How far a run is; part of every checkpoint.

    Attributes:
        step: iterations done.
        images_seen: real images drawn by all processes together.
        minutes: spent training, over all starts.
        warm_up: images on which only the critic learns, at the beginning.
        processes: that share the run; a resumed run needs as many.
        averaged_at: images seen when the averages were last renewed.
        budget: minutes that the run may take in all (--minutes), 0 for none.
        budget_from: images seen when that budget began.
        planned: images that the budget was turned into, 0 until its speed is known.
        best: the best validation so far, lower being better.
        diverse_once: whether the samples have ever been diverse.
        low_checks: checks in a row that found them all alike.
    """

    step: int = 0
    images_seen: int = 0
    minutes: float = 0.0
    warm_up: int = 0
    processes: int = 1
    averaged_at: int = 0
    budget: float = 0.0
    budget_from: int = 0
    planned: int = 0
    diverse_once: bool = False
    best: float | None = None
    low_checks: int = 0

    def state_dict(self) -> dict:
        return asdict(self)

    def load_state_dict(self, state: dict) -> None:
        self.__dict__.update(state)


class Game:
    """The players of an iteration and all that its run keeps.

    The networks are attributes under their names (`game.generator`). They carry the accelerator's
    autocast and are otherwise plain modules: gradients are averaged over the processes in `update`,
    once, after the backward pass. DistributedDataParallel would do it in hooks, which gradient
    penalties, frozen opponents and several passes through one network each have to work around.

    Attributes:
        networks, optimisers: by name.
        kept: what else a checkpoint has to keep, by name.
        averages: the EMA of each network that is named in `averaged`.
        augment: what images pass through on their way to the critic.
        share_done: of the schedule, from 0 to 1.
        objective: the adversarial objective.
        progress: how far the run is.
    """

    def __init__(
        self,
        accelerator: Accelerator,
        options: Options,
        objective: Objective | None,
        networks: dict[str, nn.Module],
        optimisers: dict[str, torch.optim.Optimizer],
        averaged: tuple[str, ...] = ("generator",),
        warm_up: int = 0,
    ):
        """
        Args:
            objective: None where there is no critic.
            networks, optimisers: by name.
            averaged: names of the networks that have an EMA.
            warm_up: images on which only the critic learns, at the beginning.
        """
        self.accelerator = accelerator
        self.options: Any = options  # of the script
        self.objective = cast(Objective, objective)  # no critic, and nothing asks for it
        self.progress = Progress(warm_up=warm_up, processes=accelerator.num_processes)
        average = partial(
            AveragedModel, device=accelerator.device, multi_avg_fn=self.average_weights
        )
        # before prepare, which replaces `forward` by one that a copy would share with the original
        self.averages = {name: average(networks[name]) for name in averaged}
        self.networks = {
            name: accelerator.prepare_model(network, evaluation_mode=True)
            for name, network in networks.items()
        }
        self.optimisers = {
            name: accelerator.prepare_optimizer(one) for name, one in optimisers.items()
        }
        self.learning_rates = {
            name: one.param_groups[0]["lr"] for name, one in self.optimisers.items()
        }
        self.augment: Callable[[Tensor], Tensor] = lambda images: images
        self.colours: dict[str, Callable[[Tensor], Tensor]] = {}  # those to hold, by way
        self.share_done = 0.0
        accelerator.register_for_checkpointing(self.progress, *self.averages.values())
        self.kept: dict[str, Any] = {}
        self.records: dict[str, list[Tensor]] = {}

    def __getattr__(self, name: str) -> Any:
        networks = self.__dict__.get("networks", {})
        if name not in networks:
            raise AttributeError(f"The game has no {name!r}.")
        return networks[name]

    def keep(self, name: str, value: Any) -> None:
        """Make something with a state_dict part of every checkpoint, as `game.kept[name]`."""
        self.kept[name] = value
        self.accelerator.register_for_checkpointing(value)

    @contextmanager
    def update(self, name: str, *helpers: str) -> Iterator[dict[str, Tensor]]:
        """One step of one network: the caller fills in terms, whose sum it then descends.

        The other networks are frozen inside, so that gradients pass through them but are not
        computed for them.

        Args:
            helpers: networks that take the same step.

        Raises:
            Diverged: the sum or its gradient is not finite; the network is as it was then.
        """
        moving = (name, *helpers)
        others = [other for key, other in self.networks.items() if key not in moving]
        for other in others:
            other.requires_grad_(False)
        for key in moving:
            self.optimisers[key].zero_grad()
        terms: dict[str, Tensor] = {}
        yield terms
        losses = torch.stack(list(terms.values()))
        self.accelerator.backward(losses.sum())
        losses = losses.detach()
        parameters = (p for key in moving for p in self.networks[key].parameters())
        gradients = [p.grad for p in parameters if p.grad is not None]
        self.share([losses, *gradients])
        norm = torch.nn.utils.get_total_norm(gradients)
        shared = dict(zip(terms, losses, strict=True))
        if not torch.isfinite(norm + losses.sum()):  # shared, so all processes see it at once
            found = ", ".join(f"{key} = {value.item():g}" for key, value in shared.items())
            raise Diverged(
                f"The {name}'s loss or gradient is not finite any more at step "
                f"{self.progress.step}: {found}, gradient norm {norm.item():g}."
            )
        self.observe(**{f"{name}/{key}": value for key, value in shared.items()})
        self.observe(**{f"{name}/gradient_norm": norm})
        for key in moving:
            self.optimisers[key].step()
        for other in others:
            other.requires_grad_(True)

    def share(self, gradients: list[Tensor]) -> None:
        """Replace tensors by their mean over the processes, in one message."""
        if self.accelerator.num_processes == 1:
            return
        flat = torch.cat([gradient.flatten() for gradient in gradients])
        parts = self.accelerator.reduce(flat, "mean").split(
            [gradient.numel() for gradient in gradients]
        )
        for gradient, part in zip(gradients, parts, strict=True):
            gradient.copy_(part.view_as(gradient))

    def observe(self, **values: Tensor) -> None:
        """Remember scalars for the next line of the log."""
        for name, value in values.items():
            self.records.setdefault(name, []).append(value.detach())

    def observed(self) -> dict[str, float]:
        """The mean of each scalar since the last call."""
        means = {
            name: torch.stack(values).float().mean().item() for name, values in self.records.items()
        }
        self.records.clear()
        return means

    @property
    def critic_only(self) -> bool:
        """Whether a ready generator still waits for its critic (--init-from without one,
        --warm-up)."""
        return 0 < self.progress.images_seen <= self.progress.warm_up

    def average_weights(self, averages: Weights, current: Weights, _count: Tensor | int) -> None:
        """EMA with beta = 0.5^(images in a step / half-life in images) (Karras 2022; R3GAN
        2024)."""
        step = self.progress.images_seen - self.progress.averaged_at
        half_life = min(self.options.ema_half_life, EMA_RAMP * self.progress.images_seen)
        beta = 0.5 ** (step / half_life) if half_life > 0 else 0.0
        get_ema_multi_avg_fn(beta)(averages, current, None)

    def average(self) -> None:
        """Take the networks' weights into their averages, where it is due after this step."""
        if self.progress.step >= EVERY_STEP_AT_FIRST and self.progress.step % AVERAGE_EVERY:
            return
        for name, average in self.averages.items():
            average.update_parameters(self.networks[name])
        self.progress.averaged_at = self.progress.images_seen

    def counted(self, stream: Iterator[AnyBatch]) -> Iterator[AnyBatch]:
        """Batches, counted over all processes as they are drawn."""
        for batch in stream:
            self.progress.images_seen += len(batch[0]) * self.accelerator.num_processes
            yield batch


Iteration = Callable[[Game, Iterator[Any]], None]
