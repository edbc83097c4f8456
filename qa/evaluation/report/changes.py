"""The comparison in the report: how large each difference is, then whether chance explains it."""

from __future__ import annotations

from collections.abc import Sequence

from qa.display import counted
from qa.evaluation.measuring.abstention import LESS_IS_BETTER
from qa.evaluation.measuring.results import MAIN_MEASURES, Change, Comparison, Difference
from qa.evaluation.report.sections import (
    Interval,
    Markup,
    Section,
    clip,
    draw_intervals,
    element,
    format_number,
    join,
    make_table,
)

_UNFOLDED = 20
_MOST_CHANGES = 200


def tabulate_differences(compared: Comparison) -> Section | None:
    """Every measure's difference: effect first, significance after."""
    rows = compared.differences
    if not rows:
        return None
    telling = [row for name in MAIN_MEASURES for row in rows if row.measure == name]
    first = telling[0].measure if telling else rows[0].measure
    words = " ".join(_describe_difference(row) for row in rows if row.measure == first)
    several = len({(row.old_name, row.new_name) for row in rows}) > 1
    title = "Comparison"
    chart = draw_intervals(
        title,
        words,
        [
            Interval(
                f"{_name_measure(row)}, {row.new_name}" if several else _name_measure(row),
                row.difference,
                f"{row.difference:+.3f}{' *' if row.significant else ''}",
                "wrong" if _is_worse(row) else "right",
                row.low,
                row.high,
            )
            for row in rows
        ],
    )
    figures = make_table(
        (
            "measure",
            "from",
            "to",
            "difference",
            "95 % interval",
            "better / same / worse",
            "p, corrected",
        ),
        [
            (
                _name_measure(row),
                f"{row.old_name} {format_number(row.old)}",
                f"{row.new_name} {format_number(row.new)}",
                f"{row.difference:+.3f}",
                "–"
                if row.low is None or row.high is None
                else f"{row.low:+.3f} to {row.high:+.3f}",
                f"{row.wins:,} / {row.ties:,} / {row.losses:,}"
                if _counts_by_question(row)
                else "–",
                _format_p(row),
            )
            for row in rows
        ],
    )
    note = ""
    if any(row.significant for row in rows):
        note = "* is more than chance: paired randomisation test, Holm's correction, p ≤ .05."
    content = join(
        element("p", words), element("figure", chart, figures), element("p", note, class_="note")
    )
    return Section("comparison", title, content)


def list_changes(compared: Comparison) -> Section | None:
    """The questions on which the configurations differ, the greatest changes first."""
    rows = compared.changed
    if not rows:
        return None
    with_answers = any(row.old_answer or row.new_answer for row in rows[:_MOST_CHANGES])
    written = [_make_row(row, with_answers) for row in rows[:_MOST_CHANGES]]
    content = _tabulate_changes(written[:_UNFOLDED])
    if len(rows) > _UNFOLDED:
        more = f"{len(rows) - _UNFOLDED:,} more"
        if len(rows) > _MOST_CHANGES:
            more += f", of which the {_MOST_CHANGES - _UNFOLDED:,} greatest changes are listed"
        rest = _tabulate_changes(written[_UNFOLDED:])
        content = join(content, element("details", element("summary", more), rest))
    return Section("changed", "Questions that changed", content)


def _tabulate_changes(rows: Sequence[Sequence[Markup | str]]) -> Markup:
    return make_table(("question", "measure", "from", "to"), rows, text=(2, 3))


def _describe_difference(row: Difference) -> str:
    direction = "rises" if row.difference > 0 else "falls"
    if not row.difference:
        direction = "stays the same"
    text = f"From {row.old_name} to {row.new_name}, {row.measure} {direction}"
    if row.difference:
        text += f" by {abs(row.difference):.3f}"
    text += f" ({format_number(row.old)} to {format_number(row.new)}"
    if row.low is not None and row.high is not None:
        text += f"; 95 % interval of the difference {row.low:+.3f} to {row.high:+.3f}"
    text += ")"
    if _counts_by_question(row):
        text += f": {counted(row.wins, 'question')} better, {row.ties:,} the same, "
        text += f"{row.losses:,} worse"
    text += "."
    if row.p_corrected is not None:
        chance = "is more than chance" if row.significant else "may be chance"
        p = _format_p(row) if row.p_corrected < 0.001 else f"= {_format_p(row)}"
        text += f" That {chance} (p {p}, corrected for all differences here)."
    return text


def _name_measure(row: Difference) -> str:
    return f"{row.measure} (less is better)" if row.measure in LESS_IS_BETTER else row.measure


def _is_worse(row: Difference) -> bool:
    gain = -row.difference if row.measure in LESS_IS_BETTER else row.difference
    return gain < 0


def _counts_by_question(row: Difference) -> bool:
    """Whether each question has its own value of the measure."""
    return bool(row.wins or row.ties or row.losses)


def _format_p(row: Difference) -> str:
    if row.p_corrected is None:
        return "–"
    return "< 0.001" if row.p_corrected < 0.001 else f"{row.p_corrected:.3f}"


def _make_row(row: Change, with_answers: bool) -> Sequence[Markup | str]:
    direction = "better" if row.new > row.old else "worse" if row.new < row.old else "same"
    return (
        element("span", clip(row.question), dir="auto"),
        f"{row.measure}: {direction}",
        _describe_side(row.old_name, row.old, row.old_answer, with_answers),
        _describe_side(row.new_name, row.new, row.new_answer, with_answers),
    )


def _describe_side(name: str, score: float, answer: str, with_answers: bool) -> Markup:
    given = element("span", clip(answer), dir="auto") if answer else element("em", "nothing")
    return join(given if with_answers else "", element("small", f" {name} {format_number(score)}"))
