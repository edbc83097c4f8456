"""How far a promise on errors holds: fitted to one half of a question set, checked on the other.

    python -m tests.benchmarks.promises FOLDER… [--at-most SHARE]… [--splits N] [--cache FOLDER]

A FOLDER is a question set, as `tests.benchmarks.ablation` reads it: `questions.jsonl` beside its
documents. The sets are taken together, too. Each is halved at random many times: how often a half
is promised anything, how many of its questions get an answer then, and how many of the answers to
the other half are wrong. "promised" and what follows "wrong" are shares of the halvings:
"above" those with more errors in the other half than promised, which chance alone may bring, and
"refuted" those whose other half rules the promise out with 95 % confidence.

question set             asked risk      at most  promised  answered   wrong   above  refuted
real_dev                   228 shown       5.0%      0.0%
open_dev                   190 shown       5.0%      0.0%
all together               418 shown       5.0%      0.0%
real_dev                   228 shown      10.0%      2.0%     23.9%   17.4%    2.0%     0.0%
open_dev                   190 shown      10.0%      0.5%     37.9%   25.0%    0.5%     0.5%
all together               418 shown      10.0%      6.0%     19.7%   10.5%    3.0%     0.0%
real_dev                   228 shown      20.0%     19.5%     26.6%   15.6%    1.5%     0.5%
open_dev                   190 shown      20.0%     32.0%     19.8%   16.0%    4.5%     0.0%
all together               418 shown      20.0%     67.0%     32.5%   14.4%    8.5%     1.0%
real_dev                   228 shown      30.0%     88.0%     54.7%   21.3%   10.5%     1.0%
open_dev                   190 shown      30.0%     84.5%     33.6%   19.0%    7.5%     0.5%
all together               418 shown      30.0%     98.0%     60.1%   23.2%    9.0%     2.0%
all together               418 answered    5.0%    100.0%     26.5%    2.7%    9.5%     1.5%
all together               418 answered   10.0%    100.0%     41.9%    6.5%    8.0%     0.5%
all together               418 answered   20.0%    100.0%     62.5%   14.7%    8.0%     2.0%
all together               418 answered   30.0%    100.0%     78.8%   24.4%   11.5%     2.5%
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np

from index import Risk
from index.locations import cache_folder
from qa.evaluation import Evaluation, NoPromise, QuestionResult, fit_promise
from qa.evaluation.measuring.thresholds import measure_chance
from tests.benchmarks.ablation.__main__ import find_sets
from tests.benchmarks.ablation.measuring import Answered

_ASKED = QuestionResult(
    *("", "", (), "", (), "any", None, "", "x", 0.0, False, None, (), {}, (), None, (), 0.0)
)


def list_results(answered: Answered) -> list[QuestionResult]:
    """The answers as an evaluation has them."""
    return [
        replace(_ASKED, confidence=confidence, quotes_answer=bool(right))
        for right, _, _, _, confidence in answered.rows
    ]


def print_halves(
    name: str, results: list[QuestionResult], at_most: float, risk: Risk, splits: int
) -> None:
    """A line: what was promised of random halves, and what became of it in the other ones."""
    generator = np.random.default_rng(0)
    asked, shown, wrong, above, refuted = [], [], [], 0, 0
    for _ in range(splits):
        order = generator.permutation(len(results))
        half, other = order[: len(order) // 2], [results[at] for at in order[len(order) // 2 :]]
        try:
            promise = fit_promise(
                Evaluation("", "", {}, tuple(results[at] for at in half)), at_most, risk
            )
        except NoPromise:
            continue
        given = [each for each in other if each.confidence >= promise.threshold]
        errors = sum(not each.quotes_answer for each in given)
        of = len(given) if risk == "shown" else len(other)
        asked.append(len(other))
        shown.append(len(given))
        wrong.append(errors)
        above += errors > at_most * of
        refuted += errors > 0 and 1 - measure_chance(errors - 1, of, at_most) <= 0.05
    line = f"{name:24} {len(results):>5} {risk:9} {at_most:>6.1%} {len(asked) / splits:>9.1%}"
    if asked:
        total = sum(shown) if risk == "shown" else sum(asked)
        line += f" {sum(shown) / sum(asked):>9.1%} {sum(wrong) / max(1, total):>7.1%}"
        line += f" {above / splits:>7.1%} {refuted / splits:>8.1%}"
    print(line, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--at-most", type=float, action="append", help="by default .05 to .3")
    parser.add_argument("--splits", type=int, default=200)
    parser.add_argument("--cache", type=Path, default=cache_folder() / "ablation")
    options = parser.parse_args()
    sets = {
        each.name: list_results(answered)
        for each in find_sets(options.folders, options.cache)
        if isinstance(answered := each.measure(), Answered)
    }
    if len(sets) > 1:
        sets["all together"] = [result for results in sets.values() for result in results]
    print(
        "question set             asked risk      at most  promised  answered   wrong   above  refuted"
    )
    for risk in ("shown", "answered"):
        for at_most in options.at_most or (0.05, 0.1, 0.2, 0.3):
            for name, results in sets.items():
                print_halves(name, results, at_most, risk, options.splits)


if __name__ == "__main__":
    main()
