"""Parts that are not installed: what needs one says how to install it."""

import sys
from pathlib import Path

import pytest

from index import explain_installation, plugins
from tests.support.command_line import run_refused


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
