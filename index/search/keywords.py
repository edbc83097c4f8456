"""Keyword search: BM25 over title, headings and text taken as one, by tantivy.

Derived from the store. The engine's own commit is atomic; a small file beside it
holds the highest passage id it has taken, written after the commit, so that after a
kill the engine catches up from there (what it has from the first new id on is deleted
first: taking passages twice does no harm). It holds the analyzer's version as well. The
engine writes a checksum at the end of each of its files but does not look at it again; we
do, before it reads a new file.
"""

from __future__ import annotations

import json
import os
import shutil
import struct
import tempfile
import threading
import time
import weakref
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import numpy as np
import tantivy

from index.errors import DamagedIndex
from index.search.analyzer import ANALYZER, analyzer, prepared
from index.search.vector_file import Ids
from index.storage.store import Embeddable

_ANALYZER = "quoteback"
# One field for all words: fields of their own, however weighted, find less.
_FIELD = "words"
# A pasted page as a question: more different words than this change nothing.
_MOST_WORDS = 256
_HEAP_BYTES = 64 * 2**20
# How far beyond what is asked for ties are followed.
_MOST_TIES = 16

# Up to so many allowed passages are looked up by id; where there are more, others are passed over.
_FEW = 50_000

_LAST_ID = 2**63 - 1
# Seconds to wait for a writer before a file counts as missing.
_PATIENCE = (0, 0.02, 0.1)

_FOOTER = struct.Struct("<II")
_FOOTER_MAGIC = 1337


class DamagedKeywords(DamagedIndex):
    """The engine cannot read its files."""


class Keywords:
    """The keyword index of an index. Reading is thread-safe; one process writes at a time."""

    def __init__(self, folder: Path) -> None:
        """The keyword index in `folder`: empty before the first passage is added.

        Nothing is read before `refresh`.
        """
        self._folder = folder
        self._engine: tantivy.Index | None = None
        # What has been seen: the engine's last commit, and its files.
        self._commit: tuple[int, ...] | None = None
        self._sound: frozenset[str] = frozenset()
        self._lock = threading.Lock()

    def refresh(self) -> None:
        """See what has been committed since, by this process or another.

        Raises:
            DamagedKeywords: the files cannot be read.
        """
        with self._lock, self._damage():
            try:
                stat = (self._folder / "meta.json").stat()
            except FileNotFoundError:
                if self.watermark and self._engine is None:
                    raise
                # Not made yet, or just being made anew.
                return
            commit = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
            if commit != self._commit:
                self._sound = self._checked(self._sound)
                if self._engine is None:
                    self._engine = self._opened()
                self._engine.reload()
                self._commit = commit

    def verify(self) -> None:
        """Read and check every file; raises `DamagedKeywords`."""
        with self._damage():
            if (self._folder / "meta.json").exists():
                self._checked(frozenset())
        self.refresh()

    @property
    def watermark(self) -> int:
        """The highest passage id that has been taken."""
        return self._noted("passage")

    @property
    def is_outdated(self) -> bool:
        """Whether some passages are in it with the words that an earlier version gave them."""
        return self.watermark > 0 and self._noted("analyzer") != ANALYZER

    def _noted(self, name: str) -> int:
        """A number of the small file beside the engine; 0 where it has none."""
        try:
            return int(json.loads((self._folder / "watermark.json").read_bytes())[name])
        except (OSError, ValueError, KeyError, TypeError):
            return 0

    @property
    def count(self) -> int:
        """How many passages are in it."""
        return int(self._engine.searcher().num_docs) if self._engine is not None else 0

    def search(self, question: str, k: int, allowed: Ids | None = None) -> list[tuple[int, float]]:
        """The best `k` passages as (id, BM25), best first; ties by id.

        Deleted passages may be among them until the engine has caught up.

        Args:
            allowed: ids of the passages to choose from, ascending; all if None.

        Raises:
            DamagedKeywords: the files cannot be read.
        """
        words = self._words(question)
        if self._engine is None or not words or (allowed is not None and not len(allowed)):
            return []
        few = allowed is not None and len(allowed) <= _FEW
        query = self._query(words, allowed if few else None)
        choice = None if few else allowed
        with self._damage():
            searcher = self._engine.searcher()
            count = int(searcher.num_docs)
            limit = min(2 * k, count)
            found: list[tuple[int, float]] = []
            while limit:
                hits = searcher.search(query, limit=limit, count=False).hits
                ids = np.asarray(
                    searcher.fast_field_values("id", [address for _, address in hits]), np.int64
                )
                kept = np.arange(len(hits))
                if choice is not None:
                    kept = np.flatnonzero(np.isin(ids, choice))
                found = [(int(ids[at]), float(hits[at][0])) for at in kept.tolist()]
                if len(hits) < limit or limit == count:
                    break
                # Which of several equals come first must not depend on how they lie on disk.
                if len(found) >= k and (hits[-1][0] < found[k - 1][1] or limit >= _MOST_TIES * k):
                    break
                limit = min(2 * limit, count)
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:k]

    def _query(self, words: Sequence[str], allowed: Ids | None) -> tantivy.Query:
        """Any of the words; one of the allowed passages only."""
        assert self._engine is not None
        schema, (should, must) = self._engine.schema, (tantivy.Occur.Should, tantivy.Occur.Must)
        query = tantivy.Query.boolean_query(
            [(should, tantivy.Query.term_query(schema, _FIELD, word)) for word in words]
        )
        if allowed is None:
            return query
        among = tantivy.Query.term_set_query(schema, "id", allowed.tolist())
        # The choice says who may be found, and nothing about how good it is.
        return tantivy.Query.boolean_query(
            [(must, query), (must, tantivy.Query.const_score_query(among, 0.0))]
        )

    def add(self, passages: Sequence[Embeddable], removed: Sequence[int] = ()) -> None:
        """Take passages (ids ascending) and forget removed ones, in one commit.

        Raises:
            DamagedKeywords: the files cannot be read or written.
        """
        if not passages and not removed:
            return
        with self._damage():
            if self._engine is None:
                self._folder.mkdir(exist_ok=True)
                self._engine = self._opened()
            writer = self._engine.writer(heap_size=_HEAP_BYTES, num_threads=1)
            # By query: deleting by a number as a term does nothing and says nothing.
            schema = self._engine.schema
            if removed:
                gone = tantivy.Query.term_set_query(schema, "id", list(removed))
                writer.delete_documents_by_query(gone)
            if passages:
                again = tantivy.Query.range_query(
                    schema, "id", tantivy.FieldType.Unsigned, passages[0].id, _LAST_ID
                )
                writer.delete_documents_by_query(again)
            for passage in passages:
                document = tantivy.Document()
                document.add_unsigned("id", passage.id)
                document.add_text(_FIELD, prepared(f"{passage.above}\n{passage.text}"))
                writer.add_document(document)
            writer.commit()
            writer.wait_merging_threads()
            if passages:
                aside = self._folder / "watermark.part"
                version = self._noted("analyzer") if self.watermark else ANALYZER
                note = {"passage": passages[-1].id, "analyzer": version}
                aside.write_text(json.dumps(note))
                aside.replace(self._folder / "watermark.json")
        self.refresh()

    def rebuild(self, batches: Iterable[Sequence[Embeddable]]) -> None:
        """Make it anew from all passages, aside, and put it in place of what is there."""
        aside, old = (self._folder.with_suffix(suffix) for suffix in (".part", ".old"))
        for left in (aside, old):
            shutil.rmtree(left, ignore_errors=True)
        new = Keywords(aside)
        for batch in batches:
            new.add(batch)
        if self._folder.exists():
            self._folder.rename(old)
        if aside.exists():
            aside.rename(self._folder)
        shutil.rmtree(old, ignore_errors=True)
        self._engine, self._commit, self._sound = None, None, frozenset()
        self.refresh()

    def _opened(self) -> tantivy.Index:
        schema = (
            tantivy.SchemaBuilder()
            .add_unsigned_field("id", stored=True, indexed=True, fast=True)
            .add_text_field(_FIELD, tokenizer_name=_ANALYZER, index_option="freq")
            .build()
        )
        engine = tantivy.Index(schema, path=str(self._lockable()))
        engine.register_tokenizer(_ANALYZER, self._analyzer)
        return engine

    def _lockable(self) -> Path:
        """The folder; where it is closed to us, another with links to its files.

        The engine locks even what it only reads.
        """
        if os.access(self._folder, os.W_OK):
            return self._folder
        aside = Path(tempfile.mkdtemp(prefix="quoteback-keywords-"))
        weakref.finalize(self, shutil.rmtree, aside, ignore_errors=True)
        for file in self._folder.absolute().iterdir():
            if file.suffix != ".lock":
                (aside / file.name).symlink_to(file)
        return aside

    def _checked(self, known: frozenset[str]) -> frozenset[str]:
        """Check the files of the last commit that are not known; returns all its files."""
        for wait in _PATIENCE:
            time.sleep(wait)
            try:
                names = self._files()
                for name in names - known:
                    _check(name, (self._folder / name).read_bytes())
                return names
            except FileNotFoundError as error:
                # Missing, or just merged away by a writer, who will soon have said so.
                missing = error
        raise missing

    def _files(self) -> frozenset[str]:
        """Names of the files that make up the last commit."""
        try:
            segments = json.loads((self._folder / "meta.json").read_bytes())["segments"]
            written = json.loads((self._folder / ".managed.json").read_bytes())
            names: set[str] = set()
            for segment in segments:
                stem, deletes = segment["segment_id"].replace("-", ""), segment["deletes"]
                # Only deletions are ever written anew; older ones may be gone already.
                names |= {
                    name for name in written if name.startswith(stem) and not name.endswith(".del")
                }
                if deletes is not None:
                    names.add(f"{stem}.{deletes['opstamp']}.del")
            return frozenset(names)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("its list of files has changed") from error

    @contextmanager
    def _damage(self) -> Iterator[None]:
        """Whatever the engine says or does about damaged files becomes `DamagedKeywords`."""
        try:
            yield
        except (ValueError, OSError, struct.error) as error:
            raise DamagedKeywords(self._advice(error)) from error
        except BaseException as error:
            # What the engine did not expect arrives as this, which is no Exception.
            if type(error).__name__ != "PanicException":
                raise
            raise DamagedKeywords(self._advice(error)) from error

    def _advice(self, error: BaseException) -> str:
        return f"the keyword index cannot be read ({error}): run `quoteback verify --repair`"

    @cached_property
    def _analyzer(self) -> tantivy.TextAnalyzer:
        return analyzer()

    def _words(self, question: str) -> list[str]:
        words = dict.fromkeys(self._analyzer.analyze(prepared(question)))
        return list(words)[:_MOST_WORDS]


def _check(name: str, data: bytes) -> None:
    """Raise ValueError if a file of the engine's is not as it was written."""
    size, magic = _FOOTER.unpack(data[-_FOOTER.size :])
    end = len(data) - _FOOTER.size - size
    if magic != _FOOTER_MAGIC or end < 0:
        raise ValueError(f"{name} is cut short")
    # Compared as text: the footer itself may be damaged.
    if b'"crc":%d}' % zlib.crc32(data[:end]) not in data[end:]:
        raise ValueError(f"{name} has changed")
