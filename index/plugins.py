"""What can be added to Quoteback: parts that a plain installation lacks, and other packages.

Packages are found by their entry points. The group `quoteback.loaders` holds a loader for each
suffix, `quoteback.readers` and `quoteback.rerankers` functions that make one, `quoteback.engines` a
module for each scheme of URLs.
"""

from __future__ import annotations

import shlex
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from index.errors import QuotebackError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

PluginKind = Literal["loaders", "readers", "rerankers", "engines"]

# Each part, and what it is for.
PARTS = {
    "api": "answering other programs over HTTP",
    "haystack": "components for Haystack",
    "langchain": "components for LangChain",
    "languages": "finding by meaning in other languages than English",
    "llama-index": "components for LlamaIndex",
    "mcp": "answering assistants that speak MCP",
    "milvus": "an index in Milvus",
    "ocr": "text in pictures and scanned pages",
    "postgres": "an index in PostgreSQL",
    "serve": "the app in a browser",
    "train": "training the models that ship",
}
# What pipx and uv leave in the environments that they make for a program.
_PIPX_MARK, _UV_MARK = "pipx_metadata.json", "uv-receipt.toml"


class PluginError(QuotebackError):
    """No installed package has this plug-in, or it cannot be imported."""


@cache
def list_plugins(kind: PluginKind) -> dict[str, EntryPoint]:
    """The entry points of a kind by name, none of them imported. Looked up once in a process."""
    # Most processes need none of it.
    from importlib.metadata import entry_points

    return {entry.name: entry for entry in entry_points(group=f"quoteback.{kind}")}


def load_plugin(kind: PluginKind, name: str) -> Any:
    """Import what a package has named.

    Raises:
        PluginError: there is nothing of this name, or importing it fails.
    """
    known = list_plugins(kind)
    if name not in known:
        others = f"installed are {', '.join(sorted(known))}" if known else "none is installed"
        raise PluginError(f"there is no {kind.removesuffix('s')} {name!r}: {others}")
    try:
        return known[name].load()
    except Exception as error:
        # It is another's code: it may raise anything.
        raise PluginError(
            f"the {kind.removesuffix('s')} {name!r} of {known[name].value} fails: {error!r}"
        ) from error


def explain_installation(part: str) -> str:
    """How to install a part, by the name of its extra, in the way Quoteback was installed."""
    return f"install Quoteback again with its part `{part}`: {_name_command(part)}"


def name_reinstallation(part: str = "") -> str:
    """The command that installs Quoteback again, in a clone of its repository.

    It names no place of this machine, so that it can be shown to anybody.

    Args:
        part: one to install with it; "" for none.
    """
    source = shlex.quote(f".[{part}]" if part else ".")
    if tool := _name_tool():
        return f"{tool} {source}"
    # What a part needs is added to what is there; only what may be damaged is fetched anew.
    options = [] if part else ["--force-reinstall"]
    clone, python = Path(__file__).parents[1], "python"
    if Path(sys.prefix).is_relative_to(clone):
        # `make install` has made it.
        python = str(Path(sys.executable).relative_to(clone))
        options.append("--editable")
    return shlex.join([python, "-m", "pip", "install", *options]) + f" {source}"


def _name_command(part: str) -> str:
    clone, command, source = Path(__file__).parents[1], _name_tool(), "."
    if command is None:
        command = f"{shlex.quote(sys.executable)} -m pip install"
        if (clone / "pyproject.toml").is_file():
            command, source = f"{command} --editable", str(clone)
    where = " in a clone of its repository" if source == "." else ""
    return f"`{command} {shlex.quote(f'{source}[{part}]')}`{where}"


def _name_tool() -> str | None:
    """The command of the tool that has made this environment; None if that was pip."""
    environment = Path(sys.prefix)
    if (environment / _UV_MARK).is_file():
        return "uv tool install --force --torch-backend auto"
    if sys.prefix == sys.base_prefix or (environment / _PIPX_MARK).is_file():
        return "pipx install --force"
    return None
