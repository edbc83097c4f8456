"""Questions in, answers out: quoted from the documents of an index, or an honest no.

from index import Index, Retriever
from qa import Assistant

reply = Assistant(Retriever(Index.open("notes.index"))).ask("when did the museum open?")
reply.answered, reply.answers[0].text
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import index

if Path(index.__file__ or "").parent.parent != Path(__file__).parent.parent:
    raise ImportError(
        f"{index.__file__} hides Quoteback's own package `index`: "
        f"rename it, or run from another folder"
    )

from index.lazy_names import export_lazily

if TYPE_CHECKING:
    from index import Cancelled as Cancelled
    from qa.answering.answers import (
        Answer as Answer,
        ConsideredPassage as ConsideredPassage,
        Reply as Reply,
    )
    from qa.answering.calibration import Calibration as Calibration
    from qa.assistant import Assistant as Assistant
    from qa.citations import (
        Citation as Citation,
        cite_answer as cite_answer,
        cite_hit as cite_hit,
        cite_match as cite_match,
        escape_markdown as escape_markdown,
        format_citations as format_citations,
        link_to_place as link_to_place,
    )
    from qa.defaults import (
        CITATION_FORMATS as CITATION_FORMATS,
        DEFAULT_EVALUATION_SETTING as DEFAULT_EVALUATION_SETTING,
        DOCUMENTS_RANKED as DOCUMENTS_RANKED,
        EVALUATION_SETTINGS as EVALUATION_SETTINGS,
        FEWEST_WORDS as FEWEST_WORDS,
        PASSAGES_READ as PASSAGES_READ,
        RANKING_MODES as RANKING_MODES,
        EvaluationSetting as EvaluationSetting,
        RankingMode as RankingMode,
    )
    from qa.display import (
        counted as counted,
        visible as visible,
    )
    from qa.passage_text import ModelPassage as ModelPassage
    from qa.quotations.checking import (
        CheckedQuotation as CheckedQuotation,
        Match as Match,
        check_quotations as check_quotations,
    )
    from qa.quotations.finding import Quotation as Quotation, find_quotations as find_quotations
    from qa.reader.reading import Reader as Reader, Reading as Reading, ScoredSpan as ScoredSpan
    from qa.records import (
        encode_answer as encode_answer,
        encode_check as encode_check,
        encode_cost as encode_cost,
        encode_document as encode_document,
        encode_hit as encode_hit,
        encode_promise as encode_promise,
        encode_quotation as encode_quotation,
        encode_reply as encode_reply,
        encode_report as encode_report,
        encode_search as encode_search,
        encode_status as encode_status,
    )
    from qa.samples import sample_folder as sample_folder, sample_questions as sample_questions
    from qa.version import VERSION as VERSION
else:
    __all__, __getattr__, __dir__ = export_lazily(
        __name__,
        {
            "index": "Cancelled",
            "qa.answering.answers": "Answer ConsideredPassage Reply",
            "qa.answering.calibration": "Calibration",
            "qa.assistant": "Assistant",
            "qa.citations": (
                "Citation cite_answer cite_hit cite_match escape_markdown format_citations "
                "link_to_place"
            ),
            "qa.defaults": (
                "CITATION_FORMATS DEFAULT_EVALUATION_SETTING DOCUMENTS_RANKED EVALUATION_SETTINGS "
                "FEWEST_WORDS PASSAGES_READ RANKING_MODES EvaluationSetting RankingMode"
            ),
            "qa.display": "counted visible",
            "qa.passage_text": "ModelPassage",
            "qa.quotations.checking": "CheckedQuotation Match check_quotations",
            "qa.quotations.finding": "Quotation find_quotations",
            "qa.reader.reading": "Reader Reading ScoredSpan",
            "qa.records": (
                "encode_answer encode_check encode_cost encode_document encode_hit encode_promise "
                "encode_quotation encode_reply encode_report encode_search encode_status"
            ),
            "qa.samples": "sample_folder sample_questions",
            "qa.version": "VERSION",
        },
    )
