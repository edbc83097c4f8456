"""Documents to passages: nothing lost, nothing twice, nothing too long, nothing out of place."""

import re
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Content, Heading, Span, Table
from index.documents import Mark, unpack_passage
from index.text.passages import cut_passages, limit_passage_tokens
from index.text.plain_blocks import complete_blocks
from tests.support.loading import load_here
from tests.support.timing import takes_at_most

MOST = 40

ODD = (
    "ab .!?:\n\r\t\f\v\x00\x1c\x85\u2028\u00ad\u200b\u200d\ufeff\u0301é東京。\u05d0\u202e🙂👩‍👩‍👧각"
)
ANY = st.characters(exclude_categories=["Cs"])
TEXT = st.text(ANY, max_size=2000) | st.text(ODD, max_size=2000)
MARKDOWN = st.lists(
    st.sampled_from(
        ["# One", "## Two", "Under\n=====", "Words. " * 30, "- a\n- b\n  - c", "* * *", "> quoted",
         "| a | b |\n|-|-|\n| 1 | 2 |", "```\ncode\n\nmore\n```", "東京は雨。" * 30, "x" * 350,
         "a:"]
    ),
    max_size=10,
).map("\n\n".join)  # fmt: skip
HTML = st.lists(
    st.sampled_from(
        ["<h1>One</h1>", "<h2>Two</h2>", f"<p>{'Words. ' * 30}", "<ul><li>a<li>b</ul>", "<br>é🙂",
         "<table><tr><td>1<td>2</table>", "<pre> x\n\n y</pre>", "<div>東京は雨。</div>",
         "a &amp; b"]
    ),
    max_size=10,
).map("".join)  # fmt: skip


def cut(text, most=MOST):
    content = text if isinstance(text, Content) else Content(text)
    return [
        (passage, passage.span.of(content.text)) for passage in cut_passages(content, tokens, most)
    ]


def texts(content, most=MOST):
    return [text for _, text in cut(content, most)]


def count_tokens(text):
    """Four ASCII characters are a token, others are three quarters of one each."""
    return sum(1 if sign.isascii() else 3 for sign in text if not sign.isspace()) // 4


def tokens(texts):
    return [count_tokens(text) for text in texts]


def check(content, most=MOST):
    """The contract of passages, for any content."""
    text = content.text
    blocks = [Span(0, len(text))] if content.paragraphs is None else content.paragraphs
    headings = {at for h in content.headings for at in range(h.span.start, h.span.end)}
    wanted = {at for block in blocks for at in range(block.start, block.end)} - headings
    wanted = {at for at in wanted if re.match(r"\w", text[at])}
    at = 0
    for passage in cut_passages(content, tokens, most):
        start, end = passage.span.start, passage.span.end
        assert at <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        assert count_tokens(text[start:end]) <= most
        held = set(range(start, end))
        assert not held & headings
        wanted -= held
        at = end
    assert not wanted


@given(TEXT, st.sampled_from([".txt", ".log"]))
def test_plain_text_and_lines_are_held_whole_and_in_order(text, suffix):
    check(load_here(suffix, b"\xef\xbb\xbf" + text.encode()))


@given(MARKDOWN, st.sampled_from(["\n", "\r\n", "\r"]))
def test_markdown_is_held_whole_and_in_order(text, newline):
    check(load_here(".md", text.replace("\n", newline).encode()))


@given(HTML)
def test_html_is_held_whole_and_in_order(text):
    check(load_here(".html", f"<body>{text}".encode()))


@given(TEXT, st.lists(st.tuples(st.integers(0, 2000), st.integers(1, 40)), max_size=6))
def test_content_with_headings_but_no_blocks_is_held_whole(text, places):
    spans = sorted(Span(at, min(len(text), at + size)) for at, size in places if at < len(text))
    headings = tuple(Heading(each, each.start % 3 + 1, f"h{each.start}") for each in spans)
    check(Content(text, headings=headings))


def test_a_lone_surrogate_is_replaced_and_offsets_hold():
    content = Content("one \ud800 two \udfff")
    assert content.text == "one \ufffd two \ufffd"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_blank_lines_part_paragraphs_whatever_ends_a_line(newline):
    one = f"{'first ' * 25}end{newline}{'still first ' * 10}end"
    two = "second " * 25 + "end"
    assert texts(f"{one}{newline} \t{newline}{newline}{two}{newline}", 100) == [one, two]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_where_lines_are_longer_than_anyone_wraps_them_each_is_a_paragraph(newline):
    first = "The ferry ran until the bridge was built. " * 4 + "It sank."
    second = "The bridge was paid for by the mayor of the town. " * 4 + "It stands."
    assert texts(newline.join([first, second]), most=1000) == [first, second]


def test_wrapped_lines_are_one_paragraph_even_if_one_of_them_is_long():
    wrapped = ["The ferry ran until the bridge was built, as the mayor had it."] * 12
    text = "\n".join([*wrapped, "See " + "x" * 170])
    assert texts(text, most=1000) == [text]


def test_short_neighbours_are_joined_but_not_across_a_heading():
    content = load_here(".md", b"# A\n\nshort\n\nalso short\n\n## B\n\nbrief\n")
    assert texts(content) == ["short\n\nalso short", "brief"]


def test_what_announces_a_list_stays_with_it():
    long = (
        "These are the things that everyone who lives in the house must remember to do, day by day:"
    )
    assert texts(f"{long * 2}\n\n{'- to feed the cat ' * 3}", 100) == [
        f"{long * 2}\n\n{('- to feed the cat ' * 3).strip()}"
    ]


@pytest.mark.parametrize(
    ("end", "stays"),
    [
        ("with the following tools.", True),
        ("with the tools named below.", True),
        ("with the tools, which are these, as follows", True),
        ("with these", True),
        ("with tools.", False),
        ("with the following tools. Others do as well.", False),
    ],
)
def test_a_sentence_that_says_what_follows_stays_with_its_list(end, stays):
    announced = (
        "Whoever looks after the whole garden by herself, without any help from neighbours or from "
        f"the people in the town, works {end}"
    )
    items = "\n".join(f"- a tool for the {n}th bed, and what belongs to it" for n in range(9))
    [first, *_] = texts(f"{announced}\n\n{items}", 300)
    assert (first == f"{announced}\n\n{items}") == stays
    assert stays or first == announced


@pytest.mark.parametrize("sign", ["{}.", "({})", "-", "•"])
def test_the_items_of_a_list_stay_with_what_announces_them_where_they_fit(sign):
    announced = (
        "This is what everyone who lives in the house must do before the winter, every year:"
    )
    items = [
        f"{sign.format(n)} Turn the valve number {n} to the left. {'Wait. ' * n}"
        for n in range(1, 7)
    ]
    text = "\n\n".join([announced, *items, "A paragraph that follows it. " * 10]).strip()
    found = texts(text, 200)
    assert len(found) == 2
    assert found[0].startswith(announced)
    assert found[1].startswith("A paragraph that follows it.")


def test_what_is_short_and_set_in_goes_on_with_what_is_above():
    above = "The second and all later requests for the same object are answered from memory." * 2
    below = "Of this a program sees nothing, unless it asks for it and waits for the answer." * 2
    code = "    >>> client.get(4)\n    200"
    assert texts(f"{above}\n\n{code}\n\n{below}", 100) == [f"{above}\n\n{code}", below]
    fence = "```sh\nclient get 4\n```"
    content = load_here(".md", f"{above}\n\n{fence}\n\n{below}".encode())
    assert texts(content, 100) == [f"{above}\n\n{fence}", below]


def test_the_end_of_a_sentence_stays_with_its_beginning_over_a_command_between():
    begins = "Whoever has set the key of a machine may take it back again with the command" * 2
    ends = (
        "in a window of her own, which must be kept open for as long as it takes to be done. " * 2
    )
    command = "    keys --remove all"
    text = f"{begins}\n\n{command}\n\n{ends}"
    assert texts(text, 200) == [text.strip()]
    other = ends.strip().capitalize()
    assert texts(f"{begins}\n\n{command}\n\n{other}", 200) == [f"{begins}\n\n{command}", other]


def test_a_step_of_several_sentences_is_not_split_where_the_list_is():
    steps = [f"{n}. Turn wheel {n} round. Wait for a while. Then look again." for n in range(1, 8)]
    parts = texts("\n".join(steps))
    assert len(parts) > 2
    assert all(re.match(r"\d\. Turn", text) for text in parts)


@pytest.mark.parametrize("rule", ["* * *", "-----", "=====", "~"])
def test_what_only_parts_paragraphs_is_in_none(rule):
    one, other = ("It was the same with each of the others, as he said. " * 3 for _ in range(2))
    assert texts(f"{rule}\n\n{one}\n\n{rule}\n\n{other}\n\n{rule}", 100) == [one.strip()] * 2


def test_numbered_paragraphs_are_no_list():
    clauses = [f"{number}. {'The tenant pays the rent in advance. ' * 8}" for number in range(1, 5)]
    assert texts("\n\n".join(clauses), 1000) == [clause.strip() for clause in clauses]


def test_a_long_paragraph_is_split_at_sentences_into_windows_of_like_size():
    text = " ".join(f"Sentence number {number} is here." for number in range(40))
    found = texts(text)
    assert len(found) > 3
    assert all(part.endswith(".") and part.startswith("Sentence") for part in found)
    assert max(map(len, found)) < 2 * min(map(len, found))


def test_a_long_sentence_is_split_between_words():
    text = " ".join(f"word{number}" for number in range(400))
    assert [word for part in texts(text) for word in part.split()] == text.split()


def test_a_long_sentence_is_split_at_the_end_of_a_line_where_there_is_one():
    lines = [f"line {number} has no full stop" for number in range(60)]
    assert "\n".join(texts("\n".join(lines))) == "\n".join(lines)


def test_text_without_spaces_is_split_at_its_sentences_and_clauses():
    sentence = "昨日は朝から雨が降っていたので私たちは家にいた。"
    found = texts(sentence * 40)
    assert len(found) > 10
    assert all(part.endswith("。") for part in found)
    found = texts("朝から雨が降っていて、" * 60 + "夜に止んだ。")
    assert len(found) > 10
    assert all(part.endswith(("、", "。")) for part in found)


def test_lines_that_stand_for_themselves_are_cut_between_lines_only():
    lines = [
        f"{number} INFO Started. Ready? Yes. Listening on port {number}" for number in range(90)
    ]
    found = texts(Content("\r\n".join(lines), layout="lines"))
    assert len(found) > 10
    assert "\r\n".join(found).split("\r\n") == lines
    # In prose it is at sentences.
    assert "\r\n".join(texts("\r\n".join(lines))).split("\r\n") != lines


def test_short_blocks_of_lines_are_joined():
    assert texts(Content("x = 1\n\ny = 2\n", layout="lines")) == ["x = 1\n\ny = 2"]


def test_a_row_is_never_joined_with_its_neighbour():
    text = "name:\nAnn\nBob\n" + "word " * 80
    blocks = (Span(0, 5), Span(6, 9), Span(10, 13), Span(14, len(text)))
    found = texts(Content(text, paragraphs=blocks, tables=(Table(Span(0, len(text))),)))
    assert found == ["name:", "Ann", "Bob", ("word " * 80).strip()]


def test_the_names_of_columns_go_with_rows_and_with_nothing_else():
    text = "before\nabove\nkind\tn\nox\t1\nelk\t2\nbelow\nafter"
    spans = [Span(match.start(), match.end()) for match in re.finditer(r"\S[^\n]*", text)]
    heading = Heading(spans.pop(0), 1, "Beasts")
    table = Table(Span(spans.pop(1).start, spans[2].end), ("kind", "n"))
    content = Content(text, headings=(heading,), paragraphs=tuple(spans), tables=(table,))
    assert [(words, passage.headings, passage.columns) for passage, words in cut(content)] == [
        ("above", ("Beasts",), ()),
        ("ox\t1", ("Beasts",), ("kind", "n")),
        ("elk\t2", ("Beasts",), ("kind", "n")),
        ("below\nafter", ("Beasts",), ()),
    ]


@pytest.mark.parametrize("words", ["Start | Stop", "File › Save"])
def test_a_heading_is_a_heading_whatever_signs_stand_in_it(words):
    [(passage, _)] = cut(load_here(".md", f"# {words}\n\nPress the key, then wait.\n".encode()))
    assert (passage.headings, passage.columns) == ((words,), ())


def test_a_wide_row_is_one_passage():
    cells = ["of the one kind " * 6, "of another " * 8, "word " * 20]
    text = "\t".join(cell.strip() for cell in cells)
    content = Content(text, paragraphs=(Span(0, len(text)),), tables=(Table(Span(0, len(text))),))
    assert texts(content) == [text]


@pytest.mark.parametrize("parting", ["\t", " | "])
def test_a_row_that_nobody_would_read_is_cut_between_its_cells(parting):
    cells = [word * 40 for word in ["of the one kind ", "of another ", "word "] * 12]
    text = parting.join(cell.strip() for cell in cells)
    content = Content(text, paragraphs=(Span(0, len(text)),), tables=(Table(Span(0, len(text))),))
    found = texts(content)
    assert len(found) > 6
    words = " ".join(" ".join(re.split(r"[|\t]", part)) for part in found).split()
    assert words == " ".join(cells).split()


def test_each_part_of_a_row_that_is_cut_has_the_name_of_the_row():
    row = "\t".join(["Mount Elbert", *("It is a long way up. " * 40 for _ in range(12))])
    whole = Span(0, len(row))
    table = Table(whole, caption="Summits")
    passages = cut_passages(Content(row, paragraphs=(whole,), tables=(table,)), tokens, MOST)
    assert len(passages) > 6
    assert passages[0].headings == ("Summits",)
    assert {passage.headings for passage in passages[1:]} == {("Summits", "Mount Elbert")}


def test_passages_know_what_they_are_made_of():
    text = "First do this:\n\n1. Turn it off.\n2. Wait."
    marks = (
        Mark("strong", Span(9, 40)),
        Mark("code", Span(text.index("off"), text.index("off") + 3)),
    )
    content = complete_blocks(Content(text, marks=marks))
    [(passage, _)] = cut(content)
    blocks, found = unpack_passage(passage.blocks, passage.span)
    assert found == marks
    assert [
        (block.kind, block.span.of(text), block.marker and block.marker.of(text))
        for block in blocks
    ] == [
        ("paragraph", "First do this:", None),
        ("item", "Turn it off.", "1."),
        ("item", "Wait.", "2."),
    ]
    [(plain, _)] = cut(complete_blocks(Content("Rain fell.")))
    assert plain.blocks == b""


def test_a_word_too_long_is_cut_anywhere():
    assert "".join(texts("x" * 390)) == "x" * 390
    assert "".join(texts("é" * 5000)) == "é" * 5000


@pytest.mark.parametrize("run", ["x" * 3_000_000, "iVBORw0KGgo+/a=" * 900, "-" * 401])
def test_what_no_word_breaks_for_hundreds_of_letters_is_no_passage(run):
    assert texts(run) == []
    before, after = "The picture is this. " * 10, "It shows the ferry. " * 10
    assert texts(f"{before}\n{run}\n\n{after}", 100) == [before.strip(), after.strip()]
    row = Content(
        f"Ann\t{run}\t7", paragraphs=(Span(0, len(run) + 6),), tables=(Table(Span(0, 9)),)
    )
    assert texts(row) == ["Ann", "7"]


@pytest.mark.parametrize(
    "word",
    [
        "https://example.org/" + "a-rather-long-name/of=some&kind=" * 40,
        "我々は昨日から雨の中にいた" * 200,
        "ภาษาไทยไม่มีช่องว่าง" * 100,
        '{"name":"Ann","town":"Rome"},' * 60,
    ],
    ids=["address", "Japanese", "Thai", "JSON"],
)
def test_what_is_broken_by_more_than_spaces_is_text(word):
    assert "".join(texts(word)) == word


def test_a_passage_has_no_more_tokens_than_the_encoder_takes_in_any_script():
    # One Hangul syllable may be three tokens.
    assert all(count_tokens(text) <= 20 for text in texts("각" * 500, 20))


def test_text_without_tokens_has_an_end_too():
    text = Content("x." * 25_000)
    found = [passage.span for passage in cut_passages(text, lambda t: [1] * len(t), MOST)]
    assert max(map(len, found)) <= 12 * MOST
    assert sum(map(len, found)) == 50_000


def test_parts_whose_tokens_do_not_add_up_still_fit():
    def counter(texts):  # every space costs, as it does byte by byte
        return [len(text) // 4 + text.count(" ") for text in texts]

    text = "A sentence of words.      " * 100
    found = cut_passages(Content(text), counter, MOST)
    assert all(counter([passage.span.of(text)])[0] <= MOST for passage in found)


def test_the_path_of_headings_is_the_outermost_first():
    content = load_here(
        ".md", b"intro\n\n# A\n\na\n\n## B\n\nb\n\n### C\n\nc\n\n## D\n\nd\n\n# E\n\n### F\n\nf\n"
    )
    assert [(text, passage.heading) for passage, text in cut(content)] == [
        ("intro", None),
        ("a", "A"),
        ("b", "A › B"),
        ("c", "A › B › C"),
        ("d", "A › D"),
        ("f", "E › F"),
    ]


def test_headings_of_no_sane_length_are_cut_short():
    headings = (Heading(Span(0, 1), 1, "x" * 5000), Heading(Span(1, 2), 2, "\ud800"))
    found = cut(Content("abc", title="y" * 5000, headings=headings))
    assert [passage.heading for passage, _ in found] == ["x" * 999 + "…"]
    assert Content("", title="y" * 5000).title == "y" * 299 + "…"
    assert Content("", title="\ud800 z").title == "\ufffd z"


def test_pages_are_those_on_which_passages_start():
    text = "\n\n".join("page words " * 20 for _ in range(3))
    content = Content(text, page_starts=(0, 222, 444))
    assert [passage.page for passage, _ in cut(content, 100)] == [1, 2, 3]
    assert {passage.page for passage, _ in cut(text)} == {None}


@pytest.mark.parametrize("text", ["", " ", "\n\r\n\t\u2028", "\u3000", "* * *", "?!\n\n---"])
def test_a_document_without_words_has_no_passages(text):
    assert texts(text) == []


@pytest.mark.parametrize(("encoder", "passage"), [(256, 214), (512, 220), (128, 86), (32, 16)])
def test_room_is_left_for_what_is_encoded_with_a_passage(encoder, passage):
    assert limit_passage_tokens(encoder) == passage


two_megabytes_of_anything = pytest.mark.parametrize(
    "text",
    [
        "x" * 390 + "." + "x" * 2_000_000,
        "x." * 1_000_000,
        "2024-05-01 10:00:01 INFO ready\n" * 65_000,
        "word " * 400_000,
        "東" * 500_000,
        "." * 1_000_000,
        "a:\n\n" * 40_000,
        "\n" * 1_000_000 + "x",
        "short\n\n" * 40_000,
    ],
    ids=[
        "no breaks",
        "no spaces",
        "a log",
        "one line",
        "CJK",
        "dots",
        "colons",
        "blank lines",
        "short lines",
    ],
)


def cut_large(text):
    def counter(texts):
        return [max(1, len(text) // 4) for text in texts]

    layout = "lines" if "INFO" in text else "prose"
    return cut_passages(Content(text, layout=layout), counter, 214)


@pytest.mark.slow
@two_megabytes_of_anything
def test_two_megabytes_of_anything_are_cut_in_bounded_time(text):
    with takes_at_most(5):
        passages = cut_large(text)
    assert sum(len(passage.span) for passage in passages) >= len(
        re.sub(r"\s|x{400,}|\.{400,}", "", text)
    )


@two_megabytes_of_anything
def test_half_a_megabyte_of_anything_is_cut_in_bounded_memory(text):
    # It takes three times as long while memory is followed.
    text = text[: len(text) // 4]
    tracemalloc.start()
    cut_large(text)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * 2**20


def test_the_real_tokenizer_never_cuts_a_passage_off(encoder):
    text = "\n\n".join(
        [
            "Plain words. " * 200,
            "각" * 600,
            "東京は雨。" * 200,
            "👩‍👩‍👧" * 300,
            "x" * 9000,
            "=- " * 900,
        ]
    )
    most = limit_passage_tokens(encoder.max_tokens)
    found = cut_passages(Content(text), encoder.count_tokens, most)
    assert max(encoder.count_tokens([passage.span.of(text) for passage in found])) <= most
