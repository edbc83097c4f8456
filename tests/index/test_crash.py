"""Kills: whenever a writer is killed, the index holds exactly what was committed by then.

`tests/benchmarks/crash.py` does the same some hundred times.
"""

import random
import shutil

import pytest

from tests.support import crashing

AT_STEPS, AT_TIMES = 12, 8


@pytest.fixture(scope="module")
def steps(tmp_path_factory):
    """How many steps a whole run takes, about: threads make it differ."""
    base = tmp_path_factory.mktemp("whole")
    crashing.fill(base / "notes")
    killed, journal = crashing.run(base / "an.index", base / "notes")
    assert not killed
    assert journal.states()[0] == journal.states()[1]
    crashing.check(base / "an.index", journal)
    assert crashing.resume(base / "an.index", base / "notes") == 0
    return journal.steps


@pytest.mark.parametrize("number", range(AT_STEPS))
def test_killed_at_a_step_of_its_work(tmp_path, steps, number):
    """From the making of the index to the end of its repair."""
    place, folder = tmp_path / "an.index", tmp_path / "notes"
    crashing.fill(folder)
    killed, journal = crashing.run(place, folder, step=1 + number * steps // (AT_STEPS + 1))
    assert killed
    crashing.check(place, journal)
    crashing.resume(place, folder)


def test_killed_at_any_time_again_and_again(tmp_path):
    place, folder = tmp_path / "an.index", tmp_path / "notes"
    chance = random.Random(5)
    crashing.fill(folder)
    kills, longest = 0, 0.5
    for _ in range(3 * AT_TIMES):
        killed, journal = crashing.run(place, folder, seconds=chance.uniform(0, longest))
        crashing.check(place, journal)
        # What comes next has something to do.
        shutil.rmtree(folder)
        crashing.fill(folder)
        if killed:
            kills += 1
        else:
            # The faster the machine, the sooner it must be killed.
            longest /= 2
        if kills == AT_TIMES:
            break
    assert kills == AT_TIMES
    crashing.resume(place, folder)
