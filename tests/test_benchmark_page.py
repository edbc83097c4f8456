"""The page of the benchmarks is made from the results that are kept, and from nothing else."""

import re
import shlex

import pytest

from tests.support import ROOT
from tests.support.page_makers import import_page_maker

TABLE = """
title = "Speed"
text = "How quick it is."
rows_are = "system"
columns = ["seconds", "MB"]

[[rows]]
name = "Quoteback"
figures = ["1.5", "219"]
by = "here"

[[rows]]
name = "another"
figures = ["3", "-"]
by = "paper"

[runs.here]
command = "python tests/benchmarks/others.py --data FOLDER"
date = 2026-11-30
machine = "two cores"
commit = "0123abcd"

[sources.paper]
name = "A paper"
url = "https://example.org/paper"
"""


@pytest.fixture(scope="module")
def maker():
    return import_page_maker("benchmark_page")


def test_the_page_is_what_the_command_makes_of_the_results(maker):
    assert maker.PAGE.read_text(encoding="utf-8") == maker.write_page(), "run make benchmarks"


def test_every_row_says_where_its_figures_are_from(maker):
    written = maker.write_table(maker.read_table(TABLE.encode())).splitlines()
    assert "| Quoteback | 1.5 | 219 | run 1 |" in written
    assert "| another | 3 | - | [A paper](https://example.org/paper) |" in written
    [run] = [line for line in written if line.startswith("1. ")]
    for told in ("tests/benchmarks/others.py", "2026-11-30", "two cores", "0123abcd"):
        assert told in run


def test_every_command_names_a_program_that_is_there(maker):
    runs = [run for table in maker.read_tables() for run in table.runs.values()]
    assert len(runs) >= 5
    for run in runs:
        python, *words = shlex.split(run.command)
        assert python == "python"
        module = words[1].replace(".", "/") if words[0] == "-m" else words[0]
        assert any((ROOT / f"{module}{end}").is_file() for end in ("", ".py", "/__main__.py"))


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        ('figures = ["1.5", "219"]', 'figures = ["1.5"]', "'Quoteback' has 1 figures for 2 col"),
        ('by = "paper"', 'by = "nobody"', "'another' is by 'nobody'"),
        ('by = "paper"', 'by = "here"', "no row is by 'paper'"),
        ('commit = "0123abcd"', "", "missing required field `commit`"),
        ('commit = "0123abcd"', 'commit = "main"', "`$.runs[...].commit`"),
        ("date = 2026-11-30", "date = 2026-11-31", "Invalid date"),
        ('url = "https', 'url = "http', "`$.sources[...].url`"),
        ('machine = "two cores"', 'machine = ""', "`$.runs[...].machine`"),
        ("[runs.here]", "[runs.here", "at line 17"),
        ('rows_are = "system"', 'rows_are = "system"\nnote = "x"', "unknown field `note`"),
    ],
)
def test_a_broken_result_is_told_in_one_line(maker, tmp_path, monkeypatch, right, wrong, problem):
    assert right in TABLE
    (tmp_path / "speed.toml").write_text(TABLE.replace(right, wrong), encoding="utf-8")
    monkeypatch.setattr(maker, "RESULTS", tmp_path)
    with pytest.raises(SystemExit) as stop:
        maker.main()
    assert re.match("benchmarks: speed.toml: ", stop.value.code)
    assert problem in stop.value.code
    assert "\n" not in stop.value.code
