"""Contacts (VCF): a card is a passage under its name, a line for each thing that it says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.documents import Content
from index.loaders.records.content_lines import ContentLine, read_content_lines
from index.loaders.shared.assembly import Assembly
from index.loaders.shared.decoding import UnreadableFile, decode

_LABELS = {"NICKNAME": "Nickname", "TITLE": "Position", "ROLE": "Role", "ORG": "Organisation"}
_LABELS |= {"EMAIL": "Email", "TEL": "Phone", "ADR": "Address", "URL": "Web", "BDAY": "Birthday"}
_LABELS |= {"ANNIVERSARY": "Anniversary", "IMPP": "Chat", "CATEGORIES": "Categories"}
_LABELS |= {"NOTE": "Note", "RELATED": "Related", "LANG": "Language"}
_PARTED = frozenset(("ORG", "ADR"))
# What says how a line is written, and not what it is about.
_NO_KINDS = frozenset(("internet", "pref", "voice", "quoted-printable", "x400"))


def load(data: bytes) -> Content:
    """The cards of a file; raises `UnreadableFile`."""
    assembly = Assembly()
    lines: list[ContentLine] | None = None
    is_card = False
    for line in read_content_lines(decode(data)):
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
