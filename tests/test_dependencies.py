"""Everything that is imported is declared."""

import ast
import sys
from importlib import metadata

import pytest

from tests.support import ROOT
from tests.support.requirements import EXTRAS, PROJECT, extract_names, normalise_name

OWN = {"index", "qa", "tui", "tests"}
DISTRIBUTIONS = metadata.packages_distributions()


def list_imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("package", ["index", "qa", "tui"])
def test_every_import_is_declared(package):
    always = extract_names(PROJECT["dependencies"])
    for path in (ROOT / package).rglob("*.py"):
        name = path.relative_to(ROOT).as_posix()
        extra = next((extra for folder, extra in EXTRAS.items() if name.startswith(folder)), None)
        declared = always | extract_names(PROJECT["optional-dependencies"].get(extra, []))
        for module in set(list_imports(path)) - set(sys.stdlib_module_names) - OWN:
            distributions = map(normalise_name, DISTRIBUTIONS.get(module, []))
            assert declared.intersection(distributions), f"{name} imports {module}"
