"""Words are shown alone only if they say alone what they say in their sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Span
from qa.answering.complete_words import are_complete, are_joined_wrongly


def find_complete(marked: str) -> bool:
    """Whether the words between brackets are complete in their sentence."""
    before, words, after = marked.replace("]", "[").split("[")
    text = before + words + after
    return are_complete(text, Span(0, len(text)), Span(len(before), len(before) + len(words)))


@pytest.mark.parametrize(
    "sentence",
    [
        "The museum opened in [1991] on Pilot Quay.",
        "The first kiln was built by [Josias Kettlewell], a potter.",
        "It was serviced on [14 October 2024] by Mr Adeyemi.",
        "The regatta brought in [£1,870], less than the year before.",
        "The network is called [lapwing-guest].",
        "Nobody was hurt; the roof was mended in [March].",
        "The key is not here, but in [the blue tin].",
        "[Do not lock the gate at night.]",
        "The house was built by [May Tennant], a mason.",
    ],
)
def test_a_name_a_date_or_an_amount_stands_alone(sentence):
    assert find_complete(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        # Turned by what stands before.
        "Bicycles must not be left [in the stairwell].",
        "You can't [smoke on the balcony].",
        "Only [members of the committee] may vote.",
        "The pool is no longer [open on Sundays].",
        "Pay nothing until [the first of May].",
        "It never takes more than [100] columns.",
        # Bounded.
        "Give at least [20 seconds] to answer.",
        "Leave it for up to [24 hours].",
        "Send it by [20 June].",
        "Boil it for about [12 minutes].",
        "A delivery comes every [two weeks].",
        "A berth costs under [£20].",
        "Repairs above [$ 500] need a signature.",
        "A permit takes about [twenty minutes].",
        "Over [fifty people] came.",
        "The pier was built before [March 1931].",
        "It was sold after [May] of that year.",
        "It weighs ca. [5 kg].",
        "It was built c. [1850].",
        "It was built circa [1850].",
        # Cut from its unit, or from the rest of an amount.
        "Staff have [28] days of leave.",
        "It takes [11] or more.",
        "Add [2] for every dozen.",
        "The fee is [25] % of the price.",
        "Allow [4]–6 weeks.",
        # Taken back.
        "Guests may [park in the yard] unless it is market day.",
        "You may [keep a dog], but not a second one.",
        "Dogs [may swim here], though not in July.",
    ],
)
def test_what_is_turned_bounded_cut_off_or_taken_back_does_not(sentence):
    assert not find_complete(sentence)


@given(st.text(max_size=80), st.integers(0, 80), st.integers(0, 80))
def test_any_words_can_be_judged(text, start, end):
    start, end = min(start, len(text)), min(max(start, end), len(text))
    assert are_complete(text, Span(0, len(text)), Span(start, end)) in (True, False)


@pytest.mark.parametrize(
    ("left_out", "turns"),
    [
        (" not ", True),
        (" not, as far as we know, ", True),
        (" unless it rains. ", True),
        (", which does not like dogs, ", False),
        (". It did not rain. ", False),
    ],
)
def test_what_is_left_out_between_words_may_turn_them(left_out, turns):
    assert are_joined_wrongly(left_out, "[…]") is turns
    assert not are_joined_wrongly(" not ", "[not]")
