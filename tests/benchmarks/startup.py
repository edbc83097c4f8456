"""Start-up: `quoteback ask` from cold against importing sentence-transformers.

python tests/benchmarks/startup.py. Models are compiled and the samples indexed first; then every
measurement is a fresh process, all of them by turns.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 5
QUESTION = "When did the rain museum open its doors?"
COMMANDS = {
    "quoteback ask": ["-m", "tui", "ask", QUESTION],
    "load and encode one question": [
        "-c",
        "from index.models import load_encoder; load_encoder().encode_questions(['when did it open?'])",
    ],
    "import sentence_transformers": ["-c", "import sentence_transformers"],
    "Python alone": ["-c", "pass"],
}


def seconds(arguments: list[str], environment: dict[str, str]) -> float:
    """Time of a fresh Python process."""
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True, env=environment)
    return time.perf_counter() - started


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        environment = {**os.environ, "XDG_DATA_HOME": scratch}
        environment.pop("QUOTEBACK_INDEX", None)
        for arguments in COMMANDS.values():
            seconds(arguments, environment)  # compiles, indexes, fills the page cache
        rows = [
            [seconds(arguments, environment) for arguments in COMMANDS.values()]
            for _ in range(ROUNDS)
        ]
    medians = dict(zip(COMMANDS, map(statistics.median, zip(*rows, strict=True)), strict=True))
    heavy = medians["import sentence_transformers"]
    for name, spent in medians.items():
        print(f"{name:32}{spent:8.3f} s   {spent / heavy:.3f} of the import")


if __name__ == "__main__":
    main()
