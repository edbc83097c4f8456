"""Questions in, answers out: quoted from the documents of an index, or an honest no.

from index import Index, Retriever
from qa import Assistant

reply = Assistant(Retriever(Index.open("notes.index"))).ask("when did the museum open?")
reply.answered, reply.answers[0].text
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import index

if Path(index.__file__ or "").parent.parent != Path(__file__).parent.parent:
    raise ImportError(
        f"{index.__file__} hides Quoteback's own package `index`: "
        f"rename it, or run from another folder"
    )

if TYPE_CHECKING:
    from index import Cancelled
    from qa.answering.answers import Answer, ConsideredPassage, Reply
    from qa.answering.confidence.calibration import Calibration
    from qa.assistant import Assistant
    from qa.citations import (
        Citation,
        cite_answer,
        cite_hit,
        escape_markdown,
        format_citations,
        link_to_place,
    )
    from qa.defaults import (
        CITATION_FORMATS,
        DEFAULT_EVALUATION_SETTING,
        DOCUMENTS_RANKED,
        EVALUATION_SETTINGS,
        PASSAGES_READ,
        RANKING_MODES,
        EvaluationSetting,
        RankingMode,
    )
    from qa.display import counted, visible
    from qa.networks.passage_text import ModelPassage, find_cells
    from qa.reader.reading import Reader, Reading, ScoredSpan
    from qa.records import (
        encode_answer,
        encode_cost,
        encode_document,
        encode_hit,
        encode_reply,
        encode_report,
        encode_search,
        encode_status,
    )
    from qa.samples import sample_folder, sample_questions
    from qa.version import VERSION

__all__ = [
    "CITATION_FORMATS",
    "DEFAULT_EVALUATION_SETTING",
    "DOCUMENTS_RANKED",
    "EVALUATION_SETTINGS",
    "PASSAGES_READ",
    "RANKING_MODES",
    "VERSION",
    "Answer",
    "Assistant",
    "Calibration",
    "Cancelled",
    "Citation",
    "ConsideredPassage",
    "EvaluationSetting",
    "ModelPassage",
    "RankingMode",
    "Reader",
    "Reading",
    "Reply",
    "ScoredSpan",
    "cite_answer",
    "cite_hit",
    "counted",
    "encode_answer",
    "encode_cost",
    "encode_document",
    "encode_hit",
    "encode_reply",
    "encode_report",
    "encode_search",
    "encode_status",
    "escape_markdown",
    "find_cells",
    "format_citations",
    "link_to_place",
    "sample_folder",
    "sample_questions",
    "visible",
]

# Imported when first used: most programs and commands need a few of these.
_LAZY = {
    "Cancelled": "index",
    "Answer": "qa.answering.answers",
    "ConsideredPassage": "qa.answering.answers",
    "Reply": "qa.answering.answers",
    "Calibration": "qa.answering.confidence.calibration",
    "Assistant": "qa.assistant",
    "Citation": "qa.citations",
    "cite_answer": "qa.citations",
    "cite_hit": "qa.citations",
    "escape_markdown": "qa.citations",
    "format_citations": "qa.citations",
    "link_to_place": "qa.citations",
    "CITATION_FORMATS": "qa.defaults",
    "DEFAULT_EVALUATION_SETTING": "qa.defaults",
    "DOCUMENTS_RANKED": "qa.defaults",
    "PASSAGES_READ": "qa.defaults",
    "RANKING_MODES": "qa.defaults",
    "EVALUATION_SETTINGS": "qa.defaults",
    "RankingMode": "qa.defaults",
    "EvaluationSetting": "qa.defaults",
    "counted": "qa.display",
    "visible": "qa.display",
    "ModelPassage": "qa.networks.passage_text",
    "find_cells": "qa.networks.passage_text",
    "Reader": "qa.reader.reading",
    "Reading": "qa.reader.reading",
    "ScoredSpan": "qa.reader.reading",
    "encode_answer": "qa.records",
    "encode_cost": "qa.records",
    "encode_document": "qa.records",
    "encode_hit": "qa.records",
    "encode_reply": "qa.records",
    "encode_report": "qa.records",
    "encode_search": "qa.records",
    "encode_status": "qa.records",
    "sample_folder": "qa.samples",
    "sample_questions": "qa.samples",
    "VERSION": "qa.version",
}


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'qa' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
