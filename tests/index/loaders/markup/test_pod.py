"""POD: headings, lists and codes; the code around it is left out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.loaders import parse
from index.loaders.markup.pod import load
from index.text.passages import cut_passages
from tests.support.timing import takes_at_most

PAGE = """\
package Rain;

our $VERSION = 1;

=encoding utf8

=head1 NAME

Rain - how it B<falls>

=head1 USE

=head2 Options

Some are
needed.

=over 4

=item B<-w>

=item B<--wet>

Be wet.

    rain -w

      --all

=item B<-d>

Be dry.

=back

After the list.

=cut

sub fall { 1 }

=pod

Below the code.
"""


def read(text):
    return load(text.encode())


def passages(text):
    content = read(text)
    pieces = cut_passages(content, lambda texts: [len(t) // 4 for t in texts], 200)
    return [(piece.headings, piece.span.of(content.text)) for piece in pieces]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_paragraphs_stand_under_their_headings_and_terms(newline):
    content = read(PAGE.replace("\n", newline))
    assert content.title == "Rain - how it falls"
    assert [(heading.level, heading.text) for heading in content.headings] == [
        (1, "NAME"), (1, "USE"), (2, "Options"), (5, "-w, --wet"), (5, "-d"), (5, ""),
    ]  # fmt: skip
    assert content.text.split("\n\n", 5)[5] == (
        "-w\n--wet\nBe wet.\n\nrain -w\n\n  --all\n\n-d\nBe dry.\n\nAfter the list.\n\nBelow the code."
    )
    assert "VERSION" not in content.text
    assert "sub fall" not in content.text


def test_a_description_has_its_term_as_a_heading():
    long = "It is wet. " * 30
    text = f"=head1 USE\n\n=over\n\n=item How to fall?\n\n{long}\n\n{long}\n\n=back\n\nThe end.\n"
    found = passages(text)
    assert found[0][0] == found[1][0] == ("USE", "How to fall?")
    assert found[-1] == (("USE",), "The end.")


def test_signs_of_items_stand_before_them():
    text = "=over\n\n=item *\n\nRain\n\n=item * Hail\n\n=back\n\n=over\n\n=item 1.\n\nIce\n\n=item 2\n\n=back\n"
    assert read(text).text == "* Rain\n\n* Hail\n\n1. Ice"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("B<bold> I<it> C<code> F<file>", "bold it code file"),
        ("C<< a->b >> and C<<< x >> y >>>", "a->b and x >> y"),
        ("B<bold I<and C<more>>>!", "bold and more!"),
        ("S<<-- HERE>", "<-- HERE"),
        ("X<index>Z<>words", "words"),
        ("E<lt>rain@may.orgE<gt> E<eacute> E<0x201E> E<181> E<sol>", "<rain@may.org> é „ µ /"),
        ("L<Rain::Hail>", "Rain::Hail"),
        ("L<the page|Rain::Hail>", "the page"),
        ('L<Rain/"In May"> L</Hail>', "In May in Rain Hail"),
        ("L<https://rain.org/may>", "https://rain.org/may"),
        ("if A<B and C", "if A<B and C"),
        ("a > b, x->y", "a > b, x->y"),
        ("C<< never ends", "C<< never ends"),
    ],
)
def test_codes_are_unwrapped(code, words):
    assert read(f"=pod\n\n{code}\n").text == words


def test_what_is_for_other_programs_is_left_out():
    text = (
        "=pod\n\n=begin html\n\n<b>No</b>\n\n=head1 No\n\n=end html\n\n=for man No\n\nYes.\n\n"
        "=begin text\n\nAnd B<this>.\n\n=end text\n\n=for text Too.\n"
    )
    assert read(text).text == "Yes.\n\nAnd this.\n\nToo."


def test_what_has_no_commands_is_plain_text():
    assert parse(".pod", b"RAIN\n\nB<It> rained.\n").text == "RAIN\n\nB<It> rained.\n"


@given(
    st.lists(
        st.sampled_from(["=head1 A", "=head2 ", "=over", "=item *", "=item B", "=item", "=back", "=cut", "=pod",
                         "=begin x", "=end", "=for :a b", "text", " listing", "C<< a >", "B<C<x>>", "L<|>", "E<>", "="]),
        max_size=14,
    )
)  # fmt: skip
def test_headings_ascend_and_quote_the_text(paragraphs):
    content = read("\n\n".join(paragraphs))
    at = 0
    for heading in content.headings:
        assert at <= heading.span.start <= heading.span.end <= len(content.text)
        at = heading.span.end


@pytest.mark.parametrize(
    "part", ["B<", "B<< ", ">", " >>", "=item a\n\n", "=over\n\n", "=head1 a\n\n", " a\n\n", "E<0x", "L<a|", "\n \n", "   "]
)  # fmt: skip
def test_time_grows_with_the_length_and_no_faster(part):
    with takes_at_most(8):
        load(("=pod\n\n" + part * (400_000 // len(part))).encode())
