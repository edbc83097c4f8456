"""Writes what the program knows of itself: pages of the site, and pages of the manual.

python .docs/reference.py FOLDER    command-line.md, http.md and reference.md into a folder
python .docs/reference.py --man     the pages of the manual, in .docs/man
"""

from __future__ import annotations

import argparse
import inspect
import re
import sys
import textwrap
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
# Characters of a line in the source of a page of the manual; escapes take some more.
_MANUAL_WIDTH = 66
# Characters of a signature that stands on one line.
_SIGNATURE_WIDTH = 76
sys.path.insert(0, str(HERE.parent))

import index  # noqa: E402
import qa  # noqa: E402
from qa import VERSION  # noqa: E402
from qa.service.api.app import describe_api  # noqa: E402
from tui.cli.main import build_parser  # noqa: E402
from tui.settings.settings import make_schema  # noqa: E402

# Names of the library that the page explains, by package; the others are of use to few.
LIBRARY = {
    index: "Index Retriever Filter Hit Document Passage Properties Span Report Status Encoder",
    qa: "Assistant Reply Answer Calibration Reader Reading ScoredSpan ModelPassage Citation",
}


@dataclass(frozen=True)
class Option:
    """An option or argument: how it is written, and what it does."""

    written: str
    purpose: str


@dataclass(frozen=True)
class Command:
    """A command: its words, what it does, its options, an example."""

    name: str
    summary: str
    options: tuple[Option, ...]
    epilog: str


def list_commands() -> Iterator[Command]:
    """The program itself, and each command, in the order of the help."""
    yield from _walk(build_parser(whole=True))


def _walk(parser: argparse.ArgumentParser) -> Iterator[Command]:
    options, inner = [], []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            inner = list(action.choices.values())
        elif action.help != argparse.SUPPRESS and "--help" not in action.option_strings:
            purpose = (action.help or "") % {**vars(action), "prog": parser.prog}
            options.append(Option(_write(action), purpose))
    yield Command(parser.prog, parser.description or "", tuple(options), parser.epilog or "")
    for each in inner:
        yield from _walk(each)


def _write(action: argparse.Action) -> str:
    value = action.metavar or (action.dest.upper() if action.nargs != 0 else "")
    if not action.option_strings:
        dots = "..." if action.nargs in ("+", "*") else ""
        return f"{value}{dots}"
    return ", ".join(f"{name} {value}".strip() for name in action.option_strings)


def write_command_line() -> str:
    """The page of the commands."""
    lines = [
        "# The command line",
        "",
        "All commands with their options; `--help` says the same.",
        "",
    ]
    for command in list_commands():
        lines += [f"## `{command.name}`", "", command.summary.strip(), ""]
        if command.options:
            lines += ["| option | what it does |", "| --- | --- |"]
            lines += [f"| `{each.written}` | {_cell(each.purpose)} |" for each in command.options]
            lines.append("")
        # That of the program itself says where the index of whoever builds this lies.
        if command.epilog and command.name != "quoteback":
            lines += ["```text", command.epilog.strip(), "```", ""]
    return "\n".join(lines)


def write_settings() -> str:
    """The table of the settings."""
    lines = ["| setting | what it is for | values | if left out |", "| --- | --- | --- | --- |"]
    for name, value in make_schema()["properties"].items():
        default = value.get("default")
        usual = f"`{default!r}`".replace("'", '"') if default not in (None, {}) else ""
        lines.append(
            f"| `{name}` | {_cell(value['title'])} | {_cell(value['description'])} | {usual} |"
        )
    return "\n".join(lines)


def write_library() -> str:
    """The page of the library, from its docstrings."""
    lines = [
        "# Library reference",
        "",
        "Made from the docstrings. [The library](library.md) shows it in use.",
        "",
    ]
    for package, names in LIBRARY.items():
        for name in names.split():
            lines += _explain(f"{package.__name__}.{name}", getattr(package, name), 2)
    return "\n".join(lines)


def write_http() -> str:
    """The page of the service over HTTP, from its description in OpenAPI."""
    described = describe_api()
    schemas = described["components"]["schemas"]
    lines = [
        "# The service over HTTP",
        "",
        "Made from `GET /openapi.json`, which `quoteback api` serves. All but `/health` need the",
        "token: `Authorization: Bearer …`. [Other programs](programs.md) has an example.",
        "",
    ]
    for path, operations in described["paths"].items():
        for method in operations.keys() & {"get", "post"}:
            operation = operations[method]
            lines += [f"## `{method.upper()} {path}`", "", operation["summary"], ""]
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            if body:
                fields = schemas[body["schema"]["$ref"].rpartition("/")[2]]
                lines += _list_fields(fields["properties"], fields.get("required", ()))
            parameters = operations.get("parameters", ())
            lines += _list_fields(
                {each["name"]: each for each in parameters},
                [each["name"] for each in parameters if each.get("required")],
            )
    return "\n".join(lines)


def _list_fields(fields: Mapping[str, Any], required: Collection[str]) -> list[str]:
    if not fields:
        return []
    lines = ["| field | what it is |", "| --- | --- |"]
    for name, field in fields.items():
        told = field.get("description") or field.get("schema", {}).get("type") or field.get("type")
        needed = "; required" if name in required else ""
        lines.append(f"| `{name}` | {_cell(told or 'see /openapi.json').rstrip('.')}{needed} |")
    return [*lines, ""]


def _explain(name: str, value: object, level: int) -> Iterator[str]:
    yield from (f"{'#' * level} `{name}`", "")
    if signature := _sign(value):
        yield from ("```python", f"{name.rpartition('.')[2]}{signature}", "```", "")
    yield from (_format(inspect.getdoc(value) or ""), "")
    if inspect.isclass(value):
        for member, found in vars(value).items():
            function = found.__func__ if isinstance(found, classmethod | staticmethod) else found
            if not member.startswith("_") and inspect.isfunction(function) and function.__doc__:
                yield from _explain(f"{name.rpartition('.')[2]}.{member}", function, level + 1)


def _sign(value: object) -> str:
    """The arguments of a function or a class; if they are many, one a line."""
    try:
        signature = inspect.signature(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return ""
    kept = [each for name, each in signature.parameters.items() if name not in ("self", "cls")]
    whole = str(signature.replace(parameters=kept)).replace("'", "").removesuffix(" -> None")
    if len(whole) < _SIGNATURE_WIDTH:
        return whole
    parts, starred = [], False
    for each in kept:
        if each.kind is each.KEYWORD_ONLY and not starred:
            parts.append("*")
            starred = True
        parts.append(str(each).replace("'", ""))
    lines = "".join(f"    {part},\n" for part in parts)
    return f"(\n{lines}){whole[whole.rindex(')') + 1 :]}"


def _format(docstring: str) -> str:
    """A docstring as Markdown: names of its sections in bold, what they list as lists."""
    lines = []
    for line in docstring.splitlines():
        if re.fullmatch(r"(Args|Returns|Raises|Yields|Attributes|Warns):", line):
            lines += [f"**{line[:-1]}**", ""]
        elif found := re.match(r"    ([\w*]+(?:, [\w*]+)*): (.*)", line):
            names = ", ".join(f"`{name.strip()}`" for name in found[1].split(","))
            lines.append(f"- {names}: {found[2]}")
        elif line.startswith("        "):
            lines.append(f"  {line.strip()}")
        else:
            lines.append(line.strip())
    return "\n".join(lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def write_manual() -> str:
    """The page of the manual, in mdoc: `man quoteback`."""
    program, *commands = list_commands()
    lines = [
        '.\\" Made from the parsers by .docs/reference.py.',
        f".Dd {_find_day()}",
        ".Dt QUOTEBACK 1",
        ".Os",
        ".Sh NAME",
        ".Nm quoteback",
        ".Nd ask your own documents, get answers quoted from their source",
        ".Sh SYNOPSIS",
        ".Nm",
        ".Op Fl -index Ar DIR",
        ".Nm",
        ".Ar COMMAND",
        ".Op Ar ARGUMENTS",
        ".Sh DESCRIPTION",
        *_roff(program.summary),
        ".Bl -tag -width Ds",
        *_tell(program.options),
        ".El",
        ".Sh COMMANDS",
    ]
    for command in commands:
        lines += [f".Ss {command.name.removeprefix('quoteback ')}", *_roff(command.summary)]
        if command.options:
            lines += [".Bl -tag -width Ds", *_tell(command.options), ".El"]
        if command.epilog.startswith("example: "):
            lines += [".Pp", ".Dl " + _escape(command.epilog.removeprefix("example: "))]
    lines += [
        ".Sh ENVIRONMENT",
        ".Bl -tag -width Ds",
        ".It Ev QUOTEBACK_INDEX",
        "The folder or the URL of the index, unless",
        ".Fl -index",
        "names another one.",
        ".It Ev QUOTEBACK_CACHE",
        "Where compiled models are kept.",
        ".It Ev NO_COLOR",
        "If set, nothing is coloured.",
        ".El",
        ".Sh FILES",
        ".Bl -tag -width Ds",
        ".It Pa ~/.config/quoteback/settings.toml",
        "The settings;",
        ".Ql quoteback settings edit",
        "opens them.",
        ".It Pa ~/.local/share/quoteback",
        "The index, if no other is named, and saved conversations.",
        ".It Pa ~/.cache/quoteback",
        "Compiled models, which can be made again.",
        ".El",
        ".Sh EXIT STATUS",
        "0 if all went well, 1 for a failure, 2 for wrong use.",
        ".Sh EXAMPLES",
        ".Dl quoteback index ~/notes",
        ".Dl quoteback ask \\(dqwhen is the boiler due for service?\\(dq",
    ]
    return "\n".join(lines) + "\n"


def write_settings_manual() -> str:
    """The page of the manual on the settings' file: `man 5 quoteback-settings`."""
    lines = [
        '.\\" Made from the schema by .docs/reference.py.',
        f".Dd {_find_day()}",
        ".Dt QUOTEBACK-SETTINGS 5",
        ".Os",
        ".Sh NAME",
        ".Nm quoteback-settings",
        ".Nd the settings of quoteback",
        ".Sh DESCRIPTION",
        "The file",
        ".Pa ~/.config/quoteback/settings.toml",
        "is TOML.",
        ".Ql quoteback settings edit",
        "opens and checks it.",
        ".Bl -tag -width Ds",
    ]
    for name, value in make_schema()["properties"].items():
        lines += [f".It Va {name}", *_roff(f"{value['title']}: {value['description']}.")]
    return "\n".join([*lines, ".El"]) + "\n"


def _tell(options: tuple[Option, ...]) -> Iterator[str]:
    for option in options:
        yield f".It {' , '.join(_mark(each) for each in option.written.split(', '))}"
        yield from _roff(option.purpose)


def _mark(written: str) -> str:
    """An option, or an argument, in mdoc."""
    name, _, value = written.partition(" ")
    if not name.startswith("-"):
        return f"Ar {_escape(written)}"
    return f"Fl {_escape(name[1:])}" + (f" Ar {_escape(value)}" if value else "")


def _roff(text: str) -> list[str]:
    """Text of a page of the manual: a sentence a line, and no line begins with a command."""
    sentences = re.split(r"(?<=[.!?]) +(?=[A-Z])", " ".join(text.split()))
    lines = [line for each in sentences for line in textwrap.wrap(each, _MANUAL_WIDTH)]
    return [re.sub(r"^([.'])", r"\\&\1", _escape(line)) for line in lines]


def _escape(text: str) -> str:
    return text.replace("\\", "\\e").replace('"', "\\(dq").replace("`", "\\(ga")


def _find_day() -> str:
    """The day of the version, by the changelog."""
    text = (HERE.parent / "CHANGELOG.md").read_text(encoding="utf-8")
    year, month, day = re.findall(rf"## \[{re.escape(VERSION)}\] - (\d+)-(\d+)-(\d+)", text)[0]
    names = "January February March April May June July August September October November December"
    return f"{names.split()[int(month) - 1]} {int(day)}, {year}"


PAGES = {
    "command-line.md": write_command_line,
    "http.md": write_http,
    "reference.md": write_library,
}
MANUAL = {"quoteback.1": write_manual, "quoteback-settings.5": write_settings_manual}


if __name__ == "__main__":
    [target] = sys.argv[1:]
    folder, pages = (HERE / "man", MANUAL) if target == "--man" else (Path(target), PAGES)
    folder.mkdir(parents=True, exist_ok=True)
    for name, write in pages.items():
        (folder / name).write_text(write(), encoding="utf-8")
