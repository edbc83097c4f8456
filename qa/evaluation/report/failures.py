"""The questions that were lost: what was wanted, what was given, and both in their passages."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from index import Span
from qa.display import counted
from qa.evaluation.measuring.results import Evaluation, QuestionResult, ShownPassage, Stage
from qa.evaluation.report.sections import (
    CLIPPED,
    Markup,
    Section,
    clip,
    element,
    format_number,
    join,
)

# Shown of each stage: a browser takes hundreds of passages, not hundreds of thousands.
MOST = 150
_TEXT = 1_200
_ANSWERS = 8
_RANKS = 5
_LEGEND = join(
    " In the passages, ",
    element("mark", "what was wanted", class_="wanted"),
    " is underlined, ",
    element("mark", "what was given", class_="given"),
    " is dashed, and ",
    element("mark", "what is both", class_="wanted given"),
    " is both.",
)


def make_slug(stage: Stage) -> str:
    """The stage as it goes into classes and ids."""
    return stage.name.lower().replace("_", "-")


def list_failures(evaluation: Evaluation) -> Section | None:
    """All failures, to be filtered by the stage at which they were lost; None without any.

    Of each stage at most `MOST` are listed, and the report says so.
    """
    lost = {stage: [r for r in evaluation.questions if r.stage is stage] for stage in Stage}
    lost = {stage: members for stage, members in lost.items() if members}
    if not lost:
        return None
    total = sum(map(len, lost.values()))
    shown = [(stage, result) for stage, members in lost.items() for result in members[:MOST]]
    legend = _LEGEND if any(result.passages for _, result in shown) else ""
    children = [
        element("p", "Unfold a question to see what was wanted and what was given.", legend)
    ]
    if len(shown) < total:
        children.append(
            element(
                "p",
                f"Of {total:,} failures {len(shown):,} are listed: the first {MOST} of each "
                f"stage. The file that --json writes holds all.",
                class_="note",
            )
        )
    choices = [_make_choice("all", f"all ({total:,})", checked=True)]
    choices += [_make_choice(make_slug(stage), f"{stage} ({len(lost[stage]):,})") for stage in lost]
    listed = element(
        "div", (_draw_failure(stage, result) for stage, result in shown), class_="list"
    )
    children.append(
        element("div", choices, listed, class_="filter", role="group", aria_label="Failures")
    )
    return Section("failures", "Failures", join(children))


def make_filter_rules() -> str:
    """The style rules by which a chosen stage hides the others."""
    return "\n".join(
        f"#show-{make_slug(stage)}:checked ~ .list > :not(.{make_slug(stage)}) {{ display: none }}"
        for stage in Stage
    )


def mark_passage(passage: ShownPassage) -> Markup:
    """The passage's text with what was wanted and what was given marked, overlaps as both.

    Long stretches are cut in their middle.
    """
    spans = {"wanted": passage.gold, "given": passage.predicted}
    edges = {0, len(passage.text)}
    edges |= {
        edge for marked in spans.values() for span in marked for edge in (span.start, span.end)
    }
    parts = []
    for start, end in pairwise(sorted(edge for edge in edges if 0 <= edge <= len(passage.text))):
        part = Span(start, end)
        kinds = [kind for kind, marked in spans.items() if any(span.holds(part) for span in marked)]
        text = _shorten(passage.text[start:end])
        parts.append(element("mark", text, class_=" ".join(kinds)) if kinds else join(text))
    return join(parts)


def _make_choice(key: str, label: str, *, checked: bool = False) -> Markup:
    name = f"show-{key}"
    return join(
        element("input", type="radio", name="stage", id=name, checked="" if checked else None),
        element("label", label, for_=name),
    )


def _draw_failure(stage: Stage, result: QuestionResult) -> Markup:
    summary = element(
        "summary",
        element("span", clip(result.question), class_="question", dir="auto"),
        " ",
        element("span", str(stage), class_="stage"),
    )
    facts = (
        join(element("dt", name), element("dd", value, dir="auto"))
        for name, value in _list_facts(result)
    )
    return element(
        "details",
        summary,
        element("dl", facts),
        map(_draw_passage, result.passages),
        class_=f"failure {make_slug(stage)}",
    )


def _list_facts(result: QuestionResult) -> Iterator[tuple[str, str | Markup]]:
    yield "id", clip(result.id)
    yield "kind", clip(result.kind)
    if len(result.question) > CLIPPED:
        yield "whole question", _shorten(result.question)
    for earlier in result.history:
        yield "asked before", clip(earlier)
    if result.answers is not None:
        yield "wanted", _describe_wanted(result)
        yield "given", _describe_given(result)
        f1 = result.scores.get("f1")
        if f1 is not None:
            yield "f1", format_number(f1)
    if result.relevant:
        yield "relevant documents", _list_relevant(result)
    if result.ranking and not result.passages:
        yield "ranked first", _list_ranked(result)


def _describe_wanted(result: QuestionResult) -> str | Markup:
    answers = result.answers or ()
    if not answers:
        return element("em", "no answer: the documents hold none")
    between = " · and · " if result.match == "all" else " · or · "
    more = f" … and {len(answers) - _ANSWERS:,} more" if len(answers) > _ANSWERS else ""
    return between.join(map(clip, answers[:_ANSWERS])) + more


def _describe_given(result: QuestionResult) -> str | Markup:
    sure = f"confidence {format_number(result.confidence)}"
    if result.prediction:
        return join(clip(result.prediction), element("small", f" {sure}"))
    if not result.best:
        return element("em", "nothing")
    return join(
        element("em", "nothing; held back: "), clip(result.best), element("small", f" {sure}")
    )


def _list_relevant(result: QuestionResult) -> Markup:
    ranks = {ranked.document: rank for rank, ranked in enumerate(result.ranking, 1)}
    wanted = [document for document, grade in (result.relevant or {}).items() if grade > 0]
    wanted.sort(key=lambda document: ranks.get(document, len(ranks) + 1))
    return element(
        "ul",
        (
            element(
                "li",
                clip(document),
                element(
                    "small", f" rank {ranks[document]:,}" if document in ranks else " not found"
                ),
            )
            for document in wanted[:_RANKS]
        ),
        element("li", f"… and {len(wanted) - _RANKS:,} more") if len(wanted) > _RANKS else "",
    )


def _list_ranked(result: QuestionResult) -> Markup:
    return element(
        "ol",
        (
            element(
                "li", clip(ranked.document), element("small", f" {format_number(ranked.score)}")
            )
            for ranked in result.ranking[:_RANKS]
        ),
    )


def _draw_passage(passage: ShownPassage) -> Markup:
    roles = []
    if passage.predicted:
        roles.append("the answer was given from here")
    if passage.gold:
        roles.append("a wanted answer stands here")
    return element(
        "figure",
        element(
            "figcaption",
            element("code", clip(passage.document)),
            f", from character {passage.start:,}" + (": " if roles else ""),
            ", ".join(roles),
        ),
        element("blockquote", mark_passage(passage), dir="auto"),
        class_="passage",
    )


def _shorten(text: str) -> str:
    if len(text) <= _TEXT:
        return text
    left_out = counted(len(text) - _TEXT, "character")
    return f"{text[: _TEXT // 2]} […{left_out} left out…] {text[-_TEXT // 2 :]}"
