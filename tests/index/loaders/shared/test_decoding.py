"""Bytes to text: the order of the guesses, and that nothing is lost on the way."""

import codecs
import os
import random
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.loaders import UnreadableFile, decode, load_file, parse, register_loader
from index.loaders.plain.text import load
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


def test_latin_text_that_windows_1252_would_spoil_is_recognised():
    text = SAMPLES["pl"] * 20
    assert decode(text.encode("cp1250")) == text


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
        "é",
    ],
)
@pytest.mark.parametrize("size", [1, 100])
def test_latin_text_stays_windows_1252(text, size):
    assert decode((text * size).encode("cp1252")) == text * size


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
