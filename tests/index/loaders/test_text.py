"""Plain text: the file is the text."""

import pytest

from index.loaders import parse


@pytest.mark.parametrize("suffix", [".txt", ".TXT", "", ".unknown"])
def test_the_decoded_file_is_the_canonical_text(suffix):
    content = parse(suffix, "Erste Zeile\r\n\r\nZweite – Zeile\n".encode())
    assert content.text == "Erste Zeile\r\n\r\nZweite – Zeile\n"
    assert content.title is None
    assert content.headings == ()
    assert content.blocks is None


def test_markup_in_plain_text_is_text():
    assert parse(".txt", b"<p># Not a heading</p>").text == "<p># Not a heading</p>"
