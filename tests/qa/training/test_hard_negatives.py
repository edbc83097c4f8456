"""Hard negatives: near to the question, without its answer."""

from index import Span
from qa.training.data_files import QuestionRow
from qa.training.negatives import find_hard_negatives

CONTEXTS = [
    "The museum opened in 1991. Odile Marchetti gave it 640 umbrellas.",
    "The museum of Port Averil opened late on Thursdays, and its café never opened.",
    "When the museum's theatre opened in 1991, the mayor spoke for two hours.",
    "Granite is a coarse rock of quartz, feldspar and mica.",
]


def test_the_nearest_context_that_lacks_the_answer_comes_first():
    start = CONTEXTS[0].index("1991")
    asked = QuestionRow("When was the museum opened?", CONTEXTS[0], (Span(start, start + 4),))
    others = [QuestionRow("What?", context) for context in CONTEXTS[1:]]
    found = find_hard_negatives([asked, *others], depth=4)
    assert [each.context for each in found[0]] == [CONTEXTS[1], CONTEXTS[3]]
    assert len(found) == 4
