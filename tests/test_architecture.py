"""Imports run one way, and starting up stays cheap."""

import subprocess
import sys

import pytest
from importlinter.cli import lint_imports

from tests.support import ROOT

HEAVY = {"torch", "transformers", "sentence_transformers", "sklearn"}


def test_imports_keep_to_the_contracts(monkeypatch):
    """They stand in pyproject.toml: layers, inner modules, no circles."""
    monkeypatch.chdir(ROOT)
    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == 0


def modules_after(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return {name.split(".")[0] for name in done.stdout.split()}


@pytest.mark.e2e
@pytest.mark.parametrize(
    "statement",
    [
        "import index",
        "from index import Index, Retriever",
        "import qa",
        "from qa import Assistant",
        "import tui",
        "import tui.cli",
        "import tui.app",
    ],
)
def test_importing_pulls_in_no_training_library(statement):
    assert not modules_after(statement) & HEAVY


@pytest.mark.e2e
def test_the_command_line_prints_its_help_without_numpy():
    assert "numpy" not in modules_after(
        "from tui.cli.main import main\ntry: main(['--help'])\nexcept SystemExit: pass"
    )


@pytest.mark.e2e
def test_the_app_is_on_the_screen_before_anything_that_answers_is_imported():
    loaded = modules_after("import tui.app.start")
    assert not loaded & {"numpy", "onnxruntime", "tokenizers", "tantivy", "filelock", "pathspec"}


@pytest.mark.e2e
def test_answering_pulls_in_no_server_and_no_framework():
    """What only extras need, and what only callers of asyncio do."""
    loaded = modules_after(
        "from index import Index, Retriever\nfrom qa import Assistant\nimport tui.cli.main"
    )
    unwanted = {"asyncio", "starlette", "uvicorn", "mcp", "pydantic", "langchain_core", "haystack"}
    assert not loaded & unwanted
