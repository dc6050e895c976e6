"""CUT: its terms by formula."""

import json
from types import SimpleNamespace

import pytest
import torch
from accelerate import Accelerator
from helpers import call_module
from PIL import Image
from safetensors.torch import load_file

import models
from tests.training.test_cyclegan import SMALL, batch, domains, named  # noqa: F401
from training import cut, cyclegan
from training.command_line import parse
from training.engine.game import Game
from training.engine.setup import initial_networks
from training.features.efficientnet import frozen_backbone
from training.losses import patch_nce
from training.losses.colour_transfer import ColourTransfer
from training.losses.feature_style import channel_statistics
from training.runs.folder import read_metrics
from training.tasks import frozen_features, translators, unpaired


def game(*arguments: str) -> Game:
    """A game in one direction on RGB images of 32 pixels."""
    options = parse(cut.Options, "", [*SMALL, "--precision", "fp32", *arguments])
    torch.manual_seed(0)
    some = torch.rand(2, 3, 32, 32)
    data = SimpleNamespace(channels=3, size=32, whole=lambda side: [some * (1 - side / 2)])
    networks, _ = initial_networks(None, cut.describe_networks(options, data))
    networks |= cut.new_heads(options, data.channels)
    accelerator = Accelerator(cpu=True, mixed_precision="no")
    made = translators.make_game(options, accelerator, networks)
    unpaired.prepare(made, data)
    return made


def test_patch_nce_is_the_cross_entropy_of_equation_3():
    torch.manual_seed(0)
    query, key = (torch.nn.functional.normalize(torch.randn(2, 5, 8), dim=-1) for _ in "qk")
    expected = 0.0
    for image in range(2):
        for place in range(5):
            dots = [query[image, place] @ key[image, other] / 0.07 for other in range(5)]
            expected -= (dots[place] - torch.logsumexp(torch.stack(dots), 0)) / 10
    found = patch_nce.patch_nce([query], [key])
    assert found.item() == pytest.approx(expected.item(), rel=1e-5)


def test_patch_nce_is_least_for_equal_features_and_moves_only_the_queries():
    query = torch.eye(6)[None].requires_grad_()
    same = patch_nce.patch_nce([query], [torch.eye(6)[None]])
    other = patch_nce.patch_nce([query], [torch.eye(6)[None].roll(1, 1)])
    assert same < 1e-4 < other
    key = torch.randn(1, 6, 6, requires_grad=True)
    patch_nce.patch_nce([query], [key]).backward()
    assert key.grad is None and query.grad is not None


def test_patches_are_taken_at_the_same_places_of_every_image():
    layer = torch.arange(2 * 3 * 4 * 4.0).reshape(2, 3, 4, 4)
    (places,) = patch_nce.random_places([layer], 5)
    (rows,) = patch_nce.sampled([layer], [places])
    assert rows.shape == (2, 5, 3) and len(set(places.tolist())) == 5
    for index, place in enumerate(places.tolist()):
        torch.testing.assert_close(rows[1, index], layer[1, :, place // 4, place % 4])


def test_cut_has_the_terms_of_equations_1_and_4():
    players, (a, b) = game("--lr", "0", "--patches", "2000"), batch()
    network, critic = players.networks["generator"], players.networks["critic"]
    with torch.no_grad():
        expected = {
            "generator/adversarial": (critic(network(a)) - 1).square().mean(),
            "generator/nce": cut.contrastive_term(players, a, network(a)) / 2,
            "generator/nce_identity": cut.contrastive_term(players, b, network(b)) / 2,
        }
    cut.iteration(players, iter([(a, b)]))
    seen = players.observed()
    for name, value in expected.items():
        assert seen[name] == pytest.approx(value.item(), rel=1e-4), name


def test_patches_of_a_mirrored_output_are_compared_at_their_own_places():
    players, (a, _) = game("--cut-mode", "fastcut", "--patches", "2000"), batch()
    mirrored = a.flip(3)
    with torch.no_grad():
        same, other = (
            cut.contrastive_term(players, a, mirrored, turned) for turned in (True, False)
        )
    assert same < other


def test_cut_moves_the_generator_with_its_heads_and_fastcut_has_no_identity():
    players = game("--cut-mode", "fastcut")
    before = {name: parameter.clone() for name, parameter in named(players)}
    cut.iteration(players, iter([batch()]))
    moved = {name.split(".")[0] for name, p in named(players) if not torch.equal(before[name], p)}
    assert moved == {"generator", "critic", "heads"}
    assert "generator/nce_identity" not in players.observed()


@pytest.mark.parametrize(
    ("arguments", "share"), [([], 10.0), (["--lambda-nce", "3"], 3.0)], ids=["fastcut", "given"]
)
def test_the_contrastive_weight_follows_the_mode_unless_given(arguments, share):
    """The term with a weight of 1 has the same patches, drawn from the same seed."""
    terms = []
    for weight in (arguments, ["--lambda-nce", "1"]):
        players = game("--cut-mode", "fastcut", "--lr", "0", "--patches", "2000", *weight)
        torch.manual_seed(5)
        cut.iteration(players, iter([batch()]))
        terms.append(players.observed()["generator/nce"])
    assert terms[0] / terms[1] == pytest.approx(share, rel=1e-4)


def test_two_patches_are_the_least_to_compare():
    with pytest.raises(ValueError, match="--patches of at least 2"):
        parse(cut.Options, "", ["--patches", "1"])


@pytest.mark.parametrize(
    "arguments", [["--network", "unet"], ["--cut-mode", "fastcut", "--blocks", "1"]]
)
def test_its_features_need_a_resnet_of_two_blocks(arguments):
    with pytest.raises(ValueError, match="--network resnet with at least 2 --blocks"):
        parse(cut.Options, "", arguments)


def test_a_method_of_cyclegan_is_still_understood(capsys, tmp_path):
    with pytest.raises(ValueError, match="found no '/no/such/place'"):
        cyclegan.main(["--method", "fastcut", "--data", "/no/such/place", "--runs", str(tmp_path)])
    assert "`training.cut` now" in capsys.readouterr().err


def test_a_generator_has_features_of_five_depths():
    network = game().networks["generator"]
    shapes = [tuple(layer.shape[1:]) for layer in network.features(torch.zeros(1, 3, 32, 32))]
    assert shapes == [(3, 38, 38), (8, 16, 16), (16, 8, 8), (16, 8, 8), (16, 8, 8)]


# Frozen features

FROZEN = ["--nce-features", "frozen", "--lambda-features", "1", "--lambda-style", "1"]


def test_frozen_features_stay_frozen_and_what_looks_at_them_learns():
    players = game(*FROZEN, "--lambda-colour", "1")
    network = frozen_backbone("lite0")
    kept = {name: value.clone() for name, value in network.state_dict().items()}
    before = {name: parameter.clone() for name, parameter in named(players)}
    for _ in range(20):  # until enough looks are known
        cut.iteration(players, iter([batch()]))
    moved = {name.split(".")[0] for name, p in named(players) if not torch.equal(before[name], p)}
    assert moved == {"generator", "critic", "features"}
    assert not any(parameter.requires_grad for parameter in network.parameters())
    for name, value in network.state_dict().items():
        assert torch.equal(kept[name], value), name
    seen = players.observed()
    wanted = {"features", "style", "colour", "nce"}
    assert wanted <= {name.split("/")[1] for name in seen if name.startswith("generator/")}
    assert {"critic/features_real", "critic/features_fake"} <= set(seen)


def test_the_colour_term_compares_means_of_squares():
    players = game("--lambda-colour", "3")
    given, output = torch.zeros(1, 3, 32, 32), torch.zeros(1, 3, 32, 32)
    output[:, :, ::2], output[:, :, 1::2] = 1, -1  # strokes of which nothing remains
    assert unpaired.colour_terms(players, given, output)["colour"].item() == pytest.approx(0)
    output[:, :, :16, :16] = 0.5
    assert unpaired.colour_terms(players, given, output)["colour"].item() == pytest.approx(3 / 8)


def test_colours_to_hold_are_those_of_the_other_domain_where_that_is_asked_for():
    players = game("--lambda-colour", "3", "--lambda-chroma", "2", "--recolour", "true")
    given, output = torch.rand(2, 3, 32, 32) - 0.5, torch.rand(2, 3, 32, 32) / 2
    looks = {0: [given], 1: [output]}
    unpaired.prepare(players, SimpleNamespace(channels=3, whole=lambda side: looks[side]))
    wanted = ColourTransfer([given], [output])(given)
    terms = unpaired.colour_terms(players, given, wanted)
    assert {name: term.item() for name, term in terms.items()} == {"colour": 0, "chroma": 0}
    assert unpaired.colour_terms(players, given, given)["colour"] > 0.1
    with pytest.raises(ValueError, match="which colours they hold"):
        cut.Options(recolour=True)


def test_the_chroma_term_leaves_light_free():
    players = game("--lambda-chroma", "3")
    given, output = torch.zeros(1, 3, 32, 32), torch.full((1, 3, 32, 32), 0.5)
    assert list(unpaired.colour_terms(players, given, output)) == ["chroma"]
    assert unpaired.colour_terms(players, given, output)["chroma"].item() == pytest.approx(0)
    output[:, 0, :16], output[:, 1, :16] = 0.587, -0.299  # another colour of the same luminance
    output[:, 2, :16] = 0
    wanted = 3 * (0.587 + 0.299) / 2 / 3  # of half of the picture, of three channels
    assert unpaired.colour_terms(players, given, output)["chroma"].item() == pytest.approx(wanted)


def test_strokes_of_one_luminance_cost_colour_where_features_see_none():
    players = game(*FROZEN, "--lambda-colour", "3", "--luminance-only", "true")
    given, output = torch.zeros(1, 3, 32, 32), torch.zeros(1, 3, 32, 32)
    output[:, 0, :, :16], output[:, 1, :, :16] = 0.587, -0.299
    output[:, :, :, :8] *= -1  # nothing remains in squares of 16
    wanted = 3 * (0.587 + 0.299) / 2 / 3  # of half of the picture, of three channels
    assert unpaired.colour_terms(players, given, output)["colour"].item() == pytest.approx(wanted)


def test_places_are_told_from_others_whatever_the_light_of_the_whole():
    players = game(*FROZEN)
    torch.manual_seed(3)
    scene = torch.nn.functional.interpolate(torch.rand(1, 3, 8, 8), (64, 64)) * 1.6 - 0.8
    terms = [
        cut.contrastive_term(players, scene, other).item()
        for other in (scene, scene * 0.7 - 0.1, scene.flip(2))
    ]
    assert terms[0] < terms[1] < terms[2]


def test_the_identity_is_due_every_so_often_and_weighs_as_much_more():
    seen = []
    for every in ("1", "4"):
        players = game("--identity-every", every, "--lr", "0", "--patches", "2000")
        found = []
        for step in range(4):
            players.progress.step = step
            torch.manual_seed(5)
            cut.iteration(players, iter([batch()]))
            found.append(players.observed().get("generator/nce_identity", 0.0))
        seen.append(found)
    assert seen[1][1:] == [0, 0, 0]
    assert seen[1][0] == pytest.approx(4 * seen[0][0], rel=1e-4)


def test_an_identity_now_and_then_needs_a_mode_that_has_one():
    for script, arguments, words in (
        (cut, ["--cut-mode", "fastcut"], "--cut-mode cut"),
        (cyclegan, ["--lambda-identity", "0"], "--lambda-identity"),
    ):
        with pytest.raises(ValueError, match=f"Expected {words} with --identity-every"):
            parse(script.Options, "", [*arguments, "--identity-every", "4"])


def test_looks_are_those_of_real_images_whether_critics_see_them_augmented_or_not():
    looks = []
    for arguments in ([], ["--diff-augment", "color"]):
        players, (a, b) = game(*FROZEN, *arguments), batch()
        cut.iteration(players, iter([(a, b)]))
        looks.append(players.kept["looks_"].rows)
    expected = channel_statistics(frozen_features.seen(players, b))
    for found in looks:
        torch.testing.assert_close(found, expected, rtol=1e-3, atol=1e-4)


def test_features_of_luminance_are_blind_to_colours():
    players, images = game(*FROZEN, "--luminance-only", "true"), batch()[0].requires_grad_()
    sum(layer.square().sum() for layer in frozen_features.seen(players, images)).backward()
    red, green, blue = images.grad.unbind(1)  # along Rec. 601's weights alone
    assert green.abs().max() > 0
    torch.testing.assert_close(red / 0.299, green / 0.587)
    torch.testing.assert_close(red / 0.299, blue / 0.114)
    with pytest.raises(ValueError, match="Expected --luminance-only beside"):
        parse(cut.Options, "", ["--luminance-only", "true"])


def test_a_run_begins_with_crops_of_half_the_size():
    players = game("--small-first", "0.5")
    assert [x.shape[-1] for x in unpaired.drawn(players, iter([batch()]))] == [16, 16]
    players.share_done = 0.5
    assert [x.shape[-1] for x in unpaired.drawn(players, iter([batch()]))] == [32, 32]


def test_critics_see_augmented_images():
    plain, changed = game("--lr", "0"), game("--lr", "0", "--diff-augment", "color")
    found = []
    for players in (plain, changed):
        cut.iteration(players, iter([batch()]))
        found.append(players.observed()["D(x)"])
    assert found[0] != pytest.approx(found[1], rel=1e-3)


def test_a_run_with_two_critics_and_looks_goes_on_bit_for_bit(domains, tmp_path):  # noqa: F811
    def run(steps: int, *more: str) -> None:
        small = [*SMALL, "--batch-size", "4", "--light", "1", "--bottleneck", "true"]
        kinds = [*FROZEN, "--lambda-colour", "1", "--identity-every", "4"]
        limits = ["--max-steps", str(steps), "--ema-half-life", "10", "--log-with", "none"]
        start = ["--data", domains, "--runs", tmp_path]
        call_module("training.cut", *start, *small, *kinds, *limits, *more)

    run(16, "--name", "whole")
    run(10, "--name", "parts")
    run(16, "--name", "parts", "--resume")
    whole, parts = (
        load_file(tmp_path / name / "export" / "last" / "model.safetensors")
        for name in ("whole", "parts")
    )
    assert whole.keys() == parts.keys()
    for name, weight in whole.items():
        assert torch.equal(weight, parts[name]), name


# The style of one picture


@pytest.fixture(scope="module")
def start(domains, tmp_path_factory):  # noqa: F811
    """The export of a tiny run with bottleneck blocks and resize convolutions, which is to
    translate at a working size."""
    folder = tmp_path_factory.mktemp("start")
    kinds = ["--bottleneck", "true", "--upsample", "resize", "--patches", "8"]
    once = ["--max-steps", "1", "--log-with", "none", "--name", "start", "--runs", folder]
    call_module("training.cut", "--data", domains, *SMALL, *kinds, *once)
    exported = folder / "start" / "export" / "last"
    config = json.loads((exported / "config.json").read_text())
    (exported / "config.json").write_text(json.dumps({**config, "working_size": 48}))
    return exported


def test_the_style_recipe_takes_the_networks_of_the_model_it_starts_from():
    shipped = models.load("photo-vangogh").config["network"]["arguments"]
    options = parse(cut.Options, "", ["--recipe", "style"])
    assert options.init_from == "photo-vangogh" and options.minutes == 10
    data = type("Data", (), {"channels": 3, "size": options.size})()
    architecture = cut.describe_networks(options, data)
    assert architecture.generator["arguments"] == shipped
    networks, cold = initial_networks(options.init_from, architecture)
    assert cold == (not (models.find("photo-vangogh") / "critic.safetensors").exists())
    assert networks["generator"].input_noise == shipped["input_noise"]


def test_what_is_given_by_hand_goes_before_the_model_and_that_before_the_recipe(start):
    options = parse(cut.Options, "", ["--recipe", "style", "--init-from", str(start)])
    found = (options.ngf, options.blocks, options.bottleneck, options.skip, options.upsample)
    assert found == (4, 2, True, False, "resize") and options.lambda_colour == 15
    given = ["--init-from", str(start), "--skip", "true", "--ngf", "8"]
    options = parse(cyclegan.Options, "", given)
    assert (options.ngf, options.blocks, options.skip, options.bottleneck) == (8, 2, True, True)
    scratch = parse(cut.Options, "", ["--recipe", "style", "--init-from", "null"])
    assert (scratch.blocks, scratch.bottleneck, scratch.skip, scratch.ngf) == (6, True, True, 32)


@pytest.mark.parametrize("script", ["training.cut", "training.cyclegan"])
def test_one_picture_is_learned_from_a_model_or_from_scratch(script, domains, start, tmp_path):  # noqa: F811
    painting = tmp_path / "my painting.png"
    Image.linear_gradient("L").resize((40, 48)).convert("RGB").save(painting)
    kinds = {
        "training.cut": ["--recipe", "style", "--init-from", start, "--warm-up", "0"],
        "training.cyclegan": SMALL,
    }
    small = ["--size", "32", "--load-size", "40", "--device", "cpu", "--log-with", "none"]
    limits = ["--max-steps", "9", "--runs", tmp_path, "--name", "style"]
    places = ["--data", domains / "trainA", painting]
    done = call_module(script, *places, *kinds[script], *small, *limits)
    assert "my painting is one picture" in done.stdout + done.stderr
    model = models.load(tmp_path / "style" / "export" / "last")
    assert list(model.domains) == ["trainA", "my painting"]
    assert model.translate(Image.open(painting), "A to B").size == (40, 48)
    learned = (tmp_path / "style" / "metrics.jsonl").read_text()
    assert "validation/texture" in learned  # of a single crop too
    if script == "training.cut":
        assert "generator/style" in learned
        assert model.config["training"]["before"]["name"] == "start"
        assert model.working_size == 48  # strokes of the size that its start has
    else:
        assert model.working_size == 0


@pytest.mark.parametrize(
    ("script", "ways", "terms"),
    [
        ("training.cut", ["A to B"], {"nce", "features", "colour"}),
        (
            "training.cyclegan",
            ["A to B", "B to A"],
            {f"{name}_{way}" for name in ("features", "colour") for way in ("a_to_b", "b_to_a")},
        ),
    ],
)
def test_the_recipe_for_paint_learns_one_way_or_both(script, ways, terms, domains, tmp_path):  # noqa: F811
    small = ["--size", "32", "--load-size", "40", "--ngf", "4", "--ndf", "4", "--blocks", "1"]
    once = ["--max-steps", "2", "--log-with", "none", "--log-every", "1", "--device", "cpu"]
    place = ["--runs", tmp_path, "--name", "paint"]
    call_module(script, "--data", domains, "--recipe", "paint", *small, *once, *place)
    model = models.load(tmp_path / "paint" / "export" / "last")
    assert model.directions == ways
    assert model.config["network"]["arguments"]["bottleneck"] is True
    logged = {key for line in read_metrics(tmp_path / "paint") for key in line}
    assert {f"generator/{term}" for term in terms} <= logged


def test_one_picture_that_is_too_small_is_one_sentence_and_no_run(domains, tmp_path):  # noqa: F811
    Image.new("RGB", (90, 70)).save(tmp_path / "small.png")
    places = ["--data", domains / "trainA", tmp_path / "small.png", "--runs", tmp_path / "runs"]
    done = call_module("training.cut", *places, "--recipe", "style", check=False)
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert "larger than 128 pixels, found small.png of 90x70" in done.stderr
    assert not (tmp_path / "runs").exists()
