"""Sections of laws, bylaws and manuals, in the words and signs of many languages."""

import pytest

from index.loaders.plain.text import load
from tests.support.timing import takes_at_most


def headings(text):
    content = load(text.encode())
    assert all(heading.text == heading.span.of(content.text) for heading in content.headings)
    return [(heading.level, heading.text) for heading in content.headings]


def write(marks, text="Der Verein hat seinen Sitz in Bregenz."):
    return "".join(f"{mark}\n\n{text}\n\n" for mark in marks)


@pytest.mark.parametrize(
    "marks",
    [
        ["§ 1 Name und Sitz", "§ 2 Mitglieder", "§ 2a Ehrenmitglieder", "§ 3 Beiträge"],
        ["§ 1", "§ 2", "§ 3"],
        ["1 § Namn", "2 § Medlemmar", "3 § Avgift"],
        ["Artikel 1 - Name", "Artikel 2 - Mitglieder"],
        ["Articolo 1 - Nome", "Articolo 2 - Soci", "Articolo 3 - Quota"],
        ["Art. 1 – Denominazione e sede", "Art. 2 – Soci", "Art. 3 – Quota"],
        ["ARTICLE 1er : NOM", "Article 2 : Membres", "Article 3 : Siège"],
        ["Artículo 1. Nombre", "Artículo 2. Socios", "Artículo 3. Cuota"],
        ["Artigo 1.º", "Artigo 2.º", "Artigo 3.º"],
        ["Capítulo I", "Capítulo II"],
        ["Kapitel 1", "Kapitel 2: Betrieb", "Kapitel 3: Pflege"],
        ["Rozdział 1", "Rozdział 2", "Rozdział 3"],
        ["Čl. I", "Čl. II", "Čl. III"],
        ["I. fejezet", "II. fejezet", "III. fejezet"],
        ["Статья 1. Название", "Статья 2. Члены", "Статья 3. Взнос"],
        ["Стаття 1", "Стаття 2", "Стаття 3"],
        ["Розділ І. Загальне", "Розділ ІІ. Члени", "Розділ ІІІ. Внески"],
        ["Глава 1", "Глава 2", "Глава 3"],
        ["Madde 1 - Ad", "Madde 2 - Üyeler", "Madde 3 - Aidat"],
        ["Άρθρο 1", "ΑΡΘΡΟ 2 – ΜΕΛΗ", "Άρθρο 3"],
        ["المادة 1", "المادة 2", "المادة 3"],
        ["المادة (١): الاسم", "المادة (٢): الأعضاء", "المادة (٣): الرسوم"],
        ["अनुच्छेद 1", "अनुच्छेद 2", "अनुच्छेद 3"],
        ["Điều 1. Tên", "Điều 2. Hội viên", "Điều 3. Hội phí"],
        ["第一章 总则", "第二章 会员", "第三章 会费"],
        ["第1条（名称）", "第2条（会員）", "第3条（会費）"],
        ["제1조(명칭)", "제2조(회원)", "제3조(회비)"],
        ["一、名称", "二、会员", "三、会费"],
        ["（一）名称", "（二）会员", "（三）会费"],
        ["１．名称", "２．会員", "３．会費"],
    ],
    ids=lambda marks: marks[0],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_signs_and_words_with_a_number_mark_sections(marks, newline):
    text = f"Statut\n\n{write(marks)}".replace("\n", newline)
    assert headings(text) == [(1, mark) for mark in marks]


def test_the_text_of_a_section_may_stand_right_below_its_heading():
    marks = ["Art. 1 - Nome", "Art. 2", "Art. 3 Quota"]
    text = write(marks, "La quota è di quaranta euro all’anno per tutti i soci.")
    assert headings(text.replace("\n\nLa", "\nLa")) == [(1, mark) for mark in marks]


def test_what_comes_first_is_above_the_others_which_count_on_or_anew():
    for second in ("第三条 会费", "第一条 会费"):
        text = (
            "第一章 总则\n\n"
            + write(["第一条 名称", "第二条 会员"])
            + "第二章 会费\n\n"
            + write([second])
        )
        assert headings(text) == [
            (1, "第一章 总则"), (2, "第一条 名称"), (2, "第二条 会员"), (1, "第二章 会费"), (2, second)
        ]  # fmt: skip


def test_lines_in_capitals_stand_above_or_below_sections():
    text = write(
        ["SATZUNG DES VEREINS", "§ 1 Name", "§ 2 Mitglieder", "§ 3 Beiträge"], "Text folgt."
    )
    assert headings(text)[:2] == [(1, "SATZUNG DES VEREINS"), (2, "§ 1 Name")]


@pytest.mark.parametrize(
    "text",
    [
        write(["§ 558 BGB regelt die Miete.", "§ 559 BGB regelt den Umbau.", "§ 560 BGB gilt auch."]),
        write(["Art. 5 garantiert die Freiheit", "Art. 6 schützt die Ehe", "Art. 7 regelt Schulen"]),
        write(["Artikel 1 Die Würde des Menschen ist\nUnantastbar und zu achten.",
               "Artikel 2 Jeder hat das Recht auf\nFreiheit und Leben.",
               "Artikel 3 Alle Menschen sind vor dem\nGesetz gleich."]),
        write(["第一条 本会名称为湖友协会。", "第二条 会员应为成年人。", "第三条 会费为四十元。"]),
        write(["§ 12 Mitglieder", "§ 3 Beiträge", "§ 40 Ende"]),
        write(["§ 5 Mitglieder", "§ 6 Beiträge"]),
        "Siehe\n§ 1 Name\n§ 2 Mitglieder\n§ 3 Beiträge\n\nText.\n",
        "§ 1 Name\n\n§ 2 Mitglieder\n\n§ 3 Beiträge\n",
        "一、鸡蛋\n\n二、面粉\n\n三、牛奶\n",
        "一、鸡蛋\n二、面粉\n三、牛奶\n\n混合。\n",
        write(["一、带身份证来。", "二、带照片来。", "三、带钱来。"]),
        "1. Teil\n2. Teil\n3. Teil\n\nDas Ende.\n",
        write(["Haus 1", "Haus 2", "Haus 3"]),
        write(["Del 1 og 2", "Teil 2\tTeil 3", "Teil 3 ...... 7"]),
    ],
)  # fmt: skip
def test_prose_lists_and_tables_have_no_sections(text):
    assert headings(text) == []


@pytest.mark.parametrize(
    "part", ["§ 1\n\n", "§ 1 A\n\nB.\n\n", "第一章\n\nA\n\n", "A 1 " * 20 + "\n\n"]
)
def test_time_grows_with_the_length_and_no_faster(part):
    with takes_at_most(8):
        load((part * (200_000 // len(part)) + "x").encode())
