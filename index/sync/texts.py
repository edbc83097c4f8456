"""Texts that have no file, each under a name in place of a path."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from itertools import chain, islice

from index.documents import Content
from index.engines.changes import Put
from index.reports import Report
from index.sync.writer import Writer
from index.text.plain_blocks import complete_blocks

# With fewer texts than this, each is looked up: a large index has very many names.
_FEW_TEXTS = 20


def add_texts(writer: Writer, texts: Iterable[tuple[str, str | Content]]) -> Report:
    """Add texts that have no file, each under its name."""
    report = Report()
    checked = map(_check_text, texts)
    first = list(islice(checked, _FEW_TEXTS))
    known = _find_names(writer, [name for name, _ in first])
    for name, content in chain(first, checked):
        put = Put(name, content, None, writer.cut(content))
        writer.batch.add(put, is_known=name in known)
        report.updated += name in known
        report.added += name not in known
    writer.batch.commit()
    report.failed += writer.batch.rejected
    return report


def _find_names(writer: Writer, names: Sequence[str]) -> set[str]:
    """The names of all documents; if few texts are given, only those among their names."""
    few = len(names) < _FEW_TEXTS
    documents = chain.from_iterable(map(writer.engine.documents, names if few else (None,)))
    return {document.path for document in documents}


def _check_text(pair: tuple[str, str | Content]) -> tuple[str, Content]:
    match pair:
        case (str(name), (str() | Content()) as text):
            if not name.strip():
                raise ValueError("a text needs a name, in place of a path: one has none")
            try:
                os.fsencode(name)
            except UnicodeEncodeError:
                raise ValueError(f"the name of a text holds half a character: {name!r}") from None
            return name, complete_blocks(Content(text) if isinstance(text, str) else text)
    raise TypeError(f"add_texts takes pairs of a name and a text, not {str(pair)[:80]!r}")
