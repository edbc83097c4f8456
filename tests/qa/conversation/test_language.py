"""A question in another language is told by its small words and its letters."""

import pytest

from qa import is_foreign


@pytest.mark.parametrize(
    "question",
    [
        "Wann wurde die Brücke gebaut und von wem?",
        "wie lange ist der Laden geöffnet",
        "Quand est-ce que le pont a été fermé pour les voitures?",
        "Was tun bei Nasenbluten?",
        "Wie viel kostet die Miete im Monat?",
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
        "Who wrote Преступление и наказание?",
        "What is the Greek word λόγος?",
        "Is van der Waals bonding ionic?",
        "van der Waals forces",
        "Did Mies van der Rohe design chairs?",
        "Does Ursula von der Leyen drive?",
        "Los Angeles Las Vegas distance",
        "Can Los Angeles residents visit El Segundo?",
        "La Quinta El Paso pet policy",
        "La La Land cast",
        "Les Paul Custom, LA studio",
        "convert 9am EST to IST",
        "LA to UN",
        "German articles der der",
        "220 Ω",
        "Δλ/λ",
        "π",
        "𝑥",
        "Les",
        "42?",
        "",
    ],
)
def test_english_and_what_cannot_be_told_are_not(question):
    assert not is_foreign(question)
