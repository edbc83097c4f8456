"""A date has the same words in every notation; an abbreviation that spells a word has its own."""

import pytest

from index import Content, Index, Retriever
from index.search.analyzer import abbreviation_words, date_words
from tests.support.timing import takes_at_most


@pytest.mark.parametrize(
    "notation",
    ["2013-08-07", "2013/08/07", "2013.8.7", "07.08.2013", "7 August 2013", "7th of august, 2013",
     "Aug. 7, 2013", "August 7th 2013", "7\nAug 2013", "2013-08-07T10:05:00Z"],
)  # fmt: skip
def test_a_full_date(notation):
    assert date_words(f"On {notation}, it rained.") == ["day20130807", "month201308", "day0807"]


@pytest.mark.parametrize("notation", ["2013-08", "August 2013", "aug. 2013"])
def test_a_month_of_a_year(notation):
    assert date_words(notation) == ["month201308"]


@pytest.mark.parametrize("notation", ["7 August", "the 7th of August", "Aug 7"])
def test_a_day_of_any_year(notation):
    assert date_words(notation) == ["day0807"]


def test_day_and_month_are_read_both_ways_where_either_may_come_first():
    assert {"day20130807", "day20130708"} <= set(date_words("08/07/2013"))
    assert date_words("25/12/2013") == date_words("12/25/2013") == date_words("25 Dec 2013")
    assert date_words("07/07/2013") == date_words("7 July 2013")


@pytest.mark.parametrize(
    "text", ["2013/13/45", "1.2.3", "version 10.2.2013b", "maybe 3", "5 marches", "", "x2013-08-07"]
)
def test_what_is_no_date(text):
    assert date_words(text) == []


@pytest.mark.parametrize("text", ["1/" * 200_000, "7 " * 200_000, "may " * 200_000, "1" * 400_000])
def test_odd_text_takes_no_time(text):
    with takes_at_most(4):
        date_words(text)


def test_an_abbreviation_is_a_word_of_its_own():
    assert abbreviation_words("Who do I call about IT problems?") == ["cap0it"]
    assert abbreviation_words("The WHO and the US agree.") == ["cap0who", "cap0us"]


@pytest.mark.parametrize("text", ["Who told us that it works?", "It was I.", "NASA", "EXIT", ""])
def test_a_common_word_is_no_abbreviation(text):
    assert abbreviation_words(text) == []


def test_where_all_letters_are_capitals_nothing_is_an_abbreviation():
    assert abbreviation_words("WHO IS TO CALL US?") == []


def test_a_question_with_an_abbreviation_finds_it(tmp_path):
    texts = {
        "it.txt": "IT: extension 300, weekdays from 8 to 17, and for all that breaks at night the porter.",
        "lift.txt": "The lift is old, it stops and it shakes: leave it, and never hold it up when it closes.",
    }
    with Index.open(tmp_path / "index", create=True) as index:
        index.add_texts((name, Content(text)) for name, text in texts.items())
        hits = Retriever(index).search("Whom do I ask about IT?", mode="bm25")
    assert hits[0].document.path == "it.txt"
