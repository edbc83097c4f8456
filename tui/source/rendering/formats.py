"""How a document is drawn: from what it is made of, or as it is written."""

from __future__ import annotations

from collections.abc import Sequence

from index import Passage, find_format, read_structure
from index.filesystem import is_address
from tui.source.rendering.blocks import render_blocks
from tui.source.rendering.extracted import render_extracted
from tui.source.rendering.notebook import NOTEBOOK, find_code_cells
from tui.source.rendering.rendering import Rendering
from tui.source.rendering.source_code import render_code

# What source begins with; the text of records begins with their words.
_OF_SOURCE = ("<", "{", "[")


def render_document(path: str, text: str, passages: Sequence[Passage]) -> Rendering | None:
    """The rendering of a document; None if it is best read as it is.

    Args:
        path: of the document.
        text: its canonical text.
        passages: all its passages, in reading order.
    """
    form = find_format(path)
    if not text:
        return None
    if is_address(path) and (not path.rpartition("/")[2].count(".") or form is None):
        # A page, whatever its address ends with.
        return render_extracted(text, passages)
    is_source = form is None or (form.as_written and text.lstrip().startswith(_OF_SOURCE))
    if is_source or (form is not None and form.as_written and form.is_decoded):
        return render_code(path.removesuffix(".gz"), text)
    if form is not None and form.is_decoded:
        return render_blocks(text, read_structure(path, text))
    cells = find_code_cells(path, text) if path.endswith(NOTEBOOK) else ()
    return render_extracted(text, passages, cells)
