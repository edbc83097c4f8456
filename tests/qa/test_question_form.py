"""What a question asks for, worked out once."""

import pytest

from qa.question_form import QuestionForm


@pytest.mark.parametrize(
    "question",
    [
        "Which colours can be ordered?",
        "what are the steps of descaling",
        "Who were the founders?",
        "Who have been the leaders of the club?",
        "What goes into the stew?",
        "Name the leaders who came.",
        "What three measuring methods did Tomasz look at?",
        "which African countries sent their leaders",
        "WHAT KINDS OF SALTS ARE USED?",
        "List all error codes",
        "What kinds of damage are excluded?",
        "What perks does the job have?",
        "What after-school clubs are there?",
        "Which add-ons exist?",
    ],
)
def test_several_things_are_asked_for(question):
    assert QuestionForm.of(question).lists


@pytest.mark.parametrize(
    "question",
    [
        "Who founded the museum?",
        "When does it open?",
        "What is the address?",
        "Which bus goes there?",
        "What was the reason?",
        "How many species are known?",
        "Why are the bars closed?",
        "what does the red light mean",
        "Who was the chair of the meeting?",
        "What do I need a permit for?",
        "What is the new price?",
    ],
)
def test_one_thing_is_asked_for(question):
    assert not QuestionForm.of(question).lists


@pytest.mark.parametrize(
    "question",
    ["Is the bridge closed?", "did she pay for it", "And does it float?", "Isn't it too late?",
     "Can I bake it twice?", "Have they or not?"],
)  # fmt: skip
def test_yes_or_no(question):
    assert QuestionForm.of(question).decides


@pytest.mark.parametrize(
    "question",
    ["Is it red or blue?", "Who is the mayor?", "What is autolyse?", "Can you tell me the port?",
     "When did it open?"],
)  # fmt: skip
def test_neither_yes_nor_no(question):
    assert not QuestionForm.of(question).decides


@pytest.mark.parametrize(
    "question",
    ["What is autolyse?", "what is a kioke", "What are stop words?", "Define recall.",
     "What does WAL mean?", "What's a loader?", "Who was Ada Zorzi?",
     "What is a shard in Lucene?", "What sort of thing is a ferry?"],
)  # fmt: skip
def test_definitions(question):
    assert QuestionForm.of(question).defines


@pytest.mark.parametrize(
    "question",
    ["What is the capital of Peru?", "What is this?", "What does the red light mean for a phone?",
     "How is it defined?", "What does a fern store?", "Who was Rembrandt's wife?",
     "What was destroyed in 1940?", "What is Mary called in Islam?", "What are they missing?",
     "What is a new trend in teaching?"],
)  # fmt: skip
def test_no_definitions(question):
    assert not QuestionForm.of(question).defines


@pytest.mark.parametrize(
    "question",
    ["What is the difference between a ferry and a barge?", "difference between rye and spelt",
     "ferry or barge, what is the difference?", "How does rye differ from spelt?",
     "In which way are the two pumps different?", "rye versus spelt", "What distinguishes them?",
     "Compare the two pumps.", "What are the advantages of rye?"],
)  # fmt: skip
def test_what_sets_things_apart_is_asked(question):
    assert QuestionForm.of(question).compares


@pytest.mark.parametrize(
    "question",
    ["In what year did the different colonies unite?", "Who presents different ideas?",
     "What was the difference in age between the sisters?", "How much higher is it compared to May?",
     "How many points did they score versus Pittsburgh?", "Where are they more successful?"],
)  # fmt: skip
def test_a_short_answer_is_asked_where_things_only_happen_to_differ(question):
    assert not QuestionForm.of(question).compares


@pytest.mark.parametrize(
    "question",
    [
        "How do I descale it?",
        "We lost the key, how do we get a new one?",
        "The pump hums, what now?",
        "The loaf came out flat, what went wrong?",
        "It is red, why?",
        "whats the method for descaling",
        "What do we have to do after a fall?",
        "cleaning the filter",
    ],
)
def test_how_and_why_are_asked_in_many_ways(question):
    assert QuestionForm.of(question).explains


@pytest.mark.parametrize("question", ["Who is our landlady?", "What is your number?"])
def test_who_somebody_s_person_is_is_no_definition(question):
    assert not QuestionForm.of(question).defines


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How do I restart the boiler?", True),
        ("how to restart it", True),
        ("The boiler shows E21, what now?", True),
        ("It smells of gas. What should we do?", True),
        ("Why was she sent back?", False),
        ("How did the fire begin?", False),
        ("What is a valve for?", False),
    ],
)
def test_what_to_do_is_asked_or_not(question, expected):
    assert QuestionForm.of(question).instructs == expected


@pytest.mark.parametrize(
    ("question", "things"),
    [
        ("Which of the other Invoices are open?", "invoices"),
        ("How many of the invoices are open?", "invoices"),
        ("Is it open?", None),
    ],
)
def test_what_is_asked_for_is_the_noun_after_the_question_word(question, things):
    assert QuestionForm.of(question).things == things


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("May they come more often? (the updates of PagerDuty)", "verdict"),
        ("How long do they boil? (Which noodles go with the stew)", "words"),
        ("And why? (Who may halt the match)", "sentences"),
        ("And on Linux? (How do I turn on the log on Windows)", "sentences"),
        ("what about rye? (Which flours are there)", "list"),
        ("Who wrote it (the rye book)", "words"),
    ],
)
def test_what_a_follow_up_leaves_out_asks_only_if_it_is_a_part_of_a_question(question, form):
    assert QuestionForm.of(question).answer_form == form


def test_the_words_in_the_brackets_of_a_follow_up_are_words_of_the_question():
    assert "pagerduty" in QuestionForm.of("How often? (the updates of PagerDuty)").lower


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("Did the U.S. enter the war in 1917?", "verdict"),
        ("Is Dr. Smith allowed to park here?", "verdict"),
        ("Why was the St. Paul sold?", "sentences"),
        ("Can I pay by card, e.g. Visa?", "verdict"),
        ("The dough is sticky. What helps?", "sentences"),
        ("it shows e21. how do i fix it", "sentences"),
        ("the lamp broke! is it\nrepaired for nothing", "verdict"),
    ],
)
def test_the_last_sentence_asks_and_an_abbreviation_ends_none(question, form):
    assert QuestionForm.of(question).answer_form == form
