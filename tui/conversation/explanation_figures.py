"""The figures behind an answer: what its confidence is made of, its timings, scores of passages."""

from __future__ import annotations

from collections.abc import Mapping

from textual.content import Content

from qa import Answer, ConsideredPassage, Reply
from tui.common.presentation.wording import shorten
from tui.source.rendering.passage_words import PassageWords

_BLOCKS = " ▏▎▍▌▋▊▉█"
_FACTORS = {
    "intercept": "to begin with",
    "odds": "all passages together",
    "margin": "where it stands, alone",
    "lead": "ahead of other documents",
    "relevance": "the passage, as read",
    "ahead": "ahead of other passages",
    "length": "words of the question",
    "sentence": "its best sentence",
    "standing": "its best words",
    "explains": "asked how or why",
    "defines": "asked what it is",
    "decides": "asked yes or no",
    "selected": "rows that meet the condition",
    "unmentioned": "a name no passage mentions",
    "order": "another answer is better",
}
_NAME_WIDTH = 26
_TIMES = {
    "load": "loading the model",
    "retrieve": "searching",
    "rerank": "ranking",
    "read": "reading",
    "total": "all together",
}
_QUOTED = 60


def draw_factors(answer: Answer | None) -> Content:
    """The factors of a confidence: a signed number and a bar for each."""
    if answer is None or not answer.factors:
        return Content("")
    factors = answer.factors
    most = max(abs(value) for value in factors.values()) or 1.0
    lines = [Content.styled("What speaks for it (log odds)", "$text-primary")]
    for name, value in factors.items():
        style = "$success" if value > 0 else "$text-warning"
        label = f"{_FACTORS.get(name, name):{_NAME_WIDTH}}{value:+6.2f} "
        lines.append(Content.assemble(label, (draw_bar(abs(value) / most, 10), style)))
    total = sum(factors.values())
    lines.append(
        Content.styled(
            f"{'together':{_NAME_WIDTH}}{total:+6.2f}  = {answer.confidence:.0%}", "bold"
        )
    )
    return Content("\n").join(lines)


def draw_timings(timings: Mapping[str, float]) -> Content:
    """The time of each step, in milliseconds: a number and a bar."""
    total = timings.get("total") or 1.0
    lines = [Content.styled("Time", "$text-primary")]
    for name, label in _TIMES.items():
        if name in timings:
            row = f"{label:18}{timings[name]:7,.0f} ms "
            lines.append(
                Content.assemble(row, (draw_bar(timings[name] / total, 8), "$text-primary"))
            )
    return Content("\n").join(lines)


def describe_scores(reply: Reply, answer: Answer | None, passage: ConsideredPassage) -> str:
    """What the search, and the reader, made of a passage, in figures."""
    scores, first = passage.hit.scores, reply.considered[0].hit.scores
    if passage.relevance is None:
        parts = [
            f"{label} {scores[name]:.2f} (the first: {first[name]:.2f})"
            if name in scores and name in first
            else f"{label} not at all"
            for name, label in (("bm25", "its words match"), ("dense", "in meaning it is near"))
            if name in first
        ]
        return f"{'; '.join(parts).capitalize()}." if parts else ""
    if passage.span is None or passage.log_odds is None:
        return f"The reader’s score is {passage.relevance:+.1f}: above 0 there is an answer."
    words = PassageWords.of(passage.hit).quote(passage.span)
    text = f"Its best is “{shorten(words, _QUOTED)}” ({passage.log_odds:+.1f} in log odds"
    best = next((w.log_odds for w in reply.considered if is_quoted(answer, w)), None)
    if best is None or is_quoted(answer, passage):
        return f"{text})."
    listed = next(
        (
            f" It is listed with {other.confidence:.0%}."
            for other in reply.answers
            if other.document == passage.hit.document and other.span == passage.span
        ),
        "",
    )
    more = " Other passages speak for the answer, too." if passage.log_odds > best else ""
    return f"{text}; the answer’s: {best:+.1f}).{listed}{more}"


def is_quoted(answer: Answer | None, passage: ConsideredPassage) -> bool:
    """Whether an answer is quoted from a passage."""
    return answer is not None and answer.hit.passage.id == passage.hit.passage.id


def draw_bar(share: float, cells: int) -> str:
    """A bar for a share (0 to 1), padded to its full width in cells."""
    eighths = round(min(max(share, 0.0), 1.0) * cells * 8)
    full, part = divmod(eighths, 8)
    return ("█" * full + (_BLOCKS[part] if part else "")).ljust(cells)
