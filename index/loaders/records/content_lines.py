"""Lines of calendars and cards: a name, parameters and a value, folded if they are long."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from index.loaders.shared.decoding import decode_as

_NAME = re.compile(r"(?:[\w-]{1,60}\.)?([\w-]{1,60})")
_PARAMETER = re.compile(r";([\w-]{1,60})(?:=((?:\"[^\"]*\"|[^\";:]+)+))?")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
# A semicolon that is not part of the words.
_PARTING = re.compile(r"(?<!\\);")


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


def read_content_lines(text: str) -> Iterator[ContentLine]:
    """The lines of a file; what is not such a line is passed over."""
    for line in _unfold(text):
        name = _NAME.match(line)
        if name is None:
            continue
        parameters: dict[str, str] = {}
        at = name.end()
        while parameter := _PARAMETER.match(line, at):
            at = parameter.end()
            key, words = parameter[1].upper(), (parameter[2] or "").replace('"', "")
            # Old cards give kinds without a name.
            key, words = (key, words) if parameter[2] else ("TYPE", key)
            parameters[key] = f"{parameters[key]},{words}" if key in parameters else words
        if line[at : at + 1] != ":":
            continue
        value = line[at + 1 :]
        if parameters.get("ENCODING", parameters.get("TYPE", "")).upper() == "QUOTED-PRINTABLE":
            value = _decode_quoted(value, parameters.get("CHARSET", "utf-8"))
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


def _decode_quoted(value: str, charset: str) -> str:
    data = quopri.decodestring(value.encode("utf-8", "replace"))
    text = decode_as(data, charset)
    if text is None:
        text = data.decode("utf-8", "replace")
    return text.replace("\r\n", "\n").replace("\\", "\\\\").replace("\n", "\\n").replace(";", "\\;")
