"""Replies, hits and reports as the objects that `--json` prints."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from index import Document, Failure, Hit, Report, Span, Status
from qa import Answer, Reply


def reply_record(reply: Reply) -> dict[str, Any]:
    """The object of `ask --json`."""
    return {
        "question": reply.question,
        "resolved_question": reply.resolved_question,
        "answered": reply.answered,
        "off_topic": reply.off_topic,
        "answers": [answer_record(answer) for answer in reply.answers],
        "passages": [hit_record(hit) for hit in reply.hits],
        "threshold": reply.threshold,
        "timings_ms": dict(reply.timings_ms),
    }


def answer_record(answer: Answer) -> dict[str, Any]:
    """One answer; the text of each span is the document's own."""
    return {
        "text": answer.text,
        "form": answer.form,
        "document": answer.document.path,
        "start": answer.span.start,
        "end": answer.span.end,
        "spans": _span_records(answer, answer.spans),
        "evidence": _span_records(answer, answer.evidence),
        "sentence_start": answer.sentence.start,
        "sentence_end": answer.sentence.end,
        "page": answer.page,
        "heading": answer.heading,
        "score": answer.score,
        "confidence": answer.confidence,
        "stale": answer.stale,
    }


def _span_records(answer: Answer, spans: Iterable[Span]) -> list[dict[str, Any]]:
    return [
        {"start": span.start, "end": span.end, "text": answer.hit.passage.quote(span)}
        for span in spans
    ]


def hit_record(hit: Hit) -> dict[str, Any]:
    """One passage."""
    return {
        "document": hit.document.path,
        "start": hit.passage.span.start,
        "end": hit.passage.span.end,
        "text": hit.passage.text,
        "page": hit.passage.page,
        "heading": hit.passage.heading,
        "score": hit.score,
        "scores": dict(hit.scores),
        "stale": hit.stale,
    }


def document_record(document: Document) -> dict[str, Any]:
    """One document of `list --json`."""
    return {"path": document.path, "title": document.title}


def report_record(report: Report) -> dict[str, Any]:
    """What a run of indexing did."""
    return {
        "added": report.added,
        "updated": report.updated,
        "moved": report.moved,
        "removed": report.removed,
        "unchanged": report.unchanged,
        "skipped": _failure_records(report.skipped.listed),
        "skipped_by_reason": report.skipped.reasons,
        "failed": _failure_records(report.failed),
    }


def status_record(status: Status) -> dict[str, Any]:
    """What is in an index."""
    return {
        "index": status.path,
        "documents": status.documents,
        "passages": status.passages,
        "vectors": status.vectors,
        "model": status.model,
        "outdated": status.outdated,
        "bytes": status.bytes,
        "waiting": status.waiting,
        "to_reread": status.to_reread,
        "folders": list(status.folders),
        "stale": list(status.stale),
        "gone": list(status.gone),
        "new": list(status.new),
        "failed": _failure_records(status.failed),
        "removed": list(status.removed),
        "threshold": status.threshold,
    }


def print_json(value: object, *, lines: bool = False) -> None:
    """Print one object: over several lines, or as one of many lines."""
    # Escaped to ASCII: file names need not be valid Unicode.
    print(json.dumps(value, indent=None if lines else 2))


def _failure_records(failures: Iterable[Failure]) -> list[dict[str, str]]:
    return [{"path": each.path, "reason": each.reason} for each in failures]
