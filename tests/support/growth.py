"""How time grows with length, for one file of any format: parsing and cutting."""

from __future__ import annotations

import time
from dataclasses import dataclass
from importlib import import_module

from index.loaders import Loader, UnreadableFile, find_loader
from index.text.passages import cut_passages
from tests.support.hostile_texts import Text

MOST_TOKENS = 220


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of processor time that a text of so many characters takes."""

    size: int
    parsing: float
    cutting: float

    @property
    def seconds(self) -> float:
        return self.parsing + self.cutting


def measure_cost(suffix: str, text: str) -> Cost:
    """Parse and cut a text in this process; spans must be right."""
    load = load_of(suffix)
    data = text.encode("utf-8", "surrogatepass")
    started = time.process_time()
    try:
        content = load(data)
    except UnreadableFile:
        return Cost(len(text), time.process_time() - started, 0.0)
    parsed = time.process_time()
    passages = cut_passages(content, count_tokens, MOST_TOKENS)
    done = time.process_time()
    end = 0
    for passage in passages:
        assert end <= passage.span.start < passage.span.end <= len(content.text)
        end = passage.span.end
    return Cost(len(text), parsed - started, done - parsed)


def load_of(suffix: str) -> Loader:
    """The loader of a format, in this process."""
    module, _ = find_loader(suffix)
    load: Loader = import_module(module).load
    return load


def count_tokens(texts: list[str]) -> list[int]:
    """About as many as a model counts."""
    return [max(len(text.split()), len(text) // 4) for text in texts]


def grows_faster_than_length(suffix: str, text: Text, size: int, times: int = 4) -> str | None:
    """What is wrong, in words, where a text that is longer takes more than its share.

    Args:
        size: of the shorter text; the other is so many times as long.
    """
    long = measure_cost(suffix, text(times * size))
    # A busy machine, and what is done once, are not growth.
    if long.seconds <= 0.5:
        return None
    short, long = (measure_cost(suffix, text(n)) for n in (size, times * size))
    if long.seconds > 0.5 and long.seconds > 1.8 * times * max(short.seconds, 0.02):
        return (
            f"{short.seconds:.2f} s for {short.size:,} characters, "
            f"{long.seconds:.2f} s for {long.size:,}"
        )
    return None
