"""Keeping in step: what is moved, copied, edited, left out, and what was named."""

import errno
import os
import shutil
import socket
import stat
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from index import (
    BadPattern,
    CannotWrite,
    Content,
    Failure,
    Filter,
    Index,
    MissingPath,
    Retriever,
    loaders,
)
from index.engines import model
from index.engines.local.keywords import KeywordIndex
from index.engines.local.storage.rows import put_document, touch_document
from index.sync import walk
from tests.support.timing import takes_at_most


def counted(report):
    return report.added, report.updated, report.moved, report.removed, report.unchanged


def names(index, folder):
    return [os.path.relpath(document.path, folder) for document in index.documents()]


@pytest.fixture
def sound(index):
    """Checks that all is in step with itself."""
    yield
    assert index.verify() == []
    assert index.engine.vectors.ids().tolist() == index.engine.passage_ids().tolist()


# Moved and copied


def test_a_moved_file_keeps_its_passages_and_is_not_embedded_again(
    index, folder, write, words, paragraphs, sound
):
    write("a.md", "# Rain\n\n" + paragraphs("rain", "snow"))
    index.add([folder])
    before = index.engine.passage_ids().tolist()
    words.encoded.clear()
    (folder / "sub").mkdir()
    (folder / "a.md").rename(folder / "sub" / "b.md")
    assert counted(index.add([folder])) == (0, 0, 1, 0, 0)
    assert names(index, folder) == ["sub/b.md"]
    assert index.engine.passage_ids().tolist() == before
    assert words.encoded == []
    hits = Retriever(index).search("all about snow")
    assert {hit.document.path for hit in hits} == {str(folder / "sub" / "b.md")}
    assert counted(index.add([folder])) == (0, 0, 0, 0, 1)


def test_a_moved_folder_is_not_embedded_again(index, folder, write, words, paragraphs, sound):
    for number in range(30):
        write(f"old/{number}.txt", paragraphs(f"rain {number}"))
    index.add([folder])
    words.encoded.clear()
    (folder / "old").rename(folder / "new")
    assert counted(index.add([folder])) == (0, 0, 30, 0, 0)
    assert words.encoded == []
    assert len(names(index, folder)) == 30


def test_a_file_moved_over_another_takes_its_place(index, folder, write, words, paragraphs, sound):
    write("a.txt", paragraphs("rain"))
    write("b.txt", paragraphs("snow"))
    index.add([folder])
    words.encoded.clear()
    (folder / "a.txt").replace(folder / "b.txt")
    assert counted(index.add([folder])) == (0, 0, 1, 0, 0)
    assert "rain" in index.text(folder / "b.txt")
    assert index.counts == (1, 1)
    assert words.encoded == []


def test_an_error_of_the_disk_is_not_blamed_on_a_file(
    index, folder, write, paragraphs, sound, monkeypatch
):
    write("a.txt", paragraphs("rain"))
    write("b.txt", paragraphs("snow"))
    index.add([folder])
    (folder / "a.txt").replace(folder / "b.txt")

    def fail(*_):
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr("index.sync.batch.COMMIT_FILES", 1)
        patch.setattr(KeywordIndex, "add", fail)
        with pytest.raises(CannotWrite, match="cannot be written to"):
            index.add([folder])
    # The move was committed before that.
    assert "rain" in index.text(folder / "b.txt")
    assert counted(index.add([folder])) == (0, 0, 0, 0, 1)


def test_a_copied_file_is_another_document_with_the_same_vectors(
    index, folder, write, words, paragraphs, sound
):
    write("a.txt", paragraphs("rain", "snow"))
    index.add([folder])
    words.encoded.clear()
    for number in range(3):
        shutil.copy(folder / "a.txt", folder / f"copy{number}.txt")
    assert counted(index.add([folder])) == (3, 0, 0, 0, 1)
    assert words.encoded == []
    assert index.counts == (4, 8)
    dense = Retriever(index).search("all about snow", 8, "dense")
    assert len({hit.document.path for hit in dense[:4]}) == 4
    assert len({hit.scores["dense"] for hit in dense[:4]}) == 1


def test_copies_in_a_new_folder_are_embedded_once(index, folder, write, words, paragraphs, sound):
    for number in range(5):
        write(f"{number}.txt", paragraphs("rain", "snow"))
    assert index.add([folder]).added == 5
    assert len(words.encoded) == 2


def test_of_a_file_moved_and_copied_at_once_nothing_is_embedded_again(
    index, folder, write, words, paragraphs, sound
):
    write("a.txt", paragraphs("rain"))
    index.add([folder])
    words.encoded.clear()
    shutil.copy(folder / "a.txt", folder / "b.txt")
    (folder / "a.txt").rename(folder / "c.txt")
    assert counted(index.add([folder])) == (1, 0, 1, 0, 0)
    assert names(index, folder) == ["b.txt", "c.txt"]
    assert words.encoded == []


def test_the_same_bytes_under_another_suffix_are_read_anew(index, folder, write, paragraphs, sound):
    write("a.txt", "# Rain\n\n" + paragraphs("rain"))
    index.add([folder])
    (folder / "a.txt").rename(folder / "a.md")
    assert counted(index.add([folder])) == (1, 0, 0, 1, 0)
    [hit] = Retriever(index).search("rain", 1)
    assert hit.passage.heading == "Rain"


def test_a_file_moved_here_from_elsewhere_is_known(
    index, folder, write, words, paragraphs, tmp_path, sound
):
    write("one/a.txt", paragraphs("rain"))
    (folder / "two").mkdir()
    index.add([folder / "one"])
    words.encoded.clear()
    (folder / "one" / "a.txt").rename(folder / "two" / "a.txt")
    assert counted(index.add([folder / "two"])) == (0, 0, 1, 0, 0)
    assert words.encoded == []


# Edited


def test_of_an_edited_file_only_new_paragraphs_are_embedded(
    index, folder, write, words, paragraphs, sound
):
    write("a.txt", paragraphs(*(f"topic {number}" for number in range(20))))
    index.add([folder])
    words.encoded.clear()
    topics = [f"topic {number}" for number in range(20) if number != 7]
    write("a.txt", paragraphs("something new", *topics), age=50)
    assert counted(index.add([folder])) == (0, 1, 0, 0, 0)
    assert len(words.encoded) == 1
    text = index.text(folder / "a.txt")
    for hit in Retriever(index).search("all about topic", 50):
        assert hit.passage.span.of(text) == hit.passage.text
    assert index.counts == (1, 20)


def test_a_file_changed_to_the_same_size_with_its_time_put_back_is_taken_up(
    index, folder, write, paragraphs, settled, reads, sound
):
    for name in ("a.txt", "b.txt"):
        write(name, paragraphs("rain"))
    index.add([folder])
    reads.clear()
    time.sleep(0.02)
    stat = (folder / "a.txt").stat()
    (folder / "a.txt").write_text(paragraphs("snow"))
    os.utime(folder / "a.txt", ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert (folder / "a.txt").stat().st_size == stat.st_size
    assert index.status().stale == (str(folder / "a.txt"),)
    assert counted(index.update()) == (0, 1, 0, 0, 1)
    assert set(reads) == {folder / "a.txt"}
    assert "snow" in index.text(folder / "a.txt")


def test_files_restored_from_a_copy_are_read_once_and_not_embedded_again(
    index, folder, write, words, paragraphs, settled, reads, sound
):
    for number in range(5):
        write(f"{number}.txt", paragraphs(f"rain {number}"))
    index.add([folder])
    words.encoded.clear()
    shutil.copytree(folder, folder.with_name("copy"))
    shutil.rmtree(folder)
    time.sleep(0.02)
    shutil.copytree(folder.with_name("copy"), folder)
    reads.clear()
    assert counted(index.update()) == (0, 0, 0, 0, 5)
    assert len(reads) == 5
    assert counted(index.update()) == (0, 0, 0, 0, 5)
    assert len(reads) == 5
    assert words.encoded == []


# Failed


def test_a_file_that_failed_is_tried_again_only_when_changed_or_named(
    index, folder, write, monkeypatch, paragraphs
):
    tried = []

    def load(data):
        tried.append(data)
        raise loaders.UnreadableFile("no drawing")

    monkeypatch.setattr("index.loaders.registry._registered", {})
    loaders.register_loader((".drawing",), load)
    path = write("a.drawing", "x")
    for _ in range(3):
        assert index.add([folder]).failed == [Failure(path, "no drawing")]
    assert len(tried) == 1
    index.add([path])
    assert len(tried) == 2
    write("a.drawing", "y", age=50)
    index.add([folder])
    assert len(tried) == 3


def test_a_file_without_a_byte_is_called_empty_and_not_damaged(index, folder, write):
    paths = [write("a.docx", b""), write("b.pdf", b"")]
    assert index.add([folder]).failed == [Failure(path, "empty") for path in paths]


def test_a_file_that_could_not_be_opened_is_tried_again(
    index, folder, write, paragraphs, monkeypatch
):
    write("a.txt", paragraphs("rain"))

    opens = os.open

    def refuse(name, *arguments, **options):
        if name == "a.txt":
            raise PermissionError(13, "Permission denied")
        return opens(name, *arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr("index.filesystem.safe_opening.os.open", refuse)
        assert [failure.reason for failure in index.add([folder]).failed] == ["Permission denied"]
    assert counted(index.add([folder])) == (1, 0, 0, 0, 0)


# Files that mean harm


@pytest.mark.parametrize("seconds", [-10_000_000_000, -86_400 * 365 * 10, 13_569_465_600])
def test_a_time_before_1970_or_after_2262_is_no_trouble(
    index, folder, write, paragraphs, seconds, sound
):
    path = write("a.txt", paragraphs("rain"))
    write("b.txt", paragraphs("snow"))
    os.utime(path, (seconds, seconds))
    assert counted(index.add([folder])) == (2, 0, 0, 0, 0)
    assert counted(index.add([folder])) == (0, 0, 0, 0, 2)
    assert index.status().stale == ()
    since = Filter(since=datetime(1980, 1, 1))
    assert len(Retriever(index).search("rain", filter=since)) == 1 + (seconds > 0)


def test_a_file_replaced_by_a_link_after_it_was_found_is_not_followed(
    index, folder, write, paragraphs, tmp_path, monkeypatch
):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "b.txt").write_text("The secret is swordfish.")
    write("a.txt", paragraphs("rain"))
    paths = [write("b.txt", paragraphs("snow")), write("sub/b.txt", paragraphs("hail"))]
    found = walk.walk

    def swap(*arguments):
        walked = found(*arguments)
        Path(paths[0]).unlink()
        Path(paths[0]).symlink_to(outside / "b.txt")
        shutil.rmtree(folder / "sub")
        (folder / "sub").symlink_to(outside)
        return walked

    monkeypatch.setattr("index.sync.given_paths.walk", swap)
    report = index.add([folder])
    assert report.failed == [Failure(path, "a link, which is not followed") for path in paths]
    assert names(index, folder) == ["a.txt"]


@pytest.mark.parametrize("kind", ["pipe", "socket", "device"])
def test_a_file_replaced_by_something_else_is_not_waited_for(
    index, folder, write, paragraphs, monkeypatch, kind
):
    path = write("a.txt", paragraphs("rain"))
    found = walk.walk

    def swap(*arguments):
        walked = found(*arguments)
        Path(path).unlink()
        if kind == "pipe":
            os.mkfifo(path)
        elif kind == "socket":
            with socket.socket(socket.AF_UNIX) as made:
                made.bind(path)
        else:
            try:
                os.mknod(path, 0o600 | stat.S_IFCHR, os.makedev(1, 5))
            except PermissionError:
                pytest.skip("only root makes devices")
        return walked

    monkeypatch.setattr("index.sync.given_paths.walk", swap)
    (failed,) = index.add([folder]).failed
    assert failed.path == path
    assert index.counts == (0, 0)


def test_a_document_that_cannot_be_stored_costs_no_other(
    index, folder, write, paragraphs, monkeypatch, sound
):
    path = write("b.txt", paragraphs("rain"))
    for name in "ac":
        write(f"{name}.txt", paragraphs(name))
    put = put_document

    def refuse(connection, path, *rest):
        removed = put(connection, path, *rest)
        if path.endswith("b.txt"):
            raise OverflowError("too large")
        return removed

    with monkeypatch.context() as patch:
        patch.setattr("index.engines.local.writer.put_document", refuse)
        report = index.add([folder])
    reason = "cannot be stored (OverflowError('too large'))"
    assert (counted(report), report.failed) == ((2, 0, 0, 0, 0), [Failure(path, reason)])
    assert names(index, folder) == ["a.txt", "c.txt"]
    assert counted(index.add([folder])) == (1, 0, 0, 0, 2)


def test_an_error_in_cutting_a_file_costs_that_file_alone(
    index, folder, write, paragraphs, monkeypatch, sound
):
    path = write("b.txt", paragraphs("rain"))
    write("c.txt", paragraphs("snow"))
    cut = model.cut_passages

    def fail(content, *rest, **named):
        if "rain" in content.text:
            raise RecursionError("too deep")
        return cut(content, *rest, **named)

    monkeypatch.setattr(model, "cut_passages", fail)
    report = index.add([folder])
    assert report.failed == [Failure(path, "cannot be indexed (RecursionError('too deep'))")]
    assert names(index, folder) == ["c.txt"]


# Left out


def test_a_file_that_becomes_ignored_or_excluded_is_removed(
    index, folder, write, paragraphs, sound
):
    for name in ("a.md", "b.txt", "drafts/c.md"):
        write(name, paragraphs(name))
    index.add([folder])
    write(".gitignore", "drafts/\n")
    assert counted(index.add([folder])) == (0, 0, 0, 1, 2)
    assert counted(index.add([folder], exclude=["*.txt"])) == (0, 0, 0, 1, 1)
    assert names(index, folder) == ["a.md"]
    (folder / ".gitignore").unlink()
    assert counted(index.add([folder], exclude=[])) == (2, 0, 0, 0, 1)


def test_patterns_are_remembered_with_their_folder(index, folder, write, paragraphs):
    for name in ("a.md", "b.txt", "drafts/c.md"):
        write(name, paragraphs(name))
    index.add([folder], include=["*.md"], exclude=["drafts/"])
    assert names(index, folder) == ["a.md"]
    write("new.txt", paragraphs("new"))
    assert counted(index.add([folder])) == counted(index.update()) == (0, 0, 0, 0, 1)
    assert index.add([folder], include=["*.txt"]).added == 2
    assert index.add([folder], exclude=[]).added == 2


def test_a_pattern_that_is_none_changes_nothing(index, folder, write, paragraphs):
    write("a.md", paragraphs("rain"))
    index.add([folder])
    with pytest.raises(BadPattern, match="gitignore"):
        index.add([folder], exclude=["!"])
    assert index.engine.given().roots[str(folder)].exclude == ()


def test_parts_of_a_page_go_and_come_with_the_page_if_only_it_is_named(index, folder, write):
    part = write("page_files/frame.html", "<p>A frame of the page.</p>")
    index.add([folder])
    assert names(index, folder) == ["page_files/frame.html"]
    page = write("page.html", "<p>The page itself.</p>")
    index.update([page])
    assert names(index, folder) == ["page.html"]
    write("page_files/frame.html", "<p>Another frame of the page.</p>")
    for changed in ([part], [folder / "page_files"], [page, part]):
        index.update(changed)
        assert names(index, folder) == ["page.html"]
    Path(page).unlink()
    index.update([page])
    assert names(index, folder) == ["page_files/frame.html"]


def test_what_was_left_out_is_reported(index, folder, write):
    for name in ("a.md", ".b.md", "c.mp4", "d.mp4"):
        write(name, "x")
    report = index.add([folder])
    assert report.skipped.reasons == {"hidden": 1, "of an unsupported kind": 2}
    assert Failure(str(folder / "c.mp4"), "of an unsupported kind") in report.skipped.listed


# Removed by hand


def test_what_is_removed_from_a_folder_stays_out_until_it_is_named(
    index, folder, write, paragraphs, sound
):
    for name in ("a.md", "b.md", "sub/c.md", "sub/d.md"):
        write(name, paragraphs(name))
    index.add([folder])
    assert index.remove([folder / "a.md"]) == 1
    assert index.remove([folder / "sub"]) == 2
    for report in (index.update(), index.add([folder]), index.update([folder / "a.md"])):
        assert (report.added, report.removed) == (0, 0)
    assert index.update().skipped.reasons == {"removed": 2}
    status = index.status()
    assert status.removed == (str(folder / "a.md"), str(folder / "sub"))
    assert (status.new, status.folders) == ((), (str(folder),))
    assert index.add([folder / "a.md"]).added == 1
    assert index.removed == {str(folder / "sub")}
    assert index.add([folder / "sub"]).added == 2
    assert index.removed == set()
    assert counted(index.update()) == (0, 0, 0, 0, 4)
    # All of it is a part of the folder again.
    assert list(index.engine.given().roots) == [str(folder)]


def test_a_file_in_a_removed_folder_can_be_named_alone(index, folder, write, paragraphs, sound):
    for name in ("a.md", "sub/c.md", "sub/d.md"):
        write(name, paragraphs(name))
    index.add([folder])
    index.remove([folder / "sub"])
    assert index.add([folder / "sub" / "c.md"]).added == 1
    assert counted(index.update()) == (0, 0, 0, 0, 2)
    assert names(index, folder) == ["a.md", "sub/c.md"]


def test_of_a_folder_that_is_forgotten_nothing_stays_out(index, folder, write, paragraphs, sound):
    for name in ("a.md", "sub/b.md", "sub/c.md"):
        write(name, paragraphs(name))
    index.add([folder])
    index.remove([folder / "sub" / "b.md"])
    index.remove([folder / "sub"])
    assert index.removed == {str(folder / "sub")}
    index.remove([folder])
    assert index.removed == set()
    assert index.add([folder]).added == 3


def test_what_is_removed_without_a_folder_or_is_gone_may_come_back(
    index, folder, write, paragraphs, sound
):
    write("sub/a.md", paragraphs("rain"))
    write("b.md", paragraphs("snow"))
    index.add([folder / "sub", folder / "b.md"])
    index.add_texts([("note", Content("all about hail"))])
    (folder / "sub" / "a.md").unlink()
    assert index.remove([folder / "b.md", folder / "sub" / "a.md", "note"]) == 3
    assert index.removed == set()
    write("sub/a.md", paragraphs("rain"))
    assert counted(index.update()) == (1, 0, 0, 0, 0)


def test_a_removed_file_that_could_not_be_read_is_not_tried_again(index, folder, write):
    path = write("broken.txt", bytes(range(256)) * 10)
    assert len(index.add([folder]).failed) == 1
    index.remove([path])
    assert index.update().failed == []
    assert index.status().failed == ()


# Named


def test_what_was_named_is_remembered_where_it_is_not_part_of_something(index, folder, write):
    for name in ("a.md", ".b.md", "sub/c.md"):
        write(name, "x" * 50 + name)
    index.add([folder])
    index.add([folder / "a.md", folder / ".b.md", folder / "sub"])
    assert list(index.engine.given().roots) == [str(folder), str(folder / ".b.md")]
    assert counted(index.add([folder])) == (0, 0, 0, 0, 3)
    index.remove([folder])
    assert index.engine.given().roots == {}
    with pytest.raises(MissingPath):
        index.remove([folder])


def test_all_that_is_remembered_can_be_brought_in_step(index, folder, write, paragraphs):
    write("one/a.md", paragraphs("rain"))
    write("two/b.md", paragraphs("snow"))
    index.add([folder / "one", folder / "two" / "b.md"])
    write("one/c.md", paragraphs("hail"))
    write("two/b.md", paragraphs("sleet"), age=50)
    write("two/d.md", paragraphs("fog"))
    assert counted(index.update()) == (1, 1, 0, 0, 1)


def test_places_are_brought_in_step_as_their_folder_has_it(index, folder, write, paragraphs, sound):
    for name in ("a.md", "sub/b.md", "sub/c.md", ".git/d.md"):
        write(name, paragraphs(name))
    index.add([folder])
    shutil.rmtree(folder / "sub")
    write("a.md", paragraphs("changed"), age=50)
    write(".git/e.md", paragraphs("hidden"))
    changed = [
        folder / "a.md",
        folder / ".git" / "e.md",
        folder / "sub" / "b.md",
        folder / "new.md",
    ]
    assert counted(index.update(changed)) == (0, 1, 0, 1, 0)
    assert names(index, folder) == ["a.md", "sub/c.md"]
    assert counted(index.update([folder / "sub"])) == (0, 0, 0, 1, 0)


def test_nothing_is_removed_where_a_remembered_folder_is_missing(index, folder, write, paragraphs):
    write("a.md", paragraphs("rain"))
    index.add([folder])
    folder.rename(folder.with_name("unplugged"))
    assert counted(index.update()) == counted(index.update([folder / "a.md"])) == (0, 0, 0, 0, 0)
    assert names(index, folder) == ["a.md"]


def test_a_named_file_that_was_deleted_is_removed(index, folder, write, paragraphs):
    path = write(".a.md", paragraphs("rain"))
    index.add([path])
    Path(path).unlink()
    assert counted(index.update()) == (0, 0, 0, 1, 0)


# Out of step


def test_status_says_what_is_out_of_step(index, folder, write, words, paragraphs, monkeypatch):
    for name in ("a.md", "b.md", "c.md"):
        write(name, paragraphs(name))
    broken = write("broken.txt", bytes(range(256)) * 10)
    index.add([folder])
    write("a.md", "changed", age=50)
    (folder / "b.md").unlink()
    new = write("sub/new.md", paragraphs("new"))
    write(".hidden.md", "x")

    def fail(_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(words, "encode_passages", fail)
        write("c.md", paragraphs("one", "two"), age=50)
        with pytest.raises(KeyboardInterrupt):
            index.update([folder / "c.md"])
    status = index.status()
    assert status.folders == (str(folder),)
    assert status.stale == (str(folder / "a.md"), str(folder / "b.md"))
    assert status.gone == (str(folder / "b.md"),)
    assert status.new == (new,)
    assert [failure.path for failure in status.failed] == [broken]
    assert (status.passages, status.vectors, status.waiting) == (4, 2, 2)
    index.add([folder])
    status = index.status()
    assert (status.stale, status.gone, status.new, status.waiting) == ((), (), (), 0)


@pytest.mark.slow
def test_two_hundred_unchanged_files_cost_little(tmp_path, words, settled, reads):
    folder = tmp_path / "many"
    for group in range(10):
        (folder / str(group)).mkdir(parents=True)
        for number in range(20):
            (folder / str(group) / f"{number}.txt").write_text(f"Note {group}/{number}.")
    then = time.time() - 100
    for path in folder.rglob("*.txt"):
        os.utime(path, (then, then))
    with Index.open(tmp_path / "many.index", create=True, encoder=words) as index:
        assert index.add([folder]).added == 200
        words.encoded.clear()
        reads.clear()
        with takes_at_most(0.5):
            assert counted(index.add([folder])) == (0, 0, 0, 0, 200)
            assert reads == []


def test_what_an_earlier_version_has_read_is_read_anew_and_not_copied(
    index, folder, write, words, paragraphs
):
    write("a.txt", paragraphs("rain"))
    write("b.txt", paragraphs("snow"))
    index.add([folder])
    with index.engine.writing() as connection:
        for path, state in index.engine.states().items():
            touch_document(connection, path, replace(state, loader_version=None))
    assert index.status().to_reread == 2
    before = index.engine.passage_ids().tolist()
    words.encoded.clear()
    write("c.txt", paragraphs("rain"))
    assert counted(index.update()) == (1, 2, 0, 0, 0)
    assert index.status().to_reread == 0
    assert counted(index.update()) == (0, 0, 0, 0, 3)
    # What is as before keeps its passages and vectors.
    assert words.encoded == []
    assert set(before) < set(index.engine.passage_ids().tolist())
