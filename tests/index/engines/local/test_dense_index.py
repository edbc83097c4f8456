"""Another version of a model: all is embedded anew, and vectors of two are never compared."""

import shutil
import signal
import threading

import numpy as np
import pytest

from index import Index, OtherVersion, Retriever
from index.models import load_encoder
from tests.support.encoders import NewerWords, WordEncoder

FILES = 20
KILLS = 6


@pytest.fixture(autouse=True)
def small_segments(monkeypatch):
    monkeypatch.setattr("index.sync.batch.COMMIT_PASSAGES", 8)
    monkeypatch.setattr("index.models.passage_encoding._ENCODED_AT_ONCE", 4)


@pytest.fixture
def files(write, paragraphs):
    for number in range(FILES):
        write(f"{number:02}.txt", paragraphs(f"rain {number}", f"snow {number}"))


@pytest.fixture
def old(index, folder, files):
    """An index with two passages a file, embedded by the older version; closed."""
    index.add([folder])
    index.close()
    return index.path


@pytest.fixture
def newer(old):
    """That index, opened with the newer version."""
    with Index.open(old, encoder=NewerWords()) as opened:
        yield opened


def made_by(index):
    """The version that made all the vectors there are."""
    encoder = {"words-1": WordEncoder, "words-2": NewerWords}[index.engine.setting("fingerprint")]()
    known = index.engine.passages(index.engine.passage_ids().tolist())
    for number, vector in index.engine.vectors.read(sorted(known)).items():
        made = encoder.encode_questions([known[number][0].text])[0]
        assert np.allclose(vector, made, atol=1e-3)
    return encoder.fingerprint


def test_it_is_said_wherever_one_asks(newer):
    for mode in ("hybrid", "dense"):
        with pytest.raises(OtherVersion, match=r"another version of the model words: .*repair"):
            Retriever(newer).search("rain", mode=mode)
    assert len(Retriever(newer).search("rain", 100, "bm25")) == FILES
    status = newer.status()
    assert (status.outdated, status.vectors, status.waiting) == (True, 0, 2 * FILES)
    [problem] = newer.verify()
    assert "another version of the model" in problem
    assert "repair" in problem


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize(
    "write_to",
    [
        lambda index, folder: index.add([folder]),
        lambda index, _: index.update(),
        lambda index, _: index.repair(),
        lambda index, folder: index.remove([folder / "00.txt"]),
    ],
    ids=["add", "update", "repair", "remove"],
)
def test_whatever_writes_embeds_anew_and_reads_no_file(newer, folder, reads, write_to):
    write_to(newer, folder)
    assert reads == []
    assert newer.verify() == []
    assert made_by(newer) == "words-2"
    status = newer.status()
    assert (status.outdated, status.waiting) == (False, 0)
    assert Retriever(newer).search("rain 7", mode="dense")
    # What the older one made is gone.
    assert len(list(newer.path.glob("vectors*"))) == 1


def test_it_is_told_how_far_embedding_anew_has_come(newer):
    steps = []
    newer.update(progress=lambda step: steps.append((step.stage, step.done, step.total)))
    embedded = [step for step in steps if step[0] == "embedding"]
    assert embedded[0] == ("embedding", 0, 2 * FILES)
    assert embedded[-1] == ("embedding", 2 * FILES, 2 * FILES)


def test_back_and_forth_between_two_versions(old, folder):
    for encoder in (NewerWords(), WordEncoder(), NewerWords()):
        with Index.open(old, encoder=encoder) as index:
            index.add([folder])
            assert made_by(index) == encoder.fingerprint
            assert index.verify() == []


def test_who_has_the_index_open_with_the_older_version_never_mixes(old):
    with (
        Index.open(old, encoder=WordEncoder()) as reader,
        Index.open(old, encoder=NewerWords()) as writer,
    ):
        before = Retriever(reader).search("rain 7", 5, "dense")
        encoder = reader.encoder
        vectors = reader.engine.open_vectors(encoder.fingerprint)
        [question] = encoder.encode_questions(["rain 7"])
        writer.update()
        # A question that was on its way.
        found = vectors.search(question, 5)
        assert [number for number, _ in found] == [hit.passage.id for hit in before]
        with pytest.raises(OtherVersion):
            Retriever(reader).search("rain 7", 5)
        assert len(Retriever(reader).search("rain", 100, "bm25")) == FILES
        assert reader.status().outdated


def test_questions_go_on_while_it_is_embedded_anew(newer):
    encode, found = NewerWords.encode_passages, []

    def look(self, texts):
        with Index.open(newer.path, encoder=NewerWords()) as reader:
            found.append(len(Retriever(reader).search("snow", 100)))
            assert made_by(reader) == "words-2"
            assert reader.verify() == []
        return encode(self, texts)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(NewerWords, "encode_passages", look)
        newer.update()
    assert len(found) == 2 * FILES // 4
    assert min(found) >= FILES


@pytest.mark.slow
def test_many_questions_while_versions_change(old):
    """No search ever compares vectors of two versions: they are not even of one length."""
    failures = []
    over = threading.Event()

    def ask(version):
        with Index.open(old, encoder=version()) as index:
            while not over.is_set():
                try:
                    Retriever(index).search("rain 7", 5, "dense")
                except OtherVersion:
                    pass
                except Exception as error:
                    failures.append(error)

    threads = [threading.Thread(target=ask, args=(v,)) for v in (WordEncoder, NewerWords) * 2]
    for thread in threads:
        thread.start()
    for version in (NewerWords, WordEncoder) * 5:
        with Index.open(old, encoder=version()) as index:
            index.update()
    over.set()
    for thread in threads:
        thread.join()
    assert failures == []


CHILD = """
from tests.support import crashing
from tests.support.encoders import NewerWords
from index.engines.local import vectors
from index.sync import batch
batch.COMMIT_PASSAGES, vectors._MOST_SMALL_SEGMENTS = 8, 3
steps = crashing._counted(int(sys.argv[3]))
with Index.open(place, encoder=NewerWords()) as index:
    index.repair()
print(steps[0])
"""


def test_killed_at_any_step_of_it(tmp_path, old, folder, child):
    def run(place, step):
        process = child(CHILD, place, folder, step)
        said, _ = process.communicate(timeout=60)
        assert process.returncode == (-signal.SIGKILL if step else 0)
        return said

    steps = int(run(shutil.copytree(old, tmp_path / "whole.index"), 0))
    kept = 0
    for number in range(KILLS):
        place = shutil.copytree(old, tmp_path / f"{number}.index")
        run(place, 1 + number * steps // KILLS)
        with Index.open(place, encoder=NewerWords()) as index:
            # Whole, or not there at all: a repair makes the keyword index anew, and has moved the
            # old one out of the way a moment before the new one gets its name.
            assert len(Retriever(index).search("rain", 100, "bm25")) in (FILES, 0)
            version, embedded = made_by(index), len(index.engine.vectors.ids())
            assert index.status().outdated == (version == "words-1")
        with Index.open(place, encoder=(again := NewerWords())) as index:
            index.update()
            assert (made_by(index), index.verify()) == ("words-2", [])
            assert len(Retriever(index).search("rain", 100, "bm25")) == FILES
            # It goes on from there.
            known = embedded if version == "words-2" else 0
            assert len(again.encoded) == 2 * FILES - known
            kept += known
    assert kept > 0


@pytest.mark.model
def test_the_version_of_a_compiled_model_is_known_before_it_is_loaded(tmp_path, folder, files):
    with Index.open(tmp_path / "real.index", create=True) as index:
        index.add([folder])
        assert not index.status().outdated
        index.engine.set_setting("fingerprint", "of an earlier version")
    with Index.open(tmp_path / "real.index") as index:
        assert index.status().outdated
        assert index.embedding_model._encoder is None
        index.update()
        assert index.engine.setting("fingerprint") == load_encoder().fingerprint
        assert index.verify() == []
        assert Retriever(index).search("rain 7", mode="dense")


@pytest.mark.model
def test_a_version_that_is_yet_to_be_compiled_is_found_out_by_who_checks(
    tmp_path, folder, files, monkeypatch
):
    with Index.open(tmp_path / "real.index", create=True) as index:
        index.add([folder])
        index.engine.set_setting("fingerprint", "of an earlier version")
    monkeypatch.setattr("index.engines.model.read_fingerprint", lambda *_, **__: None)
    with Index.open(tmp_path / "real.index") as index:
        assert not index.status().outdated
        assert len(index.verify()) == 1
