"""A short, real training run: it learns, resumes exactly, and workers share its steps."""

import dataclasses
import gzip
import json

import numpy as np
import onnx
import pytest
import torch
from safetensors.torch import load_file, save_file

from index.models import OnnxGraph, load_weights
from qa.reader.compiling import build_reader
from qa.reader.loading import FILE
from qa.reader.windows import make_default_windower, make_network_inputs
from qa.training.questions.mixture import Mixture, Source, make_training_questions
from qa.training.reader.batches import collate, make_items
from qa.training.reader.network import Outputs, ReaderNetwork
from qa.training.reader.scoring import ABSTENTION, ANSWERS, EVIDENCE
from qa.training.reader.training_state import Recipe, TrainingState
from qa.training.train import RECIPE, Plan, train
from qa.training.written_questions import save_questions

FACTS = [("museum", "1991"), ("ferry", "1956"), ("bridge", "1955"), ("quarry", "1931")]
LAYERS = 4
MIXTURE = Mixture({"facts": Source(rows=100, negatives=1)}, "facts", 0, 0, 0)


def rows():
    for thing, year in FACTS:
        text = f"Much is told of the old {thing}. It was opened in {year} by the mayor. It rained."
        start = text.index(year)
        answers = [{"text": year, "answer_start": start}]
        more = {"context": text, "title": "Town"}
        yield {"question": f"When was the {thing} opened?", "answers": answers, **more}
        yield {"question": f"Who painted the {thing}?", "answers": [], **more}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    (folder / "qa").mkdir()
    for name in ("facts", ANSWERS, ABSTENTION, *EVIDENCE):
        # Whoever is asked for evidence has some.
        kept = [row for row in rows() if row["answers"] or name in ("facts", ABSTENTION)]
        with gzip.open(folder / "qa" / f"{name}.jsonl.gz", "wt", encoding="utf-8") as lines:
            lines.writelines(json.dumps(row) + "\n" for row in kept)
    return folder


@pytest.fixture(scope="module")
def reranker_file(tmp_path_factory):
    """Few layers with random weights, under the names of a `BertForSequenceClassification`."""
    torch.manual_seed(5)
    heads = {"pooler": "bert.pooler.dense", "relevance": "classifier"}
    names = {"backbone": "bert", **heads}
    own = {
        name.partition(".")[::2]: each for name, each in ReaderNetwork(LAYERS).state_dict().items()
    }
    weights = {f"{names[k]}.{rest}": each for (k, rest), each in own.items() if k in names}
    path = tmp_path_factory.mktemp("reranker") / "reranker.safetensors"
    save_file(weights, path)
    return path


@pytest.fixture(scope="module")
def reranker(reranker_file):
    return load_weights(reranker_file)


@pytest.fixture(scope="module")
def recipe():
    shipped = Recipe.load(RECIPE)
    return dataclasses.replace(
        shipped, mixture=MIXTURE, batch=4, peak_rate=3e-4, average=0.5, steps=4
    )


@pytest.fixture(scope="module")
def batch(data):
    windower = make_default_windower()
    return collate(make_items(make_training_questions(data, MIXTURE, seed=1), windower, seed=1))


@pytest.fixture(scope="module")
def reader(data, recipe, reranker_file, tmp_path_factory):
    """The folder of a reader that has had a short training."""
    folder = tmp_path_factory.mktemp("reader")
    train(Plan(data, folder, recipe, reranker_file))
    return folder


def log_of(folder):
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]


def test_at_the_start_relevance_is_the_rerankers_own(reranker, recipe, batch):
    losses = TrainingState(reranker, recipe).advance(batch, progress=1.0)
    assert losses["reranker"] == 0


def test_a_few_passes_fit_a_few_examples(reranker, recipe, batch):
    state = TrainingState(reranker, recipe)
    first = state.advance(batch, progress=0.2)
    passes = (state.advance(batch, progress=0.2) for _ in range(19))
    assert any(
        all(losses[name] < 0.5 * first[name] for name in ("span", "evidence")) for losses in passes
    )


def test_embeddings_and_the_lowest_layers_stay(reranker, recipe, batch):
    state = TrainingState(reranker, recipe)
    before = {name: each.clone() for name, each in state.network.state_dict().items()}
    state.advance(batch, progress=0.2)
    changed = {
        name
        for name, each in state.network.state_dict().items()
        if not torch.equal(each, before[name])
    }
    assert changed <= set(state.trained)
    assert not any(name.startswith("backbone.encoder.layer.1.") for name in state.trained)
    assert any(name.startswith("backbone.encoder.layer.2.") for name in changed)


def test_a_stopped_run_goes_on_exactly(reranker, recipe, batch, tmp_path):
    def advance(state, steps):
        for _ in range(steps):
            state.advance(batch, progress=0.2)

    whole, stopped, resumed = (TrainingState(reranker, recipe) for _ in range(3))
    advance(whole, 3)
    advance(stopped, 1)
    stopped.save(tmp_path / "checkpoint.safetensors")
    resumed.restore(tmp_path / "checkpoint.safetensors")
    advance(resumed, 2)
    assert resumed.step == 3
    for name, parameter in whole.trained.items():
        assert torch.equal(parameter, resumed.trained[name]), name
        assert torch.equal(whole.average[name], resumed.average[name]), name


def load_network(weights):
    """The network in training, with the weights of a file."""
    network = ReaderNetwork(LAYERS)
    tensors = {name: torch.from_numpy(each) for name, each in load_weights(weights).items()}
    network.load_state_dict(tensors)
    return network.eval()


def test_a_run_writes_its_log_a_checkpoint_and_the_weights_that_ship(
    data, recipe, reranker_file, tmp_path
):
    train(Plan(data, tmp_path, recipe, reranker_file, workers=2))
    log = log_of(tmp_path)
    assert log[-1]["step"] == recipe.steps
    assert {"exact match", "F1", "AUROC span", "evidence F1 clapnq"} <= set(log[-1])
    stored = load_file(tmp_path / FILE)
    assert stored["backbone.encoder.layer.3.output.dense.weight"].dtype == torch.int8
    assert stored["pooler.weight"].dtype == torch.float16
    load_network(tmp_path / FILE)
    # As many workers as one likes may go on.
    train(Plan(data, tmp_path, recipe, reranker_file, resume=True))
    assert [line["from"] for line in log_of(tmp_path) if "from" in line] == [0, recipe.steps]


def test_the_rate_rises_stays_and_falls_to_zero():
    recipe = Recipe.load(RECIPE)
    rates = [recipe.rate_at(step / 1000) / recipe.peak_rate for step in range(1001)]
    assert rates[0] < rates[30] == rates[140] == 1.0
    assert rates[1000] == 0
    assert rates[900] == pytest.approx(0.1 / recipe.fall)


def test_a_run_may_end_by_the_clock(data, recipe, reranker_file, tmp_path):
    train(Plan(data, tmp_path, recipe, reranker_file, minutes=1e-4))
    assert 1 <= log_of(tmp_path)[-1]["step"] < recipe.steps


def test_a_run_may_go_on_from_a_reader_with_questions_written_for_documents(
    data, recipe, reranker_file, reader, tmp_path
):
    written = tmp_path / "written.jsonl.gz"
    save_questions(written, make_training_questions(data, MIXTURE, seed=2))
    # The layers that are frozen now are the reader's, though the reader had trained some of them.
    gentle = dataclasses.replace(recipe, steps=1, peak_rate=1e-9, average=0.0, frozen_layers=3)
    train(Plan(data, tmp_path / "alone", gentle, reranker_file, start=reader))
    train(Plan(data, tmp_path / "both", gentle, reranker_file, start=reader, written=[written]))
    alone, both = (log_of(tmp_path / name)[0]["batches"] for name in ("alone", "both"))
    assert both > alone
    trained, before = load_weights(tmp_path / "both" / FILE), load_weights(reader / FILE)
    for name, weight in trained.items():
        np.testing.assert_allclose(weight, before[name], atol=1e-3, err_msg=name)


def test_what_is_written_is_a_mean_of_the_start_and_the_end(recipe, reranker_file, reader):
    start = load_weights(reader / FILE)
    for share, kept in ((0.0, 1.0), (0.25, 0.75), (1.0, 0.0)):
        changed = dataclasses.replace(recipe, start_share=share)
        state = TrainingState(load_weights(reranker_file), changed, start)
        state.average["null.weight"] += 1
        shift = state.shipped_weights()["null.weight"].numpy() - start["null.weight"]
        np.testing.assert_allclose(shift, kept, atol=2e-3)


@pytest.mark.parametrize("name", ["null.weight", "backbone.encoder.layer.0.output.dense.weight"])
def test_a_reader_that_lacks_weights_is_no_start(recipe, reranker, reader, name):
    start = load_weights(reader / FILE)
    del start[name]
    with pytest.raises(ValueError, match=f"not a reader's weights: {name}"):
        TrainingState(reranker, recipe, start)


def test_the_network_in_training_is_the_one_that_is_compiled(reader, tmp_path):
    windower = make_default_windower()
    weights = reader / FILE
    onnx.save(build_reader(load_weights(weights)), str(tmp_path / "reader.onnx"))
    texts = windower.tokenize(["Who opened it?", "The mayor opened the old ferry in 1956."])
    inputs = make_network_inputs(windower.windows(*texts)[0])
    with torch.inference_mode():
        expected = load_network(weights)(**{k: torch.from_numpy(v) for k, v in inputs.items()})
    graph = OnnxGraph(tmp_path / "reader.onnx")
    for name, values, right in zip(Outputs._fields, graph.run(**inputs), expected, strict=True):
        np.testing.assert_allclose(values, right.numpy(), atol=1e-4, err_msg=name)


def test_a_reader_of_all_languages_borrows_the_layers_that_stay(recipe, batch):
    """They are those of the encoder that it starts from, as are the words."""
    torch.manual_seed(7)
    encoder = ReaderNetwork(LAYERS).backbone.state_dict()
    base = {name: each.numpy() for name, each in encoder.items()}
    state = TrainingState(base, dataclasses.replace(recipe, frozen_layers=2))
    losses = state.advance(batch, progress=0.2)
    # Nothing holds it close to a reranker.
    assert "reranker" not in losses
    assert "span" in losses
    kept = set(state.shipped_weights())
    assert {"relevance.weight", "backbone.encoder.layer.2.output.dense.weight"} <= kept
    assert not any("embeddings" in name or ".layer.1." in name for name in kept)
    # An encoder knows one kind of token.
    kinds = state.network.backbone.embeddings.token_type_embeddings.weight
    assert torch.equal(kinds[0], kinds[1])
    # And it may go on from what it writes, which lacks just these layers.
    frozen = dataclasses.replace(recipe, frozen_layers=2)
    start = {name: each.numpy() for name, each in ReaderNetwork(LAYERS).state_dict().items()}
    start = {name: each for name, each in start.items() if name in kept}
    begun = TrainingState(base, frozen, start)
    assert torch.equal(begun.trained["null.weight"], torch.from_numpy(start["null.weight"]))
    del start["backbone.encoder.layer.2.output.dense.weight"]
    with pytest.raises(ValueError, match="not a reader's weights"):
        TrainingState(base, frozen, start)


RECIPES = sorted(RECIPE.parent.glob("*.toml"))


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_every_recipe_that_ships_is_whole(path):
    recipe = Recipe.load(path)
    assert recipe.mixture.base in recipe.mixture.sources
    assert 0 < recipe.warmup < recipe.fall < 1
    assert recipe.rate_at(1.0) == 0.0


def test_a_setting_that_is_missing_or_unknown_is_an_error(tmp_path):
    text = RECIPE.read_text()
    for changed in (text.replace("seed =", "sed ="), f"more = 1\n{text}"):
        path = tmp_path / "changed.toml"
        path.write_text(changed)
        with pytest.raises(TypeError):
            Recipe.load(path)
