"""Damaged files of every format: each is read or refused with a reason, in bounded time.

python tests/benchmarks/fuzz.py --minutes N [--formats .pdf .docx] [--seed S] [--keep FOLDER]

Starts from one valid example a format and damages it at random; what asks for the
sandbox is parsed there. Anything else than content or a reason is a failure and ends in
exit code 1; so is a file that takes longer than its limit. Reasons which are the words
of a library, and crashes that the sandbox contained, are listed. `--keep` writes all of
these files to a folder.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from pathlib import Path

from index.loaders import UnreadableFile, parse
from index.loaders.sandbox.limits import Budget, Limits
from index.loaders.sandbox.parent import Sandbox
from tests.index.loaders.test_contract import FILES
from tests.support import damage
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


def examples() -> dict[str, bytes]:
    return {suffix: text.encode() for suffix, text in FILES.items()} | packed_examples()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--formats", nargs="*")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**6)
    parser.add_argument("--keep", type=Path)
    chosen = parser.parse_args()
    valid = {s: d for s, d in examples().items() if not chosen.formats or s in chosen.formats}
    until = time.monotonic() + 60 * chosen.minutes
    outcomes: Counter[tuple[str, str]] = Counter()
    reasons: Counter[tuple[str, str]] = Counter()
    failed = 0
    number = chosen.seed * 10**6

    def keep(suffix: str, data: bytes) -> None:
        if chosen.keep:
            chosen.keep.mkdir(parents=True, exist_ok=True)
            (chosen.keep / f"{number}{suffix}").write_bytes(data)

    print(f"seed {chosen.seed}; formats {' '.join(sorted(valid))}", flush=True)
    with Sandbox(Budget(Limits(seconds=SLOW))) as sandbox:
        while time.monotonic() < until:
            number += 1
            chance = random.Random(number)
            suffix = chance.choice(sorted(valid))
            data = damage.damaged(valid[suffix], chance)
            # A busy machine is no fault of the file's; the sandbox has its own limit.
            started = time.process_time()
            try:
                damage.check_content(parse(suffix, data, sandbox))
                outcome = "read"
            except UnreadableFile as error:
                reason = str(error)
                damage.check_reason(reason)
                outcome = "refused"
                reasons[suffix, reason[:70]] += 1
                if reason.startswith(NOT_OURS):
                    outcome = "contained"
                    keep(suffix, data)
            except Exception as error:
                outcome = "FAILED"
                print(f"{number}{suffix}: {error!r}", flush=True)
            if (seconds := time.process_time() - started) > SLOW:
                outcome = "FAILED"
                print(f"{number}{suffix}: {seconds:.0f} s", flush=True)
            if outcome == "FAILED":
                failed += 1
                keep(suffix, data)
            outcomes[suffix, outcome] += 1
    names = ("read", "refused", "contained", "FAILED")
    print(f"{'format':10}" + "".join(f"{name:>11}" for name in names))
    for suffix in sorted(valid):
        print(f"{suffix:10}" + "".join(f"{outcomes[suffix, name]:11,}" for name in names))
    for (suffix, reason), count in sorted(reasons.items()):
        print(f"{count:8,} {suffix:9} {reason}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
