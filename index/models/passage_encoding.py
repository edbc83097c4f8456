"""Embedding passages: each under its title and headings, and equal ones only once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import TypeVar

from index.arrays import Floats, batched
from index.concurrency import available_cores
from index.models.encoder import Encoder, check_vectors
from index.reports import Progress, ProgressCallback
from index.text.passages import CONTEXT_TOKENS

# A run can only be stopped between two batches: so one should take about a tenth of a second.
_ENCODED_AT_ONCE = min(128, max(16, 4 * available_cores()))


# What is embedded of a passage: the title and headings above it, in one line, and its text.
Words = tuple[str, str]
_Key = TypeVar("_Key")


class PassageEncoder:
    """Embeds passages, a batch after the other, and shows how far it is. For one thread."""

    def __init__(self, encoder: Callable[[], Encoder], progress: ProgressCallback) -> None:
        """Nothing is loaded yet.

        Args:
            encoder: called when there is something to embed.
            progress: called after each batch; what it raises stops the work.
        """
        self._encoder = encoder
        self._progress = progress
        self._done = 0
        self._context = lru_cache(maxsize=4096)(self._fit_context)

    def embed(
        self,
        passages: Mapping[_Key, Words],
        known: Mapping[_Key, Floats],
        vectors: dict[_Key, Floats],
        *,
        others: Callable[[], int] = int,
        is_stopped: Callable[[], bool] = bool,
    ) -> None:
        """Embed passages, but for those whose vectors are known.

        Args:
            known: vectors of equal passages.
            vectors: gets the vectors, batch by batch, also when the work is stopped.
            others: how many more passages are waiting, which may become more meanwhile.
            is_stopped: asked after each batch.
        """
        vectors.update(known)
        missing = {key: words for key, words in passages.items() if key not in known}
        self._done += len(known)
        self._show(len(missing) + others())
        for batch in self._encode(missing):
            vectors.update(batch)
            self._done += len(batch)
            self._show(len(passages) - len(vectors) + others())
            if is_stopped():
                return

    def _show(self, left: int) -> None:
        self._progress(Progress("embedding", self._done, self._done + left))

    def _encode(self, passages: Mapping[_Key, Words]) -> Iterator[dict[_Key, Floats]]:
        places: dict[str, list[_Key]] = {}
        for place, (above, text) in passages.items():
            places.setdefault(self._context(above) + text, []).append(place)
        texts = list(places)
        for chunk in batched(texts, _ENCODED_AT_ONCE):
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
