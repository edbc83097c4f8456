"""Training questions as batches of windows: of like length, questions kept whole."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from index import Span
from index.models import Tokens
from qa.reader.trained import MAX_ANSWER_TOKENS
from qa.reader.windows import Window, Windower
from qa.training.questions.mixture import TrainingQuestion
from qa.training.questions.rows import LabelledPassage

# Batches whose windows are sorted by length together.
_SORTED_TOGETHER = 40
# Tokens that are added to a length at random before sorting, so that batches vary.
_JITTER = 10


@dataclass(frozen=True, slots=True)
class Target:
    """The labels of a window, in positions of tokens; ends are exclusive.

    Attributes:
        answers: spans to be found exactly.
        regions: stretches in which the answer lies.
        sentences: all sentences of the window.
        is_evidence: for each sentence whether it answers.
    """

    answers: tuple[Span, ...] = ()
    regions: tuple[Span, ...] = ()
    sentences: tuple[Span, ...] = ()
    is_evidence: tuple[bool, ...] = ()

    @property
    def answers_question(self) -> bool:
        return bool(self.answers or self.regions or any(self.is_evidence))


@dataclass(frozen=True, slots=True)
class Item:
    """A training question as windows, one a passage, each with its target.

    The other fields are those of `TrainingQuestion`.
    """

    windows: tuple[Window, ...]
    targets: tuple[Target, ...]
    weight: float = 1.0
    requires_all: bool = False
    trusts_reranker: bool = True

    @property
    def length(self) -> int:
        return max(len(window.ids) for window in self.windows)


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded tensors of several items.

    Attributes:
        input_ids, attention_mask, token_type_ids: int64 of shape (windows, tokens).
        is_passage: bool of shape (windows, tokens): true on passage tokens.
        answers: int64 of shape (answers, 3): window, first token, last token.
        region: int64 of shape (windows, tokens): the number of the region, 0 outside of all.
        sentences: int64 of shape (sentences, 3): window, first token, end.
        is_evidence: bool of shape (sentences,).
        weights: float32 of shape (windows,).
        requires_all, trusts_reranker: bool of shape (windows,).
        question: int64 of shape (windows,): which question a window belongs to, ascending.
    """

    input_ids: Tensor
    attention_mask: Tensor
    token_type_ids: Tensor
    is_passage: Tensor
    answers: Tensor
    region: Tensor
    sentences: Tensor
    is_evidence: Tensor
    weights: Tensor
    requires_all: Tensor
    trusts_reranker: Tensor
    question: Tensor


def make_target(window: Window, passage: LabelledPassage) -> Target:
    """The labels of a window of a passage.

    An answer too long to be decoded becomes a region.
    """
    exact = {window.tokens_of(answer.start, answer.end) for answer in passage.answers}
    answers = [
        Span(pair[0], pair[1] + 1)
        for pair in exact
        if pair is not None and pair[1] - pair[0] < MAX_ANSWER_TOKENS
    ]
    regions: list[Span] = []
    if not answers:
        stretches = passage.regions or passage.answers
        regions = [span for each in stretches if len(span := _locate_tokens(window, each)) > 1]
    labelled = [
        (span, label)
        for sentence, label in zip(passage.sentences, passage.is_evidence, strict=True)
        if len(span := _locate_tokens(window, sentence))
    ]
    return Target(
        tuple(sorted(answers)),
        tuple(regions),
        tuple(span for span, _ in labelled),
        tuple(label for _, label in labelled),
    )


def _locate_tokens(window: Window, span: Span) -> Span:
    """The tokens of a window that a span of its passage touches; empty if there are none."""
    touched = np.flatnonzero(
        (window.offsets[:, 1] > span.start) & (window.offsets[:, 0] < span.end)
    )
    if not touched.size:
        return Span(window.passage_start, window.passage_start)
    return Span(window.passage_start + int(touched[0]), window.passage_start + int(touched[-1]) + 1)


def make_items(questions: Sequence[TrainingQuestion], windower: Windower, seed: int) -> list[Item]:
    """One item a question; of a passage with several windows one is drawn at random.

    Of a passage that answers, only windows that hold the answer are drawn. A passage with no such
    window is left out, and if it is the first one, so is its question.
    """
    rng = random.Random(seed)
    encodings = _encode(windower, (question.question for question in questions))
    texts = _encode(
        windower,
        (
            text
            for question in questions
            for passage in question.passages
            for text in (passage.text, passage.above)
        ),
    )
    items = []
    for question in questions:
        chosen: list[tuple[Window, Target]] = []
        for number, passage in enumerate(question.passages):
            windows = windower.windows(
                encodings[question.question],
                texts[passage.text],
                texts[passage.above] if passage.above else None,
            )
            options = [(window, make_target(window, passage)) for window in windows]
            if passage.answers_question:
                options = [option for option in options if option[1].answers_question]
            if options:
                chosen.append(rng.choice(options))
            elif number == 0:
                break
        if chosen:
            items.append(
                Item(
                    tuple(window for window, _ in chosen),
                    tuple(target for _, target in chosen),
                    question.weight,
                    question.requires_all,
                    question.trusts_reranker,
                )
            )
    return items


def _encode(windower: Windower, texts: Iterable[str]) -> dict[str, Tokens]:
    unique = list(dict.fromkeys(texts))
    return dict(zip(unique, windower.tokenize(unique), strict=True))


def make_batches(items: Sequence[Item], size: int, seed: int) -> list[list[Item]]:
    """Batches of at most `size` windows (or one item), each item once.

    Items come in random order, so that a run that is cut short has seen some of everything; a few
    batches at a time are sorted by length, so that little is padded.
    """
    rng = random.Random(seed)
    mixed = rng.sample(list(items), len(items))
    made: list[list[Item]] = []
    for at in range(0, len(mixed), size * _SORTED_TOGETHER):
        chunk = mixed[at : at + size * _SORTED_TOGETHER]
        chunk.sort(key=lambda item: item.length + rng.uniform(0, _JITTER))
        batches: list[list[Item]] = [[]]
        windows = 0
        for item in chunk:
            if batches[-1] and windows + len(item.windows) > size:
                batches.append([])
                windows = 0
            batches[-1].append(item)
            windows += len(item.windows)
        rng.shuffle(batches)
        made += batches
    return made


def share_batch(batch: Sequence[Item], workers: int) -> list[list[Item]]:
    """A batch in a part for each worker, of about as many windows each.

    No part is empty: if there are too few items, the largest is repeated.
    """
    ordered = sorted(batch, key=lambda item: -len(item.windows) * item.length)
    parts: list[list[Item]] = [[] for _ in range(workers)]
    sizes = [0] * workers
    for item in ordered:
        smallest = sizes.index(min(sizes))
        parts[smallest].append(item)
        sizes[smallest] += len(item.windows)
    return [part or [ordered[0]] for part in parts]


def collate(items: Sequence[Item]) -> Batch:
    """Pad items to one batch."""
    windows = [window for item in items for window in item.windows]
    targets = [target for item in items for target in item.targets]
    shape = len(windows), max(len(window.ids) for window in windows)
    ids, mask, types, region = (np.zeros(shape, dtype=np.int64) for _ in range(4))
    is_passage = np.zeros(shape, dtype=np.bool_)
    for row, (window, target) in enumerate(zip(windows, targets, strict=True)):
        used = len(window.ids)
        ids[row, :used] = window.ids
        mask[row, :used] = 1
        types[row, window.context_start : used] = 1
        is_passage[row, window.passage_start : used - 1] = True
        for number, span in enumerate(target.regions, 1):
            region[row, span.start : span.end] = number
    answers = [
        (row, span.start, span.end - 1) for row, each in enumerate(targets) for span in each.answers
    ]
    sentences = [
        (row, span.start, span.end) for row, each in enumerate(targets) for span in each.sentences
    ]
    evidence = [label for each in targets for label in each.is_evidence]
    owners = [item for item in items for _ in item.windows]
    return Batch(
        torch.from_numpy(ids),
        torch.from_numpy(mask),
        torch.from_numpy(types),
        torch.from_numpy(is_passage),
        torch.tensor(answers, dtype=torch.int64).reshape(-1, 3),
        torch.from_numpy(region),
        torch.tensor(sentences, dtype=torch.int64).reshape(-1, 3),
        torch.tensor(evidence, dtype=torch.bool),
        torch.tensor([item.weight for item in owners]),
        torch.tensor([item.requires_all for item in owners]),
        torch.tensor([item.trusts_reranker for item in owners]),
        torch.tensor([number for number, item in enumerate(items) for _ in item.windows]),
    )
