"""Front matter: what it says, and that nothing in it does harm."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Properties
from index.loaders.markup.front_matter import read_front_matter
from index.loaders.markup.markdown import load
from tests.support.timing import takes_at_most

DAY = date(2024, 2, 29)


def said(source, rule="---"):
    front = read_front_matter(f"{rule}\n{source}\n{rule}\n\nThe text.")
    return front.properties


@pytest.mark.parametrize(
    ("source", "properties"),
    [
        ("author: Ann Smith\ntags: [rain, Snow]\ndate: 2024-02-29", Properties(("Ann Smith",), ("rain", "Snow"), DAY)),
        ("authors:\n  - name: Ann Smith\n    orcid: 1\n  - Bo Li", Properties(("Ann Smith", "Bo Li"))),
        ("author:\n  - name:\n      given: Ann\n      family: Smith", Properties(("Ann Smith",))),
        ("title: x\ntags: rain snow", Properties(tags=("rain", "snow"))),
        ("title: x\ntags: rain, heavy snow", Properties(tags=("rain", "heavy snow"))),
        ("title: x\nkeywords: heavy rain\ncategory: work trips", Properties(tags=("heavy rain", "work trips"))),
        ("tags:\n- '#rain'\n- a, b\ncategories: [2024, no]", Properties(tags=("rain", "a, b", "2024", "no"))),
        ("Date: 2024-02-29 23:59:59 -0800\nUpdated: 2025-01-01", Properties(date=DAY)),
        ("title: x\ndate: today\nlast-modified: 29 Feb 2024", Properties(date=DAY)),
        ("# SPDX-License-Identifier: CC0-1.0\n# Ann & Bo\n\nauthor: Ann Smith", Properties(("Ann Smith",))),
        # No valid YAML, as people write it.
        ("title: Rain: a story\nauthor: Ann Smith\ntags: [rain]", Properties(("Ann Smith",), ("rain",))),
        ("title: x\nauthor: &a [*a, *a]\ndate: 2024-02-30", Properties()),
    ],
)  # fmt: skip
def test_yaml_says_who_what_about_and_when(source, properties):
    assert said(source) == properties


@pytest.mark.parametrize(
    ("source", "properties"),
    [
        ('author = "Ann Smith"\ntags = ["rain"]\ndate = 2024-02-29', Properties(("Ann Smith",), ("rain",), DAY)),
        ("date = 2024-02-29T23:59:59-08:00\n[taxonomies]\ntags = ['rain']", Properties(tags=("rain",), date=DAY)),
        ('[[authors]]\nname = "Ann Smith"', Properties(("Ann Smith",))),
        ("author = Ann Smith\ntags = [", Properties(("Ann Smith",))),
    ],
)  # fmt: skip
def test_toml_says_it_too(source, properties):
    assert said(source, "+++") == properties


@pytest.mark.parametrize("rule", ["---", "+++"])
def test_it_is_no_passage_and_the_text_stays_whole(rule):
    sign = ":" if rule == "---" else " ="
    text = f'{rule}\r\ntitle{sign} "Rain"\r\nauthor{sign} "Ann"\r\n{rule}\r\n\r\n# Sky\r\n\r\nIt rains.\r\n'
    content = load(text.encode())
    assert content.text == text
    assert content.title == "Rain"
    assert content.properties == Properties(("Ann",))
    assert [block.of(text) for block in content.paragraphs] == ["It rains."]
    assert [heading.span.of(text) for heading in content.headings] == ["# Sky"]


@pytest.mark.parametrize(
    "text",
    [
        "---\n\nA rule.\n\n---\n",
        "---\n# A heading\n\nSay this: no.\n\n---\n",
        "+++ b/file\n+++\n",
        "--- a/x\n+++ b/x\n",
        "---\na: b\n",
    ],
)
def test_what_only_looks_like_it_is_text(text):
    assert read_front_matter(text) is None


@pytest.mark.parametrize(
    "source",
    [
        "a: !!python/object/apply:os.system ['false']\nauthor: Ann",
        "a: &a [x, x]\n"
        + "".join(
            f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n"
            for n in range(20)
        ),
        "author: " + "[" * 15_000,
        "author: " + "{a: " * 4_000,
        "tags: [" + "x, " * 6_000 + "]",
        "author: &a\n- *a\n- name: *a",
        "? [a, b]\n: c\n? {}\n: d",
        "date: " + "9" * 15_000,
        "a: |\n" + "  x\n" * 4_000,
        "a: b\n" * 100_000,
        "a." * 9_000 + "b: 1",
        "[" + "a." * 9_000 + "b]\na = 1",
        "a = " + "[" * 15_000,
        "a = " + "9" * 15_000,
        "\x00: \ud800\x1b",
    ],
)
@pytest.mark.parametrize("rule", ["---", "+++"])
def test_hostile_front_matter_costs_little(source, rule):
    with takes_at_most(5):
        text = f"{rule}\nt: x = 1\n{source}\n{rule}\nIt rains."
        content = load(text.encode("utf-8", "replace"))
    assert len(content.properties.tags) <= 50
    assert [block.of(content.text) for block in content.paragraphs][-1] == "It rains."


@given(st.text(max_size=200), st.sampled_from(["---", "+++"]))
def test_spans_are_right_whatever_it_holds(source, rule):
    text = f"{rule}\na: b = 1\n{source}\n{rule}\n\nIt rains.\n"
    content = load(text.encode())
    front = read_front_matter(content.text)
    assert front is not None
    assert front.end <= len(content.text)
    assert all(block.start >= front.end for block in content.paragraphs or ())
    assert all(block.of(content.text).strip() for block in content.paragraphs or ())
