"""Every measure is explained in one short line."""

import pytest

from qa.evaluation import ABSTENTION_MEASURES, ANSWER_MEASURES, explain
from qa.evaluation.measuring.retrieval import MEASURES


@pytest.mark.parametrize(
    "name", [*MEASURES, *ANSWER_MEASURES, *ABSTENTION_MEASURES, "P@5", "AP@20"]
)
def test_a_measure_is_explained_in_a_line(name):
    line = explain(name)
    assert 20 < len(line) < 130
    assert "\n" not in line
    assert "{" not in line


def test_the_depth_is_named():
    assert "first 7 documents" in explain("nDCG@7")
    assert "come first" in explain("R@1")


@pytest.mark.parametrize("name", ["P@1", "RR@1", "Success@1"])
def test_of_one_document_nothing_is_said_to_be_among_it(name):
    assert explain(name) == "share of questions whose first document is relevant"


def test_a_measure_is_explained_by_whichever_name_it_goes():
    assert explain("MAP") == explain("AP")
    assert explain("Recall@10") == explain("R@10")


def test_an_unknown_one_is_referred_to_ir_measures():
    assert "ir-measures" in explain("INST")
