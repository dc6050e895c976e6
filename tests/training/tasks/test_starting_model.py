"""The options that make a model's networks, from its config.json and back."""

import pytest

import models
from training import cgan, cut, cyclegan, gan, pix2pix
from training.command_line import parse
from training.tasks import generators, unpaired
from training.tasks.starting_model import network_options, of_translator, sizes_of

RESNET = ["--network", "resnet", "--ngf", "8", "--blocks", "3", "--norm", "batch", "--dropout", "0"]
MORE = ["--bottleneck", "true", "--skip", "true", "--global-skip", "true", "--input-noise", "0.1"]


def data(**known):
    """What the networks have to know of data."""
    return type("Data", (), {"size": 32, "channels": 3, "manners": (), **known})()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        [*RESNET, *MORE, "--upsample", "resize"],
        [*RESNET, "--antialias", "true"],
        ["--network", "unet", "--levels", "4", "--dropout", "0.5"],
    ],
    ids=["usual", "resnet", "antialias", "unet"],
)
@pytest.mark.parametrize("bidirectional", [False, True], ids=["one way", "both"])
def test_the_networks_of_a_translator_come_back_from_its_config(arguments, bidirectional):
    made = unpaired.describe_networks(
        parse(cyclegan.Options, "", arguments), data(), bidirectional
    ).generator
    options = cyclegan.Options(
        **{name: value for name, value in of_translator(made).items() if value is not None}
    )
    assert unpaired.describe_networks(options, data(), bidirectional).generator == made


def test_those_of_a_translator_from_pairs():
    shipped = models.load("emoji").config["network"]["arguments"]
    options = parse(pix2pix.Options, "", ["--recipe", "cpu", "--init-from", "emoji"])
    given = data(size=256, in_channels=options.in_channels, channels=options.channels)
    found = pix2pix.describe_networks(options, given).generator["arguments"]
    told = ("palette", "close_gaps", "keep_lines", "condition_dim", "hints")  # by other options
    assert found == {name: value for name, value in shipped.items() if name not in told}


@pytest.mark.parametrize(("script", "name"), [(cgan, "digits"), (gan, "digits-gan")])
def test_those_of_a_generator_from_noise_with_its_critic(script, name):
    config = models.load(name).config
    options = parse(script.Options, "", ["--init-from", name])
    given = data(size=options.size, channels=options.channels, class_names=config["class_names"])
    found = generators.describe_networks(options, given)
    assert (found.generator, found.critic) == (config["network"], config["critic"])


def test_a_model_of_another_task_has_none():
    """Its networks are refused when they are compared."""
    assert network_options("digits", cut.Options) == {} == network_options("emoji", gan.Options)


def test_a_model_that_is_not_there_is_refused_when_its_networks_are_wanted():
    assert parse(cut.Options, "", ["--init-from", "nothing"]).init_from == "nothing"
    with pytest.raises(FileNotFoundError, match="found 'nothing'"):
        network_options("nothing", cut.Options)


def test_the_sides_at_which_it_translates_come_along_as_long_as_it_is_there():
    shipped = models.load("photo-vangogh")
    assert sizes_of("photo-vangogh") == {"working_size": shipped.working_size}
    assert sizes_of(None) == sizes_of("emoji-words") == sizes_of("nothing") == {}
    assert sizes_of("nothing", "photo-vangogh") == sizes_of("photo-vangogh", "emoji-words") != {}
