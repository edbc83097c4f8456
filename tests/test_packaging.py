"""The wheel is whole: installed elsewhere, it holds the samples and works from any folder."""

import json
import os
import subprocess
import sys
import zipfile

import pytest

from tests.support import ROOT


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder that holds the unpacked wheel."""
    pytest.importorskip("hatchling")
    out = tmp_path_factory.mktemp("wheel")
    code = "from hatchling.build import build_wheel; import sys; print(build_wheel(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(out)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    wheel = out / done.stdout.split()[-1]
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(out / "site")
    return out / "site"


def run(installed, folder, code):
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True
    )


def test_the_wheel_holds_the_samples_and_the_type_marker(installed):
    assert (installed / "qa" / "seeds" / "questions.jsonl").is_file()
    for package in ("index", "qa", "tui"):
        assert (installed / package / "py.typed").is_file()
    assert not (installed / "tests").exists()


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
