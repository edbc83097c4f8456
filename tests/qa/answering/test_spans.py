"""Spans as a person would mark them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Span
from qa.answering.spans import is_checkbox, sentence_around, strip_marker, tidy_span
from tests.support.timing import takes_at_most

TEXT = (
    "In 1968 (the year of her death) Odile Marchetti left 640 umbrellas to the city. "
    'She called them "my silent choir" and never opened one indoors. '
    "The ‘second house’ of J. R. Smith, at −5 °C, cost £1.2 million in the U.S. then."
)


def marked(words: str, text: str = TEXT) -> Span:
    start = text.index(words)
    return Span(start, start + len(words))


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        ("dile Marchett", "Odile Marchetti"),
        ("640 umbrellas to the city.", "640 umbrellas to the city"),
        (" 640 umbrellas ", "640 umbrellas"),
        ("1968 (the year", "1968 (the year of her death)"),
        ("(the year of her death", "the year of her death"),
        ("the year of her death)", "the year of her death"),
        ('"my silent choir', '"my silent choir"'),
        ('my silent choir"', '"my silent choir"'),
        ("£1.2 million", "£1.2 million"),
        (", cost £1.2 million", "cost £1.2 million"),
        ("‘second house", "‘second house’"),
        ("in the U.S.", "in the U.S."),
    ],
)
def test_a_span_is_grown_to_words_and_brackets_and_stripped_of_punctuation(found, shown):
    assert tidy_span(TEXT, marked(found)).of(TEXT) == shown


@pytest.mark.parametrize(
    ("text", "found", "shown"),
    [
        ("It opened on 27 June 1931.", "June 1931", "27 June 1931"),
        ("It opened on 3rd of May.", "May", "3rd of May"),
        ("Serviced 2024-10-28 by Priya.", "10-28", "2024-10-28"),
        ("The job runs at 03:30 UTC.", "03", "03:30"),
        ("In May 12 came, in June 30.", "June", "June"),
        ("Keep it at 1.5 bar.\n4. Close the valve.", "1.5 bar.\n4", "1.5 bar"),
        ("- Ann: file descriptor test\n- Tobias: ask Kestrel", "test\n- Tobias", "test"),
        ("Bring:\n- a jar\n- salt", "a jar\n- salt", "a jar\n- salt"),
        ("insurer:Halden Mutual\nframe_number:LR-5", "Halden Mutual\nframe", "Halden Mutual"),
        ("a:1 bar\nb:2 bar\nc:3 bar", "1 bar\nb:2 bar\nc", "1 bar\nb:2 bar"),
        ("Alp Flix\t1,968\t61", "1,968\t61", "1,968"),
        ("Paid\tBy\nPower\tUs", "By\nPower", "By"),
        ("One line\nand another", "line\nand", "line\nand"),
        ("It costs ``€14`` a day.", "€14``", "€14"),
        ("Ring +39 06 555 0177 now.", "39 06 555 0177", "+39 06 555 0177"),
        ("Ann,ann@pryce.example,Rome", "ann@pryce", "ann@pryce.example"),
        ("See https://pryce.example/a?b=1.", "pryce", "https://pryce.example/a?b=1"),
        ("Alp Flix\t1,968\t61", "\t1,968", "1,968"),
    ],
)
def test_dates_and_addresses_are_whole_and_lists_and_rows_end_at_an_item_or_cell(
    text, found, shown
):
    assert tidy_span(text, marked(found, text)).of(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("212 metres long", "212 metres"),
        ("1,250.5 km wide", "1,250.5 km"),
        ("not 3 m deep", "not 3 m"),
        ("the days grow long", "the days grow long"),
        ("24 hour long", "24 hour"),
    ],
)
def test_a_measure_says_it_all(text, shown):
    assert tidy_span(text, marked(text, text)).of(text) == shown


def test_the_mark_of_an_item_is_no_part_of_its_sentence():
    text = "Days:\n* Monday: Belém, by tram.\n2. Smoking is not allowed."
    assert sentence_around(text, marked("Belém", text)).of(text) == "Monday: Belém, by tram."
    assert sentence_around(text, marked("Smoking", text)).of(text) == "Smoking is not allowed."


def test_a_mark_without_an_item_is_a_sentence():
    assert strip_marker("1. ", Span(0, 3)) == Span(0, 3)
    assert strip_marker("1. Rest", Span(0, 7)) == Span(3, 7)


def test_punctuation_alone_stays_as_it_is():
    assert tidy_span("Yes … no", Span(4, 5)) == Span(4, 5)


@given(st.text(max_size=200), st.integers(0, 199), st.integers(1, 60))
def test_a_tidied_span_lies_in_the_text_and_touches_what_was_found(text, start, length):
    end = min(start + length, len(text))
    if start >= end:
        return
    span = tidy_span(text, Span(start, end))
    assert 0 <= span.start < span.end <= len(text)


@given(st.text(alphabet="ab (.)\"'“”,", min_size=1, max_size=80), st.data())
def test_tidying_twice_changes_nothing_more_at_word_edges(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    span = tidy_span(text, Span(start, end))
    words = span.of(text)
    if any(c.isalnum() for c in words):
        assert not (span.start and text[span.start - 1].isalnum() and words[0].isalnum())
        assert not (span.end < len(text) and text[span.end].isalnum() and words[-1].isalnum())


def test_many_empty_lines_take_no_time():
    text = "a" + "\n " * 50_000 + "b"
    with takes_at_most(2):
        assert tidy_span(text, Span(0, len(text))) == Span(0, len(text))


def test_brackets_that_are_never_closed_cut_no_word():
    assert tidy_span("((ferry", Span(0, 4)).of("((ferry") == "((ferry"


def test_the_sentence_is_the_one_around_the_span():
    assert sentence_around(TEXT, marked("silent")).of(TEXT).startswith("She called them")


def test_a_span_over_two_sentences_is_shown_in_both():
    sentence = sentence_around(TEXT, marked("city. She"))
    assert sentence.of(TEXT).startswith("In 1968")
    assert sentence.of(TEXT).endswith("indoors.")


@pytest.mark.parametrize(
    ("words", "tidy"),
    [("[ ] head torch", "head torch"), ("[x] map", "map"), ("head torch", "head torch")],
)
def test_the_box_of_a_task_is_no_part_of_it(words, tidy):
    text = "Pack:\n\n- [ ] head torch\n- [x] map\n"
    start = text.index(words)
    assert tidy_span(text, Span(start, start + len(words))).of(text) == tidy
    sentence = next(line for line in text.splitlines() if words in line)
    line = Span(text.index(sentence), text.index(sentence) + len(sentence))
    assert strip_marker(text, line).of(text) == tidy


def test_the_box_of_a_task_is_told():
    text = "- [ ] head torch [sic]\n- [x] map"
    first, second = text.index("[ ]"), text.index("[x]")
    assert is_checkbox(text, Span(first, first + 3))
    assert is_checkbox(text, Span(second + 1, second + 2))
    assert not is_checkbox(text, Span(text.index("head"), text.index("head") + 4))
    assert not is_checkbox(text, Span(text.index("sic"), text.index("sic") + 3))
    assert not is_checkbox("no box at all", Span(0, 2))
