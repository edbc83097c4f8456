"""What runs in the process that draws a document: see `tui.source.source_document`."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from pygments import lexers

from tui.source.rendering.documents import colour_code, render_document
from tui.source.rendering.packing import pack_rendering, unpack_request

# Nothing can be imported when the process has given up its rights: neither lexers, nor what they
# import when they are made, nor what is imported to look for one.
for _module in iter_modules(lexers.__path__, "pygments.lexers."):
    import_module(_module.name)
lexers.find_lexer_class_for_filename("")


def draw(request: bytes) -> bytes:
    """The rendering of a document, with the colours of its code."""
    rendering = render_document(*unpack_request(request))
    return pack_rendering(None if rendering is None else colour_code(rendering))
