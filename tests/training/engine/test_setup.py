"""Networks to start from: the same ones, or such as get something that counts for nothing yet."""

import torch

import models
from models import model_folder
from models.networks import GENERATORS, build
from training.engine.setup import Architecture, fitted, initial_networks, leads_to


def test_a_network_that_gets_a_condition_goes_on_as_it_was(tiny_translator):
    config = models.load(tiny_translator).config
    described = config["network"]
    wanted = {**described, "arguments": {**described["arguments"], "condition_dim": 6}}
    networks, _ = initial_networks(str(tiny_translator), Architecture(wanted, None))
    before = model_folder.load_network(tiny_translator, config).get_submodule("a_to_b")
    images, condition = torch.rand(2, config["channels"]["A"], 32, 32), torch.randn(2, 6)
    with torch.no_grad():
        assert torch.equal(networks["generator"].eval()(images, condition), before(images))


def test_a_condition_may_come_or_go_and_is_not_another_one():
    plain, six, seven = (
        {"name": "unet", "arguments": {"condition_dim": count} if count else {}}
        for count in (0, 6, 7)
    )
    assert leads_to(plain, six) and leads_to(six, six)
    assert leads_to(six, plain) and not leads_to(six, seven)


def test_one_direction_goes_on_from_the_network_of_its_direction():
    folder = models.find("photo-vangogh")
    config = models.load(folder).config
    shipped = model_folder.load_network(folder, config)
    for back, way in ((False, "a_to_b"), (True, "b_to_a")):
        networks, _ = initial_networks(str(folder), Architecture(config["network"], None), back)
        wanted = shipped.get_submodule(way).state_dict()
        found = networks["generator"].state_dict()
        assert found.keys() == wanted.keys()
        assert all(torch.equal(found[name], wanted[name]) for name in wanted), way


def test_a_model_that_listens_goes_on_as_one_that_does_not():
    arguments = {"in_channels": 1, "out_channels": 3, "levels": 4, "width": 4}
    told = build(GENERATORS, "unet", {**arguments, "condition_dim": 3, "hints": True})
    plain = build(GENERATORS, "unet", arguments)
    plain.load_state_dict(fitted(told.state_dict(), plain))
    drawn = torch.rand(1, 1, 32, 32)
    undabbed = torch.cat([drawn, torch.zeros(1, 4, 32, 32)], 1)
    with torch.no_grad():
        assert torch.equal(plain.eval()(drawn), told.eval()(undabbed))
    network = {"name": "unet", "arguments": {**arguments, "condition_dim": 3, "hints": True}}
    assert leads_to(network, {"name": "unet", "arguments": arguments})
