"""The pictures of an evaluation: each with what it says in words, and its figures.

Each function makes a section of the report; None if the question set has no labels for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qa.defaults import PASSAGES_READ
from qa.display import counted
from qa.evaluation.measuring.results import MAIN_MEASURES, Evaluation, RiskPoint, Stage
from qa.evaluation.report.sections import (
    Axis,
    Bar,
    Point,
    Section,
    Tone,
    clip,
    draw_bars,
    draw_curve,
    format_number,
    format_share,
    join_picture,
    make_share_axis,
    make_table,
)

_STAGES = {
    Stage.ABSENT: "No document holds the answer as it is labelled.",
    Stage.NOT_RETRIEVED: "A document holds it, but was not among those found.",
    Stage.NOT_READ: "It was found, but ranked too low to be looked at.",
    Stage.OTHER_SPAN: "It was read, but another span seemed the better answer.",
    Stage.ABSTAINED: "The right answer was found, but confidence in it was too low to give it.",
    Stage.FALSE_ANSWER: "The documents hold no answer, but one was given.",
}
_MOST_KINDS = 30


def draw_stages(evaluation: Evaluation) -> Section | None:
    """How many questions were lost at each stage, and how many went right."""
    judged = [result for result in evaluation.questions if result.labelled]
    if not judged:
        return None
    right = sum(result.stage is None for result in judged)
    if evaluation.answers:
        success, went = "right", "were answered right, or rightly not answered"
        meaning = "Answered right; or not answered, if the documents hold no answer."
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
    part = format_share(right, len(judged))
    words = f"Of {counted(len(judged), 'question')}, {right:,} ({part}) {went}."
    worst = max(counts, key=lambda stage: counts[stage])
    if counts[worst]:
        words += f" Of the others, the most were lost here: {worst} ({counts[worst]:,})."
    title = "Where questions were lost"
    chart = draw_bars(
        title,
        words,
        [
            Bar(n, count, f"{count:,} ({format_share(count, len(judged))})", t)
            for n, count, _, t in rows
        ],
    )
    figures = make_table(
        ("stage", "questions", "share", "what it means"),
        [(name, f"{n:,}", format_share(n, len(judged)), text) for name, n, text, _ in rows],
        text=(3,),
    )
    return Section("stages", title, join_picture(words, chart, figures))


def draw_recall(evaluation: Evaluation) -> Section | None:
    """Recall by depth."""
    points = evaluation.recall_by_depth
    if not points:
        return None
    first, last = points[0], points[-1]
    words = (
        f"Of the relevant documents, {format_share(first.recall, 1)} come first in the ranking "
        f"and {format_share(last.recall, 1)} are among the first {last.depth:,}. Where the curve "
        f"rises late, search ranks badly what it finds; where it stays low, search does not find "
        f"it at all."
    )
    title = "Recall by depth"
    depths = [n for n in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if n <= last.depth]
    chart = draw_curve(
        title,
        words,
        Axis("documents looked at", 1, max(last.depth, 2), depths, logarithmic=True),
        make_share_axis("relevant documents found"),
        [
            Point(p.depth, p.recall, f"first {p.depth}: {format_number(p.recall)}", 0.05)
            for p in points
        ],
    )
    figures = make_table(
        ("depth", "recall"), [(str(p.depth), format_number(p.recall)) for p in points]
    )
    return Section("recall", title, join_picture(words, chart, figures))


def draw_reliability(evaluation: Evaluation) -> Section | None:
    """How often answers of like confidence are right."""
    bins = evaluation.reliability
    if not bins:
        return None
    total = sum(each.answers for each in bins)
    sure = sum(each.confidence * each.answers for each in bins) / total
    right = sum(each.accuracy * each.answers for each in bins) / total
    level = "about right"
    if abs(sure - right) >= 0.02:
        level = "too high" if sure > right else "too low"
    words = (
        f"Confidence is {format_number(sure)} on average, and {format_number(right)} of the best "
        f"candidates are right: it is {level} as a whole. On the dashed line it would say at "
        f"every level how often an answer is right; below the line it promises too much, above it "
        f"too little. "
        f"The greater a dot, the more answers."
    )
    title = "Reliability of confidence"
    most = max(each.answers for each in bins)
    chart = draw_curve(
        title,
        words,
        make_share_axis("confidence"),
        make_share_axis("share of right answers"),
        [
            Point(
                each.confidence,
                each.accuracy,
                f"confidence {format_number(each.confidence)}: {format_number(each.accuracy)} of "
                f"{counted(each.answers, 'answer')} right",
                each.answers / most,
            )
            for each in bins
        ],
        diagonal=True,
    )
    figures = make_table(
        ("confidence", "answers", "mean confidence", "right"),
        [
            (
                f"{b.low:g} to {b.high:g}",
                f"{b.answers:,}",
                format_number(b.confidence),
                format_number(b.accuracy),
            )
            for b in bins
        ],
    )
    return Section("reliability", title, join_picture(words, chart, figures))


def draw_risk_coverage(evaluation: Evaluation) -> Section | None:
    """How many answers are wrong if only the surest are given."""
    points = evaluation.risk_coverage
    if not points:
        return None
    whole = points[-1]
    half = next(point for point in points if point.coverage >= min(0.5, whole.coverage))
    words = (
        f"If every question were answered, {format_share(whole.risk, 1)} of the answers would be "
        f"wrong; if only the surest {format_share(half.coverage, 1)} were, "
        f"{format_share(half.risk, 1)}. A question without an answer counts as answered wrongly."
    )
    marked = []
    threshold = evaluation.config.get("threshold")
    if isinstance(threshold, int | float):
        words += f" With the present threshold of {threshold:g}, "
        # Not from the curve, which is thinned out.
        asked = [result for result in evaluation.questions if result.answers is not None]
        given = [result for result in asked if not result.abstained]
        if given:
            wrong = sum(not result.right for result in given)
            words += (
                f"{format_share(len(given), len(asked))} are answered, "
                f"{format_share(wrong, len(given))} of them wrongly."
            )
            now = Point(len(given) / len(asked), wrong / len(given), "now", 0.3, named=True)
            marked = [now]
        else:
            words += "none is answered."
    title = "Risk and coverage"
    chart = draw_curve(
        title,
        words,
        make_share_axis("coverage: share of questions answered"),
        make_share_axis("risk: share of answers that are wrong"),
        [Point(point.coverage, point.risk, "") for point in points],
        marked=marked,
    )
    figures = make_table(
        ("questions answered", "wrong", "threshold"),
        [
            (
                format_share(point.coverage, 1),
                format_share(point.risk, 1),
                format_number(point.threshold),
            )
            for point in _choose_tenths(points)
        ],
    )
    return Section("risk", title, join_picture(words, chart, figures))


def draw_kinds(evaluation: Evaluation) -> Section | None:
    """How well each kind of question went."""
    measure = next((name for name in MAIN_MEASURES if name in evaluation.measures), None)
    measured = [kind for kind in evaluation.kinds if measure in kind.scores]
    if measure is None or len(measured) < 2:
        return None
    shown = measured[:_MOST_KINDS]
    best = max(shown, key=lambda kind: kind.scores[measure])
    worst = min(shown, key=lambda kind: kind.scores[measure])
    words = (
        f"By {measure}, “{clip(best.kind)}” went best ({format_number(best.scores[measure])} over "
        f"{counted(best.questions, 'question')}) and “{clip(worst.kind)}” worst "
        f"({format_number(worst.scores[measure])} over {worst.questions:,}). "
        f"Few questions of a kind say little about it."
    )
    if len(shown) < len(measured):
        words += f" The {len(shown)} most frequent of {len(measured):,} kinds are shown."
    title = "By kind of question"
    chart = draw_bars(
        title,
        words,
        [
            Bar(k.kind, k.scores[measure], f"{format_number(k.scores[measure])} ({k.questions:,})")
            for k in shown
        ],
        most=1.0,
    )
    names = list(dict.fromkeys(name for kind in shown for name in kind.scores))
    figures = make_table(
        ("kind", "questions", *names),
        [
            (
                clip(kind.kind),
                f"{kind.questions:,}",
                *(format_number(kind.scores[n]) if n in kind.scores else "–" for n in names),
            )
            for kind in shown
        ],
    )
    return Section("kinds", title, join_picture(words, chart, figures))


def _choose_tenths(points: Sequence[RiskPoint]) -> list[RiskPoint]:
    """The first point at or above each tenth of coverage."""
    chosen = []
    for tenth in range(1, 11):
        at = next((point for point in points if point.coverage >= tenth / 10 - 1e-9), None)
        if at is not None and at not in chosen:
            chosen.append(at)
    return chosen


PICTURES: Sequence[Callable[[Evaluation], Section | None]] = (
    draw_stages,
    draw_recall,
    draw_reliability,
    draw_risk_coverage,
    draw_kinds,
)
