"""Patterns that are given texts of a limited length alone, and may take the square of it.

A module that is named here says in its code how long those are.
"""

from __future__ import annotations

from index.loaders.markup import head
from index.loaders.pdf import line_ends
from index.text import sentences
from qa import question_form
from qa.answering.tables import ranges
from qa.service.requests import LONGEST_SENT_QUESTION
from tests.support.patterns import FoundPattern

# What is asked is the person's own; what another program asks has at most so many characters.
_QUESTION = LONGEST_SENT_QUESTION
# Characters, by the pattern, or by the beginning of its name.
_LONGEST = {
    # Longer lines are no headings, and say nothing of the document.
    "index.loaders.markup.asciidoc._HEAD": head.LONGEST_LINE,
    "index.loaders.markup.asciidoc._ABOUT": head.LONGEST_LINE,
    "index.loaders.markup.org._HEAD": head.LONGEST_LINE,
    "index.loaders.markup.markdown_blocks._TO_TOP": 100,
    "index.text.sentences._LAST_WORD": sentences._BACK,
    "index.loaders.pdf.line_ends._LAST_WORD": line_ends._LONGEST_WORD,
    "qa.answering.spans._DIGITS_BEFORE": 12,
    "qa.answering.tables.ranges._RANGE": ranges._LONGEST_CELL,
    "index.search.questions.": _QUESTION,
    "qa.conversation.": _QUESTION,
    "qa.question_form._COMPARISON": question_form._LONGEST_COMPARISON,
    "qa.question_form.": _QUESTION,
    "index.loaders.markup.asciidoc._CLOSING": 20,
}


def find_longest(found: FoundPattern) -> int | None:
    """How long the texts of a pattern can be; None if they may have any length."""
    return next((most for name, most in _LONGEST.items() if found.place.startswith(name)), None)
