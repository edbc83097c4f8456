"""The attack in a short form: `make attack` tries far more, and says how much."""

import os
import re
import subprocess
import sys

import pytest

from tests.support import ROOT
from tests.support.faults import can_be_built
from tests.support.operations import INDEX_OPERATIONS, OPERATIONS, OTHER_OPERATIONS
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


def choose(operations, part):
    """Every third operation: three kinds of faults share them."""
    return ("--operations", *(each.name for each in operations[part::3]))


@pytest.mark.skipif(not can_be_built(), reason="there is no compiler for faults.c")
@pytest.mark.parametrize(
    ("name", "arguments", "tries"),
    [
        ("kills", ("--tries", "6", *choose(OPERATIONS, 0)), 6),
        ("io_errors", ("--tries", "6", *choose(OPERATIONS, 1)), 6),
        ("power_loss", ("--tries", "6", *choose(INDEX_OPERATIONS + OTHER_OPERATIONS, 2)), 4),
        (
            "damage",
            ("--rounds", "1", "--ways", "1", "--operations", "update", "conversations", "token"),
            10,
        ),
        ("stores", ("--tries", "110"), 110),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_nothing_acknowledged_is_lost_and_nothing_is_made_up(name, arguments, tries):
    assert attack(name, *arguments) >= tries
