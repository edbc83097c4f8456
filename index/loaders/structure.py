"""What a text is made of, read from the text itself: of a decoded file it is all there is."""

from __future__ import annotations

from importlib import import_module

from index.documents import NO_STRUCTURE, Content, Structure
from index.formats import find_format
from index.loaders.shared.decoding import UnreadableFile
from index.text.plain_blocks import complete_blocks


def read_structure(path: str, text: str, *, is_part: bool = False) -> Structure:
    """The structure of a document whose text is the decoded file; an empty one for others.

    Args:
        path: of the document; it tells the format.
        text: its canonical text.
        is_part: the text is a part of the document, such as a passage.
    """
    found = find_format(path)
    if found is None or not found.is_decoded:
        return NO_STRUCTURE
    loader = import_module(f"index.loaders.{found.module}")
    try:
        if is_part and hasattr(loader, "read_part"):
            content: Content = loader.read_part(text)
        else:
            content = complete_blocks(loader.load(text.encode("utf-8", "surrogatepass")))
    except UnreadableFile:
        return NO_STRUCTURE
    # A text that looks like one in another encoding is decoded as another one.
    return content.structure if content.text == text else NO_STRUCTURE
