"""An evaluation, and its comparison with others, as one HTML file to read, print and pass on.

It loads nothing and runs nothing: no script, no picture or font from elsewhere. Questions,
paths and passages come from anywhere, so whatever is not our own markup is escaped, and the
page's policy forbids what might slip through.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256
from importlib.resources import files

from index import describe_size
from qa.display import counted
from qa.evaluation.measuring.results import (
    MAIN_MEASURES,
    Change,
    Comparison,
    Difference,
    Estimate,
    Evaluation,
)
from qa.evaluation.measuring.summary import LESS_IS_BETTER
from qa.evaluation.report.charts import PICTURES
from qa.evaluation.report.failures import list_failures, make_filter_rules
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

_RETRIEVAL = {
    "nDCG": "how near {first} come to the ideal order, where the best stand first",
    "RR": "1 divided by the rank of the first relevant document (1, 1/2, 1/3, …){zero}",
    "R": "share of the relevant documents that are among {first}",
    "AP": "share of relevant documents down to each of them, averaged: the whole order in a figure",
    "P": "share of {first} that are relevant",
    "Success": "share of questions with a relevant document among {first}",
    "Rprec": "share of relevant ones among the first so many as there are relevant documents",
    "Bpref": "how seldom documents judged not relevant come before relevant ones",
    "Judged": "share of {first} that anybody has judged",
    "ERR": "how soon a reader who stops at what satisfies finds it among {first}",
    "SetP": "share of {first} that are relevant",
    "SetR": "share of the relevant documents that are among {first}",
    "SetF": "SetP and SetR in a figure: their harmonic mean",
}
_FIRST_ALONE = {
    "R": "share of the relevant documents that come first: at most one for each question",
    **dict.fromkeys(("P", "RR", "Success"), "share of questions whose first document is relevant"),
    "nDCG": "how near the first document comes to the best that could stand there",
}
_ANSWERS = {
    "exact_match": "share answered in the words of a right answer (by silence, if there is none)",
    "f1": "words shared with the right answer: 1 for all of them and no others, 0 for none",
    "best_exact_match": "exact_match of the answerable questions, had none been held back",
    "best_f1": "f1 of the answerable questions, had none been held back",
    "evidence_f1": "words that what is highlighted shares with the labelled evidence",
    "answered": "share of questions that were answered at all",
}
_ABSTENTION = {
    "auroc": "how often confidence tells answerable from unanswerable; .5 is chance",
    "ece": "how far confidence is from the share that is right; less is better",
    "aurc": "share of wrong answers among the surest 1, 2, 3, …, averaged; less is better",
}
_COVERAGE = re.compile(r"accuracy@(\d+)%")
_NAME = re.compile(r"(\w+)(?:\(.*\))?(?:@(\d+))?")
_UNFOLDED = 20
_MOST_CHANGES = 200


def explain(measure: str) -> str:
    """One line that says what a measure measures."""
    if text := {**_ANSWERS, **_ABSTENTION}.get(measure):
        return text
    if coverage := _COVERAGE.fullmatch(measure):
        return f"share of right answers among the surest {coverage[1]} % of the questions"
    import ir_measures

    # By its first name: MAP is AP.
    parsed = str(ir_measures.parse_measure(measure))
    named = _NAME.fullmatch(parsed)
    # A relative one is divided by the most that can be reached.
    if named is None or named[1] not in _RETRIEVAL or "relative=True" in parsed:
        return "a measure of ir-measures, as documented there"
    depth = named[2]
    if depth == "1" and named[1] in _FIRST_ALONE:
        return _FIRST_ALONE[named[1]]
    first = "the first document" if depth == "1" else f"the first {depth} documents"
    return _RETRIEVAL[named[1]].format(
        first=first if depth else "all documents found",
        zero=f"; 0 where there is none among {first}" if depth else "",
    )


def make_report(evaluation: Evaluation, compared: Comparison | None = None) -> str:
    """The report of an evaluation, and of its comparison with others if given, as HTML.

    The same evaluation gives the same page.
    """
    style = files("qa.evaluation.report").joinpath("report.css").read_text(encoding="utf-8")
    style += make_filter_rules()
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    title = f"{evaluation.question_set}: {evaluation.name}"
    sections = [part for part in _make_sections(evaluation, compared) if part is not None]
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", title),
        element("style", Markup(style)),
    )
    body = element(
        "main",
        element("h1", evaluation.question_set),
        element(
            "p",
            f"{counted(len(evaluation.questions), 'question')} asked with the configuration "
            f"“{evaluation.name}”.",
        ),
        element("nav", (join(part.link, " ") for part in sections), aria_label="Contents"),
        (part.markup for part in sections),
    )
    return f"<!doctype html>\n{element('html', head, element('body', body), lang='en')}\n"


def _make_sections(evaluation: Evaluation, compared: Comparison | None) -> Iterator[Section | None]:
    yield _tabulate_measures(evaluation, compared)
    for picture in PICTURES:
        yield picture(evaluation)
    if compared is not None:
        yield tabulate_differences(compared)
        yield list_changes(compared)
    yield list_failures(evaluation)
    yield _tabulate_conditions(evaluation)


def _tabulate_measures(evaluation: Evaluation, compared: Comparison | None) -> Section:
    words = (
        "Greater is better unless it says otherwise; for most measures, 1 is the best value. If "
        "other questions of the same sort were asked, the value would likely lie within the "
        "interval. If all questions have the same value, no interval can be given."
    )
    rows = [
        (
            name,
            element("strong", f"{estimate.value:.4f}"),
            _format_interval(estimate),
            f"{estimate.questions:,}",
            explain(name),
        )
        for name, estimate in evaluation.measures.items()
    ]
    heads = ("measure", "value", "95 % interval", "questions", "what it says")
    notes = dict.fromkeys((*evaluation.notes, *(compared.notes if compared else ())))
    listed = element("ul", (element("li", note) for note in notes), class_="note")
    content = join(element("p", words), make_table(heads, rows, text=(4,)), listed if notes else "")
    return Section("measures", "Measures", content)


def _format_interval(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return "–"
    return f"{estimate.low:.3f} to {estimate.high:.3f}"


def _tabulate_conditions(evaluation: Evaluation) -> Section:
    """The conditions of the measurement: the configuration, and the index that was asked."""
    rows = [
        (name.replace("_", " "), f"{value}")
        for name, value in evaluation.config.items()
        if value is not None
    ]
    if (latency := evaluation.latency) is not None:
        rows.append(("half of the questions", f"within {latency.p50:.1f} ms"))
        rows.append(("95 % of the questions", f"within {latency.p95:.1f} ms"))
        rows.append(("questions a second", f"{latency.questions_per_second:.1f}"))
    cost = evaluation.index_cost
    if cost is not None:
        size = f"{counted(cost.documents, 'document')}, {counted(cost.passages, 'passage')}"
        rows.append(("index", f"{size}, {describe_size(cost.bytes)}"))
        if cost.seconds is not None:
            rows.append(("indexed in", f"{cost.seconds:.1f} s"))
    return Section("how", "How it was measured", make_table(("setting", "value"), rows, text=(1,)))


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
