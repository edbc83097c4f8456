"""The pictures of an evaluation: each with what it says in words, and its figures.

Each function gives a section of the report, or None where the question set has no labels for it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from statistics import median

from qa.defaults import PASSAGES_READ
from qa.display import counted
from qa.evaluation.measuring.results import TELLING, Evaluation, RiskPoint, Stage
from qa.evaluation.report.plots import (
    Axis,
    Bar,
    Panel,
    Point,
    Tone,
    bars,
    curve,
    histogram,
    round_step,
    shares,
)
from qa.evaluation.report.sections import Section, clipped, number, pictured, share, table

_STAGES = {
    Stage.ABSENT: "No document holds the answer as it is labelled.",
    Stage.NOT_RETRIEVED: "A document holds it, but was not among those found.",
    Stage.NOT_READ: "It was found, but ranked too low to be looked at.",
    Stage.OTHER_SPAN: "It was read, but another span seemed the better answer.",
    Stage.ABSTAINED: "The right answer was found, but confidence in it was too low to give it.",
    Stage.FALSE_ANSWER: "The documents hold no answer, but one was given.",
}
_MOST_KINDS = 30
_MOST_BINS = 20
# From here on, even bins would hold nearly everything in the first of them.
_WIDE = 8
_ROUND = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)


def where_lost(evaluation: Evaluation) -> Section | None:
    """How many questions were lost at each stage, and how many went right."""
    judged = [result for result in evaluation.questions if result.labelled]
    if not judged:
        return None
    right = sum(result.stage is None for result in judged)
    if evaluation.answers:
        success, went = "right", "were answered right, or rightly not answered"
        meaning = "Answered right; or not answered, where the documents hold no answer."
    else:
        success = "relevant document near the top"
        went = f"have a relevant document near the top, among the first {PASSAGES_READ}"
        meaning = "A relevant document is among those that are looked at."
    counts = {stage: sum(result.stage is stage for result in judged) for stage in Stage}
    rows: list[tuple[str, int, str, Tone]] = [
        *((str(stage), count, _STAGES[stage], "wrong") for stage, count in counts.items()),
        (success, right, meaning, "right"),
    ]
    if not evaluation.answers:
        rows = [row for row in rows if row[1] or row[3] == "right"]
    words = (
        f"Of {counted(len(judged), 'question')}, {right:,} ({share(right, len(judged))}) {went}."
    )
    worst = max(counts, key=lambda stage: counts[stage])
    if counts[worst]:
        words += f" Most of the others were lost here: {worst} ({counts[worst]:,})."
    title = "Where questions were lost"
    chart = bars(
        title,
        words,
        [Bar(n, count, f"{count:,} ({share(count, len(judged))})", t) for n, count, _, t in rows],
    )
    figures = table(
        ("stage", "questions", "share", "what it means"),
        [(name, f"{n:,}", share(n, len(judged)), text) for name, n, text, _ in rows],
        text=(3,),
    )
    return Section("stages", title, pictured(words, chart, figures))


def recall(evaluation: Evaluation) -> Section | None:
    """Recall by depth."""
    points = evaluation.recall_by_depth
    if not points:
        return None
    first, last = points[0], points[-1]
    words = (
        f"Of the relevant documents, {share(first.recall, 1)} come first in the ranking and "
        f"{share(last.recall, 1)} are among the first {last.depth:,}. Where the curve rises late, "
        f"search ranks badly what it finds; where it stays low, search does not find it at all."
    )
    title = "Recall by depth"
    depths = [n for n in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if n <= last.depth]
    chart = curve(
        title,
        words,
        Axis("documents looked at", 1, max(last.depth, 2), depths, logarithmic=True),
        shares("relevant documents found"),
        [Point(p.depth, p.recall, f"first {p.depth}: {number(p.recall)}", 0.05) for p in points],
    )
    figures = table(("depth", "recall"), [(str(p.depth), number(p.recall)) for p in points])
    return Section("recall", title, pictured(words, chart, figures))


def reliability(evaluation: Evaluation) -> Section | None:
    """How often answers of like confidence are right."""
    bins = evaluation.reliability
    if not bins:
        return None
    total = sum(one.answers for one in bins)
    sure = sum(one.confidence * one.answers for one in bins) / total
    right = sum(one.accuracy * one.answers for one in bins) / total
    verdict = "about right"
    if abs(sure - right) >= 0.02:
        verdict = "too high" if sure > right else "too low"
    words = (
        f"Confidence is {number(sure)} on average, and {number(right)} of the best candidates are "
        f"right: it is {verdict} as a whole. On the dashed line it would say at every level how "
        f"often an answer is right; below the line it promises too much, above it too little. "
        f"The greater a dot, the more answers."
    )
    title = "Reliability of confidence"
    most = max(one.answers for one in bins)
    chart = curve(
        title,
        words,
        shares("confidence"),
        shares("share of right answers"),
        [
            Point(
                one.confidence,
                one.accuracy,
                f"confidence {number(one.confidence)}: {number(one.accuracy)} of "
                f"{counted(one.answers, 'answer')} right",
                one.answers / most,
            )
            for one in bins
        ],
        diagonal=True,
    )
    figures = table(
        ("confidence", "answers", "mean confidence", "right"),
        [
            (f"{b.low:g} to {b.high:g}", f"{b.answers:,}", number(b.confidence), number(b.accuracy))
            for b in bins
        ],
    )
    return Section("reliability", title, pictured(words, chart, figures))


def risk_coverage(evaluation: Evaluation) -> Section | None:
    """How many answers are wrong if only the surest are given."""
    points = evaluation.risk_coverage
    if not points:
        return None
    whole = points[-1]
    half = next(point for point in points if point.coverage >= min(0.5, whole.coverage))
    words = (
        f"Were every question answered, {share(whole.risk, 1)} of the answers would be wrong; "
        f"were only the surest {share(half.coverage, 1)} answered, {share(half.risk, 1)}. "
        f"A question without an answer counts as answered wrongly."
    )
    marked = []
    now = _at_threshold(evaluation)
    if now is not None:
        marked = [Point(now.coverage, now.risk, "now", 0.3, named=True)]
        words += (
            f" With the present threshold of {evaluation.config['threshold']:g}, "
            f"{share(now.coverage, 1)} are answered, {share(now.risk, 1)} of them wrongly."
        )
    title = "Risk and coverage"
    chart = curve(
        title,
        words,
        shares("coverage: share of questions answered"),
        shares("risk: share of answers that are wrong"),
        [Point(point.coverage, point.risk, "") for point in points],
        marked=marked,
    )
    figures = table(
        ("questions answered", "wrong", "threshold"),
        [
            (share(point.coverage, 1), share(point.risk, 1), number(point.threshold))
            for point in _tenths(points)
        ],
    )
    return Section("risk", title, pictured(words, chart, figures))


def confidences(evaluation: Evaluation) -> Section | None:
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
    return _distributions(
        "confidence",
        "Distribution of confidence",
        "confidence of the best candidate",
        "The less these overlap, the better a threshold tells right answers from wrong ones.",
        groups,
        _even_edges(0.0, 1.0),
    )


def first_scores(evaluation: Evaluation) -> Section | None:
    """The scores of first documents that are relevant, and of those that are not."""
    firsts = [r.ranking[0] for r in evaluation.questions if r.relevant and r.ranking]
    if not firsts:
        return None
    relevant = [one.score for one in firsts if (one.grade or 0) > 0]
    other = [one.score for one in firsts if (one.grade or 0) <= 0]
    groups: list[tuple[str, list[float], Tone]] = [
        ("relevant", relevant, "right"),
        ("not relevant, or not judged", other, "wrong"),
    ]
    return _distributions(
        "scores",
        "Distribution of scores",
        "score of the first document",
        "The less these overlap, the more a score says about a document's worth.",
        groups,
    )


def latency(evaluation: Evaluation) -> Section | None:
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
    edges = _even_edges(low, high) if high <= _WIDE * low else _round_edges(low, high)
    counts = _binned(took, edges)
    names = [f"{edge:g}" for edge in edges]
    title = "Time for a question"
    chart = histogram(title, words, "milliseconds", names, [Panel("questions", counts, "right")])
    rows = zip(pairwise(names), counts, strict=True)
    figures = table(
        ("milliseconds", "questions"),
        [(f"{low} to {high}", f"{count:,}") for (low, high), count in rows],
    )
    return Section("latency", title, pictured(words, chart, figures))


def kinds(evaluation: Evaluation) -> Section | None:
    """How well each kind of question went."""
    measure = next((name for name in TELLING if name in evaluation.measures), None)
    if measure is None or len(evaluation.kinds) < 2:
        return None
    shown = [kind for kind in evaluation.kinds if measure in kind.scores][:_MOST_KINDS]
    if not shown:
        return None
    best = max(shown, key=lambda kind: kind.scores[measure])
    worst = min(shown, key=lambda kind: kind.scores[measure])
    words = (
        f"By {measure}, “{clipped(best.kind)}” went best ({number(best.scores[measure])} over "
        f"{counted(best.questions, 'question')}) and “{clipped(worst.kind)}” worst "
        f"({number(worst.scores[measure])} over {worst.questions:,}). "
        f"Few questions of a kind say little about it."
    )
    if len(shown) < len(evaluation.kinds):
        words += f" The {len(shown)} most frequent of {len(evaluation.kinds):,} kinds are shown."
    title = "By kind of question"
    chart = bars(
        title,
        words,
        [
            Bar(k.kind, k.scores[measure], f"{number(k.scores[measure])} ({k.questions:,})")
            for k in shown
        ],
        most=1.0,
    )
    names = list(dict.fromkeys(name for kind in shown for name in kind.scores))
    figures = table(
        ("kind", "questions", *names),
        [
            (
                clipped(kind.kind),
                f"{kind.questions:,}",
                *(number(kind.scores[n]) if n in kind.scores else "–" for n in names),
            )
            for kind in shown
        ],
    )
    return Section("kinds", title, pictured(words, chart, figures))


PICTURES: Sequence[Callable[[Evaluation], Section | None]] = (
    where_lost,
    recall,
    reliability,
    risk_coverage,
    confidences,
    first_scores,
    latency,
    kinds,
)


def _at_threshold(evaluation: Evaluation) -> RiskPoint | None:
    """The point of the curve at which the threshold in use stands."""
    threshold = evaluation.config.get("threshold")
    if not isinstance(threshold, int | float):
        return None
    given = [point for point in evaluation.risk_coverage if point.threshold >= threshold]
    return given[-1] if given else None


def _tenths(points: Sequence[RiskPoint]) -> list[RiskPoint]:
    """The first point at or above each tenth of coverage."""
    found = []
    for tenth in range(1, 11):
        at = next((point for point in points if point.coverage >= tenth / 10 - 1e-9), None)
        if at is not None and at not in found:
            found.append(at)
    return found


def _distributions(
    key: str,
    title: str,
    label: str,
    moral: str,
    groups: Sequence[tuple[str, list[float], Tone]],
    edges: Sequence[float] | None = None,
) -> Section:
    """A histogram of each group that has members, in bins of these edges, or of such as fit."""
    groups = [group for group in groups if group[1]]
    values = [value for _, members, _ in groups for value in members]
    edges = _even_edges(min(values), max(values)) if edges is None else edges
    names = [f"{edge:g}" for edge in edges]
    medians = ", ".join(f"{name} {median(members):.3f}" for name, members, _ in groups)
    words = f"Medians: {medians}. {moral}"
    panels = [Panel(name, _binned(members, edges), tone) for name, members, tone in groups]
    chart = histogram(title, words, label, names, panels)
    figures = table(
        (label, *(panel.label for panel in panels)),
        [
            (f"{start} to {end}", *(f"{panel.counts[place]:,}" for panel in panels))
            for place, (start, end) in enumerate(pairwise(names))
        ],
    )
    return Section(key, title, pictured(words, chart, figures))


# The least distance of two edges.
_FINEST_STEP = 1e-12


def _binned(values: Sequence[float], edges: Sequence[float]) -> list[int]:
    """How many values lie in each bin: at or above its lower edge; the last holds its upper."""
    counts = [0] * (len(edges) - 1)
    for value in values:
        above = sum(edge <= value for edge in edges)
        counts[min(max(above - 1, 0), len(counts) - 1)] += 1
    return counts


def _even_edges(low: float, high: float) -> list[float]:
    """Round numbers at equal distances that enclose two of them: the edges of few enough bins."""
    spread = high - low or abs(high) or 1.0
    # Edges are rounded to twelve places: finer steps would be the same edge.
    step = round_step(max(spread / _MOST_BINS, _FINEST_STEP))
    start, end = math.floor(low / step), math.ceil(high / step)
    return [round(step * place, 12) for place in range(start, max(end, start + 1) + 1)]


def _round_edges(low: float, high: float) -> list[float]:
    """Round numbers at about equal ratios that enclose two of them, none less than .1."""
    powers = range(-1, math.ceil(math.log10(max(high, 1.0))) + 1)
    edges = [round(step * 10.0**power, 9) for power in powers for step in _ROUND]
    start = max((place for place, edge in enumerate(edges) if edge <= low), default=0)
    end = next((place for place, edge in enumerate(edges) if edge >= high), len(edges) - 1)
    return edges[start : max(end, start + 1) + 1]
