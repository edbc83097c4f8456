"""Where the best passage only introduces the steps, the steps in the next one are quoted."""

import pytest

from index import Content, Document, Heading, Hit, Index, Span, Table
from index.text import split_sentences
from qa.answering.candidates import ReadPassage
from qa.answering.confidence.calibration import Calibration
from qa.answering.models import AnsweringModels
from qa.answering.pipeline import answer_question
from qa.answering.quoting.reading_on import read_on
from qa.reader.reading import Reading, ScoredSpan
from tests.support.encoders import WordEncoder

QUESTION = "How do I freeze the top row?"
INTRODUCTION = (
    "A long sheet is easier to read if its top row stays in sight while the others move. Rows of "
    "that kind are called frozen, and every sheet of a document has its own frozen rows, which "
    "are kept when the document is saved and opened again on another machine."
)
STEPS = (
    "1. Select the row below the one that is to stay, by its number at the left edge.\n"
    "2. Choose Freeze from the View menu, and a thin line shows where the frozen part ends.\n"
    "3. Choose it once more to set the rows free again, whichever cell is selected by then."
)


class SentenceReader:
    """Scores the sentences with certain words as given, and all others -3."""

    def __init__(self, **scores):
        self.scores = scores
        self.texts = []

    def read(self, _question, passages, _cancelled=None):
        self.texts += [passage.text for passage in passages]
        return [self._read(passage.text) for passage in passages]

    def _read(self, text):
        sentences = [
            ScoredSpan(
                Span(start, end),
                next((s for word, s in self.scores.items() if word in text[start:end]), -3.0),
            )
            for start, end in split_sentences(text)
        ]
        return Reading((), 1.0, tuple(sentences))


@pytest.fixture
def make_index(tmp_path):
    def make(content):
        index = Index.open(tmp_path / "index", create=True, encoder=WordEncoder())
        index.add_texts([("manual", content)])
        return index

    return make


def first_hit(index):
    document = Document(1, "manual", None)
    return Hit(index.passages("manual")[0], document, 0.9, {"dense": 0.5})


def read_first(index, reader):
    """The first passage of the manual, read, and read on."""
    hit = first_hit(index)
    passage = ReadPassage(hit, reader.read(QUESTION, [hit.passage])[0])
    return passage, read_on(QUESTION, passage, reader, index)


def test_the_steps_below_an_introduction_are_quoted(make_index):
    index = make_index(Content(f"{INTRODUCTION}\n\n{STEPS}"))
    models = AnsweringModels(SentenceReader(Select=0.5, Choose=0.4), Calibration("test"))
    hit = first_hit(index)
    answering = answer_question(QUESTION, [hit], models, 1, index=index)
    [best] = answering.answers
    assert best.form == "sentences"
    assert best.text == STEPS
    assert [span.of(index.text("manual")) for span in best.spans] == [STEPS]
    assert all(best.hit.passage.span.holds(span) for span in (*best.spans, *best.evidence))
    assert [each.passage for each in answering.hits] == [hit.passage]


def test_a_longer_passage_is_exactly_its_part_of_the_document(make_index):
    index = make_index(Content(f"{INTRODUCTION}\n\n{STEPS}"))
    passage, longer = read_first(index, SentenceReader(Choose=0.4))
    assert longer.text == longer.hit.passage.span.of(index.text("manual"))
    assert longer.text == f"{INTRODUCTION}\n\n{STEPS}"
    assert longer.reading.relevance == passage.reading.relevance


def test_a_passage_with_a_sentence_that_answers_is_not_read_on(make_index):
    index = make_index(Content(f"{INTRODUCTION}\n\n{STEPS}"))
    reader = SentenceReader(sight=0.1, Choose=2.0)
    passage, longer = read_first(index, reader)
    assert longer is passage
    assert reader.texts == [INTRODUCTION]


def test_it_stays_as_it_is_where_its_own_sentence_is_the_best_of_both(make_index):
    index = make_index(Content(f"{INTRODUCTION}\n\n{STEPS}"))
    reader = SentenceReader(sight=-1.0, Choose=-2.0)
    passage, longer = read_first(index, reader)
    assert longer is passage
    assert len(reader.texts) == 2


def test_the_next_passage_under_another_heading_is_not_added(make_index):
    text = f"{INTRODUCTION}\n\nPrinting\n\n{STEPS}"
    at = text.index("Printing")
    index = make_index(Content(text, headings=(Heading(Span(at, at + 8), 1, "Printing"),)))
    passage, longer = read_first(index, SentenceReader(Choose=2.0))
    assert longer is passage


def test_a_next_passage_that_would_make_it_too_long_is_not_added(make_index):
    index = make_index(Content(f"{INTRODUCTION * 3}\n\n{STEPS} {STEPS}"))
    assert [len(p.text) > 500 for p in index.passages("manual")] == [True, True]
    reader = SentenceReader(Choose=2.0)
    passage, longer = read_first(index, reader)
    assert longer is passage
    assert len(reader.texts) == 1


def test_the_row_of_a_table_is_not_added(make_index):
    text = f"{INTRODUCTION}\n\nmenu, command\nView, Choose Freeze"
    table = Table(Span(text.index("menu"), len(text)), ("menu", "command"))
    index = make_index(Content(text, tables=(table,)))
    assert index.passages("manual")[1].columns == ("menu", "command")
    passage, longer = read_first(index, SentenceReader(Choose=2.0))
    assert longer is passage


def test_nothing_is_added_where_the_document_has_changed_or_gone_meanwhile(make_index):
    index = make_index(Content(f"{INTRODUCTION}\n\n{STEPS}"))
    reader = SentenceReader(Choose=2.0)
    hit = first_hit(index)
    passage = ReadPassage(hit, reader.read(QUESTION, [hit.passage])[0])
    index.add_texts([("manual", Content(f"New. {INTRODUCTION}\n\n{STEPS}"))])
    assert read_on(QUESTION, passage, reader, index) is passage
    index.remove(["manual"])
    assert read_on(QUESTION, passage, reader, index) is passage


def test_the_last_passage_of_a_document_ends_with_it(make_index):
    index = make_index(Content(INTRODUCTION))
    passage, longer = read_first(index, SentenceReader(Choose=2.0))
    assert longer is passage
