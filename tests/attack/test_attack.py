"""The attack in a short form: `make attack` tries far more, and says how much."""

import os
import re
import subprocess
import sys

import pytest

from tests.support import ROOT
from tests.support.faults import can_be_built
from tests.support.postgres_server import find_programs


def attack(name, *arguments):
    """Run an attack, which must not succeed; returns how many tries it made."""
    done = subprocess.run(
        # The same tries each time: what comes by chance is for `make attack`.
        [sys.executable, ROOT / "tests" / "attack" / f"{name}.py", *arguments, "--seed", "1"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    made = re.search(r"^(\d+) .*, 0 failed, \d+ s$", done.stdout, re.MULTILINE)
    assert made is not None
    return int(made[1])


@pytest.mark.parametrize("name", ["mcp_framing", "http_requests"])
def test_a_hostile_caller_silences_no_server(name, encoder):
    assert attack(name, "--tries", "30") >= 30


@pytest.mark.skipif(find_programs()[0] is None, reason="there is no PostgreSQL")
def test_a_connection_that_is_cut_in_a_commit_loses_nothing():
    assert attack("cut_connections", "--step", "80") >= 4


# Three kinds of faults share the operations; `make attack` has all of them in each.
KILLED = ["create", "texts", "threshold", "judgements", "export", "completion"]
REFUSED = ["update", "repair", "conversations", "models", "figures", "recent"]
CUT_OFF = ["remove", "restore", "settings", "token"]
DAMAGED = ["update", "conversations", "token"]


@pytest.mark.skipif(not can_be_built(), reason="there is no compiler for faults.c")
@pytest.mark.parametrize(
    ("name", "arguments", "tries"),
    [
        ("kills", ("--tries", "6", "--operations", *KILLED), 6),
        ("io_errors", ("--tries", "6", "--operations", *REFUSED), 6),
        ("power_loss", ("--tries", "6", "--operations", *CUT_OFF), 4),
        ("damage", ("--rounds", "1", "--ways", "1", "--operations", *DAMAGED), 10),
        ("stores", ("--tries", "110"), 110),
    ],
    ids=["kills", "io errors", "power loss", "damage", "stores"],
)
def test_nothing_acknowledged_is_lost_and_nothing_is_made_up(name, arguments, tries):
    assert attack(name, *arguments) >= tries
