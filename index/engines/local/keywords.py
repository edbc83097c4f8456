"""Keyword search by tantivy: BM25 over a passage's title, headings and text as one field.

Derived from the store. Tantivy's own commit is atomic. A small file beside it holds the highest
passage id it has been given, and is written after the commit: after a kill, indexing goes on from
that id. Passages that tantivy has already are deleted first, so giving them twice does no harm.
Tantivy writes a checksum at the end of each of its files but never checks it; we do, before it
opens a new file.
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
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_ISFIFO
from typing import Any

import numpy as np
import tantivy

from index.arrays import Ids
from index.documents import PassageWithContext
from index.engines.protocol import take_best
from index.errors import DamagedKeywords
from index.filesystem.private_files import (
    make_private_below,
    make_private_folder,
    rename,
    sync_folder,
    write_file,
)
from index.filesystem.safe_opening import read_file
from index.search.analyzer import ANALYZER_VERSION, Analyzer, prepare_text
from index.search.letter_pieces import is_piece

_ANALYZER = "quoteback"
# Words as they are written, in lower case: at least four letters in a row.
_FORMS, _FORM_ANALYZER = "forms", "quoteback forms"
# One field for all words. Fields for title, headings and text, however weighted, find less.
_FIELD = "words"
_HEAP_BYTES = 64 * 2**20
# Ties are resolved among at most so many times the hits that are wanted.
_MOST_TIES = 16

# With up to so many passages to choose from tantivy is given their ids; with more, the
# others are dropped from what it finds.
_FEW_PASSAGES = 50_000

_LAST_ID = 2**63 - 1
# Seconds to wait for a writer, again and again, before a file counts as missing.
_WAITS_SECONDS = (0, 0.02, 0.1)

_FOOTER = struct.Struct("<II")
_FOOTER_MAGIC = 1337


class KeywordIndex:
    """The keyword index of an index. Reading is thread-safe; one process writes at a time.

    If its files cannot be read or written, `DamagedKeywords` is raised.
    """

    def __init__(self, folder: Path, index_id: Callable[[], str] = str) -> None:
        """The keyword index in a folder, made with the first passage; nothing is read yet.

        `index_id` is called for the identity of the index.
        """
        self._folder = folder
        self._index_id = index_id
        self._analyzer = Analyzer()
        self._index: tantivy.Index | None = None
        # Tantivy's last commit that was seen, and the files that were checked.
        self._commit: tuple[int, ...] | None = None
        self._checked_files: frozenset[str] = frozenset()
        self._lock = threading.Lock()

    def refresh(self) -> None:
        """See what this process or another has committed since."""
        with self._lock, self._translate_errors():
            try:
                stat = (self._folder / "meta.json").stat()
            except FileNotFoundError:
                if self.watermark and self._index is None:
                    raise
                # Not made yet, or being rebuilt at this moment.
                return
            if self.watermark and self._read_notes().get("index") != self._index_id():
                self._index = None
                raise ValueError("it belongs to another index")
            commit = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
            if commit != self._commit:
                self._checked_files = self._check_files(self._checked_files)
                self._check_locks()
                if self._index is None:
                    self._index = self._open_index()
                self._index.reload()
                self._commit = commit

    def verify(self) -> None:
        """Read and check every file."""
        with self._translate_errors():
            if (self._folder / "meta.json").exists():
                self._check_files(frozenset())
        self.refresh()

    @property
    def watermark(self) -> int:
        """The highest passage id that has been added."""
        return self._read_note("passage")

    @property
    def is_outdated(self) -> bool:
        """Whether an earlier version of the analyzer has cut passages into words."""
        return self.watermark > 0 and self._read_note("analyzer") != ANALYZER_VERSION

    def _read_note(self, name: str) -> int:
        """A number from the small file beside tantivy; 0 if it has none."""
        note = self._read_notes().get(name)
        return note if isinstance(note, int) else 0

    def _read_notes(self) -> dict[str, Any]:
        try:
            notes = json.loads(read_file(self._folder / "watermark.json"))
        except (OSError, ValueError, RecursionError):
            return {}
        return notes if isinstance(notes, dict) else {}

    @property
    def count(self) -> int:
        """How many passages are in it."""
        return int(self._index.searcher().num_docs) if self._index is not None else 0

    def search(self, question: str, k: int, among: Ids | None = None) -> list[tuple[int, float]]:
        """The best `k` passages as (id, BM25), best first; ties by id.

        Deleted passages may be among them until tantivy has caught up.

        Args:
            among: ids of the passages to choose from, ascending; all if None.
        """
        words = self._list_words(question)
        if self._index is None or not words or (among is not None and not len(among)):
            return []
        few = among is not None and len(among) <= _FEW_PASSAGES
        query = self._make_query(words, among if few else None)
        wanted = None if few else among
        with self._translate_errors():
            searcher = self._index.searcher()
            count = int(searcher.num_docs)
            limit = 2 * k
            if wanted is not None:
                # As many as hold twice the wanted ones, if chosen passages are not better.
                limit = -(-limit * count // max(1, len(wanted)))
            most_for_ties = _MOST_TIES * limit // 2
            limit = min(limit, count)
            scored: list[tuple[int, float]] = []
            while limit:
                hits = searcher.search(query, limit=limit, count=False).hits
                ids = np.asarray(
                    searcher.fast_field_values("id", [address for _, address in hits]), np.int64
                )
                kept = np.arange(len(hits))
                if wanted is not None:
                    kept = np.flatnonzero(np.isin(ids, wanted))
                scored = [(int(ids[at]), float(hits[at][0])) for at in kept.tolist()]
                if len(hits) < limit or limit == count:
                    break
                # Which of equal scores come first must not depend on their order on disk.
                if len(scored) >= k and (hits[-1][0] < scored[k - 1][1] or limit >= most_for_ties):
                    break
                limit = min(2 * limit, count)
        return take_best(scored, k)

    def _list_words(self, question: str) -> list[str]:
        """The words to look for; a piece of a word only if a text of the index has it."""
        words = self._analyzer.list_words(question)
        if self._index is None:
            return words
        with self._translate_errors():
            searcher = self._index.searcher()
            return [word for word in words if not is_piece(word) or searcher.doc_freq(_FIELD, word)]

    def _make_query(self, words: Sequence[str], among: Ids | None) -> tantivy.Query:
        """A query for passages with any of the words; `among` as in `search`."""
        assert self._index is not None
        schema, (should, must) = self._index.schema, (tantivy.Occur.Should, tantivy.Occur.Must)
        query = tantivy.Query.boolean_query(
            [(should, tantivy.Query.term_query(schema, _FIELD, word)) for word in words]
        )
        if among is None:
            return query
        chosen = tantivy.Query.term_set_query(schema, "id", among.tolist())
        # It says what may be found, and adds nothing to the score.
        return tantivy.Query.boolean_query(
            [(must, query), (must, tantivy.Query.const_score_query(chosen, 0.0))]
        )

    def count_passages(self, word: str) -> int:
        """How many passages hold a word as it is written: in lower case, four letters or more."""
        if self._index is None:
            return 0
        with self._translate_errors():
            return int(self._index.searcher().doc_freq(_FORMS, word))

    def words_with_prefix(self, prefix: str, most: int) -> list[tuple[str, int]]:
        """Words that begin with a prefix, each with the number of passages that hold it.

        They are as in `count_passages`: the `most` frequent ones, most frequent first.
        """
        if self._index is None:
            return []
        with self._translate_errors():
            return list(self._index.searcher().terms_with_prefix(_FORMS, prefix, limit=most))

    def add(self, passages: Sequence[PassageWithContext], removed: Sequence[int] = ()) -> None:
        """Add passages (ids ascending) and delete removed ones, in one commit."""
        if not passages and not removed:
            return
        with self._translate_errors():
            if self._index is None:
                make_private_folder(self._folder)
            self._check_locks()
            if self._index is None:
                self._index = self._open_index()
            writer = self._index.writer(heap_size=_HEAP_BYTES, num_threads=1)
            # By query: tantivy silently ignores a number as the term to delete by.
            schema = self._index.schema
            if removed:
                deleted = tantivy.Query.term_set_query(schema, "id", list(removed))
                writer.delete_documents_by_query(deleted)
            if passages:
                earlier = tantivy.Query.range_query(
                    schema, "id", tantivy.FieldType.Unsigned, passages[0].id, _LAST_ID
                )
                writer.delete_documents_by_query(earlier)
            for passage in passages:
                document = tantivy.Document()
                document.add_unsigned("id", passage.id)
                text = prepare_text(f"{passage.above}\n{passage.text}", passage.language)
                document.add_text(_FIELD, text)
                document.add_text(_FORMS, text)
                writer.add_document(document)
            writer.commit()
            writer.wait_merging_threads()
            if passages:
                version = self._read_note("analyzer") if self.watermark else ANALYZER_VERSION
                notes = {
                    "passage": passages[-1].id,
                    "analyzer": version,
                    "index": self._index_id(),
                }
                write_file(self._folder / "watermark.json", json.dumps(notes).encode())
            # Others may read its files, and it does not sync the folder after the last rename.
            make_private_below(self._folder)
            sync_folder(self._folder)
        self.refresh()

    def rebuild(self, batches: Iterable[Sequence[PassageWithContext]]) -> None:
        """Make it again from all passages, in another folder, and put that in its place."""
        aside, old = (self._folder.with_suffix(suffix) for suffix in (".part", ".old"))
        for left in (aside, old):
            shutil.rmtree(left, ignore_errors=True)
        new = KeywordIndex(aside, self._index_id)
        for batch in batches:
            new.add(batch)
        if self._folder.exists():
            rename(self._folder, old)
        if aside.exists():
            rename(aside, self._folder)
        shutil.rmtree(old, ignore_errors=True)
        self._index, self._commit, self._checked_files = None, None, frozenset()
        self.refresh()

    def _open_index(self) -> tantivy.Index:
        schema = (
            tantivy.SchemaBuilder()
            .add_unsigned_field("id", stored=True, indexed=True, fast=True)
            .add_text_field(_FIELD, tokenizer_name=_ANALYZER, index_option="freq")
            .add_text_field(_FORMS, tokenizer_name=_FORM_ANALYZER, index_option="basic")
            .build()
        )
        # Tantivy takes a lock even if it only reads.
        folder = self._folder if os.access(self._folder, os.W_OK) else self._make_links()
        try:
            index = tantivy.Index(schema, path=str(folder))
        except OSError:
            # There may be no room for the lock.
            index = tantivy.Index(schema, path=str(self._make_links()))
        index.register_tokenizer(_ANALYZER, self._analyzer.stems)
        index.register_tokenizer(_FORM_ANALYZER, self._analyzer.forms)
        return index

    def _make_links(self) -> Path:
        """A folder with links to the files, in which a lock can be made."""
        aside = Path(tempfile.mkdtemp(prefix="quoteback-keywords-"))
        weakref.finalize(self, shutil.rmtree, aside, ignore_errors=True)
        for file in self._folder.absolute().iterdir():
            if file.suffix != ".lock":
                (aside / file.name).symlink_to(file)
        return aside

    def _check_files(self, known: frozenset[str]) -> frozenset[str]:
        """Check the files of the last commit, but for known ones; returns all its files."""
        for wait in _WAITS_SECONDS:
            time.sleep(wait)
            try:
                names = self._list_files()
                for name in names - known:
                    _check_file(name, read_file(self._folder / name))
                return names
            except FileNotFoundError as error:
                # Missing, or merged by a writer, who is about to commit that.
                missing = error
        raise missing

    def _check_locks(self) -> None:
        """Refuse a lock that is a pipe: tantivy would wait for its other end."""
        for lock in self._folder.glob(".tantivy-*.lock"):
            # What cannot be looked at cannot be opened either: tantivy reports that at once.
            with suppress(OSError):
                if S_ISFIFO(lock.stat().st_mode):
                    raise ValueError(f"{lock.name} is a pipe")

    def _list_files(self) -> frozenset[str]:
        """Names of the files that make up the last commit."""
        try:
            segments = json.loads(read_file(self._folder / "meta.json"))["segments"]
            written = json.loads(read_file(self._folder / ".managed.json"))
            names: set[str] = set()
            for segment in segments:
                stem, deletes = segment["segment_id"].replace("-", ""), segment["deletes"]
                # Only lists of deletions are replaced; older ones may be deleted already.
                names |= {
                    name for name in written if name.startswith(stem) and not name.endswith(".del")
                }
                if deletes is not None:
                    names.add(f"{stem}.{deletes['opstamp']}.del")
            return frozenset(names)
        except (KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError("its list of files has changed") from error

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        """Turn whatever tantivy raises about damaged files into `DamagedKeywords`."""
        try:
            yield
        except (ValueError, OSError, struct.error) as error:
            raise DamagedKeywords(self._advice(error)) from error
        except BaseException as error:
            # A panic of tantivy is raised as this, which is not an Exception.
            if type(error).__name__ != "PanicException":
                raise
            raise DamagedKeywords(self._advice(error)) from error

    def _advice(self, error: BaseException) -> str:
        return f"the keyword index cannot be read ({error}): run `quoteback verify --repair`"

    def stem(self, text: str) -> list[str]:
        """The stems of a text's words, each once; of a very long text the first ones."""
        return self._analyzer.stem(text)


def _check_file(name: str, data: bytes) -> None:
    """Check a file of tantivy; raises ValueError unless it is as it was written."""
    size, magic = _FOOTER.unpack(data[-_FOOTER.size :])
    end = len(data) - _FOOTER.size - size
    if magic != _FOOTER_MAGIC or end < 0:
        raise ValueError(f"{name} is cut short")
    # Compared as text: the footer itself may be damaged.
    if b'"crc":%d}' % zlib.crc32(data[:end]) not in data[end:]:
        raise ValueError(f"{name} has changed")
