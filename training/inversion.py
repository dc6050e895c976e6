"""Train the way back: an encoder from images to the noise of a finished generator.

Goodfellow et al. 2014, section 7: "Learned approximate inference can be performed by training an
auxiliary network to predict z given x", with a generator that stays as it is.

    python -m training.inversion digits                # beside the model itself
    python -m training.inversion digits --name back    # in a copy of it, weights/back
    python -m training.metrics.reconstruction digits         # how near it comes

It learns from generated pairs, where z and the class are known, and from real images, whose
reconstruction G(Q(x)) it sees through the frozen generator. Labels of real images are not used.
"""

import time
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from tqdm import tqdm

import models
from models.inversion import near
from models.model_folder import save_encoder
from models.networks import build
from models.networks.encoder import ENCODERS
from models.precision import has_bfloat16
from models.sampler import MAX_SEED, Sampler
from training.command_line import parse_simple, run_main
from training.data.batches import Order
from training.data.labelled.labelled_images import LabelledImages, images_for
from training.export.beside import copied_to, place_for

SAY_EVERY = 200  # steps


@dataclass
class Options:
    """Options of `training.inversion`.

    Args:
        model: an exported model that draws, by name or folder.
        name: write into a copy among one's own models; beside the model where it is not given.
        data: real images; the model's own training data where it is not given.
        steps: of Adam.
        batch_size: generated images, and as many real ones, in a step.
        lr: at its highest, on a one-cycle schedule.
        lambda_reconstruction: weight of the reconstruction of real images; 0 leaves it out.
        seed: of weights, noise and order.
        max_minutes: ends the schedule earlier where it would take longer.
    """

    model: str
    name: str | None = None
    data: str | None = None
    steps: int = 1_500
    batch_size: int = 128
    lr: float = 2e-3
    lambda_reconstruction: float = 4.0
    seed: int = 0
    max_minutes: float | None = None

    def __post_init__(self) -> None:
        for name in ("steps", "batch_size"):
            if getattr(self, name) < 1:
                option = name.replace("_", "-")
                raise ValueError(f"Expected --{option} of at least 1, found {getattr(self, name)}.")
        if not self.lambda_reconstruction >= 0:
            raise ValueError(
                "Expected --lambda-reconstruction of at least 0, found "
                f"{self.lambda_reconstruction}."
            )


def inference_terms(
    found: tuple[Tensor, Tensor], noise: Tensor, labels: Tensor | None
) -> dict[str, Tensor]:
    """The losses of Q(x) on generated images, whose noise and class are known.

    noise: E (z - z^)^2, averaged over the dimensions too: 1 is a guess of 0 everywhere. class:
    -E log Q(y | x), where there are classes.

    Args:
        found: z^ (N, D) and logits (N, K).
        noise, labels: z (N, D), y (N,) or None.
    """
    terms = {"noise": F.mse_loss(found[0], noise)}
    if labels is not None:
        terms["class"] = F.cross_entropy(found[1], labels)
    return terms


def reconstruct(generator: nn.Module, found: tuple[Tensor, Tensor]) -> Tensor:
    """G(z^, y^), (N, C, H, W) in [-1, 1], with the likeliest class; gradients reach z^ alone."""
    noise, logits = found
    return generator(near(noise), logits.argmax(1) if logits.shape[1] else None)


def fit(sampler: Sampler, real: LabelledImages, options: Options) -> nn.Module:
    """Train the encoder of a generator with AdamW and a one-cycle schedule (Smith 2018)."""
    torch.manual_seed(options.seed)
    generator, classes = sampler.network, len(sampler.class_names)
    encoder = build(ENCODERS, **described(sampler))
    optimiser = torch.optim.AdamW(encoder.parameters(), weight_decay=1e-4, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, options.lr, total_steps=options.steps + 1
    )
    order = iter(Order(len(real), options.batch_size, options.seed))
    progress = tqdm(range(options.steps), "Training an encoder", mininterval=10)
    began = time.monotonic()
    for step in progress:
        noise = sampler.noise(options.batch_size, (options.seed + step) % MAX_SEED)
        labels = torch.randint(classes, (options.batch_size,)) if classes else None
        images = real.__getitems__(next(order)).images
        with torch.autocast("cpu", torch.bfloat16, enabled=has_bfloat16()):
            with torch.no_grad():
                generated = generator(noise, labels)
            found = [part.float() for part in encoder(torch.cat([generated, images]))]
            of_generated, of_real = zip(*(part.chunk(2) for part in found), strict=True)
            terms = inference_terms(of_generated, noise, labels)
            if options.lambda_reconstruction:
                error = F.mse_loss(reconstruct(generator, of_real).float(), images)
                terms["reconstruction"] = options.lambda_reconstruction * error
        optimiser.zero_grad()
        torch.stack(list(terms.values())).sum().backward()
        optimiser.step()
        schedule.step()
        if step % SAY_EVERY == 0 or step == options.steps - 1:
            progress.set_postfix({name: f"{term.item():.4f}" for name, term in terms.items()})
        if options.max_minutes and time.monotonic() - began > 60 * options.max_minutes:
            progress.write(f"Stopped at --max-minutes {options.max_minutes:g}.")
            break
    return encoder.eval().requires_grad_(False)


def described(sampler: Sampler) -> dict:
    """Name and arguments of the encoder that fits a generator, as they stand in config.json."""
    arguments = {
        "size": sampler.size,
        "channels": sampler.channels,
        "classes": len(sampler.class_names),
        "noise_dim": sampler.noise_dim,
    }
    return {"name": "convolutional", "arguments": arguments}


def load_sampler(model: str) -> Sampler:
    """The exported model of that name, which has to draw.

    Raises:
        ValueError: it translates.
    """
    found = models.load(model)
    if not isinstance(found, Sampler):
        raise ValueError(
            f"Expected a model that draws images from noise, found {model}, which translates them."
        )
    return found


def main(arguments: list[str] | None = None) -> None:
    options = parse_simple(Options, __doc__, arguments)
    sampler = load_sampler(options.model)
    if sampler.takes_words:
        raise ValueError(
            f"Expected a model that draws without words, found {sampler.name}; no encoder finds "
            "the words of a picture yet."
        )
    data = options.data or sampler.config["training"]["data"]
    real = images_for(sampler, data)
    folder = place_for(sampler, options.name)
    encoder = fit(sampler, real, options)
    save_encoder(copied_to(folder, sampler), encoder, described(sampler))
    print(
        f"The encoder stands in {folder}; `python -m training.metrics.reconstruction` measures it."
    )


if __name__ == "__main__":
    run_main(main)
