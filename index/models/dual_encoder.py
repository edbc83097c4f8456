"""An encoder for passages and another one for questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.arrays import Floats
from index.models.encoder import Encoder


@dataclass(frozen=True, slots=True)
class DualEncoder:
    """Embeds passages with one encoder and questions with another, as vectors of one space.

    The question encoder was trained while the vectors of passages stayed as they were. An index
    holds no vector of it, and does not depend on it.

    Attributes:
        passages: gives the vectors that an index holds; in all else this encoder is like it.
        questions: of the same dimension.
    """

    passages: Encoder
    questions: Encoder

    @property
    def fingerprint(self) -> str:
        return self.passages.fingerprint

    @property
    def name(self) -> str:
        return self.passages.name

    @property
    def dimension(self) -> int:
        return self.passages.dimension

    @property
    def max_tokens(self) -> int:
        return self.passages.max_tokens

    def encode_passages(self, texts: Sequence[str]) -> Floats:
        """Vectors of shape (texts, dimension), each of length 1."""
        return self.passages.encode_passages(texts)

    def encode_questions(self, texts: Sequence[str]) -> Floats:
        """Vectors of shape (texts, dimension), each of length 1."""
        return self.questions.encode_questions(texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each whole text, special tokens and prompt not counted."""
        return self.passages.count_tokens(texts)


def identify_vectors(encoder: Encoder) -> str:
    """What changes with the vectors of passages, and with those of questions."""
    if isinstance(encoder, DualEncoder):
        return f"{encoder.fingerprint} {encoder.questions.fingerprint}"
    return encoder.fingerprint
