"""What the project declares that it needs, and what that needs in turn."""

import re
import tomllib
from collections.abc import Iterable
from importlib import metadata

from tests.support import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# Modules that an extra is for, by the folder that they lie in.
EXTRAS = {
    "index/engines/milvus": "milvus",
    "index/engines/postgres": "postgres",
    "index/loaders/ocr": "ocr",
    "qa/adapters/haystack.py": "haystack",
    "qa/adapters/langchain.py": "langchain",
    "qa/adapters/llama_index.py": "llama-index",
    "qa/service/api": "api",
    "qa/service/mcp": "mcp",
    "qa/training": "train",
    "tui/cli/commands/api.py": "api",
    "tui/cli/commands/mcp.py": "mcp",
    "tui/cli/commands/serve": "serve",
}


def normalise_name(name: str) -> str:
    """A distribution's name in the one form in which two can be compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def extract_names(requirements: Iterable[str]) -> set[str]:
    """The distributions that requirements name."""
    return {normalise_name(re.match(r"[\w.-]+", each)[0]) for each in requirements}


def find_closure(names: Iterable[str]) -> set[str]:
    """Distributions that are installed, with all that they require in turn."""
    known, left = set(), set(names)
    while left:
        name = left.pop()
        try:
            requirements = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            # Required on other systems alone.
            continue
        known.add(name)
        left |= extract_names(each for each in requirements if "extra ==" not in each) - known
    return known
