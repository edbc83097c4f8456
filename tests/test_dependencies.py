"""Everything that is imported is declared, and the program needs no more than it declares."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib import metadata

import pytest

from tests.support import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OWN = {"index", "qa", "tui", "tests"}
DISTRIBUTIONS = metadata.packages_distributions()
# Modules that an extra is for, by the folder that they lie in.
EXTRAS = {"qa/training": "train", "tui/cli/serve": "serve"}


def names_of(requirements):
    """Distributions that requirements name, in the one form in which two can be compared."""
    names = (re.match(r"[\w.-]+", requirement)[0] for requirement in requirements)
    return {re.sub(r"[-_.]+", "-", name).lower() for name in names}


def distributions_of(module):
    return {re.sub(r"[-_.]+", "-", name).lower() for name in DISTRIBUTIONS.get(module, [])}


def imported_by(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def runtime_modules():
    """Every module that is used without an extra, by its dotted name."""
    for package in ("index", "qa", "tui"):
        for path in sorted((ROOT / package).rglob("*.py")):
            place = path.relative_to(ROOT).as_posix()
            if not place.startswith(tuple(EXTRAS)) and path.name != "__main__.py":
                yield ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(
                    ".__init__"
                )


@pytest.mark.parametrize("package", ["index", "qa", "tui"])
def test_every_import_is_declared(package):
    always = names_of(PROJECT["dependencies"])
    for path in (ROOT / package).rglob("*.py"):
        place = path.relative_to(ROOT).as_posix()
        extra = next((name for folder, name in EXTRAS.items() if place.startswith(folder)), None)
        declared = always | names_of(PROJECT["optional-dependencies"].get(extra, []))
        for module in set(imported_by(path)) - set(sys.stdlib_module_names) - OWN:
            assert distributions_of(module) & declared, f"{place} imports {module}"


def closure(names):
    """Distributions with all that they require in turn."""
    known, left = set(), set(names)
    while left:
        name = left.pop()
        known.add(name)
        try:
            requirements = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        plain = [each for each in requirements if "extra ==" not in each]
        left |= names_of(plain) - known
    return known


@pytest.mark.e2e
def test_every_module_can_be_imported_with_what_is_declared_alone():
    declared = closure(names_of(PROJECT["dependencies"]))
    hidden = sorted(
        module
        for module, distributions in DISTRIBUTIONS.items()
        if module not in OWN
        and not {re.sub(r"[-_.]+", "-", name).lower() for name in distributions} & declared
    )
    assert {"pytest", "sklearn", "textual_serve"} - set(hidden) <= {"sklearn"}
    code = f"""
import importlib, sys
from importlib.machinery import PathFinder
class Declared(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name.split(".")[0] not in {set(hidden)!r}:
            return PathFinder.find_spec(name, path, target)
sys.meta_path = [Declared if each is PathFinder else each for each in sys.meta_path]
for module in {list(runtime_modules())!r}:
    importlib.import_module(module)
print("all")
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.endswith("all\n"), done.stderr[-2000:]
