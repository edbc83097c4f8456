"""Train a question encoder: that of the default model, or of the model of all languages.

    python -m qa.training.question_encoder --documents FOLDER --questions FILE … --asked FILE …
        --out FOLDER
    python -m qa.training.question_encoder --languages --asked FILE … [--data FOLDER] --out FOLDER

The documents are indexed with the model. Then its last layers are trained, for questions
alone: a question moves towards the passages that answer it and away from others, whose vectors
stay as they are. So no index has to be made anew. A search goes by keywords and vectors together;
the passages' BM25 scores count in training, too, so the vectors learn what keywords miss (CLEAR,
arXiv:2004.13969). Sentences of the documents keep their vectors as far as possible, so that what is
not put as a question is found as before.

Writes `questions.safetensors`, the trained layers with their matrices in int8, and `card.json`.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import Module, functional
from torch.nn.utils.rnn import pad_sequence
from transformers import BertModel

from index import DEFAULT_MODEL, LANGUAGES_MODEL, Index
from index.models import (
    QUESTION_PROMPT,
    QUESTION_WEIGHTS_FILE,
    Weights,
    default_model_folder,
    languages_weights_file,
    load_common_vector,
    load_tokenizer,
    load_weights,
    open_languages_weights,
)
from qa.training.questions.asked_documents import load_asked_documents
from qa.training.questions.question_corpus import (
    Corpus,
    CorpusQuestion,
    make_corpus,
    sample_contexts,
)
from qa.training.questions.written import is_held_out, load_written
from qa.training.reader.network import (
    LANGUAGES_BASE,
    count_layers,
    make_bert,
    mixed_precision,
    store_weight,
    write_card,
)

_QUESTIONS = _SENTENCES = 64
# The rate rises in the first steps, and falls to zero in the last share of them.
_WARMUP, _FALL = 30, 0.6
# Moving average of the weights: how much of it each step keeps.
_AVERAGE, _YOUNG = 0.99, 10
# What it costs that vectors leave those of the model as it was.
_QUESTION_DRIFT_WEIGHT, _SENTENCE_DRIFT_WEIGHT = 1.0, 10.0
# Passages at random that a batch is compared with, beside those that answer or that keywords find.
_OTHER_PASSAGES = 25_000
# Tokens of a question or a sentence that are read.
_MAX_TOKENS = 128
# Texts of a batch that are embedded at once.
_TOGETHER = 24
# What is added to a token's attention to padding.
_IGNORED = -1e4
_WORDS = "embeddings.word_embeddings.weight"
_WITHOUT_MARK = _LOWER_CASE = 0.2


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a question encoder is trained.

    Attributes:
        layers: how many are trained, from the last one down.
        steps: each with a batch of questions and one of sentences.
        peak_rate: the highest learning rate.
        cosine_scale, bm25_scale: what a cosine and a point of BM25 count in the softmax over all
            passages; in a search the two are about as far apart.
    """

    layers: int
    steps: int
    peak_rate: float
    cosine_scale: float
    bm25_scale: float


DEFAULT_RECIPE = Recipe(3, 500, 4e-5, 25.0, 0.33)
# The scores of letter pieces are further apart than those of words.
LANGUAGES_RECIPE = Recipe(4, 300, 1e-4, 20.0, 0.12)


@dataclass(frozen=True, slots=True)
class BaseModel:
    """An embedding model, whose last layers are to be trained.

    Attributes:
        name: of the model.
        weights: the file that they come from.
        network: all its layers.
        tokenizer: cuts no text.
        look_up: the vectors of tokens, of shape (tokens, dimension), by their numbers.
        prompt: what stands before each question.
        common: of shape (dimension,): what is taken off all vectors.
    """

    name: str
    weights: Path
    network: BertModel
    tokenizer: Tokenizer
    look_up: Callable[[Sequence[int]], Tensor]
    prompt: str
    common: Tensor


def load_default_model() -> BaseModel:
    """The model of an index of English texts."""
    folder = default_model_folder()
    weights = folder / "model.safetensors"
    heads = json.loads((folder / "config.json").read_text(encoding="utf-8"))["num_attention_heads"]
    network = _make_network(load_weights(weights), heads)
    words = network.get_input_embeddings()
    return BaseModel(
        f"sentence-transformers/{DEFAULT_MODEL}",
        weights,
        network,
        load_tokenizer(folder / "tokenizer.json"),
        lambda ids: words(torch.tensor(ids)),
        "",
        torch.zeros(network.config.hidden_size),
    )


def load_languages_model() -> BaseModel:
    """The model of the part `languages`."""
    file = languages_weights_file()
    part = open_languages_weights(file)
    words = part.open_words()
    # Vectors of tokens stand in the file: the network itself needs none.
    none = np.zeros((1, part.dimension), dtype=np.float32)
    network = _make_network({_WORDS: none, **part.widen_tensors()}, part.heads)
    return BaseModel(
        LANGUAGES_BASE,
        file,
        network,
        part.make_tokenizer(),
        lambda ids: torch.from_numpy(words.look_up(ids)),
        QUESTION_PROMPT,
        torch.from_numpy(load_common_vector()),
    )


def _make_network(weights: Weights, heads: int) -> BertModel:
    pieces, width = weights[_WORDS].shape
    network = make_bert(count_layers(weights), pieces, width, heads)
    names = network.state_dict().keys()
    network.load_state_dict({name: torch.from_numpy(weights[name]) for name in names})
    return network.eval().requires_grad_(False)


class QuestionNetwork:
    """A model with its last layers in training, and as it was.

    Attributes:
        base: the model as it was.
        trained: the parameters in training, by their names in the model.
    """

    def __init__(self, base: BaseModel, trained_layers: int) -> None:
        self.base = base
        base.tokenizer.enable_truncation(_MAX_TOKENS)
        layers = base.network.encoder.layer
        first = len(layers) - trained_layers
        self._lower, self._original = layers[:first], layers[first:]
        self._upper = deepcopy(self._original).requires_grad_(True)
        self.trained = {
            f"encoder.layer.{number}.{name}": parameter
            for number, layer in enumerate(self._upper, start=first)
            for name, parameter in layer.named_parameters()
        }

    def embed(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Vectors by the network in training, and by the model as it was.

        Both are float32 of shape (texts, dimension), and of length 1.
        """
        tokenizer, prompt = self.base.tokenizer, self.base.prompt
        rows = [each.ids for each in tokenizer.encode_batch([prompt + text for text in texts])]
        # Texts of like length together: padding takes as long as words.
        order = sorted(range(len(rows)), key=lambda row: len(rows[row]))
        parts = [
            self._embed_rows([rows[row] for row in order[at : at + _TOGETHER]])
            for at in range(0, len(order), _TOGETHER)
        ]
        places = torch.tensor(order).argsort()
        trained, original = (torch.cat(part)[places] for part in zip(*parts, strict=True))
        return trained, original

    def _embed_rows(self, rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
        vectors = pad_sequence([self.base.look_up(row) for row in rows], batch_first=True)
        mask = pad_sequence([torch.ones(len(row)) for row in rows], batch_first=True)
        ignored = (1 - mask)[:, None, None, :] * _IGNORED

        def pool(states: Tensor) -> Tensor:
            means = functional.normalize((states.float() * mask[..., None]).sum(1), dim=1)
            return functional.normalize(means - self.base.common, dim=1)

        with mixed_precision():
            with torch.no_grad():
                states = self.base.network.embeddings(inputs_embeds=vectors)
                lower = _run_layers(self._lower, states, ignored)
                original = _run_layers(self._original, lower, ignored)
            trained = _run_layers(self._upper, lower, ignored)
        return pool(trained), pool(original)


def _run_layers(layers: Iterable[Module], states: Tensor, ignored: Tensor) -> Tensor:
    for layer in layers:
        states = layer(states, attention_mask=ignored)
    return states


def measure_drift(vectors: Tensor, original: Tensor) -> Tensor:
    """How far vectors are from those of the model as it was: 1 - cosine, the mean."""
    return 1 - (vectors * original).sum(1).mean()


def compute_ranking_loss(
    vectors: Tensor, questions: Sequence[CorpusQuestion], passages: Tensor, recipe: Recipe
) -> Tensor:
    """The cross entropy of "this passage answers" over passages, BM25 counted in.

    Args:
        vectors: of the questions, of shape (questions, dimension).
        passages: of shape (passages, dimension); the questions name their rows.
    """
    scores = recipe.cosine_scale * vectors @ passages.T
    keywords = torch.zeros_like(scores)
    for row, question in enumerate(questions):
        keywords[row, question.keyword_hits] = recipe.bm25_scale * question.bm25
    scores = scores + keywords
    answering = [
        row[each.answering].logsumexp(0) for row, each in zip(scores, questions, strict=True)
    ]
    return (scores.logsumexp(1) - torch.stack(answering)).mean()


def train(network: QuestionNetwork, corpus: Corpus, recipe: Recipe, seed: int) -> dict[str, Tensor]:
    """Train the network; returns the trained weights by name, averaged over the last steps."""
    rng = random.Random(seed)
    torch.manual_seed(seed)
    parameters = list(network.trained.values())
    optimizer = torch.optim.AdamW(parameters, lr=recipe.peak_rate, weight_decay=0.01)
    average = {name: each.detach().clone() for name, each in network.trained.items()}
    batches = _draw_batches(corpus.questions, rng)
    steps = recipe.steps
    for step in range(steps):
        rate = min(1.0, (step + 1) / _WARMUP, (steps - step) / (steps * _FALL))
        for group in optimizer.param_groups:
            group["lr"] = recipe.peak_rate * rate
        rows, batch = draw_passages(next(batches), len(corpus.vectors))
        texts = [_vary_question(each.text, rng) for each in batch]
        sentences = rng.sample(corpus.sentences, min(_SENTENCES, len(corpus.sentences)))
        vectors, original = network.embed([*texts, *sentences])
        count = len(texts)
        loss = (
            compute_ranking_loss(vectors[:count], batch, corpus.vectors[rows], recipe)
            + _QUESTION_DRIFT_WEIGHT * measure_drift(vectors[:count], original[:count])
            + _SENTENCE_DRIFT_WEIGHT * measure_drift(vectors[count:], original[count:])
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

    The rows are int64 of shape (passages drawn,), ascending: those that answer one of the
    questions, or that keywords find, and others at random of so many passages.
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


def save_weights(weights: dict[str, Tensor], base: BaseModel, folder: Path) -> None:
    """Write the weights, matrices in int8, and their card."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / QUESTION_WEIGHTS_FILE
    stored = (store_weight(name, each) for name, each in weights.items())
    save_file({name: each for part in stored for name, each in part.items()}, file)
    write_card(file, base.name, base.weights)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m qa.training.question_encoder", description="Train a question encoder."
    )
    parser.add_argument("--documents", type=Path, help="folder of the documents")
    parser.add_argument(
        "--questions",
        type=Path,
        nargs="+",
        default=[],
        help="JSON Lines, see qa.training.questions.written; held-out sources are left out",
    )
    parser.add_argument(
        "--asked",
        type=Path,
        nargs="+",
        default=[],
        help="documents that bring their questions, see questions.asked_documents",
    )
    parser.add_argument(
        "--languages", action="store_true", help="train that of the part `languages`, with --asked"
    )
    parser.add_argument(
        "--data", type=Path, help="with --languages: questions of lang/*.train.jsonl.gz in it, too"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for weights and card")
    parser.add_argument("--steps", type=int, help="in place of those of the recipe")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.languages and (arguments.documents or not arguments.asked):
        parser.error("with --languages, give --asked in place of --documents")
    if not arguments.languages and not (arguments.documents and arguments.questions):
        parser.error("give --documents and --questions, or --languages")
    documents = [*chain.from_iterable(map(load_asked_documents, arguments.asked))]
    with tempfile.TemporaryDirectory() as scratch:
        index_folder = Path(scratch) / "index"
        try:
            if arguments.languages:
                base, recipe = load_languages_model(), LANGUAGES_RECIPE
                index = Index.open(index_folder, create=True, model=LANGUAGES_MODEL)
                if arguments.data:
                    documents += sample_contexts(arguments.data, random.Random(arguments.seed))
                corpus = make_corpus(index, documents)
            else:
                base, recipe = load_default_model(), DEFAULT_RECIPE
                folder = arguments.documents.resolve()
                index = Index.open(index_folder, create=True)
                index.add([folder])
                written = chain.from_iterable(map(load_written, arguments.questions))
                seen = (each for each in written if not is_held_out(each.document))
                corpus = make_corpus(index, documents, folder, seen)
        except ValueError as error:
            parser.error(str(error))
        print(f"{len(corpus.questions)} questions, {len(corpus.vectors)} passages", flush=True)
        recipe = replace(recipe, steps=arguments.steps or recipe.steps)
        network = QuestionNetwork(base, recipe.layers)
        save_weights(train(network, corpus, recipe, arguments.seed), base, arguments.out)


if __name__ == "__main__":
    main()
