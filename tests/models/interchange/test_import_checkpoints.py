"""Exported models made of checkpoints: one or both directions, what they say, and the shell."""

import pytest
import torch
import yaml
from helpers import call_module
from PIL import Image
from reference import ResNet, UNet, images, trained
from torch import nn

import models
from models.config import InvalidModel
from models.interchange.import_checkpoints import import_checkpoints

# both directions


def save_pair(tmp_path, there: nn.Module, back: nn.Module) -> list:
    paths = [tmp_path / "latest_net_G_A.pth", tmp_path / "latest_net_G_B.pth"]
    for path, network in zip(paths, (there, back), strict=True):
        torch.save(network.state_dict(), path)
    return paths


def test_two_files_give_both_directions(tmp_path):
    there, back = trained(ResNet(3, 1), seed=1), trained(ResNet(1, 3), seed=2)
    import_checkpoints(save_pair(tmp_path, there, back), tmp_path / "model", domains=("a", "b"))
    translator = models.load(tmp_path / "model")
    assert translator.directions == ["A to B", "B to A"]
    assert translator.domains == ["a", "b"]
    for direction, theirs, channels in (("A to B", there, 3), ("B to A", back, 1)):
        given = images(32, channels)
        with torch.inference_mode():
            difference = translator.run(given, direction) - theirs(given)
        assert difference.abs().max() <= 1e-5
    with Image.open(tmp_path / "model" / "samples.png") as sheet:
        assert sheet.size == (2 * 258 + 2, 2 * 258 + 2)


@pytest.mark.parametrize(
    "back", [ResNet(3, 1), ResNet(1, 3, blocks=1), ResNet(1, 3, norm="batch"), UNet(1, 3)]
)
def test_two_files_that_are_not_there_and_back_are_refused(tmp_path, back):
    paths = save_pair(tmp_path, ResNet(3, 1), back)
    with pytest.raises(InvalidModel, match="of one architecture, there and back, found resnet"):
        import_checkpoints(paths, tmp_path / "model")
    assert not (tmp_path / "model").exists()


def test_the_way_back_alone_is_a_model_from_a_to_b(tmp_path):
    _, path = save_pair(tmp_path, ResNet(), trained(ResNet()))
    config = import_checkpoints([path], tmp_path / "model")
    assert config["directions"] == ["A to B"]


# the model that is written


def test_the_model_says_what_it_is_and_what_is_not_known(tmp_path):
    torch.save(UNet().state_dict(), tmp_path / "latest_net_G.pth")
    import_checkpoints(
        [tmp_path / "latest_net_G.pth"], tmp_path / "model", "maps", data_name="x: y"
    )
    translator = models.load(tmp_path / "model")
    assert (translator.name, translator.size, translator.long_side) == ("maps", 128, 0)
    training = translator.config["training"]
    assert training["script"] == "imported"
    assert training["data"] == "x: y"
    assert training["options"] == {"A to B": "latest_net_G.pth"}
    card = (tmp_path / "model" / "README.md").read_text()
    front = yaml.safe_load(card.split("---")[1])
    assert front["datasets"] == ["x: y"]
    assert front["tags"] == ["gan", "unet", "imported"]
    assert "The owner of the data; not known to this program." in card
    assert str(tmp_path) not in card


def test_what_is_there_already_is_left_alone(tmp_path):
    (tmp_path / "mine").mkdir()
    torch.save(ResNet().state_dict(), tmp_path / "net_G.pth")
    with pytest.raises(FileExistsError, match="mine exists; name another"):
        import_checkpoints([tmp_path / "net_G.pth"], tmp_path / "mine")


# the shell


def test_the_shell_imports_a_checkpoint(tmp_path):
    paths = save_pair(tmp_path, trained(ResNet()), trained(ResNet()))
    out = tmp_path / "horse2zebra"
    done = call_module("models", "import", *paths, "--out", out, "--direction", "BtoA")
    assert "horse2zebra: resnet (in_channels 3" in done.stdout
    translator = models.load(out)
    assert translator.directions == ["A to B", "B to A"]
    assert translator.domains == ["B", "A"]
    assert translator.translate(Image.new("RGB", (50, 31))).size == (50, 31)


def test_a_mistake_in_the_shell_is_one_sentence_and_exit_2(tmp_path):
    path = tmp_path / "net_D.pth"
    torch.save({f"model.{i}.weight": torch.ones(4, 3, 4, 4) for i in (0, 2, 5, 8, 11)}, path)
    done = call_module("models", "import", path, "--out", tmp_path / "model", check=False)
    assert done.returncode == 2
    assert "found a PatchGAN critic" in done.stderr
    assert "Traceback" not in done.stderr
