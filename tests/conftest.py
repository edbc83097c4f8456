"""What tests of all three packages share: the real models, compiled once, and the markers."""

import gc
import os
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from index import Encoder
from index.loaders.sandbox.parent import Sandbox
from index.models import OnnxGraph, load_encoder

# What is started in the background ignores Ctrl-C, and so do its children; some tests send it.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Hundreds of processes are started: none has to compile all modules again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Nothing leaves the machine, not even from a framework that is tested with.
os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"

# Processes that tests start import what is tested, whatever their working folder.
os.environ["PYTHONPATH"] = str(Path(__file__).parents[1])

# A busy machine is no failure.
settings.register_profile("busy", deadline=None)
settings.load_profile("busy")

_MARKERS = ("model", "e2e", "slow")
# Tests that ask for these fixtures.
_MARKED_BY_FIXTURE = {
    # The embedding model; readers, rerankers and assistants of models are made with it.
    "encoder": "model",
    # The whole app on a screen in memory.
    "app": "e2e",
    "snap_compare": "e2e",
    # Other processes.
    "child": "e2e",
    "postgres": "e2e",
    "sandbox": "e2e",
}
# Files and folders whose tests are all alike; relative to this folder.
_MARKED_BY_PLACE = {
    "index/models/test_known_models.py": "model",
    "index/models/test_load.py": "model",
    "index/models/test_shipped_model.py": "model",
    "index/models/test_quantise.py": "model",
    "qa/adapters": "model",
    "index/loaders/sandbox": "e2e",
    "qa/service/api/test_serve.py": "e2e",
    "test_packaging.py": "e2e",
    "tui/cli/commands/test_serve.py": "e2e",
    "tui/documents/test_indexing_process.py": "e2e",
    "tui/source/test_programs.py": "e2e",
    "tui/test_terminal.py": "e2e",
    "attack": "slow",
    "index/loaders/test_fuzz.py": "slow",
    "index/test_crash.py": "slow",
    "index/test_growth.py": "slow",
    "index/test_stress.py": "slow",
    "index/test_watching.py": "slow",
    "qa/service/api/test_schema.py": "slow",
    "qa/training": "slow",
}


def pytest_configure(config: pytest.Config) -> None:
    """Have tests that run side by side share the compiled models, and the cores."""
    workers = config.getoption("numprocesses", None)
    if not workers:
        return
    # More threads than cores wait for each other in circles.
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // workers)))
    if "QUOTEBACK_CACHE" not in os.environ:
        os.environ["QUOTEBACK_CACHE"] = cache = tempfile.mkdtemp(prefix="quoteback-tests-")
        config.add_cleanup(lambda: shutil.rmtree(cache, ignore_errors=True))


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: in one of them a test waits for a process or a clock."""
    return (os.cpu_count() or 1) + 1


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out files whose tests are all left out by `-m`: some import torch, which takes long."""
    path = collection_path.relative_to(Path(__file__).parent).as_posix()
    marker = _MARKED_BY_PLACE.get(path)
    return True if marker is not None and f"not {marker}" in config.option.markexpr else None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Spare the garbage collector the million objects that collecting makes, which all stay.

    What an app makes lives for a second: where the collector looks more often, it takes that for
    long-lived, looks through everything again and again, and takes a third of the time.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(50_000, 20)
        gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Function]) -> None:
    """Mark tests by what they ask for and where they stand; others are marked one by one."""
    here = Path(__file__).parent
    for item in items:
        path = item.path.relative_to(here).as_posix()
        names = item.fixturenames
        markers = [_MARKED_BY_FIXTURE[name] for name in names if name in _MARKED_BY_FIXTURE]
        markers += [marker for at, marker in _MARKED_BY_PLACE.items() if path.startswith(at)]
        if "run_test" in item.function.__code__.co_names:
            markers.append("e2e")
        for marker in dict.fromkeys(markers):
            item.add_marker(marker)
    if hasattr(config, "workerinput"):
        _put_long_files_first(items)


def _put_long_files_first(items: list[pytest.Function]) -> None:
    """Leave no worker with a long file when the others are done."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    count = Counter(item.path for item in items)
    items.sort(key=lambda item: (item.path not in slow, -count[item.path]))


_processes: list[str] = []


def _note_process(event: str, arguments: tuple[object, ...]) -> None:
    # One fork server is there for the files of all tests, see `one_sandbox`, and one for drawing
    # their documents.
    if event == "subprocess.Popen" and "index.loaders.sandbox" not in str(arguments[1]):
        _processes.append(event)


sys.addaudithook(_note_process)


@pytest.fixture(autouse=True)
def _fast_tests_start_no_process(request: pytest.FixtureRequest) -> Iterator[None]:
    """See to it that `make fast` keeps its promise: what starts a process has a marker."""
    _processes.clear()
    yield
    is_marked = any(map(request.node.get_closest_marker, _MARKERS))
    assert is_marked or not _processes, "this test starts a process: mark it e2e"


class _KeptSandbox(Sandbox):
    """A sandbox that goes on when the run it was made for is done."""

    def close(self) -> None:
        pass


@pytest.fixture(scope="session", autouse=True)
def one_sandbox() -> Iterator[None]:
    """One sandbox parses the files of all tests in turn: its fork server takes a while to start."""
    kept = _KeptSandbox()
    with pytest.MonkeyPatch.context() as patch:
        for module in ("index.sync.sync", "index.loaders.sandbox.parent"):
            patch.setattr(f"{module}.Sandbox", lambda *_, **__: kept)
        yield
    Sandbox.close(kept)


@pytest.fixture(scope="session", autouse=True)
def one_session_a_network() -> Iterator[None]:
    """A network that hundreds of commands and assistants run is loaded once from the same file."""
    load, known = OnnxGraph.__init__, dict[object, dict[str, object]]()

    def share(graph: OnnxGraph, path: Path) -> None:
        file = path.stat()
        key = path.resolve(), file.st_ino, file.st_size, file.st_mtime_ns
        if key not in known:
            load(graph, path)
            known[key] = dict(vars(graph))
        vars(graph).update(known[key])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(OnnxGraph, "__init__", share)
        yield


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """The default model. It is kept for later runs where QUOTEBACK_CACHE says so."""
    os.environ.setdefault("QUOTEBACK_CACHE", str(tmp_path_factory.mktemp("cache")))
    return load_encoder()
