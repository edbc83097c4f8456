"""The steps of a procedure that stand in the passages below the best one.

A passage has a few hundred words at most, so a long list of steps is in several. Who asks how to
do something wants them all.
"""

from __future__ import annotations

from dataclasses import replace

from index import Index, Span
from qa.answering.candidates import ReadPassage
from qa.answering.quoting.evidence import find_step_numbers
from qa.answering.stored_documents import read_document

# Characters of all passages together, at most.
_MOST_LETTERS = 4_000


def add_further_steps(passage: ReadPassage, index: Index) -> ReadPassage:
    """The passage, with those below it that go on with its numbered steps.

    It is returned unchanged where there are none, and where the document has changed meanwhile.
    """
    hit = passage.hit
    numbers = find_step_numbers(hit.passage.text)
    document = read_document(hit, index) if numbers else None
    if document is None:
        return passage
    text, passages = document
    span, last = hit.passage.span, numbers[-1]
    for following in passages:
        if following.span.start < span.end:
            continue
        further = find_step_numbers(following.text)
        goes_on = (
            following.headings == hit.passage.headings
            and not text[span.end : following.span.start].strip()
            and further[:1] == [last + 1]
            and following.span.end - span.start <= _MOST_LETTERS
        )
        if not goes_on:
            break
        span, last = Span(span.start, following.span.end), further[-1]
    if span == hit.passage.span or not span.of(text).startswith(hit.passage.text):
        return passage
    longer = replace(hit.passage, span=span, text=span.of(text))
    return replace(passage, hit=replace(hit, passage=longer))
