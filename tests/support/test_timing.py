"""Bounds on processor time."""

import gc

import pytest

from tests.support import timing
from tests.support.timing import takes_at_most


def work():
    return sum(number * number for number in range(300_000))


def test_work_that_takes_longer_fails():
    with pytest.raises(AssertionError, match=r"at most 0\.001 s"), takes_at_most(0.001):
        for _ in range(20):
            work()


def test_a_slower_machine_gets_more(monkeypatch):
    monkeypatch.setattr(timing, "_USUAL_SECONDS", 1e-6)
    with takes_at_most(0.001):
        work()


def test_the_garbage_collector_rests_meanwhile_even_where_the_work_fails():
    with pytest.raises(ZeroDivisionError), takes_at_most(1):
        assert not gc.isenabled()
        1 / 0  # noqa: B018
    assert gc.isenabled()
