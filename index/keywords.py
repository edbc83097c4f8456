"""Keyword search: BM25 over title, headings and text, by tantivy.

Derived from the store. The engine's own commit is atomic; a small file beside it
holds the highest passage id it has taken, written after the commit, so that
after a kill the engine catches up from there (an id is deleted before it is
added: taking one twice does no harm).

Chinese and Japanese are written without spaces and Korean with long words; runs
of them are indexed as overlapping pairs of characters.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from index.store import Embeddable

if TYPE_CHECKING:
    import tantivy

_ANALYZER = "quoteback"
# Weight of a word found in each field, against 1 for the text itself.
_FIELDS = {"text": 1.0, "heading": 0.5, "title": 0.3}
# A pasted page as a question: more different words than this change nothing.
_MOST_WORDS = 256
_HEAP_BYTES = 64 * 2**20

_CJK_RUN = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]+")


class DamagedKeywords(Exception):
    """The engine cannot read its files."""


class Keywords:
    """The keyword index of an index. Reading is thread-safe; one process writes at a time."""

    def __init__(self, folder: Path) -> None:
        """Open the keyword index, which is empty before the first passage is added.

        Raises:
            DamagedKeywords: its files cannot be read.
        """
        self._folder = folder
        self._engine: tantivy.Index | None = None
        self._analyzer = _analyzer()
        self.refresh()

    def refresh(self) -> None:
        """See what other processes have committed since."""
        try:
            if self._engine is not None:
                self._engine.reload()
            elif (self._folder / "meta.json").exists():
                self._engine = self._opened()
        except (ValueError, OSError) as error:
            raise DamagedKeywords(str(error)) from error

    @property
    def watermark(self) -> int:
        """The highest passage id that has been taken."""
        try:
            value = json.loads((self._folder / "watermark.json").read_text())["passage"]
            return int(value)
        except (OSError, ValueError, KeyError, TypeError):
            return 0

    @property
    def count(self) -> int:
        """How many passages are in it."""
        return int(self._engine.searcher().num_docs) if self._engine is not None else 0

    def search(self, question: str, k: int) -> list[tuple[int, float]]:
        """The best `k` passages as (id, BM25), best first; ties by id.

        Deleted passages may be among them until the engine has caught up.
        """
        import tantivy

        words = self._words(question)
        if self._engine is None or not words:
            return []
        schema = self._engine.schema
        terms = [
            (
                tantivy.Occur.Should,
                tantivy.Query.boost_query(tantivy.Query.term_query(schema, field, word), weight),
            )
            for word in words
            for field, weight in _FIELDS.items()
        ]
        searcher = self._engine.searcher()
        try:
            found = searcher.search(tantivy.Query.boolean_query(terms), limit=k, count=False)
            pairs = [
                (int(searcher.doc(address)["id"][0]), float(score)) for score, address in found.hits
            ]
        except (ValueError, OSError) as error:
            raise DamagedKeywords(str(error)) from error
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))

    def add(self, passages: Sequence[Embeddable], removed: Sequence[int] = ()) -> None:
        """Take passages (ids ascending) and forget removed ones, in one commit."""
        import tantivy

        if not passages and not removed:
            return
        try:
            if self._engine is None:
                self._folder.mkdir(exist_ok=True)
                self._engine = self._opened()
            writer = self._engine.writer(heap_size=_HEAP_BYTES, num_threads=1)
            for passage_id in (*removed, *(passage.id for passage in passages)):
                writer.delete_documents_by_term("id", passage_id)
            for passage in passages:
                document = tantivy.Document()
                document.add_unsigned("id", passage.id)
                document.add_text("text", _paired(passage.text))
                document.add_text("title", _paired(passage.title or ""))
                document.add_text("heading", _paired(passage.heading or ""))
                writer.add_document(document)
            writer.commit()
            writer.wait_merging_threads()
        except (ValueError, OSError) as error:
            raise DamagedKeywords(str(error)) from error
        if passages:
            aside = self._folder / "watermark.part"
            aside.write_text(json.dumps({"passage": passages[-1].id}))
            os.replace(aside, self._folder / "watermark.json")
        self.refresh()

    def clear(self) -> None:
        """Start again from nothing."""
        self._engine = None
        shutil.rmtree(self._folder, ignore_errors=True)

    def _opened(self) -> tantivy.Index:
        import tantivy

        schema = (
            tantivy.SchemaBuilder()
            .add_unsigned_field("id", stored=True, indexed=True, fast=True)
            .add_text_field("text", tokenizer_name=_ANALYZER, index_option="freq")
            .add_text_field("title", tokenizer_name=_ANALYZER, index_option="freq")
            .add_text_field("heading", tokenizer_name=_ANALYZER, index_option="freq")
            .build()
        )
        engine = tantivy.Index(schema, path=str(self._folder))
        engine.register_tokenizer(_ANALYZER, self._analyzer)
        engine.reload()
        return engine

    def _words(self, question: str) -> list[str]:
        words = dict.fromkeys(self._analyzer.analyze(_paired(question)))
        return list(words)[:_MOST_WORDS]


def _analyzer() -> tantivy.TextAnalyzer:
    import tantivy

    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(64))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )


def _paired(text: str) -> str:
    """Runs of Chinese, Japanese and Korean as overlapping pairs of characters."""
    return _CJK_RUN.sub(lambda run: f" {' '.join(_pairs(run[0]))} ", text)


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]
