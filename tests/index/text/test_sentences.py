"""Where sentences start and end."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text import split_sentences
from tests.support.timing import takes_at_most

TEXT = st.text(max_size=300) | st.text('Ab1. !?…。」")\n\r\t-•東', max_size=300)


def split(text):
    return [text[start:end] for start, end in split_sentences(text)]


@given(TEXT)
def test_sentences_ascend_and_hold_every_character_once(text):
    at = 0
    for start, end in split_sentences(text):
        assert not text[at:start].strip()
        assert at <= start < end
        assert text[start:end] == text[start:end].strip()
        at = end
    assert not text[at:].strip()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four… Five.", ["One.", "Two!", "Three?", "Four…", "Five."]),
        ('He said "Stop." Then he left.', ['He said "Stop."', "Then he left."]),
        ("Dr. Smith met Mr. Jones.", ["Dr. Smith met Mr. Jones."]),
        ("J. R. R. Tolkien wrote it. It sold.", ["J. R. R. Tolkien wrote it.", "It sold."]),
        ("See fig. 3 and pp. 4 to 5.", ["See fig. 3 and pp. 4 to 5."]),
        ("It cost 3.50 and e.g. more.", ["It cost 3.50 and e.g. more."]),
        ("Call 7946 0999 ext. 12. Then wait.", ["Call 7946 0999 ext. 12.", "Then wait."]),
        ("Bake it for 10 min. 3 of them are left.", ["Bake it for 10 min.", "3 of them are left."]),
        (
            "Sie ist am 14. März 2026. Es sind 14. Mehr nicht.",
            ["Sie ist am 14. März 2026.", "Es sind 14.", "Mehr nicht."],
        ),
        ("What?! No. way", ["What?!", "No. way"]),
        (
            "雨が降った。「行こう。」と言った！終わり",
            ["雨が降った。", "「行こう。」", "と言った！", "終わり"],
        ),
        (
            "他来了吗？来了！《书》（第二版。）后来",
            ["他来了吗？", "来了！", "《书》（第二版。）", "后来"],
        ),
        ("ﾊﾝｶｸ｡つぎ．円周率は３．１４です。", ["ﾊﾝｶｸ｡", "つぎ．", "円周率は３．１４です。"]),
        ("비가 왔다. 그래서 집에 있었다.", ["비가 왔다.", "그래서 집에 있었다."]),
        ("बारिश हुई। वे घर पर रहे।", ["बारिश हुई।", "वे घर पर रहे।"]),
        ("هل نزل المطر؟ نعم.", ["هل نزل المطر؟", "نعم."]),
        ("Title\n\nText", ["Title", "Text"]),
        ("Title\r\n\r\nText", ["Title", "Text"]),
        ("Title\r\rText", ["Title", "Text"]),
        ("one line\r\nand the next", ["one line\r\nand the next"]),
        ("Buy:\n- milk\n- bread\n3. eggs", ["Buy:", "- milk", "- bread", "3. eggs"]),
        ("Buy:\r\n- milk\r\n- bread", ["Buy:", "- milk", "- bread"]),
        ("1. Open it.\n2. Wait.\n(3) Close it.", ["1. Open it.", "2. Wait.", "(3) Close it."]),
        ("5.3. How do I\n  go on?\n5.14. Where?", ["5.3. How do I\n  go on?", "5.14. Where?"]),
        ("It is 5.3. Then wait.", ["It is 5.3.", "Then wait."]),
        (
            "It can be found on the pages of the program itself (as told in\n1.1) at once.",
            ["It can be found on the pages of the program itself (as told in\n1.1) at once."],
        ),
        ("1. Open it. 2. Wait. 3. Close it.", ["1. Open it.", "2. Wait.", "3. Close it."]),
        ("By J.-P. Sartre. It sold.", ["By J.-P. Sartre.", "It sold."]),
        (
            "It is cold.[1][2–4] He left.¹² So did she.",
            ["It is cold.[1][2–4]", "He left.¹²", "So did she."],
        ),
        ("", []),
        (" \n\t ", []),
    ],
)
def test_where_sentences_end(text, expected):
    assert split(text) == expected


# What only knowledge of the world could tell.
BEYOND_RULES = {
    "We only deliver in the U.S. Canada will follow in May.",
    "What is Yahoo! Mail?",
    "Plan B. Take the bus.",
}


@pytest.mark.parametrize(
    "line",
    [
        line
        for line in Path(__file__).with_name("sentence_ends.txt").read_text("utf-8").splitlines()
        if not line.startswith("# ")
    ],
)
def test_hard_sentence_ends(line):
    expected = line.split(" ‖ ")
    text = " ".join(expected)
    assert (split(text) == expected) == (text not in BEYOND_RULES)


@pytest.mark.parametrize(
    "text", ["a" + " " * 40_000 + "b.", "[1]" * 100_000, "." + "[1" * 100_000, "A. " * 100_000,
             "." * 500_000, "." * 500_000 + "x", ".)" * 250_000, "。" * 500_000, "\n " * 250_000,
             "\r\n" * 250_000, "Mr. " * 100_000, "x" * 500_000, " " * 500_000,
             "\n2024-05-01" * 50_000],
    ids=["gap", "notes", "open notes", "initials", "dots", "dots and a letter", "closed", "CJK", "lines", "CRLF", "titles", "letters",
         "spaces", "days"],
)  # fmt: skip
def test_odd_text_takes_no_time(text):
    with takes_at_most(8):
        split_sentences(text)


def test_initials_before_a_name_do_not_end_a_sentence():
    assert split("As Vincent K.L. Chang noted. He left.") == [
        "As Vincent K.L. Chang noted.",
        "He left.",
    ]


def test_a_row_of_a_table_is_a_sentence():
    assert split("Name\tValue\nSHMMAX\t1 kB") == ["Name\tValue", "SHMMAX\t1 kB"]
    assert split("| A | B |\n| E01 | empty |") == ["| A | B |", "| E01 | empty |"]


def test_a_line_of_a_log_is_a_sentence():
    lines = [
        "2024-05-01 10:00:01 INFO start",
        "2024-05-01T10:00:02Z ready",
        "[2024-05-01 10:01:00] x",
    ]
    assert split("\n".join(lines)) == lines
    lines = ["May  1 10:00:01 host cron: began", "May 11 10:00:02 host cron: ended"]
    assert split("\r\n".join(lines)) == lines


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("$ git commit\n$ edit\n$ git push", ["$ git commit", "$ edit", "$ git push"]),
        ("AED:784:UAE dirham\nAFN:971:Afghani", ["AED:784:UAE dirham", "AFN:971:Afghani"]),
        (
            "Open the shell and set the mode to csv before you run it.\n\n.mode csv\n.once out.csv",
            [
                "Open the shell and set the mode to csv before you run it.",
                ".mode csv",
                ".once out.csv",
            ],
        ),
    ],
    ids=["code", "records", "code below prose"],
)
def test_a_line_end_that_is_meant_ends_a_sentence(text, parts):
    assert [text[start:end] for start, end in split_sentences(text)] == parts


def test_a_line_end_that_only_wraps_a_sentence_does_not_end_it():
    text = (
        "The ferry across the Tamble carried its last passengers on the third of\n"
        "May 1956, two weeks after the bridge had been opened by the mayor, Louisa\n"
        "Penhale, who had paid for it herself."
    )
    assert [text[start:end] for start, end in split_sentences(text)] == [text]


@pytest.mark.parametrize("word", ["`brute-force", "*brute", "_brute", "``brute``"])
def test_a_line_end_before_a_word_that_is_marked_up_only_wraps_a_sentence(word):
    text = f"To be secure against\n{word} attacks, tokens need randomness that is sufficient.\n"
    assert split_sentences(text) == [(0, len(text) - 1)]


def test_a_hundred_thousand_spaces_or_line_ends_take_no_time():
    for text in ("a" + " " * 100_000 + "\nb", "a\n" * 100_000, "a" + "\n" * 100_000):
        with takes_at_most(5):
            split_sentences(text)


def test_each_line_with_a_label_is_a_sentence():
    lines = [
        "Present: Birgit Aalto (chair), Desmond Clarke, Yusuf Demir, Mrs Pemberton, Lucia Ferrari",
        "Apologies: Graham Stott",
        "Guest of the house: Mr Venter of Keystone Lifts, who came with two of his fitters to",
        "look at the cable",
        "Next time: in May",
    ]
    expected = [*lines[:2], "\n".join(lines[2:4]), lines[4]]
    text = "\n".join(lines)
    assert [text[start:end] for start, end in split_sentences(text)] == expected


def test_a_label_in_the_middle_of_a_paragraph_ends_no_sentence_above_it():
    text = (
        "The keeper of the light lives in a small white house, and of what he needs he says at\n"
        "Easter: biscuits, herring and oil for the lamp."
    )
    assert [text[start:end] for start, end in split_sentences(text)] == [text]


def test_each_record_of_a_file_of_records_is_a_sentence():
    for lines in (
        ["sq:Albanian", "eu:Basque", "cy:Welsh"],
        ["PORT=8080", "DATA_DIR=/srv/harbour", "retries=3"],
        ["root:x:0:0:root:/root:/bin/sh", "mail:x:8:8:mail:/var/mail:/usr/sbin/nologin"],
    ):
        text = "\n".join(lines)
        assert [text[start:end] for start, end in split_sentences(text)] == lines


def test_lines_that_only_look_like_records_go_on():
    for text in (
        "The keeper writes std::vector in his diary, and on the next line\nstd::map as well.",
        "see http://harbour.example\nhttp://ferry.example and\nwhat the keeper says",
    ):
        assert [text[start:end] for start, end in split_sentences(text)] == [text]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("my", "သူလာသည်။ ငါသွားသည်။", ["သူလာသည်။", "ငါသွားသည်။"]),
        ("km", "គាត់មក។ ខ្ញុំទៅ។", ["គាត់មក។", "ខ្ញុំទៅ។"]),
        ("am", "እሱ መጣ። እኔ ሄድኩ።", ["እሱ መጣ።", "እኔ ሄድኩ።"]),
        ("hy", "Նա եկավ։ Ես գնացի։", ["Նա եկավ։", "Ես գնացի։"]),
        ("bo", "ཁོང་ཡོང་། ང་འགྲོ།", ["ཁོང་ཡོང་།", "ང་འགྲོ།"]),
        ("el", "Πότε ήρθε; Ήρθε χθες.", ["Πότε ήρθε;", "Ήρθε χθες."]),
        ("ja", "すごい!それは本当ですか?はい。", ["すごい!", "それは本当ですか?", "はい。"]),
        ("fr", "Il dit : « Bonjour ! » Puis il part.", ["Il dit : « Bonjour ! »", "Puis il part."]),
        (
            "de",
            "Der 2. Weltkrieg begann. Es war 1939.",
            ["Der 2. Weltkrieg begann.", "Es war 1939."],
        ),
        ("de", "Im 19. Jahrhundert, z. B. in Nr. 5 Abs. 2.", None),
        ("de", "Das kostet 5 Mio. Euro. Mehr nicht.", ["Das kostet 5 Mio. Euro.", "Mehr nicht."]),
        ("de", "Es sind 14. Mehr nicht.", ["Es sind 14.", "Mehr nicht."]),
        ("es", "El Sr. López vive en EE. UU. desde 1990.", None),
        ("it", "Il sig. Rossi e il dott. Bianchi.", None),
        ("nl", "Neem bijv. Amsterdam, zie Blz. Twee.", None),
        ("pl", "Mieszka przy ul. Długiej, np. Anna.", None),
        ("cs", "Velká města, např. Praha.", None),
        ("fi", "Suuret kaupungit, esim. Helsinki.", None),
        ("ru", "Он родился в г. Москве. Она нет.", ["Он родился в г. Москве.", "Она нет."]),
        ("ru", "Это было в 1990 г. Потом он уехал.", ["Это было в 1990 г.", "Потом он уехал."]),
        ("vi", "Anh sống ở TP. Hồ Chí Minh.", None),
        ("tr", "Bu 2. Dünya Savaşı idi.", None),
        (
            "en",
            "Save 2. Then go. Do the abs. Now rest.",
            ["Save 2.", "Then go.", "Do the abs.", "Now rest."],
        ),
    ],
)
def test_other_languages_have_marks_and_abbreviations_of_their_own(language, text, expected):
    found = [text[start:end] for start, end in split_sentences(text, language)]
    assert found == (expected or [text])


def test_thai_is_cut_at_spaces_into_stretches_as_long_as_sentences():
    text = " ".join(["สะพานข้ามแม่น้ำสร้างขึ้นโดยเมืองเมื่อหนึ่งร้อยปีก่อน"] * 12)
    stretches = split(text)
    assert len(stretches) > 3
    assert all(80 <= len(stretch) <= 160 for stretch in stretches[:-1])


def test_a_long_text_without_marks_takes_linear_time():
    thai, word = "ก " * 100_000, "ก" * 100_000
    with takes_at_most(3):
        assert len(split(thai)) > 1_000
        assert split(word) == [word]
        split("คำ " + "word " * 50_000)
