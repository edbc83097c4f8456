"""Parts that are not installed: what needs one says how to install it."""

import sys

import pytest

from index import explain_installation
from tests.support.command_line import run_refused


@pytest.mark.parametrize(
    ("part", "library"), [("api", "starlette"), ("mcp", "mcp.server"), ("serve", "aiohttp")]
)
def test_a_command_names_its_part_and_how_to_install_it(capsys, monkeypatch, part, library):
    monkeypatch.delitem(sys.modules, "tui.cli.commands.serve.server", raising=False)
    # Its import fails, as where it is not installed.
    monkeypatch.setitem(sys.modules, library, None)
    code, line = run_refused(capsys, part)
    assert (code, line) == (1, f"`{part}` needs {library}: {explain_installation(part)}")
    assert f"pipx install --force '.[{part}]'" in line
