"""Running heads and feet of text that was laid out in pages are no part of what is read."""

from hypothesis import given
from hypothesis import strategies as st

from index.loaders.plain.running_lines import find_running_lines
from index.loaders.plain.text import load
from index.text.passages import cut_passages
from tests.support.timing import takes_at_most

PROSE = "   The server answers each request in turn,\n   and closes the connection.\n\n"


def make_page(number, foot="Postel            Standards Track            [Page {}]", feed="\f"):
    head = "RFC 9999               Rain Protocol            May 2001"
    body = PROSE.replace("each", f"the {number}th") * 14
    return f"{head}\n\n\n{body}\n\n{foot.format(number)}\n{feed}"


def make_pages(count=6, **options):
    return "".join(make_page(number, **options) for number in range(1, count + 1))


def read_running(text):
    return [line.of(text) for line in find_running_lines(text)]


def test_heads_and_feet_of_pages_are_found():
    lines = read_running(make_pages())
    assert len(lines) == 12
    assert set(lines[::2]) == {"RFC 9999               Rain Protocol            May 2001"}
    assert lines[1::2] == [
        f"Postel            Standards Track            [Page {n}]" for n in range(1, 7)
    ]


def test_pages_without_form_feeds_are_known_by_their_length():
    assert len(read_running(make_pages(feed="\n\n\n"))) == 12
    assert len(read_running(make_pages(feed="\n\n\n").replace("\n", "\r\n"))) == 12


def test_numbers_that_do_not_count_pages_are_no_heads():
    prices = [310, 75, 92, 1200, 8, 41]
    text = "".join(f"{make_page(1, foot=f'Price: {price}')}" for price in prices)
    assert not [line for line in read_running(text) if line.startswith("Price")]


def test_lines_that_come_again_here_and_there_are_text():
    days = [f"{day} May\n\nWeather: fine\n\n" + PROSE * (7 + 5 * (day % 4)) for day in range(1, 12)]
    assert read_running("".join(days)) == []
    assert read_running(make_pages(3)) == []
    assert read_running("\n\n".join(f"Step {n}\n\n{PROSE}" for n in range(1, 40))) == []


def test_records_of_one_length_are_no_pages():
    record = "Name: {}\n\nStatus: active\n\n" + PROSE * 8
    names = ["Ann", "Bo", "Cyril", "Dora", "Emil", "Fay"]
    assert read_running("".join(record.format(name) for name in names)) == []


def test_what_comes_again_far_from_the_numbers_of_pages_is_text():
    page = PROSE * 7 + "In short: it rains.\n\n" + PROSE * 7
    pages = "".join(f"Guide to rain    {number}\n\n{page}" for number in range(1, 7))
    assert read_running(pages) == [f"Guide to rain    {number}" for number in range(1, 7)]


def test_a_line_within_a_paragraph_is_text():
    page = "Rain falls.\nWe say so.\nAgain.\nAnd again.\n\n" + PROSE * 14
    assert read_running(page * 6) == []


def test_they_are_in_no_passage():
    content = load(make_pages().encode())
    pieces = cut_passages(content, lambda texts: [len(text.split()) for text in texts], 60)
    texts = [piece.span.of(content.text) for piece in pieces]
    assert texts
    assert not [text for text in texts if "RFC 9999" in text or "[Page" in text]
    assert sum(text.count("The server answers") for text in texts) == 6 * 14
    assert content.text == make_pages()


def test_a_book_takes_no_time():
    with takes_at_most(5):
        assert len(find_running_lines(make_pages(2_000))) == 4_000
        assert find_running_lines("7" * 1_000_000 + "\n" * 1_000_000) == []


@given(st.text(alphabet="ab1 \n\r\f", max_size=300), st.integers(1, 8))
def test_whatever_is_found_is_a_line_of_the_text(text, times):
    lines = find_running_lines((text + "\n" * 20) * times)
    assert lines == sorted(lines)
    for line in lines:
        words = line.of((text + "\n" * 20) * times)
        assert words == words.strip() != ""
        assert not set(words) & set("\r\n\f")
