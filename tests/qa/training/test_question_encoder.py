"""The question encoder: a short, real training brings questions to their passages."""

import json
import random
from dataclasses import replace

import pytest
import torch

from index import LANGUAGES_MODEL, Index, Span
from index.models import (
    CARD,
    QUESTION_WEIGHTS_FILE,
    default_model_folder,
    has_languages_model,
    hash_file,
    load_weights,
)
from qa.training.question_encoder import (
    DEFAULT_RECIPE,
    QuestionNetwork,
    compute_ranking_loss,
    draw_passages,
    load_default_model,
    load_languages_model,
    measure_drift,
    save_weights,
    train,
)
from qa.training.questions.asked_documents import AskedDocument
from qa.training.questions.question_corpus import (
    CorpusQuestion,
    make_corpus,
    sample_contexts,
)
from qa.training.questions.rows import QuestionRow
from qa.training.questions.written import WrittenQuestion, take_fingerprint

FERRY = "The boat across the Tamble stopped in May, when the bridge was opened."
LAMP = "A red lamp shows that the charger is too hot."
RECIPE = replace(DEFAULT_RECIPE, steps=12)
REEL = "Lift the lever until the reel clicks."


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("documents")
    (folder / "town.md").write_text(f"# Town\n\n{FERRY}\n")
    (folder / "charger.md").write_text(f"# Charger\n\n{LAMP}\n")
    kite = f"# Kite reel\n\n{REEL}"
    at = Span(kite.index(REEL), len(kite))
    question = QuestionRow("how can I let out more string?", kite, evidence=(at,))
    index = Index.open(tmp_path_factory.mktemp("index") / "index", create=True)
    index.add([folder])
    written = [
        WrittenQuestion(document, question, "fact", (take_fingerprint(sentence),))
        for document, question, sentence in (
            ("town.md", "since when can I no longer get over the water by ship?", FERRY),
            ("charger.md", "what is wrong if it glows like a tomato?", LAMP),
            ("town.md", "Who made it?", "A sentence that has gone from the document."),
            ("lost.md", "Where is it?", FERRY),
        )
    ]
    documents = [AskedDocument("en", "Kite reel", kite, (question,))]
    assert not documents[0].is_held_out
    return make_corpus(index, documents, folder, written)


def test_questions_come_with_the_passages_that_answer_and_those_that_keywords_find(corpus):
    assert corpus.vectors.shape == (3, 384)
    assert set(corpus.sentences) == {LAMP, REEL, FERRY}
    # The document of the fourth is missing, and what answers the third.
    assert [len(each.answering) for each in corpus.questions] == [1, 1, 1]
    ferry, lamp, _ = corpus.questions
    assert ferry.answering.tolist() != lamp.answering.tolist()
    assert set(ferry.keyword_hits.tolist()) <= {0, 1, 2}
    assert ferry.keyword_hits.shape == ferry.bm25.shape
    assert (ferry.bm25 >= 0).all()


def test_questions_about_other_documents_make_no_corpus(tmp_path):
    (tmp_path / "town.md").write_text(f"# Town\n\n{FERRY}\n")
    index = Index.open(tmp_path / "index", create=True)
    index.add([tmp_path / "town.md"])
    written = [WrittenQuestion("lost.md", "Where is it?", "fact", (take_fingerprint(FERRY),))]
    with pytest.raises(ValueError, match="none of the questions is about a document"):
        make_corpus(index, (), tmp_path, written)


def test_the_loss_is_least_where_the_answering_passage_is_nearest():
    passages = torch.eye(3)
    none = torch.tensor([], dtype=torch.int64)
    question = CorpusQuestion("?", torch.tensor([1]), none, torch.tensor([]))
    losses = [
        compute_ranking_loss(passages[[row]], [question], passages, RECIPE).item()
        for row in range(3)
    ]
    assert losses.index(min(losses)) == 1


def test_a_batch_is_compared_with_its_own_passages_and_some_others(monkeypatch):
    monkeypatch.setattr("qa.training.question_encoder._OTHER_PASSAGES", 3)
    questions = [
        CorpusQuestion("?", torch.tensor([70, 2]), torch.tensor([5, 70]), torch.tensor([1.0, 2.0])),
        CorpusQuestion("!", torch.tensor([9]), torch.tensor([2]), torch.tensor([3.0])),
    ]
    rows, moved = draw_passages(questions, 100)
    assert {2, 5, 9, 70} <= set(rows.tolist()) <= set(range(100))
    assert 4 <= len(rows) == len(set(rows.tolist())) <= 7
    for before, after in zip(questions, moved, strict=True):
        assert rows[after.answering].tolist() == before.answering.tolist()
        assert rows[after.keyword_hits].tolist() == before.keyword_hits.tolist()


def test_what_keywords_find_need_not_be_learned():
    passages = torch.eye(3)
    alone = CorpusQuestion("?", torch.tensor([1]), torch.tensor([1]), torch.tensor([0.0]))
    by_keywords = CorpusQuestion("?", torch.tensor([1]), torch.tensor([1]), torch.tensor([30.0]))
    vector = passages[[0]]
    assert compute_ranking_loss(vector, [by_keywords], passages, RECIPE) < compute_ranking_loss(
        vector, [alone], passages, RECIPE
    )


def test_questions_move_to_their_passages_and_sentences_stay(corpus, tmp_path):
    network = QuestionNetwork(load_default_model(), 3)
    texts = [each.text for each in corpus.questions]

    def measure():
        with torch.no_grad():
            vectors, original = network.embed(texts)
            return (
                compute_ranking_loss(vectors, corpus.questions, corpus.vectors, RECIPE).item(),
                measure_drift(vectors, original).item(),
                measure_drift(*network.embed(corpus.sentences)).item(),
            )

    before, *drifts = measure()
    assert max(drifts) < 1e-3
    names = set(network.trained)
    before_training = {name: each.clone() for name, each in network.base.network.named_parameters()}
    weights = train(network, corpus, RECIPE, seed=1)
    after, questions_drift, sentences_drift = measure()
    assert after < before
    assert sentences_drift < questions_drift / 2
    assert all(name.split(".")[2] in "345" for name in weights)
    model = network.base.network
    assert all(torch.equal(model.get_parameter(n), each) for n, each in before_training.items())

    save_weights(weights, network.base, tmp_path)
    saved = load_weights(tmp_path / QUESTION_WEIGHTS_FILE)
    assert saved.keys() == names
    assert (tmp_path / QUESTION_WEIGHTS_FILE).stat().st_size < 6_000_000
    for name, weight in saved.items():
        wanted = weights[name]
        # A row of a matrix has 127 steps on each side of zero.
        error = (torch.from_numpy(weight) - wanted).abs()
        assert (error <= wanted.abs().amax(-1, keepdim=True) / 200).all()
    card = json.loads((tmp_path / CARD).read_text())
    assert card["sha256"] == hash_file(tmp_path / QUESTION_WEIGHTS_FILE)
    assert card["base_sha256"] == hash_file(default_model_folder() / "model.safetensors")


def test_the_model_as_it_was_is_that_of_the_index(corpus):
    network = QuestionNetwork(load_default_model(), 3)
    with torch.no_grad():
        _, vectors = network.embed([LAMP])
    # The index has the title above the passage.
    assert (vectors @ corpus.vectors.T).max() > 0.8


def test_texts_have_the_same_vectors_alone_and_beside_longer_ones():
    network = QuestionNetwork(load_default_model(), 3)
    with torch.no_grad():
        together, _ = network.embed([FERRY, "Why?", LAMP])
        alone, _ = network.embed(["Why?"])
    assert (together[1] @ alone[0]).item() > 0.999


def test_a_folder_without_public_sets_is_refused(tmp_path):
    (tmp_path / "lang").mkdir()
    (tmp_path / "lang" / "mkqa.dev.jsonl.gz").write_bytes(b"")
    with pytest.raises(ValueError, match=r"holds no lang/\*\.train\.jsonl\.gz"):
        sample_contexts(tmp_path, random.Random(1))


@pytest.mark.skipif(not has_languages_model(), reason="the part is not installed")
def test_questions_about_documents_in_other_languages_come_with_the_passages_that_answer(tmp_path):
    documents = [
        AskedDocument(language, title, text, (QuestionRow(question, text, evidence=(span,)),))
        for language, title, text, question in (
            (
                "de",
                "Fährverkehr",
                "Die Fähre fährt seit Mai nicht mehr.",
                "Wann fuhr das letzte Boot?",
            ),
            (
                "es",
                "Cargador",
                "La luz roja avisa de que está caliente.",
                "¿Qué significa si brilla?",
            ),
        )
        for span in [Span(0, len(text))]
    ]
    assert not any(document.is_held_out for document in documents)
    index = Index.open(tmp_path / "index", create=True, model=LANGUAGES_MODEL)
    corpus = make_corpus(index, documents)
    assert [len(each.answering) for each in corpus.questions] == [1, 1]
    assert set(corpus.sentences) == {document.text for document in documents}
    network = QuestionNetwork(load_languages_model(), 3)
    with torch.no_grad():
        vectors, original = network.embed(corpus.sentences)
    # As an index has them, but for the title and the mark of a question.
    assert ((original @ corpus.vectors.T).amax(1) > 0.6).all()
    assert torch.allclose(vectors, original)
    assert {name.split(".")[2] for name in network.trained} == {"9", "10", "11"}
