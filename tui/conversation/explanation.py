"""Why an answer was given, and why a passage was not chosen: in words, numbers and bars."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from qa import Answer, ConsideredPassage, Reply
from tui.common.wording import describe_confidence, shorten
from tui.source.excerpt import format_answer

_BLOCKS = " ▏▎▍▌▋▊▉█"
_FACTORS = {
    "intercept": "to begin with",
    "odds": "all passages together",
    "margin": "where it stands, alone",
    "support": "found more than once",
    "reranker": "the passage, as ranked",
    "lead": "ahead of other documents",
    "relevance": "the passage, as read",
    "sentence": "its best sentence",
    "explains": "asked how or why",
    "defines": "asked what it is",
    "decides": "asked yes or no",
    "lists": "asked for several",
    "selected": "rows that meet the condition",
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


@dataclass(frozen=True, slots=True)
class Explanation:
    """The explanation of one answer of a reply, or of a reply without answers."""

    reply: Reply
    answer: Answer | None

    def describe_answer(self) -> Content:
        """The answer, its confidence, and whether that reaches the threshold."""
        reply, answer = self.reply, self.answer
        question = f"{shorten(reply.question)}\n"
        if answer is None:
            return Content.assemble((question, "bold"), "Nothing was found that could be quoted.")
        shown = answer.confidence >= reply.threshold
        decision = (
            f"answers are shown from {reply.threshold:.0%} on"
            if shown
            else f"too little to be shown as an answer: that takes {reply.threshold:.0%}"
        )
        return Content.assemble(
            (question, "bold"),
            (format_answer(answer), "bold $text-accent"),
            (f"\n{describe_confidence(answer.confidence)}; {decision}", "$secondary"),
        )

    def draw_factors(self) -> Content:
        """The factors of the confidence: a signed number and a bar for each."""
        if self.answer is None or not self.answer.factors:
            return Content("")
        factors = self.answer.factors
        most = max(abs(value) for value in factors.values()) or 1.0
        lines = [Content.styled("What speaks for it (log odds)", "$text-primary")]
        for name, value in factors.items():
            style = "$success" if value > 0 else "$text-warning"
            label = f"{_FACTORS.get(name, name):{_NAME_WIDTH}}{value:+6.2f} "
            lines.append(Content.assemble(label, (draw_bar(abs(value) / most, 10), style)))
        total = sum(factors.values())
        lines.append(
            Content.styled(
                f"{'together':{_NAME_WIDTH}}{total:+6.2f}  = {self.answer.confidence:.0%}", "bold"
            )
        )
        return Content("\n").join(lines)

    def draw_timings(self) -> Content:
        """The time of each step: a number and a bar."""
        timings = self.reply.timings_ms
        total = timings.get("total") or 1.0
        lines = [Content.styled("Time", "$text-primary")]
        for name, label in _TIMES.items():
            if name in timings:
                row = f"{label:18}{timings[name]:7,.0f} ms "
                lines.append(
                    Content.assemble(row, (draw_bar(timings[name] / total, 8), "$text-primary"))
                )
        return Content("\n").join(lines)

    def describe_passage(self, rank: int) -> Content:
        """Why a passage was chosen or not; `rank` is its place in the search, from 0."""
        passage = self.reply.considered[rank]
        return Content.assemble(
            (f"{self._describe_outcome(rank, passage)}\n", "bold"), self._describe_scores(passage)
        )

    def is_quoted(self, passage: ConsideredPassage) -> bool:
        """Whether the answer is quoted from this passage."""
        return self.answer is not None and self.answer.hit.passage.id == passage.hit.passage.id

    def _describe_outcome(self, rank: int, passage: ConsideredPassage) -> str:
        if self.is_quoted(passage):
            return "The answer is quoted from here."
        if passage.relevance is None:
            place = f"{format_ordinal(rank + 1)} in the search"
            return f"Not read: {place}, and the best {self._read_count} are."
        if passage.span is None:
            return "Read, but there is nothing in it to quote."
        return "Read, but something else is more likely the answer."

    @property
    def _read_count(self) -> int:
        return sum(1 for passage in self.reply.considered if passage.relevance is not None)

    def _describe_scores(self, passage: ConsideredPassage) -> str:
        scores, first = passage.hit.scores, self.reply.considered[0].hit.scores
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
        words = passage.hit.passage.quote(passage.span)
        text = f"Its best is “{shorten(words, _QUOTED)}” ({passage.log_odds:+.1f} in log odds"
        best = next((w.log_odds for w in self.reply.considered if self.is_quoted(w)), None)
        if best is None or self.is_quoted(passage):
            return f"{text})."
        listed = next(
            (
                f" It is listed with {answer.confidence:.0%}."
                for answer in self.reply.answers
                if answer.document == passage.hit.document and answer.span == passage.span
            ),
            "",
        )
        more = " Other passages speak for the answer, too." if passage.log_odds > best else ""
        return f"{text}; the answer’s: {best:+.1f}).{listed}{more}"


def draw_bar(share: float, cells: int) -> str:
    """A bar for a share (0 to 1), padded to its full width in cells."""
    eighths = round(min(max(share, 0.0), 1.0) * cells * 8)
    full, part = divmod(eighths, 8)
    return ("█" * full + (_BLOCKS[part] if part else "")).ljust(cells)


def format_ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th…"""
    ends = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ends.get(number % 10, 'th')}"
