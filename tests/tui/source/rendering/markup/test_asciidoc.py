"""AsciiDoc as a person would read it."""

from __future__ import annotations

import pytest

from tests.tui.source.rendering.conftest import ViewApp, draw, read_rows

ARTICLE = """= The Rain Museum
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


def render(text: str):
    rendering = draw(text, ".adoc")
    assert rendering is not None
    return rendering


async def test_a_document_reads_as_a_page():
    app = ViewApp()
    async with app.run_test(size=(60, 80)) as pilot:
        app.show(render(ARTICLE))
        await pilot.pause()
        drawn = "\n".join(read_rows(app.view))
    for row in (
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
    ):
        assert row in drawn.split("\n"), row
    for markup in ("=", "~~", "::", "[", "*", "_", "comment", "ifdef", "https", "toc", "|"):
        assert markup not in drawn, markup
    assert [block.language for block in render(ARTICLE).code] == ["python"]


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
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
)
def test_markup_is_hidden(written, drawn):
    assert render(written).text.rstrip("\n") == drawn


def test_a_table_is_headed_where_it_says_so():
    (headed,) = render("|===\n|a |b\n\n|c\n|d\n|===").tables
    (said,) = render("[%header,cols=2*]\n|===\n|a\n|b\n|c\n|d\n|===").tables
    (plain,) = render("|===\n|a |b\n|c |d\n|===").tables
    assert (headed.has_header, said.has_header, plain.has_header) == (True, True, False)
    assert headed.cells.shape == said.cells.shape == plain.cells.shape == (2, 2, 2)
