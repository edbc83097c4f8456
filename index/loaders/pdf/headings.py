"""Which paragraphs are headings: as bookmarks or their type tell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import zip_longest

from index.loaders.pdf.columns import Line
from index.loaders.pdf.paragraphs import Paragraph, half_points

# A heading's letters are so much larger than the text's; or bold, and its lines few.
_LARGER = 1.12
_HEADING_LINES, _HEADING_LENGTH = 3, 200
_HEADING_LEVELS = 6
_FEWEST_BOOKMARKS = 3


def outlined(
    paragraphs: Sequence[Paragraph], outline: Sequence[tuple[int, int, str]]
) -> dict[int, int] | None:
    """Levels of the paragraphs that bookmarks name, by id; None where most cannot be found."""
    by_page: dict[int, list[Paragraph]] = {}
    for paragraph in paragraphs:
        by_page.setdefault(paragraph.lines[0].page, []).append(paragraph)
    found: dict[int, int] = {}
    missed = 0
    for page, level, words in outline:
        wanted = _bare(words)
        for paragraph in by_page.get(page, ()):
            if id(paragraph) in found or len(paragraph.lines) > _HEADING_LINES:
                continue
            have = _bare(" ".join(placed.line.text for placed in paragraph.lines))
            # The number of a section is often in one of the two only.
            if wanted and (have == wanted or have.lstrip("0123456789") == wanted):
                found[id(paragraph)] = min(level, _HEADING_LEVELS)
                break
        else:
            missed += 1
    return found if len(found) >= _FEWEST_BOOKMARKS and missed <= len(found) else None


def _bare(words: str) -> str:
    return "".join(letter for letter in words.lower() if letter.isalnum())


def larger(paragraphs: Sequence[Paragraph], body: float) -> dict[int, int]:
    """Levels of the paragraphs in larger or bold type, by id."""
    sized: list[tuple[float, Paragraph]] = []
    bold: list[Paragraph] = []
    for paragraph, following in zip_longest(paragraphs, paragraphs[1:]):
        first = paragraph.lines[0].line
        words = " ".join(placed.line.text for placed in paragraph.lines)
        if (
            len(paragraph.lines) > _HEADING_LINES
            or len(words) > _HEADING_LENGTH
            or "\t" in words
            or sum(map(str.isalpha, words)) < 0.5 * len(words)
        ):
            continue
        if first.size > _LARGER * body:
            sized.append((half_points(first.size), paragraph))
        elif (
            first.bold
            and first.size > 0.88 * body
            and not paragraph.breaks
            and not re.search(r"[.,;:]$", words)
            and following is not None
            and not following.lines[0].line.bold
        ):
            bold.append(paragraph)
    ranks = sorted({size for size, _ in sized}, reverse=True)
    levels = {
        id(paragraph): min(ranks.index(size) + 1, _HEADING_LEVELS) for size, paragraph in sized
    }
    lowest = min(len(ranks) + 1, _HEADING_LEVELS)
    return levels | {id(paragraph): lowest for paragraph in bold}


def body_size(lines: Iterable[Line]) -> float:
    """The size of type of most of the text."""
    found: Counter[float] = Counter()
    for line in lines:
        found[half_points(line.size)] += len(line.text)
    return found.most_common(1)[0][0] if found else 0.0
