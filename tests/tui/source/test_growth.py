"""Drawing takes time that grows with the length of a text and no faster, in every format."""

import pytest

from tests.support.drawing_growth import FORMATS, drawing_cases, grows_faster_than_length
from tests.support.hostile_texts import CASES


@pytest.mark.slow
@pytest.mark.parametrize("suffix", FORMATS)
def test_no_text_takes_more_than_its_length_to_draw(suffix):
    texts = [*drawing_cases(suffix), *CASES.get(suffix, {}).items()]
    problems = {
        name: problem
        for name, text in texts
        if (problem := grows_faster_than_length(suffix, text, 3_000))
    }
    assert problems == {}
