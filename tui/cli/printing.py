"""Replies and passages as text: coloured on a terminal, plain in a pipe."""

from __future__ import annotations

import sys
from typing import TextIO

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from index import Hit
from qa import Answer, Reply, visible
from tui.common.wording import describe_confidence, describe_refusal, describe_source
from tui.source.excerpt import excerpt_passage

_SNIPPET = 220
_CLOSEST = 3


class _Printer:
    """Where text is printed: wrapped and styled on a terminal, a line a paragraph in a pipe.

    Every text is taken literally: documents are never read as markup.
    """

    def __init__(self, stream: TextIO) -> None:
        self._console = Console(file=stream, highlight=False, markup=False, emoji=False)

    def line(self, text: Text, indent: int = 0) -> None:
        if self._console.is_terminal:
            self._console.print(Padding(text, (0, 0, 0, indent), expand=False))
        else:
            # The console would end the process where nobody reads on.
            print(f"{' ' * indent}{text.plain}", file=self._console.file)


def print_reply(reply: Reply, searched: str, stream: TextIO | None = None) -> None:
    """The answer in its evidence, where it stands and how sure it is; or an honest no.

    Args:
        searched: a line that says how much was searched, printed where there is no answer.
    """
    page = _Printer(stream or sys.stdout)
    if reply.resolved_question != reply.question:
        page.line(Text(f"Searched for: {visible(reply.resolved_question)}", "dim"))
    if reply.answered:
        best, *others = reply.answers
        _print_answer(page, best)
        near = [other for other in others if other.confidence >= best.confidence / 3]
        for other in near[:2]:
            page.line(Text("\nor", "dim"))
            _print_answer(page, other)
        return
    page.line(Text(describe_refusal(reply), "bold"))
    page.line(Text(searched, "dim"))
    if reply.off_topic:
        return
    if reply.answers:
        page.line(Text("\nThe best candidate:", "dim"))
        _print_answer(page, reply.answers[0])
    shown = reply.answers[0].hit if reply.answers else None
    passages = [hit for hit in reply.hits if hit is not shown]
    if passages:
        page.line(Text("\nOther passages close to the question:", "dim"))
        for hit in passages[: _CLOSEST - 1]:
            _print_hit(page, hit, excerpt_passage(hit, reply.considered, _SNIPPET))


def print_hits(hits: tuple[Hit, ...] | list[Hit], stream: TextIO | None = None) -> None:
    """Passages, best first, with their scores."""
    page = _Printer(stream or sys.stdout)
    if not hits:
        page.line(Text("No passage found.", "bold"))
    for hit in hits:
        _print_hit(page, hit, excerpt_passage(hit, (), _SNIPPET), scores=True)


def _print_answer(page: _Printer, answer: Answer) -> None:
    """What is quoted; words and lists stand out in the evidence below them."""
    for span in answer.spans if answer.form == "list" else answer.spans[:1]:
        words = " ".join(visible(answer.hit.passage.quote(span)).split())
        page.line(Text(f"• {words}" if len(answer.spans) > 1 else words, "bold"))
    if answer.form == "sentences":
        for span in answer.spans[1:]:
            page.line(Text(" ".join(visible(answer.hit.passage.quote(span)).split()), "bold"))
    elif answer.evidence != answer.spans:
        for sentence in answer.evidence:
            text = Text(visible(answer.hit.passage.quote(sentence)))
            for span in answer.spans:
                start, end = span.start - sentence.start, span.end - sentence.start
                if 0 <= start < len(sentence):
                    text.stylize("bold reverse", start, min(end, len(sentence)))
            page.line(_one_line(text), indent=2)
    stale = " · the file has changed since it was indexed" if answer.stale else ""
    source = describe_source(answer.document, answer.heading, answer.page)
    line = f"{source} · {describe_confidence(answer.confidence)}{stale}"
    page.line(Text(line, "dim"), indent=2)


def _print_hit(page: _Printer, hit: Hit, shown: str, scores: bool = False) -> None:
    source = describe_source(hit.document, hit.passage.heading, hit.passage.page)
    if scores:
        parts = "  ".join(f"{name} {value:.3f}" for name, value in hit.scores.items())
        source = f"{hit.score:.3f}  {source}  ({parts})"
    stale = " · the file has changed since it was indexed" if hit.stale else ""
    page.line(Text("• " + source + stale, "dim"))
    page.line(Text(shown), indent=2)


def _one_line(text: Text) -> Text:
    """The text with each line break and tab replaced by a space, so that its styles still fit."""
    drawn = Text("".join(" " if c in "\r\n\t" else c for c in text.plain))
    drawn.spans = text.spans
    return drawn
