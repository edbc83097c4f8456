"""Models that ship with their weights: checked, compiled once, and without a cache each time."""

import json
import shutil

import numpy as np
import pytest
from safetensors.numpy import load_file

from index import LANGUAGES_MODEL, Index, ModelError, Notice, Retriever
from index.models import (
    CARD,
    LANGUAGES_QUESTION_WEIGHTS,
    QUESTION_WEIGHTS,
    QUESTION_WEIGHTS_FILE,
    ShippedModel,
    default_model_folder,
    has_languages_model,
    hash_file,
    languages_weights_file,
    load,
    load_encoder,
    load_weights,
    open_languages_weights,
)
from index.models.encoder import DualEncoder

FILE = "letters.safetensors"
QUESTIONS = ["How do I get the lime out of my kettle?", "when did the ferry stop running"]


@pytest.fixture
def shipped(tmp_path):
    folder = tmp_path / "weights"
    folder.mkdir()
    (folder / FILE).write_text("weights")
    (folder / CARD).write_text(json.dumps({"sha256": hash_file(folder / FILE)}))
    return ShippedModel(folder, FILE, "model of letters")


@pytest.fixture
def compiler():
    """Compiles to capital letters, and counts how often."""

    class Compiler:
        times = 0

        def compile(self, weights, folder):
            self.times += 1
            (folder / "compiled").write_text(weights.read_text().upper())

        def load(self, shipped):
            return shipped.load(self.compile, lambda folder: (folder / "compiled").read_text())

    return Compiler()


def test_it_is_compiled_once(shipped, compiler, tmp_path, monkeypatch):
    monkeypatch.setenv("QUOTEBACK_CACHE", str(tmp_path / "cache"))
    assert [compiler.load(shipped) for _ in range(2)] == ["WEIGHTS"] * 2
    assert compiler.times == 1


def test_a_cache_that_cannot_be_written_costs_time_not_the_model(
    shipped, compiler, tmp_path, monkeypatch
):
    blocked = tmp_path / "cache"
    blocked.write_text("a file where the cache's folder should be")
    monkeypatch.setenv("QUOTEBACK_CACHE", str(blocked))
    with pytest.warns(match="cannot be written"):
        assert compiler.load(shipped) == "WEIGHTS"


def test_altered_weights_are_never_compiled(shipped, compiler, tmp_path, monkeypatch):
    monkeypatch.setenv("QUOTEBACK_CACHE", str(tmp_path / "cache"))
    (shipped.folder / FILE).write_text("other weights")
    with pytest.raises(ModelError, match="the model of letters's weights are damaged: reinstall"):
        compiler.load(shipped)
    assert compiler.times == 0


def alter_with_card(file):
    """Other content that the card agrees with."""
    file.write_bytes(b"no weights")
    (file.parent / CARD).write_text(json.dumps({"sha256": hash_file(file)}))


@pytest.fixture
def weights(tmp_path, monkeypatch):
    """A copy of the weights that is used instead of them."""
    folder = tmp_path / "weights"
    shutil.copytree(QUESTION_WEIGHTS, folder)
    monkeypatch.setattr(load, "QUESTION_WEIGHTS", folder)
    return folder


is_installed = pytest.mark.skipif(not has_languages_model(), reason="the part is not installed")
BASES = {
    QUESTION_WEIGHTS: lambda: default_model_folder() / "model.safetensors",
    LANGUAGES_QUESTION_WEIGHTS: languages_weights_file,
}
each_question_encoder = pytest.mark.parametrize(
    "folder",
    [QUESTION_WEIGHTS, pytest.param(LANGUAGES_QUESTION_WEIGHTS, marks=is_installed)],
    ids=["default model", "languages"],
)


@each_question_encoder
def test_the_weights_are_those_of_the_card(folder):
    card = json.loads((folder / CARD).read_text())
    assert card["sha256"] == hash_file(folder / QUESTION_WEIGHTS_FILE)
    assert card["base_sha256"] == hash_file(BASES[folder]())
    assert card["sha256"] in (folder / "README.md").read_text()


@each_question_encoder
def test_the_weights_take_the_place_of_some_of_the_models(folder):
    file = BASES[folder]()
    is_default = folder == QUESTION_WEIGHTS
    base = load_file(file) if is_default else open_languages_weights(file).widen_tensors()
    for name, trained in load_weights(folder / QUESTION_WEIGHTS_FILE).items():
        assert trained.shape == base[name].shape
        assert np.isfinite(trained).all()


def test_questions_have_vectors_of_their_own_near_those_of_the_model():
    encoder = load_encoder()
    cosines = (encoder.encode_questions(QUESTIONS) * encoder.encode_passages(QUESTIONS)).sum(axis=1)
    assert (cosines < 0.999).all()
    assert (cosines > 0.9).all()


@is_installed
def test_questions_in_any_language_have_vectors_of_their_own(encoder):
    asked = ["Wann fährt die Fähre?", "渡轮几点开？", "когда ходит паром"]
    languages = load_encoder(LANGUAGES_MODEL)
    assert isinstance(languages, DualEncoder)
    own, others = languages.encode_questions(asked), languages.passages.encode_questions(asked)
    cosines = (own * others).sum(axis=1)
    assert (cosines < 0.999).all()
    assert (cosines > 0.7).all()


@is_installed
def test_a_question_encoder_takes_the_tokenizer_of_its_model(encoder):
    languages = load_encoder(LANGUAGES_MODEL)
    assert languages.questions.tokenizer_file == languages.passages.tokenizer_file


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda file: file.unlink(), "weights are missing: reinstall quoteback"),
        (lambda file: file.write_bytes(b"no weights"), "weights are damaged: reinstall quoteback"),
        (lambda file: alter_with_card(file), "cannot be compiled: .*"),
    ],
    ids=["missing", "altered", "not weights at all"],
)
def test_without_the_weights_questions_are_embedded_as_passages_are(weights, damage, message):
    damage(weights / QUESTION_WEIGHTS_FILE)
    with pytest.warns(Notice, match=rf"{message}\): questions are embedded as passages are"):
        encoder = load_encoder()
    assert (encoder.encode_questions(QUESTIONS) == encoder.encode_passages(QUESTIONS)).all()


def test_an_index_does_not_depend_on_the_question_encoder(weights, tmp_path):
    (tmp_path / "kettle.txt").write_text("Vinegar takes the lime off a kettle within an hour.")
    with Index.open(tmp_path / "index", create=True) as index:
        index.add([tmp_path / "kettle.txt"])
        fingerprint = index.encoder.fingerprint
    (weights / QUESTION_WEIGHTS_FILE).unlink()
    with Index.open(tmp_path / "index") as index:
        with pytest.warns(Notice):
            [hit] = Retriever(index).search(QUESTIONS[0], mode="dense")
        assert index.encoder.fingerprint == fingerprint
    assert hit.document.path.endswith("kettle.txt")


def test_a_model_that_a_person_names_embeds_questions_itself(tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(default_model_folder(), folder)
    encoder = load_encoder(str(folder))
    assert (encoder.encode_questions(QUESTIONS) == encoder.encode_passages(QUESTIONS)).all()


def test_what_an_evaluation_keeps_depends_on_the_question_encoder(weights, tmp_path):
    (tmp_path / "kettle.txt").write_text("Vinegar takes the lime off a kettle within an hour.")
    with Index.open(tmp_path / "index", create=True) as index:
        index.add([tmp_path / "kettle.txt"])
        digest = index.digest()
    (weights / QUESTION_WEIGHTS_FILE).unlink()
    with Index.open(tmp_path / "index") as index, pytest.warns(Notice):
        assert index.digest() != digest
