"""What documents of each kind look like; `--snapshot-update` accepts a new look."""

from __future__ import annotations

import json

import pytest
from textual.app import App, ComposeResult

from index import Content, Document, Passage, Span
from index.documents import Heading
from index.text.plain_blocks import complete_blocks
from tests.support.loading import load_here
from tui.settings.themes import DARK, LIGHT
from tui.source.places import QuotedPlace
from tui.source.source_document import read_source_document
from tui.source.source_pane import SourcePane

MARKDOWN = """# The Rain Museum

[![build](https://a.b/c.svg)](https://a.b)

It opened on **4 May 1998** in a *disused* [water mill](https://mill.example) on the river
Orrin. Run `make rain` to see it work.

## What to see

- a brass pluviometer
  - from 1890, and still in use on wet days when the other instruments are resting
- a tipping bucket
- [x] a chart recorder

1. Pay at the gate.
2. Take an umbrella.

> Dogs are welcome,
> umbrellas are not.

```python
@museum
def rain(drops: int = 42) -> str:
    # How wet?
    return f"{drops} drops"
```

| Who | Price | Remark |
| --- | ----: | --- |
| Adults | 7.00 | every day but Monday, from March to October, also on holidays |
| Children | 0.00 | **free** |

### Getting there

By boat.
"""
RST = """.. _museum:

===============
The Rain Museum
===============

It opened on **4 May 1998** in a *disused* `water mill <https://mill.example>`_ on the river
Orrin. Run ``make rain`` to see it work; see :func:`~rain.gauge.fill`.

.. note::

   Dogs are welcome, umbrellas are not.

What to see
===========

- a brass pluviometer

  - from 1890, and still in use on wet days when the other instruments are resting

1. Pay at the gate.
2. Take an umbrella::

      umbrella --open

.. code-block:: python

   def rain(drops: int = 42) -> str:
       return f"{drops} drops"  # How wet?

hygrometer
   Measures how wet the air is.

========  =====  ============================================================
Who       Price  Remark
========  =====  ============================================================
Adults    7.00   every day but Monday, from March to October, also on holidays
Children  0.00   **free**
========  =====  ============================================================
"""
CSV = "id,instrument,maker,year,remark\n" + "".join(
    f'{n},pluviometer {n},"Marrin, Ilse",{1890 + n},{"still in use on wet days " * (n % 3)}\n'
    for n in range(1, 60)
)
CODE = '''"""Counts drops."""

import math
from dataclasses import dataclass

WET = True  # always


@dataclass(frozen=True)
class Gauge:
    """A rain gauge."""

    name: str
    drops: int = 42

    def fill(self, rain: float) -> float:
        if rain < 0 or not WET:
            raise ValueError(f"{rain!r} is no rain, {self.name}; see the manual of the gauge for what is")
        return math.sqrt(rain) + self.drops * 0.5
'''
HTML = """The Rain Museum

Instruments

pluviometer
Measures rain. It has been in use since 1890.
hygrometer
hygroscope
Measures how wet the air is, and is read at noon by whoever is at the mill on that day.

What to bring:

• an umbrella
• a boat, unless one comes by train on the old line along the river Orrin
• patience

Who\tPrice\tDays
Adults\t7 euros\tall
Children\tfree\tnot on Mondays
"""
PDF = """Annual report

Rainfall

It rained on 211 days of the year.

1. January was wet.
2. February was wetter.

Visitors

Of 4,012 visitors, 37 came by boat.
"""
CELLS = [
    {"cell_type": "markdown", "source": "# Rain\n\nHow much does it rain?"},
    {
        "cell_type": "code",
        "execution_count": 1,
        "source": "drops = [4, 2]\nsum(drops)",
        "outputs": [{"output_type": "execute_result", "data": {"text/plain": "6"}}],
    },
    {"cell_type": "markdown", "source": "Not much."},
]


PAGE = """<h1>The Rain Museum</h1><h2>Instruments</h2>
<dl>
<dt>pluviometer<dd>Measures rain. It has been in use since 1890.
<dt>hygrometer<dt>hygroscope
<dd>Measures how wet the air is, and is read at noon by whoever is at the mill on that day.
</dl>
<p>What to bring:
<ul>
<li>an umbrella<li>a boat, unless one comes by train on the old line along the river Orrin
<li>patience
</ul>
<table>
<tr><th>Who<th>Price<th>Days<tr><td>Adults<td>7 euros<td>all
<tr><td>Children<td>free<td>not on Mondays
</table>
"""


def read(kind: str, text: str) -> Content:
    return load_here(f".{kind}", text.encode())


def place(text: str, words: str) -> Span:
    return Span(text.index(words), text.index(words) + len(words))


REPORT = complete_blocks(
    Content(
        PDF,
        headings=tuple(
            Heading(place(PDF, words), level, words)
            for level, words in ((1, "Annual report"), (2, "Rainfall"), (2, "Visitors"))
        ),
    )
)
PAGES = [
    Passage(1, place(PDF, words), words, page=page)
    for page, words in (
        (1, "It rained on 211 days of the year."),
        (2, PDF.split("\n\n")[5].strip()),
    )
]
# The content, the evidence, and the words in it that answer.
KINDS: dict[str, tuple[Content, str, tuple[str, ...]]] = {
    "md": (
        read("md", MARKDOWN),
        "It opened on **4 May 1998** in a *disused* [water mill](https://mill.example) on the river\nOrrin.",
        ("4 May 1998", "river\nOrrin"),
    ),
    "rst": (
        read("rst", RST),
        "It opened on **4 May 1998** in a *disused* `water mill <https://mill.example>`_ on the river\nOrrin.",
        ("4 May 1998", "river\nOrrin"),
    ),
    "csv": (read("csv", CSV), CSV.split("\n")[31], ("1921",)),
    "py": (read("py", CODE), "    name: str\n    drops: int = 42", ("42",)),
    "html": (read("html", PAGE), HTML.split("\n\n")[4], ("an umbrella", "a boat", "patience")),
    "pdf": (REPORT, "Of 4,012 visitors, 37 came by boat.", ("37",)),
    "ipynb": (read("ipynb", json.dumps({"cells": CELLS, "metadata": {}})), "6", ("6",)),
}


class SourceApp(App[None]):
    """The pane alone, with an answer."""

    def __init__(self, path: str, kind: str, theme: str) -> None:
        super().__init__()
        self._path, self._kind, self._theme = path, kind, theme

    def compose(self) -> ComposeResult:
        yield SourcePane()

    def on_mount(self) -> None:
        for theme in (DARK, LIGHT):
            self.register_theme(theme)
        self.theme = self._theme
        content, evidence, words = KINDS[self._kind]
        text, pages = content.text, PAGES if self._kind == "pdf" else ()
        start = text.index(evidence)
        around = Span(start, start + len(evidence))
        spans = tuple(
            Span(start + evidence.index(each), start + evidence.index(each) + len(each))
            for each in words
        )
        pane = self.query_one(SourcePane)
        document = Document(1, f"/library/rain.{self._kind}", None)
        pane.show_place(
            QuotedPlace(document, spans, around, evidence, (), None, False, (around,)),
            read_source_document(self._path, text, lambda: pages, structure=content.structure),
        )


@pytest.mark.parametrize("theme", ["quoteback-dark", "quoteback-light"])
@pytest.mark.parametrize("size", [(58, 24), (100, 44)], ids=["58x24", "100x44"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_document(snap_compare, kind, size, theme):
    async def before(pilot) -> None:
        # Code is coloured once what colours it has been imported, after it was first drawn.
        for _ in range(3):
            await pilot.app.workers.wait_for_complete()
            await pilot.pause(0.05)

    assert snap_compare(
        SourceApp(f"/library/rain.{kind}", kind, theme), terminal_size=size, run_before=before
    )
