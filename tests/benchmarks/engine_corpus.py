"""What the benchmark of engines takes in: real paragraphs, with copies of real vectors.

The text is real: paragraphs of HTML files (Debian's documentation, see corpus.py), or of the
documentation in Python's own modules and installed packages. Some are embedded; the others get
copies of these vectors, a little off, since half a million would take hours to embed.
"""

from __future__ import annotations

import ast
import json
import random
import sysconfig
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from zlib import crc32

import numpy as np
from corpus import QUESTIONS
from numpy.typing import NDArray

from index import UnreadableFile
from index.loaders import parse
from index.loaders.sandbox.parent import Sandbox
from index.models import load_encoder
from index.models.encoder import Encoder

_SHORTEST, _LONGEST = 60, 400
# Paragraphs that are embedded; of these, some are asked as questions and not indexed.
_EMBEDDED, _HELD_OUT = 20_000, 100
PASSAGES_A_DOCUMENT = 25


class Copies:
    """The default model for questions; for passages, copies of real vectors, a little off."""

    name = "copies"
    fingerprint = "copies"

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        self._vectors = vectors
        self._noise = np.random.default_rng(7).normal(0, 0.02, (4_001, vectors.shape[1]))
        self._noise = self._noise.astype(np.float32)
        self.dimension = vectors.shape[1]
        encoder = load_encoder()
        self.max_tokens, self.count_tokens = encoder.max_tokens, encoder.count_tokens
        self.encode_questions = encoder.encode_questions

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        numbers = np.asarray([crc32(text.encode()) for text in texts])
        vectors = self._vectors[numbers % len(self._vectors)] + self._noise[numbers % 4_001]
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


class Remembering:
    """The default model, which embeds each text once for all engines."""

    def __init__(self, kept: Path) -> None:
        self._file = kept / "embedded.npz"
        self._encoder: Encoder = load_encoder()
        for name in ("name", "fingerprint", "dimension", "max_tokens"):
            setattr(self, name, getattr(self._encoder, name))
        self.count_tokens = self._encoder.count_tokens
        self.encode_questions = self._encoder.encode_questions
        self._known: dict[str, NDArray[np.float32]] = {}
        if self._file.exists():
            with np.load(self._file) as kept_before:
                self._known = dict(
                    zip(kept_before["keys"].tolist(), kept_before["vectors"], strict=True)
                )

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        keys = [blake2b(text.encode(), digest_size=16).hexdigest() for text in texts]
        new = [at for at, key in enumerate(keys) if key not in self._known]
        if new:
            made = self._encoder.encode_passages([texts[at] for at in new])
            self._known |= {keys[at]: row for at, row in zip(new, made, strict=True)}
        return np.stack([self._known[key] for key in keys])

    def save(self) -> None:
        keys, vectors = list(self._known), list(self._known.values())
        np.savez(self._file, keys=np.asarray(keys), vectors=np.stack(vectors))


def read_corpus(
    kept: Path, docs: Path | None, most: int
) -> tuple[list[str], NDArray[np.float32], NDArray[np.float32]]:
    """Paragraphs, the vectors that are copied, and those of questions: paragraphs, then real ones.

    What takes long is kept in a folder.
    """
    file, rows = kept / "paragraphs.json", kept / "vectors.npy"
    if not file.exists():
        found = dict.fromkeys(_find_paragraphs(docs, most))
        chosen = list(found)
        random.Random(1).shuffle(chosen)
        file.write_text(json.dumps(chosen))
    texts: list[str] = json.loads(file.read_text())
    encoder = load_encoder()
    if not rows.exists():
        np.save(rows, encoder.encode_passages(texts[:_EMBEDDED]))
    vectors = np.load(rows).astype(np.float32)
    asked = np.concatenate([vectors[:_HELD_OUT], encoder.encode_questions(list(QUESTIONS))])
    return texts[_HELD_OUT:], vectors[_HELD_OUT:], asked.astype(np.float32)


def _find_paragraphs(docs: Path | None, most: int) -> Iterator[str]:
    for number, text in enumerate(_read_html(docs) if docs else _read_docstrings()):
        if number == most:
            return
        yield text


def _read_html(folder: Path) -> Iterator[str]:
    paths = [path for path in sorted(folder.rglob("*.html")) if not path.is_symlink()]
    random.Random(1).shuffle(paths)
    seen: set[str] = set()
    # One process reads them all.
    with Sandbox() as sandbox:
        for path in paths:
            try:
                content = parse(path.suffix, path.read_bytes(), sandbox)
            except UnreadableFile:
                continue
            yield from _choose((span.of(content.text) for span in content.paragraphs or ()), seen)


def _read_docstrings() -> Iterator[str]:
    folders = sysconfig.get_paths()
    seen: set[str] = set()
    for folder in (folders["stdlib"], folders["purelib"]):
        for path in sorted(Path(folder).rglob("*.py")):
            for text in _docstrings(path):
                yield from _choose(text.split("\n\n"), seen)


def _docstrings(path: Path) -> Iterator[str]:
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield ast.get_docstring(node) or ""


def _choose(texts: Iterator[str] | list[str], seen: set[str]) -> Iterator[str]:
    for text in texts:
        line = " ".join(text.split())
        if _SHORTEST <= len(line) <= _LONGEST and line not in seen:
            seen.add(line)
            yield line


def make_documents(texts: Sequence[str], passages: int) -> Iterator[tuple[str, str]]:
    """Documents with so many passages in all; paragraphs come again where there are too few."""
    for at in range(0, passages, PASSAGES_A_DOCUMENT):
        rows = range(at, min(at + PASSAGES_A_DOCUMENT, passages))
        # A number makes each one different.
        lines = [f"{texts[row % len(texts)]} (Paragraph {row}.)" for row in rows]
        yield f"{at // PASSAGES_A_DOCUMENT % 40:02}/{at:08}.txt", "\n\n".join(lines)
