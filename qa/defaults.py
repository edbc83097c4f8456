"""The options of answering and evaluation, and their defaults.

Imports nothing heavy: the help of the command line names these values.
"""

from __future__ import annotations

from typing import Literal, get_args

from index import Mode

# Passages read for a question, at most: more find more answers, and take longer. Of 564 questions
# on real documents a passage that answers is read for .853 with 8, in 185 ms, and for .871 with 12,
# in 199 ms.
PASSAGES_READ = 12
# Those after the first few are left unread where they stand further behind the best one, in log
# odds after ranking. Where eight were read at most, on 228 questions on real documents and on 400
# of SQuAD, what is quoted and how surely stayed the same, and a quarter to a half of the passages
# were left unread.
PASSAGES_READ_ALWAYS = 3
FURTHEST_BEHIND = 4.0
# Passages that are ranked by the reader, or by a reranker of one's own, at most; the others follow
# in the retriever's order.
PASSAGES_RANKED = 16
# After the first few, more are ranked only if the next one would overtake the best with a high
# score, which goes up to 11. With a reranker of its own, on the same questions, 9 to 11 of 16 were
# ranked, and what is quoted stayed as it was but for two of 628.
PASSAGES_RANKED_ALWAYS = 6
PASSAGES_RANKED_AT_ONCE = 4
HIGH_RANKING = 7.0
# Passages looked up for a question: all that are ranked.
PASSAGES_RETRIEVED = PASSAGES_RANKED

# Of a question with another one before it these are looked for in that context, too. They count
# if even the best passage is ranked lower than this for the question by itself: of
# 39 follow-ups, 22 are then answered right in place of 19, and of 160 questions after one on
# something else as many as before; without this bound, 23 and 3 fewer.
PASSAGES_FROM_CONTEXT = 6
RANKING_IN_CONTEXT = 0.0

# How an evaluation ranks documents: as a search does, or in the order after reading.
RankingMode = Literal[Mode, "reranked"]
RANKING_MODES: tuple[RankingMode, ...] = get_args(RankingMode)

# What an evaluation reads: what is found in all documents, or each question's own document.
EvaluationSetting = Literal["open", "reading"]
EVALUATION_SETTINGS: tuple[EvaluationSetting, ...] = get_args(EvaluationSetting)
DEFAULT_EVALUATION_SETTING: EvaluationSetting = "open"

# Documents ranked for a question of an evaluation.
DOCUMENTS_RANKED = 100

# How citations are written.
CitationFormat = Literal["markdown", "json", "bibtex", "csl"]
CITATION_FORMATS: tuple[CitationFormat, ...] = get_args(CitationFormat)

# The words that a quotation of somebody else's text has at least, and what it is: what is shorter
# is a title, a term or irony.
FEWEST_WORDS = 4
QuotationStatus = Literal["verbatim", "altered", "not found"]


def never() -> bool:
    """The `cancelled` of a question that nobody withdraws."""
    return False
