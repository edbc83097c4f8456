"""Which rendering is that of a document, by its format."""

from __future__ import annotations

from collections.abc import Sequence

from index import Passage, find_format
from index.filesystem import is_address
from tui.source.rendering.delimited import render_delimited
from tui.source.rendering.extracted import render_extracted
from tui.source.rendering.markdown import render_markdown
from tui.source.rendering.markup.asciidoc import ASCIIDOC
from tui.source.rendering.markup.blocks import render_markup
from tui.source.rendering.markup.org import ORG
from tui.source.rendering.markup.restructuredtext import RESTRUCTUREDTEXT
from tui.source.rendering.notebook import find_code_cells
from tui.source.rendering.rendering import Rendering
from tui.source.rendering.source_code import render_code

_MARKUP = {"AsciiDoc": ASCIIDOC, "Org": ORG, "reStructuredText": RESTRUCTUREDTEXT}


def render_document(path: str, text: str, passages: Sequence[Passage]) -> Rendering | None:
    """The rendering of a document; None where it is best read as it is.

    Args:
        path: of the document; its suffix tells the format.
        text: its canonical text.
        passages: all its passages, in reading order.
    """
    form = find_format(path)
    if not text:
        return None
    name = form.name if form else ""
    is_text = "." in path.rpartition("/")[2] and name in (
        "plain text",
        "Markdown",
        "tables of text",
    )
    if is_address(path) and not is_text:
        # Whatever its address ends with.
        return render_extracted(text, passages)
    match name:
        case "plain text":
            # It is best read as it is.
            return None
        case "Markdown":
            return render_markdown(text)
        case "AsciiDoc" | "Org" | "reStructuredText":
            return render_markup(text, _MARKUP[name])
        case "tables of text":
            return render_delimited(text, passages)
        case "Jupyter notebooks":
            return render_extracted(text, passages, find_code_cells(path, text))
    # What has no records is read as it is.
    is_source = name in ("XML", "JSON", "JSON Lines") and text.lstrip()[:1] in "<[{"
    is_code = form is None or form.is_decoded or is_source
    return (
        render_code(path.removesuffix(".gz"), text) if is_code else render_extracted(text, passages)
    )
