"""Whatever is not our own markup is text, and stays the text that it was."""

from html.parser import HTMLParser
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from qa.display import visible
from qa.evaluation.report.sections import Markup, element, join

TEXT = st.text(st.sampled_from("<>&\"'/=` ab\x00\x1b\u202e\ud800é"))


class Seen(HTMLParser):
    """The tags, attributes and text that a browser would see."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.text = [], {}, ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= dict(attrs)

    def handle_data(self, data):
        self.text += data


@given(TEXT, TEXT)
def test_text_and_attributes_come_back_as_they_were_and_add_no_element(text, value):
    seen = Seen(element("p", text, title=value))
    assert seen.tags == ["p"]
    assert seen.text == visible(text)
    assert seen.attributes == {"title": visible(value)}


def test_markup_stands_as_it_is_and_text_beside_it_is_escaped():
    assert join(Markup("<b>"), "<i>") == "<b>&lt;i&gt;"
    assert element("p", ["a", element("b", "c")], "&") == "<p>a<b>c</b>&amp;</p>"


def test_attributes_that_are_none_are_left_out_and_names_are_those_of_html():
    made = element("text", "a", class_="label", text_anchor="end", x=0.1 + 0.2, id=None)
    assert made == '<text class="label" text-anchor="end" x="0.3">a</text>'


def test_elements_without_content_are_closed_as_html_and_as_svg_want_it():
    assert element("meta", charset="utf-8") == '<meta charset="utf-8">'
    assert ElementTree.fromstring(element("g", element("circle", r=1.0))).find("circle") is not None
