"""The text of a PDF page as it stands there: fragments of lines, each with its place."""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

# In ems: a wider gap parts two fragments, as does a step back.
_GAP, _STEP_BACK = 0.7, 0.5
# In ems: how far the baseline of a superscript is from that of its line.
_SHIFT = 0.6
# In ems of its line: a superscript is raised more than this, and not as large.
_RAISED, _SMALL = 0.15, 0.9
# In points: nothing on a page is farther from its corner.
_FAR = 100_000.0
# Text that leans more than this many degrees is a watermark or part of a drawing.
_LEANING = 8
_LIGATURES = {
    0xFB00: "ff",
    0xFB01: "fi",
    0xFB02: "fl",
    0xFB03: "ffi",
    0xFB04: "ffl",
    0xFB05: "st",
    0xFB06: "st",
}
_LINE_ENDS = frozenset((10, 13))
_SPACES = _LINE_ENDS | {9, 32, 160}
# The hyphen at the end of a line comes as one of these.
_HYPHENS = dict.fromkeys((0x02, 0xAD, 0x2010, 0xFFFE), "-")
# The bullet of the Symbol font, which has no Unicode character of its own.
_BULLETS = {0xF0B7: "•", 0xF0A7: "▪"}
_GLYPHS = _LIGATURES | _HYPHENS | _BULLETS
# Bold fonts by their names; TeX's own, too. The weights that files declare are no help.
_BOLD = re.compile(rb"(?i:bold|black|heavy|demi|bx\d)|Medi\b|MediItal|TB$")
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Fragment:
    """Characters that stand next to one another on a line; lengths are in points.

    Attributes:
        left, right: where it starts and ends, from the left.
        base: height of its baseline; it falls from line to line.
        size: of the font.
        bold: whether the font is.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class _Style:
    """What the characters of one text object share; `turn` counts quarters, anticlockwise."""

    size: float
    bold: bool
    turn: int | None


def raised(fragment: Fragment, line: Fragment) -> str:
    """The text of a fragment beside a line; what is raised and in small type, in superscripts."""
    is_high = fragment.base - line.base > _RAISED * line.size
    is_raised = is_high and fragment.size < _SMALL * line.size
    return fragment.text.translate(_SUPERSCRIPTS) if is_raised else fragment.text


def fragments(page: pdfium.PdfPage) -> list[list[Fragment]]:
    """The fragments of a page in the order in which they were drawn, by direction of writing.

    Most of them first; what is written at another right angle comes after, turned so
    that it is level. Slanted text is left out where there is other.
    """
    by_turn: dict[int, list[Fragment]] = defaultdict(list)
    textpage = page.get_textpage()
    try:
        for turn, fragment in _Scan(textpage).fragments():
            by_turn[turn].append(fragment)
    finally:
        textpage.close()
    return sorted(by_turn.values(), key=len, reverse=True)


@dataclass(slots=True)
class _Word:
    """Characters of one text object with no space between them.

    Attributes:
        first, last: the numbers of the first and of the last of them on the page.
        spaced: whether there is a space before.
    """

    letters: list[str]
    style: _Style
    first: int
    last: int
    spaced: bool


class _Scan:
    """Walks through the characters of a page."""

    def __init__(self, textpage: pdfium.PdfTextPage) -> None:
        self._page = textpage.raw
        self._styles: dict[int, _Style] = {}
        self._bold: dict[int, bool] = {}

    def fragments(self) -> Iterator[tuple[int, Fragment]]:
        """The fragments, each with how many quarters it is turned."""
        line: list[str] = []
        sizes: Counter[float] = Counter()
        turn: int | None = None
        left = right = base = em = 0.0
        bold = True

        def finished() -> Iterator[tuple[int, Fragment]]:
            text = unicodedata.normalize("NFC", "".join(line)).strip()
            if text and turn is not None:
                yield turn, Fragment(text, left, right, base, _commonest(sizes), bold)
            line.clear()
            sizes.clear()

        for word in self._words():
            if word is None:
                yield from finished()
                continue
            style = word.style
            start, end, height = self._place(word, style.turn)
            # Not at all where a page could be, or no number.
            if not all(abs(place) < _FAR for place in (start, end, height)):
                continue
            before, em = em, max(em, style.size) if line else style.size
            if line and (
                style.turn != turn
                or abs(height - base) > _SHIFT * em
                or start - right > _GAP * em
                or start - left < -_STEP_BACK * em
            ):
                yield from finished()
            text = "".join(word.letters)
            if not line:
                turn, left, right, base, em, bold = style.turn, start, end, height, style.size, True
            elif height - base > _RAISED * em and style.size < _SMALL * em:
                text = text.translate(_SUPERSCRIPTS)
            elif base - height > _RAISED * em and before < _SMALL * style.size:
                # The mark of a footnote comes before the line that it is raised from.
                line[:] = [piece.translate(_SUPERSCRIPTS) for piece in line]
                base = height
            if word.spaced and line:
                line.append(" ")
            line.append(text)
            sizes[style.size] += len(text)
            left, right, bold = min(left, start), max(right, end), bold and style.bold
        yield from finished()

    def _words(self) -> Iterator[_Word | None]:
        """The words in the order in which they were drawn; None where a line ends."""
        word: _Word | None = None
        drawn_by, spaced = 0, False
        for at in range(max(0, raw.FPDFText_CountChars(self._page))):
            code = raw.FPDFText_GetUnicode(self._page, at)
            if code in _SPACES:
                if word is not None:
                    yield word
                if code in _LINE_ENDS:
                    yield None
                word, spaced = None, code not in _LINE_ENDS
                continue
            letter = _GLYPHS.get(code) or _printable(code)
            if not letter:
                continue
            drawn = raw.FPDFText_GetTextObject(self._page, at)
            if not drawn:
                # The hyphen at the end of a line may stand for others, and be nowhere itself.
                if word is not None:
                    word.letters.append(letter)
                continue
            address = ctypes.addressof(drawn.contents)
            if word is not None and address == drawn_by:
                word.letters.append(letter)
                word.last = at
                continue
            if word is not None:
                yield word
            word = _Word([letter], self._style(drawn, address, at), at, at, spaced)
            drawn_by, spaced = address, False
        if word is not None:
            yield word

    def _style(self, drawn: Any, address: int, at: int) -> _Style:
        if address not in self._styles:
            matrix = raw.FS_MATRIX()
            raw.FPDFText_GetMatrix(self._page, at, matrix)
            size = abs(raw.FPDFText_GetFontSize(self._page, at)) * math.hypot(matrix.c, matrix.d)
            degrees = math.degrees(math.atan2(matrix.b, matrix.a))
            turn = round(degrees / 90)
            level = abs(degrees - 90 * turn) <= _LEANING
            # A nonsensical matrix must not make every gap wide, or none.
            size = size if 0.5 <= size <= 2000 else 10.0
            self._styles[address] = _Style(size, self._is_bold(drawn), turn % 4 if level else None)
        return self._styles[address]

    def _is_bold(self, drawn: Any) -> bool:
        font = raw.FPDFTextObj_GetFont(drawn)
        if not font:
            return False
        address = ctypes.addressof(font.contents)
        if address not in self._bold:
            name = ctypes.create_string_buffer(128)
            raw.FPDFFont_GetBaseFontName(font, name, len(name))
            self._bold[address] = _BOLD.search(name.value) is not None
        return self._bold[address]

    def _place(self, word: _Word, turn: int | None) -> tuple[float, float, float]:
        """Where a word starts and ends along its line, and the height of its baseline."""
        x, y = ctypes.c_double(), ctypes.c_double()
        raw.FPDFText_GetCharOrigin(self._page, word.first, x, y)
        first, last = raw.FS_RECTF(), raw.FS_RECTF()
        raw.FPDFText_GetLooseCharBox(self._page, word.first, first)
        raw.FPDFText_GetLooseCharBox(self._page, word.last, last)
        if not turn:
            return min(first.left, last.left), max(first.right, last.right), y.value
        if turn == 1:
            return min(first.bottom, last.bottom), max(first.top, last.top), -x.value
        if turn == 2:
            return -max(first.right, last.right), -min(first.left, last.left), -y.value
        return -max(first.top, last.top), -min(first.bottom, last.bottom), x.value


def _commonest(sizes: Counter[float]) -> float:
    return max(sizes, key=sizes.__getitem__)


def _printable(code: int) -> str:
    """The character; none for controls, and for those that are private to a font."""
    if code < 32 or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xF900 or 0xFFF0 <= code < 0x10000:
        return ""
    return chr(code) if code < 0xF0000 else ""
