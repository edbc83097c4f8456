"""An index of a few texts, without a model."""

import pytest

from index import Index
from tests.support.encoders import WordEncoder

GUIDE = """\
# Guide to the museum

The museum opened its doors in 1881, and *every* visitor was given a pear from the garden.[^1]
The garden does not belong to the [museum](https://example.org/museum) itself. Dogs may swim in
the pond unless it is frozen over.

## Prices

A ticket costs 3.50 for adults. Children under 12 and their well-behaved parents pay
nothing at all. The office of the director is closed on Mondays.

[^1]: See the chronicle.
"""
CHRONICLE = """\
The chronicle of the town says that the river rose by 4 metres in the spring of 1903.

“Nobody has seen such a flood”, wrote the mayor, “since the mill was built by the monks.”

It took eleven weeks until the water had left the cellars. The baker's wife lost two geese.
"""


@pytest.fixture(scope="package")
def index(tmp_path_factory):
    opened = Index.open(
        tmp_path_factory.mktemp("quotations") / "index", create=True, encoder=WordEncoder()
    )
    folder = tmp_path_factory.mktemp("documents")
    (folder / "guide.md").write_text(GUIDE, encoding="utf-8")
    (folder / "chronicle.txt").write_text(CHRONICLE, encoding="utf-8")
    opened.add([folder])
    yield opened
    opened.close()
