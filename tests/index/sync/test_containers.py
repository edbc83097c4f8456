"""Files that hold documents: mailboxes, mail with attachments, archives; each is one file."""

import base64
import os
import shutil
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from index import Filter, Index, Retriever, Shard
from index.copying import copy_index
from index.engines import registry
from index.sync import containers
from tests.support import memory_engine
from tests.support.packed_files import message, multipart, packed

LINE = b"From ann@example.org Mon May  5 10:00:00 2025\n"


def mailbox(*messages):
    return b"\n".join(LINE + each + b"\n" for each in messages)


def letter(subject="Ships", **files):
    parts = [("Content-Type: text/plain", "It blew.")]
    for name, words in files.items():
        name = name.replace("_", ".")
        parts.append((f'Content-Disposition: attachment; filename="{name}"', words))
    return multipart(*parts, Subject=subject)


def names(index, folder):
    return [os.path.relpath(document.path, folder) for document in index.documents()]


def counted(report):
    return report.added, report.updated, report.moved, report.removed, report.unchanged


def reasons(report, folder):
    return {os.path.relpath(each.path, folder): each.reason for each in report.failed}


@pytest.fixture(params=["local", "memory"])
def index(request, tmp_path, words, monkeypatch):
    """An empty index, in an engine that takes no vectors and in one that takes them."""
    monkeypatch.setitem(registry._ENGINES, "memory", (memory_engine.__name__, ""))
    place = tmp_path / "an.index" if request.param == "local" else f"memory://{tmp_path.name}"
    with Index.open(place, create=True, encoder=words) as opened:
        yield opened


def test_messages_that_get_another_number_are_not_embedded_again(index, folder, write, words):
    texts = [message(f"The wind of night {n} blew.", Subject=f"Log {n}") for n in range(1, 26)]
    write("post.mbox", mailbox(*texts))
    index.add([folder])
    added = message("Snow.", Subject="No")
    for changed, new, night in (
        ([*texts[:4], *texts[5:]], 0, 21),
        ([*texts[:2], added, *texts[2:4], *texts[5:]], 1, 20),
    ):
        words.encoded.clear()
        write("post.mbox", mailbox(*changed))
        index.add([folder])
        assert len(words.encoded) == new
        assert index.text(folder / "post.mbox" / "20").endswith(f"night {night} blew.")
        assert index.embedded == index.counts[1]
        assert index.verify() == []
        hits = Retriever(index).search("wind of night", 50, "dense")
        assert all(hit.passage.text in index.text(hit.document.path) for hit in hits)


def test_each_message_and_each_attachment_is_a_document(index, folder, write):
    write("post.mbox", mailbox(message("It rained."), letter("Log", log_csv="day,wind\n1,9\n")))
    write("a.eml", letter(notes_md="# West\n\nIt snowed.", run_exe="no"))
    report = index.add([folder])
    assert counted(report) == (2, 0, 0, 0, 0)
    assert names(index, folder) == [
        *("a.eml", "a.eml/notes.md", "post.mbox", "post.mbox/1", "post.mbox/2"),
        "post.mbox/2/log.csv",
    ]
    titles = [document.title for document in index.documents()]
    assert titles == ["Ships", "West", None, "Ships", "Log", None]
    assert index.text(folder / "post.mbox") == "1  Ships\n2  Log"
    assert index.text(folder / "a.eml").endswith("It blew.\n\nAttachments: notes.md, run.exe")
    assert report.skipped.reasons == {"of an unsupported kind": 1}
    for document in index.documents():
        text = index.text(document.path)
        for passage in index.passages(document.path):
            assert passage.span.of(text) == passage.text
    assert counted(index.add([folder])) == (0, 0, 0, 0, 2)


def test_archives_are_opened_when_wanted_and_that_is_remembered(index, folder, write):
    inner = packed({"deep.txt": "All about hail."})
    write("a.zip", packed({"x/rain.md": "All about rain.", "b.zip": inner}))
    report = index.add([folder])
    assert names(index, folder) == []
    assert report.skipped.reasons == {"an archive, which is opened with --archives": 1}
    index.add([folder], archives=True)
    assert names(index, folder) == [
        *("a.zip", "a.zip/b.zip", "a.zip/b.zip/deep.txt", "a.zip/x/rain.md")
    ]
    assert index.text(folder / "a.zip") == "x/rain.md\nb.zip"
    assert counted(index.add([folder])) == (0, 0, 0, 0, 1)
    assert index.status().new == index.status().stale == ()
    assert counted(index.add([folder], archives=False)) == (0, 0, 0, 1, 0)
    assert names(index, folder) == []


def test_an_archive_that_is_named_is_refused_in_one_line(index, folder, write):
    path = write("a.zip", packed({"a.txt": "x"}))
    assert reasons(index.add([path]), folder) == {
        "a.zip": "an archive, which is opened with --archives"
    }
    assert counted(index.add([path], archives=True)) == (1, 0, 0, 0, 0)


def test_an_archive_that_came_with_mail_is_opened_once_that_is_wanted(index, folder, write):
    head = "Content-Disposition: attachment; filename=a.zip\nContent-Transfer-Encoding: base64"
    data = base64.b64encode(packed({"rain.txt": "All about rain."})).decode()
    write("a.eml", multipart((head, data)))
    index.add([folder])
    assert names(index, folder) == ["a.eml"]
    index.add([folder], archives=True)
    assert names(index, folder) == ["a.eml", "a.eml/a.zip", "a.eml/a.zip/rain.txt"]


def test_of_a_changed_file_unchanged_members_keep_their_vectors(index, folder, write, words):
    write("post.mbox", mailbox(message("All about rain."), message("All about snow.")))
    index.add([folder])
    words.encoded.clear()
    write(
        "post.mbox", mailbox(*(message(f"All about {each}.") for each in ("rain", "snow", "hail")))
    )
    assert counted(index.add([folder])) == (0, 1, 0, 0, 0)
    assert len(words.encoded) == 1
    assert "hail" in words.encoded[0]
    write("post.mbox", mailbox(message("All about rain.")))
    words.encoded.clear()
    assert counted(index.add([folder])) == (0, 1, 0, 0, 0)
    assert names(index, folder) == ["post.mbox", "post.mbox/1"]
    assert words.encoded == []
    hit = Retriever(index).search("all about rain")[0]
    assert hit.document.path == str(folder / "post.mbox" / "1")
    assert not hit.stale


def test_members_go_with_their_file(index, folder, write, words):
    path = write("post.mbox", mailbox(letter(log_txt="All about hail."), message("rain")))
    index.add([folder])
    words.encoded.clear()
    Path(path).rename(folder / "old.mbox")
    assert counted(index.add([folder])) == (0, 0, 1, 0, 0)
    moved = ["old.mbox", "old.mbox/1", "old.mbox/1/log.txt", "old.mbox/2"]
    assert names(index, folder) == moved
    shutil.copy2(folder / "old.mbox", path)
    assert counted(index.add([folder])) == (1, 0, 0, 0, 1)
    assert names(index, folder) == moved + [name.replace("old", "post") for name in moved]
    assert words.encoded == []
    os.utime(path, (time.time() - 50,) * 2)
    assert counted(index.add([folder])) == (0, 0, 0, 0, 2)
    Path(path).unlink()
    assert counted(index.add([folder])) == (0, 0, 0, 1, 1)
    assert names(index, folder) == moved
    assert counted(index.add([folder])) == (0, 0, 0, 0, 1)


def test_freshness_is_that_of_the_file(index, folder, write):
    path = write("post.mbox", mailbox(message("All about rain.")))
    index.add([folder])
    os.utime(path, (time.time() - 50,) * 2)
    document = index.documents()[1]
    assert index.is_current(document) is True
    write("post.mbox", mailbox(message("All about snow.")))
    assert index.is_current(document) is False
    assert index.status().stale == (path,)
    assert Retriever(index).search("rain")[0].stale
    Path(path).unlink()
    assert index.is_current(document) is None
    assert index.status().gone == (path,)


def test_filters_know_members(index, folder, write):
    write("post.mbox", mailbox(letter(log_txt="All about hail."), message("All about rain.")))
    write("a.txt", "All about rain and hail.")
    index.add([folder])
    search = Retriever(index).search

    def found(filter):
        hits = search("all about rain and hail", filter=filter)
        return {os.path.relpath(hit.document.path, folder) for hit in hits}

    inside = {"post.mbox/1", "post.mbox/1/log.txt", "post.mbox/2"}
    assert found(Filter(paths="post.mbox")) == inside
    assert found(Filter(paths=str(folder / "post.mbox"))) == inside
    assert found(Filter(types="mbox")) == {"post.mbox/1", "post.mbox/2"}
    assert found(Filter(types="txt")) == {"post.mbox/1/log.txt", "a.txt"}
    assert found(Filter(since=datetime.now() + timedelta(days=1))) == set()


def test_what_is_removed_from_a_file_stays_out_until_the_file_is_given(index, folder, write):
    path = write("post.mbox", mailbox(message("rain"), letter(log_txt="hail")))
    index.add([folder])
    assert index.remove(f"{path}/2") == 2
    assert names(index, folder) == ["post.mbox", "post.mbox/1"]
    write("post.mbox", mailbox(message("rain"), letter(log_txt="hail"), message("snow")))
    assert index.add([folder]).skipped.reasons == {"removed": 1}
    assert names(index, folder) == ["post.mbox", "post.mbox/1", "post.mbox/3"]
    index.add([path])
    assert "post.mbox/2/log.txt" in names(index, folder)
    assert index.remove(path) == 5
    assert names(index, folder) == []


def test_what_is_removed_from_a_file_stays_out_when_it_moves_until_it_is_given(
    index, folder, write, words
):
    path = write("a.eml", letter(log_txt="All about hail.", b_txt="All about rain."))
    index.add([folder])
    index.remove(f"{path}/log.txt")
    words.encoded.clear()
    Path(path).rename(folder / "b.eml")
    assert counted(index.update()) == (0, 0, 1, 0, 0)
    assert names(index, folder) == ["b.eml", "b.eml/b.txt"]
    assert words.encoded == []
    assert index.removed == {str(folder / "b.eml/log.txt")}
    # A copy is another file, from which nothing was removed.
    shutil.copy2(folder / "b.eml", folder / "c.eml")
    index.update()
    assert "c.eml/log.txt" in names(index, folder)
    index.add([folder / "b.eml"])
    assert "b.eml/log.txt" in names(index, folder)
    assert index.removed == set()


def test_what_is_left_out_of_a_folder_is_left_out_of_its_files(index, folder, write):
    write("a.zip", packed({"x/a.txt": "a", "drafts/b.txt": "b", "c.csv": "c,d\n1,2\n"}))
    report = index.add([folder], exclude=["drafts/", "*.csv"], archives=True)
    assert names(index, folder) == ["a.zip", "a.zip/x/a.txt"]
    assert report.skipped.reasons == {"excluded": 2}


def test_patterns_that_change_hold_in_files_that_were_read_before(index, folder, write, words):
    write("a.eml", letter(log_csv="day,wind\n1,9\n", b_txt="All about hail."))
    write("post.mbox", mailbox(message("All about snow."), letter(log_csv="day,rain\n2,7\n")))
    write("c.txt", "All about rain.")
    index.add([folder])
    every = names(index, folder)
    report = index.add([folder], exclude=["*.csv"])
    assert report.skipped.reasons == {"excluded": 2}
    assert names(index, folder) == [name for name in every if not name.endswith(".csv")]
    assert counted(report) == (0, 2, 0, 0, 1)
    assert counted(index.add([folder], exclude=["*.csv"])) == (0, 0, 0, 0, 3)
    words.encoded.clear()
    index.add([folder], exclude=[])
    assert names(index, folder) == every
    assert len(words.encoded) == 2
    assert counted(index.update()) == (0, 0, 0, 0, 3)
    assert index.verify() == []


def test_a_run_that_is_stopped_after_patterns_have_changed_is_gone_on_with(index, folder, write):
    write("post.mbox", mailbox(letter(log_csv="day,wind\n1,9\n")))
    index.add([folder])

    def stop(step):
        if step.stage == "reading":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index.add([folder], exclude=["*.csv"], progress=stop)
    index.update()
    assert names(index, folder) == ["post.mbox", "post.mbox/1"]


def test_what_was_left_out_of_mail_in_a_mailbox_is_read_once_it_is_wanted(index, folder, write):
    head = "Content-Disposition: attachment; filename=a.zip\nContent-Transfer-Encoding: base64"
    data = base64.b64encode(packed({"rain.txt": "All about rain."})).decode()
    path = write("post.mbox", mailbox(letter(log_txt="hail"), multipart((head, data))))
    index.add([folder])
    index.remove(f"{path}/1/log.txt")
    assert names(index, folder) == ["post.mbox", "post.mbox/1", "post.mbox/2"]
    index.add([path])
    assert "post.mbox/1/log.txt" in names(index, folder)
    index.add([folder], archives=True)
    assert "post.mbox/2/a.zip/rain.txt" in names(index, folder)


@pytest.mark.parametrize("is_move", [False, True])
@pytest.mark.parametrize(("before", "after"), [(["*.csv"], []), ([], ["*.csv"]), ([], [])])
def test_of_a_moved_or_copied_file_its_own_folder_says_what_is_left_out(
    index, folder, write, before, after, is_move
):
    path = write("a/a.eml", letter(b_csv="day,wind\n1,9\n", c_txt="All about hail."))
    (folder / "b").mkdir()
    index.add([folder / "a"], exclude=before)
    (shutil.move if is_move else shutil.copy2)(path, folder / "b/b.eml")
    index.add([folder / "b"], exclude=after)
    index.update()
    found = {name for name in names(index, folder) if name.startswith("b/")}
    assert found == {"b/b.eml", "b/b.eml/c.txt"} | ({"b/b.eml/b.csv"} if not after else set())


def test_a_file_that_moves_where_the_same_is_left_out_is_not_embedded_again(
    index, folder, write, words
):
    path = write("a.eml", letter(b_csv="day,wind\n1,9\n", c_txt="All about hail."))
    index.add([folder], exclude=["*.csv"])
    words.encoded.clear()
    shutil.move(path, folder / "z.eml")
    assert counted(index.update()) == (0, 0, 1, 0, 0)
    assert words.encoded == []
    assert names(index, folder) == ["z.eml", "z.eml/c.txt"]


def test_a_member_that_cannot_be_read_is_reported_and_not_tried_in_vain(index, folder, write):
    path = write("a.eml", letter(a_docx="no document", b_txt="All about rain."))
    report = index.add([folder])
    assert [*reasons(report, folder)] == ["a.eml/a.docx"]
    assert names(index, folder) == ["a.eml", "a.eml/b.txt"]
    again = index.add([folder])
    assert reasons(again, folder) == reasons(report, folder)
    assert counted(again) == (0, 0, 0, 0, 1)
    Path(path).rename(folder / "b.eml")
    assert [*reasons(index.add([folder]), folder)] == ["b.eml/a.docx"]
    assert [each.path for each in index.status().failed] == [str(folder / "b.eml/a.docx")]
    write("b.eml", letter(b_txt="All about rain."))
    assert index.add([folder]).failed == []
    assert index.status().failed == ()


def test_a_file_that_can_no_longer_be_read_loses_its_members(index, folder, write):
    path = write("a.zip", packed({"a.txt": "a"}))
    index.add([folder], archives=True)
    write("a.zip", b"no archive")
    assert reasons(index.add([folder]), folder) == {
        "a.zip": "damaged, or of another kind than its name says"
    }
    assert names(index, folder) == []
    Path(path).unlink()
    index.add([folder])
    assert index.status().failed == ()


def test_two_names_that_differ_in_case_are_one(index, folder, write):
    write("a.zip", packed({"a.eml": letter(log_txt="hail"), "A.EML/log.txt": "x", "a.EML": b"y"}))
    report = index.add([folder], archives=True)
    assert names(index, folder) == ["a.zip", "a.zip/a.eml", "a.zip/a.eml/log.txt"]
    assert report.skipped.reasons == {"of the same name as another in its container": 2}


def nested(count):
    data = packed({"a.txt": "all about rain"})
    for number in range(count):
        data = packed({f"{number}.zip": data})
    return data


def test_depth_is_limited(index, folder, write):
    write("a.zip", nested(3))
    report = index.add([folder], archives=True)
    assert report.skipped.reasons == {"more than 2 archives deep": 1}
    assert names(index, folder) == ["a.zip", "a.zip/2.zip"]


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        ({"_MOST_DOCUMENTS": 2}, "holds more than 2 documents: unpack it"),
        ({"_LARGEST": 20}, "unpacks to more than 20 B in all: unpack it yourself"),
        ({"_SECONDS": -1}, "took longer than -1 s to read, with all that is in it"),
    ],
)
def test_what_a_file_may_cost_is_limited(index, folder, write, monkeypatch, limit, reason):
    for name, value in limit.items():
        monkeypatch.setattr(containers, name, value)
    write("a.zip", packed({f"{number}.txt": "all about rain" for number in range(4)}))
    assert reasons(index.add([folder], archives=True), folder) == {"a.zip": reason}
    assert names(index, folder) == []


def test_a_run_that_is_cut_short_is_gone_on_with(index, folder, write, words, monkeypatch):
    write("post.mbox", mailbox(*(message(f"All about {number}.") for number in range(9))))
    monkeypatch.setattr("index.sync.batch.COMMIT_FILES", 4)

    class Killed(BaseException):
        pass

    def stop(step):
        if (step.current or "").endswith("/8"):
            raise Killed

    with pytest.raises(Killed):
        index.add([folder], progress=stop)
    assert 0 < len(index.documents()) < 9
    opened = []
    known = containers.open_container
    monkeypatch.setattr(
        containers, "open_container", lambda *args: opened.append(args[0]) or known(*args)
    )
    assert counted(index.add([folder])) == (1, 0, 0, 0, 0)
    assert len(index.documents()) == 10
    assert len(opened) < 8
    assert counted(index.add([folder])) == (0, 0, 0, 0, 1)


def test_shards_share_out_files_with_all_that_is_in_them(
    tmp_path, folder, write, words, monkeypatch
):
    monkeypatch.setitem(registry._ENGINES, "memory", (memory_engine.__name__, ""))
    with Index.open(f"memory://shards{tmp_path.name}", create=True, encoder=words) as index:
        for number in range(4):
            write(f"{number}.mbox", mailbox(message("rain"), message(f"snow {number}")))
        for shard in (1, 2, 1, 2):
            index.add([folder], shard=Shard(shard, 2))
        assert len(index.documents()) == 12
        (folder / "0.mbox").unlink()
        for shard in (1, 2):
            index.add([folder], shard=Shard(shard, 2))
        assert len(index.documents()) == 9


def test_a_damaged_document_is_read_again_from_the_file_that_it_is_in(
    tmp_path, folder, write, words
):
    write("post.mbox", mailbox(message("All about rain."), letter(log_txt="All about hail.")))
    with Index.open(tmp_path / "an.index", create=True, encoder=words) as index:
        index.add([folder])
        path = folder / "post.mbox/2/log.txt"
        number = next(each.id for each in index.documents() if each.path == str(path))
        with index.engine.writing() as connection:
            connection.execute("UPDATE texts SET body = x'00' WHERE document_id = ?", (number,))
        assert index.verify() != []
        assert index.repair() == []
        assert index.text(path) == "All about hail."
        assert len(index.documents()) == 4


def test_a_lost_store_is_restored_with_what_is_in_archives(tmp_path, folder, write, words):
    write("a.zip", packed({"a.txt": "All about rain."}))
    place = tmp_path / "an.index"
    with Index.open(place, create=True, encoder=words) as index:
        index.add([folder], archives=True)
    (place / "index.sqlite").write_bytes(b"lost" * 1_000)
    with Index.restore(place, encoder=words) as index:
        assert names(index, folder) == ["a.zip", "a.zip/a.txt"]


def test_a_copied_index_goes_on_with_what_is_in_archives(tmp_path, folder, write, words):
    write("a.zip", packed({"a.txt": "All about rain."}))
    with Index.open(tmp_path / "an.index", create=True, encoder=words) as index:
        index.add([folder], archives=True)
    copy_index(tmp_path / "an.index", tmp_path / "other.index")
    with Index.open(tmp_path / "other.index", encoder=words) as index:
        assert counted(index.update()) == (0, 0, 0, 0, 1)
        assert names(index, folder) == ["a.zip", "a.zip/a.txt"]
