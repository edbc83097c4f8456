"""EPUB: the chapters in their order, as HTML is read."""

import pytest

from index.loaders import UnreadableFile, parse
from index.loaders.pages.epub import load
from index.text.passages import cut_passages

NCX = """<!DOCTYPE ncx PUBLIC "-//NISO//DTD ncx 2005-1//EN" "http://www.daisy.org/z3986/2005/ncx.dtd">
<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap><navPoint><navLabel><text> The
Storm</text></navLabel><content src="b%20c.xhtml#top"/></navPoint></navMap></ncx>"""
NCX_ITEM = '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'


def found(content):
    """The passages of a book: heading and text."""
    pieces = cut_passages(content, lambda texts: [len(text) for text in texts], 200)
    return [(piece.heading, piece.span.of(content.text)) for piece in pieces]


def test_chapters_are_read_in_the_order_of_the_book(examples):
    chapters = {"z.xhtml": "<h1>One</h1><p>It was night.</p>", "a.xhtml": "<h1>Two</h1><p>Day.</p>"}
    content = load(examples.epub(chapters))
    assert content.text == "One\n\nIt was night.\n\nTwo\n\nDay."
    assert [(heading.level, heading.text) for heading in content.headings] == [
        (1, "One"),
        (1, "Two"),
    ]
    assert [block.of(content.text) for block in content.paragraphs] == ["It was night.", "Day."]
    assert content.title == "A Book of the Sea"
    turned = load(examples.epub(chapters, order=["a.xhtml", "z.xhtml", "a.xhtml"]))
    assert turned.text == "Two\n\nDay.\n\nOne\n\nIt was night."


def test_the_rows_of_a_table_come_with_the_names_of_its_columns(examples):
    chapters = {"one.xhtml": "<p>Short.</p>", "two.xhtml": f"<h1>Ships</h1>{examples.TABLE}"}
    assert found(load(examples.epub(chapters))) == [
        (None, "Short."),
        ("Ships › Year | Ships", "1888\t14"),
    ]


@pytest.mark.parametrize("mark", ['epub:type="footnote"', 'role="doc-endnote"'])
def test_notes_and_what_stands_aside_are_part_of_a_book(examples, mark):
    page = f"<h1>Sea</h1><p>It blew.</p><aside {mark}><p>1. From the west.</p></aside>"
    book = examples.epub({"a.xhtml": f"{page}<aside><p>A wind has a name.</p></aside>"})
    assert load(book).text == "Sea\n\nIt blew.\n\n1. From the west.\n\nA wind has a name."


def test_no_passage_straddles_two_chapters(examples):
    chapters = {"one.xhtml": "<p>Short.</p>", "two.xhtml": "<p>Short, too.</p>"}
    content = load(examples.epub(chapters))
    assert content.text == "Short.\n\nShort, too."
    assert found(content) == [(None, "Short."), (None, "Short, too.")]


def test_the_table_of_contents_names_chapters_without_headings(examples):
    chapters = {
        "a.xhtml": "<h2>Calm</h2><p>Nothing moved.</p>",
        "b%20c.xhtml": "<p>Then it blew.</p>",
        # Not in the table: it goes on with the chapter before.
        "d.xhtml": "<p>And blew.</p>",
    }
    content = load(examples.epub(chapters, more={"OPS/toc.ncx": NCX}, manifest=NCX_ITEM))
    assert found(content) == [
        ("Calm", "Nothing moved."),
        ("The Storm", "Then it blew."),
        ("The Storm", "And blew."),
    ]
    navigation = '<nav><ol><li><a href="../b%20c.xhtml">The <b>Gale</b></a></li></ol></nav>'
    content = load(
        examples.epub(
            chapters,
            more={"OPS/in/nav.xhtml": examples.XHTML.format(navigation)},
            manifest='<item id="nav" href="in/nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>',
        )
    )
    assert found(content)[1] == ("The Gale", "Then it blew.")


def test_a_long_list_of_the_chapters_is_text_and_no_passage(examples):
    names = [f"{number}. The {bird}" for number, bird in enumerate(BIRDS, 1)]
    items = "".join(f'<li><a href="{n}.xhtml">{name}</a></li>' for n, name in enumerate(names))
    chapters = {"toc.xhtml": f"<p>Of birds.</p><div><ul>{items}</ul></div>"}
    for number, name in enumerate(names):
        chapters[f"{number}.xhtml"] = f"<h2>{name}</h2><p>It flew {number} miles.</p>"
    content = load(examples.epub(chapters))
    assert "• 10. The Gull\n" in content.text
    assert [text for _, text in found(content)] == [
        "Of birds.",
        *(f"It flew {number} miles." for number in range(len(names))),
    ]


def test_a_short_list_of_chapters_is_a_passage(examples):
    """It may be the only place that tells what there is."""
    chapters = {"a.xhtml": "<p>We saw three:</p><ul><li>Gull</li><li>Tern</li><li>Auk</li></ul>"}
    for bird in ("Gull", "Tern", "Auk"):
        chapters[f"{bird}.xhtml"] = f"<h2>{bird}</h2><p>It flew.</p>"
    blocks = load(examples.epub(chapters)).paragraphs
    assert len(blocks) == 5


BIRDS = ("Auk", "Crane", "Crow", "Dipper", "Diver", "Dove", "Duck", "Eider", "Finch", "Gull", "Owl")


@pytest.mark.parametrize("number", ["[1]", "12", "12."])
def test_the_number_of_a_note_or_paragraph_belongs_to_it(examples, number):
    page = f"<p>It blew.</p><h2>Gale</h2><div><span>{number}</span><p>From the west.</p></div>"
    content = load(examples.epub({"a.xhtml": f"{page}<h2>Calm</h2><p>7</p>"}))
    pieces = cut_passages(content, lambda texts: [len(each) for each in texts], 200)
    assert [piece.span.of(content.text) for piece in pieces] == [
        "It blew.",
        f"{number}\n\nFrom the west.",
        "7",
    ]


@pytest.mark.parametrize("mark", ['epub:type="pagebreak"', "role='doc-pagebreak'"])
def test_the_numbers_of_printed_pages_are_no_text(examples, mark):
    page = (
        f'<p>It blew <span {mark} id="p12">12</span>hard.</p><div {mark}>13</div><p>Then not.</p>'
    )
    assert load(examples.epub({"a.xhtml": page})).text == "It blew hard.\n\nThen not."


def test_elements_that_close_themselves_do_not_swallow_the_page(examples):
    body = '<p>One<a id="x"/> two<br/>three <i class="a" />four.</p><div/><p>Five <img src="x"/>six.</p>'
    assert load(examples.epub({"a.xhtml": body})).text == "One two\nthree four.\n\nFive six."


def test_a_missing_chapter_is_passed_over(examples):
    item = '<item id="c9" href="gone.xhtml" media-type="application/xhtml+xml"/>'
    book = examples.epub({"a.xhtml": "<p>There.</p>"}, manifest=item)
    assert load(book).text == "There."


def test_names_that_lead_out_of_the_book_lead_nowhere(examples, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret.html").write_text("<p>secret</p>")
    for place in ("../secret.html", "../../../../etc/passwd", f"{tmp_path}/secret.html"):
        with pytest.raises(UnreadableFile, match="no text"):
            load(examples.packed({**parts(examples), "OPS/book.opf": PACKAGE.format(place)}))


PACKAGE = (
    '<package><metadata/><manifest><item id="a" href="{}" media-type="application/xhtml+xml"/>'
    '</manifest><spine><itemref idref="a"/></spine></package>'
)


def parts(examples):
    return {"META-INF/container.xml": examples.CONTAINER}


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({}, "not an EPUB: its list of contents is missing"),
        ({"META-INF/container.xml": "<container/>"}, "does not say where"),
        ({"META-INF/container.xml": "<container"}, "XML is broken"),
        ({"OPS/book.opf": "<package/>"}, "no text in it"),
        ({"OPS/book.opf": PACKAGE.format("gone.xhtml")}, "no text in it"),
        ({"OPS/book.opf": "<!DOCTYPE p [<!ENTITY a 'x'>]><package>&a;</package>"}, "entities"),
        (
            {
                "OPS/book.opf": PACKAGE.format("a.xhtml"),
                "OPS/a.xhtml": "<p>noise</p>",
                "META-INF/encryption.xml": '<e><CipherReference URI="OPS/a.xhtml"/></e>',
            },
            "protected against copying",
        ),
    ],
)
def test_a_broken_book_is_reported(examples, sandbox, more, reason):
    with pytest.raises(UnreadableFile, match=reason):
        parse(".epub", examples.packed({**parts(examples), **more}), sandbox)


def test_fonts_may_be_hidden(examples):
    hidden = {"META-INF/encryption.xml": '<e><CipherReference URI="OPS/font.otf"/></e>'}
    assert load(examples.epub({"a.xhtml": "<p>Text.</p>"}, more=hidden)).text == "Text."


def test_entities_of_a_chapter_are_not_expanded(examples):
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    page = f"<!DOCTYPE html [<!ENTITY e0 'ha'>{entities}]><html><body><p>&e11; caf&eacute;</p></body></html>"
    more = {"OPS/book.opf": PACKAGE.format("a.xhtml"), "OPS/a.xhtml": page}
    content = load(examples.packed({**parts(examples), **more}))
    assert "café" in content.text
    assert len(content.text) < 2 * len(page)


def test_a_chapter_that_unpacks_to_gigabytes_is_reported(examples, sandbox):
    book = examples.epub({"a.xhtml": "<p>Text.</p>" + " " * (64 * 2**20)})
    with pytest.raises(UnreadableFile, match="zip bomb"):
        parse(".epub", book, sandbox)


def test_a_file_cut_short_anywhere_is_reported(examples):
    data = examples.epub({f"{number}.xhtml": f"<p>{number}</p>" * 500 for number in range(9)})
    for size in range(0, len(data), 1024):
        with pytest.raises(UnreadableFile, match="damaged, or of another kind"):
            load(data[:size])
