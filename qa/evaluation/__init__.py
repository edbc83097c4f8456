"""Evaluation: question sets in; figures that can be trusted, and what went wrong, out.

from qa.evaluation import QuestionSet, compare, evaluate

questions = QuestionSet.load("questions.jsonl")
hybrid = evaluate(questions, Retriever(index))
bm25 = evaluate(questions, Retriever(index), mode="bm25")
hybrid.answers["f1"].value, compare(bm25, hybrid).differences
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qa.evaluation.abstention import ABSTENTION_MEASURES, LESS_IS_BETTER
    from qa.evaluation.asking import Mode, Setting
    from qa.evaluation.checking import check
    from qa.evaluation.comparison import CannotCompare, Scored, compare
    from qa.evaluation.corpora import CorpusIndex, open_corpus
    from qa.evaluation.evaluating import evaluate
    from qa.evaluation.explanations import explain
    from qa.evaluation.predictions import write_predictions
    from qa.evaluation.question_sets import (
        BadQuestionSet,
        Corpus,
        Problem,
        Question,
        QuestionSet,
        read_question_set,
    )
    from qa.evaluation.report import write_report
    from qa.evaluation.results import (
        Comparison,
        Difference,
        Estimate,
        Evaluation,
        QuestionResult,
        Stage,
    )
    from qa.evaluation.retrieval import UnknownMeasure, measure_named
    from qa.evaluation.runs import write_qrels, write_run
    from qa.evaluation.summary import ANSWER_MEASURES
    from qa.evaluation.thresholds import (
        FittedThreshold,
        TooFewQuestions,
        check_enough,
        fit_threshold,
    )

# Imported when first used, since answers themselves need the rules of SQuAD.
_LAZY = {
    "Mode": "asking",
    "Setting": "asking",
    "check": "checking",
    "CannotCompare": "comparison",
    "Scored": "comparison",
    "compare": "comparison",
    "CorpusIndex": "corpora",
    "open_corpus": "corpora",
    "evaluate": "evaluating",
    "BadQuestionSet": "question_sets",
    "Corpus": "question_sets",
    "Problem": "question_sets",
    "Question": "question_sets",
    "QuestionSet": "question_sets",
    "read_question_set": "question_sets",
    "Comparison": "results",
    "Difference": "results",
    "Estimate": "results",
    "Evaluation": "results",
    "QuestionResult": "results",
    "Stage": "results",
    "UnknownMeasure": "retrieval",
    "write_qrels": "runs",
    "write_run": "runs",
    "FittedThreshold": "thresholds",
    "TooFewQuestions": "thresholds",
    "check_enough": "thresholds",
    "fit_threshold": "thresholds",
    "explain": "explanations",
    "write_predictions": "predictions",
    "write_report": "report",
    "ANSWER_MEASURES": "summary",
    "ABSTENTION_MEASURES": "abstention",
    "LESS_IS_BETTER": "abstention",
    "measure_named": "retrieval",
}

__all__ = [
    "ABSTENTION_MEASURES",
    "ANSWER_MEASURES",
    "LESS_IS_BETTER",
    "BadQuestionSet",
    "CannotCompare",
    "Comparison",
    "Corpus",
    "CorpusIndex",
    "Difference",
    "Estimate",
    "Evaluation",
    "FittedThreshold",
    "Mode",
    "Problem",
    "Question",
    "QuestionResult",
    "QuestionSet",
    "Scored",
    "Setting",
    "Stage",
    "TooFewQuestions",
    "UnknownMeasure",
    "check",
    "check_enough",
    "compare",
    "evaluate",
    "explain",
    "fit_threshold",
    "measure_named",
    "open_corpus",
    "read_question_set",
    "write_predictions",
    "write_qrels",
    "write_report",
    "write_run",
]


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(import_module(f"qa.evaluation.{_LAZY[name]}"), name)
    raise AttributeError(f"module 'qa.evaluation' has no attribute {name!r}")
