"""How much can be done at once; what takes longer than it may is ended, and nothing else."""

import threading
import time

from index.concurrency import Deadline, available_cores


def test_there_is_a_core_to_work_on():
    assert available_cores() >= 1


def test_work_that_takes_too_long_is_ended():
    ended = threading.Event()
    with Deadline(0.02, ended.set) as deadline:
        assert ended.wait(30)
    assert deadline.has_passed


def test_what_ends_the_work_may_be_named_while_it_is_under_way():
    ended = threading.Event()
    with Deadline(0.2) as deadline:
        deadline.act = ended.set
        assert ended.wait(30)


def test_work_that_is_done_in_time_is_not_ended():
    ended = threading.Event()
    with Deadline(0.1, ended.set) as deadline:
        pass
    time.sleep(0.3)
    assert not deadline.has_passed
    assert not ended.is_set()
