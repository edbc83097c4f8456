"""A reranker of one's own is held to what `Reranker` promises."""

import pytest

from index import Document, Hit, Passage, Span
from qa.reranking import score_hits

TEXTS = ["The bridge opened in 1956.", "The oven is hot."]
HITS = [
    Hit(Passage(number, Span(0, len(text)), text), Document(1, "/notes.md", "Notes"), 0.5)
    for number, text in enumerate(TEXTS)
]


class Answering:
    """A reranker that answers the same to everything."""

    def __init__(self, scores):
        self.scores = scores

    def score(self, question, passages, cancelled):
        self.question, self.passages = question, passages
        return [] if cancelled() else self.scores


def test_hits_are_scored_in_their_order_with_the_title_in_view():
    reranker = Answering([2.0, -1.0])
    assert score_hits("When?", HITS, reranker) == [2.0, -1.0]
    assert reranker.question == "When?"
    assert [passage.text for passage in reranker.passages] == TEXTS
    assert [passage.above for passage in reranker.passages] == ["Notes", "Notes"]


@pytest.mark.parametrize(
    ("scores", "error", "line"),
    [
        ((2.0, -1.0), TypeError, "list of floats"),
        ([2.0, "much"], TypeError, "list of floats"),
        ([2.0], ValueError, "1 scores for 2 passages"),
        ([2.0, float("nan")], ValueError, "must be finite"),
        ([float("inf"), 1.0], ValueError, "must be finite"),
    ],
)
def test_other_scores_are_refused_in_one_line_that_names_the_reranker(scores, error, line):
    with pytest.raises(error, match=line) as caught:
        score_hits("When?", HITS, Answering(scores))
    assert "Answering" in str(caught.value)
    assert "\n" not in str(caught.value)
