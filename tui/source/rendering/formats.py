"""How a document is drawn: from what it is made of, or as it is written."""

from __future__ import annotations

from collections.abc import Sequence

from index import Passage, find_format, read_structure
from index.documents import NO_STRUCTURE, Structure
from index.filesystem import is_address
from tui.source.outline.outline import build_outline
from tui.source.rendering.blocks import render_blocks
from tui.source.rendering.extracted import render_extracted
from tui.source.rendering.notebook import NOTEBOOK, find_code_cells
from tui.source.rendering.rendering import Rendering
from tui.source.rendering.source_code import render_code

# What source begins with; the text of records begins with their words.
_OF_SOURCE = ("<", "{", "[")


def render_document(
    path: str, text: str, passages: Sequence[Passage], structure: Structure = NO_STRUCTURE
) -> Rendering | None:
    """The rendering of a document; None if it is best read as it is.

    Args:
        path: of the document.
        text: its canonical text.
        passages: all its passages, in reading order.
        structure: what the text is made of; of a decoded file it is found if it is not given.
    """
    form = find_format(path)
    if not text:
        return None
    # A page is one, whatever its address ends with.
    is_page = is_address(path) and ("." not in path.rpartition("/")[2] or form is None)
    if is_page:
        return _render_extracted(path, text, passages, structure)
    is_source = form is None or (form.as_written and text.lstrip().startswith(_OF_SOURCE))
    if is_source or (form is not None and form.as_written and form.is_decoded):
        return render_code(path.removesuffix(".gz"), text)
    if form is not None and form.is_decoded:
        return render_blocks(text, structure if structure.blocks else read_structure(path, text))
    return _render_extracted(path, text, passages, structure)


def _render_extracted(
    path: str, text: str, passages: Sequence[Passage], structure: Structure
) -> Rendering | None:
    """The rendering of a text that a loader has taken from a file."""
    if structure.blocks:
        outline = build_outline(text, passages)
        pages = zip(outline.page_starts, outline.pages, strict=True)
        return render_blocks(text, structure, list(pages))
    cells = find_code_cells(path, text) if path.endswith(NOTEBOOK) else ()
    return render_extracted(text, passages, cells)
