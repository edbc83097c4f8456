"""Counting the tokens of texts."""

from __future__ import annotations

import string
from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.documents import replace_surrogates

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# Words whose token counts are kept in memory (some ten megabytes), and the length of the longest.
_MOST_WORDS, _LONGEST_WORD = 100_000, 50
# Fewer texts than this are counted sooner here than by the tokenizer's threads, which must wake up.
_FEW = 64
# Translations of ASCII: one makes all but letters and digits blank; the other keeps only
# characters that are a token by themselves.
_ALPHANUMERIC = string.ascii_letters + string.digits
_WORDS = {code: " " for code in range(128) if chr(code) not in _ALPHANUMERIC}
_MARKS = dict.fromkeys(map(ord, _ALPHANUMERIC + " \t\n\r"))


class TokenCounter:
    """Counts the tokens of texts. Thread-safe.

    Tokenizers of the BERT family look at each word by itself. Most words have been seen before,
    and their tokens are remembered, which is far quicker than counting them again.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._known: dict[str, int] = {}
        kinds = type(tokenizer.normalizer).__name__, type(tokenizer.pre_tokenizer).__name__
        self._word_by_word = kinds == ("BertNormalizer", "BertPreTokenizer")
        # The tokenizer looks for these before it splits a text into words.
        self._added = [token.content for token in tokenizer.get_added_tokens_decoder().values()]

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each whole text, special tokens not counted."""
        if not self._word_by_word:
            return self._count(texts)
        return [self._count_by_word(text) for text in texts]

    def _count_by_word(self, text: str) -> int:
        plain, others = text, []
        if not text.isascii():
            # Only the tokenizer knows which other characters are part of a word.
            parts = text.replace("\n", " ").split(" ")
            plain = " ".join(filter(str.isascii, parts))
            others = [part for part in parts if not part.isascii()]
        marks, words = plain.translate(_MARKS), plain.translate(_WORDS).split() + others
        if (
            not marks.isprintable()
            or max(map(len, words), default=0) > _LONGEST_WORD
            or any(token in text for token in self._added)
        ):
            return self._count([text])[0]
        known = self._known
        new = set(words).difference(known)
        if len(known) + len(new) > _MOST_WORDS:
            # Not cleared, as another thread may be reading it.
            self._known = known = {}
            new = set(words)
        if new:
            known.update(zip(new, self._count([*new]), strict=True))
        return len(marks) + sum(map(known.__getitem__, words))

    def _count(self, texts: Sequence[str]) -> list[int]:
        step = 1 if len(texts) < _FEW else len(texts)
        return [
            len(encoding)
            for at in range(0, len(texts), step)
            for encoding in self._tokenizer.encode_batch_fast(
                [replace_surrogates(text) for text in texts[at : at + step]],
                add_special_tokens=False,
            )
        ]
