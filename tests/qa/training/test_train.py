"""A short, real training run: it learns, resumes exactly, and what it writes can be compiled."""

import dataclasses
import gzip
import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from index import default_model_folder
from qa.model_text import ModelPassage
from qa.reader.compiled import CARD, FILE, load_reader
from qa.reader.network import ReaderNetwork, span_scores
from qa.reader.windows import Windower, load_tokenizer
from qa.training.batches import collate, items
from qa.training.examples import Context, Example
from qa.training.losses import reader_loss
from qa.training.train import Recipe, Run, rate_at, train

FACTS = [
    ("museum", "1991"), ("ferry", "1956"), ("bridge", "1955"), ("quarry", "1931"),
    ("school", "1899"), ("chapel", "1764"), ("market", "1822"), ("harbour", "1610"),
]  # fmt: skip
BASE = default_model_folder()


def rows():
    for thing, year in FACTS:
        text = (
            f"Much is told of the old {thing}. It was opened to everybody in {year} by the mayor."
        )
        answers = [{"text": year, "answer_start": text.index(year)}]
        yield {"id": thing, "question": f"When was the {thing} opened?", "context": text,
               "title": "Town", "answers": answers}  # fmt: skip
        yield {"id": f"no-{thing}", "question": f"Who painted the {thing}?", "context": text,
               "title": "Town", "answers": []}  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    (folder / "qa").mkdir()
    with gzip.open(folder / "qa" / "facts.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows())
    return folder


@pytest.fixture(scope="module")
def recipe():
    shipped = Recipe.load(Path("qa/reader/training.toml").absolute())
    mixture = dataclasses.replace(
        shipped.mixture,
        sources={"facts": 100},
        repeat_unanswerable=1,
        neighbours=4,
        holes=0,
        edits=0,
    )
    development = {"answerable": "facts", "unanswerable": "facts", "sample": 100, "every": 1000}
    return dataclasses.replace(
        shipped, mixture=mixture, batch=4, peak_rate=5e-4, average=0.5, development=development
    )


def new_run(recipe):
    torch.manual_seed(recipe.seed)
    return Run(ReaderNetwork(BASE), recipe)


def log_of(folder):
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]


def test_a_few_passes_fit_a_few_examples(data, recipe):
    windower = Windower(load_tokenizer(BASE))
    examples = [
        Example(
            row["question"],
            (Context(row["context"], tuple((a["answer_start"], a["answer_start"] + len(a["text"]))
                                           for a in row["answers"])),),
        )
        for row in rows()
    ]  # fmt: skip
    found = items(examples, windower, seed=1)
    run = new_run(recipe)
    losses = [run.advance(found, steps=40) for _ in range(25)]
    assert losses[-1] < 0.1 * losses[0]


def test_a_run_writes_its_log_checkpoint_and_half_precision_weights(data, recipe, tmp_path):
    train(data, tmp_path, recipe, BASE)
    log = log_of(tmp_path)
    assert log[0]["steps"] == log[-1]["step"]
    assert {"exact_match", "f1", "auroc"} <= set(log[-1])
    assert (tmp_path / "checkpoint.safetensors").stat().st_size > 0
    assert (tmp_path / FILE).stat().st_size < 25e6


def test_a_second_run_starts_from_the_weights_of_the_first(data, recipe, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    still = dataclasses.replace(recipe, peak_rate=0.0, steps=1)
    train(data, first, recipe, BASE)
    train(data, second, still, BASE, start=first / FILE)
    before, after = (load_file(folder / FILE) for folder in (first, second))
    assert before.keys() == after.keys()
    for name, tensor in before.items():
        assert torch.equal(tensor, after[name]), name


def test_a_stopped_run_goes_on_exactly(data, recipe, tmp_path):
    windower = Windower(load_tokenizer(BASE))
    example = next(rows())
    start = example["answers"][0]["answer_start"]
    context = Context(example["context"], ((start, start + 4),))
    found = items([Example(example["question"], (context,))], windower, seed=1)
    whole = new_run(recipe)
    for _ in range(4):
        whole.advance(found, steps=8)
    stopped = new_run(recipe)
    for _ in range(2):
        stopped.advance(found, steps=8)
    stopped.save(tmp_path / "checkpoint.safetensors")
    resumed = new_run(recipe)
    resumed.restore(tmp_path / "checkpoint.safetensors")
    for _ in range(2):
        resumed.advance(found, steps=8)
    for name, parameter in whole.trained.items():
        assert torch.equal(parameter, resumed.trained[name]), name
        assert torch.equal(whole.average[name], resumed.average[name]), name


def test_the_rate_rises_stays_and_falls_to_zero(recipe):
    rates = [rate_at(step, 1000, recipe) for step in range(1000)]
    assert rates[0] < rates[29] == 1.0
    assert rates[400] == 1.0
    assert rates[999] == pytest.approx(1 / 500)


def test_the_loss_of_a_window_is_that_of_one_softmax_over_all_spans_and_none():
    windower = Windower(load_tokenizer(BASE))
    text = "It opened in 1991."
    found = items([Example("When?", (Context(text, ((13, 17),)),))], windower, seed=1)
    batch = collate(found)
    length = batch.input_ids.shape[1]
    torch.manual_seed(1)
    start, end = torch.randn(1, length), torch.randn(1, length)
    left, right, null = torch.randn(1, length, 64), torch.randn(1, length, 64), torch.randn(1)
    loss = reader_loss((start, end, left, right, null), batch, shared_weight=1.0)
    scores = span_scores(start, end, left, right)[0]
    tokens = batch.passage[0].nonzero().flatten().tolist()
    spans = {(i, j): scores[i, j] for i in tokens for j in tokens if i <= j}
    everything = torch.stack([*spans.values(), null[0]]).logsumexp(0)
    [gold] = [tuple(row[1:].tolist()) for row in batch.golds]
    expected = everything - spans[gold]
    for edge, position in ((start[0], gold[0]), (end[0], gold[1])):
        expected += 0.5 * (edge[tokens].logsumexp(0) - edge[position])
    assert loss.item() == pytest.approx(expected.item(), rel=1e-4)


def test_fresh_weights_compile_to_a_reader_that_agrees_with_them(tmp_path):
    torch.manual_seed(3)
    network = ReaderNetwork(BASE)
    from safetensors.torch import save_file

    trained = {n: p.detach().half() for n, p in network.named_parameters() if p.requires_grad}
    save_file(trained, tmp_path / FILE)
    from index import sha256_of

    (tmp_path / CARD).write_text(json.dumps({"sha256": sha256_of(tmp_path / FILE)}))
    reader = load_reader(tmp_path)
    [reading] = reader.read("When was it opened?", [ModelPassage("It was opened in 1991.")])
    assert reading.spans
