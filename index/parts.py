"""Parts of Quoteback that a plain installation lacks, such as engines and servers."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

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


def explain_installation(part: str) -> str:
    """How to install a part, by the name of its extra, in the way Quoteback was installed."""
    return f"install Quoteback again with its part `{part}`: {_name_command(part)}"


def name_reinstallation(part: str = "") -> str:
    """The command that installs Quoteback again, in a clone of its repository.

    It names no place of this machine, so that it can be shown to anybody.

    Args:
        part: one to install with it; "" for none.
    """
    environment = Path(sys.prefix)
    source = shlex.quote(f".[{part}]" if part else ".")
    if (environment / _UV_MARK).is_file():
        return f"uv tool install --force --torch-backend auto {source}"
    if sys.prefix == sys.base_prefix or (environment / _PIPX_MARK).is_file():
        return f"pipx install --force {source}"
    # What a part needs is added to what is there; only what may be damaged is fetched anew.
    options = [] if part else ["--force-reinstall"]
    clone, python = Path(__file__).parents[1], "python"
    if environment.is_relative_to(clone):
        # `make install` has made it.
        python = str(Path(sys.executable).relative_to(clone))
        options.append("--editable")
    return shlex.join([python, "-m", "pip", "install", *options]) + f" {source}"


def _name_command(part: str) -> str:
    environment, clone = Path(sys.prefix), Path(__file__).parents[1]
    if (environment / _UV_MARK).is_file():
        command, source = "uv tool install --force --torch-backend auto", "."
    elif sys.prefix == sys.base_prefix or (environment / _PIPX_MARK).is_file():
        command, source = "pipx install --force", "."
    elif (clone / "pyproject.toml").is_file():
        command, source = f"{shlex.quote(sys.executable)} -m pip install --editable", str(clone)
    else:
        command, source = f"{shlex.quote(sys.executable)} -m pip install", "."
    where = " in a clone of its repository" if source == "." else ""
    return f"`{command} {shlex.quote(f'{source}[{part}]')}`{where}"
