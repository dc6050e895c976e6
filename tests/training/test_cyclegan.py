"""CycleGAN: its terms by formula, and runs of it and of CUT end to end."""

import json
import math
import shutil

import numpy as np
import pytest
import torch
from accelerate import Accelerator
from helpers import call_module, run_module
from PIL import Image
from reference import ResNet, trained

import models
from models.config import DIRECTIONS
from models.interchange.import_checkpoints import import_checkpoints
from models.model_folder import part
from training import cyclegan
from training.command_line import parse
from training.data.unpaired.unpaired_images import UnpairedBatch
from training.engine.game import Game
from training.engine.setup import initial_networks
from training.metrics.pixels import luminance_correlation
from training.metrics.texture import texture_features
from training.previews.unpaired_preview import signs_of_failure
from training.runs.folder import read_metrics
from training.tasks import frozen_features, translators, unpaired

NO_BLOCKS = ["--size", "32", "--ngf", "4", "--ndf", "4", "--device", "cpu"]
SMALL = [*NO_BLOCKS, "--blocks", "2"]
WAYS = [part(direction) for direction in DIRECTIONS]


@pytest.fixture(scope="module")
def domains(tmp_path_factory):
    """Eight red pictures with a bright square, and six blue ones."""
    folder = tmp_path_factory.mktemp("domains") / "colours"
    stream = np.random.default_rng(0)
    for side, colour, count in (("A", (200, 40, 20), 8), ("B", (20, 40, 200), 6)):
        (folder / f"train{side}").mkdir(parents=True)
        for index in range(count):
            left, top = (int(value) for value in stream.integers(0, 28, 2))
            image = Image.new("RGB", (56, 48), colour)
            image.paste("white", (left, top, left + 16, top + 16))
            image.save(folder / f"train{side}" / f"{index}.png")
    return folder


def train(data, runs, *arguments, **options):
    return call_module(
        "training.cyclegan",
        "--data",
        data,
        "--name",
        "run",
        "--runs",
        runs,
        *SMALL,
        *arguments,
        **options,
    )


def game(*arguments: str) -> Game:
    """A game on RGB images of 32 pixels."""
    small = NO_BLOCKS if "unet" in arguments else SMALL
    options = parse(cyclegan.Options, "", [*small, "--precision", "fp32", *arguments])
    torch.manual_seed(0)
    data = type("Data", (), {"channels": 3, "size": 32})()
    architecture = cyclegan.describe_networks(options, data)
    networks, _ = initial_networks(None, architecture)
    networks |= frozen_features.new_heads(options.lambda_features, cyclegan.WAYS)
    accelerator = Accelerator(cpu=True, mixed_precision="no")
    made = translators.make_game(options, accelerator, networks)
    unpaired.prepare(made, data, cyclegan.WAYS)
    cyclegan.keep_pools(made)
    return made


def batch() -> UnpairedBatch:
    torch.manual_seed(1)
    return UnpairedBatch(*(torch.rand(2, 3, 32, 32) * 2 - 1 for _ in "AB"))


# CycleGAN


def test_both_directions_have_a_feature_critic_and_looks_to_aim_at():
    players = game("--lambda-features", "1", "--lambda-style", "1", "--lambda-colour", "1")
    for _ in range(18):  # until enough looks are known
        cyclegan.iteration(players, iter([batch()]))
    seen = players.observed()
    for way in WAYS:
        for name in (f"critic/features_real_{way}", f"generator/features_{way}"):
            assert math.isfinite(seen[name]), name
        assert seen[f"generator/style_{way}"] > 0
        assert seen[f"generator/colour_{way}"] > 0


def test_a_step_without_an_identity_term_has_fewer_passes():
    players = game("--identity-every", "2")
    players.progress.step = 1
    cyclegan.iteration(players, iter([batch()]))
    assert not [name for name in players.observed() if "identity" in name]


def test_the_terms_are_those_of_the_paper_one_pass_for_each():
    """Equations 1 to 3 with least squares, and the identity term of section 5.2, every pass by
    itself: what is computed together is the same."""
    players, (a, b) = game(), batch()
    there, back = (players.networks["generator"][way] for way in WAYS)
    of_b, of_a = (players.networks["critic"][way] for way in WAYS)
    with torch.no_grad():
        fake_b, fake_a = there(a), back(b)
        expected = {
            "generator/adversarial_a_to_b": (of_b(fake_b) - 1).square().mean(),
            "generator/adversarial_b_to_a": (of_a(fake_a) - 1).square().mean(),
            "generator/cycle_a": 10 * (back(fake_b) - a).abs().mean(),
            "generator/cycle_b": 10 * (there(fake_a) - b).abs().mean(),
            "generator/identity_a": 5 * (back(a) - a).abs().mean(),
            "generator/identity_b": 5 * (there(b) - b).abs().mean(),
            "critic/real_a_to_b": 0.25 * (of_b(b) - 1).square().mean(),
            "critic/fake_a_to_b": 0.25 * of_b(fake_b).square().mean(),
            "critic/real_b_to_a": 0.25 * (of_a(a) - 1).square().mean(),
            "critic/fake_b_to_a": 0.25 * of_a(fake_a).square().mean(),
        }
    cyclegan.iteration(players, iter([(a, b)]))
    seen = players.observed()
    for name, value in expected.items():
        assert seen[name] == pytest.approx(value.item(), rel=1e-4), name
    cycle = (expected["generator/cycle_a"] + expected["generator/cycle_b"]).item() / 10 / 4
    assert seen["cycle_error"] == pytest.approx(cycle, rel=1e-4)
    assert 0 <= seen["critic/accuracy_a_to_b"] <= 1


def test_noise_on_the_way_back_changes_the_cycle_alone():
    """The way back is from G(A) + n, n of deviation 0.1 on the scale from 0 to 1."""
    players, (a, b) = game("--cycle-noise", "0.1"), batch()
    there, back = (players.networks["generator"][way] for way in WAYS)
    with torch.no_grad():
        fake_b, fake_a = there(a), back(b)
        torch.manual_seed(5)
        moved_b, moved_a = (fake + 0.2 * torch.randn_like(fake) for fake in (fake_b, fake_a))
        cycles = 10 * (back(moved_b) - a).abs().mean(), 10 * (there(moved_a) - b).abs().mean()
        judged = (players.networks["critic"][WAYS[0]](fake_b) - 1).square().mean()
    torch.manual_seed(5)
    cyclegan.iteration(players, iter([(a, b)]))
    seen = players.observed()
    for name, value in zip(("cycle_a", "cycle_b"), cycles, strict=True):
        assert seen[f"generator/{name}"] == pytest.approx(value.item(), rel=1e-4)
    assert seen["generator/adversarial_a_to_b"] == pytest.approx(judged.item(), rel=1e-4)


def test_both_generators_and_both_critics_move():
    players = game()
    before = {name: p.clone() for name, p in named(players)}
    cyclegan.iteration(players, iter([batch()]))
    still = [name for name, p in named(players) if torch.equal(before[name], p)]
    assert still == [] or all(name.endswith("bias") for name in still), still


def named(players: Game):
    for name, network in players.networks.items():
        for key, parameter in network.named_parameters():
            yield f"{name}.{key}", parameter


def test_without_identity_there_is_no_identity_term():
    players = game("--lambda-identity", "0")
    cyclegan.iteration(players, iter([batch()]))
    assert not any("identity" in name for name in players.observed())


@pytest.mark.parametrize(
    "arguments",
    [
        ["--gan-mode", "rpgan", "--r1", "1", "--r2", "1"],
        ["--gan-mode", "hinge", "--norm", "batch", "--critic-norm", "batch"],
        ["--network", "unet", "--levels", "4"],
    ],
)
def test_other_objectives_penalties_and_networks_play_too(arguments):
    players = game(*arguments)
    cyclegan.iteration(players, iter([batch()]))
    assert all(math.isfinite(value) for value in players.observed().values())


def test_the_defaults_are_the_references():
    options = parse(cyclegan.Options, "", [])
    found = (options.network, options.blocks, options.ngf, options.norm, options.dropout)
    assert found == ("resnet", 9, 64, "instance", 0.0)
    assert (options.lambda_cycle, options.lambda_identity, options.pool_size) == (10, 0.5, 50)
    assert (options.lr, options.beta1, options.batch_size, options.gan_mode) == (
        2e-4,
        0.5,
        1,
        "lsgan",
    )


# signs of failure


def test_a_negative_is_inverted_and_a_brighter_image_is_not():
    image = torch.rand(1, 3, 16, 16) * 2 - 1
    assert luminance_correlation(image, -image) == pytest.approx(-1, abs=1e-5)
    assert luminance_correlation(image, image * 0.5 + 0.3) == pytest.approx(1, abs=1e-5)
    assert luminance_correlation(image, torch.zeros_like(image)) == 0


def test_inversion_and_collapse_are_said_in_words():
    figures = {"luminance_a_to_b": -0.6, "diversity_a_to_b": 1, "diversity_b_to_a": 0.02}
    inverted, collapsed = signs_of_failure(figures, ("photo", "painting"))
    assert "from photo to painting turns light into dark" in inverted
    assert "from painting to photo are nearly all alike" in collapsed
    assert signs_of_failure({"luminance_a_to_b": 0.5, "diversity_a_to_b": 0.9}, ("a", "b")) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--in-channels", "1", "--channels", "3"], "same --in-channels and --channels"),
        (["--pool-size", "-1"], "--pool-size of at least 0"),
        (["--input-noise", "-1"], "--input-noise of at least 0"),
        (["--network", "unet", "--input-noise", "0.1"], "--network resnet with --input-noise"),
        (["--network", "unet", "--skip", "true"], "--network resnet with --skip"),
        (["--network", "resnet", "--levels", "3"], "--network unet with --levels"),
    ],
)
def test_options_that_cannot_be_are_errors(arguments, words):
    with pytest.raises(ValueError, match=words):
        parse(cyclegan.Options, "", arguments)


# end to end


def test_a_run_exports_both_directions_with_figures_on_held_out_images(domains, tmp_path):
    train(domains, tmp_path, "--max-steps", "4", "--log-every", "2", "--validate-every", "4")
    model = models.load(tmp_path / "run" / "export" / "last")
    assert model.directions == ["A to B", "B to A"] and model.domains == ["A", "B"]
    picture = Image.open(domains / "trainA" / "0.png")
    outputs = [model.translate(picture, direction) for direction in model.directions]
    assert [output.size for output in outputs] == [picture.size] * 2
    assert outputs[0].tobytes() != outputs[1].tobytes()
    log = read_metrics(tmp_path / "run")
    seen = {key for line in log for key in line}
    assert {
        "generator/cycle_a",
        "generator/identity_b",
        "critic/accuracy_b_to_a",
        "cycle_error",
        "validation/texture",
        "validation/texture_a_to_b",
        "validation/luminance_b_to_a",
    } <= seen
    with Image.open(tmp_path / "run" / "samples" / "000004.png") as grid:
        assert grid.size == (6 * 34 + 2, 6 * 34 + 2)  # A | to B | back, beside B | to A | back


def test_killed_and_resumed_is_the_same_bit_for_bit_with_its_pool(domains, tmp_path):
    often = ["--checkpoint-every", "2", "--pool-size", "3"]
    train(domains, tmp_path / "whole", "--max-steps", "8", *often)
    train(domains, tmp_path / "cut", "--max-steps", "5", *often)
    train(domains, tmp_path / "cut", "--max-steps", "8", "--resume", *often)
    files = [
        tmp_path / runs / "run" / "export" / "last" / f"{name}.safetensors"
        for runs in ("whole", "cut")
        for name in ("model", "critic")
    ]
    contents = [path.read_bytes() for path in files]
    assert contents[:2] == contents[2:]


def test_cut_trains_one_direction_and_says_so_and_its_seed_decides_all(domains, tmp_path):
    for runs in ("once", "again"):
        few = ["--max-steps", "2", "--patches", "16"]
        train(domains, tmp_path / runs, "--method", "cut", *few)
    folders = [tmp_path / runs / "run" / "export" / "last" for runs in ("once", "again")]
    first, second = ((folder / "model.safetensors").read_bytes() for folder in folders)
    assert first == second
    folder = folders[0]
    model = models.load(folder)
    assert model.directions == ["A to B"]
    assert "| cut_mode | cut |" in (folder / "README.md").read_text()


def test_a_run_starts_from_an_export_with_its_critics(domains, tmp_path):
    train(domains, tmp_path / "first", "--max-steps", "2")
    start = tmp_path / "first" / "run" / "export" / "last"
    train(domains, tmp_path / "second", "--init-from", start, "--max-steps", "1", "--lr", "0")
    done = tmp_path / "second" / "run" / "export" / "last"
    for name in ("model", "critic"):
        file = f"{name}.safetensors"
        assert (start / file).read_bytes() == (done / file).read_bytes()
    config = json.loads((done / "config.json").read_text())
    assert config["training"]["data_images"] == 14
    assert config["training"]["before"]["images_seen"] == 2


def test_a_run_can_start_from_an_export_without_its_noise_and_skip(domains, tmp_path):
    train(domains, tmp_path / "first", "--max-steps", "1")
    start = tmp_path / "first" / "run" / "export" / "last"
    more = ["--max-steps", "1", "--lr", "0", "--skip", "true", "--input-noise", "0.06"]
    train(domains, tmp_path / "second", "--init-from", start, *more)
    end = tmp_path / "second" / "run" / "export" / "last"
    before, after = (models.load(folder).networks["a_to_b"] for folder in (start, end))
    assert after.input_noise == 0.06 and after.skip
    images = torch.rand(1, 3, 32, 32)
    with torch.no_grad():  # the skip counts for nothing at first
        torch.testing.assert_close(before(images), after(images), atol=1e-5, rtol=0)
    without = ["--init-from", end, "--max-steps", "1", "--skip", "false"]
    done = train(domains, tmp_path / "third", *without, check=False)
    assert "Expected in" in done.stderr and "'skip': True" in done.stderr


@pytest.mark.parametrize("antialias", [False, True], ids=["CycleGAN's", "CUT's"])
def test_imported_generators_of_the_reference_train_on(domains, tmp_path, antialias):
    """Their config.json names fewer arguments than ours: it has no `upsample`."""
    paths = [tmp_path / f"latest_net_G_{side}.pth" for side in "AB"]
    for seed, path in enumerate(paths):
        torch.save(trained(ResNet(antialias=antialias), seed).state_dict(), path)
    import_checkpoints(paths, tmp_path / "theirs")
    chosen = ["--init-from", tmp_path / "theirs", "--warm-up", "2"]
    train(domains, tmp_path, *chosen, "--max-steps", "1", "--lr", "0")
    before = models.load(tmp_path / "theirs").networks.state_dict()
    after = models.load(tmp_path / "run" / "export" / "last").networks.state_dict()
    assert before.keys() == after.keys()
    assert all(torch.allclose(before[one], after[one]) for one in before)


def test_one_direction_is_no_start_for_both(domains, tmp_path):
    train(domains, tmp_path / "first", "--method", "cut", "--max-steps", "1", "--patches", "8")
    start = tmp_path / "first" / "run" / "export" / "last"
    done = train(domains, tmp_path / "second", "--init-from", start, check=False)
    assert "Expected both directions" in done.stderr and "Traceback" not in done.stderr


def test_two_processes_give_the_losses_of_one_with_the_double_batch(domains, tmp_path):
    launch = ["--multi_gpu", "--num_processes", "2", "--num_machines", "1"]
    launch += ["--mixed_precision", "no", "--dynamo_backend", "no", "--main_process_port", "0"]
    common = ["--data", domains, "--name", "run", *SMALL, "--pool-size", "0", "--log-every", "4"]
    common += ["--precision", "fp32", "--max-steps", "3"]
    two = ["--runs", tmp_path / "two", "--batch-size", "2"]
    run_module("accelerate.commands.launch", *launch, "-m", "training.cyclegan", *common, *two)
    call_module("training.cyclegan", *common, "--runs", tmp_path / "one", "--batch-size", "4")
    logs = [
        [line for line in read_metrics(tmp_path / runs / "run") if "generator/cycle_a" in line]
        for runs in ("one", "two")
    ]
    assert [[line["images"] for line in log] for log in logs] == [[4, 8, 12]] * 2
    for step, (alone, together) in enumerate(zip(*logs, strict=True)):
        losses = [key for key in alone if "/" in key and "accuracy" not in key]
        assert len(losses) == 12
        for key in losses:  # rounding grows from step to step
            assert together[key] == pytest.approx(alone[key], rel=(1e-4, 1e-3, 1e-2)[step]), key


def test_validation_compares_with_what_training_held_out(domains, tmp_path, monkeypatch):
    data = shutil.copytree(domains, tmp_path / "data")
    for name in ("4", "5"):  # the last two by name
        Image.new("RGB", (56, 48), (0, 255, 0)).save(data / "trainB" / f"{name}.png")
    seen = []

    def recorded(images):
        seen.extend(image[1].mean().item() for image in images)
        return texture_features(images)

    monkeypatch.setattr("training.metrics.texture.texture_features", recorded)
    train(data, tmp_path, "--hold-out", "2", "--max-steps", "1", "--validate-every", "1")
    of_a, of_b = seen[:8], seen[8:10]  # the looks
    assert max(of_a) < 1.0 and of_b == [1.0, 1.0]
    config = json.loads((tmp_path / "run" / "export" / "last" / "config.json").read_text())
    assert config["training"]["options"]["hold_out"] == 2
    assert config["training"]["data_images"] == 12
