"""What a translator remembers within a scene, and forgets at its end."""

import numpy as np
import torch
from clips_made import pan, photograph
from PIL import Image

from models import tiles
from models.clips.memory import OLD, STILL_WEIGHT, Memory, SteadyNorm, steady
from models.networks.layers import InstanceNorm

FAST = {"precision": "fp32"}


def pixels(image: Image.Image) -> np.ndarray:
    return np.asarray(image, np.float32)


def test_the_first_frame_is_translated_as_a_picture(translator):
    frame = pan(1)[0]
    alone = translator.translate(frame, **FAST)
    assert np.abs(pixels(steady(translator).translate(frame, **FAST)) - pixels(alone)).max() <= 1


def test_statistics_are_blended_and_forgotten():
    """s_t = 0.8 s_(t-1) + 0.2 s(x_t)."""
    norm, plain = SteadyNorm(2).eval(), InstanceNorm(2).eval()
    torch.manual_seed(0)
    one, other = torch.randn(1, 2, 8, 8), 3 * torch.randn(1, 2, 8, 8) + 1
    assert torch.allclose(norm(one), plain(one), atol=1e-5)
    found = norm(other)
    mean = OLD * one.mean((2, 3)) + (1 - OLD) * other.mean((2, 3))
    variance = OLD * one.var((2, 3), correction=0) + (1 - OLD) * other.var((2, 3), correction=0)
    expected = (other - mean[..., None, None]) / (variance[..., None, None] + norm.eps).sqrt()
    assert torch.allclose(found, expected, atol=1e-5)
    norm.statistics = None
    assert torch.allclose(norm(other), plain(other), atol=1e-5)


def test_statistics_are_blended_in_tiles_too(translator, monkeypatch):
    """Of a frame too large to be translated at once."""
    monkeypatch.setattr(tiles, "WHOLE", 40 * 40)
    first, second = pan(2)
    found = {}
    for name, frames in {"first": [first], "second": [second], "both": [first, second]}.items():
        model = steady(translator)
        for frame in frames:
            model.translate(frame, **FAST)
        norm = next(one for one in model.networks.modules() if isinstance(one, SteadyNorm))
        found[name] = norm.statistics[1]
    blended = found["second"].lerp(found["first"], OLD)
    assert torch.allclose(found["both"], blended, atol=1e-5)


def test_a_scene_begins_where_nothing_is_found_again(translator):
    model = steady(translator)
    cuts = []
    for frame in [*pan(3, seed=1), *pan(3, seed=2)]:
        made = model.translate(frame, **FAST)
        cuts.append(model.memory.cut)
        if len(cuts) == 4:
            alone = translator.translate(frame, **FAST)
            assert np.abs(pixels(made) - pixels(alone)).max() <= 1
    assert cuts == [True, False, False, True, False, False]


def test_another_size_begins_anew(translator):
    model = steady(translator)
    for size in ((64, 48), (48, 64)):
        assert model.translate(Image.new("RGB", size), **FAST).size == size
        assert model.memory.cut


def test_a_noisy_still_flickers_far_less(translator):
    stream = np.random.default_rng(0)
    still = photograph(64, 48).astype(np.float32)
    noisy = [
        Image.fromarray((still + stream.normal(0, 4, still.shape)).clip(0, 255).astype(np.uint8))
        for _ in range(8)
    ]
    model = steady(translator)
    flicker = {}
    for name, each in (("alone", translator), ("steady", model)):
        made = np.stack([pixels(each.translate(frame, **FAST)) for frame in noisy])
        flicker[name] = made[3:].std(0).mean()
    assert flicker["steady"] < 0.4 * flicker["alone"]


def test_noise_in_a_plain_area_does_not_move_where_the_camera_stands():
    memory, stream = Memory(torch.nn.ModuleDict()), np.random.default_rng(0)
    still = photograph(96, 64).astype(np.float32) / 255
    still[:, 48:] = 0.5
    memory.seen, now = (
        (still + stream.normal(0, 0.01, still.shape)).astype(np.float32) for _ in range(2)
    )
    moved, weight, still = memory.followed(now)
    assert not memory.cut
    assert np.abs(moved[:, 48:]).max() == 0
    assert still[:, 48:].mean() > 0.9 and weight[:, 48:].mean() > 0.9 * STILL_WEIGHT


def test_a_frame_is_blended_with_the_one_before_where_the_camera_stands():
    """What the network is given has less noise, and a thing that appears is there at once."""
    memory, stream = Memory(torch.nn.ModuleDict()), np.random.default_rng(0)
    still = torch.from_numpy(photograph(96, 64).astype(np.float32) / 127.5 - 1)
    given, directed = [], []

    def make(images, edges):
        given.append(images)
        directed.append(edges)
        return images

    for index in range(8):
        noise = torch.from_numpy(stream.normal(0, 0.02, still.shape).astype(np.float32))
        frame = still + noise
        if index == 7:
            frame[20:40, 20:40] = -still[20:40, 20:40].sign()
        memory.following(frame.permute(2, 0, 1)[None], make)
    noises = [(one[0].permute(1, 2, 0) - still).std().item() for one in given]
    assert noises[6] < 0.5 * noises[0]
    appeared = given[7][0].permute(1, 2, 0)[20:40, 20:40] + still[20:40, 20:40].sign()
    assert appeared.abs().mean() < 0.05
    # strokes keep to the first frame, but where the thing is
    kept = (directed[7] == directed[0]).all(1)[0]
    assert kept[44:, 44:].float().mean() > 0.95 > 0.5 > kept[22:38, 22:38].float().mean()


def test_a_model_is_left_as_it_was(translator):
    before = translator.translate(pan(1)[0], **FAST).tobytes()
    model = steady(translator)
    for frame in pan(2, seed=3):
        model.translate(frame, **FAST)
    assert translator.memory is None
    assert translator.translate(pan(1)[0], **FAST).tobytes() == before
