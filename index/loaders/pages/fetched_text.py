"""Text from the web whose server names its character set."""

from __future__ import annotations

from index.documents import Content
from index.loaders.shared.charsets import decode_as
from index.loaders.shared.decoding import UnreadableFile


def load(data: bytes) -> Content:
    """The text after a line that names its character set.

    Raises:
        UnreadableFile: that is unknown, or the text is not in it.
    """
    name, _, words = data.partition(b"\n")
    text = decode_as(words, name.decode("latin-1"))
    if text is None:
        raise UnreadableFile("not in the character set that its server names")
    return Content(text.removeprefix("\ufeff"))
