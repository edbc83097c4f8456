"""Bytes to text: character sets by name, the order of the guesses, and that nothing is lost."""

import base64
import codecs
import encodings
import json
import os
import pkgutil
import random
import tracemalloc
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.loaders import UnreadableFile, decode, load_file, parse, register_loader
from index.loaders.mail import load as load_mail
from index.loaders.pages.html import decode_page
from index.loaders.plain.text import load
from index.loaders.records.contacts import load as load_contacts
from index.loaders.shared.decoding import CODECS, decode_as, find_codec, load_in_charset
from tests.support.growth import load_of
from tests.support.packed_files import message
from tests.support.timing import takes_at_most

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
# Text as people write it: hardly any control characters.
PLAIN = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200)


@given(PLAIN)
def test_utf8_comes_back_as_it_was(text):
    assert decode(text.encode()) == text.removeprefix("\ufeff")


@given(TEXT, st.sampled_from(["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]))
def test_a_byte_order_mark_decides_and_is_dropped(text, encoding):
    assert decode("\ufeff".encode(encoding) + ("x" + text).encode(encoding)) == "x" + text


@given(st.lists(st.sampled_from(["a line", "\r\n", "\n", "\r", "\t", "\f", "é", "🙂"])))
def test_line_ends_stay_as_they_are(parts):
    text = "".join(parts)
    assert decode(text.encode()) == text


@given(st.text("abc def\nghi", min_size=20), st.sampled_from(["utf-16-le", "utf-16-be"]))
def test_utf16_without_a_mark_is_known_by_its_nuls(text, encoding):
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_may_hold_other_scripts_between(encoding):
    text = "Prices in 東京 rose — and the café closed. " * 20
    assert decode(text.encode(encoding)) == text


def test_a_nul_in_utf8_is_a_character():
    assert decode(b"before\0after, and some more words") == "before\0after, and some more words"


SAMPLES = {
    "ru": "Котёл проверяют каждый год четвёртого октября. Запасной ключ лежит у соседей. ",
    "uk": "Котел перевіряють щороку четвертого жовтня. Запасний ключ лежить у сусідів. ",
    "ja": "ボイラーは毎年十月四日に点検します。予備の鍵は隣の家に預けてあります。",
    "zh": "锅炉每年十月四日检查一次。备用钥匙放在邻居家里。停电时请检查电表。",
    "ko": "보일러는 매년 시월 사일에 점검합니다. 여분의 열쇠는 이웃집에 있습니다. ",
    "el": "Ο λέβητας ελέγχεται κάθε χρόνο στις τέσσερις Οκτωβρίου. Το κλειδί είναι εδώ. ",
    "pl": "Kocioł sprawdzają co roku. Zapasowy klucz leży u sąsiadów, jeśli zgaśnie światło. ",
}


@pytest.mark.parametrize(
    ("language", "encoding"),
    [
        ("ru", "koi8-r"), ("ru", "cp1251"), ("ru", "cp866"), ("uk", "cp1251"),
        ("ja", "shift_jis"), ("ja", "euc_jp"), ("zh", "gb18030"), ("ko", "euc_kr"),
        ("el", "cp1253"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("size", [1, 20, 2_000])
def test_legacy_encodings_of_other_scripts_are_recognised(language, encoding, size):
    text = "# boiler\r\n" + SAMPLES[language] * size
    assert decode(text.encode(encoding)) == text


# By language, a text of some 250 characters, and the encodings that it was written in.
LATIN = {
    "pl": (SAMPLES["pl"] * 3, ("cp1250", "iso8859_2", "cp852")),
    "cs": (
        "Schůze vlastníků se koná ve středu večer. Žádáme všechny, aby přišli včas. Poplatek se "
        "zvýší o deset korun, protože zdražilo teplo. Klíče jsou u domovníka ve druhém patře.",
        ("cp1250", "iso8859_2", "cp852"),
    ),
    "hu": (
        "A lakógyűlés időpontja szerda este hét óra. A közös költség jövőre tízezer forintra nő, "
        "ezért kérjük, hogy mindenki időben fizessen. A fűtés október közepétől működik.",
        ("cp1250", "iso8859_2"),
    ),
    "ro": (
        "Şedinţa asociaţiei are loc miercuri seara. Întreţinerea creşte cu zece lei, de aceea vă "
        "rugăm să plătiţi la timp, până vineri. Uşa se închide noaptea.",
        ("cp1250", "iso8859_2"),
    ),
    "tr": (
        "Ağrı kesici jel günde üç kez sürülür; çocuklar kullanmamalıdır. Işık görmeyen yerde, "
        "buzdolabında saklayınız. ŞİŞE açıldıktan sonra altı ay içinde tüketiniz.",
        ("cp1254",),
    ),
    "de": (
        "Die Versammlung der Eigentümer ist am Mittwoch. Die Gebühr für Müll steigt, bitte "
        "pünktlich kommen. Schöne Grüße an alle Nachbarn, die Schlüssel hängen im Büro.",
        ("cp850", "cp437", "mac_roman"),
    ),
    "fr": (
        "La réunion a lieu à sept heures. La clé est déposée à côté, près de la fenêtre ; où "
        "l’ôter, c’est écrit. Le garçon répète ça à l’élève.".replace("’", "'"),
        ("cp850", "cp437", "mac_roman"),
    ),
}


@pytest.mark.parametrize(
    ("language", "encoding"), [(each, name) for each, (_, names) in LATIN.items() for name in names]
)
@pytest.mark.parametrize("size", [1, 100])
def test_latin_text_that_windows_1252_would_spoil_is_recognised(language, encoding, size):
    text = "# note\r\n" + LATIN[language][0] * size
    assert decode(text.encode(encoding)) == text


def test_text_after_many_lines_of_ascii_is_recognised():
    text = "int main() {}\n" * 10_000 + "// " + SAMPLES["ja"] + "\nint next() {}\n" * 10
    assert decode(text.encode("cp932")) == text


def test_text_after_much_ascii_in_its_line_is_recognised():
    text = '{"id": 17, "name": "item"}, ' * 350 + SAMPLES["ru"]
    assert decode(text.encode("cp1251")) == text


def test_paragraphs_indented_with_wide_spaces_are_recognised():
    text = "".join(f"\u3000\u3000{SAMPLES['zh']}{end}\n" for end in "一二三")
    assert decode(text.encode("gb18030")) == text


@pytest.mark.parametrize("head", range(6))
def test_where_a_sample_is_cut_does_not_matter(head):
    text = "x" * head + SAMPLES["ja"] * 2_000
    assert decode(text.encode("euc_jp")) == text
    assert decode(text.encode("shift_jis")) == text


def test_a_damaged_byte_does_not_turn_a_text_into_another():
    data = bytearray((SAMPLES["ja"] * 2_000).encode("shift_jis"))
    data[100_001] = 0xFF
    assert decode(bytes(data)).count("ボイラー") > 1_990


@pytest.mark.parametrize(
    "text",
    [
        "La chaudière est vérifiée chaque année. L’été dernier, ç’était différent : 5 €. ",
        "Größe und Höhe stehen auf dem Schild; fällt der Strom aus, prüfen Sie den Zähler. ",
        "Si se va la luz, ¿qué hay que comprobar? El año pasado no había calefacción. ",
        "Não há aquecimento à noite. A informação está no cartão. ",
        "Kedlen kontrolleres hvert år. Reservenøglen ligger her. Æblet er rødt. ",
        "Yötä myöten. Jos sähkö katkeaa, tarkista sulake mittarin takaa. ",
        "£5, “quoted”, café – naïve… ",
        "• don’t — “it’s” ‘so’ wish·ing, 20 °C, x²… ",
        "1;Bjørn Dæhlie\n2;José Núñez\n3;François Noël\n4;Zoë Müller\n5;Þór Guðmundsson\n",
        "AÇÃO E REUNIÃO; NIÑOS Y MUÑOZ; ÉCOLE D’ÉTÉ; ÆBLE; GRÖSSE ",
        "é",
    ],
)
@pytest.mark.parametrize("size", [1, 100])
def test_latin_text_stays_windows_1252(text, size):
    assert decode((text * size).encode("cp1252")) == text * size


ENGLISH = "The committee meets every month in the town hall to discuss the budget.\n"


@pytest.mark.parametrize(
    "lines",
    [
        ["—" * 40, "•" * 31],
        ["\xa0", "\xa0" * 4, "\xa0" * 8 + "point"],
        ["1 Scope " + "…" * 20 + " 3", "2 Terms " + "·" * 35 + " 5", "°" * 20],
        ["°º¤ø,¸¸,ø¤º°`°º¤ø"],
        *(["©"], ["»"], ["½"]),
        ["é è à ù ç â ê î ô û ë ï ü"],
        [f"'{letter}': 'e'," for letter in "éèêëÉÈÊËàâäùûüöôñç"],
        ["25ºC and 30ºC, 45ºN 3ºW"],
        ["2½lb and ½in", "sauté ¼tsp"],
        ["the café: age±sd", "a±b"],
        ["x²y, m³s, a×b, IR£5, RMB¥5, Aµm"],
        ["word¹and"],
        ["NEL… and ›31m red ›0m text"],
    ],
)
@pytest.mark.parametrize("size", [1, 20])
def test_signs_and_lone_letters_in_english_stay_windows_1252(lines, size):
    text = (ENGLISH + ("\n" + ENGLISH).join(lines) + "\n") * size
    assert decode(text.encode("cp1252")) == text


def test_short_utf8_with_damage_is_not_taken_for_another_language():
    data = "One café and naïve".encode() + b" \xff x"
    assert decode(data) == data.decode("cp1252")


@pytest.mark.parametrize("encoding", ["koi8-r", "cp932"])
def test_recognising_an_encoding_takes_no_longer_for_a_long_file(encoding):
    data = (SAMPLES["ru"] * 200_000).encode(encoding)
    with takes_at_most(4):
        decode(data)


def test_windows_1252_is_the_last_resort():
    assert decode("“naïve” – 5 €".encode("cp1252")) == "“naïve” – 5 €"


def test_bytes_that_windows_1252_leaves_undefined_become_controls():
    assert decode(b"caf\xe9 \x81\x8d") == "café \x81\x8d"


@given(st.binary(max_size=400))
def test_any_bytes_are_text_or_a_reason(data):
    try:
        text = decode(data)
    except UnreadableFile:
        return
    text.encode()  # no lone surrogates


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 40,
        b"\x00\x01\x02\x03" * 50,
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(200),
        b"\x7fELF\x02\x01\x01" + bytes(60) + random.Random(0).randbytes(4000),
        random.Random(1).randbytes(100_000),
        bytes(1000),
        b"#!/bin/sh\n" + b"echo unpacking\n" * 9_000 + random.Random(2).randbytes(200_000),
    ],
    ids=["all bytes", "controls", "PNG", "ELF", "noise", "NULs", "script"],
)
def test_binary_named_txt_is_reported(data):
    with pytest.raises(UnreadableFile, match="binary"):
        parse(".txt", data)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b"\xff later"),
        (b"\x80 ", b""),
        (b"", "日".encode()[:2]),
        ("日".encode()[1:], "🙂".encode()[:3]),
        (b"caf\xe9 ", " – über".encode("cp1252")),
    ],
    ids=["one byte", "one at the start", "cut at its end", "cut at both", "mixed encodings"],
)
def test_a_few_damaged_characters_leave_the_rest_utf8(before, after):
    text = "naïve café 日本語 — ok\n" * 50
    read = decode(before + text.encode() + after)
    assert text in read
    assert "\ufffd" in read


@pytest.mark.parametrize("character", ["é", "日", "🙂"])
def test_a_part_of_a_log_may_have_few_characters_beyond_ascii(character):
    text = "a line of a log\n" * 50 + "— ü é\n"
    assert decode(text.encode() + character.encode()[:-1]) == text + "\ufffd"


@pytest.mark.parametrize("text", [*SAMPLES.values(), "Größe – “Ã©” ¡qué! À° Ð° "])
@pytest.mark.parametrize("encoding", ["cp1252", "koi8-r", "cp866", "cp932", "euc_jp", "gb18030"])
@pytest.mark.parametrize("size", [1, 200])
def test_other_encodings_are_not_taken_for_damaged_utf8(text, encoding, size):
    data = text.encode(encoding, errors="ignore") * size
    assert "\ufffd" not in decode(data)


def test_damaged_text_with_a_mark_is_reported():
    with pytest.raises(UnreadableFile, match="UTF-8"):
        decode(codecs.BOM_UTF8 + b"\xff")
    with pytest.raises(UnreadableFile, match="UTF-16"):
        decode(codecs.BOM_UTF16_LE + b"\x00\xd8")


def test_an_empty_file_is_empty_text():
    assert decode(b"") == ""
    assert decode(codecs.BOM_UTF8) == ""


def test_what_a_loader_trips_over_is_a_reason(monkeypatch):
    def broken(_):
        raise ZeroDivisionError("no pages")

    monkeypatch.setattr("index.loaders.registry._registered", {})
    register_loader((".odd",), broken)
    with pytest.raises(UnreadableFile, match="no pages"):
        parse(".ODD", b"")


def test_what_is_no_regular_file_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(UnreadableFile, match="not a regular file"):
        load_file(tmp_path / "pipe.txt")
    with pytest.raises(UnreadableFile):
        load_file(tmp_path)
    with pytest.raises(UnreadableFile):
        load_file(tmp_path / "missing.txt")


def test_a_file_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr("index.loaders.MAX_BYTES", 10)
    (tmp_path / "big.txt").write_text("more than ten bytes")
    with pytest.raises(UnreadableFile, match="larger"):
        load_file(tmp_path / "big.txt")


@pytest.mark.parametrize(
    "name", [b"two\nlines.txt", b"caf\xe9.md", b"\xff\xfe.html", b" .csv", b"a\x1b[31m.log"]
)
def test_a_file_of_any_name_is_read(tmp_path, name):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    path.write_text("some words")
    assert load_file(path).text == "some words"


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16-le"])
def test_one_long_line_is_decoded_at_once_and_held_once(encoding):
    data = ("café in one line " * 500_000).encode(encoding)
    tracemalloc.start()
    with takes_at_most(8):
        text = load(data).text
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(text) == 17 * 500_000
    assert peak < 3 * len(text)


# What Python decodes by these names is no text, is for programs, or takes the square of its length.
NO_CHARSETS = sorted({each.name for each in pkgutil.iter_modules(encodings.__path__)} - CODECS)
NAMES = [*NO_CHARSETS, "base64", "rot13", "zip", "unicode-escape", "PUNYCODE", "x" * 10_000, ""]
# Punycode takes a minute of it.
LONG = b"a-" + b"b" * 300_000


def test_what_is_no_charset_is_known():
    assert {"punycode", "idna", "unicode_escape", "undefined", "rot_13"} < set(NO_CHARSETS)


@pytest.mark.parametrize("name", NAMES)
def test_no_name_of_another_codec_is_believed(name):
    assert find_codec(name) is None
    with takes_at_most(1):
        assert decode_as(LONG, name) is None


@pytest.mark.parametrize("codec", sorted(CODECS))
@pytest.mark.parametrize("unit", [b"a", b"\xff", b"+AA-", b"\x1b$B", b"~{", b"\xd8\x00"])
def test_charsets_take_no_more_than_the_length(codec, unit):
    with takes_at_most(0.25):
        text = decode_as(unit * (500_000 // len(unit)), codec)
    # It can be written: it holds no half of a character.
    assert text is None or text.encode("utf-8").decode("utf-8") == text


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        *(("UTF-8", "utf_8"), ("utf8", "utf_8"), ("unicode-1-1-utf-8", "utf_8")),
        *(("windows-1251", "cp1251"), ("x-cp1251", "cp1251"), ("KOI8-U", "koi8_u")),
        *(("ISO-8859-2", "iso8859_2"), ("iso_8859-2:1987", "iso8859_2"), ("l2", "iso8859_2")),
        *(("x-mac-roman", "mac_roman"), ("windows-874", "cp874"), ("EUC-JP", "euc_jp")),
        *(("big5", "big5"), ("x-x-big5", "big5"), ("iso-2022-jp", "iso2022_jp")),
    ],
)
def test_charsets_have_many_names(name, codec):
    assert find_codec(name) == codec


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("iso-8859-1", "“words” – and €"),
        ("x-sjis", "①髙"),
        ("ks_c_5601-1987", "똠방각하"),
        ("gb2312", "镕"),
    ],
)
def test_text_is_read_in_the_superset_of_its_charset(name, text):
    superset = find_codec(name)
    assert decode_as(text.encode(superset), name) == text


def test_text_that_is_not_in_its_charset_is_none():
    assert decode_as("é".encode("latin-1"), "utf-8") is None
    assert decode_as("é".encode(), "us-ascii") is None


@pytest.mark.parametrize("name", ["punycode", "idna", "unicode_escape"])
def test_no_file_makes_its_reader_take_such_a_codec(name):
    words = LONG.decode()
    page = f'<meta charset="{name}"><p>é{words}'.encode("latin-1")
    card = f"BEGIN:VCARD\nFN;ENCODING=QUOTED-PRINTABLE;CHARSET={name}:{words}\nEND:VCARD\n"
    xml = f'<?xml version="1.0" encoding="{name}"?><article><para>{words}</para></article>'
    notebook = {"cells": [{"cell_type": "raw", "source": words}], "metadata": {"encoding": name}}
    attached = f"attachment; filename*={name}''{words}"
    with takes_at_most(3):
        assert decode_page(page).endswith("b")
        assert load_contacts(card.encode()).text
        assert load_mail(message(words, Content_Type=f"text/plain; charset={name}")).text
        assert load_mail(message(words, Content_Type=f"text/plain; charset*={name}''{words}")).text
        assert load_mail(message("x", Content_Disposition=attached)).text
        encoded = base64.b64encode(LONG).decode()
        assert load_mail(message("x", Subject=f"=?{name}?b?{encoded}?=")).text
        assert load_of(".ipynb")(json.dumps(notebook).encode()).text
        # Expat asks for 256 bytes alone.
        with suppress(UnreadableFile):
            load_of(".docbook")(xml.encode())


def test_an_attachment_may_be_named_in_a_charset():
    attached = "attachment; filename*=iso-8859-1''Gr%FC%DFe.txt"
    content = load_mail(message("x", Content_Disposition=attached))
    assert content.text.endswith("Attachments: Grüße.txt")


def test_fetched_text_stands_after_the_name_of_its_charset():
    assert load_in_charset("iso-8859-1\nGrüße\n".encode("latin-1")).text == "Grüße\n"
    assert load_in_charset("utf-8\n\ufeffGrüße".encode()).text == "Grüße"
    for data in (b"punycode\nabc", b"\nabc", b"utf-8\n\xff"):
        with pytest.raises(UnreadableFile, match="character set"):
            load_in_charset(data)
