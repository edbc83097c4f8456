"""From retrieved passages to answers: what is quoted, in which form, in which order."""

import math
from dataclasses import replace

import pytest

from index import Span, Surroundings
from qa.answering.calibration import logit, sigmoid
from qa.answering.candidates import ReadPassage, list_whole_passages, merge_spans
from qa.reader.reading import Reading
from tests.qa.answering.scripted_models import (
    AGAIN,
    CALIBRATION,
    CLOSED,
    OPENED,
    WHEN,
    ScriptedReranker,
    answering,
    answers_of,
    hit,
    reading,
)
from tests.support.loading import read_passage
from tests.support.passages import make_passage
from tests.support.rows import make_row


def candidates_of(hits, readings, calibration=CALIBRATION):
    read = [ReadPassage(*each) for each in zip(hits, readings, strict=True)]
    return merge_spans(read, calibration)


def test_the_best_span_of_all_passages_comes_first():
    hits = [hit(1, OPENED), hit(2, CLOSED)]
    readings = [reading(OPENED, ("1991", 1.0)), reading(CLOSED, ("1956", 3.0))]
    assert [a.text for a in answers_of(WHEN, hits, readings, CALIBRATION)] == ["1956", "1991"]


def test_offsets_are_those_of_the_document():
    [answer] = answers_of(WHEN, [hit(1, OPENED)], [reading(OPENED, ("1991", 1.0))], CALIBRATION)
    assert answer.span == Span(100 + OPENED.index("1991"), 100 + OPENED.index("1991") + 4)
    assert answer.sentence == Span(100, 100 + len(OPENED))
    assert answer.sentence_text == OPENED


def test_the_same_answer_in_two_passages_is_one_with_both_shares():
    hits = [hit(1, OPENED), hit(2, AGAIN), hit(3, CLOSED)]
    readings = [
        reading(OPENED, ("1991", 1.0)),
        reading(AGAIN, ("1991", 1.0)),
        reading(CLOSED, ("1956", 1.2)),
    ]
    best, other = candidates_of(hits, readings)
    assert (best.span.of(OPENED), other.span.of(CLOSED)) == ("1991", "1956")
    assert best.share == pytest.approx(2 * math.e / (1 + 2 * math.e + math.exp(1.2)))
    assert best.passage.hit is hits[0]


def test_overlapping_spans_of_a_passage_are_one_answer_at_the_best_of_them():
    readings = [reading(OPENED, ("in 1991", 0.5), ("1991", 2.0), ("Pilot Quay", -1.0))]
    texts = [a.text for a in answers_of(WHEN, [hit(1, OPENED)], readings, CALIBRATION)]
    assert texts == ["1991", "Pilot Quay"]


def test_shares_of_all_answers_and_of_none_sum_to_one():
    readings = [reading(OPENED, ("1991", 0.0))]
    [only] = candidates_of([hit(1, OPENED)], readings)
    assert only.share == pytest.approx(0.5)


def test_the_retrieval_score_counts_by_its_weight():
    hits = [hit(1, OPENED, score=0.9), hit(2, CLOSED, score=0.1)]
    readings = [reading(OPENED, ("1991", 1.0)), reading(CLOSED, ("1956", 2.0))]
    considered = replace(CALIBRATION, retrieval=1.0)
    assert answers_of(WHEN, hits, readings, considered)[0].text == "1991"
    assert answers_of(WHEN, hits, readings, CALIBRATION)[0].text == "1956"


def test_no_answer_is_surer_than_one_before_it():
    hits = [hit(1, OPENED), hit(2, CLOSED), hit(3, RAINS)]
    readings = [
        reading(OPENED, ("1991", 2.0)),
        reading(CLOSED, ("1956", 1.0), sentences=[4.0]),
        reading(RAINS, ("on the second", 0.5)),
    ]
    by_sentence = replace(CALIBRATION, weights={"odds": 1.0, "sentence": 1.0})
    first, second, third = answers_of(WHEN, hits, readings, by_sentence)
    assert first.confidence == second.confidence > third.confidence
    for answer in (first, second, third):
        assert sigmoid(sum(answer.factors.values())) == pytest.approx(answer.confidence)
    assert "order" in second.factors
    assert "order" not in third.factors


def test_nothing_read_gives_no_answer():
    assert answers_of(WHEN, [], [], CALIBRATION) == []


def test_a_passage_without_a_span_is_a_candidate_of_little_confidence():
    [answer] = answers_of(WHEN, [hit(1, OPENED)], [Reading((), -9.0)], CALIBRATION)
    assert (answer.form, answer.text) == ("sentences", OPENED)
    assert answer.confidence < 0.001


RAINS = "There is drizzle on the first floor. A monsoon falls on the second, and sleet outside."


def test_a_question_for_several_things_gets_all_that_the_passage_has():
    readings = [reading(RAINS, ("monsoon", 2.0), ("drizzle", 1.5), ("sleet", 1.0), ("floor", -3.0))]
    question = "Which kinds of rain are shown?"
    best = answers_of(question, [hit(1, RAINS)], readings, CALIBRATION)[0]
    at = 100
    assert [RAINS[s.start - at : s.end - at] for s in best.spans] == ["drizzle", "monsoon", "sleet"]
    assert best.text == "drizzle"
    assert best.span == best.spans[0]


def test_a_question_for_one_thing_gets_one_span():
    readings = [reading(RAINS, ("monsoon", 2.0), ("drizzle", 1.5))]
    best = answers_of("What falls on the second floor?", [hit(1, RAINS)], readings, CALIBRATION)[0]
    assert len(best.spans) == 1


def test_a_span_that_spells_out_the_list_is_all_of_it():
    text = "It comes in grey, moss green or dark blue."
    readings = [reading(text, ("grey, moss green or dark blue", 2.0), ("It", 1.9))]
    best = answers_of("Which colours are there?", [hit(1, text)], readings, CALIBRATION)[0]
    assert best.text == "grey, moss green or dark blue"
    assert len(best.spans) == 1


def test_the_evidence_for_all_that_is_quoted_adds_up():
    text = "Bring:\n\n- a dish\n- a pipette\n- moss"
    readings = [reading(text, ("a dish", 1.0), ("moss", -1.2), ("Bring", -2.0))]
    several, *others = answers_of("Which things are needed?", [hit(1, text)], readings, CALIBRATION)
    assert len(several.spans) == 3
    assert [other.text for other in others] == ["Bring"]
    one, another, _ = answers_of("What should one bring?", [hit(1, text)], readings, CALIBRATION)
    assert several.score == pytest.approx(one.score + another.score)
    assert several.confidence > one.confidence


def test_a_list_is_quoted_whole_where_its_items_cannot_be_told_apart():
    text = "Bring:\n\n- a dish\n- a pipette\n- moss"
    alike = [reading(text, ("a dish", 1.0), ("moss", 0.9))]
    [answer] = answers_of("What should one bring?", [hit(1, text)], alike, CALIBRATION)
    assert answer.form == "list"
    start = answer.hit.passage.span.start
    quoted = [text[span.start - start : span.end - start] for span in answer.spans]
    assert quoted == ["a dish", "a pipette", "moss"]


def test_yes_or_no_gets_the_sentence_that_decides():
    text = "The ferry is old. The bridge is 212 metres long, by the way. It is grey."
    question = "Is the bridge longer than 200 metres?"
    for sentences in ((), (-2.0, 3.0, -4.0)):
        scored = reading(text, ("212 metres", 2.0), ("old", -1.9), sentences=sentences)
        [answer] = answers_of(question, [hit(1, text)], [scored], CALIBRATION)
        assert answer.form == "verdict"
        assert answer.text == "The bridge is 212 metres long, by the way."
        assert answer.text == answer.sentence_text


def test_yes_or_no_gets_all_sentences_that_decide():
    text = "It is not only threats. Whatever upsets counts, too. The office is on the left."
    scored = reading(text, ("threats", 1.0), sentences=(2.0, 1.5, -4.0))
    [answer] = answers_of("Is it only threats?", [hit(1, text)], [scored], CALIBRATION)
    assert answer.form == "verdict"
    assert answer.text == "It is not only threats. Whatever upsets counts, too."


def test_yes_or_no_gets_the_likeliest_sentence_wherever_words_stand_out():
    text = "- We had squid in June.\n- They take no bookings, so come at six."
    scored = reading(text, ("squid in June", 3.0), sentences=(-1.0, 2.0))
    [answer] = answers_of("Did they take bookings?", [hit(1, text)], [scored], CALIBRATION)
    assert answer.text == "They take no bookings, so come at six."


def test_yes_or_no_is_not_quoted_without_what_limits_it():
    text = "All may read at once. But only one may write, at any time. It is quick."
    scored = reading(text, ("at once", 3.0), sentences=(2.0, -2.0, -4.0))
    [answer] = answers_of("May several read and write?", [hit(1, text)], [scored], CALIBRATION)
    assert answer.form == "verdict"
    assert answer.text == "All may read at once. But only one may write, at any time."
    assert answer.text == answer.sentence_text


def test_a_few_words_never_say_what_to_do():
    text = "If it shows E21, the filter is blocked: rinse the mesh. The guard is paid monthly."
    scored = [reading(text, ("the filter is blocked", 3.0), sentences=(3.0, -3.0))]
    [answer] = answers_of("The boiler shows E21, what now?", [hit(1, text)], scored)
    assert (answer.form, answer.text) == ("sentences", text.split(" The guard")[0])


def test_rows_for_another_range_than_the_one_asked_of_are_left_out():
    rows = ("2 to 5 years | 5 ml", "6 to 12 years | 10 ml")
    first, second = (hit(number, row) for number, row in enumerate(rows, 1))
    plain = (first, replace(second, document=first.document))
    hits = [
        replace(
            h,
            passage=make_row(
                h.passage.text, ("Age", "Dose"), border="|", number=h.passage.id, start=100
            ),
        )
        for h in plain
    ]
    readings = [reading(rows[0], ("5 ml", 1.0)), reading(rows[1], ("10 ml", 3.0))]
    [answer] = answers_of("What is the dose for a three-year-old?", hits, readings)
    assert answer.text == "5 ml"
    sure = replace(CALIBRATION, weights={"odds": 0.0, "selected": 3.0})
    [answer] = answers_of("What is the dose for a three-year-old?", hits, readings, sure)
    assert answer.confidence > 0.9
    [best, *_] = answers_of("What is the dose for an 80-year-old?", hits, readings)
    assert best.confidence == 0.2


def test_an_answer_is_less_sure_where_no_passage_mentions_a_name_in_the_question():
    text = "The firm employs 40 people in Madrid."
    cautious = replace(CALIBRATION, weights={"odds": 1.0, "unmentioned": -1.0})
    odds = {}
    for city in ("Madrid", "Lyon"):
        question = f"How many people work in {city}?"
        scored = [reading(text, ("40", 2.0))]
        [answer] = answers_of(question, [hit(1, text)], scored, cautious)
        odds[city] = logit(answer.confidence)
    assert odds["Madrid"] - odds["Lyon"] == pytest.approx(1.0)


@pytest.mark.parametrize(("other", "rival"), [(3.0, 0.0), (1.0, -2.0), (-9.0, -6.86)])
def test_an_answer_is_less_sure_if_another_comes_close(other, rival):
    hits = [hit(1, OPENED), hit(2, CLOSED)]
    readings = [reading(OPENED, ("1991", 3.0)), reading(CLOSED, ("1956", other))]
    cautious = replace(CALIBRATION, weights={"rival": -1.0})
    best, _ = answers_of(WHEN, hits, readings, cautious)
    assert best.text == "1991"
    assert logit(best.confidence) == pytest.approx(-rival, abs=0.02)


def test_two_spans_of_the_sentence_that_decides_are_one_answer():
    text = "The bridge is 212 metres long and was never grey."
    readings = [reading(text, ("212 metres", 2.0), ("never grey", 1.9))]
    assert len(answers_of("Is the bridge grey?", [hit(1, text)], readings, CALIBRATION)) == 1


STEPS = (
    "The boiler is old. Close the valve first. Then press the red key until the lamp blinks. "
    "Our office is open on Monday."
)


def test_how_something_is_done_is_answered_by_the_sentences_that_tell():
    read = reading(STEPS, ("the valve", -2.0), sentences=(-6.0, 4.0, 3.5, -6.0))
    reply = answering(
        "How do I restart the boiler?",
        [hit(1, STEPS)],
        [read],
        replace(CALIBRATION, evidence_gap=2.0),
    )
    [answer] = reply.answers
    assert answer.form == "sentences"
    expected = "Close the valve first. Then press the red key until the lamp blinks."
    assert answer.text == expected
    assert [s.of(" " * 100 + STEPS) for s in answer.evidence] == [
        "Close the valve first.",
        "Then press the red key until the lamp blinks.",
    ]


def test_where_no_few_words_stand_out_the_sentence_is_quoted():
    weak = [reading(STEPS, ("Monday", -7.0), sentences=(-6.0, -4.0, 2.0, -6.0))]
    reply = answering("Which key?", [hit(1, STEPS)], weak)
    assert reply.answers[0].form == "sentences"
    assert "press the red key" in reply.answers[0].text
    clear = [reading(STEPS, ("red", 3.0))]
    [answer] = answers_of("Which key?", [hit(1, STEPS)], clear)
    assert (answer.form, answer.text) == ("words", "red")


def test_evidence_covers_what_is_quoted_and_is_whole_sentences():
    [answer] = answers_of("Which key?", [hit(1, STEPS)], [reading(STEPS, ("red key", 3.0))])
    [sentence] = answer.evidence
    assert sentence == answer.sentence
    assert sentence.start <= answer.span.start < answer.span.end <= sentence.end


def test_off_the_topic_is_what_even_the_best_passage_does_not_bear_on():
    hits, readings = [hit(1, CLOSED, dense=0.2)], [reading(CLOSED, ("1956", -2.0))]
    near = answering(WHEN, hits, readings, reranker=ScriptedReranker(ferry=1.0))
    far = answering(WHEN, hits, readings, reranker=ScriptedReranker(ferry=-11.0))
    assert (near.off_topic, far.off_topic) == (False, True)
    assert far.answers[0].confidence == 0.02


def test_a_passage_that_is_near_the_question_is_on_the_topic():
    hits, readings = [hit(1, CLOSED, dense=0.5)], [reading(CLOSED, ("1956", -2.0))]
    far = answering(WHEN, hits, readings, reranker=ScriptedReranker(ferry=-11.0))
    assert not far.off_topic
    assert far.answers[0].confidence > 0.02


def test_of_a_question_in_another_language_nobody_can_tell_the_topic():
    hits, readings = [hit(1, CLOSED, dense=0.2)], [reading(CLOSED, ("1956", -2.0))]
    reranker = ScriptedReranker(ferry=-11.0)
    reply = answering("Wann wurde die Fähre eingestellt?", hits, readings, reranker=reranker)
    assert not reply.off_topic


def test_an_answer_that_the_reader_is_fairly_sure_of_is_on_the_topic():
    # The reranker knows few colloquial words.
    hits, readings = [hit(1, CLOSED)], [reading(CLOSED, ("1956", 1.0))]
    far = answering(WHEN, hits, readings, reranker=ScriptedReranker(ferry=-11.0))
    assert not far.off_topic
    assert far.answers[0].confidence > 0.5


def test_of_a_row_a_cell_is_quoted_however_little_stands_out():
    row = "Sat 14 June,Copenhagen,Oslo,16:30"
    plain = hit(1, row)
    columns = ("Date", "From", "To", "Leaves")
    row_hit = replace(plain, passage=make_row(row, columns, border=",", start=100))
    scored = reading(row, ("Copenhagen", -7.0), ("Oslo", -7.5))
    for question, form, text in (
        ("Which town does it come from?", "words", "Copenhagen"),
        ("How does the ferry go to Oslo?", "sentences", row),
    ):
        [answer] = answers_of(question, [row_hit], [scored])
        assert (answer.form, answer.text) == (form, text)
        assert [span.of(" " * 100 + row) for span in answer.evidence] == [row]


@pytest.mark.parametrize("question", ["How does she get paid?", "Is her pay high?"])
def test_a_row_that_is_too_wide_to_be_read_is_not_quoted_whole(question):
    row = "\t".join(["Jane Doe", *("x" * 20 for _ in range(30)), "4,200 a month"])
    columns = tuple(f"column {number}" for number in range(32))
    row_hit = replace(hit(1, row), passage=make_row(row, columns, start=100))
    [answer] = answers_of(question, [row_hit], [reading(row, ("4,200 a month", -7.0))])
    assert (answer.form, answer.text) == ("words", "4,200 a month")
    assert [cell.of(" " * 100 + row) for cell in answer.cells] == ["Jane Doe", "4,200 a month"]
    # Without words that could be quoted, nothing but the row is left.
    [answer] = answers_of(question, [row_hit], [reading(row)])
    assert answer.text == row


def test_a_list_that_is_spelt_out_is_quoted_whole():
    text = "The handset comes in grey, moss green or dark blue."
    scored = (("grey", 4.0), ("grey, moss green or dark blue", 3.9))
    [best, *_] = answers_of(
        "Which colours does it come in?", [hit(1, text)], [reading(text, *scored)], CALIBRATION
    )
    assert best.text == "grey, moss green or dark blue"
    assert len(best.spans) == 1


@pytest.mark.parametrize(
    ("introduction", "steps", "first"),
    [(0.6, 0.7, "steps"), (0.6, 0.6, "about"), (0.6, None, "about")],
)
def test_of_passages_for_sentences_the_one_nearer_in_meaning_is_favoured(
    introduction, steps, first
):
    texts = ["It is all about keys.", "The steps are these."]
    hits = [
        hit(number, text, dense=dense)
        for number, (text, dense) in enumerate(zip(texts, (introduction, steps), strict=True))
    ]
    read = [
        ReadPassage(each, Reading((), relevance))
        for each, relevance in zip(hits, (1.2, 1.0), strict=True)
    ]
    candidates = list_whole_passages(read, replace(CALIBRATION, similarity=6.0))
    best = max(candidates, key=lambda candidate: candidate.share)
    assert first in best.passage.text
    # How sure each is by itself does not depend on the others.
    assert [candidate.margin for candidate in candidates] == [1.2, 1.0]


def test_a_verdict_comes_with_the_paragraph_that_takes_it_back():
    above, below = "Yes, a guest may fish from the bank.", "However, not in May."
    passage = make_passage(above, start=100)
    around = Surroundings(
        " " * 100 + f"{above}\n\n{below}",
        [passage, make_passage(below, 2, start=100 + len(above) + 2)],
    )
    found = replace(hit(1, above), passage=passage, read_surroundings=lambda: around)
    [answer] = answers_of("May a guest fish?", [found], [reading(above, ("Yes", 3.0))])
    assert answer.text == f"{above}\n\n{below}"
    assert answer.span.of(around.text) == answer.text
    assert [each.of(around.text) for each in answer.evidence] == [above, below]


def test_an_item_that_decides_and_is_taken_back_is_quoted_without_its_sign():
    above, below = "- A guest may fish.", "However, not in May."
    passage = read_passage("/a.md", above, 100)
    around = Surroundings(
        " " * 100 + f"{above}\n\n{below}",
        [passage, make_passage(below, 2, start=100 + len(above) + 2)],
    )
    found = replace(hit(1, above), passage=passage, read_surroundings=lambda: around)
    [answer] = answers_of("May a guest fish?", [found], [reading(above, ("guest", 3.0))])
    assert answer.form == "verdict"
    assert answer.text == f"A guest may fish.\n\n{below}"
    assert answer.span.of(around.text) == answer.text


def test_a_list_is_quoted_with_its_items_in_the_next_passage():
    above, below = "- a saw\n- a plane", "- glue\n- nails"
    whole = f"{above}\n{below}"
    passages = [make_passage(above), make_passage(below, 2, start=len(above) + 1)]
    around = Surroundings(whole, passages)
    readings = [reading(below, ("glue", 3.0))]
    found = replace(hit(1, below), passage=passages[1], read_surroundings=lambda: around)
    best = answers_of("Which things do I need?", [found], readings)[0]
    assert [each.of(whole) for each in best.spans] == ["a saw", "a plane", "glue", "nails"]
    assert best.more == 0
    assert best.hit.passage.text == whole


def test_one_item_of_another_list_says_how_many_more_there_are():
    tools, others = "- a saw\n- a plane", "- glue\n- nails\n- tape"
    hits = [hit(1, tools), hit(2, others)]
    readings = [reading(tools, ("a saw", 3.0)), reading(others, ("nails", 1.0))]
    best, other = answers_of("Which things do I need?", hits, readings)
    assert (len(best.spans), best.more) == (2, 0)
    assert (other.text, other.more) == ("nails", 2)


def test_sentences_that_are_items_say_how_many_more_the_list_has():
    rules = ["Shoes stay in the hall.", "Dogs stay outside.", "Be quiet at night."]
    whole = "\n".join(f"- {rule}" for rule in rules)
    found = reading(whole, (rules[0], 5.0), (rules[1], 5.0), ("quiet", -9.0))
    [answer] = answers_of("Why are there rules?", [hit(1, whole)], [found])
    assert (answer.form, answer.more) == ("sentences", 1)
    assert answer.text == "\n".join(f"- {rule}" for rule in rules[:2])
    alone = reading(whole, (rules[1], 5.0), ("quiet", -9.0))
    [answer] = answers_of("Why are there rules?", [hit(1, whole)], [alone])
    assert (answer.text, answer.more) == (f"- {rules[1]}", 0)


def test_items_within_items_are_not_counted_as_more_of_the_list():
    drinks = ["Tea is hot.", "Milk is cold."]
    whole = f"* {drinks[0]}\n* {drinks[1]}\n  * Cream is fat.\n* Cake is dear."
    found = reading(whole, *((drink, 5.0) for drink in drinks), ("dear", -9.0))
    [answer] = answers_of("Why are there drinks?", [hit(1, whole)], [found])
    assert (answer.form, answer.more) == ("sentences", 1)


def test_a_few_items_of_a_long_list_do_not_say_how_many_more_there_are():
    clauses = [f"Clause {number} says this." for number in range(1, 10)]
    whole = "\n".join(f"- {clause}" for clause in clauses)
    found = reading(whole, (clauses[2], 5.0), (clauses[3], 5.0), ("Clause 9", -9.0))
    [answer] = answers_of("Why are there clauses?", [hit(1, whole)], [found])
    assert answer.text == "\n".join(f"- {clause}" for clause in clauses[2:4])
    assert (answer.form, answer.more) == ("sentences", 0)


def test_steps_that_are_too_long_to_be_quoted_all_say_how_many_more_there_are():
    steps = [f"{number}. {'Stir it well. ' * 20}".strip() for number in range(1, 15)]
    whole = "\n".join(steps)
    passages = [make_passage(steps[0])]
    for step in steps[1:]:
        start = passages[-1].span.end + 1
        passages.append(make_passage(step, len(passages) + 1, start=start))
    around = Surroundings(whole, passages)
    found = replace(hit(1, steps[0]), passage=passages[0], read_surroundings=lambda: around)
    [answer] = answers_of("How do I stir it?", [found], [reading(steps[0], ("Stir", 1.0))])
    assert answer.form == "sentences"
    assert len(answer.sentence_text) < 1_000
    assert answer.more == 13


def test_a_sentence_is_quoted_if_other_words_in_it_are_nearly_as_likely():
    text = "The baths opened in 1890, and in 1903 again. They shut in 1911."
    near = reading(text, ("1890", 2.0), ("1903", 1.0))
    calibration = replace(CALIBRATION, least_part=0.9)
    [best] = answers_of(WHEN, [hit(1, text)], [near], calibration)
    assert (best.form, best.text) == ("sentences", "The baths opened in 1890, and in 1903 again.")
    words, *_ = answers_of(WHEN, [hit(1, text)], [near])
    assert (words.form, words.text) == ("words", "1890")
    elsewhere = reading(text, ("1890", 2.0), ("1911", 1.0))
    assert answers_of(WHEN, [hit(1, text)], [elsewhere], calibration)[0].text == "1890"
    sure = reading(text, ("1890", 4.0), ("1903", 1.0))
    assert answers_of(WHEN, [hit(1, text)], [sure], calibration)[0].text == "1890"
