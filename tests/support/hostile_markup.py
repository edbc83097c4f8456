"""Hostile texts of the markup of manuals, papers, calendars and the like."""

from __future__ import annotations

from tests.support.hostile_shapes import Text, begin, nest, repeat


def _units(start: str, units: tuple[str, ...], end: str = "") -> dict[str, Text]:
    return {repr(unit): begin(start, unit, end) for unit in units}


_MAN = ".TH A 1\n.SH NAME\na \\- b\n"
_MDOC = ".Dd May\n.Dt A 1\n.Sh NAME\n.Nm a\n.Nd b\n"
MANUALS = {
    **_units(_MAN, (".SH A\n", ".TP\n", ".TP\na\nb\n", ".IP a\nb\n", ".RS\n", ".RE\n", ".PP\n")),
    **_units(_MAN, (".nf\n", ".TS\n", ".TS\nl.\na\n.TE\n", ".ds a \\*a\n", "\\*a", "\\fBa\\fP "))
    | _units(_MAN, (".if n ", ".if n \\{\n", ".ie t a\n.el b\n", ".de a\n", ".de a\nb\n..\n.a\n")),
    **_units(_MAN, ("\\", "\\\\", '\\"', "\\\n", '."', '.B "a', ".B a b\n", "\\[", "\\(", "'")),
    **_units(_MDOC, (".Bl -tag\n", ".It Fl a\nb\n", ".It Oo a\n", ".Op Fl a\n", "Op ", ".Fo a\n")),
    **_units(_MDOC, (".Fa a\n", ".Oo\n", ".Sm off\n.Ar a\n", ".Bd -literal\n", ".Sx a\n", "Ns ")),
    "a long macro": begin(_MDOC + ".Fl ", "a Op b . "),
    "strings of strings": begin(_MAN + ".ds a \\*a\\*a\\*a\\*a\n", "\\*a"),
    "a table": begin(_MAN + ".TS\nl l.\n", "a\tb\n", ".TE\n"),
    "a block in a table": begin(_MAN + ".TS\nl l.\nT{\n", "a\n", "T}\n.TE\n"),
}
LATEX = {
    **_units("\\section{a}", ("{", "}", "{a}", "\\a", "\\a ", "$", "$$", "\\[", "\\(", "%", "%\n")),
    **_units("\\a ", ("\\section{", "\\footnote{", "\\caption{", "\\title{a}", "\\cite{a}", "\\'")),
    **_units(
        "\\a ", ("\\begin{a}", "\\begin{itemize}\\item ", "\\begin{verbatim}", "\\item[", "&")
    ),
    **_units(
        "\\a ", ("\\begin{tabular}{l}", "a & b \\\\", "\\verb|a", "\\verb|", "[", "\\a[", "-")
    ),
    **_units("\\a ", ("\\newcommand{\\a}{\\a\\a}", "\\def\\a#1{", "\\a\\b", "\\begin{equation}")),
    "groups in groups": nest("\\emph{", "}", "a"),
    "sections in sections": nest("\\section{", "}", "a"),
    "a row": begin("\\begin{tabular}{l}", "a & "),
    "blank lines in a macro": begin("\\begin{document}\na\n\\newcommand", "\n", "x\n"),
    "macros": begin("\\newcommand{\\a}{" + "b" * 190 + "}", "\\a "),
}
BIBTEX = {
    **_units("@book{a, ", ("{", "}", "a = {b}, ", 'a = "b", ', 'a = "', "a = b # ", "a = {", ",")),
    **_units("", ("@book{a, b = {c}}\n", "@string{a = b}", "@book{", "@comment{", "@", "@a{b,")),
    "braces": begin("@book{a, title = {", "{b}", "}}"),
    "commands": begin("@book{a, title = {", "\\'e ", "}}"),
}
_EVENT = "BEGIN:VCALENDAR\nBEGIN:VEVENT\n"
CALENDARS = {
    **_units(
        _EVENT, ("SUMMARY:a\n", "ATTENDEE:a\n", "DESCRIPTION:a\\n\n", " a\n", "BEGIN:VALARM\n")
    ),
    **_units(_EVENT + "SUMMARY", (";A=b", ';A="b"', ";", ":", "\\", "\\n", ",", '"')),
    "events": begin("BEGIN:VCALENDAR\n", "BEGIN:VEVENT\nSUMMARY:a\nEND:VEVENT\n"),
    "a rule": begin(_EVENT + "RRULE:FREQ=WEEKLY;BYDAY=", "MO,", "\nEND:VEVENT\n"),
}
CONTACTS = {
    **_units("BEGIN:VCARD\n", ("FN:a\n", "TEL:1\n", "ORG:a;b\n", " a\n", "BEGIN:VCARD\n")),
    **_units("BEGIN:VCARD\nADR", (";A=b", ";", ":a;", "\\;")),
    "soft lines": begin("BEGIN:VCARD\nNOTE;ENCODING=QUOTED-PRINTABLE:", "=41=\n", "\nEND:VCARD\n"),
    "a long address": begin("BEGIN:VCARD\nADR:", "a;", "\nEND:VCARD\n"),
}
DOCBOOK = {
    "sections in sections": nest("<section><title>a</title>", "</section>"),
    "paragraphs": begin("<book>", "<para>a</para>", "</book>"),
    "paragraphs in paragraphs": nest("<para>", "</para>", "a"),
    "words in words": lambda size: f"<book><para>{nest('<b>', '</b>', 'a')(size)}</para></book>",
    "lists in lists": nest("<orderedlist><listitem>", "</listitem></orderedlist>", "a"),
    "rows": begin("<book><table>", "<row><entry>a</entry></row>", "</table></book>"),
    "tables in tables": nest("<table><row><entry>", "</entry></row></table>", "a"),
    "references": begin("<book><para>", "&a;&mdash;", "</para></book>"),
    "declarations": begin("<!DOCTYPE book [", '<!ENTITY a "b">', "]><book/>"),
    "footnotes": begin("<book><para>", "a<footnote><para>b</para></footnote>", "</para></book>"),
    "an open tag": repeat("<book><para>"),
}
CASES = {
    ".1": MANUALS,
    ".tex": LATEX,
    ".bib": BIBTEX,
    ".ics": CALENDARS,
    ".vcf": CONTACTS,
    ".docbook": DOCBOOK,
}
