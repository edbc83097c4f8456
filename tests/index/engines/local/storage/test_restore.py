"""A lost store is replaced: however often that is interrupted, it ends well, or is said to go on."""

import json
import shutil
from pathlib import Path

import pytest

from index import DamagedIndex, Index, Retriever, holds_documents
from index.engines.local.storage.schema import FILE_NAME


@pytest.fixture
def lost(tmp_path, folder, write, words, paragraphs):
    """An index of two folders whose store cannot be read any more, and what was in it."""
    for number in range(6):
        write(f"{number}.txt", paragraphs(f"rain {number}", f"snow {number}"))
    other = tmp_path / "other"
    other.mkdir()
    (other / "far.txt").write_text(paragraphs("hail"))
    place = tmp_path / "an.index"
    with Index.open(place, create=True, encoder=words) as index:
        index.add([folder, other])
        index.set_threshold(0.25)
        texts = {each.path: index.text(each.path) for each in index.documents()}
        # The latest commits are in the log alone.
        shutil.copytree(place, tmp_path / "lost.index")
    with (tmp_path / "lost.index" / FILE_NAME).open("r+b") as file:
        file.write(b"no database" * 100)
    return tmp_path / "lost.index", texts


def texts_of(index):
    return {each.path: index.text(each.path) for each in index.documents()}


def kill_at(monkeypatch, step):
    """End at the n-th change of a name, as a kill would."""
    replace, unlink, count = Path.replace, Path.unlink, [0]

    def counted(function):
        def call(*arguments, **options):
            count[0] += 1
            if count[0] == step:
                raise SystemExit
            return function(*arguments, **options)

        return call

    monkeypatch.setattr(Path, "replace", counted(replace))
    monkeypatch.setattr(Path, "unlink", counted(unlink))
    return count


@pytest.mark.parametrize("step", range(1, 8))
def test_a_kill_at_any_change_of_a_name_loses_nothing(lost, words, monkeypatch, step):
    place, texts = lost
    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        kill_at(patch, step)
        Index.restore(place, encoder=words)
    assert place.is_dir()
    try:
        with Index.open(place, encoder=words) as index:
            problems = index.verify()
            # Nothing is sound before all has been read again.
            assert problems or texts_of(index) == texts
            assert all("\n" not in problem for problem in problems)
            assert index.repair() == []
            assert texts_of(index) == texts
    except DamagedIndex as error:
        assert "verify --repair" in str(error)
        with Index.restore(place, encoder=words) as index:
            assert index.verify() == []
            assert texts_of(index) == texts
    with Index.open(place, encoder=words) as index:
        assert index.verify() == []
        assert index.threshold == 0.25
    assert not list(place.glob("*.part"))
    assert not (place / "restored.sqlite").exists()
    # What the store was is kept.
    assert any(b"no database" in path.read_bytes() for path in place.glob("damaged*.sqlite"))


def interrupt_after(files):
    seen = []

    def progress(step):
        if step.stage == "reading" and step.current:
            seen.append(step.current)
            if len(seen) > files:
                raise KeyboardInterrupt

    return progress


@pytest.mark.parametrize("how", ["add", "update", "repair"])
def test_nothing_is_sound_before_all_folders_have_been_read_again(
    lost, words, folder, monkeypatch, how
):
    monkeypatch.setattr("index.sync.batch.COMMIT_FILES", 2)
    place, texts = lost
    with pytest.raises(KeyboardInterrupt):
        Index.restore(place, encoder=words, progress=interrupt_after(3))
    # It is not taken for an index in which there is nothing yet.
    assert holds_documents(place)
    with Index.open(place, encoder=words) as index:
        assert 0 < index.counts[0] < len(texts)
        assert len(index.status().unread) == 2
        unread = [line for line in index.verify() if "has not been read again" in line]
        assert len(unread) == 2
        # A run that is about something else goes on with it, too.
        {
            "add": lambda: index.add([folder / "1.txt"]),
            "update": index.update,
            "repair": index.repair,
        }[how]()
        assert index.verify() == []
        assert texts_of(index) == texts
        assert index.status().unread == ()


def test_a_folder_that_is_not_there_is_waited_for(lost, words, tmp_path):
    place, texts = lost
    (tmp_path / "other").rename(tmp_path / "unplugged")
    with Index.restore(place, encoder=words) as index:
        [problem] = index.verify()
        assert f"{tmp_path / 'other'} has not been read again" in problem
        assert "bring it back" in problem
        assert index.repair() == [problem]
        (tmp_path / "unplugged").rename(tmp_path / "other")
        index.update()
        assert index.verify() == []
        assert texts_of(index) == texts


def test_a_folder_that_does_not_come_back_can_be_taken_out(lost, words, tmp_path):
    place, _ = lost
    shutil.rmtree(tmp_path / "other")
    with Index.restore(place, encoder=words) as index:
        index.remove([tmp_path / "other"])
        assert index.verify() == []


def test_what_an_earlier_repair_has_kept_stays(lost, words):
    place, texts = lost
    Index.restore(place, encoder=words).close()
    first = (place / "damaged.sqlite").read_bytes()
    (place / FILE_NAME).write_bytes(b"no database once more" * 300)
    with Index.restore(place, encoder=words) as index:
        assert texts_of(index) == texts
    assert (place / "damaged.sqlite").read_bytes() == first
    assert (place / "damaged-2.sqlite").read_bytes().startswith(b"no database once more")


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"[" * 100_000, b"\xff"])
def test_a_damaged_backup_is_said_and_made_again(lost, words, tmp_path, data):
    place = tmp_path / "an.index"
    (place / "folders.json").write_bytes(data)
    with Index.open(place, encoder=words) as index:
        [problem] = index.verify()
        assert problem.startswith("folders.json: it is damaged: run `quoteback verify --repair`")
        assert index.repair() == []


@pytest.mark.parametrize("change", ["missing", "foreign", "altered"])
def test_a_backup_that_is_not_this_store_is_said(lost, words, tmp_path, change):
    place = tmp_path / "an.index"
    backup = place / "folders.json"
    record = json.loads(backup.read_bytes())
    if change == "missing":
        backup.unlink()
    elif change == "foreign":
        with Index.open(tmp_path / "else.index", create=True, encoder=words) as index:
            index.add([tmp_path / "other"])
        shutil.copy(tmp_path / "else.index" / "folders.json", backup)
    else:
        backup.write_text(json.dumps(record | {"removed": ["/x"]}))
    with Index.open(place, encoder=words) as index:
        [problem] = index.verify()
        assert problem.startswith("folders.json: it ")
        assert index.repair() == []
        assert Retriever(index).search("rain")
