"""Fragments: pieces of a PDF page's lines, each with its position and type.

Words of scripts that are written from right to left, such as Hebrew, are put into reading order.
"""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

# In ems: a wider gap separates two fragments, and so does a step back to the left.
_GAP, _STEP_BACK = 0.7, 0.5
# In ems: the baseline of a superscript is at most this far from that of its line.
_SHIFT = 0.6
# A superscript is raised by more than this, in ems of its line, and is smaller than this share.
_RAISED, _SMALL = 0.15, 0.9
# A smaller share of the characters of a fragment does not tell its size.
_RARE = 0.15
# The sizes of lines of one paragraph, and of cells of one table, differ by less than this share.
_SAME_SIZE = 0.08
# In points: positions farther from the corner of the page are damaged.
_FARTHEST = 100_000.0
# In degrees: text that slants more is a watermark or part of a drawing.
_SLANT = 8
_LIGATURES = dict(enumerate("ff fi fl ffi ffl st st".split(), 0xFB00))
# The ligatures of fonts of TeX, where a file does not say what its codes stand for.
_TEX_LIGATURES = dict(enumerate("ff fi fl ffi ffl".split(), 0x0B))
_LINE_ENDS = frozenset((10, 13))
_SPACES = _LINE_ENDS | {9, 32, 160}
# A hyphen at the end of a line is stored as one of these.
_HYPHENS = dict.fromkeys((0x02, 0xAD, 0x2010, 0xFFFE), "-")
# Bullets of the Symbol font, which has its own codes for them.
_BULLETS = {0xF0B7: "•", 0xF0A7: "▪"}
_GLYPHS = _LIGATURES | _HYPHENS | _BULLETS
# Fonts are told by their names, those of TeX too: weights and flags in files are often wrong.
_BOLD = re.compile(rb"(?i:bold|black|heavy|demi|bx\d)|Medi\b|MediItal|TB$")
_MONOSPACED = re.compile(
    rb"(?i:mono(?!type)|courier|consol|typewriter|menlo|monaco)|MonL|TT[A-Z]?\d", re.ASCII
)
_TEX = re.compile(rb"(?:[A-Z]{6}\+)?CM(?:R|BX|TI|SL|SS|BXTI|BXSL|SSBX|SSI|B)\d|\Z")
# A space has this share of its width for itself.
_ROOM = 0.8
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
# What chooses the look of the sign before it, if that sign had no glyph and is not there.
_LONE_SELECTORS = re.compile(r"(?<!\S)[\ufe00-\ufe0f]+ ?")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe]")
# What a piece of a number consists of; a number, with "d" for each piece that has digits.
_IN_NUMBER = re.compile(r"[\d.,:/%+-]+")
_NUMBER = re.compile(r"(?:(?<!\S)[+-])?%?d(?:[d.,:/%+-]*d)?%?")


@dataclass(frozen=True, slots=True)
class Fragment:
    """Characters that stand next to each other on a line. All lengths are in points.

    Attributes:
        left, right: its ends, measured from the left of the page.
        base: the height of its baseline, measured from the bottom of the page.
        bold: all of it is in bold type.
        monospaced: all of it is in a font of equal widths, as code is.
        doubtful: it was read from a picture, and not surely.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool
    monospaced: bool = False
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class _Font:
    """What is known of a font by its name; `tex` says that its codes may be those of TeX."""

    bold: bool
    monospaced: bool
    tex: bool = False


@dataclass(frozen=True, slots=True)
class _Style:
    """What the characters of one text object have in common.

    Attributes:
        size: the size of type, in points.
        turn: the direction of writing in quarter turns anticlockwise; None if it is slanted.
    """

    size: float
    font: _Font
    turn: int | None


def half_points(size: float) -> float:
    """A size of type rounded to half points, so that sizes meant to be equal are."""
    return round(2 * size) / 2


def are_same_size(one: float, other: float) -> bool:
    """Whether sizes of type are those of one paragraph, or of one table."""
    return abs(one - other) <= _SAME_SIZE * max(one, other)


def has_room(room: float, text: str, width: float, size: float) -> bool:
    """Whether the first word of a line would have had room at the end of the one above.

    Args:
        room: what that line leaves free, in points.
        text, width, size: of the line below; width and size of type in points.
    """
    word = text.split(maxsplit=1)[0]
    return room >= (len(word) + 1) * (width / len(text)) + 0.5 * size


def write_superscript(fragment: Fragment, line: Fragment) -> str:
    """The text of a fragment, with superscript digits if it is raised from its line."""
    is_high = fragment.base - line.base > _RAISED * line.size
    is_raised = is_high and fragment.size < _SMALL * line.size
    return fragment.text.translate(_SUPERSCRIPTS) if is_raised else fragment.text


def read_fragments(page: pdfium.PdfPage) -> list[list[Fragment]]:
    """The fragments of a page in the order in which they were drawn, a list for each direction.

    The direction of most fragments comes first. Text in another direction is turned, so that
    its coordinates read as those of level text. Slanted text is left out.
    """
    by_turn: dict[int, list[Fragment]] = defaultdict(list)
    with closing(page.get_textpage()) as textpage:
        for turn, fragment in _Scanner(textpage).scan():
            by_turn[turn].append(fragment)
    return sorted(by_turn.values(), key=len, reverse=True)


@dataclass(slots=True)
class _Word:
    """Characters of one text object with no space between them.

    Attributes:
        first, last: the indexes of its first and last character on the page.
        spaced: a space comes before it.
    """

    letters: list[str]
    style: _Style
    first: int
    last: int
    spaced: bool


class _Scanner:
    """Reads the characters of a page one by one and groups them."""

    def __init__(self, textpage: pdfium.PdfTextPage) -> None:
        self._page = textpage.raw
        self._styles: dict[int, _Style] = {}
        self._fonts: dict[int, _Font] = {}

    def scan(self) -> Iterator[tuple[int, Fragment]]:
        """The fragments, each with its direction in quarter turns."""
        line: list[str] = []
        sizes: Counter[float] = Counter()
        turn: int | None = None
        left = right = base = em = 0.0
        bold = monospaced = True

        def finish() -> Iterator[tuple[int, Fragment]]:
            text = unicodedata.normalize("NFC", "".join(order_pieces(line)))
            text = _LONE_SELECTORS.sub("", text).strip()
            if text and turn is not None:
                yield turn, Fragment(text, left, right, base, _main_size(sizes), bold, monospaced)
            line.clear()
            sizes.clear()

        for word in self._words():
            if word is None:
                yield from finish()
                continue
            style = word.style
            start, end, height = self._measure(word, style.turn)
            # The comparison is false for NaN as well.
            if not all(abs(length) < _FARTHEST for length in (start, end, height)):
                continue
            before, em = em, max(em, style.size) if line else style.size
            if line and (
                style.turn != turn
                or abs(height - base) > _SHIFT * em
                or start - right > _GAP * em
                or start - left < -_STEP_BACK * em
            ):
                yield from finish()
            text = "".join(word.letters)
            if not line:
                turn, left, right, base, em = style.turn, start, end, height, style.size
                bold = monospaced = True
            elif height - base > _RAISED * em and style.size < _SMALL * em:
                text = text.translate(_SUPERSCRIPTS)
            elif base - height > _RAISED * em and before < _SMALL * style.size:
                # The mark of a footnote comes before the line from which it is raised.
                line[:] = [piece.translate(_SUPERSCRIPTS) for piece in line]
                base = height
            if word.spaced and line:
                line.append(" ")
            line.append(text)
            sizes[style.size] += len(text)
            left, right = min(left, start), max(right, end)
            bold = bold and style.font.bold
            monospaced = monospaced and style.font.monospaced
        yield from finish()

    def _words(self) -> Iterator[_Word | None]:
        """The words in the order in which they were drawn; None at the end of a line."""
        word: _Word | None = None
        drawn_by, spaced = 0, False
        for at in range(max(0, raw.FPDFText_CountChars(self._page))):
            code = raw.FPDFText_GetUnicode(self._page, at)
            ligature = self._read_ligature(code, at) if code in _TEX_LIGATURES else ""
            if code in _SPACES and not ligature:
                if word is not None and self._is_in_ligature(word, at):
                    continue
                if word is not None:
                    yield word
                if code in _LINE_ENDS:
                    yield None
                word, spaced = None, code not in _LINE_ENDS
                continue
            letter = ligature or _GLYPHS.get(code) or _printable(code)
            if not letter:
                continue
            drawn = raw.FPDFText_GetTextObject(self._page, at)
            if not drawn:
                # A hyphen that PDFium adds at the end of a line belongs to no text object.
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

    def _read_ligature(self, code: int, at: int) -> str:
        """The letters that a code below 32 stands for in a font of TeX, else "".

        Fonts of formulas have other signs for these codes: letters stand beside a ligature.
        """
        drawn = raw.FPDFText_GetTextObject(self._page, at)
        if not drawn or raw.FPDFText_IsGenerated(self._page, at) or not self._font(drawn).tex:
            return ""
        beside = [raw.FPDFText_GetUnicode(self._page, at + step) for step in (-2, -1, 1, 2)]
        letters = [each < 128 and chr(each).isalpha() for each in beside]
        return _TEX_LIGATURES[code] if all(letters[:2]) or all(letters[2:]) else ""

    def _is_in_ligature(self, word: _Word, at: int) -> bool:
        """Whether a space begins within the ligature before it, and leaves no room for itself."""
        letters = "".join(word.letters[-2:])
        if len(letters) != 2 or letters not in ("ff", "fi", "fl"):
            return False
        first, last, space, following = (self._measure_box(at + step) for step in (-2, -1, 0, 1))
        room, width = following[0] - last[1], space[1] - space[0]
        return first == last and last[0] < space[0] < last[1] and 0 <= room < _ROOM * width

    def _measure_box(self, at: int) -> tuple[float, float]:
        """The left and the right edge of a character."""
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        raw.FPDFText_GetCharBox(self._page, at, left, right, bottom, top)
        return left.value, right.value

    def _style(self, drawn: Any, address: int, at: int) -> _Style:
        if address not in self._styles:
            matrix = raw.FS_MATRIX()
            raw.FPDFText_GetMatrix(self._page, at, matrix)
            size = abs(raw.FPDFText_GetFontSize(self._page, at)) * math.hypot(matrix.c, matrix.d)
            degrees = math.degrees(math.atan2(matrix.b, matrix.a))
            turn = round(degrees / 90)
            is_level = abs(degrees - 90 * turn) <= _SLANT
            # With a damaged matrix every gap would count as wide, or none would.
            size = size if 0.5 <= size <= 2000 else 10.0
            self._styles[address] = _Style(size, self._font(drawn), turn % 4 if is_level else None)
        return self._styles[address]

    def _font(self, drawn: Any) -> _Font:
        font = raw.FPDFTextObj_GetFont(drawn)
        if not font:
            return _Font(bold=False, monospaced=False)
        address = ctypes.addressof(font.contents)
        if address not in self._fonts:
            name = ctypes.create_string_buffer(128)
            raw.FPDFFont_GetBaseFontName(font, name, len(name))
            self._fonts[address] = _Font(
                _BOLD.search(name.value) is not None,
                _MONOSPACED.search(name.value) is not None,
                _TEX.match(name.value) is not None,
            )
        return self._fonts[address]

    def _measure(self, word: _Word, turn: int | None) -> tuple[float, float, float]:
        """The start and the end of a word along its line, and the height of its baseline."""
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


def _main_size(sizes: Counter[float]) -> float:
    """The size of type of a fragment, given how many characters have each size.

    The largest size that is not rare: names of files and the like are often set smaller.
    """
    least = min(_RARE * sizes.total(), max(sizes.values()))
    return max(size for size, count in sizes.items() if count >= least)


def _printable(code: int) -> str:
    """The character; "" for a control character and for one that is private to a font."""
    if code < 32 or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xF900 or 0xFFF0 <= code < 0x10000:
        return ""
    return chr(code) if code < 0xF0000 else ""


def order_pieces(pieces: Sequence[str]) -> list[str]:
    """The pieces of a line in reading order.

    Words written from right to left change places, with the spaces and signs between them; the
    letters of a word stay as they are, and so do the pieces of a number.

    Args:
        pieces: words, and what stands between them, from left to right as they are seen.
    """
    leftward = [at for at, piece in enumerate(pieces) if _RIGHT_TO_LEFT.search(piece)]
    if not leftward:
        return [*pieces]
    others = [_RIGHT_TO_LEFT.sub("", piece) for piece in pieces]
    rightward = [at for at, letters in enumerate(others) if any(map(str.isalpha, letters))]
    if not rightward:
        return _reverse(pieces)
    ordered = [*pieces]
    for first, last in _runs(leftward, {*rightward}):
        ordered[first : last + 1] = _reverse(pieces[first : last + 1])
    return ordered


def _reverse(pieces: Sequence[str]) -> list[str]:
    """The pieces from right to left, but for those of each number."""
    ordered: list[str] = []
    end = len(pieces)
    for number in reversed([*_NUMBER.finditer("".join(map(_mark, pieces)))]):
        start, after = number.span()
        ordered += [*reversed(pieces[after:end]), *pieces[start:after]]
        end = start
    return [*ordered, *reversed(pieces[:end])]


def _mark(piece: str) -> str:
    """One sign for each piece: what it may be in a number."""
    if _IN_NUMBER.fullmatch(piece):
        return "d" if any(map(str.isdecimal, piece)) else piece[0]
    return " " if piece.isspace() else "x"


def _runs(leftward: Iterable[int], rightward: set[int]) -> list[tuple[int, int]]:
    """The first and last of the pieces in each run with nothing from left to right in it."""
    runs: list[tuple[int, int]] = []
    for at in leftward:
        if at in rightward:
            continue
        if runs and rightward.isdisjoint(range(runs[-1][1] + 1, at)):
            runs[-1] = runs[-1][0], at
        else:
            runs.append((at, at))
    return runs
