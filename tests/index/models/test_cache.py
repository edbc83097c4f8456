"""What was compiled once is found again, or made anew, and is never half there."""

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from index.models.cache import ModelSource, load_compiled, source_files
from tests.support import ROOT


class Compiler:
    """Stands in for a real one: joins the source's files, and counts how often."""

    def __init__(self, source):
        self.source = source
        self.built = 0

    def build(self, target, digest):
        self.built += 1
        time.sleep(0.05)
        parts = [(self.source.folder / name).read_text() for name in self.source.files]
        (target / "compiled").write_text("+".join(parts))
        (target / "digest").write_text(digest)

    def load(self, folder):
        return (folder / "compiled").read_text()

    def fetch(self):
        return load_compiled(self.source, self.build, self.load)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("QUOTEBACK_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def compiler(cache):
    folder = cache.with_name("source")
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_text("weights")
    return Compiler(ModelSource.of(folder))


def compiled_folder(cache):
    (folder,) = (path for path in (cache / "models").iterdir() if path.is_dir())
    return folder


def truncate(path):
    os.truncate(path, path.stat().st_size // 2)


def flip_a_bit(path):
    """Damage that neither size nor time of change shows."""
    status = path.stat()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def remove(path):
    path.unlink()


def test_a_model_is_compiled_once(compiler):
    assert compiler.fetch() == "{}+weights"
    assert compiler.fetch() == "{}+weights"
    assert compiler.built == 1


def test_other_content_is_compiled_beside_the_first(compiler):
    compiler.fetch()
    (compiler.source.folder / "model.safetensors").write_text("other weights")
    assert compiler.fetch() == "{}+other weights"
    (compiler.source.folder / "model.safetensors").write_text("weights")
    assert compiler.fetch() == "{}+weights"
    assert compiler.built == 2


def test_the_same_content_elsewhere_is_found(compiler, tmp_path):
    compiler.fetch()
    shutil.copytree(compiler.source.folder, tmp_path / "copy")
    copy = Compiler(ModelSource.of(tmp_path / "copy"))
    assert copy.fetch() == "{}+weights"
    assert copy.built == 0


def test_a_lost_memory_of_the_sources_costs_no_compiling(compiler, cache):
    compiler.fetch()
    shutil.rmtree(cache / "sources")
    compiler.fetch()
    assert compiler.built == 1


@pytest.mark.parametrize("name", ["compiled", "digest", "SHA256SUMS"])
@pytest.mark.parametrize("damage", [truncate, flip_a_bit, remove])
def test_a_damaged_model_is_compiled_anew(damage, name, compiler, cache):
    compiler.fetch()
    damage(compiled_folder(cache) / name)
    assert compiler.fetch() == "{}+weights"
    assert compiler.fetch() == "{}+weights"
    assert compiler.built == 2
    assert {path.name for path in compiled_folder(cache).iterdir()} == {
        "compiled",
        "digest",
        "SHA256SUMS",
    }


def test_a_model_that_does_not_load_is_compiled_anew(compiler, monkeypatch):
    compiler.fetch()
    monkeypatch.setattr(compiler, "load", lambda _: 1 / (compiler.built - 1))
    assert compiler.fetch() == 1.0


def test_what_a_killed_process_left_behind_is_cleared_away(compiler, cache):
    compiler.fetch()
    folder = compiled_folder(cache)
    unfinished = folder.with_name(f"{folder.name}.new")
    folder.rename(unfinished)
    remove(unfinished / "SHA256SUMS")
    assert compiler.fetch() == "{}+weights"
    assert compiled_folder(cache) == folder


def test_a_failed_build_leaves_nothing(compiler, cache, monkeypatch):
    def fail(target, _):
        (target / "compiled").write_text("half")
        raise RuntimeError("no more")

    with monkeypatch.context() as patch:
        patch.setattr(compiler, "build", fail)
        with pytest.raises(RuntimeError, match="no more"):
            compiler.fetch()
    assert [path.suffix for path in (cache / "models").iterdir()] in ([".lock"], [])
    assert compiler.fetch() == "{}+weights"


def test_many_at_once_compile_once(compiler):
    with ThreadPoolExecutor(4) as pool:
        found = [future.result() for future in [pool.submit(compiler.fetch) for _ in range(4)]]
    assert found == ["{}+weights"] * 4
    assert compiler.built == 1


@pytest.mark.e2e
def test_without_a_cache_a_model_is_compiled_for_this_run_only(compiler, tmp_path):
    code = (
        "import sys, warnings; sys.path.insert(0, sys.argv[1])\n"
        "warnings.showwarning = lambda message, *_: notices.append(message)\n"
        "from pathlib import Path\n"
        "from tests.index.models.test_cache import Compiler, ModelSource\n"
        "compiler, notices = Compiler(ModelSource.of(Path(sys.argv[2]))), []\n"
        "assert compiler.fetch() == '{}+weights'\n"
        "assert compiler.fetch() == '{}+weights'\n"
        "print(compiler.built, *notices)"
    )
    # Permissions would not stop a superuser; a file in the way of a folder stops everybody.
    (tmp_path / "file").write_text("")
    (tmp_path / "temporary").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT), str(compiler.source.folder)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=os.environ
        | {
            "QUOTEBACK_CACHE": str(tmp_path / "file" / "cache"),
            "TMPDIR": str(tmp_path / "temporary"),
        },
    )
    assert done.stdout.startswith("1 The cache cannot be written")
    assert len(done.stdout.splitlines()) == 1
    assert not list((tmp_path / "temporary").glob("quoteback*"))


def test_a_touched_file_changes_the_stamp_and_not_the_digest(compiler):
    stamp, digest = compiler.source.stamp(), compiler.source.digest()
    os.utime(compiler.source.folder / "config.json", (1, 1))
    assert compiler.source.stamp() != stamp
    assert compiler.source.digest() == digest


def test_only_weights_and_configuration_make_a_model():
    ours = ["2_Dense/pytorch_model.bin", "config.json", "model.safetensors", "vocab.txt"]
    others = ["README.md", "run.py", "pytorch_model.bin", ".git/config.json", "onnx/config.json"]
    assert source_files([*others, *reversed(ours)]) == ours


@pytest.mark.skipif(sys.platform == "win32", reason="rights of files are others there")
def test_what_is_cached_is_its_owner_s_alone(cache, compiler):
    cache.mkdir(mode=0o755)
    before = os.umask(0)
    try:
        compiler.fetch()
    finally:
        os.umask(before)
    for path in [cache, *cache.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path


@pytest.mark.skipif(sys.platform == "win32", reason="rights of files are others there")
def test_a_file_that_others_can_write_is_made_again(cache, compiler):
    compiler.fetch()
    (compiled_folder(cache) / "compiled").chmod(0o666)
    assert compiler.fetch() == "{}+weights"
    assert compiler.built == 2


@pytest.mark.parametrize("name", ["../../../../etc", "..", "/etc", "", "\0", "é"])
def test_a_pointer_leads_nowhere_else(cache, compiler, name):
    compiler.fetch()
    for pointer in (cache / "sources").iterdir():
        pointer.write_text(name)
    assert compiler.fetch() == "{}+weights"
    assert compiler.built == 1
