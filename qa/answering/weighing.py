"""How every passage fared that was found for a question: what an explanation is made of."""

from __future__ import annotations

from collections.abc import Sequence

from index import Hit, Span
from qa.answering.answers import Weighed
from qa.answering.spans import tidied
from qa.calibration import Calibration, logit
from qa.reader.reading import Reading


def weighed(
    found: Sequence[Hit], readings: Sequence[Reading], calibration: Calibration
) -> tuple[Weighed, ...]:
    """All passages found, as the retriever has them in order.

    Args:
        readings: of the first of them, which were read.
    """
    best_hit = max((logit(hit.score) for hit in found[: len(readings)]), default=0.0)
    read = [
        _read(hit, reading, best_hit, calibration)
        for hit, reading in zip(found, readings, strict=False)
    ]
    return (*read, *(Weighed(hit) for hit in found[len(readings) :]))


def _read(hit: Hit, reading: Reading, best_hit: float, calibration: Calibration) -> Weighed:
    if not reading.spans:
        return Weighed(hit, reading.relevance)
    best = reading.spans[0]
    span = tidied(hit.passage.text, best.span)
    at = hit.passage.span.start
    return Weighed(
        hit,
        reading.relevance,
        Span(at + span.start, at + span.end),
        calibration.log_odds(best.score, best_hit - logit(hit.score)),
    )
