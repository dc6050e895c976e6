"""What a generator remembers of single things, found by the nearest words: a vector, and a small
picture by each hand that drew it."""

import torch
from torch import nn
from torch.nn import functional as F

REMEMBERED = 256  # numbers of a vector
LONGEST = 2 * REMEMBERED**0.5  # twice as long as they begin
SHARPNESS = 20.0  # of the choice: what cosines are multiplied by before the softmax
LIKELY = 0.25  # of the likeliest thing's share
OWN_SEEN, OTHERS_SEEN = 0.2, 0.85  # how often, in training, a thumbnail is
OWN_SHOWN = 0.82  # afterwards, of the hand that is asked for
WHITE = 235  # of 255: the ground from there on
LEAST = 0.1  # of a picture's side: nothing counts as smaller


def spread(noise: torch.Tensor) -> torch.Tensor:
    """Normal numbers to how many of a hundred, as a share, are nearer to 0: evenly in [0, 1]."""
    return torch.erf(noise.abs() / 2**0.5)


def rescaled(pictures: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
    """Pictures (N, C + 1, H, W), so many times (N,) as large about their middle. Their last plane
    is the same everywhere, and white: around them where they become smaller."""
    height, width = pictures.shape[2:]
    y, x = torch.meshgrid(centres(height, pictures), centres(width, pictures), indexing="ij")
    grid = torch.stack([x, y], 2) / scale.float()[:, None, None, None]
    white = pictures[:, -1:]
    drawn = F.grid_sample((pictures - white).float(), grid, align_corners=False)
    return drawn.to(pictures.dtype) + white


def centres(pixels: int, like: torch.Tensor) -> torch.Tensor:
    """Where pixels in a row have their middle, from -1 to 1, on the device of another tensor."""
    return (2 * torch.arange(pixels, device=like.device) + 1) / pixels - 1


class Thumbnails(nn.Module):
    """Small pictures of each thing by each hand, kept as they are and not learned: what is drawn
    follows one of them and sees the others (as Blattmann et al. 2022, Retrieval-Augmented Diffusion
    Models, give a generator the nearest pictures).

    The picture by the hand that is asked for is followed where it is seen, else that of another
    hand. In training its own is mostly hidden, and one of another hand now and then. So a thing
    that a hand never drew is drawn after what another hand made of it, as was learned on things of
    which the truth is known.

    Hands draw things larger or smaller in the picture: what is followed is first brought to the
    size at which the hand that is asked for draws, by the means of both, as far as it fits.

    Afterwards numbers of z, from the second on, hide one where they are far from 0, so that a thing
    by a hand that has drawn it comes out in several ways: by truncation that is rarer, and at z = 0
    all are seen. Of others that one is followed whose number is nearest to 0.

    Shapes: shares (N, M) of the things, told (N, hands), one-hot or a blend, z (N, noise_dim) ->
    (N, slots (C + 1) H W): of what is followed, and of each hand where there are several, the
    picture and a plane that is 1 where there is one; and (N, 1 + hands): the share of what the hand
    that is asked for has drawn, and whose picture is followed, one-hot.

    Args:
        things: M.
        hands: 0 for one that is not told.
        shape: (C, H, W) of a picture.
    """

    pictures: torch.Tensor
    there: torch.Tensor
    extents: torch.Tensor
    reaches: torch.Tensor

    def __init__(self, things: int, hands: int, shape: tuple[int, ...]):
        super().__init__()
        self.told = hands > 0
        kept = (things, max(1, hands))
        self.register_buffer("pictures", torch.zeros(*kept, *shape, dtype=torch.uint8))
        self.register_buffer("there", torch.zeros(*kept, dtype=torch.uint8))
        self.register_buffer("extents", torch.ones(kept[1]), persistent=False)
        self.register_buffer("reaches", torch.ones(*kept), persistent=False)
        self.register_load_state_dict_post_hook(lambda module, _: module.measure())

    def keep(self, pictures: torch.Tensor, there: torch.Tensor) -> None:
        """Keep pictures (M, hands, C, H, W) in [-1, 1]; `there` (M, hands) says which ones are."""
        self.pictures.copy_(((pictures + 1) * 127.5).round())
        self.there.copy_(there)
        self.measure()

    def measure(self) -> None:
        """How much of the picture's side each hand's things take, their mean, (hands,), and how far
        each picture's reach from its middle to its edge, (M, hands); 1 where the ground is not
        white."""
        self.reaches = torch.ones_like(self.there, dtype=torch.float32)
        self.extents = self.reaches[0].clone()
        if not self.on_white():
            return
        drawn = (self.pictures < WHITE).any(2)
        rows, columns = drawn.any(3), drawn.any(2)
        sides = torch.maximum(rows.sum(2), columns.sum(2)) / drawn.shape[-1]
        there = self.there * (sides > 0)
        mean = (sides * there).sum(0) / there.sum(0).clamp(min=1)
        self.extents = mean.where(mean > 0, 1)
        away = centres(drawn.shape[-1], drawn).abs() + 1 / drawn.shape[-1]  # a pixel's outer edge
        self.reaches = ((rows | columns) * away).amax(2)

    def on_white(self) -> bool:
        """Whether the corners of nearly all pictures are white."""
        corners = self.pictures[self.there.bool()][:, :, [0, 0, -1, -1], [0, -1, 0, -1]]
        white = (corners > 250).all(1).all(1)
        return len(white) > 0 and white.float().mean().item() > 0.9

    def chosen(
        self, known: torch.Tensor, own: torch.Tensor, noise: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """A number in [0, 1] for each picture (N, hands), of which the lowest is followed first,
        and which ones are seen; afterwards one at least of what there is."""
        if self.training:
            level = torch.rand_like(known)
            return level, level <= OWN_SEEN * own + OTHERS_SEEN * (1 - own)
        level = spread(noise)[:, 1 : 1 + known.shape[1]]
        nearest = F.one_hot((level - 4 * known).argmin(1), known.shape[1]).bool()
        return level, nearest | (level <= OWN_SHOWN * own + OTHERS_SEEN * (1 - own))

    def forward(
        self, shares: torch.Tensor, told: torch.Tensor, noise: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        known = shares @ self.there.to(shares.dtype)
        pictures = (self.pictures * self.there[..., None, None, None]).flatten(1)
        shown = (shares @ pictures.to(shares.dtype)).unflatten(1, self.pictures.shape[1:])
        shown = shown / 127.5 - known[..., None, None, None]  # of what is there, in [-1, 1]
        own = told if self.told else torch.ones_like(known)
        level, seen = self.chosen(known, own, noise)
        known, shown = known * seen, shown * seen[..., None, None, None]
        plane = known[..., None, None, None].expand(-1, -1, 1, *shown.shape[-2:])
        slots = torch.cat([shown, plane], 2)
        first = (level - 2 * own - 4 * known).argmin(1)  # what there is; of that its own
        followed = F.one_hot(first, known.shape[1]) * known
        if self.told:
            picture = (slots * followed[..., None, None, None]).sum(1)
            scale = (told.float() @ self.extents) / self.extents[first]
            reach = (shares.float() @ self.reaches).gather(1, first[:, None])[:, 0]
            scale = torch.minimum(scale, 1 / reach.clamp(min=LEAST)).clamp(min=LEAST)
            slots = torch.cat([rescaled(picture, scale)[:, None], slots], 1)
        return slots.flatten(1), torch.cat([(known * own).sum(1, keepdim=True), followed], 1)


class Memory(nn.Module):
    """sum_i softmax_i(cos(w, k_i) / t) v_i: what was learned under the keys nearest to a vector w
    (Miller et al. 2016, Key-Value Memory Networks, equations 1 and 2; t is 1 / `SHARPNESS`). A
    v_i counts as no longer than `LONGEST`.

    Words of things are near each other, so that linear layers tell a thousand of them apart only
    slowly; with a key at each caption every thing has a vector of its own, as a class has. Where
    thumbnails are kept, the vector tells the details of what the hand that is asked for has drawn,
    and counts as much as this was seen.

    Shapes: (N, D), of which the first `key_dim` are w and the others the hand, one-hot or a blend,
    and z (N, noise_dim) -> (N, REMEMBERED), and after it, where there are thumbnails, (N, hands) of
    whose is followed and what they show.

    Args:
        hands: how many can be told, for thumbnails.
        thumbnail: (C, H, W), () for none.
    """

    def __init__(
        self, memories: int, key_dim: int, hands: int = 0, thumbnail: tuple[int, ...] = ()
    ):
        super().__init__()
        # stay where the captions are: keys that learn move away from them, and some are lost
        self.keys = nn.Parameter(torch.empty(memories, key_dim), requires_grad=False)
        self.values = nn.Parameter(torch.empty(memories, REMEMBERED))
        self.thumbnails = Thumbnails(memories, hands, thumbnail) if thumbnail else None
        nn.init.normal_(self.keys)
        nn.init.normal_(self.values)

    def on_white(self) -> bool:
        """Whether it keeps pictures, and of things on white ground."""
        return self.thumbnails is not None and self.thumbnails.on_white()

    def shares(self, words: torch.Tensor) -> torch.Tensor:
        """How much each thing is meant by words (N, key_dim): (N, M), together 1."""
        nearness = F.normalize(words, dim=1) @ F.normalize(self.keys, dim=1).T
        return (SHARPNESS * nearness).softmax(1)

    def settled(self, told: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
        """What is told, with words that may mean several things brought to the key of one of them:
        drawn together these would be a blur.

        By its share a thing is chosen among those that are at least `LIKELY` times as likely as the
        likeliest (nucleus sampling, Holtzman et al. 2020, with a bound that follows the best). The
        choice is that of the first number of z, (N, D): the likeliest where it is 0.
        """
        words, hand = told.tensor_split([self.keys.shape[1]], 1)
        ranked, order = self.shares(words).sort(1, descending=True)
        ranked = ranked.where(ranked >= LIKELY * ranked[:, :1], 0)
        level = spread(noise[:, :1]) * ranked.sum(1, keepdim=True)
        place = (ranked.cumsum(1) <= level).sum(1, keepdim=True)
        place = torch.minimum(place, (ranked > 0).sum(1, keepdim=True) - 1)
        keys = F.normalize(self.keys[order.gather(1, place)[:, 0]], dim=1)
        return torch.cat([keys * keys.shape[1] ** 0.5, hand], 1)

    def forward(self, told: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
        words, hand = told.tensor_split([self.keys.shape[1]], 1)
        shares = self.shares(words).to(self.values.dtype)
        # a rarely seen one that ran away, to where tanh is flat, would not come back
        longer = self.values.norm(dim=1, keepdim=True) / LONGEST
        found = shares @ (self.values / longer.clamp(min=1))
        if self.thumbnails is None:
            return found
        shown, known = self.thumbnails(shares, hand, noise)
        return torch.cat([known[:, :1] * found, known[:, 1:], shown], 1)
