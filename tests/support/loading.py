"""Loading a file in this process: thousands of files, each in a process of its own, take minutes."""

from __future__ import annotations

from importlib import import_module

from index.documents import Content
from index.loaders.registry import find_loader
from index.text.plain_blocks import complete_blocks


def load_here(suffix: str, data: bytes) -> Content:
    """What the loader of a suffix makes of a file, as `parse` gives it; its errors as they are."""
    module, name = find_loader(suffix)
    content: Content = getattr(import_module(module), name)(data)
    return complete_blocks(content)
