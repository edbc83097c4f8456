"""How a word is read aloud stands above it, and is not part of the sentence."""

import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from index.loaders import parse
from index.loaders.pages.epub import load


def read(html):
    return parse(".html", html.encode()).text


@pytest.mark.parametrize(
    "ruby",
    [
        "<ruby>讃岐<rt>さぬき</rt></ruby>",
        "<ruby>讃<rt>さ</rt>岐<rt>ぬき</rt></ruby>",
        "<ruby>讃<rt>さ<rp>)</rp>岐<rt>ぬき</ruby>",
        "<ruby>讃岐<rp>(</rp><rt>さぬき</rt><rp>)</rp></ruby>",
        "<ruby>讃岐<rp>（<rt>さぬき<rp>）</ruby>",
        "<ruby><rb>讃<rb>岐<rt>さ<rt>ぬき</ruby>",
        "<ruby><rb>讃岐</rb><rt>さぬき</rt><rtc><rt>Sanuki</rt></rtc></ruby>",
        "<ruby><rb>讃岐<rt>さぬき<rtc>Sanuki</ruby>",
        "<ruby><ruby>讃<rt>さ</rt>岐<rt>ぬき</rt></ruby><rt>Sanuki</rt></ruby>",
        "<ruby>\n  <rb>讃岐</rb>\n  <rp>(</rp>\n  <rt>さぬき</rt>\n  <rp>)</rp>\n</ruby>",
        "<ruby>\n讃岐 <rt lang=ja><b>さぬき</b></rt>\n</ruby>",
    ],
)
def test_a_page_holds_the_words_without_their_readings(ruby):
    assert read(f"<p>名物は{ruby}うどんです。</p>") == "名物は讃岐うどんです。"


def test_a_heading_an_item_and_a_cell_hold_the_words_without_their_readings():
    ruby = "<ruby>山<rt>やま</rt></ruby>"
    html = f"<h1>{ruby}</h1><ul><li>{ruby}道</ul><table><tr><td>{ruby}<td>川</table>"
    content = parse(".html", html.encode())
    assert content.text == "山\n\n• 山道\n\n山\t川"
    assert content.headings[0].text == "山"


def test_spaces_between_words_with_readings_stay():
    html = (
        "<p>From <ruby>Bei<rt>běi</rt> jing<rt>jīng</rt></ruby> to <ruby>Xi’an<rt>x</ruby> by rail"
    )
    assert read(html) == "From Bei jing to Xi’an by rail"


def test_a_page_that_is_too_deep_has_no_readings_either():
    page = f"<p><ruby>讃岐<rp>(</rp><rt>さぬき</rt><rp>)</rp></ruby>うどん</p>{'<div>' * 3000}"
    assert read(page) == "讃岐うどん"


def test_a_thousand_readings_that_nobody_closed_are_taken_out_one_by_one():
    page = "<ruby>讃<rt>さ<rt>さん</ruby>岐<br>" * 1500
    assert read(page) == "讃岐\n" * 1499 + "讃岐"


def test_a_book_and_its_table_of_contents_have_the_words_without_their_readings(examples):
    ruby = "<ruby>羅生門<rp>（</rp><rt>らしょうもん</rt><rp>）</rp></ruby>"
    navigation = f'<nav><ol><li><a href="a.xhtml">第一 {ruby}の話</a></li></ol></nav>'
    book = examples.epub(
        {"a.xhtml": f"<p>{ruby}の下で雨やみを待っていた。</p>"},
        more={"OPS/nav.xhtml": examples.XHTML.format(navigation)},
        manifest='<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>',
    )
    content = load(book)
    assert content.text == "羅生門の下で雨やみを待っていた。"
    assert [heading.text for heading in content.headings] == ["第一 羅生門の話"]


def test_a_word_document_holds_the_words_without_their_readings(examples):
    ruby = (
        f"<w:p {nsdecls('w')}><w:r><w:t>名物は</w:t></w:r><w:r><w:ruby>"
        "<w:rt><w:r><w:t>さぬき</w:t></w:r></w:rt>"
        "<w:rubyBase><w:r><w:t>讃岐</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>"
    )
    data = examples.word(lambda document: document.element.body.insert(0, parse_xml(ruby)))
    assert parse(".docx", data).text == "名物は讃岐"
