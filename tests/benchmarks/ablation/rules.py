"""The rules of answering and of follow-ups, each with its switch."""

from __future__ import annotations

import math
from typing import Any

from qa.answering.quoting.evidence import cover_spans
from qa.answering.quoting.lists import find_own_items
from qa.answering.tables.ranges import RangeMatch
from tests.benchmarks.ablation.switching import NOTHING, Replacement, Rule, always, argument

_ASKED, _NOT_ASKED = always(True), always(False)


def _rule(name: str, *replacements: tuple[str, str, Any]) -> Rule:
    return Rule(name, tuple(Replacement(*each) for each in replacements))


def _keep_bounds(_text: str, start: int, end: int, *_: Any) -> tuple[int, int]:
    return start, end


def _keep_rows(_table: Any, kept: list[int], _asked: Any) -> tuple[list[int], set[int]]:
    return kept, set()


def _quote_only(text: str, scored: Any, quoted: Any, gap: float, **_: Any) -> Any:
    """The evidence is the best sentence, or the ones that hold what is quoted."""
    if not quoted:
        return (max(scored, key=lambda each: each.score).span,)
    holding = [s.span for s in scored if any(span.overlaps(s.span) for span in quoted)]
    return cover_spans(holding, quoted) if holding else tuple(quoted)


def _own_items(hit: Any, item: Any) -> Any:
    """The list as far as it is in the passage that was found."""
    return find_own_items(hit.passage, item)


CUES = (
    _rule("cue: list", ("question_form", "_LIST", NOTHING)),
    _rule("cue: yes or no", ("question_form", "_VERDICT", NOTHING)),
    _rule('cue: "or" offers a choice', ("question_form", "_CHOICE", NOTHING)),
    _rule("cue: definition", ("question_form", "_DEFINITION", NOTHING)),
    _rule("cue: explanation", ("question_form", "_EXPLANATION", NOTHING)),
    _rule("cue: instructions", ("question_form", "_INSTRUCTIONS", NOTHING)),
    _rule("cue: comparison", ("question_form", "_COMPARISON", NOTHING)),
    _rule("only the last sentence asks", ("question_form", "_find_last_sentence", argument(0))),
)

READING = (
    _rule(
        "passages far behind are not read",
        ("answering.ranking", "choose_hits_to_read", argument(0)),
    ),
    _rule("at least three passages are read", ("answering.ranking", "PASSAGES_READ_ALWAYS", 1)),
    _rule("reranking stops early", ("answering.ranking", "HIGH_RANKING", 1000.0)),
    _rule(
        "retrieval with the question before",
        ("answering.pipeline", "RANKING_IN_CONTEXT", -math.inf),
    ),
    _rule("misspellings are corrected", ("answering.retrieving", "correct_question", argument(1))),
    _rule(
        "guard of language: spelling, off the topic",
        ("answering.retrieving", "detect_language", always("en")),
        ("answering.topic", "detect_language", always("en")),
    ),
)

TIDYING = (
    _rule("tidying, all", ("answering.spans", "tidy_span", argument(1))),
    _rule("tidying: whole words", ("answering.spans", "_is_inside_word", _NOT_ASKED)),
    _rule("tidying: punctuation", ("answering.spans", "_strip_punctuation", _keep_bounds)),
    _rule("tidying: whole names", ("answering.spans", "_complete_names", _keep_bounds)),
    _rule("tidying: whole addresses", ("answering.spans", "_complete_address", _keep_bounds)),
)

QUOTING = (
    _rule("the same answer is added up", ("answering.candidates", "normalize", always(""))),
    _rule(
        "the passage nearest in meaning",
        ("answering.candidates", "_find_similarity_gaps", lambda read: [0.0] * len(read)),
    ),
    _rule("all numbered steps", ("answering.quoting.lists", "find_steps", always(None))),
    _rule(
        "the next paragraph takes back",
        ("answering.quoting.evidence", "find_limit_below", always(None)),
    ),
    _rule("evidence: neighbours", ("answering.quoting.evidence", "choose_evidence", _quote_only)),
    _rule("list: in other passages", ("answering.quoting.lists", "find_whole_list", _own_items)),
    _rule(
        "evidence: sentences that go together",
        ("answering.quoting.evidence", "_go_together", _NOT_ASKED),
    ),
    _rule("list: members", ("answering.quoting.lists", "find_members", always(None))),
    _rule("list: items that rival", ("answering.quoting.lists", "find_rival_items", always(None))),
    _rule("list: names of items", ("answering.quoting.lists", "find_item_names", always(()))),
    _rule("list: to its end", ("answering.quoting.lists", "extend_to_list_end", argument(1))),
    _rule(
        "ranges",
        ("answering.tables.ranges", "keep_rows_in_range", lambda _, read: list(read)),
        ("answering.tables.ranges", "match_ranges", always(RangeMatch())),
    ),
    _rule(
        "rows: named by numbers and codes",
        ("answering.tables.named_rows", "find_named_columns", lambda *_: set()),
    ),
    _rule("rows by condition", ("answering.quoting.draft_answers", "draft_rows", always(None))),
    _rule("rows: yes or no", ("answering.tables.table_rows", "_match_flags", _keep_rows)),
    _rule("rows: values", ("answering.tables.table_rows", "_match_values", _keep_rows)),
    _rule("rows: superlatives", ("answering.tables.table_rows", "_find_extreme", always(([], -1)))),
    _rule(
        "rows: about what is asked", ("answering.tables.table_rows", "_find_rows_about", always([]))
    ),
)

CONFIDENCE = (
    _rule(
        "unmentioned names",
        ("answering.confidence_features", "find_unmentioned_names", always(())),
    ),
    _rule(
        "off the topic: next to impossible", ("answering.topic", "bound_confidence", argument(0))
    ),
)

FOLLOW_UPS = (
    _rule(
        "follow-ups, all",
        ("conversation.resolving", "_find_left_out", always([])),
    ),
    _rule(
        "a part takes the question before", ("conversation.resolving", "is_elliptical", _NOT_ASKED)
    ),
    _rule(
        "a part changes the question before",
        ("conversation.resolving", "change_question", always(None)),
    ),
    _rule("another topic is forgotten", ("conversation.resolving", "_NEW_TOPIC", -math.inf)),
    _rule("courtesy", ("conversation.resolving", "strip_courtesy", argument(0))),
    _rule("only English is resolved", ("conversation.resolving", "_is_english", _ASKED)),
    _rule("phrases", ("conversation.resolving", "extract_phrases", always([]))),
    _rule(
        "phrase: widened",
        ("conversation.resolving", "_widen", lambda _words, begin, end, _: (begin, end)),
    ),
)

RULES = (*CUES, *READING, *TIDYING, *QUOTING, *CONFIDENCE, *FOLLOW_UPS)
