"""Packages that add loaders, readers and rerankers, and parts: one is installed here, as pip would."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from index import PluginError, explain_installation, plugins
from index.plugins import list_plugins, load_plugin
from tests.support import ROOT
from tests.support.command_line import run_command, run_refused

PAGE = (ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")
# The template of the contributors' page, and what fails or is missing.
MODULE = (
    re.search(r"^```python\n(import re.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)[1]
    + """

class Shortest:
    def score(self, question, passages, cancelled=lambda: False):
        return [-float(len(passage.text)) for passage in passages]


def make_nothing():
    raise RuntimeError("no weights")
"""
)
ENTRY_POINTS = """
[quoteback.loaders]
.card = cards:load_card

[quoteback.readers]
years = cards:make_reader
broken = cards:make_nothing
gone = no_such_module:make

[quoteback.rerankers]
shortest = cards:Shortest
"""


CARD = "FN:Anna Berg\nNOTE:Anna Berg was born in 1987.\n"


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A folder on the path with an installed package, and user folders of its own."""
    site = tmp_path / "site"
    info = site / "cards-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "cards.py").write_text(MODULE)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: cards\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(ENTRY_POINTS)
    monkeypatch.syspath_prepend(site)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    list_plugins.cache_clear()
    yield site
    list_plugins.cache_clear()
    sys.modules.pop("cards", None)


@pytest.fixture
def cards(tmp_path):
    folder = tmp_path / "cards"
    folder.mkdir()
    (folder / "anna.card").write_text(CARD)
    (folder / "odd.card").write_text("nothing")
    return folder


@pytest.mark.usefixtures("encoder")
def test_a_loader_reads_its_files_and_one_that_fails_costs_that_file(installed, cards, capsys):
    code, out, _ = run_command(capsys, "index", cards, "--index", "i", "--json")
    report = json.loads(out)
    assert (code, report["added"]) == (0, 1)
    [failed] = report["failed"]
    assert failed["reason"] == "no card: it names nobody"
    code, out, _ = run_command(capsys, "text", cards / "anna.card")
    assert out == CARD


@pytest.mark.usefixtures("encoder")
def test_a_reader_and_a_reranker_are_taken_by_their_names(installed, cards, tmp_path, capsys):
    run_command(capsys, "index", cards, "--index", "i")
    config = tmp_path / "config" / "quoteback"
    config.mkdir(parents=True)
    (config / "settings.toml").write_text('reader = "years"\nreranker = "shortest"\n')
    code, out, _ = run_command(
        capsys, "ask", "When was Anna born?", "--index", "i", "--json", "--threshold", "0"
    )
    reply = json.loads(out)
    assert (code, reply["answers"][0]["text"]) == (0, "1987")
    assert reply["passages"][0]["scores"]["reranker"] == -len(CARD.rstrip())


@pytest.mark.usefixtures("encoder")
def test_an_evaluation_measures_the_reader_of_the_settings(installed, cards, tmp_path, capsys):
    run_command(capsys, "index", cards, "--index", "i")
    config = tmp_path / "config" / "quoteback"
    config.mkdir(parents=True)
    (config / "settings.toml").write_text('reader = "years"\nreranker = "shortest"\n')
    row = {"id": "1", "question": "When was Anna born?", "answers": ["1987"]}
    (tmp_path / "q.jsonl").write_text(json.dumps(row))
    code, _, err = run_command(capsys, "eval", "q.jsonl", "--index", "i", "--json", "o.json")
    assert code == 0, err
    whole = json.loads((tmp_path / "o.json").read_text())
    assert whole["config"]["reader"] == "years"
    assert whole["per_question"][0]["best"] == "1987"


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("months", "there is no reader 'months': installed are broken, gone, years"),
        ("broken", "the reader 'broken' fails: RuntimeError('no weights')"),
        ("gone", "the reader 'gone' of no_such_module:make fails: ModuleNotFoundError"),
    ],
)
@pytest.mark.usefixtures("encoder")
def test_what_cannot_be_had_is_said_in_one_line(installed, cards, tmp_path, capsys, name, line):
    run_command(capsys, "index", cards, "--index", "i")
    config = tmp_path / "config" / "quoteback"
    config.mkdir(parents=True)
    (config / "settings.toml").write_text(f'reader = "{name}"\n')
    code, out, err = run_command(capsys, "ask", "When was Anna born?", "--index", "i")
    assert (code, out) == (1, "")
    assert err.startswith(f"quoteback: {line}")
    assert err.count("\n") == 1


def test_where_nothing_is_installed_that_is_said():
    list_plugins.cache_clear()
    with pytest.raises(PluginError, match="there is no engine 'x': none is installed"):
        load_plugin("engines", "x")


@pytest.mark.e2e
def test_start_up_does_not_look_for_packages():
    code = (
        "import importlib.metadata as m\n"
        "def fail(*a, **k): raise AssertionError('looked')\n"
        "m.entry_points = fail\n"
        "import index, qa, tui.cli.main\nfrom qa import Assistant\nprint('quick')"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True
    )
    assert done.stdout == "quick\n", done.stderr


@pytest.mark.parametrize(
    ("part", "library"), [("api", "starlette"), ("mcp", "mcp.server"), ("serve", "aiohttp")]
)
def test_a_command_names_its_part_and_how_to_install_it(capsys, monkeypatch, part, library):
    monkeypatch.delitem(sys.modules, "tui.cli.commands.serve.server", raising=False)
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    # Its import fails, as where it is not installed.
    monkeypatch.setitem(sys.modules, library, None)
    code, line = run_refused(capsys, part)
    assert (code, line) == (1, f"`{part}` needs {library}: {explain_installation(part)}")
    assert f"pipx install --force '.[{part}]'" in line


def test_the_way_it_was_installed_is_the_way_to_install_a_part(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(sys, "executable", "/my venv/bin/python")
    clone = Path(plugins.__file__).parents[1]
    line = explain_installation("ocr")
    assert line.endswith(f"`'/my venv/bin/python' -m pip install --editable '{clone}[ocr]'`")
    monkeypatch.setattr(plugins, "__file__", str(tmp_path / "index" / "plugins.py"))
    line = explain_installation("ocr")
    assert "`'/my venv/bin/python' -m pip install '.[ocr]'` in a clone" in line
    (tmp_path / "pipx_metadata.json").touch()
    assert "`pipx install --force '.[ocr]'` in a clone" in explain_installation("ocr")
    (tmp_path / "uv-receipt.toml").touch()
    assert (
        "`uv tool install --force --torch-backend auto '.[ocr]'` in a clone"
        in explain_installation("ocr")
    )


@pytest.mark.parametrize(
    ("clone", "part", "command"),
    [
        ("/home/ann/quoteback", "ocr", ".venv/bin/python -m pip install --editable '.[ocr]'"),
        (
            "/home/ann/quoteback",
            "",
            ".venv/bin/python -m pip install --force-reinstall --editable .",
        ),
        ("/elsewhere", "ocr", "python -m pip install '.[ocr]'"),
        ("/elsewhere", "", "python -m pip install --force-reinstall ."),
    ],
)
def test_the_command_that_installs_again_is_that_of_the_environment(
    monkeypatch, clone, part, command
):
    monkeypatch.setattr("sys.prefix", "/home/ann/quoteback/.venv")
    monkeypatch.setattr("sys.executable", "/home/ann/quoteback/.venv/bin/python")
    monkeypatch.setattr(plugins, "__file__", f"{clone}/index/plugins.py")
    assert plugins.name_reinstallation(part) == command
