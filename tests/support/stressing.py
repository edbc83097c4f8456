"""Processes that read an index while others write to it, and what each must see.

As a program: `stressing.py write|read INDEX FOLDER SECONDS NUMBER` is one of them. It prints
an object at its end: what it has done, and every error.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

# Found by what was said just now.
from index import Hit, Index, IndexInUse, MissingPath, Retriever
from index.engines.local import vectors
from index.sync import batch
from tests.support.encoders import WordEncoder

FILLER = "and what else was said of it filled the rest of a long winter evening by the fire"
# What is always there.
LASTING = 20


def stress(place: Path, seconds: float, readers: int = 4, writers: int = 1) -> Counter[str]:
    """Let them work at once; returns what was done, and how often each thing was said.

    Each reader searches in two threads. Errors are counted by their last line, "ERROR" first.
    """
    base = place.parent
    for writer in range(writers):
        (base / f"notes {writer}").mkdir()
        _write(base / f"notes {writer}", LASTING, 0)
    with Index.open(place, create=True, encoder=WordEncoder()) as index:
        index.add([base / f"notes {writer}" for writer in range(writers)])
    roles = [("write", writer) for writer in range(writers)]
    roles += [("read", reader % writers) for reader in range(readers)]
    processes = [
        subprocess.Popen(
            [
                sys.executable,
                __file__,
                role,
                str(place),
                str(base / f"notes {number}"),
                str(seconds),
            ],
            stdout=subprocess.PIPE,
        )
        for role, number in roles
    ]
    done: Counter[str] = Counter()
    for process in processes:
        said, _ = process.communicate()
        done += Counter(json.loads(said))
    with Index.open(place, encoder=WordEncoder()) as index:
        done.update(f"ERROR {problem}" for problem in index.verify())
    return done


def main(role: str, place: str, folder: str, seconds: str) -> None:
    """Work for some seconds."""
    batch.COMMIT_FILES, batch.COMMIT_PASSAGES = 5, 16
    vectors._MOST_SMALL_SEGMENTS = 3
    done: Counter[str] = Counter()
    until = time.monotonic() + float(seconds)
    if role == "write":
        _keep_on(lambda: _change(place, Path(folder), done), until, 0.2, done)
    else:
        with Index.open(place, encoder=WordEncoder()) as index:
            retriever = Retriever(index)
            threads = [
                threading.Thread(
                    target=_keep_on,
                    args=(lambda: _look(retriever, Path(folder), done), until, 0.02, done),
                )
                for _ in range(2)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    print(json.dumps(done))


def _keep_on(work: Callable[[], None], until: float, pause: float, done: Counter[str]) -> None:
    while time.monotonic() < until:
        try:
            work()
        except Exception as error:
            done[f"ERROR {error!r}"] += 1
            traceback.print_exc()
        time.sleep(pause)


def _change(place: str, folder: Path, done: Counter[str]) -> None:
    """One more generation of documents; what it holds is said once it is committed."""
    generation = 1 + _generation(folder)
    _write(folder, LASTING, generation)
    for number in range(3):
        (folder / f"passing {number}.txt").write_text(
            f"This is about passing things {generation} {number}, {FILLER}, {FILLER}."
        )
    (folder / f"passing {generation % 3}.txt").unlink()
    try:
        with Index.open(place, encoder=WordEncoder()) as index:
            index.add([folder])
            if generation % 10 == 5:
                index.remove([folder / f"passing {(generation + 1) % 3}.txt"])
            if generation % 10 == 0:
                index.repair()
    except IndexInUse:
        done["writers sent away"] += 1
        return
    aside = folder / ".generation.part"
    aside.write_text(str(generation))
    aside.replace(folder / ".generation")
    done["runs of writers"] += 1


def _write(folder: Path, count: int, generation: int) -> None:
    """Documents of which one says its generation, the others always the same."""
    for number in range(count):
        path = folder / f"{number}.txt"
        said = f"generation marker {generation}" if not number else f"lasting things {number}"
        if not number or not path.exists():
            path.write_text(f"This is about {said}, {FILLER}, {FILLER}.")
            os.utime(path, (1_600_000_000 + generation,) * 2)


def _generation(folder: Path) -> int:
    path = folder / ".generation"
    return int(path.read_text()) if path.exists() else 0


def _look(retriever: Retriever, folder: Path, done: Counter[str]) -> None:
    """Search in every mode: what was committed is found, exact, and nothing else."""
    store = retriever.index.engine
    for mode in ("bm25", "dense", "hybrid"):
        generation, commits = _generation(folder), store.commits
        hits = retriever.search("generation marker", 5, mode)
        found = [_number(hit) for hit in hits if Path(hit.document.path) == folder / "0.txt"]
        # A text just changed is found again as soon as keywords and vectors have followed.
        if not found and not store.is_unfinished and store.commits == commits:
            raise AssertionError(f"{mode}: the marker is not found")
        assert not found or found[0] >= generation, f"{mode}: an old marker"
        done["searches that found what is new"] += bool(found)
        lasting = retriever.search("all about lasting things", LASTING - 1, mode)
        assert len(lasting) == LASTING - 1, f"{mode}: {len(lasting)} hits"
        for hit in (*hits, *lasting):
            _check(retriever.index, hit)
        done["searches"] += 2
    retriever.index.status()


def _number(hit: Hit) -> int:
    return int(hit.passage.text.split("marker ")[1].split(",")[0])


def _check(index: Index, hit: Hit) -> None:
    """A hit is exact, unless its document has changed or gone meanwhile."""
    for _ in range(2):
        try:
            text = index.text(hit.document.path)
        except MissingPath:
            return
        if hit.passage.span.of(text) == hit.passage.text:
            return
        if hit.passage.id not in index.engine.passages([hit.passage.id]):
            return
    raise AssertionError(f"{hit.passage.text} is not in {text}")


if __name__ == "__main__":
    main(*sys.argv[1:])
