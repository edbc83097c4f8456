"""Fit the reader's calibration: `python -m qa.training.calibrate --data FOLDER --out FILE`.

Questions of the development articles are asked of an index of all their
paragraphs (so retrieval errors count): a third as they are, a third without the
paragraph that holds the answer (the words are all there, the answer is not), a
third without their whole article (off the topic). One half of the articles is
fitted on, the other half reported on. Confidence is fitted to questions as people
ask them, most of which their documents answer (`SHARES`). The threshold is the lowest
of which the mean F1 over a third of each, where abstaining is right if there is no
answer, is within half a point of the highest.
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
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from index import Content, Hit, Index, Retriever
from qa.answering.calibration import Calibration, Evidence, logit
from qa.answering.ranking import Judged, judged
from qa.defaults import PASSAGES_READ
from qa.evaluation.measuring.confidence_measures import auroc, calibration_error, reliability
from qa.reader.compiled import load_reader
from qa.reader.installed import WEIGHTS
from qa.reader.reading import Reader, Reading, readings_of
from qa.regression import logistic_regression
from qa.squad import exact_match, f1
from qa.training.examples import Example, load

DEVELOPMENT = "squad_v1.1.dev_part"
_FEATURES = tuple(Evidence.__dataclass_fields__)
# Passages searched, of which those of the question's own article may be left out.
_DEPTH = 60


Missing = Literal["nothing", "paragraph", "article"]
MISSING: tuple[Missing, ...] = ("nothing", "paragraph", "article")
# How people's questions are taken to be: these are weights, a third of each is asked.
SHARES: Mapping[Missing, float] = {"nothing": 0.6, "paragraph": 0.2, "article": 0.2}

UNFITTED = Calibration("trained reader")


@dataclass(frozen=True, slots=True)
class Observation:
    """A question as it was read: its passages and readings, and what would be right.

    Attributes:
        missing: what was left out of the passages.
        answers: none where none of the passages holds one.
        right: the paragraph that the question was written for, by name.
    """

    article: str
    missing: Missing
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
    missing: Missing,
) -> Iterator[Observation]:
    """Ask questions of an index of paragraphs.

    Args:
        names: paragraph text → its name in the index.
        missing: what is left out of the passages found.
    """
    for example in examples:
        context = example.contexts[0]
        right = names[context.text]
        hits = retriever.search(example.question, PASSAGES_READ if missing == "nothing" else _DEPTH)
        if missing == "paragraph":
            hits = [hit for hit in hits if hit.document.path != right]
        elif missing == "article":
            hits = [hit for hit in hits if not hit.document.path.startswith(f"{example.title}/")]
        hits = hits[:PASSAGES_READ]
        readings = readings_of(example.question, hits, reader)
        answers = tuple(context.text[start:end] for start, end in context.answers)
        if missing != "nothing" and not any(a in h.passage.text for a in answers for h in hits):
            answers = ()
        yield Observation(example.title, missing, answers, right, tuple(hits), tuple(readings))


def best_answer(seen: Observation, calibration: Calibration) -> Judged | None:
    """The best answer to an observed question under a calibration."""
    found = judged(seen.hits, seen.readings, calibration)
    return found[0] if found else None


def fit(observations: Sequence[Observation], start: Calibration) -> Calibration:
    """All of a calibration's numbers, from observations with and without an answer."""
    answerable = [seen for seen in observations if seen.missing == "nothing"]

    def quality(calibration: Calibration) -> float:
        total = 0.0
        for seen in answerable:
            best = best_answer(seen, calibration)
            if best is not None:
                total += exact_match(best.text, seen.answers) + f1(best.text, seen.answers)
        return total

    options = [
        replace(start, scale=scale, retrieval=retrieval)
        for scale, retrieval in itertools.product(
            (0.35, 0.5, 0.75, 1.0), (0.0, 0.25, 0.5, 0.75, 1.0)
        )
    ]
    # The reader is at home in the development articles and the retriever everywhere: of the
    # options within half a point of the best, the one that trusts the retriever most.
    qualities = [quality(option) for option in options]
    enough = max(qualities) - 0.01 * len(answerable)
    calibration = max(
        (o for o, found in zip(options, qualities, strict=True) if found >= enough),
        key=lambda option: option.retrieval / option.scale,
    )
    # So with the order of the passages: the least that the reader need change in it.
    orders = [replace(calibration, rerank=weight) for weight in (0.25, 0.5, 0.75, 1, 1.5, 2, 3)]
    firsts = [right_first(answerable, option) for option in orders]
    calibration = next(
        option for option, first in zip(orders, firsts, strict=True) if first >= max(firsts) - 0.005
    )
    features, correct, shares = evidence_table(observations, calibration)
    intercept, weights = logistic_regression(features, correct, shares)
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
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64]]:
    """Features of the best answers, shape (n, features), whether each is an exact match, and
    how much each counts (1 on the average).
    """
    rows, correct, shares = [], [], []
    for seen in observations:
        best = best_answer(seen, calibration)
        if best is not None:
            rows.append([asdict(best.evidence)[name] for name in _FEATURES])
            correct.append(bool(seen.answers) and exact_match(best.text, seen.answers) == 1.0)
            shares.append(SHARES[seen.missing])
    return (
        np.asarray(rows, dtype=np.float64),
        np.asarray(correct, dtype=np.bool_),
        np.asarray(shares, dtype=np.float64) / np.mean(shares),
    )


def best_threshold(observations: Sequence[Observation], calibration: Calibration) -> float:
    """The lowest threshold with about the highest mean F1; abstaining is right without an answer.

    Within half a point of the best, the one that answers most.
    """
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

    thresholds = [number / 100 for number in range(5, 96)]
    qualities = [quality(threshold) for threshold in thresholds]
    enough = max(qualities) - 0.005 * len(scored)
    return next(t for t, found in zip(thresholds, qualities, strict=True) if found >= enough)


def figures(observations: Sequence[Observation], calibration: Calibration) -> dict[str, Any]:
    """What is reported of a calibration, in the open setting."""
    judged_best = [
        (seen, best)
        for seen in observations
        if (best := best_answer(seen, calibration)) is not None
    ]
    confidences = [best.confidence for _, best in judged_best]
    correct = [
        bool(seen.answers) and exact_match(best.text, seen.answers) == 1.0
        for seen, best in judged_best
    ]
    whole = [(seen, best) for seen, best in judged_best if seen.missing == "nothing"]
    complete = [seen for seen, _ in whole]
    found = {
        "questions": len(judged_best),
        "exact_match": 100 * _mean(exact_match(b.text, s.answers) for s, b in whole),
        "f1": 100 * _mean(f1(b.text, s.answers) for s, b in whole),
        "right_paragraph_read": _mean(
            any(hit.document.path == seen.right for hit in seen.hits) for seen in complete
        ),
        "right_paragraph_first": right_first(complete, calibration),
        "right_paragraph_first_before_reading": right_first(
            complete, replace(calibration, rerank=0.0)
        ),
        "calibration_error": calibration_error(confidences, correct),
    }
    for missing in MISSING:
        asked = [(s, b) for s, b in judged_best if s.missing == missing]
        if missing != "nothing":
            asked = [(s, b) for s, b in asked if not s.answers]
        if not asked:
            continue
        found[f"abstained_missing_{missing}"] = _mean(
            b.confidence < calibration.threshold for _, b in asked
        )
        if missing != "nothing" and whole:
            found[f"auroc_missing_{missing}"] = auroc(
                [b.confidence for _, b in [*whole, *asked]],
                [True] * len(whole) + [False] * len(asked),
            )
    table = [
        {
            "share": round(one.answers / len(confidences), 4),
            "confidence": round(one.confidence, 4),
            "accuracy": round(one.accuracy, 4),
        }
        for one in reliability(confidences, correct)
    ]
    return {name: round(value, 4) for name, value in found.items()} | {"reliability": table}


def _mean(values: Iterable[float]) -> float:
    return float(np.mean([float(value) for value in values]))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m qa.training.calibrate", description=__doc__)
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
        observations = [
            seen
            for number, missing in enumerate(MISSING)
            for seen in observe(retriever, reader, asked[number :: len(MISSING)], names, missing)
        ]
    titles = sorted({seen.article for seen in observations})
    fitted_on = set(titles[::2])
    calibration = fit([seen for seen in observations if seen.article in fitted_on], UNFITTED)
    reported = figures([s for s in observations if s.article not in fitted_on], calibration)
    document = {**asdict(calibration), "fitted_on": sorted(fitted_on), "held_out": reported}
    arguments.out.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", "utf-8")
    print(json.dumps(reported, indent=2))


if __name__ == "__main__":
    main()
