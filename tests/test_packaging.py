"""The wheel is whole: installed elsewhere, it holds the samples and works from any folder."""

import json
import os
import subprocess
import sys
import venv
import zipfile
from importlib import metadata

import pytest

from qa import VERSION
from tests.support import ROOT
from tests.support.requirements import EXTRAS, PROJECT, extract_names, find_closure


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    pytest.importorskip("hatchling")
    out = tmp_path_factory.mktemp("wheel")
    code = "from hatchling.build import build_wheel; import sys; print(build_wheel(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(out)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return out / done.stdout.split()[-1]


@pytest.fixture(scope="module")
def installed(wheel):
    """A folder that holds the unpacked wheel."""
    site = wheel.parent / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    return site


@pytest.fixture(scope="module")
def environment(wheel, tmp_path_factory):
    """A new environment with the wheel and links to what it declares, and nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=True)
    [packages] = folder.glob("lib/python*/site-packages")
    for name in find_closure(extract_names(PROJECT["dependencies"])):
        distribution = metadata.distribution(name)
        for top in {file.parts[0] for file in distribution.files} - {"..", "__pycache__"}:
            if not (packages / top).exists():
                (packages / top).symlink_to(distribution.locate_file(top))
    pip = [sys.executable, "-m", "pip", "--python", folder / "bin" / "python", "install"]
    subprocess.run([*pip, "--quiet", "--no-index", "--no-deps", wheel], check=True)
    return folder


def list_runtime_modules():
    """Every module that is used without an extra, by its dotted name."""
    for package in ("index", "qa", "tui"):
        for path in sorted((ROOT / package).rglob("*.py")):
            relative = path.relative_to(ROOT)
            if not relative.as_posix().startswith(tuple(EXTRAS)) and path.name != "__main__.py":
                yield ".".join(relative.with_suffix("").parts).removesuffix(".__init__")


def run(installed, folder, code):
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True
    )


def test_the_wheel_has_the_version_and_is_within_the_limit_of_pypi(wheel):
    assert wheel.name == f"quoteback-{VERSION}-py3-none-any.whl"
    assert wheel.stat().st_size < 100_000_000


def test_the_wheel_holds_the_samples_and_the_type_marker(installed):
    assert (installed / "qa" / "seeds" / "questions.jsonl").is_file()
    assert (installed / "qa" / "seeds" / ".ignore").is_file()
    for package in ("index", "qa", "tui"):
        assert (installed / package / "py.typed").is_file()
    assert not (installed / "tests").exists()


def test_the_wheel_leaves_out_what_models_are_trained_with(installed):
    assert (installed / "qa" / "training" / "train.py").is_file()
    assert not (installed / "qa" / "training" / "data").exists()


def test_an_installed_copy_finds_its_samples_from_any_folder(installed, tmp_path):
    code = (
        "import json, qa, qa.samples as s;"
        "print(json.dumps([qa.__file__, str(s.sample_folder()), len(s.sample_questions())]))"
    )
    done = run(installed, tmp_path, code)
    assert done.returncode == 0, done.stderr
    package, samples, count = json.loads(done.stdout)
    assert package.startswith(str(installed))
    assert samples == str(installed / "qa" / "seeds")
    assert count >= 60


def test_the_installed_command_answers(installed, tmp_path):
    code = (
        "import sys; from tui.cli.main import main;sys.exit(main(['text', sys.argv[1]]))"
    ).replace("sys.argv[1]", repr(str(installed / "qa" / "seeds" / "metric-system.txt")))
    done = run(installed, tmp_path, code)
    assert done.returncode == 0, done.stderr
    assert done.stdout == (ROOT / "seeds" / "metric-system.txt").read_text(encoding="utf-8")


def test_an_index_module_of_the_user_that_hides_ours_is_named(installed, tmp_path):
    (tmp_path / "index.py").write_text("greeting = 'hello'\n")
    done = run(installed, tmp_path, "import runpy; runpy.run_module('tui', run_name='__main__')")
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert str(tmp_path / "index.py") in done.stderr
    assert "rename it" in done.stderr


@pytest.mark.slow
def test_without_extras_every_module_can_be_imported_and_the_command_runs(environment, tmp_path):
    code = f"""
import importlib, importlib.util
assert not any(map(importlib.util.find_spec, ["pytest", "hypothesis", "textual_serve"]))
for module in {list(list_runtime_modules())!r}:
    importlib.import_module(module)
import qa
print(qa.__file__)
"""
    python = environment / "bin" / "python"
    done = subprocess.run([python, "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.startswith(str(environment))
    command = [environment / "bin" / "quoteback", "--help"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("usage: quoteback")
