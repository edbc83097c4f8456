"""Lists of definitions to passages: short entries stay together, and a term with its words."""

from hypothesis import given
from hypothesis import strategies as st

from index.documents import Content, Heading, Span
from index.text.passages import SHORT, cut_passages
from tests.support.loading import load_here

LONG = "It goes on for long enough to be read alone, wherever it stands in the list of words. " * 2


def cut(html, most=400):
    content = html if isinstance(html, Content) else load_here(".html", html.encode())
    passages = cut_passages(content, lambda texts: [len(text) for text in texts], most)
    return [(passage.headings, passage.span.of(content.text)) for passage in passages]


def test_short_entries_are_one_passage_with_what_announces_them():
    html = (
        f"<h2>Sails</h2><p>{LONG}These are the sails of a boat:<dl><dt>Jib<dd>At the bow"
        f"<dt>Main<dd>At the mast<dt>Mizzen<dd>At the stern</dl><p>{LONG}"
    )
    sails = "Jib\nAt the bow\nMain\nAt the mast\nMizzen\nAt the stern"
    assert cut(html) == [
        (("Sails",), f"{LONG}These are the sails of a boat:\n\n{sails}"),
        (("Sails",), LONG.strip()),
    ]


def test_what_announces_a_list_stays_with_it_over_a_caption():
    html = (
        f"<p>{LONG}These are the sails:<p><b>Kinds of sails</b><dl><dt>Jib<dd>At the bow"
        f"<dt>Main<dd>At the mast</dl><p>{LONG}These are the ropes:<p><b>Ropes</b><p>{LONG}"
    )
    assert [text for _, text in cut(html, 300)] == [
        f"{LONG}These are the sails:\n\nKinds of sails\n\nJib\nAt the bow\nMain\nAt the mast",
        f"{LONG}These are the ropes:\n\nRopes",
        LONG.strip(),
    ]


def test_a_long_entry_stands_alone_under_its_term():
    html = f"<h2>Sails</h2><dl><dt>Jib<dd>Bow<dt>Main<dd>Mast<dt>Mizzen<dd>{LONG}<dt>Lug<dd>Old<dt>Spritsail<dd>Older</dl>"
    assert cut(html) == [
        (("Sails",), "Jib\nBow\nMain\nMast"),
        (("Sails", "Mizzen"), f"Mizzen\n{LONG.strip()}"),
        (("Sails",), "Lug\nOld\nSpritsail\nOlder"),
    ]


def test_an_entry_with_more_below_it_stays_their_heading():
    html = (
        "<dl><dt>Jib<dd>Bow<dt>Main<dd>Mast<dl><dt>Luff<dd>Fore edge<dt>Leech<dd>Aft edge</dl>"
        "<dt>Lug<dd>Old<dt>Spritsail<dd>Older</dl>"
    )
    assert cut(html) == [
        (("Jib",), "Jib\nBow"),
        (("Main",), "Main\nMast\nLuff\nFore edge\nLeech\nAft edge"),
        ((), "Lug\nOld\nSpritsail\nOlder"),
    ]


def test_one_short_entry_alone_keeps_its_term():
    html = f"<dl><dt>Jib, genoa<dd>Bow<dt>Main<dd>{LONG}</dl><p>{LONG}"
    assert [headings for headings, _ in cut(html)] == [("Jib, genoa",), ("Main",), ()]


def test_entries_of_two_lists_are_not_one_passage():
    html = f"<dl><dt>Jib<dd>Bow<dt>Main<dd>Mast</dl><p>{LONG}</p><dl><dt>Port<dd>Left<dt>Aft<dd>{LONG[:112]}</dl>"
    assert [text for _, text in cut(html)] == [
        "Jib\nBow\nMain\nMast",
        LONG.strip(),
        f"Port\nLeft\nAft\n{LONG[:112].strip()}",
    ]


def test_a_name_that_is_no_term_parts_what_it_stands_above():
    text = "Ann Smith\n01\n\nBob Jones\n02"
    blocks = (Span(0, 12), Span(14, 26))
    for level, text_below in ((1, False), (7, True)):
        names = tuple(
            Heading(Span(block.start, block.start), level, block.of(text)[:9]) for block in blocks
        )
        passages = cut(Content(text, headings=names, paragraphs=blocks))
        assert (len(passages) == 1) == text_below


WORDS = st.text("abc é東", min_size=1, max_size=30).filter(lambda words: words == words.strip())
ENTRIES = st.lists(st.tuples(WORDS, WORDS, st.integers(1, 8)), min_size=1, max_size=12)


@given(ENTRIES)
def test_no_passage_parts_a_term_from_its_words_and_all_are_kept(entries):
    entries = [(term, " ".join([words] * times)) for term, words, times in entries]
    html = "".join(f"<dt>{term}<dd>{words}" for term, words in entries)
    lines = [f"{' '.join(term.split())}\n{' '.join(words.split())}" for term, words in entries]
    passages = [text for _, text in cut(f"<dl>{html}</dl>", 1_000)]
    assert "\n".join(passages) == "\n".join(lines)
    for line in lines:
        assert any(line in passage for passage in passages)
        assert len(line) < SHORT or line in passages
