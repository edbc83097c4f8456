"""Each loss is what its definition says, computed by hand."""

import dataclasses

import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from index import Span
from qa.reader.windows import make_default_windower
from qa.training.questions.mixture import TrainingQuestion
from qa.training.questions.rows import LabelledPassage
from qa.training.reader.batches import collate, make_items
from qa.training.reader.losses import LossWeights, compute_losses, sum_losses
from qa.training.reader.network import Outputs, score_spans

TEXT = "It opened in 1991."
WHOLE = (Span(0, len(TEXT)),)
YEAR = LabelledPassage(TEXT, "", (Span(13, 17),), (), WHOLE, (True,))
REGION = LabelledPassage(TEXT, "", (), WHOLE, WHOLE, (True,))
NOTHING = LabelledPassage("It never opened.", "", (), (), (Span(0, 16),), (False,))
ONLY_EVIDENCE = LabelledPassage(TEXT, "", (), (), WHOLE, (True,))


def batch_of(*passages, **question):
    windower = make_default_windower()
    return collate(make_items([TrainingQuestion("When?", passages, **question)], windower, seed=1))


def random_outputs(batch, seed=1):
    torch.manual_seed(seed)
    rows, length = batch.input_ids.shape
    shapes = [(rows, length)] * 2 + [(rows, length, 64)] * 2 + [(rows,)] * 2
    shapes += [(rows, length)]
    return Outputs(*(torch.randn(shape) for shape in shapes))


def spans_of(batch, outputs, row):
    """Every span of a window with its score."""
    scores = score_spans(*outputs[:4])[row]
    tokens = batch.is_passage[row].nonzero().flatten().tolist()
    return {(i, j): scores[i, j] for i in tokens for j in tokens if i <= j}


def test_a_span_competes_with_all_others_and_with_not_here():
    batch = batch_of(YEAR)
    outputs = random_outputs(batch)
    spans = spans_of(batch, outputs, 0)
    [right] = [tuple(row[1:].tolist()) for row in batch.answers]
    expected = torch.stack([*spans.values(), outputs.null[0]]).logsumexp(0) - spans[right]
    tokens = batch.is_passage[0]
    for edge, position in ((outputs.start[0], right[0]), (outputs.end[0], right[1])):
        expected += (edge[tokens].logsumexp(0) - edge[position]) / 2
    assert compute_losses(outputs, batch)["span"].item() == pytest.approx(expected.item(), rel=1e-4)


def test_where_nothing_answers_not_here_is_right():
    batch = batch_of(NOTHING)
    outputs = random_outputs(batch)
    everything = torch.stack([*spans_of(batch, outputs, 0).values(), outputs.null[0]])
    expected = everything.logsumexp(0) - outputs.null[0]
    assert compute_losses(outputs, batch)["span"].item() == pytest.approx(expected.item(), rel=1e-4)


def test_in_a_region_every_span_is_right():
    batch = batch_of(REGION)
    outputs = random_outputs(batch)
    over_spans = torch.stack(list(spans_of(batch, outputs, 0).values())).logsumexp(0)
    expected = torch.logaddexp(over_spans, outputs.null[0]) - over_spans
    assert compute_losses(outputs, batch)["span"].item() == pytest.approx(expected.item(), rel=1e-4)


def test_evidence_without_a_place_says_nothing_of_spans():
    batch = batch_of(ONLY_EVIDENCE)
    assert compute_losses(random_outputs(batch), batch)["span"].item() == 0


def test_of_a_list_every_member_must_be_likely():
    text = "In 1991 and 1995."
    members = (Span(3, 7), Span(12, 16))
    listed = LabelledPassage(text, "", members, (), (Span(0, 17),), (True,))
    losses = []
    for requires_all in (False, True):
        batch = batch_of(listed, requires_all=requires_all)
        outputs = random_outputs(batch)
        # One member is certain, the other as unlikely as anything.
        outputs.start[0, batch.answers[0, 1]] = outputs.end[0, batch.answers[0, 2]] = 20
        losses.append(compute_losses(outputs, batch)["span"].item())
    assert losses[0] < 1 < 10 < losses[1]


def test_passages_of_one_question_share_a_softmax():
    batch = batch_of(YEAR, NOTHING)
    outputs = random_outputs(batch)
    everything = [*spans_of(batch, outputs, 0).values(), *spans_of(batch, outputs, 1).values()]
    [right] = [tuple(row[1:].tolist()) for row in batch.answers]
    losses = compute_losses(outputs, batch)
    expected = torch.stack(everything).logsumexp(0) - spans_of(batch, outputs, 0)[right]
    assert losses["shared"].item() == pytest.approx(expected.item(), rel=1e-4)
    ranking = outputs.relevance.logsumexp(0) - outputs.relevance[0]
    assert losses["ranking"].item() == pytest.approx(ranking.item(), rel=1e-4)


def test_the_evidence_of_a_sentence_is_the_mean_over_its_tokens():
    batch = batch_of(YEAR)
    outputs = random_outputs(batch)
    mean = outputs.evidence[0, batch.is_passage[0]].mean()
    expected = binary_cross_entropy_with_logits(mean, torch.tensor(0.96))
    found = compute_losses(outputs, batch)["evidence"].item()
    assert found == pytest.approx(expected.item(), rel=1e-4)


def test_the_reranker_is_followed_only_where_it_can_be_trusted():
    trusted, other = batch_of(YEAR), batch_of(NOTHING, trusts_reranker=False)
    for batch, expected in ((trusted, 2.5), (other, 0.0)):
        outputs = random_outputs(batch)
        losses = compute_losses(outputs, batch, outputs.relevance + 3)
        assert losses["reranker"].item() == pytest.approx(expected)


def test_the_total_is_a_weighted_sum():
    weights = LossWeights(span=1, shared=2, relevance=3, ranking=4, reranker=5, evidence=6)
    losses = {name: torch.tensor(1.0) for name in ("span", "relevance", "evidence")}
    assert sum_losses(losses, weights).item() == 10
    assert set(dataclasses.asdict(weights)) >= set(losses)
