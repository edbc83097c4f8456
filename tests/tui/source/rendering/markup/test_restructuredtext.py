"""reStructuredText as a person would read it."""

from __future__ import annotations

import pytest

from tests.tui.source.rendering.conftest import ViewApp, draw, read_rows

ARTICLE = """.. _top:

=================
 The Rain Museum
=================

:Author: Ilse Marrin

It opened on **4 May 1998**, in a
`disused mill <https://mill.example>`_ on the ``Orrin``.

.. contents::
   :depth: 2

What to see
-----------

- a brass pluviometer

  - from 1890
- a *tipping* bucket

3. Pay
4. Enter::

     umbrella --open

.. warning:: Dogs are
   welcome.

   Umbrellas are not.

.. code-block:: python
   :linenos:

   def rain():
       return "wet"

hygrometer
    Measures air.

======  =====  ======
Who     Price  Days
======  =====  ======
Adults  **7**  all
               week
======  =====  ======

+----------+-------+
| Child    | Price |
+==========+=======+
| under 6  | free  |
+----------+-------+

.. list-table:: Boats
   :header-rows: 1

   * - Boat
     - Seats
   * - Orrin
     - 12

.. figure:: mill.png
   :alt: The mill by night

   A picture.

.. [1] By train.

.. |mill| replace:: the mill
.. A comment
   that goes on.
"""


@pytest.fixture
async def drawn():
    app = ViewApp()
    async with app.run_test(size=(48, 60)) as pilot:
        app.show(render(ARTICLE))
        await pilot.pause()
        yield "\n".join(read_rows(app.view))


def render(text: str):
    rendering = draw(text, ".rst")
    assert rendering is not None
    return rendering


def read(text: str) -> str:
    return render(text).text.rstrip("\n")


async def test_a_document_reads_as_a_page(drawn):
    for row in (
        "The Rain Museum",
        "Author: Ilse Marrin",
        "What to see",
        "• a brass pluviometer",
        "  ◦ from 1890",
        "• a tipping bucket",
        "3. Pay",
        "4. Enter:",
        "     umbrella --open",
        "▌ Warning",
        "▌ Dogs are welcome.",
        "▌ Umbrellas are not.",
        "  def rain():",
        "hygrometer",
        "  Measures air.",
        "Who    │ Price │ Days",
        "Adults │ 7     │ all",
        "       │       │ week",
        "Child   │ Price",
        "under 6 │ free",
        "Boats",
        "Boat  │ Seats",
        "Orrin │    12",
        "The mill by night",
        "A picture.",
        "[1] By train.",
    ):
        assert row in drawn.split("\n"), row
    for markup in ("==", "--\n", "**", "``", "::", ":depth", "https", "_top", "linenos", "comment"):
        assert markup not in drawn


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        ("a **b** *c* ``d`` e", "a b c d e"),
        ("snake_case_name and __init__", "snake_case_name and __init__"),
        ("2 * 3 * 4 ** 5 and *args", "2 * 3 * 4 ** 5 and *args"),
        (":func:`~a.b.rain` :class:`a.B` :ref:`see <x>`", "rain a.B see"),
        ("Python_ and `the mill`_ [1]_ |version|", "Python and the mill [1] version"),
        ("an unclosed **bold and `link", "an unclosed **bold and `link"),
        ("\\*not\\* emphasis", "*not* emphasis"),
        ("`rain`:emphasis: and H\\ `2`:sub:\\ O", "rain and H2O"),
        ("one\n  two", "one\ntwo"),
        ("one\ntwo", "one two"),
        ("like this ::\n\n  code", "like this\n\ncode"),
        ("::\n\n  code", "code"),
        ("#. one\n#. two", "1. one\n2. two"),
        ("A. Smith said\nso.", "A. Smith said so."),
        ("| one\n| two", "one\ntwo"),
        (".. function:: rain(*drops)\n\n   Rains.", "rain(*drops)\n\nRains."),
        (".. versionadded:: 3.6", "New in version 3.6"),
        (".. toctree::\n   :maxdepth: 1\n\n   a\n   b", "a\nb"),
        (">>> 1 + 1\n2", ">>> 1 + 1\n2"),
        ("__ https://a.b\n\nrain", "rain"),
        ("+---+---+\n| a | b |\n|   | c |\n+---+---+\n| d | e |\n+---+---+", "a b \n c \nd e "),
    ],
)
def test_markup_is_hidden(written, drawn):
    assert read(written) == drawn.rstrip("\n")


def test_titles_have_levels_in_the_order_of_their_styles():
    text = "A\n=\n\nB\n-\n\nC\n~\n\nD\n-\n\n====\nE\n====\n"
    formats = [rendering_format(text, line) for line in "ABCDE"]
    assert formats == ["heading-1", "heading-2", "heading-3", "heading-2", "heading-3"]


def test_code_has_its_language():
    rendering = render(ARTICLE)
    assert [block.language for block in rendering.code] == ["python"]
    assert [block.language for block in render("a::\n\n  >>> 1\n\n.. math:: x\n").code] == [
        "pycon",
        "latex",
    ]


def test_nested_notes_end_where_their_margin_does():
    text = ".. note::\n\n   a\n\n   .. tip::\n\n      b\n\n   c\n\nd\n"
    rendering = render(text)
    lines = {
        line: rendering.formats[number].first
        for line, number in zip(
            rendering.text.split("\n"), rendering.line_formats.tolist(), strict=False
        )
    }
    assert [lines[line] for line in "abcd"] == ["▌ ", "▌ ▌ ", "▌ ", ""]


def rendering_format(text: str, line: str) -> str:
    rendering = render(text)
    return rendering.formats[rendering.line_formats[rendering.text.split("\n").index(line)]].style


@pytest.mark.parametrize(
    "end",
    [
        ".. code-block::",
        ".. csv-table::\n",
        ".. code::\n   :linenos:\n\n",
        ".. code:: python\n\nx\n",
    ],
)
def test_an_empty_block_of_code_is_drawn_as_nothing(end):
    rendering = render(f"The otter weighs 14 kg.\n\n{end}")
    assert rendering.text.split() == [
        "The",
        "otter",
        "weighs",
        "14",
        "kg.",
        *(["x"] * ("x" in end)),
    ]


async def test_a_table_that_would_be_nearly_empty_is_drawn_as_it_is():
    cells = "".join(f"     - word {n}\n       and more\n" for n in range(200))
    text = f".. list-table::\n\n   * - first\n{cells}" + "   * - row\n" * 200
    app = ViewApp()
    async with app.run_test(size=(60, 20)) as pilot:
        rendering = render(text)
        assert rendering.tables == ()
        app.show(rendering)
        await pilot.pause()
        rows = [row.strip() for row in read_rows(app.view)]
        assert rows[:3] == ["first", "- word 0 and more", "- word 1 and more"]
        assert rows[-1] == "row"
