"""Train the reader: `python -m qa.training.train --data FOLDER --out FOLDER`.

Starts from the reranker's weights, or with `--start` from those of a reader. With `--languages` it
trains the reader of all languages, from the encoder of that part. Checkpoints are plain
safetensors files; with `--resume` a stopped run goes on where it was. With `--written` it also
learns from questions that `qa.training.written_questions` has made. The log is one JSON object a
line: losses, rate and speed, and now and then scores on samples of the development sets.

Workers are processes with one thread each, which share the windows of each step: on a processor
with few cores they train faster than one process with as many threads, and on a busy machine
several times faster. Each gives gigabytes back to the system and takes them again, unless the C
library is told not to. With glibc, half of the time is saved by
`GLIBC_TUNABLES=glibc.malloc.hugetlb=1 MALLOC_MMAP_MAX_=0 MALLOC_TOP_PAD_=500000000
MALLOC_TRIM_THRESHOLD_=8000000000`.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from statistics import fmean
from typing import Any, TextIO

import torch
from safetensors.torch import save_file
from torch import distributed
from torch.multiprocessing.spawn import spawn

from index.models import Weights, languages_weights_file, load_weights, open_languages_weights
from qa.reader.loading import FILE
from qa.reader.windows import Windower, cut_texts, make_default_windower
from qa.training.questions.mixture import make_training_questions
from qa.training.reader.batches import Item, collate, make_batches, make_items, share_batch
from qa.training.reader.network import LANGUAGES_BASE, write_card
from qa.training.reader.scoring import LANGUAGES, Development
from qa.training.reader.training_state import Recipe, TrainingState
from qa.training.written_questions import load_questions

RECIPE = Path(__file__).with_name("recipe.toml")
# The model that all readers start from.
BASE = "cross-encoder/ms-marco-MiniLM-L-12-v2"
_CHECKPOINT = "checkpoint.safetensors"
_LOG = "log.jsonl"
_CHECKPOINT_SECONDS = 240
_LOG_STEPS = 25


@dataclass(frozen=True, slots=True)
class Plan:
    """A run as its workers see it; the options of the command, which explains them.

    Attributes:
        data: for a reader of all languages it holds `lang/*.jsonl.gz`, too.
        reranker: readers of English start from its weights, and are held close to them; None for a
            reader of all languages, which starts from the part `languages`.
    """

    data: Path
    out: Path
    recipe: Recipe
    reranker: Path | None = None
    minutes: float = float("inf")
    resume: bool = False
    workers: int = 1
    start: Path | None = None
    written: Sequence[Path] = ()


def train(plan: Plan) -> None:
    """Train to the end of the recipe and write the averaged weights with their card."""
    plan.out.mkdir(parents=True, exist_ok=True)
    recipe = plan.recipe
    windower = _make_windower(plan)
    questions = make_training_questions(plan.data, recipe.mixture, recipe.seed)
    questions += chain.from_iterable(map(load_questions, plan.written))
    items = make_items(questions, windower, recipe.seed)
    batches = make_batches(items, recipe.batch, recipe.seed)
    shares = [share_batch(batch, plan.workers) for batch in batches]
    parts = [[share[worker] for share in shares] for worker in range(plan.workers)]
    if plan.workers == 1:
        _work(0, plan, parts)
    else:
        spawn(_work, (plan, parts), nprocs=plan.workers)  # type: ignore[no-untyped-call]


def _make_windower(plan: Plan) -> Windower:
    """What cuts windows for the network."""
    if plan.reranker is not None:
        return make_default_windower()
    weights = open_languages_weights(languages_weights_file())
    return Windower(partial(cut_texts, weights.make_tokenizer()), weights.marks)


def _load_base(plan: Plan) -> Weights:
    """The weights that the network starts from."""
    if plan.reranker is not None:
        return load_weights(plan.reranker)
    weights = open_languages_weights(languages_weights_file())
    words = weights.open_words()
    vectors = words.look_up(range(len(words)))
    return {"embeddings.word_embeddings.weight": vectors, **weights.widen_tensors()}


def _work(worker: int, plan: Plan, parts: Sequence[Sequence[Sequence[Item]]]) -> None:
    """Train with one part of each batch; the first worker also writes and evaluates."""
    if plan.workers > 1:
        torch.set_num_threads(1)
        meeting = (plan.out / f"workers-{os.getppid()}").absolute().as_uri()
        distributed.init_process_group(
            "gloo", init_method=meeting, rank=worker, world_size=plan.workers
        )
    recipe, batches = plan.recipe, parts[worker]
    start = None if plan.start is None else load_weights(plan.start / FILE)
    state = TrainingState(_load_base(plan), recipe, start)
    checkpoint = plan.out / _CHECKPOINT
    if plan.resume and checkpoint.exists():
        state.restore(checkpoint)
    journal = _Journal(plan) if worker == 0 else None
    if journal is not None:
        journal.write({"recipe": asdict(recipe), "batches": len(batches), "from": state.step})
    while (progress := _measure_progress(state, plan)) < 1:
        began = time.monotonic()
        batch = collate(batches[state.step % len(batches)])
        losses = state.advance(batch, progress)
        state.seconds += time.monotonic() - began
        if journal is not None:
            journal.note(state, losses, len(batch.weights) * plan.workers, progress)
    if journal is not None:
        journal.finish(state)
    if plan.workers > 1:
        distributed.destroy_process_group()


def _measure_progress(state: TrainingState, plan: Plan) -> float:
    """How much of the run is done, 0 to 1; the same for all workers."""
    done = max(state.step / plan.recipe.steps, state.seconds / (60 * plan.minutes))
    if plan.workers == 1:
        return done
    shared = torch.tensor(done, dtype=torch.float64)
    distributed.broadcast(shared, 0)
    return float(shared)


class _Journal:
    """The files that the first worker writes in a run: the log, checkpoints, scores and weights."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._log: TextIO = (plan.out / _LOG).open("a", encoding="utf-8")
        self._development = Development(
            plan.data,
            _make_windower(plan),
            plan.recipe.development_sample,
            LANGUAGES if plan.reranker is None else (),
        )
        self._losses: dict[str, list[float]] = defaultdict(list)
        self._windows = 0
        self._since = self._saved = self._scored = time.monotonic()

    def write(self, values: dict[str, Any]) -> None:
        """One JSON object a line, on disk at once."""
        self._log.write(json.dumps(values) + "\n")
        self._log.flush()

    def note(
        self, state: TrainingState, losses: dict[str, float], windows: int, progress: float
    ) -> None:
        """Log a step; save and score when it is time to."""
        self._windows += windows
        for name, loss in losses.items():
            self._losses[name].append(loss)
        if state.step % _LOG_STEPS == 0:
            speed = self._windows / (time.monotonic() - self._since)
            self.write(
                {
                    "step": state.step,
                    **{name: round(fmean(each), 4) for name, each in self._losses.items()},
                    "rate": state.recipe.rate_at(progress),
                    "windows_per_second": round(speed, 1),
                }
            )
            self._losses.clear()
            self._windows, self._since = 0, time.monotonic()
        if time.monotonic() - self._saved > _CHECKPOINT_SECONDS:
            state.save(self._plan.out / _CHECKPOINT)
            self._saved = time.monotonic()
        if time.monotonic() - self._scored > 60 * self._plan.recipe.development_minutes:
            self._score(state)

    def finish(self, state: TrainingState) -> None:
        """Write the last checkpoint, the scores and the weights."""
        state.save(self._plan.out / _CHECKPOINT)
        plan = self._plan
        save_file(state.shipped_weights(), plan.out / FILE)
        if plan.reranker is None:
            write_card(plan.out / FILE, LANGUAGES_BASE, languages_weights_file())
        else:
            write_card(plan.out / FILE, BASE, plan.reranker)
        self._score(state)
        self._log.close()

    def _score(self, state: TrainingState) -> None:
        self.write({"step": state.step, **self._development.score(state.averaged())})
        self._scored = time.monotonic()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m qa.training.train", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds qa/*.jsonl.gz")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints and log")
    base = parser.add_mutually_exclusive_group(required=True)
    base.add_argument("--reranker", type=Path, help="written by qa.training.convert_reranker")
    base.add_argument(
        "--languages", action="store_true", help="read all languages, from the part's encoder"
    )
    parser.add_argument("--recipe", type=Path, default=RECIPE, help="TOML file of the run")
    parser.add_argument(
        "--minutes", type=float, default=float("inf"), help="end sooner, with the rate at zero"
    )
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    parser.add_argument("--start", type=Path, help="folder of a reader to go on from")
    parser.add_argument(
        "--written", type=Path, nargs="+", default=[], help="files of qa.training.written_questions"
    )
    parser.add_argument(
        "--workers", type=int, default=os.cpu_count() or 1, help="processes, one a core"
    )
    arguments = parser.parse_args()
    options = vars(arguments)
    del options["languages"]
    train(Plan(**options | {"recipe": Recipe.load(arguments.recipe)}))


if __name__ == "__main__":
    main()
