"""Source code: as it is, with the colours of its syntax and the numbers of its lines."""

from __future__ import annotations

from pathlib import PurePath

from tui.source.rendering.offset_map import OffsetMap
from tui.source.rendering.rendering import CodeBlock, Rendering


def render_code(path: str, text: str) -> Rendering | None:
    """The rendering of code; None for a file that is known as none.

    Args:
        path: of the file; its name tells the language.
    """
    from pygments.lexers import find_lexer_class_for_filename

    lexer = find_lexer_class_for_filename(PurePath(path).name)
    if lexer is None or not lexer.aliases or lexer.aliases[0] == "text":
        return None
    code = (CodeBlock(0, len(text), lexer.aliases[0]),)
    return Rendering(text, OffsetMap.identity(len(text)), code=code, is_numbered=True)
