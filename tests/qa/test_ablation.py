"""The switches of `make ablate`: every rule can be switched off, and on again."""

import pytest

from qa import squad
from qa.answering import candidates
from qa.conversation import resolve_question, resolving
from qa.evaluation.measuring import scoring
from tests.benchmarks.ablation.rules import RULES
from tests.benchmarks.ablation.switching import Replacement, Rule, split_alternatives, switch_off
from tests.qa.answering.scripted_models import answers_of, hit, reading

TEXT = "Q: When did it open?\n- [x] The museum (Pilot Quay) opened in May 1991.\n- It closed, too."
QUESTIONS = (
    "When did the museum open?",
    "Is the museum open?",
    "Which museums are open, how many?",
    "How do I open the museum?",
)
HISTORY = ["Who opened the museum in Bergen?", "What does a ticket for the museum cost?"]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_question_is_answered_whatever_rule_is_off(rule):
    with switch_off([rule]):
        for question in QUESTIONS:
            found = reading(TEXT, ("May 1991", 2.0), ("The museum", 1.0), sentences=(0.5, 1.0, 0.0))
            assert answers_of(question, [hit(1, TEXT)], [found])
        for question in ("And when?", "What about it?", "Do they have one there?", "Who is she?"):
            assert resolve_question(question, HISTORY)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_has_its_switch(rule):
    for each in rule.replacements:
        assert list(each.find_holders())
        assert each.off is not each.original


def test_no_two_rules_have_the_same_name():
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_a_rule_is_off_wherever_it_is_used_and_on_again_afterwards():
    rule = next(rule for rule in RULES if rule.name == "courtesy")
    polite = "Hello, when does it open?"
    with switch_off([rule]):
        assert resolving.strip_courtesy(polite) == polite
        assert resolve_question(polite, []) == polite
    assert resolving.strip_courtesy(polite) == "when does it open?"
    assert resolve_question(polite, []) == "when does it open?"


def test_what_measures_answers_stays_as_it_is():
    rule = next(rule for rule in RULES if rule.name == "the same answer is added up")
    with switch_off([rule]):
        assert candidates.normalize("The quay") == ""
        assert scoring.normalize("The quay") == "quay"
        assert squad.f1("The quay", "A mill") == 0


def test_rules_are_on_again_after_an_error():
    rule = Rule("courtesy", (Replacement("conversation.resolving", "strip_courtesy", None),))
    with pytest.raises(ZeroDivisionError), switch_off([rule]):
        _ = 1 / 0
    assert resolving.strip_courtesy is not None


def test_a_pattern_is_measured_without_each_of_its_alternatives():
    question = "What are the pros and cons of a lease?"
    patterns = [
        rule.replacements[0].off for rule in split_alternatives("question_form", "_COMPARISON")
    ]
    assert len(patterns) == 9
    assert sum(pattern.search(question) is None for pattern in patterns) == 1
