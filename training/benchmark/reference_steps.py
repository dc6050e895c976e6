"""Training steps as the reference implementation takes them, for `training.benchmark` to compare
with: float32, PyTorch's own convolutions, one call for each pass in the reference's order, default
Adam, no average."""

from collections.abc import Iterable
from itertools import chain
from types import MethodType

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from models.networks.small_convolutions import StridedConvolution, TransposedConvolution
from training import cyclegan, pix2pix
from training.data.paired.paired_images import PairBatch
from training.data.unpaired.unpaired_images import UnpairedBatch
from training.engine.image_pool import ImagePool
from training.losses.objectives import OBJECTIVES


class ReferencePix2pix:
    """D, then G (Isola et al. 2017)."""

    def __init__(self, options: pix2pix.Options, networks: dict[str, nn.Module]):
        self.generator = with_plain_convolutions(networks["generator"])
        self.critic = with_plain_convolutions(networks["critic"])
        self.of_generator, self.of_critic = (
            adam(options, network.parameters()) for network in (self.generator, self.critic)
        )
        self.objective, self.lambda_l1 = OBJECTIVES[options.gan_mode], options.lambda_l1

    def step(self, batch: PairBatch) -> None:
        given, wanted = batch.input, batch.target
        output = self.generator(given)

        self.critic.requires_grad_(True)
        self.of_critic.zero_grad()
        fake = self.critic(torch.cat([given, output.detach()], 1))
        real = self.critic(torch.cat([given, wanted], 1))
        (total(self.objective.critic(real, fake)) / 2).backward()
        self.of_critic.step()

        self.critic.requires_grad_(False)
        self.of_generator.zero_grad()
        fake = self.critic(torch.cat([given, output], 1))
        terms = self.objective.generator(fake, None)
        (total(terms) + self.lambda_l1 * F.l1_loss(output, wanted)).backward()
        self.of_generator.step()


class ReferenceCycleGAN:
    """Both G, then both D (Zhu et al. 2017)."""

    def __init__(self, options: cyclegan.Options, networks: dict[str, nn.Module]):
        self.there, self.back = map(with_plain_convolutions, networks["generator"].children())
        self.of_b, self.of_a = map(with_plain_convolutions, networks["critic"].children())
        generators = chain(self.there.parameters(), self.back.parameters())
        critics = chain(self.of_a.parameters(), self.of_b.parameters())
        self.of_generators, self.of_critics = adam(options, generators), adam(options, critics)
        self.objective, self.options = OBJECTIVES[options.gan_mode], options
        self.pools = [ImagePool(options.pool_size) for _ in "ab"]

    def step(self, batch: UnpairedBatch) -> None:
        a, b = batch
        fake_b = self.there(a)
        back_a = self.back(fake_b)
        fake_a = self.back(b)
        back_b = self.there(fake_a)

        for critic in (self.of_a, self.of_b):
            critic.requires_grad_(False)
        self.of_generators.zero_grad()
        identity = F.l1_loss(self.there(b), b) + F.l1_loss(self.back(a), a)
        cycle = F.l1_loss(back_a, a) + F.l1_loss(back_b, b)
        adversarial = total(self.objective.generator(self.of_b(fake_b), None)) + total(
            self.objective.generator(self.of_a(fake_a), None)
        )
        weight = self.options.lambda_cycle
        adversarial = self.options.lambda_gan * adversarial
        (adversarial + weight * (cycle + self.options.lambda_identity * identity)).backward()
        self.of_generators.step()

        self.of_critics.zero_grad()
        judged = ((self.of_a, a, fake_a), (self.of_b, b, fake_b))
        for (critic, real, fake), pool in zip(judged, self.pools, strict=True):
            critic.requires_grad_(True)
            of_real, of_fake = critic(real), critic(pool.exchange(fake))
            (total(self.objective.critic(of_real, of_fake)) / 2).backward()
        self.of_critics.step()


def with_plain_convolutions(network: nn.Module) -> nn.Module:
    """The network with PyTorch's own convolutions in the place of ours, but for resize
    convolutions, which PyTorch does not have."""
    for layer in network.modules():
        for own, plain in (
            (StridedConvolution, nn.Conv2d),
            (TransposedConvolution, nn.ConvTranspose2d),
        ):
            if isinstance(layer, own):
                setattr(layer, "forward", MethodType(plain.forward, layer))  # noqa: B010
    return network


def adam(
    options: pix2pix.Options | cyclegan.Options, parameters: Iterable[nn.Parameter]
) -> torch.optim.Optimizer:
    """Adam as PyTorch makes it unless told otherwise."""
    return torch.optim.Adam(parameters, options.lr, betas=(options.beta1, options.beta2))


def total(terms: dict[str, Tensor]) -> Tensor:
    """The sum of an objective's terms."""
    return torch.stack(list(terms.values())).sum()
