"""Sentence ends: our splitter beside pysbd and syntok, where these are installed.

python tests/benchmarks/sentences.py marks the 300 texts of tests/index/text/sentence_ends.txt,
whose ends were set by hand. It prints how many texts each splitter gets wholly right, by kind,
the precision and recall of the ends within them, and how long each takes: a second of plain
text, and texts that are made to be slow. A splitter is stopped after `PATIENCE` seconds.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

from index.text import split_sentences

SAMPLE = Path(__file__).parents[1] / "index" / "text" / "sentence_ends.txt"
MARK = " ‖ "
PATIENCE = 20
HOSTILE = {
    "40,000 spaces": "a" + " " * 40_000 + "b.",
    "40,000 dots": "." * 40_000 + "x",
    "20,000 brackets": "(" * 20_000 + "a.",
    "one word": "x" * 100_000,
    "titles": "Mr. " * 25_000,
}

Splitter = Callable[[str], list[tuple[int, int]]]


def read_sample() -> dict[str, list[tuple[str, set[int]]]]:
    """The texts of each kind, with the offsets at which their sentences end."""
    sample: dict[str, list[tuple[str, set[int]]]] = {}
    for line in SAMPLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            kind = line[2:]
            sample[kind] = []
            continue
        parts = line.split(MARK)
        ends, at = set(), 0
        for part in parts:
            ends.add(at + len(part))
            at += len(part) + 1
        sample[kind].append((" ".join(parts), ends))
    return sample


def split_with_pysbd(text: str) -> list[tuple[int, int]]:
    import pysbd

    splitter = pysbd.Segmenter(language="en", clean=False, char_span=True)
    spans = [(part.start, part.end) for part in splitter.segment(text)]
    return [(start, start + len(text[start:end].rstrip())) for start, end in spans]


def split_with_syntok(text: str) -> list[tuple[int, int]]:
    from syntok import segmenter

    return [
        (sentence[0].offset, sentence[-1].offset + len(sentence[-1].value))
        for paragraph in segmenter.analyze(text)
        for sentence in paragraph
    ]


def measure_accuracy(split: Splitter, texts: Sequence[tuple[str, set[int]]]) -> list[int]:
    """Texts wholly right; inner ends found rightly, found, and there."""
    counts = [0, 0, 0, 0]
    for text, ends in texts:
        proposed = {end for _, end in split(text)}
        inner, wanted = proposed - {len(text)}, ends - {len(text)}
        counts[0] += proposed == ends
        counts[1] += len(inner & wanted)
        counts[2] += len(inner)
        counts[3] += len(wanted)
    return counts


def measure_seconds(split: Splitter, text: str) -> float | None:
    """How long a text takes; None where it takes longer than `PATIENCE`."""
    started = time.perf_counter()
    worker = multiprocessing.get_context("fork").Process(target=split, args=(text,))
    worker.start()
    worker.join(PATIENCE)
    if worker.is_alive():
        worker.kill()
        return None
    return time.perf_counter() - started


def main() -> None:
    splitters: dict[str, Splitter] = {"ours": split_sentences}
    if find_spec("pysbd"):
        splitters["pysbd"] = split_with_pysbd
    if find_spec("syntok"):
        splitters["syntok"] = split_with_syntok
    sample = read_sample()
    everything = [text for texts in sample.values() for text in texts]
    prose = "\n\n".join(text for text, _ in everything)
    for name, split in splitters.items():
        print(f"{name}:")
        for kind, texts in sample.items():
            right = measure_accuracy(split, texts)[0]
            print(f"  {kind:10} {right:3} of {len(texts)} texts right")
        right, good, proposed, wanted = measure_accuracy(split, everything)
        print(
            f"  all        {right:3} of {len(everything)}; precision of inner ends "
            f"{good / proposed:.3f}, recall {good / wanted:.3f}"
        )
        for label, text in {f"sample, {len(prose):,} characters": prose, **HOSTILE}.items():
            seconds = measure_seconds(split, text)
            shown = f"over {PATIENCE} s" if seconds is None else f"{1000 * seconds:.0f} ms"
            print(f"  {label:32} {shown}")


if __name__ == "__main__":
    main()
