"""An answer or a passage on one line, shortened where there is no room for all of it."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from index import Hit
from qa import Answer, ConsideredPassage
from tui.common.wording import one_line

# Characters shown of the selected passage.
PASSAGE_LENGTH = 360


def format_answer(answer: Answer) -> str:
    """The answer on one line; all members of a list."""
    if len(answer.spans) < 2:
        return one_line(answer.text).strip()
    members = map(answer.hit.passage.quote, answer.spans)
    return ", ".join(one_line(member).strip() for member in members)


def excerpt_passage(hit: Hit, considered: Sequence[ConsideredPassage], room: int) -> str:
    """A passage on one line, safe to draw.

    From its beginning where that takes in the sentence that comes nearest to an answer,
    else from that sentence on.

    Args:
        considered: what the reader made of the passages, as a reply has it; none is fine.
        room: characters, the marks for what is left out aside.
    """
    text = hit.passage.text
    start = _nearest(hit, considered, room)
    rest = one_line(text[start:]).strip()
    short = textwrap.shorten(rest, room + 2, placeholder=" …")
    # A word that is longer than all the room.
    return ("… " if start else "") + (short if short.strip(" …") else rest[:room] + " …")


def _nearest(hit: Hit, considered: Sequence[ConsideredPassage], room: int) -> int:
    """Where in the passage's text to begin."""
    passage = hit.passage
    sentence = next((w.sentence for w in considered if w.hit.passage.id == passage.id), None)
    if sentence is None or sentence.end - passage.span.start <= room:
        return 0
    return sentence.start - passage.span.start
