"""Texinfo: the words that are printed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.loaders.markup.texinfo import load
from tests.support.timing import takes_at_most

MANUAL = r"""\input texinfo
@c a comment
@settitle The Lamp
@set wick cotton wick
@copying
not here
@end copying
@menu
* Oil::
@end menu
@node Oil
@chapter Of @emph{oil}
@cindex oil
It burns ``well'' --- a @value{wick}@footnote{In winter.}, see @ref{Wicks}.
Write to @email{ann@@example.org, Ann}.

@itemize @bullet
@item
First
@item Second
@end itemize
@section Options
@table @option
@item -w @var{wick}
@itemx --wick
Takes a wick.

Cotton burns longest.
@end table
After it.
@deffn Command light lamp
Lights it.
@end deffn
@example
  lamp @{-w@}
@end example
@multitable @columnfractions .5 .5
@headitem Lamp @tab Litres
@item West @tab 3
@end multitable
@bye
not here
"""


def test_examples_and_code_have_the_signs_that_are_written():
    source = (
        "@chapter A\n@set note @emph{whale} oil\nBurn ``@value{note}'' --- or @code{x---y ''z''}.\n"
        "@example\n-----  ``@var{a}''\n@end example\n"
    )
    assert load(source.encode()).text == ("A\n\nBurn “whale oil” — or x---y ''z''.\n\n-----  ``a''")


@pytest.mark.parametrize("name", ["display", "format", "smalldisplay", "smallformat"])
def test_what_is_set_off_and_is_no_code_has_its_quotes_and_dashes(name):
    source = f"@{name}\nOil ---\n``whale'' @code{{x---y}}\n@end {name}\n"
    assert load(source.encode()).text == "Oil —\n“whale” x---y"
    source = "@example\na---b @r{Burn ``oil'' --- @code{c---d}}\n@end example\n"
    assert load(source.encode()).text == "a---b Burn “oil” — c---d"


def test_a_manual_is_read_as_it_is_printed():
    content = load(MANUAL.encode())
    assert content.title == "The Lamp"
    assert [(each.text, each.level) for each in content.headings] == [
        ("Of oil", 2),
        ("Options", 3),
        ("-w wick", 7),
        ("", 7),
        ("Command light lamp", 6),
        ("", 6),
    ]
    assert content.text == (
        "Of oil\n\nIt burns “well” — a cotton wick, see “Wicks”. Write to Ann (ann@example.org)."
        "\n\nIn winter.\n\n• First\n\n• Second\n\nOptions\n\n-w wick\n--wick\nTakes a wick.\n\n"
        "Cotton burns longest.\n\nAfter it.\n\nCommand light lamp\nLights it.\n\n"
        "lamp {-w}\n\nLamp\tLitres\nWest\t3"
    )
    assert [each.columns for each in content.tables] == [("Lamp", "Litres")]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("caf@'e na@\"{@dotless{i}}ve @,{c} @ss{}", "café nave ç ß"),
        ("@code{a @b{b @i{c}}} @samp{x} @dots{}", "a b c ‘x’ …"),
        ("@uref{http://a.b, Lamps} @url{http://a.b}", "Lamps (http://a.b) http://a.b"),
        ("@xref{Oil,,Of oil,lamp,The Lamp}.", "See “Of oil” in The Lamp."),
        ("a@*b @@ @{ @} @U{00E9} @anchor{x}c", "a\nb @ { } é c"),
        ("@code{never closed", "never closed"),
        ("@quotation\nx @c no\n@end quotation\ny", "x\n\ny"),
    ],
)
def test_commands(source, shown):
    assert load(source.encode()).text == shown


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1), min_size=1))
def test_all_words_are_in_the_blocks(words):
    content = load(("@code{" + "} @emph{".join(words) + "}").encode())
    (block,) = content.blocks
    assert block.of(content.text) == " ".join(words)


MACROS = r"""@macro lamp{kind, end}
the \kind\ lamp\end\
@end macro
@rmacro option{name}
@item \name\
@anchor{\name\}
@end rmacro
@macro both{a,b}
@lamp{\a\,} and @lamp{\b\, \\ @@}
@end macro
@macro light
Light it.
@end macro
"""


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("@lamp{oil, s} burn.", "the oil lamps burn."),
        ("@lamp{oil\\, or gas} burns.", "the oil, or gas lamp burns."),
        ("@lamp{@emph{oil, or gas}, .}", "the oil, or gas lamp."),
        ("@both{oil, gas}", r"the oil lamp and the gas lamp\ @"),
        ("@table @option\n@option{-w}\n@light\n@end table", "-w\nLight it."),
        ("@table @option\n@option -w\n@light{}\n@end table", "-w\nLight it."),
        ("Write @@lamp.", "Write @lamp."),
        ("@lamp{oil", ""),
    ],
)
def test_macros_are_what_they_stand_for(source, text):
    assert load((MACROS + source).encode()).text.startswith(text)
    assert load((MACROS + source).replace("\n", "\r\n").encode()).text.startswith(text)


@pytest.mark.parametrize(
    "source",
    [
        "@macro a\n@a @a\n@end macro\n@a\n",
        "".join(f"@macro m{n}\n{f'@m{n + 1} ' * 9}\n@end macro\n" for n in range(12)) + "@m0",
        "@macro a\n" * 50_000,
        "@macro a{b}\n\\b\\\n@end macro\n" + "@a{" * 50_000,
    ],
    ids=["itself", "many", "endless", "open"],
)
def test_macros_without_end_take_little(source):
    with takes_at_most(5):
        load(source.encode())
