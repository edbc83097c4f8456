"""Inline Markdown: which characters of a paragraph are markup, and how the others look."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import NamedTuple

from tui.source.rendering.pieces import Writer

# Of a paragraph with more characters nothing is taken for markup: finding its end may take the
# square of its length.
_LONGEST = 20_000
_LINK_TEXT = r"\[(?P<{0}>(?:[^\[\]\\]|\\.|\[[^\[\]]*\]){{0,2000}})\]"
# An address, with a title after white space.
_TARGET = (
    r"\((?:<[^<>\n]*>|[^()\s]|\([^()\s]*\)|[ \t\n](?=[\"'(])"
    r"|(?<=[ \t\n])[\"'(][^\"')]*[\"')])*\s*\)"
)
_MARKUP = re.compile(
    r"(?P<fence>`+)(?P<code>.+?)(?<!`)(?P=fence)(?!`)"
    r"|(?P<badge>\[!\[[^\[\]]*\](?:\([^()]*\)|\[[^\[\]]*\])\](?:\([^()]*\)|\[[^\[\]]*\]))"
    r"|!\[(?P<image>[^\[\]]*)\](?:" + _TARGET + r"|\[[^\[\]]*\])"
    r"|" + _LINK_TEXT.format("link") + r"(?:" + _TARGET + r"|\[[^\[\]]*\])"
    r"|<(?P<address>[a-z][a-z0-9+.-]*:[^\s<>]*|[\w.+-]+@[\w.-]+)>"
    r"|(?P<comment><!--.*?-->)"
    r"|(?P<break><br\s*/?>)"
    r"|(?P<tag></?[a-zA-Z][^<>]*>)"
    r"|(?P<entity>&(?:\#[0-9]{1,7}|\#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});)"
    r"|\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|(?P<stars>\*+|_+|~~)"
    r"|(?P<line_end>(?:[ \t]+|\\)?(?:\r\n|\n|\r)[ \t]*)",
    re.DOTALL,
)
_LINES = re.compile(r"[^\r\n]+|\r\n|[\r\n]")
_STYLES = {1: ("emphasis",), 2: ("strong",)}


class Delimiter(NamedTuple):
    """Signs that begin or end emphasis: how many, and the styles of what is between."""

    length: int
    styles: tuple[str, ...]


@dataclass(slots=True)
class _Opener:
    """Signs that may begin emphasis: where they start, and how many are not yet used."""

    sign: str
    start: int
    length: int


_BADGE_ADDRESS = re.compile(r"badge|shields\.io|\.svg", re.IGNORECASE)


@dataclass(slots=True)
class InlineWriter:
    """Writes the words of paragraphs, headings and cells without their markup.

    Attributes:
        sign: what may begin a further line of a paragraph and is no part of it, such as the sign
            of a quotation.
        end_line: called where a line is broken on purpose; None where a space is enough.
    """

    writer: Writer
    sign: re.Pattern[str] | None = None
    end_line: Callable[[], object] | None = None

    def write(self, start: int, end: int, styles: tuple[str, ...] = ()) -> None:
        """Write a part of the document, all of it in some styles."""
        if end - start > _LONGEST:
            self._write_words(start, end, styles)
        else:
            self._write_part(start, end, styles, self._pair_delimiters(start, end))

    def _write_words(self, start: int, end: int, styles: tuple[str, ...]) -> None:
        """Write what is no markup but for line ends."""
        for match in _LINES.finditer(self.writer.document, start, end):
            if match[0] in ("\r\n", "\r", "\n"):
                self.writer.replace(*match.span(), " ", styles)
            else:
                self.writer.copy(*match.span(), styles)

    def _write_part(
        self, start: int, end: int, styles: tuple[str, ...], pairs: dict[int, Delimiter]
    ) -> None:
        text, writer = self.writer.document, self.writer
        open_styles: list[str] = []
        at = start
        for match in _iterate_markup(text, start, end):
            if match.start() < at:
                continue
            now = (*styles, *open_styles)
            writer.copy(at, match.start(), now)
            at = match.end()
            kind = match.lastgroup
            if kind == "stars":
                shown = match.start()
                while shown < at and (delimiter := pairs.get(shown)):
                    shown += delimiter.length
                    for name in delimiter.styles:
                        if name in open_styles:
                            open_styles.remove(name)
                        else:
                            open_styles.append(name)
                writer.copy(shown, at, now)
            elif kind == "line_end":
                at = self._write_line_end(match, end, now)
            elif kind == "break":
                self._break_line(match, now)
            elif kind == "link":
                self._write_part(*match.span("link"), (*now, "link"), pairs)
            else:
                self._write_element(match, now)
        writer.copy(at, end, (*styles, *open_styles))

    def _write_element(self, match: re.Match[str], styles: tuple[str, ...]) -> None:
        """Write what is drawn of code, a picture, an address or an entity; of others nothing."""
        kind = match.lastgroup
        if kind == "code":
            start, end = match.span("code")
            text = self.writer.document
            if end - start > 2 and text[start] == text[end - 1] == " ":
                start, end = start + 1, end - 1
            self._write_words(start, end, (*styles, "code"))
        elif kind == "image":
            if not _BADGE_ADDRESS.search(match[0], match.end("image") - match.start()):
                self._write_words(*match.span("image"), (*styles, "label"))
        elif kind == "address":
            self.writer.copy(*match.span("address"), (*styles, "link"))
        elif kind == "entity":
            drawn = " ".join(unescape(match[0]).split()) or " "
            self.writer.replace(*match.span(), drawn, styles)
        elif kind == "escaped":
            self.writer.copy(*match.span("escaped"), styles)

    def _write_line_end(self, match: re.Match[str], end: int, styles: tuple[str, ...]) -> int:
        """Write a space or break the line; returns where the next line of the paragraph starts."""
        past = match.end()
        if self.sign and (sign := self.sign.match(self.writer.document, past, end)):
            past = sign.end()
        if past < end:
            if match[0].startswith(("  ", "\\")):
                self._break_line(match, styles)
            else:
                self.writer.replace(match.start(), past, " ", styles)
        return past

    def _break_line(self, match: re.Match[str], styles: tuple[str, ...]) -> None:
        if self.end_line is not None:
            self.end_line()
        else:
            self.writer.replace(*match.span(), " ", styles)

    def _pair_delimiters(self, start: int, end: int) -> dict[int, Delimiter]:
        """The delimiters of emphasis that belong together, by their offsets."""
        text = self.writer.document
        pairs: dict[int, Delimiter] = {}
        waiting: list[_Opener] = []
        for match in _iterate_markup(text, start, end, inside_links=True):
            if match.lastgroup != "stars":
                continue
            a, b = match.span()
            before = text[a - 1] if a > start else " "
            after = text[b] if b < end else " "
            sign = text[a]
            opens, closes = _can_open(before, after, sign), _can_open(after, before, sign)
            while closes and a < b:
                opener = next((each for each in reversed(waiting) if each.sign == sign), None)
                if opener is None:
                    break
                while waiting[-1] is not opener:
                    waiting.pop()
                length = min(2, opener.length, b - a)
                styles = ("struck",) if sign == "~" else _STYLES[length]
                # The inner ones of those that begin it.
                opener.length -= length
                pairs[opener.start + opener.length] = pairs[a] = Delimiter(length, styles)
                a += length
                if not opener.length:
                    waiting.pop()
            if opens and a < b:
                waiting.append(_Opener(sign, a, b - a))
        return pairs


def _iterate_markup(
    text: str, start: int, end: int, *, inside_links: bool = False
) -> Iterator[re.Match[str]]:
    at = start
    while match := _MARKUP.search(text, at, end):
        yield match
        is_link = match.lastgroup == "link" and inside_links
        at = match.start("link") if is_link else match.end()


def _can_open(before: str, after: str, sign: str) -> bool:
    """Whether a delimiter between two characters may begin emphasis."""
    if after.isspace():
        return False
    loose = before.isspace() or not (before.isalnum() or before == sign)
    if sign == "_":
        return loose
    return loose or after.isalnum() or after in "*_`[<\"'(“"
