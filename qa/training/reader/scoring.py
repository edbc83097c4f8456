"""Scores by networks of torch: on samples of the development sets in a run, and the reranker's."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from index.models import load_weights
from qa.defaults import never
from qa.evaluation.measuring.summary import auroc
from qa.passage_text import ModelPassage, render_passage
from qa.reader.reading import ScoredSpan
from qa.reader.trained import RANKING_SCALE, find_best_span, take_scores
from qa.reader.windows import Window, Windower, make_default_windower
from qa.squad import exact_match, f1
from qa.training.questions.rows import (
    LabelledPassage,
    QuestionRow,
    cut_context,
    load_rows,
    read_rows,
)
from qa.training.reader.batches import Item, Target, collate, make_target
from qa.training.reader.network import ReaderNetwork, mixed_precision

ANSWERS = "squad_v1.1.dev_part"
# Of a reader for all languages.
LANGUAGES = ("ar", "de", "es", "hi", "vi", "zh")
ABSTENTION = "squad_v2.0.dev_half"
# Long answers, sentence by sentence.
EVIDENCE = (
    "feedbackqa.dev",
    "nq_long.dev",
    "clapnq.dev",
    "emanual_tv.dev",
    "techqa_sentences.dev",
    "fairytaleqa.dev",
)
# A sentence is evidence if its log odds are higher: a probability of about 0.4.
EVIDENCE_THRESHOLD = -0.4
_BATCH = 32


@dataclass(frozen=True, slots=True)
class PassageScores:
    """The network's scores of a passage: the best over its windows.

    Attributes:
        span: its best span, with its log odds against "not here".
        relevance: log odds that it answers.
        evidence: for each of its sentences the log odds that it answers.
    """

    span: ScoredSpan
    relevance: float
    evidence: tuple[float, ...]


class Development:
    """Questions that are never trained on, with their passages."""

    def __init__(
        self, folder: Path, windower: Windower, sample: int, languages: Sequence[str] = ()
    ) -> None:
        """Take a sample of the development sets.

        Args:
            folder: holds `qa/*.jsonl.gz`.
            sample: questions of each set, evenly spread; a fifth of it if there are sentences.
            languages: of which `lang/LANGUAGE_mlqa.dev.jsonl.gz` is asked too.
        """
        self._windower = windower
        sets = {name: load_rows(folder, name) for name in (ANSWERS, ABSTENTION)}
        for language in languages:
            sets[language] = read_rows(folder / "lang" / f"{language}_mlqa.dev.jsonl.gz")
        self._whole = {
            name: [(row, LabelledPassage(row.context)) for row in _thin(rows, sample)]
            for name, rows in sets.items()
        }
        self._languages = languages
        self._cut = {
            name: [
                (row, passage)
                for row in _thin(load_rows(folder, name), max(1, sample // 5))
                for passage in cut_context(row, random.Random(row.question))
                if self._fits(row, passage)
            ]
            for name in EVIDENCE
        }

    def _fits(self, row: QuestionRow, passage: LabelledPassage) -> bool:
        """Whether a passage is read in one window, so that none of its sentences is cut."""
        encodings = self._windower.tokenize([row.question, passage.text, passage.above])
        return len(self._windower.windows(*encodings)) == 1

    def score(self, network: ReaderNetwork) -> dict[str, float]:
        """Figures by name, 0 to 1.

        Exact match and F1 with the paragraph given, AUROC over unanswerable questions too, F1 of
        evidence sentences, and how often the most relevant passage is one that answers.
        """
        figures = self._score_answers(network, ANSWERS) | self._score_abstention(network)
        for language in self._languages:
            figures[f"F1 {language}"] = self._score_answers(network, language)["F1"]
        for name, pairs in self._cut.items():
            short = name.removesuffix(".dev")
            figures |= {
                f"{measure} {short}": value
                for measure, value in _score_evidence(pairs, self._read(network, pairs)).items()
            }
        return {name: round(value, 4) for name, value in figures.items()}

    def _score_answers(self, network: ReaderNetwork, name: str) -> dict[str, float]:
        pairs = self._whole[name]
        matches, overlaps = [], []
        for (row, _), scores in zip(pairs, self._read(network, pairs), strict=True):
            prediction = scores.span.span.of(row.context)
            matches.append(exact_match(prediction, row.answer_texts))
            overlaps.append(f1(prediction, row.answer_texts))
        return {"exact match": float(np.mean(matches)), "F1": float(np.mean(overlaps))}

    def _score_abstention(self, network: ReaderNetwork) -> dict[str, float]:
        pairs = self._whole[ABSTENTION]
        read = self._read(network, pairs)
        answerable = [bool(row.answers) for row, _ in pairs]
        margins = [scores.span.score for scores in read]
        relevance = [scores.relevance for scores in read]
        return {
            "AUROC span": auroc(margins, answerable),
            "AUROC relevance": auroc(relevance, answerable),
            "AUROC both": auroc(np.add(margins, relevance), answerable),
        }

    def _read(
        self, network: ReaderNetwork, pairs: Sequence[tuple[QuestionRow, LabelledPassage]]
    ) -> list[PassageScores]:
        questions = self._windower.tokenize([row.question for row, _ in pairs])
        texts = self._windower.tokenize([passage.text for _, passage in pairs])
        above = self._windower.tokenize([passage.above for _, passage in pairs])
        windows = [
            (number, window, make_target(window, pairs[number][1]))
            for number, encodings in enumerate(zip(questions, texts, above, strict=True))
            for window in self._windower.windows(*encodings)
        ]
        windows.sort(key=lambda each: len(each[1].ids))
        best: dict[int, PassageScores] = {}
        for at in range(0, len(windows), _BATCH):
            chunk = windows[at : at + _BATCH]
            scored = score_windows(network, [(window, target) for _, window, target in chunk])
            for (number, _, _), scores in zip(chunk, scored, strict=True):
                best[number] = _join_scores(best[number], scores) if number in best else scores
        return [best[number] for number in range(len(pairs))]


def score_windows(
    network: ReaderNetwork, windows: Sequence[tuple[Window, Target]]
) -> list[PassageScores]:
    """The network's scores of windows; evidence is that of the sentences in the targets."""
    batch = collate([Item((window,), (target,)) for window, target in windows])
    with torch.inference_mode(), mixed_precision():
        outputs = network(batch.input_ids, batch.token_type_ids, batch.attention_mask)
    arrays = [output.float().numpy() for output in outputs]
    scored = []
    for row, (window, target) in enumerate(windows):
        scores = take_scores(arrays, row, len(window.ids))
        sentences = (scores.evidence[span.start : span.end].mean() for span in target.sentences)
        evidence = tuple(float(score) for score in sentences)
        scored.append(PassageScores(find_best_span(window, scores), scores.relevance, evidence))
    return scored


def _join_scores(one: PassageScores, other: PassageScores) -> PassageScores:
    """The scores of two windows of a passage as one, without its sentences."""
    span = max(one.span, other.span, key=lambda candidate: candidate.score)
    return PassageScores(span, max(one.relevance, other.relevance), ())


def _score_evidence(
    pairs: Sequence[tuple[QuestionRow, LabelledPassage]], read: Sequence[PassageScores]
) -> dict[str, float]:
    chosen = right = both = 0
    relevance: dict[str, list[tuple[float, bool]]] = {}
    for (row, passage), scores in zip(pairs, read, strict=True):
        for score, label in zip(scores.evidence, passage.is_evidence, strict=True):
            is_chosen = score > EVIDENCE_THRESHOLD
            chosen += is_chosen
            right += label
            both += is_chosen and label
        answers = any(passage.is_evidence)
        relevance.setdefault(row.question, []).append((scores.relevance, answers))
    firsts = [
        max(passages)[1]
        for passages in relevance.values()
        if len(passages) > 1 and any(answers for _, answers in passages)
    ]
    return {"evidence F1": 2 * both / max(1, chosen + right), "first": float(np.mean(firsts or 0))}


def _thin(rows: list[QuestionRow], count: int) -> list[QuestionRow]:
    """`count` rows, or somewhat more, evenly spread."""
    return rows[:: max(1, len(rows) // count)]


class CrossEncoder:
    """The reranker that the reader starts from: it tells which passages may answer a question.

    Scores are the network's logits, about -11 to 11: see `qa.answering.models.Reranker`.
    """

    def __init__(self, weights: Path) -> None:
        """A reranker from the file that `qa.training.convert_reranker` writes."""
        self._network = ReaderNetwork().eval()
        self._network.load_reranker(load_weights(weights))
        self._windower = make_default_windower()

    def score(
        self,
        question: str,
        passages: Sequence[ModelPassage],
        _cancelled: Callable[[], bool] = never,
    ) -> list[float]:
        rendered = [render_passage(passage) for passage in passages]
        texts = [question, *(each.above for each in rendered), *(each.text for each in rendered)]
        encoded_question, *encoded = self._windower.tokenize(texts)
        pairs = zip(encoded[len(rendered) :], encoded[: len(rendered)], strict=True)
        # Of a passage that does not fit one window, the first is enough here.
        windows = [self._windower.windows(encoded_question, *pair)[0] for pair in pairs]
        scored = score_windows(self._network, [(window, Target()) for window in windows])
        return [RANKING_SCALE * each.relevance for each in scored]
