"""Histograms of an evaluation: confidence, scores, and how long questions took."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from qa.evaluation.measuring.results import Evaluation
from qa.evaluation.report.plots import Panel, Tone, draw_histogram, find_round_step
from qa.evaluation.report.sections import Section, join_picture, make_table

_MOST_BINS = 20
# The least distance of two edges.
_FINEST_STEP = 1e-12
# If the longest time is more than so many times the shortest, nearly all questions would lie
# in the first of even bins.
_WIDE = 8
_ROUND = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)


def draw_confidences(evaluation: Evaluation) -> Section | None:
    """The confidence of right and of wrong answers."""
    judged = [result for result in evaluation.questions if result.answers is not None]
    if not judged:
        return None
    right = [result.confidence for result in judged if result.right]
    wrong = [result.confidence for result in judged if result.answers and not result.right]
    none = [result.confidence for result in judged if not result.answers]
    groups: list[tuple[str, list[float], Tone]] = [
        ("right answer", right, "right"),
        ("wrong answer", wrong, "wrong"),
        ("no answer in the documents", none, "none"),
    ]
    return _draw_distributions(
        "confidence",
        "Distribution of confidence",
        "confidence of the best candidate",
        "The less these overlap, the better a threshold tells right answers from wrong ones.",
        groups,
        _make_even_edges(0.0, 1.0),
    )


def draw_first_scores(evaluation: Evaluation) -> Section | None:
    """The scores of first documents that are relevant, and of those that are not."""
    firsts = [r.ranking[0] for r in evaluation.questions if r.relevant and r.ranking]
    if not firsts:
        return None
    relevant = [first.score for first in firsts if (first.grade or 0) > 0]
    other = [first.score for first in firsts if (first.grade or 0) <= 0]
    groups: list[tuple[str, list[float], Tone]] = [
        ("relevant", relevant, "right"),
        ("not relevant, or not judged", other, "wrong"),
    ]
    return _draw_distributions(
        "scores",
        "Distribution of scores",
        "score of the first document",
        "The less these overlap, the more a score says about a document's worth.",
        groups,
    )


def draw_latency(evaluation: Evaluation) -> Section | None:
    """How long questions took."""
    took = [result.latency_ms for result in evaluation.questions]
    if not took or evaluation.latency is None:
        return None
    overall = evaluation.latency
    words = (
        f"Half of the questions took no more than {overall.p50:.1f} ms, and 95 of 100 no more "
        f"than {overall.p95:.1f} ms: {overall.questions_per_second:.1f} questions a second."
    )
    low, high = min(took), max(took)
    edges = _make_even_edges(low, high) if high <= _WIDE * low else _make_round_edges(low, high)
    counts = _count_bins(took, edges)
    names = [f"{edge:g}" for edge in edges]
    title = "Time for a question"
    chart = draw_histogram(
        title, words, "milliseconds", names, [Panel("questions", counts, "right")]
    )
    rows = zip(pairwise(names), counts, strict=True)
    figures = make_table(
        ("milliseconds", "questions"),
        [(f"{low} to {high}", f"{count:,}") for (low, high), count in rows],
    )
    return Section("latency", title, join_picture(words, chart, figures))


def _draw_distributions(
    key: str,
    title: str,
    label: str,
    moral: str,
    groups: Sequence[tuple[str, list[float], Tone]],
    edges: Sequence[float] | None = None,
) -> Section:
    """A histogram of each group that has members; in even bins if no edges are given."""
    groups = [group for group in groups if group[1]]
    values = [value for _, members, _ in groups for value in members]
    edges = _make_even_edges(min(values), max(values)) if edges is None else edges
    names = [f"{edge:g}" for edge in edges]
    medians = ", ".join(f"{name} {median(members):.3f}" for name, members, _ in groups)
    words = f"Medians: {medians}. {moral}"
    panels = [Panel(name, _count_bins(members, edges), tone) for name, members, tone in groups]
    chart = draw_histogram(title, words, label, names, panels)
    figures = make_table(
        (label, *(panel.label for panel in panels)),
        [
            (f"{start} to {end}", *(f"{panel.counts[number]:,}" for panel in panels))
            for number, (start, end) in enumerate(pairwise(names))
        ],
    )
    return Section(key, title, join_picture(words, chart, figures))


def _count_bins(values: Sequence[float], edges: Sequence[float]) -> list[int]:
    """How many values lie in each bin: at or above its lower edge; the last holds its upper."""
    counts = [0] * (len(edges) - 1)
    for value in values:
        above = sum(edge <= value for edge in edges)
        counts[min(max(above - 1, 0), len(counts) - 1)] += 1
    return counts


def _make_even_edges(low: float, high: float) -> list[float]:
    """Round numbers at equal distances, from `low` or less to `high` or more."""
    spread = high - low or abs(high) or 1.0
    # Edges are rounded to twelve places: finer steps would be the same edge.
    step = find_round_step(max(spread / _MOST_BINS, _FINEST_STEP))
    start, end = math.floor(low / step), math.ceil(high / step)
    return [round(step * number, 12) for number in range(start, max(end, start + 1) + 1)]


def _make_round_edges(low: float, high: float) -> list[float]:
    """Round numbers at about equal ratios, from `low` or less to `high` or more; none below .1."""
    powers = range(-1, math.ceil(math.log10(max(high, 1.0))) + 1)
    edges = [round(step * 10.0**power, 9) for power in powers for step in _ROUND]
    start = max((number for number, edge in enumerate(edges) if edge <= low), default=0)
    end = next((number for number, edge in enumerate(edges) if edge >= high), len(edges) - 1)
    return edges[start : max(end, start + 1) + 1]
