"""A classifier from few labels: the critic tells K classes and fake ones apart (Salimans et al.
2016, section 5), the generator matches its features (section 3.1).

    python -m training.semisupervised --data mnist --labels 100
    python -m training.semisupervised --name few --resume

Data without labels teach the classifier what digits look like: they are some digit, and generated
ones are none. The run's folder is runs/NAME; result.json in it has the accuracy on the test
split (on held-out images where there is none), beside that of the same network trained on the same
labels alone.

It plays by the shared loop, but for two things: its networks are not those of the application, so
it sets the game up itself; and what it exports is a classifier, export/last/classifier.safetensors,
which the app does not draw with. Held-out images of the train split are watched, and tell which is
export/best; the result is the last classifier (EMA), which no further label has chosen.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from training.command_line import parse, run_main
from training.data.labelled.few_labels import FewLabels, FewLabelsBatch
from training.data.labelled.labelled_images import LabelledImages
from training.data.labelled.sources import find_source, require_classes
from training.data.value_ranges import valued_source
from training.engine.devices import make_accelerator
from training.engine.game import Game
from training.engine.loop import fit
from training.engine.setup import open_run
from training.losses.objectives import nonsaturating_critic
from training.options import Options as SharedOptions
from training.options import option
from training.previews.classifier_preview import ClassifierPreview
from training.tasks.classifiers import make_game, report


@dataclass
class Options(SharedOptions):
    """Options of `training.semisupervised`."""

    labels: int = option(
        100,
        "images that show their label, balanced by class and drawn from the seed",
        at_least=1,
    )
    lambda_unlabelled: float = option(
        1.0, "weight of what images without a label and generated ones teach", at_least=0
    )
    noise_dim: int = option(100, "length of z, which is uniform on [0, 1]", at_least=1)
    batch_size: int = 100
    lr: float = 3e-3
    n_epochs: int = 15
    n_epochs_decay: int = 25
    beta1: float = option(0.5, "Adam's first momentum", at_least=0, below=1)
    beta2: float = option(0.999, "Adam's second momentum", at_least=0, below=1)
    baseline_steps: int = option(
        2_000,
        "of the classifier that is trained on the labels alone, to compare with",
        at_least=1,
    )
    sample_every: int = 108_000
    checkpoint_every: int = 270_000

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.init_from is not None:
            raise ValueError(
                f"Expected no --init-from, found {self.init_from}: this script starts from new "
                "networks; drop the option, or go on with a run of its own with --resume."
            )


def unlabelled_terms(real: Tensor, fake: Tensor) -> dict[str, Tensor]:
    """-1/2 E log D(x) - 1/2 E log(1 - D(G(z))) (Salimans et al. 2016, section 5, L_unsupervised,
    halved as in their code).

    Args:
        real, fake: logits (N, K) of x and of G(z).
    """
    terms = nonsaturating_critic(real_logit(real), real_logit(fake))
    return {name: term / 2 for name, term in terms.items()}


def real_logit(logits: Tensor) -> Tensor:
    """log Z, (N,), of logits l (N, K), where Z = sum_k exp l_k and the fake class has the logit 0.

    The probability of any of the K classes is D = Z / (Z + 1) = sigmoid(log Z), so that log Z is
    the critic's logit.
    """
    return logits.logsumexp(1)


def labelled_term(logits: Tensor, labels: Tensor) -> Tensor:
    """-E log p(y | x, y <= K): cross-entropy over the K classes (Salimans et al. 2016, section 5,
    L_supervised)."""
    return F.cross_entropy(logits, labels)


def feature_matching(real: Tensor, fake: Tensor) -> Tensor:
    """|| E f(x) - E f(G(z)) ||^2 / F of features (N, F) (Salimans et al. 2016, section 3.1),
    averaged over the features as in their code."""
    return (real.mean(0) - fake.mean(0)).square().mean()


def iteration(game: Game, batches: Iterator[FewLabelsBatch]) -> None:
    """Salimans et al. 2016, sections 5 and 3.1: the classifier with K + 1 classes, then the
    generator by feature matching."""
    images, labelled, labels = next(batches)
    fake = game.generator(noise(game, len(images)))

    with game.update("critic") as terms:
        _, logits = game.critic(torch.cat([labelled, images, fake.detach()]))
        of_labelled, of_real, of_fake = logits.chunk(3)
        terms["labelled"] = labelled_term(of_labelled, labels)
        for name, term in unlabelled_terms(of_real, of_fake).items():
            terms[name] = game.options.lambda_unlabelled * term
        game.observe(**game.objective.scores(real_logit(of_real), real_logit(of_fake)))

    with game.update("generator") as terms:
        with torch.no_grad():
            real_features, _ = game.critic(images)
        fake_features, _ = game.critic(fake)
        terms["feature_matching"] = feature_matching(real_features, fake_features)


def noise(game: Game, count: int) -> Tensor:
    """z, uniform on [0, 1], (count, noise_dim)."""
    return torch.rand(count, game.options.noise_dim, device=game.accelerator.device)


def main(arguments: list[str] | None = None, prog: str | None = None) -> None:
    options = parse(Options, __doc__, arguments, prog)
    accelerator = make_accelerator(options)
    with accelerator.main_process_first():
        source = valued_source(find_source(options.data), options.value_range)
    require_classes(source.class_names, options.data)
    images = LabelledImages(source, options.size)
    data = FewLabels(images, options.labels, options.seed)
    run = open_run(options, "training.semisupervised", data.name)

    game = make_game(options, accelerator, data)
    preview = ClassifierPreview(game, data)
    fit(game, iteration, data, run, preview)
    if not options.dry_run and accelerator.is_main_process:
        report(game, run, data)


if __name__ == "__main__":
    run_main(main)
