"""Texts that make parsers slow: whatever a format opens, closes, nests or repeats, without end.

Each case is a name and a function from a length to a text of about that length. Time of a
loader, and of cutting, must grow no faster than the length.
"""

from __future__ import annotations

import json

from tests.support import hostile_markup
from tests.support.hostile_shapes import Text, begin, indent, lengthen, nest, number, repeat

# For every format that is text: what ends sentences, lines and words, or seems to.
PLAIN = {
    repr(unit): repeat(unit)
    for unit in (
        *("a", "a ", ".", ". ", "\n", "\r\n", "\r", " ", "\t", "\n ", " \n", "---\n", "===\n"),
        *("Title here\n==========\n\n", "\nTitle\n=====\n", "- a\n", "1. a\n", "+ \n", "(", "["),
        *(")", '"', "'", "“", "http://a.b/", "a@", "a@b.", "1", "1-", "2024-01-01 ", "a, ", ";"),
        *(" and ", "a: ", "。", "中", "中。", "．", "a\u0301", "\u0301", "\u200d", "\ufe0f"),
        *("👩‍👩‍👧", "\u202e", "\0", "e.g. ", "Mr. ", "|", "a | b\n", "a\tb\n", "NAME\n  a"),
        *("2024-01-01 10:10:10 x\n", "Jan  1 10:00:00 x\n", "A(1) ", "_", "*", "`", "<", "&"),
        *("&amp;", "#", "# a\n", "###### a\n", ">", ">a\n", "!", "x" * 16 + " ", "…", "\U0010ffff"),
        *("\uffff", "กขค", "ﷺ", ".)", '."', "\xa0", "a" + " " * 1000, "a\n\n", "    a\n", "/"),
        *("```\n", "~~~\n", "---\na: b\n", "\\", "$", "５．５", "== ==\n", "a::\n\n", "|a|\n+-+\n"),
        *("\u2028", "\x0c", "\x85", ":a: b\n", ".. a::\n", "a\n  b\n", "A. ", "a.b", "№1 ", "½"),
    )
} | {
    "blanks at the end": begin("hello there\n", " "),
    "blanks between words": begin("a\n", " ", "\nb"),
    "one word": begin("", "word"),
    "a paragraph of one line": begin("", "It rained all day, and nobody came. "),
    "dots after a word": begin("a", " ."),
}

MARKDOWN = {
    "quotes in quotes": nest("> ", inside="a"),
    "lists in lists": indent("- a"),
    "numbered lists in lists": indent("1. a"),
    "quotes and lists": indent("> - a"),
    "deeper quotes": lengthen(">", "a\n"),
    "lists in one line": nest("- ", inside="a"),
    "brackets": nest("[", "]"),
    "backticks": lengthen("`"),
    "a long heading": begin("# ", "["),
    "lines below quotations": repeat("> ---\na\n"),
    "code in quotations": repeat("> ```\na\n"),
    "headings of stars": repeat("# " + "*a " * 160 + "\n"),
    "headings of brackets": repeat("# " + "[" * 490 + "\n"),
    "a table": begin("a|b\n-|-\n", "a|b\n"),
    "a wide table": lambda size: "a|" * (size // 4) + "\n" + "-|" * (size // 4) + "\n",
    "front matter without an end": begin("---\na: b\n", "--\n"),
    "a front title of blanks": begin("---\ntitle: a", " ", "b\n---\n"),
    "lazy lines": begin("> a\n", "b\n"),
    "a badge without an end": begin("[![", "<a"),
    "an address of badges": begin("![](", "badge"),
    "comments in a tag": begin("<", "<!-- "),
} | {
    repr(unit): repeat(unit)
    for unit in (
        *("![a](", "*a ", "a**b", "_a*b", "<a ", "<!--", "<!-- a\n\n", "<![CDATA[", "<!A ", "<?"),
        *("a|b\n-|-\n1|2\n\n", "a|b\n-|-\n", "<http://a", "&#1", "a\n=\n", "[a]: b\n"),
        *(
            '[a]: <b> "\n',
            "[![a](b)](c)",
            "[![a",
            "<div>\n",
            "<script>\n\n",
            "[a][b]",
            "![](a/badge",
        ),
    )
}

TABLES = {
    "a quote without an end": begin('a,b\n"', "x,y\n"),
    "one wide row": begin("", "a,"),
    "a wide header": lambda size: number("cN,")(size // 2) + "\n" + "1," * (size // 4) + "\n2,3\n",
    "quotes and long cells": repeat('"' + "x" * 32_000 + "\n"),
    "quotes in long cells": repeat(',"' + "x" * 400),
    "quoted letters": repeat('"x' * 100 + "\n"),
} | {
    f"{start!r}, then {unit!r}": begin(start, unit)
    for start, unit in (
        *(("", '"'), ("", '""'), ("", '"a'), ("", '"a,\n'), ("", 'a"b,'), ("", "a,b\n"), ("", ",")),
        *(("", "a;b,c\td|e\n"), ("sep=,\n", "a,b\n"), ('sep="\n', 'a"b\n'), ("sep= \n", "a b\n")),
        *(("sep=^\n", "a^b\n"), ("", '"\n'), ("", ";,"), ("", '"a","b""c"\n')),
    )
}


def _notebook(kind: str, text: Text) -> Text:
    if kind == "markdown":
        cell = lambda source: {"cell_type": "markdown", "source": source}  # noqa: E731
    else:
        cell = lambda output: {  # noqa: E731
            "cell_type": "code",
            "source": "x",
            "outputs": [{"output_type": "stream", "text": output}],
        }
    return lambda size: json.dumps({"cells": [cell(text(size))], "nbformat": 4})


def _cells(source: str) -> Text:
    cell = {"cell_type": "markdown", "source": source}
    return lambda size: json.dumps({"cells": [cell] * (size // (len(source) + 40))})


NOTEBOOKS = {
    f"{kind} {unit!r}": _notebook(kind, repeat(unit))
    for kind, units in (
        ("markdown", ("> ", "*a ", "a**b_", "<a ", "a <!-- ", "a <![CDATA[ ", "a <? ", "a <!A ")),
        ("markdown", ("- ", "&#x", "\\", "*_", "**", "a|b\n-|-\n", "a  \n", "1. ")),
        ("output", ("a\r", "\r\n", "\x1b[0", "<", "a\n", "\x1b[", "x" * 499 + " ")),
    )
    for unit in units
} | {
    "backticks": _notebook("markdown", lengthen("`")),
    "a table": _notebook("markdown", begin("a|b\n-|-\n", "a|b\n")),
    "links without an end": _notebook("markdown", begin("[a](", "(")),
    "addresses": _notebook("markdown", lambda size: "[a](<b" * 1900 + " " * size),
    "brackets": _notebook("markdown", lambda size: "[a" * 1900 + "]" * 1900 + "x" * size),
    "cells of brackets": _cells("[" * 1999),
    "cells of pictures": _cells("![" * 1999),
    "many cells": _cells("# a"),
    "an escape without an end": _notebook("output", begin("\x1b[", "0;")),
    "lists of JSON": begin("", "["),
    "objects of JSON": begin("", '{"a":'),
    "a number": begin('{"cells": ', "1", "}"),
}

_OPEN_TAGS = (
    "div p b font><p a table table><tr><td ul><li svg math><mi svg><foreignObject template "
    "select><option script style title textarea frameset form button h1>a ruby><rt nobr "
    "marquee applet><b table><b template><table details><summary noscript iframe hgroup "
    "table><caption table><colgroup><col b><i><u><a><p svg><title><b"
).split()
HTML = (
    {f"<{tags}>": repeat(f"<{tags}>") for tags in _OPEN_TAGS}
    | {
        "divisions": nest("<div>", "</div>"),
        "menus": nest("<nav>", "</nav>"),
        "attributes": lambda size: "<a " + number("bN=1 ")(size) + ">",
        "signs in a tag": begin("<a ", "<"),
        "a long attribute": begin('<a b="', "x", '">'),
        "plain text": begin("<plaintext>", "a<"),
        "a long entity": begin("&", "a"),
        "links to headings": lambda size: (
            number("<h2>tN</h2>")(size // 2) + number('<a href="#tN">tN</a>')(size // 2)
        ),
        "links in deep divisions": begin("<div>" * 900, '<a href="#a">a</a>', "</div>" * 900),
        "many deep divisions": repeat("<div>" * 200 + "a" + "</div>" * 200),
        "many deep lists": repeat("<ul><li>" * 300 + "a"),
        "a long table": begin("<table><tr><th>a<th>b", "<tr><td>1<td>2"),
        "a wide table": lambda size: (
            "<table><tr>" + "<th>a" * (size // 10) + "<tr>" + "<td>b" * (size // 10)
        ),
        "attributes of the body": number("<body aN=b>"),
        "attributes of the page": number("<html aN=b>"),
        "fonts and paragraphs": begin("<b>" * 900, "<p></p>"),
        "fonts that differ": lambda size: number("<b a=N>", 900)(size) + "<p>x" * (size // 4),
        "paragraphs in a table": begin("<table>", "<p>"),
        "words in a table": begin("<table>", "a<tr>"),
    }
    | {
        repr(unit): repeat(unit)
        for unit in (
            *(
                "<option>a",
                "<a b=c d=e f=g>",
                "<!--",
                "<!-->",
                "<!--a--!>",
                "<script><!--",
                "&",
                "&amp",
            ),
            *(
                "&#1;",
                "<svg><![CDATA[",
                "<!DOCTYPE ",
                "</div>",
                "</p>",
                "</br>",
                "<h1>a</h1>",
                "\0",
            ),
            *("<dl><dt>a<dd>b", "<pre>\n", '<a href="#a">a</a>', '<div><a href="#a">a</a></div>'),
            *(
                "<table><tr><th>a<th>b<tr><td>1<td>2</table>",
                "<table><tr><th>a</table>",
                "<body a=b>",
            ),
            *("<html a=b>", "<b><p></b>", "<a><div></a>", "<b><div></b></div>", "\xad", "\u200b"),
            *(
                "<i> </i>",
                "<ol start=999999999><li>a",
                "<br>",
                "<hr>",
                "<img src=x>",
                "<",
                "<!",
                "<?",
            ),
            *(
                "<a",
                "<main>a</main>",
                "<div role=main>",
                "<object><b></object>",
                "<table>a",
                "<sup>2",
            ),
            "<math><annotation-xml encoding=text/html><b>",
        )
    }
)

_RTF_UNITS = (
    "{",
    "}",
    "\\b ",
    "\\super ",
    "\\'e9",
    "{\\*",
    "\\par ",
    "\\cell ",
    "\\u8364 ",
    "\\bin9 ",
    "{\\b a}",
)
RTF = {repr(unit): begin("{\\rtf1 ", unit, "}") for unit in _RTF_UNITS} | {
    "groups": lambda size: "{\\rtf1 " + nest("{", "}", "a")(size) + "}",
    "fonts without a charset": begin("{\\rtf1 {\\fonttbl", "{\\f0 a;}^"),
    "a font without an end": begin("{\\rtf1 {\\fonttbl\\f0\\fcharset0", "a"),
    "fields": begin("{\\rtf1 ", "{\\field{\\*\\fldinst{"),
    "links": begin("{\\rtf1 {\\field{\\*\\fldinst{", 'HYPERLINK "'),
}

_HEAD = "From: a@b.example\nSubject: c\n"
_TYPE = "Content-Type: multipart/mixed; boundary=x\n\n"
_PART = _TYPE + "--x\nContent-Type: text/plain\nContent-Disposition: attachment; "
MAIL = {
    "fields": begin(_HEAD, "X: y\n", "\nwords\n"),
    "a long field": begin(_HEAD + "X: ", "a ", "\n\nwords\n"),
    "a folded field": begin(_HEAD + "X: a\n", " b\n", "\nwords\n"),
    "addresses": begin(_HEAD + "To: ", "a <a@b.example>, ", "\n\nwords\n"),
    "encoded words": begin(_HEAD + "X: ", "=?utf-8?q?=41?= ", "\n\nwords\n"),
    "comments in an address": begin(_HEAD + "To: ", "(", "\n\nwords\n"),
    "a long name of a file": begin(_HEAD + _PART + 'filename="', "y", '"\n\nhi\n--x--\n'),
    "a name in pieces": lambda size: (
        _HEAD + _PART + number('filename*N="yyyyyyyy";\n ')(size) + "\n\nhi\n--x--\n"
    ),
    "quotes in a type": begin(_HEAD + "Content-Type: text/plain; ", ';a="', "\n\nwords\n"),
    "words encoded without an end": begin(_HEAD + "X: ", "=?utf-8?q?", "\n\nwords\n"),
    "parts": begin(_HEAD + _TYPE, "--x\n\na\n", "--x--\n"),
    "parts in parts": begin(_HEAD + _TYPE, "--x\n" + _TYPE),
    "quoted lines": begin(_HEAD + "\n", "> a\n"),
    "signatures": begin(_HEAD + "\n", "-- \na\n"),
    "messages": begin("", "From a Thu Jan  1 00:00:00 2026\n" + _HEAD + "\nwords\n\n"),
}

ASCIIDOC = {"options": begin("[options=", "%", "]\n|===\n|a |b\n\n|1 |2\n|===\n")}

CASES = {
    ".txt": PLAIN,
    ".rst": PLAIN,
    ".py": PLAIN,
    ".md": PLAIN | MARKDOWN,
    ".csv": TABLES,
    ".ipynb": NOTEBOOKS,
    ".html": HTML,
    ".rtf": PLAIN | RTF,
    ".eml": PLAIN | MAIL,
    ".mbox": MAIL,
    ".org": PLAIN,
    ".adoc": PLAIN | ASCIIDOC,
    ".srt": PLAIN,
    ".jsonl": PLAIN,
    ".json": NOTEBOOKS,
    **hostile_markup.CASES,
}
