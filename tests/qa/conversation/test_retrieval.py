"""What follow-ups are resolved for: what answers them is found in the sample documents."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from index import Encoder, Index, Retriever
from qa import sample_folder, sample_questions
from qa.conversation import Turn, resolve_question

# Earlier turns, question, what the passage holds that answers it.
Talk = tuple[list[Turn], str, str]

OURS: list[Talk] = [
    (["Where is the Lumora E2 made?"], "How long is it under guarantee?", "three years"),
    (["Where is the Lumora E2 made?", "How big is its tank?"], "And how heavy is it?", "17.4 kg"),
    (["What is the child lock for?"], "How do I turn it off?", "five times in a row"),
    (["What are tardigrades?"], "How many species of them are known?", "1,300 to 1,500"),
    (["what are tardigrades"], "who first described them", "Johann August Ephraim Goeze"),
    (["What is kombucha?"], "How much alcohol is left in it?", "around 0.5 per cent"),
    (["What is kombucha?"], "Why is it covered with cloth?", "the bacteria need oxygen"),
    (["Tell me about sauerkraut."], "What spices traditionally go into it?", "juniper berries"),
    ([("Who was Lavoisier?", "a chemist")], "When was he executed?", "8 May 1794"),
    (["What is the metric system?"], "When did France make it the only one?", "1 January 1840"),
    (["Who founded the Museum of Rain?"], "When did it open?", "14 September 1991"),
    (["When did the Museum of Rain open?"], "What does a family pay there?", "€28"),
    (["When does the Museum of Rain close?"], "which tram goes there?", "tram 4"),
    (["Where is Shodoshima?"], "When were the first olives planted there?", "1908"),
    (["What is Twenty-Four Eyes?"], "Who wrote it?", "Sakae Tsuboi"),
    (["What is Project Kingfisher?"], "Who leads it now?", "Priya"),
]
SEEDS: list[Talk] = [
    (list(each.history), each.question, each.answers[0])
    for each in sample_questions()
    if each.history and each.answers
]
TOPICS = ("What is photosynthesis?", "Who was Marie Curie?", "How do I bake bread?")


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Retriever]:
    folder = tmp_path_factory.mktemp("follow-ups")
    with Index.open(folder / "index", create=True, encoder=encoder) as index:
        index.add([sample_folder()])
        yield Retriever(index)


def measure_rank(retriever: Retriever, question: str, answer: str) -> float:
    """The reciprocal rank of the first passage that holds the answer, of the first eight."""
    for rank, hit in enumerate(retriever.search(question, k=8), 1):
        if answer in hit.passage.text:
            return 1 / rank
    return 0.0


@pytest.mark.parametrize(("talks", "least"), [(OURS, 0.05), (SEEDS, 0.05)], ids=["ours", "seeds"])
def test_resolved_questions_find_more_than_raw_ones(
    retriever: Retriever, talks: list[Talk], least: float
) -> None:
    raw = sum(measure_rank(retriever, question, answer) for _, question, answer in talks)
    resolved = sum(
        measure_rank(retriever, resolve_question(question, history), answer)
        for history, question, answer in talks
    )
    assert resolved / len(talks) >= raw / len(talks) + least


def test_a_switch_of_topic_drags_nothing_along() -> None:
    """Our own self-contained questions after a conversation about something else."""
    asked = [each.question for each in sample_questions() if not each.history]
    names = [
        question
        for question in asked
        if any(word[0].isupper() and word != "I" for word in question.split()[1:])
        and " it " not in question
    ]
    kept = sum(
        resolve_question(question, [topic]) == question for question in names for topic in TOPICS
    )
    assert len(names) > 30
    assert kept / (len(names) * len(TOPICS)) >= 0.95
