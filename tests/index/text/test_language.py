"""The language of a text is told by its script, else by the pieces of its words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text import detect_language, find_question_language
from index.text.language import PASSAGE_LEAD, find_main_language
from tests.support.timing import takes_at_most

QUESTIONS = {
    "ar": "متى بني الجسر القديم في المدينة؟",
    "cs": "Kdy byl postaven starý most ve městě?",
    "da": "Hvornår blev den gamle bro i byen bygget?",
    "de": "Wann wurde die alte Brücke in der Stadt gebaut?",
    "el": "Πότε χτίστηκε η παλιά γέφυρα της πόλης;",
    "en": "When was the old bridge in the town built?",
    "es": "¿Cuándo se construyó el puente viejo de la ciudad?",
    "fr": "Quand le vieux pont de la ville a-t-il été construit ?",
    "hi": "शहर का पुराना पुल कब बना था?",
    "it": "Quando è stato costruito il vecchio ponte della città?",
    "ja": "町の古い橋はいつできましたか。",
    "ko": "도시의 오래된 다리는 언제 지어졌습니까?",
    "nl": "Wanneer werd de oude brug in de stad gebouwd?",
    "pl": "Kiedy zbudowano stary most w mieście?",
    "pt": "Quando foi construída a ponte velha da cidade?",
    "ro": "Când a fost construit podul vechi din oraș?",
    "ru": "Когда был построен старый мост в городе?",
    "sv": "När byggdes den gamla bron i staden?",
    "th": "สะพานเก่าในเมืองสร้างขึ้นเมื่อไร",
    "tr": "Şehirdeki eski köprü ne zaman yapıldı?",
    "uk": "Коли було збудовано старий міст у місті?",
    "vi": "Cây cầu cũ trong thành phố được xây dựng khi nào?",
    "zh": "城里的老桥是什么时候建的？",
}


@pytest.mark.parametrize(("language", "question"), QUESTIONS.items(), ids=QUESTIONS)
def test_the_language_of_a_question_is_known(language, question):
    assert detect_language(question) == language
    assert find_main_language(f"{question} " * 300) == language


@pytest.mark.parametrize(
    "question",
    [
        "wie lange ist der Laden geöffnet",
        "Was tun bei Nasenbluten?",
        "Was kostet der Eintritt für Kinder?",
        "¿Cuándo cierra el museo?",
        "Мост когда закрыт?",
        "島の蔵はいつできましたか",
    ],
)
def test_a_short_question_is_known_not_to_be_english(question):
    assert detect_language(question) != "en"


@pytest.mark.parametrize(
    "question",
    [
        "When was the bridge built?",
        "boiler pressure",
        "guest wifi name",
        "What does la dolce vita mean?",
        "What is the Greek word λόγος?",
        "Who wrote Преступление и наказание?",
        "Who wrote Der Spiegel und die Macht?",
        "Is van der Waals bonding ionic?",
        "Did Mies van der Rohe design chairs?",
        "Does Ursula von der Leyen drive?",
        "convert 9am EST to IST",
        "220 Ω",
        "Δλ/λ",
        "π",
        "𝑥",
        "42?",
        "",
    ],
)
def test_english_and_what_cannot_be_told_are_english(question):
    assert detect_language(question) == "en"


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("4711", None),
        ("ISO 9001", None),
        ("Penhale", None),
        ("When was the old bridge built?", "en"),
        ("What costs it?", "en"),
        ("Öffnungszeiten Bücherei", "de"),
        ("桥什么时候建成", "zh"),
    ],
)
def test_a_name_or_a_number_is_in_any_language(question, language):
    assert find_question_language(question) == language


@pytest.mark.parametrize(
    "table",
    [
        "Name,Active,Paid,Town\nAlma,yes,yes,York\nBruno,yes,no,Leeds\nCora,no,yes,Leeds\n"
        "Dan,no,yes,York\nEve,yes,no,Hull\n",
        "device,in stock\nlamp,no\npump,no\nvalve,yes\nhose,no\n",
    ],
)
def test_a_word_that_a_table_repeats_counts_once(table):
    assert find_main_language(table) == "en"


def test_a_passage_is_in_the_language_of_its_document_unless_it_is_clearly_in_another():
    name, sentence = "Johann Sebastian Bach, Leipzig", f"{QUESTIONS['de']} Niemand weiß es genau."
    assert detect_language(name, "en", PASSAGE_LEAD) == "en"
    assert detect_language(name, "de", PASSAGE_LEAD) == "de"
    assert detect_language(sentence, "en", PASSAGE_LEAD) == "de"
    assert detect_language(QUESTIONS["ja"], "en", PASSAGE_LEAD) == "ja"


@given(st.text(max_size=300), st.sampled_from(["en", "de", "zh", "xx"]))
def test_any_text_has_a_language(text, usual):
    assert detect_language(text, usual) == usual or detect_language(text, usual).isalpha()
    assert find_main_language(text).isalpha()


@pytest.mark.parametrize(
    "text",
    [
        "😀👍🏽🇩🇪" * 300,
        "Тhе quісk brоwn fох јumреd оvеr thе lаzу dоg",  # half of the letters are Cyrillic
        "a" * 100_000,
        "แ" * 100_000,
        "\u0301" * 1_000,
        "Der alte Mann und 的 море " * 100,
    ],
    ids=lambda text: text[:9],
)
def test_odd_text_has_a_language_too(text):
    assert detect_language(text).isalpha()
    assert find_main_language(text).isalpha()


def test_a_long_text_takes_no_longer_than_a_part_of_it():
    text = "".join(chr(0x4E00 + at % 20_000) + "x" for at in range(2_000_000))
    with takes_at_most(1):
        for _ in range(100):
            detect_language(text)
            find_main_language(text)
