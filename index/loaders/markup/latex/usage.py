"""How a LaTeX source uses what other files define: names that are words, and bars in manuals."""

from __future__ import annotations

import re
from typing import NamedTuple

# Whoever minds the space after a command means a word.
_WORD = re.compile(r"\\([A-Za-z]{2,})(?:\\[ \n]|\{\})")
# What says how words are set, and is no word itself.
_LAYOUT = frozenset(
    "noindent indent hfill vfill hfil vfil centering raggedright raggedleft tiny scriptsize "
    "footnotesize small normalsize large Large LARGE huge Huge bfseries mdseries itshape slshape "
    "upshape scshape ttfamily rmfamily sffamily bf it tt rm sf sc sl em smallskip medskip bigskip "
    "newpage clearpage cleardoublepage pagebreak nopagebreak allowbreak break sloppy fussy null "
    "relax protect leavevmode strut xspace ignorespaces tableofcontents listoffigures listoftables "
    "appendix frontmatter mainmatter backmatter today hrulefill dotfill and item".split()
)
# A command between bars, which a sign of its own makes verbatim; so often, it is no accident.
_BARRED = re.compile(r"\|\\[A-Za-z]+[^|\n]{0,80}\|")
_FEWEST_BARRED = 3


class Usage(NamedTuple):
    """What a source shows.

    Attributes:
        names: commands whose names it shows, where it does not define them itself.
        has_bars: whether it shows words between two bars as they are.
    """

    names: frozenset[str] = frozenset()
    has_bars: bool = False


def find_usage(source: str) -> Usage:
    """How a source uses commands and bars."""
    names = frozenset(match[1] for match in _WORD.finditer(source)) - _LAYOUT
    barred = zip(_BARRED.finditer(source), range(_FEWEST_BARRED), strict=False)
    return Usage(names, sum(1 for _ in barred) == _FEWEST_BARRED)
