"""Contacts: a card is a passage under its name."""

import pytest

from index.loaders import UnreadableFile
from index.loaders.records.contacts import load
from tests.support.timing import takes_at_most


def card(*lines):
    return "\r\n".join(("BEGIN:VCARD", *lines, "END:VCARD", "")).encode()


def test_a_card_is_a_passage_under_its_name():
    content = load(
        card(
            "VERSION:3.0",
            "N:Lamp;Ann;B.;Dr.;",
            "FN:Dr. Ann B. Lamp",
            "ORG:Harbour\\, West;Lamps",
            "item1.EMAIL;type=INTERNET;type=WORK;type=pref:ann@example.org",
            "TEL;TYPE=home,voice:+1 23",
            "ADR;TYPE=work:;;1 Quay;Port;;123;Sealand",
            "BDAY:1990-05-05",
            "NOTE:Lights lamps.\\nEvery day.",
            "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQE",
        )
        + card("VERSION:2.1", "N:Bee;Cé", "TEL;CELL:45")
    )
    assert [each.text for each in content.headings] == ["Dr. Ann B. Lamp", "Cé Bee"]
    assert content.text == (
        "Dr. Ann B. Lamp\nOrganisation: Harbour, West, Lamps\nEmail (work): ann@example.org\n"
        "Phone (home): +1 23\nAddress (work): 1 Quay, Port, 123, Sealand\nBirthday: 1990-05-05\n"
        "Note: Lights lamps. Every day.\n\nCé Bee\nPhone (cell): 45"
    )


def test_old_cards_are_decoded():
    line = "NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Gr=C3=BC=C3=9Fe und =\r\nmehr"
    assert load(card("FN:Ann", line)).text == "Ann\nNote: Grüße und mehr"


@pytest.mark.parametrize("line", ["NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:K=C3=B6ln=C3"])
def test_a_value_that_is_cut_within_a_character_is_read_up_to_it(line):
    assert load(card("FN:Ann", line)).text == "Ann\nNote: Köln\ufffd"


@pytest.mark.parametrize("encoding", ["ENCODING=QUOTED-PRINTABLE", "QUOTED-PRINTABLE"])
def test_the_parts_of_an_encoded_value_are_told_apart(encoding):
    data = card(
        f"N;CHARSET=UTF-8;{encoding}:=4C=C3=A4mp;Ann;B.",
        f"ADR;WORK;{encoding};CHARSET=UTF-8:;;1 K=C3=A4i=3B West;=\r\nK=C3=B6ln\\; Port;;123",
        f"ORG;{encoding}:B=E4cker;Lamps",
        f"NOTE;{encoding}:Oil; wick=5C",
    )
    assert load(data).text == (
        "Ann B. Lämp\nAddress (work): 1 Käi; West, Köln; Port, 123\n"
        "Organisation: Bäcker, Lamps\nNote: Oil; wick\\"
    )


@pytest.mark.parametrize("fold", [b"\r\n ", b"\n\t"])
@pytest.mark.parametrize("letter", ["ö", "東", "🛟"])
def test_a_line_may_be_folded_within_a_character(fold, letter):
    data, written = card(f"FN:J{letter}rg Müller", "NOTE:Grüße"), letter.encode()
    for at in range(1, len(written)):
        folded = data.replace(written, written[:at] + fold + written[at:])
        assert load(folded).text == f"J{letter}rg Müller\nNote: Grüße"


def test_very_many_kinds_of_a_line_take_no_time():
    with takes_at_most(4):
        assert load(card("FN:Ann", "TEL" + ";TYPE=a" * 300_000 + ":1")).text.endswith(": 1")


def test_other_text_is_refused():
    with pytest.raises(UnreadableFile, match="not a file of contacts"):
        load(b"Ann: 1 23")
