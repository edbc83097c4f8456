"""Replies, hits and reports as plain objects: they keep what they promise, field by field."""

import json
from dataclasses import replace

import msgspec
import pytest

from index import Document, Failure, Hit, Passage, Properties, Report, Span
from index.reports import Skipped
from qa import Answer, Reply, encode_hit, encode_reply, encode_report, encode_search
from qa.records import HitRecord, ReplyRecord, ReportRecord, SearchRecord

TEXT = "The pear tree was planted in 2004. It bears fruit."
HIT = Hit(
    Passage(3, Span(100, 100 + len(TEXT)), TEXT, headings=("Garden",)),
    Document(1, "/notes/garden.md", None),
    0.9,
    {"bm25": 4.0},
)
ANSWER = Answer(
    text="2004",
    span=Span(129, 133),
    spans=(Span(129, 133),),
    sentence=Span(100, 134),
    sentence_text=TEXT[:34],
    document=HIT.document,
    page=None,
    heading="Garden",
    score=0.5,
    confidence=0.8,
    stale=False,
    hit=HIT,
)
REPLY = Reply("When?", "When was it planted?", True, (ANSWER,), (HIT,), 0.3, {"total": 1.0})
REPORT = Report(
    added=1, skipped=Skipped({"hidden": 2}, [Failure("/notes/.a", "hidden")]), failed=[]
)


@pytest.mark.parametrize(
    ("record", "kind"),
    [
        (encode_reply(REPLY), ReplyRecord),
        (encode_hit(HIT), HitRecord),
        (encode_search("When?", [HIT]), SearchRecord),
        (encode_report(REPORT), ReportRecord),
    ],
)
def test_a_record_has_the_fields_of_its_kind_and_no_others(record, kind):
    assert msgspec.convert(json.loads(json.dumps(record)), kind, strict=True) == record
    assert set(record) == set(kind.__annotations__)


def test_a_passage_says_what_of_it_was_hard_to_read():
    start = HIT.passage.span.start
    properties = Properties(doubtful=((0, start + 5), (start + 9, start + 12)))
    hit = replace(HIT, document=replace(HIT.document, properties=properties))
    assert encode_hit(HIT)["doubtful"] == []
    assert encode_hit(hit)["doubtful"] == [
        {"start": start, "end": start + 5, "text": TEXT[:5]},
        {"start": start + 9, "end": start + 12, "text": TEXT[9:12]},
    ]


def test_the_text_of_a_span_is_what_stands_there_in_the_document():
    [answer] = encode_reply(REPLY)["answers"]
    for span in [*answer["spans"], *answer["evidence"]]:
        assert TEXT[span["start"] - 100 : span["end"] - 100] == span["text"]
