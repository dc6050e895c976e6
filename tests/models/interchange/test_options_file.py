"""Options beside a checkpoint of the reference: what they say that its weights do not."""

import pytest
import torch
from helpers import call_module
from reference import ResNet, UNet, trained

import models
from models.config import InvalidModel
from models.interchange.import_checkpoints import import_checkpoints
from models.translator import Translator


def options_file(path, **options) -> None:
    """As the reference writes it: names to the right, what differs from the default beside it."""
    beside = {"crop_size": "256", "direction": "AtoB"}
    lines = ["----------------- Options ---------------"]
    for key, value in sorted(options.items()):
        default = f"\t[default: {beside[key]}]" if key in beside else ""
        lines.append(f"{key:>25}: {value!s:<30}{default}")
    lines.append("----------------- End -------------------")
    path.write_text("\n".join(lines) + "\n")


def imported(folder, network, said=None, **chosen) -> Translator:
    """The model of a checkpoint in a folder, with what is said of the options beside it."""
    torch.save(trained(network).state_dict(), folder / "latest_net_G.pth")
    words: list[str] = [] if said is None else said
    import_checkpoints([folder / "latest_net_G.pth"], folder / "model", **chosen, say=words.append)
    assert said is not None or not words
    return models.load(folder / "model")


@pytest.mark.parametrize("name", ["train_opt.txt", "opt.txt", "test_opt.txt"])
def test_size_and_direction_are_those_of_the_options_beside_it(tmp_path, name):
    options_file(
        tmp_path / name,
        **{"crop_size": 512, "load_size": 572, "direction": "BtoA", "model": "cycle_gan"},
        **{"netG": "resnet_2blocks", "ngf": 4, "norm": "instance", "input_nc": 3, "output_nc": 3},
        **{
            "no_dropout": True,
            "preprocess": "resize_and_crop",
            "dataroot": "C:\\x: y",
            "suffix": "",
        },
    )
    translator = imported(tmp_path, ResNet())
    assert translator.size == 512
    assert translator.domains == ["B", "A"]
    said = {"options_file": name, "crop_size": 512, "direction": "BtoA"}
    assert translator.config["training"]["options"] == {"A to B": "latest_net_G.pth", **said}


def test_options_as_they_were_called_and_written_before_count_too(tmp_path):
    (tmp_path / "opt.txt").write_text(
        "------------ Options -------------\n"
        "fineSize: 128\nloadSize: 143\nngf: 4\nnorm: batch\nresize_or_crop: resize_and_crop\n"
        "which_direction: BtoA\nwhich_model_netG: unet_32\n"
        "-------------- End ----------------\n"
    )
    translator = imported(tmp_path, UNet(levels=5))
    assert (translator.size, translator.domains) == (128, ["B", "A"])


def test_the_options_of_the_training_come_before_those_of_a_test(tmp_path):
    options_file(tmp_path / "test_opt.txt", crop_size=128)
    options_file(tmp_path / "train_opt.txt", crop_size=512)
    assert imported(tmp_path, ResNet()).size == 512


@pytest.mark.parametrize(
    ("preprocess", "size"),
    [("scale_width_and_crop", 128), ("crop", 128), ("scale_width", 192), ("none", 256)],
)
def test_without_crops_the_size_is_that_to_which_pictures_were_scaled(tmp_path, preprocess, size):
    options_file(tmp_path / "opt.txt", preprocess=preprocess, crop_size=128, load_size=192)
    assert imported(tmp_path, ResNet()).size == size


def test_the_test_of_one_generator_does_not_know_its_direction(tmp_path):
    """--model test says AtoB whatever the training was."""
    options_file(tmp_path / "test_opt.txt", model="test", direction="BtoA", crop_size=512)
    translator = imported(tmp_path, ResNet())
    assert (translator.size, translator.domains) == (512, ["A", "B"])


@pytest.mark.parametrize(("without", "rate"), [("True", 0.0), ("False", 0.5)])
def test_a_unet_has_the_dropout_that_the_options_say(tmp_path, without, rate):
    options_file(tmp_path / "train_opt.txt", no_dropout=without)
    translator = imported(tmp_path, UNet(levels=5))
    assert translator.config["network"]["arguments"]["dropout"] == rate


def test_a_resnet_has_the_dropout_that_its_keys_say(tmp_path):
    options_file(tmp_path / "test_opt.txt", no_dropout=True)
    translator = imported(tmp_path, ResNet(dropout=True))
    assert translator.config["network"]["arguments"]["dropout"] == 0.5


def test_what_is_given_by_hand_wins(tmp_path):
    options_file(tmp_path / "train_opt.txt", crop_size=512, direction="BtoA")
    translator = imported(tmp_path, ResNet(), domains=("horse", "zebra"), size=128)
    assert (translator.size, translator.domains) == (128, ["horse", "zebra"])


@pytest.mark.parametrize(("size", "unet"), [(250, False), (0, False), (8, False), (48, True)])
def test_a_size_by_hand_that_cannot_be_is_refused(tmp_path, size, unet):
    network = UNet(levels=5) if unet else ResNet()
    with pytest.raises(InvalidModel, match=rf"Expected a size of \d+ to 8192 .*, found {size}\."):
        imported(tmp_path, network, size=size)
    assert not (tmp_path / "model").exists()


OTHERS = {
    "netG": "unet_256",
    "ngf": 64,
    "norm": "batch",
    "normG": "none",
    "input_nc": 1,
    "output_nc": 1,
    "no_antialias": False,
    "no_antialias_up": False,
}


@pytest.mark.parametrize("key", OTHERS)
def test_options_of_another_network_are_passed_over_and_said_to_be(tmp_path, key):
    options_file(tmp_path / "opt.txt", crop_size=512, **{key: OTHERS[key]})
    translator = imported(tmp_path, ResNet(), said := [])
    assert translator.size == 256
    assert translator.config["training"]["options"] == {"A to B": "latest_net_G.pth"}
    (words,) = said
    shown = key.removesuffix("G") if key == "normG" else key
    assert f"found {shown} '{OTHERS[key]}'; it is passed over" in words
    assert str(tmp_path / "opt.txt") in words


def test_options_of_cut_belong_to_its_antialiased_generators(tmp_path):
    options_file(tmp_path / "train_opt.txt", crop_size=128, no_antialias=False, normG="instance")
    assert imported(tmp_path, ResNet(antialias=True)).size == 128


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x80\xff" * 1000, b"to whom it may concern: hello", b"crop_size\n512\n"],
    ids=["empty", "binary", "a letter", "no colons"],
)
def test_a_file_that_holds_no_options_is_passed_over_and_said_to_be(tmp_path, content):
    (tmp_path / "opt.txt").write_bytes(content)
    translator = imported(tmp_path, ResNet(), said := [])
    assert (translator.size, translator.domains) == (256, ["A", "B"])
    assert said == [
        f"Expected lines like 'crop_size: 256' in {tmp_path / 'opt.txt'}, found none; it is passed "
        "over."
    ]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *[("crop_size", value) for value in ("many", "", -256, 250, 10**9, "9" * 9999, "２５６")],
        ("direction", "sideways\x1b[31m"),
    ],
)
def test_an_absurd_value_is_passed_over_and_said_to_be(tmp_path, key, value):
    options_file(tmp_path / "opt.txt", **{key: value})
    translator = imported(tmp_path, ResNet(), said := [])
    assert (translator.size, translator.domains) == (256, ["A", "B"])
    (words,) = said
    assert key in words
    assert str(tmp_path / "opt.txt") in words
    assert len(words) < 400
    assert words.isprintable()


def test_from_python_what_is_passed_over_is_a_warning(tmp_path):
    (tmp_path / "opt.txt").write_text("crop_size: many")
    torch.save(ResNet().state_dict(), tmp_path / "net_G.pth")
    with pytest.warns(UserWarning, match="found 'many'; it is passed over"):
        import_checkpoints([tmp_path / "net_G.pth"], tmp_path / "model")


def test_the_shell_says_what_it_read_and_what_it_did_not(tmp_path):
    options_file(tmp_path / "train_opt.txt", crop_size=512, direction="sideways")
    torch.save(ResNet().state_dict(), tmp_path / "net_G.pth")
    done = call_module("models", "import", tmp_path / "net_G.pth", "--out", tmp_path / "model")
    assert "train_opt.txt beside net_G.pth says: crop_size 512\n" in done.stdout
    assert done.stderr.count("\n") == 1
    assert "found 'sideways'; it is passed over." in done.stderr
    by_hand = ("--size", "128", "--direction", "BtoA")
    call_module("models", "import", tmp_path / "net_G.pth", "--out", tmp_path / "second", *by_hand)
    second = models.load(tmp_path / "second")
    assert (second.size, second.domains) == (128, ["B", "A"])
