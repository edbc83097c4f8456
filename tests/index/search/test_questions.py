"""What keyword search makes of a question: words are corrected, and those that only ask left out."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.engines.local.keywords import KeywordIndex
from index.engines.local.storage.store import PassageWithContext
from index.search.questions import correct_spelling, drop_question_words, measure_distance

TEXTS = [
    "The glossary has three hundred entries, in alphabetical order.",
    "William Shakespeare wrote the entire play in one winter.",
    "Her Majesty's Government met at the museum in Zürich.",
    "The lamppost and the calendar were paid for by the government.",
    "A café near the harbour; the harbour is closed.",
    "Run gc.auto with --verbose in snake_case.",
]
WORDS = "museums trails harbors government glossary"


@pytest.fixture(scope="module")
def keywords(tmp_path_factory):
    made = KeywordIndex(tmp_path_factory.mktemp("spelling") / "keywords")
    made.add([PassageWithContext(number, text, None) for number, text in enumerate(TEXTS, 1)])
    return made


@pytest.fixture
def correct(keywords):
    return lambda question: correct_spelling(question, keywords, WORDS.split().__contains__)


@pytest.mark.parametrize(
    ("misspelt", "right"),
    [
        ("shakespear", "shakespeare"),
        ("shakspeare", "shakespeare"),
        ("shaekspeare", "shakespeare"),
        ("entires", "entries"),
        ("glosary", "glossary"),
        ("calender", "calendar"),
        ("alphabeticle", "alphabeticle"),
        ("gouvernmant", "government"),
        ("zürihc", "zürich"),
        ("caffé", "café"),
    ],
)
def test_a_misspelt_word_becomes_the_closest_word_of_the_index(correct, misspelt, right):
    assert correct(misspelt) == right


def test_the_rest_of_the_question_stays_as_it_is(correct):
    asked = "  Who (was)\tShakespear, and how many\nENTIRES has Shakespear’s glosary?  "
    right = "  Who (was)\tShakespeare, and how many\nENTRIES has Shakespeare’s glossary?  "
    assert correct(asked) == right
    assert correct(right) == right


@pytest.mark.parametrize(
    "question",
    [
        "",
        "entries of the museum",
        "museums",  # common
        "lampposts",  # a form of a word that is there
        "hallowed",  # nothing is close
        "enti",  # too short to tell
        "tne",
        "entr1es",
        "1564",
        '"shakespear" and “glosary” and `entires`',
        "who is 'Shakespear'?",
        "/usr/shakespear --glosary glosary_entires entires.txt @glosary #glosary $GLOSARY",
        "GloSary",
        "cafe in Zurich",  # found without accents
        "東京都庁",
        "\ud800 \0 …",
    ],
)
def test_what_is_right_or_short_or_a_name_or_quoted_is_left_alone(correct, question):
    assert correct(question) == question


def test_where_two_words_are_as_good_none_is_taken(tmp_path):
    keywords = KeywordIndex(tmp_path / "keywords")
    keywords.add(
        [PassageWithContext(1, "a pale place", None), PassageWithContext(2, "plate", None)]
    )
    assert correct_spelling("plaxe", keywords, lambda _: False) == "plaxe"
    often = [PassageWithContext(number, "the place", None) for number in range(3, 12)]
    keywords.add(often)
    assert correct_spelling("plaxe", keywords, lambda _: False) == "place"


def test_two_errors_are_only_corrected_in_a_long_word_to_one_that_occurs_twice(correct):
    assert correct("govrenmant") == "government"  # in two passages
    assert correct("shakpsere") == "shakpsere"  # in one
    assert correct("harbous") == "harbour"
    assert correct("harvous") == "harvous"  # seven letters


def test_nothing_is_corrected_without_an_index(tmp_path):
    keywords = KeywordIndex(tmp_path / "keywords")
    keywords.refresh()
    assert correct_spelling("shakespear", keywords, lambda _: False) == "shakespear"


def slow_distance(one, other):
    """The definition, by recursion."""
    if not one or not other:
        return len(one) + len(other)
    costs = [
        slow_distance(one[:-1], other) + 1,
        slow_distance(one, other[:-1]) + 1,
        slow_distance(one[:-1], other[:-1]) + (one[-1] != other[-1]),
    ]
    if one[-2:] == other[-2:][::-1] and len(one) > 1 and len(other) > 1:
        costs.append(slow_distance(one[:-2], other[:-2]) + 1)
    return min(costs)


LETTERS = st.text("abc", max_size=6)


@given(LETTERS, LETTERS, st.integers(1, 3))
def test_the_distance_is_that_of_optimal_string_alignment(one, other, limit):
    assert measure_distance(one, other, limit) == min(slow_distance(one, other), limit + 1)
    assert measure_distance(one, other, limit) == measure_distance(other, one, limit)


@given(st.text(max_size=40))
def test_no_question_is_too_odd(keywords, question):
    """Words change one for one, and white space never does."""
    corrected = correct_spelling(question, keywords, lambda _: False)
    assert len(corrected.split()) == len(question.split())
    assert [c for c in corrected if c.isspace()] == [c for c in question if c.isspace()]
    assert correct_spelling(corrected, keywords, lambda _: False) == corrected


def test_every_single_error_in_a_long_word_is_corrected(correct):
    word = "shakespeare"
    for at, letter in product(range(1, len(word)), "qz"):
        for misspelt in (
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[:at] + letter + word[at + 1 :],
            word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
        ):
            assert correct(misspelt) == word, misspelt


def words_searched(question: str) -> str:
    return " ".join(drop_question_words(question).split())


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("How do I undo my last commit?", "undo last commit?"),
        ("why can't I see it", "see it"),
        ("What's the melting point of tin?", "the melting point of tin?"),
        ("Don’t you need a licence?", "need a licence?"),
        ("melting point of tin", "melting point of tin"),
        ("What does autolyse mean?", "autolyse?"),
        ("what do the red dots on it mean", "the red dots on it"),
        ("What is the arithmetic mean?", "the arithmetic mean?"),
    ],
)
def test_question_words_are_dropped(question: str, topic: str) -> None:
    assert words_searched(question) == topic


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("What does WHO say?", "WHO say?"),
        ("What is a CAN bus?", "a CAN bus?"),
        ("what does the -i option do", "the -i option"),
        ("where is /etc/who", "/etc/who"),
        ("what is in my.cnf?", "in my.cnf?"),
        ("How does git-who work?", "git-who work?"),
        ('Where does "what is it" stand?', '"what is it" stand?'),
        ("What does `which` print?", "`which` print?"),
        ("What is I/O?", "I/O?"),
    ],
)
def test_names_options_paths_and_quotations_stay(question: str, topic: str) -> None:
    assert words_searched(question) == topic


@pytest.mark.parametrize("question", ["Who are you?", "WHO IS WHO", "how do you do", "", "???"])
def test_a_question_of_nothing_else_stays_whole(question: str) -> None:
    assert drop_question_words(question) == question


@given(st.text(alphabet=st.sampled_from("HowIdo myWHO's’-/.\"` x\n"), max_size=60))
def test_words_are_only_dropped_never_changed_or_moved(question: str) -> None:
    kept = drop_question_words(question)
    letters = iter(question)
    assert all(letter in letters for letter in kept if letter != " ")
    assert any(letter.isalnum() for letter in kept) or kept == question
