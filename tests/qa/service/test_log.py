"""What a server says on standard error: a line for a fault, once a minute."""

import logging

import pytest

from qa.service.api import serve
from qa.service.api.serve import log_briefly


@pytest.fixture
def said(capsys):
    """What was written since it was last asked for."""
    root = logging.getLogger()
    before = list(root.handlers)
    # Beside those of pytest, as in a process that serves.
    log_briefly()
    log_briefly()
    yield lambda: capsys.readouterr().err.splitlines()
    assert len(root.handlers) == len(before) + 1
    root.handlers = before


def warn(message="Invalid request from %s", *arguments):
    logging.getLogger("somebody").warning(message, *arguments)


def test_the_same_fault_is_said_once(said):
    for number in range(500):
        warn("Invalid request from %s", number)
    assert said() == ["quoteback: Invalid request from 0"]


def test_another_fault_is_said_too(said):
    warn()
    logging.getLogger("somebody").error("Another")
    logging.getLogger("somebody").info("Not a fault")
    assert [line[:18] for line in said()] == ["quoteback: Invalid", "quoteback: Another"]


def test_after_a_minute_it_is_said_again_with_how_often_it_was_kept_back(said, monkeypatch):
    warn("Invalid")
    warn("Invalid")
    monkeypatch.setattr(serve, "_PAUSE_SECONDS", 0)
    warn("Invalid")
    assert said()[-1] == "quoteback: Invalid (1 more were kept back)"


def test_an_error_is_a_line_without_a_traceback_a_password_or_anything_that_steers(said):
    try:
        raise OSError("postgresql://ann:s3cret@h/db\nis \x1b[31mgone")
    except OSError:
        logging.getLogger("somebody").exception("It failed")
    [line] = said()
    assert line.startswith(
        "quoteback: It failed (OSError: postgresql://ann@h/db is ␛[31mgone, test_log"
    )
    assert "s3cret" not in line
