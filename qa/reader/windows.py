"""Question and passage as the token windows that the networks score.

A window is `[CLS] question [SEP] what stands above the passage, passage [SEP]`. A passage
that does not fit is cut into windows that overlap, so that no answer is lost at a seam. Every
passage token keeps the code-point offsets it came from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.models import VECTORS, Tokens, WordTable, default_model_folder, share_tokenizer

# What the networks are given of a window.
INPUTS = ("input_ids", "token_type_ids")
MAX_TOKENS = 256
MAX_QUESTION_TOKENS = 64
MAX_ABOVE_TOKENS = 48
OVERLAP_TOKENS = 64
# Cuts texts into tokens.
Cut = Callable[[Sequence[str]], list[Tokens]]


@dataclass(frozen=True, slots=True)
class Window:
    """One sequence for a network.

    Attributes:
        ids: token ids, special tokens included.
        context_start: position in `ids` of the first token after the question and its separator.
        passage_start: position of the first passage token; what stands above it comes before.
        offsets: int32 array of shape (passage tokens, 2): where each passage
            token starts and ends in the passage, in code points.
    """

    ids: tuple[int, ...]
    context_start: int
    passage_start: int
    offsets: NDArray[np.int32]

    def tokens_of(self, start: int, end: int) -> tuple[int, int] | None:
        """Positions (first, last) in `ids` of the tokens that `[start, end)` touches.

        None if the window does not hold the whole span.
        """
        touched = np.flatnonzero((self.offsets[:, 1] > start) & (self.offsets[:, 0] < end))
        if not touched.size:
            return None
        head, tail = int(touched[0]), int(touched[-1])
        if self.offsets[head, 0] > start or self.offsets[tail, 1] < end:
            return None
        return self.passage_start + head, self.passage_start + tail


# A window as a batch of one, by the names of a network's inputs.
MakeInputs = Callable[[Window], Mapping[str, NDArray[Any]]]


def make_network_inputs(window: Window) -> dict[str, NDArray[np.int64]]:
    """A window as a batch of one: token ids, and 1 after the question."""
    types = np.zeros((1, len(window.ids)), dtype=np.int64)
    types[0, window.context_start :] = 1
    return {"input_ids": np.asarray([window.ids], dtype=np.int64), "token_type_ids": types}


def make_vector_inputs(words: WordTable, window: Window) -> dict[str, NDArray[Any]]:
    """A window as a batch of one: the vectors of its tokens."""
    return {VECTORS: words.look_up(window.ids)[None]}


def cut_texts(tokenizer: Tokenizer, texts: Sequence[str]) -> list[Tokens]:
    """Texts as a tokenizer cuts them."""
    encoded = tokenizer.encode_batch(list(texts), add_special_tokens=False)
    return [Tokens(each.ids, each.offsets) for each in encoded]


def make_default_windower(max_tokens: int = MAX_TOKENS) -> Windower:
    """The windower for networks that read English; it has the default encoder's tokenizer."""
    tokenizer = share_tokenizer(default_model_folder() / "tokenizer.json")
    cls, sep = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    assert cls is not None
    assert sep is not None
    return Windower(partial(cut_texts, tokenizer), (cls, sep), max_tokens)


class Windower:
    """Cuts questions and passages into windows of at most `max_tokens`.

    Attributes:
        tokenize: cuts texts into tokens, without special ones.
    """

    def __init__(self, cut: Cut, marks: tuple[int, int], max_tokens: int = MAX_TOKENS) -> None:
        """Make windows of the tokens that texts are cut into.

        Args:
            marks: the numbers of the tokens that begin a window and end its parts.
            max_tokens: of a window.
        """
        self.tokenize = cut
        self._cls, self._sep = marks
        self._max_tokens = max_tokens

    def windows(
        self, question: Tokens, passage: Tokens, above: Tokens | None = None
    ) -> list[Window]:
        """All windows of one passage, in reading order; none if it has no token.

        Args:
            above: what stands above the passage: read in each window, never part of a span.
        """
        if not passage.ids:
            return []
        question_ids = (self._cls, *_shorten(question.ids, MAX_QUESTION_TOKENS), self._sep)
        head = (*question_ids, *(_shorten(above.ids, MAX_ABOVE_TOKENS) if above else ()))
        offsets = np.asarray(passage.offsets, dtype=np.int32)
        room = self._max_tokens - len(head) - 1
        windows = []
        start = 0
        while True:
            end = min(start + room, len(passage.ids))
            ids = (*head, *passage.ids[start:end], self._sep)
            windows.append(Window(ids, len(question_ids), len(head), offsets[start:end]))
            if end == len(passage.ids):
                return windows
            start = end - OVERLAP_TOKENS


def _shorten(ids: Sequence[int], most: int) -> Sequence[int]:
    """The beginning and the end of what is too long: the middle matters least."""
    if len(ids) <= most:
        return ids
    half = most // 2
    return [*ids[:half], *ids[-half:]]
