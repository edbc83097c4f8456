"""From text to vectors: what an encoder is, one that runs a compiled model, and one of two."""

from __future__ import annotations

import json
import string
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from index.arrays import Floats, batched
from index.documents import replace_surrogates
from index.filesystem.safe_opening import read_file
from index.models.onnx_session import OnnxGraph

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from index.models.token_tables import PieceTable, WordTable

# Words whose token counts are kept in memory (some ten megabytes), and the length of the longest.
_MOST_WORDS, _LONGEST_WORD = 100_000, 50
# Texts with fewer letters in all are counted sooner by a table of pieces than a tokenizer loads.
_SHORT = 1_000
# Fewer texts than this are counted sooner here than by the tokenizer's threads, which must wake up.
_FEW = 64
# Translations of ASCII: one makes all but letters and digits blank; the other keeps only
# characters that are a token by themselves.
_ALPHANUMERIC = string.ascii_letters + string.digits
_WORDS = {code: " " for code in range(128) if chr(code) not in _ALPHANUMERIC}
_MARKS = dict.fromkeys(map(ord, _ALPHANUMERIC + " \t\n\r"))
# The files of a compiled model; the last two only if it takes vectors of tokens.
MANIFEST = "manifest.json"
GRAPH = "model.onnx"
TOKENIZER = "tokenizer.json"
PIECES = "pieces.bin"
WORDS = "words.bin"
# The input of a network that takes the numbers of tokens, and of one that takes their vectors.
NUMBERS, VECTORS = "input_ids", "word_vectors"
# Vectors of length 1, but for rounding, are no longer than this.
_LONGEST_VECTOR = 1.01


class TokenCounter:
    """Counts the tokens of texts. Thread-safe.

    Tokenizers of the BERT family look at each word by itself. Most words have been seen before,
    and their tokens are remembered, which is far quicker than counting them again.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._known: dict[str, int] = {}
        kinds = type(tokenizer.normalizer).__name__, type(tokenizer.pre_tokenizer).__name__
        self._word_by_word = kinds == ("BertNormalizer", "BertPreTokenizer")
        # The tokenizer looks for these before it splits a text into words.
        self._added = [token.content for token in tokenizer.get_added_tokens_decoder().values()]

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each whole text, special tokens not counted."""
        if not self._word_by_word:
            return self._count(texts)
        return [self._count_by_word(text) for text in texts]

    def _count_by_word(self, text: str) -> int:
        plain, others = text, []
        if not text.isascii():
            # Only the tokenizer knows which other characters are part of a word.
            parts = text.replace("\n", " ").split(" ")
            plain = " ".join(filter(str.isascii, parts))
            others = [part for part in parts if not part.isascii()]
        marks, words = plain.translate(_MARKS), plain.translate(_WORDS).split() + others
        if (
            not marks.isprintable()
            or max(map(len, words), default=0) > _LONGEST_WORD
            or any(token in text for token in self._added)
        ):
            return self._count([text])[0]
        known = self._known
        new = set(words).difference(known)
        if len(known) + len(new) > _MOST_WORDS:
            # Not cleared, as another thread may be reading it.
            self._known = known = {}
            new = set(words)
        if new:
            known.update(zip(new, self._count([*new]), strict=True))
        return len(marks) + sum(map(known.__getitem__, words))

    def _count(self, texts: Sequence[str]) -> list[int]:
        step = 1 if len(texts) < _FEW else len(texts)
        return [
            len(encoding)
            for chunk in batched(texts, step)
            for encoding in self._tokenizer.encode_batch_fast(
                [replace_surrogates(text) for text in chunk],
                add_special_tokens=False,
            )
        ]


class Encoder(Protocol):
    """Turns passages and questions into vectors whose dot product is their similarity.

    Attributes:
        fingerprint: of the model's content, its quantisation and the kind of processor;
            vectors of two fingerprints must not be compared.
        name: the model's name for people, which `load_encoder` takes as well.
        dimension: number of components of a vector.
        max_tokens: tokens of a passage that are read, special tokens included.
    """

    @property
    def fingerprint(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    @property
    def max_tokens(self) -> int: ...

    def encode_passages(self, texts: Sequence[str]) -> Floats:
        """Vectors of shape (texts, dimension), each of length 1."""
        ...

    def encode_questions(self, texts: Sequence[str]) -> Floats:
        """Vectors of shape (texts, dimension), each of length 1."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each whole text, special tokens and prompt not counted."""
        ...


def check_vectors(vectors: Floats, encoder: Encoder, count: int) -> Floats:
    """The vectors of `count` texts as float32; raises `ValueError` unless they are as promised.

    An encoder may be the caller's own: what it returns must have the shape that `Encoder` says,
    and vectors of length 1.
    """
    shape, wanted = np.shape(vectors), (count, encoder.dimension)
    if shape != wanted:
        raise ValueError(f"the encoder {encoder.name} gives vectors of shape {shape}, not {wanted}")
    # NaN fails this test, too.
    if not (np.linalg.norm(vectors, axis=1) < _LONGEST_VECTOR).all():
        raise ValueError(f"the encoder {encoder.name} gives vectors that are not of length 1")
    return np.asarray(vectors, dtype=np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The facts about a compiled model that its network and tokenizer do not hold.

    Attributes:
        fingerprint, dimension: as in `Encoder`.
        max_tokens: tokens that the network reads, special tokens and prompt included.
        question_prompt, passage_prompt: put before every question and every passage.
        quantisation: `int8` or a less aggressive one; `none` if torch runs the model.
        cosine_mean, cosine_lowest: similarity of its vectors to the original's on a fixed sample.
    """

    fingerprint: str = ""
    dimension: int
    max_tokens: int
    question_prompt: str = ""
    passage_prompt: str = ""
    quantisation: str = "none"
    cosine_mean: float = 1.0
    cosine_lowest: float = 1.0

    def write(self, path: Path) -> None:
        """Write as JSON."""
        path.write_text(json.dumps(asdict(self), indent=2, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Read what `write` wrote; raises `ValueError` or `TypeError` if it is damaged."""
        fields = json.loads(path.read_text(encoding="utf-8"))
        if set(fields) != set(cls.__dataclass_fields__):
            raise TypeError("not the fields of a manifest")
        return cls(**fields)


class OnnxEncoder:
    """Runs a compiled model with onnxruntime and tokenizers alone. Thread-safe.

    The same text gives the same vector, bit for bit, whatever it is encoded together with.

    Attributes:
        manifest: what is known of the model.
        tokenizer_file: its tokenizer.
    """

    def __init__(self, name: str, manifest: Manifest, graph: Path, tokenizer: Path) -> None:
        """Open a compiled model; its network is loaded when it is first needed.

        Args:
            name: the model's name for people.
            graph: ONNX file with an input `input_ids`, int64 of shape (batch, tokens), and one
                output, float32 of shape (batch, dimension), pooled and of length 1.
            tokenizer: tokenizer file, as `tokenizers` saves it. If a `WordTable` and a
                `PieceTable` lie beside it, the network's input is the vectors of the tokens, and
                questions need no tokenizer.

        Raises:
            Exception: the tokenizer or a table cannot be loaded.
        """
        self.name = name
        self.fingerprint = manifest.fingerprint
        self.dimension = manifest.dimension
        self.manifest = manifest
        self._graph_file = graph
        self._words: WordTable | None = None
        self._pieces: PieceTable | None = None
        if (words := tokenizer.with_name(WORDS)).is_file():
            # It imports tokenizers, as `load_tokenizer` does.
            from index.models.token_tables import PieceTable, WordTable

            self._words = WordTable.open(words, manifest.dimension)
            self._pieces = PieceTable(tokenizer.with_name(PIECES))
        self.tokenizer_file = tokenizer
        self.max_tokens = manifest.max_tokens - self._count_short(manifest.passage_prompt)

    def encode_passages(self, texts: Sequence[str]) -> Floats:
        if texts:
            # Before threads need it: it may take half a second to load.
            _ = self._tokenizer
        return self._encode(self.manifest.passage_prompt, texts, self._cut)

    def encode_questions(self, texts: Sequence[str]) -> Floats:
        cut = self._cut if self._pieces is None else self._cut_question
        return self._encode(self.manifest.question_prompt, texts, cut)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        if self._pieces is not None and sum(map(len, texts)) < _SHORT:
            return [len(tokens.ids) for tokens in self._pieces.tokenize(texts)]
        return self._counter.count(texts)

    def _count_short(self, text: str) -> int:
        if self._pieces is not None:
            return len(self._pieces.tokenize([text])[0].ids)
        return len(self._tokenizer.encode(text, add_special_tokens=False))

    @cached_property
    def _graph(self) -> OnnxGraph:
        # Who only asks needs no network for passages.
        return OnnxGraph(self._graph_file)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        most = self.manifest.max_tokens if self._pieces is None else None
        return share_tokenizer(self.tokenizer_file, most)

    @cached_property
    def _counter(self) -> TokenCounter:
        # Truncation is a tokenizer's state, and threads share it: counting takes one of its own.
        is_whole = self._pieces is not None
        return TokenCounter(self._tokenizer if is_whole else share_tokenizer(self.tokenizer_file))

    def _cut(self, text: str) -> list[int]:
        """The numbers of a text's tokens, as many as the network takes."""
        ids: list[int] = self._tokenizer.encode(text).ids
        most = self.manifest.max_tokens
        # The last one ends every text.
        return ids if len(ids) <= most else [*ids[: most - 1], ids[-1]]

    def _cut_question(self, text: str) -> list[int]:
        assert self._pieces is not None
        return self._pieces.encode(text, self.manifest.max_tokens)

    def _encode(self, prompt: str, texts: Sequence[str], cut: Callable[[str], list[int]]) -> Floats:
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for row, vector in enumerate(
            self._graph.each(lambda text: self._vector(prompt + text, cut), texts)
        ):
            vectors[row] = vector
        return vectors

    def _vector(self, text: str, cut: Callable[[str], list[int]]) -> Floats:
        ids = cut(replace_surrogates(text))
        if not ids:
            # An empty text has no token if the tokenizer adds no special ones.
            return np.zeros(self.dimension, dtype=np.float32)
        if self._words is not None:
            inputs = {VECTORS: self._words.look_up(ids)[None]}
        else:
            inputs = {NUMBERS: np.array([ids], dtype=np.int64)}
        vector: Floats = self._graph.run(**inputs)[0][0]
        return vector


def share_tokenizer(path: Path, most: int | None = None) -> Tokenizer:
    """A tokenizer that no caller may change: all that is asked for the same file share it.

    Args:
        most: tokens that a text is cut to, special tokens included; None cuts no text short.
    """
    return _parse_shared(read_file(path), most)


# Encoders and the reader have copies of one file, which takes far longer to parse than to read: for
# each model, a tokenizer that cuts texts and one that does not.
@lru_cache(maxsize=2)
def _parse_shared(data: bytes, most: int | None) -> Tokenizer:
    tokenizer = _parse_tokenizer(data)
    if most is not None:
        tokenizer.enable_truncation(most)
    return tokenizer


def load_tokenizer(path: Path) -> Tokenizer:
    """A tokenizer that cuts no text short, and pads none, whatever its file says."""
    return _parse_tokenizer(read_file(path))


def _parse_tokenizer(data: bytes) -> Tokenizer:
    # Imported when a model is loaded: listing and removing documents need none.
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_buffer(data)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


@dataclass(frozen=True, slots=True)
class DualEncoder:
    """Embeds passages with one encoder and questions with another, as vectors of one space.

    The question encoder was trained while the vectors of passages stayed as they were. An index
    holds no vector of it, and does not depend on it.

    Attributes:
        passages: gives the vectors that an index holds; in all else this encoder is like it.
        questions: of the same dimension.
    """

    passages: Encoder
    questions: Encoder

    @property
    def fingerprint(self) -> str:
        return self.passages.fingerprint

    @property
    def name(self) -> str:
        return self.passages.name

    @property
    def dimension(self) -> int:
        return self.passages.dimension

    @property
    def max_tokens(self) -> int:
        return self.passages.max_tokens

    def encode_passages(self, texts: Sequence[str]) -> Floats:
        return self.passages.encode_passages(texts)

    def encode_questions(self, texts: Sequence[str]) -> Floats:
        return self.questions.encode_questions(texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self.passages.count_tokens(texts)


def identify_vectors(encoder: Encoder) -> str:
    """A text that changes with the vectors of passages, and with those of questions."""
    if isinstance(encoder, DualEncoder):
        return f"{encoder.fingerprint} {encoder.questions.fingerprint}"
    return encoder.fingerprint
