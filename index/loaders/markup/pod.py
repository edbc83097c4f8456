"""POD, in which Perl is documented: its headings, lists and listings, read as `perldoc` shows them.

Terms stand above their descriptions, and stay in the text, too. Code around it is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from textwrap import dedent

from index.documents import Content
from index.loaders.plain import text as plain_text
from index.loaders.shared.assembly import Assembly
from index.loaders.shared.decoding import decode

_COMMAND = re.compile(r"=([a-zA-Z]\w{0,20})[ \t]*")
_IS_POD = re.compile(r"^=(?:head[1-6]|pod|item|over|encoding)\b", re.MULTILINE)
_BLANK = re.compile(r"\n[ \t]*(?=\n)")
_HEADING = re.compile(r"head([1-6])")
_ITEM = re.compile(r"(?P<mark>\*|\d{1,4}[.)]?)(?:[ \t]+|\Z)")
# Text for other programs stands between these; what is for one that shows words is read.
_SHOWN = ("text", ":")
_TERM, _DEEPEST, _LONGEST_TERM, _LONGEST_NAME = 5, 6, 100, 120

# Codes: what begins one, and what may end it.
_CODE = re.compile(r"([A-Z])(<{2,9} |<)|( ?)(>+)")
_MOST_WITHIN = 20
_WORDLESS = "XZ"
_LINK_MARK, _ESCAPE_MARK = "L", "E"
_SIGNS = {"verbar": "|", "sol": "/", "lchevron": "«", "rchevron": "»"}
_NUMBER = re.compile(r"0[xX]?[0-9a-fA-F]{1,6}|[1-9]\d{0,6}")


def load(data: bytes) -> Content:
    text = decode(data).replace("\r\n", "\n").replace("\r", "\n")
    # So it is where there is nothing of the kind in it.
    return _Pod().read(text) if _IS_POD.search(text) else plain_text.load(data)


@dataclass(slots=True)
class _Pod:
    """Grows paragraph by paragraph.

    Attributes:
        depth: in how many lists what follows stands.
        terms: that wait for their description.
        described: in which lists a term has one.
        mark: of the item that has no words yet.
        skipped: for which program the text is that is not read; "" where it is.
    """

    assembly: Assembly = field(default_factory=Assembly)
    depth: int = 0
    terms: list[str] = field(default_factory=list)
    described: set[int] = field(default_factory=set)
    mark: str = ""
    skipped: str = ""
    in_name: bool = False
    name: str = ""

    def read(self, text: str) -> Content:
        is_pod = False
        listing: list[str] = []
        for paragraph in _split_paragraphs(text):
            command = _COMMAND.match(paragraph)
            if is_pod and command is None and paragraph[0] in " \t" and not self.skipped:
                listing.append(paragraph)
                continue
            self.add(dedent("\n\n".join(listing)).rstrip())
            listing = []
            if command is not None:
                is_pod = command[1] != "cut"
                self.obey(command[1], " ".join(paragraph[command.end() :].split()))
            elif is_pod and not self.skipped:
                self.add(_unwrap(" ".join(paragraph.split())))
        self.add(dedent("\n\n".join(listing)).rstrip())
        self.add_terms()
        return self.assembly.content(self.name or None)

    def obey(self, command: str, words: str) -> None:
        """What a command says."""
        if command == "begin" and not words.startswith(_SHOWN):
            self.skipped = words or command
        elif command == "end":
            self.skipped = ""
        elif self.skipped:
            return
        elif heading := _HEADING.fullmatch(command):
            self.add_terms()
            self.depth, self.mark, self.described = 0, "", set()
            self.in_name = words == "NAME"
            self.assembly.add_heading(_unwrap(words), int(heading[1]))
        elif command == "over":
            self.add_terms()
            self.depth += 1
        elif command == "back":
            self.add_terms()
            self.end_term()
            self.depth, self.mark = max(0, self.depth - 1), ""
        elif command == "item":
            self.begin_item(words)
        elif command == "for" and words.startswith(_SHOWN):
            self.add(_unwrap(words.partition(" ")[2]))

    def begin_item(self, words: str) -> None:
        """A term, or the sign of an item."""
        if item := _ITEM.match(words):
            self.add_terms()
            self.end_term()
            self.mark = item["mark"] + " "
            self.add(_unwrap(words[item.end() :]))
        elif words:
            self.terms.append(_unwrap(words))

    def end_term(self) -> None:
        """What follows belongs to no term of this list."""
        if self.depth in self.described:
            self.described.discard(self.depth)
            self.assembly.begin_part("", _TERM + self.depth - 1)

    def add_terms(self) -> None:
        """Terms that nothing describes."""
        if self.terms:
            self.end_term()
            self.assembly.add_block("\n".join(self.terms))
            self.terms = []

    def add(self, words: str) -> None:
        """A paragraph, with the terms or the sign above it."""
        if not words.strip():
            return
        if self.in_name and not self.name and len(words) <= _LONGEST_NAME:
            self.name = words.strip()
        if self.terms:
            shown = ", ".join(self.terms)
            if 0 < self.depth <= _DEEPEST:
                self.described.add(self.depth)
                shown = shown if len(shown) <= _LONGEST_TERM else self.terms[0][:_LONGEST_TERM]
                self.assembly.begin_part(shown, _TERM + self.depth - 1)
            words = "\n".join([*self.terms, words])
            self.terms = []
        self.assembly.add_block(self.mark + words)
        self.mark = ""


def _split_paragraphs(text: str) -> Iterator[str]:
    for paragraph in _BLANK.split(text):
        if paragraph := paragraph.strip("\n").rstrip():
            yield paragraph


@dataclass(slots=True)
class _Code:
    """A code that has begun: its letter, how many signs end it, and what is in it."""

    letter: str
    closing: int
    pieces: list[str] = field(default_factory=list)


def _unwrap(words: str) -> str:
    """The words of a paragraph without the codes around some of them."""
    open_codes = [_Code("", 0)]
    at = 0
    for match in _CODE.finditer(words):
        top = open_codes[-1]
        top.pieces.append(words[at : match.start()])
        at = match.end()
        if match[1] is None:
            _end_codes(open_codes, match[3], len(match[4]))
        elif len(open_codes) <= _MOST_WITHIN:
            open_codes.append(_Code(match[1], match[2].count("<")))
        else:
            top.pieces.append(match[0])
    open_codes[-1].pieces.append(words[at:])
    while len(open_codes) > 1:
        code = open_codes.pop()
        # It is no code where nothing ends it.
        signs = "<" * code.closing + (" " if code.closing > 1 else "")
        open_codes[-1].pieces.append(code.letter + signs + "".join(code.pieces))
    return "".join(open_codes[0].pieces).strip()


def _end_codes(open_codes: list[_Code], space: str, count: int) -> None:
    """End the codes that so many signs end; those that end none are words."""
    while count and (closing := open_codes[-1].closing):
        if closing == 1:
            open_codes[-1].pieces.append(space)
        elif not space or count < closing:
            break
        code = open_codes.pop()
        open_codes[-1].pieces.append(_say(code.letter, "".join(code.pieces)))
        count -= closing
        space = ""
    open_codes[-1].pieces.append(space + ">" * count)


def _say(letter: str, words: str) -> str:
    """What is shown of a code."""
    if letter in _WORDLESS:
        return ""
    if letter == _LINK_MARK:
        shown, _, target = words.rpartition("|")
        page, _, section = target.partition("/")
        is_address = "://" in target or target.startswith("mailto:")
        if shown or is_address or not section:
            return shown or target
        section = section.strip('"')
        return f"{section} in {page}" if page else section
    if letter == _ESCAPE_MARK:
        return _SIGNS.get(words) or _find_sign(words)
    return words


def _find_sign(name: str) -> str:
    if _NUMBER.fullmatch(name):
        base = 16 if name[:2].lower() == "0x" else 8 if name[0] == "0" and len(name) > 1 else 10
        try:
            return chr(int(name, base))
        except ValueError:
            return ""
    return unescape(f"&{name};")
