"""Pictures that are bombs, lie or are damaged: each is read or refused, for a reason of ours.

python tests/attack/pictures.py [--tries N] [--seed S]

Every case of tests/support/hostile_pictures.py is tried, and then small pictures of all kinds that
are damaged at random; they are read in the sandbox. Exit code 1 where the parser crashed, ran out
of memory or time, gave the words of a library as its reason, or read something else.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter

from index.loaders import UnreadableFile, parse
from index.loaders.sandbox.parent import Sandbox
from tests.support.damage import check_content, damaged
from tests.support.hostile_pictures import CASES, HostilePicture, encode, picture

_KINDS = ("PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF")
# How a reason begins that no loader gave.
_NOT_OURS = ("not readable as", "the parser of its format", "took longer", "needs more memory")


def find_problem(case: HostilePicture, sandbox: Sandbox) -> str:
    """What is wrong with what came of a picture; "" for nothing."""
    try:
        content = parse(case.suffix, case.make(), sandbox)
    except UnreadableFile as error:
        reason = str(error)
        if reason.startswith(_NOT_OURS) or "\n" in reason:
            return f"contained, but not refused: {reason}"
        if case.reason not in reason or case.text is not None:
            return f"refused: {reason}"
        return ""
    if case.reason:
        return "it was read"
    check_content(content)
    return "" if case.text in (None, content.text) else f"it was read as {content.text!r:.80}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=300)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**6)
    chosen = parser.parse_args()
    print(f"seed {chosen.seed}", flush=True)
    began, tries = time.monotonic(), Counter[str]()
    valid = [encode(picture((320, 90)), kind) for kind in _KINDS]
    cases = list(CASES.items())[: chosen.tries]
    for number in range(chosen.tries - len(cases)):
        chance = random.Random(chosen.seed * 10**6 + number)
        data = damaged(chance.choice(valid), chance)
        cases.append((f"damaged {number}", HostilePicture(".png", lambda data=data: data)))
    with Sandbox() as sandbox:
        for name, case in cases:
            problem = find_problem(case, sandbox)
            tries["failed" if problem else "passed"] += 1
            if problem:
                print(f"FAILED  {name}: {problem}", flush=True)
    print(f"{len(cases)} tries, {tries['failed']} failed, {time.monotonic() - began:.0f} s")
    return 1 if tries["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
