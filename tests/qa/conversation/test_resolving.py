"""A follow-up question becomes self-contained; any other is left exactly as it is."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.conversation import (
    Turn,
    resolve_in_context,
    resolve_question,
    strip_courtesy,
    vocabulary,
)

FOUNDED = "Who founded the Museum of Rain?"
DESCALE = "How do I descale the Lumora E2?"


@pytest.mark.parametrize(
    ("history", "question", "resolved"),
    [
        ([FOUNDED], "When did it open?", "When did the Museum of Rain open?"),
        ([DESCALE], "How hot does it get?", "How hot does the Lumora E2 get?"),
        (
            ["Tell me about solar panels."],
            "How much do they cost?",
            "How much do solar panels cost?",
        ),
        (
            ["Is there a discount for members?"],
            "How do I get it?",
            "How do I get a discount for members?",
        ),
        (
            ["Which ship carried sauerkraut in 1768?"],
            "How did Cook persuade his sailors to eat it?",
            "How did Cook persuade his sailors to eat sauerkraut?",
        ),
        (
            ["How much does an Irish Wolfhound weigh?"],
            "What do they eat?",
            "What do Irish Wolfhounds eat?",
        ),
        (
            ["I visited the University of Oslo. Is it free?"],
            "Who founded it?",
            "Who founded the University of Oslo?",
        ),
        (
            ["I visited the Church of the Holy Cross. Is it free?"],
            "Who founded it?",
            "Who founded the Church of the Holy Cross?",
        ),
    ],
)
def test_a_pronoun_is_replaced_by_what_it_stands_for(
    history: list[Turn], question: str, resolved: str
) -> None:
    assert resolve_question(question, history) == resolved


@pytest.mark.parametrize(
    ("history", "question", "resolved"),
    [
        ([FOUNDED], "Who is its director?", "Who is the Museum of Rain's director?"),
        (["What are cubesats?"], "What is their future?", "What is cubesats' future?"),
        (
            ["Which country lies between Russia and China on the pipeline route?"],
            "And what is the name of its president?",
            "And what is the name of the country's president? "
            "(Russia and China on the pipeline route)",
        ),
    ],
)
def test_an_owner_takes_an_apostrophe(history: list[Turn], question: str, resolved: str) -> None:
    assert resolve_question(question, history) == resolved


@pytest.mark.parametrize(
    ("history", "question", "resolved"),
    [
        (["who was marie curie"], "where did she study", "where did marie curie study"),
        (["Where was Phil Lesh born?"], "What did he play?", "What did Phil Lesh play?"),
    ],
)
def test_he_and_she_are_persons(history: list[Turn], question: str, resolved: str) -> None:
    assert resolve_question(question, history) == resolved


def test_a_short_name_of_a_place_is_left_alone() -> None:
    assert resolve_question("What is Kenya known for?", ["How high is Mount Kenya?"]) == (
        "What is Kenya known for?"
    )


def test_they_do_not_stand_for_one_thing() -> None:
    assert resolve_question(
        "How much did they pay?", ["How much did the repair cost in 2018?"]
    ) == ("How much did they pay? (the repair, 2018)")


def test_he_never_stands_for_a_thing() -> None:
    assert resolve_question("When did he die?", [DESCALE]) == "When did he die?"


@pytest.mark.parametrize("question", ["When did they agree?", "Who told her?", "Did it last?"])
def test_no_pronoun_stands_for_a_time(question: str) -> None:
    resolved = resolve_question(
        question, ["What was planned in February?", "What happened on Monday?"]
    )
    assert resolved.startswith(question.rstrip("?"))


@pytest.mark.parametrize(
    ("turn", "question", "resolved"),
    [
        ((FOUNDED, "Odile Marchetti"), "When did it open?", "When did the Museum of Rain open?"),
        (
            ("Which ship carried sauerkraut?", "the Endeavour"),
            "How did Cook get his crew to eat it?",
            "How did Cook get his crew to eat sauerkraut?",
        ),
        (
            ("When did the museum open?", "12 May 1923"),
            "How big is it?",
            "How big is the museum?",
        ),
    ],
)
def test_a_thing_that_was_asked_about_is_meant_whatever_the_answer(
    turn: Turn, question: str, resolved: str
) -> None:
    assert resolve_question(question, [turn]) == resolved


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("When does the ferry leave", "And where?"),
        ("Is Red Bull bad for you", "Why?"),
        ("who wrote the first compilers", "and when"),
        ("How do I descale the Lumora E2", "how often?"),
        ("When does the ferry leave in summer", "in winter?"),
        ("How much does a day ticket cost for adults", "And for students?"),
        ("How many people lived in Bergen in 1980", "And in Oslo?"),
        ("How many people lived in Bergen in 1980", "What about Oslo?"),
        ("How long is the car ferry crossing from Takamatsu", "what about the fast boat?"),
        ("What does the large binder cost", "And the smaller one?"),
        ("How long may a student keep a laptop", "And if I'm a member of staff?"),
    ],
)
def test_a_part_of_a_question_takes_the_question_before(before: str, question: str) -> None:
    assert resolve_question(question, [f"{before}?"]) == f"{question} ({before})"
    assert resolve_question(question, [(f"{before}?", "Yes.")]) == f"{question} ({before})"


@pytest.mark.parametrize(
    "question",
    [
        "What causes it?",
        "Who else?",
        "And where can I buy a ticket for the ferry to Takamatsu?",
        "What about?",
        "And if it rains, who decides?",
        "Kanteko power bank",
    ],
)
def test_a_question_of_its_own_does_not_take_the_question_before(question: str) -> None:
    assert "How do I copy a file" not in resolve_question(question, ["How do I copy a file?"])


def test_the_question_before_a_part_is_resolved_as_well() -> None:
    history: list[Turn] = ["What is the Museum of Rain?", "When did it open?", "And where?"]
    assert resolve_question("Why?", history) == (
        "Why? (And where? (When did the Museum of Rain open))"
    )


def test_a_thousand_parts_of_a_question_are_resolved() -> None:
    assert resolve_question("And when?", ["And where?"] * 5_000).startswith("And when? (And where")


@pytest.mark.parametrize(
    ("history", "question", "resolved"),
    [
        (
            [DESCALE],
            "And how long does that take?",
            "And how long does that take? (the Lumora E2, descale)",
        ),
        ([DESCALE], "How often should I do that?", "How often should I do that? (the Lumora E2)"),
        (
            ["Which spacecraft crashed on the Moon?"],
            "When did that happen?",
            "When did that happen? (the Moon, the spacecraft)",
        ),
        (
            [DESCALE],
            "What does this machine weigh?",
            "What does this machine weigh? (the Lumora E2)",
        ),
        ([FOUNDED], "How big is that museum?", "How big is the Museum of Rain?"),
        (
            ["What is Rock City famous for?"],
            "Are special events held there?",
            "Are special events held in Rock City?",
        ),
        (
            ["What are tardigrades?"],
            "What is the largest one?",
            "What is the largest one? (tardigrades)",
        ),
    ],
)
def test_demonstratives_places_and_one(history: list[Turn], question: str, resolved: str) -> None:
    assert resolve_question(question, history) == resolved


@pytest.mark.parametrize(
    ("history", "question", "resolved"),
    [
        (
            ["Tell me about solar panels."],
            "What are the disadvantages?",
            "What are the disadvantages? (solar panels)",
        ),
        ([FOUNDED], "How do I get to the museum?", "How do I get to the Museum of Rain?"),
        (
            ["Who was Albert Ayler?"],
            "What other instruments did Ayler play?",
            "What other instruments did Albert Ayler play?",
        ),
        (
            ["What are mammals?"],
            "What is the largest on land?",
            "What is the largest on land? (mammals)",
        ),
    ],
)
def test_a_noun_left_out_is_put_in(history: list[Turn], question: str, resolved: str) -> None:
    assert resolve_question(question, history) == resolved


@pytest.mark.parametrize(
    "question",
    [
        "How many eggs did the survivor lay?",
        "What are the opening hours in winter?",
        "What is the price of a day ticket?",
        "What does the red light mean?",
        "descaling interval",
        "Who does John Smith report to and what does he earn?",
        "Why did Boise get its name?",
        "What if the tests fail when they run in parallel?",
        "Is there a difference between a list and a tuple?",
        "And what did the new batteries do to the price of each station?",
        "Which is the most common cause of fire?",
        "What does Anna think of the deadline?",
        "What happened during the night of 4 May?",
        "Before he died, what did Tesla's father ask him to do?",
        "Who did Genghis Khan unite before he began to conquer Eurasia?",
        "What was the wife arranged for Temüjin by his father called?",
        "Which company made their ad for the final?",
        "When were attacks on teachers the highest?",
        "after sales service contact",
        "How many planets are there?",
        "In welchem Jahr wurde das Museum eröffnet?",
        "Was ist das Museum?",
        "Où est-il ?",
        "博物館はいつ開館しましたか？",
        "  What is  BM25 ?  ",
        "",
        "?",
    ],
)
@pytest.mark.parametrize("turn", [(FOUNDED, "Odile Marchetti"), "What is photosynthesis?", DESCALE])
def test_a_question_that_stands_on_its_own_is_left_alone(question: str, turn: Turn) -> None:
    assert resolve_question(question, [turn]) == question


@pytest.mark.parametrize(
    "question",
    [
        "How long does it take to get to the harbour?",
        "Is it possible to bring a dog?",
        "How far is it from Bergen to Oslo?",
    ],
)
def test_the_it_that_stands_for_nothing_is_left_alone(question: str) -> None:
    assert resolve_question(question, [FOUNDED]) == question


@pytest.mark.parametrize(
    ("turn", "question"),
    [
        ("How much did we spend in Lisbon?", "How do I copy a file?"),
        ("How do I set up a virtual environment?", "How do I copy a file?"),
        ("Who is the chair of the committee?", "What time does the shop open?"),
        ("What is the trunk?", "Can the virus be spread to animals?"),
        (DESCALE, "How do I reset the sound?"),
        ("What was the weather like in Lisbon?", "Can I put one box inside another?"),
        (("Where is the boiler?", "in the cellar"), "Can I travel to help other people?"),
        ("How many columns may a table have?", "Which bin goes out on Monday?"),
    ],
)
def test_an_everyday_question_on_another_topic_is_left_alone(turn: Turn, question: str) -> None:
    assert resolve_question(question, [turn]) == question
    assert resolve_question(question.lower().rstrip("?"), [turn]) == question.lower().rstrip("?")


@pytest.mark.parametrize(
    "question",
    [
        "When do they collect the brown bin?",
        "What do they call a checkpoint in write-ahead mode?",
    ],
)
@pytest.mark.parametrize(
    "turn", ["What is the default page size in SQLite?", "Where is the Lumora E2 made?"]
)
def test_they_may_be_nobody_in_particular(question: str, turn: Turn) -> None:
    assert resolve_question(question, [turn]) == question


@pytest.mark.parametrize(
    ("turn", "question", "resolved"),
    [
        (
            "What does the black umbrella in Nethack do?",
            "How do I know that it is about to wear off?",
            "How do I know that the black umbrella in Nethack is about to wear off?",
        ),
        (
            "When was the museum in Bergen founded?",
            "How big is it?",
            "How big is the museum in Bergen?",
        ),
    ],
)
def test_the_noun_that_is_meant_is_kept(turn: Turn, question: str, resolved: str) -> None:
    assert resolve_question(question, [turn]) == resolved


def test_who_did_it_asks_about_what_was_done() -> None:
    history: list[Turn] = ["When was the boiler last serviced?"]
    resolved = resolve_question("Who did it?", history)
    assert resolved.startswith("Who did it? (")
    assert "the boiler" in resolved


def test_a_person_whom_nobody_named_is_known_by_the_question_before() -> None:
    history: list[Turn] = ["when was the boiler last serviced", "who did it"]
    resolved = resolve_question("what is his phone number", history)
    assert resolved.startswith("what is his phone number (")
    assert "the boiler" in resolved
    history: list[Turn] = ["How do I lock a user out without deleting his account?"]
    assert resolve_question("And how do I let him in again?", history) == (
        "And how do I let him in again? (How do I lock a user out without deleting his account)"
    )


def test_an_acronym_in_capitals_is_no_pronoun() -> None:
    history: list[Turn] = ["What is my blood group?"]
    question = "Who do I call about IT problems?"
    assert resolve_question(question, history) == question
    assert resolve_question("WHEN DID IT OPEN?", ["What is the Museum of Rain?"]) == (
        "WHEN DID the Museum of Rain OPEN?"
    )


def test_turns_are_resolved_in_order() -> None:
    history: list[Turn] = [
        "What is blockchain?",
        "How does it work?",
        "What problem does it solve?",
    ]
    assert resolve_question("Is it legal?", history) == "Is blockchain legal?"
    history: list[Turn] = [
        "Has Xi visited Russia more often than any other country?",
        "What about France?",
    ]
    assert (
        resolve_question("how often has he been there?", history)
        == "how often has Xi been to France?"
    )


def test_he_and_there_are_told_apart() -> None:
    assert resolve_question("How long did he stay there?", ["When did Darwin visit Chile?"]) == (
        "How long did Darwin stay in Chile?"
    )


def test_the_verb_agrees() -> None:
    history: list[Turn] = ["Tell me about lavender plants."]
    assert resolve_question("How is it used?", history) == "How are lavender plants used?"


def test_one_stands_for_no_name() -> None:
    history: list[Turn] = ["How many tardigrades crashed on the Moon?"]
    assert "largest Moon" not in resolve_question("What is the largest one?", history)


def test_names_in_any_script() -> None:
    assert resolve_question("Where was gonzález born?", ["Who is Juan Gonzalez?"]) == (
        "Where was gonzález born?"
    )
    assert resolve_question("How old is it?", ["Where is Tió de Nadal from?"]).isprintable()


def test_a_pasted_page_in_the_history_is_not_pasted_into_the_question() -> None:
    page = "The quick brown fox jumps over the lazy dog. " * 2000
    assert (
        resolve_question("When did it open?", [page + FOUNDED])
        == "When did the Museum of Rain open?"
    )
    assert len(resolve_question("When did it open?", [page, (FOUNDED, page)])) < 200


def test_a_very_long_question_stands_on_its_own() -> None:
    question = "Is it " + "very " * 2000 + "old?"
    assert len(question) > 10_000
    assert resolve_question(question, [FOUNDED]) == question


def test_it_takes_little_time() -> None:
    history: list[Turn] = [(FOUNDED, "Odile Marchetti"), "x " * 50_000, "And when?"] * 100
    begun = time.perf_counter()
    resolve_question("When did it open?", history)
    assert time.perf_counter() - begun < 3


_SMALL_WORDS = (
    vocabulary.PERSON
    | vocabulary.THING
    | vocabulary.SEVERAL
    | vocabulary.DEMONSTRATIVES
    | vocabulary.DETERMINERS
    | vocabulary.AUXILIARIES
    | vocabulary.QUESTION_WORDS
    | vocabulary.CONJUNCTIONS
    | vocabulary.PREPOSITIONS
    | vocabulary.ADVERBS
    | {"one", "ones", "there", "s"}
)
_VOCABULARY = sorted(
    _SMALL_WORDS
    | {"museum", "Rain", "machine", "Odile", "Marchetti", "open", "descale", "types", "largest"}
    | {
        "symptoms",
        "winter",
        "24",
        "E2",
        "?",
        ",",
        ".",
        "(",
        "'s",
        "Zürich",
        "雨",
        "happen",
        "people",
    }
)
_questions = st.one_of(
    st.text(max_size=80), st.lists(st.sampled_from(_VOCABULARY), max_size=12).map(" ".join)
)
_turns: st.SearchStrategy[Turn] = st.one_of(_questions, st.tuples(_questions, _questions))


@given(_questions, st.lists(_turns, max_size=4))
def test_it_never_fails_and_never_loses_a_word(question: str, history: list[Turn]) -> None:
    resolved = resolve_question(question, history)
    kept = iter(_content(resolved))
    assert all(word in kept for word in _content(strip_courtesy(question)))


@given(_questions)
def test_without_history_only_courtesy_is_left_out(question: str) -> None:
    assert resolve_question(question, []) == strip_courtesy(question)


@given(_questions, st.lists(_turns, max_size=4))
def test_turns_may_come_in_a_list_or_a_tuple(question: str, history: list[Turn]) -> None:
    assert resolve_question(question, history) == resolve_question(question, tuple(history))


def _content(text: str) -> Sequence[str]:
    return [
        word
        for word in re.findall(r"[^\W_]+", text.lower())
        if word not in _SMALL_WORDS and word != "happen"
    ]


def test_the_context_is_the_question_before_itself_made_self_contained() -> None:
    resolved = resolve_in_context("Which day?", [FOUNDED, ("When did it open?", "In 1991.")])
    assert resolved.previous == "When did the Museum of Rain open?"
    assert resolved.in_context == f"When did the Museum of Rain open? {resolved.text}"


@pytest.mark.parametrize("history", [[], [""], ["  ?!"], [("…", "An answer.")]])
def test_without_a_question_before_there_is_no_context(history: list[Turn]) -> None:
    resolved = resolve_in_context(DESCALE, history)
    assert (resolved.text, resolved.previous, resolved.in_context) == (DESCALE, None, None)


def test_a_page_pasted_before_is_cut_short_in_the_context() -> None:
    context = resolve_in_context("And then?", [f"{'words ' * 5_000}. {DESCALE}"]).in_context
    assert context is not None
    assert len(context) < 1_000
