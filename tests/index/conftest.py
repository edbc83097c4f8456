"""An encoder without a model, which most tests of the index take: quick, and it counts."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index import Index
from index.filesystem.safe_opening import read_regular
from tests.support import ROOT
from tests.support.encoders import WordEncoder
from tests.support.postgres_server import run_server

# What a child process begins with.
PROLOGUE = f"""
import sys, time
sys.path.insert(0, {str(ROOT)!r})
from tests.support.encoders import WordEncoder
from index import Index, IndexInUse, Retriever
place, folder = sys.argv[1:3]
"""


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL server of the tests' own."""
    yield from run_server()


@pytest.fixture
def child():
    """Starts Python in another process, with an index's place and a folder of documents."""
    started = []

    def child(code: str, place: Path, folder: Path, *arguments: object) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", PROLOGUE + code, str(place), str(folder), *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield child
    for process in started:
        with process:
            process.kill()


@pytest.fixture
def words():
    return WordEncoder()


@pytest.fixture
def folder(tmp_path):
    """An empty folder for documents."""
    made = tmp_path / "notes"
    made.mkdir()
    return made


@pytest.fixture
def index(tmp_path, words):
    """An empty index beside that folder."""
    with Index.open(tmp_path / "an.index", create=True, encoder=words) as opened:
        yield opened


@pytest.fixture
def write(folder):
    """Writes a document, old enough for its time of change to be believed; returns its path."""

    def write(name: str, text: str | bytes, age: float = 100.0) -> str:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        then = time.time() - age
        os.utime(path, (then, then))
        return str(path)

    return write


@pytest.fixture
def settled(monkeypatch):
    """The times of files that were written just now are believed, as if that were long ago."""
    monkeypatch.setattr("index.filesystem.freshness._FRESH_NS", 0)


@pytest.fixture
def reads(monkeypatch):
    """The text files that are read, as they are."""
    done = []

    def read(path, *arguments, **options):
        if Path(path).suffix == ".txt":
            done.append(Path(path))
        return read_regular(path, *arguments, **options)

    for module in ("index.filesystem.freshness", "index.sync.sync"):
        monkeypatch.setattr(f"{module}.read_regular", read)
    return done


@pytest.fixture
def paragraphs():
    """Makes a document with a passage for each topic, each long enough to stand alone."""

    def paragraphs(*topics: str) -> str:
        filler = "and what else was said of it filled the rest of a long winter evening by the fire"
        return "\n\n".join(f"This is about {topic}, {filler}, {filler}." for topic in topics)

    return paragraphs
