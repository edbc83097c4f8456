"""Examples as batches of windows: of like length, questions kept whole, order fixed by a seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from qa.reader.decoding import MAX_ANSWER_TOKENS
from qa.reader.windows import Window, Windower
from qa.training.examples import Context, Example

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Item:
    """One question: a window of each of its passages, and the gold (first, last) tokens in each."""

    windows: tuple[Window, ...]
    golds: tuple[tuple[Pair, ...], ...]
    weight: float

    @property
    def length(self) -> int:
        return max(len(window.ids) for window in self.windows)


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded tensors of several items.

    Attributes:
        input_ids, attention_mask, token_type_ids: int64 of shape (windows, tokens).
        passage: bool of shape (windows, tokens): true on passage tokens.
        golds: int64 of shape (golds, 3): window, first token, last token.
        weights: float32 of shape (windows,).
        group: int64 of shape (windows,): which question a window belongs to.
    """

    input_ids: Tensor
    attention_mask: Tensor
    token_type_ids: Tensor
    passage: Tensor
    golds: Tensor
    weights: Tensor
    group: Tensor


def items(examples: Sequence[Example], windower: Windower, seed: int) -> list[Item]:
    """One item an example; of a long passage a window that holds an answer is chosen at random.

    Examples whose answer is too long for any window are left out.
    """
    rng = random.Random(seed)
    texts = list(dict.fromkeys(context.text for e in examples for context in e.contexts))
    passages = dict(zip(texts, windower.tokenize(texts), strict=True))
    questions = windower.tokenize([example.question for example in examples])
    found = []
    for example, question in zip(examples, questions, strict=True):
        chosen = []
        for context in example.contexts:
            windows = windower.windows(question, passages[context.text])
            chosen.append(_choose(windows, context, rng))
        if all(choice is not None for choice in chosen):
            kept = [choice for choice in chosen if choice is not None]
            found.append(Item(tuple(w for w, _ in kept), tuple(g for _, g in kept), example.weight))
    return found


def _choose(
    windows: Sequence[Window], context: Context, rng: random.Random
) -> tuple[Window, tuple[Pair, ...]] | None:
    options = []
    for window in windows:
        pairs = (window.tokens_of(start, end) for start, end in context.answers)
        golds = {p for p in pairs if p is not None and p[1] - p[0] < MAX_ANSWER_TOKENS}
        if golds or not context.answers:
            options.append((window, tuple(sorted(golds))))
    return rng.choice(options) if options else None


def batches(found: Sequence[Item], size: int, seed: int) -> list[list[Item]]:
    """Shuffled batches of at most `size` windows, of similar lengths."""
    rng = random.Random(seed)
    by_length = sorted(found, key=lambda item: item.length + rng.uniform(0, 12))
    made: list[list[Item]] = [[]]
    count = 0
    for item in by_length:
        if count + len(item.windows) > size and made[-1]:
            made.append([])
            count = 0
        made[-1].append(item)
        count += len(item.windows)
    rng.shuffle(made)
    return made


def collate(chosen: Sequence[Item]) -> Batch:
    """Pad items to one batch."""
    windows = [window for item in chosen for window in item.windows]
    golds = [golds for item in chosen for golds in item.golds]
    length = max(len(window.ids) for window in windows)
    ids = np.zeros((len(windows), length), dtype=np.int64)
    mask, types, passage = np.zeros_like(ids), np.zeros_like(ids), np.zeros_like(ids, dtype=bool)
    for row, window in enumerate(windows):
        used = len(window.ids)
        ids[row, :used] = window.ids
        mask[row, :used] = 1
        types[row, window.second : used] = 1
        passage[row, window.first : used - 1] = True
    gold_rows = [(row, a, b) for row, pairs in enumerate(golds) for a, b in pairs]
    return Batch(
        torch.from_numpy(ids),
        torch.from_numpy(mask),
        torch.from_numpy(types),
        torch.from_numpy(passage),
        torch.tensor(gold_rows, dtype=torch.int64).reshape(-1, 3),
        torch.tensor([item.weight for item in chosen for _ in item.windows]),
        torch.tensor([n for n, item in enumerate(chosen) for _ in item.windows]),
    )
