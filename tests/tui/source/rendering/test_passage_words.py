"""A quotation reads as the source pane draws it, and what is marked in it is what is quoted."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import Document, Hit, Passage, Span
from index.documents import Block
from qa import ConsideredPassage, visible
from tests.support.loading import read_passage, read_structure
from tests.tui.source.rendering.conftest import expect_drawn
from tui.source.rendering.documents import render_document
from tui.source.rendering.passage_words import PassageWords, excerpt_passage

# Passages start somewhere in their document.
START = 7
MARKS = st.sampled_from(
    '*a* **b** `c` [d](e) :mod:`f` ``g`` _h_ \\* &amp; | , " - > # ``` :: .. [ ] ( <i> x\x1b[31m'.split(
        " "
    )
)
TEXT = st.lists(MARKS | st.text(max_size=6), max_size=12).map(" ".join) | st.text(max_size=40)
PATH = st.sampled_from("/a.md /a.rst /a.org /a.adoc /a.csv /a.txt /a.html".split())


def words_of(path: str, text: str, *columns: str, whole: str = "") -> PassageWords:
    passage = replace(read_passage(path, text, START, whole=whole), columns=columns)
    return PassageWords(Hit(passage, Document(1, path, None), 1.0))


def span_of(text: str, part: str) -> Span:
    start = START + text.index(part)
    return Span(start, start + len(part))


def quote(path: str, text: str, *columns: str, whole: str = "") -> str:
    words = words_of(path, text, *columns, whole=whole)
    return words.quote(Span(START, START + len(text)))


def draw(path: str, text: str, whole: str = "") -> str:
    runs = words_of(path, text, whole=whole).draw(Span(START, START + len(text)))
    return "".join(run.text for run in runs)


@pytest.mark.parametrize(
    ("path", "text", "drawn"),
    [
        ("a.md", "Use **bold**, *Cancel* or `x`, see [text](url).", "Use bold, Cancel or x, see text."),
        ("a.md", "> A quoted line\n> goes on.", "A quoted line goes on."),
        ("a.md", "| a | b |\n|---|---|\n| 1 | `2` |", "a · b 1 · 2"),
        ("a.md", "```py\nx = __init__\n```", "x = __init__"),
        ("a.rst", "The :mod:`secrets` module, ``None`` and *n*.", "The secrets module, None and n."),
        ("a.rst", ".. note::\n\n   Mind the `gap`_.", "Note: Mind the gap."),
        ("a.rst", ".. versionadded:: 3.6\n   The *key*.\n\nIt opens.", "New in version 3.6 The key. It opens."),
        ("a.rst", ".. image:: a.png\n   :alt: A gauge\n   :width: 9\n\nA gauge.", "A gauge A gauge."),
        ("a.rst", "==  ==\n A   B\n==  ==\n1   *2*\n==  ==", "A · B 1 · 2"),
        ("a.rst", "Open it::\n\n   b'\\x00' * 2\n\nand so on", "Open it: b'\\x00' * 2 and so on"),
        ("a.rst", "of a paragraph that goes\n   on :sup:`here` and\n   there", "of a paragraph that goes on here and there"),
        ("a.org", "* Plan\n=code= and /slow/", "Plan code and slow"),
        ("a.adoc", "[NOTE]\n====\n*Strong* `code`\n====", "Note: Strong code"),
        ("a.txt", "2 * 3 * 4 = `x`", "2 * 3 * 4 = `x`"),
    ],
)  # fmt: skip
def test_markup_is_hidden_as_in_the_source(path, text, drawn):
    assert quote(path, text) == drawn


def test_fields_of_restructuredtext_stand_below_each_other():
    text = (
        ".. function:: fill(gauge)\n\n   Fill a :class:`~rain.Gauge`.\n\n"
        "   :param gauge: the *gauge*,\n      empty\n   :returns: how ``full`` it is\n"
    )
    assert draw("/a.rst", text) == (
        "fill(gauge) Fill a Gauge.\nparam gauge: the gauge, empty\nreturns: how full it is"
    )
    # Likewise where a passage begins with one.
    fields = text[text.index(":param") :].rstrip()
    assert draw("/a.rst", fields, whole=text) == (
        "param gauge: the gauge, empty\nreturns: how full it is"
    )


def test_what_is_marked_up_has_its_style():
    text = "Press *Cancel* or `x`."
    runs = words_of("a.md", text).draw(Span(START, START + len(text)))
    assert [(run.text, run.styles) for run in runs if run.text.strip()] == [
        ("Press", ()),
        ("Cancel", ("emphasis",)),
        ("or", ()),
        ("x", ("code",)),
        (".", ()),
    ]


def test_words_that_are_struck_out_keep_their_signs_where_nothing_is_styled():
    text = "It costs ~~$30 or more~~ $25, not ~~$40~~."
    assert quote("a.md", text) == "It costs ~~$30 or more~~ $25, not ~~$40~~."
    assert draw("a.md", text) == "It costs $30 or more $25, not $40."


def test_what_is_quoted_is_marked_to_the_character_within_markup():
    text = "It was **built in 1911** by *Voss*."
    runs = words_of("a.md", text).draw(
        Span(START, START + len(text)), [span_of(text, "1911** by *Voss")]
    )
    assert "".join(run.text for run in runs if run.is_quoted) == "1911 by Voss"


def test_items_of_a_list_stand_on_lines_of_their_own():
    text = "Take:\n- *salt*\n- flour\n  of rye\n1. Mix."
    runs = words_of("a.md", text).draw(Span(START, START + len(text)))
    assert "".join(run.text for run in runs) == "Take:\n• salt\n• flour of rye\n1. Mix."


def test_what_follows_a_list_begins_a_line_unless_it_goes_on_with_an_item():
    text = "Take:\n\n- salt\n\n  of rock\n\n  - fine\n\nThen wait.\n\n1. Mix.\n\nIt is ready."
    assert draw("/a.md", text) == (
        "Take:\n• salt of rock\n• fine\nThen wait.\n1. Mix.\nIt is ready."
    )
    assert draw("/a.txt", "To do:\n- Mix.\n\nIt is ready.") == "To do:\n• Mix.\nIt is ready."


def test_what_follows_code_or_a_row_begins_a_line():
    text = "Run:\n\n```\nmake\n```\n\nThen\nwait.\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\nDone."
    assert draw("/a.md", text) == "Run:\nmake\nThen wait.\na · b\n1 · 2\nDone."


def test_code_without_its_fence_is_code():
    code = "let a = __b__;\nfor (;;) {\n}"
    assert quote("a.md", code, whole=f"```js\n{code}\n```") == "let a = __b__; for (;;) { }"


def test_a_row_has_the_names_of_its_columns_and_a_cell_alone_has_none():
    columns = ("no", "name", "town", "sum")
    row = 'N1,"Ann ""A"" Lee",,9'
    whole = f"{','.join(columns)}\n{row}\nN2,Bo,Bern,8\n"
    assert quote("a.csv", row, *columns, whole=whole) == 'no: N1 · name: Ann "A" Lee · sum: 9'
    words = words_of("a.csv", row, *columns, whole=whole)
    assert words.quote(span_of(row, "N1")) == "N1"
    assert words.quote(span_of(row, "9")) == "9"


def test_the_cells_of_a_row_are_those_of_the_index():
    text = "N1 | Ann | of Bee\n"
    cells = tuple(span_of(text, part) for part in ("N1", "Ann | of Bee"))
    block = Block("row", Span(START, START + len(text) - 1), cells=cells)
    passage = Passage(1, Span(START, START + len(text)), text, (), ("no", "name"), None, (block,))
    words = PassageWords(Hit(passage, Document(1, "/a.md", None), 1.0))
    assert words.quote(passage.span) == "no: N1 · name: Ann | of Bee"


def test_cells_may_stand_on_lines_of_their_own():
    columns = "no", "name", "sum"
    row = "N1\n|*Ann* and\nBee\n|9"
    whole = f'[cols="3*",options=header]\n|===\n|no |name |sum\n\n|{row}\n|===\n'
    assert quote("/a.adoc", row, *columns, whole=whole) == ("no: N1 · name: Ann and Bee · sum: 9")
    row = "N1\n     - *Ann* and\n       Bee\n     - 9"
    whole = (
        f".. list-table::\n   :header-rows: 1\n\n   * - no\n     - name\n     - sum\n   * - {row}\n"
    )
    assert quote("/a.rst", row, *columns, whole=whole) == "no: N1 · name: Ann and Bee · sum: 9"


def test_the_row_that_names_the_columns_does_not_name_them_twice():
    assert quote("a.csv", "no,name", "no", "name", whole="no,name\nN1,Ann\n") == "no · name"


def test_what_is_quoted_from_within_markup_is_shown_as_it_is():
    text = "See [the page](https://a.b/c)."
    words = words_of("a.md", text)
    assert words.quote(span_of(text, "https://a.b/c")) == "https://a.b/c"
    runs = words.draw(Span(START, START + len(text)), [span_of(text, "https://a.b/c")])
    assert "".join(run.text for run in runs if run.is_quoted) == "https://a.b/c"


@settings(max_examples=150, deadline=None)
@given(PATH, TEXT, st.integers(0, 3), st.data())
def test_only_characters_of_the_span_are_drawn_and_all_safely(path, text, columns, data):
    words = words_of(path, text, *"abc"[:columns])
    start = data.draw(st.integers(0, len(text)))
    span = Span(START + start, START + data.draw(st.integers(start, len(text))))
    runs = words.draw(span, [span])
    drawn = "".join(run.text for run in runs)
    assert drawn == visible(drawn)
    assert not any(line != line.strip() for line in drawn.split("\n"))
    # The pieces are those of the passage, in order.
    at = 0
    for piece in words.pieces:
        assert at <= piece.start <= piece.end <= len(text)
        at = piece.end
        if piece.is_copy:
            assert piece.drawn == text[piece.start : piece.end]


@pytest.mark.parametrize("path", ["/a.md", "/a.rst", "/a.org", "/a.adoc"])
def test_a_whole_paragraph_reads_as_in_the_source(path):
    text = {
        "/a.md": "Use **strong** *words*, `code_x`, [a link](u) and <https://a.b>\n"
        "over two lines &amp; ~~more~~.",
        "/a.rst": "Use **strong** *words*, ``code_x``, `a link <u>`_ and :func:`f`\nover two lines.",
        "/a.org": "Use *strong* /words/, =code_x= and [[u][a link]]\nover two lines.",
        "/a.adoc": "Use *strong* _words_, `code_x` and https://a.b[a link]\nover two lines.",
    }[path]
    rendering = render_document(path, text, read_structure(path, text))
    assert rendering is not None
    drawn = expect_drawn(rendering, Span(0, len(text)))
    assert "".join(draw(path, text).split()) == "".join(drawn.split())


def test_a_passage_whose_drawing_raises_is_quoted_as_it_is(monkeypatch):
    def fail(*_: object) -> None:
        raise IndexError

    monkeypatch.setattr("tui.source.rendering.passage_words._draw_blocks", fail)
    assert quote("/a.md", "It **rains** a lot.") == "It **rains** a lot."


def test_a_passage_longer_than_any_is_quoted_as_it_is():
    text = "It **rains** a lot. " * 1_000
    assert quote("/a.md", text).startswith("It **rains** a lot. It **rains**")


# Excerpts: the sentence that comes nearest is always in them


NOTES = Document(1, "/notes.md", None)
TEXT = (
    "The chapel was built in 1712 by a guild of\nropemakers. It has a single bell. "
    "The organ came later, in 1805, and was paid for by a widow."
)


def hit(text: str = TEXT, at: int = 30) -> Hit:
    return Hit(Passage(7, Span(at, at + len(text)), text), NOTES, 0.5)


def considered(found: Hit, words: str) -> list[ConsideredPassage]:
    at = found.passage.span.start + found.passage.text.index(words)
    return [ConsideredPassage(found, 1.0, Span(at, at + len(words)))]


def test_what_fits_is_shown_whole_on_one_line():
    assert excerpt_passage(hit(), (), 300) == TEXT.replace("\n", " ")


def test_it_begins_at_the_beginning_where_nothing_was_read():
    assert excerpt_passage(hit(), (), 30) == "The chapel was built in 1712 …"


def test_it_begins_at_the_beginning_where_that_takes_in_the_nearest_sentence():
    shown = excerpt_passage(hit(), considered(hit(), "single bell"), 77)
    assert shown == "The chapel was built in 1712 by a guild of ropemakers. It has a single bell. …"


def test_it_begins_with_the_nearest_sentence_where_that_stands_further_down():
    shown = excerpt_passage(hit(), considered(hit(), "1805"), 40)
    assert shown == "… The organ came later, in 1805, and was …"


def test_what_was_read_in_another_passage_says_nothing():
    other = Hit(Passage(8, Span(0, len(TEXT)), TEXT), NOTES, 0.4)
    assert excerpt_passage(hit(), considered(other, "1805"), 15) == "The chapel was …"


def test_one_long_word_is_cut():
    assert excerpt_passage(hit("A" * 90), (), 20) == "A" * 20 + " …"


@pytest.mark.parametrize("room", [1, 20, 400])
@given(text=st.text(min_size=1))
def test_no_control_character_reaches_the_screen(text, room):
    shown = excerpt_passage(hit(text), (), room)
    assert all(unicodedata.category(character) != "Cc" for character in shown)
    assert len(shown) <= room + len(" …")
