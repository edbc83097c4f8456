"""Numbers of spreadsheets as their cells show them: .25 as 25 %, 1200 as €1,200.00.

The library that reads the cells gives bare values. So of an XLSX file the styles of the workbook
are read here, and the style of each cell from the sheet (formats by ECMA-376, part 1, 18.8.30 and
18.8.31); an ODS file has the text of each cell.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import partial
from itertools import groupby

from index.loaders.office.spreadsheet.regions import ShownFormat, StyledRow
from index.loaders.shared.archive import Archive
from index.loaders.shared.decoding import UnreadableFile
from index.loaders.shared.xml import map_targets, read_part

_WORKBOOK, _STYLES = "xl/workbook.xml", "xl/styles.xml"
# Formats that every program knows by number.
_BUILT_IN = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    37: "#,##0;(#,##0)",
    38: "#,##0;(#,##0)",
    39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;(#,##0.00)",
    48: "##0.0E+0",
}
_CELL = re.compile(
    rb'<(?:\w+:)?c\b(?=[^<>]*?\sr="([A-Z]{1,3})([0-9]{1,7})")(?=[^<>]*?\ss="([0-9]{1,5})")'
)
# A symbol of a currency, with or without its locale; colours and conditions; text in quotes; one
# character as it is; the width of a character; a character that fills the cell.
_TOKEN = re.compile(
    r"""\[\$(?P<currency>[^\]-]*)(?:-[^\]]*)?\] | (?P<bracket>\[[^\]]*\])
      | "(?P<quoted>[^"]*)" | \\(?P<escaped>.) | (?P<space>_.) | \*.
      | (?P<digits>[0\#?][0\#?,]*(?:\.[0\#?]*)?|\.[0\#?]+)
      | (?P<exponent>[eE][+-]0{1,4}) | (?P<percent>%) | (?P<literal>[-+$€£¥(): ])""",
    re.VERBOSE,
)
_PART = re.compile(r'"[^"]*"?|\\.?|.', re.DOTALL)
_FRACTION = re.compile(
    r"(?P<whole>[#0]+[ ])?[?#]{1,6}/(?:(?P<places>[?#]{1,6})|(?P<parts>[1-9]\d{0,5}))"
)
_MOST_DECIMALS, _LONGEST_CODE = 15, 200
# Before the point of a number with a power of ten.
_MOST_DIGITS = 9
# Numbers from here on have more digits than a spreadsheet keeps: they are shown bare.
_LARGE = 1e15
# What is read of the tables of OpenDocument.
_CONTENT = "content.xml"
_TAG = re.compile(
    rb"<(table:table-row|table:table-cell|table:covered-table-cell|table:table|text:p)\b"
    rb"([^<>]*?)(/?)>"
)
_NAME = re.compile(rb'\stable:name="([^"<>]*)"')
_ROWS = re.compile(rb'\stable:number-rows-repeated="([0-9]{1,7})"')
_COLUMNS = re.compile(rb'\stable:number-columns-repeated="([0-9]{1,5})"')
_NUMBER = re.compile(rb'\soffice:value-type="(?:float|currency|percentage)"')
_MARKUP = re.compile(rb"<[^<>]*>")
_PARAGRAPH_END = b"</text:p>"
# In bytes; rows and cells that stand for more than so many others are empty.
_LONGEST_BYTES, _MOST_REPEATED = 200, 1_000


def _show_scientific(
    decimals: int, step: int, exponent_digits: int, shows_plus: bool, value: float
) -> str:
    """A finite number as digits and a power of ten: 1.20E+03.

    Args:
        decimals: of the digits, all shown.
        step: what the exponent is a multiple of.
        exponent_digits: at least.
        shows_plus: whether an exponent that is not negative has a sign.
    """

    def round_digits() -> Decimal:
        return exact.scaleb(-exponent).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)

    exact = abs(Decimal(repr(value)))
    exponent = exact.adjusted() if exact else 0
    exponent -= exponent % step
    digits = round_digits()
    if digits >= 10**step:
        exponent += step
        digits = round_digits()
    sign = "-" if exponent < 0 else "+" if shows_plus else ""
    power = f"{abs(exponent)}".rjust(exponent_digits, "0")
    return f"{'-' if value < 0 else ''}{digits:f}E{sign}{power}"


def _show_fraction(has_whole: bool, most_parts: int, parts: int | None, value: float) -> str:
    """A finite number as a whole number and a fraction: 2 3/4.

    Args:
        has_whole: whether the whole number stands by itself; 11/4 otherwise.
        most_parts: the largest denominator.
        parts: the one denominator there is, as it is; None if the nearest fraction is shown.
    """
    exact = abs(Fraction(repr(value)))
    if parts is None:
        over, parts = exact.limit_denominator(most_parts).as_integer_ratio()
    else:
        over = int(exact * parts + Fraction(1, 2))
    whole, rest = divmod(over, parts) if has_whole else (0, over)
    shown = [*([f"{whole}"] if whole or not rest else []), *([f"{rest}/{parts}"] if rest else [])]
    return f"{'-' if value < 0 and over else ''}{' '.join(shown)}"


@dataclass(frozen=True, slots=True)
class _NumberFormat:
    """How a number is shown.

    Attributes:
        before, after: text on both sides of the digits.
        decimals: how many there are at most, and of these, how many always.
        digits: before the point, at least.
        grouped: whether thousands are parted by commas.
        scale: what is shown of the value: 100 for a percentage, .001 for thousands.
        signed: whether a negative number gets its sign.
    """

    before: str
    after: str
    decimals: int
    fixed_decimals: int
    digits: int
    grouped: bool
    scale: Decimal
    signed: bool

    def show(self, value: float) -> str:
        """A finite number as the format shows it."""
        if abs(value) >= _LARGE:
            return str(int(value))
        exact = abs(Decimal(repr(value))) * self.scale
        rounded = exact.quantize(Decimal(1).scaleb(-self.decimals), ROUND_HALF_UP)
        whole, _, part = f"{rounded:f}".partition(".")
        part = part[: self.fixed_decimals] + part[self.fixed_decimals :].rstrip("0")
        whole = whole.lstrip("0").rjust(self.digits, "0")
        if self.grouped and whole:
            whole = f"{int(whole):,}".rjust(self.digits, "0")
        number = f"{whole}.{part}" if part else whole
        sign = "-" if self.signed and value < 0 and rounded else ""
        return " ".join(f"{sign}{self.before}{number}{self.after}".split())


def parse_format(code: str) -> ShownFormat | None:
    """A format from its code; None if a bare number shows as much, or it is not for numbers."""
    sections = _split_sections(code) if len(code) <= _LONGEST_CODE else []
    formats = [_parse_section(section, signed=len(sections) == 1) for section in sections[:3]]
    if not formats or (first := formats[0]) is None:
        return None
    # Of positive numbers, of negative ones and of zero.
    positive, negative, zero = (each or first for each in [*formats, None, None][:3])

    def show(value: float) -> str:
        return (positive if value > 0 else negative if value < 0 else zero)(value)

    return show


class WorkbookFormats:
    """The number formats of the sheets of a workbook."""

    def __init__(self, archive: Archive) -> None:
        """Read the styles; a workbook whose styles cannot be read has none."""
        self._archive = archive
        try:
            self._styles = _read_styles(archive)
            self._parts = _find_sheets(archive)
        except UnreadableFile:
            self._styles, self._parts = {}, {}

    def read_rows(self, sheet: str) -> Iterator[StyledRow]:
        """The rows of a sheet that have formats, or cells that are bold or coloured."""
        if not self._styles or sheet not in self._parts:
            return
        try:
            data = self._archive.read(self._parts[sheet]) or b""
        except UnreadableFile:
            return
        cells = (
            (int(cell[2]) - 1, _number_column(cell[1]), style)
            for cell in _CELL.finditer(data)
            if (style := self._styles.get(int(cell[3])))
        )
        for row, group in groupby(cells, key=lambda cell: cell[0]):
            styled = [(column, style) for _, column, style in group]
            yield StyledRow(
                row,
                {column: style.shown for column, style in styled if style.shown},
                frozenset(column for column, style in styled if style.is_marked),
            )


@dataclass(frozen=True, slots=True)
class _Style:
    """How cells look: the format of their numbers, None for bare ones; whether bold or coloured."""

    shown: ShownFormat | None
    is_marked: bool


def _read_styles(archive: Archive) -> dict[int, _Style]:
    """The styles of cells by their numbers, but for those that change nothing."""
    styles = read_part(archive, _STYLES)
    if styles is None:
        return {}
    codes = {each.get("numFmtId", ""): each.get("formatCode", "") for each in styles.iter("numFmt")}
    own = {str(number): code for number, code in _BUILT_IN.items()} | codes
    parsed = {name: parse_format(code) for name, code in own.items()}
    bold = {
        str(number)
        for number, font in enumerate(styles.iterfind("fonts/font"))
        if (setting := font.find("b")) is not None and setting.get("val", "1") in ("1", "true")
    }
    filled = {
        str(number)
        for number, fill in enumerate(styles.iterfind("fills/fill/patternFill"))
        if fill.get("patternType") == "solid"
    }
    read = (
        _Style(
            parsed.get(each.get("numFmtId", "")),
            each.get("fontId") in bold or each.get("fillId") in filled,
        )
        for each in styles.iterfind("cellXfs/xf")
    )
    return {number: style for number, style in enumerate(read) if style.shown or style.is_marked}


def _find_sheets(archive: Archive) -> dict[str, str]:
    """The part of each sheet, by its name."""
    workbook = read_part(archive, _WORKBOOK)
    targets = map_targets(archive, _WORKBOOK)
    return {
        each.get("name", ""): targets.get(each.get("r:id", ""), "")
        for each in (workbook.iter("sheet") if workbook is not None else ())
    }


def _number_column(letters: bytes) -> int:
    """The number of a column, from 0: A, B, …, Z, AA, …"""
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number - 1


def _split_sections(code: str) -> list[str]:
    """A code at its semicolons, but not at those in quotes or after a backslash."""
    sections = [""]
    for part in _PART.findall(code):
        if part == ";":
            sections.append("")
        else:
            sections[-1] += part
    return sections


def _parse_section(section: str, *, signed: bool) -> ShownFormat | None:
    """One section of a code; None if it is not simply a number with text around."""
    if fraction := _FRACTION.fullmatch(section):
        places, parts = fraction["places"], fraction["parts"]
        most_parts = 10 ** len(places) - 1 if places else int(parts)
        one_kind = None if places else int(parts)
        return partial(_show_fraction, bool(fraction["whole"]), most_parts, one_kind)
    exponent = ""
    sides = ["", ""]
    digits, percents, at = "", 0, 0
    while at < len(section):
        token = _TOKEN.match(section, at)
        if token is None:
            return None
        at = token.end()
        if (token["bracket"] or "")[1:2] in tuple("<=>"):
            # It is for some numbers only.
            return None
        if token["digits"]:
            if digits:
                return None
            digits = token["digits"]
            continue
        if token["exponent"]:
            if exponent or not digits:
                return None
            exponent = token["exponent"]
            continue
        percents += bool(token["percent"])
        shown = (token[name] for name in ("currency", "quoted", "escaped", "percent", "literal"))
        sides[bool(digits)] += next(filter(None, shown), " " if token["space"] else "")
    if not digits:
        return None
    whole, _, part = digits.partition(".")
    thousands = len(whole) - len(whole.rstrip(","))
    whole = whole.rstrip(",")
    part = part[:_MOST_DECIMALS]
    if exponent:
        extra = percents or thousands or "".join(sides).strip() or "," in whole
        if extra or not signed or not 0 < len(whole) <= _MOST_DIGITS:
            return None
        shows_plus, power = exponent[1] == "+", len(exponent) - 2
        return partial(_show_scientific, len(part), len(whole), power, shows_plus)
    return _NumberFormat(
        sides[0],
        sides[1],
        decimals=len(part),
        fixed_decimals=len(part.rstrip("#?")),
        digits=whole.count("0"),
        grouped="," in whole,
        scale=Decimal(100) ** percents / Decimal(1000) ** thousands,
        signed=signed,
    ).show


class ShownTexts:
    """The texts of the numbers in a workbook."""

    def __init__(self, archive: Archive) -> None:
        """Nothing is read yet; a workbook that is too large has none."""
        try:
            self._data = archive.read(_CONTENT) or b""
        except UnreadableFile:
            self._data = b""
        self._sheets = {
            html.unescape(name[1].decode("utf-8", "replace")): tag.end()
            for tag in _TAG.finditer(self._data)
            if tag[1] == b"table:table" and (name := _NAME.search(tag[2]))
        }

    def read_rows(self, sheet: str) -> Iterator[StyledRow]:
        """The rows of a sheet that show numbers: each as its text."""
        if sheet not in self._sheets:
            return
        # The row that the next one follows; there is none yet.
        row, repeated, column = -1, 1, 0
        texts: dict[int, ShownFormat] = {}
        numbered: range = range(0)
        for tag in _TAG.finditer(self._data, self._sheets[sheet]):
            name, attributes = tag[1], tag[2]
            if name == b"table:table":
                break
            if name == b"table:table-row":
                yield from _repeat(row, repeated, texts)
                row += repeated
                repeated, column, texts = _read_count(_ROWS, attributes), 0, {}
            elif name == b"text:p":
                # The first line of the number.
                if numbered and not tag[3] and numbered.start not in texts:
                    end = self._data.find(_PARAGRAPH_END, tag.end(), tag.end() + _LONGEST_BYTES)
                    words = _read_words(self._data[tag.end() : end]) if end >= 0 else ""
                    if words:
                        texts |= dict.fromkeys(numbered, partial(_show_text, words))
            else:
                count = _read_count(_COLUMNS, attributes)
                is_number = name == b"table:table-cell" and _NUMBER.search(attributes)
                numbered = (
                    range(column, column + min(count, _MOST_REPEATED)) if is_number else range(0)
                )
                column += count
        yield from _repeat(row, repeated, texts)


def _show_text(text: str, _: float) -> str:
    """The text of a cell, whatever its number."""
    return text


def _repeat(row: int, repeated: int, texts: Mapping[int, ShownFormat]) -> Iterator[StyledRow]:
    if texts:
        for number in range(row, row + min(repeated, _MOST_REPEATED)):
            yield StyledRow(number, texts)


def _read_count(pattern: re.Pattern[bytes], attributes: bytes) -> int:
    count = pattern.search(attributes)
    return max(1, int(count[1])) if count else 1


def _read_words(data: bytes) -> str:
    words = html.unescape(_MARKUP.sub(b"", data).decode("utf-8", "replace"))
    return " ".join(words.split())
