"""The smallest engine: everything in dictionaries. It takes vectors, and several writers.

It shows what an engine has to do, and that the contract can be kept without the local one.
"""

import math
import threading
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import count

import numpy as np

from index import Document, NotAnIndex, Passage
from index.documents import Structure, encode_properties, unpack_passage
from index.engines.changes import ChangeGiven, Copy, Move, Put, PutFailure, Remove, Touch
from index.engines.protocol import Engine, EngineWriter, Given, StoredText
from index.engines.stored_rows import encode_structure
from index.filesystem.freshness import FailedFile
from index.filesystem.paths import is_within
from index.reports import Footprint, IndexCounts
from index.search.analyzer import Analyzer
from index.search.filters import select_documents

_ANALYZER = Analyzer()


@dataclass(frozen=True)
class Entry:
    document: Document
    state: object
    text: str
    structure: Structure
    passages: tuple
    vectors: dict
    words: dict


@dataclass
class Contents:
    """What is in an index."""

    entries: dict = field(default_factory=dict)
    failures: dict = field(default_factory=dict)
    roots: dict = field(default_factory=dict)
    removed: set = field(default_factory=set)
    settings: dict = field(default_factory=dict)
    commits: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)
    numbers: count = field(default_factory=lambda: count(1))


CONTENTS: dict[str, Contents] = {}


def is_index(place):
    return place.rest in CONTENTS


def create_index(place, model):
    CONTENTS.setdefault(place.rest, Contents(settings={"model": model}))


def open_engine(place, progress):
    return MemoryEngine(place)


def _at(table, path):
    return {key: table[key] for key in sorted(table) if path is None or is_within(key, path)}


class MemoryEngine(Engine):
    takes_many_writers = True

    def __init__(self, place):
        self.location = place
        self.check()
        self.contents = CONTENTS[place.rest]

    def check(self):
        if self.location.rest not in CONTENTS:
            raise NotAnIndex(f"there is no index {self.location}: make it with `quoteback index`")

    def close(self):
        pass

    def find_documents(self, *, path=None, ids=None, content=None):
        found = [
            (entry.document, entry.state) for entry in _at(self.contents.entries, path).values()
        ]
        if ids is not None:
            found = [pair for pair in found if pair[0].id in ids]
        if content is not None:
            found = [pair for pair in found if pair[1] and pair[1].content_hash == content]
        return found

    def failures(self, path=None):
        return _at(self.contents.failures, path)

    def find_text(self, path):
        entry = self.contents.entries.get(path)
        return entry and StoredText(entry.text, encode_structure(entry.structure), "damaged")

    def counts(self):
        entries = list(self.contents.entries.values())
        return IndexCounts(len(entries), sum(len(entry.passages) for entry in entries))

    def _all(self):
        entries = list(self.contents.entries.values())
        return [(passage, entry) for entry in entries for passage in entry.passages]

    def find_passages(self, *, ids=(), document=None):
        if document is not None:
            return [
                (passage, document) for passage in self.contents.entries[document.path].passages
            ]
        found = {passage.id: (passage, entry.document) for passage, entry in self._all()}
        return [found[number] for number in ids if number in found]

    def digest(self, version):
        said = [(entry.document.path, entry.passages) for entry in self.contents.entries.values()]
        return blake2b(f"{version} {said}".encode(errors="replace"), digest_size=16).hexdigest()

    def select(self, filter):
        rows = [
            (
                entry.document.id,
                path,
                entry.state and entry.state.stamp.mtime_ns,
                encode_properties(entry.document.properties),
            )
            for path, entry in self.contents.entries.items()
        ]
        return frozenset(select_documents(filter, rows))

    def search_keywords(self, question, k, among=None):
        wanted, passages = set(_ANALYZER.list_words(question)), self._all()
        known = Counter(word for passage, entry in passages for word in entry.words[passage.id])
        scores = {
            passage.id: sum(
                math.log(1 + len(passages) / known[word])
                for word in wanted & entry.words[passage.id]
            )
            for passage, entry in passages
            if among is None or entry.document.id in among
        }
        return dict(_best([pair for pair in scores.items() if pair[1] > 0], k))

    def open_vectors(self, fingerprint):
        return _Vectors(self) if self.fingerprint in (None, fingerprint) else None

    def settings(self, *names):
        kept = self.contents.settings
        return {name: kept[name] for name in names or kept if name in kept}

    def set_setting(self, name, value):
        self.contents.settings[name] = value

    @property
    def commits(self):
        return self.contents.commits

    def given(self):
        return Given(dict(self.contents.roots), frozenset(self.contents.removed))

    @contextmanager
    def open_writer(self, model, progress):
        settings = self.contents.settings
        model.settle(self.fingerprint, lambda made: settings.setdefault("fingerprint", made))
        yield _Writer(self.contents)

    def verify(self, model, progress):
        return model.find_problems()

    def measure_footprint(self):
        texts = sum(len(entry.text) for entry in self.contents.entries.values())
        return Footprint({"all": texts}, {})


class _Vectors:
    def __init__(self, engine):
        self._engine = engine

    def search(self, question, k, among=None):
        return _best(
            [
                (number, float(vector @ question))
                for entry in list(self._engine.contents.entries.values())
                if among is None or entry.document.id in among
                for number, vector in entry.vectors.items()
            ],
            k,
        )

    def read(self, ids):
        vectors = {}
        for entry in list(self._engine.contents.entries.values()):
            vectors |= entry.vectors
        return {number: vectors[number] for number in ids if number in vectors}

    def scores(self, question, ids):
        return {number: score for number, score in self.search(question, 10**9) if number in ids}


def _best(pairs, k):
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:k]


class _Writer(EngineWriter):
    def __init__(self, contents):
        self._contents = contents

    def commit(self, changes):
        kept = self._contents
        with kept.lock:
            # All of it is seen at once.
            entries, failures = dict(kept.entries), dict(kept.failures)
            for change in changes:
                self._make(change, entries, failures)
            kept.entries, kept.failures = entries, failures
            kept.commits += 1
        return []

    def _make(self, change, entries, failures):
        failures.pop(change.path, None)
        match change:
            case Put():
                entries[change.path] = self._make_entry(change)
            case Touch(path, state):
                entries[path] = replace(entries[path], state=state)
            case Move(source, path, state):
                entry = entries.pop(source)
                document = replace(entry.document, path=path)
                entries[path] = replace(entry, document=document, state=state)
            case Copy(source, path, state):
                entries[path] = self._copy(entries[source], path, state)
            case Remove(path):
                entries.pop(path, None)
            case PutFailure(path, reason, stamp):
                entries.pop(path, None)
                failures[path] = FailedFile(reason, stamp)
            case ChangeGiven(roots, forgotten, removed, restored):
                kept = self._contents
                kept.roots |= {root.path: root for root in roots}
                kept.roots = {path: kept.roots[path] for path in kept.roots.keys() - forgotten}
                kept.removed = kept.removed - set(restored) | set(removed)

    def _make_entry(self, put):
        numbers = [next(self._contents.numbers) for _ in put.passages]
        return Entry(
            Document(
                next(self._contents.numbers), put.path, put.content.title, put.content.properties
            ),
            put.state,
            put.content.text,
            put.content.structure,
            tuple(
                Passage(
                    n,
                    p.span,
                    p.span.of(put.content.text),
                    p.headings,
                    p.columns,
                    p.page,
                    *unpack_passage(p.blocks, p.span),
                    p.language,
                )
                for n, p in zip(numbers, put.passages, strict=True)
            ),
            dict(zip(numbers, np.asarray(put.vectors), strict=True)),
            {
                n: set(_ANALYZER.stem_all("\n".join(words), passage.language))
                for n, passage, words in zip(
                    numbers, put.passages, put.texts_in_context(), strict=True
                )
            },
        )

    def _copy(self, entry, path, state):
        numbers = {passage.id: next(self._contents.numbers) for passage in entry.passages}
        return Entry(
            replace(entry.document, id=next(self._contents.numbers), path=path),
            state,
            entry.text,
            entry.structure,
            tuple(replace(passage, id=numbers[passage.id]) for passage in entry.passages),
            {numbers[number]: vector for number, vector in entry.vectors.items()},
            {numbers[number]: words for number, words in entry.words.items()},
        )
