"""The command `eval`: figures, comparisons, and how it ends."""

import json
from urllib.parse import unquote

import pytest

from index import Index
from qa.squad import exact_match
from tests.support.command_line import run_command, run_eval, run_refused


def test_figures_answers_and_rankings_are_written(capsys, tmp_path, indexed, questions):
    out = run_eval(
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
        exact_match(row["prediction"], json.loads(line)["answers"])
        for row, line in zip(predictions, questions.open(), strict=True)
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
    run_eval(capsys, beir, "--json", "o.json", "--run", "r.txt")
    whole = json.loads((tmp_path / "o.json").read_text())
    assert "answers" not in whole
    assert "abstention" not in whole
    assert whole["retrieval"]["nDCG@10"] == 1.0
    assert whole["index"]["seconds"] > 0
    assert (tmp_path / "r.txt").read_text().startswith("q1 Q0 pear%20tree 1 ")
    assert not (tmp_path / "data").exists()
    run_eval(capsys, beir, "--json", "o.json")
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
        run_eval(
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
    out = run_eval(
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
    out = run_eval(capsys, questions, "--index", indexed, "--mode", "bm25", "--mode", "dense")
    differences = out[out.index("Differences") : out.index("questions a second")]
    assert "…" not in differences
    # What measures say stands below them then.
    assert out.index("What they say") > out.index("nDCG@10")


def test_what_went_right_is_counted_beside_what_was_lost(capsys, tmp_path, indexed, questions):
    with questions.open("a") as stream:
        stream.write('\n{"id": "x", "question": "Who planted the tree?", "answers": ["Nobody"]}')
    out = run_eval(capsys, questions, "--index", indexed, "--json", "o.json")
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
    run_eval(capsys, questions, "--index", indexed, "--json", "old.json")
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
        assert run_refused(capsys, *arguments) == (1, "stopped; run it again to go on")
        assert run_refused(capsys, *arguments[:-2]) == (1, without)
    assert len((tmp_path / "c").read_text().split()) > 2
    assert run_command(capsys, *arguments)[0] == 0


def test_names_and_answers_are_printed_as_text_and_never_as_commands(capsys, indexed, questions):
    row = {
        "id": "x",
        "question": "[red]\u001b[31mwho?",
        "answers": ["\u001b"],
        "document": "\u001b.md",
    }
    with questions.open("a") as stream:
        stream.write("\n" + json.dumps(row))
    out = run_eval(capsys, questions, "--index", indexed, "--mode", "bm25", "--mode", "dense")
    assert "\u001b" not in out
    _, out, _ = run_command(capsys, "questions", "check", questions, "--index", indexed)
    assert "\u001b" not in out
