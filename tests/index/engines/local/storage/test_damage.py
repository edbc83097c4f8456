"""Damage: what is wrong is said or made good, nothing is made up."""

import itertools
import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from index import DamagedIndex, Index, NotAnIndex, QuotebackError, Retriever

MODES = ("hybrid", "dense", "bm25")


def results(index):
    """Passages found in all modes; each is checked against its document."""
    found = {}
    for mode in MODES:
        for hit in Retriever(index).search("all about rain and snow", 50, mode):
            text = index.text(hit.document.path)
            assert hit.passage.span.of(text) == hit.passage.text
            found[mode, hit.passage.text] = hit.document.path
    return found


@pytest.fixture
def whole(tmp_path, folder, write, words, paragraphs):
    """A small index in which something was changed and removed, and what is found in it.

    Copied while it was open: SQLite's latest commits are in a file of their own.
    """
    for number in range(6):
        write(f"{number}.txt", paragraphs(f"rain {number}", f"snow {number}"))
    with Index.open(tmp_path / "first.index", create=True, encoder=words) as index:
        index.add([folder])
    with Index.open(tmp_path / "first.index", encoder=words) as index:
        write("3.txt", paragraphs("rain three", "snow three"), age=50)
        index.add([folder])
        index.remove([folder / "4.txt"])
        (folder / "4.txt").unlink()
        shutil.copytree(index.path, tmp_path / "whole.index")
        return tmp_path / "whole.index", results(index)


def damages(data, chance, flips):
    """Ways to damage a file, each with its name."""
    yield "deleted", None
    yield "cut short", data[: chance.randrange(len(data))]
    for _ in range(flips):
        place = chance.randrange(len(data))
        changed = bytes([data[place] ^ (1 << chance.randrange(8))])
        yield f"bit at {place}", data[:place] + changed + data[place + 1 :]
    place = chance.randrange(len(data))
    yield f"page at {place}", data[:place] + bytes(200) + data[place + 200 :]


def files_of(place):
    """One file of each kind."""
    files = [path for path in place.rglob("*") if path.is_file() and path.stat().st_size]
    kinds = {(path.parent, path.suffix): path.relative_to(place) for path in files}
    return sorted(kinds.values())


@pytest.mark.slow
def test_damage_to_any_file_is_an_error_of_ours_or_is_made_good(whole, tmp_path, folder, words):
    """Each file of the index in turn: unseal, asked, verified, repaired, brought in step."""
    place, expected = whole
    chance, numbers = random.Random(7), itertools.count()
    assert any(name.suffix == ".sqlite-wal" for name in files_of(place))
    for name in files_of(place):
        flips = 8 if name.name.startswith("index.sqlite") else 1
        for how, data in damages((place / name).read_bytes(), chance, flips):
            # The keyword engine's threads may still write to one that was found damaged.
            copy = tmp_path / f"{next(numbers)}.index"
            shutil.copytree(place, copy)
            if data is None:
                (copy / name).unlink()
            else:
                (copy / name).write_bytes(data)
            case = f"{name}: {how}"
            try:
                with Index.open(copy, encoder=words) as index:
                    try:
                        found = results(index)
                        # Without its latest commits the store is as it was before them.
                        assert found.items() <= expected.items() or name.suffix == ".sqlite-wal", (
                            case
                        )
                        index.status()
                    except QuotebackError:
                        pass
                    if index.verify():
                        index.repair()
                    index.add([folder])
                    assert index.verify() == [], case
                    assert results(index) == expected, case
            except QuotebackError:
                # Only the store cannot be made anew from something else.
                assert name.name.startswith("index.sqlite"), case


def test_a_store_that_lost_its_latest_commits_gives_no_id_twice(whole, folder, words, write):
    place, _ = whole
    (place / "index.sqlite-wal").unlink()
    (place / "index.sqlite-shm").unlink()
    write("new.txt", "A new text about something else, such as whales, long enough to stand " * 3)
    with Index.open(place, encoder=words) as index:
        known = index.engine.vectors.last_id
        assert index.engine.passage_ids()[-1] < known
        index.add([folder])
        assert index.engine.passage_ids()[-1] > known
        assert index.verify() == []
        assert (
            "whales"
            in Retriever(index).search("something else, such as whales", 1, "dense")[0].passage.text
        )


@pytest.mark.parametrize("part", ["vectors", "keywords"])
def test_a_derived_part_that_is_gone_is_made_anew_by_the_next_run(whole, folder, words, part):
    place, expected = whole
    shutil.rmtree(place / part)
    with Index.open(place, encoder=words) as index:
        assert index.verify()
        index.add([folder])
        assert index.verify() == []
        assert results(index) == expected


def test_keywords_that_a_kill_left_half_made_are_no_damage(whole, folder, words, monkeypatch):
    place, expected = whole
    replace, renamed = Path.replace, []

    def killed(self, target):
        if self.name.startswith("keywords"):
            renamed.append(self.name)
        if len(renamed) == 2:
            raise SystemExit
        return replace(self, target)

    with Index.open(place, encoder=words) as index:
        index.add([folder])
        with monkeypatch.context() as patch, pytest.raises(SystemExit):
            patch.setattr(Path, "replace", killed)
            index.repair()
    assert renamed == ["keywords", "keywords.part"]
    with Index.open(place, encoder=words) as index:
        assert index.verify() == []
        index.add([folder])
        assert results(index) == expected
    assert not list(place.glob("keywords.*"))


def test_damaged_keywords_are_passed_over_where_vectors_can_do(whole, words):
    place, _ = whole
    (place / "keywords" / "meta.json").write_text("{")
    with Index.open(place, encoder=words) as index:
        for mode in ("hybrid", "dense"):
            assert len(Retriever(index).search("rain", 50, mode)) == 10
        with pytest.raises(QuotebackError, match="--repair"):
            Retriever(index).search("rain", 50, "bm25")


@pytest.mark.parametrize("left", [("folders.json",), ("index.sqlite-wal", "lock")])
def test_an_index_that_has_lost_its_store_is_said(whole, words, left):
    place, _ = whole
    for path in (*place.glob("index.sqlite*"), place / "folders.json"):
        if path.name not in left:
            path.unlink()
    advice = "run `quoteback verify --repair`" if "folders.json" in left else "remove the folder"
    for create in (False, True):
        with pytest.raises(DamagedIndex, match=rf"lost its index.sqlite: {advice}"):
            Index.open(place, create=create, encoder=words)
    # A folder in which anything else lies is never called one that may be removed.
    (place / "letter.txt").write_text("x")
    for create in (False, True):
        with pytest.raises(NotAnIndex, match="is not an index"):
            Index.open(place, create=create, encoder=words)


@pytest.mark.parametrize("name", ["model", "commits", "threshold", "fingerprint"])
def test_damaged_settings_are_said(whole, words, name):
    place, _ = whole
    with Index.open(place, encoder=words) as index:
        index.set_threshold(0.5)
        with index.engine.reading() as connection:
            connection.execute("UPDATE settings SET value = 'x' WHERE name = ?", (name,))
    advice = "damaged settings: run `quoteback verify --repair`"
    with pytest.raises(DamagedIndex, match=advice), Index.open(place, encoder=words) as index:
        assert [problem for problem in index.verify() if "settings" in problem]
        index.status()
        index.encoder  # noqa: B018
        index.set_threshold(0.4)


def set_wrong(store):
    connection = sqlite3.connect(store)
    connection.execute("UPDATE settings SET value = 'x' WHERE name = 'model'")
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    "damage",
    [
        lambda store: store.write_bytes(b"no database " + store.read_bytes()[12:]),
        lambda store: store.write_bytes(store.read_bytes()[:5000]),
        lambda store: store.write_bytes(b""),
        lambda store: store.unlink(),
        set_wrong,
    ],
)
def test_a_store_that_cannot_be_read_is_made_anew_from_what_was_named(whole, folder, words, damage):
    place, expected = whole
    with Index.open(place, encoder=words) as index:
        index.add(folder, exclude="drafts/")
        index.set_threshold(0.4)
        index.update()
    damage(place / "index.sqlite")
    with (
        pytest.raises(DamagedIndex, match="quoteback verify --repair"),
        Index.open(place, encoder=words) as index,
    ):
        index.repair()
    (folder / "4.txt").write_text("What was removed by hand stays out, as before.")
    with Index.restore(place, encoder=words) as index:
        assert results(index) == expected
        assert index.verify() == []
        assert index.engine.given().roots[str(folder)].exclude == ("drafts/",)
        assert index.removed == {str(folder / "4.txt")}
        assert index.threshold == 0.4
    assert not list(place.glob("*.part"))


def test_where_nothing_tells_what_was_named_a_store_stays_as_it_is(whole, words):
    place, _ = whole
    for path in place.glob("index.sqlite-*"):
        path.unlink()
    (place / "index.sqlite").write_bytes(b"no database")
    for copy in ("", "{", '{"roots": 1, "settings": {}, "removed": []}'):
        (place / "folders.json").write_text(copy)
        with pytest.raises(DamagedIndex, match="remove the folder and index your documents again"):
            Index.restore(place, encoder=words)
        assert (place / "index.sqlite").read_bytes() == b"no database"


def test_an_index_of_texts_alone_has_nothing_to_be_made_anew_from(index):
    index.add_texts([("one", "rain")])
    assert not (index.path / "folders.json").exists()


def test_a_damaged_document_is_read_again_from_its_file_or_said_to_be_lost(whole, folder, words):
    place, expected = whole
    with Index.open(place, encoder=words) as index:
        with index.engine.reading() as connection:
            connection.execute("UPDATE passages SET start = 1 WHERE document_id = 1")
            connection.execute("UPDATE texts SET body = x'00' WHERE document_id = 2")
            lost = connection.execute("SELECT path FROM documents WHERE id = 2").fetchone()[0]
        (folder / lost.decode()).unlink()
        assert len(index.verify()) == 2
        assert [problem.endswith("no longer in the index") for problem in index.repair()] == [True]
        assert index.verify() == []
        assert index.counts == (4, 8)
        assert results(index).items() < expected.items()


def test_checking_and_repairing_tell_how_far_they_are(whole, words, monkeypatch):
    monkeypatch.setattr("index.filesystem.sqlite_files._STEPS", 1)
    with Index.open(whole[0], encoder=words) as index:
        documents = index.counts[0]
        for check in (index.verify, index.repair):
            steps = []
            assert check(progress=steps.append) == []
            told = {step.stage: (step.done, step.total) for step in steps}
            assert told["checking the store"] == (0, 0)
            assert told["checking documents"] == (documents, documents)
            done, total = told["checking vectors"]
            assert done == total > 0


@pytest.mark.parametrize("stage", ["checking the store", "checking documents", "checking vectors"])
def test_checking_can_be_broken_off_at_any_point(whole, words, monkeypatch, stage):
    monkeypatch.setattr("index.filesystem.sqlite_files._STEPS", 1)

    def stop(step):
        if step.stage == stage:
            raise KeyboardInterrupt

    with Index.open(whole[0], encoder=words) as index:
        with pytest.raises(KeyboardInterrupt):
            index.verify(progress=stop)
        assert index.verify() == []


def test_a_document_is_cut_again_from_its_text_where_only_passages_are_damaged(
    tmp_path, write, words, paragraphs
):
    """It has no file, or none that can be read now."""
    usb = tmp_path / "usb"
    usb.mkdir()
    (usb / "a.md").write_text("# Rain\n\n" + paragraphs("hail", "fog", "frost"))
    with Index.open(tmp_path / "an.index", create=True, encoder=words) as index:
        index.add_texts([("mail/1", paragraphs("rain", "snow"))])
        index.add([usb])
        expected = results(index)
        above = {each.text: each.headings for each in index.passages(usb / "a.md")}
        mail = [each.text for each in index.passages("mail/1")]
        usb.rename(tmp_path / "unplugged")
        with index.engine.reading() as connection:
            connection.execute("UPDATE passages SET text = 'bad' WHERE text LIKE '%about snow%'")
            connection.execute("UPDATE passages SET page = 7 WHERE text LIKE '%about hail%'")
            connection.execute("DELETE FROM passages WHERE text LIKE '%about frost%'")
        assert len(index.verify()) == 3
        assert index.repair() == []
        assert results(index).keys() >= {("dense", text) for text in mail}
        assert {each.text: each.headings for each in index.passages(usb / "a.md")} == above
        assert [each.text for each in index.passages("mail/1")] == mail
        # The file is read again once it is there.
        (tmp_path / "unplugged").rename(usb)
        assert index.status().to_reread == 1
        assert index.update().updated == 1
        assert results(index) == expected


@pytest.mark.parametrize("change", ["title = 'x'", "size = 1", "mtime_ns = 5", "hash = x'00'"])
def test_a_damaged_entry_costs_nothing_where_the_file_is_there(whole, folder, words, change):
    place, expected = whole
    with Index.open(place, encoder=words) as index:
        with index.engine.reading() as connection:
            connection.execute(f"UPDATE documents SET {change} WHERE id = 1")
        assert len(index.verify()) == 1
        assert index.repair() == []
        assert results(index) == expected


def test_of_a_text_without_a_file_a_damaged_entry_keeps_what_can_be_read(whole, words, paragraphs):
    place, _ = whole
    with Index.open(place, encoder=words) as index:
        index.add_texts([("mail/1", paragraphs("hail"))])
        with index.engine.reading() as connection:
            connection.execute("UPDATE documents SET path = 'mail/2' WHERE path = ?", (b"mail/1",))
        [line] = index.repair()
        assert line == "store: the entry of mail/2 was damaged: check its name"
        assert index.verify() == []
        assert "hail" in index.text("mail/2")


def test_a_damaged_document_comes_back_with_its_folder(tmp_path, words, paragraphs):
    usb = tmp_path / "usb"
    usb.mkdir()
    (usb / "a.txt").write_text(paragraphs("hail", "fog"))
    with Index.open(tmp_path / "an.index", create=True, encoder=words) as index:
        index.add([usb])
        usb.rename(tmp_path / "unplugged")
        with index.engine.reading() as connection:
            connection.execute("UPDATE texts SET body = x'00'")
        [line] = index.repair()
        assert f"{usb} has not been read again" in line
        assert "bring it back" in line
        assert index.verify() == [line]
        (tmp_path / "unplugged").rename(usb)
        assert index.repair() == []
        assert "hail" in index.text(usb / "a.txt")


def test_a_repair_that_is_killed_is_ended_by_the_next_run(whole, folder, words, monkeypatch):
    place, expected = whole
    with Index.open(place, encoder=words) as index:
        with index.engine.reading() as connection:
            connection.execute("UPDATE texts SET body = x'00'")

        def stop(step):
            if step.stage == "reading":
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            index.repair(progress=stop)
        [line] = index.verify()
        assert f"{folder} has not been read again" in line
        # An ordinary run is enough.
        index.update()
        assert index.verify() == []
        assert results(index) == expected


def damage_tree(store, table):
    """Overwrite where the rows of a leaf of a table begin, as a disk may."""
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        root = "SELECT rootpage FROM sqlite_schema WHERE name = ?"
        [page] = connection.execute(root, (table,)).fetchone()
    data = bytearray(store.read_bytes())
    at = (page - 1) * size
    if data[at] == 5:
        # It leads to others: the last of these.
        at = (int.from_bytes(data[at + 8 : at + 12], "big") - 1) * size
    data[at + 8 : at + 40] = bytes(32)
    store.write_bytes(data)


@pytest.mark.parametrize("table", ["documents", "texts", "passages", "roots"])
def test_a_store_whose_tree_is_broken_keeps_what_can_be_reached(
    tmp_path, folder, write, words, paragraphs, table
):
    """Rows are then missing, out of order, or there twice, and no hash of a row tells."""
    place = tmp_path / "an.index"
    with Index.open(place, create=True, encoder=words) as index:
        for number in range(30):
            write(f"{number}.txt", paragraphs(f"rain {number}", f"snow {number}"))
        index.add([folder])
        counts = index.counts
        texts = {each.path: index.text(each.path) for each in index.documents()}
    damage_tree(place / "index.sqlite", table)
    encoded = len(words.encoded)
    try:
        with Index.open(place, encoder=words) as index:
            assert index.verify()
            index.repair()
    except DamagedIndex:
        Index.restore(place, encoder=words).close()
    with Index.open(place, encoder=words) as index:
        assert index.verify() == []
        assert {each.path: index.text(each.path) for each in index.documents()} == texts
        assert index.counts == counts
        assert results(index)
    # What could be kept was not embedded again.
    assert len(words.encoded) - encoded < 60
    assert (place / "damaged.sqlite").exists()


def test_a_text_of_which_nothing_is_left_is_said_until_it_is_added_or_removed(
    tmp_path, words, paragraphs
):
    with Index.open(tmp_path / "an.index", create=True, encoder=words) as index:
        index.add_texts([(name, paragraphs(name)) for name in ("mail/1", "mail/2", "mail/3")])
        with index.engine.reading() as connection:
            connection.execute("UPDATE texts SET body = x'00' WHERE document_id < 3")
        said = [
            f"store: mail/{number}: its text was damaged and is lost: add it again, or remove it"
            for number in (1, 2)
        ]
        assert index.repair() == said
        assert index.verify() == said
        assert [document.path for document in index.documents()] == ["mail/3"]
        index.add_texts([("mail/1", paragraphs("mail/1"))])
        assert index.remove("mail/2") == 1
        assert index.verify() == []


@pytest.mark.parametrize("table", ["roots", "removed"])
def test_damaged_rows_of_what_was_given_come_from_the_backup(whole, folder, words, table):
    place, _ = whole
    (folder / "4.txt").write_text("What was removed by hand stays out.")
    with Index.open(place, encoder=words) as index:
        index.add([folder / "4.txt"])
        index.remove([folder / "4.txt"])
        before = index.engine.given().roots, index.removed
        with index.engine.reading() as connection:
            connection.execute(f"UPDATE {table} SET hash = x'00'")
        assert index.verify()
        assert index.repair() == []
        assert (index.engine.given().roots, index.removed) == before


@pytest.mark.parametrize("name", ["threshold", "commits", "fingerprint", "index_id", "model"])
def test_damaged_settings_are_set_again_and_no_text_is_lost(whole, words, name, paragraphs):
    place, _ = whole
    with Index.open(place, encoder=words) as index:
        index.add_texts([("mail/1", paragraphs("hail"))])
        index.set_threshold(0.5)
        expected = results(index)
        with index.engine.reading() as connection:
            connection.execute("UPDATE settings SET value = 'x' WHERE name = ?", (name,))
    with Index.restore(place, encoder=words) as index:
        assert index.verify() == []
        assert results(index) == expected
        assert index.model == "words"
        assert index.threshold == 0.5
    assert (place / "damaged.sqlite").exists()
