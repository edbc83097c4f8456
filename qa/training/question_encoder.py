"""Train the default model's question encoder.

    python -m qa.training.question_encoder --documents FOLDER --questions FILE … --out FOLDER

The documents are indexed with the default model. Then its last layers are trained, for questions
alone: a question moves towards the passages that answer it and away from others, whose vectors
stay as they are. So no index has to be made anew. A search goes by keywords and vectors together;
the passages' BM25 scores count in training, too, so the vectors learn what keywords miss (CLEAR,
arXiv:2004.13969). Sentences of the documents keep their vectors as far as possible, so that what is
not put as a question is found as before.

Writes `questions.safetensors`, the trained layers in half precision, and `card.json`.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional
from transformers import BertModel

from index import DEFAULT_MODEL, Index, Retriever
from index.models import (
    QUESTION_WEIGHTS_FILE,
    default_model_folder,
    silence_libraries,
)
from qa.training.data_files import write_card
from qa.training.precision import mixed_precision
from qa.training.written_questions import (
    WrittenQuestion,
    is_held_out,
    load_written,
    locate_question,
    split_document,
)

STEPS = 500
_QUESTIONS = _SENTENCES = 64
# The rate rises in the first steps, and falls to zero in the last share of them.
_PEAK_RATE, _WARMUP, _FALL = 4e-5, 30, 0.6
_TRAINED_LAYERS = 3
# Moving average of the weights: how much of it each step keeps.
_AVERAGE, _YOUNG = 0.99, 10
# What a cosine and a point of BM25 count in the softmax over all passages; in a search the two are
# about as far apart.
_COSINE_SCALE, _BM25_SCALE = 25.0, 0.33
# What it costs that vectors leave those of the model as it was.
_QUESTION_DRIFT_WEIGHT, _SENTENCE_DRIFT_WEIGHT = 1.0, 10.0
_KEYWORD_DEPTH = 100
# Passages at random that a batch is compared with, beside those that answer or that keywords find.
_OTHER_PASSAGES = 25_000
# Tokens of a question or a sentence that are read.
_MAX_TOKENS = 128
_WITHOUT_MARK = _LOWER_CASE = 0.2
_SENTENCE_LENGTHS = range(20, 300)


@dataclass(frozen=True, slots=True)
class CorpusQuestion:
    """A question with the passages that answer it and those that keywords find.

    Attributes:
        text: the question.
        answering: int64 of shape (answering passages,): their rows among all vectors.
        keyword_hits: int64 of shape (passages,): the rows of those that keywords find.
        bm25: float32 of shape (passages,): how far their scores are above that of any other.
    """

    text: str
    answering: Tensor
    keyword_hits: Tensor
    bm25: Tensor


@dataclass(frozen=True, slots=True)
class Corpus:
    """The data that the network is trained on.

    Attributes:
        vectors: float32 of shape (passages, dimension), by the default model.
        questions: those whose documents are in the index.
        sentences: of the passages.
    """

    vectors: Tensor
    questions: list[CorpusQuestion]
    sentences: list[str]


def make_corpus(index: Index, folder: Path, written: Sequence[WrittenQuestion]) -> Corpus:
    """The questions whose documents are in an index, and all its passages.

    Args:
        folder: that documents are named in.

    Raises:
        ValueError: none of the questions is about a document of the index.
    """
    retriever = Retriever(index)
    documents = {document.path: document for document in index.documents()}
    vectors = index.engine.open_vectors(index.encoder.fingerprint)
    if vectors is None:
        raise ValueError("the index has no vectors of the default model")
    split = {
        path: split_document(index.text(path), document.title, index.passages(path))
        for path, document in documents.items()
    }
    by_id = vectors.read([passage.id for each in split.values() for passage in each.passages])
    rows = {number: row for row, number in enumerate(by_id)}

    def locate(question: WrittenQuestion) -> CorpusQuestion | None:
        path = str(folder / question.document)
        located = locate_question(question, split[path]) if path in split else None
        answering = (
            [] if located is None else [rows[p.id] for p in located.answering if p.id in rows]
        )
        if not answering:
            return None
        found = retriever.search(question.question, _KEYWORD_DEPTH, "bm25")
        hits = [hit for hit in found if hit.passage.id in rows]
        scores = torch.tensor([hit.scores["bm25"] for hit in hits])
        # Fewer are found if the others have none of the words.
        least = found[-1].scores["bm25"] if len(found) == _KEYWORD_DEPTH else 0.0
        keyword_hits = torch.tensor([rows[hit.passage.id] for hit in hits], dtype=torch.int64)
        return CorpusQuestion(
            question.question, torch.tensor(answering), keyword_hits, scores - least
        )

    questions = [each for each in map(locate, written) if each is not None]
    if not questions:
        raise ValueError("none of the questions is about a document of the index")
    sentences = [
        sentence.of(document.text)
        for document in split.values()
        for sentence, _ in document.sentences
        if len(sentence) in _SENTENCE_LENGTHS
    ]
    return Corpus(
        torch.stack([torch.from_numpy(each) for each in by_id.values()]), questions, sentences
    )


class QuestionNetwork:
    """The default model with its last layers in training, and as it was.

    Attributes:
        network: in training.
        trained: its parameters that are trained, by name.
    """

    def __init__(self, folder: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_MAX_TOKENS)
        self.network, self._original = _load_network(folder), _load_network(folder)
        self._original.requires_grad_(False)
        self.network.requires_grad_(False)
        layers = self.network.encoder.layer
        self.network.encoder.layer[len(layers) - _TRAINED_LAYERS :].requires_grad_(True)
        self.trained = {n: p for n, p in self.network.named_parameters() if p.requires_grad}

    def embed(self, texts: Sequence[str], *, original: bool = False) -> Tensor:
        """Vectors of length 1, float32 of shape (texts, dimension).

        Args:
            original: whether the model as it was makes them.
        """
        rows = [each.ids for each in self._tokenizer.encode_batch(list(texts))]
        shape = len(rows), max(map(len, rows))
        ids, mask = torch.zeros(shape, dtype=torch.int64), torch.zeros(shape)
        for row, tokens in enumerate(rows):
            ids[row, : len(tokens)] = torch.tensor(tokens)
            mask[row, : len(tokens)] = 1
        network = self._original if original else self.network
        with mixed_precision():
            states = network(input_ids=ids, attention_mask=mask).last_hidden_state
        means = (states.float() * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        return functional.normalize(means, dim=1)

    def measure_drift(self, texts: Sequence[str], vectors: Tensor) -> Tensor:
        """How far vectors are from those of the model as it was: 1 - cosine, the mean."""
        with torch.no_grad():
            original = self.embed(texts, original=True)
        return 1 - (vectors * original).sum(1).mean()


def _load_network(folder: Path) -> BertModel:
    with silence_libraries():
        network: BertModel = BertModel.from_pretrained(
            str(folder),
            add_pooling_layer=False,
            attn_implementation="eager",
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
    return network.eval()


def compute_ranking_loss(
    vectors: Tensor, questions: Sequence[CorpusQuestion], passages: Tensor
) -> Tensor:
    """The cross entropy of "this passage answers" over passages, BM25 counted in.

    Args:
        vectors: of the questions, of shape (questions, dimension).
        passages: of shape (passages, dimension); the questions name their rows.
    """
    scores = _COSINE_SCALE * vectors @ passages.T
    keywords = torch.zeros_like(scores)
    for row, question in enumerate(questions):
        keywords[row, question.keyword_hits] = _BM25_SCALE * question.bm25
    scores = scores + keywords
    answering = [
        row[each.answering].logsumexp(0) for row, each in zip(scores, questions, strict=True)
    ]
    return (scores.logsumexp(1) - torch.stack(answering)).mean()


def train(network: QuestionNetwork, corpus: Corpus, steps: int, seed: int) -> dict[str, Tensor]:
    """Train the network; returns the trained weights by name, averaged over the last steps.

    Args:
        steps: each with a batch of questions and one of sentences.
    """
    rng = random.Random(seed)
    torch.manual_seed(seed)
    parameters = list(network.trained.values())
    optimizer = torch.optim.AdamW(parameters, lr=_PEAK_RATE, weight_decay=0.01)
    average = {name: each.detach().clone() for name, each in network.trained.items()}
    batches = _draw_batches(corpus.questions, rng)
    for step in range(steps):
        rate = min(1.0, (step + 1) / _WARMUP, (steps - step) / (steps * _FALL))
        for group in optimizer.param_groups:
            group["lr"] = _PEAK_RATE * rate
        batch = next(batches)
        rows, batch = draw_passages(batch, len(corpus.vectors))
        texts = [_vary_question(each.text, rng) for each in batch]
        vectors = network.embed(texts)
        sentences = rng.sample(corpus.sentences, min(_SENTENCES, len(corpus.sentences)))
        loss = (
            compute_ranking_loss(vectors, batch, corpus.vectors[rows])
            + _QUESTION_DRIFT_WEIGHT * network.measure_drift(texts, vectors)
            + _SENTENCE_DRIFT_WEIGHT * network.measure_drift(sentences, network.embed(sentences))
        )
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        keep = min(_AVERAGE, step / (step + _YOUNG))
        with torch.no_grad():
            for name, parameter in network.trained.items():
                average[name].lerp_(parameter, 1 - keep)
        if (step + 1) % 25 == 0:
            print(f"step {step + 1} of {steps}: loss {loss.item():.3f}", flush=True)
    return average


def _draw_batches(
    questions: Sequence[CorpusQuestion], rng: random.Random
) -> Iterator[list[CorpusQuestion]]:
    """All questions in random order, again and again."""
    while True:
        mixed = rng.sample(list(questions), len(questions))
        size = min(_QUESTIONS, len(mixed))
        for at in range(0, len(mixed) - size + 1, size):
            yield mixed[at : at + size]


def draw_passages(
    questions: Sequence[CorpusQuestion], passages: int
) -> tuple[Tensor, list[CorpusQuestion]]:
    """Rows of the passages that questions are compared with, and the questions on these rows.

    Args:
        passages: how many there are.

    Returns:
        the rows, int64 of shape (passages drawn,), ascending: those that answer one of the
        questions, or that keywords find, and others at random.
    """
    named = [rows for each in questions for rows in (each.answering, each.keyword_hits)]
    others = torch.randperm(passages)[:_OTHER_PASSAGES]
    drawn = torch.from_numpy(np.unique(torch.cat([*named, others]).numpy()))
    return drawn, [
        replace(
            each,
            answering=torch.searchsorted(drawn, each.answering),
            keyword_hits=torch.searchsorted(drawn, each.keyword_hits),
        )
        for each in questions
    ]


def _vary_question(question: str, rng: random.Random) -> str:
    """The question as people type it: now and then without its mark, or without capitals."""
    if rng.random() < _WITHOUT_MARK:
        question = question.rstrip(" ?")
    return question.lower() if rng.random() < _LOWER_CASE else question


def save_weights(weights: dict[str, Tensor], folder: Path) -> None:
    """Write the weights in half precision, and their card."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / QUESTION_WEIGHTS_FILE
    save_file({name: each.to(torch.float16) for name, each in weights.items()}, file)
    base = default_model_folder() / "model.safetensors"
    write_card(file, f"sentence-transformers/{DEFAULT_MODEL}", base)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m qa.training.question_encoder",
        description="Train the default model's question encoder.",
    )
    parser.add_argument("--documents", type=Path, required=True, help="folder of the documents")
    parser.add_argument(
        "--questions",
        type=Path,
        nargs="+",
        required=True,
        help="JSON Lines, see qa.training.written_questions; held-out sources are left out",
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for weights and card")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    folder = arguments.documents.resolve()
    with tempfile.TemporaryDirectory() as scratch:
        index = Index.open(Path(scratch) / "index", create=True)
        index.add([folder])
        try:
            written = [each for path in arguments.questions for each in load_written(path)]
            seen = [each for each in written if not is_held_out(each.document)]
            corpus = make_corpus(index, folder, seen)
        except ValueError as error:
            parser.error(str(error))
        print(f"{len(corpus.questions)} questions, {len(corpus.vectors)} passages", flush=True)
        network = QuestionNetwork(default_model_folder())
        save_weights(train(network, corpus, arguments.steps, arguments.seed), arguments.out)


if __name__ == "__main__":
    main()
