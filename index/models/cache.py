"""Compiled models, built once and looked up by what they were compiled from.

    CACHE/folders/PATH     the stamp of a model's files when a person named it (load.py)
    CACHE/sources/STAMP    the NAME of the folder below, for files not touched since
    CACHE/models/NAME/     one compiled model, with SHA256SUMS over its files

NAME is a hash over the content of the source files, the version of this
format, the version of onnxruntime and the kind of processor. A folder is made
under another name, with a lock held, and renamed: it is there whole or not at
all. One that no longer agrees with its SHA256SUMS is built again.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import os
import re
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TypeVar

from filelock import FileLock

from index.errors import ModelError, Notice
from index.filesystem.private_files import (
    describe_danger,
    make_private,
    make_private_below,
    make_private_folder,
    rename,
    write_file,
)
from index.filesystem.safe_opening import open_to_read, read_file
from index.locations import cache_folder
from index.models.onnx_session import load_onnxruntime, processor

# Raise it when the same source is compiled to something else, by more than rounding to int8.
FORMAT = 2

_SUMS = "SHA256SUMS"
_CONFIGURATION = {".json", ".txt", ".model"}
_PICKLED = {".bin", ".pt"}
# Folders with the same model for other runtimes; a hub's model may have five of them.
_OTHER_RUNTIMES = {"onnx", "openvino", "coreml", "tf", "flax"}

T = TypeVar("T")


def source_files(names: Iterable[str]) -> list[str]:
    """The weights and configuration among a model's files, as paths with slashes, sorted."""
    paths = [
        path
        for path in map(PurePosixPath, names)
        if not any(part.startswith(".") or part in _OTHER_RUNTIMES for part in path.parts)
    ]
    safe = {path.parent for path in paths if path.suffix == ".safetensors"}
    return sorted(
        str(path)
        for path in paths
        if path.suffix in _CONFIGURATION | {".safetensors"}
        or (path.suffix in _PICKLED and path.parent not in safe)
    )


@dataclass(frozen=True, slots=True)
class ModelSource:
    """The files that a model is compiled from, by their paths within a folder, or absolute ones."""

    folder: Path
    files: tuple[str, ...]

    @classmethod
    def of(cls, folder: Path) -> ModelSource:
        """All weights and configuration in a model's folder."""
        names = (str(path.relative_to(folder).as_posix()) for path in folder.rglob("*"))
        files = (name for name in source_files(names) if (folder / name).is_file())
        return cls(folder, tuple(files))

    def stamp(self) -> str:
        """A text that changes when a file is touched; reads none of them."""
        digest = hashlib.sha256(os.fsencode(self.folder.absolute()))
        for name in self.files:
            status = (self.folder / name).stat()
            digest.update(f"\n{name}\t{status.st_size}\t{status.st_mtime_ns}".encode())
        return digest.hexdigest()

    def digest(self) -> str:
        """A hash of the content of all files."""
        digest = hashlib.sha256()
        for name in self.files:
            digest.update(f"{hash_file(self.folder / name)}  {name}\n".encode())
        return digest.hexdigest()


def hash_file(path: Path) -> str:
    """SHA-256 of a file's content, in hexadecimal."""
    with open_to_read(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def load_compiled(
    source: ModelSource, build: Callable[[Path, str], None], load: Callable[[Path], T]
) -> T:
    """Load what was compiled from `source`, compiling it first if that is needed.

    Safe in several processes at once: one builds, the others wait for it.

    Args:
        build: fills an empty folder, its first argument; the second is the source's digest.
        load: loads from such a folder; may raise anything if it is damaged.

    Warns:
        Notice: nothing can be written to the cache; a temporary one is used.

    Raises:
        ModelError: another user owns the cache, or can write to it.
        OSError: the source cannot be read, or the disk is full.
        Exception: whatever `build` raises, or `load` from a folder just built.
    """
    root = open_cache()
    pointer = root / "sources" / _name_pointer(source)
    with contextlib.suppress(OSError, ValueError):
        name = _read_pointer(pointer)
        if (model := _try_load(root / "models" / name, load)) is not None:
            return model
    digest = source.digest()
    name = hashlib.sha256(f"{digest}\n{_conditions()}".encode()).hexdigest()[:32]
    model = _try_load(root / "models" / name, load)
    if model is None:
        try:
            lock = _acquire_lock(root / "models", name)
        except OSError as error:
            root = _temporary_folder()
            warnings.warn(
                f"The cache cannot be written ({error}): the model is compiled for this run only. "
                "Set QUOTEBACK_CACHE to a folder that can.",
                Notice,
                stacklevel=2,
            )
            lock = _acquire_lock(root / "models", name)
        with lock:
            folder = root / "models" / name
            # Another process may have built it while this one waited.
            model = _try_load(folder, load)
            if model is None:
                _replace(folder, lambda fresh: build(fresh, digest))
                model = load(folder)
    with contextlib.suppress(OSError):
        make_private_folder(pointer.parent)
        write_file(pointer, name.encode(), suffix=f".{os.getpid()}")
    return model


def compiled_folder(source: ModelSource) -> Path | None:
    """The folder of what was compiled from `source`, unchecked; None if it is not known.

    Raises:
        ModelError: another user owns the cache, or can write to it.
    """
    root = open_cache()
    try:
        return root / "models" / _read_pointer(root / "sources" / _name_pointer(source))
    except (OSError, ValueError):
        return None


def open_cache() -> Path:
    """The cache's folder, which must be ours alone; it need not exist.

    Raises:
        ModelError: another user owns it, or can write to it, and could make us run anything.
    """
    root = cache_folder()
    for folder in (root, root / "models", root / "sources", root / "folders"):
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            if (danger := describe_danger(folder)) is not None:
                raise ModelError(
                    f"{folder} {danger}, so models in it are not trusted: "
                    f"set QUOTEBACK_CACHE to a folder of your own"
                )
    make_private(root)
    return root


def _name_pointer(source: ModelSource) -> str:
    return hashlib.sha256(f"{source.stamp()}\n{_conditions()}".encode()).hexdigest()


def _read_pointer(path: Path) -> str:
    """The name that a file in `sources` holds; raises ValueError if it holds no name."""
    name = read_file(path).decode("ascii")
    if not re.fullmatch("[0-9a-f]{32}", name):
        raise ValueError(f"{path} holds no name")
    return name


def _conditions() -> str:
    """All that a compiled model depends on besides its source."""
    version = ".".join(load_onnxruntime().__version__.split(".")[:2])
    return f"format {FORMAT}, onnxruntime {version}, {processor()}"


def _try_load(folder: Path, load: Callable[[Path], T]) -> T | None:
    """The model in `folder`; None if it is missing, damaged or does not load."""
    if not _is_undamaged(folder):
        return None
    try:
        return load(folder)
    except Exception:
        # Whatever is wrong with it, it is built again. If that does not help, the error is
        # raised when the new one is loaded.
        return None


def _is_undamaged(folder: Path) -> bool:
    """Whether every file is as it was written, by this user.

    All of them are hashed at every load, which takes 12 ms for the default model's 23 MB. A
    flipped bit in the weights would otherwise give wrong vectors, and nobody would notice.
    """
    try:
        if any(describe_danger(path) for path in (folder, *folder.iterdir())):
            return False
        return read_file(folder / _SUMS).decode() == _make_sums(folder)
    except (OSError, UnicodeDecodeError):
        return False


def _make_sums(folder: Path) -> str:
    """The text of SHA256SUMS, in the format of the command of that name."""
    names = sorted(path.name for path in folder.iterdir())
    return "".join(
        f"{hash_file(folder / name)}  {name}\n"
        for name in names
        if name != _SUMS and not name.startswith(".")
    )


def _acquire_lock(folder: Path, name: str) -> contextlib.AbstractContextManager[object]:
    """Take the lock on building one model; it ends with its process, even one that is killed."""
    make_private_folder(folder)
    return FileLock(folder / f"{name}.lock", mode=0o600).acquire()


def _replace(folder: Path, build: Callable[[Path], None]) -> None:
    """Put what `build` makes at `folder`, whole or not at all. The caller holds the lock."""
    fresh, old = folder.with_name(f"{folder.name}.new"), folder.with_name(f"{folder.name}.old")
    for left_behind in (fresh, old):
        shutil.rmtree(left_behind, ignore_errors=True)
    make_private_folder(fresh)
    try:
        build(fresh)
        write_file(fresh / _SUMS, _make_sums(fresh).encode())
        make_private_below(fresh)
        if folder.exists():
            rename(folder, old)
        rename(fresh, folder)
    finally:
        for left_behind in (fresh, old):
            shutil.rmtree(left_behind, ignore_errors=True)


@cache
def _temporary_folder() -> Path:
    """One folder for the process, removed at its end."""
    folder = Path(tempfile.mkdtemp(prefix="quoteback-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
