"""Replies and passages as text: coloured on a terminal, plain in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TextIO

from qa import visible
from tui.cli.pages import BOLD, DIM, Page, open_page
from tui.cli.references import choose_answers
from tui.common.list_marks import find_mark
from tui.common.wording import describe_confidence, describe_refusal, describe_source
from tui.source.excerpt import excerpt_passage

if TYPE_CHECKING:
    from index import Document, Hit
    from qa import Answer, Reply

_SNIPPET = 220
_CLOSEST = 3

# The texts of documents by path, where sources are to be links.
Links = Mapping[str, str] | None


def print_reply(
    reply: Reply, searched: str, stream: TextIO | None = None, *, links: Links = None
) -> None:
    """The answer in its evidence, where it stands and how sure it is; or an honest no.

    Args:
        searched: a line that says how much was searched, printed where there is no answer.
        links: the texts of the documents by path, where sources are to be links.
    """
    page = open_page(stream or sys.stdout)
    if reply.resolved_question != reply.question:
        page.line(f"Searched for: {visible(reply.resolved_question)}", DIM)
    if reply.answered:
        best, *others = choose_answers(reply)
        _print_answer(page, best, links)
        for other in others:
            page.line("\nor", DIM)
            _print_answer(page, other, links)
        return
    page.line(describe_refusal(reply), BOLD)
    page.line(searched, DIM)
    if reply.off_topic:
        return
    if reply.answers:
        page.line("\nThe best candidate:", DIM)
        _print_answer(page, reply.answers[0], links)
    shown = reply.answers[0].hit.passage.id if reply.answers else None
    passages = [hit for hit in reply.hits if hit.passage.id != shown]
    if passages:
        page.line("\nOther passages close to the question:", DIM)
        for hit in passages[: _CLOSEST - 1]:
            _print_hit(page, hit, excerpt_passage(hit, reply.considered, _SNIPPET), links)


def print_hits(hits: Sequence[Hit], stream: TextIO | None = None, *, links: Links = None) -> None:
    """Passages, best first, with their scores; `links` as in `print_reply`."""
    page = open_page(stream or sys.stdout)
    if not hits:
        page.line("No passage found.", BOLD)
    for hit in hits:
        _print_hit(page, hit, excerpt_passage(hit, (), _SNIPPET), links, scores=True)


def _print_answer(page: Page, answer: Answer, links: Links) -> None:
    """What is quoted; words stand out in the evidence below them, a list stands by itself."""
    for span in answer.spans if answer.form == "list" else answer.spans[:1]:
        words = " ".join(visible(answer.hit.passage.quote(span)).split())
        mark = find_mark(answer, span) if len(answer.spans) > 1 else ""
        page.line(f"{mark}{words}", BOLD)
    if answer.form == "sentences":
        for span in answer.spans[1:]:
            page.line(" ".join(visible(answer.hit.passage.quote(span)).split()), BOLD)
    elif answer.evidence != answer.spans and len(answer.spans) < 2:
        for sentence in answer.evidence:
            marked = [
                (span.start - sentence.start, min(span.end, sentence.end) - sentence.start)
                for span in answer.spans
                if sentence.start <= span.start < sentence.end
            ]
            text = visible(answer.hit.passage.quote(sentence))
            page.line(_one_line(text), indent=2, marked=marked)
    stale = " · the file has changed since it was indexed" if answer.stale else ""
    source = describe_source(answer.document, answer.heading, answer.page)
    line = f"{source} · {describe_confidence(answer.confidence)}{stale}"
    link = _link(answer.document, answer.span.start, links)
    page.line(line, DIM, indent=2, link=link)


def _print_hit(page: Page, hit: Hit, shown: str, links: Links, scores: bool = False) -> None:
    source = describe_source(hit.document, hit.passage.heading, hit.passage.page)
    if scores:
        source = f"{_describe_score(hit)}  {source}"
    stale = " · the file has changed since it was indexed" if hit.stale else ""
    link = _link(hit.document, hit.passage.span.start, links)
    page.line("• " + source + stale, DIM, link=link)
    page.line(shown, indent=2)


def _link(document: Document, start: int, links: Links) -> str | None:
    """The address of a place in a document; None where no links are wanted."""
    if links is None:
        return None
    from qa import link_to_line

    text = links.get(document.path)
    return link_to_line(document.path, None if text is None else text.count("\n", 0, start) + 1)


def _describe_score(hit: Hit) -> str:
    """How well a passage answers, in per cent; else the scores of the search as they are."""
    if "reranker" in hit.scores:
        return f"{hit.score:4.0%}"
    return "  ".join(f"{name} {value:.2f}" for name, value in hit.scores.items())


def _one_line(text: str) -> str:
    """The text with each line break and tab replaced by a space, one for one."""
    return "".join(" " if c in "\r\n\t" else c for c in text)
