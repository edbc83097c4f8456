"""Documents in XML: sections, paragraphs, lists, listings, tables."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.loaders import UnreadableFile
from index.loaders.pages.docbook import load
from index.loaders.records.xml_file import load as load_xml

BOOK = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE book PUBLIC "-//OASIS//DTD DocBook XML V4.5//EN" "x.dtd" [
<!ENTITY oil "whale oil">
<!ENTITY far SYSTEM "file:///etc/passwd">
]>
<book><info><title>Lamps</title><author>Ann</author></info>
<chapter><title>Of <emphasis>oil</emphasis></title>
<para>It burns <quote>well</quote>&mdash;&oil;&far; of &whale;.<footnote><para>In winter.</para></footnote>
More<indexterm><primary>no</primary></indexterm> <xref linkend="w"/></para>
<section><title>Wicks</title>
<orderedlist><listitem><para>Cut</para></listitem><listitem><para>Light</para>
<itemizedlist><listitem><simpara>once</simpara></listitem></itemizedlist></listitem></orderedlist>
<variablelist><varlistentry><term>-w</term><listitem><para>Wick.</para></listitem></varlistentry></variablelist>
<programlisting>
lamp
  -w
</programlisting>
<table><title>Use</title><tgroup cols="2"><thead><row><entry>Lamp</entry><entry>Litres</entry></row></thead>
<tbody><row><entry>West</entry><entry>3</entry></row></tbody></tgroup></table>
</section></chapter></book>"""


def test_a_book_is_read_as_it_is_printed():
    content = load(BOOK.encode())
    assert content.title == "Lamps"
    assert [(each.text, each.level) for each in content.headings] == [
        ("Lamps", 1),
        ("Of oil", 2),
        ("Wicks", 3),
    ]
    assert content.text == (
        "Lamps\n\nOf oil\n\nIt burns “well”—whale oil of whale. More [w]\n\nIn winter.\n\nWicks\n\n"
        "1. Cut\n\n2. Light\n\n• once\n\n-w\nWick.\n\nlamp\n  -w\n\nUse\n\nLamp\tLitres\nWest\t3"
    )
    assert [each.columns for each in content.tables] == [("Lamp", "Litres")]


def test_a_novel_is_read():
    content = load(
        b"<FictionBook><description><title-info><book-title>The Sea</book-title></title-info>"
        b"</description><body><section><title><p>One</p></title><p>It <em>blew</em>"
        b"<strikethrough>snowed</strikethrough>.</p>"
        b"<poem><stanza><v>Hail</v></stanza></poem></section></body><binary>AAAA</binary></FictionBook>"
    )
    assert (content.title, content.text) == ("The Sea", "One\n\nIt blew.\n\nHail")


def test_what_is_called_by_names_grows_only_once():
    laughs = "".join(
        f'<!ENTITY l{n} "{"&l" + str(n - 1) + ";" if n else "ha"}{"" if n else "ha"}">'
        for n in range(9)
    )
    data = f"<!DOCTYPE book [{laughs}]><book><para>x&l8;&l0;</para></book>"
    assert load(data.encode()).text == "xl7haha"


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("&kapp; of &Ann.Lamp;, &eg; &mdash; &etc;", "lamp of Ann Lamp, e.g. — etc."),
        ("<keycombo>&Ctrl;&Shift;<keycap>N</keycap></keycombo>", "Ctrl+Shift+N"),
        ("<keycombo><keycap>Alt</keycap><keycap>any key</keycap></keycombo>", "Alt+any key"),
        (
            "<menuchoice><shortcut><keycombo>&Ctrl;<keycap>O</keycap></keycombo></shortcut>"
            "<guimenu>File</guimenu><guimenuitem>Open Lamp</guimenuitem></menuchoice>.",
            "File → Open Lamp (Ctrl+O).",
        ),
        (
            "<menuchoice><shortcut><keycap>F5</keycap></shortcut><guimenu>Go</guimenu></menuchoice>",
            "Go (F5)",
        ),
    ],
)
def test_what_manuals_write_short_is_read_as_it_is_printed(words, read):
    doctype = '<!DOCTYPE book SYSTEM "x.dtd" [<!ENTITY kapp "&lamp;">]>'
    assert load(f"{doctype}<book><para>{words}</para></book>".encode()).text == read


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("The &app; of &url-wiki;", "The &app; of &url-wiki;"),
        ("Choose &menu.file.open; in &sail_maker;", "Choose &menu.file.open; in &sail_maker;"),
        ("&sloop; and &Ann.Lamp;", "sloop and Ann Lamp"),
    ],
)
def test_names_that_are_declared_elsewhere_are_kept_as_they_are_unless_they_are_words(words, read):
    assert load(f"<book><para>{words}.</para></book>".encode()).text == f"{read}."


def test_what_a_document_declares_itself_is_read_without_its_markup():
    declared = (
        """<!ENTITY app "<application>Sail</application> 2"><!ENTITY at '<x y="1">Bay</x>'>"""
    )
    data = f"<!DOCTYPE book [{declared}]><book><para>&app; at &at;&app;</para></book>"
    assert load(data.encode()).text == "Sail 2 at BaySail 2"


def test_where_a_glossary_leads_to_is_a_line_of_its_own():
    entries = (
        "<glossentry><glossterm>Jib</glossterm><glossdef><para>A sail.</para>"
        "<glossseealso>Main</glossseealso><glossseealso>Genoa</glossseealso></glossdef></glossentry>"
        "<glossentry><glossterm>Foresail</glossterm><glosssee otherterm='j'>Jib</glosssee></glossentry>"
        "<glossentry><glossterm>Lug</glossterm><glossdef><para>A sail, too.</para><glossseealso/>"
        "</glossdef></glossentry>"
    )
    content = load(f"<glossary><title>Sails</title>{entries}</glossary>".encode())
    assert [block.of(content.text) for block in content.paragraphs] == [
        "Jib\nA sail.\nSee also Main, Genoa",
        "Foresail\nSee Jib",
        "Lug\nA sail, too.",
    ]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"<svg/>", "XML of another kind: its root is <svg>"),
        (b"<book><para>", "its XML is broken"),
        (b"words", "its XML is broken"),
    ],
)
def test_other_files_are_refused(data, why):
    with pytest.raises(UnreadableFile, match=why):
        load(data)


def test_other_xml_is_the_file_itself():
    assert load_xml(BOOK.encode()).title == "Lamps"
    assert load_xml(b"<a>//DTD DocBook</a>").text == "<a>//DTD DocBook</a>"
    assert load_xml(b"<a/>").text == "<a/>"


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.characters(categories=["L", "N", "P", "S"], exclude_characters="<>&"), min_size=1)
)
def test_all_words_are_in_the_blocks(words):
    content = load(f"<article><para>x{words}</para></article>".encode())
    assert [block.of(content.text) for block in content.paragraphs] == [f"x{words}"]
