"""Work is spread over the cores and comes back in order."""

import threading

import pytest

from index.models.onnx_session import OnnxGraph, processor


@pytest.fixture
def graph(monkeypatch):
    """A graph without a network: `each` needs none."""
    monkeypatch.setattr(OnnxGraph, "__init__", lambda self: setattr(self, "_cores", 3))
    return OnnxGraph()


def test_results_come_in_the_order_of_the_items(graph):
    assert graph.each(lambda n: n * n, list(range(100))) == [n * n for n in range(100)]
    assert graph.each(str, []) == []


def test_as_many_items_at_once_as_there_are_cores(graph):
    together = threading.Barrier(3, timeout=60)
    graph.each(lambda _: together.wait(), range(3))


def test_one_item_stays_in_the_callers_thread(graph):
    assert graph.each(lambda _: threading.current_thread(), [1]) == [threading.current_thread()]


def test_an_error_ends_the_work(graph):
    with pytest.raises(ZeroDivisionError):
        graph.each(lambda n: 1 / n, [1, 0, 2])


def test_this_machine_is_known():
    assert processor()
