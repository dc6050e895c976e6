"""Checkpoints of the reference pix2pix and CycleGAN: what they draw is what the import draws."""

import copy
import os
import zipfile

import pytest
import torch
from reference import ResNet, UNet, assert_same_pictures, images, imported, trained
from torch import nn
from torch.nn import utils
from torch.nn.utils import parametrizations

from models.config import InvalidModel
from models.images import pixels_to_tensor, tensor_to_images
from models.interchange.import_checkpoints import import_checkpoints
from models.interchange.junyanz import key_map, read_generator
from models.networks import GENERATORS, build

CASES = {
    "instance norm": (ResNet(), 32),
    "batch norm": (ResNet(norm="batch"), 32),
    "instance norm, dropout": (ResNet(dropout=True), 32),
    "batch norm, dropout": (ResNet(norm="batch", dropout=True), 32),
    "no norm": (ResNet(norm="none"), 32),
    "no norm, dropout": (ResNet(norm="none", dropout=True, blocks=3), 32),
    "grey to RGB": (ResNet(before=1, width=6, blocks=1), 32),
    "CUT": (ResNet(antialias=True), 32),
    "CUT, batch norm, dropout": (ResNet(antialias=True, norm="batch", dropout=True, blocks=3), 32),
    "CUT, no norm, grey to RGB": (ResNet(1, antialias=True, norm="none", blocks=1), 32),
    "U-Net, batch norm": (UNet(), 128),
    "U-Net, instance norm": (UNet(norm="instance"), 128),
    "U-Net, no norm": (UNet(norm="none", width=2), 128),
    "U-Net of 5 levels, RGB to grey": (UNet(after=1, levels=5), 64),
}


@pytest.mark.parametrize("case", CASES)
def test_the_import_draws_what_the_original_draws(tmp_path, case):
    theirs, size = CASES[case]
    channels = 1 if "grey to RGB" in case else 3
    translator = imported(tmp_path, trained(theirs).state_dict())
    assert_same_pictures(translator, theirs, size, channels)
    kinds = {t.dtype for t in translator.networks.state_dict().values()}
    assert kinds <= {torch.float32, torch.int64}


@pytest.mark.parametrize("prefix", ["module.", "_orig_mod.", "module._orig_mod."])
def test_what_wrappers_put_before_keys_is_taken_off(tmp_path, prefix):
    theirs = trained(UNet(levels=5))
    state = {prefix + key: tensor for key, tensor in theirs.state_dict().items()}
    assert_same_pictures(imported(tmp_path, state), theirs, 32)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda state: {"epoch": 3, "state_dict": state, "optimizer": {"state": {}}},
        lambda state: {"model": {"netG": state, "netD": {"model.0.weight": torch.ones(4)}}},
        lambda state: {"g_ema": state, "g": ones("model.1.weight")},  # the average, as it is used
        lambda state: {f"netG.{key}": state[key] for key in state},
        lambda state: {f"module.generator.{key}": state[key] for key in state},
        lambda state: {
            "state_dict": {
                **{f"netG.module.{key}": state[key] for key in state},
                "netD.model.0.weight_orig": torch.ones(4, 3, 4, 4),
            }
        },
    ],
    ids=["state_dict", "parts of parts", "average", "netG.", "module.generator.", "Lightning"],
)
@pytest.mark.parametrize("network", [ResNet(), UNet(levels=5)], ids=["resnet", "unet"])
def test_a_generator_is_found_in_what_others_wrap_it_in(tmp_path, wrap, network):
    theirs = trained(network)
    assert_same_pictures(imported(tmp_path, wrap(theirs.state_dict())), theirs, 32)


def spectrally_normed(network: nn.Module, normed=utils.spectral_norm, channels=3) -> nn.Module:
    """A copy with spectral norm, after some steps of its power iteration, as in any training: with
    u and v as they are drawn sigma is next to nothing, and even theirs in float32 is 2e-4 away from
    theirs in float64."""
    theirs = trained(copy.deepcopy(network))
    torch.manual_seed(0)
    for module in list(theirs.modules()):
        if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
            normed(module)
    with torch.no_grad():
        for _ in range(8):
            theirs.train()(images(64, channels))
    return theirs.eval()


@pytest.mark.parametrize("normed", [utils.spectral_norm, parametrizations.spectral_norm])
@pytest.mark.parametrize("network", [ResNet(1, 3), UNet(levels=6), UNet(norm="instance", levels=5)])
def test_spectral_norm_is_folded_in(tmp_path, normed, network):
    """Transposed convolutions have their output channels second, and some are as wide as long."""
    channels = 1 if isinstance(network, ResNet) else 3
    theirs = spectrally_normed(network, normed, channels)
    state = theirs.state_dict()
    assert not any(key.endswith("1.weight") and state[key].ndim == 4 for key in state)
    translator = imported(tmp_path, state)
    assert_same_pictures(translator, theirs, 64, channels)
    given = images(64, channels).double()
    with torch.inference_mode():  # what is left is rounding, of the weights to float32
        ours = translator.networks["a_to_b"].double()(given)
        assert (ours - theirs.double()(given)).abs().max() <= 1e-6


def test_spectral_norm_as_old_versions_of_torch_saved_it_is_read(tmp_path):
    """The weight as it is used, beside the one that was trained and u; no v."""
    theirs = spectrally_normed(UNet(levels=5))
    state = {key: tensor for key, tensor in theirs.state_dict().items() if "weight_v" not in key}
    for name, module in theirs.named_modules():
        if hasattr(module, "weight_u"):
            state[f"{name}.weight"] = module.weight.detach()
    assert_same_pictures(imported(tmp_path, state), theirs, 64)


def test_the_old_serialisation_is_read(tmp_path):
    theirs = trained(ResNet())
    translator = imported(tmp_path, theirs.state_dict(), _use_new_zipfile_serialization=False)
    assert not zipfile.is_zipfile(tmp_path / "latest_net_G.pth")
    assert_same_pictures(translator, theirs, 32)


def test_batch_norm_without_num_batches_tracked_is_read(tmp_path):
    theirs = trained(UNet(levels=5))
    state = theirs.state_dict()
    state = {key: state[key] for key in state if not key.endswith("num_batches_tracked")}
    assert_same_pictures(imported(tmp_path, state), theirs, 32)


@pytest.mark.parametrize("theirs", [ResNet(), UNet(norm="instance", levels=5)])
def test_running_statistics_of_instance_norm_are_dropped(tmp_path, theirs):
    state = trained(theirs).state_dict()
    for name, module in theirs.named_modules():
        if isinstance(module, nn.InstanceNorm2d):
            state[f"{name}.running_mean"] = torch.ones(module.num_features)
            state[f"{name}.running_var"] = torch.ones(module.num_features)
            state[f"{name}.num_batches_tracked"] = torch.tensor(3)
    assert_same_pictures(imported(tmp_path, state), theirs, 32)


@pytest.mark.parametrize(
    ("network", "parameters", "entries"),
    [
        ({"name": "resnet", "arguments": {"blocks": 9}}, 11_378_179, 48),
        ({"name": "resnet", "arguments": {"blocks": 6}}, 7_837_699, 36),
        ({"name": "unet", "arguments": {"levels": 8}}, 54_413_955, 82),
        ({"name": "unet", "arguments": {"levels": 7}}, 41_828_995, 70),
    ],
)
def test_full_networks_have_the_published_files_keys(network, parameters, entries):
    unet = network["name"] == "unet"
    network["arguments"] |= {"norm": "batch" if unet else "instance", "dropout": 0.0}
    with torch.device("meta"):
        ours = build(GENERATORS, **network)
        theirs = (
            UNet(width=64, **{"levels": 8} | network["arguments"])
            if unet
            else ResNet(width=64, **network["arguments"])
        )
    keys = key_map(network, ours.state_dict())
    assert len(keys) == entries
    names = dict(ours.named_parameters())
    assert sum(names[name].numel() for name in keys.values() if name in names) == parameters
    shapes = {key: tensor.shape for key, tensor in theirs.state_dict().items()}
    assert shapes == {key: ours.state_dict()[name].shape for key, name in keys.items()}


@pytest.mark.parametrize("name", ["unet", "resnet"])
@pytest.mark.parametrize("norm", ["batch", "instance"])
@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_the_key_map_there_and_back_is_the_identity(tmp_path, name, norm, dropout):
    """Ours -> theirs -> ours; a U-Net comes back with the dropout that leaves no trace."""
    network = {"name": name, "arguments": {"norm": norm, "dropout": dropout, "width": 4}}
    depth = {"levels": 6} if name == "unet" else {"blocks": 3}
    network["arguments"] |= {"in_channels": 3, "out_channels": 1, **depth}
    ours = trained(build(GENERATORS, **network)).state_dict()
    keys = key_map(network, ours)
    assert sorted(keys.values()) == sorted(ours)
    torch.save({key: ours[name] for key, name in keys.items()}, tmp_path / "net_G.pth")
    found, back = read_generator(tmp_path / "net_G.pth")
    rate = 0.5 if name == "unet" else dropout
    assert found == {"name": name, "arguments": {**network["arguments"], "dropout": rate}}
    assert back.keys() == ours.keys()
    assert all(torch.equal(back[key], ours[key]) for key in ours)


def test_without_a_norm_the_biases_that_ours_has_more_are_zero(tmp_path):
    theirs = trained(ResNet(norm="none"))
    torch.save(theirs.state_dict(), tmp_path / "net_G.pth")
    _, tensors = read_generator(tmp_path / "net_G.pth")
    biases = [tensors[key] for key in tensors if key.endswith("bias")]
    assert sum(bool(bias.any()) for bias in biases) == 1
    assert len(biases) > 1


def test_half_precision_becomes_float32(tmp_path):
    state = {key: tensor.half() for key, tensor in trained(ResNet()).state_dict().items()}
    torch.save(state, tmp_path / "net_G.pth")
    _, tensors = read_generator(tmp_path / "net_G.pth")
    assert {tensor.dtype for tensor in tensors.values()} == {torch.float32}


# train mode


@pytest.mark.parametrize(
    "theirs", [UNet(levels=7), UNet(norm="instance", levels=6), ResNet(norm="batch", dropout=True)]
)
def test_train_mode_is_what_the_reference_draws_in_train_mode(tmp_path, theirs):
    """Isola et al. 2017, section 3.4: dropout on, batch norm with the image's own statistics."""
    translator = imported(tmp_path, trained(theirs).state_dict())
    (picture,) = tensor_to_images(images(128))
    found = translator.translate(picture, precision="fp32", train_mode=True, seed=5)
    torch.manual_seed(5)
    with torch.inference_mode():
        (expected,) = tensor_to_images(theirs.train()(pixels_to_tensor(picture)))
    assert (pixels_to_tensor(found) - pixels_to_tensor(expected)).abs().max() <= 1.01 / 127.5


def test_train_mode_leaves_the_model_and_torch_as_they_were(tmp_path):
    translator = imported(tmp_path, trained(UNet(levels=6)).state_dict())
    (picture,) = tensor_to_images(images(64))
    before = {key: tensor.clone() for key, tensor in translator.networks.state_dict().items()}
    still, stream = translator.translate(picture), torch.get_rng_state()
    drawn = [translator.translate(picture, train_mode=True, seed=seed) for seed in (1, 2, 1)]
    assert drawn[0] == drawn[2] != drawn[1]
    assert torch.equal(torch.get_rng_state(), stream)
    assert translator.translate(picture, seed=1) == translator.translate(picture, seed=2) == still
    after = translator.networks.state_dict()
    assert all(torch.equal(after[key], before[key]) for key in before)
    with pytest.raises(ValueError, match="Expected a seed"):
        translator.translate(picture, train_mode=True, seed=-1)


# what is refused


class Intruder:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("new", [True, False])
def test_code_in_a_file_is_named_and_not_run(tmp_path, new):
    path, trace = tmp_path / "net_G.pth", tmp_path / "trace"
    state = {**ResNet().state_dict(), "intruder": Intruder(trace)}
    torch.save(state, path, _use_new_zipfile_serialization=new)
    with pytest.raises(InvalidModel, match=r"found Python code \(\w+\.mkdir\), which is not run"):
        read_generator(path)
    assert not trace.exists()


def test_a_whole_network_in_place_of_its_state_dict_is_named(tmp_path):
    torch.save(nn.Conv2d(1, 1, 1), tmp_path / "net_G.pth")
    with pytest.raises(InvalidModel, match=r"torch.nn.modules.conv.Conv2d"):
        read_generator(tmp_path / "net_G.pth")


def ones(*keys: str) -> dict:
    return {key: torch.ones(4, 3, 4, 4) for key in keys}


def spectral(**vectors: torch.Tensor) -> dict:
    saved = {f"model.1.weight_{name}": vector for name, vector in vectors.items()}
    return {"model.1.weight_orig": torch.ones(4, 3, 7, 7), **saved}


BLURRED = ResNet(antialias=True).state_dict()
RESNET, SMALL = ResNet().state_dict(), UNet(levels=4).state_dict()
REFUSED = {
    "a list": ([1, 2], "found a list"),
    "nothing": ({}, "found an empty one"),
    "another project": (
        {"epoch": 3, "weights_of_mine": RESNET},
        "another program's checkpoint with the parts 'epoch', 'weights_of_mine'",
    ),
    "two generators": (
        {f"netG_{way}.{key}": RESNET[key] for way in "AB" for key in RESNET},
        "found 2, under 'netG_A', 'netG_B'; save each in a file of its own",
    ),
    "spectral norm without its u": (spectral(v=torch.ones(147)), "found no model.1.weight_u"),
    "spectral norm without its v": (spectral(u=torch.ones(4)), "found no model.1.weight_v"),
    "spectral norm of another layer": (
        spectral(u=torch.ones(9), v=torch.ones(147)),
        r"found u and v of the shapes \(9,\) and \(147,\)",
    ),
    "spectral norm with a number for u": (
        spectral(u=torch.tensor(1.0), v=torch.ones(147)),
        r"found u and v of the shapes \(\) and \(147,\)",
    ),
    "keys that are numbers": ({0: torch.ones(1)}, "with the parts 0"),
    "whole numbers": ({"model.1.weight": torch.ones(1).long()}, "no plain tensor"),
    "an odd blur": ({**RESNET, "model.7.filt": torch.ones(1)}, "another one in 'model.7.filt'"),
    "blurs of one way": (
        {k: v for k, v in BLURRED.items() if v.shape[-1] != 4 or "filt" not in k},
        "found 2 blurs; train it without --no_antialias_up",
    ),
    "CUT's projections": (ones("mlp_0.0.weight"), "projections of CUT .*'mlp_0.0.weight'"),
    "a critic": (ones(*(f"model.{i}.weight" for i in (0, 2, 5, 8, 11))), "a PatchGAN critic"),
    "a pixel critic": (ones("net.0.weight", "net.2.weight"), "a pixel critic"),
    "unknown keys": (ones("encoder.1.weight"), "found 'encoder.1.weight'"),
    "a key too few": ({k: RESNET[k] for k in RESNET if k != "model.4.bias"}, "'model.4.bias' is"),
    "a key too many": ({**RESNET, "model.3.weight": torch.ones(4)}, "'model.3.weight' does not"),
    "another shape": ({**RESNET, "model.4.bias": torch.ones(3)}, r"has the shape \(3,\) instead"),
    "no convolution": ({**RESNET, "model.1.weight": torch.ones(3)}, r"found the shape \(3,\)"),
    "no last layer": ({k: RESNET[k] for k in RESNET if "19" not in k}, "'model.19.weight'.*none"),
    "two blocks lost": (
        {k: v for k, v in SMALL.items() if "model.3.model" not in k},
        "U-Net of 4 to 10 levels, found 2",
    ),
    "two channels": (ResNet(2, 3).state_dict(), "found one from 2 to 3"),
    "no numbers": ({**RESNET, "model.4.bias": torch.full((8,), torch.nan)}, "finite numbers"),
    "one number called many": (
        {"model.1.weight": torch.ones(1).expand(10**5, 10**5)},
        "10,000,000,000 numbers, more than 1 GB",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_anything_else_is_refused_in_one_sentence(tmp_path, case):
    content, words = REFUSED[case]
    torch.save(content, tmp_path / "net_G.pth")
    with pytest.raises(InvalidModel, match=words) as refused:
        import_checkpoints([tmp_path / "net_G.pth"], tmp_path / "model")
    assert "net_G.pth" in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "model").exists()


def test_files_that_are_no_checkpoints_are_refused(tmp_path):
    path = tmp_path / "net_G.pth"
    with pytest.raises(InvalidModel, match="no such file"):
        read_generator(path)
    for content in (b"", b"GIF89a" * 100, b"\x80\x02}q\x00."[:3]):
        path.write_bytes(content)
        with pytest.raises(InvalidModel, match="found damage or another format"):
            read_generator(path)
    torch.save(RESNET, path)
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(InvalidModel, match="found damage or another format"):
        read_generator(path)


def test_files_above_a_gigabyte_are_refused_unread(tmp_path):
    path = tmp_path / "net_G.pth"
    with path.open("wb") as file:
        file.truncate(2**30 + 1)  # sparse: it takes no room
    with pytest.raises(InvalidModel, match="at most 1 GB .* found 1,073,741,825 bytes"):
        read_generator(path)


def test_a_small_zip_of_gigabytes_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr("models.interchange.junyanz.MAX_WEIGHT_BYTES", 10**6)
    with zipfile.ZipFile(tmp_path / "net_G.pth", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data/0", bytes(10**6 + 1))
    assert (tmp_path / "net_G.pth").stat().st_size < 10_000
    with pytest.raises(InvalidModel, match="found 1,000,001 bytes"):
        read_generator(tmp_path / "net_G.pth")
