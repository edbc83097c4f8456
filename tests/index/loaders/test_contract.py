"""What holds for every format of text, whatever the bytes: content or a reason, exact spans."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.documents import Content
from index.loaders import UnreadableFile, parse
from index.text.passages import cut_passages
from tests.support.loading import load_here

NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "source": ["# Rain\n", "\n", "It *rained* in 東京. 🙂"]},
        {
            "cell_type": "code",
            "source": "print('x')",
            "outputs": [{"output_type": "stream", "text": ["x\n", "1%\r2%\n"]}],
        },
        {"cell_type": "markdown", "source": "| Year | mm |\n|--|--|\n| 2024 | 17 |\n| 2025 | 18 |"},
    ],
    "metadata": {"title": "Rain"},
}
# A valid file of each format.
FILES = {
    ".txt": "A paragraph. With sentences!\n\nAnother one, in 東京。次の文。\n",
    ".md": "---\ntitle: Rain\n---\n\n# Rain\n\nText [a](b).\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n| 3 |  |\n|--|--|\n",
    ".rst": "====\nRain\n====\n\nText with *words*.\n\nPart\n----\n\n.. note:: x\n   :class: y\n\n   more\n\n.. no\n   no\n\n=== ===\na   b\n=== ===\n1   c\n    d\n=== ===\n",
    ".html": "<!DOCTYPE html><title>Rain</title><body><nav><a href=/>Home</a></nav><h1>Rain</h1>"
    "<p>It <b>rained</b> &amp; more<br>on <a href='#x'>x</a></p><ul><li>one<li>two</ul>"
    "<dl><dt>hail<dd>ice<sup>2</sup><dt>sleet<dd><p>rain<p>and snow</dl><p>after"
    "<table><tr><td>a<td>b</table><table><tr><th>a<th>b<tr><td>1<td>2<tr><td>3</table><pre>\ncode\n</pre><!-- no --><script>no()</script>",
    ".csv": 'name,year,note\nAnn,1999,"one, ""two""\nthree"\nBob,2001,\n',
    ".ipynb": json.dumps(NOTEBOOK, ensure_ascii=False),
    ".org": "#+TITLE: Rain\n\n* Rain  :wet:\n\nIt rained.\n\n** TODO Part\n#+begin_src c\n* x\n#+end_src\n| a | b |\n|---+---|\n| 1 |  |\n",
    ".adoc": "= Rain\n:toc:\n\nIt rained.\n\n== Part\n\n----\n== x\n----\n\n.a\n|===\n|a |b\n\n|1\n|2\n|===\n",
    ".srt": "1\n00:00:01,000 --> 00:00:03,000\n<i>It rained</i>\nall day.\n\n2\n00:01:03,500 --> 00:01:05,000\n- Did it?\n",
    ".jsonl": '{"a": 1.50, "b": {"c": "x", "d": [1, 2]}}\n{"a": null, "e": true}\n',
    ".json": '[{"title": "Rain", "mm": 17}, {"title": "Hail", "mm": 3}]\n',
    ".1": '.TH LAMP 1\n.SH NAME\nlamp \\- light it\n.SH OPTIONS\n.TP\n.BI \\-w " wick"\nAnother wick.\n.IP \\(bu 2\nOil.\n.nf\n  x\n.fi\n',
    ".tex": "\\title{Rain}\n\\begin{document}\n\\maketitle % no\n\\section{Wet \\emph{days}}\nIt rained~\\cite{a}\\footnote{hard}: $x^2$.\n\n\\begin{tabular}{ll}\nDay & mm \\\\\n1 & 17 \\\\\n\\end{tabular}\n\\begin{itemize}\n\\item caf\\'e\n\\end{itemize}\n\\end{document}\n",
    ".bib": '@string{a = "Ann"}\n@book{rain, author = a # " and Bee", title = {The {Rain} in M\\"unchen}, year = 1999,\n abstract = {'
    + "It rained. " * 40
    + "}}\n",
    ".ics": "BEGIN:VCALENDAR\nX-WR-CALNAME:Rain\nBEGIN:VEVENT\nSUMMARY:It rains\\, again\nDTSTART;TZID=Europe/Berlin:20250505T100000\nDTEND;TZID=Europe/Berlin:20250505T110000\nRRULE:FREQ=WEEKLY;BYDAY=MO\nDESCRIPTION:All\n  day.\\n\\nIn 東京.\nEND:VEVENT\nEND:VCALENDAR\n",
    ".vcf": "BEGIN:VCARD\nVERSION:3.0\nN:Lamp;Ann;;Dr.;\nORG:Harbour;Lamps\nTEL;TYPE=home,voice:+1 23\nEND:VCARD\n",
    ".docbook": "<article><title>Rain</title><section><title>Wet</title><para>It <emphasis>rained</emphasis> &amp; more.</para><itemizedlist><listitem><para>in 東京</para></listitem></itemizedlist><informaltable><tr><td>Day</td><td>mm</td></tr><tr><td>1</td><td>17</td></tr></informaltable></section></article>\n",
    ".py": "def f(x):\n    return x  # why\n\n\nclass A:\n    pass\n",
    ".log": "2024-05-01 10:00:00 INFO start\n2024-05-01 10:00:01 WARN slow. very\n",
}
UNCHANGED = [".txt", ".md", ".rst", ".csv", ".org", ".adoc", ".py", ".log"]


def counted(texts):
    return [-(-len(text.encode()) // 4) for text in texts]


def check(suffix, data, read=load_here):
    try:
        content = read(suffix, data)
    except UnreadableFile as reason:
        assert 0 < len(str(reason)) < 200
        assert "\n" not in str(reason)
        # Reported in a reason's own words, not as something a library tripped over.
        assert "not readable as" not in str(reason)
        return
    text = content.text
    text.encode()
    assert content.title is None or (content.title.strip() and content.title.encode())
    assert all(0 <= span.start < span.end <= len(text) for span in content.paragraphs or ())
    for heading in content.headings:
        assert 0 <= heading.span.start <= heading.span.end <= len(text)
        assert heading.level >= 1
        assert heading.text.strip() or not heading.text
    assert all(0 <= table.span.start < table.span.end <= len(text) for table in content.tables)
    check_blocks(content)
    at = 0
    for piece in cut_passages(content, counted, 40):
        words = piece.span.of(text)
        assert at <= piece.span.start < piece.span.end
        assert piece.heading is None or piece.heading.encode()
        in_table = any(
            table.span.start <= piece.span.start < table.span.end for table in content.tables
        )
        # Tabs before the words of a row stand for empty cells.
        assert (words.lstrip("\t") if in_table else words) == words.strip()
        # A row of a table is never cut.
        assert piece.columns or counted([words])[0] <= 40
        at = piece.span.end


def check_blocks(content):
    """Every letter of a paragraph is in a block, or in the marker of one."""
    seen = bytearray(len(content.text))
    for block in content.blocks:
        words = block.span.of(content.text)
        assert words == words.strip() or block.kind in ("row", "header", "code")
        for span in filter(None, (block.span, block.marker)):
            seen[span.start : span.end] = bytes([1]) * len(span)
    for span in content.paragraphs or ():
        unseen = [at for at in range(span.start, span.end) if not seen[at]]
        assert not any(content.text[at].isalnum() for at in unseen)


@st.composite
def damaged(draw):
    """A valid file with bytes replaced, put in, taken out, doubled."""
    suffix = draw(st.sampled_from(sorted(FILES)))
    data = bytearray(FILES[suffix].encode())
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        until = min(len(data), at + draw(st.integers(0, 12)))
        data[at:until] = draw(
            st.binary(max_size=6)
            | st.sampled_from(
                [b'"', b"<", b">", b"\n\n", b"\r", b"\0", b"====\n", b"{", b"\\ud800"]
            )
            | st.just(bytes(data[at:until]) * 2)
        )
    return suffix, bytes(data)


@pytest.mark.slow
@given(damaged())
@settings(max_examples=400)
@example((".ipynb", b'{"cells": [{"cell_type": "code", "source": "\\ud800 x"}]}'))
@example((".ipynb", b'{"cells": [{"cell_type": "markdown", "source": "# \\ud800 x"}]}'))
@example((".ipynb", b'{"cells": [], "metadata": {"title": "\\udfff"}}'))
@example((".html", b"<h1>&#xD800;</h1>"))
@example((".html", b"<ul><li>rain<pre>\nhail\n</pre></ul>"))
@example((".md", b"| a | b |\n|---|---|\n| 1 | 2 | rain |\n"))
@example((".json", b'[{"\\ud800title": "Rain"}, {"title": "Hail"}]'))
def test_a_damaged_file_is_content_or_a_reason(file):
    check(*file)


@pytest.mark.parametrize("suffix", sorted(FILES))
@given(data=st.binary(max_size=300))
@settings(max_examples=20)
def test_any_bytes_are_content_or_a_reason(suffix, data):
    check(suffix, data, parse)


@pytest.mark.parametrize("suffix", sorted(FILES))
def test_a_file_cut_off_anywhere_is_content_or_a_reason(suffix):
    data = FILES[suffix].encode()
    check(suffix, data, parse)
    for end in range(len(data)):
        check(suffix, data[:end])


@pytest.mark.parametrize("suffix", UNCHANGED)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
@settings(max_examples=20)
def test_a_text_file_is_its_own_canonical_text(suffix, text):
    assert parse(suffix, b"\xef\xbb\xbf" + text.encode()).text == text


@pytest.mark.parametrize("suffix", sorted(FILES))
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_every_format_may_be_in_any_encoding(suffix, encoding):
    text = FILES[suffix].replace("🙂", "")
    assert parse(suffix, text.encode(encoding)).text == parse(suffix, text.encode()).text


@pytest.mark.parametrize("suffix", sorted(FILES))
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_what_ends_a_line_changes_nothing_that_is_found(suffix, newline):
    def found(data: bytes) -> list[tuple[str, str | None]]:
        content: Content = parse(suffix, data)
        pieces = cut_passages(content, counted, 60)
        return [(" ".join(p.span.of(content.text).split()), p.heading) for p in pieces]

    text = FILES[suffix].encode()
    assert found(text.replace(b"\n", newline.encode())) == found(text)
