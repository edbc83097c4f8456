"""The index in step with files: what is read, what is not, what is left after trouble."""

import json
import os
import shutil
import signal
import threading
import time
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from index import (
    CannotWrite,
    Content,
    Failure,
    Index,
    IndexInUse,
    MissingPath,
    NotAnIndex,
    OtherFormat,
    OtherModel,
    Promise,
    QuotebackError,
    Retriever,
)
from index.engines.local import vectors
from index.engines.local.storage import schema as creation
from index.filesystem import locking
from tests.support.timing import takes_at_most


def counted(report):
    return report.added, report.updated, report.removed, report.unchanged, len(report.failed)


def names(index):
    return [Path(document.path).name for document in index.documents()]


def found(index, question, mode="bm25"):
    return {Path(hit.document.path).name for hit in Retriever(index).search(question, mode=mode)}


def sound(index):
    """Everything is there, once, and every span is right."""
    assert index.verify() == []
    ids = index.engine.passage_ids().tolist()
    assert index.engine.vectors.ids().tolist() == ids
    for passage, document in index.engine.passages(ids).values():
        assert passage.span.of(index.text(document.path)) == passage.text
    return True


# In step with files


def test_a_second_run_reads_and_embeds_nothing(index, folder, write, words, paragraphs):
    write("a.txt", paragraphs("rain", "snow"))
    write("sub/b.md", "# Hail\n\n" + paragraphs("hail"))
    assert counted(index.add([folder])) == (2, 0, 0, 0, 0)
    assert len(words.encoded) == 3
    assert counted(index.add([folder])) == (0, 0, 0, 2, 0)
    assert len(words.encoded) == 3
    assert sound(index)


def test_a_changed_file_alone_is_read_again(index, folder, write, words, paragraphs):
    write("a.txt", paragraphs("rain"))
    write("b.txt", paragraphs("snow"))
    index.add([folder])
    words.encoded.clear()
    write("a.txt", paragraphs("drizzle", "fog"), age=50)
    assert counted(index.add([folder])) == (0, 1, 0, 1, 0)
    assert len(words.encoded) == 2
    assert found(index, "rain") == set()
    assert found(index, "drizzle") == {"a.txt"}
    assert sound(index)


def test_a_file_only_touched_is_unchanged(index, folder, write, words, paragraphs):
    write("a.txt", paragraphs("rain"))
    index.add([folder])
    write("a.txt", paragraphs("rain"), age=10)
    words.encoded.clear()
    assert counted(index.add([folder])) == (0, 0, 0, 1, 0)
    assert words.encoded == []
    assert index.status().stale == ()


def test_a_file_changed_within_its_clocks_tick_is_noticed(index, folder, write, paragraphs):
    write("a.txt", paragraphs("rain"), age=0)
    index.add([folder])
    stat = (folder / "a.txt").stat()
    write("a.txt", paragraphs("snow"), age=0)
    os.utime(folder / "a.txt", ns=(stat.st_mtime_ns, stat.st_mtime_ns))
    assert counted(index.add([folder])) == (0, 1, 0, 0, 0)


def test_a_file_gone_from_a_folder_is_removed(index, folder, write, paragraphs):
    write("a.txt", paragraphs("rain"))
    write("sub/b.txt", paragraphs("snow"))
    index.add([folder])
    (folder / "sub" / "b.txt").unlink()
    assert counted(index.add([folder / "sub"])) == (0, 0, 1, 0, 0)
    assert names(index) == ["a.txt"]
    assert sound(index)


def test_a_file_gone_elsewhere_stays(index, folder, write, paragraphs):
    write("one/a.txt", paragraphs("rain"))
    write("two/b.txt", paragraphs("snow"))
    write("one more/c.txt", paragraphs("hail"))
    index.add([folder])
    (folder / "two" / "b.txt").unlink()
    (folder / "one more" / "c.txt").unlink()
    assert counted(index.add([folder / "one"])) == (0, 0, 0, 1, 0)
    assert names(index) == ["c.txt", "a.txt", "b.txt"]


def test_a_folder_that_is_missing_is_an_error_and_removes_nothing(index, folder, write, paragraphs):
    write("a.txt", paragraphs("rain"))
    index.add([folder])
    folder.rename(folder.with_name("moved"))
    with pytest.raises(MissingPath):
        index.add([folder])
    assert names(index) == ["a.txt"]


def test_a_folder_that_cannot_be_read_is_reported_and_loses_nothing(
    index, folder, write, paragraphs, monkeypatch
):
    write("closed/a.txt", paragraphs("rain"))
    index.add([folder])
    opens, stat = os.open, Path.stat

    def refusing(real):
        def refuse(path, *rest, **named):
            if "closed" in str(path):
                raise PermissionError(13, "Permission denied", str(path))
            return real(path, *rest, **named)

        return refuse

    monkeypatch.setattr("index.filesystem.safe_opening.os.open", refusing(opens))
    monkeypatch.setattr(Path, "stat", refusing(stat))
    report = index.add([folder])
    assert Failure(str(folder / "closed"), "Permission denied") in report.failed
    assert report.removed == 0
    monkeypatch.undo()
    assert counted(index.add([folder]))[4] == 0


def test_a_file_named_itself_is_kept_in_step_with_its_folder(index, folder, write, paragraphs):
    path = write("notes.odd", paragraphs("rain"))
    index.add([path])
    assert counted(index.add([folder])) == (0, 0, 0, 1, 0)
    write("notes.odd", paragraphs("snow"), age=10)
    assert counted(index.add([folder])) == (0, 1, 0, 0, 0)
    Path(path).unlink()
    assert counted(index.add([folder])) == (0, 0, 1, 0, 0)


def test_a_file_that_became_a_folder_or_a_broken_link_is_gone(index, folder, write, paragraphs):
    for name in ("a.txt", "b.txt"):
        write(name, paragraphs("rain"))
    index.add([folder])
    for name in ("a.txt", "b.txt"):
        (folder / name).unlink()
    (folder / "a.txt").mkdir()
    (folder / "b.txt").symlink_to("nowhere")
    assert counted(index.add([folder])) == (0, 0, 2, 0, 0)


def test_a_failed_file_is_reported_listed_and_recovers(index, folder, write, paragraphs):
    path = write("a.txt", bytes(range(256)) * 10)
    write("b.txt", paragraphs("snow"))
    for _ in range(2):
        assert index.add([folder]).failed == [Failure(path, "not text (binary data)")]
    assert index.status().failed == (Failure(path, "not text (binary data)"),)
    write("a.txt", paragraphs("rain"), age=50)
    assert counted(index.add([folder])) == (1, 0, 0, 1, 0)
    assert index.status().failed == ()
    assert sound(index)


def test_a_file_that_turns_bad_is_no_longer_found(index, folder, write, paragraphs):
    write("a.txt", paragraphs("rain"))
    index.add([folder])
    write("a.txt", bytes(range(256)) * 10, age=50)
    assert counted(index.add([folder])) == (0, 0, 0, 0, 1)
    assert found(index, "rain") == set()
    assert sound(index)


def test_a_failed_file_that_is_gone_is_forgotten(index, folder, write):
    path = write("a.txt", bytes(range(256)) * 10)
    index.add([folder])
    Path(path).unlink()
    assert counted(index.add([folder])) == (0, 0, 0, 0, 0)
    assert index.status().failed == ()


def test_an_unreadable_file_does_not_stop_the_others(index, folder, write, paragraphs, monkeypatch):
    path = write("a.txt", paragraphs("rain"))
    write("b.txt", paragraphs("snow"))
    opens = os.open

    def refuse(name, *arguments, **options):
        if name == "a.txt":
            raise PermissionError(13, "Permission denied")
        return opens(name, *arguments, **options)

    monkeypatch.setattr("index.filesystem.safe_opening.os.open", refuse)
    report = index.add([folder])
    assert report.failed == [Failure(path, "Permission denied")]
    assert names(index) == ["b.txt"]


def test_an_empty_file_is_a_document(index, folder, write):
    path = write("a.txt", "")
    assert counted(index.add([folder])) == (1, 0, 0, 0, 0)
    assert index.text(path) == ""
    assert index.counts == (1, 0)
    assert index.is_empty
    assert counted(index.add([folder])) == (0, 0, 0, 1, 0)


def test_names_may_be_any_bytes(index, folder, paragraphs):
    odd = [b"new\nline.txt", b"not utf-8 \xff.txt", "東京.txt".encode()]
    for name in odd:
        path = Path(os.fsdecode(os.fsencode(folder) + b"/" + name))
        path.write_text(paragraphs("rain"))
    assert index.add([folder]).added == 3
    assert {os.fsencode(Path(d.path).name) for d in index.documents()} == set(odd)
    hits = Retriever(index).search("rain")
    assert {os.fsencode(Path(hit.document.path).name) for hit in hits} == set(odd)
    assert index.remove([hit.document.path for hit in hits]) == 3


def test_the_index_inside_the_folder_is_not_indexed(folder, write, words, paragraphs):
    write("a.txt", paragraphs("rain"))
    with Index.open(folder / "an.index", create=True, encoder=words) as index:
        for _ in range(2):
            index.add([folder])
        assert names(index) == ["a.txt"]


def test_texts_without_files_are_never_stale(index, folder):
    report = index.add_texts([("one", Content("The first text.")), ("two", Content("The second."))])
    assert counted(report) == (2, 0, 0, 0, 0)
    assert counted(index.add_texts([("two", Content("The third."))])) == (0, 1, 0, 0, 0)
    assert index.text("two") == "The third."
    assert index.status().stale == ()
    index.add([folder])
    assert len(index.documents()) == 2
    assert index.remove(["one"]) == 1
    assert sound(index)


# Removal


def test_documents_and_folders_can_be_removed(index, folder, write, paragraphs, monkeypatch):
    for name in ("a.txt", "sub/b.txt", "sub/deep/c.txt", "sub2/d.txt"):
        write(name, paragraphs("rain"))
    index.add([folder])
    monkeypatch.chdir(folder)
    assert index.remove(["a.txt"]) == 1
    assert index.remove([folder / "sub"]) == 2
    assert names(index) == ["d.txt"]
    assert found(index, "rain") == {"d.txt"}
    with pytest.raises(MissingPath):
        index.remove(["sub2", "never.txt"])
    assert names(index) == ["d.txt"]
    assert sound(index)


def test_an_empty_path_is_not_the_working_folder(index, folder, write, paragraphs, monkeypatch):
    write("a.txt", paragraphs("rain"))
    index.add([folder])
    monkeypatch.chdir(folder)
    for paths in ("", [""], [str(folder / "a.txt"), ""]):
        with pytest.raises(MissingPath, match="an empty path"):
            index.remove(paths)
    assert index.counts.documents == 1


@pytest.mark.parametrize("kind", [np.float64, np.float32, float, Fraction])
def test_a_threshold_may_be_any_kind_of_number(index, words, kind):
    index.set_threshold(kind(0.25))
    with Index.open(index.path, encoder=words) as opened:
        assert opened.threshold == 0.25
        assert opened.status().threshold == 0.25
        assert opened.verify() == []


PROMISE = Promise("shown", 0.05, 0.75, 240, 130, 1, "models")


def test_a_promise_is_kept_with_its_threshold(index, words):
    index.set_promise(PROMISE)
    with Index.open(index.path, encoder=words) as opened:
        assert (opened.promise, opened.threshold) == (PROMISE, 0.75)
        assert opened.status().promise == PROMISE
        assert not opened.status().promise_is_old
        assert opened.verify() == []
        opened.set_threshold(0.75)
        assert opened.promise is opened.status().promise is None


def test_a_promise_is_old_once_documents_have_changed(index):
    index.set_promise(PROMISE)
    index.add_texts([("/new.md", "The mill was built in 1822.")])
    status = index.status()
    assert (status.promise, status.promise_is_old) == (PROMISE, True)
    index.set_promise(PROMISE)
    assert not index.status().promise_is_old


@pytest.mark.parametrize(
    "changes",
    [
        {"at_most": 0},
        {"at_most": float("nan")},
        {"at_most": "0.05"},
        {"risk": "none"},
        {"wrong": 131},
        {"shown": 241},
        {"wrong": -1},
        {"setup": None},
    ],
)
def test_a_promise_that_cannot_be_is_none(index, changes):
    index.set_promise(PROMISE)
    index.write_note("promise", json.dumps({**asdict(PROMISE), **changes}))
    assert index.promise is None


@pytest.mark.parametrize("note", ["", "{", "[]", "null", "[" * 100_000])
def test_a_note_that_is_not_a_promise_is_none(index, note):
    index.set_promise(PROMISE)
    index.write_note("promise", note)
    assert index.promise is None


@pytest.mark.parametrize("value", [True, "0.3", None, [0.3], 1.01, -0.1, float("nan"), np.inf])
def test_what_is_no_threshold_is_refused_and_changes_nothing(index, value):
    index.set_threshold(0.5)
    with pytest.raises((TypeError, ValueError), match="a threshold is a"):
        index.set_threshold(value)
    assert index.threshold == 0.5


def test_removing_nothing_in_particular_removes_nothing(
    index, folder, write, paragraphs, monkeypatch
):
    write("a.txt", paragraphs("rain"))
    index.add([folder])
    monkeypatch.chdir(index.path)
    with pytest.raises(MissingPath):
        index.remove([""])


# Opening


def test_an_index_appears_whole_in_a_new_or_empty_folder(tmp_path, words):
    (tmp_path / "empty").mkdir()
    for place in (tmp_path / "empty", tmp_path / "deep" / "er"):
        with Index.open(place, create=True, encoder=words) as index:
            assert index.counts == (0, 0)
            assert Retriever(index).search("anything") == []
        with Index.open(place, encoder=words):
            pass
    assert not list(tmp_path.glob(".quoteback*"))


def test_what_is_no_index_is_refused_and_left_as_it_is(tmp_path, words):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"x")
    (tmp_path / "file").write_text("x")
    for place in ("photos", "file"):
        for create in (False, True):
            with pytest.raises(NotAnIndex):
                Index.open(tmp_path / place, create=create, encoder=words)
    with pytest.raises(NotAnIndex, match="quoteback index"):
        Index.open(tmp_path / "missing")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "photos"]
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["a.jpg"]


def test_an_index_of_another_model_is_refused(index, words):
    other = type(words)()
    other.name = "other"
    with pytest.raises(OtherModel, match="words, not other"):
        Index.open(index.path, encoder=other)
    with pytest.raises(OtherModel, match="remove that folder"):
        Index.open(index.path, model="sentence-transformers/other")
    Index.open(index.path, model="sentence-transformers/words").close()


def test_another_version_of_the_model_is_refused(index, folder, write, words, paragraphs):
    write("a.txt", paragraphs("rain"))
    index.add([folder])
    words.fingerprint = "words-2"
    with pytest.raises(OtherModel, match="another version"):
        Retriever(index).search("rain")
    assert found(index, "rain") == {"a.txt"}


def test_another_format_is_refused(index, words):
    index.engine.set_setting("format", "0")
    with pytest.raises(OtherFormat, match="remove the folder"):
        Index.open(index.path, create=True, encoder=words)


def test_a_threshold_is_kept(index, words):
    assert index.threshold is None
    index.set_threshold(0.25)
    with Index.open(index.path, encoder=words) as again:
        assert again.threshold == 0.25
        with pytest.raises(ValueError, match="0 to 1"):
            again.set_threshold(7)


def test_notes_are_kept_by_name_apart_from_the_settings_of_the_index(index, words):
    assert index.read_note("model") is None
    index.write_note("model", "mine")
    index.write_note("mood", "dry")
    index.write_note("mood", "wet")
    with Index.open(index.path, encoder=words) as again:
        assert (again.read_note("model"), again.read_note("mood")) == ("mine", "wet")
        assert again.model == words.name
        assert again.verify() == []


def test_the_digest_changes_with_the_documents(index):
    digests = [index.digest()]
    for text in ("One.", "One, once more."):
        index.add_texts([("a", Content(text))])
        digests.append(index.digest())
    assert len(set(digests)) == 3
    assert index.digest() == digests[-1]


# Two at a time


def test_a_second_writer_is_told_and_a_reader_is_not(
    index, folder, write, child, paragraphs, monkeypatch
):
    write("a.txt", paragraphs("rain"))
    index.add([folder])
    other = child(
        "with Index.open(place, encoder=WordEncoder()) as index, index._open_writer(None):\n"
        "    print('writing', flush=True); sys.stdin.readline()",
        index.path, folder,
    )  # fmt: skip
    assert other.stdout.readline() == "writing\n"
    monkeypatch.setattr(locking, "WAIT_SECONDS", 0.3)
    for change in (lambda: index.add([folder]), lambda: index.remove([folder])):
        with pytest.raises(IndexInUse, match="another process"):
            change()
    assert found(index, "rain") == {"a.txt"}
    other.communicate("\n", timeout=60)
    index.add([folder])


def test_a_second_writer_waits_a_little_and_says_so(index, folder, write, child, paragraphs):
    write("a.txt", paragraphs("rain"))
    other = child(
        "with Index.open(place, encoder=WordEncoder()) as index, index._open_writer(None):\n"
        "    print('writing', flush=True); time.sleep(0.5)",
        index.path, folder,
    )  # fmt: skip
    assert other.stdout.readline() == "writing\n"
    steps = []
    assert index.add([folder], progress=steps.append).added == 1
    assert steps[0].stage == "waiting for another process that is writing"


def test_two_may_create_the_same_index_at_once(tmp_path, folder, write, child, paragraphs):
    write("a.txt", paragraphs("rain"))
    code = (
        "time.sleep(max(0, float(sys.argv[3]) - time.time()))\n"
        "with Index.open(place, create=True, encoder=WordEncoder()) as index:\n"
        "    try: print(index.add([folder]).added)\n"
        "    except IndexInUse: print('in use')"
    )
    start = time.time() + 2
    children = [child(code, tmp_path / "new.index", folder, start) for _ in range(3)]
    said = [each.communicate(timeout=60)[0].strip() for each in children]
    assert [each.returncode for each in children] == [0] * 3
    assert said.count("1") == 1
    assert set(said) <= {"0", "1", "in use"}
    assert not list(tmp_path.glob(".quoteback*"))


def test_what_a_process_killed_while_creating_has_left_is_cleared_away(
    tmp_path, folder, words, child
):
    place = tmp_path / "new.index"
    killed = child(
        "import os, signal\n"
        "from index.engines.local.storage import schema\n"
        "def create_store(folder, settings):\n"
        "    (folder / 'index.sqlite').write_text('half of it')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "schema.create_store = create_store\n"
        "Index.open(place, create=True, encoder=WordEncoder())",
        place,
        folder,
    )
    assert killed.wait(timeout=60) == -signal.SIGKILL
    assert not place.exists()
    assert list(tmp_path.glob(".quoteback*"))
    with Index.open(place, create=True, encoder=words) as index:
        assert index.verify() == []
    assert not list(tmp_path.glob(".quoteback*"))


def test_an_index_that_another_process_is_just_making_is_waited_for(tmp_path, words, monkeypatch):
    monkeypatch.setattr("index.filesystem.locking.WAIT_SECONDS", 0.2)
    aside = tmp_path / ".quoteback-new.index.part"
    (aside / "index").mkdir(parents=True)
    with FileLock(aside / "lock"):
        with pytest.raises(IndexInUse, match="another process"):
            Index.open(tmp_path / "new.index", create=True, encoder=words)
        assert (aside / "index").exists()
    Index.open(tmp_path / "new.index", create=True, encoder=words).close()
    assert not aside.exists()


def test_an_index_that_another_process_made_just_before_is_taken(tmp_path, words, monkeypatch):
    place, lock = tmp_path / "new.index", creation.writer_lock

    def other_was_first(aside, tell):
        monkeypatch.setattr(creation, "writer_lock", lock)
        creation.create_index(place, "words")
        # The other one has cleared away what was to be locked.
        assert not aside.exists()
        raise CannotWrite("No such file or directory")

    monkeypatch.setattr(creation, "writer_lock", other_was_first)
    with Index.open(place, create=True, encoder=words) as index:
        assert index.counts == (0, 0)


def test_a_reader_in_another_process_sees_commits_without_reopening(
    index, folder, write, child, paragraphs
):
    reader = child(
        "retriever = Retriever(Index.open(place, encoder=WordEncoder()))\n"
        "for line in sys.stdin:\n"
        "    hits = [retriever.search(line, mode=mode) for mode in ('bm25', 'dense', 'hybrid')]\n"
        "    found = [sum('zebra' in hit.passage.text for hit in each) for each in hits]\n"
        "    print(*found, flush=True)",
        index.path, folder,
    )  # fmt: skip

    def ask():
        reader.stdin.write("the zebra\n")
        reader.stdin.flush()
        return reader.stdout.readline().split()

    assert ask() == ["0", "0", "0"]
    write("a.txt", paragraphs("zebra"))
    index.add([folder])
    assert ask() == ["1", "1", "1"]
    for number in range(6):
        write(f"{number}.txt", paragraphs(f"zebra{number} zebra"))
        index.add([folder])
    assert ask() == ["7", "7", "7"]
    index.remove([folder])
    assert ask() == ["0", "0", "0"]
    reader.communicate(timeout=60)


@pytest.mark.slow
def test_threads_search_while_another_writes(index, folder, write, words, paragraphs):
    write("first.txt", paragraphs("rain"))
    index.add([folder])
    done, trouble = threading.Event(), []

    def search():
        retriever = Retriever(index)
        try:
            while not done.is_set():
                for mode in ("hybrid", "bm25", "dense"):
                    hits = retriever.search("all about rain", 3, mode)
                    assert hits
                    assert all(hit.passage.text for hit in hits)
                index.status()
        except BaseException as error:
            trouble.append(error)

    threads = [threading.Thread(target=search) for _ in range(8)]
    for thread in threads:
        thread.start()
    with Index.open(index.path, encoder=words) as writer:
        for number in range(8):
            write(f"{number}.txt", paragraphs(f"rain {number}", "snow"))
            writer.add([folder])
            if number % 4 == 3:
                writer.remove([folder / f"{number}.txt"])
    done.set()
    for thread in threads:
        thread.join()
    assert trouble == []
    assert sound(index)


def test_deleted_passages_never_come_back_and_k_results_do(index, folder, write, paragraphs):
    for number in range(60):
        write(f"{number:02}.txt", paragraphs(f"rain number {number}"))
    index.add([folder])
    index.remove([folder / f"{number:02}.txt" for number in range(45)])
    for mode in ("hybrid", "dense", "bm25"):
        hits = Retriever(index).search("rain number 7", 15, mode)
        assert sorted(Path(hit.document.path).stem for hit in hits) == [
            str(n) for n in range(45, 60)
        ]


def test_many_runs_leave_few_segments_and_the_same_results(
    index, folder, write, paragraphs, monkeypatch
):
    for number in range(20):
        write(f"{number}.txt", paragraphs(f"rain {number}"))
        index.add([folder])
    before = [hit.passage.id for hit in Retriever(index).search("rain 3", 20, "dense")]
    assert len(list((index.path / "vectors").iterdir())) <= 17
    monkeypatch.setattr(vectors, "_MOST_SMALL_SEGMENTS", 1)
    index.engine.vectors.compact()
    assert [hit.passage.id for hit in Retriever(index).search("rain 3", 20, "dense")] == before
    assert sound(index)


def test_what_was_not_embedded_is_embedded_by_the_next_run(index, folder, write, words, paragraphs):
    write("a.txt", paragraphs("rain", "snow"))
    encode = words.encode_passages

    def stop(_):
        raise KeyboardInterrupt

    words.encode_passages = stop
    with pytest.raises(KeyboardInterrupt):
        index.add([folder])
    assert found(index, "rain") == {"a.txt"}
    assert index.status().vectors == 0
    words.encode_passages = encode
    assert counted(index.add([folder])) == (0, 0, 0, 1, 0)
    assert sound(index)


def test_progress_counts_up_to_its_total(index, folder, write, paragraphs):
    for number in range(3):
        write(f"{number}.txt", paragraphs("rain"))
    steps = []
    index.add([folder], progress=steps.append)
    assert [(step.stage, step.done, step.total) for step in steps] == [
        ("looking for files", 0, 0),
        ("reading", 0, 3), ("reading", 1, 3), ("reading", 2, 3), ("reading", 3, 3),
        ("embedding", 0, 3), ("embedding", 3, 3),
    ]  # fmt: skip


def test_what_cannot_be_written_to_is_said(index, folder):
    (index.path / "lock").unlink(missing_ok=True)
    (index.path / "lock").mkdir()
    with pytest.raises(QuotebackError, match="cannot be written to"):
        index.add([folder])


def test_what_cannot_be_written_to_can_be_read(
    index, folder, write, words, paragraphs, tmp_path, monkeypatch
):
    write("a.txt", paragraphs("rain"))
    index.add([folder])
    # A copy in which the latest commits are in SQLite's log alone.
    closed = shutil.copytree(index.path, tmp_path / "closed.index")
    assert (closed / "index.sqlite-wal").stat().st_size
    # Neither engine gets a lock there.
    for path in closed.rglob("*.lock"):
        path.unlink()
        path.mkdir()
    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    with Index.open(closed, encoder=words) as reader:
        for mode in ("bm25", "dense", "hybrid"):
            assert found(reader, "rain", mode) == {"a.txt"}
        assert sound(reader)


def test_status_tells_what_is_stale(index, folder, write, paragraphs):
    write("a.txt", paragraphs("rain"))
    gone = write("b.txt", paragraphs("snow"))
    changed = write("c.txt", paragraphs("hail"))
    index.add([folder])
    Path(gone).unlink()
    write("c.txt", "changed", age=10)
    status = index.status()
    assert status.stale == (gone, changed)
    assert (status.documents, status.passages, status.vectors, status.model) == (3, 3, 3, "words")
    assert status.bytes > 10_000


@pytest.mark.slow
def test_a_text_of_five_megabytes_takes_bounded_time(index, folder, write):
    sentence = "The {} engine was delivered to the northern depot in the spring of {}. "
    text = "\n\n".join(
        "".join(sentence.format(number * 7 + each, 1800 + each) for each in range(10))
        for number in range(7000)
    )
    assert len(text) > 4_900_000
    write("big.txt", text)
    with takes_at_most(30):
        assert index.add([folder]).added == 1
    assert found(index, "6999") == {"big.txt"} or index.counts[1] > 7000
    assert index.verify() == []
