"""Embedding passages: each under its title and headings, and equal ones only once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from index.arrays import Floats
from index.concurrency.cores import available_cores
from index.models.encoder import Encoder, check_vectors
from index.text.passages import CONTEXT_TOKENS

# A run can only be stopped between two batches: so one should take about a tenth of a second.
_ENCODED_AT_ONCE = min(128, max(16, 4 * available_cores()))


class PassageEncoder:
    """Embeds passages, a batch after the other. For one thread at a time."""

    def __init__(self, encoder: Callable[[], Encoder]) -> None:
        """Nothing is loaded yet.

        Args:
            encoder: called when there is something to embed.
        """
        self._encoder = encoder
        self._context = lru_cache(maxsize=4096)(self._fit_context)

    def encode(self, passages: Sequence[tuple[str, str]]) -> Iterator[dict[int, Floats]]:
        """Yield, for one batch after the other, vectors by place in `passages`.

        Args:
            passages: pairs of the title and headings, in one line, and the text.
        """
        places: dict[str, list[int]] = {}
        for place, (above, text) in enumerate(passages):
            places.setdefault(self._context(above) + text, []).append(place)
        texts = list(places)
        for at in range(0, len(texts), _ENCODED_AT_ONCE):
            chunk = texts[at : at + _ENCODED_AT_ONCE]
            encoder = self._encoder()
            encoded = check_vectors(encoder.encode_passages(chunk), encoder, len(chunk))
            yield {
                place: vector
                for text, vector in zip(chunk, encoded, strict=True)
                for place in places[text]
            }

    def _fit_context(self, above: str) -> str:
        """Title and headings as they are encoded with a passage, cut to `CONTEXT_TOKENS`."""
        words = above.split()
        while words and self._encoder().count_tokens([" ".join(words)])[0] > CONTEXT_TOKENS - 2:
            words = words[: len(words) * 3 // 4]
        return " ".join(words) + "\n" if words else ""
