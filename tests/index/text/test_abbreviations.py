"""Where sentences end in other languages than English: abbreviations, dates and quotations."""

import pytest

from index.text import split_sentences
from tests.support.timing import takes_at_most


def split(text, language):
    return [text[start:end] for start, end in split_sentences(text, language)]


# Texts with a bar at each end of a sentence.
@pytest.mark.parametrize(
    ("language", "marked"),
    [
        ("de", "Die Miete ist gem. § 5 fällig.| Es sind z. Zt. 145 €."),
        ("de", "Treffen am Bhf. Hall bei der Fa. Müller.| Dann, bzgl. Tel. 0512, Whg. 3."),
        ("de", "Nach Nr. 4 ff. BGB gilt das.| Siehe § 4 ff.| Der Mieter zahlt."),
        ("de", "Er wohnt in der Bahnhofstr. 12.| Sie wohnt in Hausnr. 4."),
        ("de", "Das ist die beste Art.| Ich mag.| Im 2. OG.| Die GmbH.| Das BGB."),
        ("de", "Für die 2.–3. Klasse.| Offen ist 9–12.| Samstags nie."),
        ("fr", "Cf. art. 4, al. 2, p. 12.| Le 3 sept. 2025.| Ils sont sept.| L’école ouvre."),
        ("es", "Nació en el s. XIX.| Vive en la Av. Bolívar."),
        ("pt", "A V. Exa. Dra. Maria chegou.| Disse que não é.| A casa é dela."),
        ("nl", "Zie de foto’s.| Stuur een sms.| De Kerkstr. 5 is dicht."),
        ("pl", "Inż. Wójcik i p. Żółkiewski przyszli.| Koniec."),
        (
            "cs",
            "Podle č. 4, str. 12.| Pan Karel přišel.| To je smrt.| Bylo jich 29.| Starosta mluvil.",
        ),
        ("da", "Det følger af stk. 2, jf. § 4.| Kl. 19.| Prisen er 45 kr. pr. stk.| Børn gratis."),
        ("ro", "Str. Lungă nr. 4, bl. 2, sc. A, ap. 3.| În rest, bine."),
        ("ru", "Дом стоит в с. Ивановка.| Рост 5 см.| Вес 3 кг.| Всё."),
        ("uk", "Пасіка біля с. Яворів.| Так."),
        ("bg", "Гр. София, ул. Раковски, бл. 4.| Край."),
        ("tr", "M.Ö. 300 yılında oldu.| Müh. Ali geldi."),
        ("vi", "Vâng ạ.| Giá 5 đ.| Rẻ."),
        ("id", "Bpk. Susanto datang.| Harganya Rp. 3.500 sekarang."),
        ("ar", "يرجى التواصل مع د. سلمى الخطيب، ص. ب. 12.| شكراً!| الساعة 8 م.| ثم غادر."),
        ("hi", "डॉ. रामप्रसाद और एम. एस. वर्मा आए।| मूल्य रु. 250 है।| वह आई.| फिर गई."),
        ("th", "โทร. 02-555-0199 เวลา 8.30 น. ถึง 17.00 น.| ปิดวันอาทิตย์"),
    ],
)
def test_abbreviations_end_no_sentence_unless_what_follows_begins_one(language, marked):
    assert split(marked.replace("|", ""), language) == marked.split("| ")


@pytest.mark.parametrize(
    ("language", "marked"),
    [
        ("de", "Per 31. 12. 2025 sind es 40 €.| Am 1. 1. 2026 beginnt es neu."),
        ("ko", "2026. 4. 14. 화요일에 만납니다.| 끝."),
        ("pl", "W 2020 r. Polska wygrała.| Zmarł w 1990 r.| Pochowano go w Krakowie."),
        ("ru", "В XIX в. Россия росла.| Это было в 1990 г.| Потом он уехал."),
    ],
)
def test_the_parts_of_a_date_belong_together(language, marked):
    assert split(marked.replace("|", ""), language) == marked.split("| ")


@pytest.mark.parametrize(
    ("language", "marked"),
    [
        ("de", "Er sagte: „Es ist kalt.“| Dann ging er."),
        ("de", "Er sagte: »Es ist kalt.«| Dann ging er."),
        ("de", "Hunde dürfen nicht mit.| »Wer spät kommt, geht!«, sagt Pichler."),
        ("de", "„Kommst du?“ fragte er.| „Nein.“| Sie ging."),
        ("cs", "Řekla: „Ne!“| Odešla."),
        ("fr", "« Aucune amende.| Nous comptons sur vous. »| Elle part."),
    ],
)
def test_a_mark_that_closes_a_quotation_belongs_to_the_sentence_in_it(language, marked):
    assert split(marked.replace("|", ""), language) == marked.split("| ")


@pytest.mark.parametrize(
    ("language", "marked"),
    [
        ("ja", "館長は「静かに。飲食は禁止です。」と話した。|そうですか？|はい！"),
        ("ja", "「モーニング娘。」が来た。|「はい。」|でも、彼は去った。"),
        ("ja", "１．開館時間"),
        ("zh", "王主任答：“能用。但是请不要。”|然后走了……|后来呢？"),
        ("zh", "「別遲到!」|他說。"),
    ],
)
def test_a_short_quotation_is_part_of_the_sentence_around_it(language, marked):
    assert split(marked.replace("|", ""), language) == marked.split("|")


def test_a_quotation_that_does_not_close_or_is_long_is_cut_at_its_sentences():
    assert split("「静かに。飲食は禁止です。そうだ。", "ja") == [
        "「静かに。",
        "飲食は禁止です。",
        "そうだ。",
    ]
    assert len(split("「" + "静かにしてください。" * 20 + "」", "ja")) == 20


@pytest.mark.parametrize("language", ["de", "ja", "zh"])
@pytest.mark.parametrize(
    "text",
    ["「" + "静かに。" * 20_000, "「" * 100_000, "“『「" * 30_000, "31. 12. " * 20_000, "z. B. " * 20_000,
     "." + "“" * 100_000, "." + " »" * 100_000, "１．" * 50_000, "……" * 50_000, "8.00 น. " * 20_000],
)  # fmt: skip
def test_odd_text_in_other_languages_takes_no_time(text, language):
    with takes_at_most(8):
        split_sentences(text, language)
