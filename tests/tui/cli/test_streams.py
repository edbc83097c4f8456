"""Output that is cut off, closed, full or plain; documents and names that hold escapes."""

from pathlib import Path

import pytest

from tests.support.command_line import index_notes, run_command, run_process, run_shell

pytestmark = pytest.mark.usefixtures("own_folders")


def test_names_and_messages_cannot_send_escapes_to_the_terminal(capsys, notes):
    bad = notes / "a\x1b[31mb\n.txt"
    bad.write_bytes(b"\x00\x01" * 100)
    _, out, err = run_command(capsys, "index", notes, "--index", "i")
    assert "\x1b" not in out + err
    assert "␛[31mb" in err


@pytest.mark.parametrize("arguments", ["search boiler", "ask boiler", "search boiler --json"])
def test_output_that_nobody_reads_is_no_failure(capsys, notes, arguments):
    index_notes(capsys, notes)
    done = run_shell(f"quoteback {arguments} --index i | true")
    assert (done.returncode, done.stderr) == (0, "")


def test_output_piped_to_head_ends_quietly(capsys, notes):
    index_notes(capsys, notes)
    Path("big.txt").write_text("word " * 400_000, encoding="utf-8")
    done = run_shell("quoteback text big.txt | head -c 10")
    assert (done.returncode, done.stdout, done.stderr) == (0, "word word ", "")


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_output_that_is_closed_is_no_reason_to_fail(capsys, notes, closed):
    index_notes(capsys, notes)
    done = run_shell(f"quoteback ask boiler --index i {closed}")
    assert done.returncode == 0
    assert "Traceback" not in done.stderr


def test_the_app_says_that_it_needs_a_terminal_where_input_is_closed():
    done = run_shell("quoteback <&-")
    assert done.returncode == 1
    assert done.stderr.startswith("quoteback: the app needs a terminal")


def test_messages_do_not_go_to_standard_output_where_standard_error_is_closed(notes):
    done = run_shell("quoteback status --index nowhere 2>&-")
    assert (done.returncode, done.stdout) == (2, "")


@pytest.mark.parametrize("buffered", [True, False])
@pytest.mark.parametrize("arguments", ["--version", "ask --help", "status --index i"])
def test_a_full_disk_is_told_in_one_line(capsys, notes, arguments, buffered):
    index_notes(capsys, notes)
    unbuffered = "" if buffered else "PYTHONUNBUFFERED=1 "
    done = run_shell(f"{unbuffered}quoteback {arguments} > /dev/full")
    assert done.returncode == 1
    assert done.stderr == "quoteback: No space left on device\n"


def test_a_working_folder_that_is_gone_is_told(capsys, notes):
    index_notes(capsys, notes)
    done = run_shell(
        f"mkdir x; cd x; rmdir ../x; quoteback ask boiler --index {Path.cwd()}/i", cwd=notes
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "quoteback: the working folder is gone: change to another one\n"


def test_a_terminal_without_colour_gets_no_escapes(notes, capsys):
    index_notes(capsys, notes)
    done = run_process(
        "ask",
        "Who installed the boiler?",
        "--index",
        "i",
        "--threshold",
        "0",
        env={"TERM": "dumb", "NO_COLOR": "1"},
    )
    assert done.returncode == 0
    assert b"Hanna Voss" in done.stdout
    assert b"\x1b" not in done.stdout


def test_a_terminal_that_lacks_characters_is_no_reason_to_fail(notes, capsys):
    index_notes(capsys, notes)
    done = run_process(
        "ask", "Who installed the boiler?", "--index", "i", env={"PYTHONIOENCODING": "ascii"}
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"boiler.md ? Boiler" in done.stdout
