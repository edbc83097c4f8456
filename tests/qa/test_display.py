"""Nothing in a text can act on what it is drawn on, and offsets stay what they were."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.display import visible


@pytest.mark.parametrize(
    ("raw", "drawn"),
    [
        ("\x1b[31mred", "␛[31mred"),
        ("\x00\x07\x08", "␀␇␈"),
        ("\x7f", "␡"),
        ("\x9b31m", "�31m"),
        ("a\u202eb\u2066c\u200fd\u061ce", "a�b�c�d�e"),
        ("\ud800", "�"),
        ("a\tb\nc", "a\tb\nc"),
        ("line\r\nline", "line\r\nline"),
        ("over\rwritten", "over␍written"),
        ("plain, naïve 日本語 👩‍💻 שלום", "plain, naïve 日本語 👩‍💻 שלום"),
    ],
)
def test_a_character_that_would_act_when_drawn_becomes_a_stand_in(raw, drawn):
    assert visible(raw) == drawn


@given(st.text(st.characters(codec=None, categories=None)))
def test_a_drawn_text_is_as_long_as_the_raw_one_and_holds_no_control_character(text):
    drawn = visible(text)
    assert len(drawn) == len(text)
    left = {c for c in drawn.replace("\r\n", "") if unicodedata.category(c) in ("Cc", "Cs")}
    assert left <= {"\t", "\n"}


@given(st.text())
def test_what_is_drawn_stays_as_it_is_when_drawn_again(text):
    assert visible(visible(text)) == visible(text)
