"""A quotation is verbatim, altered or not found; whatever is shown stands in its document."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Cancelled, Content, Filter, Index, load_file
from index.text.plain_blocks import complete_blocks
from qa.quotations.checking import check_quotations
from tests.support.encoders import WordEncoder
from tests.support.timing import takes_at_most

from .conftest import CHRONICLE, GUIDE


def check(text, index, **options):
    return check_quotations(complete_blocks(Content(text)), index, **options)


def check_one(quoted, index, marks="“”"):
    """What is said of a quotation between marks."""
    (found,) = check(f"It says {marks[0]}{quoted}{marks[-1]}, and so on.", index)
    return found


def list_differences(found, index):
    """The words that differ: of the quotation, and of the document."""
    text = index.text(found.match.document.path)
    start = found.quotation.span.start
    return [
        (each.quoted.shift(-start).of(found.text), each.source.of(text))
        for each in found.match.differences
    ]


@pytest.mark.parametrize(
    ("quoted", "allowances"),
    [
        ("The museum opened its doors in 1881", ()),
        ("The museum opened its\ndoors in 1881", ("white space",)),
        ("the museum opened its doors in 1881", ("capitals",)),
        ("THE MUSEUM OPENED ITS DOORS", ("capitals",)),
        ("[t]he museum opened its doors in 1881", ("capitals",)),
        ("The oﬃce of the director is closed", ("ligatures",)),
        ("their well‑behaved parents pay nothing", ("hyphens",)),
        ("Children under 12 and their well-\nbehaved parents", ("white space",)),
        ("The museum opened […] and every visitor was given a pear", ("left out",)),
        ("The museum opened . . . and every visitor was given a pear", ("left out",)),
        ("It took eleven weeks [sic] until the water had left", ("sic",)),
        ("The museum [of the town] opened its doors", ("inserted",)),
        ("every visitor was given a pear from the garden", ()),
        ("The garden does not belong to the museum itself", ()),
        ("The baker’s wife lost two geese", ("quotation marks",)),
        ("given a pear from the garden. The garden does not belong", ()),
    ],
)
def test_what_only_looks_different_is_verbatim_and_said(quoted, allowances, index):
    found = check_one(quoted, index)
    assert found.status == "verbatim"
    assert found.match.allowances == allowances


def test_other_quotation_marks_within_are_said(index):
    found = check_one("‘Nobody has seen such a flood’, wrote the mayor", index)
    assert found.status == "verbatim"
    assert found.match.allowances == ("quotation marks",)


@pytest.mark.parametrize(
    ("quoted", "differences"),
    [
        ("The museum opened its gates in 1881", [("gates", "doors")]),
        ("The museum opened doors in 1881", [("", "its")]),
        ("The museum opened all its doors in 1881", [("all", "")]),
        ("The museum never opened its doors in 1881", [("never", "")]),
        ("The garden does belong to the museum itself", [("", "not")]),
        ("The museum opened its doors in 1818, and every visitor", [("1818", "1881")]),
        ("A ticket costs 35.0 for adults", [("35.0", "3.50")]),
        ("the office of the Director is closed", [("Director", "director")]),
        ("The bakers wife lost two geese", [("bakers", "baker's")]),
        ("The museum opened […] and every guest was given a pear", [("guest", "visitor")]),
        ("It eleven took weeks until", [("", "took"), ("took", "")]),
        ("every visitor, was given a pear from the garden", [(",", "")]),
    ],
)
def test_the_word_that_was_altered_is_marked(quoted, differences, index):
    found = check_one(quoted, index)
    assert found.status == "altered"
    assert list_differences(found, index) == differences


def test_an_altered_character_of_chinese_is_marked(tmp_path):
    source = tmp_path / "source.txt"
    source.write_text("館の記録によると、博物館は一八八一年に開館した。\n", encoding="utf-8")
    with Index.open(tmp_path / "index", create=True, encoder=WordEncoder()) as opened:
        opened.add([source])
        found = check_one("博物館は一八七一年に開館した", opened, "「」")
        assert (found.status, list_differences(found, opened)) == ("altered", [("七", "八")])


@pytest.mark.parametrize(
    ("written", "quoted", "status"),
    [
        ("على يد الأستاذ يوسف العمري، وفيها كتب", "على يد الأستاذ يوسف العمري", "verbatim"),
        ("متى تفتح المكتبة يوم السبت؟", "متى تفتح المكتبة يوم السبت", "verbatim"),
        ("رسوم النقل ١٬٢٥٠٫٥٠ ريالاً، تدفع", "رسوم النقل ١٬٢٥٠٫٥٠ ريالاً", "verbatim"),
        ("مغازه ۸ صبح باز است، جز جمعه", "مغازه ۸ صبح باز است", "verbatim"),
        ("बैठक शनिवार को होती है। सब आएँ।", "बैठक शनिवार को होती है", "verbatim"),
        ("גן הילדים בית־שמש פתוח היום׃", "גן הילדים בית־שמש פתוח היום", "verbatim"),
        ("המחיר לגן הוא 300 ש״ח לחודש", 'המחיר לגן הוא 300 ש"ח לחודש', "verbatim"),
        ("Թանգարանը բաց է այսօր։ Մուտքը", "Թանգարանը բաց է այսօր", "verbatim"),
        ("ቤተ መጻሕፍቱ ዛሬ ክፍት ነው። ሁሉም", "ቤተ መጻሕፍቱ ዛሬ ክፍት ነው", "verbatim"),
        (
            "على يد الأستاذ يوسف العمري، وفيها كتب",
            "على يد الأستاذ يوسف العمري وفيها كتب",
            "altered",
        ),
        ("درجة الحرارة -٤٥، أو أقل", "درجة الحرارة ٤٥، أو أقل", "altered"),
    ],
)
def test_punctuation_of_any_script_is_no_part_of_the_word_before_it(
    tmp_path, written, quoted, status
):
    source = tmp_path / "source.txt"
    source.write_text(f"{written}\n", encoding="utf-8")
    with Index.open(tmp_path / "index", create=True, encoder=WordEncoder()) as opened:
        opened.add([source])
        assert check_one(quoted, opened, "«»").status == status


@pytest.mark.parametrize(
    "quoted",
    [
        "The bridge was built by a company from Leeds",
        "The museum of the city was sold to a bank last year",
        "in the spring of that year he left the office",
        # Some phrase of few words, as there are many.
        "in the end of 1903",
        # Five of seven words are the same, the short ones.
        "The pronouncement of the bridegroom says that",
    ],
)
def test_what_is_nowhere_is_not_found(quoted, index):
    assert check_one(quoted, index).status == "not found"


@pytest.mark.parametrize("quoted", ["belong to the museum itself", "Dogs may swim in the pond"])
def test_a_quotation_cut_from_its_not_or_unless_is_out_of_context(quoted, index):
    found = check_one(quoted, index)
    assert found.status == "verbatim"
    assert found.match.is_out_of_context


@pytest.mark.parametrize(
    ("quoted", "status"),
    [("[the museum opened its doors]", "verbatim"), ("[…] [sic] [a b c d] […]", "not found")],
)
def test_a_quotation_that_is_all_in_brackets_is_checked_as_it_is(quoted, status, index):
    assert check_one(quoted, index).status == status


@pytest.mark.parametrize(
    "quoted",
    [
        "The garden does […] belong to the museum itself",
        "The garden does [always] belong to the museum itself",
        "Dogs may swim in the pond […] A ticket costs 3.50 for adults",
    ],
)
def test_a_quotation_that_leaves_out_a_not_or_an_unless_is_out_of_context(quoted, index):
    found = check_one(quoted, index)
    assert found.status == "verbatim"
    assert found.match.is_out_of_context


@pytest.mark.parametrize(
    "quoted",
    [
        "every visitor was given a pear […] Dogs may swim in the pond unless it is frozen over",
        "The museum opened […] and every visitor was given a pear",
        "The garden does [not] belong to the museum itself",
    ],
)
def test_a_quotation_that_leaves_out_another_sentence_is_in_its_context(quoted, index):
    found = check_one(quoted, index)
    assert found.status == "verbatim"
    assert not found.match.is_out_of_context


def test_a_piece_that_stands_nowhere_differs_within_the_match(index):
    found = check_one("Zebras jump […] every visitor was given a pear from the garden", index)
    assert found.status == "altered"
    assert all(found.match.span.holds(each.source) for each in found.match.differences)


def test_a_draft_among_the_documents_does_not_confirm_itself(tmp_path):
    draft = tmp_path / "draft.md"
    draft.write_text("She wrote “the bridge was built by a company from Leeds”.\n")
    with Index.open(tmp_path / "index", create=True, encoder=WordEncoder()) as opened:
        opened.add([draft])
        assert check_quotations(load_file(draft), opened)[0].status == "not found"
        # It has been edited since it was indexed.
        draft.write_text("So: “the bridge was built by a company from Leeds” (draft.md).\n")
        assert check_quotations(load_file(draft), opened)[0].status == "verbatim"
        (found,) = check_quotations(load_file(draft), opened, path=draft)
        assert (found.status, found.cited) == ("not found", ())


def test_a_source_that_has_changed_since_is_said_and_one_that_is_gone_is_none(tmp_path):
    source = tmp_path / "source.txt"
    source.write_text("The bridge was built by a company from Leeds.\n")
    text = "“The bridge was built by a company from Leeds” (source.txt)."
    with Index.open(tmp_path / "index", create=True, encoder=WordEncoder()) as opened:
        opened.add([source])
        assert not check(text, opened)[0].match.stale
        source.write_text("The bridge was built by two companies from Leeds.\n")
        (found,) = check(text, opened)
        assert (found.status, found.match.stale) == ("verbatim", True)
        source.unlink()
        assert check(text, opened)[0].status == "not found"


def test_a_quotation_of_common_words_is_found_among_many_passages_like_it(tmp_path):
    source = tmp_path / "source.txt"
    short = [f"License changes between versions, {number}." for number in range(150)]
    long = (
        "Nobody likes it. License changes can occur between versions. "
        + "So it is, they say. " * 20
    )
    source.write_text("\n\n".join([*short, long]))
    with Index.open(tmp_path / "index", create=True, encoder=WordEncoder()) as opened:
        opened.add([source])
        found = check_one("License changes can hardly between versions", opened)
        assert (found.status, list_differences(found, opened)) == ("altered", [("hardly", "occur")])


def test_whatever_is_kept_of_documents_the_same_is_found(index, monkeypatch):
    text = "“The museum opened its doors in 1881” (guide.md), “two geese were lost then”.\n\n"
    text += "“The baker's wife lost two geese” (chronicle.txt).\n\n" + text
    expected = check(text, index)
    monkeypatch.setattr("qa.quotations.sources._KEPT_CHARACTERS", 1)
    assert check(text, index) == expected
    assert [each.status for each in expected] == [
        *("verbatim", "not found", "verbatim"),
        *("verbatim", "not found"),
    ]


def test_a_filter_holds_for_the_documents_that_the_text_names(index):
    text = "“The museum opened its doors in 1881” (guide.md)."
    assert check(text, index)[0].status == "verbatim"
    (found,) = check(text, index, filter=Filter("chronicle.txt"))
    assert (found.status, found.cited) == ("not found", ())


def test_a_text_that_says_not_itself_has_cut_nothing_off(index):
    (found,) = check("The garden, she says, does not “belong to the museum itself”.", index)
    assert found.status == "verbatim"
    assert not found.match.is_out_of_context
    assert not check_one("The garden does not belong to the museum", index).match.is_out_of_context


def test_a_quotation_may_reach_over_paragraphs(index):
    found = check_one("left the cellars. The baker's wife lost two geese", index)
    assert found.status == "verbatim"
    found = check_one("pond unless it is frozen over. Prices A ticket costs 3.50 for adults", index)
    assert found.status == "verbatim"


def test_a_quotation_of_any_length_is_checked_in_time_that_grows_with_it(index):
    words = [f"word{number % 977}" for number in range(20_000)]
    with takes_at_most(5):
        (found,) = check("She wrote “" + " ".join(words) + "”.", index)
        assert found.status == "not found"


def test_brackets_without_end_take_time_that_grows_with_them(index):
    with takes_at_most(2):
        (found,) = check("She wrote “the museum opened its " + "[" * 160_000 + "”.", index)
        assert found.status == "verbatim"


@pytest.fixture
def repeating_index(tmp_path):
    source = tmp_path / "mill.md"
    source.write_text("# Of mills\n\n" + "mill water " * 6_000 + "\n", encoding="utf-8")
    with Index.open(tmp_path / "index", create=True, encoder=WordEncoder()) as opened:
        opened.add([source])
        yield opened


def test_a_quotation_of_very_many_pieces_is_soon_checked(repeating_index):
    with takes_at_most(5):
        check_one(" … ".join([*["mill water"] * 1_000, "owl"]), repeating_index)


def test_one_quotation_can_be_withdrawn_while_it_is_looked_for(repeating_index):
    asked = []

    def cancelled():
        asked.append(True)
        return len(asked) > 3

    with pytest.raises(Cancelled):
        check(
            "It says “mill water … mill water … owl water”.", repeating_index, cancelled=cancelled
        )
    assert len(asked) == 4


def test_a_text_is_read_as_markdown(index):
    text = "\ufeff> The *museum* opened its doors in 1881\n"
    (found,) = check_quotations(text, index)
    assert (found.status, found.text) == ("verbatim", "The *museum* opened its doors in 1881")
    assert found.quotation.span.of(text) == found.text


def test_a_text_without_quotations_has_none(index):
    assert check("The museum opened its doors in 1881.", index) == []
    assert check("", index) == []


_EDITED = "[…] … . . . [sic] [museum] [T]he [all of it] (…) [ ] ( [1]".split(" ")
_WORDS = st.sampled_from([*(GUIDE + CHRONICLE).split(), *_EDITED])


@given(st.lists(_WORDS, min_size=4, max_size=12), st.integers(0, 400), st.integers(20, 200))
def test_every_match_is_an_exact_span(index, words, start, length):
    cut = CHRONICLE[start : start + length].replace("“", "").replace("”", "")
    text = f"“{' '.join(words)}”\n\n“{' '.join(cut.split())}”\n"
    for found in check(text, index):
        assert found.quotation.span.of(text) == found.text
        if (match := found.match) is None:
            continue
        source = index.text(match.document.path)
        assert match.span.of(source) == match.text
        assert all(match.span.holds(span) for span in match.spans)
        for each in match.differences:
            assert found.quotation.span.holds(each.quoted)
            assert match.span.holds(each.source)
