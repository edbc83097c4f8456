"""Prints what CHANGELOG.md says of a version: `python .github/release_notes.py 0.2.0`."""

import re
import sys
from pathlib import Path

CHANGELOG = Path(__file__).parents[1] / "CHANGELOG.md"
KINDS = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")


def read_notes(text: str, version: str) -> str:
    """The section of a version.

    Raises:
        ValueError: it is missing, or is not in Keep a Changelog's form.
    """
    heading = rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d\n"
    found = re.search(rf"{heading}(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    if found is None:
        raise ValueError(f"CHANGELOG.md has no section: ## [{version}] - YYYY-MM-DD")
    kinds = re.findall(r"^### (.*)$", found[1], re.MULTILINE)
    if wrong := [kind for kind in kinds if kind not in KINDS]:
        raise ValueError(
            f"CHANGELOG.md has {wrong[0]!r} under {version}: write one of {', '.join(KINDS)}"
        )
    if not kinds or not re.search(r"^- \S", found[1], re.MULTILINE):
        raise ValueError(f"CHANGELOG.md says nothing of {version}: write ### Added, and - a line")
    return found[1].strip()


if __name__ == "__main__":
    try:
        print(read_notes(CHANGELOG.read_text(encoding="utf-8"), sys.argv[1].removeprefix("v")))
    except ValueError as problem:
        sys.exit(f"release_notes: {problem}")
