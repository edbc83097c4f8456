"""The text of an answer as it is drawn: words, sentences, a list or steps, a verdict."""

from __future__ import annotations

import re

from textual.content import Content

from index import Span
from qa import Answer
from tui.common.list_marks import find_mark
from tui.common.wording import one_line

# Longer words are not repeated above the sentence that holds them.
_LONGEST_HEAD = 80
_HEAD = "bold $text-accent"
_QUOTED = "bold $foreground on $accent 35%"
# A number that ends the gap before a step; and the start of a step.
_NUMBER_BEFORE = re.compile(r"(\d{1,3})[.)][ \t]*$")
_STEP = re.compile(r"\s*\d{1,3}[.)]\s")
# Where a line begins that is an item of a list.
_ITEM_LINE = re.compile(r"\s*\n(?=[ \t]*(?:\d{1,3}[.)]|[-*•])[ \t])")


def draw_answer(answer: Answer) -> Content:
    """The answer in the form that it has, each part of its evidence once."""
    if answer.form == "list" and len(answer.spans) > 1:
        return Content("\n").join([_draw_item(answer, span) for span in answer.spans])
    if answer.form == "sentences":
        return _draw_sentences(answer, answer.spans, quoted="")
    if answer.form == "verdict":
        return _draw_sentences(answer, answer.evidence, quoted=_HEAD)
    return _draw_words(answer)


def _draw_words(answer: Answer) -> Content:
    """The words, and below them the sentences that hold them, where these say more."""
    words = " ".join(one_line(_quote(answer, span)).strip() for span in answer.spans)
    sentences = _draw_sentences(answer, answer.evidence, quoted=_QUOTED)
    if sentences.plain.strip(" .") == words.strip(" ."):
        return Content.styled(words, _HEAD)
    if len(words) > _LONGEST_HEAD:
        return sentences
    return Content.assemble((words, _HEAD), "\n", sentences)


def _draw_item(answer: Answer, span: Span) -> Content:
    """A member of a list; a numbered one keeps its number."""
    words = one_line(_quote(answer, span))
    return Content.assemble((find_mark(answer, span), "$text-accent"), (words, "bold"))


def _draw_sentences(answer: Answer, parts: tuple[Span, ...], *, quoted: str) -> Content:
    """Sentences in reading order: steps on lines of their own, others in one paragraph.

    Args:
        quoted: the style of the quoted words in them; none if empty.
    """
    drawn: list[Content] = []
    for number, part in enumerate(parts):
        if number:
            gap = answer.hit.passage.quote(Span(parts[number - 1].end, part.start))
            steps = _STEP.match(_quote(answer, part)) or _NUMBER_BEFORE.search(gap)
            drawn.append(Content("\n" if steps else " … " if gap.strip() else " "))
        drawn.append(_draw_part(answer, part, quoted))
    return Content("").join(drawn)


def _draw_part(answer: Answer, part: Span, quoted: str) -> Content:
    """One stretch of the document, its steps on lines of their own, with the quoted words in it."""
    pieces: list[Content] = []
    at = part.start
    for span in sorted(answer.spans) if quoted else ():
        start, end = max(at, span.start), min(span.end, part.end)
        if start < end:
            pieces.append(Content(_flow(_quote(answer, Span(at, start)))))
            pieces.append(Content.styled(_flow(_quote(answer, Span(start, end))), quoted))
            at = end
    pieces.append(Content(_flow(_quote(answer, Span(at, part.end)))))
    return Content("").join(pieces)


def _flow(text: str) -> str:
    """A text without its line breaks, but for those before an item of a list."""
    return "\n".join(map(one_line, _ITEM_LINE.split(text)))


def _quote(answer: Answer, span: Span) -> str:
    return answer.hit.passage.quote(span)
