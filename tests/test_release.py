"""What a release needs: a version, a changelog in the known form, and a workflow that fits both."""

import importlib.util
import re
import subprocess
import sys
from datetime import date

import pytest
import yaml
from packaging.version import Version

from qa import VERSION
from tests.support import ROOT
from tests.support.command_line import run_command
from tui.cli.main import _COMMANDS

TEMPLATES = ROOT / ".github" / "ISSUE_TEMPLATE"
SCRIPT = ROOT / ".github" / "release_notes.py"
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def release_notes():
    spec = importlib.util.spec_from_file_location("release_notes", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_changelog_tells_of_this_version_and_of_each_before_it(release_notes):
    versions = re.findall(r"^## \[([^\]]+)\]", CHANGELOG, re.MULTILINE)
    assert versions[0] == "Unreleased"
    assert versions[1] == VERSION
    assert versions[1:] == sorted(versions[1:], key=Version, reverse=True)
    for version in versions[1:]:
        assert "### Added" in release_notes.read_notes(CHANGELOG, version)


def test_the_days_of_versions_are_days_and_descend():
    days = [date.fromisoformat(day) for day in re.findall(r"^## \[.*\] - (.*)$", CHANGELOG, re.M)]
    assert days == sorted(days, reverse=True)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("## [1.0.0]\n\n### Added\n\n- A.\n", "has no section"),
        ("## [1.0.0] - soon\n\n### Added\n\n- A.\n", "has no section"),
        ("## [1.0.0] - 2026-01-02\n\n### News\n\n- A.\n", "'News' under 1.0.0"),
        ("## [1.0.0] - 2026-01-02\n\n### Added\n", "says nothing of 1.0.0"),
        ("## [1.0.0] - 2026-01-02\n\n## [0.9.0] - 2026-01-01\n### Added\n- A.\n", "says nothing"),
    ],
)
def test_a_broken_section_is_told_in_one_line(release_notes, text, problem):
    with pytest.raises(ValueError, match=re.escape(problem)) as raised:
        release_notes.read_notes(text, "1.0.0")
    assert "\n" not in str(raised.value)


@pytest.mark.e2e
def test_the_notes_of_a_version_that_is_not_told_of_end_the_release():
    done = subprocess.run([sys.executable, SCRIPT, "v9.9.9"], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "release_notes: CHANGELOG.md has no section: ## [9.9.9] - YYYY-MM-DD"
    ]


def test_the_version_is_printed_with_the_format_of_the_index_and_the_models(capsys):
    code, out, err = run_command(capsys, "--version")
    assert (code, err) == (0, "")
    first, second, third = out.splitlines()
    assert first == f"quoteback {VERSION}"
    assert re.fullmatch(r"index format \d+", second)
    assert re.match(r"models all-MiniLM-L6-v2, .*\breader [0-9a-f]{8}", third)


def test_nothing_is_published_unless_that_is_switched_on():
    workflow = yaml.safe_load(
        (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    )
    jobs = workflow["jobs"]
    assert jobs["publish"]["if"] == "vars.PUBLISH == 'true'"
    assert jobs["publish"]["needs"] == "test"
    assert jobs["test"]["needs"] == "build"
    assert len(jobs["test"]["strategy"]["matrix"]["python"]) == 3
    assert "id-token" not in str({**jobs, "publish": None})


@pytest.mark.parametrize(
    "form",
    [path for path in TEMPLATES.glob("*.yml") if path.stem != "config"],
    ids=lambda p: p.stem,
)
def test_forms_of_issues_ask_for_commands_that_exist(form):
    page = yaml.safe_load(form.read_text(encoding="utf-8"))
    assert page["name"]
    assert page["description"]
    assert all(part["validations"]["required"] for part in page["body"])
    commands = re.findall(r"`quoteback ([\w-]+)", form.read_text(encoding="utf-8"))
    assert commands
    for command in commands:
        assert command in _COMMANDS or command == "--version"


def test_the_form_for_bugs_asks_what_the_doctor_prints():
    assert "quoteback doctor" in (TEMPLATES / "bug.yml").read_text(encoding="utf-8")
