"""Every measure in one line, for a person who has never heard of it."""

from __future__ import annotations

import re

_RETRIEVAL = {
    "nDCG": "how near {first} come to the ideal order, where the best stand first",
    "RR": "1 divided by the rank of the first relevant document (1, 1/2, 1/3, …){zero}",
    "R": "share of the relevant documents that are among {first}",
    "AP": "share of relevant documents down to each of them, averaged: the whole order in a figure",
    "P": "share of {first} that are relevant",
    "Success": "share of questions with a relevant document among {first}",
    "Rprec": "share of relevant ones among the first so many as there are relevant documents",
    "Bpref": "how seldom documents judged not relevant come before relevant ones",
    "Judged": "share of {first} that anybody has judged",
    "ERR": "how soon a reader who stops at what satisfies finds it among {first}",
    "SetP": "share of {first} that are relevant",
    "SetR": "share of the relevant documents that are among {first}",
    "SetF": "SetP and SetR in a figure: their harmonic mean",
}
_FIRST_ALONE = {
    "R": "share of the relevant documents that come first: at most one for each question",
    **dict.fromkeys(("P", "RR", "Success"), "share of questions whose first document is relevant"),
    "nDCG": "how near the first document comes to the best that could stand there",
}
_ANSWERS = {
    "exact_match": "share answered in the words of a right answer (by silence, if there is none)",
    "f1": "words shared with the right answer: 1 for all of them and no others, 0 for none",
    "best_exact_match": "exact_match of the answerable questions, had none been held back",
    "best_f1": "f1 of the answerable questions, had none been held back",
    "evidence_f1": "words that what is highlighted shares with the labelled evidence",
    "answered": "share of questions that were answered at all",
}
_ABSTENTION = {
    "auroc": "how often confidence tells answerable from unanswerable; .5 is chance",
    "ece": "how far confidence is from the share that is right; less is better",
    "aurc": "share of wrong answers among the surest 1, 2, 3, …, averaged; less is better",
}
_COVERAGE = re.compile(r"accuracy@(\d+)%")
_NAME = re.compile(r"(\w+)(?:\(.*\))?(?:@(\d+))?")


def explain(measure: str) -> str:
    """One line that says what a measure measures."""
    if text := {**_ANSWERS, **_ABSTENTION}.get(measure):
        return text
    if coverage := _COVERAGE.fullmatch(measure):
        return f"share of right answers among the surest {coverage[1]} % of the questions"
    import ir_measures

    # By its first name: MAP is AP.
    named = _NAME.fullmatch(str(ir_measures.parse_measure(measure)))
    if named is None or named[1] not in _RETRIEVAL:
        return "a measure of ir-measures, as documented there"
    depth = named[2]
    if depth == "1" and named[1] in _FIRST_ALONE:
        return _FIRST_ALONE[named[1]]
    first = "the first document" if depth == "1" else f"the first {depth} documents"
    return _RETRIEVAL[named[1]].format(
        first=first if depth else "all documents found",
        zero=f"; 0 where there is none among {first}" if depth else "",
    )
