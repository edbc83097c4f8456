"""An answer or a passage on one line, shortened where there is no room for all of it."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from index import Span
from tui.source.rendering.passage_words import PassageWords

if TYPE_CHECKING:
    from index import Hit
    from qa import Answer, ConsideredPassage

# Characters shown of the selected passage.
PASSAGE_LENGTH = 360


def format_answer(answer: Answer) -> str:
    """The answer on one line; all of its sentences, or all members of a list."""
    between = ", " if answer.form == "list" else " "
    return between.join(map(PassageWords.of(answer.hit).quote, answer.spans))


def excerpt_passage(hit: Hit, considered: Sequence[ConsideredPassage], length: int) -> str:
    """A passage on one line, safe to draw.

    It starts at the beginning of the passage if the sentence that is most likely to answer
    fits in, else at that sentence.

    Args:
        considered: what the reader made of the passages of the reply; may be empty.
        length: characters, not counting the marks for what is left out.
    """
    passage = hit.passage
    start = _find_start(hit, considered, length)
    rest = PassageWords.of(hit).quote(Span(passage.span.start + start, passage.span.end))
    short = textwrap.shorten(rest, length + 2, placeholder=" …")
    # `textwrap` drops a first word that is too long.
    return ("… " if start else "") + (short if short.strip(" …") else rest[:length] + " …")


def _find_start(hit: Hit, considered: Sequence[ConsideredPassage], length: int) -> int:
    """The offset in the passage at which the excerpt starts."""
    passage = hit.passage
    sentence = next((w.sentence for w in considered if w.hit.passage.id == passage.id), None)
    if sentence is None or sentence.end - passage.span.start <= length:
        return 0
    return sentence.start - passage.span.start
