"""Inline Markdown: which characters of a paragraph are markup, and how the others look."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import NamedTuple

from index.documents import MarkKind
from index.loaders.markup.block_writer import BlockWriter

# No pattern here goes back over what it has read: else hostile words would take the square of their
# length, or far longer. What may end anywhere, code and comments, is looked up.
_LINK_TEXT = r"\[(?P<link>(?:[^\[\]\\]|\\.|\[[^\[\]]*+\]){0,2000}+)\]"
# An address, with a title after white space.
_TARGET = (
    r"\((?:<[^<>\n]*+>"
    r"|(?<=[ \t\n])(?:\"[^\"]*+\"|'[^']*+'|\([^()]*+\))(?=\s*+\))"
    r"|\{[%{][^{}()]*+\}"
    r"|[^()\s]|\([^()\s]*+\)|[ \t\n](?=[\"'(]))*+\s*+\)"
)
_REFERENCE = r"\[[^\[\]]*+\]"
# Attributes of kramdown and Pandoc; of the latter, those at the end of a line.
ATTRIBUTES = re.compile(r"\{:[^{}\r\n]*+\}|\{[#.][\w-][^{}\r\n]*+\}(?=[ \t]*+(?:[\r\n]|\Z))")
# A tag of Liquid, and what it says: {% include alert.html content="Closed in May." %}.
_LIQUID = (
    r"\{%-?\s*+(?:end)?(?:if\w*|for|raw|comment|include\w*|assign|capture|unless|case|when|else"
    r"|elsif|highlight|link|figure)\b[^{}]*+\}"
)
_SAID = re.compile(r"\b(?:content|text|heading|title)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)')")
_ATTRIBUTES_OR_LIQUID = re.compile(rf"{ATTRIBUTES.pattern}|{_LIQUID}")
_MARKUP = re.compile(
    # Words come first, many at a time: they are most of a text.
    r"(?:[^`\[!<&\\*_~{ \t\r\n]++|[ \t]++(?![ \t\r\n]))++"
    r"|(?P<ticks>`++)"
    r"|(?P<badge>\[!\[[^\[\]]*+\](?:\([^()]*+\)|\[[^\[\]]*+\])\]"
    r"(?:\([^()]*+\)|\[[^\[\]]*+\]))"
    rf"|!\[(?P<image>[^\[\]]*+)\](?:{_TARGET}|{_REFERENCE})"
    rf"|{_LINK_TEXT}(?:{_TARGET}|{_REFERENCE}|\{{[#.][^{{}}\r\n]*+\}})"
    r"|<(?P<address>[a-z][a-z0-9+.-]*+:[^\s<>]*+|[\w.+-]++@[\w.-]++)>"
    r"|(?P<comment><!--)"
    rf"|(?P<attributes>{ATTRIBUTES.pattern})"
    rf"|(?P<liquid>{_LIQUID})"
    r"|(?P<break><br\s*+/?>)"
    r"|(?P<tag></?[a-zA-Z][^<>]*+>)"
    r"|(?P<entity>&(?:\#[0-9]{1,7}|\#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});)"
    r"|\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|(?P<stars>\*++|_++|~~)"
    r"|(?P<line_end>(?:(?<![ \t])[ \t]++|\\)?(?:\r\n|\n|\r)[ \t]*+)",
    re.DOTALL,
)
_TICKS = re.compile(r"`++")
_STARS = re.compile(r"[*_~]")
_LINES = re.compile(r"[^\r\n]+|\r\n|[\r\n]")
_STYLES: dict[int, tuple[MarkKind, ...]] = {1: ("emphasis",), 2: ("strong",)}


# Where runs of backticks of each length start.
Runs = Mapping[int, Sequence[int]]


class _Mark(NamedTuple):
    """Something that is marked up.

    Attributes:
        kind: a name of a group of the pattern; "code" for what is between backticks.
        inner_start, inner_end: what of it is not markup.
    """

    kind: str
    start: int
    end: int
    inner_start: int
    inner_end: int


class Delimiter(NamedTuple):
    """Signs that begin or end emphasis: how many, and the styles of what is between."""

    length: int
    styles: tuple[MarkKind, ...]


@dataclass(slots=True)
class _Opener:
    """Signs that may begin emphasis: where they start, and how many are not yet used."""

    sign: str
    start: int
    length: int


BADGE_ADDRESS = re.compile(r"badge|shields\.io|\.svg", re.IGNORECASE)


@dataclass(slots=True)
class InlineWriter:
    """Writes the words of paragraphs, headings and cells without their markup.

    Attributes:
        sign: what may begin a further line of a paragraph and is no part of it, such as the sign
            of a quotation.
        keeps_breaks: whether a line that is broken on purpose is shown so, else as a space.
    """

    writer: BlockWriter
    sign: re.Pattern[str] | None = None
    keeps_breaks: bool = False

    def write(self, start: int, end: int, styles: tuple[MarkKind, ...] = ()) -> None:
        """Write a part of the document, all of it in some styles."""
        runs: defaultdict[int, list[int]] = defaultdict(list)
        for match in _TICKS.finditer(self.writer.document, start, end):
            runs[len(match[0])].append(match.start())
        self._write_part(start, end, styles, runs, self._pair_delimiters(start, end, runs))

    def _write_words(self, start: int, end: int, styles: tuple[MarkKind, ...]) -> None:
        """Write what is no markup but for line ends."""
        for match in _LINES.finditer(self.writer.document, start, end):
            if match[0] in ("\r\n", "\r", "\n"):
                self.writer.replace(*match.span(), " ", styles)
            else:
                self.writer.copy(*match.span(), styles)

    def _write_part(
        self,
        start: int,
        end: int,
        styles: tuple[MarkKind, ...],
        runs: Runs,
        pairs: Mapping[int, Delimiter],
    ) -> None:
        writer = self.writer
        open_styles: list[MarkKind] = []
        at = start
        for mark in _iterate_marks(writer.document, start, end, runs):
            if mark.start < at:
                continue
            now = (*styles, *open_styles)
            writer.copy(at, mark.start, now)
            at = mark.end
            if mark.kind == "stars":
                shown = mark.start
                while shown < at and (delimiter := pairs.get(shown)):
                    shown += delimiter.length
                    for name in delimiter.styles:
                        if name in open_styles:
                            open_styles.remove(name)
                        else:
                            open_styles.append(name)
                writer.copy(shown, at, now)
            elif mark.kind == "line_end":
                at = self._write_line_end(mark, end, now)
            elif mark.kind == "break":
                self._break_line(mark, now)
            elif mark.kind == "link":
                inner = mark.inner_start, mark.inner_end
                self._write_part(*inner, (*now, "link"), runs, pairs)
            else:
                self._write_element(mark, now)
        writer.copy(at, end, (*styles, *open_styles))

    def _write_element(self, mark: _Mark, styles: tuple[MarkKind, ...]) -> None:
        """Write what is drawn of code, a picture, an address or an entity; of others nothing."""
        start, end, text = mark.inner_start, mark.inner_end, self.writer.document
        if mark.kind == "code":
            if end - start > 2 and text[start] == text[end - 1] == " ":
                start, end = start + 1, end - 1
            self._write_words(start, end, (*styles, "code"))
        elif mark.kind == "image":
            if not BADGE_ADDRESS.search(text, end, mark.end):
                self._write_part(start, end, (*styles, "caption"), {}, {})
        elif mark.kind == "address":
            self.writer.copy(start, end, (*styles, "link"))
        elif mark.kind == "entity":
            drawn = " ".join(unescape(text[start:end]).split()) or " "
            self.writer.replace(start, end, drawn, styles)
        elif mark.kind == "escaped":
            self.writer.copy(start, end, styles)
        elif mark.kind == "liquid":
            for said in _SAID.finditer(text, start, end):
                self._write_words(*said.span(said.lastindex or 0), styles)
                self.writer.replace(said.end() - 1, said.end(), " ", styles)

    def _write_line_end(self, mark: _Mark, end: int, styles: tuple[MarkKind, ...]) -> int:
        """Write a space or break the line; returns where the next line of the paragraph starts."""
        past, text = mark.end, self.writer.document
        if self.sign and (sign := self.sign.match(text, past, end)):
            past = sign.end()
        if past < end:
            if text.startswith(("  ", "\\"), mark.start, mark.end):
                self._break_line(mark, styles)
            else:
                self.writer.replace(mark.start, past, " ", styles)
        return past

    def _break_line(self, mark: _Mark, styles: tuple[MarkKind, ...]) -> None:
        self.writer.replace(mark.start, mark.end, "\n" if self.keeps_breaks else " ", styles)

    def _pair_delimiters(self, start: int, end: int, runs: Runs) -> dict[int, Delimiter]:
        """The delimiters of emphasis that belong together, by their offsets."""
        text = self.writer.document
        pairs: dict[int, Delimiter] = {}
        if not _STARS.search(text, start, end):
            return pairs
        waiting: list[_Opener] = []
        # How many of each sign are waiting.
        counts: Counter[str] = Counter()
        for mark in _iterate_marks(text, start, end, runs, inside_links=True):
            if mark.kind != "stars":
                continue
            a, b = mark.start, mark.end
            before = text[a - 1] if a > start else " "
            after = text[b] if b < end else " "
            sign = text[a]
            opens, closes = _can_open(before, after, sign), _can_open(after, before, sign)
            while closes and a < b and counts[sign]:
                while waiting[-1].sign != sign:
                    counts[waiting.pop().sign] -= 1
                opener = waiting[-1]
                length = min(2, opener.length, b - a)
                styles: tuple[MarkKind, ...] = ("struck",) if sign == "~" else _STYLES[length]
                # The inner ones of those that begin it.
                opener.length -= length
                pairs[opener.start + opener.length] = pairs[a] = Delimiter(length, styles)
                a += length
                if not opener.length:
                    counts[waiting.pop().sign] -= 1
            if opens and a < b:
                waiting.append(_Opener(sign, a, b - a))
                counts[sign] += 1
        return pairs


def _iterate_marks(
    text: str, start: int, end: int, runs: Runs, *, inside_links: bool = False
) -> Iterator[_Mark]:
    at, last_comment_end = start, text.rfind("-->", start, end)
    while match := _MARKUP.search(text, at, end):
        kind, (first, at) = match.lastgroup, match.span()
        if kind is None:
            continue
        if kind == "ticks":
            length = at - first
            starts = runs.get(length, ())
            number = bisect_left(starts, at)
            if number < len(starts) and starts[number] + length <= end:
                yield _Mark("code", first, starts[number] + length, at, starts[number])
                at = starts[number] + length
        elif kind == "comment":
            if at <= last_comment_end:
                at = text.index("-->", at) + len("-->")
                yield _Mark(kind, first, at, at, at)
        else:
            yield _Mark(kind, first, at, *match.span(kind))
            if kind == "link" and inside_links:
                at = match.start("link")


def _can_open(before: str, after: str, sign: str) -> bool:
    """Whether a delimiter between two characters may begin emphasis."""
    if after.isspace():
        return False
    loose = before.isspace() or not (before.isalnum() or before == sign)
    if sign == "_":
        return loose
    return loose or after.isalnum() or after in "*_`[<\"'(“"


def says_nothing(block: str) -> bool:
    """Whether a block has attributes and tags of Liquid alone."""
    return not _SAID.search(block) and not re.search(r"\w", _ATTRIBUTES_OR_LIQUID.sub("", block))
