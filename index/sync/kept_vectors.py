"""The vectors of unchanged passages, which need not be made again."""

from __future__ import annotations

from index.arrays import Floats
from index.documents import join_title
from index.engines.protocol import Engine


def read_kept_vectors(engine: Engine, path: str, fingerprint: str) -> dict[tuple[str, str], Floats]:
    """The vectors of the document at a path, keyed by the pairs that `Put.words` returns.

    Args:
        fingerprint: of the version of the model that made them.
    """
    document = next((entry for entry in engine.documents(path) if entry.path == path), None)
    vectors = engine.open_vectors(fingerprint)
    if document is None or vectors is None:
        return {}
    passages = {passage.id: passage for passage in engine.passages_of(document)}
    return {
        (
            join_title(document.title, passages[number].headings, passages[number].columns),
            passages[number].text,
        ): vector
        for number, vector in vectors.read([*passages]).items()
    }
