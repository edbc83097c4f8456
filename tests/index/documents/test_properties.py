"""What documents say of themselves: cleaned, limited, and kept as it was."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Properties
from index.documents import decode_properties, encode_properties, fold

ANY_TEXT = st.text(st.characters(codec=None), max_size=300)


@given(st.lists(ANY_TEXT, max_size=80), st.lists(ANY_TEXT, max_size=80), st.dates())
def test_whatever_it_says_it_is_short_clean_and_kept(authors, tags, day):
    said = Properties(tuple(authors), tuple(tags), day)
    for names in (said.authors, said.tags):
        assert len(names) <= 50
        assert sum(map(len, names)) <= 1_500
        assert len({fold(name) for name in names}) == len(names)
        for name in names:
            assert 0 < len(name) <= 100
            assert name == " ".join(name.split())
            name.encode()
            assert not any(letter in "\x00\x1b\x7f\u202e\u2028\ufeff" for letter in name)
    assert said.date is None or said.date == day
    assert decode_properties(encode_properties(said)) == said
    # It has room in one record of every engine.
    assert len(encode_properties(said) or "") < 4_000


@given(st.lists(st.tuples(st.integers(0, 9_999), st.integers(0, 99)), max_size=300))
def test_what_is_doubtful_is_all_there_in_order_and_short(given):
    said = Properties(doubtful=tuple((start, start + size) for start, size in given))
    starts = [start for start, _ in said.doubtful]
    assert starts == sorted(starts)
    assert all(start < end for start, end in said.doubtful)
    assert all(end < start for (_, end), start in zip(said.doubtful, starts[1:], strict=False))
    doubtful = {at for start, end in said.doubtful for at in range(start, end)}
    wanted = {at for start, size in given for at in range(start, start + size)}
    assert wanted <= doubtful
    assert len(said.doubtful) <= 100
    assert doubtful == wanted or len(said.doubtful) == 100
    assert decode_properties(encode_properties(said)) == said
    assert len(encode_properties(said) or "") < 4_000


def test_names_are_cleaned_and_stand_once():
    said = Properties(
        (" Ann\tSmith\n", "ann smith", "", "\x1b[31mEve\u202e", "Zoë \ud800"),
        ("#rain", " #Rain ", "c#", "work/travel"),
    )
    assert said.authors == ("Ann Smith", "[31mEve", "Zoë")
    assert said.tags == ("rain", "c#", "work/travel")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (date(2024, 2, 29), date(2024, 2, 29)),
        (datetime(2024, 2, 29, 23, 59), date(2024, 2, 29)),
        (date(1, 1, 1), None),
        (date(9999, 12, 31), None),
    ],
)
def test_a_date_is_a_day_of_some_year_that_documents_have(given, kept):
    assert Properties(date=given).date == kept


def test_where_nothing_is_said_nothing_is_stored():
    assert not Properties()
    assert encode_properties(Properties()) is None
    assert decode_properties(encode_properties(Properties(languages=("de", "en", "de")))) == (
        Properties(languages=("de", "en"))
    )
    assert decode_properties(None) == Properties() == Properties(("\n",), ("#",))


def test_a_document_without_a_language_is_taken_for_english():
    assert decode_properties('{"languages": []}').languages == ("en",)
