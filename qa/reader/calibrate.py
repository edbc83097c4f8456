"""Fit the reader's calibration: `python -m qa.reader.calibrate --data FOLDER --out FILE`.

Questions of the development articles are asked of an index of all their
paragraphs (so retrieval errors count), and again without the paragraphs of their
own article (so there is no answer). One half of the articles is fitted on, the
other half reported on.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index import Content, Hit, Index, Retriever
from qa.assistant import PASSAGES_READ
from qa.calibration import Calibration, Evidence, logit
from qa.evaluation.measures import auroc, calibration_error, reliability
from qa.evaluation.squad import exact_match, f1
from qa.merging import Judged, judged
from qa.reader.compiled import load_reader
from qa.reader.examples import Example, load
from qa.reader.installed import WEIGHTS
from qa.reader.reading import Reader, Reading

DEVELOPMENT = "squad_v1.1.dev_part"
_FEATURES = tuple(Evidence.__dataclass_fields__)
# Passages searched, of which those of the question's own article may be left out.
_DEPTH = 60


UNFITTED = Calibration(
    reader="trained reader",
    scale=1.0,
    shift=0.0,
    retrieval=1.0,
    rerank=0.5,
    intercept=0.0,
    weights={"odds": 1.0},
    threshold=0.5,
)


@dataclass(frozen=True, slots=True)
class Observation:
    """A question as it was read: its passages and readings, and what would be right.

    Attributes:
        answers: none where the passages' article was left out.
        right: the paragraph that the question was written for, by name.
    """

    article: str
    answers: tuple[str, ...]
    right: str
    hits: tuple[Hit, ...]
    readings: tuple[Reading, ...]


def paragraphs(examples: Iterable[Example]) -> dict[str, str]:
    """Name (`title/number`) → text of every paragraph, in order of appearance."""
    texts: dict[str, dict[str, None]] = {}
    for example in examples:
        texts.setdefault(example.title, {})[example.contexts[0].text] = None
    return {
        f"{title}/{number}": text
        for title, found in texts.items()
        for number, text in enumerate(found)
    }


def observe(
    retriever: Retriever,
    reader: Reader,
    examples: Sequence[Example],
    names: Mapping[str, str],
    off_topic: bool,
) -> Iterator[Observation]:
    """Ask questions of an index of paragraphs; `off_topic` leaves out their own article.

    Args:
        names: paragraph text → its name in the index.
    """
    for example in examples:
        hits = retriever.search(example.question, _DEPTH if off_topic else PASSAGES_READ)
        if off_topic:
            own = f"{example.title}/"
            hits = [hit for hit in hits if not hit.document.path.startswith(own)]
        hits = hits[:PASSAGES_READ]
        readings = reader.read(example.question, [hit.passage.text for hit in hits])
        context = example.contexts[0]
        answers = () if off_topic else tuple(context.text[a:b] for a, b in context.answers)
        yield Observation(example.title, answers, names[context.text], tuple(hits), tuple(readings))


def best_answer(seen: Observation, calibration: Calibration) -> Judged | None:
    """The best answer to an observed question under a calibration."""
    found = judged(seen.hits, seen.readings, calibration)
    return found[0] if found else None


def fit(observations: Sequence[Observation], start: Calibration) -> Calibration:
    """All of a calibration's numbers, from observations with and without an answer."""
    answerable = [seen for seen in observations if seen.answers]

    def quality(calibration: Calibration) -> float:
        total = 0.0
        for seen in answerable:
            best = best_answer(seen, calibration)
            if best is not None:
                total += exact_match(best.text, seen.answers) + f1(best.text, seen.answers)
        return total

    options = [
        replace(start, scale=scale, retrieval=retrieval)
        for scale, retrieval in itertools.product((0.5, 0.75, 1.0), (0.0, 0.25, 0.5, 1.0, 1.5, 2.0))
    ]
    calibration = max(options, key=quality)
    calibration = max(
        (replace(calibration, rerank=weight) for weight in (0.0, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5)),
        key=lambda option: right_first(answerable, option),
    )
    features, correct = evidence_table(observations, calibration)
    intercept, weights = logistic_regression(features, correct)
    calibration = replace(
        calibration,
        intercept=round(intercept, 4),
        weights={name: round(float(w), 4) for name, w in zip(_FEATURES, weights, strict=True)},
    )
    return replace(calibration, threshold=best_threshold(observations, calibration))


def right_first(observations: Sequence[Observation], calibration: Calibration) -> float:
    """Share of questions whose right paragraph comes first in the reader's order."""
    first = 0
    for seen in observations:
        order = max(
            zip(seen.hits, seen.readings, strict=True),
            key=lambda pair: logit(pair[0].score) + calibration.rerank * pair[1].relevance,
            default=None,
        )
        first += order is not None and order[0].document.path == seen.right
    return first / len(observations)


def evidence_table(
    observations: Sequence[Observation], calibration: Calibration
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Features of the best answers, shape (n, features), and whether each is an exact match."""
    rows, correct = [], []
    for seen in observations:
        best = best_answer(seen, calibration)
        if best is not None:
            rows.append([asdict(best.evidence)[name] for name in _FEATURES])
            correct.append(bool(seen.answers) and exact_match(best.text, seen.answers) == 1.0)
    return np.asarray(rows, dtype=np.float64), np.asarray(correct, dtype=np.bool_)


def logistic_regression(
    features: NDArray[np.float64], correct: NDArray[np.bool_], penalty: float = 1.0
) -> tuple[float, NDArray[np.float64]]:
    """Intercept and weights by Newton's method with a small ridge penalty on the weights."""
    design = np.column_stack([np.ones(len(features)), features])
    ridge = penalty * np.diag([0.0] + [1.0] * features.shape[1])
    weights = np.zeros(design.shape[1])
    for _ in range(50):
        predicted = 1 / (1 + np.exp(-(design @ weights).clip(-30, 30)))
        gradient = design.T @ (correct - predicted) - ridge @ weights
        curvature = (design * (predicted * (1 - predicted))[:, None]).T @ design + ridge
        step = np.linalg.solve(curvature + 1e-9 * np.eye(len(weights)), gradient)
        weights = weights + step
        if np.abs(step).max() < 1e-8:
            break
    return float(weights[0]), weights[1:]


def best_threshold(observations: Sequence[Observation], calibration: Calibration) -> float:
    """The threshold with the highest mean F1, where abstaining is right if there is no answer."""
    scored = []
    for seen in observations:
        best = best_answer(seen, calibration)
        if best is not None:
            scored.append((best.confidence, f1(best.text, seen.answers), not seen.answers))

    def quality(threshold: float) -> float:
        return sum(
            gain if confidence >= threshold else float(unanswerable)
            for confidence, gain, unanswerable in scored
        )

    return max((number / 100 for number in range(5, 96)), key=quality)


def figures(observations: Sequence[Observation], calibration: Calibration) -> dict[str, Any]:
    """What is reported of a calibration, in the open setting."""
    matches, overlaps, held, confidences, answerable, correct = [], [], [], [], [], []
    abstained = []
    for seen in observations:
        best = best_answer(seen, calibration)
        if best is None:
            continue
        confidences.append(best.confidence)
        answerable.append(bool(seen.answers))
        correct.append(bool(seen.answers) and exact_match(best.text, seen.answers) == 1.0)
        abstained.append(best.confidence < calibration.threshold)
        if seen.answers:
            matches.append(exact_match(best.text, seen.answers))
            overlaps.append(f1(best.text, seen.answers))
            held.append(any(hit.document.path == seen.right for hit in seen.hits))
    with_answer = [seen for seen in observations if seen.answers]
    retriever_only = replace(calibration, rerank=0.0)
    table = reliability(confidences, correct)
    return {
        "questions": len(confidences),
        "exact_match": 100 * float(np.mean(matches)),
        "f1": 100 * float(np.mean(overlaps)),
        "right_paragraph_read": float(np.mean(held)),
        "right_paragraph_first": right_first(with_answer, calibration),
        "right_paragraph_first_before_reading": right_first(with_answer, retriever_only),
        "auroc_off_topic": auroc(confidences, answerable),
        "calibration_error": calibration_error(confidences, correct),
        "abstained_with_answer": float(np.mean(np.asarray(abstained)[np.asarray(answerable)])),
        "abstained_off_topic": float(np.mean(np.asarray(abstained)[~np.asarray(answerable)])),
        "reliability": [
            {"share": round(s, 4), "confidence": round(c, 4), "accuracy": round(a, 4)}
            for s, c, a in table
        ],
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m qa.reader.calibrate", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds qa/*.jsonl.gz")
    parser.add_argument("--out", type=Path, required=True, help="the file to write")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="folder of the reader")
    parser.add_argument(
        "--questions", type=int, default=3000, help="how many to ask (default 3000)"
    )
    arguments = parser.parse_args()
    examples = load(arguments.data / "qa" / f"{DEVELOPMENT}.jsonl.gz")
    asked = random.Random(1).sample(examples, min(arguments.questions, len(examples)))
    with (
        tempfile.TemporaryDirectory() as scratch,
        Index.open(Path(scratch, "paragraphs"), create=True) as index,
    ):
        texts = paragraphs(examples)
        names = {text: name for name, text in texts.items()}
        index.add_texts((name, Content(text)) for name, text in texts.items())
        reader = load_reader(arguments.weights)
        retriever = Retriever(index)
        half = len(asked) // 2
        observations = [
            *observe(retriever, reader, asked[:half], names, off_topic=False),
            *observe(retriever, reader, asked[half:], names, off_topic=True),
        ]
    titles = sorted({seen.article for seen in observations})
    fitted_on = set(titles[::2])
    calibration = fit([seen for seen in observations if seen.article in fitted_on], UNFITTED)
    reported = figures([s for s in observations if s.article not in fitted_on], calibration)
    document = {**asdict(calibration), "fitted_on": sorted(fitted_on), "held_out": reported}
    arguments.out.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    print(json.dumps(reported, indent=2))


if __name__ == "__main__":
    main()
