"""User folders of its own for a test, and notes to index."""

import pytest


@pytest.fixture
def own_folders(tmp_path, monkeypatch, encoder):
    """User folders of the test's own; `encoder` has filled the cache of models."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("QUOTEBACK_INDEX", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def notes(tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "boiler.md").write_text(
        "# Boiler\n\nThe boiler was installed in March 2019 by Hanna Voss of Voss & Sons.\n\n"
        "## Service\n\nIt is serviced every eighteen months. The next service is due on "
        "4 October 2027, and the pressure should stay between 1.2 and 1.8 bar.\n",
        encoding="utf-8",
    )
    (folder / "garden.txt").write_text(
        "The pear tree by the gate was planted in 2004. It bears fruit every second year.\n",
        encoding="utf-8",
    )
    return folder


@pytest.fixture
def runtime_folder(tmp_path, monkeypatch):
    """A folder for sockets of the test's own."""
    folder = tmp_path / "run"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
