"""Mail: who wrote what to whom, in words that can be read, whatever the encoding."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.loaders import UnreadableFile, parse
from index.loaders.mail import load, open_container
from index.loaders.shared.container import LeftOut
from index.text.passages import cut_passages
from tests.support.packed_files import message, multipart
from tests.support.timing import takes_at_most


def found(content):
    """The passages: heading and text."""
    pieces = cut_passages(content, lambda texts: [len(text) for text in texts], 60)
    return [(piece.heading, piece.span.of(content.text)) for piece in pieces]


def test_the_head_stands_above_the_words():
    data = message("It blew.\r\n\r\nAnn", To="Bee <bee@example.org>", Date="Mon, 5 May 2025", Cc="")
    content = load(data)
    assert content.title == "Ships"
    assert content.text == (
        "Ships\n\nFrom: Ann <ann@example.org>\nTo: Bee <bee@example.org>\nDate: Mon, 5 May 2025"
        "\n\nIt blew.\n\nAnn"
    )
    assert content.headings[0].text == "Ships"


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b"\r\n", b"\n\n", b"\xef\xbb\xbf\n"])
def test_a_byte_order_mark_and_blank_lines_may_stand_before_the_head(start):
    assert load(start + message("It blew.")) == load(message("It blew."))


@pytest.mark.parametrize(
    "subject",
    [
        "=?utf-8?q?Sch=C3=B6ne_Gr=C3=BC=C3=9Fe?=",
        "=?iso-8859-1?b?U2No9m5lIEdy/N9l?=",
        "=?utf-8?q?Sch=C3=B6ne?=\r\n =?utf-8?q?_Gr=C3=BC=C3=9Fe?=",
        "Schöne Grüße",
    ],
)
def test_subjects_are_decoded(subject):
    assert load(message("x", Subject=subject)).title == "Schöne Grüße"


@pytest.mark.parametrize("subject", ["=?unknown?q?a=FFb?=", "=?utf-8?b?a?=", "=?utf-8?q?=FF?="])
def test_what_cannot_be_decoded_is_kept(subject):
    assert load(message("x", Subject=subject)).title


def test_bodies_are_decoded():
    data = message(
        base64.b64encode("Schöne Grüße".encode("cp1252")).decode(),
        Content_Type="text/plain; charset=windows-1252",
        Content_Transfer_Encoding="base64",
    )
    assert load(data).text.endswith("\n\nSchöne Grüße")


def test_of_several_forms_the_plain_one_is_read():
    plain = ("Content-Type: text/plain", "It blew.")
    page = ("Content-Type: text/html", "<p>It <b>really</b> blew.")
    assert load(multipart(plain, page, kind="alternative")).text.endswith("org>\n\nIt blew.")
    empty = ("Content-Type: text/plain", "")
    text = load(multipart(empty, page, kind="alternative")).text
    assert text.endswith("org>\n\nIt really blew.")


LONG = "It blew hard from the west all day, and the ferry did not go out before the evening."


@pytest.mark.parametrize(
    ("plain", "page", "words"),
    [
        ("see html", f"<p>{LONG}", LONG),
        ("HTML", f"<p>{LONG}", LONG),
        ("Your mail client does not support this.", f"<p>{LONG}</p>" * 2, LONG),
        ("View this email in your browser: https://example.org/1187/0f3c", f"<p>{LONG}" * 2, LONG),
        ("Yes, at nine.", f"<p>Yes, at nine.<blockquote>{LONG}</blockquote>", "Yes, at nine."),
        ("The code is 4711.", f"<p>The code is 4711.<p>{LONG * 4}", "The code is 4711."),
        ("It blew all day: no ferry before the evening.", f"<p>{LONG}", "It blew all day"),
        (LONG, f"<p>{LONG}<p>Unsubscribe, terms, the address of the firm.", LONG),
        (LONG * 4, f"<p>{LONG * 20}", LONG * 4),
        ("see html", "<p>It blew.", "see html"),
    ],
)
@pytest.mark.parametrize("wrapped", [False, True])
def test_a_plain_form_that_is_a_stub_beside_its_page_is_not_read(plain, page, words, wrapped):
    form = ("Content-Type: text/html", page)
    if wrapped:
        boundary = 'Content-Type: multipart/related; boundary="in"'
        form = (boundary, f"--in\r\n{form[0]}\r\n\r\n{page}\r\n--in--")
    text = load(multipart(("Content-Type: text/plain", plain), form, kind="alternative")).text
    assert text.partition("org>\n\n")[2].startswith(words)


def test_forms_within_forms_are_chosen_at_once():
    plain, page = ("Content-Type: text/plain", "see html"), f"<p>{LONG}</p>\r\n" * 3_000
    inner, body = "Content-Type: text/html", page
    for depth in range(200):
        inside = (
            f"--{depth}=\r\n{plain[0]}\r\n\r\n{plain[1]}\r\n--{depth}=\r\n{inner}\r\n\r\n{body}"
        )
        body = f"{inside}\r\n--{depth}=--\r\n"
        inner = f'Content-Type: multipart/alternative; boundary="{depth}="'
    data = message(body, Content_Type=inner.partition(": ")[2])
    with takes_at_most(6):
        text = load(data).text
    assert text.endswith("see html")


def test_headings_of_a_page_stand_below_the_subject():
    page = "<h1>West</h1><p>It blew hard from there.</p>"
    content = load(message(page, Content_Type="text/html; charset=utf-8"))
    assert found(content)[-1] == ("Ships › West", "It blew hard from there.")


def test_quoted_messages_and_signatures_are_marked():
    body = "On Monday Bee wrote:\n> Did it blow?\n>\n> Say!\n\nIt did, all day long.\n\n-- \nAnn\nCaptain"
    assert found(load(message(body)))[1:] == [
        ("Ships › Quoted message", "On Monday Bee wrote:\n> Did it blow?\n\n> Say!"),
        ("Ships", "It did, all day long."),
        ("Ships › Signature", "Ann\nCaptain"),
    ]


KINDS = frozenset((".pdf", ".md", ".csv", ".txt"))


def test_attachments_are_named_and_are_members_where_they_can_be_read():
    parts = (
        ("Content-Type: text/plain", "See there."),
        ('Content-Type: application/pdf; name="a b.pdf"', "%PDF"),
        ('Content-Disposition: attachment; filename="notes.md"', "# West"),
        ('Content-Disposition: attachment; filename="run.exe"', "not read"),
        ("Content-Type: image/png", "no name"),
    )
    found = open_container(multipart(*parts), KINDS)
    assert found.content.text.endswith("See there.\n\nAttachments: a b.pdf, notes.md, run.exe")
    assert [(each.name, each.suffix) for each in found.members] == [
        ("a b.pdf", ".pdf"),
        ("notes.md", ".md"),
    ]
    assert found.members[1].data.strip() == b"# West"
    assert found.left_out == (LeftOut("run.exe", "of an unsupported kind"),)


PLAIN = ("Content-Type: text/plain", "See there.")
PAGE = ("Content-Type: text/html", '<p>See <b>there</b>. <img src="cid:west%40example.org">')
FILE = ('Content-Type: text/csv; name="a.csv"\r\nContent-Disposition: attachment', "x,y\r\n1,2")
PICTURE = (
    'Content-Type: image/png; name="w.png"\r\nContent-ID: <west@example.org>\r\n'
    "Content-Disposition: attachment",
    "x",
)
PART_OF_PAGE = ('Content-Type: image/png; name="x.png"\r\nContent-Location: x.png', "x")


def nested(kind, boundary, *parts, more=""):
    inside = "".join(f"--{boundary}\r\n{head}\r\n\r\n{body}\r\n" for head, body in parts)
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"{more}'
    return head, f"{inside}--{boundary}--\r\n"


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        ("alternative", [PLAIN, nested("mixed", "in", PAGE, FILE)]),
        ("alternative", [PLAIN, nested("related", "in", PAGE, PICTURE, PART_OF_PAGE, FILE)]),
        (
            "alternative",
            [PLAIN, nested("mixed", "in", nested("related", "on", PAGE, PICTURE), FILE)],
        ),
        ("related", [nested("alternative", "in", PLAIN, PAGE), PICTURE, PART_OF_PAGE, FILE]),
    ],
)
def test_files_that_came_with_another_form_are_attached(kind, parts):
    found = open_container(multipart(*parts, kind=kind), KINDS)
    assert found.content.text.endswith("org>\n\nSee there.\n\nAttachments: a.csv")
    assert [(each.name, each.data.strip()) for each in found.members] == [("a.csv", b"x,y\r\n1,2")]


def named(kind, name, words):
    head = f'Content-Type: {kind}\r\nContent-Disposition: inline; filename="{name}"'
    return head, words


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("related", named("text/css", "s.css", "p {color: red}")),
        ("alternative", named("text/plain", "b.txt", "Please view this in HTML.")),
    ],
)
def test_styles_and_other_forms_with_names_are_not_files(kind, part):
    page = ("Content-Type: text/html", "<p>" + "It blew from the west. " * 30)
    parts = [page, part] if kind == "related" else [part, page]
    assert load(multipart(*parts, kind=kind)).text.endswith(
        "org>\n\n" + "It blew from the west. " * 29 + "It blew from the west."
    )


def test_a_file_that_has_a_name_for_pages_and_is_not_shown_is_attached():
    paper = ('Content-Type: application/pdf; name="a.pdf"\r\nContent-ID: <a>', "x")
    found = open_container(multipart(PAGE, paper, kind="related"), KINDS)
    assert found.content.text.endswith("Attachments: a.pdf")


@pytest.mark.parametrize("more", ['; start="page"', ""])
def test_the_page_comes_before_its_pictures_wherever_it_stands(more):
    page = ("Content-Type: text/html\r\nContent-ID:\r\n <page>", PAGE[1])
    body = nested("related", "in", PICTURE, page, more=more)
    assert load(multipart(body)).text.endswith("org>\n\nSee there.")


def test_words_and_messages_that_came_with_another_form_are_read():
    letter = ("Content-Type: message/rfc822", message("Rain.", Subject="Wind").decode())
    notes = (
        'Content-Type: text/plain\r\nContent-Disposition: inline; filename="n.txt"',
        "Hail.",
    )
    form = nested("mixed", "in", PAGE, letter, notes, PAGE)
    text = load(multipart(PLAIN, form, kind="alternative")).text
    assert text.count("See there.") == 1
    assert text.endswith("See there.\n\nWind\n\nFrom: Ann <ann@example.org>\n\nRain.\n\nHail.")


def test_the_page_among_its_pictures_is_the_part_that_is_named():
    page = ("Content-Type: text/html\r\nContent-ID: <page>", PAGE[1])
    body = nested("related", "in", PICTURE, page, more='; start="<page>"')
    assert load(multipart(body)).text.endswith("org>\n\nSee there.")


def test_attachments_of_one_name_are_numbered():
    parts = [('Content-Disposition: attachment; filename="a.txt"', str(each)) for each in range(3)]
    found = open_container(multipart(*parts), KINDS)
    assert [each.name for each in found.members] == ["a.txt", "a (2).txt", "a (3).txt"]


def test_many_attachments_of_one_name_are_numbered_at_once():
    parts = [('Content-Disposition: attachment; filename="a.png"', "x")] * 5_000
    with takes_at_most(10):
        found = open_container(multipart(*parts), KINDS)
    assert len({each.name for each in found.left_out}) == 5_000


@pytest.mark.parametrize(
    ("name", "members", "reasons"),
    [
        ("../../etc/a.txt", ["a.txt"], []),
        (r"C:\\notes\\a.txt", ["a.txt"], []),
        ("C:a.txt", [], ["a name from the root"]),
        (".bashrc.txt", [], ["hidden"]),
        ("a=?utf-8?q?=01=E2=80=AE?=.txt", [], ["control characters in its name"]),
    ],
)
def test_no_name_of_an_attachment_leads_out_of_its_message(name, members, reasons):
    part = (f'Content-Disposition: attachment; filename="{name}"', "x")
    found = open_container(multipart(part), KINDS)
    assert [each.name for each in found.members] == members
    assert [each.reason for each in found.left_out] == reasons


@pytest.mark.parametrize(
    "beginning",
    [
        "-----Original Message-----",
        "---------- Forwarded message ---------",
        "From: Bee <bee@example.org>\nSent: Monday",
        "*Von:* Bee\n*Gesendet:* Montag",
        "De : Bee\nEnvoyé : lundi",
    ],
)
def test_all_below_the_head_of_another_message_is_quoted(beginning):
    content = load(message(f"It did.\n\n{beginning}\nSubject: Wind\n\nDid it blow?\n\n-- \nBee"))
    headings = {heading for heading, words in found(content) if "blow" in words or "Bee" in words}
    assert headings == {"Ships › Quoted message"}
    assert ("Ships", "It did.") in [(heading, words[-7:]) for heading, words in found(content)]


@pytest.mark.parametrize(
    "attribution",
    [
        "On Sun, 4 May 2025, Bee wrote:",
        "On Sun, May 4, 2025 at 9:03 AM Bee <bee@example.org>\nwrote:",
        "Am 04.05.2025 um 09:03 schrieb Bee:\n",
        "Bee wrote:",
        "Le dim. 4 mai 2025, Bee <bee@example.org> a écrit :",
    ],
)
def test_who_wrote_what_is_quoted_is_part_of_it(attribution):
    content = load(message(f"It did.\n\n{attribution}\n> Did it blow?\n\nAll day."))
    quoted = [words for heading, words in found(content) if "Quoted" in heading]
    assert " ".join(" ".join(quoted).split()) == " ".join(f"{attribution} > Did it blow?".split())


@pytest.mark.parametrize("words", ["It blew so:", "Wind at 9:30\n\nOr so:", "In 2025:\n\n\n"])
def test_other_words_above_what_is_quoted_are_not(words):
    content = load(message(f"{words}\n> Did it blow?"))
    assert words.split()[0] in " ".join(
        each for head, each in found(content) if "Quoted" not in head
    )


def test_of_a_page_the_attribution_is_quoted_too():
    page = (
        '<div dir=ltr>It did.</div><div class="gmail_quote"><div dir=ltr class="gmail_attr">On Sun, '
        '4 May 2025 Bee wrote:<br></div><blockquote class="gmail_quote">Did it blow?</blockquote>'
    )
    assert found(load(message(page, Content_Type="text/html")))[-1] == (
        "Ships › Quoted message",
        "On Sun, 4 May 2025 Bee wrote:\n\nDid it blow?",
    )


def test_what_a_page_quotes_is_marked():
    page = (
        "<p>It did, all day.</p><blockquote type=cite><p>Did it blow?</p><blockquote>Say so!"
        "</blockquote></blockquote><p>And it rained.</p><blockquote>A poem.</blockquote>"
        '<div id="divRplyFwdMsg">From: Bee</div><p>Tell me of the wind.</p>'
    )
    content = load(message(page, Content_Type="text/html"))
    assert [(heading.text, heading.level) for heading in content.headings[1:]] == [
        ("Quoted message", 2),
        ("", 2),
        ("Quoted message", 2),
    ]
    quoted = [words for heading, words in found(content) if "Quoted" in (heading or "")]
    assert " ".join(quoted).split() == "Did it blow? Say so! From: Bee Tell me of the wind.".split()


def test_an_attached_message_is_read():
    inner = message("It blew.", Subject="Wind").decode()
    content = load(multipart(("Content-Type: message/rfc822", inner)))
    assert found(content)[-1][0] == "Ships › Wind"
    assert content.text.endswith("Wind\n\nFrom: Ann <ann@example.org>\n\nIt blew.")


def test_an_attached_message_may_be_encoded_as_a_whole():
    inner = base64.encodebytes(message("It blew.", Subject="Wind")).decode()
    for inside, text in ((inner, "Ann <ann@example.org>\n\nIt blew."), ("It blew.", "It blew.")):
        head = "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64"
        assert load(multipart((head, inside))).text.endswith(text)


def test_messages_nested_without_end_are_cut_off_or_refused():
    data = b"From: a\n\nend"
    for _ in range(300):
        data = b"From: a\nSubject: deep\nContent-Type: message/rfc822\n\n" + data
    try:
        assert load(data).text.count("deep") == 10
    except UnreadableFile as error:
        assert "nested" in str(error)
    deep = "".join(
        f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(3_000)
    )
    with pytest.raises(UnreadableFile, match="nested"):
        load(b"From: a\n" + deep.encode())


def test_mail_that_is_not_ascii_is_read_in_the_sandbox(sandbox):
    parts = (
        ("Content-Type: text/plain; charset=utf-8", "Grüße 🙂"),
        ("Content-Type: image/png", "ü"),
    )
    data = multipart(*parts, Subject="Grüße")
    assert parse(".eml", data, sandbox) == load(data)


@pytest.mark.parametrize("data", [b"", b"Dear Bee,\n\nhello", b"\0\1\2", b"To-do: nothing\n\nx"])
def test_other_text_is_refused(data):
    with pytest.raises(UnreadableFile, match="not a mail"):
        load(data)


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1))
def test_all_words_are_in_the_blocks(words):
    content = load(message(words, Content_Type="text/plain; charset=utf-8"))
    blocks = [block.of(content.text) for block in content.paragraphs]
    assert words.strip("> ") in "".join(blocks) or words.strip("> ") in ("", "--")
