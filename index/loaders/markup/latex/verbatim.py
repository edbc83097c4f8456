"""What a LaTeX source shows as it is: listings, maybe of another document, and between bars."""

from __future__ import annotations

import re

# The environments of listings.
VERBATIM = frozenset("verbatim Verbatim lstlisting minted alltt BVerbatim code".split())
_STEP = re.compile(
    rf"(?<!\\)%[^\n]*|(?<![|\\])\\(?P<step>begin|end)"
    rf"\{{(?P<name>document|(?:{'|'.join(sorted(VERBATIM))})\*?)\}}"
)

# A command between bars, which a sign of its own makes verbatim; so often, it is no accident.
_BARRED = re.compile(r"\|\\[A-Za-z]+[^|\n]{0,80}\|")
_FEWEST_BARRED = 3


def has_verbatim_bars(source: str) -> bool:
    """Whether a source shows words between two bars as they are."""
    barred = zip(_BARRED.finditer(source), range(_FEWEST_BARRED), strict=False)
    return sum(1 for _ in barred) == _FEWEST_BARRED


def find_document(source: str) -> tuple[int | None, int, int]:
    """Where the document begins and ends in a source, but for listings that show another.

    Returns:
        Where its preamble ends, None where it has none; where its words begin, and where they end.
    """
    preamble: int | None = None
    begin = at = 0
    while (step := _STEP.search(source, at)) is not None:
        at, name = step.end(), step["name"]
        if name == "document" and step["step"] == "begin" and preamble is None:
            preamble, begin = step.start(), at
        elif name == "document" and step["step"] == "end":
            return preamble, begin, step.start()
        elif name and step["step"] == "begin" and name != "document":
            end = source.find(f"\\end{{{name}}}", at)
            at = end if end >= 0 else len(source)
    return preamble, begin, len(source)
