"""A question in another language is told by its small words and its letters."""

import pytest

from qa import is_foreign


@pytest.mark.parametrize(
    "question",
    [
        "Wann wurde die Brücke gebaut und von wem?",
        "wie lange ist der Laden geöffnet",
        "Quand est-ce que le pont a été fermé pour les voitures?",
        "Was kostet der Eintritt für Kinder?",
        "¿Cuándo cierra el museo?",
        "Мост когда закрыт?",
        "島の蔵はいつできましたか",
    ],
)
def test_other_languages_are_told(question):
    assert is_foreign(question)


@pytest.mark.parametrize(
    "question",
    [
        "When was the bridge built?",
        "boiler pressure",
        "Who wrote Der Spiegel und die Macht?",
        "What does la dolce vita mean?",
        "Les",
        "der",
        "42?",
        "",
        "What is the Greek word λόγος?",
    ],
)
def test_english_and_what_cannot_be_told_are_not(question):
    assert not is_foreign(question)
