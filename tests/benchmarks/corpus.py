"""Real text for the benchmarks of size: paragraphs of the HTML files under a folder.

Documentation in Debian packages serves well (linux-doc-6.12, openjdk-21-doc, rust-doc,
python3.13-doc, php-doc, erlang-doc, perl-doc, nodejs-doc, postgresql-doc-17, git-doc,
sqlite3-doc, anarchism have a million paragraphs): `apt-get download NAME`, then
`dpkg-deb -x FILE FOLDER`.

What takes long is kept in a second folder, and goes on from there when it is interrupted.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.loaders.pages import html
from index.models import load_encoder

# Shorter ones are mostly captions; longer ones take long to embed.
SHORTEST, LONGEST = 60, 200
# Some of them serve as questions.
HELD_OUT = 200
COUNT = 100_000 + HELD_OUT
_CHUNK = 2_048

# Asked of documentation; most have an answer in the packages above.
QUESTIONS = (
    "How do I remove an element from a list while iterating over it?",
    "What does the vacuum command do?",
    "How can I undo the last commit?",
    "Which signal is sent when a process is killed?",
    "How are strings compared?",
    "What is the difference between a tuple and a list?",
    "How do I open a file for writing?",
    "What happens when the disk is full?",
    "How is memory freed?",
    "Which functions return a random number?",
    "What do anarchists think about the state?",
    "Who was Bakunin?",
    "What happened in Spain in 1936?",
    "How do workers manage a factory themselves?",
    "How do I create an index on an expression?",
    "When does a query planner choose a sequential scan?",
    "How do I connect to a remote node?",
    "What is a supervisor in Erlang?",
    "How do I parse a date?",
    "How can I make an HTTP request?",
    "What is the maximum size of a database?",
    "How do I sort an array by several keys?",
    "How do regular expressions match Unicode characters?",
    "What does the debugger show?",
    "How do I run tests?",
    "What is a closure?",
    "How are exceptions caught?",
    "How do I encrypt a password?",
    "What is a branch?",
    "How do I merge two branches?",
    "How can I see who changed a line?",
    "What is a foreign key?",
    "How do transactions work?",
    "What is a deadlock and how is it avoided?",
    "How do I read an image?",
    "What are generators?",
    "Which environment variables are read?",
    "How do I compress data?",
    "How do I install an extension?",
    "What are the options for logging?",
)


def paragraphs(folder: Path, kept: Path) -> list[str]:
    """`COUNT` different paragraphs, from files taken at random, in random order."""
    file = kept / "paragraphs.jsonl"
    if not file.exists():
        paths = [path for path in sorted(folder.rglob("*.html")) if not path.is_symlink()]
        chance = random.Random(1)
        chance.shuffle(paths)
        found: dict[str, None] = {}
        for path in paths:
            content = html.load(path.read_bytes())
            texts = [span.of(content.text) for span in content.paragraphs or ()]
            found |= dict.fromkeys(text for text in texts if SHORTEST <= len(text) <= LONGEST)
            if len(found) >= COUNT:
                break
        chosen = list(found)[:COUNT]
        chance.shuffle(chosen)
        kept.mkdir(parents=True, exist_ok=True)
        aside = file.with_suffix(".part")
        aside.write_text("".join(json.dumps(text) + "\n" for text in chosen), encoding="utf-8")
        aside.replace(file)
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def embedded(folder: Path, kept: Path) -> tuple[list[str], NDArray[np.float16]]:
    """The paragraphs and their vectors, of shape (paragraphs, dimension)."""
    texts = paragraphs(folder, kept)
    place = kept / "vectors"
    place.mkdir(exist_ok=True)
    encoder = load_encoder()
    parts = []
    for at in range(0, len(texts), _CHUNK):
        file = place / f"{at:08d}.npy"
        if not file.exists():
            made = encoder.encode_passages(texts[at : at + _CHUNK]).astype(np.float16)
            np.save(aside := file.with_suffix(".part.npy"), made)
            aside.rename(file)
            print(f"embedded {at + len(made)} of {len(texts)}", flush=True)
        parts.append(np.load(file))
    return texts, np.concatenate(parts)


def milliseconds(work: Callable[[], object]) -> tuple[float, float]:
    """What it takes by the clock, and of the processors: the same where nothing else runs."""
    started, used = time.perf_counter(), time.process_time()
    work()
    return 1000 * (time.perf_counter() - started), 1000 * (time.process_time() - used)


def jittered(
    vectors: NDArray[np.float16], count: int, step: int = 16_384
) -> Iterator[NDArray[np.float32]]:
    """`count` vectors, `step` at a time: first those given, then copies of them, a little off."""
    noise = np.random.default_rng(7)
    for at in range(0, count, step):
        rows = np.arange(at, min(at + step, count))
        part = vectors[rows % len(vectors)].astype(np.float32)
        copies = rows >= len(vectors)
        part[copies] += noise.normal(0, 0.02, part[copies].shape).astype(np.float32)
        yield part / np.linalg.norm(part, axis=1, keepdims=True)
