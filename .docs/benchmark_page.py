"""Writes the page of the benchmarks from the results in `benchmarks/`: `make benchmarks`.

Each file there is a table: its rows with their figures, and for each row the run that measured it,
or who published it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec

HERE = Path(__file__).parent
RESULTS = HERE / "benchmarks"
PAGE = HERE / "benchmarks.md"
_INTRODUCTION = """\
# Benchmarks

What has been measured, with the command, the day, the machine and the commit of each figure, and
what others have published beside it. Weak rows stay in. The page is made from
`.docs/benchmarks/` by `make benchmarks`. FOLDER is data that you name: the programs in
`tests/benchmarks/` say at their top what it holds.
"""
_Text = Annotated[str, msgspec.Meta(min_length=1)]


class Run(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was run."""

    command: _Text
    date: date
    machine: _Text
    commit: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{8}$")]


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who published a figure, and where."""

    name: _Text
    url: Annotated[str, msgspec.Meta(pattern=r"^(https://|\.\./)")]


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The figures of one thing, by the name of the run or source that they are from."""

    name: _Text
    figures: tuple[str, ...]
    by: str


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the page.

    Attributes:
        rows_are: what stands in the first column.
        columns: the names of the others.
    """

    title: _Text
    text: _Text
    rows_are: _Text
    columns: tuple[str, ...]
    rows: Annotated[tuple[Row, ...], msgspec.Meta(min_length=1)]
    runs: dict[str, Run]
    sources: dict[str, Source] = {}


def read_tables() -> Iterator[Table]:
    """All tables, in the order of their files' names.

    Raises:
        ValueError: a file is not as it should be; the message is one line.
    """
    for path in sorted(RESULTS.glob("*.toml")):
        try:
            yield read_table(path.read_bytes())
        except ValueError as error:
            raise ValueError(f"{path.name}: {error}") from None


def read_table(content: bytes) -> Table:
    """A table from the content of its file.

    Raises:
        ValueError: it is not as it should be.
    """
    table = msgspec.toml.decode(content, type=Table)
    named = [*table.runs, *table.sources]
    for row in table.rows:
        if len(row.figures) != len(table.columns):
            raise ValueError(
                f"{row.name!r} has {len(row.figures)} figures for {len(table.columns)} columns"
            )
        if named.count(row.by) != 1:
            raise ValueError(f"{row.name!r} is by {row.by!r}, which is not one run or source")
    if unused := set(named) - {row.by for row in table.rows}:
        raise ValueError(f"no row is by {sorted(unused)[0]!r}")
    return table


def write_page() -> str:
    """The whole page."""
    return "\n".join([_INTRODUCTION, *(write_table(table) for table in read_tables())])


def write_table(table: Table) -> str:
    """A table with what stands above it, and the runs below it."""
    numbers = {name: number for number, name in enumerate(table.runs, 1)}
    lines = [f"## {table.title}", "", table.text.strip(), ""]
    lines += [_write_row([table.rows_are, *table.columns, "from"])]
    lines += [_write_row(["---", *["--:"] * len(table.columns), "---"])]
    for row in table.rows:
        if row.by in numbers:
            origin = f"run {numbers[row.by]}"
        else:
            source = table.sources[row.by]
            origin = f"[{source.name}]({source.url})"
        lines.append(_write_row([row.name, *row.figures, origin]))
    lines.append("")
    for name, run in table.runs.items():
        lines.append(
            f"{numbers[name]}. `{run.command}`, {run.date}, commit {run.commit}, {run.machine}."
        )
    return "\n".join([*lines, ""])


def _write_row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Write the page beside the other ones."""
    try:
        page = write_page()
    except ValueError as error:
        sys.exit(f"benchmarks: {error}")
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
