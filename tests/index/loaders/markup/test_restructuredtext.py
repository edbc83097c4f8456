"""reStructuredText: the file is the text; its section titles are located in it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Properties
from index.text.passages import cut_passages
from tests.support.loading import load_here
from tests.support.timing import takes_at_most

LINES = ["", "", "", "Title", "Another title", "=====", "-------------", "~~~", "  indented", "- item",
         "1. One", ".. note:: x", "=== ===", "東京", "====", ">>> x", "| line", ":field: x", "Text::"]  # fmt: skip


def loaded(text):
    return load_here(".rst", text.encode())


def titles(text):
    return [(heading.level, heading.text) for heading in loaded(text).headings]


@given(st.lists(st.sampled_from(LINES), max_size=14), st.sampled_from(["\n", "\r\n", "\r"]))
def test_the_file_is_the_text_and_titles_are_lines_of_it(lines, newline):
    text = newline.join(lines)
    content = loaded(text)
    assert content.text == text
    at = 0
    for heading in content.headings:
        assert at <= heading.span.start < heading.span.end
        *over, words, under = heading.span.of(text).split(newline)
        assert heading.text == words.strip()
        assert set(under.strip()) <= set("=-~")
        assert over in ([], [under.strip()])
        at = heading.span.end


def test_levels_go_by_style_in_the_order_of_their_first_use():
    text = (
        "=====\nGuide\n=====\n\nPart\n====\n\nText.\n\nStep\n~~~~\n\nText.\n\nNext part\n"
        "=========\n\n======\nOther\n======\n"
    )
    assert titles(text) == [(1, "Guide"), (2, "Part"), (3, "Step"), (2, "Next part"), (1, "Other")]
    assert loaded(text).title == "Guide"


@pytest.mark.parametrize(
    "text",
    [
        "First line\nSecond line\n===========\n",
        "  Indented\n  ========\n",
        ".. code::\n\n   Title\n   =====\n",
        "Long title\n---\n",
        "- item\n-------\n",
        ".. note:: x\n===========\n",
        "Text::\n\n  Quoted\n  ======\n",
        "-----\n\nText after a rule.\n",
        "=====  =====\nInput  n\n-----  -----\na      b\n=====\n",
        "=====  =====\na      b\n============\nc      d\n=====  =====\n",
        ">>> print(table)\nName\n====\n",
        "Above\n\n::\n",
        "====\n====\n====\n",
        "Just text",
        "",
    ],
)
def test_what_only_looks_like_a_title_is_none(text):
    assert titles(text) == []
    assert loaded(text).title is None


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Title\n=====", "Title"),
        ("Hi\n==\n", "Hi"),
        ("Underline too short\n=======\n", "Underline too short"),
        ("東京の雨\n========\n", "東京の雨"),
        ("=======\n Title\n=======\n", "Title"),
        ("1. Introduction\n===============\n", "1. Introduction"),
        (".. _label:\n\nTitle\n=====\n", "Title"),
        (".. _label:\nTitle\n=====\n", "Title"),
        ("text\n  quote\nTitle\n=====\n", "Title"),
        (
            "The ``code`` of *one* **two** :ref:`three <x>`\n" + "=" * 60,
            "The code of one two three",
        ),
        ("`A link <https://x.org>`_ and `another`_ \\*\n" + "^" * 50, "A link and another *"),
        (":mod:`!secrets` and :func:`~a.b.rain`\n" + "=" * 40, "secrets and rain"),
        ("snake_case_name and 2 * 3\n" + "=" * 30, "snake_case_name and 2 * 3"),
    ],
)
def test_titles_and_their_words(text, title):
    assert titles(text) == [(1, title)]


def test_paragraphs_are_parted_by_blank_lines_and_know_their_titles():
    text = f"Guide\n=====\n\n{'One. ' * 30}\n\n{'Two. ' * 30}\n\nPart\n----\n\n{'Three. ' * 30}"
    content = loaded(text)
    assert content.paragraphs is None
    found = cut_passages(content, lambda texts: [len(text) // 4 for text in texts], 60)
    assert [(piece.heading, piece.span.of(text)[:5]) for piece in found] == [
        ("Guide", "One. "),
        ("Guide", "Two. "),
        ("Guide › Part", "Three"),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (".. note:: It rained.\n   All day.", ".. note:: It rained.\n   All day."),
        (".. figure:: It rained.\n   All day.", "All day."),
        (".. warning ::\n   :class: x\n\n   It rained.", "It rained."),
        (".. admonition:: Rain\n\n   It fell.", "Rain\n\n   It fell."),
        (".. deprecated:: 3.1\n   Use rain.", ".. deprecated:: 3.1\n   Use rain."),
        (".. code-block:: python\n   :linenos:\n   :caption: Rain\n\n   x = 1", "Rain\n\n   x = 1"),
        (".. figure:: a.png\n   :alt: Rain\n   :width: 50\n\n   In Leeds.", "Rain\n   :width: 50\n\n   In Leeds."),
        (".. py:function:: rain(mm)\n   :async:\n\n   It rains.\n\n   :param mm: How much.", "rain(mm)\n   :async:\n\n   It rains.\n\n   :param mm: How much."),
        (".. confval:: rain\n   :default: ``17``\n\n   How much.", "rain\n   :default: ``17``\n\n   How much."),
        (".. [1] It rained.", "[1] It rained."),
        (".. _rain:\n\nIt rained.", "It rained."),
        ("It rained.\n\n.. Not sure.\n   Ask.\n\n   Or not.", "It rained."),
        (".. toctree::\n   :maxdepth: 2\n\n   rain\n   snow\n\nIt rained.", "It rained."),
        (".. raw:: html\n\n   <b>\n\nIt rained.", "It rained."),
        (".. |x| replace:: snow\n\nIt rained.", "It rained."),
        ("It rained.\n\n__ https://example.org", "It rained."),
        ("It rained::\n\n  .. note:: x\n\n     y", "It rained::\n\n  .. note:: x\n\n     y"),
    ],
)  # fmt: skip
def test_of_directives_and_comments_what_a_person_reads_is_in_passages(text, words):
    found = cut_passages(loaded(text), lambda texts: [len(text) // 4 for text in texts], 60)
    assert [piece.span.of(text) for piece in found] == [words]


def headings_over(text):
    """The headings above each passage, and its first word."""
    content = loaded(text)
    found = cut_passages(content, lambda texts: [len(text) for text in texts], 60)
    return [(piece.headings, piece.span.of(text).split()[0]) for piece in found]


def test_what_a_directive_explains_is_the_heading_of_what_is_below_it():
    text = (
        "Rain\n====\n\n.. option:: -v, --verbose <mode>\n\n   Say where it rains, and how much.\n\n"
        ".. py:class:: Cloud(*drops*)\n\n   It is grey, and often very wet.\n\n"
        "   .. method:: burst()\n\n      It rains cats and dogs, on you.\n\n"
        "   No cloud has a silver lining yet.\n\nIt cleared up in the evening, they say.\n"
    )
    assert headings_over(text) == [
        (("Rain", "-v, --verbose <mode>"), "-v,"),
        (("Rain", "Cloud(drops)"), "Cloud(*drops*)"),
        (("Rain", "Cloud(drops)", "burst()"), "burst()"),
        (("Rain", "Cloud(drops)"), "No"),
        (("Rain",), "It"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        ".. note:: It rained.\n\n   All day.",
        ".. image:: rain.png\n   :alt: Rain",
        ".. option::\n\n   All day.",
        "..\n   .. option:: -v\n\n      All day.",
        "It rained::\n\n   .. option:: -v\n\n      All day.",
    ],
    ids=["note", "place", "no term", "comment", "literal text"],
)
def test_other_directives_explain_no_term(text):
    assert [heading for heading in loaded(text).headings if heading.text] == []


@pytest.mark.parametrize(
    "text",
    ["=\n" * 200_000, "a\n=\n\n" * 50_000, "=== ===\n" * 50_000, "x" * 2_000_000 + "\n====\n",
     "`" * 900 + "\n" + "=" * 900, "`a <" * 200 + "\n" + "=" * 900, ("*a" * 400 + "\n====\n\n") * 50,
     "\n" * 300_000, "a\n=\n" * 600_000, ".. option:: -v\n\n" * 30_000,
     "".join(f"{' ' * at}.. option:: -v\n\n" for at in range(2_000))],
    ids=["rules", "titles", "borders", "long", "backticks", "links", "stars", "blank", "endless", "terms",
         "terms in terms"],
)  # fmt: skip
def test_odd_files_take_no_time(text):
    with takes_at_most(5):
        assert loaded(text).text == text


def test_a_signature_of_several_lines_is_drawn_whole():
    text = ".. signature:: rain(day,\n       place)\n   :target: day\n\n   How much.\n"
    content = loaded(text)
    seen = [block.span.of(text) for block in content.blocks]
    assert seen == ["rain(day,\n       place)", "How much."]


def test_code_right_below_a_list_or_a_paragraph_is_in_a_passage_without_its_directive():
    text = "- It rains.\n.. code-block:: sh\n\n   measure\n"
    content = loaded(text)
    assert [block.of(text) for block in content.paragraphs] == ["- It rains.", "measure"]


def test_the_preamble_of_a_proposal_for_python_says_what_it_is():
    head = (
        "PEP: 1\nTitle: A way\n  to rain\nAuthor: Ann Smith <a@b.example>\nCreated: 29-Feb-2024\n"
    )
    content = loaded(f"{head}\nAbstract\n========\n\nIt rains.\n")
    assert content.title == "A way to rain"
    assert content.properties == Properties(("Ann Smith",), (), date(2024, 2, 29))
    assert content.blocks[0].span.of(content.text).startswith("PEP: 1")
    assert loaded("Note: this\n\nAbstract\n========\n\nIt rains.\n").title == "Abstract"


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("She wrote:\n\n    It rained\n    all day.\n\n    -- Ann\n\nSo.\n", ["It rained\n    all day.", "-- Ann"]),
        ("- An item:\n\n    It rained.\n\n  More of it.\n", []),
        ("- An item.\n\n  More of it:\n\n    It rained.\n", ["It rained."]),
        ("Term\n    What it is.\n\n    More.\n", []),
        (":field: value\n    goes on\n\n    here\n", []),
        (".. note::\n\n    Mind the step.\n\n    And more.\n", []),
        ("Title: x\nAuthor: a\n        b\n", []),
        ("Code::\n\n    It rained.\n", []),
    ],
)  # fmt: skip
def test_what_is_set_in_below_a_blank_line_is_a_quotation_unless_it_belongs_to_an_item(
    text, quoted
):
    content = loaded(text)
    assert [b.span.of(text) for b in content.blocks if b.kind == "quote" and len(b.span)] == quoted
