"""The vectors of a document's passages that are as they were: they need not be made again."""

from __future__ import annotations

from index.arrays import Floats
from index.documents import join_title
from index.engines.protocol import Engine


def read_kept_vectors(engine: Engine, path: str, fingerprint: str) -> dict[tuple[str, str], Floats]:
    """The vectors of the document at a path, by what `Put.words` says of its passages.

    Args:
        fingerprint: of the version of the model that has made them.
    """
    document = next((each for each in engine.documents(path) if each.path == path), None)
    vectors = engine.open_vectors(fingerprint)
    if document is None or vectors is None:
        return {}
    passages = {each.id: each for each in engine.passages_of(document)}
    return {
        (
            join_title(document.title, passages[number].headings, passages[number].columns),
            passages[number].text,
        ): vector
        for number, vector in vectors.read([*passages]).items()
    }
