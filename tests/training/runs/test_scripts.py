"""Which script goes on with a run."""

import json

import yaml

from training import cut
from training.command_line import parse
from training.runs.scripts import resume_command


def test_a_run_of_cut_from_before_it_had_a_script_goes_on_with_cut(tmp_path):
    """It began with `training.cyclegan --method fastcut`; its options stand in its config.yaml."""
    folder = tmp_path / "one-way"
    folder.mkdir()
    began = {"name": "one-way", "method": "fastcut", "lambda_cycle": 10.0, "patches": 64, "ngf": 32}
    (folder / "config.yaml").write_text(yaml.safe_dump(began))
    (folder / "status.json").write_text(json.dumps({"script": "training.cyclegan"}))
    command = resume_command(folder, [])
    assert command[command.index("-m") + 1] == "training.cut"
    options = parse(cut.Options, "", ["--resume", "--name", "one-way", "--runs", str(tmp_path)])
    assert (options.cut_mode, options.patches, options.ngf) == ("fastcut", 64, 32)
