"""Time grows with the length of a text and no faster, whatever is repeated, opened or nested."""

import gc

import pytest

from tests.support.growth import grows_faster_than_length
from tests.support.hostile_texts import CASES


@pytest.fixture(scope="module", autouse=True)
def frozen_memory():
    """What other tests have left in memory is not looked through while time is measured."""
    gc.collect()
    gc.freeze()


@pytest.mark.parametrize("suffix", CASES)
def test_no_text_takes_more_than_its_length(suffix):
    problems = {
        name: problem
        for name, text in CASES[suffix].items()
        if (problem := grows_faster_than_length(suffix, text, 4_000))
    }
    assert problems == {}
