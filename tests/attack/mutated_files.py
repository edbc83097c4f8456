"""Damaged files of every format: each is read or refused with a reason, in bounded time.

python tests/attack/mutated_files.py [--files N] [--formats .pdf .docx] [--seed S] [--keep FOLDER]

Starts from valid files and damages them at random; they are parsed in the sandbox, and cut.
Anything else than content or a reason is a failure and ends in exit code 1; so are wrong spans,
and a file that takes longer than its limit. Reasons which are the words of a library, and
crashes that the sandbox contained, are listed. `--keep` writes all of these files to a folder.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from pathlib import Path

from index.loaders import UnreadableFile, list_kinds, open_container
from index.loaders.sandbox.limits import Budget, Limits
from index.loaders.sandbox.parent import Sandbox
from tests.index.loaders.test_contract import FILES
from tests.support import ROOT, damage
from tests.support.binary_workbook import binary_workbook
from tests.support.packed_files import packed_examples

# A damaged file of some kilobytes takes no longer than this, in seconds of processor time.
SLOW = 10
# How a reason begins that no loader gave.
NOT_OURS = (
    "not readable as",
    "the parser of its format crashed",
    "took longer",
    "needs more memory",
)


def valid_files() -> list[tuple[str, bytes]]:
    """Suffix and bytes of the files to damage: an example of each format, and real documents."""
    examples = {suffix: text.encode() for suffix, text in FILES.items()} | packed_examples()
    examples[".xlsb"] = binary_workbook([["a", "b"], [1, 0.5]], ["0%"])
    samples = [path for path in (ROOT / "seeds").iterdir() if path.suffix in examples]
    return [*examples.items(), *((path.suffix, path.read_bytes()) for path in sorted(samples))]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--formats", nargs="*")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**6)
    parser.add_argument("--keep", type=Path)
    chosen = parser.parse_args()
    valid = [each for each in valid_files() if not chosen.formats or each[0] in chosen.formats]
    outcomes: Counter[tuple[str, str]] = Counter()
    reasons: Counter[tuple[str, str]] = Counter()
    failed = 0

    def keep(name: str, data: bytes) -> None:
        if chosen.keep:
            chosen.keep.mkdir(parents=True, exist_ok=True)
            (chosen.keep / name).write_bytes(data)

    kinds = list_kinds(archives=True)
    print(f"seed {chosen.seed}", flush=True)
    # Each file has its own time here, however many took long before.
    with Sandbox(Budget(Limits(seconds=SLOW, usual_seconds=SLOW))) as sandbox:
        for number in range(chosen.files):
            chance = random.Random(chosen.seed * 10**6 + number)
            suffix, data = chance.choice(valid)
            data = damage.damaged(data, chance)
            name = f"{chosen.seed}-{number}{suffix}"
            # A busy machine is no fault of the file's; the sandbox has its own limit.
            started = time.process_time()
            try:
                damage.check_content(open_container(suffix, data, kinds, sandbox).content)
                outcome = "read"
            except UnreadableFile as error:
                reason = str(error)
                damage.check_reason(reason)
                outcome = "refused"
                reasons[suffix, reason[:70]] += 1
                if reason.startswith(NOT_OURS):
                    outcome = "contained"
                    keep(name, data)
            except Exception as error:
                outcome = "FAILED"
                print(f"{name}: {error!r}", flush=True)
            if (seconds := time.process_time() - started) > SLOW:
                outcome = "FAILED"
                print(f"{name}: {seconds:.0f} s", flush=True)
            if outcome == "FAILED":
                failed += 1
                keep(name, data)
            outcomes[suffix, outcome] += 1
    names = ("read", "refused", "contained", "FAILED")
    print(f"{'format':10}" + "".join(f"{name:>11}" for name in names))
    for suffix in sorted({suffix for suffix, _ in valid}):
        print(f"{suffix:10}" + "".join(f"{outcomes[suffix, name]:11,}" for name in names))
    for (suffix, reason), count in sorted(reasons.items()):
        print(f"{count:8,} {suffix:9} {reason}")
    print(f"{chosen.files:,} mutated files, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
