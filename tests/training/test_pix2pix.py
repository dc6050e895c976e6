"""pix2pix: its terms by formula, its ablations, and runs end to end."""

import json
from functools import partial

import numpy as np
import pytest
import torch
from accelerate import Accelerator
from helpers import call_module
from PIL import Image
from reference import UNet, trained

import models
from models.interchange.import_checkpoints import import_checkpoints
from training import pix2pix
from training.command_line import parse
from training.data.paired.colours import commonest_colours
from training.data.paired.paired_images import PairBatch
from training.data.paired.pairs import find_pairs
from training.engine.game import Game
from training.engine.setup import initial_networks
from training.export.release import same_but_for_rounding
from training.export.sample_sheet import sheet_inputs
from training.losses.translation import feature_matching, gradient_difference
from training.runs.folder import read_metrics
from training.runs.states import read_status
from training.tasks import translators
from training.tasks.adversarial import together

SMALL = ["--size", "64", "--ngf", "4", "--ndf", "4", "--device", "cpu", "--batch-size", "2"]


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    """Twelve pairs: a dark square on white, and the same in colour."""
    folder = tmp_path_factory.mktemp("pairs") / "squares"
    stream = np.random.default_rng(0)
    for index in range(12):
        left, top = (int(value) for value in stream.integers(8, 32, 2))
        for side, mode, ink in (("A", "L", 0), ("B", "RGB", (200, 40, 20))):
            image = Image.new(mode, (64, 64), "white")
            image.paste(ink, (left, top, left + 20, top + 20))
            (folder / side).mkdir(parents=True, exist_ok=True)
            image.save(folder / side / f"{index}.png")
    return folder


def train(data, runs, *arguments, **options):
    return call_module(
        "training.pix2pix",
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
    """A game on 64-pixel images, grey to RGB."""
    options = parse(pix2pix.Options, "", [*SMALL, "--precision", "fp32", *arguments])
    torch.manual_seed(0)
    data = type("Data", (), {"in_channels": 1, "channels": 3, "size": 64, "manners": ()})()
    networks, _ = initial_networks(None, pix2pix.describe_networks(options, data))
    accelerator = Accelerator(cpu=True, mixed_precision="no")
    return translators.make_game(options, accelerator, networks)


def batch() -> PairBatch:
    torch.manual_seed(1)
    return PairBatch(torch.rand(2, 1, 64, 64) * 2 - 1, torch.rand(2, 3, 64, 64) * 2 - 1)


def test_the_terms_are_those_of_the_paper():
    """Equations 1 to 4: the critic's loss halved, -log D for the generator, lambda L1."""
    players, (given, wanted) = game("--dropout", "0"), batch()[:2]
    output = players.generator(given)
    real, fake = (
        torch.sigmoid(players.critic(torch.cat([given, image], 1))) for image in (wanted, output)
    )
    with torch.no_grad():
        expected = {
            "critic/real": -real.log().mean() / 2,
            "critic/fake": -(1 - fake).log().mean() / 2,
            "generator/l1": 100 * (output - wanted).abs().mean(),
        }
    pix2pix.iteration(players, iter([(given, wanted)]))
    seen = players.observed()
    for name, value in expected.items():
        assert seen[name] == pytest.approx(value.item(), rel=1e-4), name
    assert set(seen) >= {"generator/adversarial", "D(x)", "D(G(z))"}


def test_l1_alone_leaves_the_critic_out():
    players = game("--lambda-gan", "0")
    before = [p.clone() for p in players.critic.parameters()]
    pix2pix.iteration(players, iter([batch()]))
    assert set(players.observed()) == {"generator/l1", "generator/gradient_norm"}
    assert all(torch.equal(a, b) for a, b in zip(before, players.critic.parameters(), strict=True))


def test_the_critic_alone_leaves_l1_without_weight():
    players = game("--lambda-l1", "0")
    pix2pix.iteration(players, iter([batch()]))
    assert players.observed()["generator/l1"] == 0


def test_both_weights_at_zero_are_an_error():
    with pytest.raises(ValueError, match="found both 0"):
        game("--lambda-l1", "0", "--lambda-gan", "0")


@pytest.mark.parametrize("norm", ["instance", "none"])
def test_one_call_for_real_and_fake_gives_the_same_logits_as_two(norm):
    players, (given, wanted) = game("--critic-norm", norm), batch()[:2]
    output = torch.rand_like(wanted)
    judge = partial(pix2pix.conditional_critic, players, given)
    apart = [players.critic(torch.cat([given, image], 1)) for image in (wanted, output)]
    for one, other in zip(together(judge, wanted, output), apart, strict=True):
        torch.testing.assert_close(one, other)


def test_feature_matching_is_the_mean_over_the_layers():
    fake, real = [torch.zeros(2, 3), torch.ones(4)], [torch.ones(2, 3), torch.ones(4) * 4]
    assert feature_matching(fake, real) == pytest.approx((1 + 3) / 2)


def test_the_gradient_difference_is_that_of_the_formula():
    wanted = torch.zeros(1, 1, 2, 3)
    patch = torch.tensor([[[[0.0, 1, 0], [0, 0, 0]]]])
    # two steps of 1 along a row of 2 x 2 differences, one down a column of 1 x 3
    assert gradient_difference(patch, wanted) == pytest.approx(2 / 4 + 1 / 3)
    assert gradient_difference(wanted + 0.7, wanted) == pytest.approx(0)
    assert gradient_difference(-patch, patch) == pytest.approx(0)


def test_penalties_and_relativistic_pairing_work_on_patches():
    players = game("--gan-mode", "rpgan", "--r1", "1", "--r2", "1", "--critic-norm", "none")
    pix2pix.iteration(players, iter([batch()]))
    assert {"critic/pair", "critic/r1", "critic/r2"} <= set(players.observed())


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--recipe", "cpu", "--levels", "5", "--hand-drawn", "0.5", "--noise", "0.1"],
        [
            "--network",
            "resnet",
            "--blocks",
            "1",
            "--norm",
            "instance",
            "--critic",
            "pixel",
            "--direction",
            "BtoA",
        ],
        ["--critic", "image", "--spectral-norm", "--gan-mode", "hinge", "--make-input", "edges"],
    ],
    ids=["reference", "cpu", "resnet-back", "edges"],
)
def test_a_run_of_each_kind_gives_a_model_that_translates(pairs, tmp_path, arguments):
    data = pairs / "B" if "--make-input" in arguments else pairs
    train(data, tmp_path, "--max-steps", "3", "--log-every", "2", *arguments)
    run = tmp_path / "run"
    assert (read_status(run).state, read_status(run).step) == ("stopped", 3)
    assert sorted(path.name for path in (run / "samples").iterdir()) == ["000000.png", "000003.png"]
    figures = read_metrics(run)[-1]
    assert {"validation/l1", "validation/psnr", "validation/ssim", "validation/texture"} <= set(
        figures
    )
    for which in ("best", "last"):
        model = models.load(run / "export" / which)
        assert model.translate(Image.new("L", (50, 30), "white")).size == (50, 30)


def test_the_best_by_texture_distance_is_kept_beside_the_last(pairs, tmp_path):
    often = ["--validate-every", "4", "--log-every", "2", "--lr", "0.01"]
    train(pairs, tmp_path, "--max-steps", "12", *often)
    lines = [line for line in read_metrics(tmp_path / "run") if "validation/texture" in line]
    seen = {
        which: json.loads((tmp_path / "run" / "export" / which / "config.json").read_text())[
            "training"
        ]["images_seen"]
        for which in ("best", "last")
    }
    assert seen["last"] == 24
    assert seen["best"] == min(lines, key=lambda line: line["validation/texture"])["images"]


def test_a_resumed_run_is_the_run_that_was_not_interrupted(pairs, tmp_path):
    steps = ["--workers", "2", "--zoom", "0.2", "--checkpoint-every", "8"]
    train(pairs, tmp_path / "straight", "--max-steps", "8", *steps)
    train(pairs, tmp_path / "halved", "--max-steps", "4", *steps)
    train(pairs, tmp_path / "halved", "--max-steps", "8", "--resume", *steps)
    weights = [
        (tmp_path / name / "run" / "export" / "last" / file).read_bytes()
        for name in ("straight", "halved")
        for file in ("model.safetensors", "critic.safetensors")
    ]
    assert weights[:2] == weights[2:]


def test_a_model_goes_on_from_an_export_with_its_critic(pairs, tmp_path):
    train(pairs, tmp_path, "--max-steps", "2")
    done = call_module(
        "training.pix2pix",
        "--data",
        pairs,
        "--name",
        "more",
        "--runs",
        tmp_path,
        *SMALL,
        "--init-from",
        tmp_path / "run" / "export" / "last",
        "--max-steps",
        "2",
    )
    assert "Exported model" in done.stdout
    config = json.loads((tmp_path / "more" / "export" / "last" / "config.json").read_text())
    assert config["training"]["before"]["images_seen"] == 4


def test_an_imported_checkpoint_of_the_reference_trains_on(pairs, tmp_path):
    """Its config.json names fewer arguments than ours: it has no `upsample`."""
    torch.save(trained(UNet(1, 3, levels=6)).state_dict(), tmp_path / "net_G.pth")
    import_checkpoints([tmp_path / "net_G.pth"], tmp_path / "theirs")
    chosen = ["--init-from", tmp_path / "theirs", "--warm-up", "4", "--lr", "1e-9"]
    train(pairs, tmp_path, "--max-steps", "1", "--levels", "6", *chosen)
    before = models.load(tmp_path / "theirs").networks.state_dict()
    after = models.load(tmp_path / "run" / "export" / "last").networks.state_dict()
    assert before.keys() == after.keys()
    assert all(torch.allclose(before[one], after[one]) for one in before if "weight" in one)


def test_evaluate_measures_a_translator_beside_its_input(pairs, tmp_path):
    (tmp_path / "data").mkdir()
    for split in ("train", "test"):
        (tmp_path / "data" / split).symlink_to(pairs)
    train(tmp_path / "data", tmp_path, "--max-steps", "1")
    done = call_module(
        "training.evaluate",
        tmp_path / "run" / "export" / "last",
        "--data",
        tmp_path / "data",
        "--samples",
        "6",
        "--degrade",
    )
    for words in (
        "L1 (0 to 1)",
        "PSNR",
        "SSIM",
        "texture distance",
        "KID",
        "lines thick",
        "input:",
    ):
        assert words in done.stdout
    assert "Not written" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--size", "100"], "multiple of 64 for this unet, found 100; 64 works"),
        (["--data", "nowhere"], "found no 'nowhere'"),
        (["--zoom", "1"], "0 to below 1, found 1.0"),
        (["--lambda-l1", "-1"], "--lambda-l1 of at least 0, found -1.0"),
    ],
)
def test_what_a_person_can_mend_is_one_line(pairs, tmp_path, arguments, words):
    done = train(pairs, tmp_path, *arguments, check=False)
    assert done.returncode == 2
    assert words in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_two_folders_and_the_references_names_are_options(pairs):
    options = parse(
        pix2pix.Options, "", ["--data", "left", "right", "--crop-size", "128", "--lr", "0.1"]
    )
    assert (options.data, options.size, options.lr) == (["left", "right"], 128, 0.1)


def test_a_recipe_sets_defaults_and_every_part_can_be_overridden():
    cpu = parse(pix2pix.Options, "", ["--recipe", "cpu", "--ngf", "16"])
    assert (cpu.ngf, cpu.ndf, cpu.upsample) == (16, 32, "resize")
    reference = parse(pix2pix.Options, "", [])
    assert (reference.ngf, reference.batch_size, reference.lambda_l1) == (64, 1, 100)


def test_the_dry_run_says_what_it_would_cost(pairs, tmp_path):
    done = train(pairs, tmp_path, "--dry-run")
    assert "10 images, 64x64, A (grey) to B (RGB)" in done.stdout
    assert not (tmp_path / "run").exists()


def test_an_export_ships_and_is_tried_on_the_inputs_of_its_samples(pairs, tmp_path):
    train(pairs, tmp_path, "--max-steps", "2")
    out = tmp_path / "weights" / "squares"
    sides = ("--long-side", "512", "--short-side", "96", "--working-size", "80")
    call_module("training.runs", "--runs", tmp_path, "export", "run", "--out", out, *sides)
    model = models.load(out)
    assert (model.name, model.long_side, model.short_side) == ("squares", 512, 96)
    assert model.working_size == 80
    assert "at a short side of 80 pixels" in (out / "README.md").read_text()
    assert not (out / "critic.safetensors").exists()
    inputs = sheet_inputs(tmp_path / "run" / "export" / "last" / "samples.png", 64)
    held = find_pairs(str(pairs)).held_out()[1]
    expected = [pair.read()[0].tobytes() for pair in held.pairs]
    assert [image.convert("L").tobytes() for image in inputs[: len(held)]] == expected
    done = call_module(
        "training.runs", "--runs", tmp_path, "export", "run", "--truncation", "1", check=False
    )
    assert "which translates images" in done.stderr


def test_a_palette_is_the_commonest_colours_of_the_targets(pairs):
    found = commonest_colours(find_pairs(str(pairs)).pairs, 24)
    assert found == ["#ffffff", "#c82814"]
    assert commonest_colours(find_pairs(str(pairs)).pairs, 24, of_a=True) == ["#ffffff", "#000000"]


def test_shades_of_a_colour_are_one_colour(tmp_path):
    for side in "AB":
        (tmp_path / side).mkdir()
        image = Image.new("RGB", (16, 16), "#101010")
        image.paste("#181010", (0, 0, 16, 4))
        image.paste("#304050", (0, 4, 16, 6))
        image.save(tmp_path / side / "1.png")
    assert commonest_colours(find_pairs(str(tmp_path)).pairs, 8) == ["#101010", "#304050"]


def test_a_run_with_a_palette_draws_in_its_colours(pairs, tmp_path):
    train(pairs, tmp_path, "--palette", "2", "--max-steps", "2", "--log-every", "2")
    log = read_metrics(tmp_path / "run")
    assert any("generator/palette" in line for line in log)
    model = models.load(tmp_path / "run" / "export" / "last")
    assert model.config["network"]["arguments"]["palette"] == ["#ffffff", "#c82814"]
    picture = model.translate(Image.new("L", (70, 64), "white"))
    pixels = np.asarray(picture).reshape(-1, 3).astype(int)
    white, red = np.array([255, 255, 255]), np.array([200, 40, 20])
    share = (pixels - red) @ (white - red) / ((white - red) @ (white - red))
    assert np.abs(pixels - (red + share[:, None] * (white - red))).max() <= 1.5


def test_a_palette_needs_a_u_net():
    with pytest.raises(ValueError, match="--network unet with --palette"):
        parse(pix2pix.Options, "", ["--network", "resnet", "--palette", "8"])


def test_pixels_are_alike_within_rounding():
    before = np.zeros((10, 10, 10, 2), int)
    after = before.copy()
    after[...] = 1
    after.flat[0] = 4
    after.flat[1] = -3
    assert same_but_for_rounding(before, after)
    after.flat[2] = 2  # three of two thousand
    assert not same_but_for_rounding(before, after)
    after = before.copy()
    after.flat[0] = 5
    assert not same_but_for_rounding(before, after)


def test_small_and_large_pairs_train_a_model_that_enlarges(pairs, tmp_path):
    for path in pairs.glob("A/*.png"):
        for split in ("train", "test"):
            for side, size in (("A", (32, 32)), ("B", (64, 64))):
                place = tmp_path / "data" / split / side
                place.mkdir(parents=True, exist_ok=True)
                Image.open(pairs / side / path.name).resize(size).save(place / path.name)
    train(tmp_path / "data", tmp_path, "--max-steps", "2")
    model = models.load(tmp_path / "run" / "export" / "last")
    assert model.scale == model.config["scale"] == 2
    small = Image.new("L", (20, 12), "white")
    assert model.translate(small).size == (40, 24)
    assert "2 times as wide and high as its picture" in (model.folder / "README.md").read_text()
    done = call_module("training.evaluate", model.folder, "--data", tmp_path / "data")
    assert "L1 (0 to 1)" in done.stdout
    same = ["training.evaluate", model.folder, "--data", pairs, "--split", "train"]
    assert "2 times as wide and high as their inputs" in call_module(*same, check=False).stderr


def test_glued_pairs_of_a_few_sizes_train_as_they_are(pairs, tmp_path):
    """As of a public set of satellite pictures: beside each other, three sizes, a few pixels
    apart."""
    (tmp_path / "data").mkdir()
    for index, path in enumerate(sorted(pairs.glob("A/*.png"))):
        side = 62 + 2 * (index % 3)
        both = Image.new("RGB", (2 * side, side))
        for place, folder in enumerate("AB"):
            half = Image.open(pairs / folder / path.name).convert("RGB").resize((side, side))
            both.paste(half, (place * side, 0))
        both.save(tmp_path / "data" / path.name)
    done = train(tmp_path / "data", tmp_path, "--max-steps", "2")
    assert "124x62 into two of 62x62" in done.stdout + done.stderr
    assert read_status(tmp_path / "run").images_seen == 4
    model = models.load(tmp_path / "run" / "export" / "last")
    assert model.translate(Image.open(pairs / "A" / "0.png")).size == (64, 64)
