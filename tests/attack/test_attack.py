"""The attack in a short form: `make attack` tries far more, and says how much."""

import os
import re
import subprocess
import sys

import pytest

from tests.support import ROOT
from tests.support.faults import can_be_built
from tests.support.postgres_server import find_programs

pytestmark = pytest.mark.skipif(not can_be_built(), reason="there is no compiler for faults.c")


@pytest.mark.parametrize(
    ("name", "arguments", "tries"),
    [
        ("kills", ("--tries", "12"), 12),
        ("io_errors", ("--tries", "12"), 12),
        ("power_loss", ("--tries", "12"), 12),
        ("damage", ("--ways", "1"), 40),
        pytest.param(
            *("cut_connections", ("--step", "47"), 7),
            marks=pytest.mark.skipif(find_programs()[0] is None, reason="there is no PostgreSQL"),
        ),
    ],
)
def test_nothing_acknowledged_is_lost_and_nothing_is_made_up(name, arguments, tries):
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
    assert int(made[1]) >= tries
