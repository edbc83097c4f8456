"""Contacts (VCF): a card is a passage under its name, a line for each thing that it says.

Cards and calendars are written in lines of a name, parameters and a value, folded if they are long.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from index.documents import Content
from index.loaders.shared.assembly import Assembly
from index.loaders.shared.decoding import UnreadableFile, decode, decode_as, decode_part

_NAME = re.compile(r"(?:[\w-]{1,60}\.)?([\w-]{1,60})")
_PARAMETER = re.compile(r";([\w-]{1,60})(?:=((?:\"[^\"]*\"|[^\";:]+)+))?")
# A fold between the bytes of a character: what folds lines may count bytes.
_FOLD_IN_CHARACTER = re.compile(rb"(?<=[\x80-\xff])(?:\r\n|\n|\r)[ \t](?=[\x80-\xbf])")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
# A semicolon that is not part of the words.
_PARTING = re.compile(r"(?<!\\);")
_LABELS = {
    "NICKNAME": "Nickname", "TITLE": "Position", "ROLE": "Role", "ORG": "Organisation",
    "EMAIL": "Email", "TEL": "Phone", "ADR": "Address", "URL": "Web", "BDAY": "Birthday",
    "ANNIVERSARY": "Anniversary", "IMPP": "Chat", "CATEGORIES": "Categories",
    "NOTE": "Note", "RELATED": "Related", "LANG": "Language",
}  # fmt: skip
_PARTED = frozenset(("ORG", "ADR"))
# What says how a line is written, and not what it is about.
_NO_KINDS = frozenset(("internet", "pref", "voice", "quoted-printable", "x400"))


@dataclass(frozen=True, slots=True)
class ContentLine:
    """A line: its name in capitals, and its value as it is written."""

    name: str
    parameters: Mapping[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value as a person reads it."""
        return unescape(self.value)

    def split_fields(self) -> list[str]:
        """The parts of a value such as an address."""
        return [unescape(part) for part in _PARTING.split(self.value)]


def unescape(value: str) -> str:
    """A value without its escapes."""
    if "\\" not in value:
        return value
    return _ESCAPED.sub(lambda sign: "\n" if sign[1] in "nN" else sign[1], value)


def read_content_lines(data: bytes) -> Iterator[ContentLine]:
    """The lines of a file; what is not such a line is passed over.

    Raises:
        UnreadableFile: it is not text.
    """
    for line in _unfold(decode(_FOLD_IN_CHARACTER.sub(b"", data))):
        name = _NAME.match(line)
        if name is None:
            continue
        named: dict[str, list[str]] = {}
        at = name.end()
        while parameter := _PARAMETER.match(line, at):
            at = parameter.end()
            key, words = parameter[1].upper(), (parameter[2] or "").replace('"', "")
            # Old cards give kinds without a name.
            key, words = (key, words) if parameter[2] else ("TYPE", key)
            named.setdefault(key, []).append(words)
        if line[at : at + 1] != ":":
            continue
        parameters = {key: ",".join(words) for key, words in named.items()}
        value = line[at + 1 :]
        # Old cards give it as a kind.
        encodings = parameters.get("ENCODING", parameters.get("TYPE", "")).upper().split(",")
        if "QUOTED-PRINTABLE" in encodings:
            charset = parameters.get("CHARSET")
            value = ";".join(_decode_quoted(part, charset) for part in _PARTING.split(value))
        yield ContentLine(name[1].upper(), parameters, value)


def _unfold(text: str) -> Iterator[str]:
    """Whole lines: what begins with a space, or follows a soft line end, goes on."""
    pieces: list[str] = []
    is_soft = False
    for line in re.split(r"\r\n|\n|\r", text):
        if pieces and (is_soft or line[:1] in (" ", "\t")):
            pieces.append("\n" + line if is_soft else line[1:])
        else:
            if pieces:
                yield "".join(pieces)
            pieces = [line]
        first = pieces[0][:200].upper()
        is_soft = line.endswith("=") and "QUOTED-PRINTABLE" in first.partition(":")[0]
    if pieces:
        yield "".join(pieces)


def _decode_quoted(part: str, charset: str | None) -> str:
    """A part of a value that is encoded, escaped as one that is not."""
    data = quopri.decodestring(part.replace("\\;", ";").encode("utf-8", "replace"))
    named = decode_part(data, None) if charset is None else decode_as(data, charset)
    text = named or data.decode("utf-8", "replace")
    return text.replace("\r\n", "\n").replace("\\", "\\\\").replace("\n", "\\n").replace(";", "\\;")


def load(data: bytes) -> Content:
    """The cards of a file; raises `UnreadableFile`."""
    assembly = Assembly()
    lines: list[ContentLine] | None = None
    is_card = False
    for line in read_content_lines(data):
        if line.name == "BEGIN" and line.value.strip().upper() == "VCARD":
            is_card, lines = True, []
        elif line.name == "END" and lines is not None:
            _add_card(assembly, lines)
            lines = None
        elif lines is not None:
            lines.append(line)
    if not is_card and data.strip():
        raise UnreadableFile("not a file of contacts")
    return assembly.content(None)


def _add_card(assembly: Assembly, lines: Sequence[ContentLine]) -> None:
    name = next((_join(line.text) for line in lines if line.name == "FN" and line.text.strip()), "")
    if not name:
        parts = next((line.split_fields() for line in lines if line.name == "N"), [])
        # The family name stands first.
        family, given, *more = [*parts, "", ""]
        name = _join(" ".join((*more[1:2], given, *more[:1], family)))
    assembly.begin_part(name, 1)
    assembly.add_block("\n".join(filter(None, (name, *_show_lines(lines)))))


def _show_lines(lines: Sequence[ContentLine]) -> Iterator[str]:
    for line in lines:
        label = _LABELS.get(line.name)
        if label is None:
            continue
        words = line.text
        if line.name in _PARTED:
            words = ", ".join(filter(None, map(_join, line.split_fields())))
        if not (words := _join(words)):
            continue
        kinds = [kind.strip().lower() for kind in line.parameters.get("TYPE", "").split(",")]
        shown = ", ".join(kind for kind in kinds if kind and kind not in _NO_KINDS)
        yield f"{label}{f' ({shown})' if shown else ''}: {words}"


def _join(words: str) -> str:
    return " ".join(words.split())
