"""As much is quoted as the question asks for, and as the reader can tell apart."""

from hypothesis import given
from hypothesis import strategies as st

from index import Span
from index.text import split_sentences
from qa.answering.quoting.lists import find_members, find_rival_items
from qa.reader.reading import Reading, ScoredSpan
from tests.support.passages import make_hit

BINS = """The bins are emptied on these days:

* Black bin: every second Tuesday
* Brown bin: the first Thursday
* Glass: the last Friday
* Paper: every Monday
"""


def read(text, **scores):
    """A reading with a span for each name; underscores stand for spaces."""
    spans = []
    for name, score in scores.items():
        words = name.replace("_", " ")
        spans.append(ScoredSpan(Span(text.index(words), text.index(words) + len(words)), score))
    spans.sort(key=lambda each: -each.score)
    return Reading(tuple(spans), 0.0)


def find_rivals(text, sentences=(), **scores):
    reading = read(text, **scores)
    scored = [
        ScoredSpan(Span(*each), s)
        for each, s in zip(split_sentences(text), sentences, strict=False)
    ]
    listed = find_rival_items(make_hit(text), reading.spans[0].span, reading, scored)
    return [span.of(text) for span in listed.members] if listed else []


def test_a_list_whose_items_score_alike_is_quoted_whole():
    assert find_rivals(BINS, Glass=1.0, Brown_bin=0.2) == [
        "Black bin: every second Tuesday",
        "Brown bin: the first Thursday",
        "Glass: the last Friday",
        "Paper: every Monday",
    ]


def test_an_item_that_stands_out_is_quoted_alone():
    assert find_rivals(BINS, Brown_bin=4.0, Glass=1.0, Paper=0.9) == []


def test_items_that_are_sentences_as_good_as_the_best_are_quoted_together():
    whole = BINS.splitlines()[2:]
    assert find_rivals(BINS, [0.1, 2.0, 1.9, 3.0, 1.2], Glass=3.0) == [each[2:] for each in whole]
    assert find_rivals(BINS, [0.1, 0.0, 0.9, 3.0, 0.2], Glass=3.0) == []
    assert find_rivals(BINS, [0.1, 0.3, 0.4, 0.4, 0.4], Glass=3.0) == []


def test_few_items_that_score_alike_do_not_stand_for_the_list():
    assert find_rivals(BINS, Glass=1.0, last_Friday=0.5) == []


KEYS = "Mitzubringen sind:\n\n- der Vertrag\n- alle Schlüssel\n- das Protokoll\n"


def test_words_that_are_several_items_stand_for_the_list_in_any_language():
    words = "der_Vertrag\n-_alle_Schlüssel"
    assert find_rivals(KEYS, **{words: 3.0}) == ["der Vertrag", "alle Schlüssel", "das Protokoll"]
    assert find_rivals(KEYS, der_Vertrag=3.0) == []


def test_words_that_reach_into_the_next_item_do_not():
    assert find_rivals(KEYS, **{"der_Vertrag\n-_a": 3.0}) == []
    rules = (
        "7. Fees\n8. The fee is 5 pounds and is due\n9. on the first of May\n10. Dogs are free\n"
    )
    assert find_rivals(rules, **{"5_pounds_and_is_due\n9._on_the_first_of_May": 3.0}) == []


def test_what_joins_items_need_not_be_in_the_words():
    joined = "Bring:\n\n- soap; and\n- a mug; and\n- tea\n"
    assert find_rivals(joined, **{"soap;_and\n-_a_mug": 3.0}) == ["soap", "a mug", "tea"]


def test_an_item_with_the_items_under_it_does_not():
    nested = "* Tea\n  * green\n  * black\n* Milk\n* Cake\n"
    assert find_rivals(nested, **{"Tea\n__*_green": 3.0}) == []


OFFICERS = "The officers are the President, the Captain and the Welfare Officer. They meet often."


def test_a_sentence_s_list_that_scores_like_its_best_member_is_quoted_whole():
    whole = "the President, the Captain and the Welfare Officer"
    scores = {whole.replace(" ", "_"): 0.9}
    assert find_rivals(OFFICERS, the_President=1.0, **scores) == [whole]
    assert find_rivals(OFFICERS, the_President=2.0, **scores) == []


def test_a_longer_span_that_is_no_list_of_three_is_not():
    scores = {"the_Captain_and_the_Welfare_Officer": 0.9}
    assert find_rivals(OFFICERS, the_Captain=1.0, **scores) == []
    text = "He wanted a name that was short, as he said in 1991."
    scores = {"a_name_that_was_short,_as_he_said_in_1991": 0.9}
    assert find_rivals(text, a_name_that_was_short=1.0, **scores) == []


def test_of_two_items_one_is_chosen():
    assert find_rivals("* Tea: at four\n* Supper: at seven\n", four=1.0, seven=0.9) == []


def test_what_leads_in_a_list_is_none_of_its_items():
    assert find_rivals(BINS, these_days=2.0, Glass=1.0, Brown_bin=0.9) == []


@given(st.lists(st.text("ab *\n", min_size=1, max_size=12), min_size=1, max_size=6), st.data())
def test_items_lie_in_the_text_in_order(lines, data):
    text = "\n".join(f"* {line}" for line in lines)
    ends = st.tuples(*[st.integers(0, len(text))] * 2).filter(lambda pair: pair[0] < pair[1])
    spans = [Span(*pair) for pair in data.draw(st.lists(ends, min_size=1, max_size=5))]
    reading = Reading(tuple(ScoredSpan(span, 0.0) for span in spans), 0.0)
    listed = find_rival_items(make_hit(text), spans[0], reading, reading.spans)
    items = listed.members if listed else ()
    assert list(items) == sorted(items)
    assert all(0 <= item.start <= item.end <= len(text) for item in items)


def test_a_list_in_a_sentence_is_quoted_without_the_sentence_around_it():
    text = "It comes in grey, green or blue and weighs 140 grams."
    reading = Reading(
        tuple(
            ScoredSpan(Span(text.index(words), text.index(words) + len(words)), score)
            for words, score in (("grey", 3.3), ("grey, green or blue", 2.8), (text, 2.4))
        ),
        0.0,
    )
    [listed] = find_members(make_hit(text), reading.spans[0].span, reading).members
    assert listed.of(text) == "grey, green or blue"
