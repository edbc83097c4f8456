"""A process that indexes its part of a folder: place, folder, I/N."""

import sys

from index import Index, Shard
from index.filesystem import freshness
from tests.support.encoders import WordEncoder

if __name__ == "__main__":
    place, folder, part = sys.argv[1:]
    # The times of files that were written just now are believed, as if that were long ago.
    freshness._FRESH_NS = 0
    with Index.open(place, create=True, encoder=WordEncoder()) as index:
        report = index.add([folder], shard=Shard(*map(int, part.split("/"))))
    print(report.added, report.updated, report.removed, report.unchanged, len(report.failed))
