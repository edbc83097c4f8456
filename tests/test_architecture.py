"""Imports run one way, and starting up stays cheap."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT

FORBIDDEN = {"index": {"qa", "tui"}, "qa": {"tui"}, "tui": set()}
HEAVY = {"torch", "transformers", "sentence_transformers", "sklearn"}


def imported_by(path: Path) -> set[str]:
    """Top-level packages that a module names in its imports, wherever they stand."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("package", ["index", "qa", "tui"])
def test_imports_run_from_tui_to_qa_to_index_only(package):
    modules = list((ROOT / package).rglob("*.py"))
    assert modules
    for module in modules:
        assert not imported_by(module) & FORBIDDEN[package], module


@pytest.mark.parametrize("package", ["qa", "tui"])
def test_nobody_reaches_into_the_inner_modules_of_the_answers(package):
    """`tui` uses the public names of `qa`; only `index.loaders` and `index.files` are open too."""
    allowed = {"index", "index.loaders", "index.files", "index.models.find", "qa", "qa.evaluation"}
    for module in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                top = node.module.split(".")[0]
                if top in FORBIDDEN and top != package:
                    assert node.module in allowed, f"{module}: {node.module}"


def modules_after(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return {name.split(".")[0] for name in done.stdout.split()}


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


def test_the_command_line_prints_its_help_without_numpy():
    assert "numpy" not in modules_after(
        "from tui.cli.main import main\ntry: main(['--help'])\nexcept SystemExit: pass"
    )


def test_the_app_is_on_the_screen_before_anything_that_answers_is_imported():
    loaded = modules_after("import tui.app.start")
    assert not loaded & {"numpy", "onnxruntime", "tokenizers", "tantivy", "filelock", "pathspec"}
