"""The report: one file that loads nothing and runs nothing, true to the figures, whatever
questions, paths and passages hold.
"""

import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from index import Retriever, Span
from qa.display import visible
from qa.evaluation import (
    ABSTENTION_MEASURES,
    ANSWER_MEASURES,
    QuestionSet,
    compare,
    evaluate,
    explain,
    make_report,
)
from qa.evaluation.measuring.results import (
    Change,
    Comparison,
    DepthPoint,
    Difference,
    Estimate,
    Evaluation,
    IndexCost,
    KindFigures,
    Latency,
    QuestionResult,
    RankedDocument,
    ReliabilityBin,
    RiskPoint,
    ShownPassage,
    Stage,
)
from qa.evaluation.measuring.retrieval import MEASURES
from qa.evaluation.measuring.summary import thin_risk_coverage
from qa.evaluation.report.failures import MOST, make_filter_rules, mark_passage

PASSAGE = "The pear tree by the gate was planted in 2004."
HOSTILE = (
    '<script>alert(\'1\')</script>" onclick="x" </style><img src=//evil.example>&amp;\x1b[31m\u202e'
)
PARTS = {
    "measures",
    "stages",
    "recall",
    "reliability",
    "risk",
    "kinds",
    "comparison",
    "changed",
    "failures",
    "how",
}


@pytest.mark.parametrize(
    "name", [*MEASURES, *ANSWER_MEASURES, *ABSTENTION_MEASURES, "P@5", "AP@20"]
)
def test_a_measure_is_explained_in_a_line(name):
    line = explain(name)
    assert 20 < len(line) < 130
    assert "\n" not in line
    assert "{" not in line


def test_the_depth_is_named():
    assert "first 7 documents" in explain("nDCG@7")
    assert "come first" in explain("R@1")


@pytest.mark.parametrize("name", ["P@1", "RR@1", "Success@1"])
def test_of_one_document_nothing_is_said_to_be_among_it(name):
    assert explain(name) == "share of questions whose first document is relevant"


def test_a_measure_is_explained_by_whichever_name_it_goes():
    assert explain("MAP") == explain("AP")
    assert explain("Recall@10") == explain("R@10")


def test_a_relative_one_is_referred_to_ir_measures():
    assert explain("SetRelP") == "a measure of ir-measures, as documented there"


def test_an_unknown_one_is_referred_to_ir_measures():
    assert "ir-measures" in explain("INST")


def asked(number=0, stage=Stage.OTHER_SPAN, **changes):
    """The result of a question about the pear tree."""
    right = stage is None
    result = QuestionResult(
        id=f"q{number}",
        question="When was the pear tree planted?",
        history=(),
        kind="when",
        answers=("2004",),
        match="any",
        relevant={"garden.md": 1},
        prediction="2004" if right else "the gate",
        best="2004" if right else "the gate",
        confidence=0.7 if right else 0.3,
        abstained=False,
        document="garden.md",
        spans=(Span(41, 45),) if right else (Span(17, 25),),
        scores={name: float(right) for name in ("exact_match", "f1", "best_exact_match")},
        ranking=(RankedDocument("garden.md", 0.9, 1), RankedDocument("house.md", 0.4, None)),
        stage=stage,
        passages=()
        if right
        else (ShownPassage("garden.md", 0, PASSAGE, (Span(17, 25),), (Span(41, 45),)),),
        latency_ms=40.0 + number,
    )
    return replace(result, **changes)


def measured(*results, **changes):
    """An evaluation with all there can be."""
    results = results or (asked(0, None), asked(1), asked(2, None, kind="other"))
    evaluation = Evaluation(
        name="hybrid",
        question_set="garden.jsonl",
        config={"setting": "open", "mode": "hybrid", "k": 100, "threshold": 0.5},
        questions=results,
        retrieval={"nDCG@10": Estimate(0.912345, 0.81, 0.97, 3)},
        answers={"f1": Estimate(0.654321, 0.5, 0.75, 3)},
        abstention={"ece": Estimate(0.1, None, None, 3)},
        kinds=(
            KindFigures("when", 2, {"f1": 0.5, "nDCG@10": 1.0}),
            KindFigures("other", 1, {"f1": 1.0}),
        ),
        reliability=(ReliabilityBin(0.3, 0.4, 1, 0.3, 0.0), ReliabilityBin(0.7, 0.8, 2, 0.7, 1.0)),
        risk_coverage=(RiskPoint(2 / 3, 0.0, 0.7), RiskPoint(1.0, 1 / 3, 0.3)),
        recall_by_depth=(DepthPoint(1, 0.8), DepthPoint(10, 0.9)),
        latency=Latency(41.0, 42.0, 24.0),
        index_cost=IndexCost(3, 7, 13_203_600_000, 1.5),
        notes=("one question was left out",),
    )
    return replace(evaluation, **changes)


def difference(**changes):
    made = Difference("f1", "bm25", "hybrid", 0.5, 0.6, 0.1, 0.02, 0.18, 0.01, 0.03, 12, 40, 3)
    return replace(made, **changes)


CHANGE = Change("q1", "When was it planted?", "f1", "bm25", "hybrid", 0.0, 1.0, "", "2004")
COMPARED = Comparison((difference(),), (CHANGE,), ("two sets differ",))


def seen(page):
    return LexborHTMLParser(page)


def words(node):
    return " ".join(node.text().split())


def section(page, key):
    """The section under the heading with this id."""
    return seen(page).css_first(f"section[aria-labelledby={key}]")


def row(page, key, name):
    """The cells of a table's row."""
    for one in section(page, key).css("tbody tr"):
        if one.css_first("th").text() == name:
            return [cell.text() for cell in one.css("td")]
    raise AssertionError(f"no row {name} in {key}")


# Safety


def test_it_loads_nothing_and_runs_nothing():
    page = make_report(measured(), COMPARED)
    tree = seen(page)
    policy = tree.css_first("meta[http-equiv=Content-Security-Policy]").attributes["content"]
    style = tree.css_first("style").text()
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    # The policy comes before anything that it could forbid.
    metas = [meta.attributes for meta in tree.css("head > *")[:2]]
    assert metas[0] == {"charset": "utf-8"}
    assert "http-equiv" in metas[1]
    assert not tree.css("script, link, iframe, object, embed, img, form, base")
    assert not re.search(r"https?:|url\(|@import|src=|href=.[^#]|style=|\bon\w+=", page)


def hostile():
    bad = asked(
        1,
        id=HOSTILE,
        question=HOSTILE,
        history=(HOSTILE,),
        kind=HOSTILE,
        answers=(HOSTILE,),
        relevant={HOSTILE: 1},
        prediction=HOSTILE,
        best=HOSTILE,
        ranking=(RankedDocument(HOSTILE, 0.5, None),),
        passages=(ShownPassage(HOSTILE, 0, HOSTILE, (Span(3, 9),), (Span(5, 12),)),),
    )
    return measured(
        bad,
        asked(2, None),
        name=HOSTILE,
        question_set=HOSTILE,
        config={HOSTILE: HOSTILE},
        kinds=(KindFigures(HOSTILE, 1, {"f1": 0.0}), KindFigures("when", 1, {"f1": 1.0})),
        notes=(HOSTILE,),
    )


def test_hostile_questions_paths_and_passages_are_text():
    compared = Comparison(
        (difference(old_name=HOSTILE, new_name=HOSTILE),),
        (replace(CHANGE, question=HOSTILE, old_answer=HOSTILE, new_answer=HOSTILE),),
        (HOSTILE,),
    )
    page = make_report(hostile(), compared)
    tree = seen(page)
    ours = {tag.tag for tag in seen(make_report(measured(), COMPARED)).css("*")}
    assert {tag.tag for tag in tree.css("*")} <= ours
    assert not [tag for tag in tree.css("*") if any(n.startswith("on") for n in tag.attributes)]
    drawn = visible(HOSTILE)
    assert tree.css_first("h1").text() == drawn
    assert tree.css_first("title").text() == f"{drawn}: {drawn}"
    failure = section(page, "failures").css_first("details")
    assert failure.css_first(".question").text() == drawn
    assert failure.css_first("code").text() == drawn
    assert failure.css_first("blockquote").text() == drawn
    assert {dd.text() for dd in failure.css("dd")} >= {drawn, "0.000"}
    assert drawn in section(page, "changed").text()
    assert drawn in section(page, "measures").css_first("ul").text()


def test_control_characters_are_drawn_as_stand_ins():
    page = make_report(hostile())
    assert not set(page) & set(map(chr, [*range(9), 11, 12, *range(14, 32), 0x7F, 0x202E]))
    assert "␛[31m�" in page


# Marks

SPANS = st.lists(
    st.tuples(st.integers(0, 46), st.integers(0, 46)).map(lambda pair: Span(*sorted(pair))),
    max_size=4,
)


@given(SPANS, SPANS)
def test_each_letter_is_marked_as_wanted_and_as_given_where_it_is(gold, predicted):
    tree = seen(mark_passage(ShownPassage("d", 0, PASSAGE, tuple(predicted), tuple(gold))))
    kinds = []
    for node in tree.body.iter(include_text=True):
        classes = (node.attributes.get("class") or "").split() if node.tag == "mark" else []
        kinds += [set(classes)] * len(node.text())
    assert tree.body.text() == PASSAGE
    for place, found in enumerate(kinds):
        assert ("wanted" in found) == any(s.start <= place < s.end for s in gold)
        assert ("given" in found) == any(s.start <= place < s.end for s in predicted)


def test_overlapping_spans_are_marked_as_both_where_they_overlap():
    both = ShownPassage("d", 0, "abcdef", (Span(1, 4),), (Span(2, 6),))
    assert mark_passage(both) == (
        'a<mark class="given">b</mark><mark class="wanted given">cd</mark>'
        '<mark class="wanted">ef</mark>'
    )


def test_a_long_stretch_is_cut_in_its_middle_and_says_so():
    text = "a" * 5_000 + "2004"
    shown = mark_passage(ShownPassage("d", 0, text, (), (Span(5_000, 5_004),)))
    assert len(shown) < 1_500
    assert "3,800 characters left out" in shown
    assert shown.endswith('<mark class="wanted">2004</mark>')


# Parts


def test_everything_stands_in_its_order():
    page = make_report(measured(), COMPARED)
    keys = [heading.attributes["id"] for heading in seen(page).css("h2")]
    assert keys == [
        "measures",
        "stages",
        "recall",
        "reliability",
        "risk",
        "kinds",
        "comparison",
        "changed",
        "failures",
        "how",
    ]
    assert set(keys) == PARTS
    assert [link.attributes["href"] for link in seen(page).css("nav a")] == [f"#{k}" for k in keys]


@pytest.mark.parametrize(
    ("changes", "absent"),
    [
        ({"recall_by_depth": ()}, {"recall"}),
        ({"reliability": (), "risk_coverage": ()}, {"reliability", "risk"}),
        ({"kinds": ()}, {"kinds"}),
        ({"questions": (asked(0, None),)}, {"failures"}),
        ({"questions": (asked(0, None, answers=None, relevant=None),)},
         {"stages", "failures"}),
    ],
)  # fmt: skip
def test_what_is_not_labelled_or_measured_is_absent(changes, absent):
    page = make_report(measured(**changes))
    keys = {heading.attributes["id"] for heading in seen(page).css("h2")}
    assert keys == PARTS - {"comparison", "changed"} - absent


def test_an_evaluation_of_nothing_is_a_page_too():
    page = make_report(Evaluation("bm25", "empty", {}, ()))
    assert "0 questions" in words(seen(page).css_first("main"))


@pytest.mark.parametrize(
    "evaluation",
    [
        measured(),
        measured(asked(latency_ms=0.0, confidence=0.0)),
        measured(asked(latency_ms=1e7, confidence=1.0)),
        measured(asked(ranking=(RankedDocument("a", -3.0, None),))),
        measured(recall_by_depth=(DepthPoint(1, 0.0),)),
        measured(retrieval={"nDCG@10": Estimate(0.5, None, None, 1)}),
    ],
)
def test_no_figure_is_ever_nan(evaluation):
    flat = difference(difference=0.0, low=None, high=None, p=None, p_corrected=None)
    page = make_report(evaluation, Comparison((flat,), ()))
    assert not re.search(
        r"\b(?:nan|inf|None)\b", re.sub(r"<style>.*?</style>", "", page, flags=re.S)
    )


# Figures


def test_each_measure_has_its_figure_interval_and_a_line_that_explains_it():
    page = make_report(measured())
    assert row(page, "measures", "nDCG@10")[:3] == ["0.9123", "0.810 to 0.970", "3"]
    assert row(page, "measures", "ece")[:2] == ["0.1000", "–"]
    for name in ("nDCG@10", "f1", "ece"):
        assert len(row(page, "measures", name)[3]) > 20


def test_questions_are_counted_by_where_they_were_lost():
    results = (asked(0, None), asked(1), asked(2), asked(3, Stage.ABSENT))
    page = make_report(measured(*results))
    assert row(page, "stages", "right")[:2] == ["1", "25 %"]
    assert row(page, "stages", str(Stage.OTHER_SPAN))[:2] == ["2", "50 %"]
    assert row(page, "stages", str(Stage.ABSTAINED))[0] == "0"
    told = words(section(page, "stages").css_first("p"))
    assert told.startswith("Of 4 questions, 1 (25 %) were answered right")
    assert "read, another span preferred (2)" in told


def test_where_only_documents_are_labelled_a_failure_shows_the_ranking():
    lost = asked(
        1,
        Stage.NOT_READ,
        answers=None,
        scores={"nDCG@10": 0.2},
        relevant={"garden.md": 1, "lost.md": 2, "dull.md": 0},
        ranking=(
            *(RankedDocument(f"{n}.md", 1 - n / 100, None) for n in range(20)),
            RankedDocument("garden.md", 0.1, 1),
        ),
        passages=(),
    )
    page = make_report(measured(lost, answers={}, abstention={}))
    assert row(page, "stages", "retrieved, not read")[0] == "1"
    assert not section(page, "failures").css("mark")
    told = [words(one) for one in section(page, "failures").css("li")]
    assert told[:2] == ["garden.md rank 21", "lost.md not found"]
    assert told[2] == "0.md 1.000"
    assert len(told) == 7


def test_the_curve_of_risk_names_what_the_present_threshold_gives():
    results = (asked(0, None), asked(1, abstained=True), asked(2, None))
    told = words(section(make_report(measured(*results)), "risk").css_first("p"))
    assert "With the present threshold of 0.5, 67 % are answered, 0 % of them wrongly" in told
    assert "33 % of the answers would be wrong" in told


def test_what_the_present_threshold_gives_is_counted_and_not_read_off_a_curve_of_fewer_points():
    results = [
        asked(number, None, confidence=1 - number / 900, abstained=number > 670)
        for number in range(900)
    ]
    curve = thin_risk_coverage([r.confidence for r in results], [True] * 900)
    assert 671 / 900 not in {point.coverage for point in curve}
    page = make_report(measured(*results, config={"threshold": 0.255}, risk_coverage=curve))
    told = words(section(page, "risk").css_first("p"))
    assert told.endswith(
        "With the present threshold of 0.255, 75 % are answered, 0 % of them wrongly."
    )


def test_without_a_candidate_nothing_is_answered_whatever_the_threshold():
    lost = asked(1, prediction="", best="", confidence=0.0, abstained=True)
    page = make_report(
        measured(lost, config={"threshold": 0.0}, risk_coverage=(RiskPoint(1.0, 1.0, 0.0),))
    )
    told = words(section(page, "risk").css_first("p"))
    assert told.endswith("With the present threshold of 0, none is answered.")


def test_the_index_is_told_by_its_size_and_questions_by_their_time():
    page = make_report(measured())
    assert row(page, "how", "half of the questions")[0].startswith("within ")
    assert "3 documents, 7 passages, 13.2 GB" in section(page, "how").text()


def test_kinds_of_question_are_told_apart():
    page = make_report(measured())
    assert row(page, "kinds", "when") == ["2", "0.500", "1.000"]
    assert row(page, "kinds", "other") == ["1", "1.000", "–"]


def test_only_kinds_that_can_be_measured_are_counted():
    kinds = (*measured().kinds, KindFigures("unlabelled", 5, {}))
    told = words(section(make_report(measured(kinds=kinds)), "kinds").css_first("p"))
    assert "most frequent" not in told
    kinds = tuple(KindFigures(f"k{n}", 2, {"f1": 0.5}) for n in range(31))
    told = words(section(make_report(measured(kinds=kinds)), "kinds").css_first("p"))
    assert "The 30 most frequent of 31 kinds are shown." in told


# Comparison


def test_a_difference_is_told_by_its_size_before_its_significance():
    told = words(section(make_report(measured(), COMPARED), "comparison").css_first("p"))
    assert told == (
        "From bm25 to hybrid, f1 rises by 0.100 (0.500 to 0.600; 95 % interval of the difference "
        "+0.020 to +0.180): 12 questions better, 40 the same, 3 worse. "
        "That is more than chance (p = 0.030, corrected for all differences here)."
    )


def test_no_significance_is_claimed_for_one_question():
    lone = difference(low=None, high=None, p=None, p_corrected=None, wins=1, ties=0, losses=0)
    page = make_report(measured(), Comparison((lone,), ()))
    assert "chance" not in section(page, "comparison").text()
    assert row(page, "comparison", "f1")[3:] == ["–", "1 / 0 / 0", "–"]


def test_a_measure_of_which_less_is_better_is_not_called_worse_for_falling():
    fallen = difference(measure="ece", difference=-0.1, wins=0, ties=0, losses=0)
    comparison = section(make_report(measured(), Comparison((fallen,), ())), "comparison")
    assert comparison.css_first("circle").attributes["class"] == "right"
    assert "less is better" in comparison.css_first("tbody th").text()
    assert "worse" not in words(comparison.css_first("p"))


def test_changed_questions_stand_with_both_answers():
    page = make_report(measured(), COMPARED)
    assert [" ".join(cell.split()) for cell in row(page, "changed", "When was it planted?")] == [
        "f1: better",
        "nothing bm25 0.000",
        "2004 hybrid 1.000",
    ]


def test_thousands_of_changes_are_cut_which_is_said():
    many = Comparison((difference(),), (CHANGE,) * 3_000)
    changed = section(make_report(measured(), many), "changed")
    assert len(changed.css("tbody tr")) == 200
    assert len(changed.css("details tbody tr")) == 180
    assert words(changed.css_first("summary")) == (
        "2,980 more, of which the 180 greatest changes are listed"
    )


# Failures


def test_a_failure_shows_what_was_wanted_and_what_was_given():
    failure = section(make_report(measured()), "failures").css_first("details")
    facts = dict(
        zip(
            (dt.text() for dt in failure.css("dt")),
            (words(dd) for dd in failure.css("dd")),
            strict=True,
        )
    )
    assert facts["wanted"] == "2004"
    assert facts["given"] == "the gate confidence 0.300"
    assert failure.css_first("mark.wanted").text() == "2004"
    assert failure.css_first("mark.given").text() == "the gate"


def test_an_abstention_shows_what_was_held_back():
    held = asked(1, Stage.ABSTAINED, prediction="", best="2004", abstained=True)
    text = words(section(make_report(measured(held)), "failures").css_first("details"))
    assert "nothing; held back: 2004 confidence 0.300" in text


def test_each_stage_with_failures_is_a_choice_that_hides_the_others():
    page = make_report(measured(*(asked(n, stage) for n, stage in enumerate(Stage))))
    failures = section(page, "failures")
    rules = make_filter_rules()
    assert rules in page
    choices = [one.attributes["id"] for one in failures.css("input")]
    assert len(choices) == 1 + len(Stage)
    labels = {one.attributes["for"]: one.text() for one in failures.css("label")}
    for stage, choice in zip(Stage, choices[1:], strict=True):
        name = choice.removeprefix("show-")
        assert labels[choice] == f"{stage} (1)"
        assert f"#{choice}:checked ~ .list > :not(.{name})" in rules
        # The rule's selector finds the list, and in it all failures but this one.
        assert len(failures.css(f"#{choice} ~ .list > .{name}")) == 1
        assert len(failures.css(f"#{choice} ~ .list > :not(.{name})")) == len(Stage) - 1


def test_thousands_of_failures_stay_usable():
    results = [asked(n) for n in range(5_000)] + [asked(9_999, Stage.ABSENT)]
    page = make_report(measured(*results))
    failures = section(page, "failures")
    assert len(failures.css(".list > .other-span")) == MOST
    assert len(failures.css(".list > .absent")) == 1
    assert f"Of 5,001 failures {MOST + 1:,} are listed" in failures.css_first(".note").text()
    assert len(page) < 1_000_000


def test_a_question_of_ten_thousand_characters_is_cut_in_its_line():
    long = asked(1, question="why " * 2_500)
    failure = section(make_report(measured(long)), "failures").css_first("details")
    assert len(failure.css_first(".question").text()) <= 240
    assert len(failure.text()) < 4_000


def test_the_same_evaluation_gives_the_same_page():
    assert make_report(measured(), COMPARED) == make_report(measured(), COMPARED)


def test_a_real_run_fills_the_report(lines, notes, assistant):
    rows = (
        ("When was the pear tree planted?", ["2004"]),
        ("Who installed the boiler?", ["Hanna Voss"]),
        ("What colour is the gate?", []),
        ("How many windows face the lake?", ["nothing of the kind"]),
    )
    path = lines(
        *(
            json.dumps({"id": str(n), "question": question, "answers": answers})
            for n, (question, answers) in enumerate(rows)
        )
    )
    questions = QuestionSet.load(path)
    retriever = Retriever(notes)
    hybrid = evaluate(questions, retriever, assistant=assistant)
    bm25 = evaluate(questions, retriever, assistant=assistant, mode="bm25")
    page = make_report(hybrid, compare(bm25, hybrid))
    for name, estimate in hybrid.measures.items():
        assert row(page, "measures", name)[0] == f"{estimate.value:.4f}"
    for stage, count in hybrid.stages.items():
        assert row(page, "stages", str(stage))[0] == str(count)
    assert len(section(page, "comparison").css("tbody tr")) >= 4
    assert "nothing of the kind" in section(page, "failures").text()
