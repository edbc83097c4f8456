"""Evaluation: question sets in; figures that can be trusted, and what went wrong, out.

from qa.evaluation import QuestionSet, compare, evaluate

questions = QuestionSet.load("questions.jsonl")
hybrid = evaluate(questions, Retriever(index))
bm25 = evaluate(questions, Retriever(index), mode="bm25")
hybrid.answers["f1"].value, compare(bm25, hybrid).differences
"""

from __future__ import annotations

from qa.evaluation.measuring.comparison import (
    CannotCompare as CannotCompare,
    ConfigurationScores as ConfigurationScores,
    compare as compare,
)
from qa.evaluation.measuring.corpora import CorpusIndex as CorpusIndex, open_corpus as open_corpus
from qa.evaluation.measuring.evaluate import evaluate as evaluate
from qa.evaluation.measuring.results import (
    MAIN_MEASURES as MAIN_MEASURES,
    Comparison as Comparison,
    Difference as Difference,
    Estimate as Estimate,
    Evaluation as Evaluation,
    QuestionResult as QuestionResult,
    Stage as Stage,
)
from qa.evaluation.measuring.retrieval import (
    UnknownMeasure as UnknownMeasure,
    find_measure as find_measure,
    write_predictions as write_predictions,
    write_qrels as write_qrels,
    write_run as write_run,
)
from qa.evaluation.measuring.summary import (
    ABSTENTION_MEASURES as ABSTENTION_MEASURES,
    ANSWER_MEASURES as ANSWER_MEASURES,
    LESS_IS_BETTER as LESS_IS_BETTER,
)
from qa.evaluation.measuring.thresholds import (
    FittedThreshold as FittedThreshold,
    NoPromise as NoPromise,
    TooFewQuestions as TooFewQuestions,
    check_enough as check_enough,
    check_enough_to_promise as check_enough_to_promise,
    fit_promise as fit_promise,
    fit_threshold as fit_threshold,
)
from qa.evaluation.question_sets.labels import check_question_set as check_question_set
from qa.evaluation.question_sets.question import Corpus as Corpus, Question as Question
from qa.evaluation.question_sets.question_set import (
    QuestionSet as QuestionSet,
    list_question_files as list_question_files,
    read_question_set as read_question_set,
)
from qa.evaluation.question_sets.reading import BadQuestionSet as BadQuestionSet, Problem as Problem
from qa.evaluation.report.write import explain as explain, make_report as make_report
