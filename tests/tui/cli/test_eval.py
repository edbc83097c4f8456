"""The commands `eval` and `questions check`, as a person and as a script use them."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest

from index import Index, cache_folder
from qa.squad import exact_match
from tests.support import ROOT
from tests.support.command_line import run_command
from tui.cli.eval.options import list_configurations
from tui.cli.main import build_parser
from tui.locations import settings_file

QUESTIONS = [
    {
        "id": "when",
        "question": "When was the boiler installed?",
        "answers": ["March 2019"],
        "document": "boiler.md",
    },
    {
        "id": "who",
        "question": "Who installed the boiler?",
        "answers": ["Hanna Voss", "Hanna Voss of Voss & Sons"],
        "document": "boiler.md",
    },
    {
        "id": "tree",
        "question": "When was the pear tree planted?",
        "answers": ["2004", "in 2004"],
        "document": "garden.txt",
    },
    {"id": "none", "question": "Who won the football world cup in 2018?", "answers": []},
]


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch, encoder):
    """Every test has user folders of its own, and a cache that shares the compiled models."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    (tmp_path / "cache").mkdir()
    for part in ("models", "sources"):
        (cache_folder() / part).mkdir(exist_ok=True)
        (tmp_path / "cache" / part).symlink_to(cache_folder() / part)
    monkeypatch.setenv("QUOTEBACK_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("QUOTEBACK_INDEX", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def indexed(tmp_path_factory, encoder):
    """An index of two notes."""
    folder = tmp_path_factory.mktemp("notes")
    (folder / "boiler.md").write_text(
        "# Boiler\n\nThe boiler was installed in March 2019 by Hanna Voss of Voss & Sons.\n",
        encoding="utf-8",
    )
    (folder / "garden.txt").write_text(
        "The pear tree by the gate was planted in 2004. It bears fruit every second year.\n",
        encoding="utf-8",
    )
    with Index.open(folder / "i", create=True) as index:
        index.add([folder / "boiler.md", folder / "garden.txt"])
    return folder / "i"


@pytest.fixture
def questions(tmp_path):
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in QUESTIONS), encoding="utf-8")
    return path


@pytest.fixture
def beir(tmp_path):
    folder = tmp_path / "beir"
    (folder / "qrels").mkdir(parents=True)
    documents = {"pear tree": "Pears grow on trees.", "boiler": "A boiler heats water."}
    (folder / "corpus.jsonl").write_text(
        "\n".join(json.dumps({"_id": name, "text": text}) for name, text in documents.items())
    )
    (folder / "queries.jsonl").write_text(json.dumps({"_id": "q1", "text": "pear trees"}))
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\tpear tree\t1\n")
    return folder


def evaluated(capsys, *arguments):
    code, out, err = run_command(capsys, "eval", *arguments)
    assert code == 0, err
    return out


def refused(capsys, *arguments):
    """The one line with which a command was refused, and its exit code."""
    code, _, err = run_command(capsys, *arguments)
    lines = [line for line in err.splitlines() if line.startswith("quoteback: ")]
    assert len(lines) == 1, err
    assert "Traceback" not in err
    return code, lines[0].removeprefix("quoteback: ")


def test_figures_answers_and_rankings_are_written(capsys, tmp_path, indexed, questions):
    out = evaluated(
        capsys,
        questions,
        "--index",
        indexed,
        "--json",
        "o.json",
        "--predictions",
        "p.jsonl",
        "--run",
        "r.txt",
        "--qrels",
        "q.txt",
        "--measure",
        "P@1",
    )
    whole = json.loads((tmp_path / "o.json").read_text())
    assert whole["questions"] == 4
    assert whole["retrieval"]["R@1"] == whole["retrieval"]["P@1"] == 1.0
    assert "exact_match" in out
    assert "share answered in the words of a right answer" in out
    predictions = [json.loads(line) for line in (tmp_path / "p.jsonl").open()]
    means = [
        exact_match(row["prediction"], wanted["answers"])
        for row, wanted in zip(predictions, QUESTIONS, strict=True)
    ]
    assert whole["answers"]["exact_match"] == pytest.approx(sum(means) / len(means))
    with Index.open(indexed) as index:
        for row in predictions:
            assert index.text(row["document"])[row["start"] : row["end"]] == row["best"]
    rows = [line.split(" ") for line in (tmp_path / "r.txt").read_text().splitlines()]
    assert all(len(row) == 6 and row[1] == "Q0" and row[5] == "quoteback" for row in rows)
    assert unquote(rows[0][2]).endswith("boiler.md")
    assert len((tmp_path / "q.txt").read_text().splitlines()) == 3


def test_a_beir_folder_is_indexed_in_the_cache_and_not_in_ones_own_index(capsys, tmp_path, beir):
    evaluated(capsys, beir, "--json", "o.json", "--run", "r.txt")
    whole = json.loads((tmp_path / "o.json").read_text())
    assert "answers" not in whole
    assert "abstention" not in whole
    assert whole["retrieval"]["nDCG@10"] == 1.0
    assert whole["index"]["seconds"] > 0
    assert (tmp_path / "r.txt").read_text().startswith("q1 Q0 pear%20tree 1 ")
    assert not (tmp_path / "data").exists()
    evaluated(capsys, beir, "--json", "o.json")
    assert json.loads((tmp_path / "o.json").read_text())["index"]["seconds"] is None


def test_squad_is_asked_open_and_reading(capsys, tmp_path):
    context = "The boiler was installed in March 2019 by Hanna Voss."
    whole = {
        "data": [
            {
                "title": "The_boiler",
                "paragraphs": [
                    {
                        "context": context,
                        "qas": [
                            {
                                "id": "a",
                                "question": "When was the boiler installed?",
                                "answers": [{"text": "March 2019", "answer_start": 28}],
                            },
                            {
                                "id": "b",
                                "question": "What did it cost?",
                                "answers": [],
                                "is_impossible": True,
                            },
                        ],
                    }
                ],
            }
        ]
    }
    path = tmp_path / "squad.json"
    path.write_text(json.dumps(whole))
    for setting in ("open", "reading"):
        evaluated(
            capsys,
            path,
            "--index",
            tmp_path / "s",
            "--setting",
            setting,
            "--predictions",
            "p.jsonl",
            "--json",
            "o.json",
        )
        first = json.loads((tmp_path / "p.jsonl").open().readline())
        assert (first["document"], first["best"]) == ("The_boiler/0", "March 2019")
        assert context[first["start"] : first["end"]] == first["best"]
        found = json.loads((tmp_path / "o.json").read_text())
        assert ("retrieval" in found) == (setting == "open")
        assert found["questions"] == 2


def test_several_modes_are_compared_with_the_first(capsys, tmp_path, indexed, questions):
    out = evaluated(
        capsys,
        questions,
        "--index",
        indexed,
        "--mode",
        "bm25",
        "--mode",
        "dense",
        "--json",
        "o.json",
        "--run",
        "r.txt",
    )
    whole = json.loads((tmp_path / "o.json").read_text())
    assert whole["config"]["mode"] == "bm25"
    assert [other["config"]["mode"] for other in whole["others"]] == ["dense"]
    assert {row["new_name"] for row in whole["comparison"]["differences"]} == {"dense"}
    assert (tmp_path / "r.bm25.txt").exists()
    assert (tmp_path / "r.dense.txt").exists()
    assert "Differences from bm25 to dense" in out
    # How many questions each measure is of: one has no document that answers it.
    measures, _, _ = out.partition("Differences")
    rows = dict(line.split()[:2] for line in measures.splitlines() if line.startswith("  "))
    assert (rows["nDCG@10"], rows["exact_match"]) == ("3", "4")
    # Not filled up with blanks, which a pipe has no use for.
    assert not [line for line in out.splitlines() if line != line.rstrip()]


def test_no_figure_is_cut_where_a_terminal_is_narrow(capsys, indexed, questions, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "52")
    out = evaluated(capsys, questions, "--index", indexed, "--mode", "bm25", "--mode", "dense")
    differences = out[out.index("Differences") : out.index("questions a second")]
    assert "…" not in differences
    # What measures say stands below them then.
    assert out.index("What they say") > out.index("nDCG@10")


def test_what_went_right_is_counted_beside_what_was_lost(capsys, tmp_path, indexed, questions):
    with questions.open("a") as stream:
        stream.write('\n{"id": "x", "question": "Who planted the tree?", "answers": ["Nobody"]}')
    out = evaluated(capsys, questions, "--index", indexed, "--json", "o.json")
    whole = json.loads((tmp_path / "o.json").read_text())
    (right,) = [line.split() for line in out.splitlines() if line.startswith("  right ")]
    assert int(right[1]) == 5 - sum(whole["stages"].values()) < 5


def test_quality_that_falls_fails_and_names_the_measure(capsys, indexed, questions):
    code, _, err = run_command(
        capsys,
        "eval",
        questions,
        "--index",
        indexed,
        "--fail-under",
        "R@1=0.5",
        "--fail-under",
        "P@5=1",
        "--fail-under",
        "ece=0",
    )
    assert code == 1
    lines = [line for line in err.splitlines() if line.startswith("quoteback: ")]
    assert [line.split(" ")[2] for line in lines] == ["P@5", "ece"]
    assert "under 1" in lines[0]
    assert "over 0" in lines[1]


def test_a_drop_since_an_earlier_run_fails(capsys, tmp_path, indexed, questions):
    evaluated(capsys, questions, "--index", indexed, "--json", "old.json")
    again = ("eval", questions, "--index", indexed, "--compare", "old.json", "--max-drop", "0.01")
    assert run_command(capsys, *again)[0] == 0
    whole = json.loads((tmp_path / "old.json").read_text())
    for row in whole["per_question"]:
        row["scores"] = dict.fromkeys(row["scores"], 1.0)
    whole["per_question"][0]["scores"]["R@1"] = 0.0
    (tmp_path / "old.json").write_text(json.dumps(whole))
    code, out, err = run_command(capsys, *again, "--mode", "bm25", "-k", "1")
    if code:
        assert "has gone from 1.0000" in err
    assert "R@1 has gone" not in err
    assert "+0.3333" in out


def test_a_report_is_written_for_the_first_mode_with_the_others_compared(
    capsys, tmp_path, indexed, questions
):
    evaluated(
        capsys,
        questions,
        "--index",
        indexed,
        "--mode",
        "bm25",
        "--mode",
        "dense",
        "--report",
        "r.html",
    )
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "bm25" in page
    assert "dense" in page


@pytest.mark.parametrize("option", ["--json", "--run", "--report"])
def test_a_file_that_the_disk_has_no_room_for_is_named(capsys, indexed, questions, option):
    code, line = refused(capsys, "eval", questions, "--index", indexed, option, "/dev/full")
    assert code == 1
    assert line.startswith("/dev/full cannot be written (No space left on device)")


@pytest.mark.parametrize("option", ["--run", "--predictions", "--qrels", "--report"])
def test_a_disk_without_room_costs_no_earlier_file(
    capsys, tmp_path, monkeypatch, indexed, questions, option
):
    def full(stream, *_):
        stream.write("the beginning")
        stream.flush()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    evaluated(capsys, questions, "--index", indexed, option, "kept.html")
    kept = (tmp_path / "kept.html").read_bytes()
    monkeypatch.setattr(f"qa.evaluation.write_{option.removeprefix('--')}", full)
    code, line = refused(capsys, "eval", questions, "--index", indexed, option, "kept.html")
    assert code == 1
    assert line.startswith("kept.html cannot be written (No space left on device)")
    assert (tmp_path / "kept.html").read_bytes() == kept
    assert not list(tmp_path.glob(".kept*"))


@pytest.mark.parametrize("option", ["json", "run", "qrels", "predictions", "report", "cache"])
def test_no_file_that_the_program_keeps_is_written_over(
    capsys, tmp_path, monkeypatch, indexed, questions, option
):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    files = [Path(indexed, "index.sqlite"), Path(indexed, "vectors", "new"), settings_file()]
    settings_file().parent.mkdir(parents=True, exist_ok=True)
    for file in files:
        before = file.read_bytes() if file.exists() else None
        code, line = refused(capsys, "eval", questions, "--index", indexed, f"--{option}", file)
        assert code == 2
        assert "is part of the index" in line or "is part of the settings" in line
        assert (file.read_bytes() if file.exists() else None) == before


def test_a_file_that_is_written_again_keeps_its_permissions_and_its_link(
    capsys, tmp_path, indexed, questions
):
    evaluated(capsys, questions, "--index", indexed, "--json", "o.json")
    # It holds text of the documents.
    assert (tmp_path / "o.json").stat().st_mode & 0o777 == 0o600
    (tmp_path / "o.json").chmod(0o640)
    (tmp_path / "link").symlink_to("o.json")
    evaluated(capsys, questions, "--index", indexed, "--json", "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "o.json").stat().st_mode & 0o777 == 0o640


def test_what_is_written_to_an_open_file_goes_on_from_there(tmp_path, indexed, questions):
    command = [sys.executable, "-m", "tui", "eval", questions, "--index", indexed, "--mode", "bm25"]
    with (tmp_path / "all").open("w") as file:
        done = subprocess.run(
            [*command, "--qrels", "/dev/stdout"],
            stdout=file,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=False,
        )
    assert done.returncode == 0
    assert "nDCG@10" in (tmp_path / "all").read_text()


def test_an_earlier_run_may_be_written_over_by_the_one_compared_with_it(
    capsys, tmp_path, indexed, questions
):
    evaluated(capsys, questions, "--index", indexed, "--json", "o.json")
    evaluated(capsys, questions, "--index", indexed, "--json", "o.json", "--compare", "o.json")
    assert json.loads((tmp_path / "o.json").read_text())["comparison"]["changed"] == []


def test_a_threshold_is_fitted_and_kept_in_the_index(capsys, tmp_path, encoder, monkeypatch):
    notes = tmp_path / "numbers.txt"
    names = [f"Station {number}" for number in range(20)]
    notes.write_text(
        "\n\n".join(f"{name} was built in {1900 + at}." for at, name in enumerate(names))
    )
    rows = [
        {"id": f"a{at}", "question": f"When was {name} built?", "answers": [str(1900 + at)]}
        for at, name in enumerate(names)
    ] + [
        {"id": f"b{at}", "question": f"Who is the captain of ship number {at}?", "answers": []}
        for at in range(20)
    ]
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    with Index.open(tmp_path / "i", create=True) as index:
        index.add([notes])
    out = evaluated(capsys, path, "--index", "i", "--fit-threshold", "--cache", "c")
    assert "is kept in the index" in out
    with Index.open(tmp_path / "i") as index:
        threshold = index.threshold
        assert 0 < threshold < 1
        index.set_threshold(0.99)

    def unread(*_):
        raise RuntimeError("nobody reads this")

    # It is kept whether or not anybody reads what is said.
    with monkeypatch.context() as patched, pytest.raises(RuntimeError, match="nobody reads"):
        patched.setattr("tui.cli.eval.tables.print_evaluations", unread)
        run_command(capsys, "eval", path, "--index", "i", "--fit-threshold", "--cache", "c")
    with Index.open(tmp_path / "i") as index:
        assert index.threshold == threshold


def test_too_few_questions_for_a_threshold_are_told_before_any_is_asked(
    capsys, indexed, questions, monkeypatch
):
    from qa.evaluation.measuring.asking import Asker

    def never(*_):
        raise AssertionError("a question was asked")

    monkeypatch.setattr(Asker, "ask", never)
    code, line = refused(capsys, "eval", questions, "--index", indexed, "--fit-threshold")
    assert code == 1
    assert line.startswith("too few questions to fit a threshold: 3 answerable and 1 unanswerable")
    with Index.open(indexed) as index:
        assert index.threshold is None


def test_a_run_that_is_stopped_says_how_to_go_on(capsys, tmp_path, indexed, questions, monkeypatch):
    from qa.evaluation.measuring.asking import Asker

    whole = Asker.ask

    def stopped(self, asked):
        for at, found in enumerate(whole(self, asked)):
            if at == 2:
                raise KeyboardInterrupt
            yield found

    arguments = ("eval", questions, "--index", indexed, "--cache", "c")
    without = "stopped; with --cache FILE it can go on later"
    with monkeypatch.context() as patched:
        patched.setattr(Asker, "ask", stopped)
        assert refused(capsys, *arguments) == (1, "stopped; run it again to go on")
        assert refused(capsys, *arguments[:-2]) == (1, without)
    assert len((tmp_path / "c").read_text().split()) > 2
    assert run_command(capsys, *arguments)[0] == 0


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--report", "no/such/r.html"), "--report no/such/r.html: there is no folder no/such"),
        (("--json", "."), "--json . is a folder: name a file"),
        (("--report", "/proc/r.html"), "--report /proc/r.html cannot be written"),
        (("--json", "questions.jsonl"), "--json questions.jsonl is the question set"),
        (("--json", "o", "--run", "./o"), "--run ./o is the file of --json"),
        (("--max-drop", "0.1"), "--max-drop needs --compare"),
        (("--fail-under", "bogus@3=1"), "no measure 'bogus@3'"),
        (("--measure", "P@0"), "P@0: its depth must lie in 1 to"),
        (("--measure", "bogus"), "no measure 'bogus'"),
        (("--setting", "reading", "--mode", "dense"), "--mode is about searching"),
        (("--setting", "reading", "--fail-under", "R@1=1"), "--fail-under R@1: nothing is lab"),
        (("--fail-under", "f11=.5"), "or Success@10; of answers: exact_match, f1, "),
        (("--report", "r.pdf"), "--report r.pdf: a report is HTML: name a file that ends in .html"),
        (("--compare", "gone.json"), "gone.json: no such file"),
        (("--compare", "diary.txt"), "diary.txt is no evaluation"),
        (("--compare", "other.json"), "--compare other.json is of another question set: none of"),
        (("--measure", "f1"), "--measure f1: it is always among the figures where answers are"),
        (("--cache", "questions.jsonl"), "--cache questions.jsonl is the question set"),
        (("--cache", "diary.txt"), "diary.txt is not a cache of evaluations"),
        (("--index", "gone"), "gone is not an index"),
        (("--model", "no/such/model"), "no/such/model is not the model of "),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line_before_anything_is_asked(
    capsys, tmp_path, indexed, questions, options, problem
):
    (tmp_path / "diary.txt").write_text("Dear diary")
    asked = {"id": "when", "question": "Another?", "prediction": "", "scores": {"f1": 1.0}}
    (tmp_path / "other.json").write_text(json.dumps({"per_question": [asked]}))
    before = questions.read_bytes()
    code, line = refused(capsys, "eval", questions, "--index", indexed, *options)
    assert code in (1, 2)
    assert problem in line
    assert questions.read_bytes() == before


@pytest.mark.parametrize(
    "options",
    [
        ("--fail-under", "f1"),
        ("--fail-under", "f1=2"),
        ("--fail-under", "f1=nan"),
        ("-k", "0"),
        ("--mode", "magic"),
    ],
)
def test_wrong_use_is_told_by_the_parser(capsys, questions, options):
    assert run_command(capsys, "eval", questions, *options)[0] == 2


def test_what_is_not_there_is_wrong_use(capsys, indexed, questions):
    for options in (("--compare", "gone.json"), ("--index", "gone"), ("--model", "gone")):
        assert refused(capsys, "eval", questions, "--index", indexed, *options)[0] == 2


def test_ones_own_index_is_measured_with_one_model(capsys, questions):
    code, line = refused(capsys, "eval", questions, "--model", "one", "--model", "two")
    assert (code, line) == (2, "an index has one model: compare several by --json and --compare")


@pytest.mark.parametrize(
    ("models", "names"),
    [
        (["a/x", "a/y"], ["bm25 x", "bm25 y"]),
        (["a/x", "b/x"], ["bm25 a/x", "bm25 b/x"]),
        (["a/x"], ["bm25"]),
    ],
)
def test_models_are_told_apart_by_as_little_as_it_takes(models, names):
    given = [word for model in models for word in ("--model", model)]
    parsed = build_parser().parse_args(["eval", "q", "--mode", "bm25", *given])
    assert [one.name for one in list_configurations(parsed)] == names


def test_a_set_without_answers_has_no_predictions(capsys, beir):
    code, line = refused(capsys, "eval", beir, "--predictions", "p.jsonl")
    assert (code, "has no answers" in line) == (2, True)
    code, line = refused(capsys, "eval", beir, "--fail-under", "f1=0.5")
    assert (code, "has no answers" in line) == (2, True)


def test_a_bad_set_is_refused_with_its_line(capsys, tmp_path, questions):
    questions.write_text('{"id": "a"}\n')
    code, line = refused(capsys, "eval", questions)
    assert code == 1
    assert "questions.jsonl: line 1: " in line
    assert refused(capsys, "eval", "gone.jsonl") == (2, "gone.jsonl: no such file or folder")


def test_a_question_set_is_checked_line_by_line(capsys, indexed, questions):
    assert run_command(capsys, "questions", "check", questions, "--index", indexed)[:2] == (
        0,
        "4 questions: 3 with an answer, 1 with none to be found, 3 with a document\n",
    )
    questions.write_text('{"id": "a", "question": "Who?", "answers": ["Ann"]}\nnonsense\n')
    code, out, _ = run_command(capsys, "questions", "check", questions, "--index", indexed)
    assert code == 1
    assert out.splitlines()[0].startswith("warning: line 1: the answer 'Ann'")
    assert out.splitlines()[1].startswith("error: line 2: is not valid JSON")


def test_what_is_wrong_with_a_question_set_is_json_where_asked_for(capsys, indexed, questions):
    questions.write_text('{"id": "a", "question": "Who?", "answers": ["Ann"]}\nnonsense\n')
    code, out, _ = run_command(
        capsys, "questions", "check", questions, "--index", indexed, "--json"
    )
    found = json.loads(out)
    assert (code, found["sound"], found["questions"], found["answerable"]) == (1, False, 1, 1)
    assert [(one["where"], one["fatal"]) for one in found["problems"]] == [
        ("line 1", False),
        ("line 2", True),
    ]


def test_a_question_set_is_checked_against_ones_own_index_where_none_is_named(
    capsys, tmp_path, indexed, questions, monkeypatch
):
    code, _, err = run_command(capsys, "questions", "check", questions)
    assert (code, "documents and answers are not looked for" in err) == (0, True)
    monkeypatch.setenv("QUOTEBACK_INDEX", str(indexed))
    questions.write_text('{"id": "a", "question": "Who?", "answers": ["Ann"]}\n')
    assert run_command(capsys, "questions", "check", questions) == (
        0,
        "warning: line 1: the answer 'Ann' does not stand in any document\n"
        "1 question: 1 with an answer, 0 with none to be found, 0 with a document\n",
        "",
    )


def test_names_and_answers_are_printed_as_text_and_never_as_commands(capsys, indexed, questions):
    row = {
        "id": "x",
        "question": "[red]\u001b[31mwho?",
        "answers": ["\u001b"],
        "document": "\u001b.md",
    }
    with questions.open("a") as stream:
        stream.write("\n" + json.dumps(row))
    out = evaluated(capsys, questions, "--index", indexed, "--mode", "bm25", "--mode", "dense")
    assert "\u001b" not in out
    _, out, _ = run_command(capsys, "questions", "check", questions, "--index", indexed)
    assert "\u001b" not in out
