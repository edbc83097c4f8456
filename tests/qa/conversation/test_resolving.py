"""A follow-up question becomes self-contained; any other is left exactly as it is."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.conversation import Turn, resolve_in_context, resolve_question, strip_courtesy, words

FOUNDED = "Who founded the Museum of Rain?"
DESCALE = "How do I descale the Lumora E2?"


def find_left_out(question: str, history: list[Turn]) -> str:
    """What follows a question in brackets, which is asked as it was typed; "" if nothing does."""
    resolved = resolve_question(question, history)
    assert resolved.startswith(question)
    added = resolved.removeprefix(question)
    assert not added or (added.startswith(" (") and added.endswith(")"))
    return added[2:-1]


@pytest.mark.parametrize(
    ("turn", "question", "left_out"),
    [
        (FOUNDED, "When did it open?", "the Museum of Rain"),
        (FOUNDED, "Who is its director?", "the Museum of Rain"),
        (FOUNDED, "How big is that museum?", "the Museum of Rain"),
        ((FOUNDED, "Odile Marchetti"), "When did it open?", "the Museum of Rain"),
        (DESCALE, "How hot does it get?", "the Lumora E2"),
        (DESCALE, "And how long does that take?", "the Lumora E2"),
        (DESCALE, "What does this machine weigh?", "the Lumora E2"),
        ("Tell me about solar panels.", "How much do they cost?", "solar panels"),
        ("Tell me about solar panels.", "What are the disadvantages?", "solar panels"),
        ("Is there a discount for members?", "How do I get it?", "discount for members"),
        ("How much does an Irish Wolfhound weigh?", "What do they eat?", "Irish Wolfhound"),
        ("I visited the University of Oslo. Is it free?", "Who founded it?", "University of Oslo"),
        ("What is Rock City famous for?", "What is held there?", "Rock City"),
        ("What are tardigrades?", "What is the largest one?", "tardigrades"),
        ("who was marie curie", "where did she study", "marie curie"),
        ("When was the museum in Bergen founded?", "How big is it?", "the museum in Bergen"),
        (
            "What does the black umbrella in Nethack do?",
            "How do I know that it is about to wear off?",
            "the black umbrella in Nethack",
        ),
        ("When was the boiler last serviced?", "Who did it?", "the boiler"),
    ],
)
def test_what_a_question_leaves_out_follows_it(turn: Turn, question: str, left_out: str) -> None:
    assert left_out in find_left_out(question, [turn])


@pytest.mark.parametrize(
    ("before", "part", "resolved"),
    [
        ("What do the French drink", "and the Italians?", "What do the Italians drink"),
        (
            "When does the ferry leave in summer",
            "in winter?",
            "When does the ferry leave in winter",
        ),
        ("How many lived in Bergen in 1980", "And in Oslo?", "How many lived in Oslo in 1980"),
        ("How many lived in Bergen in 1980", "What about Oslo?", "How many lived in Oslo in 1980"),
        ("How many lived in Bergen in 1980", "And in 1990?", "How many lived in Bergen in 1990"),
        ("Who runs the Blue Team", "And of the Red Team?", "Who runs the Red Team"),
    ],
)
def test_a_part_of_a_question_changes_what_it_names_in_the_one_before(
    before: str, part: str, resolved: str
) -> None:
    assert resolve_question(part, [f"{before}?"]) == f"{resolved}?"
    assert resolve_question(part, [(f"{before}?", "Yes.")]) == f"{resolved}?"


def test_the_next_part_changes_the_changed_question() -> None:
    history: list[Turn] = ["What do the French drink in May?", ("and the Italians?", "wine")]
    assert resolve_question("And in June?", history) == "What do the Italians drink in June?"
    history.append("And in June?")
    assert resolve_question("and the Greeks?", history) == "What do the Greeks drink in June?"


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("When does the ferry leave", "And where?"),
        ("Is Red Bull bad for you", "Why?"),
        ("who wrote the first compilers", "and when"),
        ("How do I descale the Lumora E2", "how often?"),
        ("How much does a day ticket cost for adults", "And to students?"),
        ("How long is the car ferry crossing from Takamatsu", "what about the fast boat?"),
        ("What does the large binder cost", "And the smaller one?"),
        ("How long may a student keep a laptop", "And if I'm a member of staff?"),
        ("What is the main fuel in rural Zambia", "and in towns?"),
    ],
)
def test_a_part_that_is_like_nothing_takes_the_whole_question_before(
    before: str, question: str
) -> None:
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


def test_a_thousand_parts_of_a_question_are_resolved() -> None:
    assert resolve_question("And when?", ["And where?"] * 5_000).startswith("And when? (And where")


@pytest.mark.parametrize(
    "question",
    [
        "How many eggs did the survivor lay?",
        "What are the opening hours in winter?",
        "What is the price of a day ticket?",
        "What does the red light mean?",
        "descaling interval",
        "Who does John Smith report to and what does he earn?",
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
        ("What is the trunk?", "Can the virus be spread to animals?"),
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
    ["When do they collect the brown bin?", "What do they call a checkpoint in write-ahead mode?"],
)
@pytest.mark.parametrize(
    "turn", ["What is the default page size in SQLite?", "Where is the Lumora E2 made?"]
)
def test_they_may_be_nobody_in_particular(question: str, turn: Turn) -> None:
    assert resolve_question(question, [turn]) == question


def test_turns_are_resolved_in_order() -> None:
    history: list[Turn] = [
        "What is blockchain?",
        "How does it work?",
        "What problem does it solve?",
    ]
    assert find_left_out("Is it legal?", history) == "blockchain"


def test_what_was_last_talked_of_is_meant_and_nobody_from_before() -> None:
    history: list[Turn] = [
        ("Who founded the Harbour Club?", "Odile Marchetti"),
        ("What does a mooring cost?", "40 euros"),
        ("When is the regatta?", "On 4 June"),
        ("Who cuts the hedges?", "The council"),
        ("How many keys are there?", "Six"),
        ("Where is the laundry?", "In the cellar"),
        ("How long is parental leave at Veldt & Hage?", "twelve weeks"),
    ]
    left_out = find_left_out("When must I apply for it?", history)
    assert "parental leave" in left_out
    assert "Marchetti" not in left_out


def test_names_in_any_script() -> None:
    assert resolve_question("Where was gonzález born?", ["Who is Juan Gonzalez?"]) == (
        "Where was gonzález born?"
    )
    assert resolve_question("How old is it?", ["Where is Tió de Nadal from?"]).isprintable()


def test_a_pasted_page_in_the_history_is_not_pasted_into_the_question() -> None:
    page = "The quick brown fox jumps over the lazy dog. " * 2000
    assert find_left_out("When did it open?", [page + FOUNDED]) == "the Museum of Rain"
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
    words.PERSON
    | words.THING
    | words.SEVERAL
    | words.DEMONSTRATIVES
    | words.DETERMINERS
    | words.AUXILIARIES
    | words.QUESTION_WORDS
    | words.CONJUNCTIONS
    | words.PREPOSITIONS
    | words.ADVERBS
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
    assert resolved.previous == "When did it open? (the Museum of Rain)"
    assert resolved.in_context == f"When did it open? (the Museum of Rain) {resolved.text}"


@pytest.mark.parametrize("history", [[], [""], ["  ?!"], [("…", "An answer.")]])
def test_without_a_question_before_there_is_no_context(history: list[Turn]) -> None:
    resolved = resolve_in_context(DESCALE, history)
    assert (resolved.text, resolved.previous, resolved.in_context) == (DESCALE, None, None)


def test_a_page_pasted_before_is_cut_short_in_the_context() -> None:
    context = resolve_in_context("And then?", [f"{'words ' * 5_000}. {DESCALE}"]).in_context
    assert context is not None
    assert len(context) < 1_000


@pytest.mark.parametrize(
    ("typed", "question"),
    [
        ("Hello, when does the museum open?", "when does the museum open?"),
        ("Hi! When does it open", "When does it open"),
        ("hey there, I have a quick question: who is it by?", "who is it by?"),
        ("Quick question: what is a seiche?", "what is a seiche?"),
        ("Please tell me: how is it descaled?", "how is it descaled?"),
        ("Can you tell me what the code is?", "what the code is?"),
        ("could you please tell me in which year it was built", "in which year it was built"),
        ("Would you please explain how a lock works?", "explain how a lock works?"),
        ("Please list the ingredients", "list the ingredients"),
        ("I would like to know who founded it.", "who founded it."),
        ("I'm wondering why it is slow", "why it is slow"),
        ("Does anyone know how to open it?", "how to open it?"),
        ("any idea where the key is?", "where the key is?"),
        ("Do you know if dogs are allowed?", "whether dogs are allowed?"),
        ("How deep is the lake? Thanks!", "How deep is the lake?"),
        ("How deep is the lake, please?", "How deep is the lake?"),
        ("how deep is the lake thanks", "how deep is the lake"),
        ("Hi, how deep is it? Thank you very much.", "how deep is it?"),
    ],
)
def test_courtesy_is_left_out(typed, question):
    assert strip_courtesy(typed) == question


@pytest.mark.parametrize(
    "question",
    [
        "If it rains, what do I do?",
        "Do you know Anna?",
        "How do I say hello",
        "hello world in Python",
        "What does please mean?",
        "Is it polite to say thank you?",
        "Who sings Thank You?",
        "What is the question: prompt?",
        "Show me the invoices",
        "Tell me about solar panels.",
        "Can you eat the leaves?",
        "Could anyone enter?",
        "Hi-fi systems compared",
        "question-answering systems",
        "Please Please Me release date?",
        "What is a give-thanks?",
        "thanks",
        "Hello!",
        "",
    ],
)
def test_a_question_without_courtesy_stays_as_it_is(question):
    assert strip_courtesy(question) == question


def test_a_follow_up_is_resolved_without_its_courtesy():
    question = "Hi, could you tell me when it opened?"
    resolved = resolve_question(question, ["Who founded the Museum of Rain?"])
    assert resolved == "when it opened? (the Museum of Rain)"
    assert resolve_question(question, []) == "when it opened?"


@given(st.text(max_size=60))
def test_any_text_is_stripped_at_once_and_never_to_nothing(text):
    stripped = strip_courtesy(text)
    assert any(c.isalnum() for c in stripped) == any(c.isalnum() for c in text)


@pytest.mark.parametrize(
    "part", ["please ", "hello, ", "hi ", "thanks ", "?! ", "could you tell me "]
)
def test_much_courtesy_takes_no_time(part):
    assert strip_courtesy(part * 2000 + "when?").endswith("when?")
    strip_courtesy("when?" + part * 2000)
