"""The assistant end to end, with the real models."""

import math
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import Filter, Index, Promise, Retriever, Span
from qa import Assistant, Calibration, Cancelled, Reading, ScoredSpan, sample_folder
from qa.answering.calibration import SENTENCE_BASELINE
from qa.reader.baseline import SentenceReader


@pytest.fixture(scope="module")
def index(tmp_path_factory, encoder):
    folder = tmp_path_factory.mktemp("assistant")
    with Index.open(folder / "index", create=True, encoder=encoder) as made:
        made.add([sample_folder()])
        yield made


@pytest.fixture(scope="module", params=["installed", "sentence"])
def assistant(request, index):
    """The assistant as installed, and with the sentence baseline: both keep the contract."""
    if request.param == "installed":
        return Assistant(Retriever(index))
    return Assistant(
        Retriever(index), reader=SentenceReader(index.encoder), calibration=SENTENCE_BASELINE
    )


def check_contract(index, reply):
    """Every span quotes its document exactly; the best answers come first."""
    for answer in reply.answers:
        text = index.text(answer.document.path)
        assert text[answer.span.start : answer.span.end] == answer.text
        assert text[answer.sentence.start : answer.sentence.end] == answer.sentence_text
        assert answer.sentence.start <= answer.span.start < answer.span.end <= answer.sentence.end
        assert answer.spans[0] == answer.span
        assert 0 <= answer.confidence <= 1
        passage = answer.hit.passage
        assert text[passage.span.start : passage.span.end] == passage.text
    scores = [answer.score for answer in reply.answers]
    assert scores == sorted(scores, reverse=True)
    assert reply.answered == bool(reply.answers and reply.answers[0].confidence >= reply.threshold)


@pytest.mark.parametrize(
    "question",
    [
        "When was the museum opened?",
        "WHY IS KOMBUCHA COVERED WITH CLOTH AND NOT WITH A LID",
        "how many species of tardigrade are knwon",
        "of the and",
        "?",
        "12345",
        "😀😀",
        "小豆島のオリーブはいつ植えられましたか",
        "word " * 1000,
    ],
)
def test_any_question_gets_a_reply_that_keeps_the_contract(index, assistant, question):
    reply = assistant.ask(question)
    assert reply.question == question
    check_contract(index, reply)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(question=st.text(max_size=60))
def test_the_contract_holds_for_any_text(index, assistant, question):
    check_contract(index, assistant.ask(question))


@pytest.mark.parametrize("question", ["", "  ", "?", " … ?!", "🙂"])
def test_a_question_without_a_word_is_not_answered(question, assistant):
    reply = assistant.ask(question)
    assert not reply.answered
    assert reply.answers == ()
    assert reply.hits == ()


def test_an_empty_index_answers_nothing(tmp_path, encoder):
    with Index.open(tmp_path / "empty", create=True, encoder=encoder) as empty:
        reply = Assistant(Retriever(empty)).ask("When did it open?")
    assert not reply.answered
    assert reply.hits == ()


def test_the_sentence_shown_for_a_plain_fact_holds_it(assistant):
    reply = assistant.ask("Which architect noticed that the customs house had the best roof?")
    assert "Henrik Solberg" in reply.answers[0].sentence_text


def test_off_the_topic_it_says_so_and_lists_what_was_closest(index):
    reply = Assistant(Retriever(index)).ask("Which composer wrote the opera Fidelio?")
    assert not reply.answered
    assert reply.hits


def test_the_threshold_decides(index, assistant):
    question = "How many umbrellas did Odile Marchetti leave to the city?"
    for threshold, answered in ((0.0, True), (1.0, False)):
        strict = Assistant(
            assistant.retriever,
            reader=assistant.models.reader,
            calibration=assistant.calibration,
            threshold=threshold,
        )
        assert strict.ask(question).answered is answered


def test_an_index_keeps_a_threshold_of_its_own(tmp_path, encoder):
    with Index.open(tmp_path / "own", create=True, encoder=encoder) as own:
        own.set_threshold(0.77)
        assert Assistant(Retriever(own)).threshold == 0.77
        assert Assistant(Retriever(own), threshold=0.1).threshold == 0.1


def test_a_promise_is_made_of_replies_that_are_made_as_those_it_was_fitted_to(tmp_path, encoder):
    (tmp_path / "a.txt").write_text("The museum was opened in May 1998.")
    with Index.open(tmp_path / "own", create=True, encoder=encoder) as own:
        own.add([tmp_path / "a.txt"])
        retriever = Retriever(own)
        promise = Promise(
            "shown", 0.05, 0.5, 240, 130, 1, Assistant(retriever).name_setup("bm25", 8)
        )
        own.set_promise(promise)
        assistant = Assistant(retriever)
        ask = partial(assistant.ask, "When was the museum opened?", mode="bm25", k=8)
        assert ask().promise == ask(filter=Filter()).promise == promise
        assert ask(threshold=0.6).promise is None
        assert ask(mode="hybrid").promise is None
        assert ask(k=7).promise is None
        assert ask(filter=Filter(types=("txt",))).promise is None
        assistant.adjust_confidence(0.9, 0.0)
        assert ask().promise is None


def test_a_follow_up_is_resolved_from_the_history(index, assistant):
    reply = assistant.ask("When did it open?", ["Who designed the Museum of Rain?"])
    assert "useum" in reply.resolved_question
    assert any("museum" in hit.document.path for hit in reply.hits[:3])


def test_a_withdrawn_question_stops(assistant):
    with pytest.raises(Cancelled):
        assistant.ask("When did the museum open?", cancelled=lambda: True)


def test_the_same_question_gets_the_same_reply(assistant):
    def essence(reply):
        return [(a.text, a.span, a.confidence) for a in reply.answers]

    question = "Which countries come second in the ranking of Xi's trips?"
    assert essence(assistant.ask(question)) == essence(assistant.ask(question))


def test_several_threads_may_ask(index, assistant):
    question = "How many umbrellas did Odile Marchetti leave to the city?"
    alone = assistant.ask(question)
    with ThreadPoolExecutor(4) as threads:
        replies = list(threads.map(lambda _: assistant.ask(question), range(4)))
    for reply in replies:
        assert [a.span for a in reply.answers] == [a.span for a in alone.answers]


def test_timings_add_up(assistant):
    timings = assistant.ask("When did the museum open?").timings_ms
    assert set(timings) == {"load", "retrieve", "rerank", "read", "total"}
    parts = sum(took for name, took in timings.items() if name != "total")
    # Each is rounded; and a busy machine may stop for a while between two of them.
    assert parts - 0.5 <= timings["total"] <= parts + 100


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Which colours does the handset come in?", "grey, moss green or dark blue"),
        ("Does the handset come in grey?",
         "The handset comes in grey, moss green or dark blue and weighs 140 grams."),
        ("What is autolyse?",
         "Autolyse is a rest of flour and water before the salt goes in; it makes the dough stretch "
         "more easily."),
        (
            "Why did she pay for the bridge?",
            "She had paid for it out of her own pocket, because the county refused to.",
        ),
        ("How does the handset look and feel?",
         "The handset comes in grey, moss green or dark blue and weighs 140 grams."),
    ],
)  # fmt: skip
def test_what_is_asked_decides_what_is_quoted(tmp_path, encoder, question, answer):
    (tmp_path / "notes.txt").write_text(
        "A red light means that the charger is too hot. The handset comes in grey, moss green or "
        "dark blue and weighs 140 grams.\n\n"
        "Autolyse is a rest of flour and water before the salt goes in; it makes the dough "
        "stretch more easily. Cover the bowl with a damp cloth for forty minutes.\n\n"
        "The bridge was opened in 1956 by the mayor, Louisa Penhale. She had paid for it out of "
        "her own pocket, because the county refused to.\n"
    )
    with Index.open(tmp_path / "index", create=True, encoder=encoder) as index:
        index.add([tmp_path / "notes.txt"])
        reply = Assistant(Retriever(index)).ask(question)
    assert reply.answers[0].text == answer


@pytest.mark.parametrize("trained", [True, False])
@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How often should the machine be descaled?", "Every three months"),
        ("How often is the water filter replaced?", "Every six weeks"),
    ],
)
def test_a_paragraph_is_read_with_the_headings_above_it(
    tmp_path, encoder, trained, question, answer
):
    (tmp_path / "manual.md").write_text(
        "# Brio coffee machine\n\n"
        "## Descaling\n\nEvery three months, or whenever the orange light blinks.\n\n"
        "## Water filter\n\nEvery six weeks, or whenever the blue light blinks.\n\n"
        "## Cleaning the steam wand\n\nEvery time it was used, as soon as it has cooled.\n"
    )
    with Index.open(tmp_path / "index", create=True, encoder=encoder) as index:
        index.add([tmp_path / "manual.md"])
        own = {"reader": SentenceReader(encoder), "calibration": SENTENCE_BASELINE}
        reply = Assistant(Retriever(index), **({} if trained else own)).ask(question)
    assert reply.answered
    assert reply.answers[0].sentence_text.startswith(answer)


TABLES = {
    "fares.html": (
        "<title>Ferry</title><h1>Fares</h1><table><tr><th>Ticket<th>Single<th>Return"
        "<tr><td>Adult<td>£12.40<td>£21.00<tr><td>Bicycle<td>£3.00<td>£5.00</table>"
    ),
    "plants.md": (
        "# Balcony plants\n\n| Plant | Sow | Light | Harvest |\n|---|---|---|---|\n"
        "| Basil | April | full sun | June to September |\n"
        "| Chives | March | half shade | May to October |\n"
    ),
    "staff.csv": (
        "Name,Role,Phone,Room\n"
        '"Carvalho, Ines",Head of Finance,+44 1632 960101,2.14\n'
        '"Wrobel, Tomasz",Network engineer,+44 1632 960117,B.03\n'
    ),
    "syrup.html": (
        "<title>Cough syrup</title><h1>Doses</h1>"
        "<table><tr><th>Age<th>Single dose<th>Most in 24 hours"
        "<tr><td>2 to 5 years<td>5 ml<td>20 ml<tr><td>6 to 8 years<td>10 ml<td>35 ml"
        "<tr><td>over 8 years, up to 12 years<td>15 ml<td>60 ml</table>"
    ),
}


@pytest.fixture(scope="module")
def tables(tmp_path_factory, encoder):
    folder = tmp_path_factory.mktemp("tables")
    for name, text in TABLES.items():
        (folder / name).write_text(text)
    with Index.open(folder / "index", create=True, encoder=encoder) as index:
        index.add([folder / name for name in TABLES])
        yield Assistant(Retriever(index))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How much is a return ticket for an adult?", "£21.00"),
        ("What does a single cost for a bicycle?", "£3.00"),
        ("When is basil harvested?", "June to September"),
        ("What light do chives need?", "half shade"),
        ("Which room is Tomasz Wrobel in?", "B.03"),
        ("What is the phone number of Ines Carvalho?", "+44 1632 960101"),
        ("What is the maximum dose of syrup for a 7-year-old in one day?", "35 ml"),
        ("What single dose of syrup may a child of 12 years have?", "15 ml"),
    ],
)
def test_of_a_table_the_cell_is_quoted_that_is_asked_for(tables, question, answer):
    reply = tables.ask(question)
    check_contract(tables.index, reply)
    assert reply.answered
    assert reply.answers[0].text == answer


def test_what_is_given_in_haste_is_told_in_one_line(index):
    retriever = Retriever(index)
    with pytest.raises(TypeError, match=r"Assistant\(Retriever\(index\)\)"):
        Assistant(index)
    with pytest.raises(ValueError, match="calibration=Calibration"):
        Assistant(retriever, reader=SentenceReader(index.encoder))
    with pytest.raises(ValueError, match="0 to 1"):
        Assistant(retriever, threshold=7)
    assistant = Assistant(retriever)
    with pytest.raises(TypeError, match="list of earlier turns"):
        assistant.ask("And in 1998?", history="When was the museum opened?")
    with pytest.raises(ValueError, match="at least 1"):
        assistant.ask("When was the museum opened?", k=0)
    for ranked in (False, True):
        with pytest.raises(ValueError, match="at least 1"):
            assistant.search("When was the museum opened?", 0, ranked=ranked)
    for threshold in (7, -0.1, float("nan")):
        with pytest.raises(ValueError, match="0 to 1"):
            assistant.ask("When was the museum opened?", threshold=threshold)
    assert repr(assistant) == f"Assistant({retriever!r})"


def test_a_reader_of_ones_own_needs_no_fitted_calibration(index):
    class Openings:
        """Quotes the first word of every passage."""

        def read(self, _question, passages, _cancelled=None):
            spans = [Span(0, len(passage.text.split()[0])) for passage in passages]
            return [Reading((ScoredSpan(span, 1.0),), relevance=1.0) for span in spans]

    own = Assistant(Retriever(index), reader=Openings(), calibration=Calibration("openings"))
    reply = own.ask("When was the museum opened?")
    check_contract(index, reply)
    assert reply.answers
    assert own.threshold == 0.5


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (None, "must give a list of Reading"),
        ([Span(0, 1)], "must give a list of Reading"),
        ([], "0 readings of 1 passages"),
        ([Reading((), 0.0)] * 2, "2 readings of 1 passages"),
        ([Reading((ScoredSpan(Span(0, 999), 1.0),), 0.0)], "Span.*999.* of 30 characters"),
        ([Reading((ScoredSpan(Span(999, 1000), 1.0),), 0.0)], "is not within its passage"),
        ([Reading((ScoredSpan(Span(-3, -1), 1.0),), 0.0)], "is not within its passage"),
        ([Reading((ScoredSpan(Span(4, 2), 1.0),), 0.0)], "is not within its passage"),
        ([Reading((ScoredSpan(Span(4, 4), 1.0),), 0.0)], "is not within its passage"),
        ([Reading((ScoredSpan(Span(0, 3), math.nan),), 0.0)], "score of nan"),
        ([Reading((ScoredSpan(Span(0, 3), math.inf),), 0.0)], "score of inf"),
        ([Reading((), math.nan)], "score of nan"),
    ],
)
def test_what_a_reader_of_ones_own_does_wrong_is_told_in_one_line(tmp_path, encoder, given, said):
    class Odd:
        def read(self, _question, _passages, _cancelled=None):
            return given

    with Index.open(tmp_path / "index", create=True, encoder=encoder) as index:
        index.add_texts([("note", "The museum was opened in 1998.")])
        own = Assistant(Retriever(index), reader=Odd(), calibration=Calibration("odd"))
        with pytest.raises((TypeError, ValueError), match=f"^the reader Odd .*{said}"):
            own.ask("When was the museum opened?")
