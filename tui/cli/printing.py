"""Replies and passages as text: coloured on a terminal, plain in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TextIO

from rich.console import Console
from rich.padding import Padding
from rich.style import Style
from rich.text import Text

from index import Document, Hit
from qa import Answer, Reply, link_to_line, visible
from tui.cli.references import choose_answers
from tui.common.list_marks import find_mark
from tui.common.wording import describe_confidence, describe_refusal, describe_source
from tui.source.excerpt import excerpt_passage

_SNIPPET = 220
_CLOSEST = 3


class _Printer:
    """Where text is printed: wrapped and styled on a terminal, a line a paragraph in a pipe.

    Every text is taken literally: documents are never read as markup.
    """

    def __init__(self, stream: TextIO, links: Mapping[str, str] | None = None) -> None:
        """Print to a stream.

        Args:
            links: the texts of documents by path, where sources are to be links.
        """
        self._console = Console(file=stream, highlight=False, markup=False, emoji=False)
        self._links = links

    def line(self, text: Text, indent: int = 0) -> None:
        if self._console.is_terminal:
            self._console.print(Padding(text, (0, 0, 0, indent), expand=False))
        else:
            # The console would end the process where nobody reads on.
            print(f"{' ' * indent}{text.plain}", file=self._console.file)

    def source(self, line: str, document: Document, start: int, indent: int = 0) -> None:
        """A line that says where something stands; a link to it if they are wanted."""
        if self._links is None:
            self.line(Text(line, "dim"), indent)
            return
        text = self._links.get(document.path)
        number = None if text is None else text.count("\n", 0, start) + 1
        address = link_to_line(document.path, number)
        if self._console.is_terminal:
            self.line(Text(line, Style(dim=True, link=address)), indent)
        else:
            print(
                f"{' ' * indent}\x1b]8;;{visible(address)}\x1b\\{line}\x1b]8;;\x1b\\",
                file=self._console.file,
            )


def print_reply(
    reply: Reply,
    searched: str,
    stream: TextIO | None = None,
    *,
    links: Mapping[str, str] | None = None,
) -> None:
    """The answer in its evidence, where it stands and how sure it is; or an honest no.

    Args:
        searched: a line that says how much was searched, printed where there is no answer.
        links: the texts of the documents by path, where sources are to be links.
    """
    page = _Printer(stream or sys.stdout, links)
    if reply.resolved_question != reply.question:
        page.line(Text(f"Searched for: {visible(reply.resolved_question)}", "dim"))
    if reply.answered:
        best, *others = choose_answers(reply)
        _print_answer(page, best)
        for other in others:
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


def print_hits(
    hits: Sequence[Hit],
    stream: TextIO | None = None,
    *,
    links: Mapping[str, str] | None = None,
) -> None:
    """Passages, best first, with their scores; `links` as in `print_reply`."""
    page = _Printer(stream or sys.stdout, links)
    if not hits:
        page.line(Text("No passage found.", "bold"))
    for hit in hits:
        _print_hit(page, hit, excerpt_passage(hit, (), _SNIPPET), scores=True)


def _print_answer(page: _Printer, answer: Answer) -> None:
    """What is quoted; words stand out in the evidence below them, a list stands by itself."""
    for span in answer.spans if answer.form == "list" else answer.spans[:1]:
        words = " ".join(visible(answer.hit.passage.quote(span)).split())
        mark = find_mark(answer, span) if len(answer.spans) > 1 else ""
        page.line(Text(f"{mark}{words}", "bold"))
    if answer.form == "sentences":
        for span in answer.spans[1:]:
            page.line(Text(" ".join(visible(answer.hit.passage.quote(span)).split()), "bold"))
    elif answer.evidence != answer.spans and len(answer.spans) < 2:
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
    page.source(line, answer.document, answer.span.start, indent=2)


def _print_hit(page: _Printer, hit: Hit, shown: str, scores: bool = False) -> None:
    source = describe_source(hit.document, hit.passage.heading, hit.passage.page)
    if scores:
        source = f"{_describe_score(hit)}  {source}"
    stale = " · the file has changed since it was indexed" if hit.stale else ""
    page.source("• " + source + stale, hit.document, hit.passage.span.start)
    page.line(Text(shown), indent=2)


def _describe_score(hit: Hit) -> str:
    """How well a passage answers, in per cent; else the scores of the search as they are."""
    if "reranker" in hit.scores:
        return f"{hit.score:4.0%}"
    return "  ".join(f"{name} {value:.2f}" for name, value in hit.scores.items())


def _one_line(text: Text) -> Text:
    """The text with each line break and tab replaced by a space, so that its styles still fit."""
    drawn = Text("".join(" " if c in "\r\n\t" else c for c in text.plain))
    drawn.spans = text.spans
    return drawn
