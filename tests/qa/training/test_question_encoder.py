"""The question encoder: a short, real training brings questions to their passages."""

import json

import pytest
import torch
from safetensors.torch import load_file

from index import Index
from index.models import CARD, QUESTION_WEIGHTS_FILE, default_model_folder, hash_file
from qa.training.question_encoder import (
    CorpusQuestion,
    QuestionNetwork,
    compute_ranking_loss,
    draw_passages,
    make_corpus,
    save_weights,
    train,
)
from qa.training.written_questions import WrittenQuestion, take_fingerprint

FERRY = "The boat across the Tamble stopped in May, when the bridge was opened."
LAMP = "A red lamp shows that the charger is too hot."
REEL = "Lift the lever until the reel clicks."


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("documents")
    (folder / "town.md").write_text(f"# Town\n\n{FERRY}\n")
    (folder / "charger.md").write_text(f"# Charger\n\n{LAMP}\n")
    (folder / "kite.md").write_text(f"# Kite\n\n{REEL}\n")
    index = Index.open(tmp_path_factory.mktemp("index") / "index", create=True)
    index.add([folder])
    written = [
        WrittenQuestion(document, question, "fact", (take_fingerprint(sentence),))
        for document, question, sentence in (
            ("town.md", "since when can I no longer get over the water by ship?", FERRY),
            ("charger.md", "what is wrong if it glows like a tomato?", LAMP),
            ("kite.md", "how can I let out more string?", REEL),
            ("kite.md", "Who made it?", "A sentence that has gone from the document."),
            ("lost.md", "Where is it?", FERRY),
        )
    ]
    return make_corpus(index, folder, written)


def test_questions_come_with_the_passages_that_answer_and_those_that_keywords_find(corpus):
    assert corpus.vectors.shape == (3, 384)
    assert set(corpus.sentences) == {LAMP, REEL, FERRY}
    # The document of the fifth is missing, and what answers the fourth.
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
        make_corpus(index, tmp_path, written)


def test_the_loss_is_least_where_the_answering_passage_is_nearest():
    passages = torch.eye(3)
    none = torch.tensor([], dtype=torch.int64)
    question = CorpusQuestion("?", torch.tensor([1]), none, torch.tensor([]))
    losses = [
        compute_ranking_loss(passages[[row]], [question], passages).item() for row in range(3)
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
    assert compute_ranking_loss(vector, [by_keywords], passages) < compute_ranking_loss(
        vector, [alone], passages
    )


def test_questions_move_to_their_passages_and_sentences_stay(corpus, tmp_path):
    network = QuestionNetwork(default_model_folder())
    texts = [each.text for each in corpus.questions]

    def measure():
        with torch.no_grad():
            vectors = network.embed(texts)
            return (
                compute_ranking_loss(vectors, corpus.questions, corpus.vectors).item(),
                network.measure_drift(texts, vectors).item(),
                network.measure_drift(corpus.sentences, network.embed(corpus.sentences)).item(),
            )

    before, *drifts = measure()
    assert max(drifts) < 1e-3
    names = set(network.trained)
    frozen = {
        name: each.clone() for name, each in network.network.named_parameters() if name not in names
    }
    weights = train(network, corpus, steps=12, seed=1)
    after, questions_drift, sentences_drift = measure()
    assert after < before
    assert sentences_drift < questions_drift / 2
    assert all(name.split(".")[2] in "345" for name in weights)
    assert all(torch.equal(network.network.get_parameter(n), each) for n, each in frozen.items())

    save_weights(weights, tmp_path)
    saved = load_file(tmp_path / QUESTION_WEIGHTS_FILE)
    assert saved.keys() == names
    assert {each.dtype for each in saved.values()} == {torch.float16}
    card = json.loads((tmp_path / CARD).read_text())
    assert card["sha256"] == hash_file(tmp_path / QUESTION_WEIGHTS_FILE)
    assert card["base_sha256"] == hash_file(default_model_folder() / "model.safetensors")


def test_the_model_as_it_was_is_that_of_the_index(corpus):
    network = QuestionNetwork(default_model_folder())
    with torch.no_grad():
        vectors = network.embed([LAMP], original=True)
    # The index has the title above the passage.
    assert (vectors @ corpus.vectors.T).max() > 0.8
