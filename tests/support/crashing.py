"""A process that indexes and says what it has committed, to be killed; and what must hold then.

As a program: `crashing.py INDEX FOLDER [STEP]` works on an index and a folder of documents,
and kills itself at a step of its work: before or after it asks the system or one of the
engines for something that changes a file. It prints an object a line: what is about to be
committed, and whether it is.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

# Found by what was said just now.
import numpy as np

from index import DamagedIndex, Index, NotAnIndex, QuotebackError, Retriever
from index.engines.changes import Change, ChangeGiven, Move
from index.engines.local import vectors
from index.engines.local.storage.schema import FILE_NAME
from index.engines.local.writer import LocalWriter
from index.reports import Failure
from index.sync import batch
from tests.support.encoders import WordEncoder

# Functions written in C that change what is on disk, ours, SQLite's and the keyword engine's.
STEPS = frozenset(
    "commit rollback delete_documents_by_query wait_merging_threads "
    "write flush fsync replace rename unlink rmdir mkdir".split()
)
FILES = 24


# What is killed


def main(place: str, folder: str, step: str = "0") -> None:
    """Do all that a writer does; `step` is when to be killed, 0 for never."""
    # Small batches: many commits, many segments, merged often.
    batch.COMMIT_FILES, batch.COMMIT_PASSAGES = 5, 8
    vectors._MOST_SMALL_SEGMENTS = 3
    steps = _counted(int(step))
    _tell_what_is_committed()
    try:
        _work(Path(place), Path(folder))
    except QuotebackError as error:
        assert not isinstance(error, DamagedIndex)
        assert "\n" not in str(error)
        _say(refused=str(error))
        return
    _say(steps=steps[0])


def _work(place: Path, folder: Path) -> None:
    with Index.open(place, create=True, encoder=WordEncoder()) as index:
        index.add([folder])
        change(folder)
        index.add([folder])
        (folder / "2.txt").unlink(missing_ok=True)
        if str(folder / "2.txt") in index.engine.states():
            index.remove([folder / "2.txt"])
        index.repair()


def fill(folder: Path) -> None:
    """The documents as they are at first."""
    folder.mkdir(parents=True)
    for number in range(FILES):
        _write(folder / f"{number}.txt", f"rain {number}", f"snow {number}")


def change(folder: Path) -> None:
    """Documents edited, removed, moved, copied, put in each other's place, added."""
    _write(folder / "3.txt", "rain 3", "hail instead")
    (folder / "4.txt").unlink(missing_ok=True)
    for old, new in (("5.txt", "moved.txt"), ("6.txt", "7.txt")):
        if (folder / old).exists():
            (folder / old).replace(folder / new)
    (folder / "copy.txt").write_bytes((folder / "8.txt").read_bytes())
    for number in range(6):
        _write(folder / f"new {number}.txt", f"fog {number}", f"frost {number}")


def _write(path: Path, *topics: str) -> None:
    filler = "and what else was said of it filled the rest of a long winter evening by the fire"
    path.write_text("\n\n".join(f"This is about {topic}, {filler}, {filler}." for topic in topics))
    # Old enough to be believed, and no two alike.
    then = 1_600_000_000 + zlib.crc32(path.read_bytes()) % 10**6
    os.utime(path, (then, then))


def _counted(last: int) -> list[int]:
    """Count steps from now on, in a list of one; at the last one, end as a kill ends."""
    count, lock = [0], threading.Lock()

    def look(_: FrameType, event: str, called: Any) -> None:
        if event not in ("c_call", "c_return") or called.__name__ not in STEPS:
            return
        # A text has a method of the name, too.
        if not isinstance(called.__self__, str):
            with lock:
                count[0] += 1
                if count[0] == last:
                    os.kill(os.getpid(), signal.SIGKILL)

    threading.setprofile(look)
    sys.setprofile(look)
    return count


def _tell_what_is_committed() -> None:
    commit, append = LocalWriter.commit, vectors.Vectors.append

    def told_commit(self: LocalWriter, changes: Sequence[Change]) -> list[Failure]:
        documents = [change for change in changes if not isinstance(change, ChangeGiven)]
        paths = {change.path for change in documents}
        # What a document is copied from may be read again later.
        paths |= {change.source for change in documents if isinstance(change, Move)}
        _say(intent={path: _text(path) for path in sorted(paths)})
        rejected = commit(self, changes)
        _say(done=True)
        return rejected

    def told_append(self: vectors.Vectors, ids: Any, made: Any) -> None:
        append(self, ids, made)
        _say(embedded=[int(number) for number in ids])

    LocalWriter.commit = told_commit  # type: ignore[method-assign]
    vectors.Vectors.append = told_append  # type: ignore[method-assign]


def _text(path: str) -> str | None:
    try:
        return Path(path).read_text()
    except FileNotFoundError:
        return None


def _say(**what: object) -> None:
    line = json.dumps(what).encode() + b"\n"
    try:
        os.write(1, line)
    except OSError:
        # It was this call that was to fail.
        os.write(1, line)


# What must hold then


@dataclass
class Journal:
    """What a process has said: the documents that it has committed, and was about to.

    Attributes:
        committed: text by path.
        intent: what came next; None for a document that goes.
        embedded: ids of passages whose vectors were written.
        steps: how many there were, where it came to its end.
        refused: what it said where it could not write.
    """

    committed: dict[str, str] = field(default_factory=dict)
    intent: dict[str, str | None] = field(default_factory=dict)
    embedded: set[int] = field(default_factory=set)
    steps: int | None = None
    refused: str | None = None

    def take(self, output: bytes) -> None:
        """Read what it has printed, of which the last line may be cut off."""
        for line in output.splitlines(keepends=True):
            if not line.endswith(b"\n"):
                break
            said = json.loads(line)
            self.intent = said.get("intent", self.intent)
            self.embedded |= set(said.get("embedded", ()))
            self.steps = said.get("steps", self.steps)
            self.refused = said.get("refused", self.refused)
            if "done" in said:
                self.committed, self.intent = self.states()[-1], {}

    def states(self) -> list[dict[str, str]]:
        """What the index may hold: what was committed, or that and what came next."""
        after = {**self.committed, **self.intent}
        return [self.committed, {path: text for path, text in after.items() if text is not None}]


def run(
    place: Path,
    folder: Path,
    *,
    step: int = 0,
    seconds: float | None = None,
    under: Sequence[str] = (),
) -> tuple[bool, Journal]:
    """Let a process work; returns whether it was killed, and what it said.

    Args:
        step: when it kills itself.
        seconds: after these, from its first commit on, it is killed.
        under: a command that runs it and may do it harm.
    """
    journal = Journal()
    if (place / FILE_NAME).exists():
        with Index.open(place, encoder=WordEncoder()) as index:
            journal.committed = {each.path: index.text(each.path) for each in index.documents()}
    command = [*under, sys.executable, __file__, str(place), str(folder), str(step)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        said = b""
        if seconds is not None:
            said = process.stdout.readline()
            time.sleep(seconds)
            process.kill()
        said += process.stdout.read()
    journal.take(said)
    killed = process.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL)
    assert killed or process.returncode == 0, "it ended by an error"
    return killed, journal


def check(place: Path, journal: Journal) -> None:
    """The index opens, is sound, and holds exactly what was committed."""
    try:
        index = Index.open(place, encoder=WordEncoder())
    except NotAnIndex:
        # Killed before there was one.
        assert not place.exists()
        assert not journal.committed
        return
    with index:
        assert index.verify() == []
        held = {document.path: index.text(document.path) for document in index.documents()}
        assert held in journal.states()
        known = index.engine.passages(index.engine.passage_ids().tolist())
        for passage, document in known.values():
            assert passage.span.of(held[document.path]) == passage.text
        assert len(known) == _paragraphs(held)
        assert journal.embedded & known.keys() <= set(index.engine.vectors.ids().tolist())
        stored = index.engine.vectors.read(sorted(known))
        for number, vector in stored.items():
            made = WordEncoder().encode_questions([known[number][0].text])[0]
            assert np.allclose(vector, made, atol=1e-3)
        for mode in ("hybrid", "bm25", "dense"):
            for hit in Retriever(index).search("all about rain and snow", 100, mode):
                assert hit.passage.span.of(held[hit.document.path]) == hit.passage.text


def _paragraphs(held: dict[str, str]) -> int:
    return sum(text.count("This is about") for text in held.values())


def resume(place: Path, folder: Path) -> int:
    """Bring all in step; returns how many passages were embedded, none of them twice."""
    encoder = WordEncoder()
    with Index.open(place, create=True, encoder=encoder) as index:
        embedded = set(index.engine.vectors.ids().tolist())
        index.add([folder])
        assert index.verify() == []
        held = {document.path: index.text(document.path) for document in index.documents()}
        assert held == {str(path): path.read_text() for path in folder.iterdir()}
        ids = index.engine.passage_ids().tolist()
        assert index.engine.vectors.ids().tolist() == ids
        assert index.engine.keywords.count == len(ids) == _paragraphs(held)
        # The copy of a file has its vectors.
        assert len(encoder.encoded) <= len(set(ids) - embedded)
        left = [path.name for path in place.rglob("*") if path.suffix in (".part", ".old")]
        assert left == []
    return len(encoder.encoded)


if __name__ == "__main__":
    main(*sys.argv[1:])
