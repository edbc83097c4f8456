"""Evidence is whole sentences, covers what is quoted, and takes in neighbours that answer too."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Document, Hit, Span, Surroundings
from index.text import split_sentences
from qa.answering.candidates import ReadPassage
from qa.answering.quoting.evidence import (
    choose_evidence,
    find_limit_below,
    join_neighbours,
    score_longer,
    score_sentences,
    split_passage,
)
from qa.reader.reading import Reading, ScoredSpan
from tests.support.passages import make_passage

TEXT = (
    "The pump is in the cellar. Close the valve. Then wait for a minute: the pressure falls. "
    "Our shop opens at nine."
)
SENTENCES = [Span(*each) for each in split_sentences(TEXT)]


def scored(*scores, text=TEXT):
    spans = [Span(*each) for each in split_sentences(text)]
    return [ScoredSpan(span, score) for span, score in zip(spans, scores, strict=True)]


def words(evidence, text=TEXT):
    return [span.of(text) for span in evidence]


def read_passage(text=TEXT, reading=None, columns=()):
    passage = make_passage(text, columns=columns)
    return ReadPassage(Hit(passage, Document(1, "/d", None), 0.5), reading or Reading((), 0.0))


def test_it_begins_with_the_best_sentence_and_takes_in_neighbours_nearly_as_good():
    evidence = choose_evidence(make_passage(TEXT), scored(-5.0, 3.0, 2.0, -5.0), (), gap=2.0)
    assert words(evidence) == ["Close the valve.", "Then wait for a minute: the pressure falls."]


def test_a_better_sentence_further_off_is_not_reached_over_a_bad_one():
    evidence = choose_evidence(make_passage(TEXT), scored(3.0, -5.0, 2.9, 2.9), (), gap=1.0)
    assert words(evidence) == ["The pump is in the cellar."]


def test_what_is_quoted_comes_first_whatever_its_sentence_scores():
    start = TEXT.index("cellar")
    quoted = Span(start, start + len("cellar"))
    evidence = choose_evidence(make_passage(TEXT), scored(-5.0, 9.0, 9.0, -9.0), (quoted,), gap=0.0)
    assert quoted.start >= evidence[0].start
    assert words(evidence)[0] == "The pump is in the cellar."


def test_a_sentence_that_announces_something_takes_what_follows_with_it():
    text = "Run this command:\n\npump --drain\n\nIt takes long."
    evidence = choose_evidence(make_passage(text), scored(3.0, -9.0, -9.0, text=text), (), gap=1.0)
    assert words(evidence, text) == ["Run this command:", "pump --drain"]


def test_a_sentence_takes_the_next_one_that_limits_it_with_it():
    text = "Everybody may fish here. However, a permit is needed. But it is free. Ask at the inn."
    evidence = choose_evidence(
        make_passage(text), scored(3.0, -9.0, -9.0, -9.0, text=text), (), gap=1.0
    )
    assert words(evidence, text) == [
        "Everybody may fish here.",
        "However, a permit is needed.",
        "But it is free.",
    ]
    evidence = choose_evidence(
        make_passage(text), scored(-9.0, -9.0, 3.0, -9.0, text=text), (), gap=1.0
    )
    assert words(evidence, text) == ["But it is free."]


def test_a_sentence_that_begins_like_a_limit_is_none():
    text = "Everybody may fish here. Butter is sold at the inn."
    evidence = choose_evidence(make_passage(text), scored(3.0, -9.0, text=text), (), gap=1.0)
    assert words(evidence, text) == ["Everybody may fish here."]


def test_a_sentence_that_breaks_off_before_a_list_takes_its_first_item_with_it():
    text = "Do not take it if you\n\n- are under 12\n\n- are ill"
    evidence = choose_evidence(make_passage(text), scored(3.0, -9.0, -9.0, text=text), (), gap=1.0)
    assert words(evidence, text) == ["Do not take it if you", "- are under 12"]


def test_it_ends_before_it_grows_too_long():
    text = " ".join(f"This is sentence number {number} of a long story." for number in range(60))
    evidence = choose_evidence(make_passage(text), scored(*[1.0] * 60, text=text), (), gap=5.0)
    assert 1 < len(evidence) < 20


def test_neighbours_are_joined_and_others_stay_apart():
    first, second, third, fourth = SENTENCES
    assert join_neighbours(TEXT, (first, second, fourth)) == (Span(first.start, second.end), fourth)
    assert join_neighbours(TEXT, (third,)) == (third,)


def test_the_readers_own_scores_of_sentences_count_where_it_gives_them():
    reading = Reading((), 0.0, tuple(scored(0.0, 4.0, 3.0, -2.0)))
    sentences = score_sentences(read_passage(reading=reading))
    assert [each.score for each in sentences] == [0.0, 4.0, 3.0, -2.0]


def test_without_them_the_best_span_of_a_sentence_counts():
    start = TEXT.index("valve")
    reading = Reading((ScoredSpan(Span(start, start + 5), 2.0),), 1.0)
    sentences = score_sentences(read_passage(reading=reading))
    assert max(sentences, key=lambda each: each.score).span.of(TEXT) == "Close the valve."


def test_a_row_of_a_table_is_one_sentence():
    row = "Ireland. All of it.\t£38"
    assert split_passage(read_passage(row, columns=("Place", "Meals")).hit.passage) == [
        Span(0, len(row))
    ]


@given(
    st.text(alphabet="ab. \n?", min_size=1, max_size=80).filter(lambda text: text.strip(". \n?")),
    st.data(),
)
def test_evidence_is_within_the_passage_and_covers_what_is_quoted(text, data):
    known = [ScoredSpan(Span(*each), data.draw(st.floats(-9, 9))) for each in split_sentences(text)]
    start = data.draw(st.integers(0, len(text) - 1))
    quoted = Span(start, data.draw(st.integers(start + 1, len(text))))
    for spans in ((), (quoted,)):
        evidence = choose_evidence(make_passage(text), known, spans, gap=2.0)
        assert evidence
        assert list(evidence) == sorted(evidence)
        assert all(0 <= each.start < each.end <= len(text) for each in evidence)
        for span in spans:
            assert any(e.start <= span.start < e.end for e in evidence)


ALLOWED = "Members may bring a guest. A guest may fish from the bank."


def take_back(
    below: str, headings: tuple[str, ...] = (), evidence: str = "from the bank."
) -> str | None:
    """The sentence of the next passage that takes back the end of one."""
    above = make_passage(ALLOWED, 1)
    start = len(ALLOWED) + 2
    next_one = replace(make_passage(below, 2, start=start), headings=headings)
    around = Surroundings(f"{ALLOWED}\n\n{below}", [above, next_one])
    hit = Hit(above, Document(1, "/d", None), 0.5, read_surroundings=lambda: around)
    at = ALLOWED.index(evidence)
    found = find_limit_below(hit, above, [Span(at, at + len(evidence))])
    if found is None:
        return None
    longer, limit = found
    assert longer.text == around.text
    return limit.of(longer.text)


@pytest.mark.parametrize(
    "below",
    [
        "However, a permit is needed in May.",
        "Except in May.",
        "This does not apply to juniors.",
        "- Exception: juniors.",
        "These rules, which date from 1911, do not apply to juniors.",
    ],
)
def test_the_next_paragraph_belongs_to_what_it_takes_back(below):
    assert take_back(f"{below} Ask at the inn.") == below


def test_another_paragraph_does_not():
    assert take_back("Ask at the inn for a permit.") is None
    assert take_back("This applies to all. It does not apply to juniors.") is None
    assert take_back("However, a permit is needed.", headings=("Permits",)) is None
    assert take_back("However, a permit is needed.", evidence="Members may bring a guest.") is None


def test_in_a_passage_that_grew_the_limit_is_evidence():
    text = f"{ALLOWED}\n\nHowever, not in May."
    known = scored(-9.0, 3.0, text=ALLOWED)
    longer = make_passage(text)
    evidence = choose_evidence(longer, score_longer(longer, make_passage(ALLOWED), known), (), 1.0)
    assert words(evidence, text) == ["A guest may fish from the bank.", "However, not in May."]
