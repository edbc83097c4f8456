"""Reading on into the next passage, where the best one holds no sentence that answers.

A passage is a paragraph. Asked how to do something, the models like the one that introduces the
steps as much as the steps, which stand in the next one. Read together, the reader tells them apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from index import Hit, Index
from qa.answering.candidates import ReadPassage
from qa.answering.quoting.evidence import score_sentences
from qa.answering.stored_documents import lengthen_hit, read_document
from qa.cancellation import never
from qa.reader.reading import Reader, read_passages

# Where a sentence of the passage has at least these log odds to answer, it is not read on.
_LIKELY = 0.0
# Characters of both passages together, at most.
_MOST_LETTERS = 1200


def read_on(
    question: str,
    passage: ReadPassage,
    reader: Reader,
    index: Index,
    cancelled: Callable[[], bool] = never,
) -> ReadPassage:
    """The passage, with the next one of its section if the sentence that answers is in there.

    It is returned unchanged where one of its own sentences is likely to answer, and with a reader
    that does not score sentences. Only the scores of sentences come from the second reading; spans
    and relevance stay those of the first.

    Raises:
        TypeError, ValueError: the reading is not as `Reader.read` promises.
        Cancelled: `cancelled()` turned true.
    """
    if not passage.reading.sentences:
        return passage
    if any(sentence.score >= _LIKELY for sentence in score_sentences(passage)):
        return passage
    longer = _add_next(passage.hit, index)
    if longer is None:
        return passage
    [reading] = read_passages(question, [longer], reader, cancelled)
    extended = ReadPassage(longer, replace(passage.reading, sentences=reading.sentences))
    best = max(score_sentences(extended), key=lambda each: each.score)
    return extended if best.span.start >= len(passage.text) else passage


def _add_next(hit: Hit, index: Index) -> Hit | None:
    """The hit with its passage made longer by the next one; None where there is none to add.

    Rows of tables and what stands under another heading are not added, and nothing is where the
    document has changed meanwhile.
    """
    passage = hit.passage
    document = None if passage.columns else read_document(hit, index)
    if document is None:
        return None
    text, passages = document
    following = next((each for each in passages if each.span.start >= passage.span.end), None)
    if following is None or following.columns or following.headings != passage.headings:
        return None
    length = following.span.end - passage.span.start
    unchanged = all(each.span.of(text) == each.text for each in (passage, following))
    if length > _MOST_LETTERS or not unchanged:
        return None
    return lengthen_hit(hit, following.span.end, text)
