"""A text that names a document beside a quotation says where it should stand."""

import datetime

import pytest

from index import Content, Document, Properties
from index.text.plain_blocks import complete_blocks
from qa.quotations.checking import check_quotations
from qa.quotations.citing import CitedDocuments
from qa.quotations.finding import find_quotations

MILL = Document(
    1,
    "/notes/the-mill.md",
    "The mill by the river",
    Properties(authors=("Ames, Ann",), date=datetime.date(1998, 5, 1)),
)
RAIN = Document(2, "/notes/rain.txt", "Rain")
PAGE = Document(3, "https://example.org/tides", "Tides of the sea, explained")


def find_cited(text, number=0):
    quotations = find_quotations(complete_blocks(Content(text)))
    return CitedDocuments([MILL, RAIN, PAGE]).find(text, quotations, number)


@pytest.mark.parametrize(
    ("text", "document"),
    [
        ("“the wheel turned all night long” (the-mill.md)", MILL),
        ("“the wheel turned all night long” ([1](/notes/the-mill.md#L3))", MILL),
        ("“the wheel turned all night long” (The Mill by the River, p. 3)", MILL),
        ("“the wheel turned all night long” (Ames 1998, p. 3)", MILL),
        ("“the wheel turned all night long” (Ames et al., 1998)", MILL),
        ("“the tide came in twice a day” <https://example.org/tides>.", PAGE),
        ("In “rain.txt” it says: “the wheel turned all night long”.", RAIN),
        ("It rained, and “the wheel turned all night long”.", None),
        ("“the wheel turned all night long” (Ames 2001)", None),
    ],
)
def test_a_document_is_known_by_its_names(text, document):
    assert find_cited(text) == (() if document is None else (document,))


def test_what_is_named_after_one_quotation_is_not_the_source_of_the_next():
    text = "“the wheel turned all night long” (rain.txt). Later, “the tide came in twice a day”."
    assert [find_cited(text, number) for number in (0, 1)] == [(RAIN,), ()]


def test_a_quotation_from_another_document_than_the_one_named_is_elsewhere(index):
    quoted = "“The museum opened its doors in 1881”"
    text = f"{quoted} (chronicle.txt).\n\n{quoted} (guide.md).\n\n{quoted}.\n"
    found = check_quotations(complete_blocks(Content(text)), index)
    assert [each.status for each in found] == ["verbatim"] * 3
    assert [each.is_elsewhere for each in found] == [True, False, False]
