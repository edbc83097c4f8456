"""Where things are kept: the platform's folders, unless the environment names others."""

import sys
from pathlib import Path

import platformdirs
import pytest

from index.locations import (
    cache_folder,
    configuration_folder,
    data_folder,
    default_index,
    runtime_folder,
)
from tests.support import ROOT

FOLDERS = {
    "XDG_DATA_HOME": data_folder,
    "XDG_CONFIG_HOME": configuration_folder,
    "XDG_CACHE_HOME": cache_folder,
}


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    for name in ("QUOTEBACK_CACHE", "QUOTEBACK_INDEX"):
        monkeypatch.delenv(name, raising=False)
    for name in FOLDERS:
        monkeypatch.setenv(name, str(tmp_path / name))


@pytest.mark.skipif(sys.platform != "linux", reason="the variables of the XDG specification")
@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_lies_where_the_platform_keeps_such_things(tmp_path, name):
    assert FOLDERS[name]() == tmp_path / name / "quoteback"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it is asked itself")
@pytest.mark.filterwarnings("ignore:XDG_RUNTIME_DIR")
@pytest.mark.parametrize("value", [None, "", "/", "/a/../b/", "relative/folder", "~/private"])
def test_folders_are_those_that_platformdirs_names(monkeypatch, tmp_path, value):
    """Where the variables of the XDG specification are clear it is not asked."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "private").mkdir(mode=0o700)
    for name, kind, folder in (
        ("XDG_DATA_HOME", "data", data_folder),
        ("XDG_CONFIG_HOME", "config", configuration_folder),
        ("XDG_CACHE_HOME", "cache", cache_folder),
        ("XDG_RUNTIME_DIR", "runtime", runtime_folder),
    ):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value.replace("~", str(tmp_path)))
        named = getattr(platformdirs, f"user_{kind}_path")("quoteback", appauthor=False)
        assert folder() == named, name


def test_the_default_index_lies_among_the_users_data():
    assert default_index() == data_folder() / "index"


def test_the_environment_names_another_index_and_another_cache(monkeypatch):
    monkeypatch.setenv("QUOTEBACK_INDEX", "some/index")
    monkeypatch.setenv("QUOTEBACK_CACHE", "some/cache")
    assert default_index() == Path("some/index").absolute()
    assert cache_folder() == Path("some/cache")


def test_an_empty_variable_names_nothing(monkeypatch):
    monkeypatch.setenv("QUOTEBACK_INDEX", "")
    monkeypatch.setenv("QUOTEBACK_CACHE", "")
    assert default_index() == data_folder() / "index"
    assert cache_folder().name == "quoteback"


def test_asking_where_something_lies_makes_nothing(tmp_path):
    for folder in (*FOLDERS.values(), default_index):
        folder()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("word", ["platformdirs", "QUOTEBACK_CACHE", "QUOTEBACK_INDEX"])
def test_no_other_module_decides_where_things_lie(word):
    """Messages and help may name a variable; only `index.locations` reads it."""
    for package in ("index", "qa", "tui"):
        for module in (ROOT / package).rglob("*.py"):
            lines = module.read_text(encoding="utf-8").splitlines()
            reads = [
                line for line in lines if word in line and ("environ" in line or "import" in line)
            ]
            assert not reads or module.parent == ROOT / "index" / "locations", module
