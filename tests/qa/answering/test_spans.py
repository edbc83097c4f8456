"""Spans as a person would mark them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Span
from qa.answering.spans import find_code, sentence_around, strip_marker, tidy_span
from tests.support.loading import read_passage
from tests.support.passages import make_passage
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
        ("£1.2 million", "£1.2 million"),
        (", cost £1.2 million", "cost £1.2 million"),
        ("in the U.S.", "in the U.S."),
    ],
)
def test_a_span_is_grown_to_words_and_stripped_of_punctuation(found, shown):
    assert tidy_span(TEXT, marked(found)).of(TEXT) == shown


@pytest.mark.parametrize(
    ("text", "found", "shown"),
    [
        ("It costs ``€14`` a day.", "€14``", "€14"),
        ("Ring +39 06 555 0177 now.", "39 06 555 0177", "+39 06 555 0177"),
        ("Ann,ann@pryce.example,Rome", "ann@pryce", "ann@pryce.example"),
        ("See https://pryce.example/a?b=1.", "pryce", "https://pryce.example/a?b=1"),
    ],
)
def test_numbers_and_addresses_are_whole(text, found, shown):
    assert tidy_span(text, marked(found, text)).of(text) == shown


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It is written in C#, and F# too.", "C#"),
        ("The option --verbose prints all.", "--verbose"),
        ("Use (-V) for the version.", "-V"),
        ("They are in `.marlinignore` here.", ".marlinignore"),
        ("It holds a file __init__.py then.", "__init__.py"),
        ("It runs on .NET today.", ".NET"),
        ("#marlin-help is for questions.", "#marlin-help"),
    ],
)
def test_a_mark_that_belongs_to_a_name_stays(text, found):
    assert tidy_span(text, marked(found, text)).of(text) == found


@pytest.mark.parametrize(
    ("text", "found", "shown"),
    [
        ("Bring:\n- map\n- rope", "- map", "map"),
        ("# Rules #\nNobody smokes.", "# Rules #", "Rules"),
        ("The pier - a long one - fell.", "- a long one -", "a long one"),
        ("It was _never_ open.", "_never_", "never"),
        ("It was __never__ open.", "__never__", "never"),
        ("It fell... then rose.", "... then", "then"),
        ("A well-known pier.", "-known pier.", "known pier"),
    ],
)
def test_a_mark_beside_words_is_stripped(text, found, shown):
    assert tidy_span(text, marked(found, text)).of(text).endswith(shown)
    assert tidy_span(text, marked(found, text)).of(text)[0] not in "-#_. "


@pytest.mark.parametrize(
    ("text", "found", "shown"),
    [
        ("It calls std::sort.", "sort.", "std::sort"),
        ("Use numpy.linalg.norm, or less.", "linalg", "numpy.linalg.norm"),
        ("The field self->width is wide.", "width", "self->width"),
        ("Read df$weight (in g).", "df$", "df$weight"),
        ("Pin left-pad@1 now.", "1", "pad@1"),
        ("Set max_tokens to 20.", "tokens", "max_tokens"),
        ("It holds a file __init__.py then.", "init", "__init__.py"),
        ("Give it --verbose now.", "verbose", "--verbose"),
        ("It is written in Node.js.", "Node", "Node.js"),
    ],
)
def test_a_name_of_several_parts_is_whole(text, found, shown):
    assert tidy_span(text, marked(found, text)).of(text) == shown


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It fell in 1998.The end came then.", "1998"),
        ("It fell in Rome.Then it rose.", "Rome"),
        ("Ask the cook and/or the waiter.", "cook and"),
        ("Rome/Italy or Paris/Texas", "Rome"),
        ("A well-known pier.", "well"),
        ("It cost US$100 then.", "100"),
        ("It was never_ open.", "never"),
        ("He said it.\n\n--RUSKIN", "RUSKIN"),
        ("Call open(path) first.", "path"),
        ('Say "std::sort" aloud.', "std::sort"),
        ("Is it (std::sort)?", "std::sort"),
    ],
)
def test_words_that_stand_alone_are_no_part_of_a_name(text, found):
    assert tidy_span(text, marked(found, text)).of(text) == found


CODE = """Install it:

```r
remotes::install_github("LiYingWang/kwlburials")
cp -r /etc/app/conf.d ~/.app; apt-get install python3-dev
```

Then `a/b` is cut, and c/d is not.
"""


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        (
            'install_github("LiYingWang/kwlburials")',
            'remotes::install_github("LiYingWang/kwlburials")',
        ),
        ("kwlburials", "LiYingWang/kwlburials"),
        ("app/conf", "/etc/app/conf.d"),
        ("r /etc", "-r /etc/app/conf.d"),
        ("app;", "~/.app"),
        ("get install python3", "apt-get install python3-dev"),
        ("b` is cut", "a/b` is cut"),
        ("d is not", "d is not"),
    ],
)
def test_in_code_all_joined_names_are_whole(found, shown):
    passage = read_passage("/a.md", CODE, 50)
    assert tidy_span(CODE, marked(found, CODE), find_code(passage)).of(CODE) == shown


def test_a_name_ends_with_its_code():
    text = "see `a/b`/c and `d`_e"
    code = find_code(read_passage("/a.md", text))
    assert tidy_span(text, marked("b", text), code).of(text) == "a/b"


@given(st.text(alphabet="ab1 .:->$@/_\\-`\"'(\n", min_size=1, max_size=60), st.data())
def test_a_span_grows_only_by_names_without_a_space(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    first = data.draw(st.integers(0, len(text)))
    code = Span(first, data.draw(st.integers(first, len(text))))
    span = tidy_span(text, Span(start, end), [code])
    assert 0 <= span.start < span.end <= len(text)
    assert not re.search(r"\s", text[span.start : start] + text[end : span.end])
    words = [at for at in range(start, end) if text[at].isalnum()]
    assert not words or span.holds(Span(words[0], words[-1] + 1))


def test_a_long_address_is_whole_wherever_it_was_found():
    address = "https://pryce.example/" + "/".join(f"part{n}" for n in range(40)) + "/end.html"
    text = f"Get it at {address} today."
    for found in ("https", "part20", "end"):
        assert tidy_span(text, marked(found, text)).of(text) == address


def test_an_address_ends_at_letters_that_are_written_without_spaces():
    text = "資料はhttps://pryce.example/aにあります"
    assert tidy_span(text, marked("pryce", text)).of(text) == "https://pryce.example/a"


def test_the_mark_of_an_item_is_no_part_of_its_sentence():
    text = "Days:\n* Monday: Belém, by tram.\n2. Smoking is not allowed."
    assert (
        sentence_around(make_passage(text), marked("Belém", text)).of(text)
        == "Monday: Belém, by tram."
    )
    assert (
        sentence_around(make_passage(text), marked("Smoking", text)).of(text)
        == "Smoking is not allowed."
    )


def test_a_mark_without_an_item_is_a_sentence():
    assert strip_marker(make_passage("1. "), Span(0, 3)) == Span(0, 3)
    assert strip_marker(make_passage("1. Rest"), Span(0, 7)) == Span(3, 7)


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


def test_the_sentence_is_the_one_around_the_span():
    assert (
        sentence_around(make_passage(TEXT), marked("silent")).of(TEXT).startswith("She called them")
    )


def test_a_span_over_two_sentences_is_shown_in_both():
    sentence = sentence_around(make_passage(TEXT), marked("city. She"))
    assert sentence.of(TEXT).startswith("In 1968")
    assert sentence.of(TEXT).endswith("indoors.")


def test_the_box_of_a_task_is_no_part_of_it():
    text = "- [ ] head torch\n- [x] map\n"
    for words in ("head torch", "map"):
        sentence = next(line for line in text.splitlines() if words in line)
        span = strip_marker(read_passage("/a.md", text), marked(sentence, text))
        assert span.of(text) == words
