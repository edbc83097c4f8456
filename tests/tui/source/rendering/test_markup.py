"""reStructuredText, Org and AsciiDoc as a person would read them."""

from __future__ import annotations

import pytest

from tests.tui.source.rendering.conftest import ViewApp, draw, read_rows
from tui.source.rendering.rendering import Rendering

RESTRUCTUREDTEXT = """.. _top:

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

ORG = """#+TITLE: The Rain Museum
#+AUTHOR: Ilse Marrin
#+STARTUP: overview
# A comment

It opened on *4 May 1998* in a
/disused/ [[https://mill.example][mill]] on the =Orrin=.

* TODO What to see                  :rain:
  :PROPERTIES:
  :CUSTOM_ID: see
  :END:

  - a brass pluviometer
    - from 1890
  - [X] a bucket
  - hygrometer :: measures
    air
  3. Pay
** Code
#+BEGIN_SRC python :results output
  def rain():
      return "wet"
#+END_SRC
#+begin_warning
Dogs are welcome.
#+end_warning
: fixed

| Who    | Price |
|--------+-------|
| Adults | *7*   |
#+TBLFM: $2=7
"""

ASCIIDOC = """= The Rain Museum
Ilse Marrin
:toc:

It opened on *4 May 1998* in a
_disused_ https://mill.example[mill] on the `Orrin`.

// A comment
NOTE: Dogs are
welcome.

[[see]]
What to see
~~~~~~~~~~~

* a brass pluviometer
** from 1890
* [x] a bucket
+
More of it.

[WARNING]
====
Wet.

- one
====

.A listing
[source,python]
----
def rain(): <1>
    return "wet"
----
<1> Rains.

hygrometer::
  Measures
  air.
-v::
--verbose::
	Be loud.

[cols="1,1",options="header"]
|===
| Who | Price
| Adults
| *7*
|===

ifdef::x[]
include::more.adoc[]
endif::x[]
image::mill.png[The mill by night,400]
"""

# By suffix: a document, the rows that are drawn of it, and markup that is not.
ARTICLES = {
    ".rst": (
        RESTRUCTUREDTEXT,
        (
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
        ),
        ("==", "--\n", "**", "``", "::", ":depth", "https", "_top", "linenos", "comment"),
    ),
    ".org": (
        ORG,
        (
            "The Rain Museum",
            "AUTHOR: Ilse Marrin",
            "It opened on 4 May 1998 in a disused mill on the Orrin.",
            "TODO What to see",
            "• a brass pluviometer",
            "  ◦ from 1890",
            "☑ a bucket",
            "• hygrometer",
            "  measures air",
            "3. Pay",
            "Code",
            "  def rain():",
            "▌ Warning",
            "▌ Dogs are welcome.",
            "  fixed",
            "Who    │ Price",
            "Adults │ 7",
        ),
        ("*", "#", ":", "[[", "comment", "overview", "PROPERTIES", "https", "|"),
    ),
    ".adoc": (
        ASCIIDOC,
        (
            "The Rain Museum",
            "Ilse Marrin",
            "It opened on 4 May 1998 in a disused mill on the Orrin.",
            "▌ Note",
            "▌ Dogs are welcome.",
            "What to see",
            "• a brass pluviometer",
            "  ◦ from 1890",
            "☑ a bucket",
            "  More of it.",
            "▌ Warning",
            "▌ Wet.",
            "▌ • one",
            "A listing",
            "  def rain(): <1>",
            "<1> Rains.",
            "hygrometer",
            "  Measures air.",
            "-v",
            "--verbose",
            "  Be loud.",
            "Who    │ Price",
            "Adults │ 7",
            "more.adoc",
            "The mill by night",
        ),
        ("=", "~~", "::", "[", "*", "_", "comment", "ifdef", "https", "toc", "|"),
    ),
}
WRITTEN = {
    ".rst": [
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
    ".org": [
        ("a *b* /c/ =d= ~e~ +f+ _g_", "a b c d e f g"),
        ("/usr/bin and a/b/c, 2*3*4, x = y = z", "/usr/bin and a/b/c, 2*3*4, x = y = z"),
        ("[[a.org]] [[b][c]] [fn:1] <<here>>", "a.org c [fn:1] "),
        ("[[https://a.b][file:https://a.b/badge.svg]] rain", " rain"),
        ("an unclosed *bold and [[link", "an unclosed *bold and [[link"),
        (":a:\nrain", ":a:\nrain".replace("\n", " ")),
        ("#+begin_src\nrain", "rain"),
        ("#+begin_comment\na\n#+end_comment\nb", "b"),
        ("* a\n** b", "a\n\n\nb"),
        ("1. [@3] a\n2) b", "1. a\n2) b"),
    ],
    ".adoc": [
        ("a *b* _c_ `d` **e**f __g__h #i#", "a b c d ef gh i"),
        ("snake_case_name, 2 * 3 * 4, C# and #1", "snake_case_name, 2 * 3 * 4, C# and #1"),
        ("<<a,see>> <<b>> xref:c[d] link:e[] linkgit:git-gc[1]", "see b d e git-gc[1]"),
        ("an unclosed *bold and `code", "an unclosed *bold and `code"),
        (". a\n. b\n.. c\n. d", "1. a\n2. b\n1. c\n3. d"),
        ("----\nnever ended", "never ended"),
        ("////\nhidden\n////\nb", "b"),
        ("[verse]\na\nb", "a\nb"),
        ("a\n-\n\n----\n-\n----", "a\n\n\n-"),
        ("* a\n\nb", "• a\n\nb"),
        ("|===\n|a |b\n\n|c\n|d\n|===", "a b \nc d "),
        ("  literal\n    text", "literal\n  text"),
        ("[quote]\nIt rains.", "It rains."),
    ],
}


def render(text: str, suffix: str = ".rst") -> Rendering:
    rendering = draw(text, suffix)
    assert rendering is not None
    return rendering


def list_formats(rendering: Rendering):
    """The format of each line that has words."""
    lines = zip(rendering.text.split("\n"), rendering.line_formats.tolist(), strict=False)
    return {line: rendering.formats[number] for line, number in lines if line}


@pytest.mark.parametrize(("suffix", "width"), [(".rst", 48), (".org", 60), (".adoc", 60)])
async def test_a_document_reads_as_a_page(suffix, width):
    article, rows, hidden = ARTICLES[suffix]
    app = ViewApp()
    async with app.run_test(size=(width, 80)) as pilot:
        app.show(render(article, suffix))
        await pilot.pause()
        drawn = "\n".join(read_rows(app.view))
    for row in rows:
        assert row in drawn.split("\n"), row
    for markup in hidden:
        # These have signs of their own.
        assert markup not in drawn.replace("AUTHOR:", "").replace("rain():", ""), markup
    assert [block.language for block in render(article, suffix).code] == ["python"]


@pytest.mark.parametrize(
    ("suffix", "written", "drawn"),
    [(suffix, *case) for suffix, cases in WRITTEN.items() for case in cases],
)
def test_markup_is_hidden(suffix, written, drawn):
    assert render(written, suffix).text.rstrip("\n") == drawn.rstrip("\n")


def test_titles_have_levels_in_the_order_of_their_styles():
    text = "A\n=\n\nB\n-\n\nC\n~\n\nD\n-\n\n====\nE\n====\n"
    formats = list_formats(render(text))
    styles = [formats[line].style for line in "ABCDE"]
    assert styles == ["heading-1", "heading-2", "heading-3", "heading-2", "heading-3"]
    below_a_title = list_formats(render("#+title: a\n\n* b\n** c\n", ".org"))
    assert [form.style for form in below_a_title.values()] == ["", "heading-1", "heading-2"]


def test_code_has_its_language():
    languages = [block.language for block in render("a::\n\n  >>> 1\n\n.. math:: x\n").code]
    assert languages == ["pycon", "latex"]


def test_nested_notes_end_where_their_margin_does():
    text = ".. note::\n\n   a\n\n   .. tip::\n\n      b\n\n   c\n\nd\n"
    formats = list_formats(render(text))
    assert [formats[line].first for line in "abcd"] == ["▌ ", "▌ ▌ ", "▌ ", ""]


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


def test_a_table_is_headed_where_it_says_so():
    (headed,) = render("|===\n|a |b\n\n|c\n|d\n|===", ".adoc").tables
    (said,) = render("[%header,cols=2*]\n|===\n|a\n|b\n|c\n|d\n|===", ".adoc").tables
    (plain,) = render("|===\n|a |b\n|c |d\n|===", ".adoc").tables
    assert (headed.has_header, said.has_header, plain.has_header) == (True, True, False)
    assert headed.cells.shape == said.cells.shape == plain.cells.shape == (2, 2, 2)
