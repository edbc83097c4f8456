"""Lines at the head of a text that say what the document is, for programs: no passages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from index.documents import Heading, Span

# What such a line may say that is to be found.
WORTH_FINDING = frozenset(("abstract", "dedication", "description", "subtitle", "summary"))
# Deeper than any heading: it ends none.
_LEVEL = 100


def leave_out(headings: Sequence[Heading], lines: Iterable[Span]) -> tuple[Heading, ...]:
    """The headings of a text, and where some lines of it are left out.

    Args:
        lines: none of them in a heading.
    """
    outs = (Heading(line, _LEVEL, "") for line in lines)
    return tuple(sorted((*headings, *outs), key=lambda heading: heading.span))
