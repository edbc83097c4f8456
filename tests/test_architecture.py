"""Imports run one way, and starting up stays cheap."""

import os
import socket
import subprocess
import sys
import tempfile

import pytest
from importlinter.cli import lint_imports

from qa.service import locate_socket
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


# Asks a service, and says which modules are there when the question has been sent, and when its
# answer is waited for.
ASK_SERVICE = """
import sys
from qa.service import Call
from tui.cli import question
from tui.cli.main import main

import_output = question._import_output

def say_modules(options):
    print(*sys.modules)
    import_output(options)

def give_up(call):
    print(*sys.modules)
    sys.exit()

question._import_output, Call.receive = say_modules, give_up
main(sys.argv[1:])
"""
# What every one of them takes longer to import than a service has to be asked.
DEAR = {"asyncio", "dataclasses", "datetime", "inspect", "msgspec", "platformdirs", "tomllib"}


@pytest.mark.e2e
@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no Unix sockets")
@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_question_that_a_service_answers_waits_for_next_to_no_imports(monkeypatch, command):
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as service:
        for name in ("XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"):
            monkeypatch.setenv(name, folder)
        path = locate_socket("some.index")
        path.parent.mkdir(mode=0o700)
        service.bind(os.fspath(path))
        path.chmod(0o600)
        service.listen()
        done = subprocess.run(
            [sys.executable, "-c", ASK_SERVICE, command, "Why?", "--index", "some.index"],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
    sent, waiting = (set(line.split()) for line in done.stdout.splitlines())
    assert not sent & DEAR
    assert {name for name in sent if name.startswith("index")} <= {
        "index",
        "index.defaults",
        "index.errors",
        "index.filesystem",
        "index.filesystem.private_files",
        "index.lazy_names",
        "index.locations",
        "index.sizes",
    }
    others = {name.split(".")[3] for name in sent if name.startswith("tui.cli.commands.")}
    assert others == {command}
    # In a pipe nothing is drawn, and nothing is ever searched or read here.
    assert not {"rich", "numpy", "sqlite3", "index.index"} & waiting
