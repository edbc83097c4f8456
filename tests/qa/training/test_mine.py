"""Hard negatives: what the retriever ranks high and does not hold the answer."""

import pytest

from index import Content, Index, Retriever
from qa.training.examples import Context, Example
from qa.training.mine import mined

PARAGRAPHS = [
    "The museum opened in 1991. Odile Marchetti gave it 640 umbrellas.",
    "The museum of Port Averil opened late on Thursdays, and its café opened never.",
    "When the theatre opened in 1991, the mayor spoke for two hours.",
    "Granite is a coarse rock of quartz, feldspar and mica.",
]


@pytest.fixture
def retriever(encoder, tmp_path):
    index = Index.open(tmp_path / "index", create=True, encoder=encoder)
    index.add_texts((str(number), Content(text)) for number, text in enumerate(PARAGRAPHS))
    yield Retriever(index)
    index.close()


def test_negatives_are_near_and_hold_no_answer(retriever):
    start = PARAGRAPHS[0].index("1991")
    context = Context(PARAGRAPHS[0], ((start, start + 4),))
    example = Example("When did the museum open?", (context,))
    ((same, negatives),) = mined(retriever, PARAGRAPHS, [example], most=1)
    assert same is example
    # Neither the right paragraph nor the one where 1991 stands by chance.
    assert negatives == [PARAGRAPHS[1]]
