"""What is imported is declared, bounds agree, and the page on security tells of each package."""

import ast
import importlib
import re
import sys
from importlib import metadata

import pytest
from packaging.requirements import Requirement

import index
from tests.support import ROOT
from tests.support.requirements import EXTRAS, PROJECT, extract_names, normalise_name

OWN = {"index", "qa", "tui", "tests"}
DISTRIBUTIONS = metadata.packages_distributions()
PARTS = {
    name: requirements
    for name, requirements in PROJECT["optional-dependencies"].items()
    if name != "dev"
}
LISTS = {"": PROJECT["dependencies"], **PROJECT["optional-dependencies"]}


def list_imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def read_requirements():
    """Each requirement with the list that it stands in, without those of this package itself."""
    for part, requirements in LISTS.items():
        for requirement in map(Requirement, requirements):
            if normalise_name(requirement.name) != PROJECT["name"]:
                yield part, requirement


def read_rows():
    """The rows of the tables of packages: what the first cell names, with all cells."""
    page = (ROOT / ".github" / "SECURITY.md").read_text(encoding="utf-8")
    for line in page.partition("\n## Dependencies\n")[2].partition("\n## ")[0].splitlines():
        if found := re.match(r"\| `([\w.-]+)` \|", line):
            yield found[1], [cell.strip() for cell in line.strip("| ").split(" | ")]


ROWS = list(read_rows())


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


@pytest.mark.slow
@pytest.mark.parametrize("package", ["index", "qa", "tui"])
def test_every_module_can_be_imported(package):
    for path in sorted((ROOT / package).rglob("*.py")):
        if path.name != "__main__.py":
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            importlib.import_module(name.removesuffix(".__init__"))


def test_the_bounds_of_a_package_are_the_same_wherever_it_is_declared():
    bounds = {}
    for part, requirement in read_requirements():
        bounds.setdefault(normalise_name(requirement.name), {})[part] = str(requirement.specifier)
    for name, found in bounds.items():
        assert len(set(found.values())) == 1, f"{name}: {found}"


def test_what_is_always_installed_is_declared_once():
    always = extract_names(PROJECT["dependencies"])
    for part, requirements in PROJECT["optional-dependencies"].items():
        assert not always & extract_names(requirements), part


def test_what_is_installed_is_within_the_bounds():
    for _, requirement in read_requirements():
        assert metadata.version(requirement.name) in requirement.specifier, str(requirement)


def test_every_package_has_a_lower_bound():
    for part, requirement in read_requirements():
        kinds = {each.operator for each in requirement.specifier}
        assert ">=" in kinds, f"{requirement} of {part or 'all'}"
        assert kinds <= {">=", "<"}, f"{requirement} of {part or 'all'}"


def test_a_package_before_its_first_major_version_has_an_upper_bound():
    for part, requirement in read_requirements():
        [lower] = [each.version for each in requirement.specifier if each.operator == ">="]
        if part != "dev" and lower.startswith("0."):
            assert any(each.operator == "<" for each in requirement.specifier), str(requirement)


def test_the_oldest_versions_of_every_part_are_tested():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    [parts] = re.findall(r"^PARTS = (.*)$", makefile, re.MULTILINE)
    assert set(parts.split()) == set(PARTS)


def test_the_program_says_of_every_part_what_it_is_for():
    assert list(index.PARTS) == sorted(PARTS)


def test_whoever_develops_installs_every_part():
    [own] = [each for each in PROJECT["optional-dependencies"]["dev"] if PROJECT["name"] in each]
    assert Requirement(own).extras == set(PARTS)


def test_every_package_that_is_declared_has_one_row_on_the_page_about_security():
    named = [name for name, _ in ROWS]
    assert len(named) == len(set(named))
    declared = {normalise_name(requirement.name) for _, requirement in read_requirements()}
    assert not declared - set(named)


def test_every_row_is_of_a_package_that_is_installed_with_this_one():
    declared = {normalise_name(requirement.name): set() for _, requirement in read_requirements()}
    for part, requirement in read_requirements():
        declared[normalise_name(requirement.name)].add(part)
    for name, cells in ROWS:
        assert all(cells[2:]), f"{name} has an empty cell"
        assert metadata.version(name)
        if name in declared and "dev" not in declared[name]:
            assert set(cells[1].split(", ")) == declared[name], name


def test_the_page_says_which_version_is_the_oldest():
    lower = {
        normalise_name(requirement.name): next(
            each.version for each in requirement.specifier if each.operator == ">="
        )
        for part, requirement in read_requirements()
        if part != "dev"
    }
    for name, cells in ROWS:
        if name in lower:
            oldest = cells[5].split(",")[0]
            assert f"{oldest}.".startswith(f"{lower[name]}."), f"{name}: {oldest}"
