"""Files that came with a message: those that can be read stand under their names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import PurePath

from index.documents import Content
from index.loaders import pdf
from index.loaders.markup import markdown
from index.loaders.office import docx, opendocument, pptx, rtf, spreadsheet
from index.loaders.pages import html as web_page
from index.loaders.plain import text
from index.loaders.records import table
from index.loaders.shared.assembly import Assembly

# Of one message, so many files are read, and so many bytes of each.
_MOST, _MOST_BYTES = 20, 32 * 2**20
_LOADERS: dict[str, Callable[[bytes], Content]] = {
    **dict.fromkeys((".txt", ".text"), text.load),
    **dict.fromkeys((".md", ".markdown"), markdown.load),
    **dict.fromkeys((".html", ".htm"), web_page.load),
    **dict.fromkeys((".odt", ".odp"), opendocument.load),
    **dict.fromkeys((".xlsx", ".xls", ".xlsb", ".ods"), spreadsheet.load),
    **dict.fromkeys((".csv", ".tsv"), table.load),
    **{".pdf": pdf.load, ".docx": docx.load, ".pptx": pptx.load, ".rtf": rtf.load},
}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message."""

    name: str
    data: bytes


def add_attachments(assembly: Assembly, attached: Iterable[Attachment], level: int) -> None:
    """Add the names of files, and the words of those that can be read.

    Args:
        assembly: the text.
        attached: the files.
        level: of the message's subject.
    """
    named = [each for each in attached if each.name]
    if not named:
        return
    assembly.begin_part("", level + 1)
    assembly.add_block("Attachments: " + ", ".join(each.name for each in named))
    for each in named[:_MOST]:
        load = _LOADERS.get(PurePath(each.name).suffix.lower())
        if load is None or len(each.data) > _MOST_BYTES:
            continue
        try:
            content = load(each.data)
        except MemoryError:
            raise
        except Exception:
            # It is named, whatever a library trips over, and the message can be read without it.
            continue
        assembly.begin_part(each.name, level + 1)
        below = (replace(one, level=one.level + level + 1) for one in content.headings)
        assembly.add(replace(content, headings=tuple(below)))
