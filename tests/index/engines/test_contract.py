"""What every engine keeps: the same tests run on each."""

import json
import os
import re
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import (
    Content,
    Filter,
    Index,
    IndexInUse,
    MissingPath,
    NotAnIndex,
    OtherFormat,
    OtherModel,
    OtherVersion,
    Properties,
    QuotebackError,
    Retriever,
    Span,
    measure_cost,
)
from index.documents import Block, Blocks, Heading, Mark, Table
from index.engines.changes import Copy, Move, PutFailure, Remove, Touch
from index.engines.registry import find_engine, holds_documents
from index.filesystem import locking, seal
from index.filesystem.freshness import FailedFile, FileState, Stamp
from index.locations import read_location
from index.reports import ignore_progress
from index.text.plain_blocks import complete_blocks
from tests.support.encoders import NewerWords, WordEncoder
from tests.support.engine_changes import commit, make_put
from tests.support.packed_files import message

MODES = ("hybrid", "dense", "bm25")
STAMP = Stamp(7, 10**18, 10**18 + 1)
# Names and texts that mean something to SQL, to filter expressions, or to nobody.
HOSTILE = [
    "'; DROP TABLE passages; --",
    '" or "" == "',
    "%_\\%\\_%",
    "a\\'b\\\\'",
    "$$ $1 %s {0} :name ?",
    "/* */ -- # ;",
    "nul\x00inside \x01\x1b[31m",
    "back\\slash\nnew\tline",
    "\u202eevil \udcff byte \U0010ffff",
    "x" * 5_000,
    "ß İ ı ﬁ Å Å 文書 😀",
    "AND OR NOT NEAR( *:* [a TO b] ~2 ^3",
    "path like '%' && id >= 0",
]


def found(index, question, mode="hybrid", k=10, **options):
    return [hit.passage.text for hit in Retriever(index).search(question, k, mode, **options)]


def paths_found(index, question, mode="hybrid", **options):
    return {hit.document.path for hit in Retriever(index).search(question, 100, mode, **options)}


def test_what_is_put_is_found_and_quotes_its_document(index, paragraphs):
    text = paragraphs("a blue whale", "a red kite", "the tax of 1795")
    index.add_texts([("animals", text), ("other", paragraphs("the weather"))])
    for mode in MODES:
        hits = Retriever(index).search("red kite", 10, mode)
        assert "red kite" in hits[0].passage.text
        assert hits[0].document.path == "animals"
        for hit in hits:
            assert hit.passage.span.of(index.text(hit.document.path)) == hit.passage.text
    assert index.text("animals") == text
    assert (index.counts, index.embedded, index.is_empty) == ((2, 4), 4, False)


def test_an_empty_index_is_valid(index, place):
    assert (index.counts, index.is_empty, index.documents()) == ((0, 0), True, [])
    assert all(found(index, "anything", mode) == [] for mode in MODES)
    assert index.verify() == []
    assert not holds_documents(read_location(place))


def test_what_was_never_made_is_no_index(place):
    with pytest.raises(NotAnIndex):
        Index.open(place, encoder=WordEncoder())
    assert not find_engine(read_location(place)).is_index(read_location(place))


def test_what_is_removed_is_gone_at_once(index, reopen, paragraphs):
    index.add_texts([("one", paragraphs("a heron")), ("two", paragraphs("a heron", "a newt"))])
    other = reopen()
    assert paths_found(other, "heron") == {"one", "two"}
    index.remove("two")
    for each in (index, other):
        assert all(paths_found(each, "heron newt", mode) <= {"one"} for mode in MODES)
        assert each.counts == (1, 1)
        with pytest.raises(MissingPath):
            each.text("two")
        assert each.passages("two") == []


def test_what_is_put_again_replaces_what_was(index, reopen, paragraphs):
    index.add_texts([("one", paragraphs("a heron", "a newt"))])
    other = reopen()
    before = {hit.passage.text: hit.passage.id for hit in Retriever(other).search("heron newt")}
    report = index.add_texts([("one", paragraphs("a newt", "an otter"))])
    assert (report.added, report.updated) == (0, 1)
    assert "otter" in found(other, "otter")[0]
    for mode in MODES:
        assert not any("heron" in text for text in found(other, "heron", mode))
    # An id stands for one text for ever.
    for hit in Retriever(other).search("newt otter heron"):
        assert before.get(hit.passage.text, hit.passage.id) == hit.passage.id or (
            hit.passage.id not in before.values()
        )


def test_texts_that_were_there_are_counted_alike_however_many_are_given(index, paragraphs):
    names = [f"a/{number}" for number in range(22)] + ["a", "a/b/", "a/0/"]
    text = paragraphs("a heron")
    report = index.add_texts((name, text) for name in names)
    assert (report.added, report.updated) == (25, 0)
    for again in ([*names[-3:], "a/b"], [*names, "a/c"]):
        report = index.add_texts((name, text) for name in again)
        assert (report.added, report.updated) == (1, len(again) - 1)


def test_filters_come_before_ranking(index, folder, write, paragraphs):
    for number in range(120):
        write(f"many/{number}.txt", paragraphs("a kingfisher, a kingfisher"))
    wanted = write("few/one.md", paragraphs("a single kingfisher at the river"), age=10)
    index.add([folder])
    since = datetime.fromtimestamp(Path(wanted).stat().st_mtime - 5, UTC)
    one = (
        Filter(paths=f"{folder}/few/"),
        Filter(types="md"),
        Filter(since=since),
        Filter(paths="*.md", types=["md", "pdf"], since=since),
    )
    none = Filter(types="pdf"), Filter(paths="no*where"), Filter(since=datetime.now(UTC))
    for mode in MODES:
        for filter in one:
            assert paths_found(index, "kingfisher", mode, filter=filter) == {wanted}
        for filter in none:
            assert paths_found(index, "kingfisher", mode, filter=filter) == set()


def test_documents_keep_what_they_say_of_themselves(index, reopen, write, paragraphs, folder):
    said = Properties(("Ann Smith", "Jürgen Groß"), ("rain", "work/travel"), date(2024, 2, 29))
    odd = Properties(('"; DROP TABLE documents; --', "\0\ud800Zoë\n"), ("'", "🦫" * 90) * 40)
    words = paragraphs("a heron")
    index.add_texts([("said", Content(words, properties=said)), ("odd", Content(words))])
    index.add_texts([("none", words), ("odd", Content(words, properties=odd))])
    with_files = write("a.md", f"---\nauthor: Eve\ntags: [x]\ndate: 2020-01-01\n---\n{words}")
    index.add([folder])
    Path(with_files).rename(folder / "moved.md")
    index.add([folder])
    (folder / "copy.md").write_bytes((folder / "moved.md").read_bytes())
    index.add([folder])
    for each in (index, reopen()):
        known = {Path(one.path).name: one.properties for one in each.documents()}
        eve = Properties(("Eve",), ("x",), date(2020, 1, 1))
        assert known == {
            **{"said": said, "odd": odd, "none": Properties()},
            **{"moved.md": eve, "copy.md": eve},
        }
        hits = Retriever(each).search("heron", 10)
        assert {Path(hit.document.path).name: hit.document.properties for hit in hits} == known


def test_documents_keep_what_their_text_is_made_of(index, reopen):
    text = "Tools\n\nYou need:\n- a saw\n- two screws\n\nPart\tLength\nArm\t2 m\n"
    rows = text.index("Part"), text.index("Arm")
    table = Span(rows[0], len(text) - 1)
    saw = Mark("code", Span(text.index("saw"), text.index("saw") + 3))
    content = Content(
        text,
        headings=(Heading(Span(0, 5), 1, "Tools"),),
        paragraphs=(Span(7, rows[0] - 2), Span(rows[1], table.end)),
        tables=(Table(table, ("Part", "Length"), "Parts"),),
        marks=(Mark("strong", Span(0, 3)), saw),
    )
    content = complete_blocks(content)
    index.add_texts([("tools", content), ("plain", "Rain fell.")])
    for again in (index, reopen()):
        assert again.structure("tools") == content.structure
        blocks = [block for passage in again.passages("tools") for block in passage.blocks]
        assert [(block.kind, block.span.of(text)) for block in blocks] == [
            ("paragraph", "You need:"),
            ("item", "a saw"),
            ("item", "two screws"),
            ("row", "Arm\t2 m"),
        ]
        assert [cell.of(text) for cell in blocks[-1].cells] == ["Arm", "2 m"]
        marks = [mark for passage in again.passages("tools") for mark in passage.marks]
        assert marks == [saw]
        assert again.structure("plain").blocks == Blocks([Block("paragraph", Span(0, 10))])
        with pytest.raises(MissingPath):
            again.structure("nothing")


GERMAN = (
    "Die Eisenbahnbrücke über den Fluss wurde im Jahr 1931 von der Stadt gebaut. Heute ist sie "
    "nur noch im Sommer offen, weil die Schienen im Winter unter dem Eis liegen."
)
MIXED = (
    "The museum of rain was opened by the mayor in the spring. It is closed in the winter, when "
    f"the roof of the old house is full of snow and the doors are shut.\n\n{GERMAN}"
)


def test_the_language_of_every_passage_is_kept(index, reopen):
    index.add_texts([("rain", MIXED), ("fluss", GERMAN), ("snow", "The snow fell on the hills.")])
    other = reopen()
    assert {document.path: document.properties.languages for document in other.documents()} == {
        "fluss": ("de",),
        "rain": ("de", "en"),
        "snow": ("en",),
    }
    assert [passage.language for passage in other.passages("rain")] == ["en", "de"]
    found = other.documents(Filter(languages="de"))
    assert [document.path for document in found] == ["fluss", "rain"]
    assert paths_found(other, "Brücke", "bm25", filter=Filter(languages=["de"])) == {
        "fluss",
        "rain",
    }
    assert index.verify() == []


def test_text_that_is_not_english_is_found_by_parts_of_its_words(index):
    index.add_texts(
        [
            ("de", GERMAN),
            ("th", "สะพานเก่าในเมืองสร้างขึ้นเมื่อหนึ่งร้อยปีก่อนโดยชาวเมืองที่อาศัยอยู่ริมแม่น้ำ"),
            ("en", "The railway bridge over the river was built by the town in 1931."),
        ]
    )
    for question, path in (("Brücken der Bahn", "de"), ("ชาวเมือง", "th"), ("bridges", "en")):
        assert Retriever(index).search(question, 1, "bm25")[0].document.path == path


def test_filters_know_tags_authors_and_dates(index, write, folder, paragraphs):
    def add(name, *said):
        content = Content(paragraphs("a kingfisher at the river"), properties=Properties(*said))
        index.add_texts([(name, content)])

    add("smith", ("Ann Smith",), ("Work/Travel", "rain"), date(2024, 2, 29))
    add("gross", ("Jürgen Groß", "Eve Smith-Jones"), ("rain",), date(2025, 1, 1))
    add("bare")
    write("old.txt", paragraphs("a kingfisher, as of old"), age=10 * 365 * 86_400)
    index.add([folder])

    def found(**conditions):
        filter = Filter(**conditions)
        paths = {each.path for each in index.documents(filter)}
        for mode in MODES:
            assert paths_found(index, "kingfisher", mode, filter=filter) == paths
        return {Path(path).name for path in paths}

    assert found(tags="#RAIN") == {"smith", "gross"}
    assert found(tags=["rain", "work"]) == {"smith"}
    assert found(tags="work/travel") == {"smith"}
    assert found(tags="travel") == found(tags="rai") == found(tags="%") == set()
    assert found(authors="smith") == {"smith", "gross"}
    assert found(authors="SMITH ann") == {"smith"}
    assert found(authors="jurgen gross") == {"gross"}
    assert found(authors=["ann", "jürgen"]) == {"smith", "gross"}
    assert found(authors="eve groß") == found(authors="smi") == found(authors="*") == set()
    assert found(since=datetime(2024, 2, 29, 23)) == {"smith", "gross"}
    assert found(until=datetime(2024, 2, 29)) == {"smith", "old.txt"}
    assert found(since=datetime(2024, 3, 1), until=datetime(2025, 1, 1, tzinfo=UTC)) == {"gross"}
    assert found(tags="rain", authors="smith", until=datetime(2024, 12, 1)) == {"smith"}
    index.add_texts([("smith", paragraphs("a kingfisher at the river"))])
    assert found(tags="rain") == {"gross"}


def test_a_filter_sees_what_was_committed_since(index, paragraphs):
    retriever, filter = Retriever(index), Filter(paths="b*")
    index.add_texts([("a", paragraphs("a bat")), ("b1", paragraphs("a bat"))])
    assert len(retriever.search("bat", filter=filter)) == 1
    index.add_texts([("b2", paragraphs("a bat"))])
    assert len(retriever.search("bat", filter=filter)) == 2
    index.remove("b1")
    assert [hit.document.path for hit in retriever.search("bat", filter=filter)] == ["b2"]


def test_ties_go_to_the_earlier_passage(index, paragraphs):
    index.add_texts([(f"{number:02}", paragraphs("the same words")) for number in range(40)])
    for mode in MODES:
        hits = Retriever(index).search("the same words", 12, mode)
        assert [hit.document.path for hit in hits] == [f"{number:02}" for number in range(12)]
        assert [hit.passage.id for hit in hits] == sorted(hit.passage.id for hit in hits)


def test_text_of_any_script_comes_back_as_it_was(index):
    text = "Ä é 文書は😀ここに。\n\nمرحبا بالعالم\n\nΑθήνα İstanbul ﬁne\u00ad\u200bwords \U0001f468\u200d\U0001f469\n"
    index.add_texts([("a", text)])
    assert index.text("a") == text
    for passage in index.passages("a"):
        assert passage.span.of(text) == passage.text
    assert any("文書" in each for each in found(index, "文書", "bm25"))
    assert any("Αθήνα" in each for each in found(index, "αθήνα", "bm25"))


def test_documents_in_a_file_come_change_move_and_go_with_it(index, tmp_path):
    words = index.encoder

    def mailbox(*winds):
        line = b"From ann@example.org Mon May  5 10:00:00 2025\n"
        return b"\n".join(line + message(f"The {wind} wind blew.\n") for wind in winds)

    folder = tmp_path / "mail"
    folder.mkdir()
    post = folder / "post.mbox"
    post.write_bytes(mailbox("west", "east"))
    index.add([post])
    assert index.counts == (3, 2)
    words.encoded.clear()
    post.write_bytes(mailbox("west", "east", "north"))
    assert index.add([folder]).updated == 1
    # What is unchanged keeps its vectors.
    assert [text.split()[-3] for text in words.encoded] == ["north"]
    words.encoded.clear()
    moved = post.rename(folder / "old.mbox")
    assert index.add([folder]).moved == 1
    paths = [document.path for document in index.documents()]
    assert paths == [str(moved), *(f"{moved}/{number}" for number in (1, 2, 3))]
    assert words.encoded == []
    [hit, *_] = Retriever(index).search("north wind", 5, filter=Filter(paths=str(moved)))
    assert (hit.document.path, hit.stale) == (f"{moved}/3", False)
    assert hit.passage.span.of(index.text(hit.document.path)) == hit.passage.text
    moved.write_bytes(mailbox("west"))
    index.add([folder])
    assert index.counts == (2, 1)
    moved.unlink()
    index.add([folder])
    assert index.counts == (0, 0)


def test_a_large_document_is_found_to_its_end(index):
    words, chosen = [f"word{number}" for number in range(3_000)], Random(1)
    lines = [" ".join(chosen.choices(words, k=120)) for _ in range(3_000)]
    lines[-1] += " zyzzyva"
    text = "\n".join(lines)
    assert len(text) > 2_500_000
    commit(index, make_put("large", text))
    [hit, *_] = Retriever(index).search("zyzzyva", 5, "bm25")
    assert hit.passage.text.endswith("zyzzyva")
    assert hit.passage.span.of(index.text("large")) == hit.passage.text
    assert index.embedded == index.counts[1] == 3_000


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_names_texts_and_questions_mean_nothing_to_the_engine(index, hostile, paragraphs):
    good = paragraphs("a lantern")
    index.add_texts([("good", good)])
    text = f"{paragraphs('a candle')} {hostile}"
    content = Content(text, title=hostile)
    report = index.add_texts([(hostile, content)])
    # What a name holds that cannot be stored is a failure of that document, and of no other.
    stored = not report.failed
    assert stored or [failure.path for failure in report.failed] == [hostile]
    if stored:
        assert index.text(hostile) == content.text
        assert hostile in {document.path for document in index.documents()}
        assert hostile in {hit.document.path for hit in Retriever(index).search("candle")}
    for mode in MODES:
        assert Retriever(index).search(hostile, 5, mode) is not None
        assert paths_found(index, "lantern", mode, filter=Filter(types=hostile)) == set()
        try:
            assert "good" not in paths_found(index, "lantern", mode, filter=Filter(paths=hostile))
        except QuotebackError as error:
            assert "\n" not in str(error)
    index.write_note(hostile, hostile)
    assert index.read_note(hostile) == re.sub("[\ud800-\udfff]", "\ufffd", hostile)
    if stored:
        index.remove(hostile)
    assert index.text("good") == good
    assert [document.path for document in index.documents()] == ["good"]
    assert paths_found(index, "lantern") == {"good"}


def test_a_name_that_no_file_could_have_is_refused(index):
    with pytest.raises(ValueError, match="half a character"):
        index.add_texts([("lone \ud800", "some text")])


@given(st.text(min_size=1, max_size=40).filter(str.strip), st.text(max_size=200))
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_name_and_text_come_back(index, name, text):
    content = Content(text)
    report = index.add_texts([(name, content)])
    if not report.failed:
        assert index.text(name) == content.text
        for passage in index.passages(name):
            assert passage.span.of(content.text) == passage.text
    assert Retriever(index).search(text, 3) is not None


def test_files_go_the_way_of_texts(index, folder, write, paragraphs, settled):
    one, two = write("one.txt", paragraphs("a lark")), write("two.txt", paragraphs("a swift"))
    bad = write("bad.txt", b"\x00\x01\x02\x03" * 100)
    report = index.add([folder])
    assert (report.added, [failure.path for failure in report.failed]) == (2, [bad])
    assert index.add([folder]).unchanged == 2
    moved = str(folder / "moved.txt")
    Path(one).rename(moved)
    os.link(two, folder / "copy.txt")
    report = index.add([folder])
    assert (report.moved, report.added, report.removed) == (1, 1, 0)
    assert paths_found(index, "lark") == {moved, two, str(folder / "copy.txt")}
    write("two.txt", paragraphs("an eagle"), age=50)
    [changed] = [document for document in index.documents() if document.path == two]
    assert index.is_current(changed) is False
    assert two in index.status().stale
    Path(moved).unlink()
    report = index.update()
    assert (report.updated, report.removed) == (2, 1)
    status = index.status()
    assert (status.folders, status.stale, status.waiting, status.hosts) == (
        (str(folder),),
        (),
        0,
        (),
    )
    assert [failure.path for failure in status.failed] == [bad]
    index.remove(two)
    assert index.update().added == 0
    assert (index.removed, index.status().removed) == ({two}, (two,))


def test_changes_are_made_in_their_order_and_seen_together(index):
    state, later = FileState(STAMP, b"h" * 16), FileState(Stamp(8, 1, 0), b"i" * 16)
    engine, before = index.engine, index.engine.commits
    commit(
        index,
        make_put("/d/a", "first text\nsecond text", state),
        make_put("/d/b", "third text", state),
        Copy("/d/a", "/d/c", state),
        Move("/d/b", "/e/b", later),
        Touch("/d/a", later),
        PutFailure("/d/f", "it is 'odd'", STAMP),
        Remove("/d/none"),
    )
    assert engine.commits > before
    assert [document.path for document in engine.documents()] == ["/d/a", "/d/c", "/e/b"]
    assert [document.path for document in engine.documents("/d")] == ["/d/a", "/d/c"]
    assert engine.states("/e/b") == {"/e/b": later}
    assert engine.states() == {"/d/a": later, "/d/c": state, "/e/b": later}
    assert engine.failures("/d") == {"/d/f": FailedFile("it is 'odd'", STAMP)}
    assert [each.path for each, _ in engine.find_documents(content=b"h" * 16)] == ["/d/c"]
    assert engine.text("/d/c") == "first text\nsecond text"
    assert engine.text("/d") is None
    assert engine.count_embedded() == engine.counts()[1] == 5
    one, two = engine.documents("/d")
    assert [passage.text for passage in engine.passages_of(two)] == ["first text", "second text"]
    assert engine.find_documents(ids=[one.id, two.id, 10**9]) == [(one, later), (two, state)]
    assert [
        (stored.document, stored.state, stored.text, list(stored.passages))
        for stored in engine.read_documents([two, one])
    ] == [
        (each, engine.states()[each.path], engine.text(each.path), engine.passages_of(each))
        for each in (two, one)
    ]
    ids = [passage.id for each in (one, two) for passage in engine.passages_of(each)]
    assert {n: doc.path for n, (_, doc) in engine.passages([*ids, 10**9]).items()} == {
        ids[0]: "/d/a", ids[1]: "/d/a", ids[2]: "/d/c", ids[3]: "/d/c",
    }  # fmt: skip
    digest = engine.digest("v")
    assert re.fullmatch("[0-9a-f]{32}", digest)
    assert engine.digest("w") != digest
    commit(index, Remove("/d/a"), Remove("/d/f"))
    assert [stored.document for stored in engine.read_documents([one, two])] == [two]
    assert engine.digest("v") != digest
    assert engine.failures() == {}
    assert engine.passages(ids[:2]) == {}


def test_a_folder_is_not_taken_for_one_whose_name_begins_alike(index):
    names = ["/d", "/d/a", "/d%", "/d%/a", "/d_x", "/dd", "/d0", "/d.", "/D/a", "/d/é"]
    commit(index, *(make_put(name, "some text") for name in names))
    assert [d.path for d in index.engine.documents("/d")] == ["/d", "/d/a", "/d/é"]
    assert [d.path for d in index.engine.documents("/d%")] == ["/d%", "/d%/a"]
    assert len(index.engine.documents("/")) == len(names)


def test_a_document_keeps_a_state_and_a_name_to_the_last_bit(index):
    name = os.fsdecode(b"/d/\xff\xfe name")
    state = FileState(Stamp(2**40, -(2**63), 2**63 - 1), bytes(range(16)), None)
    assert commit(index, make_put(name, "some text", state)) == []
    assert index.engine.states() == {name: state}
    assert index.engine.text(name) == "some text"


def test_settings_and_notes_come_back(index, reopen):
    assert (index.threshold, index.read_note("a")) == (None, None)
    index.set_threshold(0.123456789)
    index.write_note("a", "ü\n" * 5_000)
    index.write_note("a", "later")
    index.write_note("A", "")
    other = reopen()
    assert (other.threshold, other.read_note("a"), other.read_note("A")) == (
        0.123456789,
        "later",
        "",
    )
    for wrong in (2, -0.1):
        with pytest.raises(ValueError, match="from 0 to 1"):
            index.set_threshold(wrong)


def test_another_model_or_version_is_refused_or_embedded_anew(index, place, reopen, paragraphs):
    index.add_texts([("a", paragraphs("a crane"))])

    class Other(WordEncoder):
        name = "other"

    with pytest.raises(OtherModel):
        reopen(Other())
    newer = reopen(NewerWords())
    with pytest.raises(OtherVersion) as error:
        Retriever(newer).search("crane")
    assert "\n" not in str(error.value)
    assert found(newer, "crane", "bm25")
    # The status says which of the two the next run does.
    status = newer.status()
    assert (status.outdated, status.vectors) == (True, 0)
    try:
        newer.add_texts([("b", paragraphs("a crane"))])
    except OtherVersion as error:
        # Machines of two kinds cannot share it, and are told what they can do.
        assert str(error).startswith(f"{index.location} was embedded")
        assert "another kind of processor: use a machine of the kind that filled it" in str(error)
        assert "into another index" in str(error)
        [problem] = newer.verify()
        assert "use a machine of the kind that filled it" in problem
        assert (status.refuses, status.waiting) == (True, 0)
        assert found(index, "crane", "dense")
        assert index.counts[0] == 1
    else:
        assert (status.refuses, status.waiting) == (False, 1)
        assert len(found(newer, "crane", "dense")) == 2
        assert not newer.status().outdated


def test_those_who_read_see_whole_documents_while_others_write(index, reopen, paragraphs):
    texts = [paragraphs(*[f"state {state} of the art"] * 5) for state in range(6)]
    index.add_texts([("a", texts[0])])
    other, errors, stop = reopen(), [], threading.Event()

    def read():
        retriever = Retriever(other)
        try:
            while not stop.is_set():
                for hit in retriever.search("state of the art", 5):
                    text = other.engine.text("a")
                    assert text in texts
                    assert len(hit.passage.text) == len(hit.passage.span)
        except BaseException as error:
            errors.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for text in texts:
        index.add_texts([("a", text)])
    stop.set()
    for reader in readers:
        reader.join(timeout=60)
    assert errors == []
    assert found(other, "state 5")


def test_two_writers_wait_or_go_on_side_by_side(index, reopen, paragraphs, monkeypatch):
    monkeypatch.setattr(locking, "WAIT_SECONDS", 0.2)
    other = reopen()
    with index.engine.open_writer(index.embedding_model, ignore_progress) as writer:
        writer.commit([make_put("a", "one text")])
        if not index.engine.takes_many_writers:
            with pytest.raises(IndexInUse):
                other.add_texts([("b", paragraphs("a crane"))])
            return
        other.add_texts([("b", paragraphs("a crane")), ("a", "another text of it")])
        writer.commit([make_put("c", "one text")])
    assert {document.path for document in index.documents()} == {"a", "b", "c"}
    assert index.text("a") == "another text of it"


def test_writers_of_the_same_documents_leave_each_once(index, reopen, paragraphs):
    if not index.engine.takes_many_writers:
        pytest.skip("one writer at a time")
    texts = [(f"{number}", paragraphs(f"number {number}")) for number in range(30)]
    writers = [
        threading.Thread(target=each.add_texts, args=(texts,)) for each in (reopen(), reopen())
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=120)
    assert index.counts == (30, 30)
    assert len(found(index, "number", "bm25", k=100)) == 30


def test_a_run_that_is_stopped_leaves_what_was_committed(index, place, reopen, paragraphs):
    class Stop(Exception):
        pass

    def texts():
        yield from ((f"{number}", paragraphs(f"number {number}")) for number in range(450))
        raise Stop

    with pytest.raises(Stop):
        index.add_texts(texts())
    other = reopen()
    assert other.counts == (400, 400)
    index.add_texts([("last", paragraphs("the last"))])
    assert (other.counts, other.embedded) == ((401, 401), 401)
    assert other.verify() == []


def test_it_is_sound_and_says_how_large_it_is(index, paragraphs):
    index.add_texts([(f"{number}", paragraphs("a goose")) for number in range(20)])
    assert index.verify() == []
    status = index.status()
    assert (status.documents, status.passages, status.vectors) == (20, 20, 20)
    assert status.bytes > 0
    assert (status.model, status.outdated) == ("words", False)


def test_it_may_be_used_after_it_was_closed(index, paragraphs):
    index.add_texts([("a", paragraphs("a stork"))])
    index.close()
    assert found(index, "stork")


def test_only_a_folder_can_be_repaired(index, place):
    if index.engine.folder is not None:
        assert index.repair() == []
        return
    for act in (index.repair, lambda: Index.restore(place), lambda: index.path):
        with pytest.raises(QuotebackError, match="folder"):
            act()


def test_what_an_index_costs_is_measured(index, paragraphs):
    assert measure_cost(index).probes == 0
    index.add_texts((f"{number}", paragraphs(f"number {number}")) for number in range(9))
    cost = measure_cost(index)
    assert (cost.documents, cost.passages, cost.probes) == (9, 9, 8)
    # What a server has freed meanwhile is no longer counted.
    assert sum(cost.footprint.disk.values()) == pytest.approx(index.status().bytes, rel=0.2)
    assert all(size >= 0 for size in cost.footprint.disk.values())
    assert all(size > 0 for size in cost.footprint.memory.values())
    assert 0 < cost.median_ms < 60_000
    assert cost.first_ms > 0


def test_misspelt_words_are_corrected_where_the_engine_keeps_words(index, paragraphs):
    index.add_texts([("a", paragraphs("the Lighthouse of Faro, the Übersetzung of a manual"))])
    retriever = Retriever(index)
    asked = "Where is the lighthuose, and is the manual's übersetzung gone?"
    corrected = asked.replace("lighthuose", "lighthouse")
    if index.engine.vocabulary is None:
        assert retriever.correct_spelling(asked) == asked
        return
    assert retriever.correct_spelling(asked) == corrected
    index.add_texts([("b", paragraphs("the lighthuose as it is written here"))])
    assert retriever.correct_spelling(asked) == asked
    words = index.engine.vocabulary
    assert words.count_passages("lighthouse") == 1
    assert ("lighthouse", 1) in words.words_with_prefix("l", 10)
    assert words.words_with_prefix("l", 0) == []
    assert words.count_passages("x' OR 'a'='a") == 0


def test_once_another_version_has_changed_the_format_nothing_is_read_or_written(
    index, place, reopen
):
    """It may be open for weeks, as in a service, while a newer program is installed."""
    if place.startswith("memory"):
        pytest.skip("it is in one process")
    index.add_texts([("a", "rain and snow"), ("b", "hail")])
    other = reopen()
    known = int(other.engine.setting("format"))
    before = index.engine.commits
    other.engine.set_setting("format", str(known + 1))
    steps = (
        lambda: Retriever(index).search("rain"),
        lambda: index.add_texts([("c", "fog")]),
        lambda: index.remove(["a"]),
        lambda: index.set_threshold(0.3),
    )
    for step in steps:
        with pytest.raises(OtherFormat) as error:
            step()
        assert "update Quoteback" in str(error.value)
        assert "\n" not in str(error.value)
    with pytest.raises(OtherFormat):
        reopen()
    restore_format(other, known)
    again = reopen()
    assert again.engine.commits >= before
    assert sorted(document.path for document in again.documents()) == ["a", "b"]
    assert again.threshold is None
    assert again.verify() == []


def restore_format(index, known):
    """Set the format of an index back, past all that keeps this version from it."""
    engine = index.engine
    match type(engine).__name__:
        case "LocalEngine":
            with closing(sqlite3.connect(engine.path)) as store, store:
                store.execute(
                    "INSERT OR REPLACE INTO settings VALUES (?, ?, ?)", seal("format", str(known))
                )
        case "PostgresEngine":
            engine._connections.run(
                lambda connection: connection.execute(
                    "UPDATE settings SET value = %s WHERE name = 'format'", [str(known).encode()]
                )
            )
        case "MilvusEngine":
            rows = engine.connection.find("records", 'kind == "setting"', ["*"])
            for row in rows:
                if json.loads(row["value"])["name"] == "format":
                    value = json.dumps({"name": "format", "value": str(known)})
                    engine.connection.upsert("records", [{**row, "value": value}])
