"""The reader as shipped: exact match, F1, abstention, reranking, speed.

python tests/benchmarks/reader.py --data FOLDER [--sample N] [--weights FOLDER]
FOLDER/qa holds the development parts of SQuAD 1.1 and 2.0.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx

from index import Content, Index, Retriever
from index.models import OnnxGraph, default_model_folder, load_weights
from qa import Assistant
from qa.answering.models import READER_WEIGHTS
from qa.answering.spans import tidy_span
from qa.defaults import PASSAGES_RETRIEVED
from qa.evaluation.measuring.summary import auroc
from qa.passage_text import ModelPassage
from qa.reader.compiling import build_reader
from qa.reader.loading import FILE, load_reader
from qa.reader.trained import CompiledReader, TrainedReader, find_best_span
from qa.reader.windows import make_default_windower
from qa.squad import exact_match, f1
from qa.training.questions.rows import QuestionRow, load_rows
from qa.training.reader.scoring import ANSWERS


def name_paragraphs(rows: Sequence[QuestionRow]) -> dict[str, str]:
    """Name (`title/number`) → text of every paragraph, in order of appearance."""
    texts: dict[str, dict[str, None]] = {}
    for row in rows:
        texts.setdefault(row.title, {})[row.context] = None
    return {
        f"{title}/{number}": text
        for title, of_title in texts.items()
        for number, text in enumerate(of_title)
    }


def thinned(rows: Sequence[QuestionRow], count: int) -> list[QuestionRow]:
    """About `count` rows, spread evenly."""
    return list(rows[:: max(1, len(rows) // count)])


def scores_of(predictions: Sequence[str], rows: Sequence[QuestionRow]) -> tuple[float, float]:
    """Mean exact match and F1, in percent."""
    pairs = [(each, row.answer_texts) for each, row in zip(predictions, rows, strict=True)]
    return (
        100 * float(np.mean([exact_match(*pair) for pair in pairs])),
        100 * float(np.mean([f1(*pair) for pair in pairs])),
    )


def paragraph_given(reader: TrainedReader, rows: Sequence[QuestionRow]) -> tuple[float, float]:
    predictions = []
    for row in rows:
        text = row.context
        [reading] = reader.read(row.question, [ModelPassage(text)])
        predictions.append(tidy_span(text, reading.spans[0].span).of(text))
    return scores_of(predictions, rows)


def lost_by_int8(weights: Path, reader: TrainedReader, rows: Sequence[QuestionRow]) -> float:
    """F1 of the float network minus F1 of the compiled one, in points, without tidying."""
    windower = make_default_windower()
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch, "float32.onnx")
        onnx.save(build_reader(load_weights(weights / FILE)), str(file))
        compiled = CompiledReader(OnnxGraph(file), windower)
        original = TrainedReader(lambda: compiled)
    exact: dict[str, list[str]] = {"float": [], "int8": []}
    for row in rows:
        text = row.context
        windows = windower.windows(*windower.tokenize([row.question, text]))
        for name, scores in (("float", original.scores), ("int8", reader.scores)):
            found = [find_best_span(window, scores(window)) for window in windows]
            best = max(found, key=lambda candidate: candidate.score)
            exact[name].append(best.span.of(text))
    return scores_of(exact["float"], rows)[1] - scores_of(exact["int8"], rows)[1]


def adversarial(reader: TrainedReader, rows: Sequence[QuestionRow]) -> float:
    """AUROC of "holds an answer" over questions written to look answerable."""
    relevance = [
        reader.read(row.question, [ModelPassage(row.context)])[0].relevance for row in rows
    ]
    return auroc(relevance, [bool(row.answers) for row in rows])


def open_setting(rows: Sequence[QuestionRow], sample: int, folder: Path) -> None:
    """All paragraphs indexed, questions asked through the answering pipeline."""
    texts = name_paragraphs(rows)
    names = {text: name for name, text in texts.items()}
    asked = thinned(rows, sample)
    with Index.open(folder / "all", create=True) as index:
        index.add_texts((name, Content(text)) for name, text in texts.items())
        retriever, assistant = Retriever(index), Assistant(Retriever(index))
        predictions, first, before = [], 0, 0
        for row in asked:
            hits = retriever.search(row.question, PASSAGES_RETRIEVED)
            answering = assistant.answer(row.question, hits)
            predictions.append(answering.answers[0].text if answering.answers else "")
            right = names[row.context]
            before += hits[0].document.path == right
            first += answering.hits[0].document.path == right
    matched, overlap = scores_of(predictions, asked)
    print(f"open, {len(asked)} questions, exact match / F1      {matched:.1f} / {overlap:.1f}")
    print(
        f"right paragraph first, retriever → all models  "
        f"{before / len(asked):.3f} → {first / len(asked):.3f}"
    )


def speed(reader: TrainedReader, rows: Sequence[QuestionRow]) -> None:
    """Passages read per second, against the encoder in float32 torch, in turns."""
    from sentence_transformers import SentenceTransformer

    texts = list(dict.fromkeys(row.context for row in rows))[:120]
    question = rows[0].question
    encoder = SentenceTransformer(str(default_model_folder()), device="cpu")
    encoder.encode(texts[:8])
    passages = [ModelPassage(text) for text in texts]
    reader.read(question, passages[:8])
    spent = {"reader": 0.0, "encoder": 0.0}
    for _ in range(3):
        started = time.perf_counter()
        encoder.encode(texts)
        spent["encoder"] += time.perf_counter() - started
        started = time.perf_counter()
        reader.read(question, passages)
        spent["reader"] += time.perf_counter() - started
    print(
        f"passages per second: reader {3 * len(texts) / spent['reader']:.0f}, "
        f"torch encoder {3 * len(texts) / spent['encoder']:.0f}, "
        f"ratio {spent['encoder'] / spent['reader']:.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sample", type=int, default=100_000, help="questions of each part")
    parser.add_argument("--weights", type=Path, default=READER_WEIGHTS)
    arguments = parser.parse_args()
    rows = load_rows(arguments.data, ANSWERS)
    mixed = load_rows(arguments.data, "squad_v2.0.dev_half")
    reader = load_reader(arguments.weights)
    some = thinned(rows, arguments.sample)
    matched, overlap = paragraph_given(reader, some)
    print(
        f"paragraph given, {len(some)} questions, exact match / F1  {matched:.1f} / {overlap:.1f}"
    )
    lost = lost_by_int8(arguments.weights, reader, thinned(rows, min(1000, arguments.sample)))
    print(f"F1 lost by int8                               {lost:.2f}")
    some = thinned(mixed, arguments.sample)
    print(f"SQuAD 2.0, {len(some)} questions, AUROC           {adversarial(reader, some):.3f}")
    speed(reader, rows)
    with tempfile.TemporaryDirectory() as scratch:
        open_setting(rows, arguments.sample, Path(scratch))


if __name__ == "__main__":
    main()
