"""How much can be done at once."""

from index.concurrency.cores import available_cores


def test_there_is_a_core_to_work_on():
    assert available_cores() >= 1
