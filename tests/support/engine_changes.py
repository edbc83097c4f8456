"""Changes as runs make them, with vectors, handed to the engine of an index."""

import re
from dataclasses import replace

from index import Content, Span
from index.engines.changes import Put
from index.reports import ignore_progress
from index.text.passages import NewPassage
from tests.support.encoders import WordEncoder


def make_put(path, text, state=None, title=None):
    """A document whose passages are its lines."""
    passages = [NewPassage(Span(*match.span())) for match in re.finditer(r"[^\n]+", text.rstrip())]
    put = Put(path, Content(text, title), state, passages)
    words = [above + passage for above, passage in put.texts_in_context()]
    return replace(put, vectors=WordEncoder().encode_passages(words))


def commit(index, *changes):
    with index.engine.open_writer(index.embedding_model, ignore_progress) as writer:
        return writer.commit(changes)
