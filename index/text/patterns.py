"""Patterns of text that several parts of the program look for."""

from __future__ import annotations

# The months in order, in full and as they are abbreviated.
MONTHS = tuple(
    "January February March April May June July August September October November December".split()
)
SHORT_MONTHS = tuple("Jan Feb Mar Apr May Jun Jul Aug Sep Sept Oct Nov Dec".split())
# Any of them as part of a regular expression; the longer ones first, so that all of a name matches.
MONTH = "|".join(sorted({*MONTHS, *SHORT_MONTHS}, key=len, reverse=True))
