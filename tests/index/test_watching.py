"""Watching: files that change, come, move and go are followed, and nothing else."""

import os
import threading
import time
from pathlib import Path

import pytest

from index import Failure, Index, MissingPath, watch
from index.filesystem import locking


def counted(report):
    return report.added, report.updated, report.moved, report.removed


@pytest.fixture
def watching(index):
    """Starts watching paths; each call of what it gives waits for the next report."""
    stop = threading.Event()
    running = []

    def start(*paths, **options):
        reports = watch(index, paths, stop=stop, **options)
        running.append(reports)
        timer = threading.Timer(20, stop.set)
        timer.start()
        running.append(timer)
        return lambda: next(reports)

    yield start
    stop.set()
    for each in running:
        each.cancel() if isinstance(each, threading.Timer) else each.close()


def test_a_folder_is_followed(index, folder, write, words, paragraphs, watching):
    write("a.md", paragraphs("rain"))
    report = watching(folder)
    assert counted(report()) == (1, 0, 0, 0)
    write("b.md", paragraphs("snow"))
    assert counted(report()) == (1, 0, 0, 0)
    write("b.md", paragraphs("hail"), age=50)
    assert counted(report()) == (0, 1, 0, 0)
    words.encoded.clear()
    (folder / "b.md").rename(folder / "c.md")
    assert counted(report()) == (0, 0, 1, 0)
    assert words.encoded == []
    write("sub/d.md", paragraphs("fog"))
    assert counted(report()) == (1, 0, 0, 0)
    (folder / "sub").rename(folder / ".sub")
    assert counted(report()) == (0, 0, 0, 1)
    assert [Path(document.path).name for document in index.documents()] == ["a.md", "c.md"]
    assert index.verify() == []


def test_what_changes_before_the_first_report_is_not_missed(
    index, folder, write, words, paragraphs, watching
):
    write("a.md", paragraphs("rain"))
    encode = words.encode_passages

    def meanwhile(texts):
        write("b.md", paragraphs("snow"))
        words.encode_passages = encode
        return encode(texts)

    words.encode_passages = meanwhile
    report = watching(folder)
    assert counted(report()) == (1, 0, 0, 0)
    assert counted(report()) == (1, 0, 0, 0)


def test_changes_that_concern_nothing_are_not_reported(index, folder, write, paragraphs, watching):
    write(".gitignore", "*.log\n")
    report = watching(folder, exclude=["drafts/"])
    assert counted(report()) == (0, 0, 0, 0)
    for name in ("a.log", ".hidden.md", "drafts/b.md", "c.mp4"):
        write(name, paragraphs("rain"))
    time.sleep(1)
    write("d.md", paragraphs("snow"))
    assert counted(report()) == (1, 0, 0, 0)
    assert index.counts[0] == 1


def test_a_changed_ignore_file_changes_what_is_taken(index, folder, write, paragraphs, watching):
    write("a.md", paragraphs("rain"))
    write("b.md", paragraphs("snow"))
    report = watching(folder)
    report()
    write(".gitignore", "a.md\n")
    assert counted(report()) == (0, 0, 0, 1)
    (folder / ".gitignore").unlink()
    assert counted(report()) == (1, 0, 0, 0)


def test_files_named_alone_are_followed(index, folder, write, paragraphs, watching):
    path = write("a.md", paragraphs("rain"))
    write("b.md", paragraphs("snow"))
    report = watching(path)
    assert counted(report()) == (1, 0, 0, 0)
    aside = folder / "aside"
    aside.write_text(paragraphs("hail"))
    aside.replace(path)
    write("b.md", paragraphs("fog"), age=50)
    assert counted(report()) == (0, 1, 0, 0)
    Path(path).unlink()
    assert counted(report()) == (0, 0, 0, 1)


def test_a_file_that_fails_is_reported(index, folder, write, watching):
    report = watching(folder)
    report()
    path = write("a.txt", bytes(range(256)) * 10)
    assert report().failed == [Failure(path, "not text (binary data)")]


def test_a_file_whose_name_is_not_text_is_followed_as_well(
    index, folder, write, paragraphs, watching
):
    report = watching(folder)
    report()
    odd = Path(os.fsdecode(os.fsencode(folder) + b"/not utf-8 \xff.txt"))
    odd.write_text(paragraphs("rain"))
    assert counted(report()) == (1, 0, 0, 0)
    write("a.txt", paragraphs("snow"))
    assert counted(report()) == (1, 0, 0, 0)
    odd.unlink()
    assert counted(report()) == (0, 0, 0, 1)


def test_an_index_inside_the_folder_does_not_wake_it(folder, write, words, paragraphs):
    write("a.md", paragraphs("rain"))
    stop = threading.Event()
    with Index.open(folder / "an.index", create=True, encoder=words) as index:
        runs = []
        update = index.update
        index.update = lambda *a, **k: runs.append(a) or update(*a, **k)
        reports = watch(index, [folder], stop=stop)
        next(reports)
        threading.Timer(2, stop.set).start()
        assert list(reports) == []
        assert runs == []


def test_another_writer_is_waited_for(
    index, folder, write, paragraphs, watching, monkeypatch, child
):
    monkeypatch.setattr(locking, "WAIT_SECONDS", 0.1)
    report = watching(folder)
    report()
    other = child(
        "with Index.open(place, encoder=WordEncoder()) as index, index._open_writer(None):\n"
        "    print('writing', flush=True); time.sleep(1.5)",
        index.path, folder,
    )  # fmt: skip
    assert other.stdout.readline() == "writing\n"
    write("a.md", paragraphs("rain"))
    assert counted(report()) == (1, 0, 0, 0)


def test_a_folder_that_goes_ends_it_and_removes_nothing(index, folder, write, paragraphs, watching):
    write("a.md", paragraphs("rain"))
    report = watching(folder)
    report()
    folder.rename(folder.with_name("elsewhere"))
    with pytest.raises(MissingPath, match="can no longer be watched"):
        report()
    assert index.counts[0] == 1
    folder.with_name("elsewhere").rename(folder)


def test_what_is_missing_from_the_start_is_an_error(index, folder):
    with pytest.raises(MissingPath, match="no such file"):
        next(watch(index, [folder / "nowhere"]))
