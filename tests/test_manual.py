"""The pages of the manual are those that the parsers and the schema make, and are well formed."""

import shutil
import subprocess

import pytest

from tests.support.page_makers import DOCS, import_page_maker
from tui.cli.main import _COMMANDS
from tui.settings.settings import NAMES


@pytest.fixture(scope="module")
def reference():
    return import_page_maker("reference")


def test_the_pages_are_as_the_program_is(reference):
    for name, write in reference.MANUAL.items():
        kept = (DOCS / "man" / name).read_text(encoding="utf-8")
        assert kept == write(), f"run python .docs/reference.py --man: {name}"


def test_every_command_and_every_setting_has_its_place(reference):
    page = reference.write_manual()
    assert all(f"\n.Ss {command}\n" in page for command in _COMMANDS)
    settings = reference.write_settings_manual()
    assert all(f"\n.It Va {name}\n" in settings for name in NAMES)


def test_the_page_of_the_commands_names_every_option(reference):
    page = reference.write_command_line()
    for command in reference.list_commands():
        assert f"## `{command.name}`" in page
        assert all(f"| `{option.written}` |" in page for option in command.options)


@pytest.mark.e2e
@pytest.mark.skipif(shutil.which("mandoc") is None, reason="mandoc is not installed")
def test_mandoc_has_no_complaint():
    pages = sorted(DOCS.glob("man/*"))
    done = subprocess.run(["mandoc", "-T", "lint", *pages], capture_output=True, text=True)
    assert done.stdout == ""
