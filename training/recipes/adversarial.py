"""The recipes of the papers as defaults of `training.gan` and `training.cgan`, and which options
exclude each other."""

from typing import TYPE_CHECKING, Any

from training.losses.divergences import DIVERGENCES
from training.options import flag

if TYPE_CHECKING:
    from training.gan import Options

PLAIN: dict[str, Any] = {"r1": 0.0, "r2": 0.0}
PENALTIES = ("r1", "r2", "gradient_penalty")
ADAM_2016 = {"lr": 2e-4, "beta1": 0.5, "beta2": 0.999}
DCGAN = {**PLAIN, **ADAM_2016, "gan_mode": "nonsaturating", "noise_dim": 100}

RECIPES: dict[str, dict[str, Any]] = {
    "atelier": {},  # what trained the models that ship
    "goodfellow2014": {  # Goodfellow 2014, MNIST: adversarial/mnist.yaml of its code
        **PLAIN,
        "network": "mlp",
        "critic": "maxout",
        "width": 1200,
        "critic_width": 240,
        "noise": "uniform",
        "noise_dim": 100,
        "gan_mode": "nonsaturating",
        "optimiser": "sgd",
        "lr": 0.1,
        "lr_divisor": 1.000004,
        "batch_size": 100,
        "momentum": 0.5,
        "final_momentum": 0.7,
        "max_norm": 1.9365,
        "ema_half_life": 0.0,
        "precision": "fp32",
        "n_epochs": 100,
        "n_epochs_decay": 0,
    },
    "dcgan": {**DCGAN, "critic_norm": "batch", "batch_size": 128},  # Radford 2016
    "wgan": {  # Arjovsky 2017, algorithm 1
        **DCGAN,
        "gan_mode": "wasserstein",
        "clip": 0.01,
        "n_critic": 5,
        "optimiser": "rmsprop",
        "lr": 5e-5,
    },
    "wgan-gp": {  # Gulrajani 2017, algorithm 1
        **DCGAN,
        "gan_mode": "wasserstein",
        "gradient_penalty": 10.0,
        "n_critic": 5,
        "lr": 1e-4,
        "beta1": 0.0,
        "beta2": 0.9,
    },
    "lsgan": {**DCGAN, "gan_mode": "lsgan"},  # Mao 2017
    # Miyato 2018, setting C of table 1
    "sngan": {**DCGAN, "gan_mode": "hinge", "spectral_norm": True},
    "r3gan": {  # Huang 2024
        "network": "residual",
        "critic": "residual",
        "width": 24,
        "critic_width": 24,
        "gan_mode": "rpgan",
        "r1": 1.0,
        "r2": 1.0,
    },
    **{  # Nowozin 2016
        f"f-{name}": {**DCGAN, "gan_mode": f"f-{name}"} for name in DIVERGENCES
    },
    "mmd": {  # Li 2015: a batch of 1,000, for a kernel sees no more than its batch
        **PLAIN,
        "network": "mlp",
        "gan_mode": "mmd",
        "batch_size": 1000,
        "lr": 1e-3,
        "noise": "uniform",
        "noise_dim": 10,
        "width": 512,
        "layers": 4,
        "precision": "fp32",
    },
    "minibatch": {**DCGAN, "kernels": 100},  # Salimans 2016, section 3.2
    "unrolled": {**DCGAN, "unroll": 5},  # Metz 2017
    "mode-regularised": {**DCGAN, "lambda_reconstruction": 0.2, "lambda_mode": 0.4},  # Che 2017
    "pacgan": {**DCGAN, "pack": 2},  # Lin 2018
}

CONDITIONAL: dict[str, dict] = {
    **{name: recipe for name, recipe in RECIPES.items() if name not in ("mmd", "pacgan")},
    # Mirza and Osindero 2014: the same networks, and the class beside the critic's input
    "mirza2014": {**RECIPES["goodfellow2014"], "condition": "concat"},
    # Tao 2022 (DF-GAN) with the losses of Huang 2024, for --words, in hours of one core: narrow,
    # penalties now and then (Karras 2020), many small steps
    "words": {
        **RECIPES["r3gan"],
        "width": 16,
        "critic_width": 16,
        "r1": 0.5,
        "r2": 0.5,
        "penalty_every": 4,
        "mismatch": 0.5,
        "lambda_coarse": 20.0,  # a thing is drawn once by a hand: its colours and its shape need no
        "lambda_l1": 20.0,  # critic, which makes them crisp
        "noise_dim": 64,
        "memories": 4096,
        "thumbnails": 32,
        "batch_size": 16,
        "lr": 3e-4,
        "diff_augment": "color,translation,cutout",
        "ema_half_life": 20_000,
    },
}


def check_together(options: "Options") -> None:
    """Raise a ValueError for options that exclude each other, or that need another one."""
    for one, other, why in exclusions(options):
        raise ValueError(
            f"Expected {one} without {other}, found both: {why}; set one of them to 0 or none."
        )
    if options.batch_size % options.pack:
        raise ValueError(
            f"Expected --batch-size to be a multiple of --pack, found {options.batch_size} and "
            f"{options.pack}."
        )
    if options.lambda_mode and not options.lambda_reconstruction:
        raise ValueError(
            "Expected --lambda-reconstruction above 0 with --lambda-mode, which needs its encoder, "
            "found 0."
        )
    if options.gan_mode == "mmd" and options.batch_size < 2:
        raise ValueError("Expected --batch-size of at least 2 for --gan-mode mmd, found 1.")


def exclusions(options: "Options") -> list[tuple[str, str, str]]:
    """(an option, another, why not) for each two that are both set."""
    penalty = next((flag(name) for name in PENALTIES if getattr(options, name)), "")
    unrolled_with = unrolling_excludes(options) or penalty
    batch_norm = options.critic_norm == "batch"
    per_sample = "a penalty needs every layer of the critic to be per sample"
    found = []
    if options.critic == "residual" and batch_norm:
        why = "that critic has no batch norm"
        found.append(("--critic-norm batch", "--critic residual", why))
    if batch_norm and penalty:
        found.append(("--critic-norm batch", penalty, per_sample))
    if options.kernels and penalty:
        found.append(("--kernels", penalty, per_sample))
    if options.unroll and unrolled_with:
        why = "only Adam's steps of a plain critic are looked ahead"
        found.append(("--unroll", unrolled_with, why))
    return found


def unrolling_excludes(options: "Options") -> str:
    """The first option set that cannot go with --unroll, as it is typed; empty where none is."""
    cases = {
        f"--optimiser {options.optimiser}": options.optimiser != "adam",
        "--critic-norm batch": options.critic_norm == "batch",
        "--spectral-norm": options.spectral_norm,
        "--clip": bool(options.clip),
        "--max-norm": bool(options.max_norm),
    }
    return next((name for name, is_set in cases.items() if is_set), "")
