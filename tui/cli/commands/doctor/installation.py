"""Whether Quoteback is whole, and what is around it as it needs it.

First its packages, models, parser and parts; then settings, terminal, clipboard and services.
"""

from __future__ import annotations

import json
import os
import platform
import re
import sqlite3
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from index import ModelError, UnreadableFile, name_reinstallation
from index.locations import default_index, runtime_folder
from tui.cli.commands.doctor import Finding, show_place

# Packages whose versions say most when something is wrong.
_TELLING = ("textual", "onnxruntime", "tokenizers", "tantivy", "numpy", "torch")
# Compiled only when something else than English is first read, or indexed.
_FOR_LANGUAGES = ("question encoder of all languages", "reader of all languages")
_EDIT = "quoteback settings edit"
_EXTRA = re.compile(r"""extra == ["']([\w-]+)["']""")


def describe_versions() -> dict[str, str]:
    """The versions of what Quoteback is made of and runs on, by name."""
    from index import INDEX_FORMAT
    from qa import VERSION

    return {
        "quoteback": VERSION,
        "index format": str(INDEX_FORMAT),
        "models": describe_models(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "sqlite": sqlite3.sqlite_version,
        **{name: version for name in _TELLING if (version := _find_version(name))},
    }


def describe_models() -> str:
    """The models that ship: the embedding model, and the beginning of each network's hash."""
    from index import DEFAULT_MODEL
    from index.models import CARD

    names = []
    for name, folder in _list_weights():
        digest = _read_digest(folder / CARD)
        names.append(f"{name} {digest[:8] if digest else '(missing)'}")
    return ", ".join((DEFAULT_MODEL, *names))


def check_packages() -> Iterator[Finding]:
    """Whether every package that Quoteback needs is installed, in a version that it works with."""
    from packaging.requirements import Requirement

    missing, other = [], []
    needed = [each for part, each in _list_requirements() if not part]
    for requirement in map(Requirement, needed):
        version = _find_version(requirement.name)
        if version is None:
            missing.append(requirement.name)
        elif not requirement.specifier.contains(version, prereleases=True):
            other.append(f"{requirement.name} {version} (needed: {requirement.specifier})")
    problems = [f"not installed: {', '.join(missing)}"] if missing else []
    problems += [f"of another version: {', '.join(other)}"] if other else []
    if problems:
        yield Finding.wrong("packages", "; ".join(problems), name_reinstallation())
    else:
        yield Finding("packages", f"all {len(needed)} are installed, in versions that fit")


def check_processor() -> Iterator[Finding]:
    """How many cores there are to compute with."""
    from index.concurrency import available_cores

    cores, chosen = available_cores(), os.environ.get("OMP_NUM_THREADS")
    text = f"{cores} {'core' if cores == 1 else 'cores'} of {platform.machine()}"
    if chosen is None:
        yield Finding("processor", text)
    elif chosen.isdecimal() and 1 <= int(chosen) <= cores:
        yield Finding("processor", f"{text}; $OMP_NUM_THREADS allows {chosen} threads")
    else:
        text = f"{text}; $OMP_NUM_THREADS asks for other than 1 to {cores} threads, which is slow"
        yield Finding.wrong("processor", text, "unset OMP_NUM_THREADS")


def check_models() -> Iterator[Finding]:
    """Whether the models that ship are there, undamaged, and compiled."""
    from index.models import CARD, ModelSource, compiled_folder, default_model_folder, hash_file

    again = name_reinstallation()
    try:
        sources = [ModelSource.of(default_model_folder())]
    except ModelError:
        # Its files have no card; what they must be is checked when they are compiled.
        yield Finding.wrong("models", "the default embedding model is missing", again)
        return
    names = []
    for name, folder in _list_weights():
        weights = sorted(folder.glob("*.safetensors"))
        if not weights or not (folder / CARD).is_file():
            yield Finding.wrong("models", f"the weights of the {name} are missing", again)
            return
        if hash_file(weights[0]) != _read_digest(folder / CARD):
            yield Finding.wrong("models", f"the weights of the {name} are damaged", again)
            return
        names.append(name)
        if name not in _FOR_LANGUAGES:
            sources.append(ModelSource(folder, (weights[0].name, CARD)))
    text = f"the embedding model, {', '.join(names)} are as they shipped"
    try:
        folders = [compiled_folder(source) for source in sources]
    except ModelError:
        # The cache is not to be trusted, which is a finding of its own.
        folders = [None]
    if all(folder is not None and folder.is_dir() for folder in folders):
        yield Finding("models", f"{text}, and compiled")
    else:
        text = f"{text}; not all are compiled: the next question does that, in half a minute"
        yield Finding.note("models", text, 'quoteback ask "when did the museum open?"')


def check_parser() -> Iterator[Finding]:
    """Whether the process that parses files can be started, and is confined."""
    from index import check_isolation

    try:
        isolation = check_isolation()
    except UnreadableFile:
        text = "the process that parses files cannot be started: is there memory for it?"
        yield Finding.wrong("parser", text, name_reinstallation())
        return
    if isolation.is_complete:
        yield Finding("parser", "runs, and can open no file, reach no network, start nothing")
        return
    barriers = (
        (isolation.descriptors, "a limit on open files"),
        (isolation.landlock, "Landlock (Linux 5.13)"),
        (isolation.seccomp, "seccomp (Linux with libseccomp)"),
    )
    lacking = ", ".join(name for is_there, name in barriers if not is_there)
    text = f"runs, but is not fully confined: this system lacks {lacking}"
    can_mend = isolation.landlock and not isolation.seccomp
    yield Finding.note("parser", text, "sudo apt install libseccomp2" if can_mend else "")


def check_parts() -> Iterator[Finding]:
    """Which optional parts are there, and what the others are for."""
    from packaging.requirements import Requirement

    from index import PARTS

    lacking = {
        part
        for part, requirement in _list_requirements()
        if _find_version(Requirement(requirement).name) is None
    }
    there = [part for part in PARTS if part not in lacking]
    text = f"installed: {', '.join(there) or 'none'}"
    others = [f"{part} ({purpose})" for part, purpose in PARTS.items() if part in lacking]
    if others:
        text += f"; not installed: {', '.join(others)}"
        yield Finding.note("parts", text, name_reinstallation("PART"))
    else:
        yield Finding("parts", text)


def check_settings() -> Iterator[Finding]:
    """Whether the settings can be used; what stands in them is not repeated."""
    from index import PluginError
    from index.plugins import load_plugin
    from tui.app.app import list_choices
    from tui.locations import settings_file
    from tui.settings.file import SettingsError, read_settings
    from tui.settings.themes import read_own_themes

    path = settings_file()
    shown = show_place(path)
    _, problems = read_own_themes(path)
    if problems:
        text = f"{len(problems)} of your own themes cannot be used"
        yield Finding.wrong("settings", text, "quoteback settings")
        return
    if not path.exists():
        yield Finding("settings", "all as by default")
        return
    try:
        settings = read_settings(path, list_choices(path))
        if settings.reader is not None:
            load_plugin("readers", settings.reader)
        if settings.reranker is not None:
            load_plugin("rerankers", settings.reranker)
    except SettingsError as error:
        line = re.match(r":(\d+): ", str(error).removeprefix(str(path)))
        where = f", line {line[1]}" if line else ""
        yield Finding.wrong("settings", f"{shown}{where}: cannot be used", _EDIT)
    except PluginError:
        text = f"{shown}: the reader or the reranker that it names is not installed, or fails"
        yield Finding.wrong("settings", text, _EDIT)
    else:
        yield Finding("settings", f"{shown} can be used")


def check_terminal() -> Iterator[Finding]:
    """Whether the terminal can show the app, and in which colours."""
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    name = os.environ.get("TERM", "")
    if encoding != "utf8":
        text = f"text is written as {sys.stdout.encoding}, which lacks most characters"
        cause = "PYTHONIOENCODING"
        mend = f"unset {cause}" if cause in os.environ else "export LC_ALL=C.UTF-8"
        yield Finding.wrong("terminal", text, mend)
    elif name == "dumb" or (not name and sys.stdin is not None and sys.stdin.isatty()):
        text = f"$TERM is {name or 'not set'}: the app cannot be drawn on such a terminal"
        yield Finding.wrong("terminal", text, "export TERM=xterm-256color")
    elif os.environ.get("NO_COLOR"):
        yield Finding("terminal", "UTF-8, without colours, as $NO_COLOR says")
    elif os.environ.get("COLORTERM", "") in ("truecolor", "24bit"):
        yield Finding("terminal", "UTF-8, 16 million colours")
    else:
        text = f"UTF-8, {'256' if '256color' in name else '16'} colours as far as is known"
        yield Finding.note("terminal", text, "export COLORTERM=truecolor")


def check_clipboard() -> Iterator[Finding]:
    """Whether what is copied in the app gets to the clipboard."""
    from tui.common.screens.copying import find_copy_commands, takes_osc_52

    environment = os.environ
    if commands := find_copy_commands(environment):
        yield Finding("clipboard", f"by {Path(commands[0][0]).stem}")
    elif takes_osc_52(environment):
        yield Finding("clipboard", "by the terminal")
    elif environment.get("WAYLAND_DISPLAY") or environment.get("DISPLAY"):
        package = "wl-clipboard" if environment.get("WAYLAND_DISPLAY") else "xclip"
        text = "nothing here copies to the desktop's clipboard"
        yield Finding.wrong("clipboard", text, f"sudo apt install {package}")
    elif environment.get("TMUX"):
        yield Finding("clipboard", "by tmux's buffer")
    else:
        yield Finding.note("clipboard", "none is known here: what is copied is shown instead")


def check_service(named: str | None) -> Iterator[Finding]:
    """Whether a service answers for the index, so that questions wait for no model.

    Args:
        named: the index that a person names; the default one if None.
    """
    from index.filesystem import is_private
    from qa.service import NotServed, locate_socket, may_be_served, reach_service

    index = named if named is not None else default_index()
    folder = runtime_folder()
    if folder.exists() and not is_private(folder):
        text = f"others than you have rights on {show_place(folder)}: services are not trusted"
        yield Finding.wrong("service", text, f"chmod 700 {show_place(folder)}")
    elif not may_be_served(index):
        yield Finding("service", "none runs: each question loads the models itself")
    else:
        try:
            reach_service(index).close()
            yield Finding("service", "one runs for the index, and answers `quoteback ask`")
        except NotServed:
            text = "one has run for the index, and has died"
            yield Finding.wrong("service", text, f"rm {show_place(locate_socket(index))}")


def _list_requirements() -> Iterator[tuple[str, str]]:
    """The packages that are required, each with the part that needs it, or "" if all do."""
    for line in metadata.requires("quoteback") or ():
        requirement, _, condition = line.partition(";")
        part = _EXTRA.search(condition)
        yield part[1] if part else "", requirement


def _find_version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _list_weights() -> list[tuple[str, Path]]:
    """The networks that ship and can be used, each with the folder of its weights."""
    import qa
    from index.models import LANGUAGES_QUESTION_WEIGHTS, QUESTION_WEIGHTS, has_languages_model

    package = Path(qa.__file__).parent
    found = {folder.parent.name: folder for folder in sorted(package.glob("*/weights"))}
    known = {"question encoder": QUESTION_WEIGHTS, "reader": package / "reader" / "weights"}
    if has_languages_model():
        folders = LANGUAGES_QUESTION_WEIGHTS, package / "reader" / "languages_weights"
        known |= zip(_FOR_LANGUAGES, folders, strict=True)
    return list({**known, **found}.items())


def _read_digest(card: Path) -> str | None:
    """The sha256 of the weights that a card tells of; None if it tells of none."""
    try:
        return str(json.loads(card.read_text(encoding="utf-8"))["sha256"])
    except (OSError, ValueError, TypeError, KeyError):
        return None
