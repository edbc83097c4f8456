"""Replies, passages and checked quotations as text: coloured on a terminal, plain in a pipe."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, TextIO

from index.documents import join_headings
from qa import counted, visible
from tui.cli.output import BOLD, DIM, QUOTED, Page, choose_answers
from tui.common.presentation.answers import ShownMember, find_lead_in, find_mark, list_shown_members
from tui.common.presentation.quotations import count_statuses, list_remarks, name_status
from tui.common.presentation.wording import (
    describe_confidence,
    describe_doubt,
    describe_more,
    describe_refusal,
    describe_source,
    describe_unread,
)
from tui.source.rendering.passage_words import (
    PassageWords,
    StyledWords,
    excerpt_passage,
    mark_struck,
)

if TYPE_CHECKING:
    from index import Content, Cost, Document, Hit, Span
    from qa import Answer, CheckedQuotation, Reply

_SNIPPET = 220
_CLOSEST = 2
# How what marks up words in a document looks on a terminal.
_STYLES = {
    "strong": "bold",
    "emphasis": "italic",
    "struck": "strike",
    "code": "cyan",
    "link": "underline",
    "label": "dim",
}

# A new line, in a block quote with its sign.
_LINE_START = re.compile(r"(?:\r\n|\n|\r)(?:[ \t]*>)*")
_STATUS_STYLES = {
    "altered": "yellow",
    "not found": "red",
    "out of context": "yellow",
    "verbatim": "green",
}

# The texts of documents by path, if sources are to be links.
Links = Mapping[str, str] | None


def print_reply(
    reply: Reply, searched: str, stream: TextIO | None = None, *, links: Links = None
) -> None:
    """The answer in its evidence, where it stands and how sure it is; or that there is no answer.

    Args:
        searched: a line that says how much was searched, printed if there is no answer.
        links: the texts of the documents by path, if sources are to be links.
    """
    page = Page(stream or sys.stdout)
    if reply.is_rewritten:
        page.line(f"Searched for: {visible(reply.resolved_question)}", DIM)
    if unread := describe_unread(reply):
        page.line(unread, DIM)
    if reply.answered:
        best, *others = choose_answers(reply)
        _print_answer(page, best, reply, links)
        for other in others:
            page.line("\nor", DIM)
            _print_answer(page, other, reply, links)
        return
    page.line(describe_refusal(reply), BOLD)
    page.line(searched, DIM)
    if reply.off_topic:
        return
    shown = None
    if reply.answers:
        page.line("\nThe best candidate:", DIM)
        _print_answer(page, reply.answers[0], reply, links)
        shown = reply.answers[0].hit.passage.id
    passages = [hit for hit in reply.hits if hit.passage.id != shown]
    if passages:
        page.line("\nOther passages close to the question:", DIM)
        for hit in passages[:_CLOSEST]:
            _print_hit(page, hit, excerpt_passage(hit, reply.considered, _SNIPPET), links)


def print_hits(hits: Sequence[Hit], stream: TextIO | None = None, *, links: Links = None) -> None:
    """Passages, best first, with their scores; `links` as in `print_reply`."""
    page = Page(stream or sys.stdout)
    if not hits:
        page.line("No passage found.", BOLD)
    for hit in hits:
        _print_hit(page, hit, excerpt_passage(hit, (), _SNIPPET), links, scores=True)


def _print_answer(page: Page, answer: Answer, reply: Reply, links: Links) -> None:
    """Print the quotation: a list by itself, words and the evidence below them.

    Words that are true only in their sentence are shown there alone, where they stand out.
    """
    words = PassageWords(answer.hit)
    if lead_in := find_lead_in(answer):
        page.line(f"{visible(lead_in)}:")
    if answer.form == "list" and len(answer.spans) > 1:
        for member in list_shown_members(answer):
            _print_member(page, answer, words, member)
    elif answer.cells:
        _print_words(page, words.draw_cells(answer.cells, answer.spans))
    else:
        is_quoted = all(any(span.holds(each) for span in answer.spans) for each in answer.evidence)
        shows_evidence = answer.form != "sentences" and not is_quoted
        if answer.stands_alone or not shows_evidence:
            for span in answer.spans[:1] if answer.form == "words" else answer.spans:
                _print_words(page, words.draw(span), BOLD)
        for sentence in answer.evidence if shows_evidence and len(answer.spans) < 2 else ():
            _print_words(page, words.draw(sentence, answer.spans), indent=2)
    if more := describe_more(answer.more):
        page.line(more, DIM)
    headings = join_headings(answer.hit.passage.headings)
    source = describe_source(answer.document, headings, answer.page)
    notes = _list_notes(answer.hit, (*answer.spans, *answer.evidence))
    line = " · ".join((source, describe_confidence(answer.confidence, reply), *notes))
    link = link_to_document(answer.document, answer.span.start, answer.page, links)
    page.line(line, DIM, indent=2, link=link)


def _print_member(page: Page, answer: Answer, words: PassageWords, member: ShownMember) -> None:
    """Print a member of a list; of a row of a table, the cells that are shown, or all of it."""
    shown, quoted, cells = member
    if cells:
        _print_words(page, words.draw_cells(cells, quoted), mark=find_mark(answer, shown))
        return
    for span in quoted:
        _print_words(page, words.draw(span), BOLD, mark=find_mark(answer, span))
    if quoted != (shown,):
        _print_words(page, words.draw(shown, quoted), indent=2)


def _print_words(
    page: Page, runs: Iterable[StyledWords], style: str = "", *, mark: str = "", indent: int = 0
) -> None:
    """Print words of a passage in their styles; items of a list have lines of their own."""
    text = mark
    styled: list[tuple[int, int, str]] = []
    for run in runs if page.has_styles else mark_struck(runs):
        if run.text == "\n":
            page.line(text, style, indent=indent, styled=styled)
            text, styled = "", []
            continue
        names = [_STYLES.get(name, "") for name in run.styles] + [QUOTED] * run.is_quoted
        if any(names):
            styled.append((len(text), len(text) + len(run.text), " ".join(filter(None, names))))
        text += run.text
    page.line(text, style, indent=indent, styled=styled)


def _print_hit(page: Page, hit: Hit, shown: str, links: Links, scores: bool = False) -> None:
    source = describe_source(hit.document, join_headings(hit.passage.headings), hit.passage.page)
    if scores:
        source = f"{_describe_score(hit)}  {source}"
    notes = _list_notes(hit, [hit.passage.span])
    link = link_to_document(hit.document, hit.passage.span.start, hit.passage.page, links)
    page.line("• " + " · ".join((source, *notes)), DIM, link=link)
    page.line(shown, indent=2)


def _list_notes(hit: Hit, spans: Iterable[Span]) -> Iterable[str]:
    """Remarks on some words of a passage."""
    stale = "the file has changed since it was indexed" if hit.stale else ""
    return filter(None, (describe_doubt(hit.document, spans), stale))


def link_to_document(document: Document, start: int, page: int | None, links: Links) -> str | None:
    """The address of a place in a document; None if no links are wanted."""
    if links is None:
        return None
    from qa import link_to_place

    text = links.get(document.path)
    line = None if text is None else text.count("\n", 0, start) + 1
    return link_to_place(document.path, line, page)


def _describe_score(hit: Hit) -> str:
    """How well a passage answers, in per cent; else the scores of the search as they are."""
    if "reranker" in hit.scores:
        return f"{hit.score:4.0%}"
    return "  ".join(f"{name} {value:.2f}" for name, value in hit.scores.items())


def print_checks(
    checked: Sequence[tuple[str, Sequence[CheckedQuotation]]],
    contents: dict[str, Content],
    *,
    links: Links = None,
) -> None:
    """Print the quotations of some files.

    Args:
        checked: the name of each file, with its quotations.
        contents: of the files, by name.
        links: the texts of the documents by path, if sources are to be links.
    """
    page = Page(sys.stdout)
    for name, found in checked:
        if len(checked) > 1:
            page.line(f"{visible(name)}: {count_statuses(found)}".replace("\n", " "), BOLD)
        for each in found:
            _print_quotation(page, each, contents[name].text, links)
    page.line(count_statuses(chain.from_iterable(found for _, found in checked)), BOLD)


def _print_quotation(page: Page, checked: CheckedQuotation, text: str, links: Links) -> None:
    match, span = checked.match, checked.quotation.span
    status = name_status(checked)
    line = text.count("\n", 0, span.start) + 1
    page.line(f"{status} · line {line}", _STATUS_STYLES[status])
    words = _LINE_START.sub(lambda start: " " * len(start[0]), visible(checked.text))
    differences = match.differences if match else ()
    marked = [each.quoted.shift(-span.start) for each in differences]
    page.line(words, indent=2, styled=[(each.start, each.end, QUOTED) for each in marked])
    for remark in list_remarks(checked):
        page.line(remark, DIM, indent=2)
    if match is not None:
        passage = match.passage
        source = describe_source(match.document, passage.heading, passage.page)
        link = link_to_document(match.document, match.span.start, passage.page, links)
        page.line(source, DIM, indent=2, link=link)
    page.line("")


def print_cost(cost: Cost) -> None:
    """Print the disk and the memory that an index takes, and the time of a question."""
    from index import describe_size

    for label, sizes in (("disk", cost.footprint.disk), ("memory", cost.footprint.memory)):
        parts = [f"{name} {describe_size(size)}" for name, size in sizes.items()]
        if parts:
            print(f"{label:9}  {', '.join(parts)}")
    if cost.probes:
        print(
            f"question   searched for in {cost.median_ms:.0f} ms, the first one in "
            f"{cost.first_ms:.0f} ms (measured with the words of {counted(cost.probes, 'passage')})"
        )
