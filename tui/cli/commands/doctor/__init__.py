"""The command `doctor`: what is wrong with the installation and the index, and what mends it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING

from tui.cli.options import FAILURE, add_index_option, add_json_option
from tui.cli.pages import print_beside

if TYPE_CHECKING:
    from tui.cli.commands.doctor.findings import Finding

_DESCRIPTION = """\
Say what is wrong with the installation and the index, each with the command that mends it. Nothing
private is in what it prints, so that it can be pasted into an issue. It changes nothing.
"""
_NAME_WIDTH = 18


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser."""
    parser.description = _DESCRIPTION
    add_index_option(parser)
    add_json_option(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    from tui.cli.commands.doctor import folders, index_checks, installation, surroundings
    from tui.cli.commands.doctor.findings import find_all
    from tui.cli.options import print_json

    named = options.index
    checks = (
        ("packages", installation.check_packages),
        ("processor", installation.check_processor),
        ("models", installation.check_models),
        ("parser", installation.check_parser),
        ("cache", folders.check_cache),
        ("data", folders.check_data),
        ("disk", folders.check_room),
        ("index", partial(index_checks.check_index, named)),
        ("settings", surroundings.check_settings),
        ("terminal", surroundings.check_terminal),
        ("clipboard", surroundings.check_clipboard),
        ("service", partial(surroundings.check_service, named)),
        ("parts", installation.check_parts),
    )
    versions = installation.describe_versions()
    findings = list(find_all(checks))
    wrong = [each for each in findings if each.state == "wrong"]
    if options.json:
        records = [asdict(each) for each in findings]
        print_json({"sound": not wrong, "versions": versions, "findings": records})
    else:
        _print_findings(versions, findings)
        print(f"{len(wrong)} of {len(findings)} need mending." if wrong else "All is well.")
    return FAILURE if wrong else 0


def _print_findings(versions: dict[str, str], findings: Sequence[Finding]) -> None:
    """A line or more for each finding, the state and the name first, the remedy below."""
    named = ", ".join(f"{name} {version}" for name, version in versions.items())
    print_beside(f"{'':6}versions", named, _NAME_WIDTH)
    for each in findings:
        state = "" if each.state == "fine" else each.state
        print_beside(f"{state:6}{each.name}", each.text, _NAME_WIDTH)
        if each.remedy:
            # Whole, so that it can be copied.
            print(f"{'':{_NAME_WIDTH}}{each.remedy}")
