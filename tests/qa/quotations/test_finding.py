"""What of a text is a quotation, whatever the language of its marks."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Cancelled, Content, Span
from index.text.plain_blocks import complete_blocks
from qa.quotations.finding import find_enclosed, find_quotations
from tests.support.loading import load_here
from tests.support.timing import takes_at_most


def find(text, suffix=".txt", **options):
    """The quotations in a file, as they stand in its text."""
    content = load_here(suffix, text.encode())
    return [each.span.of(content.text) for each in find_quotations(content, **options)]


@pytest.mark.parametrize(
    "marked",
    [
        "“the museum opened its doors”",
        "„the museum opened its doors“",
        "„the museum opened its doors”",
        "”the museum opened its doors”",
        "«the museum opened its doors»",
        "«\u00a0the museum opened its doors\u00a0»",
        "»the museum opened its doors«",
        "‹the museum opened its doors›",
        '"the museum opened its doors"',
        "``the museum opened its doors''",
        "‘the museum opened its doors’",
        "‚the museum opened its doors‘",
        "'the museum opened its doors'",
    ],
)
def test_marks_of_many_languages_stand_around_a_quotation(marked):
    assert find(f"She wrote {marked}, and left.") == ["the museum opened its doors"]


def test_japanese_marks_need_no_spaces():
    assert find("彼は「博物館は一八八一年に開館した」と書いた。") == [
        "博物館は一八八一年に開館した"
    ]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("수영장은 “어린이는 보호자 없이 입장할 수 없다”고 한다.", "어린이는 보호자 없이 입장할 수 없다"),
        ('그는"어린이는 보호자 없이 갈 수 없다"라고 했다.', "어린이는 보호자 없이 갈 수 없다"),
        ("그는 '어린이는 보호자 없이 갈 수 없다'라고 했다.", "어린이는 보호자 없이 갈 수 없다"),
        ('ב"האינסטלטור יגיע בשעה 8:45 בבוקר" כתוב.', "האינסטלטור יגיע בשעה 8:45 בבוקר"),
        ("כתוב ״האינסטלטור יגיע בשעה 8:45 בבוקר״ בפתק.", "האינסטלטור יגיע בשעה 8:45 בבוקר"),
        ('הוא כתב "המחיר הוא 300 ש"ח לחודש" בפתק.', 'המחיר הוא 300 ש"ח לחודש'),
        ("הדו״חות: ב״מחיר הגן 300 ש״ח לחודש״ בפתק.", "מחיר הגן 300 ש״ח לחודש"),
        ('דו"חות של מנכ"לית צה"ל לפי 600 ש"ח בלבד.', None),
        ("ג'ירפה של צ'רלי ועוד ג'ירפה של צ'רלי.", None),
        ("وقال و«تأسست المكتبة على يد الأستاذ» أمس.", "تأسست المكتبة على يد الأستاذ"),
        ('وجاء فيه:و"تأسست المكتبة على يد الأستاذ"أمس.', "تأسست المكتبة على يد الأستاذ"),
        ("او «مغازه از ساعت هشت باز است»ها گفت.", "مغازه از ساعت هشت باز است"),
        ("كلمة» ثم «تأسست المكتبة على يد الأستاذ» أمس.", "تأسست المكتبة على يد الأستاذ"),
        ("他说“物业费为每平方米三元”吗？", "物业费为每平方米三元"),
        ('他说"物业费为每平方米三元"吗？她说"停车费每月三百元"。', "物业费为每平方米三元|停车费每月三百元"),
        ("เขาบอกว่า“บริษัทรับประกันสินค้าสองปี”แล้ว", "บริษัทรับประกันสินค้าสองปี"),
    ],
)  # fmt: skip
def test_words_may_be_written_on_to_marks_if_their_script_does_so(text, quoted):
    assert find(text) == (quoted.split("|") if quoted else [])


def test_the_outer_one_of_two_counts():
    text = "He said: “She told me ‘the museum is closed today’ and left me there.” I waited."
    assert find(text) == ["She told me ‘the museum is closed today’ and left me there."]


def test_a_mark_without_a_partner_costs_the_others_nothing():
    text = 'A 5" pipe, “a broken one. Then she said “the museum opened its doors” at last.'
    assert find(text) == ["the museum opened its doors"]


def test_apostrophes_are_no_marks():
    text = (
        "'Tis the teachers' job, not the pupils', and so it was in the '90s; don't ask, she's ill."
    )
    assert find(text) == []
    assert find("She said ‘the museum’s doors don’t open today’, and left.") == [
        "the museum’s doors don’t open today"
    ]


def test_a_number_may_begin_a_quotation():
    assert find("It says ‘63.67% of the sample chose gas’ there.") == [
        "63.67% of the sample chose gas"
    ]


def test_what_has_few_words_is_no_quotation():
    text = "The “experts” had “a quick look” at it, and wrote “the museum opened its doors”."
    assert find(text) == ["the museum opened its doors"]
    assert find(text, fewest_words=3) == ["a quick look", "the museum opened its doors"]


@pytest.mark.parametrize(
    "text",
    [
        "She read “The Old Man and the Sea” on the train.",
        "The article “how to read a book in a day” is short.",
        "Ames A (1998). “The mill by the river.” Journal of Mills, 3.",
        "Choose “Do not ask me again” in the menu.",
        "A “state-of-the-art” scanner broke.",
        "Sie las „Die Verwirrungen des Zöglings Törleß“ im Zug.",
    ],
)
def test_a_title_is_no_quotation(text):
    assert find(text) == []


def test_titles_in_a_list_of_references_are_no_quotations():
    text = "# Tides\n\nText.\n\n## References\n\n1. A. Smith, “Why the tide comes in twice a day,” 1984.\n"
    assert find(text, ".md") == []


def test_a_quotation_of_several_paragraphs_opens_again_with_each():
    text = "“The museum opened its doors late.\n\n“The café stayed closed all day.” So it was.\n"
    assert find(text) == ["The museum opened its doors late.", "The café stayed closed all day."]


def test_blocks_are_quotations_of_which_the_source_is_no_part():
    text = (
        "Intro.\n\n> The museum opened its *doors*\n> in spring &amp; autumn.\n>\n> — *Guide*, p. 3\n\n"
        "> “The café stayed closed all day.”\n\n> [!NOTE]\n> Mind the step at the door.\n\nEnd.\n"
    )
    assert find(text, ".md") == [
        "The museum opened its *doors*\n> in spring &amp; autumn.",
        "The café stayed closed all day.",
    ]


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        (".md", "> **Note:** mind the step there.\n>\n> It is higher than it looks.\n"),
        (".rst", ".. warning::\n\n   Mind the step at the door.\n\n   It is rather high.\n"),
        (".adoc", "[NOTE]\n====\nMind the step at the door.\n\nIt is rather high.\n====\n"),
    ],
)
def test_a_note_quotes_nobody_however_it_is_written(suffix, text):
    assert find(text, suffix) == []
    said = "She wrote “the museum opened its doors”."
    assert find(text.replace("there.", said).replace("the door.", said), suffix) == [
        "the museum opened its doors"
    ]


def test_words_above_their_source_are_a_quotation():
    text = (
        "Intro here.\n\nThe museum opened its doors late.\n— Ann Ames, Guide, p. 3\n\nEnd of it.\n"
    )
    assert find(text) == ["The museum opened its doors late."]


def test_what_somebody_says_after_a_dash_is_no_source():
    assert find("He came into the room late.\n\n— Where have you been?\n\n— At the museum.\n") == []


def test_code_holds_no_quotations():
    text = (
        'Run `say "the museum opened its doors"` now.\n\n    print("the museum opened its doors")\n'
    )
    assert find(text, ".md") == []


def test_lines_of_mail_are_a_quotation():
    text = "You wrote:\n\n> the museum opened\n> its doors late\n\nIt did.\n"
    assert find(text) == ["> the museum opened\n> its doors late"]


@given(st.text(st.sampled_from("“”„‟«»‹›「」『』\"'‘’‚`״abבת한글 .,\n"), max_size=60))
def test_stretches_between_marks_ascend_and_do_not_overlap(text):
    found = find_enclosed(text, Span(0, len(text)))
    assert all(0 <= each.start <= each.end <= len(text) for each in found)
    assert all(one.end < other.start for one, other in pairwise(found))


@pytest.mark.parametrize("mark", ["“", "”", '"', "„“", "''``", "‘’ ", "> “", "„ "])
def test_a_text_of_nothing_but_marks_takes_time_that_grows_with_it(mark):
    text = mark * (200_000 // len(mark))
    with takes_at_most(5):
        find_quotations(complete_blocks(Content(text)))


def test_a_long_line_of_spaces_within_a_paragraph_takes_time_that_grows_with_it():
    content = complete_blocks(Content("a\n" + " " * 160_000 + "b\nc"))
    with takes_at_most(2):
        assert find_quotations(content) == []


def test_the_search_for_quotations_ends_as_soon_as_nobody_wants_it():
    asked = iter([False, True])
    content = complete_blocks(Content("It says “the museum opened its doors”.\n\n" * 3))
    with pytest.raises(Cancelled):
        find_quotations(content, cancelled=lambda: next(asked))


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        (".md", "> the museum opened its doors\n"),
        (".html", "<p>She wrote <q>the museum opened its doors</q>.</p>"),
        (".html", "<p>She wrote:</p><blockquote>the museum opened its doors</blockquote>"),
        (".tex", "She wrote \\enquote{the museum opened its doors}."),
        (".tex", "She wrote ``the museum opened its doors''."),
        (".tex", "So:\n\\begin{quote}\nthe museum opened its doors\n\\end{quote}\nEnd."),
        (".rst", "She wrote:\n\n    the museum opened its doors\n\nSo it was."),
        (".rst", ".. epigraph::\n\n   the museum opened its doors\n"),
        (".org", "#+begin_quote\nthe museum opened its doors\n#+end_quote\n"),
        (".adoc", "[quote, Ann Ames]\n____\nthe museum opened its doors\n____\n"),
    ],
)
def test_every_format_has_its_own_marks_of_a_quotation(suffix, text):
    assert find(text, suffix) == ["the museum opened its doors"]
