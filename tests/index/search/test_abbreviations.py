"""Abbreviations that spell a common word."""

import pytest

from index import Content, Index, Retriever
from index.search.analyzer import abbreviation_words


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
