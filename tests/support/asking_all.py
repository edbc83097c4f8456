"""Everything that an index can be asked, for indexes that hold nonsense."""

from index import DamagedIndex, Filter, Index, QuotebackError, Retriever, parse_since
from tests.support.encoders import WordEncoder

_MODES = ("hybrid", "dense", "bm25")


def _search(index, **options):
    for mode in _MODES:
        for hit in Retriever(index).search("rain and snow", 5, mode, **options):
            assert len(hit.passage.text) == len(hit.passage.span)
            assert 0 <= hit.score <= 1


def _look(index):
    for document in index.documents():
        assert document.path.encode("utf-8", "surrogateescape")
        index.text(document.path)
        index.passages(document.path)
        index.properties(document.path)
        index.is_current(document)


def _verify(index):
    if problems := index.verify():
        raise DamagedIndex(problems[0])


STEPS = {
    "search": _search,
    "search of some": lambda index: _search(
        index, filter=Filter(["*"], since=parse_since("1999-01-01"), authors=["ann"])
    ),
    "look": _look,
    "count": lambda index: (*index.counts, index.embedded, index.is_empty, index.model),
    "spelling": lambda index: Retriever(index).correct_spelling("reign and sknow"),
    "status": Index.status,
    "threshold": lambda index: index.threshold,
    "settings": lambda index: index.engine.settings(),
    "verify": _verify,
    "digest": Index.digest,
    "write": lambda index: index.add_texts([("new", "rain and hail")]),
    "write again": lambda index: index.add_texts([("a", "rain, snow and hail")]),
    "remove": lambda index: index.remove(["a"]),
}


def ask_all(place):
    """Do every step, each on an index opened anew; returns the errors of ours, by step.

    Any other error comes out, and so does a message of more than one line.
    """
    errors = {}
    for name, step in STEPS.items():
        try:
            with Index.open(place, encoder=WordEncoder()) as index:
                step(index)
        except QuotebackError as error:
            assert "\n" not in str(error), name
            errors[name] = error
    return errors
