"""What each rule of answering and of follow-ups changes.

    python -m tests.benchmarks.ablation [FOLDER…] [--only WORDS]… [--together] [--list]

Measured are qa's own development set (`qa/training/data/development`) and what the folders hold: a
FOLDER is a question set, with `questions.jsonl` beside its documents (`documents/`, `docs/` or
`docs.tar.xz`), or holds such folders, or conversations (`conv/*.jsonl.gz`, rows of `history`,
`question` and `rewrite`).

Each rule is switched off by itself: a line says how many questions are then answered right, right
and shown, and wrong though shown, how well confidence tells whether there is an answer (AUROC), and how many
questions are gained and lost; p is that of a paired randomisation test on those right and shown. Of conversations it is the F1 of the
terms that are added, in thousandths. The outputs of the networks are kept in the cache folder, so
that only the rules are computed anew.
"""

from __future__ import annotations

import argparse
import zlib
from collections.abc import Sequence
from pathlib import Path

from index.locations import cache_folder
from tests.benchmarks.ablation.measuring import Conversations, Questions
from tests.benchmarks.ablation.remembered import Memory, Models
from tests.benchmarks.ablation.rules import RULES
from tests.benchmarks.ablation.switching import Rule, split_alternatives, switch_off

DEVELOPMENT = Path(__file__).parents[3] / "qa/training/data/development"


def find_sets(folders: Sequence[Path], cache: Path) -> list[Questions | Conversations]:
    """The question sets and conversations in some folders."""
    models = Models.load(Memory(cache / "outputs.sqlite"))
    found: list[Questions | Conversations] = []
    for folder in folders:
        sets = [folder] if (folder / "questions.jsonl").exists() else []
        sets += sorted(path.parent for path in folder.glob("*/questions.jsonl"))
        # Two folders of the same name are two sets.
        caches = [cache / f"{each.name}-{zlib.crc32(bytes(each.resolve())):08x}" for each in sets]
        found += [Questions(*pair, models) for pair in zip(sets, caches, strict=True)]
        found += [Conversations(path) for path in sorted(folder.glob("conv/c*.jsonl.gz"))]
    return found


def print_line(name: str, lines: int | str, cells: Sequence[str]) -> None:
    print(f"{name[:60]:60} {lines:>5}  " + "  ".join(f"{cell:>38}" for cell in cells), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", type=Path, nargs="*")
    parser.add_argument("--only", action="append", default=[], help="rules whose name holds this")
    parser.add_argument("--together", action="store_true", help="switch them off all at once")
    parser.add_argument(
        "--alternatives", help="of a pattern, in place of the rules: question_form:_LIST"
    )
    parser.add_argument("--cache", type=Path, default=cache_folder() / "ablation")
    parser.add_argument("--list", action="store_true", help="print the names of the rules")
    options = parser.parse_args()
    rules = RULES
    if options.alternatives:
        rules = tuple(split_alternatives(*options.alternatives.split(":")))
    rules = tuple(r for r in rules if not options.only or any(w in r.name for w in options.only))
    if options.list:
        print(*(f"{rule.count_lines():4} {rule.name}" for rule in rules), sep="\n")
        return
    sets = find_sets([DEVELOPMENT, *options.folders], options.cache)
    print_line("switched off", "lines", [each.name for each in sets])
    print_line("", "", [each.legend for each in sets])
    before = [each.measure() for each in sets]
    print_line("nothing", 0, [each.describe() for each in before])

    def measure_without(name: str, off: Sequence[Rule]) -> None:
        with switch_off(off):
            after = [each.measure() for each in sets]
        cells = [new.describe_change(old) for new, old in zip(after, before, strict=True)]
        print_line(name, sum(rule.count_lines() for rule in off), cells)

    if options.together:
        measure_without("all of these", rules)
        return
    for rule in rules:
        measure_without(rule.name, [rule])


if __name__ == "__main__":
    main()
