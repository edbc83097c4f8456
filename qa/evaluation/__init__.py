"""Evaluation: question sets in; figures that can be trusted, and what went wrong, out.

from qa.evaluation import QuestionSet, compare, evaluate

questions = QuestionSet.load("questions.jsonl")
hybrid = evaluate(questions, Retriever(index))
bm25 = evaluate(questions, Retriever(index), mode="bm25")
hybrid.answers["f1"].value, compare(bm25, hybrid).differences
"""

from __future__ import annotations

from qa.evaluation.measuring.abstention import ABSTENTION_MEASURES, LESS_IS_BETTER
from qa.evaluation.measuring.comparison import CannotCompare, ConfigurationScores, compare
from qa.evaluation.measuring.corpora import CorpusIndex, open_corpus
from qa.evaluation.measuring.evaluate import evaluate
from qa.evaluation.measuring.promises import (
    NoPromise,
    check_enough_to_promise,
    fit_promise,
)
from qa.evaluation.measuring.results import (
    MAIN_MEASURES,
    Comparison,
    Difference,
    Estimate,
    Evaluation,
    QuestionResult,
    Stage,
)
from qa.evaluation.measuring.retrieval import UnknownMeasure, find_measure
from qa.evaluation.measuring.runs import write_predictions, write_qrels, write_run
from qa.evaluation.measuring.summary import ANSWER_MEASURES
from qa.evaluation.measuring.thresholds import (
    FittedThreshold,
    TooFewQuestions,
    check_enough,
    fit_threshold,
)
from qa.evaluation.question_sets.check import check_question_set
from qa.evaluation.question_sets.question import Corpus, Question
from qa.evaluation.question_sets.question_set import QuestionSet, read_question_set
from qa.evaluation.question_sets.reading import BadQuestionSet, Problem
from qa.evaluation.report.write import explain, write_report

__all__ = [
    "ABSTENTION_MEASURES",
    "ANSWER_MEASURES",
    "LESS_IS_BETTER",
    "MAIN_MEASURES",
    "BadQuestionSet",
    "CannotCompare",
    "Comparison",
    "ConfigurationScores",
    "Corpus",
    "CorpusIndex",
    "Difference",
    "Estimate",
    "Evaluation",
    "FittedThreshold",
    "NoPromise",
    "Problem",
    "Question",
    "QuestionResult",
    "QuestionSet",
    "Stage",
    "TooFewQuestions",
    "UnknownMeasure",
    "check_enough",
    "check_enough_to_promise",
    "check_question_set",
    "compare",
    "evaluate",
    "explain",
    "find_measure",
    "fit_promise",
    "fit_threshold",
    "open_corpus",
    "read_question_set",
    "write_predictions",
    "write_qrels",
    "write_report",
    "write_run",
]
